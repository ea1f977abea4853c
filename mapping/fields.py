"""A company's lead fields: which there are, and which of the platform's properties each comes from."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from functools import cached_property
from types import MappingProxyType
from typing import TypeGuard

from mapping.catalogue import CATALOGUE, SOURCES, Field, Form, types_of
from mapping.forms import FormKinds
from mapping.problems import ConfigurationError, Problem, nearest
from mapping.records import ValueType

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?", re.ASCII)
KEYS = frozenset({"from", "type", "sentence", "sensitive"})
_FIRST = ("country", "last_form.at", "first_form.at")
"""Read before the others: phones need the country."""


@dataclass(frozen=True)
class LeadFields:
    """The fields of one company's leads: their catalogue, the platform's names, the kinds of its forms.

    `country` (ISO code) is where phones without a country code are from if the lead names no country; `zone` the
    company's, in which days begin and end.
    """

    platform: str
    catalogue: Mapping[str, Field] = field(default_factory=lambda: CATALOGUE)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: SOURCES["hubspot"])
    form_kinds: FormKinds = field(default_factory=FormKinds)
    country: str | None = None
    zone: tzinfo = UTC

    @cached_property
    def types(self) -> dict[str, ValueType]:
        """The type of each field, as `parse_condition` takes it."""
        return types_of(self.catalogue)

    @cached_property
    def ordered(self) -> tuple[tuple[Field, tuple[str, ...]], ...]:
        """Each field that has a source, in the order of reading."""
        names = [name for name in _FIRST if name in self.sources]
        names += [name for name in self.sources if name not in _FIRST]
        return tuple((self.catalogue[name], self.sources[name]) for name in names)


def lead_fields(
    platform: str,
    table: Mapping[str, object] | None = None,
    *,
    sources: Mapping[str, tuple[str, ...]] | None = None,
    form_kinds: FormKinds | None = None,
    country: str | None = None,
    zone: tzinfo = UTC,
    key: str = "lead_fields",
) -> LeadFields:
    """The platform's `sources` (by default those of `mapping.catalogue`) with a company's `[lead_fields]` over them.

    A row is `budget = "annual_budget"`, a list of properties (the first that is set counts), or
    `budget = { from = "annual_budget", type = "number" }`; a new field needs its type. Raises
    ConfigurationError with every problem.
    """
    catalogue, problems = dict(CATALOGUE), list[Problem]()
    places = dict(SOURCES.get(platform, {}) if sources is None else sources)
    for name, row in (table or {}).items():
        try:
            catalogue[name], places[name] = _parse_row(name, row, f"{key}.{name}")
        except ConfigurationError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigurationError(problems)
    return LeadFields(
        platform=platform,
        catalogue=MappingProxyType(catalogue),
        sources=MappingProxyType(places),
        form_kinds=form_kinds or FormKinds(),
        country=country,
        zone=zone,
    )


def _parse_row(name: str, row: object, key: str) -> tuple[Field, tuple[str, ...]]:
    if not isinstance(row, Mapping):
        row = {"from": row}
    problems = [
        Problem(key=f"{key}.{word}", what=f"{word!r} is not known here", write=nearest(str(word), KEYS))
        for word in row
        if word not in KEYS
    ]
    if _NAME.fullmatch(name) is None:
        problems.append(
            Problem(key=key, what="this cannot name a field", write="write lower case letters, digits and _")
        )
    properties = row.get("from")
    properties = (properties,) if isinstance(properties, str) else properties
    if not _are_names(properties):
        problems.append(
            Problem(key=f"{key}.from", what="it names no property", write='write from = "annual_budget"')
        )
    known = CATALOGUE.get(name)
    value_type = _parse_type(row.get("type", known.type if known else None), known, key, problems)
    if problems:
        raise ConfigurationError(problems)
    assert value_type is not None
    assert _are_names(properties)
    base = known or Field(name=name, type=value_type, sentence=f"The company's own field {name}.")
    changed = replace(
        base,
        sentence=str(row.get("sentence", base.sentence)),
        sensitive=base.sensitive or row.get("sensitive") is True,
    )
    return changed, tuple(properties)


def _are_names(value: object) -> TypeGuard[list[str] | tuple[str, ...]]:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(n, str) and n for n in value)


def _parse_type(raw: object, known: Field | None, key: str, problems: list[Problem]) -> ValueType | None:
    names = [each.value for each in ValueType]
    if raw not in names:
        what = "a new field needs its type" if raw is None else f"{raw!r} is no type"
        write = nearest("" if raw is None else str(raw), names)
        problems.append(Problem(key=f"{key}.type", what=what, write=write))
        return None
    value_type = ValueType(str(raw))
    if known is not None and known.type is not value_type:
        problems.append(
            Problem(
                key=f"{key}.type",
                what=f"{known.name} is a {known.type} in every company",
                write=f"leave type out, or give the field another name than {known.name!r}",
            )
        )
    return value_type


def properties_to_read(fields: LeadFields, names: Iterable[str] | None = None) -> tuple[str, ...]:
    """The platform's properties behind these fields (all of them without `names`), each once.

    A derived field asks for what it is derived from and dated by.
    """
    wanted = fields.sources if names is None else _with_origins(fields, names)
    return tuple(dict.fromkeys(prop for name in wanted for prop in fields.sources.get(name, ())))


def _with_origins(fields: LeadFields, names: Iterable[str]) -> list[str]:
    wanted: list[str] = []
    for name in names:
        known = fields.catalogue.get(name)
        origin = f"{name.partition('.')[0]}.name" if known and known.form is Form.kind else None
        dated = known.dated_by if known else None
        phone = "country" if known and known.type is ValueType.phone else None
        wanted += [each for each in (name, origin, dated, phone) if each is not None]
    return wanted

"""Suggestions: which field of a lead could fill a CRM's field, by name, label and type; a person decides."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from mapping.catalogue import CATALOGUE
from mapping.fields import LeadFields
from mapping.fitting import Target
from mapping.places import fold
from mapping.records import ValueType

USUAL: Mapping[str, str] = MappingProxyType(
    {
        "AnnualRevenue": "account_revenue",
        "HasOptedOutOfEmail": "opted_out",
        "Industry": "industry",
        "NumberOfEmployees": "account_size",
        "State": "region",
    }
)
"""Salesforce's own Lead fields whose meaning is one of ours though the names differ."""

_T = ValueType
_WORDS = frozenset({_T.text, _T.choice, _T.email, _T.phone, _T.url})
_TIMES = frozenset({_T.date, _T.instant})


KEPT: Mapping[str, str] = MappingProxyType({"HasOptedOutOfEmail": "only_true"})
"""Transforms without which a rule for these would take back what sales was told."""


class Why(StrEnum):
    """What two fields have in common."""

    usual = "the usual field"
    name = "the same name"
    label = "the same label"


class Described(Target, Protocol):
    """A field as either system describes it; a connector's FieldInfo fits."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A target and the field of a lead that could fill it.

    `source` is the platform's property of a field that the company does not have yet, with its `type`.
    `outside` are values of the property that the target's picklist would refuse: None where nobody knows.
    """

    target: str
    field: str
    why: Why
    source: str | None = None
    type: ValueType | None = None
    outside: tuple[str, ...] | None = ()
    transform: str | None = None

    @property
    def fits(self) -> bool:
        """Whether every value would be taken."""
        return self.outside == ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A target that several properties could fill: nobody guesses which."""

    target: str
    candidates: tuple[str, ...]


def suggest(
    fields: LeadFields,
    taken: Iterable[str],
    properties: Mapping[str, Described],
    targets: Mapping[str, Described],
) -> list[Suggestion | Doubt]:
    """What could fill the targets that can be written and are not `taken`, in their order."""
    left = set(targets) - set(taken)
    found = (_of(target, fields, properties) for name, target in targets.items() if name in left)
    return [each for each in found if each is not None]


def _of(
    target: Described, fields: LeadFields, properties: Mapping[str, Described]
) -> Suggestion | Doubt | None:
    if not target.writable:
        return None
    usual = USUAL.get(target.name)
    if usual is not None and (source := _source(usual, fields, properties)) is not None:
        outside = _outside(target, properties[source])
        return Suggestion(
            target=target.name,
            field=usual,
            why=Why.usual,
            outside=outside,
            transform=KEPT.get(target.name),
        )
    alike = dict(_alike(target, properties))
    if len(alike) > 1 and Why.name in alike.values():
        alike = {name: why for name, why in alike.items() if why is Why.name}
    if len(alike) > 1:
        return Doubt(target=target.name, candidates=tuple(alike))
    if not alike:
        return None
    ((name, why),) = alike.items()
    return _suggestion(target, properties[name], why, fields)


def _suggestion(target: Described, source: Described, why: Why, fields: LeadFields) -> Suggestion:
    outside = _outside(target, source)
    for field, names in fields.sources.items():
        if names[:1] == (source.name,) and field != "emails":
            return Suggestion(target=target.name, field=field, why=why, outside=outside)
    name = re.sub(r"[^a-z0-9_]", "_", fold(source.name)).strip("_") or "field"
    name = f"own_{name}" if name in CATALOGUE or not name[0].isalpha() else name
    return Suggestion(
        target=target.name, field=name, why=why, source=source.name, type=source.type, outside=outside
    )


def _source(field: str, fields: LeadFields, properties: Mapping[str, Described]) -> str | None:
    return next((each for each in fields.sources.get(field, ()) if each in properties), None)


def _alike(target: Described, properties: Mapping[str, Described]) -> Iterator[tuple[str, Why]]:
    for each in properties.values():
        if not _can_fill(each.type, target.type):
            continue
        if _key(each.name) == _key(target.name):
            yield each.name, Why.name
        elif _key(each.label) == _key(target.label):
            yield each.name, Why.label


def _can_fill(source: ValueType, target: ValueType) -> bool:
    if source is target or (target is _T.text and source is not _T.owner):
        return True
    return any({source, target} <= group for group in (_WORDS, _TIMES))


def _outside(target: Described, source: Described) -> tuple[str, ...] | None:
    if not target.restricted:
        return ()
    if not source.options:
        return None
    known = {each.casefold() for each in target.options}
    return tuple(each for each in source.options if each.casefold() not in known)


def _key(text: str) -> str:
    """A name or a label as it is compared: letters and digits alone, without a vendor's marks of custom fields."""
    return re.sub(r"[^a-z0-9]", "", fold(text.removesuffix("__c")))

"""The package: what travels with a lead, a snapshot (O9 to O12), and what is still missing from it.

It holds codes and values, no sentences; `render_brief` writes it in a company's language.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from mapping.approach import HAND_RAISES, suggest
from mapping.brief import analyse, unseen_contents
from mapping.history import history_of, interactions
from mapping.problems import ConfigurationError, Problem, nearest
from mapping.records import Lead, Value
from mapping.remarks import Interaction, Remark, word_remark
from mapping.setting import Setting


class Part(StrEnum):
    """The parts of a package, each of which an agreement may require."""

    contact = "contact"  # a valid e-mail address or phone
    brief = "brief"  # of at least `brief_min` characters
    history = "history"  # at least one interaction
    approach = "approach"  # at least one suggestion
    profile_link = "profile_link"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageTerms:
    """What the agreement asks of a package (policy 4.1); every default is that of the policy."""

    required: frozenset[Part] = frozenset(Part)
    brief_min: int = 40
    history: int = 10  # the newest so many interactions travel
    contents: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    hand_raises: frozenset[str] = HAND_RAISES


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier cycle of the lead: how it ended and why, as codes."""

    cycle: int
    outcome: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What travels: `contact` by our field names, remarks with their evidence, interactions newest first.

    `older` is how many interactions of the history were left out. `missing` names the required parts that
    are not complete: with none, the package may travel.
    """

    contact: Mapping[str, Value]
    brief: tuple[Remark, ...]
    history: tuple[Interaction, ...]
    approach: tuple[Remark, ...]
    profile_link: str | None
    earlier: tuple[Earlier, ...] = ()
    older: int = 0
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every required part is there."""
        return not self.missing


CONTACT = (
    "first_name", "last_name", "job_title", "account", "email", "phone", "mobile", "website", "city", "region",
    "country", "timezone", "language",
)  # fmt: skip
_REACHED_BY = ("email", "phone", "mobile")


def prepare_package(
    lead: Lead,
    *,
    terms: PackageTerms,
    setting: Setting,
    earlier: Sequence[Earlier] = (),
    triggers: Sequence[str] = (),
    others: Iterable[Interaction] = (),
    required: Collection[Part] | None = None,
) -> Package:
    """The package of a lead as it is now, with the names of the required parts that it lacks.

    `earlier` are its earlier cycles, `triggers` why it comes back, `others` interactions that the lead's own
    values do not tell. `required` stands in for that of the terms where it is given.
    """
    values = lead.values
    history = history_of(values, others)
    seen = [each for item in history for each in item.params.values() if isinstance(each, str)]
    unseen = unseen_contents(values, terms.contents, seen)
    package = Package(
        contact=MappingProxyType({name: values[name] for name in CONTACT if values.get(name) is not None}),
        brief=analyse(values, unseen=unseen, triggers=triggers),
        history=history[: terms.history],
        approach=suggest(
            values, unseen=unseen, triggers=triggers, again=bool(earlier), hand_raises=terms.hand_raises
        ),
        profile_link=lead.profile_link,
        earlier=tuple(earlier),
        older=len(history[terms.history :]),
    )
    wanted = terms.required if required is None else frozenset(required)
    counted = len(interactions(history))
    missing = tuple(
        part.value
        for part in Part
        if part in wanted and _lacks(package, part, terms, setting, counted=counted)
    )
    return replace(package, missing=missing)


def _lacks(package: Package, part: Part, terms: PackageTerms, setting: Setting, *, counted: int) -> bool:
    match part:
        case Part.contact:
            return not any(name in package.contact for name in _REACHED_BY)
        case Part.brief:
            text = " ".join(word_remark(remark, setting) for remark in package.brief)
            return len(text) < terms.brief_min
        case Part.history:
            return counted == 0
        case Part.approach:
            return not package.approach
        case Part.profile_link:
            return not package.profile_link


KEYS = ("required", "brief_min", "history", "contents", "hand_raises")


def parse_package_terms(table: Mapping[str, object], key: str = "package") -> PackageTerms:
    """The `[agreement.package]` table; raises ConfigurationError with every problem."""
    problems = [
        Problem(key=f"{key}.{name}", what=f"{name!r} is not known here", write=nearest(str(name), KEYS))
        for name in table
        if name not in KEYS
    ]
    usual = PackageTerms()
    terms = PackageTerms(
        required=frozenset(
            Part(name)
            for name in _names(table, "required", usual.required, key, problems)
            if _is_part(name, f"{key}.required", problems)
        ),
        brief_min=_count(table, "brief_min", usual.brief_min, key, problems),
        history=_count(table, "history", usual.history, key, problems),
        contents=_contents(table.get("contents", {}), f"{key}.contents", problems),
        hand_raises=frozenset(_names(table, "hand_raises", usual.hand_raises, key, problems)),
    )
    if problems:
        raise ConfigurationError(problems)
    return terms


def _names(
    table: Mapping[str, object], name: str, usual: Collection[str], key: str, problems: list[Problem]
) -> tuple[str, ...]:
    raw = table.get(name, tuple(usual))
    if not isinstance(raw, list | tuple) or not all(isinstance(each, str) for each in raw):
        problems.append(
            Problem(key=f"{key}.{name}", what="this is not a list of names", write='write ["contact"]')
        )
        return ()
    return tuple(raw)


def _is_part(name: str, key: str, problems: list[Problem]) -> bool:
    parts = [part.value for part in Part]
    if name not in parts:
        problems.append(
            Problem(key=key, what=f"{name!r} is no part of a package", write=nearest(name, parts))
        )
    return name in parts


def _count(table: Mapping[str, object], name: str, usual: int, key: str, problems: list[Problem]) -> int:
    raw = table.get(name, usual)
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
        problems.append(
            Problem(key=f"{key}.{name}", what="this is not a count", write=f"write {name} = {usual}")
        )
        return usual
    return raw


def _contents(raw: object, key: str, problems: list[Problem]) -> Mapping[str, tuple[str, ...]]:
    """`"CRM guide" = ["*crm-guide*"]`: the company's contents, with patterns of their forms and pages."""
    if not isinstance(raw, Mapping):
        problems.append(
            Problem(key=key, what="this is not a table", write='write "CRM guide" = ["*crm-guide*"]')
        )
        return {}
    return MappingProxyType({str(name): _names(raw, name, (), key, problems) for name in raw})


def package_table(package: Package) -> dict[str, Any]:
    """The package as JSON values, for the snapshot that stays with the handoff; `read_package` is the inverse."""
    return {
        "contact": dict(package.contact),
        "brief": [_remark_table(each) for each in package.brief],
        "history": [
            {"code": each.code, "at": each.at, "params": dict(each.params)} for each in package.history
        ],
        "approach": [_remark_table(each) for each in package.approach],
        "profile_link": package.profile_link,
        "earlier": [asdict(each) for each in package.earlier],
        "older": package.older,
        "missing": list(package.missing),
    }


def read_package(table: Mapping[str, Any]) -> Package:
    """The package that `package_table` wrote, also after a way through JSON."""
    return Package(
        contact=_frozen(table["contact"]),
        brief=tuple(_read_remark(each) for each in table["brief"]),
        history=tuple(
            Interaction(code=each["code"], at=each["at"], params=_frozen(each["params"]))
            for each in table["history"]
        ),
        approach=tuple(_read_remark(each) for each in table["approach"]),
        profile_link=table["profile_link"],
        earlier=tuple(Earlier(**each) for each in table["earlier"]),
        older=table["older"],
        missing=tuple(table["missing"]),
    )


def _remark_table(remark: Remark) -> dict[str, Any]:
    return {"code": remark.code, "params": dict(remark.params), "evidence": list(remark.evidence)}


def _read_remark(table: Mapping[str, Any]) -> Remark:
    return Remark(code=table["code"], params=_frozen(table["params"]), evidence=tuple(table["evidence"]))


def _frozen(table: Mapping[str, Any]) -> Mapping[str, Value]:
    """Values after a way through JSON: lists are tuples again."""
    return MappingProxyType({k: tuple(v) if isinstance(v, list) else v for k, v in table.items()})

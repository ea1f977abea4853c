"""Field rules: what each field of the other system is filled from, as a company's table writes it.

```toml
[companies.acme.mapping]
FirstName = "first_name"
LastName = { from = "last_name", default = "[not provided]", too_long = "shorten" }
Phone = { from = ["mobile", "phone"] }                       # the first one that is set
Rating = { from = "fit_score", transform = "decimal", wins = "sales" }
LeadSource = { from = "source", table = { ORGANIC_SEARCH = "Web" }, table_else = "Other" }
Description = { template = "{{ lead.job_title }}, {{ lead.last_form.name | default('no form') }}" }
```
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from mapping.catalogue import CATALOGUE
from mapping.problems import ConfigurationError, Problem, nearest
from mapping.records import ValueType
from mapping.transforms import TRANSFORMS, Transform

Constant = str | int | float | bool


class Direction(StrEnum):
    """Which system a rule writes to."""

    to_crm = "to_crm"
    to_marketing = "to_marketing"


class Wins(StrEnum):
    """Whose value stays where both sides have one."""

    marketing = "marketing"
    sales = "sales"
    first = "first"  # the value that is there stays
    newest = "newest"  # by the times of the changes; what they do not tell is asked of a person
    never = "never"  # written when the record is created, not again


USUALLY_WINS: Mapping[Direction, Wins] = MappingProxyType(
    {Direction.to_crm: Wins.marketing, Direction.to_marketing: Wins.sales}
)
"""Whose value stays where a rule does not say: that of the side that it reads."""


class TooLong(StrEnum):
    """What happens to a text that is longer than its target."""

    refuse = "refuse"
    shorten = "shorten"  # visibly: the text ends in an ellipsis and the record has a note


class Blank(StrEnum):
    """What a blank source does to the target."""

    keep = "keep"
    clear = "clear"
    refuse = "refuse"  # the lead is refused, or its update


class NoUser(StrEnum):
    """What becomes of an owner whom no user of the other system is (`mapping.owners`)."""

    refuse = "refuse"
    blank = "blank"  # as where there is no owner: the default, if the rule has one


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """How one target is filled: from sources, a template or a constant (exactly one of the three)."""

    target: str
    sources: tuple[str, ...] = ()
    template: str | None = None
    value: Constant | None = None
    transforms: tuple[tuple[str, str | None], ...] = ()
    table: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    table_else: str | None = None  # None: what the table does not name stays as it is
    default: Constant | None = None
    required: bool = False
    sensitive: bool = False  # its values never reach a plan, a list or a report
    optional: bool = False  # it holds where its target is there and may be written, and nowhere else
    too_long: TooLong = TooLong.refuse
    direction: Direction = Direction.to_crm
    wins: Wins = Wins.marketing
    blank: Blank = Blank.keep
    no_user: NoUser = NoUser.refuse


BESIDES: Mapping[str, ValueType] = {
    "id": ValueType.text,
    "record_id": ValueType.text,
    "platform": ValueType.text,
    "profile_link": ValueType.url,
}
"""What a rule may take besides the catalogue's fields: our id, and where the lead is on the platform."""

KEYS = frozenset(
    {"from", "template", "value", "transform", "table", "table_else", "default", "required", "too_long"}
    | {"direction", "wins", "blank", "sensitive", "no_user", "optional"}
)
_NOT_PROVIDED = "[not provided]"
_SOURCE_LABELS = {
    "AI_REFERRALS": "AI referrals",
    "DIRECT_TRAFFIC": "Direct traffic",
    "EMAIL_MARKETING": "Email marketing",
    "OFFLINE": "Offline sources",
    "ORGANIC_SEARCH": "Organic search",
    "OTHER_CAMPAIGNS": "Other campaigns",
    "PAID_SEARCH": "Paid search",
    "PAID_SOCIAL": "Paid social",
    "REFERRALS": "Referrals",
    "SOCIAL_MEDIA": "Organic social",
}

SALESFORCE_LEAD: Mapping[str, object] = {
    "FirstName": "first_name",
    "LastName": {"from": "last_name", "default": _NOT_PROVIDED},
    "Company": {"from": "account", "default": _NOT_PROVIDED},
    "Email": "email",
    "Phone": "phone",
    "MobilePhone": "mobile",
    "Title": "job_title",
    "Website": "website",
    "City": "city",
    "Country": {"from": "country", "transform": [{"country_name": "en"}]},
    "LeadSource": {"from": "source", "table": _SOURCE_LABELS},
    "HasOptedOutOfEmail": {"from": "opted_out", "transform": "only_true", "optional": True},
}
"""The rules of a company that writes none. A blank last name or account is said to be so, never guessed.

An opt-out is carried over and never taken back; many organisations hide the field that it goes to.
"""


def default_rules(targets: Mapping[str, object]) -> dict[str, object]:
    """The default table for an organisation's Lead: country codes where it keeps countries as picklists."""
    table = dict(SALESFORCE_LEAD)
    if "CountryCode" in targets:
        del table["Country"]
        table["CountryCode"] = "country"
    return table


def parse_rules(
    table: Mapping[str, object],
    types: Mapping[str, ValueType] | None = None,
    *,
    transforms: Mapping[str, Transform] = TRANSFORMS,
    key: str = "mapping",
) -> tuple[FieldRule, ...]:
    """The rules of a `[mapping]` table over the fields of the company's leads.

    `types` are those of the company's lead fields (the catalogue's by default); `transforms` those it knows,
    its own by entry point among them. Raises ConfigurationError with every problem. Whether the targets
    exist is asked of the other system's schema later, by `mapping.mapper.prepare_rules`.
    """
    known = types if types is not None else {name: each.type for name, each in CATALOGUE.items()}
    parser = _Parser({*known, *BESIDES}, transforms, key)
    rules = [parser.rule(target, row) for target, row in table.items()]
    if parser.problems:
        raise ConfigurationError(parser.problems)
    return tuple(rules)


_Choice = TypeVar("_Choice", bound=StrEnum)


class _Parser:
    """Reads rows into rules and keeps what is wrong with them."""

    def __init__(self, fields: set[str], transforms: Mapping[str, Transform], key: str) -> None:
        self.fields = fields
        self.transforms = transforms
        self.key = key
        self.problems: list[Problem] = []

    def note(self, key: str, what: str, write: str) -> None:
        self.problems.append(Problem(key=f"{self.key}.{key}", what=what, write=write))

    def rule(self, target: str, row: object) -> FieldRule:
        if isinstance(row, str | list):
            row = {"from": row}
        if not isinstance(row, Mapping):
            self.note(target, "this is not a rule", 'write "first_name" or { from = "first_name" }')
            return FieldRule(target=target)
        for word in row:
            if word not in KEYS:
                self.note(f"{target}.{word}", f"{word!r} is not known in a rule", nearest(str(word), KEYS))
        if sum(word in row for word in ("from", "template", "value")) != 1:
            self.note(target, "a rule has one origin", "write one of from, template and value")
        direction = self._choice(row, "direction", Direction.to_crm, target)
        wins = self._choice(row, "wins", USUALLY_WINS[direction], target)
        if (direction, wins) == (Direction.to_marketing, Wins.never):
            what = "a contact is never created there, so that nothing would ever be written"
            self.note(f"{target}.wins", what, 'write wins = "first", "sales", "newest" or "marketing"')
        return FieldRule(
            target=target,
            sources=self._sources(row.get("from", ()), target, direction),
            template=self._text(row, "template", target),
            value=self._constant(row, "value", target),
            transforms=self._transforms(row.get("transform", ()), f"{target}.transform"),
            table=self._table(row.get("table", {}), f"{target}.table"),
            table_else=self._text(row, "table_else", target),
            default=self._constant(row, "default", target),
            required=self._bool(row, "required", target),
            sensitive=self._bool(row, "sensitive", target),
            optional=self._bool(row, "optional", target),
            too_long=self._choice(row, "too_long", TooLong.refuse, target),
            direction=direction,
            wins=wins,
            blank=self._choice(row, "blank", Blank.keep, target),
            no_user=self._choice(row, "no_user", NoUser.refuse, target),
        )

    def _sources(self, raw: object, target: str, direction: Direction) -> tuple[str, ...]:
        names = (raw,) if isinstance(raw, str) else raw
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            self.note(f"{target}.from", "this names no field", 'write from = "first_name" or a list of names')
            return ()
        if direction is Direction.to_marketing:  # these are the CRM's fields, which its schema tells later
            return tuple(names)
        for name in names:
            if name not in self.fields:
                self.note(f"{target}.from", f"{name!r} is no field of a lead", nearest(name, self.fields))
        return tuple(names)

    def _text(self, row: Mapping[str, object], word: str, target: str) -> str | None:
        raw = row.get(word)
        if raw is not None and not isinstance(raw, str):
            self.note(f"{target}.{word}", "this is not a text", "write it in quotes")
            return None
        return raw

    def _constant(self, row: Mapping[str, object], word: str, target: str) -> Constant | None:
        raw = row.get(word)
        if raw is not None and not isinstance(raw, str | int | float | bool):
            self.note(f"{target}.{word}", "this is not one value", "write a text, a number, true or false")
            return None
        return raw

    def _bool(self, row: Mapping[str, object], word: str, target: str) -> bool:
        raw = row.get(word, False)
        if not isinstance(raw, bool):
            self.note(f"{target}.{word}", "this is neither true nor false", f"write {word} = true")
        return raw is True

    def _choice(self, row: Mapping[str, object], word: str, usual: _Choice, target: str) -> _Choice:
        names = [each.value for each in type(usual)]
        raw = row.get(word, usual.value)
        if raw not in names:
            self.note(f"{target}.{word}", f"{raw!r} is not known here", nearest(str(raw), names))
            return usual
        return type(usual)(raw)

    def _table(self, raw: object, key: str) -> Mapping[str, str]:
        if not isinstance(raw, Mapping) or not all(isinstance(each, str) for each in raw.values()):
            self.note(key, "this is not a table of texts", 'write { ORGANIC_SEARCH = "Web" }')
            return {}
        return MappingProxyType(dict(raw))

    def _transforms(self, raw: object, key: str) -> tuple[tuple[str, str | None], ...]:
        rows = raw if isinstance(raw, list | tuple) else (raw,)
        return tuple(each for each in (self._transform(row, key) for row in rows) if each is not None)

    def _transform(self, row: object, key: str) -> tuple[str, str | None] | None:
        name, argument = (
            next(iter(row.items())) if isinstance(row, Mapping) and len(row) == 1 else (row, None)
        )
        if not isinstance(name, str) or not isinstance(argument, str | None):
            self.note(key, "this is not a transform", 'write "trim" or { date = "dd/MM/yyyy" }')
            return None
        if name not in self.transforms:
            self.note(key, f"{name!r} is no transform", nearest(name, self.transforms))
            return None
        return name, argument

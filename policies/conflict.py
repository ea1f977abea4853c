"""Whose value a field keeps: judged on evidence of what both sides held, and of what they hold now.

Pure. A field has a source (the system that a rule reads) and a target (the one it writes to). What changed is
what differs from when both were last compared; our own write coming back is no change. What the evidence does
not decide is asked of a person, and stays out of the write.
"""

from dataclasses import dataclass
from enum import StrEnum

from mapping.identity import fingerprint
from mapping.records import Instant, Value, ValueType
from mapping.rules import Direction, FieldRule, Wins
from mapping.values import is_blank


class Ruling(StrEnum):
    """What becomes of a field of the target."""

    same = "same"  # both sides hold the same
    keep = "keep"
    write = "write"
    ask = "ask"  # a person decides


class Owner(StrEnum):
    """Whose value stays where both have one, seen from a rule that reads a source and writes a target."""

    source = "source"
    target = "target"
    first = "first"
    newest = "newest"
    never = "never"


BOTH_CHANGED, COMES_BACK = "both_changed", "comes_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one side holds: the mark of its value (None for a blank), held since `by` at the latest.

    `at` is the exact instant, where the system dates the field.
    """

    mark: str | None
    by: Instant
    at: Instant | None = None

    @property
    def latest(self) -> Instant:
        """The latest instant at which it can have changed."""
        return self.by if self.at is None else self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What both sides held when they were last compared, as marks.

    `written` says that the target's value was ours; `over` is what our last write took the place of.
    `fresh`: our last write has not been read back yet.
    """

    source: str | None
    target: str | None
    written: bool = False
    over: str | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that a field is judged on.

    `echo`: the source's value is our own write of what the target said, so that the source says nothing.
    `signed`: the target tells who wrote, so that a value that comes back is known to be a person's.
    """

    source: Side
    target: Side
    base: Base | None = None
    echo: bool = False
    signed: bool = True


def judge_field(owner: Owner, evidence: Evidence, *, clears: bool = False) -> tuple[Ruling, str]:
    """What becomes of the target's field, and why it is asked where it is.

    `clears`: a blank source empties the target, but never what was there before the two were compared.
    """
    source, target, base = evidence.source, evidence.target, evidence.base
    if source.mark == target.mark:
        return Ruling.same, ""
    blank = source.mark is None and (not clears or base is None)
    unchanged = base is not None and (source.mark, target.mark) == (base.source, base.target)
    if evidence.echo or blank or unchanged:
        return Ruling.keep, ""
    if not evidence.signed and base is not None and _comes_back(source, target, base):
        return Ruling.ask, COMES_BACK
    if owner is Owner.newest:
        return _newest(source, target, base)
    open_ = {
        Owner.source: True,
        Owner.target: _is_open(target, base),
        Owner.first: target.mark is None,
        Owner.never: False,
    }
    return (Ruling.write if open_[owner] else Ruling.keep), ""


def _comes_back(source: Side, target: Side, base: Base) -> bool:
    """Whether the target holds again what our last write, of this same value, took the place of."""
    return base.over is not None and target.mark == base.over and source.mark == base.source


def _is_open(target: Side, base: Base | None) -> bool:
    """Whether the target has no value of its own: nothing, or still what we wrote."""
    if base is None:
        return target.mark is None
    return target.mark == base.target and (base.written or target.mark is None)


def _newest(source: Side, target: Side, base: Base | None) -> tuple[Ruling, str]:
    if base is None and target.mark is None:
        return Ruling.write, ""
    if base is not None and target.mark == base.target:
        return Ruling.write, ""
    if base is not None and source.mark == base.source:
        return Ruling.keep, ""
    if source.at is not None and source.at > target.latest:
        return Ruling.write, ""
    if target.at is not None and target.at > source.latest:
        return Ruling.keep, ""
    return Ruling.ask, BOTH_CHANGED


def owner_of(rule: FieldRule) -> Owner:
    """Whose value stays, seen from the rule: marketing is the source of what goes to the CRM."""
    match rule.wins:
        case Wins.first:
            return Owner.first
        case Wins.newest:
            return Owner.newest
        case Wins.never:
            return Owner.never
        case Wins.marketing | Wins.sales:
            from_marketing = rule.direction is Direction.to_crm
            return Owner.source if (rule.wins is Wins.marketing) is from_marketing else Owner.target


def mark_of(value: Value, value_type: ValueType) -> str | None:
    """A hash that is the same for values that mean the same to the field's type; None for a blank."""
    if is_blank(value):
        return None
    return fingerprint({"value": _canonical(value, value_type)})


def _canonical(value: Value, value_type: ValueType) -> Value:
    """Outer blanks, line ends and the order of several choices are a system's own business."""
    if isinstance(value, tuple):
        return tuple(sorted({part.strip() for part in value}))
    if isinstance(value, str):
        if value_type is ValueType.choices:
            return _canonical(tuple(value.split(";")), value_type)
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        return text.lower() if value_type is ValueType.email else text
    if value_type in (ValueType.number, ValueType.bool, ValueType.instant):
        return value
    return str(value)

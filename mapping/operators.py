"""The operators of conditions: which types take which, what stands on their right, and how they test.

A test answers True, False or None (unknown). A value that is missing, or not of the field's type, is
unknown to every operator but `is_set` and `not_set`. Text is compared without regard to case, as both
HubSpot and Salesforce do.
"""

import math
import operator
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from mapping.records import Instant, Value, Values, ValueType, instant_of, parse_instant
from mapping.spans import Span, Times, parse_span
from mapping.values import EARLIEST, LATEST

Outcome: TypeAlias = bool | None
Operand: TypeAlias = str | int | float | bool | tuple[str | int | float, ...] | Span


class Operator(StrEnum):
    """What a clause may ask of a field."""

    eq = "eq"
    ne = "ne"
    in_ = "in"
    not_in = "not_in"
    gt = "gt"
    gte = "gte"
    lt = "lt"
    lte = "lte"
    between = "between"  # both ends included
    contains = "contains"  # a part of a text, or one of several values
    starts_with = "starts_with"
    is_set = "is_set"
    not_set = "not_set"
    within_last = "within_last"  # value <= now < value + span
    before_last = "before_last"  # now >= value + span
    changed_to = "changed_to"  # has this value by a change that is dated or that we saw


class Scene(NamedTuple):
    """What a test may need besides the value."""

    now: Instant
    times: Times
    previous: Values | None


Test: TypeAlias = Callable[[Value, Instant | None, Scene], Outcome]

_ANY = frozenset({Operator.is_set, Operator.not_set})
_EQUAL = frozenset({Operator.eq, Operator.ne, Operator.in_, Operator.not_in, Operator.changed_to}) | _ANY
_TEXT = _EQUAL | {Operator.contains, Operator.starts_with}
_ORDER = frozenset({Operator.gt, Operator.gte, Operator.lt, Operator.lte, Operator.between})
_TIME = _ORDER | {Operator.eq, Operator.ne, Operator.within_last, Operator.before_last} | _ANY

OPERATORS: dict[ValueType, frozenset[Operator]] = {
    ValueType.text: _TEXT,
    ValueType.email: _TEXT,
    ValueType.phone: _TEXT,
    ValueType.url: _TEXT,
    ValueType.choice: _TEXT,
    ValueType.owner: _EQUAL,
    ValueType.number: _EQUAL | _ORDER,
    ValueType.bool: frozenset({Operator.eq, Operator.ne, Operator.changed_to}) | _ANY,
    ValueType.date: _TIME,
    ValueType.instant: _TIME,
    ValueType.choices: frozenset({Operator.contains, Operator.in_, Operator.not_in}) | _ANY,
}
"""Which operators each type takes; anything else is refused when the agreement is read."""

_NUMBERS = (int, float)
_KINDS: dict[ValueType, tuple[type, ...]] = {
    ValueType.number: _NUMBERS,
    ValueType.bool: (bool,),
    ValueType.instant: (int,),
    ValueType.choices: (tuple,),
}


def kinds_of(value_type: ValueType) -> tuple[type, ...]:
    """The Python types that a value of this type has."""
    return _KINDS.get(value_type, (str,))


# What stands on the right of an operator. Each raises ValueError with what to write instead.


def _text(raw: object) -> str:
    if not isinstance(raw, str) or not raw:
        raise ValueError("write a text in quotes")
    return raw.casefold()


def _number(raw: object) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, _NUMBERS) or not math.isfinite(raw):
        raise ValueError("write a number")
    return raw


def _bool(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise ValueError("write true or false")  # noqa: TRY004  # a fault of the configuration
    return raw


def _date(raw: object) -> str:
    try:
        if isinstance(raw, str):
            return date.fromisoformat(raw).isoformat()
    except ValueError:
        raw = None
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw.isoformat()
    raise ValueError("write a date, like 2026-05-13")


def _instant(raw: object) -> Instant:
    try:
        if isinstance(raw, str):
            return parse_instant(raw)
        if isinstance(raw, datetime):
            return instant_of(raw)
    except ValueError:
        pass
    raise ValueError("write a time with its zone, like 2026-05-13T09:00:00+02:00")


_SCALARS: dict[ValueType, Callable[[object], str | int | float | bool]] = {
    ValueType.number: _number,
    ValueType.bool: _bool,
    ValueType.date: _date,
    ValueType.instant: _instant,
}


def read_operand(asked: Operator, value_type: ValueType, raw: object) -> Operand:
    """What a clause compares with, checked by operator and type; raises ValueError with what to write."""
    if asked in _ANY:
        if raw is not True:
            other = Operator.not_set if asked is Operator.is_set else Operator.is_set
            raise ValueError(f"write {asked} = true, or {other} = true for the opposite")
        return True
    if asked in {Operator.within_last, Operator.before_last}:
        return parse_span(raw if isinstance(raw, str) else "")
    scalar = _SCALARS.get(value_type, _text)
    if asked in {Operator.in_, Operator.not_in, Operator.between}:
        return _several(asked, scalar, raw)
    return scalar(raw)


def _several(
    asked: Operator, scalar: Callable[[object], str | int | float | bool], raw: object
) -> tuple[str | int | float, ...]:
    if not isinstance(raw, list | tuple) or not raw:
        raise ValueError('write a list with at least one value, like ["ES", "MX"]')
    read = tuple(scalar(each) for each in raw)
    if asked is Operator.between and (len(read) != 2 or read[0] > read[1]):  # type: ignore[operator]  # one scalar reads both, so both are of one type  # noqa: PLR2004
        raise ValueError("write two values, the smaller first")
    return read


# Tests. Each factory takes the operand and the Python types a value must have to be known.


def _compare(holds: Callable[[Any, Any], bool]) -> Callable[[Any, tuple[type, ...]], Test]:
    def make(operand: Any, kinds: tuple[type, ...]) -> Test:
        if str in kinds:
            return lambda found, _at, _scene: (
                holds(found.casefold(), operand) if isinstance(found, str) else None
            )
        return lambda found, _at, _scene: holds(found, operand) if type(found) in kinds else None

    return make


def _among(*, wanted: bool) -> Callable[[Any, tuple[type, ...]], Test]:
    def make(operand: Any, kinds: tuple[type, ...]) -> Test:
        members = frozenset(operand)
        if tuple in kinds:
            return lambda found, _at, _scene: (
                (not members.isdisjoint([each.casefold() for each in found])) is wanted
                if isinstance(found, tuple)
                else None
            )
        return _compare(lambda found, chosen: (found in chosen) is wanted)(members, kinds)

    return make


def _between(operand: Any, kinds: tuple[type, ...]) -> Test:
    low, high = operand
    return _compare(lambda found, _: low <= found <= high)(None, kinds)


def _contains(operand: Any, kinds: tuple[type, ...]) -> Test:
    if tuple in kinds:
        return _among(wanted=True)((operand,), kinds)
    return _compare(operator.contains)(operand, kinds)


def _presence(*, wanted: bool) -> Callable[[Any, tuple[type, ...]], Test]:
    return lambda _operand, _kinds: lambda found, _at, _scene: (found not in (None, "", ())) is wanted


def _changed_to(field: str, operand: Any, kinds: tuple[type, ...]) -> Test:
    same = _compare(operator.eq)(operand, kinds)

    def test(found: Value, at: Instant | None, scene: Scene) -> Outcome:
        holds = same(found, at, scene)
        if not holds or at is not None:
            return holds
        before = same(scene.previous.get(field), None, scene) if scene.previous else None
        return True if before is False else None

    return test


def ends_at(found: Value, span: Span, times: Times) -> Instant | None:
    """When a span that begins with an instant or a date is over; None where the value is neither."""
    began = begins_at(found, times)
    try:
        return None if began is None else times.later(began, span)
    except OverflowError:  # beyond the year 9999
        return None


def begins_at(found: Value, times: Times) -> Instant | None:
    """The instant of an instant, or the local start of a date; None where the value is neither."""
    if type(found) is int:
        return found if EARLIEST <= found <= LATEST else None
    try:
        return times.start_of(found) if isinstance(found, str) else None
    except (ValueError, OverflowError):
        return None


def _recent(*, within: bool) -> Callable[[Any, tuple[type, ...]], Test]:
    def make(operand: Any, _kinds: tuple[type, ...]) -> Test:
        def test(found: Value, _at: Instant | None, scene: Scene) -> Outcome:
            began, over = begins_at(found, scene.times), ends_at(found, operand, scene.times)
            if began is None or over is None:
                return None
            return began <= scene.now < over if within else scene.now >= over

        return test

    return make


_TESTS: dict[Operator, Callable[[Any, tuple[type, ...]], Test]] = {
    Operator.eq: _compare(operator.eq),
    Operator.ne: _compare(operator.ne),
    Operator.in_: _among(wanted=True),
    Operator.not_in: _among(wanted=False),
    Operator.gt: _compare(operator.gt),
    Operator.gte: _compare(operator.ge),
    Operator.lt: _compare(operator.lt),
    Operator.lte: _compare(operator.le),
    Operator.between: _between,
    Operator.contains: _contains,
    Operator.starts_with: _compare(str.startswith),
    Operator.is_set: _presence(wanted=True),
    Operator.not_set: _presence(wanted=False),
    Operator.within_last: _recent(within=True),
    Operator.before_last: _recent(within=False),
}


def compile_test(field: str, asked: Operator, operand: Operand, value_type: ValueType) -> Test:
    """The closure that tests a value of the field."""
    if asked is Operator.changed_to:
        return _changed_to(field, operand, kinds_of(value_type))
    return _TESTS[asked](operand, kinds_of(value_type))

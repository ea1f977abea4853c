"""Condition trees over a lead's fields, evaluated with three-valued logic and a trace (policy 6.4, design 8).

A field that is missing makes its clause unknown (None). `all` is False where a part is False, else unknown
where a part is unknown; `any` the other way round; `not` turns True and False and leaves unknown. So a
negation is an exact complement on known values, and nothing becomes true because something is not known.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from mapping.operators import (
    Operand,
    Operator,
    Outcome,
    Scene,
    Test,
    begins_at,
    compile_test,
    ends_at,
)
from mapping.records import NOTHING, Instant, Value, Values, ValueType
from mapping.spans import UTC_TIMES, Span, Times


class Joint(StrEnum):
    """How a group joins its parts; `not` has one part."""

    all = "all"
    any = "any"
    not_ = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One question to one field; `key` is its place in the tree, such as `any[1].all[0]`."""

    key: str
    field: str
    type: ValueType
    operator: Operator
    operand: Operand


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Parts joined by all, any or not."""

    joint: Joint
    parts: tuple["Node", ...]


Node: TypeAlias = Clause | Group | bool


class Traced(NamedTuple):
    """What one clause found: the value, since when it has it (where dated), and the outcome."""

    clause: Clause
    found: Value
    at: Instant | None
    outcome: Outcome


class Evaluation(NamedTuple):
    """The outcome of a condition at `now`, why, and until when it holds if no value changes.

    `valid_until` is the first instant at which time alone changes the outcome; None: never.
    """

    outcome: Outcome
    trace: tuple[Traced, ...]
    valid_until: Instant | None

    @property
    def unknown(self) -> tuple[str, ...]:
        """The fields whose value was not known, each once, in the tree's order."""
        return tuple(dict.fromkeys(row.clause.field for row in self.trace if row.outcome is None))


class Since(NamedTuple):
    """Since when an outcome has held, and whether each clause it rests on was dated."""

    at: Instant | None
    complete: bool


_Combine: TypeAlias = Callable[[Sequence[Outcome]], Outcome]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that is ready to be evaluated; equal to another one with the same tree."""

    tree: Node
    _tests: tuple[tuple[Clause, str, Test], ...] = field(init=False, repr=False, compare=False)
    _combine: _Combine = field(init=False, repr=False, compare=False)
    _timed: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        clauses = _clauses(self.tree)
        tests = tuple(
            (each, each.field, compile_test(each.field, each.operator, each.operand, each.type))
            for each in clauses
        )
        timed = tuple(place for place, each in enumerate(clauses) if isinstance(each.operand, Span))
        object.__setattr__(self, "_tests", tests)
        object.__setattr__(self, "_combine", _joined(self.tree, iter(range(len(clauses)))))
        object.__setattr__(self, "_timed", timed)

    def evaluate(
        self,
        values: Values,
        dated: Mapping[str, Instant] = NOTHING,
        *,
        now: Instant,
        times: Times = UTC_TIMES,
        previous: Values | None = None,
    ) -> Evaluation:
        """The outcome for these values at `now`, with a trace row for each clause, in the tree's order.

        `dated` tells since when a field has its value, `previous` what the values were before (for
        `changed_to`). Raises ValueError where a business span is asked for and `times` has no calendar.
        """
        scene = Scene(now, times, previous)
        trace = tuple(
            [
                Traced(clause, found := values.get(name), at := dated.get(name), test(found, at, scene))
                for clause, name, test in self._tests
            ]
        )
        outcome = self._combine([row[3] for row in trace])
        return Evaluation(outcome, trace, self._until(outcome, trace, scene) if self._timed else None)

    def _until(self, outcome: Outcome, trace: tuple[Traced, ...], scene: Scene) -> Instant | None:
        """The first later instant at which the outcome is another one: each turn is tried in order."""
        outcomes = [row.outcome for row in trace]
        for turn in sorted({t for place in self._timed for t in _turns(trace[place], scene)}):
            then = scene._replace(now=turn)
            for place in self._timed:
                row = trace[place]
                outcomes[place] = self._tests[place][2](row.found, row.at, then)
            if self._combine(outcomes) is not outcome:
                return turn
        return None

    def since(self, evaluation: Evaluation, times: Times = UTC_TIMES) -> Since:
        """Since when the outcome has held: the newest date among the clauses that made it so.

        Where one part alone suffices (a true one of `any`, a false one of `all`), the part that did so
        first counts. `evaluation` must come from this condition.
        """
        return _since(self.tree, iter(evaluation.trace), times)[1]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it reads, each once, in the tree's order."""
        return tuple(dict.fromkeys(name for _, name, _ in self._tests))

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Its clauses in the tree's order."""
        return tuple(clause for clause, _, _ in self._tests)


def fields_of(condition: Condition) -> frozenset[str]:
    """The fields that a condition reads."""
    return frozenset(condition.fields)


def _clauses(node: Node) -> tuple[Clause, ...]:
    match node:
        case Clause():
            return (node,)
        case Group():
            return tuple(clause for part in node.parts for clause in _clauses(part))
        case bool():
            return ()


def _joined(node: Node, places: Iterator[int]) -> _Combine:
    """The closure that joins the outcomes of the clauses, each known by its place."""
    match node:
        case Clause():
            place = next(places)
            return lambda outcomes: outcomes[place]
        case bool():
            return lambda _outcomes: node
        case Group(joint=Joint.not_):
            inner = _joined(node.parts[0], places)
            return lambda outcomes: None if (outcome := inner(outcomes)) is None else not outcome
        case Group():
            parts = tuple(_joined(part, places) for part in node.parts)
            return _decided_by(parts, decisive=node.joint is Joint.any)


def _decided_by(parts: tuple[_Combine, ...], *, decisive: bool) -> _Combine:
    """`any` is decided by one True, `all` by one False; without it an unknown part leaves it open."""

    def combine(outcomes: Sequence[Outcome]) -> Outcome:
        undecided: Outcome = not decisive
        for part in parts:
            outcome = part(outcomes)
            if outcome is decisive:
                return decisive
            if outcome is None:
                undecided = None
        return undecided

    return combine


def _turns(row: Traced, scene: Scene) -> list[Instant]:
    """The instants after now at which a clause about time changes by itself."""
    span = row.clause.operand
    assert isinstance(span, Span)
    turns = [begins_at(row.found, scene.times), ends_at(row.found, span, scene.times)]
    return [turn for turn in turns if turn is not None and turn > scene.now]


def _since(node: Node, rows: Iterator[Traced], times: Times) -> tuple[Outcome, Since]:
    match node:
        case bool():
            return node, Since(None, complete=True)
        case Clause():
            row = next(rows)
            at = _taken_at(row, times)
            return row.outcome, Since(at, complete=at is not None)
        case Group(joint=Joint.not_):
            outcome, since = _since(node.parts[0], rows, times)
            return (None if outcome is None else not outcome), since
        case Group():
            parts = [_since(part, rows, times) for part in node.parts]
            return _since_joined(parts, decisive=node.joint is Joint.any)


def _since_joined(parts: list[tuple[Outcome, Since]], *, decisive: bool) -> tuple[Outcome, Since]:
    deciders = [since for outcome, since in parts if outcome is decisive]
    if deciders:
        dated = [since for since in deciders if since.at is not None]
        first = min(dated, key=lambda since: (since.at or 0, not since.complete), default=deciders[0])
        return decisive, first
    if any(outcome is None for outcome, _ in parts):
        return None, Since(None, complete=False)
    at = max((since.at for _, since in parts if since.at is not None), default=None)
    return not decisive, Since(at, all(since.complete for _, since in parts))


def _taken_at(row: Traced, times: Times) -> Instant | None:
    """When a clause took its outcome; one about time by the value itself, not by when it was written."""
    span = row.clause.operand
    if not isinstance(span, Span):
        return row.at
    expired = (row.clause.operator is Operator.before_last) is row.outcome
    return ends_at(row.found, span, times) if expired else begins_at(row.found, times)

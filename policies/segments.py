"""Segments: kinds of leads with targets of their own, each told by a condition over the lead's fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapping.conditions import Condition, Operator, parse_condition
from mapping.problems import ConfigurationError, Problem
from mapping.records import Instant, Lead, ValueType
from mapping.spans import UTC_TIMES, Times
from policies.forms import as_table, refuse_unknown

KEYS = ("name", "when")
WRITE = "write [ { name = 'enterprise', when = { field = 'account_size', gte = 500 } } ]"


@dataclass(frozen=True, slots=True)
class Segment:
    """A kind of lead: its name, by which targets call it, and who is in it."""

    name: str
    when: Condition


def read_segments(
    value: object, catalogue: Mapping[str, ValueType], key: str, problems: list[Problem]
) -> tuple[Segment, ...]:
    """The segments in their order: a lead is in the first whose condition holds."""
    if not isinstance(value, list | tuple):
        problems.append(Problem(key=key, what="is no list of segments", write=WRITE))
        return ()
    found: list[Segment] = []
    for number, each in enumerate(value):
        segment = _read(each, catalogue, f"{key}[{number}]", problems)
        if segment is not None and segment.name in (one.name for one in found):
            what = f"{segment.name!r} stands here twice"
            problems.append(
                Problem(key=f"{key}[{number}].name", what=what, write="join them with any = [...]")
            )
        elif segment is not None:
            found.append(segment)
    return tuple(found)


def segment_of(
    segments: Sequence[Segment], lead: Lead, *, now: Instant, times: Times = UTC_TIMES
) -> tuple[str | None, Instant | None]:
    """The first segment that a lead is in, None where it is in none, and until when that holds by time alone."""
    ends: list[Instant] = []
    for each in segments:
        found = each.when.evaluate(lead.values, lead.dated, now=now, times=times)
        ends += [] if found.valid_until is None else [found.valid_until]
        if found.outcome is True:
            return each.name, min(ends, default=None)
    return None, min(ends, default=None)


def _read(
    value: object, catalogue: Mapping[str, ValueType], key: str, problems: list[Problem]
) -> Segment | None:
    if isinstance(value, str):
        what = f"nothing says which leads are in {value!r}"
        problems.append(Problem(key=key, what=what, write=WRITE))
        return None
    table = as_table(value, key, problems)
    refuse_unknown(table, KEYS, key, problems)
    name = table.get("name")
    if not isinstance(name, str) or not name.isidentifier():
        problems.append(Problem(key=f"{key}.name", what="is missing", write="write name = 'enterprise'"))
        return None
    try:
        when = parse_condition(table.get("when"), catalogue, f"{key}.when")
    except ConfigurationError as error:
        problems.extend(error.problems)
        return None
    if any(clause.operator is Operator.changed_to for clause in when.clauses):
        what = "a segment is what a lead is, not what it became"
        problems.append(Problem(key=f"{key}.when", what=what, write="write eq instead of changed_to"))
    return Segment(name, when)

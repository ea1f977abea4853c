"""Marketing's side of the agreement: what it delivered, towards what goal, how complete and how well taken."""

from collections import Counter
from dataclasses import dataclass

from policies.business_time import Hours
from reports.figures.pace import Pace, Projection, measure_pace, project
from reports.figures.rates import Share
from reports.rows import Rows
from reports.span import Span
from reports.stages import Ways, people

VALID = ("provisional", "final")  # credit that counts towards the goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Leads of one source and content that sales rejected for one reason."""

    reason: str
    source: str
    content: str
    leads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Marketing:
    """What marketing owes and did in the span.

    `delivered` are all handoffs passed, `valid` the distinct people whose credit stands; expansions of
    customers are not in the goal of new leads. `pace` and `projection` need a goal and the hours of its
    calendar. `incomplete` packages are owed as of now, `overdue` of them past the agreed time. `accepted` is the
    quality rate: of what sales accepted or rejected through marketing's fault; a duplicate or a customer that
    sales knows already is neither (policy 4.6).
    """

    delivered: int
    valid: int
    credit: tuple[tuple[str, int], ...]
    target: int | None
    attainment: float | None
    pace: Pace | None
    projection: Projection | None
    incomplete: int
    overdue: int
    accepted: Share
    rejections: tuple[Rejection, ...]


def marketing_side(
    rows: Rows, ways: Ways, span: Span, *, now: int, goal: int | None, hours: Hours | None
) -> Marketing:
    """Marketing's numbers of the span; raises what `hours` raises for instants outside its calendar."""
    passed = [each for each in ways.those("passed", span) if each.type != "expansion"]
    valid = people(each for each in passed if each.credit in VALID)
    drafts = {each.key for each in ways.handoffs if each.state == "draft"}
    late = {
        each.key
        for each in rows.clock
        if each.name == "package" and each.state == "breached_open" and each.key in drafts
    }
    taken = sum(each.credit == "final" for each in passed)
    blamed = sum(each.against_marketing for each in passed)
    return Marketing(
        delivered=len(passed),
        valid=valid,
        credit=tuple(sorted(Counter(each.credit for each in passed).items())),
        target=goal,
        attainment=valid / goal if goal else None,
        pace=measure_pace(goal, valid, hours, start=span.start, now=now, end=span.end)
        if goal and hours
        else None,
        projection=_projection(ways, hours, span, now) if goal and hours and now < span.end else None,
        incomplete=len(drafts),
        overdue=len(late),
        accepted=Share(taken, taken + blamed),
        rejections=_rejections(ways, span),
    )


def _projection(ways: Ways, hours: Hours, span: Span, now: int) -> Projection | None:
    """By people, once in the span and once before it, on the day they were delivered with credit."""
    first: dict[tuple[str, bool], int] = {}
    for each in ways.handoffs:
        at = each.delivered_at
        if at is not None and each.credit in VALID and each.type != "expansion":
            key = (each.lead, at >= span.start)
            first[key] = min(first.get(key, at), at)
    return project(sorted(first.values()), hours, start=span.start, now=now, end=span.end)


def _rejections(ways: Ways, span: Span) -> tuple[Rejection, ...]:
    found = Counter(
        (each.reason or "", each.source, each.content)
        for each in ways.handoffs
        if each.state == "rejected" and span.holds(each.since)
    )
    return tuple(
        Rejection(reason=reason, source=source, content=content, leads=count)
        for (reason, source, content), count in sorted(found.items(), key=_most_first)
    )


def _most_first(item: tuple[tuple[str, ...], int]) -> tuple[int, tuple[str, ...]]:
    names, count = item
    return (-count, names)

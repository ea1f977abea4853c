"""What the agreed goal asks of any span of time: whole periods exactly, parts of one by their business time."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, prod
from typing import cast

from mapping.problems import Problem
from mapping.records import Instant
from policies.agreement import Agreement
from policies.business_time import Hours
from policies.goal_table import read_goal
from policies.goals import Goal, Stage, plan, ramped
from reports.figures.periods import Period, local_day, period_bounds, period_of

MQL = "mql"  # the stage at which marketing passes leads to sales
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a goal's period with what it must bring; `[start, end)` in UTC seconds."""

    name: str
    start: Instant
    end: Instant
    target: int


def goal_of(agreement: Agreement) -> tuple[Goal | None, tuple[Problem, ...]]:
    """The goal that both sides signed; None without one, or with what is wrong with it."""
    return read_goal(agreement.goals, "agreement.goals") if agreement.goals else (None, ())


def passed_stages(goal: Goal) -> tuple[Stage, ...]:
    """The stages from the one at which leads are passed; all of them where none is called so."""
    names = [stage.name.lower() for stage in goal.stages]
    return goal.stages[names.index(MQL) :] if MQL in names else goal.stages


def passed_rate(goal: Goal) -> Fraction:
    """From a lead that is passed to a sale."""
    return prod((stage.rate.value for stage in passed_stages(goal)), start=Fraction(1))


def handoffs_of(goal: Goal) -> int:
    """How many leads a whole period must pass to sales."""
    return dict(plan(goal).needed)[passed_stages(goal)[0].name]


def bounds_of(goal: Goal, at: Instant, place: str) -> tuple[str, Instant, Instant]:
    """The goal's period that holds an instant: its name and half-open UTC seconds, by the zone's calendar."""
    period = cast("Period", goal.period)
    day = local_day(at, place)
    return period_of(day, period), *period_bounds(day, period, place)


def parts_of(goal: Goal, at: Instant, place: str) -> tuple[Part, ...]:
    """The period that holds an instant as parts to be passed: its months where a ramp tells one for each."""
    name, start, end = bounds_of(goal, at, place)
    total = handoffs_of(goal)
    months = ramped(total, goal.ramp, keep_total=goal.keep_total) if goal.ramp else (total,)
    if len(months) != MONTHS.get(goal.period) or len(months) == 1:
        return (Part(name, start, end, sum(months)),)
    found, at = list[Part](), start
    for target in months:
        day = local_day(at, place)
        until = period_bounds(day, "month", place)[1]
        found.append(Part(period_of(day, "month"), at, until, target))
        at = until
    return tuple(found)


def asked(
    goal: Goal, start: Instant, end: Instant, place: str, hours: Hours | None
) -> Mapping[str, int | None]:
    """What a span must bring: `passed` leads and `won` customers; None where it asks for nothing.

    A part of a period is asked for its share of the period's business time, rounded up.
    """
    passed, won, at = list[Part](), list[Part](), start
    while at < end:
        name, since, until = bounds_of(goal, at, place)
        passed += parts_of(goal, at, place)
        won.append(Part(name, since, until, goal.marketing_sales))
        at = until
    return {"passed": _share(passed, start, end, hours), "won": _share(won, start, end, hours)}


def _share(parts: list[Part], start: Instant, end: Instant, hours: Hours | None) -> int | None:
    total = Fraction(0)
    for part in parts:
        since, until = max(start, part.start), min(end, part.end)
        if (since, until) == (part.start, part.end):
            total += part.target
        elif since < until:
            if hours is None or not (whole := hours.between(part.start, part.end)):
                return None
            total += Fraction(part.target * hours.between(since, until), whole)
    return ceil(total) or None

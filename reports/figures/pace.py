"""Attainment of a goal and the pace towards it, in business time of the goal's calendar (policy 5.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import exp, lgamma, log
from typing import Literal, NamedTuple, TypeAlias

from policies.business_time import BusinessDays, BusinessTimeError, Hours

Band: TypeAlias = Literal["not_started", "behind", "risk", "on", "flood"]
FIRST_PROJECTION_DAY = 5  # working dates before a projection says anything
RATE_DAYS = 20  # working dates the current rate is measured over


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Where a goal stands at an instant.

    `expected` is what should have been delivered by now; `pace` is delivered over expected, None while
    nothing is expected yet (then the band says not_started). `required_per_day` is what each working date
    left must bring; None when none is left.
    """

    target: int
    delivered: int
    expected: float
    pace: float | None
    attainment: float
    band: Band
    days_left: int
    required_per_day: float | None


class Projection(NamedTuple):
    """What the period ends with at the current rate, with a 95 % Poisson interval on what is still to come."""

    likely: float
    low: int
    high: int


def measure_pace(target: int, delivered: int, hours: Hours, *, start: int, now: int, end: int) -> Pace:
    """The pace of `delivered` valid handoffs towards `target` in `[start, end)`, UTC seconds.

    Expected is the target times the share of the period's business time gone by `now`. Raises ValueError for
    a target below one and what `hours` raises.
    """
    gone = hours.between(start, min(max(now, start), end))
    whole = hours.between(start, end)
    return _pace(
        target, delivered, target * gone / whole if whole else 0.0, _days_left(hours, now, start, end)
    )


def measure_planned_pace(
    target: int, delivered: int, plan: Mapping[date, int], today: date, days_left: int
) -> Pace:
    """The same against a daily plan: expected is what it asks for on dates before `today`.

    A plan of days is the other way that policy 5.2 names to say what is expected by now, and its cases ask for it;
    a company's configuration has a target for a period only.
    """
    return _pace(target, delivered, float(sum(each for day, each in plan.items() if day < today)), days_left)


def band_of(pace: float | None) -> Band:
    """Behind below 0.80, at risk below 0.95, on up to 1.20, flood above: too many leads harm as well."""
    if pace is None:
        return "not_started"
    if pace > 1.20:  # noqa: PLR2004 - the bands of policy 4.5, told in the docstring
        return "flood"
    if pace >= 0.95:  # noqa: PLR2004
        return "on"
    return "risk" if pace >= 0.80 else "behind"  # noqa: PLR2004


def project(delivered_at: list[int], hours: Hours, *, start: int, now: int, end: int) -> Projection | None:
    """What the period ends with at the rate of the last 20 working dates; None before its fifth.

    `delivered_at` are the instants of valid handoffs, those before `start` included where known.
    """
    if hours.working_days(start, now) < FIRST_PROJECTION_DAY:
        return None
    try:
        since = hours.add(now, BusinessDays(-RATE_DAYS))
    except BusinessTimeError:
        since = start
    window = hours.between(since, now)
    recent = sum(since <= at < now for at in delivered_at)
    done = sum(start <= at < now for at in delivered_at)
    coming = recent * hours.between(now, end) / window if window and now < end else 0.0
    return Projection(done + coming, done + _poisson(coming, 0.025), done + _poisson(coming, 0.975))


def _pace(target: int, delivered: int, expected: float, days_left: int) -> Pace:
    if target < 1:
        raise ValueError("a pace needs a target of at least one")
    pace = delivered / expected if expected else None
    return Pace(
        target=target,
        delivered=delivered,
        expected=expected,
        pace=pace,
        attainment=delivered / target,
        band=band_of(pace),
        days_left=days_left,
        required_per_day=max(0, target - delivered) / days_left if days_left else None,
    )


def _days_left(hours: Hours, now: int, start: int, end: int) -> int:
    return hours.working_days(max(now, start), end) if now < end else 0


def _poisson(mean: float, share: float) -> int:
    """The smallest count that a Poisson variable of `mean` stays within with probability `share`."""
    if mean == 0:
        return 0
    count, total = 0, exp(-mean)
    while total < share:
        count += 1
        total += exp(count * log(mean) - mean - lgamma(count + 1))
    return count

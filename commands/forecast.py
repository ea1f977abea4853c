"""How long leads take to become sales in this company, and what that means for a period that goes on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from commands.targets import bounds_of, passed_rate
from mapping.records import Instant
from policies.goals import Goal
from policies.lag import Lag, Observation, measure_lag, monthly_leads
from reports.figures.periods import local_day, period_bounds, period_of
from reports.rows import Handoff

NEVER = ("lost", "rejected", "cancelled")
SHOWN = (30, 60, 90, 180)  # days from MQL to sale


@dataclass(frozen=True, slots=True)
class Way:
    """One lead's way from its first MQL moment; days are ordinals of the zone's calendar."""

    since: int
    won: int | None
    over: bool  # it will not be a sale
    in_hand: bool  # sales or marketing works on it now


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What the company's own history says.

    `within` are shares of eventual sales by days from MQL, `months` those of leads passed evenly in a month that
    close inside the period, `expected` the sales of the period already won or to be expected of leads in hand, and
    `monthly` the leads a month that are still needed (None: none can close in time).
    """

    lag: Lag
    within: tuple[tuple[int, Fraction], ...]
    months: tuple[tuple[str, Fraction], ...]
    won: int
    expected: Fraction
    monthly: int | None


def forecast(goal: Goal, handoffs: Iterable[Handoff], now: Instant, place: str) -> Forecast | None:
    """What the history of handoffs says of the period that holds `now`; None before the first sale."""
    today = local_day(now, place).toordinal()
    ways = list(_ways(handoffs, place))
    lag = measure_lag(_observed(ways, today))
    if lag is None:
        return None
    _, start, end = bounds_of(goal, now, place)
    first, last = local_day(start, place).toordinal(), local_day(end, place).toordinal()
    months = [(name, max(begin, first), until) for name, begin, until in _months(now, end, place)]
    rate = passed_rate(goal)
    won = sum(way.won is not None and first <= way.won < last for way in ways)
    expected = won + sum((_chance(way, lag, rate, today, last - 1) for way in ways), Fraction(0))
    spans = [(max(begin, today), until) for _, begin, until in months]
    return Forecast(
        lag=lag,
        within=tuple((days, lag.within(days)) for days in SHOWN),
        months=tuple((name, lag.share_by(begin, until, last - 1)) for name, begin, until in months),
        won=won,
        expected=expected,
        monthly=monthly_leads(goal.marketing_sales, rate, lag, spans, end=last - 1, expected=expected),
    )


def _ways(handoffs: Iterable[Handoff], place: str) -> Iterator[Way]:
    """One way for each lead: people buy once, whatever the cycle. A win before the MQL moment is none."""
    leads: dict[str, list[Handoff]] = {}
    for each in handoffs:
        if each.state != "history":
            leads.setdefault(each.lead, []).append(each)
    for found in leads.values():
        since = min(each.mql_at for each in found)
        won = min((each.won_at for each in found if each.won_at is not None), default=None)
        if won is not None and won < since:
            continue
        newest = max(found, key=lambda each: each.cycle)
        yield Way(
            since=local_day(since, place).toordinal(),
            won=None if won is None else local_day(won, place).toordinal(),
            over=newest.outcome in NEVER,
            in_hand=newest.outcome is None,
        )


def _observed(ways: Iterable[Way], today: int) -> Iterator[Observation]:
    for way in ways:
        if way.won is not None:
            yield Observation(way.won - way.since, won=True)
        else:
            yield Observation(None if way.over else max(0, today - way.since))


def _chance(way: Way, lag: Lag, rate: Fraction, today: int, last: int) -> Fraction:
    """That a lead in hand, not won until today, is won by the last day."""
    if way.won is not None or not way.in_hand or today > last:
        return Fraction(0)
    so_far, by_then = lag.within(today - way.since), lag.within(last - way.since)
    left = 1 - rate * so_far
    return rate * (by_then - so_far) / left if left else Fraction(0)


def _months(now: Instant, end: Instant, place: str) -> Iterator[tuple[str, int, int]]:
    """The months from the present one to the period's end: name, first day, the day after the last."""
    at = now
    while at < end:
        day = local_day(at, place)
        start, until = period_bounds(day, "month", place)
        until = min(until, end)
        yield (
            period_of(day, "month"),
            local_day(start, place).toordinal(),
            local_day(until, place).toordinal(),
        )
        at = until

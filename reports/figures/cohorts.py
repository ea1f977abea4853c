"""Stage rates by cohort: of the leads that became MQL together, how many reached a stage in time (policy 5.4)."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from reports.figures.periods import Period, local_day, period_of
from reports.figures.rates import Share

DAY = 86_400


class Way(NamedTuple):
    """One handoff's way: when it became MQL and when it reached the stage asked about (UTC seconds)."""

    mql_at: int
    reached_at: int | None = None


class Cohort(NamedTuple):
    """The handoffs of one period of MQL dates.

    `rate` counts those whose horizon is over; `maturing` those that may still get there and are in no rate.
    A cohort with any of them is not to be compared in a trend.
    """

    period: str
    rate: Share
    maturing: int

    @property
    def mature(self) -> bool:
        """Whether every handoff of the cohort has had its full horizon."""
        return self.maturing == 0


def stage_rates(
    ways: Iterable[Way], *, horizon_days: int, now: int, reporting_zone: str, period: Period = "month"
) -> tuple[Cohort, ...]:
    """Cohorts by MQL date, oldest first: the share that reached the stage within the horizon.

    The horizon is `horizon_days` of 24 hours; one that ends exactly at `now` is over.
    """
    horizon = horizon_days * DAY
    cohorts: defaultdict[str, list[Way]] = defaultdict(list)
    for way in ways:
        if way.mql_at <= now:
            cohorts[period_of(local_day(way.mql_at, reporting_zone), period)].append(way)
    return tuple(_cohort(name, found, horizon, now) for name, found in sorted(cohorts.items()))


def _cohort(name: str, ways: list[Way], horizon: int, now: int) -> Cohort:
    ripe = [way for way in ways if way.mql_at + horizon <= now]
    reached = sum(way.reached_at is not None and way.reached_at <= way.mql_at + horizon for way in ripe)
    return Cohort(name, Share(reached, len(ripe)), len(ways) - len(ripe))

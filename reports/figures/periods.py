"""Days, months and quarters of the reporting zone, and distinct people in them (policy 5.4)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias

from policies.zones import instant_at, zone

Period: TypeAlias = Literal["day", "week", "month", "quarter", "year"]


class People(NamedTuple):
    """What one period held: distinct people, and handoffs (a person may come twice)."""

    period: str
    people: int
    handoffs: int


def local_day(instant: int, reporting_zone: str) -> date:
    """The date that calendars in the reporting zone show at `instant` (UTC seconds)."""
    return datetime.fromtimestamp(instant, zone(reporting_zone)).date()


def day_bounds(day: date, reporting_zone: str) -> tuple[int, int]:
    """The half-open UTC seconds of a local date: 23, 24 or 25 hours long."""
    place, ordinal = zone(reporting_zone), day.toordinal()
    return instant_at(place, ordinal, 0), instant_at(place, ordinal + 1, 0)


def period_of(day: date, period: Period) -> str:
    """The name of the period a date is in: 2026-05-13, 2026-W20, 2026-05, 2026-Q2, 2026."""
    if period == "day":
        return day.isoformat()
    if period == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if period == "month":
        return f"{day.year}-{day.month:02}"
    if period == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return str(day.year)


def period_bounds(day: date, period: Period, reporting_zone: str) -> tuple[int, int]:
    """The half-open UTC seconds of the period that holds a local date."""
    name, first, last = period_of(day, period), day, day
    while period_of(first - timedelta(days=1), period) == name:
        first -= timedelta(days=1)
    while period_of(last + timedelta(days=1), period) == name:
        last += timedelta(days=1)
    return day_bounds(first, reporting_zone)[0], day_bounds(last, reporting_zone)[1]


def people_per_period(
    handoffs: Iterable[tuple[str, int]], period: Period, reporting_zone: str
) -> tuple[People, ...]:
    """Distinct people and handoffs by period, oldest first, from (person, UTC seconds); one row per handoff.

    A person who comes back in the same quarter is one person and two handoffs of it (case I14, which asks for
    this side by side; a report tells one period, in which it counts each handoff).
    """
    people: defaultdict[str, list[str]] = defaultdict(list)
    for person, instant in handoffs:
        people[period_of(local_day(instant, reporting_zone), period)].append(person)
    return tuple(People(name, len(set(found)), len(found)) for name, found in sorted(people.items()))

"""How fast business time is, and how many times faster than businesstimedelta.

    python -m bench.business_time

Prints operations per second (the best of five rounds on one core) and ratios; ends with status 1 when adding
seconds falls below 500,000 a second or 100 times businesstimedelta. Both keep the same calendar, holidays
included (without holidays businesstimedelta is about three times as fast). Takes about ten seconds.
"""

import datetime as dt
import random
import sys
from collections.abc import Callable, Sequence
from timeit import repeat
from typing import Any

import businesstimedelta
import holidays
import pytz

from policies.business_time import BusinessDays
from policies.calendar import CalendarSpec
from policies.holiday_source import HolidaySource

HOUR = 3600
MADRID = HolidaySource(country="ES", subdivision="MD")
TEN_DAYS = 10 * 86_400
FIRST = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
FLOOR, TIMES = 500_000, 100  # what is promised of adding seconds


def rate(operation: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Operations per second over `items`, the best of five rounds."""

    def round_of() -> None:
        for item in items:
            operation(item)

    return len(items) / min(repeat(round_of, number=1, repeat=5))


def starts(count: int) -> list[int]:
    """Seeded instants over eleven months of 2026, open and closed ones."""
    source = random.Random(7)
    return [int(FIRST.timestamp()) + source.randrange(330 * 86_400) for _ in range(count)]


def office() -> businesstimedelta.Rules:
    """Monday to Friday 09:00-18:00 in Madrid without its holidays, as businesstimedelta says it."""
    place = pytz.timezone("Europe/Madrid")
    days_off = holidays.country_holidays("ES", subdiv="MD", years=range(2025, 2033))
    week = businesstimedelta.WorkDayRule(
        start_time=dt.time(9), end_time=dt.time(18), working_days=[0, 1, 2, 3, 4], tz=place
    )
    return businesstimedelta.Rules([week, businesstimedelta.HolidayRule(days_off, tz=place)])


def show(name: str, ours: float, theirs: float) -> bool:
    """Print one row; whether the promise holds in it."""
    print(f"{name:16} {ours:12,.0f}/s   businesstimedelta {theirs:8,.0f}/s   {ours / theirs:8,.0f} times")
    return ours >= FLOOR and ours >= TIMES * theirs


def main() -> int:
    """Time both and print the table; 1 when a promise is broken."""
    instants = starts(100_000)
    moments = [dt.datetime.fromtimestamp(instant, dt.UTC) for instant in instants[:100]]
    hours = CalendarSpec(timezone="Europe/Madrid", holidays=MADRID).resolve(FIRST.date()).hours
    rules = office()
    add, between = hours.add, hours.between
    kept = []
    for number in (1, 8, 160):
        seconds, delta = number * HOUR, businesstimedelta.BusinessTimeDelta(rules, hours=number)
        assert all(
            int((moment + delta).timestamp()) == add(instant, seconds)
            for moment, instant in zip(moments, instants, strict=False)
        ), "the two disagree, so their speeds cannot be compared"
        ours = rate(lambda start, target=seconds: add(start, target), instants)
        kept.append(show(f"add {number} h", ours, rate(delta.__radd__, moments)))
    gap = dt.timedelta(days=10)
    ours = rate(lambda start: between(start, start + TEN_DAYS), instants)
    show("between 10 days", ours, rate(lambda moment: rules.difference(moment, moment + gap), moments))
    two_days = BusinessDays(2)
    print(f"{'add 2 bd':16} {rate(lambda start: add(start, two_days), instants):12,.0f}/s")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())

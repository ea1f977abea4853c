"""How fast business time is, and how many times faster than businesstimedelta: `python -m bench.business_time`.

Each row reckons the same deadlines with both, on the same calendar; the script stops if they disagree. Exits
with 1 when adding seconds, holidays kept, falls below 500,000 a second or 100 times businesstimedelta.
"""

import datetime as dt
import random
import sys

import businesstimedelta
import holidays
import pytz

from bench.timing import Timing
from policies.business_time import BusinessDays, BusinessTime
from policies.calendar import CalendarSpec
from policies.holiday_source import HolidaySource

HOUR = 3600
TEN_DAYS = 10 * 86_400
EIGHT = dt.timedelta(hours=8)
FIRST = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
FLOOR, TIMES = 500_000, 100
PLACE = "Europe/Madrid"
THEIRS = "businesstimedelta"


def starts(count: int) -> list[int]:
    """Seeded instants over eleven months of 2026, open and closed ones."""
    source = random.Random(7)
    return [int(FIRST.timestamp()) + source.randrange(330 * 86_400) for _ in range(count)]


def hours_of(source: HolidaySource | None) -> BusinessTime:
    """Monday to Friday 09:00-18:00 in Madrid, as Acuerdo says it."""
    return CalendarSpec(timezone=PLACE, holidays=source).resolve(FIRST.date()).hours


def rules_of(*, with_holidays: bool) -> businesstimedelta.Rule:
    """The same, as businesstimedelta says it; each in its fastest form: a lone rule, a plain set of dates."""
    place = pytz.timezone(PLACE)
    week = businesstimedelta.WorkDayRule(
        start_time=dt.time(9), end_time=dt.time(18), working_days=[0, 1, 2, 3, 4], tz=place
    )
    if not with_holidays:
        return week
    days_off = holidays.country_holidays("ES", subdiv="MD", years=range(2025, 2033))
    return businesstimedelta.Rules([week, businesstimedelta.HolidayRule(set(days_off), tz=place)])


def compare(
    timing: Timing, name: str, hours: BusinessTime, rules: businesstimedelta.Rule, times: int
) -> None:
    """Time both on one calendar and print the rows; `times` is what is promised, 0 for nothing."""
    instants = starts(20_000)
    moments = [dt.datetime.fromtimestamp(instant, dt.UTC) for instant in instants]
    for number in (1, 8, 160):
        row, seconds = f"{name}: add {number} h", number * HOUR
        delta = businesstimedelta.BusinessTimeDelta(rules, hours=number)
        if any(int((moments[i] + delta).timestamp()) != hours.add(instants[i], seconds) for i in range(100)):
            sys.exit("the two disagree, so their speeds cannot be compared")
        theirs = timing.rate(f"{row}, {THEIRS}", delta.__radd__, moments)
        ours = timing.rate(row, lambda start, target=seconds: hours.add(start, target), instants)
        timing.tell(row, ours, THEIRS, theirs, max(FLOOR, times * theirs) if times else 0)
        if number == 8:  # noqa: PLR2004 - one row says what conversion costs
            ours = timing.rate(f"{row}, datetime", lambda moment: hours.due(moment, EIGHT), moments)
            timing.tell(f"{row} to a datetime", ours, THEIRS, theirs)
    gap, row = dt.timedelta(days=10), f"{name}: between, 10 days apart"
    theirs = timing.rate(f"{row}, {THEIRS}", lambda moment: rules.difference(moment, moment + gap), moments)
    ours = timing.rate(row, lambda start: hours.between(start, start + TEN_DAYS), instants)
    timing.tell(row, ours, THEIRS, theirs)


def main() -> int:
    """Compare with and without holidays; 1 when a promise is broken."""
    timing = Timing("business_time")
    hours = hours_of(HolidaySource(country="ES", subdivision="MD"))
    compare(timing, "with holidays", hours, rules_of(with_holidays=True), TIMES)
    compare(timing, "without holidays", hours_of(None), rules_of(with_holidays=False), 0)
    two_days, instants = BusinessDays(2), starts(20_000)
    days = timing.rate("add 2 working days", lambda start: hours.add(start, two_days), instants)
    seconds = timing.rate("add 8 h", lambda start: hours.add(start, 8 * HOUR), instants)
    timing.tell("with holidays: add 2 working days", days, "add 8 h", seconds)
    return int(timing.broken)


if __name__ == "__main__":
    sys.exit(main())

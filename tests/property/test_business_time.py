"""Business time against a walk over minutes, and the laws it must keep, on random calendars.

More examples: `HYPOTHESIS_EXAMPLES=2000 pytest tests/property/test_business_time.py`.
"""

import os
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.business_time import BusinessDays, BusinessTime
from policies.schedule import Schedule, Succession
from policies.windows import Window, week_of
from policies.zones import zone

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "40"))
HOUR, DAY = 3600, 86_400

# Zones with a date near which their clocks change (or a plain week, where they no longer do).
PLACES = [
    ("Europe/Madrid", date(2026, 3, 29)),
    ("Europe/Madrid", date(2026, 10, 25)),
    ("America/Sao_Paulo", date(2018, 11, 4)),  # midnight does not exist
    ("America/Sao_Paulo", date(2018, 2, 18)),  # the hour before midnight comes twice
    ("America/Mexico_City", date(2022, 10, 30)),
    ("America/Santiago", date(2026, 9, 6)),
    ("America/Santiago", date(2026, 4, 5)),
    ("America/Havana", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Asia/Kathmandu", date(2026, 5, 13)),  # +05:45
    ("America/Bogota", date(2026, 7, 13)),
    ("America/Tijuana", date(2026, 3, 8)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a date that does not exist
    ("America/New_York", date(2026, 11, 1)),
]


@st.composite
def windows(draw):
    opens = draw(st.integers(0, 95)) * 900
    return Window(opens, opens + draw(st.integers(1, 96)) * 900)


@st.composite
def schedules(draw, place=None):
    name, around = place or draw(st.sampled_from(PLACES))
    week = week_of({day: tuple(draw(st.lists(windows(), max_size=2))) for day in range(7)})
    ordinal = around.toordinal()
    exceptions = draw(
        st.dictionaries(
            st.integers(ordinal - 3, ordinal + 3), st.lists(windows(), max_size=2).map(tuple), max_size=2
        )
    )
    # Away from the dates under test each calendar opens once a week, so that no answer lies beyond its end.
    for week_number in range(2, 50):
        for day in (ordinal - 7 * week_number, ordinal + 7 * week_number):
            exceptions[day] = (Window(9 * HOUR, 18 * HOUR),)
    return name, around, Schedule(zone(name), week, exceptions, ordinal - 400, ordinal + 900)


def noon(day, offset_days=0):
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return int((moment + timedelta(days=offset_days)).timestamp())


instants = st.integers(-4 * DAY, 4 * DAY)
targets = st.integers(0, 30 * HOUR)

checked = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="HYPOTHESIS_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)


@cache
def walls(name, around):
    """For each minute of sixteen days: the furthest a clock has shown so far, and the least it will yet show."""
    place = zone(name)
    start = noon(around, -8)
    shown = [
        int(datetime.fromtimestamp(start + 60 * n, place).replace(tzinfo=UTC).timestamp())
        for n in range(16 * 1440)
    ]
    furthest = list(accumulate(shown, max))
    least = list(accumulate(reversed(shown), min))[::-1]
    return start, furthest, least


def walk(name, around, schedule):
    """For each minute whether it is open: from the first time clocks show the opening to the last before closing."""
    start, furthest, least = walls(name, around)
    spans = []
    for day in range(around.toordinal() - 12, around.toordinal() + 13):
        midnight = (day - date(1970, 1, 1).toordinal()) * DAY
        each = schedule.dates.get(day, schedule.week[date.fromordinal(day).weekday()])
        spans += [(midnight + window.opens, midnight + window.closes) for window in each]
    open_minutes = [
        any(opens <= high and low < closes for opens, closes in spans)
        for high, low in zip(furthest, least, strict=True)
    ]
    return start, open_minutes


@checked
@given(schedules(), st.integers(-4 * 1440, 4 * 1440), st.integers(0, 3 * 1440))
def test_between_and_openness_equal_a_walk_over_minutes(made, begin, length):
    name, around, schedule = made
    hours = BusinessTime(schedule)
    start, minutes = walk(name, around, schedule)
    first = 8 * 1440 + begin
    a, b = start + 60 * first, start + 60 * (first + length)
    assert hours.between(a, b) == 60 * sum(minutes[first : first + length])
    assert hours.is_open(a) == minutes[first]


@checked
@given(schedules(), st.integers(-4 * 1440, 4 * 1440), st.integers(1, 1440))
def test_add_is_the_first_minute_a_walk_reaches(made, begin, minutes_wanted):
    name, around, schedule = made
    start, minutes = walk(name, around, schedule)
    first = 8 * 1440 + begin
    left, at = minutes_wanted, first
    while left and at < len(minutes):
        left -= minutes[at]
        at += 1
    due = BusinessTime(schedule).add(start + 60 * first, 60 * minutes_wanted)
    if left:
        assert due > start + 60 * at
    else:
        assert due == start + 60 * at


@checked
@given(schedules(), instants, targets)
def test_between_undoes_add(made, offset, seconds):
    _, around, schedule = made
    hours, a = BusinessTime(schedule), noon(around) + offset
    assert hours.between(a, hours.add(a, seconds)) == seconds
    assert hours.between(hours.add(a, -seconds), a) == seconds


@checked
@given(schedules(), instants, targets, targets)
def test_add_in_two_steps_is_add_in_one(made, offset, first, second):
    _, around, schedule = made
    hours, a = BusinessTime(schedule), noon(around) + offset
    assert hours.add(hours.add(a, first), second + 1) == hours.add(a, first + second + 1)


@checked
@given(schedules(), instants, instants, targets, targets)
def test_a_later_start_or_a_longer_target_is_never_due_earlier(made, one, other, short, more):
    _, around, schedule = made
    hours, base = BusinessTime(schedule), noon(around)
    a, b = base + min(one, other), base + max(one, other)
    assert hours.add(a, short) <= hours.add(b, short)
    assert hours.add(a, short) <= hours.add(a, short + more)
    assert hours.add(a, -short) >= hours.add(a, -short - more)


@checked
@given(schedules(), instants, instants, instants)
def test_time_between_adds_up(made, one, two, three):
    _, around, schedule = made
    hours, base = BusinessTime(schedule), noon(around)
    a, b, c = base + one, base + two, base + three
    assert hours.between(a, b) + hours.between(b, c) == hours.between(a, c)
    assert hours.between(a, b) == -hours.between(b, a)
    assert sum(end - start for start, end in hours.spans(min(a, b), max(a, b))) == abs(hours.between(a, b))


@checked
@given(schedules(), instants, st.integers(1, 8), st.integers(1, 8))
def test_business_days_move_by_working_dates_and_never_cross_over(made, offset, some, more):
    _, around, schedule = made
    hours, a = BusinessTime(schedule), noon(around) + offset
    due = hours.add(a, BusinessDays(some))
    assert hours.next_open(a) <= due <= hours.add(a, BusinessDays(some + more))
    assert due <= hours.add(a + HOUR, BusinessDays(some))
    assert hours.is_open(due) or hours.is_open(due - 1)


@checked
@given(schedules(), instants, targets)
def test_what_was_asked_before_never_changes_an_answer(made, offset, seconds):
    _, around, schedule = made
    a = noon(around) + offset
    fresh, used = BusinessTime(schedule), BusinessTime(schedule)
    used.between(a - 200 * DAY, a + 300 * DAY)
    assert fresh.add(a, seconds) == used.add(a, seconds)
    assert fresh.add(a, BusinessDays(-1)) == used.add(a, BusinessDays(-1))


@checked
@given(
    st.sampled_from(PLACES).flatmap(lambda place: st.tuples(schedules(place), schedules(place))),
    instants,
    instants,
    targets,
)
def test_a_change_of_hours_measures_each_stretch_by_its_own_calendar(pair, change, offset, seconds):
    (_, around, old), (_, _, new) = pair
    base = noon(around)
    change, start = base + change, base + min(change, offset)
    before, after = BusinessTime(old), BusinessTime(new)
    both = BusinessTime(Succession([(0, old), (change, new)]))
    end = base + 5 * DAY
    elapsed = before.between(start, change)
    assert both.between(start, end) == elapsed + after.between(change, end)
    if seconds > elapsed:
        assert both.add(start, seconds) == after.add(change, seconds - elapsed)
    elif seconds:
        assert both.add(start, seconds) == before.add(start, seconds)

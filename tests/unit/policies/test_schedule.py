"""Dates with their windows, versions that follow one another, and what is open between two instants."""

from datetime import UTC, date, datetime, timedelta

import pytest

from policies import zones
from policies.business_time import BusinessDays, NoBusinessTime, OutsideCalendar
from policies.calendar import CalendarSpec, timeline
from policies.schedule import OpenDay, Schedule, Succession, apart
from policies.windows import CLOSED_WEEK, Window, merged, overlapping, parse_window, week_of

MONDAY = date(2026, 5, 11).toordinal()
BASE = (MONDAY - zones.EPOCH_DAY) * zones.DAY
LISBON = zones.zone("UTC")


def open_day(day, *spans, counts=True):
    return OpenDay(MONDAY + day, LISBON, tuple((BASE + a, BASE + b) for a, b in spans), counts)


def test_a_schedule_gives_the_weeks_windows_but_for_its_dates():
    week = week_of({0: (Window(10, 20),), 1: (Window(10, 20), Window(30, 40))})
    dates = {MONDAY: (), MONDAY + 2: (Window(5, 6),)}
    schedule = Schedule(LISBON, week, dates, MONDAY, MONDAY + 8)
    assert schedule.expand(MONDAY - 5, MONDAY + 50) == [
        open_day(1, (86_410, 86_420), (86_430, 86_440)),
        open_day(2, (172_805, 172_806)),
        open_day(7, (604_810, 604_820)),
        open_day(8, (691_210, 691_220), (691_230, 691_240)),
    ]
    assert schedule.expand(MONDAY + 2, MONDAY + 6) == [open_day(2, (172_805, 172_806))]


def test_calendars_follow_one_another_and_a_date_cut_short_does_not_count():
    week = week_of(dict.fromkeys(range(7), (Window(100, 200),)))
    first, second = (Schedule(LISBON, week, {}, MONDAY, MONDAY + last) for last in (5, 9))
    both = Succession([(0, first), (BASE + 150, second)])
    assert (both.first, both.last, both.place) == (MONDAY, MONDAY + 9, LISBON)
    assert both.expand(MONDAY, MONDAY) == [
        open_day(0, (100, 150), counts=False),
        open_day(0, (150, 200)),
    ]
    at_closing = Succession([(0, first), (BASE + 200, second)])
    assert at_closing.expand(MONDAY, MONDAY) == [open_day(0, (100, 200))]
    at_opening = Succession([(0, first), (BASE + 100, second)])
    assert at_opening.expand(MONDAY, MONDAY) == [open_day(0, (100, 200))]
    third = Succession([(0, first), (BASE + 120, second), (BASE + 160, first)])
    assert [each.spans for each in third.expand(MONDAY, MONDAY)] == [
        ((BASE + 100, BASE + 120),), ((BASE + 120, BASE + 160),), ((BASE + 160, BASE + 200),),
    ]  # fmt: skip


@pytest.mark.parametrize("versions", [[], [(5, None), (3, None)]])
def test_versions_of_hours_come_oldest_first(versions):
    schedule = Schedule(LISBON, CLOSED_WEEK, {}, MONDAY, MONDAY)
    with pytest.raises(ValueError, match=r"^versions of hours must be given oldest first, at least one$"):
        Succession([(start, schedule) for start, _ in versions])


def test_time_that_two_dates_claim_belongs_to_the_one_that_opened_first():
    found = apart([open_day(0, (10, 30)), open_day(1, (20, 40))])
    assert found == [open_day(0, (10, 30)), open_day(1, (30, 40))]
    assert apart([open_day(0, (10, 30)), open_day(1, (15, 30))]) == [open_day(0, (10, 30))]
    assert apart([open_day(1, (10, 20)), open_day(0, (20, 30))]) == [open_day(1, (10, 20), (20, 30))]
    assert apart([]) == []


@pytest.mark.parametrize(
    ("windows", "joined", "twice"),
    [
        ([(9, 14), (16, 19)], [(9, 14), (16, 19)], False),
        ([(16, 19), (9, 14)], [(9, 14), (16, 19)], False),
        ([(9, 14), (14, 19)], [(9, 19)], False),
        ([(9, 14), (13, 19)], [(9, 19)], True),
        ([(9, 19), (13, 14)], [(9, 19)], True),
    ],
)
def test_windows_are_joined_where_they_touch(windows, joined, twice):
    given = [Window(*each) for each in windows]
    assert (merged(given), overlapping(given)) == (tuple(Window(*each) for each in joined), twice)


@pytest.mark.parametrize("text", ["09:00-18:00", "22:00-06:00", "00:00-24:00", "23:30-00:15"])
def test_a_window_is_shown_as_it_is_written(text):
    assert str(parse_window(text)) == text.replace("00:00-24:00", "00:00-24:00")


def test_windows_may_be_written_with_a_dash_and_spaces():
    assert parse_window(" 9:05 \u2013 18:07 ") == Window(9 * 3600 + 300, 18 * 3600 + 420)


def test_the_errors_of_business_time_say_what_is_missing():
    hours = CalendarSpec(timezone="UTC").resolve(date(2026, 5, 1)).hours
    with pytest.raises(OutsideCalendar) as outside:
        hours.add(0, 1)
    assert str(outside.value) == ("the calendar was not published for the dates this needs; publish it again")
    closed = CalendarSpec(timezone="UTC", week=CLOSED_WEEK).resolve(date(2026, 5, 1)).hours
    with pytest.raises(NoBusinessTime) as never:
        closed.next_open(1_780_000_000)
    assert str(never.value) == "the calendar has no open window from this instant on"
    assert (outside.value.code, never.value.code) == ("OUTSIDE_CALENDAR", "NO_BUSINESS_TIME")


def test_open_spans_are_cut_at_both_ends():
    hours = (
        CalendarSpec(timezone="UTC", week=week_of({0: (Window(100, 200), Window(300, 400))}))
        .resolve(date(2026, 5, 1))
        .hours
    )
    assert hours.spans(BASE, BASE + 86_400) == ((BASE + 100, BASE + 200), (BASE + 300, BASE + 400))
    assert hours.spans(BASE + 150, BASE + 350) == ((BASE + 150, BASE + 200), (BASE + 300, BASE + 350))
    assert hours.spans(BASE + 200, BASE + 300) == ()
    assert hours.elapsed(
        datetime.fromtimestamp(BASE, UTC), datetime.fromtimestamp(BASE + 350, UTC)
    ) == timedelta(seconds=150)
    due = hours.due(datetime.fromtimestamp(BASE, UTC), timedelta(seconds=150, milliseconds=900))
    assert due == datetime.fromtimestamp(BASE + 350, UTC)
    assert hours.due(datetime.fromtimestamp(BASE, UTC), BusinessDays(1)).timestamp() == BASE + 604_900
    assert hours.opening(datetime.fromtimestamp(BASE + 250, UTC)).timestamp() == BASE + 300


def test_hours_over_versions_need_at_least_one():
    with pytest.raises(ValueError, match="oldest first"):
        timeline([])

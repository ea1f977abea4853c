from datetime import UTC, date, datetime, timedelta

import pytest

from policies.business_time import BusinessDays, BusinessTime, NoBusinessTime, OutsideCalendar
from policies.calendar import read_calendar, timeline
from policies.schedule import Schedule, Succession
from policies.windows import CLOSED_WEEK, Window
from policies.zones import zone

NINE_TO_SIX = {"mon-fri": ["09:00-18:00"]}
SPLIT = {"mon-fri": ["09:00-14:00", "16:00-19:00"]}
MADRID_DAYS = {"country": "ES", "subdivision": "MD"}
HOUR = 3600

# The calendars of the cases (policy section 8).
TABLES = {
    "MAD": {"timezone": "Europe/Madrid", "week": NINE_TO_SIX, "holidays": MADRID_DAYS},
    "MAD_SPLIT": {"timezone": "Europe/Madrid", "week": SPLIT, "holidays": MADRID_DAYS},
    "MAD_24x7": {"timezone": "Europe/Madrid", "week": {"mon-sun": "00:00-24:00"}},
    "MAD_NIGHT": {"timezone": "Europe/Madrid", "week": {"mon-sun": "22:00-06:00"}, "holidays": MADRID_DAYS},
    "MAD_GAPWIN": {"timezone": "Europe/Madrid", "week": {"mon-sun": "02:30-10:00"}},
    "MAD_FOLDWIN": {"timezone": "Europe/Madrid", "week": {"mon-sun": "01:00-02:30"}},
    "MAD_XMAS": {
        "timezone": "Europe/Madrid",
        "week": NINE_TO_SIX,
        "holidays": MADRID_DAYS,
        "overrides": {"2026-12-24": ["09:00-14:00"]},
    },
    "MAD_LOCAL": {
        "timezone": "Europe/Madrid",
        "week": NINE_TO_SIX,
        "holidays": {**MADRID_DAYS, "extra": [date(2026, 5, 15)]},
    },
    "BOG": {"timezone": "America/Bogota", "week": {"mon-fri": "08:00-17:00"}, "holidays": {"country": "CO"}},
    "SAO": {"timezone": "America/Sao_Paulo", "week": NINE_TO_SIX, "holidays": {"country": "BR"}},
    "MEX": {"timezone": "America/Mexico_City", "week": NINE_TO_SIX, "holidays": {"country": "MX"}},
    "SCL_24x7": {"timezone": "America/Santiago", "week": {"mon-sun": "00:00-24:00"}},
    "MAD_LATE": {"timezone": "Europe/Madrid", "week": {"mon-fri": "09:00-20:00"}, "holidays": MADRID_DAYS},
}


def calendar(name):
    spec, problems, _ = read_calendar(TABLES[name])
    assert problems == ()
    return spec.resolve(date(2026, 5, 1))


HOURS = {name: calendar(name).hours for name in TABLES}
MAD = HOURS["MAD"]


def at(text):
    return int(datetime.fromisoformat(text).timestamp())


def bd(count):
    return BusinessDays(count)


@pytest.mark.parametrize(
    ("name", "start", "target", "due"),
    [
        ("MAD", "2026-05-13T10:00+02:00", 4 * HOUR, "2026-05-13T14:00+02:00"),  # A01
        ("MAD", "2026-05-13T16:00+02:00", 4 * HOUR, "2026-05-14T11:00+02:00"),  # A02
        ("MAD_LOCAL", "2026-05-14T17:30+02:00", HOUR, "2026-05-18T09:30+02:00"),  # A03b
        ("MAD", "2026-05-16T20:00+02:00", HOUR, "2026-05-18T10:00+02:00"),  # A04
        ("MAD", "2026-05-13T07:15+02:00", HOUR, "2026-05-13T10:00+02:00"),  # A06
        ("MAD", "2026-05-13T09:00+02:00", 9 * HOUR, "2026-05-13T18:00+02:00"),  # A07
        ("MAD", "2026-05-13T17:59:59+02:00", HOUR, "2026-05-14T09:59:59+02:00"),  # A09
        ("MAD", "2026-05-13T10:00+02:00", 0, "2026-05-13T10:00+02:00"),  # A10a
        ("MAD", "2026-05-16T20:00+02:00", 0, "2026-05-18T09:00+02:00"),  # zero off hours: next opening
        ("MAD", "2026-05-13T18:00+02:00", 1, "2026-05-14T09:00:01+02:00"),
        ("MAD", "2026-05-13T10:00+02:00", 45 * HOUR, "2026-05-20T10:00+02:00"),  # A11
        ("MAD", "2026-10-09T17:00+02:00", 2 * HOUR, "2026-10-13T10:00+02:00"),  # A12
        ("MAD", "2026-04-01T17:00+02:00", 2 * HOUR, "2026-04-06T10:00+02:00"),  # A14
        ("MAD", "2026-12-31T17:30+01:00", HOUR, "2027-01-04T09:30+01:00"),  # A15
        ("MAD_SPLIT", "2026-05-13T14:30+02:00", 1800, "2026-05-13T16:30+02:00"),  # A17
        ("MAD_SPLIT", "2026-05-13T13:00+02:00", HOUR, "2026-05-13T14:00+02:00"),
        ("MAD", "2026-03-27T17:30+01:00", HOUR, "2026-03-30T09:30+02:00"),  # A18
        ("MAD_24x7", "2026-03-28T23:00+01:00", 4 * HOUR, "2026-03-29T04:00+02:00"),  # A20
        ("MAD_24x7", "2026-10-24T23:00+02:00", 4 * HOUR, "2026-10-25T02:00+01:00"),  # A21
        ("MAD_NIGHT", "2026-10-24T23:00+02:00", 4 * HOUR, "2026-10-25T02:00+01:00"),  # A23
        ("MAD_GAPWIN", "2026-03-29T00:00+01:00", HOUR, "2026-03-29T04:00+02:00"),  # A25
        ("SCL_24x7", "2026-09-05T23:00-04:00", 2 * HOUR, "2026-09-06T02:00-03:00"),
        ("SAO", "2026-10-30T17:30-03:00", HOUR, "2026-11-03T09:30-03:00"),  # A28
        ("SAO", "2026-11-19T17:30-03:00", HOUR, "2026-11-23T09:30-03:00"),  # A28b
        (
            "SAO",
            "2018-11-01T17:30-03:00",
            HOUR,
            "2018-11-05T09:30-02:00",
        ),  # the last midnight gap; 2 Nov is a holiday
        ("MEX", "2026-04-03T17:30-06:00", HOUR, "2026-04-06T09:30-06:00"),  # A29
        ("MEX", "2022-10-28T17:30-05:00", HOUR, "2022-10-31T09:30-06:00"),  # A29b
        ("BOG", "2026-01-09T16:30-05:00", HOUR, "2026-01-13T08:30-05:00"),  # A31
        ("BOG", "2026-07-10T16:30-05:00", HOUR, "2026-07-14T08:30-05:00"),  # A32
        ("MAD", "2028-02-28T17:30+01:00", HOUR, "2028-02-29T09:30+01:00"),  # A34
        (
            "MAD_NIGHT",
            "2026-12-25T02:00+01:00",
            HOUR,
            "2026-12-25T03:00+01:00",
        ),  # the shift of the 24th goes on
        ("MAD_NIGHT", "2026-12-25T23:00+01:00", HOUR, "2026-12-26T23:00+01:00"),  # A36b
        ("MAD_NIGHT", "2026-12-31T23:00+01:00", 2 * HOUR, "2027-01-01T01:00+01:00"),  # over the year's end
        ("MAD_XMAS", "2026-12-24T13:30+01:00", HOUR, "2026-12-28T09:30+01:00"),  # A37
        ("MAD", "2026-05-13T16:00+02:00", bd(2), "2026-05-15T16:00+02:00"),  # A40a
        ("MAD", "2026-05-16T20:00+02:00", bd(1), "2026-05-19T09:00+02:00"),
        ("MAD", "2026-05-13T18:00+02:00", bd(1), "2026-05-15T09:00+02:00"),  # a closing instant is off hours
        ("MAD", "2026-10-09T17:00+02:00", bd(1), "2026-10-13T17:00+02:00"),  # A40c
        ("MAD_SPLIT", "2026-05-13T15:00+02:00", bd(1), "2026-05-14T16:00+02:00"),  # A40d
        ("MAD", "2026-05-16T20:00+02:00", bd(0), "2026-05-18T09:00+02:00"),
        ("MAD_XMAS", "2026-12-23T17:00+01:00", bd(1), "2026-12-24T14:00+01:00"),  # held at the early closing
        (
            "MAD_NIGHT",
            "2026-05-13T02:00+02:00",
            bd(1),
            "2026-05-14T02:00+02:00",
        ),  # a night belongs to its evening
        ("MAD_NIGHT", "2026-12-25T02:00+01:00", bd(1), "2026-12-27T02:00+01:00"),
        ("MAD_24x7", "2026-03-28T02:30+01:00", bd(1), "2026-03-29T03:00+02:00"),  # 02:30 is skipped
        ("MAD_24x7", "2026-10-24T02:30+02:00", bd(1), "2026-10-25T02:30+02:00"),  # twice: the first
        ("MAD", "2026-05-13T10:00+02:00", bd(10), "2026-05-27T10:00+02:00"),  # B10, G01
        ("MAD", "2026-05-27T10:00+02:00", bd(-2), "2026-05-25T10:00+02:00"),  # G01
        ("MAD", "2026-05-27T09:00+02:00", bd(-2), "2026-05-25T09:00+02:00"),
        ("MAD", "2026-05-27T18:00+02:00", bd(-2), "2026-05-25T18:00+02:00"),  # a closing stays a closing
        (
            "MAD",
            "2026-05-30T12:00+02:00",
            bd(-1),
            "2026-05-28T18:00+02:00",
        ),  # Saturday counts from Friday's closing
        ("MAD", "2026-05-14T09:30+02:00", -HOUR, "2026-05-13T17:30+02:00"),
        ("MAD", "2026-05-14T10:00+02:00", -HOUR, "2026-05-14T09:00+02:00"),
    ],
)
def test_add(name, start, target, due):
    assert HOURS[name].add(at(start), target) == at(due)


@pytest.mark.parametrize(
    ("name", "start", "end", "seconds"),
    [
        ("MAD_NIGHT", "2026-10-24T12:00+02:00", "2026-10-25T12:00+01:00", 32_400),  # A23b
        ("MAD_NIGHT", "2026-03-28T12:00+01:00", "2026-03-29T12:00+02:00", 25_200),
        ("MAD_FOLDWIN", "2026-10-25T00:00+02:00", "2026-10-25T12:00+01:00", 9000),  # A26
        ("MAD", "2026-05-13T19:00+02:00", "2026-05-14T08:00+02:00", 0),  # B02
        ("MAD", "2026-10-12T10:00+02:00", "2026-10-12T16:00+02:00", 0),  # B07
        ("MAD", "2026-05-13T11:00:10+02:00", "2026-05-13T11:00:40+02:00", 30),  # B08
        ("MAD", "2026-05-13T17:00+02:00", "2026-05-13T10:00+02:00", -7 * HOUR),
    ],
)
def test_between(name, start, end, seconds):
    assert HOURS[name].between(at(start), at(end)) == seconds


def test_a_window_that_closes_in_a_repeated_hour_is_one_span_to_its_last_occurrence():
    spans = HOURS["MAD_FOLDWIN"].spans(at("2026-10-25T00:00+02:00"), at("2026-10-25T12:00+01:00"))
    assert spans == ((at("2026-10-25T01:00+02:00"), at("2026-10-25T02:30+01:00")),)  # A26


def test_windows_are_half_open():
    assert MAD.is_open(at("2026-05-13T09:00+02:00"))
    assert not MAD.is_open(at("2026-05-13T18:00+02:00"))
    assert MAD.next_open(at("2026-05-13T09:00+02:00")) == at("2026-05-13T09:00+02:00")
    assert MAD.next_open(at("2026-05-13T18:00+02:00")) == at("2026-05-14T09:00+02:00")  # E01


def test_warnings_are_shares_of_the_target():
    start = at("2026-05-13T16:00+02:00")
    assert MAD.add(start, 4 * HOUR // 2) == at("2026-05-13T18:00+02:00")  # E01
    assert MAD.add(start, 4 * HOUR * 8 // 10) == at("2026-05-14T10:12+02:00")


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-05-01T00:00+02:00", "2026-06-01T00:00+02:00", 20),
        ("2026-05-13T12:00+02:00", "2026-05-14T09:00:01+02:00", 2),
        ("2026-05-13T12:00+02:00", "2026-05-14T09:00+02:00", 1),
        ("2026-05-13T18:00+02:00", "2026-05-14T09:00+02:00", 0),
        ("2026-05-14T09:00+02:00", "2026-05-13T09:00+02:00", 0),
    ],
)
def test_working_days(start, end, days):
    assert MAD.working_days(at(start), at(end)) == days


def test_a_lunch_break_holds_no_working_day():
    assert HOURS["MAD_SPLIT"].working_days(at("2026-05-13T14:00+02:00"), at("2026-05-13T16:00+02:00")) == 0


def test_a_calendar_without_windows_is_a_named_error_at_once():
    never = BusinessTime(Schedule(zone("Europe/Madrid"), CLOSED_WEEK, {}, 736_000, 741_000))
    start = at("2026-05-13T10:00+02:00")
    for ask in (
        lambda: never.add(start, HOUR),
        lambda: never.add(start, bd(1)),
        lambda: never.next_open(start),
    ):
        with pytest.raises(NoBusinessTime) as fault:  # A35
            ask()
        assert fault.value.code == "NO_BUSINESS_TIME"
    for back in (-HOUR, bd(-1)):
        with pytest.raises((NoBusinessTime, OutsideCalendar)):
            never.add(start, back)
    assert never.between(start, start + 30 * 86_400) == 0
    assert not never.is_open(start)


def test_a_calendar_that_stops_opening_never_opens_again():
    once = Schedule(zone("UTC"), CLOSED_WEEK, {739_749: (Window(0, HOUR),)}, 736_000, 741_000)
    opening = int(datetime.fromordinal(739_749).replace(tzinfo=UTC).timestamp())
    hours = BusinessTime(once)
    assert hours.add(opening - 900 * 86_400, HOUR) == opening + HOUR
    with pytest.raises(NoBusinessTime):
        hours.add(opening + HOUR, 1)
    with pytest.raises(OutsideCalendar):
        hours.add(opening, HOUR + 1)


def test_both_ends_of_the_published_dates_are_checked():
    for outside in ("2010-01-01T10:00+01:00", "2035-01-01T10:00+01:00"):
        for ask in (MAD.next_open, MAD.is_open, lambda t: MAD.between(t, t + 1), lambda t: MAD.add(t, bd(1))):
            with pytest.raises(OutsideCalendar) as fault:
                ask(at(outside))
            assert fault.value.code == "OUTSIDE_CALENDAR"
    with pytest.raises(OutsideCalendar):
        MAD.add(at("2029-12-28T10:00+01:00"), bd(30))
    with pytest.raises(OutsideCalendar):
        MAD.add(at("2016-02-01T10:00+01:00"), bd(-60))
    with pytest.raises(OutsideCalendar):
        MAD.add(at("2016-02-01T10:00+01:00"), -600 * HOUR)


def test_aware_datetimes_in_any_zone_give_the_same_instant_and_naive_ones_are_refused():
    start = datetime.fromisoformat("2026-05-13T16:00+02:00")
    due = MAD.due(start.astimezone(zone("Asia/Kathmandu")), timedelta(hours=4))
    assert due.isoformat() == "2026-05-14T11:00:00+02:00"
    assert MAD.due(start, bd(2)).isoformat() == "2026-05-15T16:00:00+02:00"
    assert MAD.elapsed(start, due) == timedelta(hours=4)
    assert MAD.opening(datetime(2026, 5, 16, 12, tzinfo=UTC)).isoformat() == "2026-05-18T09:00:00+02:00"
    naive = start.replace(tzinfo=None)
    for ask in (lambda: MAD.due(naive, bd(1)), lambda: MAD.opening(naive)):
        with pytest.raises(ValueError, match="zone"):
            ask()


def test_new_hours_hold_from_their_instant_and_elapsed_time_is_frozen():
    change = at("2026-05-13T17:00+02:00")
    hours = timeline([(0, calendar("MAD")), (change, calendar("MAD_LATE"))])
    assert hours.add(at("2026-05-13T16:00+02:00"), 4 * HOUR) == at("2026-05-13T20:00+02:00")  # D07
    assert hours.between(at("2026-05-12T00:00+02:00"), change) == 17 * HOUR
    assert hours.between(at("2026-05-14T00:00+02:00"), at("2026-05-15T00:00+02:00")) == 11 * HOUR
    assert hours.add(at("2026-05-12T17:30+02:00"), bd(2)) == at("2026-05-14T17:30+02:00")


def test_a_holiday_added_for_the_past_changes_nothing():
    closed = read_calendar({**TABLES["MAD"], "overrides": {"2026-05-14": []}}).spec.resolve(date(2026, 5, 15))
    hours = timeline([(0, calendar("MAD")), (at("2026-05-15T10:00+02:00"), closed)])
    start = at("2026-05-13T16:00+02:00")
    for target in (4 * HOUR, 20 * HOUR, bd(1), bd(2), bd(3)):
        assert hours.add(start, target) == MAD.add(start, target)  # D06


def test_a_day_that_is_closed_half_way_is_no_deadline_in_business_days():
    closed = read_calendar({**TABLES["MAD"], "overrides": {"2026-05-13": []}}).spec.resolve(date(2026, 5, 13))
    hours = timeline([(0, calendar("MAD")), (at("2026-05-13T12:00+02:00"), closed)])
    assert hours.add(at("2026-05-12T16:00+02:00"), bd(1)) == at("2026-05-14T16:00+02:00")
    assert hours.add(at("2026-05-13T10:00+02:00"), bd(1)) == at("2026-05-14T10:00+02:00")
    assert hours.add(at("2026-05-13T10:00+02:00"), bd(-1)) == at("2026-05-12T10:00+02:00")
    assert hours.add(at("2026-05-12T17:00+02:00"), 5 * HOUR) == at("2026-05-14T10:00+02:00")


def test_one_version_is_the_calendar_itself_and_disorder_is_refused():
    mad = calendar("MAD")
    assert timeline([(5, mad)]) is mad.hours
    with pytest.raises(ValueError, match="oldest first"):
        timeline([(5, mad), (4, mad)])
    with pytest.raises(ValueError, match="oldest first"):
        Succession([])


def test_versions_between_which_no_calendar_was_published_leave_a_hole_that_is_refused():
    old, new = (read_calendar(TABLES["MAD"]).spec.resolve(date(year, 1, 1)) for year in (2020, 2026))
    hours = timeline([(0, old), (at("2026-01-01T00:00+01:00"), new)])
    with pytest.raises(OutsideCalendar):
        hours.next_open(at("2024-05-13T10:00+02:00"))
    assert hours.is_open(at("2026-05-13T10:00+02:00"))


def test_a_change_of_hours_after_midnight_keeps_what_was_worked_since():
    night = {"timezone": "Europe/Madrid", "week": {"mon-sun": "22:00-06:00"}}
    early = {"timezone": "Europe/Madrid", "week": {"mon-sun": "00:00-05:00"}}
    old, new = (read_calendar(table).spec.resolve(date(2026, 5, 1)) for table in (early, night))
    midnight, change = at("2026-05-14T00:00+02:00"), at("2026-05-14T02:00+02:00")
    hours = timeline([(0, old), (change, new)])
    assert hours.spans(midnight, midnight + 24 * HOUR) == (
        (midnight, at("2026-05-14T06:00+02:00")),
        (at("2026-05-14T22:00+02:00"), midnight + 24 * HOUR),
    )
    assert hours.add(at("2026-05-14T01:00+02:00"), bd(1)) == at("2026-05-15T22:00+02:00")


def test_two_windows_of_different_dates_that_overlap_are_counted_once():
    found = read_calendar(
        {"timezone": "UTC", "week": {"sat": "06:00-05:00", "sun": ["00:00-01:00", "04:00-08:00"]}}
    )
    hours = found.spec.resolve(date(2026, 5, 1)).hours
    saturday = at("2026-05-16T00:00+00:00")
    assert hours.spans(saturday, saturday + 48 * HOUR) == ((saturday + 6 * HOUR, saturday + 32 * HOUR),)
    assert hours.working_days(saturday, saturday + 48 * HOUR) == 2
    assert hours.add(saturday + 28 * HOUR, bd(1)) == at("2026-05-17T08:00+00:00")  # 28:00, held at closing

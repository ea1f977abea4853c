from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from policies.calendar import CalendarSpec
from policies.holiday_source import HolidaySource
from reports.figures.cohorts import Way, stage_rates
from reports.figures.content import Journey, contribution, contributions, credit
from reports.figures.pace import band_of, measure_pace, measure_planned_pace, project
from reports.figures.periods import day_bounds, local_day, people_per_period, period_bounds, period_of
from reports.figures.rates import ClockRow, Share, compliance, quantile, speed_bands, wilson

MADRID = "Europe/Madrid"
MAD = (
    CalendarSpec(timezone=MADRID, holidays=HolidaySource(country="ES", subdivision="MD"))
    .resolve(date(2026, 1, 1))
    .hours
)
DAY = 86_400


def at(text):
    return int(datetime.fromisoformat(text).timestamp())


def rounded(interval):
    return tuple(round(100 * bound, 1) for bound in interval)


@pytest.mark.parametrize(
    ("count", "total", "expected"),
    [
        (18, 20, (69.9, 97.2)),  # I10
        (25, 200, (8.6, 17.8)),  # policy 5.1
        (9, 10, (59.6, 98.2)),
        (0, 10, (0.0, 27.8)),
        (10, 10, (72.2, 100.0)),
    ],
)
def test_wilson_interval(count, total, expected):
    assert rounded(wilson(count, total)) == expected


def test_no_interval_of_nothing():
    assert wilson(0, 0) is None
    assert Share(0, 0).value is None


def test_a_small_sample_has_counts_but_no_percentage():
    assert (Share(3, 3).percent, Share(3, 3).interval, Share(3, 3).value) == (None, None, 1.0)  # I11
    assert Share(9, 9).percent is None
    assert Share(9, 10).percent == 90.0


def test_compliance_judges_only_met_and_breached_clocks_due_in_the_period():
    start, end = at("2026-05-11T00:00+02:00"), at("2026-05-18T00:00+02:00")
    inside = start + DAY
    rows = [ClockRow(inside, "met")] * 18
    rows += [ClockRow(inside, "breached_open"), ClockRow(start, "breached_done")]
    rows += [ClockRow(inside, "running")] * 7 + [ClockRow(inside, "cancelled")] * 3
    rows += [ClockRow(end, "breached_open"), ClockRow(start - 1, "met"), ClockRow(None, "paused")]
    found = compliance(rows, start, end)
    assert (found.met, found.breached, found.share.percent) == (18, 2, 90.0)
    assert rounded(found.share.interval) == (69.9, 97.2)
    assert found.others == (("cancelled", 3), ("paused", 1), ("running", 7))


def test_quantiles_and_speed_bands_count_the_never_touched():
    assert [quantile([5, 1, 3], share) for share in (0.5, 0.9)] == [3, 5]
    assert quantile([1, 2, 3, 4], 0.5) == 2
    assert quantile([], 0.5) is None
    bands = dict(speed_bands([0, 299, 300, 899, 3599, 14_399, 14_400, None]))
    assert list(bands.values()) == [2, 2, 1, 1, 1, 1]


def test_pace_has_not_started_while_nothing_is_expected():
    start, end = at("2026-05-01T00:00+02:00"), at("2026-06-01T00:00+02:00")
    pace = measure_pace(120, 0, MAD, start=start, now=at("2026-05-01T08:00+02:00"), end=end)  # I07
    assert (pace.pace, pace.expected, pace.band, pace.attainment) == (None, 0.0, "not_started", 0.0)
    assert pace.days_left == 20
    assert pace.required_per_day == 6.0


def test_a_target_reached_early_is_flagged_as_flood():
    start, end = at("2026-05-01T00:00+02:00"), at("2026-06-01T00:00+02:00")
    pace = measure_pace(120, 130, MAD, start=start, now=at("2026-05-12T18:00+02:00"), end=end)  # I08
    assert round(100 * pace.attainment, 1) == 108.3
    assert pace.expected == pytest.approx(120 * 7 / 20)
    assert pace.pace > 1.2
    assert (pace.band, pace.required_per_day) == ("flood", 0.0)


def test_pace_at_the_end_expects_the_whole_target_and_no_days_are_left():
    start, end = at("2026-05-01T00:00+02:00"), at("2026-06-01T00:00+02:00")
    for now in (end, end + DAY):
        pace = measure_pace(120, 60, MAD, start=start, now=now, end=end)
        assert (pace.pace, pace.band, pace.days_left, pace.required_per_day) == (0.5, "behind", 0, None)
    with pytest.raises(ValueError):
        measure_pace(0, 1, MAD, start=start, now=start, end=end)


def test_a_daily_plan_sets_what_is_expected():
    plan = {date(2026, 5, 11): 4, date(2026, 5, 12): 6, date(2026, 5, 13): 10}
    assert measure_planned_pace(20, 9, plan, date(2026, 5, 13), 1).pace == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("pace", "band"),
    [(0.7999, "behind"), (0.80, "risk"), (0.9499, "risk"), (0.95, "on"), (1.20, "on"), (1.2001, "flood")],
)
def test_bands(pace, band):
    assert band_of(pace) == band


def test_a_projection_says_nothing_before_the_fifth_day_and_carries_an_interval():
    start, end = at("2026-05-01T00:00+02:00"), at("2026-06-01T00:00+02:00")
    assert project([], MAD, start=start, now=at("2026-05-07T18:00+02:00"), end=end) is None
    now = at("2026-05-15T18:00+02:00")
    each_day = [at("2026-05-15T10:00+02:00") - day * DAY for day in range(40)]
    found = project(each_day, MAD, start=start, now=now, end=end)
    done = sum(start <= one < now for one in each_day)
    recent = sum(MAD.add(now, -20 * 9 * 3600) <= one < now for one in each_day)
    assert found.likely == pytest.approx(done + recent * 10 / 20, rel=0.1)
    assert done <= found.low < found.likely < found.high


def test_both_readings_of_a_repeated_hour_are_on_the_same_day_in_order():
    first, second = at("2026-10-25T02:30+02:00"), at("2026-10-25T02:30+01:00")  # I13
    assert first < second
    assert local_day(first, MADRID) == local_day(second, MADRID) == date(2026, 10, 25)
    start, end = day_bounds(date(2026, 10, 25), MADRID)
    assert end - start == 25 * 3600
    assert start <= first < second < end
    assert local_day(end, MADRID) == date(2026, 10, 26)


def test_periods_have_names_and_bounds_in_the_reporting_zone():
    day = date(2026, 5, 13)
    names = [period_of(day, each) for each in ("day", "week", "month", "quarter", "year")]
    assert names == ["2026-05-13", "2026-W20", "2026-05", "2026-Q2", "2026"]
    assert period_bounds(day, "quarter", MADRID) == (
        at("2026-04-01T00:00+02:00"),
        at("2026-07-01T00:00+02:00"),
    )
    assert period_of(date(2027, 1, 1), "week") == "2026-W53"


def test_a_person_who_comes_back_is_one_person_and_two_handoffs_of_the_quarter():
    rows = [("ana", at("2026-04-10T10:00+02:00")), ("ana", at("2026-06-20T10:00+02:00"))]  # I14
    assert people_per_period(rows, "month", MADRID) == (("2026-04", 1, 1), ("2026-06", 1, 1))
    assert people_per_period(rows, "quarter", MADRID) == (("2026-Q2", 1, 2),)


def test_the_reporting_zone_decides_the_day():
    rows = [("ana", at("2026-05-31T23:30-05:00"))]
    assert people_per_period(rows, "month", "America/Bogota")[0].period == "2026-05"
    assert people_per_period(rows, "month", MADRID)[0].period == "2026-06"


def test_an_incomplete_cohort_is_maturing_and_in_no_rate():
    now = at("2026-05-18T00:00+02:00")
    last_week = [Way(now - 5 * DAY, now - 4 * DAY), Way(now - 5 * DAY)]  # I16
    old = [Way(now - 70 * DAY, now - 60 * DAY), Way(now - 70 * DAY, now - 20 * DAY), Way(now - 70 * DAY)]
    march, may = stage_rates([*last_week, *old], horizon_days=30, now=now, reporting_zone=MADRID)
    assert (may.period, may.rate, may.maturing, may.mature) == ("2026-05", Share(0, 0), 2, False)
    assert (march.period, march.rate, march.mature) == ("2026-03", Share(1, 3), True)


def test_a_horizon_that_ends_now_is_over_and_includes_its_last_instant():
    now = at("2026-05-18T00:00+02:00")
    ways = [Way(now - 30 * DAY, now), Way(now - 30 * DAY + 1, now)]
    (cohort,) = stage_rates(ways, horizon_days=30, now=now, reporting_zone=MADRID)
    assert (cohort.rate, cohort.maturing) == (Share(1, 1), 1)


def test_content_contribution_from_counts():
    found = contribution("guide", hits=7, touched=37, converted=20, people=320)  # I17
    assert found.assisted.percent == 35.0
    assert (found.touched, found.untouched) == (Share(7, 37), Share(13, 283))
    assert (round(found.touched.percent, 1), round(found.untouched.percent, 1)) == (18.9, 4.6)
    assert round(found.lift, 2) == 4.12
    assert found.lift_interval.low < found.lift < found.lift_interval.high
    assert [round(bound, 2) for bound in found.lift_interval] == [1.76, 9.66]


def test_no_lift_is_shown_for_few_touched_or_without_any_other_conversion():
    assert contribution("guide", 5, 19, 20, 320).lift is None
    assert contribution("guide", 20, 40, 20, 320).lift is None
    assert contribution("guide", 0, 40, 20, 320).lift == 0.0
    assert contribution("guide", 0, 40, 20, 320).lift_interval is None


def journey(*touches, converted=True, until=100 * DAY):
    return Journey(tuple((content, day * DAY) for content, day in touches), until, converted)


def test_only_touches_before_the_anchor_and_within_the_lookback_count():
    rows = contributions(
        [
            journey(("guide", 99), ("guide", 98), ("late", 100), ("old", 9), ("edge", 10)),
            journey(("guide", 50), converted=False),
        ]
    )
    assert [(row.content, row.assisted, row.touched) for row in rows] == [
        ("edge", Share(1, 1), Share(1, 1)),
        ("guide", Share(1, 1), Share(1, 2)),
    ]


def test_credit_models_share_out_exactly_one_conversion_each():
    paths = [journey(("a", 1), ("b", 20), ("c", 30), ("a", 40), until=50 * DAY)]
    assert credit(paths, "first") == {"a": 1}
    assert credit(paths, "last") == {"a": 1}
    assert credit(paths, "linear") == dict.fromkeys("abc", Fraction(1, 3))
    assert credit(paths, "u_shaped") == {"a": Fraction(4, 5), "b": Fraction(1, 10), "c": Fraction(1, 10)}
    assert credit([journey(("a", 20), ("b", 30))], "u_shaped") == dict.fromkeys("ab", Fraction(1, 2))
    assert credit([journey(("a", 20), converted=False), journey()], "linear") == {}


def test_week_bounds_cross_a_change_of_clocks():
    start, end = period_bounds(date(2026, 10, 25), "week", MADRID)
    assert end - start == timedelta(days=7, hours=1).total_seconds()

import hashlib
import json
import subprocess
import sys
import zoneinfo
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from policies import zones
from policies.calendar import Calendar, read_calendar
from policies.holiday_source import HolidaySource, dates_off
from policies.windows import Window, parse_window

MADRID = {"timezone": "Europe/Madrid", "holidays": {"country": "ES", "subdivision": "MD"}}


def spec(**table):
    found = read_calendar({**MADRID, **table})
    assert found.problems == ()
    return found.spec


def told(**table):
    found = read_calendar(table)
    assert found.spec is None
    return {problem.key: str(problem) for problem in found.problems}


def hours_on(calendar, day):
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return calendar.hours.between(start, start + 86_400) / 3600


def test_the_default_week_is_office_hours():
    calendar = read_calendar({"timezone": "UTC"}).spec.resolve(date(2026, 5, 1))
    assert [hours_on(calendar, date(2026, 5, 11 + day)) for day in range(7)] == [9, 9, 9, 9, 9, 0, 0]


def test_holidays_are_written_out_as_dates_over_the_horizon():
    calendar = spec().resolve(date(2026, 5, 1))
    of_2026 = [str(day)[5:] for day in calendar.closed if day.year == 2026]
    assert of_2026 == [
        "01-01", "01-06", "04-02", "04-03", "05-01", "05-02",
        "08-15", "10-12", "11-02", "12-07", "12-08", "12-25",
    ]  # fmt: skip
    assert (calendar.first, calendar.last) == (date(2016, 1, 1), date(2029, 12, 31))
    assert {day.year for day in calendar.closed} == set(range(2016, 2030))


def test_extra_removed_and_overridden_dates():
    calendar = spec(
        holidays={
            **MADRID["holidays"],
            "extra": [date(2026, 5, 15), "2026-11-09"],
            "removed": [date(2026, 12, 7)],
        },
        overrides={"2026-12-24": ["09:00-14:00"], "2026-12-25": ["10:00-12:00"], "2026-05-13": []},
    ).resolve(date(2026, 5, 1))
    expected = {
        (5, 15): 0,
        (11, 9): 0,
        (12, 7): 9,
        (12, 24): 5,
        (12, 25): 2,
        (5, 13): 0,
        (5, 14): 9,
        (10, 12): 0,
    }
    for (month, day), hours in expected.items():
        assert hours_on(calendar, date(2026, month, day)) == hours, (month, day)


def test_categories_add_optional_holidays():
    plain, more = (
        HolidaySource(country="BR", categories=categories).dates(date(2026, 1, 1), date(2026, 12, 31))
        for categories in (("public",), ("public", "optional"))
    )
    assert plain < more


def test_overlapping_windows_are_merged_with_a_warning():
    found = read_calendar({"timezone": "UTC", "week": {"mon": ["09:00-14:00", "13:00-18:00"]}})  # A39
    assert found.problems == ()
    assert [str(warning) for warning in found.warnings] == [
        "calendar.week.mon: windows overlap and are merged; write ['09:00-18:00']"
    ]
    assert hours_on(found.spec.resolve(date(2026, 5, 1)), date(2026, 5, 11)) == 9


def test_touching_windows_are_no_overlap():
    assert read_calendar({"timezone": "UTC", "week": {"mon": ["09:00-14:00", "14:00-18:00"]}}).warnings == ()


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("09:00-18:00", Window(32_400, 64_800)),
        ("9:00 - 18:00", Window(32_400, 64_800)),
        ("22:00-06:00", Window(79_200, 108_000)),
        ("00:00-24:00", Window(0, 86_400)),
        ("22:00-24:00", Window(79_200, 86_400)),
    ],
)
def test_windows_as_people_write_them(text, window):
    assert parse_window(text) == window


@pytest.mark.parametrize(
    "text", ["9-18", "09:60-18:00", "24:00-06:00", "09:00-25:00", "09:00-09:00", "", "09:00"]
)
def test_other_windows_are_refused(text):
    with pytest.raises(ValueError):
        parse_window(text)


def test_every_fault_is_listed_at_once_with_what_to_write():
    problems = told(
        timezone="Europe/Madird",
        weak={},
        week={"mno": ["9-18"], "mon-wed": ["09:00-18:00"], "tue": [3], "fri-mon": ["09:00-10:00"]},
        holidays={"country": "Spain", "extra": ["someday"], "remove": []},
        overrides={"2026-13-01": [], "2026-12-24": ["soon"]},
    )
    assert problems["calendar.timezone"].endswith("write 'Europe/Madrid'")
    assert problems["calendar.weak"].endswith("write 'week'")
    assert problems["calendar.week.mno"].endswith("write 'mon'")
    assert "tue is named twice" in problems["calendar.week.tue"]
    assert "backwards" in problems["calendar.week.fri-mon"]
    assert problems["calendar.holidays.country"].endswith("write 'ES'")
    assert problems["calendar.holidays.remove"].endswith("write 'removed'")
    assert {
        "calendar.holidays.extra",
        "calendar.overrides.2026-13-01",
        "calendar.overrides.2026-12-24",
    } <= set(problems)


@pytest.mark.parametrize(
    ("table", "key", "advice"),
    [
        ({}, "calendar.timezone", "such as 'Europe/Madrid'"),
        ({"timezone": "mexico_city"}, "calendar.timezone", "'America/Mexico_City'"),
        ({"timezone": "qqqqqq"}, "calendar.timezone", "such as 'Europe/Madrid'"),
        (
            {**MADRID, "holidays": {"country": "ES", "subdivision": "MDD"}},
            "calendar.holidays.subdivision",
            "'MD'",
        ),
        (
            {**MADRID, "holidays": {"country": "ES", "categories": ["publik"]}},
            "calendar.holidays.categories",
            "'public'",
        ),
        (
            {**MADRID, "holidays": {"country": "ES", "categories": "public"}},
            "calendar.holidays.categories",
            "['public']",
        ),
        ({**MADRID, "holidays": {"country": "XQ"}}, "calendar.holidays.country", "write"),
        ({**MADRID, "holidays": {"subdivision": "MD"}}, "calendar.holidays.country", "such as 'ES'"),
        ({**MADRID, "holidays": "ES"}, "calendar.holidays", "country = 'ES'"),
        (
            {**MADRID, "holidays": {"country": "ES", "extra": "2026-05-15"}},
            "calendar.holidays.extra",
            "[2026-05-15]",
        ),
        ({**MADRID, "week": ["09:00-18:00"]}, "calendar.week", "mon-fri"),
        ({**MADRID, "week": {}}, "calendar.week", "NO_BUSINESS_TIME"),
        ({**MADRID, "week": {"mon": []}}, "calendar.week", "NO_BUSINESS_TIME"),
        ({**MADRID, "overrides": []}, "calendar.overrides", "2026-12-24"),
    ],
)
def test_one_fault_is_one_problem_with_advice(table, key, advice):
    problems = told(**table)
    assert list(problems) == [key]
    assert advice in problems[key]


def test_a_subdivision_may_be_named_in_words():
    named = read_calendar(
        {"timezone": "Europe/Madrid", "holidays": {"country": "ES", "subdivision": "Madrid"}}
    )
    assert named.spec.holidays.subdivision == "MD"


def test_removing_what_is_no_holiday_is_a_warning():
    found = read_calendar({**MADRID, "holidays": {"country": "ES", "removed": ["2026-05-13"]}})
    assert found.problems == ()
    assert [warning.key for warning in found.warnings] == ["calendar.holidays.removed"]


def test_a_horizon_of_holidays_cannot_be_published():
    calendar = spec().resolve(date(2026, 5, 1))
    days = range(date(2026, 5, 1).toordinal(), date(2030, 1, 1).toordinal())
    shut = replace(calendar, closed=tuple(date.fromordinal(day) for day in days))
    assert calendar.problems(date(2026, 5, 1)) == ()
    (problem,) = shut.problems(date(2026, 5, 1))  # A35
    assert "NO_BUSINESS_TIME" in problem.what


def test_a_calendar_survives_the_ledger_unchanged():
    calendar = spec(
        week={"mon-fri": ["22:00-06:00"]}, overrides={"2026-12-24": ["09:00-14:00"], "2026-12-31": []}
    ).resolve(date(2026, 5, 1))
    loaded = Calendar.load(json.loads(json.dumps(calendar.document())))
    assert loaded == calendar
    assert loaded.content_hash == calendar.content_hash
    bare = read_calendar({"timezone": "UTC"}).spec.resolve(date(2026, 5, 1))
    assert Calendar.load(json.loads(json.dumps(bare.document()))) == bare


def test_hashes_follow_content():
    base, other = spec(), spec(overrides={"2026-12-24": ["09:00-14:00"]})
    assert base.digest == spec().digest != other.digest
    assert base.digest != spec(holidays={"country": "ES"}).digest
    published = base.resolve(date(2026, 5, 1))
    assert published.content_hash == base.resolve(date(2026, 12, 31)).content_hash
    assert published.content_hash != other.resolve(date(2026, 5, 1)).content_hash


def test_places_the_library_does_not_know_have_no_days_off():
    assert dates_off("XQ", None, range(2026, 2027)) == frozenset()
    assert (
        dates_off("MX", "jalisco", range(2026, 2027))
        == dates_off("MX", None, range(2026, 2027))
        != frozenset()
    )


def test_zone_data_is_the_pinned_one_and_right():
    zones.self_test()
    assert zoneinfo.TZPATH == ()


def test_zone_data_of_the_system_is_not_used_even_where_the_environment_names_it(tmp_path):
    place = tmp_path / "America"
    place.mkdir()
    stale = zones.resources.files("tzdata").joinpath("zoneinfo", "Etc", "GMT+5").read_bytes()
    (place / "Mexico_City").write_bytes(stale)
    program = "from policies import zones; zones.self_test(); print(zones.zone('America/Mexico_City').key)"
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONTZPATH": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stdout.strip()) == (0, "America/Mexico_City"), answer.stderr


def test_wrong_zone_data_is_refused(monkeypatch):
    wrong = ("Europe/Madrid", datetime(2026, 7, 1, tzinfo=UTC), 3600)
    monkeypatch.setattr(zones, "KNOWN_OFFSETS", (wrong,))
    with pytest.raises(zones.WrongZoneData, match="Europe/Madrid at 2026-07-01"):
        zones.self_test()


def test_an_unknown_zone_is_a_named_error():
    with pytest.raises(zones.UnknownZone):
        zones.zone("Europe/Madird")


def test_main_zones_exist_and_belong_to_their_countries():
    for country, name in zones.MAIN_ZONES.items():
        assert name in zones.zone_names()
        assert len(zones.zones_by_country()[country]) > 1
    several = {country for country, names in zones.zones_by_country().items() if len(names) > 1}
    assert several - {"AQ", "UM"} <= set(zones.MAIN_ZONES)
    assert zones.main_zone("co") == "America/Bogota"
    assert zones.main_zone("XQ") is None


def test_hashes_are_those_that_ledgers_already_hold():
    calendar = read_calendar({"timezone": "UTC", "week": {"mon": "09:00-10:00"}}).spec.resolve(
        date(2026, 5, 1)
    )
    text = (
        '{"closed":[],"first":"2016-01-01","last":"2029-12-31","overrides":{},"timezone":"UTC",'
        '"week":[[[32400,36000]],[],[],[],[],[],[]]}'
    )
    assert calendar.content_hash == hashlib.sha256(text.encode()).hexdigest()

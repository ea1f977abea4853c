"""Zones, holidays and quiet hours by country: data told from an independent table, and how a place is found."""

from datetime import UTC, date, datetime

import pytest

from policies import zones
from policies.calendar import CalendarSpec, read_calendar
from policies.holiday_source import HolidaySource, country_holidays, dates_off
from policies.quiet_hours import QuietHours, preset_for, read_presets
from policies.whereabouts import Whereabouts, locate

HOURS = {  # country: channels with hours, Monday to Friday, Saturday, Sunday; whether holidays are quiet
    "ES": (("phone", "sms", "whatsapp"), (9, 21), None, None, True),
    "CO": (("email", "phone", "sms", "whatsapp"), (7, 19), (8, 15), None, True),
    "BR": (("phone", "sms", "whatsapp"), (8, 18), None, None, True),
    "MX": (("phone", "sms", "whatsapp"), (9, 18), None, None, False),
    "US": (("phone", "sms", "whatsapp"), (8, 21), (8, 21), (8, 21), False),
    "US-FL": (("phone", "sms", "whatsapp"), (8, 20), (8, 20), (8, 20), False),
    "default": (("phone", "sms", "whatsapp"), (9, 18), None, None, False),
}
PRESETS, _ = read_presets({})


@pytest.mark.parametrize("name", HOURS)
def test_the_shipped_hours_of_a_country(name):
    channels, weekdays, saturday, sunday, holidays = HOURS[name]
    preset = PRESETS[name]
    assert (preset.name, preset.holidays, preset.as_of) == (name, holidays, date(2026, 11, 1))
    assert tuple(channel for channel, _ in preset.channels) == channels
    expected = [weekdays] * 5 + [saturday, sunday]
    for channel in channels:
        week = preset.week(channel)
        assert [tuple((opens / 3600, closes / 3600) for opens, closes in windows) for windows in week] == [
            () if day is None else (day,) for day in expected
        ]
    assert preset.week("linkedin") is None


def test_only_these_countries_are_shipped():
    assert set(PRESETS) == set(HOURS)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("ES", "TRLGDCU art. 96.2"),
        ("CO", "Ley 2300 de 2023"),
        ("BR", "RJ 7.853/2018"),
        ("MX", "no general rule"),
        ("US", "47 CFR 64.1200(c)(1)"),
        ("US-FL", "Florida Statutes 501.616(6)"),
        ("default", "no source"),
    ],
)
def test_the_shipped_hours_name_their_source(name, source):
    assert source in PRESETS[name].citation


@pytest.mark.parametrize(
    ("country", "region", "name"),
    [
        ("US", "FL", "US-FL"),
        ("US", "CA", "US"),
        ("US", None, "US"),
        ("FR", None, "default"),
        (None, None, "default"),
    ],
)
def test_the_row_of_a_place(country, region, name):
    assert preset_for(PRESETS, country, region).name == name


def test_free_channels_wait_for_the_salesperson_only():
    hours = CalendarSpec(timezone="Europe/Madrid").resolve(date(2026, 1, 1)).hours
    quiet = QuietHours(
        PRESETS["ES"], Whereabouts(zone="Europe/Madrid", source="country", guessed=False, country="ES")
    )
    sunday = int(datetime(2026, 5, 17, 10, tzinfo=UTC).timestamp())
    monday = int(datetime(2026, 5, 18, 7, tzinfo=UTC).timestamp())
    assert quiet.next_allowed("linkedin", sunday, hours) == monday
    assert quiet.next_allowed("phone", sunday, hours) == monday
    assert quiet.next_allowed("phone", monday, hours) == monday
    whit = int(datetime(2026, 12, 25, 10, tzinfo=UTC).timestamp())
    assert quiet.next_allowed("phone", whit, hours) == int(datetime(2026, 12, 28, 8, tzinfo=UTC).timestamp())


def test_hours_hold_over_the_turn_of_years():
    quiet = QuietHours(
        PRESETS["BR"], Whereabouts(zone="America/Sao_Paulo", source="country", guessed=False, country="BR")
    )
    for year in (2024, 2025, 2026, 2027):
        for month, day, hour, allowed in (
            (1, 1, 15, False),
            (12, 31, 15, None),
            (1, 2, 15, None),
            (7, 1, 15, None),
        ):
            moment = datetime(year, month, day, hour, tzinfo=UTC)
            expected = moment.weekday() < 5 if allowed is None else allowed
            assert quiet.allows("phone", int(moment.timestamp())) is expected, moment


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({"explicit": "Asia/Tokyo", "country": "MX"}, ("Asia/Tokyo", "explicit", False, "MX", None)),
        ({"explicit": "Nowhere", "country": "co"}, ("America/Bogota", "country", False, "CO", None)),
        (
            {"country": "MX", "region": "mx-Jalisco"},
            ("America/Mexico_City", "region", False, "MX", "jalisco"),
        ),
        ({"country": "MX", "region": "Sonora"}, ("America/Hermosillo", "region", False, "MX", "sonora")),
        (
            {"country": "MX", "region": "Quintana Roo"},
            ("America/Cancun", "region", False, "MX", "quintana roo"),
        ),
        ({"country": "MX", "region": "Narnia"}, ("America/Mexico_City", "country", True, "MX", None)),
        ({"country": "ES", "region": "Cataluña"}, ("Europe/Madrid", "region", False, "ES", "CT")),
        ({"country": "ES", "region": "CN"}, ("Atlantic/Canary", "region", False, "ES", "CN")),
        ({"country": "US", "region": "Texas"}, ("America/Chicago", "region", False, "US", "TX")),
        ({"country": "US", "region": "AZ"}, ("America/Phoenix", "region", False, "US", "AZ")),
        ({"country": "US", "city": "Denver"}, ("America/Denver", "city", False, "US", None)),
        ({"country": "US", "city": "los angeles"}, ("America/Los_Angeles", "city", False, "US", None)),
        (
            {"country": "US", "city": "Denver" + " " * 1_000_000},
            ("America/New_York", "country", True, "US", None),
        ),
        ({"country": "ES", "region": "CN" * 500_000}, ("Europe/Madrid", "country", True, "ES", None)),
        ({"country": "US", "city": "Gotham"}, ("America/New_York", "country", True, "US", None)),
        (
            {"country": "BR", "region": "AM", "city": "Sao Paulo"},
            ("America/Manaus", "region", False, "BR", "AM"),
        ),
        ({"country": "XQ"}, ("Europe/Lisbon", "team", True, "XQ", None)),
        ({"country": "XQ", "region": "A", "city": "B"}, ("Europe/Lisbon", "team", True, "XQ", None)),
        ({"region": "CA", "city": "Denver"}, ("Europe/Lisbon", "team", True, None, None)),
        ({"phone": " +34 612 345 678"}, ("Europe/Madrid", "phone", True, "ES", None)),
        ({"phone": "+1 212 555 0123"}, ("America/New_York", "phone", True, "US", None)),
        ({"phone": "+5"}, ("Europe/Lisbon", "team", True, None, None)),
        ({"phone": "+52"}, ("America/Mexico_City", "phone", True, "MX", None)),
        ({"phone": "+351"}, ("Europe/Lisbon", "phone", True, "PT", None)),
        ({"phone": "+1"}, ("America/New_York", "phone", True, "US", None)),
        ({"phone": "+999"}, ("Europe/Lisbon", "team", True, None, None)),
        ({"phone": "+800 1234 5678"}, ("Europe/Lisbon", "team", True, None, None)),
        ({"phone": "34612345678"}, ("Europe/Lisbon", "team", True, None, None)),
        ({"phone": "+34612345678", "country": "MX"}, ("America/Mexico_City", "country", True, "MX", None)),
        ({"phone": "+34612345678", "region": "CN"}, ("Atlantic/Canary", "region", False, "ES", "CN")),
    ],
)
def test_a_place_is_found_by_the_best_that_is_known(known, found):
    zone, source, guessed, country, region = found
    assert locate(team_zone="Europe/Lisbon", **known) == Whereabouts(
        zone=zone, source=source, guessed=guessed, country=country, region=region
    )


def test_the_version_of_zone_data_is_that_of_the_package():
    from importlib.metadata import version

    assert zones.tzdata_version() == version("tzdata")


def test_zones_that_the_system_would_answer_are_refused(monkeypatch):
    monkeypatch.setattr(zones.zoneinfo, "TZPATH", ("/usr/share/zoneinfo",))
    with pytest.raises(zones.WrongZoneData) as found:
        zones.self_test()
    assert str(found.value) == "zone data is read from the operating system, not from the pinned tzdata"


def test_a_wrong_offset_is_told_with_what_to_do(monkeypatch):
    wrong = ("Europe/Madrid", datetime(2026, 7, 1, tzinfo=UTC), 3600)
    monkeypatch.setattr(zones, "KNOWN_OFFSETS", (wrong,))
    with pytest.raises(zones.WrongZoneData) as found:
        zones.self_test()
    assert str(found.value) == (
        f"Europe/Madrid at 2026-07-01 is 7200 s from UTC, not 3600 s (tzdata {zones.tzdata_version()}): "
        "install the pinned tzdata"
    )
    with pytest.raises(zones.UnknownZone, match=r"^no zone is called 'Mars'$"):
        zones.zone("Mars")


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("mx", "America/Mexico_City"),
        ("MX", "America/Mexico_City"),
        ("co", "America/Bogota"),
        ("PE", "America/Lima"),
        ("xq", None),
    ],
)
def test_the_main_zone_of_a_country(country, zone):
    assert zones.main_zone(country) == zone


def ordinal(*day):
    return date(*day).toordinal()


@pytest.mark.parametrize(
    ("name", "day", "wall", "first", "last"),
    [
        ("Europe/Madrid", (2026, 5, 13), 9 * 3600, "2026-05-13T07:00Z", "2026-05-13T07:00Z"),
        (
            "Europe/Madrid",
            (2026, 3, 29),
            2 * 3600 + 1800,
            "2026-03-29T01:00Z",
            "2026-03-29T01:00Z",
        ),  # skipped
        ("Europe/Madrid", (2026, 3, 29), 3 * 3600, "2026-03-29T01:00Z", "2026-03-29T01:00Z"),
        ("Europe/Madrid", (2026, 10, 25), 2 * 3600 + 1800, "2026-10-25T00:30Z", "2026-10-25T01:30Z"),  # twice
        ("America/Santiago", (2026, 9, 6), 0, "2026-09-06T04:00Z", "2026-09-06T04:00Z"),  # midnight skipped
        ("Asia/Tokyo", (2026, 5, 13), 90_000, "2026-05-13T16:00Z", "2026-05-13T16:00Z"),  # past midnight
    ],
)
def test_wall_time_becomes_an_instant(name, day, wall, first, last):
    place = zones.zone(name)
    found = [zones.instant_at(place, ordinal(*day), wall, last=late) for late in (False, True)]
    assert found == [int(datetime.fromisoformat(each).timestamp()) for each in (first, last)]
    assert zones.wall_at(place, found[0], ordinal(*day)) in {wall, 3 * 3600, 3600}


@pytest.mark.parametrize(
    ("name", "day", "opens", "closes", "even"),
    [
        ("Europe/Madrid", (2026, 5, 13), 9, 18, True),
        ("Europe/Madrid", (2026, 3, 29), 9, 18, False),
        ("Europe/Madrid", (2026, 10, 25), 0, 1, True),
        ("Europe/Madrid", (2026, 10, 24), 22, 30, False),
        ("Europe/Madrid", (2026, 10, 25), 9, 18, False),
    ],
)
def test_a_midnight_is_even_where_no_clock_changes_until_closing(name, day, opens, closes, even):
    place = zones.zone(name)
    at = [zones.instant_at(place, ordinal(*day), hour * 3600) for hour in (0, opens, closes)]
    assert zones.even_midnight(place, ordinal(*day), at[1], at[2]) == (at[0] if even else None)


def test_holidays_between_two_dates_both_included():
    source = HolidaySource(
        country="ES",
        subdivision="MD",
        extra=(date(2026, 5, 15), date(2027, 1, 2)),
        removed=(date(2026, 5, 2),),
    )
    assert source.dates(date(2026, 5, 1), date(2026, 5, 15)) == {date(2026, 5, 1), date(2026, 5, 15)}
    assert source.dates(date(2026, 5, 2), date(2026, 5, 14)) == frozenset()
    assert source.dates(date(2026, 12, 25), date(2027, 1, 1)) == {date(2026, 12, 25), date(2027, 1, 1)}
    assert HolidaySource(extra=(date(2026, 5, 15),)).dates(date(2026, 5, 15), date(2026, 5, 15)) == {
        date(2026, 5, 15)
    }


def test_a_removed_date_may_be_added_back_as_extra():
    day = date(2026, 5, 1)
    source = HolidaySource(country="ES", extra=(day,), removed=(day,))
    assert source.dates(day, day) == {day}


def test_a_region_has_its_own_days_off():
    years = range(2026, 2027)
    assert date(2026, 5, 2) in dates_off("ES", "MD", years) - dates_off("ES", "CT", years)
    assert dates_off("ES", "Narnia", years) == dates_off("ES", None, years)
    assert dates_off(None, None, years) == frozenset()
    assert country_holidays("ES", "MD", ("public",), years) == dates_off("ES", "MD", years)
    assert {each.year for each in dates_off("ES", "MD", range(2025, 2028))} == {2025, 2026, 2027}


@pytest.mark.parametrize(("written", "subdivision"), [("MD", "MD"), ("Madrid", "MD"), (None, None)])
def test_a_subdivision_may_be_named(written, subdivision):
    table = {"country": "ES"} if written is None else {"country": "ES", "subdivision": written}
    read = read_calendar({"timezone": "Europe/Madrid", "holidays": table})
    assert read.problems == (), read.problems
    assert read.spec.holidays == HolidaySource(country="ES", subdivision=subdivision)


def test_own_dates_need_no_country():
    read = read_calendar({"timezone": "UTC", "holidays": {"extra": [date(2026, 5, 15), "2026-05-14"]}})
    assert read.spec.holidays == HolidaySource(extra=(date(2026, 5, 14), date(2026, 5, 15)))
    assert read_calendar({"timezone": "UTC", "holidays": {}}).spec.holidays == HolidaySource()
    assert read_calendar({"timezone": "UTC"}).spec.holidays is None


def test_a_moment_is_no_date():
    moment = datetime(2026, 5, 15, 12, tzinfo=UTC)
    read = read_calendar({"timezone": "UTC", "holidays": {"extra": [moment]}})
    assert [each.key for each in read.problems] == ["calendar.holidays.extra"]


def test_a_calendar_is_a_document_of_plain_values():
    spec = read_calendar(
        {
            "timezone": "Europe/Madrid",
            "week": {"mon": ["09:00-14:00", "16:00-19:00"]},
            "holidays": {
                "country": "ES",
                "subdivision": "MD",
                "extra": ["2026-05-15"],
                "removed": ["2026-12-25"],
            },
            "overrides": {"2026-12-24": ["09:00-14:00"], "2026-12-31": []},
        }
    ).spec
    document = spec.resolve(date(2026, 5, 1)).document()
    assert (document["timezone"], document["first"], document["last"]) == (
        "Europe/Madrid",
        "2016-01-01",
        "2029-12-31",
    )
    assert document["week"] == [[[32_400, 50_400], [57_600, 68_400]], [], [], [], [], [], []]
    assert document["overrides"] == {"2026-12-24": [[32_400, 50_400]], "2026-12-31": []}
    assert document["holidays"] == {
        "country": "ES", "subdivision": "MD", "categories": ["public"], "extra": ["2026-05-15"], "removed": ["2026-12-25"],
    }  # fmt: skip
    assert "2026-05-15" in document["closed"]
    assert "2026-12-25" not in document["closed"]
    assert document["closed"] == sorted(document["closed"])


def test_a_calendar_without_an_open_window_from_a_date_on_cannot_be_published():
    spec = read_calendar({"timezone": "UTC", "week": {}, "overrides": {"2026-05-13": ["09:00-10:00"]}}).spec
    calendar = spec.resolve(date(2026, 5, 1))
    assert calendar.problems(date(2026, 5, 13)) == ()
    assert [str(each) for each in calendar.problems(date(2026, 5, 14))] == [
        (
            "calendar: NO_BUSINESS_TIME: no open window from 2026-05-14 to 2029-12-31; "
            "give the week a window, or remove dates from 'holidays.extra' and 'overrides'"
        )
    ]

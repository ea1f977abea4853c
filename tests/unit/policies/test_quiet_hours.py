from datetime import date, datetime

import pytest

from policies.business_time import NoBusinessTime
from policies.calendar import CalendarSpec
from policies.quiet_hours import QuietHours, preset_for, read_presets
from policies.whereabouts import Whereabouts, locate
from policies.windows import week_of

PRESETS, _ = read_presets({})
MAD = CalendarSpec(timezone="Europe/Madrid").resolve(date(2026, 1, 1)).hours


def at(text):
    return int(datetime.fromisoformat(text).timestamp())


def quiet(country, zone, *, guessed=False, region=None, presets=PRESETS):
    where = Whereabouts(zone=zone, source="explicit", guessed=guessed, country=country, region=region)
    return QuietHours(preset_for(presets, country, region), where)


@pytest.mark.parametrize(
    ("country", "zone", "channel", "moment", "allowed"),
    [
        ("ES", "Europe/Madrid", "phone", "2026-05-16T11:00+02:00", False),  # F08: Saturday
        ("ES", "Europe/Madrid", "email", "2026-05-16T11:00+02:00", True),
        ("ES", "Europe/Madrid", "phone", "2026-05-13T09:00+02:00", True),
        ("ES", "Europe/Madrid", "phone", "2026-05-13T08:59:59+02:00", False),
        ("ES", "Europe/Madrid", "phone", "2026-05-13T20:59:59+02:00", True),
        ("ES", "Europe/Madrid", "phone", "2026-05-13T21:00+02:00", False),
        ("ES", "Europe/Madrid", "phone", "2026-10-12T11:00+02:00", False),  # holiday
        ("CO", "America/Bogota", "phone", "2026-07-13T10:00-05:00", False),  # F10: Law 2578 of 2026
        ("CO", "America/Bogota", "phone", "2026-05-17T10:00-05:00", False),  # C12: Sunday
        ("CO", "America/Bogota", "phone", "2026-05-16T14:59-05:00", True),
        ("CO", "America/Bogota", "phone", "2026-05-16T15:00-05:00", False),
        ("CO", "America/Bogota", "email", "2026-05-17T10:00-05:00", False),  # art. 5 names e-mail
        ("BR", "America/Sao_Paulo", "whatsapp", "2026-05-13T18:00-03:00", False),
        ("BR", "America/Sao_Paulo", "phone", "2026-11-20T10:00-03:00", False),  # holiday
        ("US", "America/New_York", "phone", "2026-05-13T20:30-04:00", True),
        ("PE", "America/Lima", "phone", "2026-05-16T10:00-05:00", False),  # no row: the default one
    ],
)
def test_presets_hold_in_the_leads_own_time(country, zone, channel, moment, allowed):
    assert quiet(country, zone).allows(channel, at(moment)) is allowed


def test_a_state_has_its_own_row():
    assert not quiet("US", "America/New_York", region="FL").allows("phone", at("2026-05-13T20:30-04:00"))


def test_every_row_carries_a_citation_and_a_date():
    for preset in PRESETS.values():
        assert preset.citation
        assert preset.as_of >= date(2026, 1, 1)


def test_next_allowed_is_the_first_instant_both_sides_are_open():
    hours = quiet("MX", "America/Mexico_City")
    wanted = at("2026-05-13T09:30+02:00")
    assert hours.next_allowed("phone", wanted, MAD) == at("2026-05-13T17:00+02:00")  # F11
    assert hours.next_allowed("email", wanted, MAD) == wanted
    assert hours.next_allowed("email", at("2026-05-16T09:30+02:00"), MAD) == at("2026-05-18T09:00+02:00")


def test_next_allowed_follows_both_zones_through_different_switch_dates():
    hours = quiet("MX", "America/Tijuana")
    assert hours.next_allowed("phone", at("2026-03-09T09:30+01:00"), MAD) == at(
        "2026-03-09T17:00+01:00"
    )  # F12b
    # Before the border's change the two shared no hour at all.
    assert hours.next_allowed("phone", at("2026-03-02T09:30+01:00"), MAD) == at("2026-03-09T17:00+01:00")


def test_hours_that_never_meet_are_a_named_error():
    far = CalendarSpec(timezone="Asia/Tokyo", week=week_of({0: MAD_MONDAY})).resolve(date(2026, 1, 1)).hours
    with pytest.raises(NoBusinessTime):
        quiet("MX", "America/Mexico_City").next_allowed("phone", at("2026-05-13T09:30+02:00"), far)


MAD_MONDAY = PRESETS["MX"].week("phone")[0]


def test_a_guessed_zone_shrinks_each_window_by_an_hour_on_both_sides():
    guess = quiet("MX", "America/Mexico_City", guessed=True)
    for moment, allowed in [("09:59", False), ("10:00", True), ("16:59", True), ("17:00", False)]:
        assert guess.allows("phone", at(f"2026-05-13T{moment}-06:00")) is allowed
    assert guess.allows("email", at("2026-05-13T03:00-06:00"))


def test_a_company_edits_a_row_key_by_key_and_adds_others():
    presets, problems = read_presets(
        {
            "MX": {"holidays": True},
            "AR": {
                "channels": {"phone": {"mon-fri": ["10:00-12:00"]}},
                "holidays": False,
                "citation": "own decision",
                "as_of": date(2026, 11, 2),
            },
        }
    )
    assert problems == ()
    edited = quiet("MX", "America/Mexico_City", region="jalisco", presets=presets)
    assert not edited.allows("phone", at("2026-09-16T10:00-06:00"))
    assert edited.allows("phone", at("2026-09-17T10:00-06:00"))
    argentine = quiet("AR", "America/Argentina/Buenos_Aires", presets=presets)
    assert not argentine.allows("phone", at("2026-05-13T09:00-03:00"))
    assert argentine.allows("sms", at("2026-05-13T09:00-03:00"))


def test_every_fault_of_the_rows_is_found_at_once():
    _, problems = read_presets(
        {"ES": {"holiday": True}, "PE": {"channels": {"fone": {"mon": "x"}}, "holidays": "no"}, "XX": 3}
    )
    told = {problem.key: str(problem) for problem in problems}
    assert "write 'holidays'" in told["quiet_hours.ES.holiday"]
    assert "write 'phone'" in told["quiet_hours.PE.channels.fone"]
    assert {
        "quiet_hours.PE.channels.fone.mon",
        "quiet_hours.PE.holidays",
        "quiet_hours.PE.citation",
        "quiet_hours.PE.as_of",
        "quiet_hours.XX",
    } <= set(told)


@pytest.mark.parametrize(
    ("known", "zone", "source", "guessed"),
    [
        ({"explicit": "America/Tijuana", "phone": "+525512345678"}, "America/Tijuana", "explicit", False),
        ({"explicit": "Mexico time", "phone": "+525512345678"}, "America/Mexico_City", "phone", True),
        ({"phone": "+52"}, "America/Mexico_City", "phone", True),  # F07
        ({"phone": "+52", "country": "MX"}, "America/Mexico_City", "country", True),
        ({"country": "MX", "region": "Baja California"}, "America/Tijuana", "region", False),
        ({"country": "MX", "region": "Nuevo León"}, "America/Mexico_City", "region", False),
        ({"country": "MX", "region": "Narnia"}, "America/Mexico_City", "country", True),
        ({"country": "ES", "region": "Canarias"}, "Atlantic/Canary", "region", False),
        ({"country": "ES", "region": "ES-MD"}, "Europe/Madrid", "region", False),
        ({"country": "BR", "region": "amazonas"}, "America/Manaus", "region", False),
        ({"country": "US", "region": "CA"}, "America/Los_Angeles", "region", False),
        ({"country": "AR", "city": "Córdoba"}, "America/Argentina/Cordoba", "city", False),
        ({"country": "CO"}, "America/Bogota", "country", False),  # one zone: no guess
        ({"phone": "+573001234567"}, "America/Bogota", "phone", True),
        ({"phone": "+12125550123"}, "America/New_York", "phone", True),
        ({"phone": "612345678"}, "Europe/Madrid", "team", True),
        ({}, "Europe/Madrid", "team", True),
    ],
)
def test_the_leads_zone_is_found_in_order_and_guesses_are_flagged(known, zone, source, guessed):
    found = locate(team_zone="Europe/Madrid", **known)
    assert (found.zone, found.source, found.guessed) == (zone, source, guessed)


def test_the_country_is_known_from_the_phone_too():
    assert locate(team_zone="Europe/Madrid", phone="+525512345678").country == "MX"

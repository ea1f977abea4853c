"""The agreement: defaults of the policy, every fault at once with what to write, storing and reading back."""

import json
from datetime import UTC, date, datetime

import pytest

from mapping.problems import ConfigurationError
from mapping.records import ValueType
from policies.agreement import Signatures, parse_agreement
from policies.business_time import BusinessDays
from policies.forms import CalendarDays
from policies.states import Side, Stage
from tests.doubles.story import MAD, agree, at

LEAST = {"definitions": {"mql": True}, "calendar": MAD}
CATALOGUE = {"fit_score": ValueType.number, "country": ValueType.text}


def faults(**parts):
    with pytest.raises(ConfigurationError) as found:
        parse_agreement({**LEAST, **parts}, catalogue=CATALOGUE)
    return {each.key: each.write for each in found.value.problems}


def test_definitions_and_a_calendar_are_a_full_agreement():
    agreement = parse_agreement(LEAST, catalogue={})
    targets = {name: clock.target.of("standard") for name, clock in agreement.clocks.items()}
    assert targets == {
        "package": 4 * 3600,
        "assign": 900,
        "accept": BusinessDays(1),
        "first_attempt": 4 * 3600,
        "owner_first_attempt": 3600,
        "next_attempt": BusinessDays(2),
        "reply": 4 * 3600,
        "retention": BusinessDays(10),
        "return_ack": BusinessDays(1),
        "dispute": BusinessDays(2),
    }
    assert agreement.clocks["first_attempt"].target.of("hot") == 3600
    assert agreement.clocks["first_attempt"].stretch.of("hot") == 300
    sides = {name: clock.side for name, clock in agreement.clocks.items()}
    assert [name for name, side in sides.items() if side is Side.marketing] == ["package", "return_ack"]
    assert (sides["assign"], sides["dispute"]) == (Side.routing, Side.both)
    attempts = agreement.attempts
    assert (attempts.minimum, attempts.min_channels, attempts.min_dates, attempts.max_per_day) == (6, 2, 4, 2)
    assert (attempts.min_gap, attempts.dedupe, attempts.whatsapp_window) == (7200, 600, 86_400)
    assert (agreement.retention.extend, agreement.retention.cap) == (BusinessDays(5), BusinessDays(20))
    assert (agreement.recycling.max_returns, agreement.recycling.window_days) == (3, 180)
    assert (agreement.routing.enabled, agreement.terms.undo, agreement.version) == (False, 900, "1")
    assert set(agreement.quiet_hours) >= {"ES", "CO", "BR", "MX", "US", "default"}


@pytest.mark.parametrize(
    ("code", "kind", "against", "place", "days"),
    [
        ("bad_contact_data", "reject", True, "fix_data", None),
        ("duplicate", "reject", False, "duplicate", None),
        ("bad_fit", "reject", True, "education", None),
        ("no_intent", "reject", True, "suppressed", None),
        ("missing_package", "reject", True, "draft", None),
        ("existing_customer", "reject", False, "owner_of_record", None),
        ("wrong_territory", "reroute", False, "queued", None),
        ("not_now", "return", False, "nurture", 30),
        ("no_budget", "return", False, "nurture", 90),
        ("no_authority", "return", False, "nurture", 60),
        ("no_response", "return", False, "nurture", 30),
        ("competitor", "return", False, "nurture", 180),
        ("no_fit", "return", False, "education", None),
        ("unspecified", "return", False, "nurture", 30),
    ],
)
def test_the_codes_of_the_policy_are_the_defaults(code, kind, against, place, days):
    found = agree().dispositions[code]
    assert (found.kind, found.against_marketing, found.place, found.cooldown_days) == (
        kind,
        against,
        place,
        days,
    )


FULL = {
    **LEAST,
    "number": 3,
    "effective_from": datetime(2026, 6, 1, tzinfo=UTC),
    "enforce_from": date(2026, 6, 1),
    "signed_by": {"marketing": "Ana", "sales": "Luis"},
    "definitions": {
        "mql": {"any": [{"field": "fit_score", "gte": 50}]},
        "sql": {"field": "country", "in": ["ES"]},
    },
    "calendar": {**MAD, "overrides": {"2026-12-24": ["09:00-14:00"]}},
    "segments": [{"name": "enterprise", "when": {"field": "fit_score", "gte": 90}}],
    "clocks": {
        "accept": False,
        "reply": "2h",
        "first_attempt": {
            "target": {"standard": "1bd", "hot": "30m", "hot.enterprise": "15m"},
            "warn": ["80%", "1h"],
        },
    },
    "attempts": {"first_channel": "email", "max_per_day": False, "min_gap": "30m"},
    "retention": {"cap": "30d"},
    "dispositions": {
        "no_budget": {"cooldown_days": 10},
        "competitor": False,
        "too_small": {"place": "education"},
    },
    "routing": {"enabled": True, "owners": ["005A"]},
    "terms": {"accept_by_silence": False, "pause_reasons": ["legal_hold"]},
    "quiet_hours": {"ES": {"channels": {"phone": {"mon-fri": ["10:00-20:00"]}}}},
    "package": {"required": ["contact"]},
    "goals": {"sales": 15},
}


def test_a_published_version_is_read_back_equal_from_json():
    agreement = parse_agreement(FULL, catalogue=CATALOGUE)
    again = parse_agreement(json.loads(agreement.canonical()), catalogue=CATALOGUE)
    assert again == agreement
    assert again.canonical() == agreement.canonical()


def test_what_is_written_wins_over_the_defaults():
    agreement = parse_agreement(FULL, catalogue=CATALOGUE)
    target = agreement.clocks["first_attempt"].target
    assert agreement.clock("accept") is None
    assert target.of("hot", "enterprise") == 900
    assert (target.of("hot", "other"), target.of("standard", "enterprise")) == (1800, BusinessDays(1))
    assert (agreement.attempts.first_channel_binding, agreement.attempts.max_per_day) == (True, None)
    assert agreement.retention.cap == CalendarDays(30)
    assert (agreement.dispositions["no_budget"].cooldown_days, agreement.dispositions["no_budget"].kind) == (
        10,
        "return",
    )
    assert "competitor" not in agreement.dispositions
    assert agreement.dispositions["too_small"].track == "education"
    assert set(agreement.definitions) == {Stage.mql, Stage.sql}


def test_a_bare_date_is_midnight_in_the_agreements_zone():
    assert agree(enforce_from="2026-06-01").enforce_from == at("06-01 00:00")
    assert agree(enforce_from=date(2026, 6, 1)).enforce_from == at("06-01 00:00")


def test_publishing_numbers_a_version_and_leaves_the_written_one_alone():
    written = agree()
    published = written.publish(
        number=2, effective_from=5, enforce_from=5, signed_by=Signatures("Ana", "Ana")
    )
    assert (published.version, published.effective_from, published.signed_by.one_person) == ("2", 5, True)
    assert (written.number, written.signed_by.one_person) == (1, False)


def test_the_parts_of_the_replay_can_be_switched_off_one_by_one():
    agreement = agree(attempts=False, retention=False, clocks={"accept": False})
    assert (agreement.attempts.enabled, agreement.clock("retention"), agreement.clock("accept")) == (
        False,
        None,
        None,
    )
    assert agreement.clock("first_attempt") is not None


def test_all_faults_are_told_at_once_with_what_to_write():
    found = faults(
        definitions={"mqll": True},
        calendar={"timezone": "Europe/Madird"},
        clocks={
            "frist_attempt": "1h",
            "reply": "soon",
            "accept": {"target": {"hot": "1h"}},
            "assign": {"warn": ["200%"]},
        },
        attempts={"minimum": 0, "first_channel": "fone", "min_gap": "2bd"},
        dispositions={"no_fit": {"place": "nurtur"}},
        retention={"cap": 20},
        effective_from="yesterday",
        quite_hours=False,
    )
    assert found == {
        "quite_hours": "write 'quiet_hours'",
        "definitions.mqll": "write 'mql'",
        "definitions.mql": "write mql = { field = 'fit_score', gte = 50 }, or mql = true",
        "calendar.timezone": "write 'Europe/Madrid'",
        "clocks.frist_attempt": "write 'first_attempt'",
        "clocks.reply.target": "write '4h', '15m', '2bd' or '10d'",
        "clocks.accept.target": "write { standard = '4h', hot = '1h' }",
        "clocks.assign.warn": "write '80%' of the target or '2bd' before it is due",
        "attempts.minimum": "write a number from 1 on",
        "attempts.first_channel": "write 'phone'",
        "attempts.min_gap": "write hours, minutes or seconds: '2h', '15m', '30s'",
        "dispositions.no_fit.place": "write 'nurture'",
        "retention.cap": "write '4h', '15m', '2bd' or '10d'",
        "effective_from": "write 2026-06-01T00:00:00+02:00",
    }


def test_definitions_are_checked_against_the_catalogue_of_fields():
    assert faults(definitions={"mql": {"field": "fit_scroe", "gte": 1}}) == {
        "definitions.mql": "write 'fit_score'"
    }


def test_a_calendar_that_never_opens_is_a_fault():
    assert "calendar.week" in faults(calendar={**MAD, "week": {}})


def test_a_target_for_a_priority_nobody_agreed_is_a_fault():
    assert faults(clocks={"reply": {"target": {"standard": "4h", "hto": "1h"}}}) == {
        "clocks.reply.target.hto": "write 'hot'"
    }


def test_a_part_that_is_no_table_is_a_fault():
    assert set(faults(retention="10bd", signed_by="Ana", dispositions=[])) == {
        "retention",
        "signed_by",
        "dispositions",
    }


def test_an_instant_without_a_zone_is_refused():
    assert set(faults(effective_from="2026-06-01T00:00:00")) == {"effective_from"}


def test_what_publishing_is_not_given_stays_as_written():
    written = agree(enforce_from="2026-06-01", signed_by={"marketing": "Ana", "sales": "Luis"})
    plainly = written.publish(number=2, effective_from=7)
    assert (plainly.number, plainly.effective_from) == (2, 7)
    assert (plainly.enforce_from, plainly.signed_by) == (at("06-01 00:00"), Signatures("Ana", "Luis"))
    again = written.publish(number=3, effective_from=7, enforce_from=0, signed_by=Signatures("Eva", "Eva"))
    assert (again.enforce_from, again.signed_by) == (0, Signatures("Eva", "Eva"))


@pytest.mark.parametrize(
    ("signed", "one"),
    [(("Ana", "Ana"), True), (("Ana", "Luis"), False), ((None, None), False), (("Ana", None), False)],
)
def test_one_person_may_sign_for_both(signed, one):
    assert Signatures(*signed).one_person is one


def test_the_canonical_text_is_sorted_short_and_keeps_letters():
    text = agree(signed_by={"marketing": "Íñigo"}).canonical()
    table = json.loads(text)
    assert text == json.dumps(table, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert '"marketing":"Íñigo"' in text
    assert list(table) == sorted(table)


def test_the_table_has_every_term_written_out():
    table = agree(
        enforce_from="2026-06-01", goals={"sales": 15}, package={"required": ["contact"]}
    ).to_table()
    assert set(table) == {
        "number", "priorities", "segments", "enforce_from", "signed_by", "definitions", "calendar", "clocks",
        "attempts", "retention", "dispositions", "recycling", "routing", "terms", "quiet_hours", "goals", "package",
    }  # fmt: skip
    assert (table["number"], table["priorities"], table["segments"]) == (1, ["standard", "hot"], [])
    assert (table["definitions"], table["calendar"]) == ({"mql": True}, MAD)
    assert (table["enforce_from"], table["signed_by"]) == (
        "2026-05-31T22:00:00Z",
        {"marketing": False, "sales": False},
    )
    assert (table["goals"], table["package"]) == ({"sales": 15}, {"required": ["contact"]})
    assert table["clocks"]["first_attempt"] == {
        "target": {"hot": "1h", "standard": "4h"},
        "enabled": True,
        "pause": ["lead_asked_date", "lead_asked_callback", "waiting_document", "legal_hold"],
        "warn": ["50%", "80%"],
        "ladder": ["owner", "manager", "head"],
        "stretch": {"hot": "5m", "standard": "4h"},
    }
    assert table["clocks"]["dispute"] == {
        "target": "2bd", "enabled": True, "pause": [], "warn": [], "ladder": [], "stretch": False,
    }  # fmt: skip
    assert table["attempts"] == {
        "enabled": True, "channels": ["phone", "email"], "first_channel": "phone", "first_channel_binding": False,
        "minimum": 6, "min_channels": 2, "min_dates": 4, "max_span": "10bd", "max_per_day": 2, "min_per_day": 0,
        "min_gap": "2h", "dedupe": "10m", "conversation": 30, "whatsapp_window": "24h", "account_max_per_day": 2,
        "reopen": "5bd",
    }  # fmt: skip
    assert table["retention"] == {"extend": "5bd", "cap": "20bd", "meeting": "2bd"}
    assert table["recycling"] == {"max_returns": 3, "window_days": 180, "previous_owner_days": 90}
    assert table["routing"] == {
        "enabled": False, "owners": [], "capacity": False, "auto_reassign": False, "max_reassignments": 2,
        "same_owner_per_account": True,
    }  # fmt: skip
    assert table["terms"] == {
        "accept_by_silence": True, "silence_is_final": True, "undo": "15m",
        "pause_reasons": ["lead_asked_date", "lead_asked_callback", "waiting_document", "legal_hold"],
        "pause_limit": "10bd", "draft_grace": "5bd", "draft_lapse": "24h", "reason_within": "1bd",
        "change_grace": "30m", "warn_lead": "5m", "manager_after": "2h", "head_after": "1bd", "digest_over": 20,
    }  # fmt: skip
    assert table["dispositions"]["no_fit"] == {
        "kind": "return", "against_marketing": False, "place": "education", "cooldown_days": False,
        "returns_on": "triggers",
    }  # fmt: skip


def test_the_shipped_quiet_hours_are_kept_with_a_companys_edits_over_them():
    table = agree(quiet_hours={"ES": {"holidays": False}}).to_table()["quiet_hours"]
    assert sorted(table) == ["BR", "CO", "ES", "MX", "US", "US-FL", "default"]
    assert table["ES"]["holidays"] is False
    assert table["ES"]["channels"]["phone"] == {"mon-fri": ["09:00-21:00"]}
    assert table["CO"]["as_of"] == "2026-11-01"


def test_quiet_hours_can_be_switched_off_and_on():
    assert agree(quiet_hours=False).quiet_hours is None
    assert agree(quiet_hours=False).to_table()["quiet_hours"] is False
    assert agree(quiet_hours=True).quiet_hours == agree().quiet_hours
    assert list(agree().quiet_hours) == sorted(agree().quiet_hours)


def test_the_dates_of_a_row_are_read_from_json():
    row = {"channels": {"phone": {"mon-fri": "10:00-12:00"}}, "holidays": False, "citation": "own"}
    for as_of in (date(2026, 11, 2), "2026-11-02"):
        assert agree(quiet_hours={"AR": {**row, "as_of": as_of}}).quiet_hours["AR"].as_of == date(2026, 11, 2)


def test_retention_may_be_switched_as_a_clock_or_as_a_part():
    for parts in ({"retention": False}, {"clocks": {"retention": False}}):
        assert agree(**parts).clock("retention") is None
    assert agree(retention=True, clocks={"retention": False}).clock("retention").enabled
    assert agree(retention=False).retention == agree().retention
    assert agree(attempts=False).attempts.enabled is False
    assert agree(routing=True).routing.enabled is True


@pytest.mark.parametrize(
    ("attempts", "binding"),
    [
        ({}, False),
        ({"first_channel": "email"}, True),
        ({"first_channel": "email", "first_channel_binding": False}, False),
        ({"first_channel": False}, False),
        ({"minimum": 3}, False),
    ],
)
def test_a_first_channel_that_is_written_binds(attempts, binding):
    assert agree(attempts=attempts).attempts.first_channel_binding is binding


def test_the_zone_of_an_agreement_is_its_calendars():
    assert agree(calendar={"timezone": "America/Bogota"}).zone == "America/Bogota"
    assert agree(calendar={"timezone": "America/Bogota"}, enforce_from=date(2026, 6, 1)).enforce_from == at(
        "2026-06-01T00:00-05:00"
    )


def test_what_both_sides_signed_cannot_be_changed_afterwards():
    agreement = agree(goals={"sales": 15})
    for table in (agreement.goals, agreement.package, agreement.written, agreement.definitions):
        with pytest.raises(TypeError):
            table["x"] = 1

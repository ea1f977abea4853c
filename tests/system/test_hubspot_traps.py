"""The traps that most HubSpot integrations fall into: where each is tested, or decided."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from requests.adapters import HTTPAdapter

from connectors.base import FieldWanted, Outcome, StageChange, Write
from connectors.errors import CredentialsRefused
from connectors.hubspot.calls import CALLS
from connectors.hubspot.marketing import HubSpot
from connectors.settings import HubSpotSettings
from mapping.catalogue import CATALOGUE, HUBSPOT_SOURCES
from mapping.records import ValueType
from tests.contract.hubspot_world import HubSpotWorld
from tests.contract.marketing import ASKED, LISTS, WANTED, everything

ROOT = Path(__file__).resolve().parents[2]
HERE = "tests/system/test_hubspot_traps.py"
CALLS_TESTS = "tests/unit/connectors/test_hubspot_calls.py"
SANDBOX = "tests/system/test_connectors_sandbox.py"
CONTRACT = "tests/contract/marketing.py"
TRANSPORT = "tests/unit/connectors/test_transport.py"
TRAPS = {
    1: [(CALLS_TESTS, "test_every_call_has_one_dated_path_and_keeps_its_v3_path_when_told_so")],
    2: [("docs/decisions", "Webhooks only hasten")],
    3: [(HERE, "test_trap_3_a_value_that_an_administrators_rule_forbids_is_refused_alone")],
    4: [
        (CALLS_TESTS, "test_the_keyset_search_is_the_documented_one"),
        (SANDBOX, "test_more_than_ten_thousand_changes_of_one_moment_are_read_whole"),
        (TRANSPORT, "test_a_pace_spreads_calls_over_the_second"),
        (HERE, "test_trap_4_all_that_is_asked_by_default_fits_into_one_search"),
    ],
    5: [
        (HERE, "test_trap_5_our_own_write_comes_back_as_the_same_values"),
        ("tests/flow/test_way.py", "test_a_run_after_a_run_writes_nothing"),
    ],
    6: [(HERE, "test_trap_6_no_search_depends_on_the_case_of_a_value")],
    7: [(CONTRACT, "test_a_merged_contact_lives_on_in_its_survivor")],
    8: [(HERE, "test_trap_8_contacts_are_read_by_id_and_never_by_address")],
    9: [
        (CALLS_TESTS, "test_a_batch_update_is_the_documented_one_with_trace_ids"),
        (CALLS_TESTS, "test_rows_of_a_207_are_told_apart_by_their_trace_ids"),
    ],
    10: [(HERE, "test_trap_10_contacts_are_written_by_id_and_never_by_address")],
    11: [
        (CALLS_TESTS, "test_a_missing_property_is_named"),
        (CALLS_TESTS, "test_an_error_body_of_any_shape_is_read"),
    ],
    12: [
        (HERE, "test_trap_12_a_stage_moves_back_whether_hubspot_ignores_or_refuses_it"),
        (CALLS_TESTS, "test_a_stage_that_does_not_hold_is_refused_and_the_old_one_put_back"),
    ],
    13: [
        (HERE, "test_trap_13_set_up_names_the_scope_that_it_lacks"),
        (CALLS_TESTS, "test_a_datetime_is_created_with_the_field_type_of_a_date"),
        (CALLS_TESTS, "test_values_travel_as_texts"),
    ],
    14: [
        (TRANSPORT, "test_it_waits_as_long_as_it_is_asked_to_and_gives_up_after_the_last_attempt"),
        (TRANSPORT, "test_a_wait_of_hours_is_not_waited"),
        (CALLS_TESTS, "test_the_daily_quota_stops_at_once_until_midnight_of_the_account"),
        (
            "tests/flow/test_bad_input.py",
            "test_a_vendor_whose_quota_is_used_up_is_left_alone_until_it_is_renewed",
        ),
    ],
    15: [(CALLS_TESTS, "test_the_other_limits_are_waited_for")],
    16: [
        (CALLS_TESTS, "test_list_members_are_told_by_the_misspelt_field"),
        (CALLS_TESTS, "test_a_list_that_fills_itself_stops_set_up"),
    ],
    17: [("docs/decisions", "Tracks are lists")],
    18: [(HERE, "test_trap_18_no_call_touches_associations")],
    19: [
        (
            "tests/unit/connectors/test_hubspot_webhook.py",
            "test_each_contact_is_told_once_however_often_and_in_whatever_order_it_came",
        ),
        (
            "tests/unit/connectors/test_hubspot_webhook.py",
            "test_what_hubspot_did_not_sign_just_now_is_refused",
        ),
        ("tests/web/test_webhooks.py", "test_hubspots_calls_leave_hints_for_the_next_run_to_read"),
    ],
    20: [(HERE, "test_trap_20_links_follow_the_accounts_own_host")],
}


@pytest.mark.parametrize("trap", range(1, 21))
def test_each_trap_has_its_test_or_its_decision(trap):
    for place, name in TRAPS[trap]:
        if place == "docs/decisions":
            titles = [path.read_text("utf-8").partition("\n")[0] for path in (ROOT / place).glob("*.md")]
            assert any(title.endswith(name) for title in titles), name
        else:
            assert re.search(rf"^ *def {name}\(", (ROOT / place).read_text("utf-8"), re.MULTILINE), name


@pytest.fixture
def hubspot(sandbox):
    world = HubSpotWorld(sandbox)
    world.platform.ensure(WANTED, LISTS)
    return world


@pytest.fixture
def sent(monkeypatch):
    """Every request that goes out, as (path, body)."""
    requests = []
    carry = HTTPAdapter.send

    def note(adapter, request, **options):
        requests.append((urlsplit(request.url).path, request.body or ""))
        return carry(adapter, request, **options)

    monkeypatch.setattr(HTTPAdapter, "send", note)
    return requests


def test_trap_3_a_value_that_an_administrators_rule_forbids_is_refused_alone(hubspot, sandbox):
    sandbox.steer.post("/hubspot/rules", property="acuerdo_sla_status", pattern="[a-z]+")
    ids = [hubspot.add({"email": f"{name}@example.com"}) for name in "ab"]
    values = [{"acuerdo_sla_status": "won"}, {"acuerdo_sla_status": "Won 2"}]
    rows = [Write(key=one, id=one, values=each) for one, each in zip(ids, values, strict=True)]
    good, bad = hubspot.platform.write_status(rows)
    assert (good.outcome, bad.outcome) == (Outcome.written, Outcome.refused)
    assert "acuerdo_sla_status" in bad.message
    assert "Won 2" not in bad.message
    old = HubSpotWorld(sandbox, objects_version="v3")
    assert old.platform.write_status(rows)[1].outcome is Outcome.written


def test_trap_4_all_that_is_asked_by_default_fits_into_one_search(hubspot, sent):
    hubspot.add({"email": "a@example.com"})
    hubspot.settle()
    cursor = everything(hubspot.platform.changed(None, ASKED))[1]
    hubspot.add({"email": "b@example.com"})
    hubspot.settle()
    everything(hubspot.platform.changed(cursor, [name for each in HUBSPOT_SOURCES.values() for name in each]))
    assert len(HUBSPOT_SOURCES) >= len(CATALOGUE) - 5
    assert not any(path.endswith("/batch/read") for path, _ in sent)
    assert max(len(body) for path, body in sent if path.endswith("/search")) <= 3_000


def test_trap_5_our_own_write_comes_back_as_the_same_values(hubspot):
    record = hubspot.add({"email": "a@example.com"})
    hubspot.settle()
    asked = ("email", "lifecyclestage")
    rows, cursor = everything(hubspot.platform.changed(None, asked))
    hubspot.platform.write_status([Write(key="a", id=record, values={"acuerdo_sla_status": "won"})])
    hubspot.settle()
    (echo,) = everything(hubspot.platform.changed(cursor, asked))[0]
    before = next(row for row in rows if row.id == record)
    assert echo.version != before.version
    assert (echo.values, echo.dated, echo.aliases) == (before.values, before.dated, before.aliases)


def test_trap_6_no_search_depends_on_the_case_of_a_value(hubspot, sent):
    hubspot.add({"email": "a@example.com"})
    hubspot.settle()
    cursor = everything(hubspot.platform.changed(None, ASKED))[1]
    hubspot.add({"email": "b@example.com"})
    hubspot.settle()
    everything(hubspot.platform.changed(cursor, ASKED))
    bodies = [body for path, body in sent if path.endswith("/search")]
    operators = {one for body in bodies for one in re.findall(r'"([A-Z_]{2,})"', body)}
    assert operators <= {"GT", "GTE", "BETWEEN", "HAS_PROPERTY", "ASCENDING", "DESCENDING"}
    assert operators


def test_trap_8_contacts_are_read_by_id_and_never_by_address(hubspot, sent):
    record = hubspot.add({"email": "a@example.com"})
    hubspot.platform.read([record], ASKED)
    bodies = [body for path, body in sent if path.endswith("/batch/read")]
    assert bodies
    assert not any("idProperty" in body or "@" in body for body in bodies)


def test_trap_10_contacts_are_written_by_id_and_never_by_address(hubspot, sent):
    record = hubspot.add({"email": "a@example.com"})
    sent.clear()
    hubspot.platform.write_status([Write(key="a", id=record, values={"acuerdo_sla_status": "won"})])
    (path, body) = sent[-1]
    assert path.endswith("/batch/update")
    assert "idProperty" not in body
    assert "@" not in body
    assert not any("upsert" in each.path for each in CALLS)


@pytest.mark.parametrize("backward", ["ignore", "error"])
def test_trap_12_a_stage_moves_back_whether_hubspot_ignores_or_refuses_it(hubspot, sandbox, backward):
    sandbox.steer.post("/settings", **{"hubspot.backward_stage": backward})
    record = hubspot.add({"email": "a@example.com", "lifecyclestage": "customer"})
    result = hubspot.platform.set_stage([StageChange(key="a", id=record, stage="lead")])[0]
    assert result.outcome is Outcome.written
    assert hubspot.platform.read([record], ASKED)[0].values["lifecyclestage"] == "lead"


def test_trap_13_set_up_names_the_scope_that_it_lacks(sandbox):
    scopes = ["oauth", "crm.schemas.contacts.read", "crm.objects.contacts.write", "crm.lists.read"]
    token = sandbox.steer.post("/hubspot/tokens", scopes=scopes)["token"]
    table = {"token": {"env": "T"}, "base_url": sandbox.hubspot.base_url}
    platform = HubSpot(HubSpotSettings.model_validate(table, context={"environ": {"T": token}}))
    wanted = FieldWanted(name="acuerdo_x", label="X", type=ValueType.text, kinds=("contact",))
    with pytest.raises(CredentialsRefused, match=r"crm\.schemas\.contacts\.write"):
        platform.ensure([wanted], [])


def test_trap_18_no_call_touches_associations():
    assert not any("associations" in each.path or "associations" in each.dated for each in CALLS)


def test_trap_20_links_follow_the_accounts_own_host(sandbox):
    sandbox.steer.post("/settings", **{"hubspot.ui_domain": "app-eu1.hubspot.com"})
    world = HubSpotWorld(sandbox)
    record = world.add({"email": "a@example.com"})
    link = f"https://app-eu1.hubspot.com/contacts/{sandbox.hubspot.portal_id}/record/0-1/{record}"
    assert world.platform.read([record], ASKED)[0].link == link

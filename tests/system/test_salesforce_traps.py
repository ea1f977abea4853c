"""The traps that most Salesforce integrations fall into: where each is tested, or decided."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from connectors.base import FieldWanted, Identity, Outcome, Write
from connectors.errors import Unavailable
from connectors.salesforce.calls import PATHS
from connectors.salesforce.crm import Salesforce
from connectors.settings import SalesforceSettings
from mapping.records import ValueType
from tests.contract.crm import LEAD_ID, WANTED, everything, new, pushed
from tests.contract.salesforce_world import SalesforceWorld, settings

ROOT = Path(__file__).resolve().parents[2]
HERE = "tests/system/test_salesforce_traps.py"
CALLS = "tests/unit/connectors/test_salesforce_calls.py"
BULK = "tests/unit/connectors/test_salesforce_bulk.py"
SANDBOX = "tests/system/test_salesforce_sandbox.py"
BOTH = "tests/system/test_connectors_sandbox.py"
CONTRACT = "tests/contract/crm.py"
ACTIVITIES = "tests/unit/connectors/test_salesforce_activities.py"
TRAPS = {
    21: [
        (HERE, "test_trap_21_only_an_external_client_app_is_a_credential"),
        (CALLS, "test_it_signs_in_with_client_credentials_and_speaks_to_the_instance"),
        (CALLS, "test_it_signs_in_with_a_key"),
    ],
    22: [
        (BOTH, "test_assignment_rules_run_when_a_lead_is_made_and_never_after"),
        (HERE, "test_trap_22_a_lead_that_is_sent_again_keeps_its_owner"),
        (SANDBOX, "test_many_leads_go_as_one_bulk_job_with_assignment_and_are_told_one_by_one"),
    ],
    23: [
        (CALLS, "test_each_code_of_a_row_has_its_outcome"),
        (CALLS, "test_one_batch_that_fails_as_a_whole_stops_the_vendor"),
    ],
    24: [
        (CALLS, "test_a_duplicate_rule_names_the_records_and_is_passed_only_where_the_company_says_so"),
        (BOTH, "test_a_duplicate_rule_is_passed_only_as_far_as_salesforce_allows"),
        (SANDBOX, "test_attach_follows_a_match_that_is_a_contact"),
    ],
    25: [(HERE, "test_trap_25_a_key_with_signs_of_an_address_finds_its_own_record")],
    26: [(CALLS, "test_a_session_that_is_never_good_ends_in_refused_credentials")],
    27: [
        (HERE, "test_trap_27_a_vendor_that_hangs_is_left_after_the_timeout"),
        (HERE, "test_trap_27_a_session_that_ends_amid_a_bulk_job_is_renewed"),
    ],
    28: [
        (CONTRACT, "test_an_external_id_that_fits_several_records_is_a_fault_of_the_settings"),
        (CALLS, "test_a_field_that_cannot_hold_what_we_write_stops_set_up"),
    ],
    29: [
        (SANDBOX, "test_set_up_lets_a_conversion_copy_our_fields_and_leaves_other_mappings_alone"),
        (CONTRACT, "test_a_converted_lead_is_gone_by_id_and_by_our_id"),
        (BOTH, "test_follow_up_of_a_converted_lead_is_seen_without_a_mapping_of_its_fields"),
    ],
    30: [
        (CONTRACT, "test_activities_follow_a_lead_through_its_conversion"),
        (HERE, "test_trap_30_an_activity_of_more_than_a_year_ago_is_still_read"),
    ],
    31: [(ACTIVITIES, "test_a_task_happened_when_it_was_completed_and_else_when_it_was_logged")],
    32: [
        (CONTRACT, "test_no_page_cursor_skips_a_row_that_comes_after_it"),
        (CALLS, "test_several_queries_are_one_call_and_their_text_is_not_cut_by_an_address"),
    ],
    33: [
        (HERE, "test_trap_33_deletions_are_read_from_the_records_and_not_from_a_log_of_some_days"),
        (CONTRACT, "test_deleted_and_merged_leads_are_told"),
    ],
    34: [
        (HERE, "test_trap_34_a_field_that_is_hidden_is_granted_and_not_made_again"),
        (CALLS, "test_a_field_that_is_not_there_is_refused_before_it_fails_the_others"),
    ],
    35: [
        (BULK, "test_each_row_is_answered_by_the_file_it_stands_in_whatever_their_order"),
        (BULK, "test_null_travels_as_its_mark_and_a_field_that_is_not_said_stays_empty"),
    ],
    36: [(HERE, "test_trap_36_no_call_depends_on_change_events")],
}


@pytest.mark.parametrize("trap", range(21, 37))
def test_each_trap_has_its_test(trap):
    for place, name in TRAPS[trap]:
        assert re.search(rf"^ *def {name}\(", (ROOT / place).read_text("utf-8"), re.MULTILINE), name


def test_the_docs_tell_each_trap():
    text = (ROOT / "docs" / "connectors.md").read_text("utf-8")
    assert {int(number) for number in re.findall(r"^\| (\d\d) \|", text, re.MULTILINE)} >= set(TRAPS)


@pytest.fixture
def salesforce(sandbox):
    world = SalesforceWorld(sandbox)
    world.crm.ensure(WANTED)
    return world


def test_trap_21_only_an_external_client_app_is_a_credential():
    words = {
        name
        for name in SalesforceSettings.model_fields
        if re.search("user|pass|token|secret|jwt|client", name)
    }
    assert words == {"client_id", "client_secret", "jwt", "integration_users"}


def test_trap_22_a_lead_that_is_sent_again_keeps_its_owner(salesforce):
    record = pushed(salesforce)
    owner = salesforce.assign(record)
    for _ in range(3):  # runs that were killed before they noted what Salesforce had done
        assert salesforce.crm.push([new("hubspot-1-1")])[0].id == record
    assert salesforce.values(record, ("OwnerId",)) == {"OwnerId": owner}


def test_trap_25_a_key_with_signs_of_an_address_finds_its_own_record(sandbox):
    world = SalesforceWorld(sandbox, duplicates="attach")
    world.crm.ensure(WANTED)
    other = pushed(world, "a")
    key = "a#b/c?d e%2F"
    world.enter({"LastName": "Ruiz", "Company": "Otra", "Email": "twin@example.com"})
    sandbox.steer.post("/settings", **{"salesforce.duplicate_rule": "alert"})
    result = world.crm.push([new(key, Email="twin@example.com")])[0]
    assert result.outcome is Outcome.written
    assert world.values(result.id, (LEAD_ID,)) == {LEAD_ID: key}
    assert world.values(other, (LEAD_ID,)) == {LEAD_ID: "a"}


def test_trap_27_a_vendor_that_hangs_is_left_after_the_timeout(sandbox):
    crm = Salesforce(settings(sandbox, read_timeout=0.3, attempts=1), wait=lambda _: None)
    sandbox.steer.fault("salesforce", "timeout", endpoint="*/composite", seconds=5, times=1)
    with pytest.raises(Unavailable, match="cannot be reached"):
        crm.find([Identity(key="a", lead="b")])


def test_trap_27_a_session_that_ends_amid_a_bulk_job_is_renewed(sandbox):
    world = SalesforceWorld(sandbox, bulk_from=201)
    world.crm.ensure(WANTED)
    sandbox.steer.fault("salesforce", "unauthorized", endpoint="*/failedResults", times=1)
    results = world.crm.push([new(f"hubspot-1-{number}") for number in range(201)])
    assert {one.outcome for one in results} == {Outcome.written}


def test_trap_30_an_activity_of_more_than_a_year_ago_is_still_read(salesforce, sandbox):
    record = pushed(salesforce)
    salesforce.later()
    salesforce.call(record)
    sandbox.steer.advance(400 * 86_400)
    plain = salesforce.query(f"SELECT Id FROM Task WHERE WhoId = '{record}'")
    assert plain == []
    assert [one.channel for one in everything(salesforce.crm.touches(None))[0]] == ["phone"]


def test_trap_33_deletions_are_read_from_the_records_and_not_from_a_log_of_some_days(salesforce, sandbox):
    record = pushed(salesforce)
    cursor = everything(salesforce.crm.changes(None))[1]
    salesforce.later()
    salesforce.delete(record)
    sandbox.steer.advance(20 * 86_400)
    assert [row.record.id for row in everything(salesforce.crm.changes(cursor))[0]] == [record]
    assert not any("updated" in path or "deleted" in path for path in PATHS.values())


def test_trap_34_a_field_that_is_hidden_is_granted_and_not_made_again(salesforce):
    body = {"FullName": "Lead.Acuerdo_New__c", "Metadata": {"label": "New", "type": "Text", "length": 20}}
    salesforce.ask("POST", "/tooling/sobjects/CustomField", body)
    hidden = FieldWanted(name="Acuerdo_New__c", label="New", type=ValueType.text, kinds=("Lead",), length=20)
    absent = FieldWanted(name="Acuerdo_Old__c", label="Old", type=ValueType.text, kinds=("Lead",), length=20)
    steps = [one.id for one in salesforce.crm.missing([*WANTED, hidden, absent])]
    assert steps == ["field:Lead.Acuerdo_Old__c", "grant:Lead.Acuerdo_New__c", "grant:Lead.Acuerdo_Old__c"]
    salesforce.crm.ensure([*WANTED, hidden, absent])
    record = pushed(salesforce)
    row = Write(key="k", id=record, values={"Acuerdo_New__c": "x", "Acuerdo_Old__c": "y"})
    assert salesforce.crm.write_status([row])[0].outcome is Outcome.written


def test_trap_36_no_call_depends_on_change_events():
    assert not any(re.search("event|cometd|pubsub", unquote(path), re.IGNORECASE) for path in PATHS.values())

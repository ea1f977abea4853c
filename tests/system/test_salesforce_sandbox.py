"""The Salesforce connector against the sandbox: bulk jobs, duplicate rules, what people do to leads meanwhile."""

import pytest

from connectors.base import Grade, Identity, Outcome, Write
from connectors.errors import ContractBroken, Misconfigured, Unavailable
from connectors.jobs import NotedHere
from connectors.salesforce.conversion import Conversion
from tests.contract.crm import LEAD_ID, WANTED, everything, new, pushed
from tests.contract.salesforce_world import SalesforceWorld


@pytest.fixture
def made(sandbox):
    """A world after set-up; keywords are settings of the connector."""

    def make(**more):
        world = SalesforceWorld(sandbox, **more)
        world.crm.ensure(WANTED)
        return world

    return make


@pytest.fixture
def bulky(made):
    """A world where eight hundred leads are many enough for a bulk job."""
    return made(bulk_from=800)


ROWS = [
    new(f"hubspot-1-{number}", FirstName=None if number % 2 else 'Inés, «ñ» "x"\n=1') for number in range(800)
]


def calls(world, name):
    return world.crm.calls().by_verb.get(name, 0)


def test_many_leads_go_as_one_bulk_job_with_assignment_and_are_told_one_by_one(bulky):
    rows = [*ROWS, new("hubspot-1-bad", Company=None)]
    results = bulky.crm.push(rows)
    assert [one.key for one in results] == [row.key for row in rows]
    assert {(one.outcome, one.created, one.kind) for one in results[:-1]} == {(Outcome.written, True, "Lead")}
    assert all(one.id and one.at for one in results[:-1])
    assert (results[-1].outcome, results[-1].code) == (Outcome.refused, "REQUIRED_FIELD_MISSING")
    assert (calls(bulky, "jobs"), calls(bulky, "job_data"), calls(bulky, "job_rows")) == (1, 1, 3)
    assert calls(bulky, "upsert") == 0
    assert bulky.leads() == 800
    owners = {row["OwnerId"] for row in bulky.query("SELECT OwnerId FROM Lead")}
    assert len(owners) == 4  # the rule's sellers, as when leads are made one by one
    row = bulky.values(results[0].id, ("FirstName", LEAD_ID))
    assert row == {"FirstName": ROWS[0].values["FirstName"], LEAD_ID: "hubspot-1-0"}


def test_the_companys_choice_of_assignment_holds_for_jobs_and_collections_alike(made):
    world = made(bulk_from=800, assignment_rule="none")
    ours = world.crm.tenant().user
    world.crm.push(ROWS)
    pushed(world, "hubspot-1-alone")
    assert {row["OwnerId"] for row in world.query("SELECT OwnerId FROM Lead")} == {ours}


def test_where_no_rule_can_be_named_the_leads_go_as_collections(bulky, sandbox):
    sandbox.steer.fault(
        "salesforce",
        "status",
        endpoint="POST */composite",
        skip=1,
        status=400,
        body=[{"errorCode": "INVALID_TYPE", "message": "sObject type 'AssignmentRule' is not supported."}],
    )
    results = bulky.crm.push(ROWS)
    assert {one.outcome for one in results} == {Outcome.written}
    assert calls(bulky, "job_data") == 0
    assert bulky.leads() == 800


def test_a_text_that_is_the_mark_for_null_is_not_lost_in_a_bulk_job(bulky):
    results = bulky.crm.push([*ROWS, new("hubspot-1-mark", FirstName="#N/A")])
    assert results[-1].outcome is Outcome.written
    assert bulky.values(results[-1].id, ("FirstName",)) == {"FirstName": "#N/A"}


def test_rows_that_a_failed_job_did_not_come_to_are_left_to_a_later_run(bulky, sandbox):
    sandbox.steer.post("/settings", **{"salesforce.bulk_processed": 500})
    first = bulky.crm.push(ROWS)
    assert [one.outcome for one in first].count(Outcome.written) == 500
    assert {(one.outcome, one.code) for one in first[500:]} == {(Outcome.retry, "UNPROCESSED")}
    sandbox.steer.post("/settings", **{"salesforce.bulk_processed": -1})
    again = bulky.crm.push(ROWS)
    assert {one.outcome for one in again} == {Outcome.written}
    assert [one.created for one in again].count(True) == 300
    assert bulky.leads() == 800


def test_a_job_that_read_nothing_stops_the_vendor(bulky, sandbox):
    sandbox.steer.post("/settings", **{"salesforce.bulk_processed": 0})
    with pytest.raises(ContractBroken, match="Bulk Data Load Jobs"):
        bulky.crm.push(ROWS)


def test_a_run_that_died_between_the_job_and_its_results_makes_no_lead_twice(bulky, sandbox):
    sandbox.steer.fault("salesforce", "status", endpoint="GET */successfulResults", status=503, times=None)
    with pytest.raises(Unavailable):
        bulky.crm.push(ROWS)
    owners = {row["Id"]: row["OwnerId"] for row in bulky.query("SELECT Id, OwnerId FROM Lead")}
    sandbox.steer.post("/reset", what="faults")
    results = bulky.crm.push(ROWS)
    assert {(one.outcome, one.created) for one in results} == {(Outcome.written, False)}
    after = {row["Id"]: row["OwnerId"] for row in bulky.query("SELECT Id, OwnerId FROM Lead")}
    assert after == owners  # nobody's lead was handed to somebody else


def test_patience_with_a_job_ends_and_what_it_wrote_counts(made, sandbox):
    world = made(bulk_from=800, bulk_patience=3)
    sandbox.steer.post("/settings", **{"salesforce.bulk_seconds": 3600})
    results = world.crm.push(ROWS)
    assert calls(world, "job") <= 5
    assert {one.outcome for one in results} == {Outcome.written}  # aborted, its results read all the same


def test_an_assignment_rule_that_is_not_there_is_a_fault_of_the_settings(made):
    world = made(bulk_from=800, assignment_rule="01QSb0000000009")
    with pytest.raises(Misconfigured, match="INVALID_CROSS_REFERENCE_KEY"):
        world.crm.push(ROWS)


EVA = {"LastName": "Ruiz", "Company": "Otra", "Email": "hubspot-1-1@example.com", "FirstName": "Eva"}


@pytest.mark.parametrize("rule", ["alert", "block"])
@pytest.mark.parametrize("many", [False, True])
def test_attach_gives_the_one_record_that_fits_our_id_and_keeps_its_own_values(made, sandbox, rule, many):
    world = made(duplicates="attach", bulk_from=800)
    record = world.enter(EVA)
    owner = world.values(record, ("OwnerId",))["OwnerId"]
    sandbox.steer.post("/settings", **{"salesforce.duplicate_rule": rule})
    rows = ROWS if many else ROWS[1:2]
    result = next(one for one in world.crm.push(rows) if one.key == "hubspot-1-1")
    assert (result.outcome, result.id, result.kind, result.created) == (
        Outcome.written,
        record,
        "Lead",
        False,
    )
    expected = {LEAD_ID: "hubspot-1-1", "FirstName": "Eva", "Company": "Otra", "OwnerId": owner}
    assert world.values(record, tuple(expected)) == expected
    assert world.leads() == len(rows)


def test_attach_follows_a_match_that_is_a_contact(made, sandbox):
    world = made(duplicates="attach")
    contact = world.ask("POST", "/sobjects/Contact", {"LastName": "Ruiz", "Email": EVA["Email"]})["id"]
    sandbox.steer.post("/settings", **{"salesforce.duplicate_rule": "block"})
    result = world.crm.push(ROWS[1:2])[0]
    assert (result.outcome, result.id, result.kind) == (Outcome.written, contact, "Contact")
    assert world.values(contact, (LEAD_ID,)) == {LEAD_ID: "hubspot-1-1"}
    assert world.leads() == 0


def test_several_records_that_fit_wait_for_a_person(made, sandbox):
    world = made(duplicates="attach")
    records = [world.enter(EVA), world.enter(EVA)]
    sandbox.steer.post("/settings", **{"salesforce.duplicate_rule": "alert"})
    result = world.crm.push(ROWS[1:2])[0]
    assert (result.outcome, result.code) == (Outcome.refused, "DUPLICATES_DETECTED")
    assert all(record in result.message for record in records)
    assert {row[LEAD_ID] for row in world.query(f"SELECT {LEAD_ID} FROM Lead")} == {None}


def test_a_record_that_carries_another_lead_of_ours_is_not_attached_to(made, sandbox):
    world = made(duplicates="attach")
    record = world.enter(EVA)
    world.edit(record, {LEAD_ID: "hubspot-1-9"})
    sandbox.steer.post("/settings", **{"salesforce.duplicate_rule": "alert"})
    assert world.crm.push(ROWS[1:2])[0].outcome is Outcome.refused
    assert world.values(record, (LEAD_ID,)) == {LEAD_ID: "hubspot-1-9"}


@pytest.mark.parametrize("rule", ["alert", "block"])
def test_two_leads_that_fit_one_record_wait_for_a_person(made, sandbox, rule):
    world = made(duplicates="attach")
    record = world.enter(EVA)
    sandbox.steer.post("/settings", **{"salesforce.duplicate_rule": rule})
    results = world.crm.push([new(f"hubspot-1-{name}", Email=EVA["Email"]) for name in ("a", "b")])
    assert {(one.outcome, one.code) for one in results} == {(Outcome.refused, "DUPLICATES_DETECTED")}
    assert world.values(record, (LEAD_ID,)) == {LEAD_ID: None}


@pytest.mark.parametrize("rows", [ROWS, ROWS[:10]], ids=["as many", "a few"])
def test_who_is_there_already_is_asked_only_when_a_job_of_an_earlier_run_has_ended(made, sandbox, rows):
    jobs = NotedHere()
    world = made(bulk_from=800, bulk_patience=3, jobs=jobs)
    sandbox.steer.post("/settings", **{"salesforce.bulk_seconds": 3600})
    job = {"object": "Lead", "operation": "upsert", "externalIdFieldName": LEAD_ID}
    running = world.ask("POST", "/jobs/ingest", job)["id"]
    jobs.note(running)
    world.upload(running, f"{LEAD_ID},LastName,Company\nhubspot-1-0,López,Acme\n")
    world.ask("PATCH", f"/jobs/ingest/{running}", {"state": "UploadComplete"})
    with pytest.raises(Unavailable, match="earlier run"):
        world.crm.push(rows)
    assert world.leads() == 1
    world.ask("PATCH", f"/jobs/ingest/{running}", {"state": "Aborted"})
    assert {one.outcome for one in world.crm.push(rows[:10])} == {Outcome.written}
    assert (world.leads(), jobs.unfinished()) == (10, [])


def test_a_named_record_that_is_no_id_stops_nobody(made):
    world = made()
    linked = world.enter(EVA)
    named = [("Lead", each) for each in (f"{linked}\n", "00Q_________1aB", linked)]
    found = world.crm.find([Identity(key="a", lead="hubspot-1-1", crm_ids=tuple(named))])
    assert [(match.id, match.by) for match in found] == [(linked, "crm_id")]


def test_an_activity_of_an_integration_user_is_automated_and_a_persons_is_not(made):
    world = made()
    record = pushed(world)
    world.later()
    world.call(record)
    (call,) = everything(world.crm.touches(None))[0]
    assert (call.automated, call.by) == (False, world.values(record, ("OwnerId",))["OwnerId"])
    beside = made(integration_users=(call.by,))
    assert [each.automated for each in everything(beside.crm.touches(None))[0]] == [True]
    world.ask("POST", "/sobjects/Task", {"WhoId": record, "Subject": "Call", "Status": "Completed"})
    ours = [each for each in everything(world.crm.touches(None))[0] if each.id != call.id]
    assert [each.automated for each in ours] == [True]  # the user that we sign in as


def read_all(crm, cursors):
    crm.expect(*cursors)
    told = [
        everything(read(cursor))
        for read, cursor in zip((crm.changes, crm.touches, crm.deals), cursors, strict=True)
    ]
    return [rows for rows, _ in told], [new or old for (_, new), old in zip(told, cursors, strict=True)]


def test_a_run_with_nothing_new_takes_four_calls_the_login_among_them(made):
    world = made()
    records = [one.id for one in world.crm.push(ROWS[:50])]
    world.later()
    for record in records[:3]:
        world.call(record)
        world.mail(record)
        world.convert(record)
    world.win(records[0], 10)
    _, cursors = read_all(world.crm, (None, None, None))
    later = SalesforceWorld(world._sandbox).crm
    later.remember(world.crm.tenant(), world.crm.schema())
    told, _ = read_all(later, cursors)
    assert told == [[], [], []]
    assert later.calls().by_verb == {"token": 1, "composite": 3}


@pytest.mark.parametrize(
    ("overlap", "pages"), [(120, [2, 0, 0]), (0, [2, 2, 0])], ids=["within the overlap", "when it has passed"]
)
def test_a_mass_update_is_read_once_more_at_most_and_then_a_run_costs_what_it_did(
    made, sandbox, overlap, pages
):
    """Five thousand calls logged in one second, as an import of a dialler does."""
    world = made(overlap=overlap)
    record = pushed(world)
    sandbox.steer.post("/clock", frozen=True)
    rows = "\n".join(f"{record},Call {number},Completed,Call" for number in range(5_000))
    job = world.ask("POST", "/jobs/ingest", {"object": "Task", "operation": "insert"})["id"]
    world.upload(job, f"WhoId,Subject,Status,TaskSubtype\n{rows}\n")
    assert world.ask("PATCH", f"/jobs/ingest/{job}", {"state": "UploadComplete"})["state"] == "UploadComplete"
    sandbox.steer.post("/clock", frozen=False)
    told, cursors = [], (None, None, None)
    for _ in pages:
        before = calls(world, "query_more"), calls(world, "composite")
        (_, touches, _), cursors = read_all(world.crm, cursors)
        told.append((len(touches), calls(world, "query_more") - before[0]))
        last = calls(world, "composite") - before[1]
    assert told == [(5_000 if more else 0, more) for more in pages]
    assert last == 3  # as in any run with nothing new


def test_what_may_not_be_read_stops_only_its_own_verb_though_all_is_asked_together(made, sandbox):
    world = made()
    record = pushed(world)
    world.later()
    world.call(record)
    sandbox.steer.post("/settings", **{"salesforce.hidden_objects": "Opportunity OpportunityContactRole"})
    world.crm.expect(None, None, None)
    assert everything(world.crm.changes(None))[0]
    assert everything(world.crm.touches(None))[0]
    with pytest.raises(Misconfigured, match="OpportunityContactRole"):
        everything(world.crm.deals(None))


def test_without_history_and_mail_of_salesforce_the_rest_is_read_all_the_same(made, sandbox):
    world = made()
    record = pushed(world)
    world.later()
    world.mail(record)
    world.call(record)
    world.set_status(record, "Working")
    sandbox.steer.post("/settings", **{"salesforce.hidden_objects": "LeadHistory EmailMessage"})
    (changes, touches, _), _ = read_all(world.crm, (None, None, None))
    assert changes[0].history == ()
    assert changes[0].record.values["status"] == "Working"
    assert {one.channel for one in touches} == {"email", "phone"}


def test_set_up_lets_a_conversion_copy_our_fields_and_leaves_other_mappings_alone(sandbox):
    world = SalesforceWorld(sandbox)
    others = {
        "objectMapping": [
            {
                "outputObject": "Account",
                "mappingFields": [{"inputField": "Website", "outputField": "Website"}],
            },
            {
                "outputObject": "Contact",
                "mappingFields": [{"inputField": "Title", "outputField": "Department"}],
            },
        ],
        "opportunityCreationOptions": "NotVisible",
    }
    sandbox.steer.post("/salesforce/lead_conversion", **others)
    assert "conversion:Contact" in {step.id for step in world.crm.ensure(WANTED)}
    assert world.crm.missing(WANTED) == []
    lead = pushed(world)
    world.edit(lead, {"Title": "CFO", "Website": "https://acme.example"})
    world.crm.write_status([Write(key="k", id=lead, values={"Acuerdo_SLA_Status__c": "connected"})])
    made = world.do("convert", lead)
    told = world.values(made["contact"], (LEAD_ID, "Acuerdo_SLA_Status__c", "Department"))
    assert told == {LEAD_ID: "hubspot-1-1", "Acuerdo_SLA_Status__c": "connected", "Department": "CFO"}
    account = world.query(f"SELECT Website FROM Account WHERE Id = '{made['account']}'")[0]
    assert account["Website"] == "https://acme.example"


def test_where_the_user_may_not_map_fields_set_up_does_the_rest_and_a_check_tells_how(sandbox):
    sandbox.steer.post("/settings", **{"salesforce.customize_application": False})
    world = SalesforceWorld(sandbox)
    assert "conversion:Contact" not in {step.id for step in world.crm.ensure(WANTED)}
    assert world.crm.missing(WANTED) == []
    (finding,) = [one for one in world.crm.inspect() if one.what == "CRM conversion"]
    assert finding.grade is Grade.note
    assert "Map Lead Fields" in finding.remedy


def test_set_up_stops_where_the_metadata_api_is_down_or_answers_nonsense(sandbox):
    world = SalesforceWorld(sandbox)
    sandbox.steer.fault("salesforce", "status", endpoint="*/Soap/*", status=503, times=1)
    with pytest.raises(Unavailable):
        world.crm.missing(WANTED)
    sandbox.steer.fault("salesforce", "malformed", endpoint="*/Soap/*", times=1)
    with pytest.raises(ContractBroken):
        world.crm.missing(WANTED)


def test_a_mapping_that_salesforce_does_not_take_says_how_to_do_it_by_hand(sandbox):
    world = SalesforceWorld(sandbox)
    world.crm.ensure([one for one in WANTED if one.name != "Acuerdo_Note__c"])
    with pytest.raises(Misconfigured, match=r"FIELD_INTEGRITY_EXCEPTION.*Map Lead Fields"):
        Conversion(world.crm._client).copy(["Acuerdo_Note__c"])

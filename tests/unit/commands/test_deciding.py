"""What people decide about a lead: recorded as facts, refused where the transition table lists nothing."""

import json
from typing import Any

from commands.deciding import recorded
from sync.ledger import facts
from tests.flow.world import DAY, HOUR, MQL, SELLER
from tests.unit.commands.conftest import Desk

ONE_PERSON = ("--marketing", "Ana", "--sales", "Ana")


def passed(desk: Desk) -> str:
    desk.world.begin()
    contact = desk.world.mql()
    desk.world.run()
    desk.world.wait(HOUR)
    return contact


def lead(contact: str) -> str:
    return f"hubspot-4242-{contact}"


def say(desk: Desk, contact: str, code: str) -> None:
    """Sales gives a code; the next run reads it."""
    desk.world.crm.edit(desk.world.lead(contact).id, {"Acuerdo_Disposition__c": code})
    desk.world.run()
    desk.world.wait(60)


def parked(desk: Desk) -> str:
    """A lead that was returned as often as agreed and is an MQL again."""
    desk.configure(agreement={"recycling": {"max_returns": 1}})
    contact = passed(desk)
    row = desk.world.lead(contact)
    desk.world.crm.act(row.id, "phone", by=SELLER, answered=True, seconds=95)
    say(desk, contact, "not_now")
    for days, stage in ((20, "subscriber"), (20, MQL)):
        desk.world.wait(days * DAY)
        stages = {"lifecyclestage": stage}
        desk.world.marketing.change(contact, stages, dated={"lifecyclestage": desk.world.now})
        desk.world.run()
    assert desk.world.shown(contact) == "parked"
    desk.world.wait(HOUR)
    return contact


def data_of(desk: Desk, contact: str, kind: str) -> list[dict[str, Any]]:
    with desk.world.ledger.read("acme") as tx:
        events = facts.events_of(tx, [lead(contact)])[lead(contact)]
    return [dict(each.data) for each in events if each.kind == kind]


def test_a_parked_lead_passes_at_the_next_run_once_two_people_approve(desk: Desk):
    contact = parked(desk)
    told = desk.json("approve", lead(contact), "--as", "marketing", "--by", "Ana Díaz")
    assert (told["state"], told["place"]) == ("parked", "parked")
    desk.world.wait(60)
    told = desk.json("approve", lead(contact), "--as", "sales", "--by", "Luis")
    assert (told["state"], told["place"]) == ("draft", "draft")
    desk.world.wait(60)
    desk.world.run()
    assert desk.world.shown(contact) == "waiting_first_contact"
    assert desk.world.lead(contact).values["Acuerdo_Cycle__c"] == 2
    assert desk.world.run().written == 0


def test_no_name_stands_in_a_fact(desk: Desk):
    contact = parked(desk)
    desk("approve", lead(contact), "--as", "marketing", "--by", "Ana Díaz")
    (data,) = data_of(desk, contact, "approved")
    assert data["role"] == "marketing"
    assert data["by"] == recorded("  ana   DÍAZ ")
    assert "ana" not in json.dumps(data).lower()
    assert recorded("005A0000001") == "005A0000001"
    assert recorded("ana1@example.org").startswith("person-")


def test_one_person_cannot_approve_for_both_sides_unless_that_person_signed_for_both(desk: Desk):
    contact = parked(desk)
    desk("approve", lead(contact), "--as", "marketing", "--by", "Ana")
    desk.world.wait(60)
    assert "two different people" in desk.refused("approve", lead(contact), "--as", "sales", "--by", "ANA")
    again = desk.refused("approve", lead(contact), "--as", "marketing", "--by", "Eva")
    assert "marketing has approved it already" in again
    assert len(data_of(desk, contact, "approved")) == 1


def test_one_signature_for_both_sides_makes_one_decision_for_both(desk: Desk):
    desk.configure(agreement={"recycling": {"max_returns": 1}})
    desk("agreement", "publish", *ONE_PERSON, "--yes")
    contact = parked(desk)
    told = desk.json("approve", lead(contact), "--as", "marketing")
    assert told["state"] == "draft"
    assert data_of(desk, contact, "approved") == [{"role": "both", "by": recorded("Ana")}]


def test_only_a_parked_lead_waits_for_approval(desk: Desk):
    contact = passed(desk)
    result = desk.refused("approve", lead(contact), "--as", "sales", "--by", "Luis")
    assert "only a lead that is parked waits for approval" in result
    assert "no side 'both'" in desk.refused("approve", lead(contact), "--as", "both")
    assert "is no lead of acme" in desk.refused("approve", "hubspot-1-1", "--as", "sales")


def test_somebody_must_be_known_to_decide(desk: Desk):
    contact = parked(desk)
    assert "--by" in desk.refused("approve", lead(contact), "--as", "sales")


def test_a_disputed_rejection_that_is_upheld_goes_back_to_sales(desk: Desk):
    contact = passed(desk)
    say(desk, contact, "bad_fit")
    assert desk.world.shown(contact) == "rejected"
    told = desk.json("dispute", lead(contact), "--by", "Ana")
    assert (told["state"], told["owed"]["what"]) == ("rejected", "decide_dispute")
    desk.world.wait(60)
    assert "disputed already" in desk.refused("dispute", lead(contact), "--by", "Ana")
    refused = desk.refused("dispute", "decide", lead(contact), "upheld", "--by", SELLER)
    assert "someone else is to decide" in refused
    told = desk.json("dispute", "decide", lead(contact), "upheld", "--by", "Eva")
    assert told["state"] == "queued"
    desk.world.wait(60)
    desk.world.run()
    assert desk.world.shown(contact) != "rejected"


def test_a_dispute_decided_final_lets_the_rejection_stand(desk: Desk):
    contact = passed(desk)
    say(desk, contact, "bad_fit")
    desk("dispute", "open", lead(contact), "--by", "Ana")
    desk.world.wait(60)
    told = desk.json("dispute", "decide", lead(contact), "final", "--by", "Eva")
    assert told["state"] == "rejected"
    desk.world.wait(60)
    assert "rejection is final" in desk.refused("dispute", lead(contact), "--by", "Ana")
    assert "no decision 'maybe'" in desk.refused("dispute", "decide", lead(contact), "maybe")


def test_a_dispute_comes_in_time_or_not_at_all(desk: Desk):
    contact = passed(desk)
    assert "only a lead that sales rejected" in desk.refused("dispute", lead(contact), "--by", "Ana")
    say(desk, contact, "bad_fit")
    desk.world.wait(10 * DAY)
    result = desk.refused("dispute", lead(contact), "--by", "Ana")
    assert "the window for a dispute ended on 2026-05-13T08:01:00Z" in result
    assert data_of(desk, contact, "disputed") == []


def test_what_is_overdue_can_be_acknowledged_once(desk: Desk):
    contact = passed(desk)
    nothing = desk.refused("acknowledge", lead(contact), "--by", "Luis")
    assert "nothing is overdue" in nothing
    desk.world.wait(5 * HOUR)
    desk.world.run()
    told = desk.json("acknowledge", lead(contact), "--by", "Luis")
    assert told["recorded"] == [
        {"kind": "acknowledged", "clock": "first_attempt", "instance": 1, "by": recorded("Luis")}
    ]
    desk.world.wait(60)
    assert "acknowledged already" in desk.refused("acknowledge", lead(contact), "--by", "Luis")
    other = desk.refused("acknowledge", lead(contact), "--clock", "retention", "--by", "Luis")
    assert "retention is not overdue" in other
    assert "no clock 'lunch'" in desk.refused("acknowledge", lead(contact), "--clock", "lunch")


def test_a_record_id_of_either_system_names_the_lead(desk: Desk):
    contact = passed(desk)
    desk.world.wait(5 * HOUR)
    desk.world.run()
    record = desk.world.lead(contact).id
    assert desk.json("acknowledge", record, "--by", "Luis")["lead"] == lead(contact)


def test_a_company_that_a_run_holds_is_left_alone(desk: Desk):
    contact = passed(desk)
    say(desk, contact, "bad_fit")
    with desk.world.ledger.hold("acme"):
        result = desk("dispute", lead(contact), "--by", "Ana", code=75)
    assert "is under way" in result.stderr

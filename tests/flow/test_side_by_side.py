"""Beside the platform's own integration with the CRM: its links are evidence, its records are attached to."""

from typing import Any

import pytest

from sync.ledger import exports, facts, runs
from tests.flow.scenes import OTHER
from tests.flow.world import HOUR, SELLER, World, company

INTEGRATION = "005INT"


@pytest.fixture
def world(world: World) -> World:
    world.marketing.linked = True
    world.begin()
    return world


def place(world: World, contact: str) -> str:
    with world.ledger.read("acme") as tx:
        rows = exports.rows_of(tx, "lead")
        return str(next(row["place"] for row in rows if row["id"] == f"hubspot-4242-{contact}"))


def made_by_the_integration(world: World, contact: str) -> str:
    """The integration makes the lead and names it in marketing."""
    email = world.marketing.contacts[contact].values["email"]
    record = world.crm.add("Lead", {"LastName": "Ruiz", "Company": "Example", "Email": email})
    world.marketing.change(contact, {"salesforceleadid": record})
    return record


def test_a_lead_waits_for_the_record_and_is_attached_to_it(world: World) -> None:
    contact = world.mql()
    first = world.run()
    assert world.crm.rows == {}
    assert (first.counts["prepare"]["awaited"], first.refused) == (1, 0)
    assert place(world, contact) == "queued"
    world.wait(HOUR)
    record = made_by_the_integration(world, contact)
    world.run()
    assert list(world.crm.rows) == [record]
    assert world.lead(contact).id == record
    assert world.shown(contact) == "waiting_first_contact"
    world.wait(HOUR)
    assert world.run().written == 0


def test_the_wait_is_no_breach_of_marketing(world: World) -> None:
    contact = world.mql()
    world.run()
    world.wait(3 * HOUR)
    world.run()
    with world.ledger.read("acme") as tx:
        clocks = [row for row in exports.rows_of(tx, "clock") if row["name"] == "package"]
    (clock,) = clocks
    assert clock["stop_at"] is not None and clock["stop_at"] <= clock["due_at"]
    assert world.marketing.contacts[contact].values.get("acuerdo_sla_owed_by") in (None, "nobody")


def test_a_record_that_is_never_made_is_told_to_a_person_and_attached_to_when_it_appears(
    world: World,
) -> None:
    contact = world.mql()
    world.run()
    world.wait(5 * HOUR)
    assert world.run().refused == 1
    assert world.crm.rows == {}
    with world.ledger.read("acme") as tx:
        (refusal,) = exports.rows_of(tx, "refused")
    assert refusal["code"] == "not_made"
    assert "crm_leads" in refusal["message"]
    record = made_by_the_integration(world, contact)
    world.wait(HOUR)
    assert world.run().refused == 0
    assert world.lead(contact).id == record


def test_who_is_told_to_create_creates(world: World) -> None:
    world.company = company(marketing={"crm_leads": "create"})
    contact = world.mql()
    world.run()
    assert world.lead(contact).values["LastName"] == "Number 1"


def test_without_that_integration_leads_are_made(world: World) -> None:
    world.marketing.linked = False
    with world.ledger.write("acme", world.now) as tx:
        runs.drop_answers(tx)
    contact = world.mql()
    world.run()
    assert world.lead(contact)


def test_a_link_of_that_integration_weighs_more_than_an_address(world: World) -> None:
    contact = world.mql(email="shared@example.org")
    by_address = world.crm.add("Lead", {"LastName": "A", "Company": "B", "Email": "shared@example.org"})
    linked = world.crm.add("Lead", {"LastName": "C", "Company": "D", "Email": "other@example.org"})
    world.marketing.change(contact, {"salesforceleadid": linked})
    world.run()
    assert world.lead(contact).id == linked
    assert world.crm.rows[by_address].values.get("Acuerdo_Lead_Id__c") is None


def test_a_link_to_a_record_of_another_lead_waits_for_a_person(world: World) -> None:
    first, second = world.mql(), world.mql()
    record = made_by_the_integration(world, first)
    world.run()
    world.wait(HOUR)
    world.marketing.change(second, {"salesforceleadid": record})
    assert world.run().refused == 1
    assert world.lead(first).id == record
    assert world.leads(second) == []


def kinds(world: World, contact: str) -> set[str]:
    with world.ledger.read("acme") as tx:
        events = facts.events_of(tx, [f"hubspot-4242-{contact}"])
    return {each.kind.value for rows in events.values() for each in rows}


def handoff(world: World) -> dict[str, Any]:
    with world.ledger.read("acme") as tx:
        (row,) = exports.rows_of(tx, "handoff")
    return row


def test_what_that_integration_writes_is_no_word_of_sales_and_what_a_person_does_is(world: World) -> None:
    """A status and an activity of its user accept nothing; an owner that it gives is an owner, and no acceptance."""
    world.company = company(crm={"integration_users": [INTEGRATION]})
    contact = world.mql()
    world.run()
    record = made_by_the_integration(world, contact)
    world.wait(60)
    world.run()
    world.wait(HOUR)
    world.crm.set_status(record, "Working", by=INTEGRATION)
    world.crm.hand_over(record, OTHER, by=INTEGRATION)
    world.crm.act(record, by=INTEGRATION, automated=True)
    world.run()
    assert "accepted" not in kinds(world, contact)
    assert (handoff(world)["owner"], handoff(world)["attempts"]) == (OTHER, 0)
    assert handoff(world)["accepted_at"] is None
    world.wait(HOUR)
    world.crm.set_status(record, "Nurturing", by=INTEGRATION)
    world.crm.set_status(record, "Working", by=SELLER)
    world.crm.act(record, by=SELLER)
    world.run()
    assert "accepted" in kinds(world, contact)
    assert "returned" not in kinds(world, contact)
    assert handoff(world)["accepted_at"] == world.now
    assert handoff(world)["attempts"] == 1

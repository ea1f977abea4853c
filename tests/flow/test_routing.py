"""Routing, where a company has this product do it: who gets a lead, once, and what breaches change."""

from typing import Any

import pytest

from connectors.base import Outcome
from sync.accounts import wanted_fields
from sync.ledger import exports
from sync.ledger.store import Ledger
from tests.doubles.sales import OURSELVES
from tests.flow.world import DAY, HOUR, SELLER, World, company

OTHER = "005B"
ROUTING = {"enabled": True, "owners": [SELLER, OTHER], "auto_reassign": True}


def routed(ledger: Ledger, routing: dict[str, Any] | None = None, **parts: Any) -> World:
    """A company that routes; its CRM would give every lead to `005R` by a rule of its own."""
    return begun(World(ledger, company(agreement={"routing": routing or ROUTING, **parts})), "005R")


def begun(world: World, by_rule: str) -> World:
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.crm.queue = by_rule
    world.begin()
    return world


@pytest.fixture
def world(ledger: Ledger) -> World:
    return routed(ledger)


def strangers(world: World, count: int) -> list[str]:
    """So many MQLs of as many accounts."""
    return [world.mql(company=f"Company {number}") for number in range(count)]


def owner(world: World, contact: str) -> str:
    return world.lead(contact).owner


def rows(world: World, table: str) -> list[dict[str, Any]]:
    with world.ledger.read("acme") as tx:
        return [dict(row) for row in exports.rows_of(tx, table)]


def handoff(world: World, contact: str) -> dict[str, Any]:
    return next(each for each in rows(world, "handoff") if each["lead"].endswith(f"-{contact}"))


def given(world: World) -> list[tuple[str, str]]:
    return [(verb, lead) for verb, lead in world.crm.faults.written if verb == "assign"]


def test_new_leads_are_shared_out_once_and_the_next_run_writes_nothing(world: World) -> None:
    contacts = strangers(world, 4)
    summary = world.run()
    assert sorted(owner(world, each) for each in contacts) == [SELLER, SELLER, OTHER, OTHER]
    assert summary.counts["write_back"]["owners"] == 4
    assert {handoff(world, each)["state"] for each in contacts} == {"assigned"}
    assert len(given(world)) == 4
    again = world.run()
    assert again.written == 0
    world.wait(HOUR)
    assert world.run().written == 0
    assert len(given(world)) == 4


def test_the_seller_s_task_goes_to_the_owner_that_was_chosen(world: World) -> None:
    contact = world.mql()
    world.run()
    assert {task.owner for task in world.crm.tasks.values()} == {owner(world, contact)}


def test_a_plan_shows_who_would_get_which_lead_and_the_run_does_the_same(world: World) -> None:
    contacts = strangers(world, 3)
    plan = world.plan()
    planned = {each.lead: each.values["owner"] for each in plan.writes if each.verb == "assign"}
    assert len(planned) == 3
    assert given(world) == []
    world.run()
    assert {f"hubspot-4242-{each}": owner(world, each) for each in contacts} == planned


def test_without_routing_the_crm_s_own_rules_assign(ledger: Ledger) -> None:
    world = begun(World(ledger), SELLER)
    contact = world.mql()
    world.run()
    assert owner(world, contact) == SELLER
    assert given(world) == []


def test_a_lead_of_the_integration_user_waits_for_an_owner(ledger: Ledger) -> None:
    world = begun(World(ledger), OURSELVES)
    contact = world.mql()
    world.run()
    assert handoff(world, contact)["state"] == "queued"
    world.wait(60)
    world.crm.hand_over(world.lead(contact).id, SELLER)
    world.run()
    assert handoff(world, contact)["state"] == "assigned"


def test_a_second_contact_of_an_account_goes_to_who_holds_the_first(world: World) -> None:
    first = world.mql(company="Acme")
    world.run()
    held = owner(world, first)
    world.wait(60)
    second, third = world.mql(company="Acme"), world.mql(company="Acme")
    world.run()
    assert {owner(world, second), owner(world, third)} == {held}


def test_a_breach_moves_the_lead_to_another_once_and_its_clock_begins_when_that_one_has_it(
    world: World,
) -> None:
    contact = world.mql()
    world.run()
    first = owner(world, contact)
    world.wait(5 * HOUR)
    planned = [each.values["owner"] for each in world.plan().writes if each.verb == "assign"]
    world.run()
    second = owner(world, contact)
    assert {first, second} == {SELLER, OTHER}
    assert planned == [second]
    clocks = {each["name"]: each for each in rows(world, "clock")}
    assert clocks["first_attempt"]["state"] == "breached_open"
    assert clocks["owner_first_attempt"]["start_at"] == world.now
    assert world.run().written == 0
    assert len(given(world)) == 2


def test_reassignment_ends_at_its_limit(ledger: Ledger) -> None:
    world = routed(ledger, {**ROUTING, "max_reassignments": 1})
    contact = world.mql()
    world.run()
    for _ in range(4):
        world.wait(DAY)
        world.run()
    assert len(given(world)) == 2
    assert handoff(world, contact)["state"] == "accepted", "by silence"


def test_a_call_that_was_logged_late_keeps_the_lead_where_it_is(world: World) -> None:
    contact = world.mql()
    world.run()
    first = owner(world, contact)
    world.wait(HOUR)
    called = world.now
    world.wait(4 * HOUR)
    world.crm.act(world.lead(contact).id, "phone", by=first, at=called)
    world.run()
    assert owner(world, contact) == first


def test_who_rejected_a_lead_does_not_get_it_again_and_another_territory_is_another_owner(
    world: World,
) -> None:
    contact = world.mql()
    world.run()
    first = owner(world, contact)
    world.wait(HOUR)
    world.crm.edit(world.lead(contact).id, {"Acuerdo_Disposition__c": "wrong_territory"}, by=first)
    world.run()
    assert owner(world, contact) != first
    assert handoff(world, contact)["state"] == "assigned"
    assert world.run().written == 0


def test_when_nobody_can_take_a_lead_operations_is_told_once_and_a_later_run_gives_it(
    ledger: Ledger,
) -> None:
    world = routed(ledger, {"enabled": True, "owners": [SELLER], "capacity": 1})
    first, second = strangers(world, 2)
    world.run()
    assert sorted(handoff(world, each)["state"] for each in (first, second)) == ["assigned", "queued"]
    waiting = next(each for each in (first, second) if handoff(world, each)["state"] == "queued")
    held = first if waiting == second else second
    world.wait(60)
    world.run()
    told = [each for each in rows(world, "notice") if each["level"] == "no_owner"]
    assert [(each["lead"][-len(waiting) :], each["recipient"]) for each in told] == [(waiting, "operations")]
    world.wait(60)
    world.crm.edit(world.lead(held).id, {"Acuerdo_Disposition__c": "no_budget"})
    world.run()
    world.wait(60)
    world.run()
    assert owner(world, waiting) == SELLER


def test_a_user_whom_the_crm_refuses_is_told_and_another_gets_the_lead(world: World) -> None:
    world.crm.inactive.add(SELLER)
    contact = world.mql()
    world.run()
    refused = rows(world, "refused")
    assert [(each["operation"], each["code"]) for each in refused] == [("assign", "INACTIVE_OWNER_OR_USER")]
    world.wait(60)
    world.run()
    assert owner(world, contact) == OTHER
    assert rows(world, "refused") == []


def test_a_lead_that_the_crm_cannot_take_just_now_goes_to_the_chosen_one_later(world: World) -> None:
    contact = world.mql()
    world.crm.faults.answer("assign", f"hubspot-4242-{contact}", Outcome.retry)
    world.run()
    assert handoff(world, contact)["state"] == "queued"
    world.crm.faults.mend("assign", f"hubspot-4242-{contact}")
    world.wait(60)
    world.run()
    assert handoff(world, contact)["state"] == "assigned"
    assert world.run().written == 0


def test_who_is_away_gets_no_lead_and_what_they_have_not_tried_moves_at_once(world: World) -> None:
    tried, untried = strangers(world, 2)
    world.run()
    world.wait(HOUR)
    first = owner(world, tried)
    world.crm.act(world.lead(tried).id, "phone", by=first)
    world.run()
    world.wait(60)
    both = {owner(world, tried), owner(world, untried)}
    assert both == {SELLER, OTHER}
    gone = owner(world, untried)
    routing = {"agreement": {"routing": {**ROUTING, "max_reassignments": 0}}}
    world.company = company(**routing, absences={gone: ["2026-05-11/2026-05-12"]})
    later = world.mql(company="Another")
    world.run()
    assert {owner(world, each) for each in (untried, later)} == both - {gone}
    assert owner(world, tried) == first
    clocks = [each["name"] for each in rows(world, "clock") if each["lead"].endswith(f"-{untried}")]
    assert "owner_first_attempt" not in clocks, "an absence is no reassignment of theirs"
    assert world.run().written == 0

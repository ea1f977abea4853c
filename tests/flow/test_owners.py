"""Owners across both systems: by e-mail address, never by guessing, and nobody's address where it need not be."""

from typing import Any

import pytest
import structlog

from connectors.base import FieldInfo, Owner
from connectors.errors import CredentialsRefused
from mapping.problems import ConfigurationError
from mapping.records import ValueType
from sync.accounts import wanted_fields
from sync.ledger import exports
from sync.ledger import refusals as refused
from sync.ledger.refusals import Refusal
from sync.ledger.store import Ledger
from tests.doubles.sales import OURSELVES, QUEUE
from tests.flow.world import DAY, HOUR, World, company

ANA, BEA, GONE, TWIN, TEAM = "71", "72", "73", "74", "75"
MARKETING = [
    Owner(id=ANA, email="Ana@Example.org"),
    Owner(id=BEA, email="bea@example.org"),
    Owner(id=GONE, email="gone@example.org"),
    Owner(id=TWIN, email="twin@example.org"),
    Owner(id=TEAM),
]
SALES = [
    Owner(id="005ANA", email="ana@example.org"),
    Owner(id="005OLD", email="ana@example.org", active=False),
    Owner(id="005BEA", email="beatriz@sales.example.org"),
    Owner(id="005GON", email="gone@example.org", active=False),
    Owner(id="005TW1", email="twin@example.org"),
    Owner(id="005TW2", email="TWIN@example.org"),
    Owner(id=OURSELVES),
    Owner(id=QUEUE),
]
RULE: dict[str, Any] = {"from": "owner", "wins": "never"}


def made(ledger: Ledger, mapping: dict[str, Any] | None = None, **parts: Any) -> World:
    """A CRM whose own rules give leads to a queue, and people in both systems."""
    world = World(ledger, company=company(mapping={"OwnerId": RULE} if mapping is None else mapping, **parts))
    world.marketing.people, world.crm.people = list(MARKETING), list(SALES)
    world.crm.queue = QUEUE
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    return world


def refusals(world: World) -> list[Refusal]:
    with world.ledger.read("acme") as tx:
        return refused.listed(tx)


def events(world: World) -> list[dict[str, Any]]:
    with world.ledger.read("acme") as tx:
        return [dict(row) for row in exports.rows_of(tx, "event")]


def handoff(world: World, contact: str) -> dict[str, Any]:
    with world.ledger.read("acme") as tx:
        rows = [dict(row) for row in exports.rows_of(tx, "handoff")]
    return next(each for each in rows if each["lead"].endswith(f"-{contact}"))


def test_a_new_lead_goes_to_the_user_with_the_address_of_its_owner_and_is_assigned(ledger: Ledger) -> None:
    world = made(ledger)
    contact = world.mql(hubspot_owner_id=ANA)
    (planned,) = [each for each in world.plan().writes if each.verb == "push"]
    assert planned.values["OwnerId"] == "005ANA"
    world.run()
    assert world.lead(contact).owner == "005ANA"
    assert (handoff(world, contact)["state"], handoff(world, contact)["owner"]) == ("assigned", "005ANA")
    world.wait(HOUR)
    assert world.run().written == 0


def test_a_lead_of_nobody_or_of_a_queue_is_left_to_the_crms_own_rules(ledger: Ledger) -> None:
    world = made(ledger)
    contacts = [world.mql(), world.mql(hubspot_owner_id=TEAM)]
    assert world.run().refused == 0
    assert [world.lead(each).owner for each in contacts] == [QUEUE, QUEUE]


@pytest.mark.parametrize(
    ("owner", "code"),
    [
        (BEA, "owner_missing"),
        (GONE, "owner_inactive"),
        (TWIN, "owner_ambiguous"),
        ("99", "owner_unknown"),
    ],
)
def test_an_owner_whom_no_single_active_user_is_refuses_the_lead_and_says_what_to_do(
    ledger: Ledger, owner: str, code: str
) -> None:
    world = made(ledger)
    contact = world.mql(hubspot_owner_id=owner)
    assert world.run().refused == 1
    assert world.leads(contact) == []
    (refusal,) = refusals(world)
    assert refusal.code == code
    assert refusal.message.startswith("OwnerId: ")
    assert owner in refusal.message
    assert "@" not in refusal.message
    world.wait(HOUR)
    world.marketing.change(contact, {"hubspot_owner_id": ANA})
    assert world.run().refused == 0
    assert world.lead(contact).owner == "005ANA"


@pytest.mark.parametrize(
    ("more", "given"),
    [
        ({"no_user": "blank"}, QUEUE),
        ({"no_user": "blank", "default": "ana@example.org"}, "005ANA"),
        ({"no_user": "blank", "default": "005BEA"}, "005BEA"),
        ({"table": {BEA: "beatriz@sales.example.org"}}, "005BEA"),
        ({"table": {BEA: "005BEA"}}, "005BEA"),
    ],
)
def test_a_rule_may_say_who_stands_for_an_owner_that_is_no_user(
    ledger: Ledger, more: dict[str, Any], given: str
) -> None:
    world = made(ledger, {"OwnerId": {**RULE, **more}})
    contact = world.mql(hubspot_owner_id=BEA)
    assert world.run().refused == 0
    assert world.lead(contact).owner == given


def test_an_address_in_a_field_of_the_lead_finds_the_user_too(ledger: Ledger) -> None:
    world = made(ledger, {"OwnerId": {"from": ["owner_email", "owner"], "wins": "never"}})
    world.marketing.fields["owner_email"] = FieldInfo(
        name="owner_email", label="", type=ValueType.email, writable=True
    )
    world.wait(DAY)
    found = world.mql(owner_email="ANA@example.org", hubspot_owner_id=TWIN)
    lost = world.mql(owner_email="nobody@example.org")
    assert world.run().refused == 1
    assert world.lead(found).owner == "005ANA"
    (refusal,) = refusals(world)
    assert (refusal.lead, refusal.code) == (f"hubspot-4242-{lost}", "owner_missing")
    assert "nobody" not in refusal.message


def test_what_sales_does_with_the_owner_stays_where_the_rule_fills_new_records_alone(ledger: Ledger) -> None:
    world = made(ledger)
    contact = world.mql(hubspot_owner_id=ANA)
    world.run()
    world.wait(HOUR)
    world.crm.hand_over(world.lead(contact).id, "005BEA")
    world.marketing.change(contact, {"hubspot_owner_id": TWIN, "jobtitle": "CEO"})
    world.run()
    assert world.lead(contact).owner == "005BEA"


def test_an_owner_that_a_rule_changes_is_no_decision_of_sales(ledger: Ledger) -> None:
    world = made(ledger, {"OwnerId": {"from": "owner", "table": {BEA: "005BEA"}}})
    contact = world.mql(hubspot_owner_id=ANA)
    world.run()
    world.wait(HOUR)
    world.marketing.change(contact, {"hubspot_owner_id": BEA})
    world.run()
    assert world.lead(contact).owner == "005BEA"
    world.wait(HOUR)
    assert world.run().written == 0
    assert handoff(world, contact)["owner"] == "005BEA"
    changes = [each for each in events(world) if each["kind"] == "owner_changed"]
    assert [each["data"].get("cause") for each in changes] == [None, "mapping"]
    world.wait(HOUR)
    world.crm.hand_over(world.lead(contact).id, "005TW1")
    world.run()
    told = [each["data"] for each in events(world) if each["kind"] == "owner_changed"]
    assert [each.get("cause") for each in told if each["owner"] == "005TW1"] == [None]


def test_the_owner_in_sales_comes_back_to_marketing_and_a_queue_is_nobody(ledger: Ledger) -> None:
    back = {"from": "OwnerId", "direction": "to_marketing"}
    world = made(ledger, {"hubspot_owner_id": back})
    contact = world.mql(hubspot_owner_id=TWIN)
    assert world.run().refused == 0
    assert world.marketing.contacts[contact].values["hubspot_owner_id"] == TWIN
    world.wait(HOUR)
    world.crm.hand_over(world.lead(contact).id, "005ANA")
    world.run()
    assert world.marketing.contacts[contact].values["hubspot_owner_id"] == ANA
    world.wait(HOUR)
    assert world.run().written == 0


def test_owners_are_asked_for_once_a_day_and_only_where_a_rule_needs_them(ledger: Ledger) -> None:
    world = made(ledger, {})
    world.run()
    assert world.crm.faults.count["owners"] == world.marketing.faults.count["owners"] == 0
    world.company = company(mapping={"OwnerId": RULE})
    for _ in range(3):
        world.wait(HOUR)
        world.run()
    assert world.crm.faults.count["owners"] == world.marketing.faults.count["owners"] == 1


def test_without_the_right_to_read_owners_nothing_is_mapped_and_the_fault_is_told(ledger: Ledger) -> None:
    world = World(ledger, company=company(mapping={"OwnerId": RULE}))
    world.marketing.ensure(wanted_fields("hubspot"), [])
    fault = CredentialsRefused("HubSpot: grant crm.objects.owners.read", system="hubspot", log="403")
    world.marketing.faults.fail("owners", fault)
    summary = world.run()
    assert [str(each) for each in summary.faults] == ["HubSpot: grant crm.objects.owners.read"]
    assert summary.written == 0
    world.wait(HOUR)
    assert world.run().faults == []


def test_no_address_of_a_user_is_in_events_lists_or_logs(ledger: Ledger) -> None:
    with structlog.testing.capture_logs() as logs:
        world = made(ledger)
        for owner in (ANA, BEA, GONE, TWIN, "99"):
            world.mql(email=None, hubspot_owner_id=owner)
        plan = world.plan()
        world.run()
        world.wait(DAY)
        world.run()
    told = f"{logs} {events(world)} {refusals(world)} {plan.as_row()}".lower()
    assert "005ana" in told
    assert [each.email for each in SALES if each.email and each.email.lower() in told] == []


def test_a_default_that_is_no_user_stops_the_run_before_it_begins(ledger: Ledger) -> None:
    world = World(ledger, company=company(mapping={"OwnerId": {**RULE, "default": "nobody@example.org"}}))
    world.crm.people = list(SALES)
    world.marketing.ensure(wanted_fields("hubspot"), [])
    with pytest.raises(ConfigurationError, match="owner_missing"):
        world.run()


def test_two_givers_of_owners_are_a_fault_of_the_configuration() -> None:
    routing = {"routing": {"enabled": True, "owners": ["005ANA"]}}
    with pytest.raises(ConfigurationError) as caught:
        company(mapping={"OwnerId": "owner"}, agreement=routing)
    assert [each.key for each in caught.value.problems] == ["companies.acme.mapping.OwnerId.wins"]
    assert company(mapping={"OwnerId": RULE}, agreement=routing).rules


def test_where_leads_are_routed_one_whose_owner_is_known_is_left_to_them(ledger: Ledger) -> None:
    world = made(ledger, agreement={"routing": {"enabled": True, "owners": ["005BEA"]}})
    theirs, others = world.mql(hubspot_owner_id=ANA), world.mql()
    world.run()
    assert (world.lead(theirs).owner, world.lead(others).owner) == ("005ANA", "005BEA")

"""What a lead wants no more of: known before it is passed, and carried from one side to the other."""

import pytest

from connectors.base import FieldInfo
from mapping.records import ValueType
from policies.events import Event, Kind
from sync.accounts import forget_accounts
from sync.ledger import facts, leads
from tests.flow.world import DAY, SELLER, World, company


@pytest.fixture
def world(world: World) -> World:
    world.marketing.fields["hs_email_optout"] = FieldInfo(
        name="hs_email_optout", label="Unsubscribed", type=ValueType.bool, writable=False
    )
    world.begin()
    return world


def facts_of(world: World, contact: str) -> list[Event]:
    lead = f"hubspot-4242-{contact}"
    with world.ledger.read("acme") as tx:
        return facts.events_of(tx, [lead])[lead]


def place_of(world: World, contact: str) -> str | None:
    lead = f"hubspot-4242-{contact}"
    with world.ledger.read("acme") as tx:
        return leads.leads_by_id(tx, [lead])[lead].place


def test_a_lead_that_wants_no_e_mail_is_passed_for_the_other_channels_and_the_brief_says_so(
    world: World,
) -> None:
    contact = world.mql(hs_email_optout=True)
    world.run()
    assert [each.data["channel"] for each in facts_of(world, contact) if each.kind is Kind.opted_out] == [
        "email"
    ]
    assert "opted out" in str(world.lead(contact).values["Acuerdo_Brief__c"])
    world.wait(DAY)
    world.crm.act(world.lead(contact).id, "email", by=SELLER)
    world.run()
    assert world.shown(contact) != "in_follow_up"


def test_a_lead_that_no_agreed_channel_may_reach_is_not_passed(world: World) -> None:
    channels = {"channels": ["email"], "first_channel": "email", "min_channels": 1}
    world.company = company(agreement={"attempts": channels})
    with world.ledger.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM agreement")  # the agreement is published anew
    contact = world.mql(hs_email_optout=True)
    world.run()
    assert world.leads(contact) == []
    assert place_of(world, contact) == "cancelled"


def test_a_lead_that_may_be_written_to_says_nothing(world: World) -> None:
    contact = world.mql(hs_email_optout=False)
    world.run()
    assert [each for each in facts_of(world, contact) if each.kind is Kind.opted_out] == []
    assert len(world.leads(contact)) == 1


@pytest.mark.parametrize(("field", "channel"), [("HasOptedOutOfEmail", "email"), ("DoNotCall", "phone")])
def test_what_a_person_tells_sales_is_a_fact_once_and_no_attempt_by_that_channel_counts(
    world: World, field: str, channel: str
) -> None:
    for kind in ("Lead", "Contact"):
        world.crm.fields[kind][field] = FieldInfo(name=field, label=field, type=ValueType.bool, writable=True)
    contact = world.mql()
    world.run()
    world.wait(3600)
    record = world.lead(contact).id
    world.crm.edit(record, {field: True})
    world.run()
    world.wait(3600)
    world.crm.edit(record, {"Acuerdo_Note__c": "seen again"})
    world.crm.act(record, channel, by=SELLER)
    world.run()
    told = [each for each in facts_of(world, contact) if each.kind is Kind.opted_out]
    assert [each.data["channel"] for each in told] == [channel]
    assert world.shown(contact) != "in_follow_up"
    world.wait(60)
    assert world.run().written == 0


def test_a_crm_that_has_no_such_fields_says_nothing(world: World) -> None:
    contact = world.mql()
    world.run()
    assert [each for each in facts_of(world, contact) if each.kind is Kind.opted_out] == []


def test_what_marketing_knows_is_written_to_the_crm_and_never_taken_back(world: World) -> None:
    field = FieldInfo(name="HasOptedOutOfEmail", label="Email Opt Out", type=ValueType.bool, writable=True)
    world.crm.fields["Lead"]["HasOptedOutOfEmail"] = field
    forget_accounts(world.ledger, "acme")
    world.company = company(mapping={"HasOptedOutOfEmail": {"from": "opted_out", "transform": "only_true"}})
    contact = world.mql(hs_email_optout=False)
    world.run()
    world.wait(60)
    world.crm.edit(world.lead(contact).id, {"HasOptedOutOfEmail": True})
    world.run()
    world.wait(60)
    world.marketing.change(contact, {"hs_email_optout": False, "phone": "+34911234599"})
    world.run()
    assert world.lead(contact).values["HasOptedOutOfEmail"] is True
    other = world.mql(hs_email_optout=True)
    world.run()
    assert world.lead(other).values["HasOptedOutOfEmail"] is True

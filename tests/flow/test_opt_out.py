"""What a lead wants no more of: known before it is passed, and carried from one side to the other."""

from dataclasses import replace

import pytest

from connectors.base import FieldInfo, Outcome
from connectors.errors import Unavailable
from mapping.records import ValueType
from policies.events import Event, Kind
from sync.accounts import forget_accounts
from sync.difference import differences_of
from sync.ledger import facts, intents, leads, refusals
from sync.limits import LimitExceeded, Limits
from tests.flow.world import DAY, SELLER, World, company

TICK = FieldInfo(name="HasOptedOutOfEmail", label="Email Opt Out", type=ValueType.bool, writable=True)


@pytest.fixture
def world(world: World) -> World:
    world.begin()
    return world


@pytest.fixture
def ticking(world: World) -> World:
    """A CRM that has the field of opt-outs."""
    for kind in ("Lead", "Contact"):
        world.crm.fields[kind][TICK.name] = TICK
    forget_accounts(world.ledger, "acme")
    return world


def tick(world: World, contact: str) -> None:
    """The person tells sales, who tick the box."""
    world.wait(3600)
    world.crm.edit(world.lead(contact).id, {TICK.name: True})


def opted_out(world: World, contact: str) -> bool:
    return world.marketing.contacts[contact].values.get("hs_email_optout") is True


def carried(world: World) -> list[str]:
    """The leads of which marketing was told."""
    return [lead for verb, lead in world.marketing.faults.written if verb == "opt_out"]


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


def test_what_a_person_tells_sales_is_told_to_marketing_once_and_only_of_them(ticking: World) -> None:
    world = ticking
    contact, other = world.mql(), world.mql()
    world.run()
    tick(world, contact)
    plan = world.plan()
    (planned,) = [each for each in plan.writes if each.verb == "opt_out"]
    assert planned.lead == f"hubspot-4242-{contact}"
    (shown,) = differences_of(planned, plan.hidden)
    assert (shown.field, shown.new) == ("opted_out", "email"), "the channel is nobody's secret"
    assert world.run().written >= 1
    assert (opted_out(world, contact), opted_out(world, other)) == (True, False)
    for _ in range(2):
        world.wait(60)
        assert world.run().written == 0
    assert carried(world) == [f"hubspot-4242-{contact}"]


def test_who_subscribes_again_of_their_own_will_is_not_unsubscribed_by_an_old_tick(ticking: World) -> None:
    world = ticking
    contact = world.mql()
    world.run()
    tick(world, contact)
    world.run()
    world.wait(60)
    world.run()
    world.marketing.change(contact, {"hs_email_optout": False})
    world.wait(60)
    world.crm.edit(world.lead(contact).id, {"Acuerdo_Note__c": "seen again"})
    world.run()
    assert not opted_out(world, contact)


@pytest.mark.parametrize("late", [False, True], ids=["before it is passed", "after"])
def test_our_own_tick_is_not_what_a_person_told_sales(ticking: World, *, late: bool) -> None:
    world = ticking
    contact = world.mql(hs_email_optout=not late)
    world.run()
    if late:
        world.wait(60)
        world.marketing.change(contact, {"hs_email_optout": True})
        world.run()
    assert world.lead(contact).values[TICK.name] is True
    world.marketing.change(contact, {"hs_email_optout": False})
    for note in ("seen", "seen again"):
        world.wait(60)
        world.crm.edit(world.lead(contact).id, {"Acuerdo_Note__c": note})
        world.run()
    assert carried(world) == []
    assert not opted_out(world, contact)
    assert world.lead(contact).values[TICK.name] is True


def test_our_own_tick_is_known_for_ours_where_a_run_broke_off_before_it_was_read(ticking: World) -> None:
    world = ticking
    contact = world.mql(hs_email_optout=True)
    world.crm.faults.fail("changes", Unavailable("down", system="salesforce"), skip=1)
    assert world.run().faults
    world.marketing.change(contact, {"hs_email_optout": False})
    world.wait(60)
    world.run()
    assert carried(world) == []
    assert not opted_out(world, contact)


def test_a_box_that_sales_clears_subscribes_nobody(ticking: World) -> None:
    world = ticking
    contact = world.mql()
    world.run()
    tick(world, contact)
    world.run()
    world.wait(60)
    world.crm.edit(world.lead(contact).id, {TICK.name: False})
    world.run()
    world.wait(60)
    world.run()
    assert opted_out(world, contact)


def test_a_call_that_nobody_wants_is_no_matter_of_marketings_mail(ticking: World) -> None:
    world = ticking
    world.crm.fields["Lead"]["DoNotCall"] = replace(TICK, name="DoNotCall")
    contact = world.mql()
    world.run()
    world.wait(3600)
    world.crm.edit(world.lead(contact).id, {"DoNotCall": True})
    world.run()
    assert carried(world) == []


def test_a_company_may_keep_opt_outs_where_they_are(ticking: World) -> None:
    world = ticking
    world.company = company(marketing={"opt_outs": False}, mapping={TICK.name: False})
    contact, other = world.mql(), world.mql(hs_email_optout=True)
    world.run()
    tick(world, contact)
    world.run()
    assert carried(world) == []
    assert TICK.name not in world.lead(other).values


def test_an_opt_out_that_marketing_refuses_is_listed_with_the_remedy_and_stops_nothing(
    ticking: World,
) -> None:
    world = ticking
    contact = world.mql()
    world.run()
    tick(world, contact)
    lead = f"hubspot-4242-{contact}"
    world.marketing.faults.answer("opt_out", lead, Outcome.refused, "MISSING_SCOPES", "add the scope")
    summary = world.run()
    assert (summary.refused, summary.faults) == (1, [])
    with world.ledger.read("acme") as tx:
        (refusal,) = refusals.listed(tx)
    assert (refusal.operation, refusal.message) == ("opt_out", "add the scope")


def test_opt_outs_are_held_against_the_limits(ticking: World) -> None:
    world = ticking
    contacts = [world.mql() for _ in range(3)]
    world.run()
    for contact in contacts:
        tick(world, contact)
    world.company = replace(world.company, limits=Limits(change_records=2, change_share=0))
    assert world.plan().stopped
    with pytest.raises(LimitExceeded):
        world.run()
    assert carried(world) == []


def test_a_run_that_is_killed_tells_marketing_in_the_next_one(ticking: World) -> None:
    world = ticking
    contact = world.mql()
    world.run()
    tick(world, contact)
    world.marketing.faults.fail("opt_out", Unavailable("down", system="hubspot"), after=1)
    world.run()
    world.run()
    assert opted_out(world, contact)
    world.wait(60)
    assert world.run().written == 0


def test_what_marketing_knows_is_written_to_the_crm_without_a_rule_and_never_taken_back(
    ticking: World,
) -> None:
    world = ticking
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


def test_a_crm_that_hides_the_field_of_opt_outs_is_written_without_it(world: World) -> None:
    world.crm.fields["Lead"][TICK.name] = replace(TICK, writable=False)
    forget_accounts(world.ledger, "acme")
    contact = world.mql(hs_email_optout=True)
    world.run()
    assert TICK.name not in world.lead(contact).values


def test_a_mail_that_comes_back_is_no_attempt_and_closes_e_mail_but_no_other_channel(world: World) -> None:
    contact = world.mql()
    world.run()
    world.wait(3600)
    record = world.lead(contact).id
    sent = world.crm.act(record, "email", by=SELLER)
    world.wait(120)
    world.crm.bounce(sent)
    world.run()
    (fact,) = [each for each in facts_of(world, contact) if each.kind is Kind.bounced]
    assert fact.data["channel"] == "email"
    assert world.shown(contact) == "waiting_first_contact"
    world.wait(3600)
    world.crm.act(record, "email", by=SELLER)
    world.run()
    assert world.shown(contact) == "waiting_first_contact"
    world.wait(3600)
    world.crm.act(record, "phone", by=SELLER)
    world.run()
    assert world.shown(contact) == "in_follow_up"
    assert len([each for each in facts_of(world, contact) if each.kind is Kind.bounced]) == 1


@pytest.mark.parametrize("late", [False, True], ids=["before it is passed", "after"])
def test_a_hard_bounce_of_marketing_closes_e_mail_too(world: World, *, late: bool) -> None:
    name = "hs_email_hard_bounce_reason_enum"
    world.marketing.fields[name] = FieldInfo(
        name=name, label="Bounced", type=ValueType.choice, writable=False
    )
    forget_accounts(world.ledger, "acme")
    contact = world.mql(**({} if late else {name: "UNKNOWN_USER"}))
    world.run()
    world.wait(3600)
    if late:
        world.marketing.change(contact, {name: "UNKNOWN_USER"})
        world.run()
    else:
        assert "comes back" in str(world.lead(contact).values["Acuerdo_Brief__c"])
    for _ in range(2):
        world.wait(3600)
        world.crm.act(world.lead(contact).id, "email", by=SELLER)
        world.run()
    assert [each.data for each in facts_of(world, contact) if each.kind is Kind.bounced] == [
        {"channel": "email"}
    ]
    assert world.shown(contact) == "waiting_first_contact"


@pytest.mark.parametrize("when", ["before sales are told", "before marketing is told"])
def test_the_opt_out_of_a_lead_that_marketing_merges_is_told_of_the_survivor(
    ticking: World, when: str
) -> None:
    world = ticking
    kept, lost, last = world.mql(), world.mql(), world.mql()
    world.run()
    record = world.lead(lost).id
    world.wait(3600)
    if when == "before marketing is told":
        world.crm.edit(record, {TICK.name: True})
        world.marketing.faults.fail("opt_out", Unavailable("down", system="hubspot"))
        world.run()
    for survivor, loser in ((kept, lost), (last, kept)):
        world.marketing.merge(survivor, loser)
        world.wait(60)
        world.run()
    world.crm.edit(record, {TICK.name: True})
    world.wait(60)
    world.run()
    assert opted_out(world, last)
    world.wait(60)
    world.run()
    assert len(carried(world)) == 1


def test_an_opt_out_of_a_contact_that_is_gone_since_it_was_read_is_told_of_its_survivor(
    ticking: World,
) -> None:
    world = ticking
    kept, lost = world.mql(), world.mql()
    world.run()
    tick(world, lost)
    world.marketing.faults.answer("opt_out", f"hubspot-4242-{lost}", Outcome.gone, "ABSENT", "merged")
    world.run()
    world.marketing.faults.mend("opt_out", f"hubspot-4242-{lost}")
    world.marketing.merge(kept, lost)
    world.wait(60)
    world.run()
    assert opted_out(world, kept)


def test_an_old_tick_on_the_contact_that_a_lead_becomes_unsubscribes_nobody_again(ticking: World) -> None:
    world = ticking
    contact = world.mql()
    world.run()
    tick(world, contact)
    world.run()
    world.wait(60)
    world.marketing.change(contact, {"hs_email_optout": False})
    world.run()
    world.wait(60)
    world.crm.convert(world.lead(contact).id, deal=False)
    for _ in range(2):
        world.run()
        world.wait(60)
    assert not opted_out(world, contact)


def test_a_tick_that_comes_with_the_conversion_is_what_a_person_told_sales(ticking: World) -> None:
    world = ticking
    contact = world.mql()
    world.run()
    world.wait(3600)
    person, _ = world.crm.convert(world.lead(contact).id, deal=False)
    world.crm.edit(person, {TICK.name: True})
    world.run()
    assert opted_out(world, contact)


def test_an_opt_out_of_a_deleted_contact_is_owed_to_nobody_until_it_is_restored(ticking: World) -> None:
    world = ticking
    contact = world.mql()
    world.run()
    world.marketing.archive(contact)
    tick(world, contact)
    world.run()
    with world.ledger.read("acme") as tx:
        assert intents.owed_of(tx, [f"hubspot-4242-{contact}"], intents.OPT_OUT) == {}
    world.marketing.restore(contact)
    world.wait(60)
    world.run()
    assert opted_out(world, contact)

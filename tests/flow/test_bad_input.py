"""Leads and systems as they should not be: each is told by name, and stops nothing else."""

import time

import pytest
from sqlalchemy import select

from connectors.base import Outcome
from connectors.errors import CredentialsRefused, QuotaUsedUp, Unavailable
from mapping.problems import ConfigurationError
from mapping.records import Value
from sync.accounts import wanted_fields
from sync.cycle import Summary
from sync.ledger import refusals, runs, schema
from sync.ledger.store import Ledger
from sync.limits import LimitExceeded
from tests.doubles.crm import MemoryCrm
from tests.flow.world import DAY, HOUR, MONDAY, MQL, SELLER, World, company


def place(world: World, contact: str) -> str | None:
    with world.ledger.read("acme") as tx:
        query = select(schema.lead.c.place).where(schema.lead.c.id == f"hubspot-4242-{contact}")
        found: str | None = tx.connection.execute(query).scalar_one()
        return found


def refused(world: World) -> list[refusals.Refusal]:
    with world.ledger.read("acme") as tx:
        return refusals.listed(tx)


def passes_beside(world: World, **values: Value) -> tuple[str, Summary]:
    """A lead with these values and a sound one; the sound one is passed whatever becomes of the other."""
    world.begin()
    odd, sound = world.mql(**values), world.mql()
    summary = world.run()
    assert world.shown(sound) == "waiting_first_contact"
    return odd, summary


def test_a_lead_nobody_can_reach_is_a_draft_that_marketing_owes_until_it_lapses(world: World) -> None:
    odd, _ = passes_beside(world, email="not an address", phone="12")
    assert world.leads(odd) == []
    assert world.shown(odd) == "draft"
    shown = world.marketing.contacts[odd].values
    assert shown["acuerdo_sla_owed_by"] == "marketing"
    assert shown["acuerdo_sla_due_at"] == world.marketing.contacts[odd].dated["lifecyclestage"] + 4 * HOUR
    world.wait(5 * DAY)
    world.run()
    assert place(world, odd) == "draft"
    world.wait(5 * DAY)
    world.run()
    assert place(world, odd) == "cancelled"
    assert world.marketing.contacts[odd].values["acuerdo_reason"] == "not_delivered"
    assert world.leads(odd) == []


def test_a_draft_passes_once_its_contact_can_be_reached(world: World) -> None:
    odd, _ = passes_beside(world, email=None, phone=None)
    world.wait(HOUR)
    world.marketing.change(odd, {"phone": "+34911234568"})
    world.run()
    assert world.lead(odd).values["Phone"] == "+34911234568"
    assert world.shown(odd) == "waiting_first_contact"


@pytest.mark.parametrize("account", [None, "", "   "])
def test_a_lead_without_account_says_so_in_the_crm(world: World, account: str | None) -> None:
    odd, _ = passes_beside(world, company=account)
    assert world.lead(odd).values["Company"] == "[not provided]"


def test_a_name_too_long_is_refused_with_the_field_and_both_lengths_and_passes_when_mended(
    world: World,
) -> None:
    odd, summary = passes_beside(world, lastname="L" * 300)
    assert summary.refused == 1
    (refusal,) = refused(world)
    assert refusal.lead == f"hubspot-4242-{odd}"
    assert all(word in refusal.message for word in ("LastName", "300", "80"))
    assert "LLL" not in refusal.message
    assert world.shown(odd) == "refused"
    assert world.run().counts["push"]["created"] == 0
    assert len(refused(world)) == 1
    world.wait(HOUR)
    world.marketing.change(odd, {"lastname": "Short"})
    assert world.run().refused == 0
    assert world.lead(odd).values["LastName"] == "Short"


@pytest.mark.parametrize(
    "name",
    [
        "Zoë 🎉👩‍👩‍👧",
        "O'Brien, Jr.",
        'Ana "la jefa"',
        '=HYPERLINK("http://x.example","y")',
        "+1;-1@x",
        "a\\b{{ lead.email }}",
    ],
)
def test_a_name_arrives_as_it_was_written(world: World, name: str) -> None:
    odd, _ = passes_beside(world, lastname=name, company=name)
    assert world.lead(odd).values["LastName"] == name
    assert world.lead(odd).values["Company"] == name


def test_a_broken_date_is_noted_and_stops_nobody(world: World) -> None:
    odd, _ = passes_beside(world, createdate="the day before yesterday")
    assert world.shown(odd) == "waiting_first_contact"
    with world.ledger.read("acme") as tx:
        query = select(schema.lead.c.evaluation).where(schema.lead.c.id == f"hubspot-4242-{odd}")
        problems = tx.connection.execute(query).scalar_one()["problems"]
    assert [each["field"] for each in problems] == ["created_at"]


def test_an_unknown_field_in_the_mapping_stops_the_run_with_the_nearest_name() -> None:
    with pytest.raises(ConfigurationError) as caught:
        company(mapping={"Email": "emial"})
    (problem,) = caught.value.problems
    assert problem.key == "companies.acme.mapping.Email.from"
    assert "email" in problem.write


def test_a_mapping_to_a_field_the_crm_lacks_stops_the_run_with_the_nearest_name(ledger: Ledger) -> None:
    world = World(ledger, company=company(mapping={"Titel": "job_title"}))
    world.marketing.ensure(wanted_fields("hubspot"), [])
    with pytest.raises(ConfigurationError) as caught:
        world.run()
    (problem,) = caught.value.problems
    assert "Titel" in problem.key
    assert "Title" in problem.write


def test_a_crm_without_our_fields_stops_the_run_before_any_write_and_says_run_setup(ledger: Ledger) -> None:
    world = World(ledger, crm=MemoryCrm(now=MONDAY, queue=SELLER, with_fields=False))
    world.marketing.ensure(wanted_fields("hubspot"), [])
    world.mql()
    with pytest.raises(ConfigurationError) as caught:
        world.run()
    assert any("Lead.Acuerdo_Lead_Id__c" in each.what for each in caught.value.problems)
    assert all("setup" in each.write for each in caught.value.problems)
    assert world.crm.rows == {}
    assert world.marketing.faults.written == []


def test_a_refused_credential_of_one_vendor_is_told_and_the_other_is_still_served(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(5 * HOUR)
    refused = CredentialsRefused("the token is wrong", system="hubspot")
    world.marketing.faults.fail("changed", refused, times=1)
    summary = world.run()
    assert [type(each) for each in summary.faults] == [CredentialsRefused]
    assert world.lead(contact).values["Acuerdo_SLA_Status__c"] == "breached"


def test_with_marketing_down_sales_is_still_observed_judged_and_shown_and_the_next_run_catches_up(
    world: World,
) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    world.crm.act(world.lead(contact).id, "phone", by=SELLER)
    late = world.mql()
    down = Unavailable("no answer", system="hubspot")
    for verb in ("changed", "read", "write_status", "put_on_track", "set_stage"):
        world.marketing.faults.fail(verb, down, times=99)
    summary = world.run()
    assert [each.system for each in summary.faults] == ["hubspot"]
    assert world.lead(contact).values["Acuerdo_SLA_Status__c"] == "in_follow_up"
    assert world.marketing.contacts[contact].values["acuerdo_sla_status"] == "waiting_first_contact"
    world.marketing.faults.pending.clear()
    world.wait(60)
    world.run()
    assert world.shown(contact) == "in_follow_up"
    assert world.shown(late) == "waiting_first_contact"
    assert world.run().written == 0


def test_pages_that_were_stored_before_the_platform_failed_are_told(world: World) -> None:
    world.begin()
    world.marketing.page_size = 1
    world.mql()
    world.mql()
    world.marketing.faults.fail("changed", Unavailable("no answer", system="hubspot"), after=1)
    summary = world.run()
    assert [each.system for each in summary.faults] == ["hubspot"]
    assert dict(summary.counts["pull"]) == {"read": 1, "changed": 1}


def test_what_was_written_before_the_crm_failed_is_told(world: World) -> None:
    world.begin()
    world.mql()
    world.crm.faults.fail("write_status", Unavailable("no answer", system="salesforce"))
    summary = world.run()
    assert [each.system for each in summary.faults] == ["salesforce"]
    assert summary.counts["write_back"]["tasks"] == 1
    assert "crm" not in summary.counts["write_back"]
    assert summary.written == 3, "the lead, its task, and the status that marketing shows"


def test_with_the_crm_down_leads_are_still_pulled_and_passed_by_the_next_run(world: World) -> None:
    world.begin()
    contact = world.mql()
    down = Unavailable("no answer", system="salesforce")
    for verb in ("find", "push", "changes", "touches", "deals", "write_status", "create_tasks"):
        world.crm.faults.fail(verb, down, times=99)
    summary = world.run()
    assert [each.system for each in summary.faults] == ["salesforce"]
    assert summary.counts["pull"]["changed"] == 1
    assert summary.counts["qualify"]["passed"] == 1
    assert world.crm.rows == {}
    world.crm.faults.pending.clear()
    world.wait(60)
    assert world.run().counts["pull"]["changed"] <= 1
    assert world.shown(contact) == "waiting_first_contact"
    assert world.run().written == 0


def test_a_first_run_over_twenty_thousand_old_mqls_creates_none_and_a_backfill_stops_at_the_limit(
    ledger: Ledger,
) -> None:
    world = World(ledger)
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.marketing.page_size = 1000
    world.wait(-300 * DAY)
    for _ in range(19_400):
        world.mql()
    world.wait(299 * DAY)
    for _ in range(600):
        world.mql()
    world.wait(DAY)
    summary = world.run()
    assert summary.counts["qualify"] == {"history": 20_000}
    assert summary.written == 0
    world.wait(HOUR)
    with pytest.raises(LimitExceeded, match="--allow-changes 600"):
        world.run(backfill=MONDAY - 3 * DAY)
    assert world.crm.rows == {}
    assert world.marketing.faults.written == []


def test_a_vendor_whose_quota_is_used_up_is_left_alone_until_it_is_renewed(world: World) -> None:
    world.begin()
    contact = world.mql()
    until = int(time.time()) + HOUR
    world.marketing.faults.fail("changed", QuotaUsedUp("used up", system="hubspot", until=until))
    first = world.run()
    assert [type(each) for each in first.faults] == [QuotaUsedUp]
    before = world.marketing.calls().total
    again = world.run()
    assert [(type(each), str(each)) for each in again.faults] == [(QuotaUsedUp, "used up")]
    assert world.marketing.calls().total == before
    with world.ledger.write("acme", world.now) as tx:
        runs.put_answer(tx, "hubspot", "quota", {"until": int(time.time()) - 1, "told": "used up"})
    assert world.run().faults == []
    assert world.shown(contact) == "waiting_first_contact"


def test_a_refused_lead_that_was_deleted_meanwhile_is_not_tried_again(world: World) -> None:
    world.begin()
    contact = world.mql()
    lead = f"hubspot-4242-{contact}"
    world.crm.faults.answer("push", lead, Outcome.refused)
    world.run()
    world.marketing.archive(contact)
    for _ in range(3):
        world.wait(DAY)
        world.run()
    with world.ledger.write("acme", world.now) as tx:
        refusals.ask_again(tx)
    world.crm.faults.mend("push", lead)
    world.wait(60)
    assert world.run().written == 0
    assert world.leads(contact) == []


@pytest.mark.parametrize("hours", [5, -5])
def test_a_marketing_clock_that_is_hours_off_loses_nobody_and_passes_nobody_twice(
    world: World, hours: int
) -> None:
    world.begin()
    world.wait(6 * HOUR)
    world.marketing.now = world.crm.now + hours * HOUR
    contact = world.marketing.add(
        {"email": "eva@example.org", "lastname": "Eva", "company": "Example", "lifecyclestage": MQL},
        dated={"lifecyclestage": world.marketing.now},
    )
    for _ in range(7):
        world.run()
        world.crm.now += HOUR
        world.marketing.now += HOUR
    assert world.shown(contact) in ("waiting_first_contact", "at_risk", "breached")
    assert len(world.leads(contact)) == 1
    assert world.run().written == 0

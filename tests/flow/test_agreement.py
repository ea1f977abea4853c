"""Later versions of the agreement: what they change for whom, and from when."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.base import FieldInfo
from mapping.problems import ConfigurationError
from mapping.records import ValueType
from policies.agreement import Agreement, Signatures
from sync.company import read_company
from sync.ledger import exports
from sync.ledger.runs import Published
from sync.ledger.store import CompanyHeld
from sync.publication import propose, publish_proposal
from tests.flow.world import DAY, HOUR, SECRETS, TABLE, World, company

BOTH = Signatures(marketing="Ana", sales="Luis")


def publish(
    world: World, agreement: Agreement, effective_from: int | None = None, signed_by: Signatures = BOTH
) -> Published:
    """This agreement is configured, and published as of the world's present."""
    world.company = replace(world.company, agreement=agreement)
    proposal = propose(
        world.ledger, world.company, now=world.now, signed_by=signed_by, effective_from=effective_from
    )
    return publish_proposal(world.ledger, world.company, proposal, now=world.now)


def agree(
    world: World, *, effective_from: int | None = None, signed_by: Signatures = BOTH, **parts: Any
) -> Published:
    """The usual agreement with these parts."""
    return publish(world, company(agreement=parts).agreement, effective_from, signed_by)


def define(world: World, mql: Any) -> Published:
    """The usual agreement with another definition of MQL."""
    agreement = {**TABLE["agreement"], "definitions": {"mql": mql}}
    return publish(world, read_company("acme", {**TABLE, "agreement": agreement}, SECRETS, Path()).agreement)


def rows(world: World, table: str) -> list[dict[str, Any]]:
    with world.ledger.read("acme") as tx:
        return [dict(row) for row in exports.rows_of(tx, table)]


def due_of(world: World, contact: str, clock: str = "first_attempt") -> int:
    (row,) = [
        each
        for each in rows(world, "clock")
        if each["lead"].endswith(f"-{contact}") and each["name"] == clock
    ]
    return int(row["due_at"])


def test_a_running_handoff_keeps_its_version_and_one_delivered_later_takes_the_new_one(world: World) -> None:
    world.begin()
    early = world.mql()
    world.run()
    delivered = world.now
    assert due_of(world, early) == delivered + 4 * HOUR
    world.wait(60)
    agree(world, clocks={"first_attempt": {"target": "2h"}})
    world.wait(60)
    late = world.mql()
    world.run()
    assert due_of(world, late) == world.now + 2 * HOUR
    assert due_of(world, early) == delivered + 4 * HOUR
    assert {each["lead"][-3:]: each["agreement"] for each in rows(world, "handoff")} == {early: 1, late: 2}


def test_a_version_that_begins_later_changes_nothing_until_then(world: World) -> None:
    world.begin()
    agree(world, effective_from=world.now + DAY, clocks={"first_attempt": {"target": "2h"}})
    world.wait(60)
    before = world.mql()
    world.run()
    assert due_of(world, before) == world.now + 4 * HOUR
    world.wait(DAY)
    after = world.mql()
    world.run()
    assert due_of(world, after) == world.now + 2 * HOUR


def test_edited_hours_hold_for_running_clocks_from_their_instant_on(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    agree(world, effective_from=world.now + 60, calendar={"week": {"mon-fri": ["09:00-11:00"]}})
    world.run()
    # Passed at 09:01; one hour and one minute until the change at 10:02, 58 minutes until 11:00; then two hours a day.
    world.until("2026-05-12T11:00:00+02:00")
    assert due_of(world, contact) == world.now + 22 * HOUR + 60, "2026-05-13 09:01"
    assert world.shown(contact) == "waiting_first_contact"


def test_edits_to_the_file_change_nothing_before_they_are_published(world: World) -> None:
    world.begin()
    configured = company(
        agreement={
            "clocks": {"first_attempt": {"target": "2h"}},
            "calendar": {"week": {"mon-fri": ["09:00-10:00"]}},
        }
    )
    world.company = replace(world.company, agreement=configured.agreement)
    contact = world.mql()
    assert world.run().notes == ["agreement_pending"]
    assert due_of(world, contact) == world.now + 4 * HOUR


def score(world: World) -> None:
    world.marketing.fields["fit_score"] = FieldInfo(
        name="fit_score", label="Fit", type=ValueType.number, writable=True
    )


LOOSER = {
    "any": [{"field": "lifecycle_stage", "eq": "marketingqualifiedlead"}, {"field": "fit_score", "gte": 50}]
}


def test_a_new_definition_reads_what_was_not_kept_and_passes_who_meets_it(world: World) -> None:
    """Only what the old definition used was kept of the lead; it has not changed since (promise 8)."""
    score(world)
    world.begin()
    contact = world.mql(lifecyclestage="lead", fit_score=80)
    other = world.mql(lifecyclestage="lead", fit_score=20)
    world.run()
    assert world.crm.rows == {}
    world.wait(2 * DAY)
    define(world, LOOSER)
    effective = world.now
    world.wait(60)
    world.run()
    assert world.shown(contact) == "waiting_first_contact"
    assert world.leads(other) == []
    (handoff,) = rows(world, "handoff")
    assert (handoff["agreement"], handoff["mql_at"]) == (2, effective), "nobody owed it before it was agreed"
    assert [each["state"] for each in rows(world, "clock") if each["name"] == "package"] == ["met"]
    kept = {each["id"]: each for each in rows(world, "record") if each["kind"] == "contact"}
    assert kept[other]["values"].keys() >= {"fit_score"}
    assert "email" not in kept[other]["values"]
    assert world.run().written == 0


def test_a_new_definition_does_not_bring_back_who_was_returned(world: World) -> None:
    score(world)
    world.begin()
    contact = world.mql(fit_score=80)
    world.run()
    world.wait(HOUR)
    world.crm.act(world.lead(contact).id, "phone", by="005A", answered=True, seconds=95)
    world.crm.edit(world.lead(contact).id, {"Acuerdo_Disposition__c": "not_now"})
    world.run()
    assert world.shown(contact) == "returned"
    world.wait(40 * DAY)
    define(world, LOOSER)
    world.wait(60)
    world.run()
    assert world.shown(contact) == "returned"


def test_a_new_definition_leaves_history_alone(world: World) -> None:
    """Evidence from before the agreement was enforced stays history: no storm."""
    score(world)
    old = world.mql(lifecyclestage="lead", fit_score=80)
    world.wait(30 * DAY)
    world.begin()
    define(world, LOOSER)
    world.wait(60)
    world.run()
    assert world.leads(old) == []
    assert world.shown(old) is None


def test_every_lead_is_qualified_anew_once_and_not_at_every_run(world: World) -> None:
    score(world)
    world.begin()
    world.mql(lifecyclestage="lead", fit_score=20)
    world.run()
    world.wait(60)
    define(world, LOOSER)
    world.wait(60)
    first = world.run()
    assert first.counts["pull"]["read"] == 1
    assert first.counts["qualify"]["not yet"] == 1
    world.wait(60)
    second = world.run()
    assert second.counts["pull"]["read"] == 0
    assert sum(second.counts["qualify"].values()) == 0


def test_a_plan_after_publishing_equals_the_run(world: World) -> None:
    score(world)
    world.begin()
    world.mql(lifecyclestage="lead", fit_score=80)
    world.run()
    world.wait(60)
    define(world, LOOSER)
    world.wait(60)
    planned = world.plan().totals
    summary = world.run()
    assert summary.counts["push"]["created"] == 1
    assert sum(planned.values()) == summary.written


def test_what_was_proposed_is_not_published_over_another_version(world: World) -> None:
    world.begin()
    world.company = replace(
        world.company, agreement=company(agreement={"attempts": {"minimum": 8}}).agreement
    )
    stale = propose(world.ledger, world.company, now=world.now, signed_by=BOTH)
    agree(world, attempts={"minimum": 9})
    with pytest.raises(CompanyHeld, match="published meanwhile"):
        publish_proposal(world.ledger, world.company, stale, now=world.now)


def test_an_agreement_that_nobody_signs_is_not_published(world: World) -> None:
    world.begin()
    with pytest.raises(ConfigurationError, match=r"signed_by\.sales"):
        propose(world.ledger, world.company, now=world.now, signed_by=Signatures(marketing="Ana"))


def test_another_definition_over_the_same_fields_needs_no_reading_again(world: World) -> None:
    world.begin()
    contact = world.mql(lifecyclestage="salesqualifiedlead")
    world.run()
    world.wait(60)
    define(world, {"field": "lifecycle_stage", "in": ["marketingqualifiedlead", "salesqualifiedlead"]})
    world.wait(60)
    summary = world.run()
    assert summary.counts["pull"]["read"] == 0
    assert summary.counts["qualify"]["passed"] == 1
    # what the package needs was not kept of a lead that was no MQL: it is read anew before the lead is passed
    assert world.lead(contact).values["Email"] == "lead1@example.org"


def test_a_code_that_sales_clears_in_time_was_never_said_and_later_it_is_told(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    lead = world.lead(contact).id
    world.crm.edit(lead, {"Acuerdo_Disposition__c": "no_budget"}, by="005A")
    world.run()
    assert world.shown(contact) == "returned"
    world.wait(600)
    world.crm.edit(lead, {"Acuerdo_Disposition__c": None}, by="005A")
    world.run()
    assert world.shown(contact) == "waiting_first_contact"
    assert contact not in world.marketing.lists["Acuerdo nurture"]
    world.crm.edit(lead, {"Acuerdo_Disposition__c": "no_budget"}, by="005A")
    world.run()
    world.wait(HOUR)
    world.crm.edit(lead, {"Acuerdo_Disposition__c": None}, by="005A")
    world.run()
    assert world.shown(contact) == "returned"
    assert world.run().written == 0

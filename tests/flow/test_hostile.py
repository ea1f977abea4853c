"""The engine before connectors that carry anything: what is sound passes, what is not is told, nothing falls over."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import select

from connectors.errors import ContractBroken
from mapping.records import Value
from sync.accounts import wanted_fields
from sync.ledger import schema
from sync.ledger.store import Ledger
from tests.doubles.crm import MemoryCrm
from tests.doubles.hostile import (
    EDGES_OF_TIME,
    NASTY_IDS,
    NASTY_TEXTS,
    WRONG_TYPES,
    ConfusedMarketing,
    ForgetfulCrm,
    HostileCrm,
    HostileMarketing,
)
from tests.flow.world import HOUR, MONDAY, SELLER, World


def hostile(ledger: Ledger) -> World:
    world = World(
        ledger,
        marketing=HostileMarketing(now=MONDAY, page_size=7),
        crm=HostileCrm(now=MONDAY, queue=SELLER, page_size=7),
    )
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    return world


def places(world: World) -> Mapping[str, str | None]:
    with world.ledger.read("acme") as tx:
        rows = tx.connection.execute(select(schema.lead.c.id, schema.lead.c.place))
        return {row.id: row.place for row in rows}


def odd_leads(world: World) -> list[str]:
    """A lead for each nasty value in each of these properties."""
    names = ("lastname", "firstname", "email", "phone", "company", "createdate", "jobtitle")
    values: list[Any] = [*NASTY_TEXTS, *WRONG_TYPES]
    return [world.mql(**{name: value}) for name in names for value in values]


def test_sound_leads_pass_beside_every_odd_one_and_each_odd_one_has_a_place(ledger: Ledger) -> None:
    world = hostile(ledger)
    first = world.mql()
    odd = odd_leads(world)
    last = world.mql()
    world.run()
    assert (world.shown(first), world.shown(last)) == ("waiting_first_contact", "waiting_first_contact")
    found = places(world)
    assert set(found) == {f"hubspot-4242-{each}" for each in [first, *odd, last]}
    assert None not in found.values()
    world.wait(60)
    assert world.run().written == 0


def test_odd_ids_are_passed_as_they_are_or_refused(ledger: Ledger) -> None:
    world = hostile(ledger)
    for odd in NASTY_IDS:
        known: dict[str, Value] = {
            "email": f"id{len(world.marketing.contacts)}@example.org",
            "lastname": "Odd",
        }
        stage: dict[str, Value] = {"company": "Example", "lifecyclestage": "marketingqualifiedlead"}
        world.marketing.add({**known, **stage}, record=odd, dated={"lifecyclestage": world.now})
    sound = world.mql()
    world.run()
    assert world.shown(sound) == "waiting_first_contact"
    assert set(places(world).values()) <= {"open", "assigned", "queued", "refused"}
    for odd in NASTY_IDS:
        if len(odd) < len("x" * 60):
            assert world.lead(odd).values["LastName"] == "Odd"


@pytest.mark.parametrize("at", EDGES_OF_TIME)
def test_times_beyond_all_calendars_stop_nobody(ledger: Ledger, at: int) -> None:
    world = hostile(ledger)
    odd = world.mql()
    world.marketing.contacts[odd].dated["lifecyclestage"] = at
    world.marketing.contacts[odd].changed_at = at
    sound = world.mql()
    summary = world.run()
    assert world.shown(sound) == "waiting_first_contact"
    judged = summary.counts["qualify"]
    assert judged["passed"] + judged["history"] == len((odd, sound)), (
        "1970 is history, what is no time is not"
    )


def test_what_sales_did_is_counted_once_however_often_a_page_comes(ledger: Ledger) -> None:
    world = hostile(ledger)
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    row = world.lead(contact)
    world.crm.act(row.id, "phone", by=SELLER)
    world.crm.sell(row.id)
    world.run()
    assert world.lead(contact).values["Acuerdo_Attempts__c"] == 1
    world.wait(60)
    assert world.run().written == 0


def test_a_crm_that_answers_too_few_rows_is_told_and_a_later_run_finds_what_it_made(ledger: Ledger) -> None:
    world = World(ledger, crm=ForgetfulCrm(now=MONDAY, queue=SELLER))
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    contact = world.mql()
    summary = world.run()
    assert [type(each) for each in summary.faults] == [ContractBroken]
    assert "Acuerdo_SLA_Status__c" not in world.lead(contact).values
    world.crm = as_it_should_be(world.crm)
    world.wait(60)
    assert world.run().faults == []
    assert world.lead(contact).values["Acuerdo_SLA_Status__c"] == "waiting_first_contact"


def as_it_should_be(crm: MemoryCrm) -> MemoryCrm:
    return MemoryCrm(**{each.name: getattr(crm, each.name) for each in fields(crm)})


def test_a_platform_that_answers_for_other_rows_is_told(ledger: Ledger) -> None:
    world = World(ledger, marketing=ConfusedMarketing(now=MONDAY))
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    world.mql()
    assert [type(each) for each in world.run().faults] == [ContractBroken]

"""Ten thousand leads that mean no good, the whole way of the engine: each is written as it is mapped, or refused.

Over the sandbox they go in `tests/system/test_hostile.py`.
"""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest
from sqlalchemy import select

from connectors.base import FieldInfo
from mapping.fields import properties_to_read
from mapping.mapper import Mapped, map_lead, prepare_rules
from mapping.reading import read_lead
from mapping.records import ValueType
from sync.accounts import wanted_fields
from sync.ledger import refusals, schema
from sync.ledger.migrate import prepare
from sync.ledger.store import Ledger
from tests.doubles.hostile import MAPPING, Refused, text, told_of, values
from tests.doubles.sales import LEAD_ID
from tests.flow.world import DAY, HOUR, MQL, World, company

LEADS, WORLDS = 10_000, 4  # parted, so that several workers share them
SEED = 20_260_512


def hostile_world(ledger: Ledger, numbers: Iterable[int]) -> World:
    world = World(ledger, company=company(mapping=MAPPING, limits={"create": False, "change_records": False}))
    world.marketing.page_size = 1000
    world.crm.page_size = 2000
    world.marketing.fields["city"] = FieldInfo(name="city", label="City", type=ValueType.text, writable=True)
    world.crm.fields["Lead"]["Email"] = replace(world.crm.fields["Lead"]["Email"], type=ValueType.email)
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    for number in numbers:
        made = values(random.Random(SEED + number), number)
        become = {"lifecyclestage": MQL, "createdate": world.now - DAY}
        world.marketing.add({**made, **become}, record=str(number), dated={"lifecyclestage": world.now})
    return world


def expected_of(world: World) -> dict[str, Mapped]:
    """What the mapping makes of each contact as marketing holds it now, by our id."""
    fields = world.company.fields
    mapper = prepare_rules(
        world.company.rules, world.crm.schema().kinds["Lead"], types=fields.types, country="ES"
    )
    found = {}
    for record in world.marketing.read(list(world.marketing.contacts), properties_to_read(fields)):
        reading = read_lead(record, fields, lead=f"hubspot-4242-{record.id}", profile_link=record.link)
        found[reading.lead.id] = map_lead(reading.lead, mapper)
    return found


def told(world: World) -> Counter[str]:
    """How many leads were written and how many refused; fails where one is neither, or not as it is mapped."""
    with world.ledger.read("acme") as tx:
        refused = {each.lead: Refused(code=each.code, message=each.message) for each in refusals.listed(tx)}
        noted = {
            row.id: {each["field"] for each in row.evaluation.get("problems", [])}
            for row in tx.connection.execute(select(schema.lead.c.id, schema.lead.c.evaluation))
        }
    rows = {str(row.values[LEAD_ID]): row.values for row in world.crm.rows.values()}
    for lead, values_ in rows.items():
        assert values_.get("Email") is not None or "email" in noted[lead], "left out with a note"
    return told_of(expected_of(world), rows, refused)


@pytest.mark.parametrize("world_number", range(WORLDS))
def test_ten_thousand_hostile_leads_are_each_written_as_mapped_or_refused_with_a_reason(
    ledger: Ledger, world_number: int
) -> None:
    share = LEADS // WORLDS
    world = hostile_world(ledger, range(share * world_number, share * (world_number + 1)))
    summary = world.run()
    assert summary.faults == []
    found = told(world)
    assert found["written"] + found["refused"] == share, "the CRM takes what the mapping lets pass"
    assert summary.counts["push"]["created"] == found["written"]
    assert min(found["written"], found["refused"], found["without an address"]) > share // 20


def test_a_run_after_hostile_leads_writes_nothing(ledger: Ledger) -> None:
    world = hostile_world(ledger, range(300))
    world.run()
    world.wait(60)
    assert world.run().written == 0


def test_hostile_changes_after_delivery_are_written_as_they_are_or_refused(ledger: Ledger) -> None:
    world = hostile_world(ledger, range(150))
    world.run()
    world.wait(HOUR)
    delivered = {str(row.values[LEAD_ID]) for row in world.crm.rows.values()}
    chance = random.Random(7)
    for contact in list(world.marketing.contacts):
        number = int(contact)
        world.marketing.change(contact, {"jobtitle": text(chance, number), "lastname": text(chance, number)})
    world.run()
    world.wait(60)
    assert world.run().counts["write_back"]["fields"] == 0
    with world.ledger.read("acme") as tx:
        refused = {each.lead for each in refusals.listed(tx)}
    assert delivered - refused
    for row in world.crm.rows.values():
        if str(row.values[LEAD_ID]) not in refused:
            contact = world.marketing.contacts[str(row.values[LEAD_ID]).rsplit("-", 1)[1]]
            last = str(contact.values["lastname"])
            assert row.values["LastName"] == (last if last.strip() else "[not provided]")


def test_a_ledger_on_postgresql_holds_hostile_leads_too(postgresql: str) -> None:
    ledger = Ledger(postgresql)
    try:
        prepare(ledger)
        world = hostile_world(ledger, range(60))
        world.run()
        found = told(world)
        assert found["written"] + found["refused"] == 60
    finally:
        ledger.close()

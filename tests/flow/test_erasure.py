"""A person who is erased: nothing of them stays, nobody passes them again, and the others go on."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from connectors.base import Outcome
from mapping.problems import ConfigurationError
from sync.erasure import Erasure, _hashes, erase_person, take_back
from sync.ledger import leads, schema
from sync.ledger.leads import LeadRow
from tests.flow.world import DAY, MQL, World

KEY = SecretStr("0123456789abcdef0123456789abcdef")
PERSON = {
    "email": "Erika@example.org",
    "firstname": "Erika",
    "lastname": "Unmistakable",
    "phone": "+34911222333",
}


@pytest.fixture
def world(world: World) -> World:
    world.company = replace(world.company, erasure_key=KEY)
    world.begin()
    return world


def row_of(world: World, contact: str) -> LeadRow:
    lead = f"hubspot-4242-{contact}"
    with world.ledger.read("acme") as tx:
        return leads.leads_by_id(tx, [lead])[lead]


def erase(world: World, contact: str, *, systems: bool = False) -> Erasure:
    row = row_of(world, contact)
    return erase_person(
        world.company, world.ledger, world.marketing, world.crm, row, now=world.now, systems=systems
    )


def dump(world: World) -> str:
    """Everything that the ledger holds, as one text."""
    with world.ledger.read("acme") as tx:
        rows = [
            dict(row)
            for table in schema.metadata.sorted_tables
            for row in tx.connection.execute(select(table)).mappings()
        ]
    return json.dumps(rows, ensure_ascii=False, default=str).lower()


def told(world: World) -> list[str]:
    everything = dump(world)
    return [each for each in ("erika", "unmistakable", "911222333") if each in everything]


def test_nothing_of_an_erased_person_stays_and_the_lead_is_in_the_place_of_the_erased(world: World) -> None:
    contact = world.mql(**PERSON)
    world.run()
    assert told(world)
    done = erase(world, contact)
    assert {name for name, count in done.emptied.items() if count} >= {"record", "package", "intent"}
    assert told(world) == []
    world.wait(60)
    world.run()
    assert told(world) == []
    assert row_of(world, contact).place == "erased"


def test_not_even_the_freed_pages_of_the_ledgers_file_hold_anything_of_an_erased_person(world: World) -> None:
    contacts = [world.mql(**{**PERSON, "email": f"erika{number}@example.org"}) for number in range(5)]
    world.run()
    for contact in contacts:
        erase(world, contact)
    file = world.ledger.url.database
    world.ledger.close()
    assert file is not None
    held = b"".join(each.read_bytes() for each in Path(file).parent.glob(f"{Path(file).name}*")).lower()
    assert b"waiting" in held
    assert [each for each in (b"erika", b"unmistakable", b"911222333") if each in held] == []


def test_no_run_writes_anything_of_an_erased_person_any_more(world: World) -> None:
    contact = world.mql(**PERSON)
    world.run()
    shown = world.shown(contact)
    erase(world, contact)
    for _ in range(3):
        world.wait(3 * DAY)
        assert world.plan().writes == ()
        assert world.run().written == 0
    assert world.shown(contact) == shown


def test_what_is_owed_of_an_erased_person_is_not_sent(world: World) -> None:
    contact = world.mql(**PERSON)
    lead = f"hubspot-4242-{contact}"
    world.crm.faults.answer("push", lead, Outcome.retry)
    world.run()
    world.crm.faults.mend("push", lead)
    assert {each.verb for each in world.plan().writes} >= {"push"}
    erase(world, contact)
    world.wait(60)
    assert world.plan().writes == ()


def test_the_person_is_not_passed_again_under_another_id(world: World) -> None:
    contact = world.mql(**PERSON)
    world.run()
    erase(world, contact)
    world.wait(60)
    again = world.mql(**{**PERSON, "email": " ERIKA@example.org "})
    other = world.mql(email="other@example.org")
    world.run()
    assert world.leads(again) == []
    assert len(world.leads(other)) == 1
    assert told(world) == []
    assert world.run().written == 0


def test_a_change_of_the_persons_record_brings_nothing_back(world: World) -> None:
    contact = world.mql(**PERSON)
    world.run()
    erase(world, contact)
    world.wait(60)
    world.marketing.change(contact, {"email": "other@example.org", "firstname": "Erika Unmistakable"})
    world.crm.edit(world.lead(contact).id, {"Acuerdo_Note__c": "Erika called"})
    world.run()
    assert told(world) == []


def test_an_address_that_only_the_platform_knows_is_read_before_it_is_forgotten(world: World) -> None:
    contact = world.mql(**PERSON, lifecyclestage="lead")
    world.run()
    assert told(world) == []
    assert erase(world, contact).hashes >= 3  # the lead, the contact, the address
    world.wait(60)
    again = world.mql(**PERSON)
    world.run()
    assert world.leads(again) == []


def test_both_systems_erase_the_person_where_asked_and_a_second_time_does_no_harm(world: World) -> None:
    contact = world.mql(**PERSON)
    world.run()
    record = world.lead(contact).id
    done = erase(world, contact, systems=True)
    assert [(name, [each.outcome for each in rows]) for name, rows in done.systems.items()] == [
        ("hubspot", [Outcome.written]),
        ("salesforce", [Outcome.written]),
    ]
    assert "Erika" not in str(world.crm.rows.get(record))
    again = erase(world, contact, systems=True)
    assert set(again.emptied.values()) == {0}
    assert all(each.outcome is not Outcome.refused for rows in again.systems.values() for each in rows)
    world.wait(60)
    assert world.run().written == 0
    assert row_of(world, contact).place == "erased"


def test_nobody_is_erased_without_a_key(world: World) -> None:
    contact = world.mql(**PERSON)
    world.run()
    world.company = replace(world.company, erasure_key=None)
    with pytest.raises(ConfigurationError, match="openssl rand"):
        erase(world, contact)
    assert told(world)


@pytest.mark.parametrize(
    "key", [None, SecretStr("another key, of at least 32 characters")], ids=["none", "another"]
)
def test_a_run_without_the_key_of_the_erased_is_refused(world: World, key: SecretStr | None) -> None:
    contact = world.mql(**PERSON)
    world.run()
    erase(world, contact)
    world.wait(60)
    world.company = replace(world.company, erasure_key=key)
    with pytest.raises(ConfigurationError, match="erasure_key"):
        world.run()
    with pytest.raises(ConfigurationError, match="erasure_key"):
        world.plan()


def test_the_hashes_say_nothing_of_the_person_and_differ_from_company_to_company(world: World) -> None:
    contact = world.mql(**PERSON)
    world.run()
    erase(world, contact)
    with world.ledger.read("acme") as tx:
        hashes = {row.hash for row in tx.connection.execute(select(schema.erasure))}
    assert {len(each) for each in hashes} == {64}
    other = replace(world.company, slug="beta")
    assert not hashes & _hashes(other, ["email erika@example.org", f"lead hubspot-4242-{contact}"])
    assert hashes & _hashes(world.company, ["email erika@example.org"])


@pytest.mark.parametrize("systems", [False, True], ids=["here alone", "in both systems"])
def test_a_person_who_comes_back_of_their_own_will_is_passed_again_once_that_is_taken_back(
    world: World, *, systems: bool
) -> None:
    contact = world.mql(**PERSON)
    world.run()
    erase(world, contact, systems=systems)
    world.wait(DAY)
    again = world.mql(**PERSON) if systems else contact
    if not systems:
        world.marketing.change(contact, {"lifecyclestage": MQL}, dated={"lifecyclestage": world.now})
    world.run()
    assert row_of(world, again).place in ("erased", None)
    forgotten = take_back(world.company, world.ledger, world.marketing, row_of(world, again), now=world.now)
    assert forgotten >= 1
    world.wait(60)
    world.run()
    assert row_of(world, again).place not in ("erased", None)
    (record, *_) = world.leads(again)
    assert record.values["LastName"] == "Unmistakable"
    assert take_back(world.company, world.ledger, world.marketing, row_of(world, again), now=world.now) == 0


def test_nobody_else_is_passed_again_by_it(world: World) -> None:
    contact, other = world.mql(**PERSON), world.mql(email="other@example.org")
    world.run()
    for each in (contact, other):
        erase(world, each)
    world.wait(60)
    take_back(world.company, world.ledger, world.marketing, row_of(world, contact), now=world.now)
    again = world.mql(email="other@example.org")
    world.run()
    assert world.leads(again) == []
    assert row_of(world, other).place == "erased"

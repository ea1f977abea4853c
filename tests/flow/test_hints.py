"""Webhooks ask for contacts to be read sooner: what they ask for is read once, and nothing else changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    CredentialsRefused,
    QuotaUsedUp,
    RecordRefused,
    RecordsBusy,
    Unavailable,
)
from mapping.records import Record
from sync.ledger import hints, records, runs
from tests.doubles.marketing import MemoryMarketing
from tests.flow.world import World

STREAM = "contacts"


@dataclass
class Asked(MemoryMarketing):
    """Keeps whom `read` was asked for; `meanwhile` happens while it answers, `bad` contacts it will not give."""

    asked: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    error: ConnectorError | None = None
    meanwhile: Any = None

    def read(self, ids: Sequence[str], properties: Sequence[str]) -> list[Record]:
        self.asked += tuple(ids)
        found = super().read(ids, properties)
        if self.meanwhile:
            self.meanwhile()
        if self.error and {*ids} & {*self.bad}:
            raise self.error
        return found


@pytest.fixture
def platform(world: World) -> Asked:
    made = Asked(now=world.marketing.now, fields=world.marketing.fields, lists=world.marketing.lists)
    world.marketing = made
    world.begin()
    return made


def hint(world: World, *ids: str, system: str = "hubspot", company: str = "acme") -> None:
    with world.ledger.write(company, 0) as tx:
        hints.add_hints(tx, system, ids)


def waiting(world: World, company: str = "acme") -> set[str]:
    with world.ledger.read(company) as tx:
        return set(hints.hints_of(tx, "hubspot"))


def settle(world: World) -> None:
    """Leads passed, and the echo of our own writes read: no page of changes tells them any more."""
    world.run()
    world.wait(60)
    world.run()


def edit(world: World, contact: str, **values: str) -> None:
    """An edit that the platform dates nowhere: no page of changes tells it."""
    world.marketing.contacts[contact].values.update(values)


def cursor(world: World) -> str | None:
    with world.ledger.read("acme") as tx:
        return runs.cursor(tx, "hubspot", STREAM)


def known(world: World, *ids: str) -> set[str]:
    with world.ledger.read("acme") as tx:
        return set(records.known_records(tx, "hubspot", "contact", ids))


@pytest.mark.usefixtures("platform")
def test_an_edit_that_no_page_of_changes_tells_is_read_by_the_next_run(world: World) -> None:
    contact = world.mql()
    settle(world)
    edit(world, contact, phone="+34911999999")
    before = cursor(world)
    world.wait(60)
    world.run()
    assert world.lead(contact).values["Phone"] == "+34911234567"
    hint(world, contact)
    world.wait(60)
    summary = world.run()
    assert world.lead(contact).values["Phone"] == "+34911999999"
    assert (summary.counts["pull"]["hinted"], waiting(world)) == (1, set())
    assert before is not None and cursor(world) == before, "no hint moves a cursor"


def test_who_is_told_by_a_page_of_changes_is_not_read_twice(world: World, platform: Asked) -> None:
    contact, other = world.mql(), world.mql()
    world.marketing.merge(contact, other)
    hint(world, contact, other)
    world.run()
    assert platform.asked == ()
    assert waiting(world) == set()


def test_a_hint_that_comes_while_the_contact_is_read_stays_for_the_next_run(
    world: World, platform: Asked
) -> None:
    contact = world.mql()
    settle(world)
    hint(world, contact, "102")
    platform.meanwhile = lambda: hint(world, contact)
    world.wait(60)
    world.run()
    assert waiting(world) == {contact}


@pytest.mark.usefixtures("platform")
def test_a_hint_of_somebody_the_platform_does_not_know_changes_nothing_and_ends(world: World) -> None:
    hint(world, "987654")
    summary = world.run()
    assert (summary.written, summary.faults, waiting(world)) == (0, [], set())
    assert known(world, "987654") == set()


def test_somebody_new_is_read_by_a_hint_but_not_from_outside_the_segmentation_that_is_read(
    world: World, platform: Asked
) -> None:
    class OfOneSegmentation(type(world.company.marketing)):  # type: ignore[misc]  # as RD Station's settings have it
        segmentation: str = "customers"

    contact = world.mql()
    platform.contacts[contact].version = 0  # in no page of changes
    everyone = world.company
    own = OfOneSegmentation.model_construct(**world.company.marketing.__dict__)
    world.company = replace(world.company, marketing=own)
    hint(world, contact)
    world.run()
    assert (known(world, contact), platform.asked, waiting(world)) == (set(), (), set())
    world.company = everyone
    hint(world, contact)
    world.wait(60)
    world.run()
    assert len(world.leads(contact)) == 1


@pytest.mark.parametrize(
    "error",
    [
        RecordsBusy("busy", system="hubspot"),
        RecordRefused("no", system="hubspot", code="X"),
        ContractBroken("what", system="hubspot"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_contact_that_cannot_be_read_ends_its_hint_and_stops_no_other(
    world: World, platform: Asked, error: ConnectorError
) -> None:
    first, bad, last = world.mql(), world.mql(), world.mql()
    settle(world)
    for contact in (first, bad, last):
        edit(world, contact, phone="+34911999999")
    platform.bad, platform.error = (bad,), error
    hint(world, first, bad, last)
    world.wait(60)
    with capture_logs() as lines:
        summary = world.run()
    assert (summary.faults, waiting(world)) == ([], set())
    phones = [world.lead(each).values["Phone"] for each in (first, bad, last)]
    assert phones == ["+34911999999", "+34911234567", "+34911999999"]
    assert [each["error"] for each in lines if each["event"] == "hint_not_read"] == [type(error).__name__]


@pytest.mark.parametrize("kind", [Unavailable, QuotaUsedUp, CredentialsRefused])
def test_hints_wait_where_the_vendor_fails(world: World, platform: Asked, kind: type[ConnectorError]) -> None:
    contact = world.mql()
    settle(world)
    hint(world, contact)
    platform.faults.fail("read", kind("down", system="hubspot"))
    world.wait(60)
    summary = world.run()
    assert [type(each) for each in summary.faults] == [kind]
    assert waiting(world) == {contact}


def test_of_a_flood_a_run_reads_some_and_leaves_the_others_to_the_next(
    world: World, platform: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.hints.MOST", 2)
    hint(world, "901", "902", "903")
    world.run()
    assert (platform.asked, waiting(world)) == (("901", "902"), {"903"})
    world.wait(60)
    world.run()
    assert (platform.asked[2:], waiting(world)) == (("903",), set())


@pytest.mark.usefixtures("platform")
def test_a_plan_heeds_hints_and_leaves_them_to_the_run(world: World) -> None:
    contact = world.mql()
    settle(world)
    edit(world, contact, phone="+34911999999")
    hint(world, contact)
    world.wait(60)
    planned = [each.values for each in world.plan().writes if each.verb == "fields"]
    assert planned == [{"Phone": "+34911999999"}]
    assert waiting(world) == {contact}
    world.run()
    assert waiting(world) == set()


def test_a_run_reads_no_hint_of_another_company_or_system(world: World, platform: Asked) -> None:
    contact = world.mql()
    settle(world)
    hint(world, contact, company="beta")
    hint(world, contact, system="rdstation")
    world.wait(60)
    world.run()
    assert platform.asked == ()
    assert waiting(world, "beta") == {contact}


def test_hints_of_a_platform_that_the_company_has_left_ask_for_no_run_for_ever(world: World) -> None:
    world.begin()
    hint(world, "c2f3d2b3-7250-4d27-97f4-eef38be32f7f", system="rdstation")
    world.run()
    assert not hints.is_hinted(world.ledger, "acme")

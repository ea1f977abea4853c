"""Segments: what a lead is decides which targets hold for it, and a lead that comes to fit comes back."""

from typing import Any

import pytest

from connectors.base import FieldInfo
from mapping.records import ValueType
from sync.accounts import wanted_fields
from sync.ledger import exports
from sync.ledger.store import Ledger
from tests.flow.world import DAY, HOUR, SELLER, World, company

AGREED = {
    "segments": [
        {"name": "enterprise", "when": {"field": "account_size", "gte": 500}},
        {"name": "middle", "when": {"field": "account_size", "gte": 50}},
    ],
    "clocks": {"first_attempt": {"target": {"standard": "4h", "enterprise": "1h", "middle": "2h"}}},
}


@pytest.fixture
def world(ledger: Ledger) -> World:
    return agreed(ledger)


def agreed(ledger: Ledger, **parts: Any) -> World:
    made = World(ledger, company(agreement={**AGREED, **parts}))
    made.marketing.fields["numemployees"] = FieldInfo(
        name="numemployees", label="Employees", type=ValueType.number, writable=True
    )
    made.marketing.ensure(wanted_fields("hubspot"), list(made.company.tracks.values()))
    made.begin()
    return made


def due_of(world: World, contact: str) -> int:
    with world.ledger.read("acme") as tx:
        found: list[dict[str, Any]] = [dict(row) for row in exports.rows_of(tx, "clock")]
    (row,) = [
        each for each in found if each["lead"].endswith(f"-{contact}") and each["name"] == "first_attempt"
    ]
    return int(row["due_at"])


def test_the_first_segment_that_holds_decides_the_target(world: World) -> None:
    large, middle, small, unknown = (world.mql(numemployees=size) for size in (900, 60, 3, None))
    world.run()
    hours = {
        contact: (due_of(world, contact) - world.now) // HOUR for contact in (large, middle, small, unknown)
    }
    assert hours == {large: 1, middle: 2, small: 4, unknown: 4}


def test_a_lead_that_moves_to_another_segment_has_its_target_with_the_agreed_grace(world: World) -> None:
    contact = world.mql(numemployees=3)
    world.run()
    delivered = world.now
    world.wait(HOUR // 2)
    world.marketing.change(contact, {"numemployees": 80})
    world.run()
    assert due_of(world, contact) == delivered + 2 * HOUR
    assert world.run().written == 0


def test_a_lead_in_education_that_comes_to_fit_is_passed_again(ledger: Ledger) -> None:
    world = agreed(ledger, definitions={"mql": True})
    contact = world.mql(numemployees=3)
    world.run()
    world.wait(HOUR)
    world.crm.act(world.lead(contact).id, "phone", by=SELLER, answered=True, seconds=95)
    world.crm.edit(world.lead(contact).id, {"Acuerdo_Disposition__c": "no_fit"})
    world.run()
    assert contact in world.marketing.lists["Acuerdo education"]
    world.wait(DAY)
    world.marketing.change(contact, {"numemployees": 700})
    world.run()
    assert world.marketing.contacts[contact].values["acuerdo_cycle"] == 2
    assert contact not in world.marketing.lists["Acuerdo education"]

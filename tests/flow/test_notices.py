"""What people are told, and how: each notice once, many at once as one digest, nothing between one person."""

from typing import Any

import pytest

from policies.agreement import Signatures
from sync.ledger import exports
from tests.flow.test_agreement import agree
from tests.flow.world import HOUR, World


def told(world: World) -> list[dict[str, Any]]:
    with world.ledger.read("acme") as tx:
        return [dict(row) for row in exports.rows_of(tx, "notice")]


@pytest.mark.parametrize(("leads", "together"), [(4, False), (5, True)], ids=["as many as agreed", "more"])
def test_more_notices_at_once_than_agreed_are_one_digest(world: World, leads: int, together: bool) -> None:
    world.begin()
    agree(world, terms={"digest_over": 4})
    world.wait(60)
    for _ in range(leads):
        world.mql()
    world.run()
    world.wait(4 * HOUR + 60)
    world.run()
    breaches = [each for each in told(world) if each["level"] == "L1" and each["clock"] == "first_attempt"]
    assert len(breaches) == leads
    assert {each["digest"] is not None for each in breaches} == {together}
    assert len({each["digest"] for each in breaches}) == 1
    world.run()
    assert len(told(world)) == len({tuple(sorted(each.items())) for each in told(world)})


@pytest.mark.parametrize("sales", ["Luis", "Ana"], ids=["two people", "one person"])
def test_who_signs_for_both_sides_is_not_told_of_their_own_rejection(world: World, sales: str) -> None:
    world.begin()
    agree(world, signed_by=Signatures(marketing="Ana", sales=sales))
    world.wait(60)
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    world.crm.edit(world.lead(contact).id, {"Acuerdo_Disposition__c": "bad_fit"})
    world.run()
    assert world.shown(contact) == "rejected"
    assert {each["clock"] for each in told(world)} == ({"dispute"} if sales == "Luis" else set())

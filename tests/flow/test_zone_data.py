"""New zone data between two runs: what runs is reckoned again and listed, and nobody is late by it (D14)."""

from typing import Any

from sqlalchemy import update

from policies.zones import tzdata_version
from sync.ledger import exports, facts, runs, schema
from tests.flow.world import HOUR, World

MINUTE = 60


def with_older_data(world: World, **due: int) -> None:
    """The ledger as a run left it that had other zone data, by which these clocks were due then."""
    with world.ledger.write("acme", world.now) as tx:
        runs.put_cursor(tx, "acuerdo", "tzdata", "2020.1")
        for name, at in due.items():
            clock = schema.clock
            tx.connection.execute(update(clock).where(clock.c.name == name).values(due_at=at))


def due_of(world: World, name: str) -> int:
    with world.ledger.read("acme") as tx:
        found: list[dict[str, Any]] = [dict(row) for row in exports.rows_of(tx, "clock")]
    return next(int(each["due_at"]) for each in found if each["name"] == name)


def listed(world: World, contact: str) -> dict[str, tuple[int, int]]:
    lead = f"hubspot-4242-{contact}"
    with world.ledger.read("acme") as tx:
        told = [each.data for each in facts.events_of(tx, [lead])[lead] if each.kind == "recomputed"]
    return {str(each["clock"]): (each["old_due_at"], each["new_due_at"]) for each in told}  # type: ignore[misc]  # instants


def test_a_clock_that_would_be_past_due_by_the_right_data_gets_the_grace(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    right = due_of(world, "first_attempt")
    world.wait(4 * HOUR + 10 * MINUTE)
    wrong = right + HOUR
    with_older_data(world, first_attempt=wrong)
    world.run()
    assert listed(world, contact) == {"first_attempt": (wrong, world.now + 30 * MINUTE)}
    assert world.shown(contact) != "breached"
    assert due_of(world, "first_attempt") == world.now + 30 * MINUTE
    assert world.run().written == 0
    world.wait(31 * MINUTE)
    world.run()
    assert world.shown(contact) == "breached"


def test_a_clock_that_is_still_ahead_takes_the_right_instant_and_what_did_not_move_is_not_listed(
    world: World,
) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    right = due_of(world, "first_attempt")
    world.wait(HOUR)
    with_older_data(world, first_attempt=right - HOUR // 2)
    world.run()
    assert listed(world, contact) == {"first_attempt": (right - HOUR // 2, right)}
    assert due_of(world, "first_attempt") == right
    with world.ledger.read("acme") as tx:
        assert runs.cursor(tx, "acuerdo", "tzdata") == tzdata_version()

"""What a vendor puts off in passing is tried again run after run, is told meanwhile, and never for ever."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.base import Outcome
from sync.accounts import wanted_fields
from sync.ledger import refusals, runs
from sync.ledger.patience import put_off_by_last_run
from sync.ledger.store import Ledger
from tests.flow.world import HOUR, World, company

RUNS = 10


def begun(ledger: Ledger, **over: Any) -> World:
    world = World(ledger, company=company(**over))
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    return world


@pytest.fixture
def world(ledger: Ledger) -> World:
    return begun(ledger, mapping={"Title": "job_title"})


def locked(world: World, side: str, verb: str, contact: str) -> str:
    """From now on the vendor puts off what this verb sends of the contact's lead."""
    lead = f"hubspot-4242-{contact}"
    getattr(world, side).faults.answer(verb, lead, Outcome.retry, "UNABLE_TO_LOCK_ROW")
    return lead


def refused(world: World) -> list[tuple[str, str, str]]:
    with world.ledger.read("acme") as tx:
        return [(each.lead, each.operation, each.code) for each in refusals.listed(tx)]


def told(world: World) -> int:
    with world.ledger.read("acme") as tx:
        return put_off_by_last_run(tx).rows


def late(world: World, times: int = RUNS, apart: int = 3 * HOUR) -> None:
    for _ in range(times):
        world.wait(apart)
        world.run()


def push(world: World) -> str:
    return locked(world, "crm", "push", world.mql())


def status(world: World) -> str:
    return locked(world, "crm", "write_status", world.mql())


def task(world: World) -> str:
    return locked(world, "crm", "create_tasks", world.mql())


def fields(world: World) -> str:
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    world.marketing.change(contact, {"jobtitle": "CEO"})
    return locked(world, "crm", "write_fields", contact)


@pytest.mark.parametrize(
    ("owed", "operation"),
    [(push, "push"), (status, "status"), (task, "task"), (fields, "fields")],
)
def test_a_row_that_stays_locked_is_refused_after_ten_runs_and_a_day(
    world: World, owed: Callable[[World], str], operation: str
) -> None:
    lead = owed(world)
    late(world, RUNS - 1)
    assert (refused(world), told(world)) == ([], 1)
    late(world, 2)
    assert refused(world) == [(lead, operation, "UNABLE_TO_LOCK_ROW")]
    assert told(world) == 0


def test_a_row_that_is_refused_so_is_tried_again_as_others_are(world: World) -> None:
    lead = push(world)
    late(world, RUNS + 1)
    world.crm.faults.mend("push", lead)
    with world.ledger.write("acme", world.now) as tx:
        assert refusals.ask_again(tx, [lead]) == 1
    late(world, 1)
    assert refused(world) == []
    assert world.shown(lead.rpartition("-")[2]) is not None


def test_runs_a_minute_apart_do_not_give_up_within_the_day(world: World) -> None:
    push(world)
    late(world, 3 * RUNS, apart=60)
    assert (refused(world), told(world)) == ([], 1)


def test_who_sets_it_to_false_waits_for_ever(ledger: Ledger) -> None:
    world = begun(ledger, limits={"put_off": False})
    push(world)
    late(world, 2 * RUNS)
    assert (refused(world), told(world)) == ([], 1)


def test_a_lock_that_ends_leaves_nothing_behind(world: World) -> None:
    lead = push(world)
    late(world, 5)
    world.crm.faults.mend("push", lead)
    late(world, 1)
    assert (refused(world), told(world)) == ([], 0)
    with world.ledger.read("acme") as tx:
        last = runs.last_run(tx)
    assert last is not None
    assert last["outcome"] == "done"

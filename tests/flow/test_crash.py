"""A run that ends anywhere, and the next one: the same end as if nothing had happened (promise 2)."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest
from sqlalchemy import insert, select

from connectors.errors import Unavailable
from sync.accounts import wanted_fields
from sync.ledger import schema
from sync.ledger.migrate import prepare
from tests.doubles.mortal import Death, Killed, MortalLedger
from tests.doubles.sales import LEAD_ID
from tests.flow.scenes import OTHER, Step, perform
from tests.flow.world import HOUR, SELLER, World, company

BEFORE = [  # what was passed by earlier runs
    *[Step("new MQL")] * 6,
    Step("new subscriber"),
]
BETWEEN = [  # what is waiting for the run that dies
    Step("an hour"),
    Step("call", 0),
    Step("answered call", 1),
    Step("not now", 1),
    Step("answered call", 2),
    Step("convert", 2),
    Step("answered call", 3),
    Step("win", 3),
    Step("reject the data", 4),
    Step("delete", 5),
    Step("MQL again", 6),
    Step("new MQL"),
    Step("new MQL"),
    Step("new MQL"),
    Step("new MQL, a lead there"),
    Step("new MQL, two leads there"),
    Step("new MQL nobody can reach"),
    Step("new MQL with a long name"),
]
CRM_VERBS = ("find", "push", "changes", "touches", "deals", "create_tasks", "write_status")
PLATFORM_VERBS = ("changed", "put_on_track", "set_stage", "write_status")
EACH_VERB = pytest.mark.parametrize(
    ("side", "verb"),
    [*(("crm", each) for each in CRM_VERBS), *(("marketing", each) for each in PLATFORM_VERBS)],
)

numbers = count(1)


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalLedger]:
    """One ledger for all deaths, each with a company of its own."""
    ledger = MortalLedger(f"sqlite:///{tmp_path_factory.mktemp('crash') / 'ledger.sqlite'}")
    prepare(ledger)
    yield ledger
    ledger.close()


@pytest.fixture(scope="module")
def original(mortal: MortalLedger) -> World:
    """A world whose next run has something of everything to do."""
    world = World(mortal, company=company("original"))
    world.marketing.page_size = world.crm.page_size = 4
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    for step in BEFORE:
        perform(world, step)
    world.run()
    for step in BETWEEN:
        perform(world, step)
    return world


def copy_of(original: World) -> World:
    """The same world once more, its rows in the ledger under another company."""
    ledger = original.ledger
    assert isinstance(ledger, MortalLedger)
    ledger.revive()
    slug = f"copy{next(numbers)}"
    with ledger.engine.begin() as connection:
        for table in schema.metadata.sorted_tables:
            if table is schema.lease:
                continue
            rows = connection.execute(
                select(table).where(table.c.company == original.company.slug).order_by(*table.primary_key)
            )
            copies = [{**row, "company": slug} for row in rows.mappings()]
            for row in copies:
                row.pop("seq", None)
            if copies:
                connection.execute(insert(table), copies)
    return World(
        ledger,
        company=replace(original.company, slug=slug),
        marketing=deepcopy(original.marketing),
        crm=deepcopy(original.crm),
    )


TABLES: dict[str, tuple[str, ...]] = {
    "lead": ("id", "mql", "passing", "place", "status", "next_due_at", "valid_until"),
    "handoff": tuple(each.name for each in schema.handoff.columns if each.name != "company"),
    "clock": tuple(each.name for each in schema.clock.columns if each.name != "company"),
    "touch": tuple(each.name for each in schema.touch.columns if each.name != "company"),
    "link": ("system", "kind", "id", "lead", "target"),
    "status": ("lead", "system", "wanted", "wanted_hash", "written_hash"),
    "refused": ("lead", "system", "operation", "code", "since", "fingerprint"),
    "intent": ("operation", "lead", "cycle", "n", "state"),
    "record": ("system", "kind", "id", "lead", "hash", "state"),
}
"""What the ledger must hold in the end, table by table; not how often it was tried, nor numbers of rows."""


def picture(world: World) -> dict[str, Any]:
    """Both systems and the ledger, as far as people and later runs can tell them apart."""
    found: dict[str, Any] = {
        "marketing": {
            each.id: {**each.values, "state ": each.state} for each in world.marketing.contacts.values()
        },
        "lists": {name: sorted(members) for name, members in world.marketing.lists.items()},
        "crm": {
            each.id: {
                **each.values,
                "kind ": each.kind,
                "owner ": each.owner,
                "status ": each.status,
                "deleted ": each.deleted,
            }
            for each in world.crm.rows.values()
        },
        "tasks": sorted(
            (each.marker, each.id, each.subject, each.due_on) for each in world.crm.tasks.values()
        ),
    }
    with world.ledger.read(world.company.slug) as tx:
        for name, columns in TABLES.items():
            table = schema.metadata.tables[name]
            rows = tx.connection.execute(
                select(*(table.c[each] for each in columns)).where(table.c.company == tx.company)
            )
            found[name] = Counter(repr(tuple(row)) for row in rows)
        events = tx.connection.execute(select(schema.event).where(schema.event.c.company == tx.company))
        found["event"] = Counter(_fact(row) for row in events)
    return found


def told_apart(wanted: Any, found: Any, path: str = "") -> list[str]:
    """Where two pictures differ, one line each."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        keys = sorted({*wanted, *found}, key=str)
        return [line for key in keys for line in told_apart(wanted.get(key), found.get(key), f"{path}/{key}")]
    return [] if wanted == found else [f"{path}: {wanted!r} became {found!r}"]


def _fact(row: Any) -> str:
    """An event without what a second attempt may tell otherwise.

    `created`: sent again, the CRM knows the record. An owner whom no history dates is dated by when we first saw
    the record, before its delivery or after; what is judged by it is compared in full. Our own writes move a
    record's version at the vendor.
    """
    data = {name: value for name, value in row.data.items() if name != "created"}
    at = None if row.kind == "owner_changed" and "previous" not in data else row.occurred_at
    return repr((row.kind, row.lead, row.cycle, at, row.source, sorted(data.items())))


@dataclass(frozen=True)
class Undisturbed:
    picture: dict[str, Any]
    transactions: int


@pytest.fixture(scope="module")
def undisturbed(mortal: MortalLedger, original: World) -> Undisturbed:
    """The end of a run to which nothing happens, and how many calls and transactions it takes."""
    world = copy_of(original)
    mortal.expect()
    summary = world.run()
    assert not summary.faults
    transactions = mortal.count
    assert world.run().written == 0  # it reads our own writes, as the run after a recovery does
    told = Undisturbed(picture(world), transactions)
    for stage, names in {
        "push": ("created", "updated"),
        "write_back": ("tracks", "stages", "tasks", "crm", "platform"),
    }.items():
        for name in names:
            assert summary.counts[stage][name] > 0, f"the story has no {name} to interrupt"
    return told


def end_alike(world: World, undisturbed: Undisturbed, where: str, *, but: tuple[str, ...] = ()) -> None:
    """One more run at the same instant brings everything to where the undisturbed one brought it."""
    world.crm.faults.pending.clear()
    world.marketing.faults.pending.clear()
    world.run()
    assert world.run().written == 0, f"a run after the recovery wrote again after a crash {where}"
    wanted, found = undisturbed.picture, picture(world)
    apart = told_apart(*({name: each[name] for name in each if name not in but} for each in (wanted, found)))
    assert not apart, "\n".join([f"after a crash {where}", *apart])


def each_fault(
    original: World, side: str, verb: str, make: Callable[[str], BaseException], most_rows: int | None = None
) -> Iterator[tuple[World, str]]:
    """A world for each call and row of a verb at which `make`'s error can be raised, its run already disturbed."""
    for skip in count():
        for after in count() if most_rows is None else range(most_rows + 1):
            world = copy_of(original)
            system = getattr(world, side)
            faults = system.faults
            faults.fail(verb, make(system.system), skip=skip, after=after)
            with suppress(Killed):
                world.run()
            if verb in faults.pending:  # there are not so many rows, or not so many calls
                break
            yield world, f"in {side} {verb}, call {skip + 1}, after {after} rows"
        if verb in faults.pending and after == 0:
            assert skip > 0, f"a run never called {verb}"
            break


@EACH_VERB
def test_a_run_killed_in_any_call_of_a_vendor_is_made_good_by_the_next(
    original: World, undisturbed: Undisturbed, side: str, verb: str
) -> None:
    for world, where in each_fault(original, side, verb, lambda _: Killed()):
        end_alike(world, undisturbed, where)


@EACH_VERB
def test_a_vendor_that_fails_in_any_call_is_caught_up_with_by_the_next_run(
    original: World, undisturbed: Undisturbed, side: str, verb: str
) -> None:
    def down(system: str) -> Unavailable:
        return Unavailable("no answer", system=system)

    for world, where in each_fault(original, side, verb, down, most_rows=1):
        # what was known was written to the other system meanwhile: a stage on the way is on record
        end_alike(world, undisturbed, where, but=("event", "intent"))


@pytest.mark.parametrize("first", [1, 2], ids=["odd ones", "even ones"])  # two workers share them
@pytest.mark.parametrize("committed", [False, True], ids=["before", "after"])
def test_a_run_killed_around_any_commit_is_made_good_by_the_next(
    mortal: MortalLedger, original: World, undisturbed: Undisturbed, committed: bool, first: int
) -> None:
    for at in range(first, undisturbed.transactions + 1, 2):
        world = copy_of(original)
        mortal.expect(Death(at, committed))
        with pytest.raises(Killed):
            world.run()
        mortal.revive()
        end_alike(world, undisturbed, f"{'after' if committed else 'before'} commit {at}")


def test_after_a_crash_and_an_hour_no_lead_is_missing_and_none_is_there_twice(
    original: World, undisturbed: Undisturbed
) -> None:
    wanted = Counter(row.get(LEAD_ID) for row in undisturbed.picture["crm"].values())
    for after in range(5):
        world = copy_of(original)
        world.crm.faults.fail("push", Killed(), after=after)
        with pytest.raises(Killed):
            world.run()
        world.wait(3600)
        world.run()
        assert Counter(row.values.get(LEAD_ID) for row in world.crm.rows.values()) == wanted
        assert world.run().written == 0


@pytest.fixture(scope="module")
def routed(mortal: MortalLedger) -> World:
    """A world that routes: its next run gives new leads to owners and moves one after a breach."""
    routing = {"enabled": True, "owners": [SELLER, OTHER], "auto_reassign": True}
    world = World(mortal, company=company("routed", agreement={"routing": routing}))
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    world.mql(company="First")
    world.run()
    world.wait(5 * HOUR)
    for name in ("Second", "Third", "Third"):
        world.mql(company=name)
    return world


def test_a_run_killed_while_it_assigns_gives_each_lead_to_the_same_owner_once(
    mortal: MortalLedger, routed: World
) -> None:
    world = copy_of(routed)
    mortal.expect()
    assert world.run().counts["write_back"]["owners"] == 4
    transactions = mortal.count
    assert world.run().written == 0
    undisturbed = Undisturbed(picture(world), transactions)
    for after in range(5):
        world = copy_of(routed)
        world.crm.faults.fail("assign", Killed(), after=after)
        with suppress(Killed):
            world.run()
        # an owner that was given and not noted is seen in the CRM: one fact less of ours
        end_alike(world, undisturbed, f"in assign, after {after} rows", but=("event", "intent"))
    for at in range(1, transactions + 1):
        world = copy_of(routed)
        mortal.expect(Death(at, committed=True))
        with pytest.raises(Killed):
            world.run()
        mortal.revive()
        end_alike(world, undisturbed, f"after commit {at}", but=("event", "intent"))

"""What a page asks of the database: as many statements for many leads as for few."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from connectors.base import Outcome
from sync.accounts import wanted_fields
from sync.cycle import UNASKED, Summary, begin
from sync.judge import judge
from sync.ledger.store import Ledger
from sync.observe import observe
from sync.prepare import prepare
from sync.pull import pull
from sync.push import push
from sync.qualify import qualify
from sync.run import Counts, Run
from sync.write_back import move, write_crm, write_platform
from tests.flow.world import World, company

PASSING: Sequence[Any] = (pull, qualify, prepare, push)
STAGES: Sequence[Any] = (*PASSING[:3], judge, push, observe, move, write_crm, write_platform)
MAPPING = {"Phone": {"from": "phone", "wins": "marketing"}, "Title": {"from": "job_title", "wins": "first"}}


PER_LEAD = ("compared", "event", "handoff", "intent", "lead", "link", "match", "package", "record", "refused")
BY_LEAD = re.compile(r"\b(lead=|id=|id>|rowid>)")
EACH = re.compile(r"\b(lead=|id=|rowid=)")
FIRST = re.compile(r"\bFROM (\w+)")
LOOKED_THROUGH = {
    "count(*)": "record",
    "CAST(JSON_EXTRACT(intent.payload,": "intent",
}  # all that is kept, or owed


@contextmanager
def plans(ledger: Ledger) -> Iterator[list[tuple[str, str]]]:
    """How SQLite goes about each statement that reads or changes rows: the plan's line, and the statement."""
    told = list[tuple[str, str]]()

    def explain(
        _connection: object, cursor: Any, statement: str, parameters: Any, _context: object, many: bool
    ) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            other = cursor.connection.cursor()
            rows = other.execute(f"EXPLAIN QUERY PLAN {statement}", parameters[0] if many else parameters)
            told.extend((row[3], statement) for row in rows)

    event.listen(ledger.engine, "before_cursor_execute", explain)
    try:
        yield told
    finally:
        event.remove(ledger.engine, "before_cursor_execute", explain)


@contextmanager
def counted(ledger: Ledger) -> Iterator[Counter[str]]:
    """The statements by their first words, while the context is open."""
    told = Counter[str]()

    def count(_connection: object, _cursor: object, statement: str, *_others: Any) -> None:
        told[" ".join(statement.split()[:3])] += 1

    event.listen(ledger.engine, "before_cursor_execute", count)
    try:
        yield told
    finally:
        event.remove(ledger.engine, "before_cursor_execute", count)


def arrive(world: World, each: int) -> None:
    """So many leads of each kind: new, known to the CRM, of two records there, too long, refused, and no MQL."""
    for number in range(each):
        world.mql()
        for records in (1, 2):
            email = f"known{number}of{records}@example.org"
            world.mql(email=email)
            for _ in range(records):
                world.crm.add("Lead", {"Email": email, "LastName": "There", "Company": "X"})
        world.mql(lastname="x" * 300)
        refused = world.mql()
        world.crm.faults.answer("push", f"hubspot-4242-{refused}", Outcome.refused)
        world.mql(lifecyclestage="lead")


def begin_run(ledger: Ledger, each: int) -> Run:
    world = World(ledger, company=company(f"company{each}", mapping=MAPPING))
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    arrive(world, each)
    summary = Summary(company=world.company.slug, now=world.now)
    run = begin(
        world.company,
        ledger,
        world.marketing,
        world.crm,
        summary=summary,
        options=UNASKED,
        progress=lambda _stage, _rows: None,
    )
    assert run is not None
    return run


def run_stages(ledger: Ledger, each: int) -> tuple[dict[str, Counter[str]], Counts]:
    run = begin_run(ledger, each)
    statements, done = dict[str, Counter[str]](), Counts()
    for stage in STAGES:
        with counted(ledger) as told:
            stage(run, counts := Counts())
        done.update({f"{stage.__name__} {name}": count for name, count in counts.items()})
        statements[stage.__name__] = told
    return statements, done


def test_a_page_takes_as_many_statements_for_many_leads_as_for_few(ledger: Ledger) -> None:
    few, _ = run_stages(ledger, 3)
    many, done = run_stages(ledger, 13)
    assert many == few
    assert done == {
        "pull read": 78,
        "pull changed": 78,
        "qualify passed": 65,
        "qualify not yet": 13,
        "prepare ready": 39,
        "prepare refused": 26,
        "push created": 13,
        "push updated": 13,
        "push refused": 13,
        "judge judged": 65,
        "observe changes": 26,
        "write_crm tasks": 26,
        "write_crm crm": 26,
        "write_platform platform": 65,
    }


def test_no_page_makes_sqlite_look_through_what_the_ledger_holds_of_other_leads(ledger: Ledger) -> None:
    run = begin_run(ledger, 2)
    with plans(ledger) as told:
        for stage in PASSING:
            stage(run, Counts())
    found = {
        (line.split()[1], statement)
        for line, statement in told
        if line.split()[0] in ("SCAN", "SEARCH") and line.split()[1] in PER_LEAD and not BY_LEAD.search(line)
    }
    assert {(table, " ".join(statement.split()[1:2])) for table, statement in found} == {
        (table, words) for words, table in LOOKED_THROUGH.items()
    }


def test_no_stage_makes_sqlite_look_through_a_second_table_for_each_row_of_the_first(ledger: Ledger) -> None:
    run = begin_run(ledger, 2)
    with plans(ledger) as told:
        for stage in STAGES:
            stage(run, Counts())
    assert not [
        line
        for line, statement in told
        if line.split()[0] in ("SCAN", "SEARCH") and line.split()[1] in PER_LEAD and not EACH.search(line)
        if (first := FIRST.search(statement)) and first[1] != line.split()[1]
    ]

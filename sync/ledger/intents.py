"""Intents: the writes that are owed to the vendors, in order, and what became of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, select, update

from sync.ledger import drops, schema
from sync.ledger.store import Tx, chunks

PUSH, RETURN, TRACK, STAGE, TASK, ASSIGN = "push", "return", "track", "stage", "task", "assign"
OPT_OUT = "opt_out"  # told to sales, owed to marketing
FIELDS, FIELDS_BACK = "fields", "fields_back"  # to the CRM, and back to marketing: owed by `compared`
KEY = ("company", "operation", "lead", "cycle", "n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A write that is owed: its key is (operation, lead, cycle, n), so that it is owed once."""

    operation: str
    lead: str
    cycle: int
    n: int
    payload: Mapping[str, Any]


def owe(tx: Tx, intents: Sequence[Intent]) -> None:
    """Notes writes that are owed; one with a known key that is still owed takes the new payload."""
    _put(tx, intents, schema.intent.c.state == "owed")


def reopen(tx: Tx, intents: Sequence[Intent]) -> None:
    """Owes writes as `owe` does, with a new payload those too that were refused or dropped."""
    _put(tx, intents, schema.intent.c.state != "done", state="owed", code=None)


def retry_changed(tx: Tx, intents: Sequence[Intent]) -> None:
    """Owes refused writes again whose content is another one by now, such as the name of a list."""
    table = schema.intent
    wanted = {(each.operation, each.lead, each.cycle, each.n): each for each in intents}
    changed: list[Intent] = []
    for part in chunks({each.lead for each in intents}):
        refused = tx.connection.execute(
            select(table).where(
                table.c.company == tx.company, table.c.lead.in_(part), table.c.state == "refused"
            )
        ).all()
        dropped = drops.dropped_operations(tx, part)
        for row in refused:
            intent = wanted.get((row.operation, row.lead, row.cycle, row.n))
            if (row.lead, row.operation) in dropped:
                continue
            if intent is not None and dict(intent.payload) != row.payload:
                changed.append(intent)
    reopen(tx, changed)


def renew(tx: Tx, intents: Sequence[Intent]) -> None:
    """Owes writes again that were done, and whose effect later facts have undone."""
    if intents:
        tx.connection.execute(_RENEW, [_of(tx, each, new_payload=dict(each.payload)) for each in intents])


def take_up(tx: Tx, leads: Iterable[str], operation: str) -> None:
    """Owes again what was dropped of one kind because the leads' records were gone; nothing of who was erased."""
    table = schema.intent
    for part in chunks(leads):
        tx.connection.execute(
            update(table)
            .where(
                table.c.company == tx.company,
                table.c.lead.in_(part),
                table.c.operation == operation,
                table.c.state == "dropped",
                table.c.payload != {},
            )
            .values(state="owed", code=None)
        )


def owed(tx: Tx, operation: str, after: int, size: int) -> list[tuple[int, Intent]]:
    """The next writes of one kind that are owed, in order, each with its number."""
    table = schema.intent
    rows = tx.connection.execute(
        select(table)
        .where(
            table.c.company == tx.company,
            table.c.state == "owed",
            table.c.operation == operation,
            table.c.seq > after,
        )
        .order_by(table.c.seq)
        .limit(size)
    )
    return [(row.seq, _intent(row)) for row in rows]


def owed_of(tx: Tx, leads: Iterable[str], operation: str) -> dict[str, Intent]:
    """The owed write of one kind of each lead."""
    table = schema.intent
    found: dict[str, Intent] = {}
    for part in chunks(leads):
        rows = tx.connection.execute(
            select(table).where(
                table.c.company == tx.company,
                table.c.operation == operation,
                table.c.lead.in_(part),
                table.c.state == "owed",
            )
        )
        found |= {row.lead: _intent(row) for row in rows}
    return found


def drop_others(tx: Tx, leads: Iterable[str], wanted: Sequence[Intent], operations: Sequence[str]) -> None:
    """Drops what these leads are owed of these kinds and no longer holds: evidence has taken it back."""
    table = schema.intent
    keys = {(each.operation, each.lead, each.cycle, each.n) for each in wanted}
    for part in chunks(leads):
        rows = tx.connection.execute(
            select(table.c.operation, table.c.lead, table.c.cycle, table.c.n, table.c.state).where(
                table.c.company == tx.company,
                table.c.lead.in_(part),
                table.c.operation.in_(operations),
            )
        )
        gone = [
            Intent(operation=row.operation, lead=row.lead, cycle=row.cycle, n=row.n, payload={})
            for row in rows
            if row.state == "owed"  # asked of SQLite, it would look through all that is owed
            and (row.operation, row.lead, row.cycle, row.n) not in keys
        ]
        settle(tx, [(each, "dropped", "taken_back") for each in gone])


def settle(tx: Tx, settled: Sequence[tuple[Intent, str, str | None]]) -> None:
    """Notes what became of each write: done, refused, dropped, or still owed, with the code of a fault."""
    if settled:
        values = [
            _of(tx, intent, new_state=state, new_code=code, new_tried_at=tx.now)
            for intent, state, code in settled
        ]
        tx.connection.execute(_SETTLE, values)


def note_tries(tx: Tx, operation: str, intents: Sequence[Intent]) -> list[Intent]:
    """Notes that these writes of one kind are about to be sent; answers those that may have been sent before."""
    table = schema.intent
    tried = {
        (row.lead, row.cycle, row.n)
        for part in chunks({each.lead for each in intents})
        for row in tx.connection.execute(
            select(table.c.lead, table.c.cycle, table.c.n).where(
                table.c.company == tx.company,
                table.c.operation == operation,
                table.c.lead.in_(part),
                table.c.tries > 0,
            )
        )
    }
    if intents:
        tx.connection.execute(_TRY, [_of(tx, each) for each in intents])
    return [each for each in intents if (each.lead, each.cycle, each.n) in tried]


def _put(tx: Tx, intents: Sequence[Intent], when: ColumnElement[bool], **values: object) -> None:
    """Inserts intents; those with a known key take the new payload, and these values, `when` that holds of them."""
    if not intents:
        return
    rows = [
        {
            "company": tx.company,
            "operation": each.operation,
            "lead": each.lead,
            "cycle": each.cycle,
            "n": each.n,
            "payload": dict(each.payload),
            "state": "owed",
            "created_at": tx.now,
            "tries": 0,
        }
        for each in intents
    ]
    statement = tx.insert(schema.intent)
    changes = {"payload": statement.excluded.payload, **values}
    tx.connection.execute(statement.on_conflict_do_update(index_elements=KEY, set_=changes, where=when), rows)


def _of(tx: Tx, intent: Intent, **values: object) -> dict[str, object]:
    """What names one write to the statements below."""
    return {
        "of_company": tx.company,
        "of_operation": intent.operation,
        "of_lead": intent.lead,
        "of_cycle": intent.cycle,
        "of_n": intent.n,
        **values,
    }


def _intent(row: Row[Any]) -> Intent:
    return Intent(operation=row.operation, lead=row.lead, cycle=row.cycle, n=row.n, payload=row.payload)


# Statements of single rows, built once: a run executes them for every lead, and building takes longer than that.
_INTENT = [schema.intent.c[name] == bindparam(f"of_{name}") for name in KEY]
_OWED: dict[str, Any] = {"state": "owed", "code": None, "payload": bindparam("new_payload")}
_RENEW = update(schema.intent).where(*_INTENT, schema.intent.c.state == "done").values(_OWED)
_TRY = update(schema.intent).where(*_INTENT).values(tries=schema.intent.c.tries + 1)
_SETTLE = (
    update(schema.intent)
    .where(*_INTENT)
    .values(
        state=bindparam("new_state"),
        code=bindparam("new_code"),
        tried_at=bindparam("new_tried_at"),
        tries=schema.intent.c.tries + 1,
    )
)

"""The refused list: records that a system or a mapping would not take, with the reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from mapping.records import Instant
from sync.ledger import schema
from sync.ledger.store import Tx, chunks

table = schema.refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A record that a system or a mapping would not take, with the reason."""

    lead: str
    system: str
    operation: str
    code: str
    message: str
    fingerprint: str
    since: Instant | None = None
    dropped_at: Instant | None = None
    dropped_by: str | None = None


def refuse(tx: Tx, refusals: Sequence[Refusal]) -> None:
    """Puts records on the refused list; one that is on it keeps its `since`, and is new if it was dropped."""
    if not refusals:
        return
    known = {
        (row.lead, row.system, row.operation): row.since for row in _rows(tx, {r.lead for r in refusals})
    }
    tx.put(
        table,
        [
            {
                "lead": each.lead,
                "system": each.system,
                "operation": each.operation,
                "code": each.code,
                "message": each.message,
                "since": known.get((each.lead, each.system, each.operation), tx.now),
                "last_at": tx.now,
                "fingerprint": each.fingerprint,
                "dropped_at": None,
                "dropped_by": None,
            }
            for each in refusals
        ],
    )


def forgive(tx: Tx, leads: Iterable[str], system: str, operation: str) -> None:
    """Takes what a system refused of these leads off the list."""
    table = schema.refused
    for part in chunks(leads):
        tx.connection.execute(
            delete(table).where(
                table.c.company == tx.company,
                table.c.system == system,
                table.c.operation == operation,
                table.c.lead.in_(part),
            )
        )


def listed(tx: Tx, leads: Iterable[str] | None = None) -> list[Refusal]:
    """The refused list, oldest first, of these leads or of all."""
    if leads is not None:
        rows = _rows(tx, leads)
    else:
        query = select(table).where(table.c.company == tx.company).order_by(table.c.since, table.c.lead)
        rows = list(tx.connection.execute(query))
    return [
        Refusal(
            lead=row.lead,
            system=row.system,
            operation=row.operation,
            code=row.code,
            message=row.message,
            fingerprint=row.fingerprint,
            since=row.since,
            dropped_at=row.dropped_at,
            dropped_by=row.dropped_by,
        )
        for row in rows
    ]


def ask_again(tx: Tx, leads: Iterable[str] | None = None) -> int:
    """Takes these leads, or all that are not dropped, off the refused list, so that the next run tries them.

    Tells how many.
    """
    where = [table.c.company == tx.company]
    where.append(table.c.dropped_at.is_(None) if leads is None else table.c.lead.in_(list(leads)))
    tried = {row.lead for row in tx.connection.execute(select(table.c.lead).where(*where))}
    tx.connection.execute(delete(table).where(*where))
    for part in chunks(tried):
        tx.connection.execute(
            update(schema.intent)
            .where(
                schema.intent.c.company == tx.company,
                schema.intent.c.lead.in_(part),
                schema.intent.c.state == "refused",
                schema.intent.c.payload != {},  # of who was deleted since, nothing is left to send
            )
            .values(state="owed", code=None)
        )
        tx.connection.execute(
            update(schema.status)
            .where(schema.status.c.company == tx.company, schema.status.c.lead.in_(part))
            .values(written_hash=None)
        )
        tx.connection.execute(
            update(schema.lead)
            .where(schema.lead.c.company == tx.company, schema.lead.c.id.in_(part))
            .values(to_compare=True)
        )
    return len(tried)


def count(tx: Tx) -> int:
    """How many records are on the refused list and not dropped."""
    query = select(func.count()).where(table.c.company == tx.company, table.c.dropped_at.is_(None))
    return int(tx.connection.execute(query).scalar_one())


def _rows(tx: Tx, leads: Iterable[str]) -> list[Row[Any]]:
    return [
        row
        for part in chunks(leads)
        for row in tx.connection.execute(
            select(table).where(table.c.company == tx.company, table.c.lead.in_(part))
        )
    ]

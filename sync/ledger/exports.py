"""Whole tables of one company as plain rows, for the reports."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select

from policies.events import Kind
from sync.ledger import schema
from sync.ledger.store import Tx

CHUNK = 1000


def rows_of(tx: Tx, table: str) -> Iterator[Mapping[str, Any]]:
    """Every row of a table as a mapping by column name, without the company."""
    found = schema.metadata.tables[table]
    columns = [column for column in found.columns if column.name != "company"]
    query = select(*columns).where(found.c.company == tx.company)
    for part in tx.connection.execution_options(yield_per=CHUNK).execute(query).mappings().partitions(CHUNK):
        yield from (dict(row) for row in part)


def adjustments(tx: Tx) -> list[Mapping[str, Any]]:
    """Each clock that was reckoned again after the month it was due in was closed, the oldest first."""
    table = schema.event
    rows = tx.connection.execute(
        select(table)
        .where(table.c.company == tx.company, table.c.kind == Kind.recomputed.value)
        .order_by(table.c.seq)
    )
    names = ("clock", "month", "old_due_at", "new_due_at")
    return [
        {"lead": row.lead, "cycle": row.cycle, "decided_at": row.occurred_at}
        | {name: row.data[name] for name in names}
        for row in rows
        if row.data["month"] is not None
    ]


def count_leads(tx: Tx, column: str) -> dict[str, int]:
    """How many leads there are by `place` or by `status`; those without one are left out."""
    by = schema.lead.c[column]
    query = select(by, func.count()).where(schema.lead.c.company == tx.company, by.is_not(None)).group_by(by)
    return {row[0]: row[1] for row in tx.connection.execute(query)}


def count_owed(tx: Tx) -> dict[str, int]:
    """How many writes of each kind are owed to the vendors."""
    table = schema.intent
    query = (
        select(table.c.operation, func.count())
        .where(table.c.company == tx.company, table.c.state == "owed")
        .group_by(table.c.operation)
    )
    return {row[0]: row[1] for row in tx.connection.execute(query)}

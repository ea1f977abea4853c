"""What stands on the refused list and is not to be tried again: a person has said so."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, select, update

from sync.ledger import schema
from sync.ledger.store import Tx, chunks

table = schema.refused


def drop(tx: Tx, leads: Iterable[str], by: str) -> int:
    """Notes that a person wants nothing refused of these leads tried again; tells of how many lines."""
    where = (table.c.company == tx.company, table.c.dropped_at.is_(None))
    count = 0
    for part in chunks(leads):
        change = update(table).where(*where, table.c.lead.in_(part)).values(dropped_at=tx.now, dropped_by=by)
        count += tx.connection.execute(change).rowcount
    return count


def dropped_operations(tx: Tx, leads: Iterable[str]) -> set[tuple[str, str]]:
    """What is dropped of these leads, as (lead, operation)."""
    return {
        (row.lead, row.operation)
        for part in chunks(leads)
        for row in tx.connection.execute(
            select(table.c.lead, table.c.operation).where(
                table.c.company == tx.company, table.c.lead.in_(part), table.c.dropped_at.is_not(None)
            )
        )
    }


def is_dropped(
    company: ColumnElement[str], lead: ColumnElement[str], system: ColumnElement[str], *operations: str
) -> ColumnElement[bool]:
    """Whether one of these writes of a lead to a system is dropped, for a statement over another table."""
    return exists().where(
        table.c.company == company,
        table.c.lead == lead,
        table.c.system == system,
        table.c.operation.in_(operations),
        table.c.dropped_at.is_not(None),
    )

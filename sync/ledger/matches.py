"""What evidence does not decide, and what people have decided of it."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from mapping.records import Instant
from sync.ledger import schema
from sync.ledger.store import Tx, chunks

table = schema.match


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A question for a person: which record is the lead's, or, with a `field`, whose value stays."""

    lead: str
    system: str
    code: str
    field: str = ""
    detail: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    choice: str | None = None
    since: Instant | None = None


def park(tx: Tx, rows: Sequence[Match]) -> None:
    """Notes questions; one that was there keeps its `since` and what was decided of it."""
    if not rows:
        return
    known = {(each.lead, each.system, each.field): each for each in of_leads(tx, {row.lead for row in rows})}
    found = []
    for row in rows:
        before = known.get((row.lead, row.system, row.field))
        found.append(
            {
                "lead": row.lead,
                "system": row.system,
                "field": row.field,
                "code": row.code,
                "detail": dict(row.detail),
                "since": before.since if before else tx.now,
                "last_at": tx.now,
                "choice": before.choice if before else None,
            }
        )
    tx.put(table, found)


def of_leads(tx: Tx, leads: Iterable[str]) -> list[Match]:
    """The questions about these leads."""
    return [
        _match(row)
        for part in chunks(leads)
        for row in tx.connection.execute(
            select(table).where(table.c.company == tx.company, table.c.lead.in_(part))
        )
    ]


def every(tx: Tx) -> list[Match]:
    """Every question, oldest first."""
    query = select(table).where(table.c.company == tx.company)
    return [
        _match(row)
        for row in tx.connection.execute(query.order_by(table.c.since, table.c.lead, table.c.field))
    ]


def decide(tx: Tx, match: Match, choice: str) -> None:
    """Notes what a person has decided."""
    tx.connection.execute(
        update(table)
        .where(
            table.c.company == tx.company,
            table.c.lead == match.lead,
            table.c.system == match.system,
            table.c.field == match.field,
        )
        .values(choice=choice)
    )


def answer(tx: Tx, rows: Sequence[Match]) -> None:
    """Takes questions off the list."""
    if not rows:
        return
    names = ("lead", "system", "field")
    which = [table.c[name] == bindparam(f"of_{name}") for name in names]
    tx.connection.execute(
        delete(table).where(table.c.company == tx.company, *which),
        [{f"of_{name}": getattr(each, name) for name in names} for each in rows],
    )


def forget(tx: Tx, leads: Iterable[str]) -> None:
    """Takes every question about these leads off the list, with the values in them."""
    for part in chunks(leads):
        tx.connection.execute(delete(table).where(table.c.company == tx.company, table.c.lead.in_(part)))


def _match(row: Any) -> Match:
    return Match(
        lead=row.lead,
        system=row.system,
        code=row.code,
        field=row.field,
        detail=row.detail,
        choice=row.choice,
        since=row.since,
    )

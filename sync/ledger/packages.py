"""Packages: what travelled with each handoff, as it was."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select, update

from sync.ledger import schema
from sync.ledger.store import Tx, chunks

table = schema.package


class PackageRow(NamedTuple):
    """The package of a handoff as it was prepared, and the names of what it lacks."""

    lead: str
    cycle: int
    snapshot: Mapping[str, Any]
    missing: tuple[str, ...]


def put_packages(tx: Tx, rows: Sequence[PackageRow]) -> None:
    """Keeps the package of each handoff in the place of what it was before it travelled."""
    tx.put(table, [{**row._asdict(), "at": tx.now} for row in rows])


def incomplete(tx: Tx, leads: Iterable[str]) -> set[tuple[str, int]]:
    """The handoffs (lead, cycle) whose package lacked something when it was last prepared."""
    found: set[tuple[str, int]] = set()
    for part in chunks(leads):
        rows = tx.connection.execute(
            select(table.c.lead, table.c.cycle, table.c.missing).where(
                table.c.company == tx.company, table.c.lead.in_(part)
            )
        )
        found |= {(row.lead, row.cycle) for row in rows if row.missing}
    return found


def missing_of(tx: Tx, leads: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What the newest package of each lead lacks; complete ones are absent."""
    found: dict[str, tuple[str, ...]] = {}
    for part in chunks(leads):
        rows = tx.connection.execute(
            select(table.c.lead, table.c.missing)
            .where(table.c.company == tx.company, table.c.lead.in_(part))
            .order_by(table.c.cycle)
        )
        found |= {row.lead: tuple(row.missing) for row in rows}
    return {lead: names for lead, names in found.items() if names}


def shortened_of(tx: Tx, lead: str) -> list[dict[str, Any]]:
    """The fields that were shortened to fit when the lead was last passed: each with its lengths."""
    query = (
        select(table.c.snapshot)
        .where(table.c.company == tx.company, table.c.lead == lead)
        .order_by(table.c.cycle.desc())
        .limit(1)
    )
    snapshot = tx.connection.execute(query).scalar_one_or_none()
    return list((snapshot or {}).get("shortened", []))


def forget_snapshots(tx: Tx, leads: Iterable[str]) -> None:
    """Forgets what travelled with these leads; that something did stays."""
    for part in chunks(leads):
        tx.connection.execute(
            update(table).where(table.c.company == tx.company, table.c.lead.in_(part)).values(snapshot={})
        )

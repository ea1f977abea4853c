"""The pushes among the intents: which package passed, and which record each is to make or take."""

from collections.abc import Iterable

from sqlalchemy import select, update

from sync.ledger import schema
from sync.ledger.intents import PUSH, Intent
from sync.ledger.store import Tx, chunks


def next_push(tx: Tx, lead: str, cycle: int, fingerprint: str) -> int | None:
    """The number of the push that a package with this fingerprint needs; None when it was passed already.

    A handoff that sales sent back for its package (T40) is passed again when the package is another one.
    """
    table = schema.intent
    rows = tx.connection.execute(
        select(table)
        .where(
            table.c.company == tx.company,
            table.c.operation == PUSH,
            table.c.lead == lead,
            table.c.cycle == cycle,
        )
        .order_by(table.c.n)
    ).all()
    if not rows:
        return 0
    last = rows[-1]
    if last.state != "done":
        return int(last.n)
    return None if last.payload.get("fingerprint") == fingerprint else int(last.n) + 1


def owed_records(tx: Tx, ids: Iterable[str]) -> dict[str, list[str]]:
    """The leads that each of these CRM records is to be given to by a push that is owed."""
    table = schema.intent
    record = table.c.payload["id"].as_string()
    found: dict[str, list[str]] = {}
    for part in chunks(ids):
        rows = tx.connection.execute(
            select(record.label("record"), table.c.lead).where(
                table.c.company == tx.company,
                table.c.state == "owed",
                table.c.operation == PUSH,
                record.in_(part),
            )
        )
        for row in rows:
            found.setdefault(row.record, []).append(row.lead)
    return found


def slim(tx: Tx, intent: Intent) -> None:
    """Keeps of a push that was done only what tells whether another one differs."""
    kept = {name: intent.payload[name] for name in ("id", "kind", "fingerprint")}
    tx.connection.execute(
        update(schema.intent)
        .where(
            schema.intent.c.company == tx.company,
            schema.intent.c.operation == PUSH,
            schema.intent.c.lead == intent.lead,
            schema.intent.c.cycle == intent.cycle,
            schema.intent.c.n == intent.n,
        )
        .values(payload=kept)
    )


def forget_payloads(tx: Tx, leads: Iterable[str]) -> None:
    """Forgets what these leads were passed with; that they were passed stays."""
    table = schema.intent
    for part in chunks(leads):
        tx.connection.execute(
            update(table)
            .where(table.c.company == tx.company, table.c.operation == PUSH, table.c.lead.in_(part))
            .values(payload={})
        )

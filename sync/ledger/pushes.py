"""The pushes among the intents: which package passed, and which record each is to make or take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from sync.ledger import schema
from sync.ledger.intents import PUSH, Intent
from sync.ledger.store import Tx, chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """The newest push of a handoff: its number, what became of it, and what tells the package that it carried."""

    n: int
    state: str
    fingerprint: str | None

    def next(self, fingerprint: str) -> int | None:
        """The number of the push that a package with this fingerprint needs; None when it was passed already.

        A handoff that sales sent back for its package (T40) is passed again when the package is another one.
        """
        if self.state != "done":
            return self.n
        return None if self.fingerprint == fingerprint else self.n + 1


def newest(tx: Tx, leads: Iterable[str]) -> dict[tuple[str, int], Push]:
    """The newest push of each handoff of these leads that was ever owed, by (lead, cycle)."""
    table = schema.intent
    carried = table.c.payload["fingerprint"].as_string()
    found: dict[tuple[str, int], Push] = {}
    for part in chunks(leads):
        rows = tx.connection.execute(
            select(table.c.lead, table.c.cycle, table.c.n, table.c.state, carried.label("fingerprint"))
            .where(table.c.company == tx.company, table.c.operation == PUSH, table.c.lead.in_(part))
            .order_by(table.c.n)
        )
        found |= {
            (row.lead, row.cycle): Push(n=row.n, state=row.state, fingerprint=row.fingerprint) for row in rows
        }
    return found


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


def slim(tx: Tx, pushes: Sequence[Intent]) -> None:
    """Keeps of pushes that were done only what tells whether another one differs."""
    if not pushes:
        return
    table = schema.intent
    of_push = [table.c[name] == bindparam(f"of_{name}") for name in ("lead", "cycle", "n")]
    tx.connection.execute(
        update(table)
        .where(table.c.company == tx.company, table.c.operation == PUSH, *of_push)
        .values(payload=bindparam("kept")),
        [
            {
                "of_lead": each.lead,
                "of_cycle": each.cycle,
                "of_n": each.n,
                "kept": {name: each.payload[name] for name in ("id", "kind", "fingerprint")},
            }
            for each in pushes
        ],
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

"""Notices: what people are told, each once, whoever finds it first."""

from collections.abc import Sequence

from sqlalchemy.dialects import postgresql, sqlite

from policies.notices import WITHDRAWN, Notice
from sync.ledger import schema
from sync.ledger.store import Tx

table = schema.notice


def claim(tx: Tx, lead: str, cycle: int, notices: Sequence[Notice]) -> list[Notice]:
    """Notes these notices of a handoff and answers those that nobody had noted before.

    Of two transactions that claim the same notice one alone gets it: its key is the row's.
    """
    if not notices:
        return []
    rows = [_row(tx, lead, cycle, each) for each in notices]
    insert = postgresql.insert if tx.connection.dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(table)
        .values([{"company": tx.company, **row} for row in rows])
        .on_conflict_do_nothing()
        .returning(table.c.clock, table.c.instance, table.c.level)
    )
    new = {tuple(row) for row in tx.connection.execute(statement)}
    return [each for each in notices if each.key in new]


def _row(tx: Tx, lead: str, cycle: int, notice: Notice) -> dict[str, object]:
    return {
        "lead": lead,
        "cycle": cycle,
        "clock": notice.clock,
        "instance": notice.instance,
        "level": notice.level,
        "due_at": notice.at,
        "at": tx.now,
        "recipient": notice.person or notice.to,
        "withdrawn_at": tx.now if notice.level.endswith(WITHDRAWN) else None,
    }

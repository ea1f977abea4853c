"""Notices: what people are told, each once, whoever finds it first."""

from collections.abc import Sequence

from sqlalchemy import select

from policies.notices import WITHDRAWN, Notice
from sync.ledger import schema
from sync.ledger.store import Tx

table = schema.notice


def claim(tx: Tx, lead: str, cycle: int, notices: Sequence[Notice]) -> list[Notice]:
    """Notes these notices of a handoff and answers those that nobody had noted before.

    Of two transactions that claim the same notice one alone gets it: its key is the row's.
    """
    known = {
        (row.clock, row.instance, row.level)
        for row in tx.connection.execute(
            select(table.c.clock, table.c.instance, table.c.level).where(
                table.c.company == tx.company, table.c.lead == lead, table.c.cycle == cycle
            )
        )
    }
    new = [each for each in notices if each.key not in known]
    tx.add_new(table, [_row(tx, lead, cycle, each) for each in new])
    return new


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

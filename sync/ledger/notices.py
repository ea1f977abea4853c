"""Notices: what people are told, each once, whoever finds it first."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mapping.records import Instant
from policies.notices import SIDES, WITHDRAWN, Notice
from policies.states import Side
from sync.ledger import schema
from sync.ledger.store import Tx

table = schema.notice


class Claim(NamedTuple):
    """A notice of a handoff."""

    lead: str
    cycle: int
    notice: Notice


def claim(tx: Tx, found: Sequence[Claim]) -> list[Claim]:
    """Notes these notices and answers those that nobody had noted before.

    Of two transactions that claim the same notice one alone gets it: its key is the row's.
    """
    insert = postgresql.insert if tx.connection.dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(table)
        .on_conflict_do_nothing()
        .returning(table.c.lead, table.c.cycle, table.c.clock, table.c.instance, table.c.level)
    )
    rows = [{"company": tx.company, **_row(tx, each)} for each in found]
    new = {tuple(row) for row in tx.connection.execute(statement, rows)} if rows else set()
    return [each for each in found if (each.lead, each.cycle, *each.notice.key) in new]


def gather(tx: Tx, over: int) -> None:
    """Puts what one side is told at this run's instant into one digest where it is more than `over`."""
    told = (table.c.company == tx.company, table.c.at == tx.now)
    counted = tx.connection.execute(select(table.c.role, func.count()).where(*told).group_by(table.c.role))
    by_side: dict[Side, dict[str, int]] = {}
    for role, count in counted:
        by_side.setdefault(SIDES[role], {})[role] = count
    for side, roles in by_side.items():
        if sum(roles.values()) > over:
            tx.connection.execute(
                update(table).where(*told, table.c.role.in_(list(roles))).values(digest=f"{side}-{tx.now}")
            )


def told_since(tx: Tx, since: Instant) -> list[Mapping[str, Any]]:
    """Every notice from an instant on, the oldest first, by column name without the company."""
    columns = [column for column in table.columns if column.name != "company"]
    order = ("at", "role", "recipient", "lead", "cycle", "clock", "instance", "level")
    query = (
        select(*columns)
        .where(table.c.company == tx.company, table.c.at >= since)
        .order_by(*(table.c[each] for each in order))
    )
    return [dict(row) for row in tx.connection.execute(query).mappings()]


def _row(tx: Tx, claim: Claim) -> dict[str, object]:
    notice = claim.notice
    return {
        "lead": claim.lead,
        "cycle": claim.cycle,
        "clock": notice.clock,
        "instance": notice.instance,
        "level": notice.level,
        "due_at": notice.at,
        "at": tx.now,
        "role": notice.to,
        "recipient": notice.person or notice.to,
        "withdrawn_at": tx.now if notice.level.endswith(WITHDRAWN) else None,
    }

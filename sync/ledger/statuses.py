"""Statuses: what each system should show of each lead, and what it was last given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, bindparam, exists, or_, select, update

from sync.ledger import schema
from sync.ledger.drops import is_dropped
from sync.ledger.store import Tx

STATUS = "status"  # what a refusal of it is listed under


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """The status one system should show of a lead, with its hash, and the one it was last given."""

    lead: str
    system: str
    wanted: Mapping[str, Any]
    hash: str
    written: Mapping[str, Any] | None


class Wanted(NamedTuple):
    """The status that a system should show of a lead, with its hash."""

    lead: str
    system: str
    row: Mapping[str, Any]
    hash: str


def want(tx: Tx, wanted: Sequence[Wanted]) -> None:
    """Notes the status that each system should show of a lead; what was written stays noted."""
    tx.put(
        schema.status,
        [
            {"lead": each.lead, "system": each.system, "wanted": dict(each.row), "wanted_hash": each.hash}
            for each in wanted
        ],
    )


def unwritten(tx: Tx, system: str, after: str, size: int) -> list[StatusRow]:
    """The next statuses, by lead, that a linked record of the system does not show yet."""
    table, link = schema.status, schema.link
    linked = exists().where(  # no join: SQLite would look through all links after `after` for each status
        link.c.company == table.c.company,
        link.c.lead == table.c.lead,
        link.c.system == table.c.system,
        link.c.target.is_(True),
    )
    rows = tx.connection.execute(
        select(table)
        .where(
            _differs(tx, system),
            linked,
            ~is_dropped(table.c.company, table.c.lead, table.c.system, STATUS),
            table.c.lead > after,
        )
        .order_by(table.c.lead)
        .limit(size)
    )
    return [_row(row) for row in rows]


def shown(tx: Tx) -> dict[str, dict[str, StatusRow]]:
    """Every lead that has a status, by id, with what each system should show and was last given."""
    table = schema.status
    found: dict[str, dict[str, StatusRow]] = {}
    query = select(table).where(table.c.company == tx.company).order_by(table.c.lead, table.c.system)
    for row in tx.connection.execute(query):
        found.setdefault(row.lead, {})[row.system] = _row(row)
    return found


def written_of(tx: Tx, lead: str, system: str) -> Mapping[str, Any] | None:
    """The status that a system was last given of a lead; None where it shows none."""
    table = schema.status
    query = select(table.c.written).where(
        table.c.company == tx.company, table.c.lead == lead, table.c.system == system
    )
    found: Mapping[str, Any] | None = tx.connection.execute(query).scalar_one_or_none()
    return found


def mark_written(tx: Tx, rows: Sequence[StatusRow]) -> None:
    """Notes that these statuses are shown now; one that should be another by now stays as it was, to be written."""
    if rows:
        keys = [{"of_lead": row.lead, "of_system": row.system, "of_wanted_hash": row.hash} for row in rows]
        tx.connection.execute(_WRITTEN, [{"of_company": tx.company, **each} for each in keys])


def forget_written(tx: Tx, lead: str, system: str) -> None:
    """Notes that the system's record of a lead is a new one that shows nothing yet."""
    table = schema.status
    tx.connection.execute(
        update(table)
        .where(table.c.company == tx.company, table.c.lead == lead, table.c.system == system)
        .values(written=None, written_hash=None)
    )


def _differs(tx: Tx, system: str) -> Any:
    table = schema.status
    return and_(
        table.c.company == tx.company,
        table.c.system == system,
        or_(table.c.written_hash.is_(None), table.c.written_hash != table.c.wanted_hash),
    )


def _row(row: Row[Any]) -> StatusRow:
    return StatusRow(
        lead=row.lead, system=row.system, wanted=row.wanted, hash=row.wanted_hash, written=row.written
    )


_WRITTEN = (
    update(schema.status)
    .where(
        *(
            schema.status.c[name] == bindparam(f"of_{name}")
            for name in ("company", "lead", "system", "wanted_hash")
        )
    )
    .values(written=schema.status.c.wanted, written_hash=schema.status.c.wanted_hash)
)

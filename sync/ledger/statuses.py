"""Statuses: what each system should show of each lead, and what it was last given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update

from sync.ledger import schema
from sync.ledger.drops import is_dropped
from sync.ledger.store import Tx

STATUS = "status"  # what a refusal of it is listed under


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """The status one system should show of a lead, and the one it was last given."""

    lead: str
    system: str
    wanted: Mapping[str, Any]
    written: Mapping[str, Any] | None


def want(tx: Tx, rows: Sequence[tuple[str, str, Mapping[str, Any], str]]) -> None:
    """Notes the status each (lead, system) should show, with its hash; what was written stays noted."""
    table = schema.status
    known = [{"lead": lead, "system": system} for lead, system, _, _ in rows]
    tx.add_new(table, [{**each, "wanted": {}, "wanted_hash": "", "written_hash": None} for each in known])
    if rows:
        values = [
            {**_of(tx, lead, system), "new_wanted": dict(wanted), "new_hash": fingerprint}
            for lead, system, wanted, fingerprint in rows
        ]
        tx.connection.execute(_WANT, values)


def unwritten(tx: Tx, system: str, after: str, size: int) -> list[StatusRow]:
    """The next statuses, by lead, that a linked record of the system does not show yet."""
    table, link = schema.status, schema.link
    rows = tx.connection.execute(
        select(table)
        .join(
            link,
            and_(
                link.c.company == table.c.company,
                link.c.lead == table.c.lead,
                link.c.system == table.c.system,
                link.c.target.is_(True),
            ),
        )
        .where(
            _differs(tx, system),
            ~is_dropped(table.c.company, table.c.lead, table.c.system, STATUS),
            table.c.lead > after,
        )
        .order_by(table.c.lead)
        .limit(size)
    )
    return [
        StatusRow(lead=row.lead, system=row.system, wanted=row.wanted, written=row.written) for row in rows
    ]


def shown(tx: Tx) -> dict[str, dict[str, StatusRow]]:
    """Every lead that has a status, by id, with what each system should show and was last given."""
    table = schema.status
    found: dict[str, dict[str, StatusRow]] = {}
    query = select(table).where(table.c.company == tx.company).order_by(table.c.lead, table.c.system)
    for row in tx.connection.execute(query):
        found.setdefault(row.lead, {})[row.system] = StatusRow(
            lead=row.lead, system=row.system, wanted=row.wanted, written=row.written
        )
    return found


def written_of(tx: Tx, lead: str, system: str) -> Mapping[str, Any] | None:
    """The status that a system was last given of a lead; None where it shows none."""
    table = schema.status
    query = select(table.c.written).where(
        table.c.company == tx.company, table.c.lead == lead, table.c.system == system
    )
    found: Mapping[str, Any] | None = tx.connection.execute(query).scalar_one_or_none()
    return found


def mark_written(tx: Tx, lead: str, system: str, wanted: Mapping[str, Any], fingerprint: str) -> None:
    """Notes that a system shows this status now."""
    values = {"new_written": dict(wanted), "new_hash": fingerprint}
    tx.connection.execute(_WRITTEN, _of(tx, lead, system) | values)


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


def _of(tx: Tx, lead: str, system: str) -> dict[str, object]:
    return {"of_company": tx.company, "of_lead": lead, "of_system": system}


_STATUS = [schema.status.c[name] == bindparam(f"of_{name}") for name in ("company", "lead", "system")]
_WANT = (
    update(schema.status)
    .where(*_STATUS, schema.status.c.wanted_hash != bindparam("new_hash"))
    .values(wanted=bindparam("new_wanted"), wanted_hash=bindparam("new_hash"))
)
_WRITTEN = (
    update(schema.status)
    .where(*_STATUS)
    .values(written=bindparam("new_written"), written_hash=bindparam("new_hash"))
)

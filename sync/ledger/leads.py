"""The lines of the leads, and which of them have something to be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, update

from mapping.records import Instant
from policies.states import Place
from sync.ledger import schema
from sync.ledger.intents import PUSH
from sync.ledger.store import Tx, chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRow:
    """A lead's line in the ledger."""

    id: str
    seen_at: Instant
    mql: bool | None = None
    evaluation: Mapping[str, Any] = field(default_factory=dict)
    passing: str | None = None
    place: str | None = None
    status: str | None = None
    dimensions: Mapping[str, Any] = field(default_factory=dict)
    valid_until: Instant | None = None
    next_due_at: Instant | None = None


def add_leads(tx: Tx, leads: Iterable[str]) -> None:
    """Gives each new lead its line; known ones are left alone."""
    tx.add_new(
        schema.lead,
        [
            {
                "id": each,
                "seen_at": tx.now,
                "qualify": True,
                "judge": False,
                "to_compare": False,
                "evaluation": {},
                "dimensions": {},
            }
            for each in leads
        ],
    )


def ask_to_qualify(tx: Tx, leads: Iterable[str]) -> None:
    """Marks leads whose record in the marketing platform changed, to be qualified and compared."""
    for part in chunks(leads):
        tx.connection.execute(
            update(schema.lead)
            .where(schema.lead.c.company == tx.company, schema.lead.c.id.in_(part))
            .values(qualify=True, to_compare=True)
        )


def ask_to_qualify_history(tx: Tx) -> None:
    """Marks the leads whose MQL moment lay before the agreement was enforced."""
    tx.connection.execute(
        update(schema.lead)
        .where(schema.lead.c.company == tx.company, schema.lead.c.passing == "history")
        .values(qualify=True)
    )


def ask_to_qualify_all(tx: Tx) -> None:
    """Marks every lead: other definitions are in force."""
    tx.connection.execute(update(schema.lead).where(schema.lead.c.company == tx.company).values(qualify=True))


def ask_to_judge_all(tx: Tx) -> None:
    """Marks every lead that was ever passed: other hours count."""
    table = schema.lead
    tx.connection.execute(
        update(table).where(table.c.company == tx.company, table.c.place.is_not(None)).values(judge=True)
    )


def ask_to_judge(tx: Tx, leads: Iterable[str]) -> None:
    """Marks leads that have something new to be judged by."""
    for part in chunks(leads):
        tx.connection.execute(
            update(schema.lead)
            .where(schema.lead.c.company == tx.company, schema.lead.c.id.in_(part))
            .values(judge=True)
        )


def next_to_qualify(tx: Tx, after: str, size: int) -> list[LeadRow]:
    """The next leads, by id, that changed or whose qualification time alone may have changed."""
    table = schema.lead
    rows = tx.connection.execute(
        select(table)
        .where(
            table.c.company == tx.company,
            table.c.id > after,
            or_(table.c.qualify.is_(True), table.c.valid_until <= tx.now),
        )
        .order_by(table.c.id)
        .limit(size)
    )
    return [_lead(row) for row in rows]


def next_to_judge(tx: Tx, after: str, size: int) -> list[LeadRow]:
    """The next leads, by id, that have new facts or whose verdict comes due."""
    table = schema.lead
    rows = tx.connection.execute(
        select(table)
        .where(
            table.c.company == tx.company,
            table.c.id > after,
            or_(table.c.judge.is_(True), table.c.next_due_at <= tx.now),
        )
        .order_by(table.c.id)
        .limit(size)
    )
    return [_lead(row) for row in rows]


def next_in_place(tx: Tx, place: str, after: str, size: int) -> list[LeadRow]:
    """The next leads, by id, that are in one place."""
    table = schema.lead
    rows = tx.connection.execute(
        select(table)
        .where(table.c.company == tx.company, table.c.id > after, table.c.place == place)
        .order_by(table.c.id)
        .limit(size)
    )
    return [_lead(row) for row in rows]


def ask_to_prepare_owed(tx: Tx) -> None:
    """Puts the leads that are owed to sales back among the drafts, to be prepared and judged again."""
    table, intent = schema.lead, schema.intent
    owed = select(intent.c.lead).where(
        intent.c.company == tx.company, intent.c.state == "owed", intent.c.operation == PUSH
    )
    tx.connection.execute(
        update(table)
        .where(table.c.company == tx.company, table.c.place == Place.queued.value, table.c.id.in_(owed))
        .values(place=Place.draft.value, judge=True)
    )


def leads_by_id(tx: Tx, leads: Iterable[str]) -> dict[str, LeadRow]:
    """The lines of these leads."""
    table = schema.lead
    found: dict[str, LeadRow] = {}
    for part in chunks(leads):
        rows = tx.connection.execute(select(table).where(table.c.company == tx.company, table.c.id.in_(part)))
        found |= {row.id: _lead(row) for row in rows}
    return found


def note_judged(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Notes where each judged lead is, its status, and when time alone changes that."""
    table = schema.lead
    names = ("place", "status", "next_due_at")
    statement = (
        update(table)
        .where(table.c.company == tx.company, table.c.id == bindparam("lead"))
        .values(judge=False, **{name: bindparam(f"new_{name}") for name in names})
    )
    if rows:
        tx.connection.execute(
            statement, [{"lead": row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
        )


def note_qualified(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Notes the outcome of each lead's qualification and when time alone may change it."""
    table = schema.lead
    names = ("valid_until", "mql", "evaluation", "passing", "dimensions")
    statement = (
        update(table)
        .where(table.c.company == tx.company, table.c.id == bindparam("lead"))
        .values(qualify=False, **{name: bindparam(f"new_{name}") for name in names})
    )
    if rows:
        values = [{"lead": row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
        tx.connection.execute(statement, values)


def _lead(row: Row[Any]) -> LeadRow:
    return LeadRow(
        id=row.id,
        seen_at=row.seen_at,
        mql=row.mql,
        evaluation=row.evaluation,
        passing=row.passing,
        place=row.place,
        status=row.status,
        dimensions=row.dimensions,
        valid_until=row.valid_until,
        next_due_at=row.next_due_at,
    )

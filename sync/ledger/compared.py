"""What both sides held of the mapped fields, and the fields that a system is to be given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import or_, select, update

from mapping.records import Value, Values
from policies.comparison import Comparison
from policies.conflict import Base
from sync.ledger import schema
from sync.ledger.drops import is_dropped
from sync.ledger.intents import FIELDS, FIELDS_BACK
from sync.ledger.store import Tx, chunks

table = schema.compared
MARKS = tuple(each.name for each in fields(Base))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A lead's fields in one system: the bases, and what is to be written with the bases that it leaves."""

    lead: str
    system: str
    bases: Mapping[str, Base] = field(default_factory=dict)
    wanted: Values = field(default_factory=dict)
    written_bases: Mapping[str, Base] = field(default_factory=dict)


def put_compared(tx: Tx, rows: Sequence[Compared]) -> None:
    """Keeps what was compared, and owes what is wanted, in the place of what was kept and owed before."""
    tx.put(
        table,
        [
            {
                "lead": each.lead,
                "system": each.system,
                "bases": write_bases(each.bases),
                "wanted": {"values": dict(each.wanted), "bases": write_bases(each.written_bases)}
                if each.wanted
                else {},
                "owed": bool(each.wanted),
            }
            for each in rows
        ],
    )


def compared_of(tx: Tx, leads: Iterable[str]) -> dict[tuple[str, str], Compared]:
    """What was kept of these leads, by (lead, system)."""
    found: dict[tuple[str, str], Compared] = {}
    for part in chunks(leads):
        rows = tx.connection.execute(
            select(table).where(table.c.company == tx.company, table.c.lead.in_(part))
        )
        found |= {(row.lead, row.system): _compared(row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's public way
    return found


def owed_fields(tx: Tx, system: str, after: str, size: int) -> list[Compared]:
    """The next leads, by id, of which the system is owed fields."""
    rows = tx.connection.execute(
        select(table)
        .where(
            table.c.company == tx.company,
            table.c.system == system,
            table.c.owed.is_(True),
            ~is_dropped(table.c.company, table.c.lead, table.c.system, FIELDS, FIELDS_BACK),
            table.c.lead > after,
        )
        .order_by(table.c.lead)
        .limit(size)
    )
    return [_compared(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public way


def ask_to_compare(tx: Tx, leads: Iterable[str]) -> None:
    """Marks leads of which a record in the CRM changed, or of which a person has decided something."""
    for part in chunks(leads):
        tx.connection.execute(
            update(schema.lead)
            .where(schema.lead.c.company == tx.company, schema.lead.c.id.in_(part))
            .values(to_compare=True)
        )


def ask_to_compare_all(tx: Tx, system: str) -> None:
    """Marks every lead that has a record in the system."""
    link, lead = schema.link, schema.lead
    linked = select(link.c.lead).where(link.c.company == tx.company, link.c.system == system)
    tx.connection.execute(
        update(lead).where(lead.c.company == tx.company, lead.c.id.in_(linked)).values(to_compare=True)
    )


def ask_to_compare_owed(tx: Tx) -> None:
    """Marks every lead of which a system is owed fields, or refused them: the rules that say so are others now."""
    lead, refused = schema.lead, schema.refused
    owed = select(table.c.lead).where(table.c.company == tx.company, table.c.owed.is_(True))
    listed = select(refused.c.lead).where(
        refused.c.company == tx.company,
        refused.c.operation.in_((FIELDS, FIELDS_BACK)),
        refused.c.dropped_at.is_(None),
    )
    tx.connection.execute(
        update(lead)
        .where(lead.c.company == tx.company, or_(lead.c.id.in_(owed), lead.c.id.in_(listed)))
        .values(to_compare=True)
    )


def note_compared(tx: Tx, leads: Iterable[str]) -> None:
    """Takes the marks off these leads."""
    for part in chunks(leads):
        tx.connection.execute(
            update(schema.lead)
            .where(schema.lead.c.company == tx.company, schema.lead.c.id.in_(part))
            .values(to_compare=False)
        )


def note_nowhere(tx: Tx, system: str) -> None:
    """Takes the marks off the leads that have no record in a system: there is nothing to compare with."""
    link, lead = schema.link, schema.lead
    linked = (
        select(link.c.lead)
        .where(link.c.company == tx.company, link.c.system == system, link.c.target.is_(True))
        .scalar_subquery()
    )
    tx.connection.execute(
        update(lead)
        .where(lead.c.company == tx.company, lead.c.to_compare.is_(True), lead.c.id.not_in(linked))
        .values(to_compare=False)
    )


def next_to_compare(tx: Tx, after: str, size: int) -> list[tuple[str, str | None]]:
    """The next leads, by id, that are marked, each with its place."""
    lead = schema.lead
    rows = tx.connection.execute(
        select(lead.c.id, lead.c.place)
        .where(lead.c.company == tx.company, lead.c.to_compare.is_(True), lead.c.id > after)
        .order_by(lead.c.id)
        .limit(size)
    )
    return [(row.id, row.place) for row in rows]


def forget_wanted(tx: Tx, leads: Iterable[str]) -> None:
    """Forgets the values that were to be written for these leads; marks stay."""
    for part in chunks(leads):
        tx.connection.execute(
            update(table)
            .where(
                table.c.company == tx.company,
                table.c.lead.in_(part),
                or_(table.c.owed.is_(True), table.c.wanted != {}),
            )
            .values(wanted={}, owed=False)
        )


def write_bases(bases: Mapping[str, Base]) -> dict[str, Any]:
    """Bases as JSON values."""
    return {
        name: {mark: value for mark in MARKS if (value := getattr(base, mark)) not in (None, False)}
        for name, base in bases.items()
    }


def read_bases(table: Mapping[str, Any]) -> dict[str, Base]:
    """The bases that `write_bases` wrote."""
    return {name: Base(**{"source": None, "target": None, **row}) for name, row in table.items()}


def write_comparison(found: Comparison) -> dict[str, Any]:
    """What follows from a comparison, as JSON values."""
    bases = {"bases": write_bases(found.bases), "written_bases": write_bases(found.written_bases)}
    return bases | {"wanted": dict(found.wanted)}


def read_comparison(lead: str, system: str, table: Mapping[str, Any]) -> Compared:
    """What `write_comparison` wrote, as it is kept and owed."""
    return Compared(
        lead=lead,
        system=system,
        bases=read_bases(table["bases"]),
        wanted={name: _value(value) for name, value in table["wanted"].items()},
        written_bases=read_bases(table["written_bases"]),
    )


def _compared(row: Mapping[Any, Any]) -> Compared:
    wanted = row["wanted"]
    return Compared(
        lead=row["lead"],
        system=row["system"],
        bases=read_bases(row["bases"]),
        wanted={name: _value(value) for name, value in wanted.get("values", {}).items()},
        written_bases=read_bases(wanted.get("bases", {})),
    )


def _value(value: Any) -> Value:
    found: Value = tuple(value) if isinstance(value, list) else value
    return found

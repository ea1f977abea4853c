"""Whose id is whose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from sync.ledger import schema
from sync.ledger.store import Tx, chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One system's id of a lead; `target` where write-backs of that system go."""

    system: str
    kind: str
    id: str
    lead: str
    target: bool = True


def put_links(tx: Tx, links: Sequence[Link]) -> None:
    """Notes whose id each is; a new target of a system takes the place of the lead's former one."""
    rows = [
        {"system": each.system, "kind": each.kind, "id": each.id, "lead": each.lead, "target": each.target}
        for each in links
    ]
    for system in {each.system for each in links}:
        for part in chunks({each.lead for each in links if each.target and each.system == system}):
            tx.connection.execute(
                update(schema.link)
                .where(
                    schema.link.c.company == tx.company,
                    schema.link.c.system == system,
                    schema.link.c.lead.in_(part),
                )
                .values(target=False)
            )
    tx.put(schema.link, rows)


def leads_by_record(tx: Tx, system: str, ids: Iterable[str]) -> dict[str, str]:
    """The lead that each record id of a system belongs to."""
    table = schema.link
    found: dict[str, str] = {}
    for part in chunks(ids):
        rows = tx.connection.execute(
            select(table.c.id, table.c.lead).where(
                table.c.company == tx.company, table.c.system == system, table.c.id.in_(part)
            )
        )
        found |= {row.id: row.lead for row in rows}
    return found


def targets_of(tx: Tx, system: str, leads: Iterable[str]) -> dict[str, Link]:
    """Where each lead's write-back to a system goes."""
    table = schema.link
    found: dict[str, Link] = {}
    for part in chunks(leads):
        rows = tx.connection.execute(
            select(table).where(
                table.c.company == tx.company,
                table.c.system == system,
                table.c.lead.in_(part),
                table.c.target.is_(True),
            )
        )
        found |= {row.lead: Link(system=row.system, kind=row.kind, id=row.id, lead=row.lead) for row in rows}
    return found


def links_of(tx: Tx, lead: str) -> list[Link]:
    """Every id that any system has or had of a lead."""
    table = schema.link
    rows = tx.connection.execute(
        select(table)
        .where(table.c.company == tx.company, table.c.lead == lead)
        .order_by(table.c.system, table.c.kind, table.c.id)
    )
    return [
        Link(system=row.system, kind=row.kind, id=row.id, lead=row.lead, target=row.target) for row in rows
    ]


def count_links(tx: Tx, system: str) -> int:
    """How many leads are linked to a record of a system."""
    table = schema.link
    return tx.connection.execute(
        select(func.count()).where(
            table.c.company == tx.company, table.c.system == system, table.c.target.is_(True)
        )
    ).scalar_one()

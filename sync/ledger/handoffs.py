"""Handoffs, their clocks and touches as projections of their events: what is asked often and can be made again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, select

from mapping.records import Instant
from policies.clock_verdict import OPEN_STATES
from policies.states import OPEN, ClockState
from sync.ledger import schema
from sync.ledger.store import Tx, chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffRow:
    """A handoff's line in the ledger."""

    lead: str
    cycle: int
    state: str
    outcome: str | None
    reason: str | None
    mql_at: Instant
    delivered_at: Instant | None
    package_complete_at: Instant | None


class Holding(NamedTuple):
    """Who holds an open handoff, and the hash of its lead's account, where that is known."""

    lead: str
    owner: str
    account: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """What one lead's judgement leaves in the tables, as rows without the company."""

    lead: str
    handoffs: Sequence[dict[str, Any]]
    clocks: Sequence[dict[str, Any]]
    touches: Sequence[dict[str, Any]]


def project(tx: Tx, projections: Sequence[Projection]) -> None:
    """Puts the newest judgement of each lead in the place of the former one."""
    tables = (schema.handoff, schema.clock, schema.touch)
    for part in chunks([each.lead for each in projections]):
        for table in tables:
            tx.connection.execute(delete(table).where(table.c.company == tx.company, table.c.lead.in_(part)))
    tx.put(schema.handoff, [row for each in projections for row in each.handoffs])
    tx.put(schema.clock, [row for each in projections for row in each.clocks])
    tx.put(schema.touch, [row for each in projections for row in each.touches])


def all_of(tx: Tx, leads: Iterable[str]) -> dict[str, list[HandoffRow]]:
    """The handoffs of each lead, by cycle; of a lead that was never passed there are none."""
    found: dict[str, list[HandoffRow]] = {}
    for part in chunks(leads):
        for row in tx.connection.execute(
            select(schema.handoff)
            .where(schema.handoff.c.company == tx.company, schema.handoff.c.lead.in_(part))
            .order_by(schema.handoff.c.cycle)
        ):
            found.setdefault(row.lead, []).append(_row(row))
    return found


def holdings(tx: Tx) -> list[Holding]:
    """Every open handoff that somebody holds, by the order of delivery."""
    table = schema.handoff
    rows = tx.connection.execute(
        select(table.c.lead, table.c.owner, table.c.dimensions)
        .where(
            table.c.company == tx.company,
            table.c.state.in_([each.value for each in OPEN]),
            table.c.owner.is_not(None),
        )
        .order_by(table.c.delivered_at, table.c.lead)
    )
    return [Holding(row.lead, row.owner, row.dimensions.get("account")) for row in rows]


def with_open_clocks(tx: Tx, after: str, size: int) -> list[str]:
    """The next leads, by id, of which a clock can still be stopped, or could not be computed."""
    table, states = schema.clock, (*OPEN_STATES, ClockState.invalid)
    rows = tx.connection.execute(
        select(table.c.lead)
        .distinct()
        .where(
            table.c.company == tx.company, table.c.lead > after, table.c.state.in_([s.value for s in states])
        )
        .order_by(table.c.lead)
        .limit(size)
    )
    return [row.lead for row in rows]


def running_dues(tx: Tx, leads: Iterable[str], now: Instant) -> dict[tuple[str, int, str, int], Instant]:
    """When the running clocks of these leads are due after `now`, as last judged: by lead, cycle, name, instance."""
    table = schema.clock
    found: dict[tuple[str, int, str, int], Instant] = {}
    for part in chunks(leads):
        rows = tx.connection.execute(
            select(table).where(
                table.c.company == tx.company,
                table.c.lead.in_(part),
                table.c.state == ClockState.running.value,
                table.c.due_at > now,
            )
        )
        found |= {(row.lead, row.cycle, row.name, row.instance): row.due_at for row in rows}
    return found


def _row(row: Row[Any]) -> HandoffRow:
    return HandoffRow(
        lead=row.lead,
        cycle=row.cycle,
        state=row.state,
        outcome=row.outcome,
        reason=row.reason,
        mql_at=row.mql_at,
        delivered_at=row.delivered_at,
        package_complete_at=row.package_complete_at,
    )

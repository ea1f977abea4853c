"""Events in the ledger: appended once, read back per lead."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from types import MappingProxyType

from sqlalchemy import func, select

from mapping.records import Instant
from policies.events import Event, Kind
from sync.ledger import schema
from sync.ledger.leads import ask_to_judge
from sync.ledger.store import Tx, chunks

table = schema.event


def add_events(tx: Tx, events: Sequence[Event]) -> None:
    """Appends the facts that are not known yet and marks the leads of these to be judged."""
    if not events:
        return
    statement = tx.insert(table).on_conflict_do_nothing().returning(table.c.lead)
    added = tx.connection.execute(statement, [{"company": tx.company, **_row(event)} for event in events])
    ask_to_judge(tx, set(added.scalars()))


def events_of(tx: Tx, leads: Iterable[str]) -> dict[str, list[Event]]:
    """Every event of each lead, in order of arrival; a lead without any has an empty list."""
    found: defaultdict[str, list[Event]] = defaultdict(list)
    for part in chunks(leads):
        for lead in part:
            found[lead] = []
        rows = tx.connection.execute(
            select(table).where(table.c.company == tx.company, table.c.lead.in_(part)).order_by(table.c.seq)
        )
        for row in rows:
            found[row.lead].append(
                Event(
                    kind=Kind(row.kind),
                    lead=row.lead,
                    occurred_at=row.occurred_at,
                    recorded_at=row.recorded_at,
                    source=row.source,
                    object_id=row.object_id,
                    version=row.version,
                    cycle=row.cycle,
                    data=MappingProxyType(row.data),
                )
            )
    return dict(found)


def delivered_at(tx: Tx, leads: Iterable[str]) -> dict[str, Instant]:
    """When each lead was last delivered, as recorded: also in the run that delivered it."""
    found: dict[str, Instant] = {}
    for part in chunks(leads):
        rows = tx.connection.execute(
            select(table.c.lead, func.max(table.c.occurred_at).label("at"))
            .where(
                table.c.company == tx.company,
                table.c.lead.in_(part),
                table.c.kind == Kind.delivered.value,
            )
            .group_by(table.c.lead)
        )
        found |= {row.lead: row.at for row in rows}
    return found


def newest_recorded_at(tx: Tx) -> Instant | None:
    """When the newest fact of the company was recorded: no run may judge as of before it."""
    newest = select(func.max(table.c.recorded_at)).where(table.c.company == tx.company)
    found: Instant | None = tx.connection.execute(newest).scalar_one()
    return found


def newest_occurred_at(tx: Tx, until: Instant) -> Instant:
    """When the newest fact that was recorded in this run happened, not later than `until`; 0 for none."""
    newest = select(func.max(table.c.occurred_at)).where(
        table.c.company == tx.company, table.c.recorded_at == tx.now, table.c.occurred_at <= until
    )
    found: Instant | None = tx.connection.execute(newest).scalar_one()
    return found or 0


def _row(event: Event) -> dict[str, object]:
    return {
        "lead": event.lead,
        "cycle": event.cycle,
        "kind": event.kind.value,
        "source": event.source,
        "object_id": event.object_id,
        "version": event.version,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "data": dict(event.data),
    }

"""What each system held of a person when it was last read."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update

from mapping.identity import fingerprint
from mapping.records import Record, RecordState, Value, Values
from sync.ledger import schema
from sync.ledger.store import Tx, chunks

PAGE = 500
RETURNING = (RecordState.live.value, RecordState.archived.value)
FIELD = "field."  # before the name of a mapped field, among the values of a CRM's record


def hash_of_contact(record: Record) -> str:
    """What tells whether a contact says something new: its values, and since when it has them."""
    dated = {f"dated {name}": at for name, at in record.dated.items()}
    told: dict[str, Value] = {"state ": record.state.value, "aliases ": record.aliases}
    return fingerprint({**record.values, **dated, **told})


def hash_of_crm(record: Record) -> str:
    """What tells whether a CRM record says something new; who wrote last does not show in it."""
    values = {name: value for name, value in record.values.items() if name != "changed_by"}
    return fingerprint({**values, "state ": record.state.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record as the ledger keeps it; `whole` is False when only what definitions use was kept."""

    record: Record
    hash: str
    lead: str | None
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What tells whether a record that was read says something new."""

    hash: str
    state: RecordState
    lead: str | None


def known_records(tx: Tx, system: str, kind: str, ids: Iterable[str]) -> dict[str, Known]:
    """What is known of these records, by id; new ones are absent."""
    table = schema.record
    found: dict[str, Known] = {}
    for part in chunks(ids):
        rows = tx.connection.execute(
            select(table.c.id, table.c.hash, table.c.state, table.c.lead).where(
                table.c.company == tx.company,
                table.c.system == system,
                table.c.kind == kind,
                table.c.id.in_(part),
            )
        )
        found |= {row.id: Known(hash=row.hash, state=RecordState(row.state), lead=row.lead) for row in rows}
    return found


def put_records(tx: Tx, kept: Sequence[Kept]) -> None:
    """Keeps each record as it is now, in place of what was kept of it."""
    tx.put(
        schema.record,
        [
            {
                "system": each.record.system,
                "kind": each.record.kind,
                "id": each.record.id,
                "lead": each.lead,
                "hash": each.hash,
                "state": each.record.state.value,
                "changed_at": each.record.changed_at,
                "version": each.record.version,
                "values": dict(each.record.values),
                "dated": dict(each.record.dated),
                "link": each.record.link,
                "whole": each.whole,
            }
            for each in kept
        ],
    )


def records_of(tx: Tx, system: str, leads: Iterable[str]) -> dict[str, list[Kept]]:
    """What is kept of each lead's records in one system."""
    table = schema.record
    found: dict[str, list[Kept]] = {}
    for part in chunks(leads):
        rows = tx.connection.execute(
            select(table)
            .where(table.c.company == tx.company, table.c.system == system, table.c.lead.in_(part))
            .order_by(table.c.kind, table.c.id)
        )
        for row in rows:
            found.setdefault(row.lead, []).append(_kept(row))
    return found


def every_record(tx: Tx, system: str, kind: str) -> Iterator[Kept]:
    """What is kept of every live record of one kind, by id, a page at a time."""
    table = schema.record
    query = (
        select(table)
        .where(
            table.c.company == tx.company,
            table.c.system == system,
            table.c.kind == kind,
            table.c.state == RecordState.live.value,
        )
        .order_by(table.c.id)
    )
    for part in tx.connection.execution_options(yield_per=PAGE).execute(query).partitions(PAGE):
        yield from (_kept(row) for row in part)


def count_records(tx: Tx, system: str) -> int:
    """How many contacts of a platform are known that live or may come back."""
    table = schema.record
    return tx.connection.execute(
        select(func.count()).where(
            table.c.company == tx.company, table.c.system == system, table.c.state.in_(RETURNING)
        )
    ).scalar_one()


def next_records(tx: Tx, system: str, after: str, limit: int) -> list[tuple[str, RecordState]]:
    """The next of these by id, each with the state it is known in."""
    table = schema.record
    rows = tx.connection.execute(
        select(table.c.id, table.c.state)
        .where(
            table.c.company == tx.company,
            table.c.system == system,
            table.c.state.in_(RETURNING),
            table.c.id > after,
        )
        .order_by(table.c.id)
        .limit(limit)
    )
    return [(row.id, RecordState(row.state)) for row in rows]


def note_gone(tx: Tx, system: str, ids: Iterable[str], erased: Collection[str] = ()) -> None:
    """Notes that records are not where they were, or were erased for good; reading one again says something new."""
    gone = list(ids)
    _note_state(tx, system, [each for each in gone if each not in erased], RecordState.archived)
    _note_state(tx, system, [each for each in gone if each in erased], RecordState.erased)


def _note_state(tx: Tx, system: str, ids: Iterable[str], state: RecordState) -> None:
    table = schema.record
    for part in chunks(ids):
        tx.connection.execute(
            update(table)
            .where(table.c.company == tx.company, table.c.system == system, table.c.id.in_(part))
            .values(state=state.value, hash="")
        )


def note_written(
    tx: Tx, system: str, written: Mapping[str, Values], hash_of: Callable[[Record], str]
) -> None:
    """Keeps the values that records of a system, by id, have just been given: read again, they say nothing new."""
    table, found = schema.record, list[Kept]()
    for part in chunks(written):
        rows = tx.connection.execute(
            select(table).where(
                table.c.company == tx.company,
                table.c.system == system,
                table.c.id.in_(part),
                table.c.whole.is_(True),
            )
        )
        for kept in map(_kept, rows):
            record = replace(kept.record, values={**kept.record.values, **written[kept.record.id]})
            found.append(replace(kept, record=record, hash=hash_of(record)))
    put_records(tx, found)


def ask_to_read_again(tx: Tx, system: str) -> None:
    """Marks the records of which only a part is kept, so that reading them again says something new."""
    table = schema.record
    tx.connection.execute(
        update(table)
        .where(table.c.company == tx.company, table.c.system == system, table.c.whole.is_(False))
        .values(hash="")
    )


def keep_only(tx: Tx, system: str, kept: Mapping[str, Values]) -> None:
    """Forgets all values but these of records, by id (promise 8: people who are not MQL)."""
    if not kept:
        return
    table = schema.record
    tx.connection.execute(
        update(table)
        .where(table.c.company == tx.company, table.c.system == system, table.c.id == bindparam("record"))
        .values(values=bindparam("kept"), whole=False),
        [{"record": record, "kept": dict(values)} for record, values in kept.items()],
    )


def forget_values(tx: Tx, leads: Iterable[str]) -> None:
    """Forgets every value kept of these leads; ids, links and hashes stay."""
    table = schema.record
    for part in chunks(leads):
        tx.connection.execute(
            update(table)
            .where(table.c.company == tx.company, table.c.lead.in_(part))
            .values(values={}, dated={}, link=None, whole=False)
        )


def put_unlinked(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keeps activities of records that are not linked yet."""
    tx.put(schema.unlinked, rows)


def take_unlinked(tx: Tx, system: str, records: Iterable[str]) -> list[tuple[str, Mapping[str, Any]]]:
    """Takes out the activities, as (kind, data), that were waiting for these records to be linked."""
    table = schema.unlinked
    found: list[tuple[str, Mapping[str, Any]]] = []
    for part in chunks(records):
        where = (table.c.company == tx.company, table.c.system == system, table.c.record_id.in_(part))
        found += [(row.kind, row.data) for row in tx.connection.execute(select(table).where(*where))]
        tx.connection.execute(delete(table).where(*where))
    return found


def _kept(row: Row[Any]) -> Kept:
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in row._mapping["values"].items()  # noqa: SLF001 - `row.values` is a method; this is SQLAlchemy's public way
    }
    record = Record(
        system=row.system,
        kind=row.kind,
        id=row.id,
        values=values,
        changed_at=row.changed_at,
        version=row.version,
        dated=row.dated,
        state=RecordState(row.state),
        link=row.link,
    )
    return Kept(record=record, hash=row.hash, lead=row.lead, whole=row.whole)

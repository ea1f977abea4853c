"""Erased people: what was kept of them emptied, and the keyed hashes that are left."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, Table, delete, func, select, update

from mapping.records import RecordState
from sync.ledger import schema
from sync.ledger.store import Tx, chunks

table = schema.erasure
Values = dict[str, object]


def add_hashes(tx: Tx, hashes: Iterable[str]) -> None:
    """Notes keyed hashes of a person; known ones keep the instant they are from."""
    tx.add_new(table, [{"hash": each, "at": tx.now} for each in hashes])


def drop_hashes(tx: Tx, hashes: Iterable[str]) -> int:
    """Forgets keyed hashes; tells how many there were."""
    return sum(_delete(tx, table, table.c.hash.in_(part)) for part in chunks(hashes))


def known_hashes(tx: Tx, hashes: Iterable[str]) -> set[str]:
    """Which of these hashes are of an erased person."""
    return {
        row.hash
        for part in chunks(hashes)
        for row in tx.connection.execute(
            select(table.c.hash).where(table.c.company == tx.company, table.c.hash.in_(part))
        )
    }


def count_hashes(tx: Tx) -> int:
    """How many hashes of erased people there are."""
    query = select(func.count()).where(table.c.company == tx.company)
    return int(tx.connection.execute(query).scalar_one())


def empty_person(tx: Tx, lead: str) -> Counter[str]:
    """Empties all that is kept of a lead but ids, instants and codes; tells how many rows held something.

    What is owed of it is dropped. Facts, links and projections stay: they hold nothing of the person.
    """
    record, package, intent = schema.record, schema.package, schema.intent
    erased = RecordState.erased.value
    no_snapshot: Values = {"snapshot": {}, "missing": []}
    no_values: Values = {"values": {}, "dated": {}, "link": None, "whole": False, "hash": "", "state": erased}
    not_held: Values = {"evaluation": {}, "qualify": False, "to_compare": False, "valid_until": None}
    done = Counter(
        unlinked=_delete(tx, schema.unlinked, schema.unlinked.c.record_id.in_(_ids(tx, lead))),
        hint=_delete(tx, schema.hint, schema.hint.c.id.in_(_ids(tx, lead))),
        status=_delete(tx, schema.status, schema.status.c.lead == lead),
        refused=_delete(tx, schema.refused, schema.refused.c.lead == lead),
        compared=_delete(tx, schema.compared, schema.compared.c.lead == lead),
        match=_delete(tx, schema.match, schema.match.c.lead == lead),
        package=_update(tx, package, package.c.snapshot != {}, package.c.lead == lead, values=no_snapshot),
        record=_update(tx, record, record.c.state != erased, record.c.lead == lead, values=no_values),
        intent=_update(tx, intent, intent.c.payload != {}, intent.c.lead == lead, values={"payload": {}}),
    )
    dropped: Values = {"state": "dropped", "code": "erased"}
    _update(tx, intent, intent.c.lead == lead, intent.c.state == "owed", values=dropped)
    _update(tx, schema.lead, schema.lead.c.id == lead, values=not_held)
    return done


def _ids(tx: Tx, lead: str) -> Select[tuple[str]]:
    """Every id that any system has of the lead."""
    link = schema.link
    return select(link.c.id).where(link.c.company == tx.company, link.c.lead == lead)


def _update(tx: Tx, which: Table, *where: ColumnElement[bool], values: Values) -> int:
    statement = update(which).where(which.c.company == tx.company, *where).values(**values)
    return int(tx.connection.execute(statement).rowcount)


def _delete(tx: Tx, which: Table, where: ColumnElement[bool]) -> int:
    return int(tx.connection.execute(delete(which).where(which.c.company == tx.company, where)).rowcount)

"""Runs, the cursors they go on from, the answers they keep a day, and what was published."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from mapping.records import Instant
from sync.ledger import schema
from sync.ledger.store import Tx

DAY = 86_400
QUOTA = "quota"  # the answer that a vendor's calls are used up


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A version of an agreement or of a calendar as it was published."""

    number: int
    effective_from: Instant
    hash: str
    text: Mapping[str, Any]
    enforce_from: Instant = 0
    published_at: Instant = 0
    signed_by_marketing: str | None = None
    signed_by_sales: str | None = None
    message: str | None = None


def cursor(tx: Tx, system: str, stream: str) -> str | None:
    """Where a read goes on; None when it never ran."""
    table = schema.cursor
    query = select(table.c.value).where(
        table.c.company == tx.company, table.c.system == system, table.c.stream == stream
    )
    return tx.connection.execute(query).scalar_one_or_none()


def put_cursor(tx: Tx, system: str, stream: str, value: str) -> None:
    """Notes where a read goes on, in the transaction that stores what was read."""
    tx.put(schema.cursor, [{"system": system, "stream": stream, "value": value, "at": tx.now}])


def drop_cursors(tx: Tx, system: str) -> None:
    """Forgets where reads of a system go on: the next run reads everything again."""
    table = schema.cursor
    tx.connection.execute(delete(table).where(table.c.company == tx.company, table.c.system == system))


def answer(tx: Tx, system: str, name: str, *, stale: bool = False) -> Any | None:
    """A vendor's answer that is not older than a day of machine time, or, with `stale`, the newest there is."""
    table = schema.answer
    query = select(table.c.at, table.c.value).where(
        table.c.company == tx.company, table.c.system == system, table.c.name == name
    )
    row = tx.connection.execute(query).one_or_none()
    return row.value if row is not None and (stale or row.at > time.time() - DAY) else None


def left_alone(tx: Tx, system: str) -> Mapping[str, Any] | None:
    """`until` when, in machine time, no run calls a system whose quota is used up, and what it `told`."""
    kept = answer(tx, system, QUOTA)
    return kept if kept is not None and kept["until"] > time.time() else None


def put_answer(tx: Tx, system: str, name: str, value: Mapping[str, Any]) -> None:
    """Keeps a vendor's answer for a day of machine time."""
    tx.put(schema.answer, [{"system": system, "name": name, "at": int(time.time()), "value": value}])


def drop_answers(tx: Tx) -> None:
    """Forgets every kept answer of the company."""
    tx.connection.execute(delete(schema.answer).where(schema.answer.c.company == tx.company))


def agreements(tx: Tx) -> list[Published]:
    """Every published version of the agreement, oldest first."""
    table = schema.agreement
    rows = tx.connection.execute(select(table).where(table.c.company == tx.company).order_by(table.c.number))
    return [
        Published(
            number=row.number,
            effective_from=row.effective_from,
            enforce_from=row.enforce_from,
            published_at=row.published_at,
            signed_by_marketing=row.signed_by_marketing,
            signed_by_sales=row.signed_by_sales,
            hash=row.hash,
            text=row.text,
            message=row.message,
        )
        for row in rows
    ]


def publish_agreement(tx: Tx, version: Published) -> None:
    """Appends a version of the agreement."""
    row = {
        "company": tx.company,
        "number": version.number,
        "published_at": tx.now,
        "effective_from": version.effective_from,
        "enforce_from": version.enforce_from,
        "signed_by_marketing": version.signed_by_marketing,
        "signed_by_sales": version.signed_by_sales,
        "hash": version.hash,
        "text": dict(version.text),
        "message": version.message,
    }
    tx.connection.execute(insert(schema.agreement).values(row))


def calendars(tx: Tx) -> list[Published]:
    """Every published calendar, oldest first."""
    table = schema.calendar
    rows = tx.connection.execute(select(table).where(table.c.company == tx.company).order_by(table.c.number))
    return [
        Published(number=row.number, effective_from=row.effective_from, hash=row.hash, text=row.text)
        for row in rows
    ]


def publish_calendar(tx: Tx, version: Published) -> None:
    """Appends a calendar."""
    row = {
        "company": tx.company,
        "number": version.number,
        "effective_from": version.effective_from,
        "hash": version.hash,
        "text": dict(version.text),
    }
    tx.connection.execute(insert(schema.calendar).values(row))


def start_run(tx: Tx) -> int:
    """Notes that a run begins; answers its number."""
    row = {"company": tx.company, "now": tx.now, "started_at": int(time.time()), "summary": {}}
    key = tx.connection.execute(insert(schema.run).values(row)).inserted_primary_key
    assert key is not None
    return int(key[0])


def finish_run(tx: Tx, number: int, outcome: str, summary: Mapping[str, Any]) -> None:
    """Notes how a run ended."""
    tx.connection.execute(
        update(schema.run)
        .where(schema.run.c.seq == number)
        .values(finished_at=int(time.time()), outcome=outcome, summary=dict(summary))
    )


def last_run(tx: Tx) -> Mapping[str, Any] | None:
    """The newest finished run's line."""
    table = schema.run
    row = tx.connection.execute(
        select(table)
        .where(table.c.company == tx.company, table.c.finished_at.is_not(None))
        .order_by(table.c.seq.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way to a row as a mapping

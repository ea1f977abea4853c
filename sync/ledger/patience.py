"""Rows that a vendor puts off run after run: counted, and refused in the end, so that nothing fails for ever unseen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, delete, func, select

from connectors.base import Outcome, RowResult
from mapping.records import Instant, format_instant
from sync.ledger import schema
from sync.ledger.store import Tx, chunks

T = TypeVar("T")
DAY = 86_400
WEEK = 7 * DAY  # what was not put off for so long is not owed any more


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """How many rows the last run left to a later one, and since when the oldest of them waits."""

    rows: int
    since: Instant | None

    def as_row(self) -> dict[str, object]:
        """The same as plain data."""
        return {"rows": self.rows, "since": None if self.since is None else format_instant(self.since)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """In how many runs a row was put off, since when, and when last."""

    runs: int
    since: Instant
    last_at: Instant


def outlast(
    tx: Tx, system: str, operation: str, settled: Sequence[tuple[T, RowResult]], most: int | None
) -> list[tuple[T, RowResult]]:
    """The same results, but a row that was put off in `most` runs, over a day at least, is refused.

    What the vendor's limits hold back (`until`) is no fault and is not counted. `None` waits for ever.
    """
    known = _known(tx, system, operation)
    weighed = [_weigh(result, known.get(result.key), tx.now, most) for _, result in settled]
    counts = {result.key: count for result, count in weighed if count is not None}
    same = {"system": system, "operation": operation}
    tx.put(
        schema.put_off,
        [
            {"lead": lead, **same, "runs": count.runs, "since": count.since, "last_at": count.last_at}
            for lead, count in counts.items()
        ],
    )
    over = {result.key for result, _ in weighed} & known.keys() - counts.keys()
    for part in chunks(over):
        tx.connection.execute(
            delete(schema.put_off).where(_of(tx, system, operation), schema.put_off.c.lead.in_(part))
        )
    return [(each, result) for (each, _), (result, _) in zip(settled, weighed, strict=True)]


def _weigh(
    result: RowResult, count: Count | None, now: Instant, most: int | None
) -> tuple[RowResult, Count | None]:
    """What becomes of a row, and its count as far as it goes on."""
    if result.outcome is not Outcome.retry:
        return result, None
    if result.until is not None:
        return result, count
    count = _once_more(count, now)
    if most is None or count.runs < most or now - count.since < DAY:
        return result, count
    since = format_instant(count.since)
    text = (
        f"it could not be written in {count.runs} runs since {since} ({result.code}), each time as if in passing: "
        f"look at the record there, then `acuerdo refused retry {result.key}`"
    )
    return replace(result, outcome=Outcome.refused, message=text), None


def _once_more(count: Count | None, now: Instant) -> Count:
    """A row counts once a run, however often the run tries it."""
    if count is None or count.last_at < now - WEEK:
        return Count(runs=1, since=now, last_at=now)
    return count if count.last_at == now else replace(count, runs=count.runs + 1, last_at=now)


def put_off_by_last_run(tx: Tx) -> PutOff:
    """The rows that a later run tries again."""
    table, run = schema.put_off, schema.run
    last = select(func.max(run.c.now)).where(run.c.company == tx.company).scalar_subquery()
    query = select(func.count(), func.min(table.c.since)).where(
        table.c.company == tx.company, table.c.last_at == last
    )
    rows, since = tx.connection.execute(query).one()
    return PutOff(rows=rows, since=since)


def _known(tx: Tx, system: str, operation: str) -> dict[str, Count]:
    rows = tx.connection.execute(select(schema.put_off).where(_of(tx, system, operation)))
    return {row.lead: Count(runs=row.runs, since=row.since, last_at=row.last_at) for row in rows}


def _of(tx: Tx, system: str, operation: str) -> ColumnElement[bool]:
    table = schema.put_off
    return and_(table.c.company == tx.company, table.c.system == system, table.c.operation == operation)

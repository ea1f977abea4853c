"""What is left of the calls that vendors allow, kept across runs, and when the writes that wait can be done."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, select

from connectors.budgets import Budget
from mapping.records import Instant, format_instant
from sync.ledger import schema
from sync.ledger.intents import OPT_OUT, STAGE, TRACK
from sync.ledger.links import targets_of
from sync.ledger.store import Ledger, Tx

ACCOUNT = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Writes that a system still waits for, and, where its limits hold them back, when all can be done."""

    waiting: int = 0
    until: Instant | None = None

    def as_row(self) -> dict[str, object]:
        """The same as plain data."""
        return {"waiting": self.waiting, "until": None if self.until is None else format_instant(self.until)}


class KeptBudgets:
    """The budgets of one company in one system; spans are machine time and begin with their first call."""

    def __init__(
        self, ledger: Ledger, company: str, system: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._ledger, self._company, self._system, self._clock = ledger, company, system, clock

    def take(self, budget: Budget, subject: str = ACCOUNT) -> Instant | None:
        """Counts a call; None where it may be made, else, uncounted, the instant from which it may."""
        now, table = int(self._clock()), schema.budget
        with self._ledger.write(self._company, 0) as tx:
            row = tx.connection.execute(
                select(table.c.until, table.c.used)
                .where(_of(tx, self._system, budget.name), table.c.subject == subject)
                .with_for_update()
            ).one_or_none()
            until, used = (row.until, row.used) if row and row.until > now else (now + budget.seconds, 0)
            if used < budget.calls:
                self._put(tx, budget, subject, until, used + 1)
                return None
        return int(until)

    def exhaust(self, budget: Budget, subject: str, until: Instant) -> None:
        """Notes that the vendor takes no more such calls before `until`, whoever used them up."""
        with self._ledger.write(self._company, 0) as tx:
            self._put(tx, budget, subject, until, budget.calls)

    def _put(self, tx: Tx, budget: Budget, subject: str, until: Instant, used: int) -> None:
        row = {"name": budget.name, "subject": subject, "until": until, "used": used}
        more = {"calls": budget.calls, "seconds": budget.seconds, "rows": budget.rows}
        tx.put(schema.budget, [{"system": self._system, **row, **more}])


def queue_after_run(tx: Tx, system: str) -> Queue:
    """What a platform still waits for; spans that are over are dropped."""
    table = schema.budget
    over = and_(table.c.company == tx.company, table.c.until <= int(time.time()))
    tx.connection.execute(delete(table).where(over))
    return queue_of(tx, system)


def queue_of(tx: Tx, system: str) -> Queue:
    """What a platform still waits for.

    What one contact's own limit holds back can be done when its span ends; what the account's holds back, when
    so many spans have passed as the waiting rows fill.
    """
    statuses, moves = _unwritten(tx, system), _owed_moves(tx)
    targets = targets_of(tx, system, {*statuses, *moves})
    statuses = [lead for lead in statuses if lead in targets]
    subjects = {each.id for each in targets.values()}
    table = schema.budget
    rows = tx.connection.execute(
        select(table).where(
            table.c.company == tx.company,
            table.c.system == system,
            table.c.until > int(time.time()),
            table.c.used >= table.c.calls,
        )
    )
    ends = [
        row.until + _further_spans(len(moves), row.calls * row.rows) * row.seconds
        if row.subject == ACCOUNT
        else row.until
        for row in rows
        if row.subject in subjects or (row.subject == ACCOUNT and moves)
    ]
    return Queue(waiting=len(statuses) + len(moves), until=max(ends, default=None))


def _unwritten(tx: Tx, system: str) -> list[str]:
    """The leads whose status the system does not show yet."""
    table = schema.status
    differs = table.c.written_hash.is_distinct_from(table.c.wanted_hash)
    query = select(table.c.lead).where(table.c.company == tx.company, table.c.system == system, differs)
    return list(tx.connection.execute(query).scalars())


def _owed_moves(tx: Tx) -> list[str]:
    """The lead of each track and stage that is owed to the platform."""
    table = schema.intent
    owed = and_(table.c.state == "owed", table.c.operation.in_((OPT_OUT, TRACK, STAGE)))
    query = select(table.c.lead).where(table.c.company == tx.company, owed)
    return list(tx.connection.execute(query).scalars())


def _further_spans(waiting: int, a_span: int) -> int:
    """Spans after the one that is used up, until so many rows are done."""
    return max(0, -(-waiting // a_span) - 1)


def _of(tx: Tx, system: str, name: str) -> ColumnElement[bool]:
    table = schema.budget
    return and_(table.c.company == tx.company, table.c.system == system, table.c.name == name)

"""Ports that read from the vendors and only note what would be written: how a plan is made.

A rehearsed write is acknowledged as the vendor would in the best case, so that what depends on the
acknowledgement is planned too. What only the vendor can know stays a symbol: the id of a new record reads
`new:<lead>`, and times are the run's own instant.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from connectors.base import (
    CallCount,
    Crm,
    CrmChanges,
    Deal,
    FieldWanted,
    Finding,
    Identity,
    MarketingPlatform,
    Match,
    OptOut,
    Outcome,
    Owner,
    OwnerChange,
    Page,
    RowResult,
    Schema,
    SetupStep,
    StageChange,
    TaskWanted,
    Tenant,
    Touch,
    TrackChange,
    Write,
)
from mapping.records import Instant, Record, Value

NEW = "new:"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWrite:
    """One write that a run would make: where, what kind, for which lead, and the values by field.

    `before` holds what the record shows now, as far as the ledger knows.
    """

    system: str
    verb: str
    lead: str
    id: str | None
    values: Mapping[str, Value] = field(default_factory=dict)
    before: Mapping[str, Value] = field(default_factory=dict, compare=False)

    @property
    def creates(self) -> bool:
        """Whether it makes a new record."""
        return self.id is None


Before: TypeAlias = Callable[[PlannedWrite], Mapping[str, Value]]
"""What is known of a record before a write."""


class Notebook:
    """The writes of a rehearsal, in order."""

    def __init__(self, now: Instant, before: Before = lambda _write: {}) -> None:
        self.now = now
        self.writes: list[PlannedWrite] = []
        self._before = before

    def note(self, system: str, verb: str, rows: Sequence[Write]) -> list[RowResult]:
        """Notes value writes and acknowledges each; a row without an id is a new record."""
        return [self._note(system, verb, row) for row in rows]

    def _note(self, system: str, verb: str, row: Write) -> RowResult:
        self._add(system, verb, row.key, row.id, dict(row.values))
        return RowResult(
            key=row.key,
            outcome=Outcome.written,
            id=row.id or f"{NEW}{row.key}",
            kind=row.kind,
            created=row.id is None,
            at=self.now,
        )

    def note_one(
        self, system: str, verb: str, lead: str, record: str, values: Mapping[str, Value]
    ) -> RowResult:
        """Notes any other write and acknowledges it."""
        self._add(system, verb, lead, record, values)
        return RowResult(key=lead, outcome=Outcome.written, id=record, at=self.now)

    def _add(
        self, system: str, verb: str, lead: str, record: str | None, values: Mapping[str, Value]
    ) -> None:
        write = PlannedWrite(system=system, verb=verb, lead=lead, id=record, values=values)
        self.writes.append(replace(write, before=self._before(write)))


class RehearsedPlatform:
    """A marketing platform that is read and never written."""

    def __init__(self, platform: MarketingPlatform, notebook: Notebook) -> None:
        self.system = platform.system
        self._platform = platform
        self._notebook = notebook

    def tenant(self) -> Tenant:
        """As the vendor answers."""
        return self._platform.tenant()

    def inspect(self) -> list[Finding]:
        """As the vendor answers."""
        return self._platform.inspect()

    def schema(self) -> Schema:
        """As the vendor answers."""
        return self._platform.schema()

    def owners(self) -> list[Owner]:
        """As the vendor answers."""
        return self._platform.owners()

    def missing(self, wanted: Sequence[FieldWanted], lists: Sequence[str]) -> list[SetupStep]:
        """As the vendor answers."""
        return self._platform.missing(wanted, lists)

    def ensure(self, wanted: Sequence[FieldWanted], lists: Sequence[str]) -> list[SetupStep]:
        """Only what would be created."""
        return self._platform.missing(wanted, lists)

    def changed(self, cursor: str | None, properties: Sequence[str]) -> Iterator[Page[Record]]:
        """As the vendor answers."""
        return self._platform.changed(cursor, properties)

    def read(self, ids: Sequence[str], properties: Sequence[str]) -> list[Record]:
        """As the vendor answers."""
        return self._platform.read(ids, properties)

    def in_bin(self, ids: Sequence[str]) -> set[str] | None:
        """As the vendor answers."""
        return self._platform.in_bin(ids)

    def since(self, ids: Sequence[str], properties: Sequence[str]) -> dict[str, dict[str, Instant]]:
        """As the vendor answers."""
        return self._platform.since(ids, properties)

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        """Notes the rows."""
        return self._notebook.note(self.system, "status", rows)

    def write_fields(self, rows: Sequence[Write]) -> list[RowResult]:
        """Notes the rows."""
        return self._notebook.note(self.system, "fields", rows)

    def set_stage(self, rows: Sequence[StageChange]) -> list[RowResult]:
        """Notes the rows."""
        return [
            self._notebook.note_one(self.system, "stage", row.key, row.id, {"stage": row.stage})
            for row in rows
        ]

    def put_on_track(self, rows: Sequence[TrackChange]) -> list[RowResult]:
        """Notes the rows."""
        return [
            self._notebook.note_one(
                self.system, "track", row.key, row.id, {"list": row.list, "enter": row.enter}
            )
            for row in rows
        ]

    def opt_out(self, rows: Sequence[OptOut]) -> list[RowResult]:
        """Notes the rows."""
        return [
            self._notebook.note_one(self.system, "opt_out", row.key, row.id, {"opted_out": "email"})
            for row in rows
        ]

    def erase(self, ids: Sequence[str]) -> list[RowResult]:
        """Notes the rows."""
        return [self._notebook.note_one(self.system, "erase", each, each, {}) for each in ids]

    def calls(self) -> CallCount:
        """Calls made so far, all of them reads."""
        return self._platform.calls()


class RehearsedCrm:
    """A CRM that is read and never written."""

    def __init__(self, crm: Crm, notebook: Notebook) -> None:
        self.system = crm.system
        self._crm = crm
        self._notebook = notebook

    def tenant(self) -> Tenant:
        """As the vendor answers."""
        return self._crm.tenant()

    def inspect(self) -> list[Finding]:
        """As the vendor answers."""
        return self._crm.inspect()

    def schema(self) -> Schema:
        """As the vendor answers."""
        return self._crm.schema()

    def owners(self) -> list[Owner]:
        """As the vendor answers."""
        return self._crm.owners()

    def missing(self, wanted: Sequence[FieldWanted]) -> list[SetupStep]:
        """As the vendor answers."""
        return self._crm.missing(wanted)

    def ensure(self, wanted: Sequence[FieldWanted]) -> list[SetupStep]:
        """Only what would be created."""
        return self._crm.missing(wanted)

    def find(self, identities: Sequence[Identity], fields: Sequence[str] = ()) -> list[Match]:
        """As the vendor answers."""
        return self._crm.find(identities, fields)

    def push(self, rows: Sequence[Write], *, unassigned: bool = False) -> list[RowResult]:
        """Notes the rows."""
        return self._notebook.note(self.system, "push", rows)

    def assign(self, rows: Sequence[OwnerChange]) -> list[RowResult]:
        """Notes the rows."""
        return [
            self._notebook.note_one(self.system, "assign", row.key, row.id, {"owner": row.owner})
            for row in rows
        ]

    def create_tasks(self, rows: Sequence[TaskWanted]) -> list[RowResult]:
        """Notes the rows."""
        return [
            self._notebook.note_one(
                self.system, "task", row.key, row.id, {"subject": row.subject, "due_on": row.due_on}
            )
            for row in rows
        ]

    def expect(
        self, changes: str | None, touches: str | None, deals: str | None, fields: Sequence[str] = ()
    ) -> None:
        """As the vendor does."""
        self._crm.expect(changes, touches, deals, fields)

    def changes(self, cursor: str | None, fields: Sequence[str] = ()) -> Iterator[Page[CrmChanges]]:
        """As the vendor answers."""
        return self._crm.changes(cursor, fields)

    def touches(self, cursor: str | None) -> Iterator[Page[Touch]]:
        """As the vendor answers."""
        return self._crm.touches(cursor)

    def deals(self, cursor: str | None) -> Iterator[Page[Deal]]:
        """As the vendor answers."""
        return self._crm.deals(cursor)

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        """Notes the rows."""
        return self._notebook.note(self.system, "status", rows)

    def write_fields(self, rows: Sequence[Write]) -> list[RowResult]:
        """Notes the rows."""
        return self._notebook.note(self.system, "fields", rows)

    def erase(self, ids: Sequence[str]) -> list[RowResult]:
        """Notes the rows."""
        return [self._notebook.note_one(self.system, "erase", each, each, {}) for each in ids]

    def calls(self) -> CallCount:
        """Calls made so far, all of them reads."""
        return self._crm.calls()

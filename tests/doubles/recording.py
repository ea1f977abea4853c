"""Ports that pass every call on and keep what was sent and what became of it: the writes of a real run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

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
    Outcome,
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

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentWrite:
    """One row that a run sent, in the words of a plan, and what the vendor answered."""

    system: str
    verb: str
    lead: str
    id: str | None
    values: Mapping[str, Value]
    result: RowResult


@dataclass
class Sendings:
    """Every row sent through recording ports, in order."""

    writes: list[SentWrite] = field(default_factory=list)

    def send(
        self,
        system: str,
        verb: str,
        rows: Sequence[R],
        do: Callable[[Sequence[R]], list[RowResult]],
        tell: Callable[[R], tuple[str, str | None, Mapping[str, Value]]],
    ) -> list[RowResult]:
        results = do(rows)
        for row, result in zip(rows, results, strict=True):
            lead, record, values = tell(row)
            self.writes.append(
                SentWrite(system=system, verb=verb, lead=lead, id=record, values=dict(values), result=result)
            )
        return results

    @property
    def written(self) -> list[SentWrite]:
        """The rows that changed something at a vendor."""
        return [each for each in self.writes if each.result.outcome is Outcome.written]


def _write(row: Write) -> tuple[str, str | None, Mapping[str, Value]]:
    return row.key, row.id, row.values


def _stage(row: StageChange) -> tuple[str, str | None, Mapping[str, Value]]:
    return row.key, row.id, {"stage": row.stage}


def _track(row: TrackChange) -> tuple[str, str | None, Mapping[str, Value]]:
    return row.key, row.id, {"list": row.list, "enter": row.enter}


def _task(row: TaskWanted) -> tuple[str, str | None, Mapping[str, Value]]:
    return row.key, row.id, {"subject": row.subject, "due_on": row.due_on}


def _assigned(row: OwnerChange) -> tuple[str, str | None, Mapping[str, Value]]:
    return row.key, row.id, {"owner": row.owner}


def _erased(record: str) -> tuple[str, str | None, Mapping[str, Value]]:
    return record, record, {}


class RecordedPlatform:
    """A marketing platform whose writes are kept in `record`."""

    def __init__(self, platform: MarketingPlatform, record: Sendings) -> None:
        self.system, self._port, self._record = platform.system, platform, record

    def tenant(self) -> Tenant:
        return self._port.tenant()

    def inspect(self) -> list[Finding]:
        return self._port.inspect()

    def schema(self) -> Schema:
        return self._port.schema()

    def missing(self, wanted: Sequence[FieldWanted], lists: Sequence[str]) -> list[SetupStep]:
        return self._port.missing(wanted, lists)

    def ensure(self, wanted: Sequence[FieldWanted], lists: Sequence[str]) -> list[SetupStep]:
        return self._port.ensure(wanted, lists)

    def changed(self, cursor: str | None, properties: Sequence[str]) -> Iterator[Page[Record]]:
        return self._port.changed(cursor, properties)

    def read(self, ids: Sequence[str], properties: Sequence[str]) -> list[Record]:
        return self._port.read(ids, properties)

    def since(self, ids: Sequence[str], properties: Sequence[str]) -> dict[str, dict[str, Instant]]:
        return self._port.since(ids, properties)

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        return self._record.send(self.system, "status", rows, self._port.write_status, _write)

    def write_fields(self, rows: Sequence[Write]) -> list[RowResult]:
        return self._record.send(self.system, "fields", rows, self._port.write_fields, _write)

    def set_stage(self, rows: Sequence[StageChange]) -> list[RowResult]:
        return self._record.send(self.system, "stage", rows, self._port.set_stage, _stage)

    def put_on_track(self, rows: Sequence[TrackChange]) -> list[RowResult]:
        return self._record.send(self.system, "track", rows, self._port.put_on_track, _track)

    def erase(self, ids: Sequence[str]) -> list[RowResult]:
        return self._record.send(self.system, "erase", ids, self._port.erase, _erased)

    def calls(self) -> CallCount:
        return self._port.calls()


class RecordedCrm:
    """A CRM whose writes are kept in `record`."""

    def __init__(self, crm: Crm, record: Sendings) -> None:
        self.system, self._port, self._record = crm.system, crm, record

    def tenant(self) -> Tenant:
        return self._port.tenant()

    def inspect(self) -> list[Finding]:
        return self._port.inspect()

    def schema(self) -> Schema:
        return self._port.schema()

    def missing(self, wanted: Sequence[FieldWanted]) -> list[SetupStep]:
        return self._port.missing(wanted)

    def ensure(self, wanted: Sequence[FieldWanted]) -> list[SetupStep]:
        return self._port.ensure(wanted)

    def find(self, identities: Sequence[Identity], fields: Sequence[str] = ()) -> list[Match]:
        return self._port.find(identities, fields)

    def push(self, rows: Sequence[Write], *, unassigned: bool = False) -> list[RowResult]:
        return self._record.send(
            self.system, "push", rows, lambda some: self._port.push(some, unassigned=unassigned), _write
        )

    def assign(self, rows: Sequence[OwnerChange]) -> list[RowResult]:
        return self._record.send(self.system, "assign", rows, self._port.assign, _assigned)

    def create_tasks(self, rows: Sequence[TaskWanted]) -> list[RowResult]:
        return self._record.send(self.system, "task", rows, self._port.create_tasks, _task)

    def expect(
        self, changes: str | None, touches: str | None, deals: str | None, fields: Sequence[str] = ()
    ) -> None:
        self._port.expect(changes, touches, deals, fields)

    def changes(self, cursor: str | None, fields: Sequence[str] = ()) -> Iterator[Page[CrmChanges]]:
        return self._port.changes(cursor, fields)

    def touches(self, cursor: str | None) -> Iterator[Page[Touch]]:
        return self._port.touches(cursor)

    def deals(self, cursor: str | None) -> Iterator[Page[Deal]]:
        return self._port.deals(cursor)

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        return self._record.send(self.system, "status", rows, self._port.write_status, _write)

    def write_fields(self, rows: Sequence[Write]) -> list[RowResult]:
        return self._record.send(self.system, "fields", rows, self._port.write_fields, _write)

    def erase(self, ids: Sequence[str]) -> list[RowResult]:
        return self._record.send(self.system, "erase", ids, self._port.erase, _erased)

    def calls(self) -> CallCount:
        return self._port.calls()

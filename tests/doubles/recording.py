"""Ports that read as a plan does, send what a plan only notes, and keep what became of it: a real run's writes.

What a row says is told here once more, apart from the rehearsal: the two are compared.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from connectors.base import (
    Crm,
    FieldWanted,
    MarketingPlatform,
    OptOut,
    Outcome,
    OwnerChange,
    RowResult,
    SetupStep,
    StageChange,
    TaskWanted,
    TrackChange,
    Write,
)
from mapping.records import Value
from sync.rehearsal import Notebook, RehearsedCrm, RehearsedPlatform

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


def _opted_out(row: OptOut) -> tuple[str, str | None, Mapping[str, Value]]:
    return row.key, row.id, {"opted_out": "email"}


def _erased(record: str) -> tuple[str, str | None, Mapping[str, Value]]:
    return record, record, {}


class RecordedPlatform(RehearsedPlatform):
    """A marketing platform that is read as for a plan, and whose writes are sent and kept in `record`."""

    def __init__(self, platform: MarketingPlatform, record: Sendings) -> None:
        super().__init__(platform, Notebook(0))
        self._record = record

    def ensure(self, wanted: Sequence[FieldWanted], lists: Sequence[str]) -> list[SetupStep]:
        return self._platform.ensure(wanted, lists)

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        return self._record.send(self.system, "status", rows, self._platform.write_status, _write)

    def write_fields(self, rows: Sequence[Write]) -> list[RowResult]:
        return self._record.send(self.system, "fields", rows, self._platform.write_fields, _write)

    def set_stage(self, rows: Sequence[StageChange]) -> list[RowResult]:
        return self._record.send(self.system, "stage", rows, self._platform.set_stage, _stage)

    def put_on_track(self, rows: Sequence[TrackChange]) -> list[RowResult]:
        return self._record.send(self.system, "track", rows, self._platform.put_on_track, _track)

    def opt_out(self, rows: Sequence[OptOut]) -> list[RowResult]:
        return self._record.send(self.system, "opt_out", rows, self._platform.opt_out, _opted_out)

    def erase(self, ids: Sequence[str]) -> list[RowResult]:
        return self._record.send(self.system, "erase", ids, self._platform.erase, _erased)


class RecordedCrm(RehearsedCrm):
    """A CRM that is read as for a plan, and whose writes are sent and kept in `record`."""

    def __init__(self, crm: Crm, record: Sendings) -> None:
        super().__init__(crm, Notebook(0))
        self._record = record

    def ensure(self, wanted: Sequence[FieldWanted]) -> list[SetupStep]:
        return self._crm.ensure(wanted)

    def push(self, rows: Sequence[Write], *, unassigned: bool = False) -> list[RowResult]:
        return self._record.send(
            self.system, "push", rows, lambda some: self._crm.push(some, unassigned=unassigned), _write
        )

    def assign(self, rows: Sequence[OwnerChange]) -> list[RowResult]:
        return self._record.send(self.system, "assign", rows, self._crm.assign, _assigned)

    def create_tasks(self, rows: Sequence[TaskWanted]) -> list[RowResult]:
        return self._record.send(self.system, "task", rows, self._crm.create_tasks, _task)

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        return self._record.send(self.system, "status", rows, self._crm.write_status, _write)

    def write_fields(self, rows: Sequence[Write]) -> list[RowResult]:
        return self._record.send(self.system, "fields", rows, self._crm.write_fields, _write)

    def erase(self, ids: Sequence[str]) -> list[RowResult]:
        return self._record.send(self.system, "erase", ids, self._crm.erase, _erased)

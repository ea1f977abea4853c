"""Writing leads, contacts and tasks as collections: 200 rows a call, a result for each, locked rows alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import SystemRandom
from typing import Any

from connectors.base import FieldInfo, Outcome, RowResult, Write
from connectors.errors import RecordRefused, Unavailable
from connectors.salesforce.answers import LOCKED, SYSTEM, UNEXPLAINED
from connectors.salesforce.calls import ROWS_A_CALL, Batch, Query
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.errors import Fault, explain, parse, row_result
from connectors.salesforce.records import kind_of, write_values
from connectors.salesforce.soql import among, portions, select
from connectors.salesforce.streams import read_instant
from connectors.transport import chunks
from mapping.records import Instant

NO_ASSIGNMENT = {"Sforce-Auto-Assign": "FALSE"}
ALONE = frozenset({LOCKED, UNEXPLAINED})  # sent again by themselves, so often
ATTEMPTS = 3
MOST_ALONE = (
    25  # rows of a verb: where more are locked, something works through all of them, and calls are wasted
)
DATED = ("Lead", "Contact")  # whose own times are asked for
random = SystemRandom()
Described = Callable[[str], Mapping[str, FieldInfo]]
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A row on its way: its key, kind and id, and the record to send."""

    key: str
    kind: str
    id: str | None
    record: Mapping[str, Any]


Deliver = Callable[[Sequence[Row]], list[Answer]]


class Collections:
    """Sends rows of one kind of call; `described` tells the fields of a kind of record."""

    def __init__(self, client: SalesforceClient, described: Described) -> None:
        self._client, self._described = client, described

    def update(self, rows: Sequence[Write]) -> list[RowResult]:
        """Updates records by id without assignment rules, one result per row in their order."""
        return self._prepared(
            rows, self._updating, partial(self.collect, method="PATCH", headers=NO_ASSIGNMENT)
        )

    def upsert(self, rows: Sequence[Write], external_id: str, deliver: Deliver) -> list[RowResult]:
        """Creates or updates Leads by external id (each row's key), as `deliver` sends them."""

        def prepare(row: Write) -> Row:
            values = {external_id: row.key, **row.values}
            return Row(row.key, "Lead", None, self._record("Lead", values))

        return self._prepared(rows, prepare, deliver)

    def create(self, rows: Sequence[Row]) -> list[RowResult]:
        """Creates records."""
        return self._send_all(rows, partial(self.collect, method="POST"))

    def collect(self, rows: Sequence[Row], method: str, **options: Any) -> list[Answer]:
        """Sends rows as collections and gives Salesforce's answer to each."""
        batches = [
            Batch(method=method, records=[row.record for row in some], **options)
            for some in chunks(rows, ROWS_A_CALL)
        ]
        return [answer for batch in self._client.write(batches) for answer in batch]

    def _updating(self, row: Write) -> Row:
        kind = row.kind or kind_of(row.id or "")
        return Row(row.key, kind, row.id, {**self._record(kind, row.values), "id": row.id})

    def _record(self, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The record to send; raises RecordRefused for a field that is not there, which would fail the call."""
        known = self._described(kind)
        unseen = sorted(name for name in values if name not in known)
        closed = sorted(name for name in values if name in known and not known[name].writable)
        if unseen or closed:
            code = "INVALID_FIELD" if unseen else "INVALID_FIELD_FOR_INSERT_UPDATE"
            fault = Fault(code=code, column=", ".join(unseen or closed), entity=kind)
            raise RecordRefused(explain(fault), system=SYSTEM, code=code)
        return {"attributes": {"type": kind}, **write_values(values, known)}

    def _prepared(
        self, rows: Sequence[Write], prepare: Callable[[Write], Row], deliver: Deliver
    ) -> list[RowResult]:
        results: dict[int, RowResult] = {}
        ready: list[tuple[int, Row]] = []
        for place, row in enumerate(rows):
            try:
                ready.append((place, prepare(row)))
            except RecordRefused as refusal:
                results[place] = RowResult(
                    key=row.key, outcome=Outcome.refused, id=row.id, code=refusal.code, message=str(refusal)
                )
        sent = self._send_all([row for _, row in ready], deliver)
        results |= {place: result for (place, _), result in zip(ready, sent, strict=True)}
        return [results[place] for place in range(len(rows))]

    def _send_all(self, rows: Sequence[Row], deliver: Deliver) -> list[RowResult]:
        results: dict[int, RowResult] = {}
        for wave in _waves(rows):
            answers = deliver([row for _, row in wave])
            told = zip(wave, answers, strict=True)
            results |= {place: _result(row, answer) for (place, row), answer in told}
        left = [place for place in range(len(rows)) if results[place].code in ALONE]
        results |= {place: self._alone(rows[place], results[place], deliver) for place in left[:MOST_ALONE]}
        results |= {place: replace(results[place], outcome=Outcome.retry) for place in left[MOST_ALONE:]}
        return [results[place] for place in range(len(rows))]

    def _alone(self, row: Row, result: RowResult, deliver: Deliver) -> RowResult:
        """A row that was locked, or failed without a reason, again by itself, some moments later."""
        for attempt in range(ATTEMPTS):
            self._client.wait(random.uniform(0.5, 1.5) * 2**attempt)
            result = _result(row, deliver([row])[0])
            if result.code not in ALONE:
                break
        return result


def _waves(rows: Sequence[Row]) -> list[list[tuple[int, Row]]]:
    """The rows in as few groups as no record occurs twice in one: Salesforce refuses twins in a call."""
    waves: list[list[tuple[int, Row]]] = []
    turns: dict[str, int] = {}
    for place, row in enumerate(rows):
        record = row.id or row.key.lower()
        turn = turns[record] = turns.get(record, -1) + 1
        if turn == len(waves):
            waves.append([])
        waves[turn].append((place, row))
    return waves


def _result(row: Row, answer: Mapping[str, Any]) -> RowResult:
    if answer.get("success"):
        return RowResult(
            key=row.key,
            outcome=Outcome.written,
            id=str(answer["id"]),
            kind=kind_of(str(answer["id"]))
            if row.kind == "Lead"
            else row.kind,  # one may be attached elsewhere
            created=bool(answer.get("created")),
        )
    return row_result(row.key, parse(answer.get("errors")), row.id, row.kind)


def dated(client: SalesforceClient, results: Sequence[RowResult]) -> list[RowResult]:
    """The same results with the times of the leads and contacts, else with the time of Salesforce's answer."""
    written = [one for one in results if one.outcome is Outcome.written]
    ids = [one.id for one in written if one.id and one.kind in DATED]
    try:
        times = _times(client, ids)
    except Unavailable:
        times = {}  # what is written is written: the answer's time will do
    return [
        replace(one, at=_time_of(one, times, client.vendor_time)) if one.outcome is Outcome.written else one
        for one in results
    ]


def _times(client: SalesforceClient, ids: Sequence[str]) -> dict[str, tuple[Instant, Instant]]:
    fields = ("Id", "CreatedDate", "SystemModstamp")
    asked = [
        Query(select(fields, kind, among("Id", some)))
        for kind in DATED
        for some in portions([one for one in ids if kind_of(one) == kind])
    ]
    rows = client.rows(asked)
    return {
        row["Id"]: (read_instant(row["CreatedDate"]), read_instant(row["SystemModstamp"])) for row in rows
    }


def _time_of(
    result: RowResult, times: Mapping[str, tuple[Instant, Instant]], answered: Instant | None
) -> Instant | None:
    created, changed = times.get(result.id or "", (answered, answered))
    return created if result.created else changed

"""Batch updates of contacts by record id: what is sent, and what became of each row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from connectors.base import FieldInfo, Outcome, RowResult, StageChange, TrackChange, Write
from connectors.errors import RecordRefused
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.errors import parse, row_result
from connectors.hubspot.records import write_value
from connectors.transport import chunks
from mapping.records import ValueType, parse_instant

BATCH = 100
Change = TypeVar("Change", Write, StageChange, TrackChange)
Fields = Callable[[], Mapping[str, FieldInfo]]


def update_contacts(client: HubSpotClient, rows: Sequence[Write], fields: Fields) -> list[RowResult]:
    """One result per row, in their order; rows of one record are sent one after the other."""
    results: dict[int, RowResult] = {}
    known = fields()
    for wave in waves(list(enumerate(rows)), lambda numbered: numbered[1].id or ""):
        for batch in chunks(wave, BATCH):
            results |= _send(client, batch, known)
    return [results[place] for place in range(len(rows))]


def waves(rows: Sequence[Any], record: Callable[[Any], str]) -> list[list[Any]]:
    """The rows in as few groups as no record occurs twice in one; each record keeps its order."""
    groups: list[list[Any]] = []
    turns: dict[str, int] = {}
    for row in rows:
        turn = turns.get(record(row), 0)
        turns[record(row)] = turn + 1
        if turn == len(groups):
            groups.append([])
        groups[turn].append(row)
    return groups


def _send(
    client: HubSpotClient, batch: Sequence[tuple[int, Write]], known: Mapping[str, FieldInfo]
) -> dict[int, RowResult]:
    inputs = [_input(place, row, known) for place, row in batch]
    try:
        answer = client.batch_update(inputs)
    except RecordRefused as refusal:
        return _alone(client, batch, known, refusal)
    written = {str(row["id"]): row for row in answer.get("results") or ()}
    faults = [parse(error) for error in answer.get("errors") or ()]
    refused = {
        name: fault for fault in faults for name in (*fault.traces, *(f"id:{one}" for one in fault.ids))
    }
    return {place: _result(place, row, written, refused) for place, row in batch}


def _alone(
    client: HubSpotClient,
    batch: Sequence[tuple[int, Write]],
    known: Mapping[str, FieldInfo],
    refusal: RecordRefused,
) -> dict[int, RowResult]:
    """HubSpot refused the whole batch: halve it until the row at fault stands alone."""
    if len(batch) == 1:
        place, row = batch[0]
        outcome = Outcome.gone if refusal.code == "OBJECT_NOT_FOUND" else Outcome.refused
        return {
            place: RowResult(key=row.key, outcome=outcome, id=row.id, code=refusal.code, message=str(refusal))
        }
    middle = len(batch) // 2
    return _send(client, batch[:middle], known) | _send(client, batch[middle:], known)


def _input(place: int, row: Write, known: Mapping[str, FieldInfo]) -> dict[str, Any]:
    values = {
        name: write_value(value, known[name].type if name in known else ValueType.text)
        for name, value in row.values.items()
    }
    return {"id": row.id, "objectWriteTraceId": str(place), "properties": values}


def _result(
    place: int, row: Write, written: Mapping[str, Mapping[str, Any]], refused: Mapping[str, Any]
) -> RowResult:
    fault = refused.get(str(place)) or refused.get(f"id:{row.id}")
    if fault is not None:
        return row_result(row.key, fault, row.id)
    answer = written.get(row.id or "")
    if answer is None:
        text = "HubSpot's answer does not mention this contact; a later run writes it again"
        return RowResult(key=row.key, outcome=Outcome.retry, id=row.id, code="NO_ANSWER", message=text)
    stamp = answer.get("updatedAt")
    at = parse_instant(str(stamp)) if stamp else None
    return RowResult(key=row.key, outcome=Outcome.written, id=row.id, at=at)

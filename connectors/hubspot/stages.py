"""Setting the lifecycle stage, which HubSpot only moves forward: clear it first, then set it, then look."""

from collections.abc import Sequence

from connectors.base import Outcome, RowResult, StageChange, Write
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.records import STAGE
from connectors.hubspot.writes import BATCH, Fields, update_contacts, waves
from connectors.transport import chunks

Stages = dict[str, str | None]


def set_stages(client: HubSpotClient, rows: Sequence[StageChange], fields: Fields) -> list[RowResult]:
    """One result per row; a stage that does not hold is refused, and the one before it put back."""
    results: dict[int, RowResult] = {}
    for wave in waves(list(enumerate(rows)), lambda numbered: numbered[1].id):
        answers = _set_once(client, [row for _, row in wave], fields)
        results |= {place: answer for (place, _), answer in zip(wave, answers, strict=True)}
    return [results[place] for place in range(len(rows))]


def _set_once(client: HubSpotClient, rows: Sequence[StageChange], fields: Fields) -> list[RowResult]:
    before = _read(client, rows)
    options = fields()[STAGE].options
    todo = [row for row in rows if before.get(row.id, row.stage) != row.stage and row.stage in options]
    cleared = _put(client, [(row, None) for row in todo if before[row.id]], fields)
    ready = [row for row in todo if row.id not in cleared or cleared[row.id].outcome is Outcome.written]
    written = _put(client, [(row, row.stage) for row in ready], fields)
    after = _read(client, ready)
    _put(client, [(row, before[row.id]) for row in ready if before[row.id] and not after.get(row.id)], fields)
    results = cleared | {row.id: _held(row, written[row.id], after) for row in ready}
    return [results.get(row.id) or _untouched(row, before, options) for row in rows]


def _read(client: HubSpotClient, rows: Sequence[StageChange]) -> Stages:
    ids = [row.id for row in rows]
    found = [row for some in chunks(ids, BATCH) for row in client.batch_read(some, [STAGE])]
    return {row["id"]: (row.get("properties") or {}).get(STAGE) or None for row in found}


def _put(
    client: HubSpotClient, changes: Sequence[tuple[StageChange, str | None]], fields: Fields
) -> dict[str, RowResult]:
    writes = [Write(key=row.key, id=row.id, values={STAGE: stage}) for row, stage in changes]
    results = update_contacts(client, writes, fields) if writes else []
    return {row.id: result for (row, _), result in zip(changes, results, strict=True)}


def _held(row: StageChange, result: RowResult, after: Stages) -> RowResult:
    if result.outcome is not Outcome.written or after.get(row.id) == row.stage:
        return result
    text = f"HubSpot took the stage {row.stage} and does not show it: is a workflow setting it back?"
    return RowResult(key=row.key, outcome=Outcome.refused, id=row.id, code="STAGE_DID_NOT_HOLD", message=text)


def _untouched(row: StageChange, before: Stages, options: Sequence[str]) -> RowResult:
    if row.id not in before:
        text = "the contact is deleted or merged in HubSpot"
        return RowResult(key=row.key, outcome=Outcome.gone, id=row.id, code="OBJECT_NOT_FOUND", message=text)
    if before[row.id] == row.stage:
        return RowResult(key=row.key, outcome=Outcome.unchanged, id=row.id)
    text = f"HubSpot has no lifecycle stage {row.stage}: correct the mapping (it takes {', '.join(options)})"
    return RowResult(key=row.key, outcome=Outcome.refused, id=row.id, code="INVALID_OPTION", message=text)

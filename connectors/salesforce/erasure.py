"""Erasing people: their fields are emptied first, because a deleted record waits in the recycle bin."""

from collections.abc import Callable, Mapping, Sequence

from connectors.base import FieldInfo, Outcome, RowResult, Write
from connectors.salesforce.calls import ROWS_A_CALL
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.errors import parse, row_result
from connectors.salesforce.records import kind_of
from connectors.salesforce.writes import Collections
from connectors.transport import chunks
from mapping.records import Value, ValueType

PERSONAL = frozenset({ValueType.text, ValueType.email, ValueType.phone, ValueType.url})
ERASED = "[erased]"
NOT_TEXT = frozenset({"OwnerId", "RecordTypeId"})


def erase(
    client: SalesforceClient,
    collections: Collections,
    described: Callable[[str], Mapping[str, FieldInfo]],
    ids: Sequence[str],
) -> list[RowResult]:
    """One result per id; a record that is gone already is `unchanged`, a converted lead is only deleted."""
    blank = {kind: _emptied(described(kind)) for kind in {kind_of(one) for one in ids}}
    emptied = collections.update([Write(key=one, id=one, values=blank[kind_of(one)]) for one in ids])
    refused = {one.key: one for one in emptied if one.outcome in {Outcome.refused, Outcome.retry}}
    deleted: dict[str, RowResult] = {}
    for some in chunks([one for one in ids if one not in refused], ROWS_A_CALL):
        for one, answer in zip(some, client.delete(some), strict=True):
            result = row_result(one, parse(answer.get("errors")), one, kind_of(one))
            gone = RowResult(key=one, outcome=Outcome.unchanged, id=one, kind=kind_of(one))
            written = RowResult(key=one, outcome=Outcome.written, id=one, kind=kind_of(one))
            deleted[one] = (
                written if answer.get("success") else gone if result.outcome is Outcome.gone else result
            )
    return [refused.get(one) or deleted[one] for one in ids]


def _emptied(fields: Mapping[str, FieldInfo]) -> dict[str, Value]:
    """Every text of a person: cleared, or overwritten where it is required."""
    return {
        field.name: ERASED if field.required else None
        for field in fields.values()
        if field.writable and field.type in PERSONAL and not _is_reference(field)
    }


def _is_reference(field: FieldInfo) -> bool:
    return field.name in NOT_TEXT or (field.name.endswith("Id") and not field.name.endswith("__c"))

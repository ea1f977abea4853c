"""Erasing people: their fields are emptied first, because a deleted record waits in the recycle bin."""

import re
from collections.abc import Callable, Mapping, Sequence

from connectors.base import FieldInfo, Outcome, RowResult, Write
from connectors.salesforce.calls import ROWS_A_CALL
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.errors import parse, row_result
from connectors.salesforce.persons import accounts_of
from connectors.salesforce.records import SHORT, kind_of
from connectors.salesforce.writes import Collections
from connectors.transport import chunks
from mapping.records import Value, ValueType

PERSONAL = frozenset({ValueType.text, ValueType.email, ValueType.phone, ValueType.url})
MIRRORED = re.compile(r"^(Name|FirstName|LastName|MiddleName|Suffix|Person\w+)$|__pc$")
ERASED = "[erased]"
NOT_TEXT = frozenset({"OwnerId", "RecordTypeId"})


def erase(
    client: SalesforceClient,
    collections: Collections,
    described: Callable[[str], Mapping[str, FieldInfo]],
    ids: Sequence[str],
    *,
    personal: Callable[[], bool],
) -> list[RowResult]:
    """One result per id; a record that is gone already is `unchanged`, a converted lead is only deleted.

    Where the organisation has person accounts (`personal`), a contact that is one goes with its account.
    """
    contacts = [one for one in ids if kind_of(one) == "Contact"]
    people = accounts_of(client, contacts) if contacts and personal() else {}
    blank = {kind: _emptied(described(kind)) for kind in {kind_of(one) for one in ids}}
    emptied = collections.update([Write(key=one, id=one, values=blank[kind_of(one)]) for one in ids])
    if people:
        own = _of_account(described("Account"))
        halves = [(one, people[one[:SHORT]]) for one in contacts if one[:SHORT] in people]
        emptied += collections.update(
            [Write(key=one, id=account, kind="Account", values=own) for one, account in halves]
        )
    refused = {one.key: one for one in emptied if one.outcome in {Outcome.refused, Outcome.retry}}
    deleted: dict[str, RowResult] = {}
    for some in chunks([one for one in ids if one not in refused], ROWS_A_CALL):
        answers = client.delete([people.get(one[:SHORT], one) for one in some])
        for one, answer in zip(some, answers, strict=True):
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


def _of_account(fields: Mapping[str, FieldInfo]) -> dict[str, Value]:
    """What the account half of a person holds itself: its other texts are the contact's."""
    return {name: value for name, value in _emptied(fields).items() if not MIRRORED.search(name)}


def _is_reference(field: FieldInfo) -> bool:
    return field.name in NOT_TEXT or (field.name.endswith("Id") and not field.name.endswith("__c"))

"""Salesforce's leads and contacts as records, and our values as Salesforce takes them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from connectors.base import CrmChanges, FieldChange, FieldInfo
from connectors.salesforce.streams import read_instant
from mapping.records import Record, RecordState, Value, ValueType, moment_of
from mapping.status import Meaning, Property

SYSTEM = "salesforce"
USER, QUEUE = "005", "00G"  # the first three characters of an id tell its kind
SHORT = 15  # an id of 18 characters repeats one of 15 with a checksum
KINDS = {"00Q": "Lead", "003": "Contact"}
COMMON = ("OwnerId", "LastModifiedById", "CreatedDate", "SystemModstamp", "IsDeleted", "MasterRecordId")
OF_LEAD = (
    "Status",
    "IsConverted",
    "ConvertedContactId",
    "ConvertedAccountId",
    "ConvertedOpportunityId",
    "ConvertedDate",
)
HISTORY = ("LeadId", "Field", "OldValue", "NewValue", "CreatedDate", "CreatedById")
TRACKED = {"Owner": "owner", "Status": "status"}


def kind_of(record: str) -> str:
    """The kind of record behind an id; a Lead where it does not tell."""
    return KINDS.get(record[:3], "Lead")


def fields_to_ask(kind: str, properties: Sequence[Property]) -> tuple[str, ...]:
    """The fields that a change of a lead or contact is told from."""
    ours = [one.name for one in properties if one.read or one.meaning is Meaning.lead_id]
    return (*COMMON, *(OF_LEAD if kind == "Lead" else ()), *ours)


def read_change(
    row: Mapping[str, Any],
    kind: str,
    properties: Sequence[Property],
    record_url: str,
    history: Sequence[FieldChange],
    *,
    asked: Mapping[str, FieldInfo],
) -> CrmChanges:
    """A lead or contact as it is now, under the words of the port, with the fields asked for."""
    values: dict[str, Value] = {
        "owner": row["OwnerId"],
        "owner_kind": kind_of_owner(row["OwnerId"]),
        "status": row.get("Status"),
        "converted": bool(row.get("IsConverted")),
        "converted_contact": row.get("ConvertedContactId"),
        "converted_account": row.get("ConvertedAccountId"),
        "converted_deal": row.get("ConvertedOpportunityId"),
        "converted_on": row.get("ConvertedDate"),
        "changed_by": row["LastModifiedById"],
        "created_at": read_instant(row["CreatedDate"]),
    }
    values |= {one.meaning.value: row[one.name] for one in properties if one.name in row}
    record = Record(
        system=SYSTEM,
        kind=kind,
        id=row["Id"],
        values=values,
        changed_at=read_instant(row["SystemModstamp"]),
        version=row["SystemModstamp"],
        state=_state(row),
        merged_into=row["MasterRecordId"] if row["IsDeleted"] else None,
        link=record_url.format(kind=kind, id=row["Id"]),
    )
    return CrmChanges(record=record, history=tuple(history), fields=read_fields(row, asked))


def known_fields(names: Sequence[str], known: Mapping[str, FieldInfo]) -> dict[str, FieldInfo]:
    """Those of the fields that a kind of record has."""
    return {name: known[name] for name in names if name in known}


def read_fields(row: Mapping[str, Any], asked: Mapping[str, FieldInfo]) -> dict[str, Value]:
    """The values of the fields asked for, typed as the organisation describes them."""
    return {name: read_value(row.get(name), info.type) for name, info in asked.items()}


def read_value(raw: Any, kind: ValueType) -> Value:
    """One value of Salesforce's JSON: a datetime is UTC seconds, the values of a multi-picklist are a tuple."""
    if raw is None or raw == "":
        return None
    if kind is ValueType.instant:
        return read_instant(str(raw))
    if kind is ValueType.choices:
        return tuple(part for part in str(raw).split(";") if part)
    return raw if isinstance(raw, bool | int | float) else str(raw)


def kind_of_owner(owner: str | None) -> str | None:
    """`user` or `queue`."""
    return None if owner is None else "queue" if owner.startswith(QUEUE) else "user"


def _state(row: Mapping[str, Any]) -> RecordState:
    if not row["IsDeleted"]:
        return RecordState.live
    return RecordState.merged if row["MasterRecordId"] else RecordState.archived


def read_history(row: Mapping[str, Any]) -> FieldChange | None:
    """A row of LeadHistory; None for the twin row of an owner change, which holds names instead of ids."""
    field, old, new = TRACKED.get(row["Field"], row["Field"]), row["OldValue"], row["NewValue"]
    if field == "owner" and not str(new or old).startswith((USER, QUEUE)):
        return None
    return FieldChange(
        id=row["Id"],
        record_id=row["LeadId"],
        field=field,
        old=old,
        new=new,
        at=read_instant(row["CreatedDate"]),
        by=row["CreatedById"],
        new_kind=kind_of_owner(new) if field == "owner" else None,
    )


def write_values(values: Mapping[str, Value], known: Mapping[str, FieldInfo]) -> dict[str, Any]:
    """Values as JSON for Salesforce; `None` clears a field."""
    return {name: write_value(value, known[name].type) for name, value in values.items()}


def write_value(value: Value, kind: ValueType) -> Any:
    """One value in the JSON type of its field."""
    match value:
        case tuple():
            return ";".join(value)
        case int() if kind is ValueType.instant and not isinstance(value, bool):
            return moment_of(value).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        case bool() | int() | float() if kind not in {ValueType.number, ValueType.bool}:
            return str(value).lower() if isinstance(value, bool) else str(value)
        case _:
            return value


def record_url(base_url: str) -> str:
    """The address of a record for people: the lightning host beside a My Domain host."""
    host = urlsplit(base_url).netloc.replace(".my.salesforce.com", ".lightning.force.com")
    return f"{urlsplit(base_url).scheme}://{host}/lightning/r/{{kind}}/{{id}}/view"

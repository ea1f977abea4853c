"""The Tooling API's share of setup: custom fields made, changed, dropped and asked for.

A new field is hidden from every user, administrators too, until a permission set that is assigned to them
grants it.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from sandbox.salesforce import ids
from sandbox.salesforce.call import CREATED, NO_CONTENT, Answer, Call
from sandbox.salesforce.customfield import read_metadata
from sandbox.salesforce.errors import Fault, not_found
from sandbox.salesforce.org import Org
from sandbox.salesforce.queries import Found, run
from sandbox.salesforce.schema import SObject
from sandbox.salesforce.store import Row
from sandbox.salesforce.values import wire

_FULL_NAME = re.compile(r"(\w+)\.([A-Za-z](?:_?[A-Za-z0-9])*)__c$")
_LONGEST_NAME = 40
_ACTIVITY = ("Task", "Event")
_WHOLE = ("metadata", "fullname")


def create_field(call: Call) -> Answer:
    """POST tooling/sobjects/CustomField {"FullName", "Metadata"}."""
    body = call.mapping()
    entity, name = _read_name(str(body.get("FullName", "")))
    kinds = _kinds(call.org, entity)
    metadata = _metadata(body)
    field = read_metadata(f"{name}__c", metadata)
    if any(kind.find(field.name) for kind in kinds):
        text = f"There is already a field named {name} on {kinds[0].label}."
        raise Fault("DUPLICATE_DEVELOPER_NAME", text, ["FullName"])
    for kind in kinds:
        call.org.add_field(kind.name, field)
        row: Row = {"TableEnumOrId": kind.name, "DeveloperName": name, "ManageableState": "unmanaged"}
        row |= {"Length": field.length or None, "Description": metadata.get("description")}
        record = call.org.put(call.actor, "CustomField", row | {"Metadata": json.dumps(metadata)})
    return Answer({"id": record, "success": True, "errors": [], "warnings": [], "infos": []}, CREATED)


def _read_name(full: str) -> tuple[str, str]:
    match = _FULL_NAME.match(full)
    if match is None or len(match[2]) > _LONGEST_NAME:
        text = (
            "FullName: an object, a dot, and a name of letters, digits and single underscores ending in __c"
        )
        raise Fault("FIELD_INTEGRITY_EXCEPTION", text, ["FullName"])
    return match[1], match[2]


def _kinds(org: Org, entity: str) -> list[SObject]:
    """Custom fields of Task and Event are those of Activity."""
    names: Iterable[str] = _ACTIVITY if entity == "Activity" else (entity,)
    kinds = [kind for name in names if (kind := org.kind(name)) is not None and kind.soft]
    if not kinds or entity in _ACTIVITY:
        raise Fault("INVALID_CROSS_REFERENCE_KEY", f"no custom fields on object: {entity}", ["FullName"])
    return kinds


def _metadata(body: dict[str, Any]) -> dict[str, Any]:
    metadata = body.get("Metadata")
    if not isinstance(metadata, dict):
        raise Fault("REQUIRED_FIELD_MISSING", "Required fields are missing: [Metadata]", ["Metadata"])
    return metadata


def get_field(call: Call) -> Answer:
    """GET tooling/sobjects/CustomField/<id>, with Metadata and FullName."""
    row = _row(call)
    kind = call.org.kinds["customfield"]
    shown = {field.name: wire(field, row[field.name]) for field in kind.fields}
    head = {"type": "CustomField", "url": f"{call.base}/tooling/sobjects/CustomField/{row['Id']}"}
    return Answer({"attributes": head} | shown | _whole(row))


def _row(call: Call) -> Row:
    row = call.org.store.get("CustomField", ids.normalise(call.params["id"]) or "")
    if row is None:
        raise not_found()
    return row


def _whole(row: Row) -> dict[str, Any]:
    name = f"{row['TableEnumOrId']}.{row['DeveloperName']}__c"
    return {"Metadata": json.loads(row["Metadata"]), "FullName": name}


def change_field(call: Call) -> Answer:
    """PATCH tooling/sobjects/CustomField/<id> {"Metadata"}: everything but the type."""
    row, metadata = _row(call), _metadata(call.mapping())
    field = read_metadata(f"{row['DeveloperName']}__c", metadata)
    kind = call.org.kinds[row["TableEnumOrId"].lower()]
    old = kind.find(field.name)
    if old is None or old.type != field.type:
        raise Fault("FIELD_INTEGRITY_EXCEPTION", "The type of a field cannot be changed here", ["Metadata"])
    call.org.change_field(kind.name, field)
    changes = {
        "Metadata": json.dumps(metadata),
        "Length": field.length or None,
        "SystemModstamp": call.actor.at,
    }
    call.org.store.update("CustomField", row["Id"], changes)
    return Answer(status=NO_CONTENT)


def drop_field(call: Call) -> Answer:
    """DELETE tooling/sobjects/CustomField/<id>, with every value it held."""
    row = _row(call)
    call.org.drop_field(row["TableEnumOrId"], f"{row['DeveloperName']}__c")
    call.org.store.erase("CustomField", row["Id"])
    return Answer(status=NO_CONTENT)


def query(call: Call) -> Answer:
    """GET tooling/query?q=... over CustomField and EntityDefinition."""
    found = run(call.org, call.actor.access, call.query.get("q", ""), f"{call.base}/tooling", tooling=True)
    names = {name.lower() for record in found.records[:1] for name in record}
    if names.intersection(_WHOLE):
        _fill_whole(call.org, found)
    size = len(found.records)
    body = {
        "size": size,
        "totalSize": found.total,
        "done": True,
        "queryLocator": None,
        "records": found.records,
    }
    return Answer(body | {"entityTypeName": None if not size else found.records[0]["attributes"]["type"]})


def _fill_whole(org: Org, found: Found) -> None:
    """Metadata and FullName can be asked for one record only."""
    if found.total > 1:
        text = (
            "When retrieving results with Metadata or FullName fields, the query qualifications must specify no "
            f"more than one row for retrieval. Result size: {found.total}"
        )
        raise Fault("MALFORMED_QUERY", text)
    record = found.records[0]
    row = org.store.get("CustomField", record["attributes"]["url"].rpartition("/")[2])
    assert row is not None
    record.update({key: value for key, value in _whole(row).items() if key in record})

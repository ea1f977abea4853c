"""sObject collections: up to 200 records a call, a result for each, HTTP 200 even when every row failed."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from sandbox.salesforce import ids, records
from sandbox.salesforce.call import Answer, Call, read_objects, read_texts
from sandbox.salesforce.describe import find_kind
from sandbox.salesforce.errors import Fault, rolled_back, wrong_id
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.sobjects import lookup_field, read_fields, show
from sandbox.salesforce.store import Row

_MOST, _MOST_READ = 200, 2000
Result = dict[str, Any]
Write = Callable[[], Result]


class _Failed(Exception):
    """A row of an all-or-none call failed."""


def create(call: Call) -> Answer:
    """POST composite/sobjects."""
    return _write_all(call, [_creation(call, record) for record in _records(call)])


def change(call: Call) -> Answer:
    """PATCH composite/sobjects."""
    return _write_all(call, [_change(call, record) for record in _records(call)])


def remove(call: Call) -> Answer:
    """DELETE composite/sobjects?ids=..."""
    listed = read_texts(call.query.get("ids", ""), "ids")
    _refuse_many(listed)
    none = call.query.get("allOrNone", "false").lower() == "true"
    return _write_all(call, [_removal(call, record) for record in listed], all_or_none=none)


def read(call: Call) -> Answer:
    """GET composite/sobjects/<name>?ids&fields, or POST of them: null for a record that is not there."""
    kind = find_kind(call)
    body = call.mapping() if call.method == "POST" else {}
    wanted = read_texts(body.get("ids", call.query.get("ids", "")), "ids")
    if len(wanted) > _MOST_READ:
        text = f"The number of records in the request is limited to {_MOST_READ}"
        raise Fault("EXCEEDED_ID_LIMIT", text, fatal=True)
    names = read_texts(body.get("fields", call.query.get("fields", "")), "fields")
    fields = read_fields(call, kind, names)
    rows = [call.org.store.get(kind.name, ids.normalise(record) or "") for record in wanted]
    return Answer(
        [None if row is None or row.get("IsDeleted") else show(call, kind, row, fields) for row in rows]
    )


def upsert(call: Call) -> Answer:
    """PATCH composite/sobjects/<name>/<external id field>: one object, no ids."""
    kind = find_kind(call)
    field = lookup_field(call, kind, call.params["field"])
    bodies = _records(call)
    given = [records.read_body(_kind_of_upsert(kind, body), body, call.actor) for body in bodies]
    keys = Counter(str(row.get(field.name)).lower() for row in given if row.get(field.name) is not None)
    return _write_all(call, [_upsert(call, kind, field, row, keys) for row in given])


def _records(call: Call) -> list[dict[str, Any]]:
    listed = read_objects(call.mapping().get("records"), "records")
    _refuse_many(listed)
    return listed


def _refuse_many(listed: Sequence[object]) -> None:
    if len(listed) > _MOST:
        text = f"The number of records in the request is limited to {_MOST}"
        raise Fault("EXCEEDED_ID_LIMIT", text, fatal=True)


def _type(record: dict[str, Any]) -> object:
    attributes = record.get("attributes")
    return attributes.get("type") if isinstance(attributes, dict) else None


def _kind_of(call: Call, record: dict[str, Any]) -> SObject:
    name = _type(record)
    kind = call.org.kind(name) if isinstance(name, str) else None
    if kind is None or kind.tooling:
        raise Fault("INVALID_TYPE", f"sObject type '{name}' is not supported.", fatal=True)
    return kind


def _kind_of_upsert(kind: SObject, record: dict[str, Any]) -> SObject:
    name = _type(record)
    if not isinstance(name, str) or name.lower() != kind.name.lower():
        raise Fault("INVALID_TYPE", f"Record type {name} does not match {kind.name}", fatal=True)
    return kind


def _creation(call: Call, record: dict[str, Any]) -> Write:
    kind = _kind_of(call, record)
    given = records.read_body(kind, record, call.actor)
    return lambda: _done(records.insert(call.org, call.actor, kind, given))


def _change(call: Call, record: dict[str, Any]) -> Write:
    kind = _kind_of(call, record)
    given = records.read_body(kind, record, call.actor)
    full = ids.normalise(str(given.pop("Id", "")))

    def write() -> Result:
        if full is None:
            raise wrong_id(f"{kind.label} ID", "Id", str(record.get("Id", record.get("id", ""))))
        records.update(call.org, call.actor, kind, full, given)
        return _done(full)

    return write


def _removal(call: Call, record: str) -> Write:
    def write() -> Result:
        full = ids.normalise(record)
        kind = call.org.kind_of(full) if full else None
        if full is None or kind is None:
            raise wrong_id("Record ID", "Id", record)
        records.delete(call.org, call.actor, kind, full)
        return _done(full)

    return write


def _upsert(call: Call, kind: SObject, field: Field, given: Row, keys: Counter[str]) -> Write:
    def write() -> Result:
        key = given.get(field.name)
        if key is None:
            raise Fault("MISSING_ARGUMENT", f"{field.name} not specified", [])
        if keys[str(key).lower()] > 1:
            raise Fault("DUPLICATE_VALUE", f"Duplicate external id specified: {key}", [field.name])
        found = records.holders(call.org, kind, field, key)
        if len(found) > 1:
            text = f"Upsert failed. More than 1 records found by external id field: {field.name}"
            raise Fault("DUPLICATE_EXTERNAL_ID", text, [field.name])
        if found:
            changes = {name: value for name, value in given.items() if name != field.name}
            records.update(call.org, call.actor, kind, found[0], changes)
            return _done(found[0]) | {"created": False}
        return _done(records.insert(call.org, call.actor, kind, given)) | {"created": True}

    return write


def _done(record: str) -> Result:
    return {"id": record, "success": True, "errors": []}


def _write_all(call: Call, writes: list[Write], *, all_or_none: bool | None = None) -> Answer:
    """Each row in a savepoint of its own; all-or-none undoes the good ones when one fails."""
    whole = bool(call.mapping().get("allOrNone", False)) if all_or_none is None else all_or_none
    results: list[Result] = []
    try:
        with call.org.store.transaction():
            results += [_write_one(call, write) for write in writes]
            _insist(ok=not whole or all(result["success"] for result in results))
    except _Failed:
        results = [_roll_back(result) for result in results]
    return Answer(results)


def _insist(*, ok: bool) -> None:
    if not ok:
        raise _Failed


def _write_one(call: Call, write: Write) -> Result:
    try:
        with call.org.store.transaction():
            return write()
    except Fault as fault:
        return {"success": False, "errors": [fault.row()]}


def _roll_back(result: Result) -> Result:
    if not result["success"]:
        return result
    known = {key: value for key, value in result.items() if key == "id"}
    return known | {"success": False, "errors": [rolled_back().row()]}

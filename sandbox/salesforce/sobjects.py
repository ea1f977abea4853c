"""Single records: by id, by external id, and what changed in a span of time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from sandbox.salesforce import ids, records
from sandbox.salesforce.call import CREATED, NO_CONTENT, OK, Answer, Call, read_texts
from sandbox.salesforce.describe import find_kind, is_lookup
from sandbox.salesforce.errors import NOT_FOUND, Fault, deleted, not_found, unknown_column
from sandbox.salesforce.queries import attributes
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.store import Row
from sandbox.salesforce.values import instant, stamp, wire

MULTIPLE_CHOICES = 300
PRECONDITION_FAILED = 412
_UPSERT_WITH_BODY = 46.0
_UPDATED_DAYS, _DELETED_DAYS = 30, 15


def _row(call: Call, kind: SObject, record: str) -> Row:
    """The living row that the address names; an address of nothing is 404."""
    full = ids.normalise(record)
    if full is None or full[:3] != kind.prefix:
        text = f"Provided external ID field does not exist or is not accessible: {record}"
        raise Fault("NOT_FOUND", text, status=NOT_FOUND)
    row = call.org.store.get(kind.name, full)
    if row is None:
        raise not_found()
    if row.get("IsDeleted"):
        raise deleted()
    return row


def read_fields(call: Call, kind: SObject, names: Iterable[str]) -> list[Field]:
    """The fields of those names, all that the user sees where none are named; raises INVALID_FIELD."""
    access = call.actor.access
    fields: list[Field] = []
    for name in names:
        field = access.find(kind, name)
        if field is None:
            raise unknown_column(name, kind.name)
        fields.append(field)
    return fields or [field for field in kind.fields if access.sees(kind, field)]


def show(call: Call, kind: SObject, row: Row, fields: list[Field]) -> dict[str, Any]:
    """A record as the API answers it."""
    head = {"attributes": attributes(kind.name, row["Id"], call.base)}
    return head | {field.name: wire(field, row[field.name]) for field in fields}


def _show(call: Call, kind: SObject, row: Row) -> Answer:
    fields = read_fields(call, kind, read_texts(call.query.get("fields", ""), "fields"))
    return Answer(show(call, kind, row, fields))


def get(call: Call) -> Answer:
    """GET sobjects/<name>/<id>."""
    kind = find_kind(call)
    return _show(call, kind, _row(call, kind, call.params["id"]))


def create(call: Call) -> Answer:
    """POST sobjects/<name>."""
    kind = find_kind(call)
    _refuse_closed(kind, creating=True)
    given = records.read_body(kind, call.mapping(), call.actor)
    record = records.insert(call.org, call.actor, kind, given)
    return Answer({"id": record, "success": True, "errors": []}, CREATED)


def change(call: Call) -> Answer:
    """PATCH sobjects/<name>/<id>."""
    kind = find_kind(call)
    _refuse_closed(kind, creating=False)
    row = _row(call, kind, call.params["id"])
    _refuse_stale(call, row)
    given = records.read_body(kind, call.mapping(), call.actor)
    records.update(call.org, call.actor, kind, row["Id"], given)
    return Answer(status=NO_CONTENT)


def _refuse_closed(kind: SObject, *, creating: bool) -> None:
    if not (kind.createable if creating else kind.updateable):
        verb = "create" if creating else "update"
        text = f"entity type {kind.name} does not support {verb}"
        raise Fault("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", text, [])


def _refuse_stale(call: Call, row: Row) -> None:
    """If-Unmodified-Since: a cheap optimistic lock on single rows."""
    written = call.headers.get("if-unmodified-since")
    if written is None:
        return
    try:
        since = parsedate_to_datetime(written).astimezone(UTC)
    except ValueError:
        raise Fault("INVALID_HEADER", "If-Unmodified-Since must be an HTTP date") from None
    modified = instant(row.get("LastModifiedDate") or "")
    if modified is not None and modified > since:
        raise Fault("PRECONDITION_FAILED", "The record has been modified since", status=PRECONDITION_FAILED)


def remove(call: Call) -> Answer:
    """DELETE sobjects/<name>/<id>."""
    kind = find_kind(call)
    row = _row(call, kind, call.params["id"])
    records.delete(call.org, call.actor, kind, row["Id"])
    return Answer(status=NO_CONTENT)


def lookup_field(call: Call, kind: SObject, name: str) -> Field:
    """The external id field (or Id) that an address names; raises NOT_FOUND."""
    field = call.actor.access.find(kind, name)
    if field is None or not is_lookup(field):
        text = f"Provided external ID field does not exist or is not accessible: {name}"
        raise Fault("NOT_FOUND", text, status=NOT_FOUND)
    return field


def _several(call: Call, kind: SObject, found: list[str]) -> Answer:
    return Answer([f"{call.base}/sobjects/{kind.name}/{record}" for record in found], MULTIPLE_CHOICES)


def get_by_key(call: Call) -> Answer:
    """GET sobjects/<name>/<external id field>/<value>: 300 when several records hold it."""
    kind = find_kind(call)
    field = lookup_field(call, kind, call.params["field"])
    found = records.holders(call.org, kind, field, call.params["value"])
    if not found:
        raise not_found()
    if len(found) > 1:
        return _several(call, kind, found)
    return _show(call, kind, _row(call, kind, found[0]))


def upsert(call: Call) -> Answer:
    """PATCH sobjects/<name>/<external id field>/<value>: 201 created, 200 updated (204 before v46), 300 several."""
    kind = find_kind(call)
    field = lookup_field(call, kind, call.params["field"])
    given = records.read_body(kind, call.mapping(), call.actor)
    if "Id" in given:
        text = "The Id field should not be specified in the sobject data."
        raise Fault("INVALID_FIELD", text, ["Id"])
    found = records.holders(call.org, kind, field, call.params["value"])
    if len(found) > 1:
        return _several(call, kind, found)
    if found:
        given.pop(field.name, None)
        records.update(call.org, call.actor, kind, found[0], given)
        status = OK if float(call.version) >= _UPSERT_WITH_BODY else NO_CONTENT
        return Answer(_upserted(found[0], created=False) if status == OK else None, status)
    record = records.insert(call.org, call.actor, kind, {field.name: call.params["value"]} | given)
    return Answer(_upserted(record, created=True), CREATED)


def _upserted(record: str, *, created: bool) -> dict[str, Any]:
    return {"id": record, "success": True, "errors": [], "created": created}


def remove_by_key(call: Call) -> Answer:
    """DELETE sobjects/<name>/<external id field>/<value>."""
    kind = find_kind(call)
    field = lookup_field(call, kind, call.params["field"])
    found = records.holders(call.org, kind, field, call.params["value"])
    if not found:
        raise not_found()
    if len(found) > 1:
        return _several(call, kind, found)
    records.delete(call.org, call.actor, kind, found[0])
    return Answer(status=NO_CONTENT)


def _span(call: Call, days: int) -> tuple[str, str]:
    """Start and end of a replication call, to the minute; raises INVALID_REPLICATION_DATE."""
    moments: list[datetime] = []
    for name in ("start", "end"):
        moment = instant(call.query.get(name, "").replace(" ", "+"))
        if moment is None:
            raise Fault("INVALID_REPLICATION_DATE", f"{name} must be a dateTime with a zone")
        moments.append(moment.replace(second=0))
    start, end = moments
    if end - start < timedelta(minutes=1):
        raise Fault("INVALID_REPLICATION_DATE", "endDate must be at least one minute greater than startDate")
    if start < call.org.state.clock.now() - timedelta(days=days):
        raise Fault(
            "INVALID_REPLICATION_DATE", f"startDate before org replication enabled date ({days} days)"
        )
    return stamp(start), stamp(end)


def updated(call: Call) -> Answer:
    """GET sobjects/<name>/updated?start&end, 30 days back at most."""
    kind = find_kind(call)
    start, end = _span(call, _UPDATED_DAYS)
    where = '"SystemModstamp" >= ? AND "SystemModstamp" < ?' + (' AND "IsDeleted" = 0' if kind.soft else "")
    rows = call.org.store.find(kind.name, where, (start, end))
    return Answer({"ids": [row["Id"] for row in rows], "latestDateCovered": end})


def removed(call: Call) -> Answer:
    """GET sobjects/<name>/deleted?start&end, 15 days back at most."""
    kind = find_kind(call)
    start, end = _span(call, _DELETED_DAYS)
    where = '"IsDeleted" = 1 AND "SystemModstamp" >= ? AND "SystemModstamp" < ?' if kind.soft else "0"
    rows = call.org.store.find(kind.name, where, (start, end) if kind.soft else ())
    earliest = stamp(call.org.state.clock.now() - timedelta(days=_DELETED_DAYS))
    return Answer(
        {
            "deletedRecords": [{"id": row["Id"], "deletedDate": row["SystemModstamp"]} for row in rows],
            "earliestDateAvailable": earliest,
            "latestDateCovered": end,
        }
    )

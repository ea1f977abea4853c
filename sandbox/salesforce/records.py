"""Writing records: one path for the API, conversions and people, with Salesforce's checks in its order."""

from typing import Any

from sandbox.salesforce import ids, rules
from sandbox.salesforce.access import Actor, stamps
from sandbox.salesforce.errors import (
    Fault,
    deleted,
    duplicate_value,
    missing,
    read_only,
    unknown_column,
    wrong_id,
    wrong_reference,
)
from sandbox.salesforce.org import Org
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.store import Row
from sandbox.salesforce.values import check, parse


def read_body(kind: SObject, body: dict[str, Any], actor: Actor) -> Row:
    """The body's values by canonical field name.

    Raises a fatal Fault, which refuses the whole call, for an unknown or hidden field or a value of the wrong
    JSON type.
    """
    given: Row = {}
    for name, value in body.items():
        if name == "attributes":
            continue
        field = actor.access.find(kind, name)
        if field is None:
            raise unknown_column(name, kind.name)
        given[field.name] = parse(field, value)
    return given


def insert(org: Org, actor: Actor, kind: SObject, given: Row) -> str:
    """Make a record of values from `read_body` and return its id; raises the row's Fault."""
    org.take_lock()
    _refuse_closed(kind, given, actor, creating=True)
    row = {field.name: field.default for field in kind.fields if field.default is not None}
    row |= _checked(org, kind, given)
    rules.prepare_insert(org, actor, kind, row)
    _require(kind, row)
    _refuse_repeated(org, kind, row, None)
    row = stamps(kind, actor, creating=True) | row
    row["Id"] = org.store.new_id(kind.prefix)
    org.store.insert(kind.name, row)
    rules.follow_insert(org, actor, kind, row)
    return str(row["Id"])


def update(org: Org, actor: Actor, kind: SObject, record: str, given: Row) -> None:
    """Change a record by values from `read_body`; raises the row's Fault."""
    org.take_lock()
    before = living(org, kind, record)
    _refuse_closed(kind, given, actor, creating=False)
    changes = _checked(org, kind, given)
    rules.prepare_update(org, actor, kind, before, changes)
    _require(kind, before | changes)
    _refuse_repeated(org, kind, changes, record)
    keep(org, actor, kind, before, changes)


def keep(org: Org, actor: Actor, kind: SObject, before: Row, changes: Row) -> None:
    """Store changes that Salesforce itself makes, whatever a caller may set, with stamps and history."""
    org.store.update(kind.name, before["Id"], changes | stamps(kind, actor, creating=False))
    rules.follow_update(org, actor, kind, before, before | changes)


def delete(org: Org, actor: Actor, kind: SObject, record: str) -> None:
    """Put a record, and what hangs from it, into the recycle bin; raises the row's Fault."""
    if not kind.deletable:
        raise Fault("INSUFFICIENT_ACCESS_OR_READONLY", "entity type cannot be deleted", [])
    before = living(org, kind, record)
    if kind.name == "Contact" and before.get("IsPersonAccount"):
        text = "a person contact is deleted with its person account"
        raise Fault("INSUFFICIENT_ACCESS_OR_READONLY", text, [])
    if not kind.soft:
        org.store.erase(kind.name, record)
        return
    _move(org, actor, kind, before, {"IsDeleted": 1})
    for task in _hanging(org, kind, record, gone=0):
        _move(org, actor, task[0], task[1], {"IsDeleted": 1})


def undelete(org: Org, actor: Actor, kind: SObject, record: str) -> None:
    """Take a record, and what went with it, out of the recycle bin; raises the row's Fault."""
    before = _existing(org, kind, record)
    if not before.get("IsDeleted"):
        raise Fault("UNDELETE_FAILED", "Entity is not in the recycle bin", [])
    _refuse_repeated(org, kind, before, record)
    for other, row in _hanging(org, kind, record, gone=1):
        if row["SystemModstamp"] == before["SystemModstamp"]:
            _move(org, actor, other, row, {"IsDeleted": 0})
    changes: Row = {"IsDeleted": 0}
    if "masterrecordid" in kind.by_name:
        changes["MasterRecordId"] = None
    _move(org, actor, kind, before, changes)


def living(org: Org, kind: SObject, record: str) -> Row:
    """The row of a record that is not deleted; raises MALFORMED_ID, INVALID_CROSS_REFERENCE_KEY, ENTITY_IS_DELETED."""
    row = _existing(org, kind, record)
    if row.get("IsDeleted"):
        raise deleted()
    return row


def _existing(org: Org, kind: SObject, record: str) -> Row:
    full = ids.normalise(record)
    if full is None or full[:3] != kind.prefix:
        raise wrong_id(f"{kind.label} ID", "Id", record)
    row = org.store.get(kind.name, full)
    if row is None:
        raise wrong_reference("")
    return row


def _move(org: Org, actor: Actor, kind: SObject, row: Row, changes: Row) -> None:
    org.store.update(kind.name, row["Id"], changes | stamps(kind, actor, creating=False))


def _hanging(org: Org, kind: SObject, record: str, *, gone: int) -> list[tuple[SObject, Row]]:
    """What is deleted and restored together: a lead's activities, the contact of a person account."""
    if kind.name == "Account":
        where = '"AccountId" = ? AND "IsPersonAccount" = 1 AND "IsDeleted" = ?'
        return [(org.kinds["contact"], row) for row in org.store.find("Contact", where, (record, gone))]
    if kind.name != "Lead":
        return []
    found: list[tuple[SObject, Row]] = []
    for name in ("Task", "Event"):
        rows = org.store.find(name, '"WhoId" = ? AND "IsDeleted" = ?', (record, gone))
        found += [(org.kinds[name.lower()], row) for row in rows]
    return found


def _refuse_closed(kind: SObject, given: Row, actor: Actor, *, creating: bool) -> None:
    closed = [name for name in given if not _open(kind.by_name[name.lower()], kind, actor, creating=creating)]
    if closed:
        raise read_only(closed)


def _open(field: Field, kind: SObject, actor: Actor, *, creating: bool) -> bool:
    allowed = field.createable if creating else field.updateable
    return allowed and actor.access.sets(kind, field)


def _checked(org: Org, kind: SObject, given: Row) -> Row:
    checked: Row = {}
    for name, value in given.items():
        field = kind.by_name[name.lower()]
        checked[name] = check(field, value)
        if field.type == "reference" and value is not None:
            _refuse_lost(org, field, checked[name], value)
    return checked


def _refuse_lost(org: Org, field: Field, record: str, given: str) -> None:
    kind = org.kind_of(record)
    if kind is None or (field.refers and kind.name not in field.refers):
        raise wrong_id(field.label, field.name, given)
    row = org.store.get(kind.name, record)
    if row is None:
        raise wrong_reference(field.name)
    if row.get("IsDeleted"):
        raise deleted()


def _require(kind: SObject, row: Row) -> None:
    lacking = [
        field.name
        for field in kind.fields
        if not field.nillable and field.createable and row.get(field.name) is None
    ]
    if lacking:
        raise missing(lacking)


def _refuse_repeated(org: Org, kind: SObject, row: Row, record: str | None) -> None:
    for field in kind.fields:
        if field.unique and row.get(field.name) is not None:
            for other in holders(org, kind, field, row[field.name]):
                if other != record:
                    raise duplicate_value(field.name, other)


def holders(org: Org, kind: SObject, field: Field, value: Any) -> list[str]:
    """Ids of the living records that hold this value."""
    where = f'"{field.name}" = ?' + (' AND "IsDeleted" = 0' if kind.soft else "")
    return org.store.ids(kind.name, where, (value,))

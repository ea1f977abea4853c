# ruff: noqa: ARG001 - the rules of all objects have one shape
"""Permission sets: what their rows may say."""

from sandbox.salesforce.access import Actor
from sandbox.salesforce.errors import Fault, duplicate_value
from sandbox.salesforce.org import Org
from sandbox.salesforce.store import Row


def prepare_set(org: Org, actor: Actor, row: Row) -> None:
    """A permission set's name is unique."""
    found = org.store.find("PermissionSet", '"Name" = ?', (row.get("Name"),))
    if found:
        raise duplicate_value("Name", found[0]["Id"])
    row["IsOwnedByProfile"] = 0


def prepare_assignment(org: Org, actor: Actor, row: Row) -> None:
    """A user has a permission set once."""
    _refuse_second(org, "PermissionSetAssignment", row, ("AssigneeId", "PermissionSetId"))


def prepare_field(org: Org, actor: Actor, row: Row) -> None:
    """Only fields that exist and are not required can be granted; to edit is to read."""
    name, _, column = str(row.get("Field") or "").partition(".")
    kind = org.kind(name)
    field = kind.find(column) if kind is not None else None
    if field is None or field.required or name != row.get("SobjectType"):
        text = f"Field Name: bad value for restricted picklist field: {row.get('Field')}"
        raise Fault("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", text, ["Field"])
    if row.get("PermissionsEdit") and not row.get("PermissionsRead"):
        text = "Permission to edit a field depends on permission to read it"
        raise Fault("FIELD_INTEGRITY_EXCEPTION", text, ["PermissionsEdit"])
    _refuse_second(org, "FieldPermissions", row, ("ParentId", "Field"))


def prepare_object(org: Org, actor: Actor, row: Row) -> None:
    """A permission set speaks once of an object."""
    _refuse_second(org, "ObjectPermissions", row, ("ParentId", "SobjectType"))


def _refuse_second(org: Org, name: str, row: Row, key: tuple[str, ...]) -> None:
    where = " AND ".join(f'"{part}" = ?' for part in key)
    if org.store.exists(name, where, [row.get(part) for part in key]):
        raise duplicate_value("<unknown>", "<unknown>")

"""HubSpot's properties as fields, and the requests that create ours."""

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.base import FieldInfo, FieldWanted, Schema
from connectors.errors import Misconfigured
from mapping.records import ValueType

SYSTEM = "hubspot"
KIND = "contact"
OWNER = "OWNER"
GROUP, GROUP_LABEL = "acuerdo", "Acuerdo"
TYPES: dict[str, ValueType] = {
    "string": ValueType.text,
    "number": ValueType.number,
    "bool": ValueType.bool,
    "date": ValueType.date,
    "datetime": ValueType.instant,
    "enumeration": ValueType.choice,
    "phone_number": ValueType.phone,
}
NAMED: dict[str, ValueType] = {  # what the type does not tell
    "email": ValueType.email,
    "phone": ValueType.phone,
    "mobilephone": ValueType.phone,
    "website": ValueType.url,
    "hubspot_owner_id": ValueType.owner,
    "hs_additional_emails": ValueType.choices,
}
CREATED: dict[ValueType, tuple[str, str]] = {  # type and fieldType; a datetime is shown as a date
    ValueType.text: ("string", "text"),
    ValueType.url: ("string", "text"),
    ValueType.email: ("string", "text"),
    ValueType.phone: ("string", "phonenumber"),
    ValueType.owner: ("string", "text"),
    ValueType.number: ("number", "number"),
    ValueType.bool: ("bool", "booleancheckbox"),
    ValueType.date: ("date", "date"),
    ValueType.instant: ("datetime", "date"),
    ValueType.choice: ("enumeration", "select"),
    ValueType.choices: ("enumeration", "checkbox"),
}
ALIKE = frozenset({ValueType.text, ValueType.url, ValueType.email, ValueType.phone, ValueType.owner})


def read_schema(definitions: Iterable[Mapping[str, Any]]) -> Schema:
    """The contact fields behind property definitions."""
    return Schema(kinds={KIND: {one["name"]: _field(one) for one in definitions}})


def _field(definition: Mapping[str, Any]) -> FieldInfo:
    name, meta = definition["name"], definition.get("modificationMetadata") or {}
    kind = NAMED.get(name) or TYPES.get(definition.get("type", ""), ValueType.text)
    if (
        definition.get("referencedObjectType") == OWNER
    ):  # a company's own field for a user, beside hubspot_owner_id
        kind = ValueType.owner
    if kind is ValueType.choice and definition.get("fieldType") == "checkbox":
        kind = ValueType.choices
    options = tuple(str(one["value"]) for one in definition.get("options") or ())
    return FieldInfo(
        name=name,
        label=definition.get("label") or name,
        type=kind,
        writable=not (meta.get("readOnlyValue") or definition.get("calculated")),
        unique=bool(definition.get("hasUniqueValue")),
        options=options,
        restricted=kind in {ValueType.choice, ValueType.choices} and not definition.get("externalOptions"),
    )


def definition_of(wanted: FieldWanted) -> dict[str, Any]:
    """The request that creates a property; `options` keep their order."""
    kind, shown_as = CREATED[wanted.type]
    request: dict[str, Any] = {
        "groupName": GROUP,
        "name": wanted.name,
        "label": wanted.label,
        "type": kind,
        "fieldType": shown_as,
    }
    options = [(one, one) for one in wanted.options]
    if wanted.type is ValueType.bool:
        options = [("Yes", "true"), ("No", "false")]
    if options:
        request["options"] = [
            {"label": label, "value": value, "displayOrder": place, "hidden": False}
            for place, (label, value) in enumerate(options)
        ]
    return request | ({"hasUniqueValue": True} if wanted.unique else {})


def require_same_type(wanted: FieldWanted, found: FieldInfo) -> None:
    """Raises Misconfigured where a property of this name exists with another type."""
    if found.type is not wanted.type and not {found.type, wanted.type} <= ALIKE:
        text = (
            f"HubSpot's property {wanted.name} is a {found.type}, not a {wanted.type}: "
            "rename it there, or map another name"
        )
        raise Misconfigured(text, system=SYSTEM)

"""Salesforce's fields as the port tells them, and the definitions that create ours."""

from collections.abc import Mapping
from typing import Any

from connectors.base import FieldInfo, FieldWanted
from connectors.errors import Misconfigured
from mapping.records import ValueType

SYSTEM = "salesforce"
KINDS = ("Lead", "Contact")
ORGANIZATION = ("Id", "Name", "TimeZoneSidKey", "DefaultLocaleSidKey")
USER = "User"  # what OwnerId, and any lookup to a user, refers to
TEXT_LENGTH = 255  # a longer text is another type of field
TYPES: dict[str, ValueType] = {
    "double": ValueType.number,
    "int": ValueType.number,
    "long": ValueType.number,
    "currency": ValueType.number,
    "percent": ValueType.number,
    "boolean": ValueType.bool,
    "date": ValueType.date,
    "datetime": ValueType.instant,
    "picklist": ValueType.choice,
    "multipicklist": ValueType.choices,
    "email": ValueType.email,
    "phone": ValueType.phone,
    "url": ValueType.url,
}
PLAIN: dict[ValueType, dict[str, Any]] = {
    ValueType.number: {"type": "Number", "precision": 18, "scale": 0},
    ValueType.bool: {"type": "Checkbox", "defaultValue": "false"},
    ValueType.date: {"type": "Date"},
    ValueType.instant: {"type": "DateTime"},
    ValueType.url: {"type": "Url"},
    ValueType.email: {"type": "Email"},
    ValueType.phone: {"type": "Phone"},
}
ALIKE = frozenset(
    {ValueType.text, ValueType.url, ValueType.email, ValueType.phone, ValueType.owner, ValueType.choice}
)


def read_description(description: Mapping[str, Any]) -> dict[str, FieldInfo]:
    """The fields of one object that the user sees, by name."""
    return {one["name"]: _field(one) for one in description["fields"]}


def _field(described: Mapping[str, Any]) -> FieldInfo:
    name = described["name"]
    names_user = USER in (described.get("referenceTo") or ())
    kind = ValueType.owner if names_user else TYPES.get(described["type"], ValueType.text)
    options = [one["value"] for one in described.get("picklistValues") or () if one.get("active", True)]
    createable = bool(described.get("createable"))
    return FieldInfo(
        name=name,
        label=described.get("label") or name,
        type=kind,
        writable=createable and bool(described.get("updateable")),
        length=described.get("length") or None,
        required=createable and not (described.get("nillable") or described.get("defaultedOnCreate")),
        unique=bool(described.get("unique")),
        options=tuple(options),
        restricted=bool(described.get("restrictedPicklist")),
        html=described["type"] == "textarea" and bool(described.get("htmlFormatted")),
    )


def metadata_of(wanted: FieldWanted) -> dict[str, Any]:
    """The Tooling API's Metadata of a custom field (Metadata API, CustomField)."""
    return {"label": wanted.label, **_typed(wanted)}


def _typed(wanted: FieldWanted) -> dict[str, Any]:
    if wanted.type is ValueType.choice:
        return {"type": "Picklist", "valueSet": _values(wanted.options)}
    if wanted.type is ValueType.choices:
        return {"type": "MultiselectPicklist", "visibleLines": 4, "valueSet": _values(wanted.options)}
    return PLAIN.get(wanted.type) or _text(wanted)


def _text(wanted: FieldWanted) -> dict[str, Any]:
    length = wanted.length or TEXT_LENGTH
    if length > TEXT_LENGTH:
        return {"type": "LongTextArea", "length": length, "visibleLines": 10}
    unique = {"externalId": True, "unique": True, "caseSensitive": False} if wanted.unique else {}
    return {"type": "Text", "length": length, **unique}


def _values(options: tuple[str, ...]) -> dict[str, Any]:
    values = [{"fullName": one, "label": one, "default": False} for one in options]
    return {"restricted": False, "valueSetDefinition": {"sorted": False, "value": values}}


def require_same(wanted: FieldWanted, kind: str, found: FieldInfo) -> None:
    """Raises Misconfigured where a field of this name cannot hold what we write."""
    where = f"Salesforce's field {kind}.{wanted.name}"
    if found.type is not wanted.type and not {found.type, wanted.type} <= ALIKE:
        text = f"{where} is a {found.type}, not a {wanted.type}: rename it there, or map another name"
        raise Misconfigured(text, system=SYSTEM)
    if wanted.unique and not found.unique:
        text = f"{where} is not unique: make it an external id without duplicates, or nothing would be found by it"
        raise Misconfigured(text, system=SYSTEM)

"""Custom fields: from the Metadata of a Tooling CustomField to a field."""

from typing import Any

from sandbox.salesforce.errors import Fault
from sandbox.salesforce.schema import Choice, Field

_TYPES = {
    "Text": "string",
    "TextArea": "textarea",
    "LongTextArea": "textarea",
    "Html": "textarea",
    "Number": "double",
    "DateTime": "datetime",
    "Date": "date",
    "Picklist": "picklist",
    "Url": "url",
    "Checkbox": "boolean",
    "Email": "email",
    "Phone": "phone",
}
_FIXED_LENGTHS = {"TextArea": 255, "Url": 255, "Email": 80, "Phone": 40, "Picklist": 255}
_LONGEST = {"Text": 255, "LongTextArea": 131_072, "Html": 131_072}
_AREAS = ("LongTextArea", "Html")
_DIGITS = 18


def read_metadata(name: str, metadata: dict[str, Any]) -> Field:
    """The field that the Metadata describes; raises a Fault for one that Salesforce would not make."""
    try:
        return _read(name, metadata)
    except (AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise Fault("FIELD_INTEGRITY_EXCEPTION", f"Metadata cannot be read: {wrong}", ["Metadata"]) from wrong


def _read(name: str, metadata: dict[str, Any]) -> Field:
    written = metadata.get("type")
    if written not in _TYPES:
        raise Fault("FIELD_INTEGRITY_EXCEPTION", f"Unknown field type: {written}", ["Metadata"])
    if not metadata.get("label"):
        raise Fault("FIELD_INTEGRITY_EXCEPTION", "Required field is missing: label", ["Metadata"])
    values = metadata.get("valueSet") or {}
    required = bool(metadata.get("required", False))
    return Field(
        name=name,
        type=_TYPES[written],
        label=str(metadata["label"]),
        length=_length(written, metadata),
        **_number(written, metadata),
        nillable=not (required or written == "Checkbox"),
        filterable=written not in _AREAS,
        rich=written == "Html",
        external_id=bool(metadata.get("externalId", False)),
        unique=bool(metadata.get("unique", False)),
        case_sensitive=bool(metadata.get("caseSensitive", False)),
        choices=_choices(values),
        restricted=bool(values.get("restricted", False)),
        default=_checkbox_default(metadata) if written == "Checkbox" else None,
        custom=True,
        tracked=bool(metadata.get("trackHistory", False)),
    )


def _length(written: str, metadata: dict[str, Any]) -> int:
    if written not in _LONGEST:
        return _FIXED_LENGTHS.get(written, 0)
    length = int(metadata.get("length") or 0)
    if not 0 < length <= _LONGEST[written]:
        raise Fault(
            "FIELD_INTEGRITY_EXCEPTION", f"Length must be from 1 to {_LONGEST[written]}", ["Metadata"]
        )
    if written in _AREAS and not metadata.get("visibleLines"):
        raise Fault(
            "FIELD_INTEGRITY_EXCEPTION",
            f"Must specify 'visibleLines' for a CustomField of type {written}",
            ["Metadata"],
        )
    return length


def _number(written: str, metadata: dict[str, Any]) -> dict[str, Any]:
    if written != "Number":
        return {}
    if "precision" not in metadata or "scale" not in metadata:
        text = "Must specify 'precision' and 'scale' for a CustomField of type Number"
        raise Fault("FIELD_INTEGRITY_EXCEPTION", text, ["Metadata"])
    precision = int(metadata["precision"])
    if not 0 < precision <= _DIGITS:
        raise Fault("FIELD_INTEGRITY_EXCEPTION", f"Precision must be from 1 to {_DIGITS}", ["Metadata"])
    return {"precision": precision, "scale": int(metadata["scale"])}


def _checkbox_default(metadata: dict[str, Any]) -> int:
    return int(str(metadata.get("defaultValue", "false")).lower() == "true")


def _choices(values: dict[str, Any]) -> tuple[Choice, ...]:
    listed = (values.get("valueSetDefinition") or {}).get("value", [])
    return tuple(
        Choice(
            value=entry.get("fullName") or entry["valueName"],
            label=entry.get("label") or entry.get("fullName") or entry["valueName"],
            default=bool(entry.get("default", False)),
            active=entry.get("isActive") is not False,
        )
        for entry in listed
    )

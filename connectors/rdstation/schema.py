"""RD Station's contact fields as our schema, what else is read of a contact, and the requests for fields of ours.

A custom field's name begins with `cf_`; there are texts, whole numbers, truth values and lists, no dates.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.base import FieldInfo, FieldWanted, Schema
from connectors.errors import Misconfigured
from connectors.rdstation.answers import SYSTEM
from mapping.records import ValueType

KIND = "contact"
STAGES = ("Lead", "Qualified Lead", "Client")
TYPES: dict[str, ValueType] = {
    "STRING": ValueType.text,
    "INTEGER": ValueType.number,
    "BOOLEAN": ValueType.bool,
    "STRING[]": ValueType.choices,
}
SHOWN: dict[str, ValueType] = {  # what a text is
    "EMAIL_INPUT": ValueType.email,
    "PHONE_INPUT": ValueType.phone,
    "URL_INPUT": ValueType.url,
    "COMBO_BOX": ValueType.choice,
    "RADIO_BUTTON": ValueType.choice,
}
CREATED: dict[ValueType, tuple[str, str]] = {  # data_type and presentation_type
    ValueType.text: ("STRING", "TEXT_INPUT"),
    ValueType.url: ("STRING", "URL_INPUT"),
    ValueType.email: ("STRING", "EMAIL_INPUT"),
    ValueType.phone: ("STRING", "PHONE_INPUT"),
    ValueType.owner: ("STRING", "TEXT_INPUT"),
    ValueType.choice: ("STRING", "COMBO_BOX"),
    ValueType.number: ("INTEGER", "NUMBER_INPUT"),
    ValueType.bool: ("BOOLEAN", "CHECK_BOX"),
    ValueType.choices: ("STRING[]", "MULTIPLE_CHOICE"),
}
FUNNEL: dict[str, ValueType] = {
    "lifecycle_stage": ValueType.choice,
    "opportunity": ValueType.bool,
    "contact_owner_email": ValueType.email,
    "fit": ValueType.number,
    "interest": ValueType.number,
}
CONVERSIONS: dict[str, ValueType] = {
    "last_conversion_identifier": ValueType.text,
    "last_conversion_date": ValueType.instant,
    "first_conversion_identifier": ValueType.text,
    "first_conversion_date": ValueType.instant,
    "conversions": ValueType.number,
}
BESIDES: dict[str, ValueType] = {
    "first_name": ValueType.text,
    "last_name": ValueType.text,
    "extra_emails": ValueType.choices,
    "legal_bases": ValueType.choices,
    "opted_out": ValueType.bool,
    "created_at": ValueType.instant,  # only where a segmentation tells it
}
"""What a contact has beside its fields; nothing of it is written as a field."""


def read_schema(definitions: Iterable[Mapping[str, Any]]) -> Schema:
    """The fields behind definitions, and what else is read of a contact."""
    fields = {str(one["api_identifier"]): _field(one) for one in definitions}
    for name, kind in (FUNNEL | CONVERSIONS | BESIDES).items():
        options = STAGES if name == "lifecycle_stage" else ()
        info = FieldInfo(name=name, label=name, type=kind, writable=False, options=options)
        fields.setdefault(name, info)
    return Schema(kinds={KIND: fields})


def _field(definition: Mapping[str, Any]) -> FieldInfo:
    name = str(definition["api_identifier"])
    kind = TYPES.get(str(definition["data_type"]), ValueType.text)
    if kind is ValueType.text:
        kind = SHOWN.get(str(definition.get("presentation_type")), kind)
    rules = definition.get("validation_rules") or {}
    options = tuple(str(one["value"]) for one in rules.get("valid_options") or () if "value" in one)
    label = (definition.get("label") or {}).get("pt-BR")
    return FieldInfo(
        name=name,
        label=str(label or name),
        type=kind,
        writable=name != "tags",  # a PATCH replaces them all: tracks alone write them, one by one
        unique=name == "email",
        options=options,
        restricted=bool(options),
    )


def definition_of(wanted: FieldWanted) -> dict[str, Any]:
    """The request that creates a custom field; raises Misconfigured for a type that RD Station has not."""
    if wanted.type not in CREATED or not wanted.name.startswith("cf_"):
        text = f"RD Station cannot have a field {wanted.name} of type {wanted.type}: names begin with cf_, no dates"
        raise Misconfigured(text, system=SYSTEM)
    kind, shown_as = CREATED[wanted.type]
    request: dict[str, Any] = {
        "api_identifier": wanted.name,
        "data_type": kind,
        "presentation_type": shown_as,
        "name": {"pt-BR": wanted.label},
        "label": {"pt-BR": wanted.label},
    }
    if wanted.options:
        options = [{"value": one, "label": {"pt-BR": one}} for one in wanted.options]
        request["validation_rules"] = {"valid_options": options}
    return request


def require_same_type(wanted: FieldWanted, found: FieldInfo) -> None:
    """Raises Misconfigured where a field of this name exists with another type."""
    if TYPES[CREATED[wanted.type][0]] is not TYPES[CREATED[found.type][0]]:
        text = (
            f"RD Station's field {wanted.name} is a {found.type}, not a {wanted.type}: "
            "delete it there, or map another name"
        )
        raise Misconfigured(text, system=SYSTEM)

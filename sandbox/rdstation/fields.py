"""Contact fields: the standard ones, and the custom ones that a client creates."""

import json
import re
from typing import Any
from uuid import UUID, uuid5

from sandbox.rdstation.errors import Refusal, invalid, invalid_text
from sandbox.state import State

NAMESPACE = UUID("8e5b6c1e-6ad1-4f43-9c0a-5d2f6f0a7b11")
STANDARD = {  # api_identifier: data_type, presentation_type
    "name": ("STRING", "TEXT_INPUT"),
    "email": ("STRING", "EMAIL_INPUT"),
    "job_title": ("STRING", "TEXT_INPUT"),
    "birthdate": ("STRING", "TEXT_INPUT"),
    "bio": ("STRING", "TEXT_AREA"),
    "website": ("STRING", "URL_INPUT"),
    "personal_phone": ("STRING", "PHONE_INPUT"),
    "mobile_phone": ("STRING", "PHONE_INPUT"),
    "city": ("STRING", "TEXT_INPUT"),
    "state": ("STRING", "TEXT_INPUT"),
    "country": ("STRING", "TEXT_INPUT"),
    "twitter": ("STRING", "URL_INPUT"),
    "facebook": ("STRING", "URL_INPUT"),
    "linkedin": ("STRING", "URL_INPUT"),
    "tags": ("STRING[]", "MULTIPLE_CHOICE"),
}
PRESENTATIONS = {
    "STRING": {
        "TEXT_INPUT", "TEXT_AREA", "URL_INPUT", "PHONE_INPUT", "EMAIL_INPUT", "COMBO_BOX", "RADIO_BUTTON",
    },
    "INTEGER": {"NUMBER_INPUT"},
    "BOOLEAN": {"CHECK_BOX"},
    "STRING[]": {"MULTIPLE_CHOICE"},
}  # fmt: skip
RESERVED = {"company", "email", "id", "name", "uuid", "account_id", "created_at", "last_conversion_date"}
IDENTIFIER = re.compile(r"cf_[a-z0-9_]{1,61}")
TYPES: dict[str, tuple[type, str]] = {
    "STRING": (str, "MUST_BE_STRING"),
    "INTEGER": (int, "MUST_BE_INTEGER"),
    "BOOLEAN": (bool, "MUST_BE_BOOLEAN"),
    "STRING[]": (list, "MUST_BE_ARRAY"),
}


class Fields:
    """Definitions by api_identifier."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._known = {name: _standard(name, *kind) for name, kind in STANDARD.items()}
        with state.lock:
            state.database.execute(
                "CREATE TABLE IF NOT EXISTS rdstation_field (name TEXT PRIMARY KEY, body TEXT)"
            )
            for row in state.database.execute("SELECT * FROM rdstation_field ORDER BY rowid"):
                self._known[row["name"]] = json.loads(row["body"])

    def page(self) -> dict[str, Any]:
        """Every field of the account."""
        return {"fields": list(self._known.values())}

    def create(self, wish: dict[str, Any]) -> dict[str, Any]:
        """A new custom field; raises 400 for what the documents refuse."""
        name = str(wish.get("api_identifier") or "")
        for key in ("name", "label"):
            told = wish.get(key)
            if not isinstance(told, dict) or not str(told.get("pt-BR") or "").strip():
                raise invalid_text(key, "CANNOT_BE_BLANK", "cannot be blank")
        if not IDENTIFIER.fullmatch(name) or name.removeprefix("cf_") in RESERVED:
            raise invalid("api_identifier", "INVALID", "invalid options")
        if name in self._known:
            raise invalid("api_identifier", "TAKEN", "has already been taken")
        kind, shown = wish.get("data_type"), wish.get("presentation_type")
        if shown not in PRESENTATIONS.get(str(kind), set()):
            raise invalid("presentation_type", "INVALID", "is not one of the data type")
        field = {
            "uuid": str(uuid5(NAMESPACE, name)),
            "api_identifier": name,
            "custom_field": True,
            "data_type": kind,
            "name": _localised(wish["name"]),
            "label": _localised(wish["label"]),
            "presentation_type": shown,
            "validation_rules": wish.get("validation_rules") or {},
        }
        self._known[name] = field
        with self._state.lock:
            self._state.database.execute(
                "INSERT INTO rdstation_field VALUES (?, ?)", (name, json.dumps(field))
            )
        return field

    def check(self, name: str, value: Any) -> None:
        """Raises 400 for a value that the field does not take; `None` clears any."""
        field = self._known.get(name)
        if field is None:
            raise invalid(name, "INVALID_FIELDS", "is not a field of this account")
        kind, refusal = TYPES[field["data_type"]]
        if value is None:
            return
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise invalid(name, refusal, f"{name} has another type.")
        told = value if isinstance(value, list) else [value]
        options = {one["value"] for one in field["validation_rules"].get("valid_options") or ()}
        if options and not options.issuperset(told):
            raise invalid(name, "INVALID_OPTION", "is not one of the valid options")
        if name == "tags":
            check_tags(value)


def check_tags(tags: Any) -> None:
    """Raises 400 unless these are lower-case texts, each once."""
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise _tags("MUST_BE_ARRAY", "must be a list of texts")
    if any(tag != tag.lower() or not tag.strip() for tag in tags):
        raise _tags("MUST_BE_LOWERCASE", "must be lower case")
    if len(set(tags)) < len(tags):
        raise _tags("VALUES_MUST_BE_UNIQUE", "values must be unique")


def _tags(kind: str, message: str) -> Refusal:
    return invalid("tags", kind, message)


def _standard(name: str, kind: str, shown: str) -> dict[str, Any]:
    return {
        "uuid": str(uuid5(NAMESPACE, name)),
        "api_identifier": name,
        "custom_field": False,
        "data_type": kind,
        "name": {"default": name, "pt-BR": name},
        "label": {"default": name, "pt-BR": name},
        "presentation_type": shown,
        "validation_rules": {},
    }


def _localised(told: dict[str, Any]) -> dict[str, str]:
    return {"default": str(told["pt-BR"]), "pt-BR": str(told["pt-BR"])}

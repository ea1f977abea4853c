"""The definitions of the contact properties: HubSpot's own and those that clients add."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.hubspot import standard
from sandbox.hubspot.errors import conflict, invalid, not_found
from sandbox.hubspot.stamps import iso
from sandbox.state import State

FIELD_TYPES = {
    "bool": {"booleancheckbox", "calculation_equation"},
    "date": {"date"},
    "datetime": {"date"},
    "enumeration": {"booleancheckbox", "checkbox", "radio", "select", "calculation_equation"},
    "number": {"number", "calculation_equation"},
    "phone_number": {"phonenumber"},
    "string": {"file", "html", "phonenumber", "text", "textarea", "calculation_equation"},
}
UNIQUE_LIMIT = 10
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_EDITABLE = {
    "label",
    "description",
    "groupName",
    "fieldType",
    "options",
    "displayOrder",
    "formField",
    "hidden",
}
_OPTIONAL: Mapping[str, Any] = {
    "description": "",
    "displayOrder": -1,
    "formField": False,
    "hasUniqueValue": False,
    "hidden": False,
    "externalOptions": False,
}


class Properties:
    """Definitions by name, as the properties API shows them; archived ones keep their name taken.

    `unique_names` are the properties whose value at most one contact holds, besides email.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._defined: dict[str, dict[str, Any]] = {}
        self.unique_names: tuple[str, ...] = ()
        with state.lock:
            state.database.execute(
                "CREATE TABLE IF NOT EXISTS hubspot_property (name TEXT PRIMARY KEY, definition TEXT)"
            )
            for row in state.database.execute("SELECT * FROM hubspot_property ORDER BY rowid"):
                self._defined[row["name"]] = json.loads(row["definition"])
            if not self._defined:
                self._keep(list(standard.definitions(iso(state.clock.now()))))
            self._note_unique()

    def live(self, name: str) -> dict[str, Any] | None:
        """The definition of a property that is not archived."""
        definition = self._defined.get(name)
        return None if definition is None or definition["archived"] else definition

    def page(self, *, archived: bool) -> list[dict[str, Any]]:
        """All live definitions, or all archived ones."""
        return [each for each in self._defined.values() if each["archived"] is archived]

    def stages(self) -> list[str]:
        """The lifecycle stages in their order."""
        options = self._defined["lifecyclestage"]["options"]
        return [option["value"] for option in sorted(options, key=lambda option: int(option["displayOrder"]))]

    def create(self, wish: Mapping[str, Any], groups: Sequence[str]) -> dict[str, Any]:
        """Define a property; 400 where the wish is wrong, 409 where the name is taken."""
        self._check(wish, groups)
        now = iso(self._state.clock.now())
        given = {key: wish[key] for key in _OPTIONAL if wish.get(key) is not None}
        definition = dict(_OPTIONAL) | given
        for key in ("name", "label", "type", "fieldType", "groupName"):
            definition[key] = wish[key]
        options = standard.bool_options() if wish["type"] == "bool" else _options(wish.get("options") or [])
        definition |= {
            "options": options,
            "calculated": wish["fieldType"] == "calculation_equation",
            "hubspotDefined": False,
            "archived": False,
            "createdAt": now,
            "updatedAt": now,
            "modificationMetadata": {
                "archivable": True,
                "readOnlyDefinition": False,
                "readOnlyValue": wish["fieldType"] == "calculation_equation",
            },
        }
        self._keep([definition])
        return definition

    def update(self, name: str, wish: Mapping[str, Any], groups: Sequence[str]) -> dict[str, Any]:
        """Change a definition; `options` replace the whole list. 404 without it, 400 for HubSpot's own."""
        definition = self.live(name)
        if definition is None:
            raise not_found(f"Property {name} does not exist")
        if definition["modificationMetadata"]["readOnlyDefinition"]:
            raise invalid(f"Property {name} is read only")
        if "groupName" in wish:
            _check_group(wish, groups)
        changed = definition | {key: wish[key] for key in _EDITABLE & set(wish)}
        changed["options"] = _options(changed["options"])
        changed["updatedAt"] = iso(self._state.clock.now())
        self._keep([changed, *(self._new_stage_dates(changed) if name == "lifecyclestage" else ())])
        return changed

    def archive(self, name: str) -> None:
        """Take a property away; 400 for HubSpot's own, nothing happens without it."""
        definition = self.live(name)
        if definition is None:
            return
        if not definition["modificationMetadata"]["archivable"]:
            raise invalid(f"Property {name} cannot be archived")
        self._keep([definition | {"archived": True, "archivedAt": iso(self._state.clock.now())}])

    def _check(self, wish: Mapping[str, Any], groups: Sequence[str]) -> None:
        missing = [key for key in ("name", "label", "type", "fieldType", "groupName") if not wish.get(key)]
        if missing:
            raise invalid(f"Invalid input JSON: {', '.join(missing)} required")
        name, kind = str(wish["name"]), wish["type"]
        if not _NAME.fullmatch(name):
            raise invalid(f"{name} is no property name: lower case letters, digits and underscores")
        if name in self._defined:
            raise conflict(f"A property named '{name}' already exists.")
        if wish["fieldType"] not in FIELD_TYPES.get(kind, ()):
            raise invalid(f"fieldType {wish['fieldType']} does not go with type {kind}")
        _check_group(wish, groups)
        if wish.get("hasUniqueValue") and len(self.unique_names) >= UNIQUE_LIMIT:
            raise invalid(f"An object has at most {UNIQUE_LIMIT} properties with unique values")

    def _new_stage_dates(self, stages: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            dated
            for option in stages["options"]
            for dated in standard.stage_dates(option["value"], option["label"], stages["updatedAt"])
            if dated["name"] not in self._defined
        ]

    def _keep(self, definitions: Sequence[dict[str, Any]]) -> None:
        self._state.database.executemany(
            "INSERT INTO hubspot_property VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
            [(each["name"], json.dumps(each)) for each in definitions],
        )
        self._defined |= {each["name"]: each for each in definitions}
        self._note_unique()

    def _note_unique(self) -> None:
        live = (each for each in self._defined.values() if not each["archived"])
        self.unique_names = tuple(each["name"] for each in live if each["hasUniqueValue"])


def _check_group(wish: Mapping[str, Any], groups: Sequence[str]) -> None:
    if wish["groupName"] not in groups:
        raise invalid(f"Property group {wish['groupName']} does not exist")


def _options(wished: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    values = [option.get("value") for option in wished]
    if any("label" not in option or option.get("value") is None for option in wished):
        raise invalid("Invalid input JSON: each option needs label, value and hidden")
    if len(set(values)) < len(values):
        raise invalid("Property option values must be unique")
    return [
        {"displayOrder": order, "hidden": False, **option} for order, option in enumerate(map(dict, wished))
    ]

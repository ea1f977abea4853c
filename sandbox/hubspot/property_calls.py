"""The properties API: definitions and groups, one by one and in batches."""

from collections.abc import Callable
from typing import Any

from sandbox.hubspot import standard
from sandbox.hubspot.batches import Batch
from sandbox.hubspot.call import Call
from sandbox.hubspot.errors import Refusal, conflict, invalid, not_found
from sandbox.hubspot.properties import Properties
from sandbox.state import State

OBJECT_TYPES = ("contacts", "contact", "0-1")


class PropertyCalls:
    """Endpoints below `/properties/{objectType}`; contacts are the only object type here."""

    def __init__(self, state: State, properties: Properties) -> None:
        self._state = state
        self._properties = properties
        with state.lock:
            state.database.execute(
                "CREATE TABLE IF NOT EXISTS hubspot_group (name TEXT PRIMARY KEY, label TEXT, position INTEGER)"
            )
            if not state.database.execute("SELECT 1 FROM hubspot_group").fetchone():
                state.database.executemany(
                    "INSERT INTO hubspot_group VALUES (?, ?, -1)", standard.GROUPS.items()
                )

    def page(self, call: Call) -> dict[str, Any]:
        """All definitions."""
        _check_type(call)
        return {"results": self._properties.page(archived=call.flag("archived"))}

    def one(self, call: Call) -> dict[str, Any]:
        """One definition, or 404."""
        _check_type(call)
        name = call.path["propertyName"]
        wanted = call.flag("archived")
        for definition in self._properties.page(archived=wanted):
            if definition["name"] == name:
                return definition
        raise not_found(f"Property {name} does not exist")

    def create(self, call: Call) -> dict[str, Any]:
        """Define one."""
        _check_type(call)
        return self._properties.create(call.object(), self._group_names())

    def update(self, call: Call) -> dict[str, Any]:
        """Change one."""
        _check_type(call)
        return self._properties.update(call.path["propertyName"], call.object(), self._group_names())

    def archive(self, call: Call) -> None:
        """Take one away."""
        _check_type(call)
        self._properties.archive(call.path["propertyName"])

    def batch_create(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Define several: 201, or 207 where some were refused."""
        return self._batch(call, lambda row: self._properties.create(row, self._group_names())).created()

    def batch_read(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Read several by name: 200, or 207 where some are not there."""
        return self._batch(call, lambda row: self._read(str(row.get("name")))).answer()

    def batch_archive(self, call: Call) -> None:
        """Take several away."""
        _check_type(call)
        for row in Batch(self._state, call).inputs:
            self._properties.archive(str(row.get("name")))

    def groups(self, call: Call) -> dict[str, Any]:
        """All groups."""
        _check_type(call)
        rows = self._state.database.execute("SELECT * FROM hubspot_group ORDER BY rowid")
        return {"results": [_group(dict(row)) for row in rows]}

    def group(self, call: Call) -> dict[str, Any]:
        """One group, or 404."""
        _check_type(call)
        row = self._state.database.execute(
            "SELECT * FROM hubspot_group WHERE name = ?", (call.path["groupName"],)
        ).fetchone()
        if row is None:
            raise not_found(f"Property group {call.path['groupName']} does not exist")
        return _group(dict(row))

    def create_group(self, call: Call) -> dict[str, Any]:
        """Add a group; 409 where its name is taken."""
        _check_type(call)
        wish = call.object()
        if not wish.get("name") or not wish.get("label"):
            raise invalid("Invalid input JSON: name and label required")
        if wish["name"] in self._group_names():
            raise conflict(f"A property group named '{wish['name']}' already exists.")
        row = {"name": wish["name"], "label": wish["label"], "position": int(wish.get("displayOrder", -1))}
        self._state.database.execute("INSERT INTO hubspot_group VALUES (:name, :label, :position)", row)
        return _group(row)

    def update_group(self, call: Call) -> dict[str, Any]:
        """Change a group's label or order."""
        current, wish = self.group(call), call.object()
        row = {
            "name": current["name"],
            "label": wish.get("label", current["label"]),
            "position": wish.get("displayOrder", current["displayOrder"]),
        }
        self._state.database.execute(
            "UPDATE hubspot_group SET label = :label, position = :position WHERE name = :name", row
        )
        return _group(row)

    def archive_group(self, call: Call) -> None:
        """Take a group away; 400 while properties are in it."""
        name = call.path["groupName"]
        if any(each["groupName"] == name for each in self._properties.page(archived=False)):
            raise invalid(f"Property group {name} is not empty")
        self._state.database.execute("DELETE FROM hubspot_group WHERE name = ?", (name,))

    def _batch(self, call: Call, verb: Callable[[dict[str, Any]], dict[str, Any]]) -> Batch:
        _check_type(call)
        batch = Batch(self._state, call)
        for row in batch.inputs:
            try:
                batch.results.append(verb(row))
            except Refusal as refusal:
                batch.errors.append(refusal.as_row({"name": [str(row.get("name"))]}))
        return batch

    def _read(self, name: str) -> dict[str, Any]:
        definition = self._properties.live(name)
        if definition is None:
            raise not_found(f"Property {name} does not exist")
        return definition

    def _group_names(self) -> list[str]:
        return [row["name"] for row in self._state.database.execute("SELECT name FROM hubspot_group")]


def _group(row: dict[str, Any]) -> dict[str, Any]:
    return {"name": row["name"], "label": row["label"], "displayOrder": row["position"], "archived": False}


def _check_type(call: Call) -> None:
    if call.path["objectType"] not in OBJECT_TYPES:
        raise invalid(f"Unable to infer object type from: {call.path['objectType']}")

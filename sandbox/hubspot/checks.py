"""Whether a write may happen, and which values it leaves: all its problems told at once."""

import re
from collections.abc import Mapping

from sandbox.hubspot import lifecycle
from sandbox.hubspot.contacts import Contact, Contacts
from sandbox.hubspot.errors import contact_exists, invalid, invalid_values
from sandbox.hubspot.lifecycle import STAGE
from sandbox.hubspot.merging import emails
from sandbox.hubspot.owners import Owners
from sandbox.hubspot.properties import Properties
from sandbox.hubspot.values import BadValue, written
from sandbox.state import Setting, State

DEFAULTS: dict[str, Setting] = {
    # sources differ on a backward lifecycle stage: "ignore" answers 200 and keeps the old one, "error" answers 400
    "hubspot.backward_stage": "ignore",
}
IDENTITIES = ("email", "firstname", "lastname")


class Checks:
    """Plans writes on contacts.

    An administrator's validation rules, patterns by property name, bind writes from the paths of 2026-09 on.
    """

    def __init__(
        self, state: State, contacts: Contacts, properties: Properties, owners: Owners, portal_id: int
    ) -> None:
        state.default(DEFAULTS)
        self._state = state
        self._contacts = contacts
        self._properties = properties
        self._owners = owners
        self._portal_id = portal_id
        with state.lock:
            state.database.execute(
                "CREATE TABLE IF NOT EXISTS hubspot_rule (name TEXT PRIMARY KEY, pattern TEXT)"
            )
            rules = state.database.execute("SELECT name, pattern FROM hubspot_rule").fetchall()
        self._rules = {row["name"]: re.compile(row["pattern"]) for row in rules}

    def rule(self, name: str, pattern: str) -> None:
        """Let the values of a property match a pattern from now on; raises ValueError where there is neither."""
        if self._properties.live(name) is None:
            raise ValueError(f"no property {name}")
        try:
            self._rules[name] = re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern}: {error}") from error
        with self._state.lock:
            self._state.database.execute("INSERT OR REPLACE INTO hubspot_rule VALUES (?, ?)", (name, pattern))

    def plan(self, contact: Contact | None, wish: object, *, ruled: bool) -> dict[str, str]:
        """The values that writing `wish` on `contact` (None: a new one) would leave; raises 400 or 409."""
        if not isinstance(wish, dict):
            raise invalid("Invalid input JSON: properties must be an object")
        current = contact.properties if contact is not None else {}
        problems, values = [], {}
        for name, value in wish.items():
            try:
                values[name] = self._taken(name, value, current.get(name, ""), ruled=ruled)
            except BadValue as bad:
                problems.append({"name": name, "error": bad.code, "message": str(bad)})
        if problems:
            raise invalid_values(problems, self._portal_id)
        if contact is None and not any(values.get(name) for name in IDENTITIES):
            raise invalid("A contact needs at least one of email, firstname and lastname")
        self._check_unique(contact, values)
        self._guard_stage(current.get(STAGE, ""), values)
        return values

    def _taken(self, name: str, value: object, current: str, *, ruled: bool) -> str:
        definition = self._properties.live(name)
        if definition is None:
            raise BadValue("PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
        if definition["modificationMetadata"]["readOnlyValue"]:
            raise BadValue("READ_ONLY_VALUE", f'"{name}" is a read only property; its value cannot be set.')
        if isinstance(value, bool):
            value = str(value).lower()
        if not isinstance(value, str | int | float):
            raise invalid(f"Invalid input JSON: the value of {name} must be a string")
        if name == "hubspot_owner_id" and value and str(value) not in self._owners.ids():
            raise BadValue("INVALID_OWNER_ID", f"Owner {value} does not exist")
        rule = self._rules.get(name) if ruled else None
        if rule is not None and value and not rule.fullmatch(str(value)):
            # that such a write answers 400 is documented, the code is not
            raise BadValue("PROPERTY_VALIDATION_RULE", f"{value} breaks the validation rule of {name}")
        return written(definition, str(value), current)

    def _check_unique(self, contact: Contact | None, values: Mapping[str, str]) -> None:
        for email in emails(values):
            holder = self._contacts.find(email, "email")
            if holder is not None and holder != contact:
                raise contact_exists(str(holder.id))
        for name in self._properties.unique_names:
            value = values.get(name, "")
            holder = self._contacts.find(value, name) if value else None
            if holder is not None and holder != contact:
                message = f"Another contact has the value {value} of {name}"
                problem = {"name": name, "error": "CONFLICTING_UNIQUE_VALUE", "message": message}
                raise invalid_values([problem], self._portal_id)

    def _guard_stage(self, current: str, values: dict[str, str]) -> None:
        wanted = values.get(STAGE, "")
        if not lifecycle.goes_back(self._properties.stages(), current, wanted):
            return
        if self._state.settings["hubspot.backward_stage"] == "error":
            message = f"lifecyclestage cannot go back from {current} to {wanted}"
            problem = {"name": STAGE, "error": "INVALID_LIFECYCLE_STAGE", "message": message}
            raise invalid_values([problem], self._portal_id)
        del values[STAGE]

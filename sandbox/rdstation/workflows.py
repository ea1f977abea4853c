"""Automation workflows: people make them in the account, clients put leads into them."""

import json
from typing import Any
from uuid import UUID

from sandbox.rdstation.call import Call
from sandbox.rdstation.contacts import Contacts
from sandbox.rdstation.errors import invalid, not_found, refused
from sandbox.rdstation.limits import Limits
from sandbox.state import State


class Workflows:
    """Workflows by id, with the uuids of the leads that were put in."""

    def __init__(self, state: State, contacts: Contacts, limits: Limits) -> None:
        self._state = state
        self._contacts = contacts
        self._limits = limits
        with state.lock:
            state.database.execute(
                "CREATE TABLE IF NOT EXISTS rdstation_workflow (id TEXT PRIMARY KEY, body TEXT)"
            )
            rows = state.database.execute("SELECT * FROM rdstation_workflow ORDER BY rowid").fetchall()
        self._made: dict[str, dict[str, Any]] = {row["id"]: json.loads(row["body"]) for row in rows}

    def create(self, name: str, *, active: bool = True) -> str:
        """A workflow as people make it in the account; its id."""
        workflow = str(UUID(int=self._state.random.getrandbits(128), version=4))
        self._made[workflow] = {"name": name, "active": active, "leads": []}
        self._store(workflow)
        return workflow

    def leads(self, workflow: str) -> list[str]:
        """The uuids of those who were put in."""
        return list(self._made[workflow]["leads"])

    def page(self, _: Call) -> dict[str, Any]:
        """Every workflow."""
        rows = [
            {"id": name, "name": each["name"], "status": "active" if each["active"] else "inactive"}
            for name, each in self._made.items()
        ]
        return {"workflows": rows}

    def insert(self, call: Call) -> dict[str, Any]:
        """Puts leads in by e-mail; those whom nobody knows are told, in lists inside lists."""
        workflow = self._made.get(call.path["id"])
        if workflow is None:
            raise not_found("Workflow")
        emails = call.object().get("leads")
        if not isinstance(emails, list) or not emails or len(emails) > self._limits.leads_a_call:
            raise invalid("leads", "INVALID_SIZE", f"must be 1 to {self._limits.leads_a_call} e-mails")
        if not workflow["active"]:
            raise refused("WORKFLOW_STATUS_ERROR", "The workflow is not active.")
        found = {email: self._contacts.find("email", str(email)) for email in emails}
        added = {contact.uuid: None for contact in found.values() if contact}
        workflow["leads"] = list(dict.fromkeys([*workflow["leads"], *added]))
        self._store(call.path["id"])
        return {
            "leads_added": [[email for email, contact in found.items() if contact]],
            "leads_not_found": [[email for email, contact in found.items() if contact is None]],
        }

    def _store(self, workflow: str) -> None:
        with self._state.lock:
            self._state.database.execute(
                "INSERT OR REPLACE INTO rdstation_workflow VALUES (?, ?)",
                (workflow, json.dumps(self._made[workflow])),
            )

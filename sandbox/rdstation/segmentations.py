"""Segmentations: filters over contacts, the standard ones and those that people in the account made."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.rdstation.call import Call
from sandbox.rdstation.contacts import Contact, Contacts, stamp
from sandbox.rdstation.errors import not_found, refused
from sandbox.state import Setting, State

PAGE = 125
DEFAULTS: dict[str, Setting] = {
    "rdstation.undated_first": False,  # where contacts without a conversion stand, the last to convert first
}
BASE = "https://api.rd.services/platform/segmentations"
STANDARD: Mapping[str, Callable[[Contact], bool]] = {
    "Todos os contatos da base de Leads": lambda _: True,
    "Leads": lambda contact: contact.funnel["lifecycle_stage"] == "Lead",
    "Leads Qualificados": lambda contact: contact.funnel["lifecycle_stage"] == "Qualified Lead",
    "Clientes": lambda contact: contact.funnel["lifecycle_stage"] == "Client",
    "Oportunidades": lambda contact: bool(contact.funnel["opportunity"]),
}
Answer = tuple[int, Any, dict[str, str]]


class Segmentations:
    """The standard ones by number from 1 on, then those of a tag, made by `create`."""

    def __init__(self, state: State, contacts: Contacts) -> None:
        state.default(DEFAULTS)
        self._state = state
        self._contacts = contacts
        self._made_at = stamp(state.clock.now())
        with state.lock:
            state.database.execute(
                "CREATE TABLE IF NOT EXISTS rdstation_segmentation (id INTEGER PRIMARY KEY, body TEXT)"
            )
            rows = state.database.execute("SELECT * FROM rdstation_segmentation ORDER BY id").fetchall()
        self._own: dict[int, dict[str, str]] = {row["id"]: json.loads(row["body"]) for row in rows}

    def create(self, name: str, tag: str, status: str = "processed") -> int:
        """A segmentation of the contacts with a tag, as people make it in the account; its number."""
        number = len(STANDARD) + len(self._own) + 1
        self._own[number] = {"name": name, "tag": tag, "status": status}
        with self._state.lock:
            self._state.database.execute(
                "INSERT INTO rdstation_segmentation VALUES (?, ?)", (number, json.dumps(self._own[number]))
            )
        return number

    def page(self, _: Call) -> dict[str, Any]:
        """Every segmentation."""
        standard = [(number, name, True, "processed") for number, name in enumerate(STANDARD, start=1)]
        own = [(number, each["name"], False, each["status"]) for number, each in self._own.items()]
        return {"segmentations": [self._told(*each) for each in (*standard, *own)]}

    def contacts(self, call: Call) -> Answer:
        """A page of the contacts of one, with the totals in headers."""
        size, number = call.number("page_size", 10, PAGE), call.number("page", 1)
        order = call.query.get("order", "last_conversion_date:desc")
        if order not in ("last_conversion_date:desc", "last_conversion_date:asc"):
            raise refused("INVALID_PARAMETER", "order is not one that is allowed")
        found = [contact for contact in self._contacts if self._holds(call.path["id"], contact)]
        undated = "~" if self._state.settings["rdstation.undated_first"] else ""
        found.sort(
            key=lambda each: (each.last_conversion_date or undated, each.number),
            reverse=order.endswith("desc"),
        )
        rows = [_row(each) for each in found[(number - 1) * size : number * size]]
        headers = {
            "pagination-total-rows": str(len(found)),
            "pagination-page": str(number),
            "pagination-page-size": str(size),
        }
        return 200, {"contacts": rows}, headers

    def _holds(self, number: str, contact: Contact) -> bool:
        if number.isdigit() and 1 <= int(number) <= len(STANDARD):
            return list(STANDARD.values())[int(number) - 1](contact)
        if number.isdigit() and int(number) in self._own:
            return self._own[int(number)]["tag"] in contact.values.get("tags", ())
        raise not_found("Segmentation")

    def _told(self, number: int, name: str, standard: bool, status: str) -> dict[str, Any]:  # noqa: FBT001 - a row
        link = {
            "rel": "SELF",
            "href": f"{BASE}/{number}/contacts",
            "media": "application/json",
            "type": "GET",
        }
        return {
            "id": number,
            "name": name,
            "standard": standard,
            "created_at": self._made_at,
            "updated_at": self._made_at,
            "process_status": status,
            "links": [link],
        }


def _row(contact: Contact) -> dict[str, Any]:
    href = f"https://api.rd.services/platform/contacts/{contact.uuid}"
    return {
        "uuid": contact.uuid,
        "name": contact.values.get("name"),
        "email": contact.email,
        "last_conversion_date": contact.last_conversion_date,
        "created_at": contact.created_at,
        "links": [{"rel": "SELF", "href": href, "media": "application/json", "type": "GET"}],
    }

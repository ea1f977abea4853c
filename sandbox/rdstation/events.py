"""Events: conversions that make contacts, marks of sales, and each contact's history."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sandbox.rdstation.call import Call
from sandbox.rdstation.contacts import Contact, Contacts, stamp
from sandbox.rdstation.errors import invalid, not_found, refused
from sandbox.rdstation.fields import Fields, check_tags
from sandbox.rdstation.limits import Limits
from sandbox.state import State

DEFAULTS = {"rdstation.event_lag_seconds": 0.0}  # marks of sales are carried out some minutes later
PAGE = 10
MARKS: dict[str, dict[str, Any]] = {  # what each event does to the funnel
    "OPPORTUNITY": {"opportunity": True},
    "OPPORTUNITY_LOST": {"opportunity": False},
    "SALE": {"lifecycle_stage": "Client", "opportunity": False},
}


class Events:
    """Takes events, and tells those of a contact."""

    def __init__(self, state: State, contacts: Contacts, fields: Fields, limits: Limits) -> None:
        state.default(DEFAULTS)
        self._state = state
        self._contacts = contacts
        self._fields = fields
        self._limits = limits
        self._waiting: list[tuple[float, Callable[[], object]]] = []

    def take(self, call: Call) -> dict[str, Any]:
        """One event; a conversion makes the contact where there is none, a mark needs one."""
        event = call.object()
        kind, payload = event.get("event_type"), event.get("payload")
        if event.get("event_family") != "CDP":
            raise invalid("event_family", "INVALID_OPTION", "must be CDP")
        if not isinstance(payload, dict):
            raise invalid("payload", "CANNOT_BE_NULL", "cannot be null")
        contact = self._contacts.find("email", str(payload.get("email") or ""))
        self._limits.count_contact("events", contact.uuid if contact else str(payload.get("email")))
        if kind == "CONVERSION":
            self.convert(contact, payload)
        elif kind in MARKS:
            if contact is None:
                raise not_found()
            due = time.monotonic() + float(self._state.settings["rdstation.event_lag_seconds"])
            uuid, mark = contact.uuid, str(kind)
            self._waiting.append((due, lambda: self._mark(uuid, mark, payload)))
        else:
            raise refused("INVALID_EVENT_TYPE", "This event type is not valid.")
        return {"event_uuid": str(UUID(int=self._state.random.getrandbits(128), version=4))}

    def settle(self) -> None:
        """Carries out the marks that are due by now."""
        due = [do for at, do in self._waiting if at <= time.monotonic()]
        self._waiting = [each for each in self._waiting if each[0] > time.monotonic()]
        for do in due:
            do()

    def convert(self, contact: Contact | None, payload: dict[str, Any], at: str | None = None) -> Contact:
        """A form fill: values put on the contact, tags added, the event at the top of its history."""
        name = payload.get("conversion_identifier")
        if not isinstance(name, str) or not name.strip():
            raise invalid("conversion_identifier", "CANNOT_BE_BLANK", "cannot be blank")
        known = {each["api_identifier"] for each in self._fields.page()["fields"]}
        values = {key: value for key, value in payload.items() if key in known and key != "email"}
        for key, value in values.items():
            self._fields.check(key, value)
        tags = values.pop("tags", [])
        check_tags(tags)
        if contact is None:
            contact = self._contacts.create({**values, "email": payload.get("email")})
        held = [*contact.values.get("tags", ()), *tags]
        contact = self._contacts.update(contact, {**values, "tags": list(dict.fromkeys(held))})
        event = self._event("CONVERSION", name, payload, at)
        return self._contacts.note_event(contact, event, converted=True)

    def of_contact(self, call: Call) -> list[Any]:
        """A page of ten of a contact's events of one type, the newest first unless asked otherwise."""
        contact = self._contacts.find("uuid", call.path["uuid"])
        if contact is None:
            raise not_found()
        kind = call.query.get("event_type")
        if kind not in ("CONVERSION", "OPPORTUNITY"):
            raise refused("INVALID_EVENT_TYPE", "This event type is not valid.")
        found = [each for each in contact.events if each["event_type"] == kind]
        if call.query.get("order", "created_at:desc").endswith("desc"):
            found.reverse()
        number = call.number("page", 1)
        return found[(number - 1) * PAGE : number * PAGE]

    def _mark(self, uuid: str, kind: str, payload: dict[str, Any]) -> None:
        contact = self._contacts.find("uuid", uuid)
        if contact is not None:  # it may have been deleted meanwhile
            contact = self._contacts.set_funnel(contact, MARKS[kind])
            self._contacts.note_event(contact, self._event(kind, kind, payload, None), converted=False)

    def _event(self, kind: str, name: str, payload: dict[str, Any], at: str | None) -> dict[str, Any]:
        return {
            "event_type": kind,
            "event_family": "CDP",
            "event_identifier": name,
            "event_timestamp": at or stamp(self._state.clock.now()),
            "payload": payload,
        }

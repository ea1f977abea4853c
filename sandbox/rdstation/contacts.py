"""The contacts of the account: kept in memory for reading, in the database for the next start."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from sandbox.rdstation.errors import invalid, refused
from sandbox.state import State

SAO_PAULO = timezone(timedelta(hours=-3))  # the offset in every example of the documents
STAGES = ("Lead", "Qualified Lead", "Client")
OWNERS = ("ana.vendas@example.com", "bruno.vendas@example.com")
FUNNEL = {
    "lifecycle_stage": "Lead",
    "opportunity": False,
    "contact_owner_email": None,
    "fit": 0,
    "interest": 0,
}


@dataclass(frozen=True)
class Contact:
    """One contact; a write makes a new one. `values` hold what is set, tags among them."""

    uuid: str
    values: Mapping[str, Any]
    created_at: str
    last_conversion_date: str | None = None
    funnel: Mapping[str, Any] = field(default_factory=lambda: dict(FUNNEL))
    events: tuple[Mapping[str, Any], ...] = ()  # oldest first
    number: int = 0

    @property
    def email(self) -> str:
        """The main e-mail address."""
        return str(self.values.get("email", ""))


def stamp(moment: datetime) -> str:
    """ISO 8601 with milliseconds and the offset of São Paulo."""
    return moment.astimezone(SAO_PAULO).isoformat(timespec="milliseconds")


class Contacts:
    """Contacts by uuid and by e-mail; an e-mail is held by one contact only."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._contacts: dict[str, Contact] = {}
        self._holders: dict[str, str] = {}
        with state.lock:
            state.database.execute(
                "CREATE TABLE IF NOT EXISTS rdstation_contact (uuid TEXT PRIMARY KEY, body TEXT)"
            )
            for row in state.database.execute("SELECT * FROM rdstation_contact ORDER BY rowid"):
                body = json.loads(row["body"])
                self._hold(Contact(**{**body, "events": tuple(body["events"])}))

    def __iter__(self) -> Iterator[Contact]:
        """Every contact, the oldest first."""
        return iter(list(self._contacts.values()))

    def find(self, identifier: str, value: str) -> Contact | None:
        """The contact of a `uuid` or an `email`; secondary addresses lead nowhere."""
        if identifier == "email":
            return self._contacts.get(self._holders.get(value.strip().lower(), ""))
        return self._contacts.get(value)

    def create(self, values: Mapping[str, Any]) -> Contact:
        """A new contact; raises 400 without an e-mail or with one that is taken."""
        email = str(values.get("email") or "").strip().lower()
        if "@" not in email:
            raise invalid("email", "INVALID_EMAIL", "is not an e-mail address")
        if email in self._holders:
            raise refused("EMAIL_ALREADY_IN_USE", "The e-mail is already in use.")
        made = Contact(
            uuid=str(UUID(int=self._state.random.getrandbits(128), version=4)),
            values={},
            created_at=stamp(self._state.clock.now()),
            number=len(self._contacts),
        )
        return self.update(made, {**values, "email": email})

    def update(self, contact: Contact, values: Mapping[str, Any], **more: Any) -> Contact:
        """Values put on a contact, `None` and `""` taking one away; raises 400 for an e-mail that is taken."""
        after = {**contact.values, **values}
        holder = self._holders.get(str(after.get("email", "")).lower())
        if holder not in (None, contact.uuid):
            raise refused("EMAIL_ALREADY_IN_USE", "The e-mail is already in use.")
        kept = {name: value for name, value in after.items() if value not in (None, "", [])}
        return self._keep(replace(contact, values=kept, **more))

    def note_event(self, contact: Contact, event: Mapping[str, Any], *, converted: bool) -> Contact:
        """Puts an event into a contact's history; a conversion is its last one."""
        last = event["event_timestamp"] if converted else contact.last_conversion_date
        return self._keep(replace(contact, events=(*contact.events, event), last_conversion_date=last))

    def set_funnel(self, contact: Contact, values: Mapping[str, Any]) -> Contact:
        """Puts values into a contact's funnel."""
        return self._keep(replace(contact, funnel={**contact.funnel, **values}))

    def delete(self, contact: Contact) -> None:
        """Removes a contact for good."""
        del self._contacts[contact.uuid], self._holders[contact.email]
        self._state.database.execute("DELETE FROM rdstation_contact WHERE uuid = ?", (contact.uuid,))

    def _keep(self, contact: Contact) -> Contact:
        if before := self._contacts.get(contact.uuid):
            self._holders.pop(before.email, None)
        self._hold(contact)
        self._state.database.execute(
            "INSERT INTO rdstation_contact VALUES (?, ?) ON CONFLICT (uuid) DO UPDATE SET body = excluded.body",
            (contact.uuid, json.dumps(asdict(contact))),
        )
        return contact

    def _hold(self, contact: Contact) -> None:
        self._contacts[contact.uuid] = contact
        self._holders[contact.email] = contact.uuid


def read_stamp(text: str) -> datetime:
    """The instant of a text that `stamp` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)

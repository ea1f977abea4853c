"""The contacts of the account: kept in memory for reading, in the database for the next start."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sandbox.hubspot import lifecycle
from sandbox.hubspot.errors import invalid
from sandbox.hubspot.history import History
from sandbox.hubspot.index import Index
from sandbox.hubspot.lifecycle import STAGE
from sandbox.hubspot.merging import emails, merge_marks, merged_values
from sandbox.hubspot.properties import Properties
from sandbox.hubspot.stamps import iso
from sandbox.state import Setting, State

DEFAULTS: dict[str, Setting] = {
    "hubspot.default_stage": "lead",
    # a merge makes a new record, or keeps the primary's id where the account is in the beta
    "hubspot.merge_keeps_primary": False,
}
FIRST_ID = 101


@dataclass(frozen=True)
class Contact:
    """One contact; a write makes a new one, so that what was read stays as it was."""

    id: int
    properties: Mapping[str, str]
    archived_at: str | None = None

    @property
    def emails(self) -> list[str]:
        """Its primary e-mail and its secondary ones."""
        return emails(self.properties)


class Contacts:
    """Contacts by id, e-mail and unique property, with their history and the search index behind them."""

    def __init__(self, state: State, properties: Properties) -> None:
        state.default(DEFAULTS)
        self._state = state
        self._properties = properties
        self.history = History(state)
        self.index = Index(state)
        self._contacts: dict[int, Contact] = {}
        self._holders: dict[tuple[str, str], int] = {}
        self._survivors: dict[int, int] = {}
        self._next_id = FIRST_ID
        with state.lock:
            self._load()

    def live(self) -> list[Contact]:
        """Contacts that are not archived, by id."""
        return [contact for contact in self._contacts.values() if contact.archived_at is None]

    def archived(self) -> list[Contact]:
        """Contacts in the recycle bin, by id."""
        return [contact for contact in self._contacts.values() if contact.archived_at is not None]

    def get(self, contact_id: str) -> Contact | None:
        """The contact with this id, or the survivor of its merges."""
        if not contact_id.isdigit():
            return None
        number = int(contact_id)
        while number in self._survivors:
            number = self._survivors[number]
        return self._contacts.get(number)

    def find(self, value: str, id_property: str | None) -> Contact | None:
        """The live contact with this id, e-mail (secondary ones too) or unique value.

        Raises 400 where the property is not a unique one.
        """
        if id_property in (None, "", "hs_object_id"):
            contact = self.get(value)
            return contact if contact is not None and contact.archived_at is None else None
        assert id_property is not None
        if id_property not in ("email", *self._properties.unique_names):
            raise invalid(f"Property {id_property} is not a unique identifier of contacts")
        held = value.strip().lower() if id_property == "email" else value
        holder = self._holders.get((id_property, held))
        return None if holder is None else self._contacts[holder]

    def create(self, values: Mapping[str, str]) -> Contact:
        """Keep a new contact with planned values."""
        now = iso(self._state.clock.now())
        contact_id = self._take_id()
        defaults = {
            STAGE: str(self._state.settings["hubspot.default_stage"]),
            "createdate": now,
            "hs_analytics_source": "OFFLINE",
            "hs_analytics_source_data_1": "INTEGRATION",
            "hs_latest_source": "OFFLINE",
            "hs_latest_source_data_1": "INTEGRATION",
            "num_conversion_events": "0",
            "num_unique_conversion_events": "0",
            "hs_object_id": str(contact_id),
            "hs_object_source": "INTEGRATION",
            "hs_object_source_label": "INTEGRATION",
        }
        changes = defaults | {name: value for name, value in values.items() if value}
        changes |= lifecycle.stamps("", changes[STAGE], now)
        return self._keep(Contact(contact_id, {}), changes, now)

    def update(self, contact: Contact, values: Mapping[str, str], source: str = "INTEGRATION") -> Contact:
        """Keep planned values on a contact."""
        now = iso(self._state.clock.now())
        changes = dict(values)
        if STAGE in values:
            changes |= lifecycle.stamps(contact.properties.get(STAGE, ""), values[STAGE], now)
        return self._keep(contact, changes, now, source)

    def archive(self, contact: Contact) -> None:
        """Put a contact into the recycle bin; its e-mails are free again."""
        self._store(replace(contact, archived_at=iso(self._state.clock.now())))

    def erase(self, contact: Contact) -> None:
        """Remove a contact and its history for good."""
        self._release(contact)
        del self._contacts[contact.id]
        self.history.erase(contact.id)
        self.index.note(contact.id, None)
        self._state.database.execute("DELETE FROM hubspot_contact WHERE id = ?", (contact.id,))

    def identities(self, contact: Contact) -> int:
        """How many e-mails and record ids lead to a contact, its own id included."""
        merged = contact.properties.get("hs_merged_object_ids", "")
        return len(contact.emails) + len(merged.split(";") if merged else []) + 1

    def merge(self, primary: Contact, other: Contact) -> Contact:
        """Make one contact of two; both old ids lead to it (the primary's is it, where the setting says so)."""
        now = iso(self._state.clock.now())
        for gone in (primary, other):
            self._release(gone)
        if self._state.settings["hubspot.merge_keeps_primary"]:
            base, gone_ids = primary, [other.id]
        else:
            base, gone_ids = replace(primary, id=self._take_id()), [primary.id, other.id]
            self.history.move(primary.id, base.id)
        for gone_id in gone_ids:
            self._survivors[gone_id] = base.id
            del self._contacts[gone_id]
            self.index.note(gone_id, None)
            self._state.database.execute("DELETE FROM hubspot_contact WHERE id = ?", (gone_id,))
            self._state.database.execute("INSERT INTO hubspot_merged VALUES (?, ?)", (gone_id, base.id))
        values = merged_values(primary.properties, other.properties, self._properties.stages())
        values |= merge_marks(primary.properties, other.properties, gone_ids, now)
        return self._keep(base, values | {"hs_object_id": str(base.id)}, now)

    def restore(self, contact: Contact) -> None:
        """Take a contact out of the recycle bin; raises ValueError where its e-mail has a new holder."""
        if any(key in self._holders for key in self._keys(contact)):
            raise ValueError(f"contact {contact.id}: its e-mail belongs to another one now")
        self._store(replace(contact, archived_at=None))

    def _keep(
        self, contact: Contact, changes: Mapping[str, str], now: str, source: str = "INTEGRATION"
    ) -> Contact:
        before = contact.properties
        email = changes.get("email", before.get("email", ""))
        derived = {"lastmodifieddate": now, "hs_email_domain": email.partition("@")[2]}
        after = {**before, **changes, **derived}
        changed = {name: value for name, value in after.items() if value != before.get(name, "")}
        kept = Contact(contact.id, {name: value for name, value in after.items() if value})
        self.history.note(contact.id, changed, now, source)
        self._store(kept)
        return kept

    def _store(self, contact: Contact) -> None:
        if contact.id in self._contacts:
            self._release(self._contacts[contact.id])
        self._contacts[contact.id] = contact
        self._state.database.execute(
            "INSERT OR REPLACE INTO hubspot_contact VALUES (?, ?, ?)",
            (contact.id, json.dumps(contact.properties), contact.archived_at),
        )
        self._claim(contact)
        self.index.note(contact.id, contact.properties if contact.archived_at is None else None)

    def _claim(self, contact: Contact) -> None:
        if contact.archived_at is None:
            self._holders |= dict.fromkeys(self._keys(contact), contact.id)

    def _release(self, contact: Contact) -> None:
        for key in self._keys(contact):
            if self._holders.get(key) == contact.id:
                del self._holders[key]

    def _keys(self, contact: Contact) -> list[tuple[str, str]]:
        unique = [(name, contact.properties.get(name, "")) for name in self._properties.unique_names]
        return [("email", email) for email in contact.emails] + [key for key in unique if key[1]]

    def _take_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    def _load(self) -> None:
        database = self._state.database
        database.execute(
            "CREATE TABLE IF NOT EXISTS hubspot_contact (id INTEGER PRIMARY KEY, properties TEXT, archived_at TEXT)"
        )
        database.execute(
            "CREATE TABLE IF NOT EXISTS hubspot_merged (id INTEGER PRIMARY KEY, survivor INTEGER)"
        )
        for row in database.execute("SELECT * FROM hubspot_contact ORDER BY id"):
            contact = Contact(row["id"], json.loads(row["properties"]), row["archived_at"])
            self._contacts[contact.id] = contact
            self._claim(contact)
            self.index.load(contact.id, contact.properties if contact.archived_at is None else None)
        self._survivors = dict(database.execute("SELECT id, survivor FROM hubspot_merged").fetchall())
        taken = [*self._contacts, *self._survivors]
        self._next_id = max(taken, default=FIRST_ID - 1) + 1

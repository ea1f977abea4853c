"""A contact as the API shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.hubspot.contacts import Contact, Contacts
from sandbox.hubspot.properties import Properties

ALWAYS = ("createdate", "hs_object_id", "lastmodifieddate")
UNASKED = ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname")


class View:
    """Renders contacts: the asked properties, null where empty, unknown names left out without a word."""

    def __init__(self, contacts: Contacts, properties: Properties) -> None:
        self._contacts = contacts
        self._properties = properties

    def asked(self, contact: Contact, names: Sequence[str], histories: Sequence[str] = ()) -> dict[str, Any]:
        """The contact with these properties, or a handful where none are asked for."""
        wanted = sorted({*names, *histories, *ALWAYS}) if names or histories else UNASKED
        known = [name for name in wanted if self._properties.live(name) is not None]
        shown = self.shown(contact, {name: contact.properties.get(name) for name in known})
        if histories:
            shown["propertiesWithHistory"] = {
                name: self._contacts.history.of(contact.id, name)
                for name in histories
                if self._properties.live(name) is not None
            }
        return shown

    def whole(self, contact: Contact) -> dict[str, Any]:
        """The contact with every value that it has, as after its creation."""
        return self.shown(contact, dict(sorted(contact.properties.items())))

    def after_write(self, contact: Contact, names: Sequence[str]) -> dict[str, Any]:
        """The contact with the properties just written."""
        wanted = sorted({*names, *ALWAYS})
        return self.shown(contact, {name: contact.properties.get(name, "") for name in wanted})

    def shown(self, contact: Contact, values: Mapping[str, str | None]) -> dict[str, Any]:
        """The contact around `values`."""
        shown = {
            "id": str(contact.id),
            "properties": dict(values),
            "createdAt": contact.properties["createdate"],
            "updatedAt": contact.properties["lastmodifieddate"],
            "archived": contact.archived_at is not None,
        }
        return shown if contact.archived_at is None else shown | {"archivedAt": contact.archived_at}

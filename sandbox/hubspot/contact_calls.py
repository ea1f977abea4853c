"""The contacts API one record at a time: list, get, create, patch, archive, merge, erase."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sandbox.hubspot.call import Call
from sandbox.hubspot.checks import Checks
from sandbox.hubspot.contacts import Contact, Contacts
from sandbox.hubspot.errors import Refusal, invalid, not_found
from sandbox.hubspot.stamps import iso
from sandbox.hubspot.view import View
from sandbox.state import State

PAGE_LIMIT = 100
PAGE_LIMIT_WITH_HISTORY = 50
RECYCLE_BIN_DAYS = 90
IDENTITY_LIMIT = 250


class ContactCalls:
    """Endpoints on single contacts and the list of all."""

    def __init__(self, state: State, contacts: Contacts, checks: Checks, view: View) -> None:
        self._state = state
        self._contacts = contacts
        self._checks = checks
        self._view = view

    def page(self, call: Call) -> dict[str, Any]:
        """Contacts by id from `after`, the id of the next contact, on; `archived=true` lists the recycle bin."""
        names, histories = call.names("properties"), call.names("propertiesWithHistory")
        limit, most = call.number("limit", 10), PAGE_LIMIT_WITH_HISTORY if histories else PAGE_LIMIT
        if not 1 <= limit <= most:
            raise invalid(f"Invalid limit {limit}: it must be between 1 and {most}")
        after = call.number("after", 0)
        found = self._recycled() if call.flag("archived") else self._contacts.live()
        rest = [contact for contact in found if contact.id >= after][: limit + 1]
        page: dict[str, Any] = {
            "results": [self._view.asked(contact, names, histories) for contact in rest[:limit]]
        }
        if len(rest) > limit:
            following = str(rest[limit].id)
            link = f"{call.url}?limit={limit}&after={following}"
            page["paging"] = {"next": {"after": following, "link": link}}
        return page

    def one(self, call: Call) -> dict[str, Any]:
        """One contact by id, merged ids included, or by `idProperty`; 404 without it."""
        contact = (
            self._contacts.get(call.path["contactId"]) if call.flag("archived") else self._addressed(call)
        )
        if contact is None or (contact.archived_at is not None) is not call.flag("archived"):
            raise not_found()
        return self._view.asked(contact, call.names("properties"), call.names("propertiesWithHistory"))

    def create(self, call: Call) -> dict[str, Any]:
        """Make a contact; 409 where its e-mail is taken."""
        refuse_associations(call.object())
        values = self._checks.plan(None, call.object().get("properties"), ruled=call.ruled)
        return self._view.whole(self._contacts.create(values))

    def update(self, call: Call) -> dict[str, Any]:
        """Write properties of one contact; 404 without it."""
        contact = self._addressed(call)
        if contact is None:
            raise not_found()
        wish = call.object().get("properties")
        values = self._checks.plan(contact, wish, ruled=call.ruled)
        return self._view.after_write(self._contacts.update(contact, values), list(wish or ()))

    def archive(self, call: Call) -> None:
        """Put a contact into the recycle bin; unknown ids are taken without a word."""
        contact = self._contacts.find(call.path["contactId"], None)
        if contact is not None:
            self._contacts.archive(contact)

    def merge(self, call: Call) -> dict[str, Any]:
        """Merge `objectIdToMerge` into `primaryObjectId`."""
        body = call.object()
        primary = self._contacts.find(str(body.get("primaryObjectId", "")), None)
        other = self._contacts.find(str(body.get("objectIdToMerge", "")), None)
        if primary is None or other is None:
            raise not_found()
        if primary.id == other.id:
            raise invalid("A contact cannot be merged with itself")
        if self._contacts.identities(primary) + self._contacts.identities(other) > IDENTITY_LIMIT:
            message = f"Cannot have more than {IDENTITY_LIMIT} identities on a profile"
            raise Refusal(414, {"message": message, "category": "VALIDATION_ERROR"})
        return self._view.whole(self._contacts.merge(primary, other))

    def erase(self, call: Call) -> None:
        """GDPR delete: remove the contact for good, archived ones too."""
        body = call.object()
        value, id_property = str(body.get("objectId", "")), body.get("idProperty")
        contact = self._contacts.find(value, id_property) or (
            None if id_property else self._contacts.get(value)
        )
        if contact is not None:
            self._contacts.erase(contact)
        elif not id_property:
            raise not_found()

    def _addressed(self, call: Call) -> Contact | None:
        return self._contacts.find(call.path["contactId"], call.query.get("idProperty"))

    def _recycled(self) -> list[Contact]:
        horizon = iso(self._state.clock.now() - timedelta(days=RECYCLE_BIN_DAYS))
        return [contact for contact in self._contacts.archived() if (contact.archived_at or "") > horizon]


def refuse_associations(row: Mapping[str, Any]) -> None:
    """Say plainly that the sandbox has no objects to associate a contact with, instead of dropping them."""
    if row.get("associations"):
        raise invalid("This sandbox has contacts only: associations cannot be made")

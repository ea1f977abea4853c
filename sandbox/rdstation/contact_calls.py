"""Contacts, their tags and their funnel as clients read and write them."""

from typing import Any

from sandbox.rdstation.call import Call
from sandbox.rdstation.contacts import OWNERS, STAGES, Contact, Contacts
from sandbox.rdstation.errors import invalid, not_found, refused
from sandbox.rdstation.fields import Fields, check_tags
from sandbox.rdstation.limits import Limits

BASE = "https://api.rd.services/platform/contacts"
BESIDES = ("extra_emails", "legal_bases")  # lists of a contact that are no fields
BASIS = {"category", "type", "status"}


class ContactCalls:
    """One method per endpoint."""

    def __init__(self, contacts: Contacts, fields: Fields, limits: Limits) -> None:
        self._contacts = contacts
        self._fields = fields
        self._limits = limits

    def one(self, call: Call) -> dict[str, Any]:
        """A contact; what is not set is not there, the account (`company`) never is."""
        return _body(call.contact(self._contacts))

    def create(self, call: Call) -> dict[str, Any]:
        """A new contact."""
        values = call.object()
        self._check(values)
        return _body(self._contacts.create(values))

    def upsert(self, call: Call) -> dict[str, Any]:
        """Changes a contact, or makes one where an `email` that nobody has is the identifier."""
        kind, value = call.identifier
        values = call.object()
        found = self._contacts.find(kind, value)
        self._limits.count_contact("patch", found.uuid if found else value)
        if kind in values:
            raise refused("CONFLICTING_FIELD", f"The field {kind} is in the identifier and in the body.")
        self._check(values)
        if found is not None:
            return _body(self._contacts.update(found, values))
        if kind == "uuid":
            raise not_found()
        return _body(self._contacts.create({**values, "email": value}))

    def delete(self, call: Call) -> None:
        """Removes a contact for good."""
        self._contacts.delete(call.contact(self._contacts))

    def tag(self, call: Call) -> dict[str, Any]:
        """Adds tags to those that are there."""
        contact = call.contact(self._contacts)
        self._limits.count_contact("tag", contact.uuid)
        tags = call.object().get("tags")
        check_tags(tags)
        assert isinstance(tags, list)
        before = list(contact.values.get("tags", ()))
        if set(tags) & set(before):
            raise invalid("tags", "VALUES_MUST_BE_UNIQUE", "values must be unique")
        return {"tags": self._contacts.update(contact, {"tags": [*before, *tags]}).values["tags"]}

    def funnel(self, call: Call) -> dict[str, Any]:
        """The contact's place in the default funnel."""
        contact = call.contact(self._contacts)
        self._limits.count_contact("funnel", contact.uuid)
        return dict(contact.funnel)

    def set_funnel(self, call: Call) -> dict[str, Any]:
        """Moves the contact, backwards too; raises 400 for a stage or an owner that there is not."""
        contact = call.contact(self._contacts)
        self._limits.count_contact("funnel", contact.uuid)
        values = call.object()
        for name, value in values.items():
            if name == "lifecycle_stage" and value not in STAGES:
                raise invalid(name, "INVALID_OPTION", "is not a lifecycle stage")
            if name == "opportunity" and not isinstance(value, bool):
                raise invalid(name, "MUST_BE_BOOLEAN", "must be true or false")
            if name == "contact_owner_email" and value not in (None, *OWNERS):
                raise invalid(name, "INVALID_USER", "is no user of this account")
            if name not in ("lifecycle_stage", "opportunity", "contact_owner_email"):
                raise invalid(name, "INVALID_FIELDS", "cannot be written")
        return dict(self._contacts.set_funnel(contact, values).funnel)

    def _check(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            if name not in BESIDES:
                self._fields.check(name, value)
            elif not isinstance(value, list):
                raise invalid(name, "MUST_BE_ARRAY", "must be a list")
        for basis in values.get("legal_bases") or ():
            if not isinstance(basis, dict) or set(basis) != BASIS:
                raise invalid("legal_bases", "INVALID", "needs a category, a type and a status")


def _body(contact: Contact) -> dict[str, Any]:
    own = f"{BASE}/uuid:{contact.uuid}"
    links = [
        ("SELF", own, "GET"),
        ("SELF", f"{BASE}/email:{contact.email}", "GET"),
        ("CONTACT.DELETE", own, "DELETE"),
        ("CONTACT.FUNNEL", f"{BASE}/{contact.uuid}/funnels/{{funnel_name}}", "GET"),
        ("CONTACT.EVENTS", f"{BASE}/{contact.uuid}/events?event_type={{event_type}}", "GET"),
    ]
    shown = [
        {"rel": rel, "href": href, "media": "application/json", "type": verb} for rel, href, verb in links
    ]
    return {"uuid": contact.uuid, **contact.values, "links": shown}

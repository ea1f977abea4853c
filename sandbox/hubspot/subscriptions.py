"""Communication preferences, as HubSpot's reference of subscriptions (v4 and dated) writes them: e-mail alone.

A status is one of an address, whether a contact has it or not; what people want no more shows on their contact as
`hs_email_optout`. There are two kinds of e-mail, as in a new account.
"""

from datetime import UTC, datetime
from typing import Any

from sandbox.hubspot.call import Call
from sandbox.hubspot.contacts import Contacts
from sandbox.hubspot.errors import invalid
from sandbox.hubspot.stamps import iso
from sandbox.state import State

KINDS = ((1, "Marketing Information"), (2, "One to One"))
OPTED_OUT = "hs_email_optout"


class Subscriptions:
    """One method per endpoint."""

    def __init__(self, state: State, contacts: Contacts) -> None:
        self._state = state
        self._contacts = contacts
        with state.lock:
            state.database.execute(
                "CREATE TABLE IF NOT EXISTS hubspot_unsubscribed (address TEXT PRIMARY KEY, at TEXT)"
            )

    def definitions(self, _: Call) -> dict[str, Any]:
        """The kinds of e-mail that people subscribe to."""
        now = iso(self._state.clock.now())
        kinds = [
            {
                "id": str(number),
                "name": name,
                "description": name,
                "isActive": True,
                "isDefault": True,
                "isInternal": number == KINDS[1][0],
                "createdAt": now,
                "updatedAt": now,
            }
            for number, name in KINDS
        ]
        return self._answer(kinds)

    def unsubscribed(self, call: Call) -> dict[str, Any]:
        """Whether an address wants no e-mail at all; no results where it does."""
        address = _address(call)
        row = self._state.database.execute(
            "SELECT at FROM hubspot_unsubscribed WHERE address = ?", (address,)
        ).fetchone()
        wide = {
            "channel": "EMAIL",
            "status": "UNSUBSCRIBED",
            "subscriberIdString": address,
            "wideStatusType": "PORTAL_WIDE",
        }
        return self._answer([] if row is None else [{**wide, "timestamp": row["at"]}])

    def unsubscribe(self, call: Call) -> dict[str, Any]:
        """Unsubscribe an address from all e-mail; with `verbose` every kind is told."""
        address, now = _address(call), iso(self._state.clock.now())
        database = self._state.database
        new = database.execute(
            "INSERT OR IGNORE INTO hubspot_unsubscribed VALUES (?, ?)", (address, now)
        ).rowcount
        contact = self._contacts.find(address, "email")
        if contact is not None and contact.properties.get(OPTED_OUT) != "true":
            self._contacts.update(contact, {OPTED_OUT: "true"}, source="EMAIL")
        if not call.flag("verbose"):
            return self._answer([])
        reason = "UNSUBSCRIBE_FROM_ALL_OCCURRED" if new else "NO_STATUS_CHANGE"
        told = {"channel": "EMAIL", "source": "Updated by API", "status": "UNSUBSCRIBED", "timestamp": now}
        told |= {"subscriberIdString": address, "setStatusSuccessReason": reason}
        return self._answer(
            [{**told, "subscriptionId": number, "subscriptionName": name} for number, name in KINDS]
        )

    def _answer(self, results: list[dict[str, Any]]) -> dict[str, Any]:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}


def _address(call: Call) -> str:
    if call.query.get("channel") != "EMAIL":
        raise invalid("Invalid channel: EMAIL is the only one")
    address = call.path["subscriberIdString"].strip().lower()
    name, at, domain = address.partition("@")
    if not (name and at and "." in domain) or any(each.isspace() for each in address):
        raise invalid("Invalid subscriber: it must be an email address")
    return address

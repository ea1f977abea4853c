"""What RD Station's webhooks tell, as a hint alone: they carry no signature, so the contact is read from the API.

A receiver stands behind an address that nobody can guess; imports and changes by hand call none.
"""

from dataclasses import dataclass

from connectors.rdstation.errors import broken
from connectors.rdstation.records import read_stamp
from mapping.records import Instant

KINDS = frozenset({"WEBHOOK.CONVERTED", "WEBHOOK.MARKED_OPPORTUNITY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """That something happened to a contact, and when; nothing of what is told about the person is kept."""

    uuid: str
    kind: str
    at: Instant


def read_hint(body: object) -> Hint:
    """The hint in a webhook's body; raises ContractBroken for a body that is not documented."""
    contact = body.get("contact") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(contact, dict) or not contact.get("uuid"):
        raise broken("a webhook with a contact")
    if body.get("event_type") not in KINDS:
        raise broken("a webhook of a known event")
    at = read_stamp(body.get("event_timestamp") or body.get("timestamp"))
    return Hint(uuid=str(contact["uuid"]), kind=str(body["event_type"]), at=at)

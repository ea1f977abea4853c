"""One request as RD Station's endpoints see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.rdstation.contacts import Contact, Contacts
from sandbox.rdstation.errors import not_found, refused


@dataclass(frozen=True)
class Call:
    """Path parameters, query, decoded JSON body."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any

    def number(self, key: str, default: int, most: int | None = None) -> int:
        """A whole number parameter from 1 on; 400 for anything else."""
        text = self.query.get(key, str(default))
        if not text.isdigit() or not 1 <= int(text) <= (most or int(text)):
            raise refused("INVALID_PARAMETER", f"{key} is not a number that is allowed")
        return int(text)

    def object(self) -> dict[str, Any]:
        """The body as a JSON object; 400 for anything else."""
        if not isinstance(self.body, dict):
            raise refused("INVALID_BODY", "The body must be a JSON object.")
        return dict(self.body)

    @property
    def identifier(self) -> tuple[str, str]:
        """`uuid` or `email`, and its value; a value alone is a uuid."""
        kind, colon, value = self.path["identifier"].partition(":")
        if not colon:
            return "uuid", kind
        if kind not in ("uuid", "email"):
            raise refused("INVALID_IDENTIFIER", "The identifier is not uuid or email.")
        return kind, value

    def contact(self, contacts: Contacts) -> Contact:
        """The contact that the path names; 404 where there is none."""
        found = contacts.find(*self.identifier)
        if found is None:
            raise not_found()
        return found

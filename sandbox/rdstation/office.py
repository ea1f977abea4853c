"""RD Station's back office on the control address: what no client of the API can do."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sandbox.rdstation.contacts import Contact, Contacts, stamp
from sandbox.rdstation.events import Events
from sandbox.rdstation.segmentations import Segmentations
from sandbox.rdstation.tokens import Tokens
from sandbox.rdstation.workflows import Workflows
from sandbox.state import State

Deed = Callable[[dict[str, Any]], Mapping[str, Any]]


class Office:
    """Deeds by name; each takes a wish and answers, ValueError where it makes no sense."""

    def __init__(
        self,
        state: State,
        tokens: Tokens,
        *,
        contacts: Contacts,
        events: Events,
        segmentations: Segmentations,
        workflows: Workflows,
    ) -> None:
        self._state = state
        self._tokens = tokens
        self._contacts = contacts
        self._events = events
        self._segmentations = segmentations
        self._workflows = workflows

    def deeds(self) -> Mapping[str, Deed]:
        """What the office can be told, by name."""
        return {
            "conversion": self.conversion,
            "scores": self.scores,
            "segmentations": self.segmentations,
            "tokens": self.tokens,
            "workflows": self.workflows,
        }

    def conversion(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        """A form fill of the contact `email` under `identifier`, at an instant (`at`, by default now)."""
        at = stamp(datetime.fromisoformat(wish["at"]) if "at" in wish else self._state.clock.now())
        payload = {"email": wish["email"], "conversion_identifier": wish["identifier"]}
        with self._state.lock:
            contact = self._events.convert(self._contacts.find("email", wish["email"]), payload, at)
        return {"uuid": contact.uuid}

    def scores(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        """What lead scoring gives the contact `email`: `fit` and `interest`."""
        with self._state.lock:
            given: dict[str, Any] = {name: int(wish[name]) for name in ("fit", "interest") if name in wish}
            contact = self._contacts.set_funnel(self._find(wish), given)
        return dict(contact.funnel)

    def segmentations(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        """Makes a segmentation `name` of the contacts with a `tag`; `status` is its `process_status`."""
        status = str(wish.get("status", "processed"))
        return {"id": self._segmentations.create(str(wish["name"]), str(wish["tag"]), status)}

    def tokens(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        """Lets every access token expire (`do`: expire), or takes the app's access away (revoke)."""
        match wish.get("do"):
            case "expire":
                self._tokens.expire()
            case "revoke":
                self._tokens.revoke()
            case _:
                raise ValueError("do is one of expire, revoke")
        return {"refresh_token": self._tokens.refresh_token}

    def workflows(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        """Makes a workflow (`name`, `active`), or tells who is in one (`id`)."""
        if "id" in wish:
            return {"leads": self._workflows.leads(str(wish["id"]))}
        return {"id": self._workflows.create(str(wish["name"]), active=wish.get("active", True) is not False)}

    def _find(self, wish: dict[str, Any]) -> Contact:
        contact = self._contacts.find("email", str(wish["email"]))
        if contact is None:
            raise ValueError("no such contact")
        return contact

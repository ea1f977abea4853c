"""HubSpot's back office on the control address: what no client of the API can do."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from sandbox.hubspot.checks import Checks
from sandbox.hubspot.contacts import Contacts
from sandbox.hubspot.oauth import OAuth
from sandbox.hubspot.properties import Properties
from sandbox.hubspot.tokens import SCOPES
from sandbox.hubspot.values import kept
from sandbox.state import State

Deed = Callable[[dict[str, Any]], Mapping[str, Any]]


class Office:
    """Deeds by name; each takes a wish and answers, ValueError where it makes no sense."""

    def __init__(
        self, state: State, apps: OAuth, contacts: Contacts, checks: Checks, properties: Properties
    ) -> None:
        self._state = state
        self._apps = apps
        self._tokens = apps.tokens
        self._contacts = contacts
        self._checks = checks
        self._properties = properties

    def deeds(self) -> Mapping[str, Deed]:
        """What the office can be told, by name."""
        return {
            "apps": self.apps,
            "restore": self.restore,
            "rules": self.rules,
            "tokens": self.tokens,
            "tracking": self.tracking,
        }

    def apps(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        """Install an OAuth app with `scopes` (all), or take one out (`client_id`, `uninstalled`: true)."""
        if wish.get("uninstalled"):
            self._apps.uninstall(str(wish["client_id"]))
            return wish
        return asdict(self._apps.install(tuple(wish.get("scopes", SCOPES))))

    def restore(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        """Take the contact `id` out of the recycle bin."""
        with self._state.lock:
            contact = self._contacts.get(str(wish["id"]))
            if contact is None or contact.archived_at is None:
                raise ValueError("no such contact in the recycle bin")
            self._contacts.restore(contact)
        return {"id": str(contact.id)}

    def rules(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        """Let an administrator's rule bind the values of `property` to a regular expression, `pattern`."""
        self._checks.rule(str(wish["property"]), str(wish["pattern"]))
        return wish

    def tokens(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        """Make a token, or change one (`token`): its `scopes` (all), or `revoked`: true; one with `seconds` ends."""
        scopes = tuple(wish.get("scopes", SCOPES))
        if unknown := set(scopes) - set(SCOPES):
            raise ValueError(f"unknown scopes: {', '.join(sorted(unknown))}")
        if "seconds" in wish:
            return {"token": self._tokens.lend(scopes, float(wish["seconds"])), "scopes": scopes}
        token = str(wish["token"]) if "token" in wish else self._tokens.make(scopes)
        if wish.get("revoked"):
            self._tokens.revoke(token)
        else:
            self._tokens.grant(token, scopes)
        return {"token": token, "scopes": [] if wish.get("revoked") else scopes}

    def tracking(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        """Write `properties` of the contact `id` or `email` as HubSpot's own tracking does, read-only ones too."""
        value, id_property = (wish["id"], None) if "id" in wish else (wish["email"], "email")
        with self._state.lock:
            contact = self._contacts.find(str(value), id_property)
            if contact is None:
                raise ValueError("no such contact")
            values = {name: self._kept(name, str(text)) for name, text in wish["properties"].items()}
            return {"id": str(self._contacts.update(contact, values, "ANALYTICS").id)}

    def _kept(self, name: str, text: str) -> str:
        definition = self._properties.live(name)
        if definition is None or name in ("email", "hs_additional_emails", "hs_object_id"):
            raise ValueError(f"{name} is nothing that tracking writes")
        return kept(definition, text)

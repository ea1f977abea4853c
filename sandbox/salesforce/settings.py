"""What can be set on the sandbox's Salesforce: switches on the control address, metadata by an administrator."""

from typing import Any

from sandbox.salesforce.store import Store
from sandbox.state import State

CLIENT_ID = "sandbox-consumer-key"
CLIENT_SECRET = "sandbox-consumer-secret"  # noqa: S105 - opens nothing but a loopback sandbox
DEFAULTS: dict[str, bool | float | str] = {
    "token_seconds": 7200,
    "daily_limit": 100_000,
    "session_error_as_object": False,
    "assignment": "round_robin",
    "assign_on_update": True,
    "duplicate_rule": "off",
    "history": True,
    "locked_rows": 0,
    "hidden_objects": "",
    "person_accounts": False,
    "customize_application": True,
    "bulk_seconds": 0,
    "bulk_processed": -1,
}
"""Switches of the control address (there with the prefix `salesforce.`).

`token_seconds` and `daily_limit` (calls in 24 hours) count machine time. `assignment` is the active lead
assignment rule: `round_robin` over the sellers, `queue`, or `off`. `duplicate_rule` matches by e-mail over leads
and contacts: `off`, `alert` or `block`. `history` is field history tracking of Lead. The next `locked_rows` rows
that a call writes fail with UNABLE_TO_LOCK_ROW. Objects named in `hidden_objects` (apart by blanks) are neither
listed to the integration user nor found by its queries. With `person_accounts` accounts may be people: set it before
there are any records. Without `customize_application` the Metadata API is closed. A Bulk job tells that it has ended only `bulk_seconds` (machine time) after it was closed,
and fails after `bulk_processed` rows (-1: never).
"""

_POSITIONS = {"assignment": ("round_robin", "queue", "off"), "duplicate_rule": ("off", "alert", "block")}


class Settings:
    """The switches and the metadata of one organisation."""

    def __init__(self, state: State, store: Store) -> None:
        self._state, self._store = state, store
        state.default({f"salesforce.{name}": value for name, value in DEFAULTS.items()})

    def number(self, name: str) -> int:
        """A switch that counts."""
        return int(self._state.settings[f"salesforce.{name}"])

    def flag(self, name: str) -> bool:
        """A switch that is on or off."""
        return bool(self._state.settings[f"salesforce.{name}"])

    def names(self, name: str) -> list[str]:
        """A switch that names several things."""
        return str(self._state.settings[f"salesforce.{name}"]).split()

    def word(self, name: str) -> str:
        """A switch of several positions; raises ValueError where it was put to one it does not have."""
        word = str(self._state.settings[f"salesforce.{name}"])
        if word not in _POSITIONS[name]:
            raise ValueError(f"salesforce.{name} is one of {', '.join(_POSITIONS[name])}")
        return word

    def put(self, name: str, value: bool | float | str) -> None:  # noqa: FBT001 - a switch's value
        """Set a switch."""
        self._state.settings[f"salesforce.{name}"] = value

    @property
    def public_keys(self) -> dict[str, str]:
        """PEM by consumer key, for the JWT bearer flow."""
        keys: dict[str, str] = self._store.setting("public_keys", {})
        return keys

    def register_key(self, client_id: str, pem: str) -> None:
        """Let a consumer log in with assertions that this public key verifies."""
        self._store.keep_setting("public_keys", self.public_keys | {client_id: pem})

    def map_lead(self, metadata: dict[str, Any]) -> None:
        """Set which lead fields a conversion copies; the Metadata API's LeadConvertSettings, as JSON."""
        _read_mappings(metadata)
        self._store.keep_setting("lead_conversion", metadata)

    @property
    def lead_conversion(self) -> dict[str, Any]:
        """LeadConvertSettings as JSON."""
        kept: dict[str, Any] = self._store.setting("lead_conversion", {})
        return kept

    def converted_fields(self, target: str) -> dict[str, str]:
        """Field of the target object to the lead field that fills it, as mapped."""
        return _read_mappings(self.lead_conversion).get(target, {})


def _read_mappings(metadata: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {
        mapping["outputObject"]: {
            pair["outputField"]: pair["inputField"] for pair in mapping["mappingFields"]
        }
        for mapping in metadata.get("objectMapping", [])
    }

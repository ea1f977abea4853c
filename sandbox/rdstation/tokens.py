"""The app, its refresh token, and the access tokens that it was given: 24 hours each, in machine time."""

import time
from collections.abc import Mapping
from random import Random
from typing import Any
from uuid import UUID

from sandbox.rdstation.errors import absent_parameters, denied, missing_token, unauthorized
from sandbox.state import State

DEFAULTS = {"rdstation.token_seconds": 86_400, "rdstation.rotate_refresh_tokens": False}


class Tokens:
    """Access tokens in memory; the refresh token does not expire, and may be let rotate by a setting."""

    def __init__(self, state: State) -> None:
        state.default(DEFAULTS)
        self._state = state
        random = Random(f"rdstation-{state.seed}")
        self.client_id = str(UUID(int=random.getrandbits(128), version=4))
        self.client_secret = f"{random.getrandbits(128):032x}"
        with state.lock:
            state.database.execute("CREATE TABLE IF NOT EXISTS rdstation_refresh (token TEXT PRIMARY KEY)")
            kept = state.database.execute("SELECT token FROM rdstation_refresh").fetchone()
        self.refresh_token = kept["token"] if kept else self._keep(f"refresh-{random.getrandbits(160):040x}")
        self._until: dict[str, float] = {}

    def grant(self, body: Any) -> dict[str, Any]:
        """What `POST /auth/token` answers to a refresh token; 400 where something is missing, 401 where wrong."""
        wanted = ("client_id", "client_secret", "refresh_token")
        sent: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
        if absent := [name for name in wanted if not sent.get(name)]:
            raise absent_parameters(absent)
        if (sent["client_id"], sent["client_secret"]) != (self.client_id, self.client_secret):
            raise denied()
        if sent["refresh_token"] != self.refresh_token:
            raise denied("INVALID_REFRESH_TOKEN")
        if self._state.settings["rdstation.rotate_refresh_tokens"]:
            self._keep(f"refresh-{self._state.random.getrandbits(160):040x}")
        seconds = int(self._state.settings["rdstation.token_seconds"])
        token = f"rd-{self._state.random.getrandbits(256):064x}"
        self._until[token] = time.monotonic() + seconds
        return {"access_token": token, "expires_in": seconds, "refresh_token": self.refresh_token}

    def check(self, authorization: str) -> None:
        """Raises 401 for a call without a token, with an unknown one, or with one that has expired."""
        kind, _, token = authorization.partition(" ")
        if not token or kind.lower() != "bearer":
            raise missing_token()
        until = self._until.get(token.strip())
        if until is None:
            raise unauthorized("invalid_token")
        if until <= time.monotonic():
            raise unauthorized("expired_token")

    def expire(self) -> None:
        """Lets every access token expire."""
        self._until = dict.fromkeys(self._until, 0.0)

    def revoke(self) -> None:
        """Takes the app's access away: another refresh token has to be asked for."""
        self._until.clear()
        self._keep(f"refresh-{self._state.random.getrandbits(160):040x}")

    def _keep(self, token: str) -> str:
        with self._state.lock:
            self._state.database.execute("DELETE FROM rdstation_refresh")
            self._state.database.execute("INSERT INTO rdstation_refresh VALUES (?)", (token,))
        self.refresh_token = token
        return token

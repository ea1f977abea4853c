"""OAuth: apps that are installed in the account, and the token endpoint where they renew their access."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from starlette.requests import Request

from sandbox.hubspot.errors import Refusal, invalid
from sandbox.hubspot.tokens import SCOPES, Tokens
from sandbox.state import State

DEFAULTS = {"hubspot.token_seconds": 1800}
PATHS = ("/oauth/v1/token", "/oauth/v3/token", "/oauth/2026-03/token", "/oauth/2026-09/token")
USER_ID = 9_001
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class App:
    """An app and what it is known by."""

    client_id: str
    client_secret: str
    refresh_token: str
    scopes: tuple[str, ...]


class OAuth:
    """Apps of the account; an access token is good for `hubspot.token_seconds` of machine time."""

    def __init__(self, state: State, tokens: Tokens, portal_id: int) -> None:
        state.default(DEFAULTS)
        self._state, self.tokens, self._portal_id = state, tokens, portal_id
        with state.lock:
            state.database.execute(
                "CREATE TABLE IF NOT EXISTS hubspot_app "
                "(client_id TEXT PRIMARY KEY, secret TEXT, refresh_token TEXT, scopes TEXT)"
            )
        self._given: dict[str, list[str]] = {}

    def install(self, scopes: Sequence[str] = SCOPES) -> App:
        """An app that somebody has installed with these scopes."""
        names = [_made(self._state.random) for _ in range(3)]
        app = App(names[0], names[1], f"na1-{names[2]}", tuple(scopes))
        with self._state.lock:
            self._state.database.execute(
                "INSERT INTO hubspot_app VALUES (?, ?, ?, ?)",
                (app.client_id, app.client_secret, app.refresh_token, " ".join(scopes)),
            )
        return app

    def uninstall(self, client_id: str) -> None:
        """Take an app out of the account: its refresh token and its access tokens are worthless."""
        with self._state.lock:
            self._state.database.execute("DELETE FROM hubspot_app WHERE client_id = ?", (client_id,))
        for token in self._given.pop(client_id, []):
            self.tokens.revoke(token)

    async def answer(self, request: Request) -> dict[str, Any]:
        """A new access token for a refresh token; raises 400 as HubSpot does."""
        if not request.headers.get("content-type", "").startswith(_FORM):
            raise invalid(f"The body must be {_FORM}")
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if form.get("grant_type") != "refresh_token":
            raise _refused("BAD_GRANT_TYPE", "missing or unknown grant type", "unsupported_grant_type")
        with self._state.lock:
            row = self._state.database.execute(
                "SELECT * FROM hubspot_app WHERE client_id = ?", (form.get("client_id", ""),)
            ).fetchone()
        if row is None or row["secret"] != form.get("client_secret"):
            raise _refused("BAD_CLIENT_ID", "missing or unknown client id or secret", "invalid_client")
        if row["refresh_token"] != form.get("refresh_token"):
            raise _refused("BAD_REFRESH_TOKEN", "missing or invalid refresh token", "invalid_grant")
        return self._grant(row["client_id"], row["refresh_token"], row["scopes"].split())

    def _grant(self, client_id: str, refresh_token: str, scopes: Sequence[str]) -> dict[str, Any]:
        seconds = int(self._state.settings["hubspot.token_seconds"])
        token = self.tokens.lend(scopes, seconds)
        self._given.setdefault(client_id, []).append(token)
        return {
            "access_token": token,
            "refresh_token": refresh_token,
            "expires_in": seconds,
            "token_type": "bearer",
            "hub_id": self._portal_id,
            "user_id": USER_ID,
            "scopes": list(scopes),
            "token_use": "access_token",
        }


def _refused(status: str, message: str, error: str) -> Refusal:
    """The body's `status` is a code here; dated versions add OAuth's own `error`."""
    return Refusal(400, {"status": status, "message": message, "error": error, "error_description": message})


def _made(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))

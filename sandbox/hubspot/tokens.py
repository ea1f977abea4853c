"""Access tokens of the account and the scopes that each was granted."""

import time
from collections.abc import Callable, Sequence
from random import Random
from uuid import UUID

from sandbox.hubspot.errors import expired, missing_scopes, unauthenticated
from sandbox.state import State

SCOPES = (
    "communication_preferences.read_write",
    "crm.lists.read",
    "crm.lists.write",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.objects.owners.read",
    "crm.schemas.contacts.read",
    "crm.schemas.contacts.write",
    "oauth",
)


class Tokens:
    """Private-app tokens, `pat-na1-...`; the first one is made from the seed and has every scope.

    Those that OAuth lends end by themselves, in machine time, and are not kept over a start.
    """

    def __init__(self, state: State, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._state = state
        self._monotonic = monotonic
        self._ends: dict[str, float] = {}
        with state.lock:
            state.database.execute(
                "CREATE TABLE IF NOT EXISTS hubspot_token (token TEXT PRIMARY KEY, scopes TEXT, revoked INTEGER)"
            )
            if not state.database.execute("SELECT 1 FROM hubspot_token").fetchone():
                self._keep(_made(Random(f"hubspot-{state.seed}")), SCOPES, revoked=False)
            rows = state.database.execute("SELECT * FROM hubspot_token ORDER BY rowid").fetchall()
        self._granted = {row["token"]: frozenset(row["scopes"].split()) for row in rows if not row["revoked"]}
        self.first = str(rows[0]["token"])

    def make(self, scopes: Sequence[str] = SCOPES) -> str:
        """A new token with just these scopes."""
        token = _made(self._state.random)
        self.grant(token, scopes)
        return token

    def lend(self, scopes: Sequence[str], seconds: float) -> str:
        """A new token that is good for so long."""
        token = _made(self._state.random).replace("pat-na1-", "CO")
        self._granted[token] = frozenset(scopes)
        self._ends[token] = self._monotonic() + seconds
        return token

    def grant(self, token: str, scopes: Sequence[str]) -> None:
        """Give a token these scopes and no others; a revoked one is valid again."""
        if unknown := set(scopes) - set(SCOPES):
            raise ValueError(f"unknown scopes: {', '.join(sorted(unknown))}")
        self._granted[token] = frozenset(scopes)
        self._keep(token, scopes, revoked=False)

    def revoke(self, token: str) -> None:
        """Make a token worthless."""
        self._granted.pop(token, None)
        if self._ends.pop(token, None) is None:
            self._keep(token, (), revoked=True)

    def check(self, authorization: str, scopes: Sequence[str]) -> str:
        """The token of an Authorization header; raises 401, or 403 where it lacks one of `scopes`."""
        kind, _, token = authorization.partition(" ")
        granted = self._granted.get(token.strip())
        if kind.lower() != "bearer" or granted is None:
            raise unauthenticated()
        over = self._monotonic() - self._ends.get(token.strip(), float("inf"))
        if over >= 0:
            raise expired(over)
        if not granted.issuperset(scopes):
            raise missing_scopes(scopes)
        return token.strip()

    def _keep(self, token: str, scopes: Sequence[str], *, revoked: bool) -> None:
        with self._state.lock:
            self._state.database.execute(
                "INSERT OR REPLACE INTO hubspot_token VALUES (?, ?, ?)", (token, " ".join(scopes), revoked)
            )


def _made(random: Random) -> str:
    return f"pat-na1-{UUID(int=random.getrandbits(128), version=4)}"

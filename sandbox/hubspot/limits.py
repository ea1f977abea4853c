"""HubSpot's rate limits, in machine time: per app in ten seconds, per account a day and for search."""

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.hubspot.errors import rate_limited
from sandbox.state import State

BURST_SECONDS = 10.0
DEFAULTS = {
    # Professional; the daily figure is the changelog's, which says 650,000 where the guidelines say 625,000
    "hubspot.burst_limit": 190,
    "hubspot.daily_limit": 650_000,
    "hubspot.search_limit": 5,
}


class Limits:
    """Counts calls and refuses the one too many.

    Search has its own window of a second per account, is exempt from the ten-second one and answers without
    rate headers; every call counts for the day, which ends at midnight in the account's zone.
    """

    def __init__(self, state: State, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._state = state
        self._monotonic = monotonic
        self._burst: dict[str, deque[float]] = {}
        self._search: deque[float] = deque()
        self._day = ""
        self.used_today = 0

    def count(self, token: str, *, search: bool) -> dict[str, str]:
        """The headers of the answer to this call; raises 429 when it is one too many."""
        self._turn_day()
        headers = {} if search else self._headers(token)
        if self.used_today >= self.limit("daily_limit"):
            raise rate_limited("DAILY", headers)
        window, policy = (
            (self._search, "SECONDLY")
            if search
            else (self._burst.setdefault(token, deque()), "TEN_SECONDLY_ROLLING")
        )
        limit = self.limit("search_limit" if search else "burst_limit")
        if self._in_window(window, 1.0 if search else BURST_SECONDS) >= limit:
            raise rate_limited(policy, headers)
        window.append(self._monotonic())
        self.used_today += 1
        return {} if search else self._headers(token)

    def limit(self, name: str) -> int:
        """The setting `hubspot.<name>` as it stands."""
        return int(self._state.settings[f"hubspot.{name}"])

    def _headers(self, token: str) -> dict[str, str]:
        burst, daily = self.limit("burst_limit"), self.limit("daily_limit")
        used = self._in_window(self._burst.setdefault(token, deque()), BURST_SECONDS)
        return {
            "X-HubSpot-RateLimit-Max": str(burst),
            "X-HubSpot-RateLimit-Remaining": str(max(0, burst - used)),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(int(BURST_SECONDS * 1000)),
            "X-HubSpot-RateLimit-Daily": str(daily),
            "X-HubSpot-RateLimit-Daily-Remaining": str(max(0, daily - self.used_today)),
        }

    def _in_window(self, window: deque[float], seconds: float) -> int:
        horizon = self._monotonic() - seconds
        while window and window[0] <= horizon:
            window.popleft()
        return len(window)

    def _turn_day(self) -> None:
        zone = ZoneInfo(str(self._state.settings["hubspot.time_zone"]))
        today = datetime.now(UTC).astimezone(zone).date().isoformat()
        if today != self._day:
            self._day, self.used_today = today, 0

"""RD Station's rate limits in machine time: per account by plan, and per contact in 24 hours.

The figures are those of the vendor's page on API limits.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.rdstation.errors import gateway_limited, lead_limited
from sandbox.state import Setting, State

MINUTE, HOUR, DAY = 60, 3_600, 86_400
PLANS = ("light", "basic", "pro", "advanced")
DEFAULTS: dict[str, Setting] = {
    "rdstation.plan": "pro",
    "rdstation.account_limits": True,  # False: only the limits of one contact hold
    "rdstation.contact_limit": 24,  # PATCH, funnel and tag calls of one contact in 24 hours, each
    "rdstation.contact_events_limit": 120,
}


@dataclass(frozen=True)
class Kind:
    """A limit of the account: seconds of its window, calls by plan (light, basic, pro, advanced)."""

    seconds: int
    calls: tuple[int, int, int, int]


ACCOUNT = {
    "contacts": Kind(MINUTE, (120, 120, 120, 500)),
    "tags": Kind(DAY, (15_000,) * 4),
    "segmentations": Kind(MINUTE, (120, 120, 120, 240)),
    "funnels": Kind(DAY, (1_000_000,) * 4),
    "fields": Kind(DAY, (1_000_000,) * 4),
    "events": Kind(MINUTE, (120, 120, 120, 500)),
    "workflows": Kind(HOUR, (40,) * 4),
    "workflow_leads": Kind(HOUR, (1, 1, 10, 100)),
}
LEADS_A_CALL = (10, 10, 25, 50)


class Limits:
    """Counts calls in sliding windows and refuses the one too many."""

    def __init__(self, state: State, monotonic: Callable[[], float] = time.monotonic) -> None:
        state.default(DEFAULTS)
        self._state = state
        self._monotonic = monotonic
        self._windows: dict[tuple[str, str], deque[float]] = {}

    def count(self, kind: str) -> None:
        """A call of the account; raises 429 as the gateway does."""
        if not self._state.settings["rdstation.account_limits"] or kind not in ACCOUNT:
            return
        limit = ACCOUNT[kind]
        calls = limit.calls[self.plan]
        used, wait = self._used((kind, ""), limit.seconds)
        if used >= calls:
            raise gateway_limited(calls, wait)
        self._windows[kind, ""].append(self._monotonic())

    def count_contact(self, kind: str, key: str) -> None:
        """A call about one contact; raises 429 as the lead limiter does. A call too many counts as usage."""
        name = "rdstation.contact_events_limit" if kind == "events" else "rdstation.contact_limit"
        limit = int(self._state.settings[name])
        used, wait = self._used((kind, key), DAY)
        if used >= limit:
            raise lead_limited(key, limit, used + 1, wait)
        self._windows[kind, key].append(self._monotonic())

    @property
    def plan(self) -> int:
        """The place of the account's plan in the figures."""
        return PLANS.index(str(self._state.settings["rdstation.plan"]))

    @property
    def leads_a_call(self) -> int:
        """How many leads one call may put into a workflow."""
        return LEADS_A_CALL[self.plan]

    def _used(self, key: tuple[str, str], seconds: int) -> tuple[int, int]:
        """Calls in the window, and seconds until the oldest leaves it."""
        window = self._windows.setdefault(key, deque())
        now = self._monotonic()
        while window and window[0] <= now - seconds:
            window.popleft()
        return len(window), int(window[0] + seconds - now) + 1 if window else 0

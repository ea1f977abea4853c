"""The part of the organisation's API calls that we may use: other programs keep the rest."""

import re
from typing import Any

import requests

from connectors.errors import QuotaUsedUp
from connectors.salesforce.answers import SYSTEM
from mapping.records import Instant, moment_of

USAGE = re.compile(r"(?<!per-app-)api-usage=(\d+)/(\d+)")
NEXT_LOOK = 3600  # seconds: calls leave the count hour by hour, 24 hours after they were made


class Budget:
    """Reads `Sforce-Limit-Info` of each answer and stops before the share `most` of the limit is exceeded."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._used = self._limit = 0

    def read(self, response: requests.Response, **_: Any) -> None:
        """Notes what an answer tells of the calls of the last 24 hours."""
        told = USAGE.search(response.headers.get("Sforce-Limit-Info", ""))
        if told:
            self._used, self._limit = int(told[1]), int(told[2])

    def keep(self, now: Instant | None) -> None:
        """Raises QuotaUsedUp, with the time of the next look, where another call would be one too many."""
        if not self._limit or self._used < self._limit * self._most:
            return
        until = next_look(now)
        when = f"; the next look is worth it from {moment_of(until):%Y-%m-%d %H:%M} UTC" if until else ""
        text = (
            f"the organisation has used {self._used} of its {self._limit} API calls of 24 hours, "
            f"the share that `api_share` allows{when}"
        )
        raise QuotaUsedUp(text, system=SYSTEM, log=f"api-usage={self._used}/{self._limit}", until=until)


def next_look(now: Instant | None) -> Instant | None:
    """From when calls may be free again; None where the vendor's time is not known."""
    return None if now is None else now + NEXT_LOOK

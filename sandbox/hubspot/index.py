"""The search index: what search sees, a moment after it was written."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sandbox.state import State

DEFAULTS = {"hubspot.index_lag_seconds": 0.3}


class Index:
    """The searchable properties of each live contact.

    A write shows once `hubspot.index_lag_seconds` of machine time have passed, or the business clock has been
    moved as far: whoever waits a business hour does not meet a lag of moments.
    """

    def __init__(self, state: State, monotonic: Callable[[], float] = time.monotonic) -> None:
        state.default(DEFAULTS)
        self._state = state
        self._monotonic = monotonic
        self._shown: dict[int, Mapping[str, str]] = {}
        self._waiting: deque[tuple[float, datetime, int, Mapping[str, str] | None]] = deque()

    def load(self, contact_id: int, properties: Mapping[str, str] | None) -> None:
        """Show a contact at once, as after a start; None shows it no more."""
        if properties is None:
            self._shown.pop(contact_id, None)
        else:
            self._shown[contact_id] = properties

    def note(self, contact_id: int, properties: Mapping[str, str] | None) -> None:
        """Show what was written when its time has come."""
        self._waiting.append((self._monotonic(), self._state.clock.now(), contact_id, properties))

    def shown(self) -> Mapping[int, Mapping[str, str]]:
        """The properties by contact id that search sees now."""
        lag = float(self._state.settings["hubspot.index_lag_seconds"])
        machine, business = self._monotonic() - lag, self._state.clock.now() - timedelta(seconds=lag)
        while self._waiting and (self._waiting[0][0] <= machine or self._waiting[0][1] <= business):
            _, _, contact_id, properties = self._waiting.popleft()
            self.load(contact_id, properties)
        return self._shown

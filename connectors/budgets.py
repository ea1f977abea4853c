"""Calls that a vendor allows in a span: counted before they are made, and kept across runs where they are many.

A connector that needs it takes the keyword `budgets`; spans are machine time.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from mapping.records import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """So many calls in so many seconds from the first one on; `rows` is how many records one call can carry."""

    name: str
    calls: int
    seconds: int
    rows: int = 1


class Budgets(Protocol):
    """What is left of each budget; a subject is a record's id, or empty for the whole account."""

    def take(self, budget: Budget, subject: str = "") -> Instant | None:
        """Counts a call; None where it may be made, else, uncounted, the instant from which it may."""

    def exhaust(self, budget: Budget, subject: str, until: Instant) -> None:
        """Notes that the vendor takes no more such calls before `until`, whoever used them up."""


@dataclass
class CountedHere:
    """Budgets of one process, which forget at its end."""

    clock: Callable[[], float] = time.time
    _spans: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)  # until, used

    def take(self, budget: Budget, subject: str = "") -> Instant | None:
        """Counts a call in the span that the first one began."""
        now = self.clock()
        until, used = self._spans.get((budget.name, subject), (0.0, 0))
        if until <= now:
            until, used = now + budget.seconds, 0
        if used >= budget.calls:
            return int(until) + 1
        self._spans[budget.name, subject] = (until, used + 1)
        return None

    def exhaust(self, budget: Budget, subject: str, until: Instant) -> None:
        """Notes a span that the vendor told of."""
        self._spans[budget.name, subject] = (until, budget.calls)

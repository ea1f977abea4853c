"""Shares with their counts and interval, compliance with a deadline, and speed (policy 5.1, 5.3)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import NamedTuple

Z95 = 1.959964  # the 97.5 % point of the normal distribution
SMALL_SAMPLE = 10  # below this no percentage is shown (policy 4.5)
JUDGED = ("met", "breached")
SPEED_BANDS = ((300, "within 5 min"), (900, "within 15 min"), (3600, "within 1 h"), (14_400, "within 4 h"))


class Interval(NamedTuple):
    """A 95 % interval."""

    low: float
    high: float


def wilson(count: float, total: float) -> Interval | None:
    """Wilson's 95 % interval of count of total; None without any."""
    if total == 0:
        return None
    share, z2 = count / total, Z95 * Z95
    middle = share + z2 / (2 * total)
    spread = Z95 * sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    return Interval(
        max(0.0, (middle - spread) / (1 + z2 / total)), min(1.0, (middle + spread) / (1 + z2 / total))
    )


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `total`; a percentage only from ten on, so that 3 of 3 is never told as 100 %.

    Both are whole but where what is counted was shared out among people.
    """

    count: float
    total: float

    @property
    def value(self) -> float | None:
        """The share itself, for computing; None without any."""
        return self.count / self.total if self.total else None

    @property
    def percent(self) -> float | None:
        """The percentage to show; None below the small-sample limit."""
        return 100 * self.count / self.total if self.total >= SMALL_SAMPLE else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval to show beside the percentage."""
        return wilson(self.count, self.total) if self.total >= SMALL_SAMPLE else None


class ClockRow(NamedTuple):
    """A clock as the figures need it: when due (UTC seconds; None while paused) and its state."""

    due_at: int | None
    state: str


@dataclass(frozen=True, slots=True)
class Compliance:
    """Met of met plus breached among clocks due in a period; the others are counted but judged nowhere."""

    share: Share
    others: tuple[tuple[str, int], ...]

    @property
    def met(self) -> int:
        """Clocks met."""
        return int(self.share.count)

    @property
    def breached(self) -> int:
        """Clocks breached, open or done."""
        return int(self.share.total - self.share.count)


def compliance(clocks: Iterable[ClockRow], start: int, end: int) -> Compliance:
    """Compliance of the cohort due in `[start, end)`, UTC seconds (policy 5.3).

    `breached_open` and `breached_done` are both breached. A clock without a due instant (paused, invalid,
    cancelled before it had one) is in no period's cohort, but is counted in `others`.
    """
    found: Counter[str] = Counter()
    for clock in clocks:
        state = "breached" if clock.state.startswith("breached") else clock.state
        if clock.due_at is None and state in JUDGED:
            continue
        if clock.due_at is None or start <= clock.due_at < end:
            found[state] += 1
    others = tuple(sorted((state, count) for state, count in found.items() if state not in JUDGED))
    return Compliance(Share(found["met"], found["met"] + found["breached"]), others)


def quantile(values: Iterable[int], share: float) -> int | None:
    """The smallest value that at least `share` of them do not exceed (0.5 is the median); None without any."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def speed_bands(elapsed: Sequence[int | None]) -> tuple[tuple[str, int], ...]:
    """How many first attempts came within 5 min, 15 min, 1 h, 4 h, later or never (None); never a mean."""
    found: Counter[str] = Counter()
    for seconds in elapsed:
        if seconds is None:
            found["never"] += 1
        else:
            found[next((name for limit, name in SPEED_BANDS if seconds < limit), "later")] += 1
    return tuple((name, found[name]) for name in (*(name for _, name in SPEED_BANDS), "later", "never"))

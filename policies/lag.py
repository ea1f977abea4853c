"""How long leads take to become sales, from the company's own history (policy 5.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil


@dataclass(frozen=True, slots=True)
class Observation:
    """One lead's way from MQL: `days` until it was won, or until now when still open (then not `won`).

    A lead that was lost never wins: give `days` as None.
    """

    days: int | None
    won: bool = False


@dataclass(frozen=True, slots=True)
class Lag:
    """F(h): the share of eventual sales that close within h days, as steps (day, share); exact fractions.

    `wins` and `leads` say how much history it rests on.
    """

    steps: tuple[tuple[int, Fraction], ...]
    wins: int
    leads: int

    def within(self, days: int) -> Fraction:
        """The share of eventual sales that close within `days` (none before day 0)."""
        return max((share for day, share in self.steps if day <= days), default=Fraction(0))

    def share_by(self, created_from: int, created_to: int, end: int) -> Fraction:
        """Of leads created evenly on days `created_from` to before `created_to`: their sales by day `end`.

        This is what "the MQLs you create this month give x % of their sales inside the quarter" says.
        """
        days = range(created_from, created_to)
        if not days:
            return Fraction(0)
        return sum((self.within(end - day) for day in days), Fraction(0)) / len(days)


def measure_lag(history: Iterable[Observation]) -> Lag | None:
    """Kaplan-Meier on time to win: leads still open count until the day they were last seen.

    The curve is scaled to the wins that history lets us see, so it ends at 1; None without any win.
    """
    observed = list(history)
    wins = sorted(each.days for each in observed if each.won and each.days is not None)
    if not wins:
        return None
    left, steps = Fraction(1), []
    for day in sorted(set(wins)):
        at_risk = sum(each.days is None or each.days >= day for each in observed)
        left *= 1 - Fraction(wins.count(day), at_risk)
        steps.append((day, 1 - left))
    reached = steps[-1][1]
    return Lag(tuple((day, share / reached) for day, share in steps), len(wins), len(observed))


def monthly_leads(
    sales: int,
    rate: Fraction,
    lag: Lag,
    months: Sequence[tuple[int, int]],
    *,
    end: int,
    expected: Fraction = Fraction(0),
) -> int | None:
    """Leads a month so that sales by day `end` reach `sales`, `expected` coming from the open pipeline.

    `months` are (first day, day after the last) in days of one count with `end`; None when no lead of these
    months can close in time.
    """
    yielded = rate * sum((lag.share_by(first, last, end) for first, last in months), Fraction(0))
    missing = max(Fraction(0), sales - expected)
    if missing == 0:
        return 0
    return ceil(missing / yielded) if yielded else None

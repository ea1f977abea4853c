"""Whose time passed on a clock: its elapsed seconds shared out among the owners who held the lead (case D09)."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

from mapping.records import Instant
from policies.business_time import Hours
from policies.clocks import Clock, idle_seconds

Holders: TypeAlias = Sequence[tuple[str, Instant]]  # the owners and since when, in order
NO_SHARES: Mapping[str, int] = {}


def share_out(
    clock: Clock, elapsed: int, until: Instant, holders: Holders, hours: Hours
) -> Mapping[str, int]:
    """The seconds that elapsed on a clock up to `until`, by owner.

    Time before the first owner is nobody's, and an owner without a second is left out.
    """
    if not elapsed or not holders:
        return NO_SHARES
    if len(holders) == 1 and holders[0][1] <= clock.start:
        return {holders[0][0]: elapsed}
    passed = [_elapsed(clock, min(since, until), hours) for _, since in holders] + [elapsed]
    found: dict[str, int] = {}
    for (owner, _), (before, after) in zip(holders, pairwise(passed), strict=True):
        if before < after:
            found[owner] = found.get(owner, 0) + after - before
    return found


def _elapsed(clock: Clock, until: Instant, hours: Hours) -> int:
    if until <= clock.start:
        return 0
    return hours.between(clock.start, until) - idle_seconds(clock, until, hours)

"""Whose time passed on a clock: its elapsed seconds shared out among the owners who held the lead (case D09)."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from mapping.records import Instant
from policies.business_time import Hours
from policies.clocks import NO_SHARES, Clock, ClockVerdict, idle_seconds


def share_out(
    clock: Clock, verdict: ClockVerdict, holders: Sequence[tuple[str, Instant]], hours: Hours
) -> Mapping[str, int]:
    """The elapsed seconds of a clock by owner; `holders` are the owners and since when, in order.

    Time before the first owner is nobody's, and an owner without a second is left out.
    """
    if not verdict.elapsed_s or not holders:
        return NO_SHARES
    if len(holders) == 1 and holders[0][1] <= clock.start:
        return {holders[0][0]: verdict.elapsed_s}
    until = clock.start + verdict.wall_elapsed_s
    passed = [_elapsed(clock, min(since, until), hours) for _, since in holders] + [verdict.elapsed_s]
    found: dict[str, int] = {}
    for (owner, _), (before, after) in zip(holders, pairwise(passed), strict=True):
        if before < after:
            found[owner] = found.get(owner, 0) + after - before
    return found


def _elapsed(clock: Clock, until: Instant, hours: Hours) -> int:
    if until <= clock.start:
        return 0
    return hours.between(clock.start, until) - idle_seconds(clock, until, hours)

"""The judgement of one clock at an instant: its state, what passed on it, its warnings and whose time it was.

All instants are UTC seconds; targets and elapsed time count in the hours of the agreement's calendar.
"""

from collections.abc import Mapping
from dataclasses import field
from operator import attrgetter
from typing import NamedTuple

from mapping.records import Instant
from policies.business_time import BusinessDays, BusinessTimeError, Hours
from policies.clocks import Clock, idle_seconds, later
from policies.forms import CalendarDays, Span
from policies.frozen import frozen
from policies.shares import NO_SHARES, Holders, share_out
from policies.states import ClockState, Side
from policies.terms import Warn
from policies.zones import DAY

OPEN_STATES = (ClockState.running, ClockState.paused, ClockState.breached_open, ClockState.pending)


class Warned(NamedTuple):
    """A warning of a running clock: its level and the instant at which the level is reached."""

    level: str
    at: Instant


@frozen
class ClockVerdict:
    """The judgement of one clock; `due_at` is None while it is paused or cannot be computed.

    `breached_at` is always the due instant, however late the breach was detected. Seconds are open seconds of
    the calendar, except `wall_elapsed_s`; those of an open clock are measured to `now`. `shares` are the elapsed
    seconds of a clock that binds sales by the owner who held the lead.
    """

    name: str
    instance: int
    side: Side
    state: ClockState
    start_at: Instant
    due_at: Instant | None
    stop_at: Instant | None = None
    breached_at: Instant | None = None
    elapsed_s: int = 0
    wall_elapsed_s: int = 0
    overrun_s: int = 0
    paused_s: int = 0
    reason: str | None = None  # why it was cancelled or is invalid
    owner: str | None = None
    warnings: tuple[Warned, ...] = ()
    shares: Mapping[str, int] = field(default_factory=lambda: NO_SHARES)

    @property
    def open(self) -> bool:
        """Whether something can still stop it."""
        return self.state in OPEN_STATES

    @property
    def breached(self) -> bool:
        """Whether it is past due, stopped since or not."""
        return self.breached_at is not None


def judge_clock(
    clock: Clock, hours: Hours, now: Instant, holders: Holders = (), lead: int = 0
) -> ClockVerdict:
    """The clock's verdict at `now`; `holders` are the owners, `lead` is the least time from warning to due."""
    if clock.invalid is not None:
        return _closed(clock, ClockState.invalid, clock.invalid)
    due, stop = clock.due, clock.stop
    try:
        if stop is None:
            return _open(clock, hours, now, holders, lead)
        if clock.missed or (due is not None and due < stop):
            return _measured(clock, ClockState.breached_done, hours, stop, holders, due=due, breached_at=due)
        if clock.cancelled is not None:
            return _closed(clock, ClockState.cancelled, clock.cancelled)
        return _measured(clock, ClockState.met, hours, stop, holders, due=due)
    except BusinessTimeError as fault:
        return _closed(clock, ClockState.invalid, fault.code)


def _open(clock: Clock, hours: Hours, now: Instant, holders: Holders, lead: int) -> ClockVerdict:
    due = clock.due
    if due is None or (clock.idle and clock.rests(now)):
        return _measured(clock, ClockState.paused, hours, now, holders, due=None)
    if due <= now:
        return _measured(clock, ClockState.breached_open, hours, now, holders, due=due, breached_at=due)
    warnings = _warnings(clock, hours, due, lead)
    return _measured(clock, ClockState.running, hours, now, holders, due=due, warnings=warnings)


def _closed(clock: Clock, state: ClockState, reason: str) -> ClockVerdict:
    return ClockVerdict(
        clock.name, clock.instance, clock.terms.side, state, clock.start, clock.due, clock.stop, reason=reason
    )


def _measured(
    clock: Clock,
    state: ClockState,
    hours: Hours,
    until: Instant,
    holders: Holders,
    *,
    due: Instant | None,
    breached_at: Instant | None = None,
    warnings: tuple[Warned, ...] = (),
) -> ClockVerdict:
    """What passed on a clock up to `until`: its stop, or now where it is open."""
    start, side = clock.start, clock.terms.side
    paused = idle_seconds(clock, until, hours) if clock.idle else 0
    wall = until - start if until > start else 0
    elapsed = hours.between(start, until) - paused if wall else 0
    return ClockVerdict(
        clock.name,
        clock.instance,
        side,
        state,
        start,
        due,
        clock.stop,
        breached_at,
        elapsed,
        wall,
        0 if breached_at is None else hours.between(breached_at, until),
        paused,
        clock.cancelled,
        clock.owner,
        warnings,
        share_out(clock, elapsed, until, holders, hours) if side is Side.sales else NO_SHARES,
    )


def _warnings(clock: Clock, hours: Hours, due: Instant, lead: int) -> tuple[Warned, ...]:
    """When a running clock reaches each warning level; none closer than `lead` open seconds to due (E02)."""
    if not clock.terms.warn:
        return ()
    found = []
    try:
        target = hours.between(clock.start, due) - (idle_seconds(clock, due, hours) if clock.idle else 0)
        for each in clock.terms.warn:
            at = _warned_at(each, clock, hours, due, target)
            if hours.between(at, due) >= lead:
                found.append(Warned(each.level, at))
    except BusinessTimeError:
        return ()
    return tuple(sorted(found, key=attrgetter("at")))


def _warned_at(warn: Warn, clock: Clock, hours: Hours, due: Instant, target: int) -> Instant:
    if not warn.percent:
        return max(clock.start, _before(hours, due, warn.before))
    at = hours.add(clock.start, target * warn.percent // 100)
    return _past_pauses(clock, hours, at) if clock.idle else at


def _past_pauses(clock: Clock, hours: Hours, at: Instant) -> Instant:
    for begin, end in clock.idle:
        if end is not None and max(begin, clock.start) < at:
            at = later(hours, at, hours.between(max(begin, clock.start), end))
    return at


def _before(hours: Hours, due: Instant, span: Span) -> Instant:
    if isinstance(span, CalendarDays):
        return due - span.count * DAY
    if isinstance(span, int):
        return hours.add(due, -span)
    return hours.add(due, BusinessDays(-span.count))

"""The judgement of one clock at an instant: its state, what passed on it, its warnings and whose time it was.

All instants are UTC seconds; targets and elapsed time count in the hours of the agreement's calendar.
"""

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import NamedTuple

from mapping.records import Instant
from policies.business_time import BusinessDays, BusinessTimeError, Hours
from policies.clocks import Clock, idle_seconds, later
from policies.forms import CalendarDays, Span
from policies.shares import NO_SHARES, Holders, share_out
from policies.states import ClockState, Side
from policies.zones import DAY

OPEN_STATES = (ClockState.running, ClockState.paused, ClockState.breached_open, ClockState.pending)
BREACHED = (ClockState.breached_open, ClockState.breached_done)


class Warned(NamedTuple):
    """A warning of a running clock: its level and the instant at which the level is reached."""

    level: str
    at: Instant


class ClockVerdict(NamedTuple):
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
    shares: Mapping[str, int] = NO_SHARES

    @property
    def open(self) -> bool:
        """Whether something can still stop it."""
        return self.state in OPEN_STATES

    @property
    def breached(self) -> bool:
        """Whether it is past due, stopped since or not."""
        return self.breached_at is not None


def judge_clock(
    clock: Clock, hours: Hours, now: Instant, *, holders: Holders = (), lead: int = 0
) -> ClockVerdict:
    """The clock's verdict at `now`; `holders` are the owners, `lead` is the least time from warning to due."""
    if clock.invalid is not None:
        return _closed(clock, ClockState.invalid, clock.invalid)
    try:
        if clock.stop is None:
            return _open(clock, hours, now, holders, lead)
        return _stopped(clock, hours, clock.stop, holders)
    except BusinessTimeError as fault:
        return _closed(clock, ClockState.invalid, fault.code)


def _open(clock: Clock, hours: Hours, now: Instant, holders: Holders, lead: int) -> ClockVerdict:
    if clock.due is None or (clock.idle and clock.rests(now)):
        return _measured(clock, ClockState.paused, hours, now, holders)
    if clock.due <= now:
        return _measured(clock, ClockState.breached_open, hours, now, holders)
    warnings = _warnings(clock, hours, lead)
    return _measured(clock, ClockState.running, hours, now, holders, warnings=warnings)


def _stopped(clock: Clock, hours: Hours, stop: Instant, holders: Holders) -> ClockVerdict:
    late = clock.missed or (clock.due is not None and clock.due < stop)
    if clock.cancelled is not None and not late:
        return _closed(clock, ClockState.cancelled, clock.cancelled)
    return _measured(clock, ClockState.breached_done if late else ClockState.met, hours, stop, holders)


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
    warnings: tuple[Warned, ...] = (),
) -> ClockVerdict:
    start, side = clock.start, clock.terms.side
    due = None if state is ClockState.paused else clock.due
    breached_at = due if state in BREACHED else None
    paused = idle_seconds(clock, until, hours) if clock.idle else 0
    elapsed = hours.between(start, until) - paused if until > start else 0
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
        until - start if until > start else 0,
        0 if breached_at is None else hours.between(breached_at, until),
        paused,
        clock.cancelled,
        clock.owner,
        warnings,
        share_out(clock, elapsed, until, holders, hours) if side is Side.sales else NO_SHARES,
    )


def _warnings(clock: Clock, hours: Hours, lead: int) -> tuple[Warned, ...]:
    """When a running clock reaches each warning level; none closer than `lead` open seconds to due (E02)."""
    try:
        return tuple(sorted(_warned(clock, hours, lead), key=attrgetter("at"))) if clock.terms.warn else ()
    except BusinessTimeError:
        return ()


def _warned(clock: Clock, hours: Hours, lead: int) -> Iterator[Warned]:
    assert clock.due is not None
    paused = idle_seconds(clock, clock.due, hours) if clock.idle else 0
    total = hours.between(clock.start, clock.due) - paused
    for each in clock.terms.warn:
        if each.percent:
            at = hours.add(clock.start, total * each.percent // 100)
            at = _past_pauses(clock, hours, at)
        else:
            at = max(clock.start, _before(hours, clock.due, each.before))
        if hours.between(at, clock.due) >= lead:
            yield Warned(each.level, at)


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

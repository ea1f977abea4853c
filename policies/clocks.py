"""Clocks: deadlines with a start, a stop, pauses and the side they bind (policy 2.3, 2.4).

All instants are UTC seconds; targets and elapsed time count in the hours of the agreement's calendar.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from mapping.records import Instant
from policies.business_time import BusinessDays, BusinessTimeError, Hours
from policies.forms import CalendarDays, Span
from policies.states import ClockState, Side
from policies.terms import ClockTerms
from policies.zones import DAY, instant_at, wall_at, zone

Interval: TypeAlias = tuple[Instant, Instant | None]  # the end is None while it lasts


class Pause(NamedTuple):
    """A span in which clocks that allow its reason stand still; `end` is None while it lasts."""

    reason: str
    start: Instant
    end: Instant | None
    by: str | None = None
    limited: bool = False  # ended by the limit of the agreement, not by a person


class Change(NamedTuple):
    """A new priority or segment from an instant on."""

    at: Instant
    priority: str
    segment: str | None


class Frame(NamedTuple):
    """What every clock of a handoff shares."""

    hours: Hours
    zone: str
    pauses: tuple[Pause, ...]
    changes: tuple[Change, ...]  # the first one holds from the handoff's beginning
    grace: Span  # the least time left after a change of target


class Warned(NamedTuple):
    """A warning of a running clock: its level and the instant at which the level is reached."""

    level: str
    at: Instant


NO_SHARES: Mapping[str, int] = {}


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


OPEN_STATES = (ClockState.running, ClockState.paused, ClockState.breached_open, ClockState.pending)


@dataclass(slots=True)
class Clock:
    """A clock while its handoff is folded."""

    name: str
    instance: int
    terms: ClockTerms
    start: Instant
    due: Instant | None
    idle: tuple[Interval, ...] = ()  # pauses that this clock allows
    stop: Instant | None = None
    cancelled: str | None = None
    missed: bool = False  # its due instant itself closed it: nobody stopped it in time
    invalid: str | None = None
    owner: str | None = None

    def rests(self, at: Instant) -> bool:
        """Whether a pause lasts at `at` that began before the clock was due."""
        if self.due is None:
            return True
        due = self.due
        return any(begin <= at and (end is None or at < end) and begin < due for begin, end in self.idle)

    def close(self, at: Instant, cancelled: str | None) -> None:
        """Stop the clock; one that rests then was due at no instant, and stays so."""
        if self.idle and self.rests(at):
            self.due = None
        self.stop, self.cancelled = at, cancelled


def reach(hours: Hours, place: str, start: Instant, span: Span) -> Instant:
    """The instant at which a span from `start` ends; raises BusinessTimeError."""
    if isinstance(span, BusinessDays):
        return _add_days(hours, start, span)  # type: ignore[arg-type]  # hours are hashed by identity
    if isinstance(span, int):
        return hours.add(start, span)
    where = zone(place)
    day = datetime.fromtimestamp(start, where).toordinal()
    return instant_at(where, day + span.count, wall_at(where, start, day))


@lru_cache(maxsize=1 << 16)
def _add_days(hours: Hours, start: Instant, span: BusinessDays) -> Instant:
    """`hours.add`, kept: the same handoffs are judged run after run, and within one run again after the push."""
    return hours.add(start, span)


def midnight_after(place: str, at: Instant, days: int) -> Instant:
    """Local midnight at the beginning of the date `days` after that of `at`."""
    where = zone(place)
    return instant_at(where, datetime.fromtimestamp(at, where).toordinal() + days, 0)


def midnight_of(place: str, day: str) -> Instant:
    """Local midnight at the beginning of an ISO date; raises ValueError."""
    return instant_at(zone(place), datetime.fromisoformat(day).toordinal(), 0)


def start_clock(name: str, instance: int, terms: ClockTerms, start: Instant, frame: Frame) -> Clock:
    """A clock from its start, its due instant reckoned with every pause and change that is known."""
    clock = Clock(name, instance, terms, start, None)
    if frame.pauses:
        clock.idle = merge(pause for pause in frame.pauses if pause.reason in (*terms.pause, "deleted"))
    try:
        clock.due = _due(clock, frame)
    except BusinessTimeError as fault:
        clock.invalid = fault.code
    return clock


def merge(pauses: Iterable[Pause]) -> tuple[Interval, ...]:
    """The union of pauses, in order (policy 2.4.6)."""
    merged: list[Interval] = []
    for pause in sorted(pauses, key=lambda each: each.start):
        if merged and (merged[-1][1] is None or pause.start <= merged[-1][1]):
            start, end = merged[-1]
            merged[-1] = (start, None if end is None or pause.end is None else max(end, pause.end))
        else:
            merged.append((pause.start, pause.end))
    return tuple(merged)


def _due(clock: Clock, frame: Frame) -> Instant | None:
    terms, start = clock.terms, clock.start
    first, *later = frame.changes
    while later and later[0].at <= start:
        first = later.pop(0)
    due = reach(frame.hours, frame.zone, start, terms.target.of(first.priority, first.segment))
    return due if not later and not clock.idle else _shifted(due, clock, later, frame)


def _shifted(due: Instant, clock: Clock, changes: Sequence[Change], frame: Frame) -> Instant | None:
    """The due instant after pauses and changes of target in the order of time (policy 2.4.6, 2.4.7)."""
    hours, paused = frame.hours, 0
    cuts = [change.at for change in changes]
    marks: list[tuple[Instant, int, Interval | Change]] = [(change.at, 0, change) for change in changes]
    marks += [(piece[0], 1, piece) for piece in _pieces(clock, cuts)]
    for at, _, mark in sorted(marks, key=lambda each: each[:2]):
        if at >= due:
            break
        if isinstance(mark, Change):
            target = clock.terms.target.of(mark.priority, mark.segment)
            new = _later(hours, reach(hours, frame.zone, clock.start, target), paused)
            floor = reach(hours, frame.zone, at, frame.grace)
            due = min(due, max(new, floor)) if new < due else new
        else:
            if mark[1] is None:
                return None
            idle = hours.between(*mark)  # type: ignore[arg-type]  # the end is not None here
            due, paused = _later(hours, due, idle), paused + idle
    return due


def _pieces(clock: Clock, cuts: Sequence[Instant]) -> list[Interval]:
    """The pauses since the start, cut where the target changes."""
    pieces: list[Interval] = []
    for begin, end in clock.idle:
        start = max(begin, clock.start)
        for cut in cuts:
            if start < cut and (end is None or cut < end):
                pieces.append((start, cut))
                start = cut
        if end is None or start < end:
            pieces.append((start, end))
    return pieces


def _later(hours: Hours, instant: Instant, seconds: int) -> Instant:
    return hours.add(instant, seconds) if seconds > 0 else instant


def idle_seconds(clock: Clock, until: Instant, hours: Hours) -> int:
    """The open seconds of pauses between the clock's start and `until`."""
    total = 0
    for begin, end in clock.idle:
        start, stop = max(begin, clock.start), until if end is None else min(end, until)
        if start < stop:
            total += hours.between(start, stop)
    return total


def judge_clock(clock: Clock, hours: Hours, now: Instant) -> ClockVerdict:
    """The clock's verdict at `now`."""
    if clock.invalid is not None:
        return _closed(clock, ClockState.invalid, clock.invalid)
    try:
        return _open(clock, hours, now) if clock.stop is None else _stopped(clock, hours, clock.stop)
    except BusinessTimeError as fault:
        return _closed(clock, ClockState.invalid, fault.code)


def _open(clock: Clock, hours: Hours, now: Instant) -> ClockVerdict:
    if clock.rests(now):
        return _measured(clock, ClockState.paused, hours, now, None)
    over = clock.due is not None and clock.due <= now
    state = ClockState.breached_open if over else ClockState.running
    return _measured(clock, state, hours, now, clock.due)


def _stopped(clock: Clock, hours: Hours, stop: Instant) -> ClockVerdict:
    late = clock.missed or (clock.due is not None and clock.due < stop)
    if clock.cancelled is not None and not late:
        return _closed(clock, ClockState.cancelled, clock.cancelled)
    state = ClockState.breached_done if late else ClockState.met
    return _measured(clock, state, hours, stop, clock.due)


def _closed(clock: Clock, state: ClockState, reason: str) -> ClockVerdict:
    return ClockVerdict(
        clock.name, clock.instance, clock.terms.side, state, clock.start, clock.due, clock.stop, reason=reason
    )


def _measured(
    clock: Clock, state: ClockState, hours: Hours, until: Instant, due: Instant | None
) -> ClockVerdict:
    start = clock.start
    paused = idle_seconds(clock, until, hours) if clock.idle else 0
    breached = state in (ClockState.breached_open, ClockState.breached_done)
    return ClockVerdict(
        clock.name,
        clock.instance,
        clock.terms.side,
        state,
        start,
        due,
        clock.stop,
        due if breached else None,
        hours.between(start, until) - paused if until > start else 0,
        max(0, until - start),
        hours.between(due, until) if breached and due is not None else 0,
        paused,
        clock.cancelled,
        clock.owner,
    )


def warnings_of(clock: Clock, hours: Hours, lead: int) -> tuple[Warned, ...]:
    """When a running clock reaches each warning level; none closer than `lead` open seconds to due (E02)."""
    if clock.due is None or not clock.terms.warn:
        return ()
    paused = idle_seconds(clock, clock.due, hours) if clock.idle else 0
    total = hours.between(clock.start, clock.due) - paused
    found = []
    for each in clock.terms.warn:
        if each.percent:
            at = hours.add(clock.start, total * each.percent // 100)
            at = _past_pauses(clock, hours, at)
        else:
            at = max(clock.start, _before(hours, clock.due, each.before))
        if hours.between(at, clock.due) >= lead:
            found.append(Warned(each.level, at))
    return tuple(sorted(found, key=lambda each: each.at))


def _past_pauses(clock: Clock, hours: Hours, at: Instant) -> Instant:
    for begin, end in clock.idle:
        if end is not None and max(begin, clock.start) < at:
            at = _later(hours, at, hours.between(max(begin, clock.start), end))
    return at


def _before(hours: Hours, due: Instant, span: Span) -> Instant:
    if isinstance(span, CalendarDays):
        return due - span.count * DAY
    if isinstance(span, int):
        return hours.add(due, -span)
    return _add_days(hours, due, BusinessDays(-span.count))  # type: ignore[arg-type]  # hours are hashed by identity


def due_after_recompute(
    old: Instant, new: Instant, *, restarted_at: Instant, hours: Hours, place: str, grace: Span
) -> Instant:
    """The due instant of a clock that was running when its zone data changed (case D14).

    A new one that has passed at the restart becomes the restart plus `grace`; a breach that stood stays.
    """
    if old <= restarted_at:
        return old
    return new if new > restarted_at else reach(hours, place, restarted_at, grace)


def local_date(place: str, at: Instant) -> int:
    """The date ordinal on which `at` falls in a zone."""
    return datetime.fromtimestamp(at, zone(place)).toordinal()


def day_bounds(place: str, day: int) -> tuple[Instant, Instant]:
    """The instants at which a local date begins and ends."""
    where = zone(place)
    return instant_at(where, day, 0), instant_at(where, day + 1, 0)

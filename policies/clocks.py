"""Clocks: deadlines with a start, a stop and pauses, reckoned while their handoff is folded (policy 2.3, 2.4).

All instants are UTC seconds; targets and elapsed time count in the hours of the agreement's calendar.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeAlias

from mapping.records import Instant
from policies.business_time import BusinessTimeError, Hours
from policies.forms import CalendarDays, Span
from policies.frozen import frozen
from policies.terms import ClockTerms
from policies.zones import date_at, instant_at, wall_at, zone

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


@frozen
class Frame:
    """What every clock of a handoff shares."""

    hours: Hours
    zone: str
    pauses: tuple[Pause, ...]
    changes: tuple[Change, ...]  # the first one holds from the handoff's beginning
    grace: Span  # the least time left after a change of target


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
    if not isinstance(span, CalendarDays):
        return hours.add(start, span)
    where = zone(place)
    day = date_at(where, start)
    return instant_at(where, day + span.count, wall_at(where, start, day))


def midnight_after(place: str, at: Instant, days: int) -> Instant:
    """Local midnight at the beginning of the date `days` after that of `at`."""
    where = zone(place)
    return instant_at(where, date_at(where, at) + days, 0)


def midnight_of(place: str, day: str) -> Instant:
    """Local midnight at the beginning of an ISO date; raises ValueError."""
    return instant_at(zone(place), datetime.fromisoformat(day).toordinal(), 0)


def start_clock(name: str, instance: int, terms: ClockTerms, start: Instant, frame: Frame) -> Clock:
    """A clock from its start, its due instant reckoned with every pause and change that is known."""
    clock = Clock(name, instance, terms, start, None)
    if frame.pauses:
        clock.idle = merge(pause for pause in frame.pauses if pause.reason in (*terms.pause, "deleted"))
    first, *later = frame.changes
    while later and later[0].at <= start:
        first = later.pop(0)
    target = terms.target.of(first.priority, first.segment)
    try:
        clock.due = due = reach(frame.hours, frame.zone, start, target)
        if later or clock.idle:
            clock.due = _shifted(due, clock, later, frame)
    except BusinessTimeError as fault:
        clock.due, clock.invalid = None, fault.code
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
            new = later(hours, reach(hours, frame.zone, clock.start, target), paused)
            floor = reach(hours, frame.zone, at, frame.grace)
            due = min(due, max(new, floor)) if new < due else new
        else:
            if mark[1] is None:
                return None
            idle = hours.between(*mark)  # type: ignore[arg-type]  # the end is not None here
            due, paused = later(hours, due, idle), paused + idle
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


def later(hours: Hours, instant: Instant, seconds: int) -> Instant:
    """The instant at which that many open seconds have passed; a clock that loses none stays where it is."""
    return hours.add(instant, seconds) if seconds > 0 else instant


def idle_seconds(clock: Clock, until: Instant, hours: Hours) -> int:
    """The open seconds of pauses between the clock's start and `until`."""
    total = 0
    for begin, end in clock.idle:
        start, stop = max(begin, clock.start), until if end is None else min(end, until)
        if start < stop:
            total += hours.between(start, stop)
    return total


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
    return date_at(zone(place), at)


def day_bounds(place: str, day: int) -> tuple[Instant, Instant]:
    """The instants at which a local date begins and ends."""
    where = zone(place)
    return instant_at(where, day, 0), instant_at(where, day + 1, 0)

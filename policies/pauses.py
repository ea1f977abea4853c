"""Pauses of a handoff as rows, read from its events (T24, policy 2.4.6)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mapping.records import Instant
from policies.agreement import Agreement
from policies.business_time import BusinessTimeError, Hours
from policies.clocks import Pause, merge, midnight_of, reach
from policies.events import Event, Kind

LIMIT = "pause_limit"


class Pauses(NamedTuple):
    """The pauses of a handoff, and when their limit will end the one that lasts."""

    rows: tuple[Pause, ...] = ()
    limit_at: Instant | None = None


def read_pauses(events: Sequence[Event], agreement: Agreement, hours: Hours, now: Instant) -> Pauses:
    """Every allowed pause, ended by its resumption, its own date, or the limit on their sum.

    A resumption ends the pause whose reason it names, else every pause of its object, else every pause. A new
    reason in the same field ends the old one, unless a resumption names that later.
    """
    terms = agreement.terms
    open_: list[tuple[Event, Instant | None]] = []
    done: list[Pause] = []
    for event in events:
        if event.kind is Kind.paused and event.data.get("reason") in terms.pause_reasons:
            for old in [each for each in open_ if _gives_way(each[0], event, events)]:
                open_.remove(old)
                done.append(_pause(old, event.occurred_at))
            open_.append((event, _until(event, agreement)))
        elif event.kind is Kind.resumed:
            for old in _ended(open_, event):
                open_.remove(old)
                done.append(_pause(old, event.occurred_at))
    done += [_pause(old, None) for old in open_]
    return _limited(sorted(done, key=_in_time), agreement, hours, now)


def _in_time(pause: Pause) -> tuple[Instant, bool, Instant]:
    return (pause.start, pause.end is None, pause.end or 0)


def _gives_way(old: Event, new: Event, events: Iterable[Event]) -> bool:
    if old.object_id != new.object_id:
        return False
    reason = old.data.get("reason")
    return not any(each.kind is Kind.resumed and each.data.get("reason") == reason for each in events)


def _ended(open_: Sequence[tuple[Event, Instant | None]], event: Event) -> list[tuple[Event, Instant | None]]:
    reason = event.data.get("reason")
    if reason is not None:
        return [each for each in open_ if each[0].data.get("reason") == reason]
    return [each for each in open_ if each[0].object_id == event.object_id] or list(open_)


def _until(event: Event, agreement: Agreement) -> Instant | None:
    until = event.data.get("until")
    if isinstance(until, str):
        try:
            return midnight_of(agreement.zone, until)
        except ValueError:
            return None
    return until if isinstance(until, int) and not isinstance(until, bool) else None


def _pause(row: tuple[Event, Instant | None], ended: Instant | None) -> Pause:
    event, until = row
    end = until if ended is None else ended if until is None else min(ended, until)
    by = event.data.get("by")
    start = event.occurred_at
    return Pause(str(event.data["reason"]), start, None if end is None else max(start, end), _text(by))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _limited(pauses: Sequence[Pause], agreement: Agreement, hours: Hours, now: Instant) -> Pauses:
    """Pauses cut where their union reaches the agreement's limit (case B10)."""
    if not pauses:
        return Pauses()
    try:
        end = _limit_end(pauses, agreement, hours)
    except BusinessTimeError:
        end = None
    if end is None or end > now:
        return Pauses(tuple(pauses), end)
    kept = []
    for pause in pauses:
        if pause.start >= end:
            continue
        beyond = pause.end is None or pause.end > end
        kept.append(pause._replace(end=end, limited=True) if beyond else pause)
    return Pauses(tuple(kept))


def _limit_end(pauses: Sequence[Pause], agreement: Agreement, hours: Hours) -> Instant | None:
    """The instant at which the pauses together have lasted as long as they may; None if they never do."""
    spans = merge(pauses)
    first = spans[0][0]
    limit = hours.between(first, reach(hours, agreement.zone, first, agreement.terms.pause_limit))
    for start, end in spans:
        if end is None or hours.between(start, end) > limit:
            return reach(hours, agreement.zone, start, limit)
        limit -= hours.between(start, end)
        if limit == 0:
            return end
    return None

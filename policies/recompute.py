"""What a recompute would change: the due instants of open clocks in other hours (policy 2.5, cases D06 and D14).

Nothing is changed here. To apply a recompute is a step of its own that a person confirms: each difference becomes
a fact, by which the fold moves that clock alone.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from mapping.records import Instant
from policies.business_time import BusinessDays, BusinessTimeError, Hours
from policies.clocks import due_after_recompute, start_clock
from policies.events import Event
from policies.fold import fold
from policies.handoff_verdict import HandoffVerdict, judge_handoff
from policies.rulebook import Terms
from policies.standing import Handoff
from policies.states import ClockState
from policies.zones import instant_at, zone

MONTH_CLOSE = BusinessDays(5)


class Difference(NamedTuple):
    """A clock with another due instant (UTC seconds); None is one that rests or cannot be computed."""

    cycle: int
    clock: str
    instance: int
    old_due_at: Instant | None
    new_due_at: Instant | None


def preview(
    lead: str, events: Iterable[Event], terms: Terms, other: Terms, *, now: Instant, since: Instant
) -> tuple[Difference, ...]:
    """What the hours of `other` would change for the clocks of a lead that are open at `now`, in their order.

    Each is reckoned again from its start. A clock that is closed, or was due before `since`, stays as it is; one
    that runs and would be past due gets the agreement's grace from `now` on, so that no recompute breaches it.
    A breach since `since` is reckoned as if the other hours had held. After new zone data `since` is the restart,
    after an operator's `recompute --from` the instant from which the calendar is mended.
    """
    found: list[Difference] = []
    for h in fold(lead, events, terms, now).handoffs:
        old = judge_handoff(h, None, terms, {}, now)
        _reckon_again(h, other.hours)
        found += _differences(old, judge_handoff(h, None, other, {}, now), h, now, since)
    return tuple(found)


def closed_month(at: Instant, now: Instant, hours: Hours, place: str) -> str | None:
    """The local month of `at` as `2026-04` where it is closed at `now`: five business days after its end (policy 4.5).

    What is decided later is an adjustment. A calendar that cannot tell closes nothing.
    """
    first = datetime.fromtimestamp(at, zone(place)).replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    try:
        closes = hours.add(instant_at(zone(place), after.toordinal(), 0), MONTH_CLOSE)
    except BusinessTimeError:
        return None
    return f"{first:%Y-%m}" if closes <= now else None


def _reckon_again(h: Handoff, hours: Hours) -> None:
    """Give the open clocks of a handoff the due instants that they have in other hours."""
    h.frame = replace(h.frame, hours=hours)
    for number, clock in enumerate(h.clocks):
        if clock.stop is None:
            again = start_clock(clock.name, clock.instance, clock.terms, clock.start, h.frame)
            h.clocks[number] = h.running[clock.name] = again


def _differences(
    old: HandoffVerdict, new: HandoffVerdict, h: Handoff, now: Instant, since: Instant
) -> Iterable[Difference]:
    for before, after in zip(old.clocks, new.clocks, strict=True):
        was, due = before.due_at, after.due_at
        if not (before.open or before.state is ClockState.invalid) or (was is not None and was < since):
            continue
        if was is not None and due is not None and now < was:
            due = due_after_recompute(
                was,
                due,
                restarted_at=now,
                hours=h.frame.hours,
                place=h.frame.zone,
                grace=h.agreement.terms.change_grace,
            )
        if due != was:
            yield Difference(old.cycle, before.name, before.instance, was, due)

"""Who is to be told what, each notice once (policy 2.4.15, 4.5; cases E01 to E07).

A notice waits for the next opening of its recipient's calendar. Warnings go while a clock runs, the ladder climbs
while a breach is open and nobody has acknowledged it, and a notice of a breach that late evidence took back is
followed by its correction. More than `digest_over` at once to one side are one digest, which the ledger puts together.
"""

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from mapping.records import Instant
from policies.business_time import BusinessTimeError, Hours
from policies.clock_verdict import ClockVerdict
from policies.standing import Handoff
from policies.states import ClockState, Side, State

WITHDRAWN = "withdrawn"
TOLD_WHEN_CLOSED = ("retention", "accept")  # their due instant itself closes them


class Notice(NamedTuple):
    """One thing to tell: `key` names it for ever, `to` is a role, `person` the owner's id where it is the owner.

    `at` is when the recipient's calendar opens at or after the instant it became due.
    """

    clock: str
    instance: int
    level: str
    to: str
    person: str | None
    at: Instant

    @property
    def key(self) -> tuple[str, int, str]:
        """What makes it the same notice."""
        return self.clock, self.instance, self.level


SIDES = {
    "owner": Side.sales,
    "manager": Side.sales,
    "head": Side.sales,
    "operations": Side.routing,
    "marketing": Side.marketing,
}
"""Whose people a role is: what one side is told at once can be one digest."""

_IN_TIME = attrgetter("at", "clock", "instance", "level", "to")

_ROLE = {
    Side.sales: "owner",
    Side.marketing: "marketing",
    Side.routing: "operations",
    Side.both: "marketing",
    Side.nobody: "operations",
}


def notices_of(
    h: Handoff, clocks: Sequence[ClockVerdict], hours_of: Callable[[str | None], Hours]
) -> tuple[Notice, ...]:
    """Every notice that is not sent yet, those of the future included, in order of time."""
    if h.state is State.history:
        return ()
    told = [((clock.name, clock.instance, level), to, at) for clock, level, to, at in _reached(h, clocks)]
    told += _of_handoff(h)
    found = [_addressed(h, key, to, at, hours_of) for key, to, at in told if key not in h.sent]
    return tuple(sorted(found, key=_IN_TIME))


def due_now(notices: Sequence[Notice], now: Instant) -> tuple[Notice, ...]:
    """The notices whose instant has come; of several warnings of one clock the last only."""
    due = [each for each in notices if each.at <= now]
    last = {each[:2]: each.key for each in due if each.level.startswith("warn")}
    return tuple(each for each in due if not each.level.startswith("warn") or last[each[:2]] == each.key)


def _addressed(
    h: Handoff, key: tuple[str, int, str], to: str, at: Instant, hours_of: Callable[[str | None], Hours]
) -> Notice:
    person = h.owner if to == "owner" else None
    try:
        opening = hours_of(person or to).next_open(at)
    except BusinessTimeError:  # a calendar that never opens delays nothing
        opening = at
    return Notice(*key, to, person, opening)


def _reached(h: Handoff, clocks: Sequence[ClockVerdict]) -> Iterator[tuple[ClockVerdict, str, str, Instant]]:
    for clock in clocks:
        if clock.state is ClockState.running:
            yield from _warnings(h, clock)
        elif clock.state is ClockState.breached_open:
            yield from _ladder(h, clock)
        elif (
            clock.state is ClockState.breached_done
            and clock.name in TOLD_WHEN_CLOSED
            and clock.overrun_s == 0
        ):
            for rung, role in enumerate(h.agreement.clocks[clock.name].ladder, 1):
                yield clock, f"L{rung}", role, clock.due_at or clock.start_at
        if h.sent and not clock.breached:
            yield from _withdrawn(h, clock)


def _warnings(h: Handoff, clock: ClockVerdict) -> Iterator[tuple[ClockVerdict, str, str, Instant]]:
    """The warnings to come, and of those reached the last; a later one makes the earlier needless."""
    coming = clock.warnings
    if h.sent:
        told = [n for n, each in enumerate(coming) if (clock.name, clock.instance, each.level) in h.sent]
        coming = coming[told[-1] + 1 :] if told else coming
    for warned in coming:
        yield clock, warned.level, _ROLE[clock.side], warned.at


def _ladder(h: Handoff, clock: ClockVerdict) -> Iterator[tuple[ClockVerdict, str, str, Instant]]:
    terms = h.agreement.terms
    after = {"manager": terms.manager_after, "head": terms.head_after}
    assert clock.due_at is not None
    for rung, role in enumerate(h.agreement.clocks[clock.name].ladder, 1):
        level = f"L{rung}"
        span = after.get(role)
        at = clock.due_at if span is None else h.after(clock.due_at, span)
        acknowledged = h.acknowledged.get((clock.name, clock.instance))
        if at is not None and (acknowledged is None or at <= acknowledged):
            yield clock, level, role, at


def _withdrawn(h: Handoff, clock: ClockVerdict) -> Iterator[tuple[ClockVerdict, str, str, Instant]]:
    """Corrections of breaches that were told and are none any more (C07)."""
    for name, instance, level in sorted(h.sent):
        if (name, instance) == (clock.name, clock.instance) and level.startswith("L") and ":" not in level:
            ladder = h.agreement.clocks[name].ladder
            rung = int(level[1:]) - 1
            role = ladder[rung] if rung < len(ladder) else _ROLE[clock.side]
            yield clock, f"{level}:{WITHDRAWN}", role, h.sent[name, instance, level]


def _of_handoff(h: Handoff) -> Iterator[tuple[tuple[str, int, str], str, Instant]]:
    """What is told about the handoff itself: a pause that was ended, a reason that is missing, a rejection."""
    for number, pause in enumerate(h.frame.pauses, 1):
        if pause.limited and pause.end is not None:
            yield ("pause", number, "limit:owner"), "owner", pause.end
            yield ("pause", number, "limit:manager"), "manager", pause.end
    if h.state is State.returned and h.code == "unspecified":
        yield ("return", h.instances.get("return_ack", 1), "reason"), "owner", h.since
    if h.state is State.rejected and not h.final and not h.agreement.signed_by.one_person:
        yield ("dispute", h.instances.get("dispute", 1), "open"), "marketing", h.since

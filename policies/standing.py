"""A handoff while its events are folded: its state, its clocks, its touches, and why it stands so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mapping.records import Instant
from policies.agreement import Agreement
from policies.attempts import Attempt, Tally
from policies.business_time import BusinessTimeError
from policies.clocks import Clock, Frame, later, midnight_of, reach, start_clock
from policies.dispositions import Disposition
from policies.events import Datum, Event
from policies.forms import Span
from policies.frozen import frozen
from policies.states import Credit, Side, State, Track

NO_DATA: Mapping[str, Datum] = {}
UNKNOWN = Disposition()


@frozen
class Reason:
    """One step of why: a code with its parameters, the rule of the table, and when it happened."""

    at: Instant
    code: str
    rule: str
    data: Mapping[str, Datum] = field(default_factory=lambda: NO_DATA)


class Drift(NamedTuple):
    """A fact that the table does not list for the state it met, kept for a person to settle."""

    at: Instant
    cycle: int
    state: State
    cue: str
    code: str


class Assignment(NamedTuple):
    """Who held the lead from an instant on, and why: routing, manual, breach or absence."""

    owner: str
    at: Instant
    cause: str


@dataclass(slots=True)
class Handoff:
    """The standing of one handoff; the transition table moves it, `policies.verdict` reads it."""

    lead: str
    cycle: int
    agreement: Agreement  # the version that judges it: marketing's until delivery, then sales'
    frame: Frame
    tally: Tally
    mql_at: Instant
    type: str = "new"
    trigger: str | None = None
    state: State = State.draft
    since: Instant = 0
    code: str | None = None  # why it closed
    track: Track | None = None
    until: Instant | None = None  # the date the lead named for its return
    credit: Credit = Credit.none
    package_complete_at: Instant | None = None
    delivered_at: Instant | None = None
    delivery_agreement: Agreement | None = None
    owner: str | None = None
    assigned_at: Instant | None = None
    accepted_at: Instant | None = None
    accept_due: Instant | None = None
    qualified_at: Instant | None = None
    first_contact_at: Instant | None = None
    returned_at: Instant | None = None
    won_later_at: Instant | None = None  # a sale after it was closed (T35)
    rejected_by: str | None = None
    disputed_at: Instant | None = None
    pause_limit_at: Instant | None = None
    learned: dict[Instant, Instant] = field(
        default_factory=dict
    )  # when facts happened -> when we knew, if told of
    learned_at: Instant = 0  # when the MQL moment became known, which a backfill does late
    expires_at: Instant | None = None  # when a draft whose package never comes ends
    final_at: Instant | None = None
    final: bool = False  # a rejection that can no longer be disputed
    early: int | None = None  # attempts missing at an early give-up
    reassignments: int = 0
    last_activity: Instant | None = None
    retention_floor: Instant | None = None  # when retention is looked at again
    last_outgoing: Instant | None = None
    refused_code: str | None = None
    dropped_at: Instant | None = None  # since when what was refused is not tried again
    enrolled: str | None = None
    committed: tuple[Instant, ...] = ()  # instants of returns that were recorded as ours
    committed_state: bool = False  # whether a recorded transition of ours led to the present state
    accept_passed: bool = False
    deals: set[str] = field(default_factory=set)
    approvals: dict[str, str] = field(default_factory=dict)
    meetings: list[Instant] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    running: dict[str, Clock] = field(default_factory=dict)
    instances: dict[str, int] = field(default_factory=dict)
    assignments: list[Assignment] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    drifts: list[Drift] = field(default_factory=list)
    flags: dict[str, Datum] = field(default_factory=dict)
    sent: dict[tuple[str, int, str], Instant] = field(default_factory=dict)  # notices, and when
    acknowledged: dict[tuple[str, int], Instant] = field(default_factory=dict)  # clocks, and since when
    lapsed_at: Instant | None = None  # since when the definition no longer holds for a draft

    @property
    def disposition(self) -> Disposition:
        """What the code it closed with does."""
        return self.agreement.dispositions.get(self.code or "", UNKNOWN)

    def start(self, name: str, at: Instant, owner: str | None = None) -> None:
        """Start a new instance of a clock, unless the agreement switches it off."""
        terms = self.agreement.clocks[name]
        if not terms.enabled:
            return
        instance = self.instances[name] = self.instances.get(name, 0) + 1
        clock = self.running[name] = start_clock(name, instance, terms, at, self.frame)
        clock.owner = owner
        self.clocks.append(clock)
        if name == "package" and clock.due is not None:
            since = max(clock.due, self.learned_at)  # nobody could complete what was not known yet
            self.expires_at = self.after(since, self.agreement.terms.draft_grace)

    def stop(self, name: str, at: Instant, cancelled: str | None = None) -> None:
        """Stop a clock where it runs; with a reason it is cancelled unless it was already past due."""
        clock = self.running.pop(name, None)
        if clock is not None:
            clock.close(at, cancelled)

    def cancel_all(self, at: Instant, reason: str, side: Side | None = None) -> None:
        """Cancel every running clock, or those of one side."""
        for name in tuple(self.running):
            if side is None or self.running[name].terms.side in (side, Side.both):
                self.stop(name, at, reason)

    @property
    def refused(self) -> bool:
        """Whether a system would not take it and sales has nothing of it."""
        return self.refused_code is not None and self.delivered_at is None

    def note(self, at: Instant, code: str, rule: str, data: Mapping[str, Datum] = NO_DATA) -> None:
        """Keep why something happened."""
        self.reasons.append(Reason(at, code, rule, data))

    def refuse(self, at: Instant, cue: str, code: str) -> None:
        """Keep a fact that the table does not allow in this state."""
        self.drifts.append(Drift(at, self.cycle, self.state, cue, code))

    def is_committed(self, at: Instant) -> bool:
        """Whether a return of ours is on record at or after `at`: then nothing derived happens before it."""
        return bool(self.committed) and self.committed[-1] >= at

    def hold(self) -> tuple[Instant, Instant]:
        """When sales must have qualified or returned the lead, and the cap on that (T21, policy 4.3).

        Raises BusinessTimeError.
        """
        clock, terms = self.running["retention"], self.agreement.retention
        assert clock.due is not None
        hours, place = self.frame.hours, self.frame.zone
        cap = reach(hours, place, clock.start, terms.cap)
        due, moved = clock.due, False
        if self.last_activity is not None:
            due = max(due, reach(hours, place, self.last_activity, terms.extend))
        for meeting in self.meetings:
            end = reach(hours, place, meeting, terms.meeting)
            if end > cap and not moved:
                cap, moved = end, True
            due = max(due, end)
        return min(due, cap), cap

    def move_due(self, clock: Clock, due: Instant, at: Instant) -> None:
        """Let a clock be due at `due`, and later by what it rests after `at`."""
        hours = self.frame.hours
        rests = ((max(begin, at), end) for begin, end in clock.idle if end is not None and end > at)
        clock.due, clock.invalid = later(hours, due, sum(hours.between(*rest) for rest in rests)), None
        if clock.name == "retention" and clock is self.running.get("retention"):
            self.retention_floor = clock.due
        if clock.name == "accept":
            self.accept_due = clock.due

    def reason_due(self) -> Instant | None:
        """Until when sales owes the reason of a return without one (H17)."""
        if self.returned_at is None:
            return None
        return self.after(self.returned_at, self.agreement.terms.reason_within)

    def after(self, at: Instant, span: Span) -> Instant | None:
        """The instant at which a span from `at` ends; None where the calendar cannot tell."""
        try:
            return reach(self.frame.hours, self.frame.zone, at, span)
        except BusinessTimeError:
            return None


def text(event: Event | None, key: str) -> str | None:
    """A code out of a payload."""
    value = None if event is None else event.data.get(key)
    return None if value is None else str(value)


def until_of(place: str, event: Event) -> Instant | None:
    """The instant that an event names as its end, a date as its local midnight; None without one.

    Raises ValueError for a text that is no date.
    """
    until = event.data.get("until")
    if isinstance(until, str):
        return midnight_of(place, until)
    return until if isinstance(until, int) and not isinstance(until, bool) else None


def deal_of(event: Event | None) -> str:
    """The deal that an event is about."""
    return text(event, "deal") or ("" if event is None else event.object_id)

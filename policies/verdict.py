"""The verdict: how a lead's handoffs stand at an instant under the agreement that was signed for them.

`judge` is pure: the same events give the same verdict in every order of arrival and however often they arrive.
Everything is codes and parameters; text is made at the edge, in the company's language.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from mapping.records import Instant
from mapping.status import Status
from policies.attempts import Attempt, days_below_floor
from policies.business_time import BusinessTimeError
from policies.clocks import Clock, ClockVerdict, Pause, Warned, judge_clock, midnight_after, warnings_of
from policies.dispositions import Disposition
from policies.events import Datum, Event
from policies.facts import upcoming
from policies.fold import Lead, Terms, fold, next_timer
from policies.notices import Notice, due_now, notices_of
from policies.owed import Action, Owed, action_of, owed_of
from policies.place import place
from policies.standing import NO_DATA, Assignment, Drift, Handoff, Reason
from policies.states import OPEN, ClockState, Credit, Place, Side, State, Track
from policies.transitions import Transition, pending

GIVEN_BACK = (State.returned, State.lost, State.rejected)

__all__ = ["HandoffVerdict", "LeadVerdict", "Terms", "judge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffVerdict:
    """The judgement of one handoff. Instants are UTC seconds; `outcome` is None while it is open."""

    lead: str
    cycle: int
    type: str
    agreement: str
    state: State
    since: Instant
    outcome: State | None
    reason: str | None
    track: Track | None
    until: Instant | None
    trigger: str | None
    priority: str
    segment: str | None
    mql_at: Instant
    package_complete_at: Instant | None
    delivered_at: Instant | None
    assigned_at: Instant | None
    accepted_at: Instant | None
    qualified_at: Instant | None
    returned_at: Instant | None
    first_contact_at: Instant | None
    accept_due_at: Instant | None
    return_at: Instant | None
    cap_at: Instant | None
    eligible_at: Instant | None  # from when it may come back; None: at once, or only on a trigger
    returns_on: str | None  # time, triggers or never
    place_after: str | None  # where its disposition sends the lead
    owner: str | None
    rejected_by: str | None
    assignments: tuple[Assignment, ...]
    reassignments: int
    credit: Credit
    against_marketing: bool
    attempts: tuple[Attempt, ...]
    counted: int
    clocks: tuple[ClockVerdict, ...]
    pauses: tuple[Pause, ...]
    breaches: Mapping[Side, int]
    system_delay_s: int | None
    owed: Owed
    next_action: Action
    final: bool
    flags: Mapping[str, Datum]
    reasons: tuple[Reason, ...]
    transitions: tuple[Transition, ...]
    notices: tuple[Notice, ...]
    drift: tuple[Drift, ...]
    at_risk: bool
    breached: bool
    next_due_at: Instant | None

    @property
    def open(self) -> bool:
        """Whether it has no outcome yet."""
        return self.outcome is None

    def clock(self, name: str) -> ClockVerdict | None:
        """The newest instance of a clock."""
        return next((each for each in reversed(self.clocks) if each.name == name), None)

    @property
    def violations(self) -> tuple[tuple[Instant, str], ...]:
        """Each breach of the contact rules, by instant."""
        return tuple((each.at, code) for each in self.attempts for code in each.violations)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadVerdict:
    """The judgement of a lead: its handoffs by cycle, the newest last, and what follows for the lead itself.

    `next_due_at` is the earliest instant after `now` at which time alone changes the verdict, but for elapsed
    seconds. `suppressions` are channels (or `all`) that the lead forbids, and since when.
    """

    lead: str
    now: Instant
    handoffs: tuple[HandoffVerdict, ...]
    place: Place
    status: Status | None
    customer: bool
    won_at: Instant | None
    survivor: str | None
    suppressions: Mapping[str, Instant]
    blocked: Mapping[str, Instant]
    evidence: Mapping[str, Instant]
    flags: Mapping[str, Datum] = field(default_factory=lambda: NO_DATA)
    next_due_at: Instant | None = None

    @property
    def newest(self) -> HandoffVerdict | None:
        """The newest handoff."""
        return self.handoffs[-1] if self.handoffs else None

    @property
    def drift(self) -> tuple[Drift, ...]:
        """Every fact that the table refused."""
        return tuple(each for handoff in self.handoffs for each in handoff.drift)

    @property
    def suppressed(self) -> bool:
        """Whether the lead wants no contact at all."""
        return "all" in self.suppressions


def judge(lead: str, events: Iterable[Event], terms: Terms, now: Instant) -> LeadVerdict:
    """Judge a lead's handoffs at `now` from the facts known; pure, whatever the order of the events."""
    known = tuple(events)
    folded = fold(lead, known, terms, now)
    absences = {**terms.absences, **folded.absences}
    handoffs = tuple(
        _judge_handoff(each, folded if each is folded.handoffs[-1] else None, terms, absences, now)
        for each in folded.handoffs
    )
    where = place(folded)
    dues = [upcoming(known, now), *(each.next_due_at for each in handoffs)]
    return LeadVerdict(
        lead=lead,
        now=now,
        handoffs=handoffs,
        place=where,
        status=_status(handoffs, where),
        customer=folded.won_at is not None,
        won_at=folded.won_at,
        survivor=folded.survivor,
        suppressions=folded.opted_out,
        blocked=folded.bounces,
        evidence=folded.evidence,
        flags=_lead_flags(folded),
        next_due_at=min((due for due in dues if due is not None), default=None),
    )


Absences: TypeAlias = Mapping[str, Sequence[tuple[Instant, Instant]]]


def _judge_handoff(
    h: Handoff, lead: Lead | None, terms: Terms, absences: Absences, now: Instant
) -> HandoffVerdict:
    """Judge one handoff; `lead` is given for the newest one, the only one that still moves anything."""
    hours = h.frame.hours
    return_at, cap_at = _retention(h)
    clocks: list[ClockVerdict] = []
    dues: list[Instant] = []
    at_risk = breached = False
    breaches: dict[Side, int] = {}
    for clock in h.clocks:
        verdict = judge_clock(clock, hours, now)
        if verdict.breached:
            breaches[verdict.side] = breaches.get(verdict.side, 0) + 1
        if verdict.state is ClockState.running and clock.due is not None:
            verdict = verdict._replace(warnings=_warnings(clock, h))
            dues.append(clock.due)
            dues += [warned.at for warned in verdict.warnings]
            if verdict.side is Side.sales and verdict.warnings and verdict.warnings[-1].at <= now:
                at_risk = True
        elif verdict.state is ClockState.breached_open and verdict.side is Side.sales:
            breached = True
        clocks.append(verdict)
    dues += [end for pause in h.frame.pauses for end in (pause.start, pause.end) if end is not None]
    if (timer := next_timer(h, terms.ends_at)) is not None:
        dues.append(timer[0])
    judged = tuple(clocks)
    _flag_floor(h, now)
    owed = owed_of(h, judged)
    notices = notices_of(h, judged, terms.hours_of)
    dues += [notice.at for notice in notices]
    away = None
    for start, end in absences.get(h.owner or "", ()):
        dues += [start, end]
        away = start if start <= now < end else away
    disposition = h.disposition if h.state in GIVEN_BACK else None
    eligible = None if disposition is None else _eligible_at(h, disposition)
    dues += [due for due in (eligible, h.pause_limit_at) if due is not None]
    change = h.frame.changes[0]
    for each in h.frame.changes[1:]:
        change = each if each.at <= now else change
    return HandoffVerdict(
        lead=h.lead,
        cycle=h.cycle,
        type=h.type,
        agreement=h.agreement.version,
        state=h.state,
        since=h.since,
        outcome=None if h.state in OPEN or h.state is State.parked else h.state,
        reason=h.code,
        track=h.track,
        until=h.until,
        trigger=h.trigger,
        priority=change.priority,
        segment=change.segment,
        mql_at=h.mql_at,
        package_complete_at=h.package_complete_at,
        delivered_at=h.delivered_at,
        assigned_at=h.assigned_at,
        accepted_at=h.accepted_at,
        qualified_at=h.qualified_at,
        returned_at=h.returned_at,
        first_contact_at=h.first_contact_at,
        accept_due_at=h.accept_due,
        return_at=return_at,
        cap_at=cap_at,
        eligible_at=eligible,
        returns_on=disposition.returns_on if disposition is not None else None,
        place_after=disposition.place if disposition is not None else None,
        owner=h.owner,
        rejected_by=h.rejected_by,
        assignments=tuple(h.assignments),
        reassignments=h.reassignments,
        credit=h.credit,
        against_marketing=h.state is State.rejected and h.disposition.against_marketing,
        attempts=tuple(h.attempts),
        counted=h.tally.counted,
        clocks=judged,
        pauses=h.frame.pauses,
        breaches=breaches,
        system_delay_s=_system_delay(h),
        owed=owed,
        next_action=action_of(h, owed),
        final=h.final,
        flags=h.flags,
        reasons=tuple(h.reasons),
        transitions=()
        if lead is None
        else pending(h, judged, tracks=lead.tracks, stage=lead.stage, away=away),
        notices=due_now(notices, now),
        drift=tuple(h.drifts),
        at_risk=at_risk,
        breached=breached,
        next_due_at=min((due for due in dues if due > now), default=None),
    )


def _retention(h: Handoff) -> tuple[Instant | None, Instant | None]:
    """When the lead returns by itself, the cap on that; the clock is told the same."""
    clock = h.running.get("retention")
    if clock is None or clock.due is None:
        return None, None
    try:
        clock.due, cap = h.hold()
    except BusinessTimeError as fault:
        clock.invalid = fault.code
        return None, None
    return clock.due, cap


def _eligible_at(h: Handoff, disposition: Disposition) -> Instant | None:
    """From when a lead that was given back may come back: the date it named, else the end of cooling (H01).

    Cooling counts calendar days and ends at local midnight.
    """
    if disposition.returns_on != "time":
        return None
    if h.until is not None:
        return h.until
    days = disposition.cooldown_days
    return None if days is None else midnight_after(h.frame.zone, h.since, days)


def _warnings(clock: Clock, h: Handoff) -> tuple[Warned, ...]:
    try:
        return warnings_of(clock, h.frame.hours, h.agreement.terms.warn_lead)
    except BusinessTimeError:
        return ()


def _flag_floor(h: Handoff, now: Instant) -> None:
    """How many working days of follow-up had fewer attempts than agreed, where a floor is agreed."""
    floor = h.agreement.attempts.min_per_day
    if floor:
        until = min(now, h.first_contact_at or now, now if h.state in OPEN else h.since)
        with suppress(BusinessTimeError):  # dates the calendar was not published for are not judged
            missed = days_below_floor(h.attempts, h.tally.place.key, h.frame.hours, floor, until)
            if missed:
                h.flags["days_below_floor"] = len(missed)


def _system_delay(h: Handoff) -> int | None:
    if h.package_complete_at is None or h.delivered_at is None:
        return None
    return h.delivered_at - h.package_complete_at


_BEYOND_FIRST_CONTACT = (State.opportunity, State.qualified, State.connected)


def _status(handoffs: tuple[HandoffVerdict, ...], where: Place) -> Status | None:
    """The status of the newest handoff, the first in the order of design section 11 that holds."""
    if not handoffs:
        return None
    if where is Place.won:
        return Status.won
    h = handoffs[-1]
    return None if h.state is State.history else _open_status(h, where)


def _open_status(h: HandoffVerdict, where: Place) -> Status:
    if h.outcome is not None or h.state is State.parked:
        return Status(h.state)
    if where is Place.refused or h.state is State.draft:
        return Status.refused if where is Place.refused else Status.draft
    if any(each.state is ClockState.paused and each.side is Side.sales for each in h.clocks):
        return Status.paused
    return Status.breached if h.breached else Status.at_risk if h.at_risk else _progress(h)


def _progress(h: HandoffVerdict) -> Status:
    if h.state in _BEYOND_FIRST_CONTACT:
        return Status(h.state)
    return Status.in_follow_up if h.counted else Status.waiting_first_contact


def _lead_flags(folded: Lead) -> Mapping[str, Datum]:
    flags: dict[str, Datum] = {}
    if folded.won_at is not None and folded.handoffs and folded.won_at < folded.handoffs[0].mql_at:
        flags["won_before_mql"] = folded.won_at
    return flags

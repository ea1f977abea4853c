"""The judgement of one handoff, read from its standing at an instant."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeAlias

from mapping.records import Instant
from policies.attempts import Attempt, days_below_floor
from policies.business_time import BusinessTimeError
from policies.clock_verdict import ClockVerdict, judge_clock
from policies.clocks import Change, Pause, midnight_after
from policies.dispositions import Disposition
from policies.events import Datum
from policies.frozen import frozen
from policies.lead import Lead
from policies.notices import Notice, due_now, notices_of
from policies.owed import Action, Owed, action_of, owed_of
from policies.quiet_hours import QuietHours
from policies.rulebook import Terms
from policies.standing import Assignment, Drift, Handoff, Reason
from policies.states import OPEN, ClockState, Credit, Side, State, Track
from policies.timers import next_timer
from policies.transitions import Transition, pending

GIVEN_BACK = (State.returned, State.lost, State.rejected)
Absences: TypeAlias = Mapping[str, Sequence[tuple[Instant, Instant]]]


@frozen
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
    quiet: QuietHours | None = None  # the lead's own hours, where the agreement heeds them

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


class _Clocks(NamedTuple):
    """The clocks of a handoff as judged, with what follows from all of them."""

    rows: tuple[ClockVerdict, ...]
    unmet: list[ClockVerdict]
    dues: list[Instant]
    breaches: dict[Side, int]
    at_risk: bool
    breached: bool


def judge_handoff(
    h: Handoff, lead: Lead | None, terms: Terms, absences: Absences, now: Instant
) -> HandoffVerdict:
    """Judge one handoff; `lead` is given for the newest one, the only one that still moves anything."""
    return_at, cap_at = _retention(h)
    clocks = _judge_clocks(h, now)
    _flag_floor(h, now)
    owed = owed_of(h, clocks.unmet)
    notices = notices_of(h, clocks.rows if h.sent else clocks.unmet, terms.hours_of)
    spans = absences.get(h.owner or "", ())
    away = next((start for start, end in spans if start <= now < end), None)
    moves = () if lead is None else pending(h, clocks.rows, tracks=lead.tracks, stage=lead.stage, away=away)
    disposition = h.disposition if h.state in GIVEN_BACK else None
    eligible = None if disposition is None else _eligible_at(h, disposition)
    change = _change_at(h, now)
    dues = [*clocks.dues, *(notice.at for notice in notices), *(edge for span in spans for edge in span)]
    dues += [due for due in _own_dues(h, terms, eligible) if due is not None]
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
        clocks=clocks.rows,
        pauses=h.frame.pauses,
        breaches=clocks.breaches,
        system_delay_s=_system_delay(h),
        owed=owed,
        next_action=action_of(h, owed),
        final=h.final,
        flags=h.flags,
        reasons=_reasons(h, clocks.rows),
        transitions=moves,
        notices=due_now(notices, now),
        drift=tuple(h.drifts),
        at_risk=clocks.at_risk,
        breached=clocks.breached,
        quiet=h.tally.quiet,
        next_due_at=min((due for due in dues if due > now), default=None),
    )


def _judge_clocks(h: Handoff, now: Instant) -> _Clocks:
    hours, lead = h.frame.hours, h.agreement.terms.warn_lead
    holders = [(each.owner, each.at) for each in h.assignments]
    rows = [judge_clock(clock, hours, now, holders, lead) for clock in h.clocks]
    met = ClockState.met
    unmet = [each for each in rows if each.state is not met]
    dues, breaches = list[Instant](), dict[Side, int]()
    at_risk = breached = False
    for row in unmet:
        state, side = row.state, row.side
        if row.breached_at is not None:
            breaches[side] = breaches.get(side, 0) + 1
        if state is ClockState.running and row.due_at is not None:
            dues += [row.due_at, *(warned.at for warned in row.warnings)]
            late = bool(row.warnings) and row.warnings[-1].at <= now
            at_risk = at_risk or (late and side is Side.sales)
        elif state is ClockState.breached_open and side is Side.sales:
            breached = True
    return _Clocks(tuple(rows), unmet, dues, breaches, at_risk, breached)


def _own_dues(h: Handoff, terms: Terms, eligible: Instant | None) -> Iterator[Instant | None]:
    """The instants at which the handoff itself moves or may come back."""
    timer = next_timer(h, terms.ends_at)
    yield from (eligible, h.pause_limit_at, None if timer is None else timer[0])
    for pause in h.frame.pauses:
        yield from (pause.start, pause.end)


def _change_at(h: Handoff, now: Instant) -> Change:
    """The priority and segment that hold at an instant."""
    first, *later = h.frame.changes
    return next((each for each in reversed(later) if each.at <= now), first)


def _reasons(h: Handoff, clocks: Sequence[ClockVerdict]) -> tuple[Reason, ...]:
    """Why it stands so; a breach that people were told of and that late evidence took back among it (2.4.10)."""
    if not h.sent:
        return tuple(h.reasons)
    told = {(name, instance) for name, instance, level in h.sent if level.startswith("L")}
    taken_back = [
        Reason(h.learned[each.stop_at], "breach_retracted", "2.4.10", {"clock": each.name})
        for each in clocks
        if (each.name, each.instance) in told and not each.breached and each.stop_at in h.learned
    ]
    return (*h.reasons, *taken_back)


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

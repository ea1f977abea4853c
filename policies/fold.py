"""From the facts about one lead to the standing of each of its handoffs at an instant.

Facts meet the transition table in the order in which they happened; what time alone brings happens in between.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from mapping.records import Instant
from policies.agreement import Agreement
from policies.attempts import Tally
from policies.business_time import BusinessTimeError, Hours
from policies.clocks import Change, Frame, Pause
from policies.events import Event, Kind
from policies.facts import OURS, settle, take_back
from policies.handoff import apply
from policies.pauses import read_pauses
from policies.quiet_hours import QuietHours, preset_for
from policies.standing import Handoff, text
from policies.states import OPEN, WITH_SALES, State, Track
from policies.whereabouts import Whereabouts
from policies.zones import zone

SILENT_STATES = (State.draft, State.parked, State.history)
MESSAGES = ("email", "phone", "whatsapp", "sms", "linkedin", "meeting")
FORM_FILL = "form_fill"  # evidence, but no word to sales
CLOSED_OR_PARKED = tuple(state for state in State if state not in OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What judges: the versions of the agreement by number, and the hours its clocks count in.

    `hours` is the company's calendar over its versions; `calendars` those of people (by owner id or by role),
    for when a notice reaches them. `absences` are spans by owner, `[from, to)` in UTC seconds.
    """

    agreements: Mapping[int, Agreement]
    hours: Hours
    calendars: Mapping[str, Hours] = field(default_factory=dict)
    absences: Mapping[str, Sequence[tuple[Instant, Instant]]] = field(default_factory=dict)

    def at(self, instant: Instant) -> Agreement:
        """The version in force at an instant: the newest one effective by then, else the first."""
        versions = [self.agreements[number] for number in sorted(self.agreements)]
        effective = [each for each in versions if (each.effective_from or 0) <= instant]
        return effective[-1] if effective else versions[0]

    def pinned(self, number: object, instant: Instant) -> Agreement:
        """The version an event names, else the one in force at its instant."""
        try:
            return self.agreements[int(str(number))]
        except (KeyError, ValueError):
            return self.at(instant)

    @property
    def ends_at(self) -> Instant | None:
        """When the agreement ends with no successor (T26)."""
        return self.agreements[max(self.agreements)].effective_to

    def hours_of(self, person: str | None) -> Hours:
        """The calendar of a person or role, else the company's."""
        return self.calendars.get(person or "", self.hours)


@dataclass(slots=True)
class Lead:
    """What the fold knows of a lead beside its handoffs."""

    id: str
    handoffs: list[Handoff] = field(default_factory=list)
    opted_out: dict[str, Instant] = field(default_factory=dict)  # channel, or "all"
    bounces: dict[str, Instant] = field(default_factory=dict)  # channel -> since when
    bounced: set[str] = field(default_factory=set)  # ids of touches
    won_at: Instant | None = None
    won_deals: set[str] = field(default_factory=set)
    survivor: str | None = None
    merged: bool = False
    deleted: bool = False
    erased: bool = False
    absences: dict[str, list[tuple[Instant, Instant]]] = field(default_factory=dict)  # of owners
    tracks: set[str] = field(default_factory=set)  # on which marketing has it now
    stage: str | None = None  # what the platform shows now
    evidence: dict[str, Instant] = field(default_factory=dict)  # what could bring it back -> the newest


def fold(lead_id: str, events: Iterable[Event], terms: Terms, now: Instant) -> Lead:
    """The standing of a lead's handoffs at `now`; the same for every order of the events."""
    facts = settle(events, now)
    lead, parts = Lead(lead_id), _split(facts)
    own = parts.pop(None, [])
    _learn(lead, facts)
    for cycle, facts in parts.items():
        assert cycle is not None
        one = _Fold(lead, cycle=cycle, facts=facts, context=[*own, *facts], terms=terms, now=now)
        lead.handoffs.append(one.run())
    lead.handoffs.sort(key=lambda each: (each.mql_at, each.cycle))
    return lead


def _split(facts: Sequence[Event]) -> dict[int | None, list[Event]]:
    """The facts of each handoff by cycle, and under None those before any."""
    parts: dict[int | None, list[Event]] = {}
    current: int | None = None
    for event in facts:
        if event.kind is Kind.mql_met:
            cycle = event.cycle if event.cycle is not None else (current or 0) + 1
            if cycle not in parts:
                current = cycle
                parts[cycle] = [event]
            continue
        place = current if event.cycle is None or event.cycle not in parts else event.cycle
        parts.setdefault(place, []).append(event)
    return parts


def _learn(lead: Lead, facts: Iterable[Event]) -> None:
    """What facts say about the lead itself."""
    for event in facts:
        learn = _LESSONS.get(event.kind)
        if learn is not None:
            learn(lead, event)


def _learn_opt_out(lead: Lead, event: Event) -> None:
    channel = text(event, "channel") or "all"
    lead.opted_out[channel] = min(event.occurred_at, lead.opted_out.get(channel, event.occurred_at))


def _learn_bounce(lead: Lead, event: Event) -> None:
    lead.bounced.add(text(event, "touch") or event.object_id)
    if event.data.get("hard") is not False:
        channel = text(event, "channel") or "email"
        lead.bounces[channel] = min(event.occurred_at, lead.bounces.get(channel, event.occurred_at))


def _learn_win(lead: Lead, event: Event) -> None:
    lead.won_deals.add(text(event, "deal") or event.object_id)
    lead.won_at = event.occurred_at if lead.won_at is None else min(lead.won_at, event.occurred_at)


def _learn_merge(lead: Lead, event: Event) -> None:
    lead.merged, lead.survivor = True, text(event, "survivor")


def _learn_deletion(lead: Lead, event: Event) -> None:
    lead.deleted = event.kind is Kind.deleted


def _learn_erasure(lead: Lead, event: Event) -> None:
    lead.erased = event.kind is Kind.erased


def _learn_absence(lead: Lead, event: Event) -> None:
    start, end = event.data.get("from"), event.data.get("to")
    if isinstance(start, int) and isinstance(end, int):
        lead.absences.setdefault(text(event, "owner") or "", []).append((start, end))


def _learn_evidence(lead: Lead, event: Event) -> None:
    kind = event.kind
    name = FORM_FILL if kind is Kind.inbound and text(event, "channel") not in MESSAGES else str(kind)
    lead.evidence[name] = max(event.occurred_at, lead.evidence.get(name, event.occurred_at))


def _learn_track(lead: Lead, event: Event) -> None:
    track = text(event, "track") or Track.nurture
    if event.kind is Kind.on_track:
        lead.tracks.add(track)
    else:
        lead.tracks.discard(track)


def _learn_stage(lead: Lead, event: Event) -> None:
    lead.stage = text(event, "stage")


_LESSONS: Mapping[Kind, Callable[[Lead, Event], None]] = {
    Kind.opted_out: _learn_opt_out,
    Kind.bounced: _learn_bounce,
    Kind.deal_won: _learn_win,
    Kind.merged: _learn_merge,
    Kind.deleted: _learn_deletion,
    Kind.restored: _learn_deletion,
    Kind.erased: _learn_erasure,
    Kind.absence: _learn_absence,
    Kind.on_track: _learn_track,
    Kind.off_track: _learn_track,
    Kind.stage_changed: _learn_stage,
    Kind.account_changed: _learn_evidence,
    Kind.investment_increased: _learn_evidence,
    Kind.hand_raised: _learn_evidence,
    Kind.inbound: _learn_evidence,
    Kind.lead_changed: _learn_evidence,
}


class _Fold:
    """One handoff's facts on their way through the table."""

    def __init__(
        self,
        lead: Lead,
        *,
        cycle: int,
        facts: list[Event],
        context: list[Event],
        terms: Terms,
        now: Instant,
    ) -> None:
        self.lead, self.terms, self.now = lead, terms, now
        self.end = terms.ends_at
        self.refused: list[tuple[Instant, str, str]] = []
        self.gone: list[Pause] = []
        self.limit_at: Instant | None = None
        first = facts[0]
        agreement = terms.pinned(first.data.get("agreement"), first.occurred_at)
        self.kinds = {event.kind for event in facts}
        self.facts = self._prepared(facts, agreement)
        frame = self._frame(first, agreement)
        self.h = Handoff(lead.id, cycle, agreement, frame, self._tally(context, agreement), first.occurred_at)
        self._open(first)

    def _prepared(self, facts: list[Event], agreement: Agreement) -> list[Event]:
        if Kind.undone in self.kinds:
            facts = take_back(facts, agreement.terms.undo, self._refuse_undo)
        if Kind.restored in self.kinds:
            facts, self.gone = _without_restored(facts)
        return facts

    def _refuse_undo(self, event: Event, code: str) -> None:
        self.refused.append((event.occurred_at, "undone", code))

    def _frame(self, first: Event, agreement: Agreement) -> Frame:
        pauses: tuple[Pause, ...] = ()
        if Kind.paused in self.kinds:
            found = read_pauses(self.facts, agreement, self.terms.hours, self.now)
            pauses, self.limit_at = found.rows, found.limit_at
        pauses += tuple(self.gone)
        changes = [Change(first.occurred_at, text(first, "priority") or "standard", text(first, "segment"))]
        if Kind.lead_changed in self.kinds:
            changes += _changes(self.facts, changes[0])
        return Frame(self.terms.hours, agreement.zone, pauses, tuple(changes), agreement.terms.change_grace)

    def _tally(self, context: Sequence[Event], agreement: Agreement) -> Tally:
        where = _whereabouts(context, agreement.zone)
        quiet = None
        if agreement.quiet_hours is not None:
            quiet = QuietHours(preset_for(agreement.quiet_hours, where.country, where.region), where)
        return Tally(
            agreement.attempts,
            zone(where.zone),
            quiet,
            self.lead.bounces,
            self.lead.opted_out,
            frozenset(self.lead.bounced),
        )

    def _open(self, first: Event) -> None:
        h, at = self.h, first.occurred_at
        h.pause_limit_at = self.limit_at
        h.type, h.trigger, h.since = text(first, "type") or "new", text(first, "trigger"), at
        h.committed = tuple(
            event.occurred_at for event in self.facts if event.source == OURS and event.kind is Kind.returned
        )
        for when, cue, code in self.refused:
            h.refuse(when, cue, code)
        since = h.agreement.enforce_from
        if since is not None and at < since:
            h.state = State.history
            h.note(at, "before_enforcement", "T01")
        elif first.data.get("parked"):
            h.state, h.code = State.parked, "ping_pong"
            h.note(at, "parked", "T31", first.data)
        else:
            h.start("package", at)
            h.note(at, "mql_met", "T01", first.data)

    def run(self) -> Handoff:
        """Let every fact and every instant up to `now` happen."""
        h = self.h
        if h.state is State.history:
            return h
        late = _late_facts(self.facts) if h.committed else frozenset()
        for event in self._in_turn(late):
            self._pass_time(event.occurred_at - 1)
            handle = _HANDLERS.get(event.kind)
            if handle is None:
                continue
            if late and id(event) in late:
                self._keep_late(event)
            else:
                handle(self, event)
        self._pass_time(self.now)
        return h

    def _in_turn(self, late: frozenset[int]) -> list[Event]:
        """The facts after the first; wins found late come after the transition that was recorded."""
        facts = self.facts[1:]
        if not late:
            return facts
        after = [each for each in facts if id(each) in late and each.kind is Kind.deal_won]
        return [each for each in facts if each not in after] + after

    # what time alone brings

    def _pass_time(self, until: Instant) -> None:
        while (timer := next_timer(self.h, self.end)) is not None and timer[0] <= until:
            at, cue = timer
            if cue == "retention_due":
                self._check_retention(at)
            else:
                apply(self.h, cue, at)

    def _check_retention(self, at: Instant) -> None:
        h = self.h
        if h.is_committed(at):
            h.retention_floor = None
            return
        try:
            due = h.hold()[0]
        except BusinessTimeError as fault:
            h.running["retention"].invalid, h.retention_floor = fault.code, None
            return
        if due > at:
            h.retention_floor = due
        else:
            apply(h, "retention_due", at)

    # what facts do

    def move(self, event: Event) -> None:
        """A fact that the table lists under its kind."""
        apply(self.h, event.kind, event.occurred_at, event)

    def deliver(self, event: Event) -> None:
        """Delivered; with an owner known it is assigned at once."""
        h = self.h
        if h.delivered_at is None:
            h.delivery_agreement = self.terms.pinned(event.data.get("agreement"), event.occurred_at)
            if h.package_complete_at is None and h.state is State.draft:
                h.package_complete_at = event.occurred_at
        apply(h, "delivered", event.occurred_at, event)
        if h.state is State.queued and h.delivered_at is not None and h.owner is not None:
            apply(h, "owned", event.occurred_at)

    def approve(self, event: Event) -> None:
        """A side approves a parked handoff; with both, and the package ready by then, it is queued at once."""
        h = self.h
        apply(h, "approved", event.occurred_at, event)
        if h.state is State.draft and h.package_complete_at is not None:
            apply(h, "package_complete", event.occurred_at)

    def speak(self, event: Event) -> None:
        """Sales rejects or returns; a code that is given later counts from the first edit (T38)."""
        spoken = event
        if text(event, "code") in (None, "unspecified") and event.source != OURS:
            later = next((each for each in self.facts if _gives_code(each, event)), None)
            if later is not None:
                spoken = replace(event, kind=later.kind, data={**later.data, "coded_at": later.occurred_at})
        apply(self.h, spoken.kind, event.occurred_at, spoken)

    def touch(self, event: Event) -> None:
        """Sales' activity, weighed; the lead's own goes to `hear`."""
        h, at = self.h, event.occurred_at
        if event.data.get("outgoing") is False:
            self.hear(event)
            return
        attempt = h.tally.weigh(event, h.owner, _bar(h))
        h.attempts.append(attempt)
        if attempt.automated or attempt.reason == "bounced":
            return
        if h.delivered_at is not None:
            h.stop("reply", at)
            h.last_outgoing = at
        if attempt.contact:
            apply(h, "contact", at, event)
        elif attempt.counted:
            apply(h, "attempt", at, event)
            if h.state is State.working and h.tally.exhausted(at) and not h.is_committed(at):
                apply(h, "exhausted", at)
        elif h.state in CLOSED_OR_PARKED:
            apply(h, "touch", at, event)

    def hear(self, event: Event) -> None:
        """The lead came to us: sales owes an answer; an answer to sales is contact (T12, C05)."""
        h, at = self.h, event.occurred_at
        channel = text(event, "channel") or "form"
        if channel in MESSAGES:
            h.tally.inbound[channel] = at
        if h.delivered_at is None or h.state not in OPEN:
            return
        spoken = channel in ("phone", "meeting") and event.data.get("answered") is True
        if not spoken and "reply" not in h.running:
            h.start("reply", at)
        answers = h.last_outgoing is not None and channel in MESSAGES and not event.data.get("form")
        if spoken or answers:
            apply(h, "contact", at, event)

    def opt_out(self, event: Event) -> None:
        """No contact at all, or none that is left (T25)."""
        everywhere = text(event, "channel") in (None, "all")
        if everywhere or not self.h.tally.allowed(event.occurred_at):
            apply(self.h, "opted_out", event.occurred_at, event)

    def bounce(self, event: Event) -> None:
        """A channel that does not work; with none left the handoff ends (T25)."""
        if not self.h.tally.allowed(event.occurred_at):
            apply(self.h, "opted_out", event.occurred_at, event)

    def change(self, event: Event) -> None:
        """The definition stopped or went on to hold for a draft (T03)."""
        if isinstance(holds := event.data.get("mql"), bool):
            self.h.lapsed_at = None if holds else self.h.lapsed_at or event.occurred_at

    def refuse(self, event: Event) -> None:
        """A system would not take the record."""
        if self.h.delivered_at is None:
            self.h.refused_code = text(event, "code") or "refused"

    def meet(self, event: Event) -> None:
        """A meeting is booked: retention waits for it (G04)."""
        starts = event.data.get("starts_at")
        if isinstance(starts, int) and self.h.state in WITH_SALES:
            self.h.meetings.append(starts)
            self.h.flags["meeting_at"] = starts

    def mark_sent(self, event: Event) -> None:
        """A notice that went out."""
        key = (
            text(event, "clock") or "",
            _number(event.data.get("instance")) or 1,
            text(event, "level") or "",
        )
        self.h.sent.setdefault(key, event.occurred_at)

    def acknowledge(self, event: Event) -> None:
        """Somebody answers for a breach: nobody higher is told (E07)."""
        key = (text(event, "clock") or "", _number(event.data.get("instance")) or 1)
        self.h.acknowledged.setdefault(key, event.occurred_at)

    def drift(self, event: Event) -> None:
        """An edit that a connector could not read as anything the table lists."""
        self.h.refuse(event.occurred_at, "drift", text(event, "field") or "drift")

    def _keep_late(self, event: Event) -> None:
        """Evidence found after a transition was recorded: clocks heed it, the state does not."""
        h, at = self.h, event.occurred_at
        h.flags["late_evidence"] = max(_number(h.flags.get("late_evidence")), event.recorded_at)
        h.note(at, "late_evidence", "", {"kind": event.kind, "recorded_at": event.recorded_at})
        if event.kind is Kind.deal_won:
            self.move(event)
        elif event.kind is Kind.touch and event.data.get("outgoing") is not False:
            attempt = h.tally.weigh(event, h.owner, _bar(h))
            h.attempts.append(attempt)
            if attempt.counted or attempt.contact:
                for name in ("first_attempt", "owner_first_attempt", "next_attempt", "reply"):
                    h.stop(name, at)


_Handler: TypeAlias = Callable[[_Fold, Event], None]
_HANDLERS: Mapping[Kind, _Handler] = {
    **dict.fromkeys(
        (
            Kind.package_complete, Kind.owner_changed, Kind.accepted, Kind.sql_met, Kind.crm_converted,
            Kind.deal_linked, Kind.deal_won, Kind.deal_lost, Kind.reassigned, Kind.paused, Kind.resumed,
            Kind.merged, Kind.deleted, Kind.on_track, Kind.off_track, Kind.disputed, Kind.dispute_decided,
        ),
        _Fold.move,
    ),
    Kind.approved: _Fold.approve,
    Kind.delivered: _Fold.deliver,
    Kind.rejected: _Fold.speak,
    Kind.returned: _Fold.speak,
    Kind.touch: _Fold.touch,
    Kind.inbound: _Fold.hear,
    Kind.opted_out: _Fold.opt_out,
    Kind.bounced: _Fold.bounce,
    Kind.lead_changed: _Fold.change,
    Kind.refused: _Fold.refuse,
    Kind.meeting_booked: _Fold.meet,
    Kind.notice_sent: _Fold.mark_sent,
    Kind.acknowledged: _Fold.acknowledge,
    Kind.drift: _Fold.drift,
}  # fmt: skip


def next_timer(h: Handoff, end: Instant | None) -> tuple[Instant, str] | None:
    """What time alone will bring next: the instant and the cue; `end` is when the agreement ends."""
    found: tuple[Instant, str] | None = None
    state = h.state
    if state is State.draft:
        found = _draft_timer(h)
    elif state in WITH_SALES:
        if h.retention_floor is not None and "retention" in h.running:
            found = h.retention_floor, "retention_due"
        if state is State.assigned and not h.accept_passed:
            due = _due(h, "accept")
            if due is not None and (found is None or due <= found[0]):
                found = due, "accept_due"
    elif state is State.rejected and not h.final and h.agreement.terms.silence_is_final:
        due = _due(h, "dispute")
        found = None if due is None else (due, "dispute_due")
    if end is not None and (state in OPEN or state is State.parked) and (found is None or end < found[0]):
        found = end, "policy_end"
    return found


def _due(h: Handoff, name: str) -> Instant | None:
    clock = h.running.get(name)
    return None if clock is None else clock.due


def _draft_timer(h: Handoff) -> tuple[Instant, str] | None:
    found = None if h.expires_at is None or "package" not in h.running else (h.expires_at, "package_expired")
    if h.lapsed_at is not None:
        lapse = h.lapsed_at + h.agreement.terms.draft_lapse
        if found is None or lapse < found[0]:
            found = lapse, "lapsed"
    return found


def _bar(h: Handoff) -> str | None:
    """Why no touch can count now."""
    if h.state in CLOSED_OR_PARKED:
        return "after_give_up" if h.code == "no_response" else "after_close"
    return "not_delivered" if h.delivered_at is None else None


def _gives_code(later: Event, first: Event) -> bool:
    return (
        later.kind in (Kind.rejected, Kind.returned)
        and later.source != OURS
        and later.occurred_at >= first.occurred_at
        and later is not first
        and text(later, "code") not in (None, "unspecified")
    )


def _late_facts(facts: Sequence[Event]) -> frozenset[int]:
    """Evidence about time up to a recorded transition of ours that was found after it was recorded."""
    ours = [each for each in facts if each.source == OURS and each.kind is Kind.returned]
    return frozenset(
        id(each)
        for each in facts
        if each.source != OURS
        and any(each.occurred_at <= one.occurred_at and each.recorded_at > one.recorded_at for one in ours)
    )


def _without_restored(facts: Sequence[Event]) -> tuple[list[Event], list[Pause]]:
    """Without deletions that were taken back; the handoff goes on, its clocks stood still meanwhile."""
    kept: list[Event] = []
    spans: list[Pause] = []
    for event in facts:
        if event.kind is Kind.restored:
            gone = [each for each in kept if each.kind is Kind.deleted]
            spans += [Pause("deleted", each.occurred_at, event.occurred_at) for each in gone]
            kept = [each for each in kept if each.kind is not Kind.deleted]
        else:
            kept.append(event)
    return kept, spans


def _changes(facts: Iterable[Event], first: Change) -> list[Change]:
    """New priorities and segments, each keeping what it does not name."""
    found, last = [], first
    for event in facts:
        if event.kind is Kind.lead_changed and ("priority" in event.data or "segment" in event.data):
            priority = text(event, "priority") or last.priority
            segment = text(event, "segment") if "segment" in event.data else last.segment
            last = Change(event.occurred_at, priority, segment)
            found.append(last)
    return found


def _whereabouts(facts: Iterable[Event], team: str) -> Whereabouts:
    """Where the lead lives, as far as the facts tell; the team's zone otherwise, which then is no guess of ours."""
    known: dict[str, object] = {}
    for event in facts:
        if event.kind in (Kind.mql_met, Kind.lead_changed):
            for key in ("zone", "country", "region", "zone_guess"):
                if event.data.get(key) is not None:
                    known[key] = event.data[key]
    country, region = known.get("country"), known.get("region")
    return Whereabouts(
        zone=str(known.get("zone") or team),
        source="explicit" if "zone" in known else "team",
        guessed=known.get("zone_guess") is True,
        country=None if country is None else str(country),
        region=None if region is None else str(region),
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0

"""From the facts about one lead to the standing of each of its handoffs at an instant.

Facts meet the transition table in the order in which they happened; what time alone brings happens in between.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from mapping.records import Instant
from policies.business_time import BusinessTimeError
from policies.events import Event, Kind
from policies.facts import OURS, settle
from policies.handoff import apply
from policies.lead import MESSAGES, Lead, learn
from policies.opening import open_handoff
from policies.rulebook import Terms
from policies.standing import Handoff, text
from policies.states import OPEN, WITH_SALES, State
from policies.timers import next_timer

ASKING_FORMS = ("contact", "demo", "price")  # a download asks for no answer
CLOSED_OR_PARKED = frozenset(State) - frozenset(OPEN)


def fold(lead_id: str, events: Iterable[Event], terms: Terms, now: Instant) -> Lead:
    """The standing of a lead's handoffs at `now`; the same for every order of the events."""
    facts = settle(events, now)
    lead, parts = Lead(lead_id), _split(facts)
    before = parts.pop(None, [])
    learn(lead, facts)
    for cycle, part in parts.items():
        assert cycle is not None
        h, rest = open_handoff(lead, cycle, part, before=before, terms=terms, now=now)
        lead.handoffs.append(_Fold(h, rest, terms, now).run())
    lead.handoffs.sort(key=lambda each: (each.mql_at, each.cycle))
    return lead


def _split(facts: Sequence[Event]) -> dict[int | None, list[Event]]:
    """The facts of each handoff by cycle, its MQL moment first, and under None those before any.

    A fact that names no cycle belongs to the newest handoff of its time.
    """
    parts: dict[int | None, list[Event]] = {}
    met = Kind.mql_met
    moments = [event for event in facts if event.kind is met]
    for event in moments:
        parts.setdefault(event.cycle if event.cycle is not None else len(parts) + 1, [event])
    if len(moments) == 1 and facts[0] is moments[0]:
        return {cycle: list(facts) for cycle in parts}
    current: int | None = None
    for event in facts:
        if event.kind is not met:
            named = event.cycle is not None and event.cycle in parts
            place = event.cycle if named else current
            parts.setdefault(place, []).append(event)
        elif (cycle := next((each for each in parts if parts[each][0] is event), None)) is not None:
            current = cycle
    return parts


class _Fold:
    """One handoff's facts on their way through the table."""

    def __init__(self, h: Handoff, facts: Sequence[Event], terms: Terms, now: Instant) -> None:
        self.h, self.facts, self.terms, self.now = h, facts, terms, now
        self.end = terms.ends_at

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
        if h.sent:
            h.learned = {each.occurred_at: each.recorded_at for each in self.facts}
        return h

    def _in_turn(self, late: frozenset[int]) -> Sequence[Event]:
        """The facts in order; wins found late come after the transition that was recorded."""
        facts = self.facts
        if not late:
            return facts
        after = [each for each in facts if id(each) in late and each.kind is Kind.deal_won]
        return [each for each in facts if each not in after] + after

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
        reason = attempt.reason
        if reason in ("automated", "bounced"):
            return
        if h.delivered_at is not None:
            h.stop("reply", at)
            h.last_outgoing = at
        if attempt.contact:
            apply(h, "contact", at, event)
        elif reason is None:
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
        asks = channel in MESSAGES or text(event, "form") in ASKING_FORMS
        if asks and not spoken and "reply" not in h.running:
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

    def drop(self, event: Event) -> None:
        """A person says not to try what was refused again: marketing owes nothing for it any more."""
        h, at = self.h, event.occurred_at
        if not h.refused or h.state not in OPEN or h.dropped_at is not None:
            h.refuse(at, event.kind, "not_refused")
            return
        h.dropped_at = at
        h.stop("package", at, "dropped")
        h.note(at, "dropped", "", event.data)

    def take_up(self, event: Event) -> None:
        """What was dropped is tried again; marketing has its time for the package anew."""
        h, at = self.h, event.occurred_at
        if h.dropped_at is None or h.state not in OPEN:
            h.refuse(at, event.kind, "not_dropped")
            return
        h.dropped_at = None
        if h.package_complete_at is None:
            h.start("package", at)
        h.note(at, "taken_up", "", event.data)

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

    def vanish(self, event: Event) -> None:
        """Erased for good is deleted, never to be restored: nobody owes a person who is forgotten anything."""
        apply(self.h, "deleted", event.occurred_at, event)

    def acknowledge(self, event: Event) -> None:
        """Somebody answers for a breach: nobody higher is told (E07)."""
        key = (text(event, "clock") or "", _number(event.data.get("instance")) or 1)
        self.h.acknowledged.setdefault(key, event.occurred_at)

    def reckon_again(self, event: Event) -> None:
        """A person had a clock that was open reckoned in mended hours: it is due when that told (policy 2.5)."""
        due, instance = event.data.get("new_due_at"), _number(event.data.get("instance"))
        clock = next(
            (c for c in self.h.clocks if (c.name, c.instance) == (text(event, "clock"), instance)), None
        )
        if clock is not None and isinstance(due, int):
            self.h.move_due(clock, due, event.occurred_at)
            self.h.note(event.occurred_at, "recomputed", "2.5", event.data)

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
    Kind.dropped: _Fold.drop,
    Kind.taken_up: _Fold.take_up,
    Kind.meeting_booked: _Fold.meet,
    Kind.notice_sent: _Fold.mark_sent,
    Kind.erased: _Fold.vanish,
    Kind.acknowledged: _Fold.acknowledge,
    Kind.recomputed: _Fold.reckon_again,
    Kind.drift: _Fold.drift,
}  # fmt: skip


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


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0

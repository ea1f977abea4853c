# ruff: noqa: ARG001 - every guard and effect has the one signature that the table calls
"""Guards and effects of the transition table: each reads or changes the standing of one handoff."""

from mapping.records import Instant
from policies.clocks import midnight_of
from policies.events import Event
from policies.standing import Assignment, Handoff, text
from policies.states import Credit, State, Track

# Guards: whether a row applies. -------------------------------------------------------------------------------


def delivered(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The CRM has the lead, so that sales can act on it."""
    return h.delivered_at is not None


def awaits_delivery(h: Handoff, at: Instant, event: Event | None) -> bool:
    """Queued and not yet acknowledged by the CRM."""
    return h.delivered_at is None


def is_user(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The new owner is a person, not a queue."""
    return text(event, "owner_kind") != "queue" and text(event, "owner") is not None


def is_user_after_delivery(h: Handoff, at: Instant, event: Event | None) -> bool:
    """A person owns a lead that was delivered: it is assigned."""
    return delivered(h, at, event) and is_user(h, at, event)


def in_time(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The window for rejecting is open: not past the accept clock's due instant (T08, H08)."""
    return at <= h.accept_due if h.accept_due is not None else h.state is State.assigned


def wrong_territory(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The code sends the lead to another owner (T39)."""
    return _kind(h, event) == "reroute"


def missing_package_in_time(h: Handoff, at: Instant, event: Event | None) -> bool:
    """A code that sends the handoff back to draft, in time (T40)."""
    found = h.agreement.dispositions.get(text(event, "code") or "")
    return found is not None and found.place == "draft" and in_time(h, at, event)


def known_reject_in_time(h: Handoff, at: Instant, event: Event | None) -> bool:
    """A reject code of the agreement, in time."""
    return _kind(h, event) == "reject" and in_time(h, at, event)


def known_code(h: Handoff, at: Instant, event: Event | None) -> bool:
    """A code of the agreement's list."""
    return _kind(h, event) is not None


def known_code_or_none(h: Handoff, at: Instant, event: Event | None) -> bool:
    """A code of the agreement's list, or no code yet."""
    return text(event, "code") is None or known_code(h, at, event)


def our_expiry(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The return by retention that this product recorded when it sent its intent."""
    return _ours(event) and text(event, "code") == "expired"


def our_give_up(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The return by exhaustion that this product recorded when it sent its intent."""
    return _ours(event) and text(event, "code") == "no_response"


def says_nothing(h: Handoff, at: Instant, event: Event | None) -> bool:
    """A closed status without a code: the CRM's own way to show that a lead is closed."""
    return text(event, "code") in (None, "unspecified")


def early_give_up(h: Handoff, at: Instant, event: Event | None) -> bool:
    """No response before the agreed attempts (T18)."""
    return text(event, "code") == "no_response" and h.agreement.attempts.enabled and not h.tally.exhausted(at)


def by_exhaustion(h: Handoff, at: Instant, event: Event | None) -> bool:
    """Enough attempts, and no return of ours on record at a later instant (T17)."""
    return h.tally.exhausted(at) and not h.is_committed(at)


def same_code(h: Handoff, at: Instant, event: Event | None) -> bool:
    """Said again, or said without a code after a code: nothing new but perhaps the date."""
    return text(event, "code") in (None, "unspecified", h.code)


def within_dispute(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The rejection is not final yet."""
    return not h.final and h.disputed_at is None


def upheld_by_other(h: Handoff, at: Instant, event: Event | None) -> bool:
    """Decided for marketing, in time, by someone else than who rejected (T09; one person may be both)."""
    by = text(event, "by")
    fair = by is None or by != h.rejected_by or h.agreement.signed_by.one_person
    return text(event, "decision") == "upheld" and fair and not h.final


def decided_final(h: Handoff, at: Instant, event: Event | None) -> bool:
    """Decided for sales."""
    return text(event, "decision") == "final"


def approved_by_both(h: Handoff, at: Instant, event: Event | None) -> bool:
    """Both sides approve, by two people, or the one person who is both (T32)."""
    approvals = dict(h.approvals)
    approvals[text(event, "role") or ""] = text(event, "by") or ""
    if h.agreement.signed_by.one_person:
        return True
    two = {approvals.get("marketing"), approvals.get("sales")}
    return None not in two and len(two) == len(("marketing", "sales"))


def reopens(h: Handoff, at: Instant, event: Event | None) -> bool:
    """A lead that did not respond is reached before marketing enrols it or within the agreed days (T36)."""
    if h.code != "no_response" or event is None or event.kind != "touch" or h.returned_at is None:
        return False
    limit = h.after(h.returned_at, h.agreement.attempts.reopen)
    return h.enrolled is None or (limit is not None and at <= limit)


def last_open_deal(h: Handoff, at: Instant, event: Event | None) -> bool:
    """No other deal of this lead is open."""
    return not h.deals - {_deal(event)}


def may_reassign(h: Handoff, at: Instant, event: Event | None) -> bool:
    """Under the limit of reassignments after a breach; those for absence do not count (T22, D11)."""
    return text(event, "cause") == "absence" or h.reassignments < h.agreement.routing.max_reassignments


def silence_accepts(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The agreement takes silence for acceptance."""
    return h.agreement.terms.accept_by_silence


def silence_is_final(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The agreement takes silence after a rejection as consent."""
    return h.agreement.terms.silence_is_final


def allowed_pause(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The reason is one of the agreement's."""
    return text(event, "reason") in h.agreement.terms.pause_reasons


# Effects: what a row does. ------------------------------------------------------------------------------------


def complete_package(h: Handoff, at: Instant, event: Event | None) -> None:
    """Marketing has done its part; from here on delay is the system's."""
    h.package_complete_at = at
    h.stop("package", at)


def deliver(h: Handoff, at: Instant, event: Event | None) -> None:
    """The CRM has the lead: sales' clocks start under the version in force (D04)."""
    h.delivered_at, h.credit, h.refused_code = at, Credit.provisional, None
    if h.delivery_agreement is not None:
        h.agreement, h.tally.terms = h.delivery_agreement, h.delivery_agreement.attempts
    h.start("assign", at)
    h.start("first_attempt", at)


def keep_owner(h: Handoff, at: Instant, event: Event | None) -> None:
    """Another owner; whose share of the time it is changes, no clock does (D09)."""
    owner = text(event, "owner")
    if owner is not None and owner != h.owner:
        h.owner = owner
        cause = text(event, "cause") or ("manual" if h.assignments else "routing")
        h.assignments.append(Assignment(owner, at, cause))


def assign(h: Handoff, at: Instant, event: Event | None) -> None:
    """A person holds the lead: acceptance and retention run."""
    keep_owner(h, at, event)
    if not h.assignments and h.owner is not None:
        h.assignments.append(Assignment(h.owner, at, "routing"))
    h.stop("assign", at)
    h.assigned_at = h.assigned_at or at
    h.start("accept", at)
    clock = h.running.get("accept")
    h.accept_due = None if clock is None else clock.due
    hold(h, at)


def await_owner(h: Handoff, at: Instant, event: Event | None) -> None:
    """An owner before the lead is delivered: kept until then."""
    h.owner = text(event, "owner")


def pass_accept_due(h: Handoff, at: Instant, event: Event | None) -> None:
    """Silence is not acceptance here: the clock stays breached until sales speaks."""
    h.accept_passed = True


def flag_no_owner(h: Handoff, at: Instant, event: Event | None) -> None:
    """Somebody works a lead that nobody owns."""
    h.flags["no_owner"] = True


def hold(h: Handoff, at: Instant) -> None:
    """Start retention where it does not run."""
    if "retention" not in h.running:
        h.start("retention", at)
        clock = h.running.get("retention")
        h.retention_floor = None if clock is None else clock.due


def accept(h: Handoff, at: Instant, event: Event | None) -> None:
    """Sales has taken the lead; marketing's credit is final."""
    h.accepted_at, h.credit = h.accepted_at or at, Credit.final
    h.stop("assign", at)
    h.stop("accept", at)


def accept_in_silence(h: Handoff, at: Instant, event: Event | None) -> None:
    """Nobody spoke in time: taken, and the clock stays breached (T07)."""
    clock = h.running.pop("accept", None)
    if clock is not None:
        clock.stop, clock.missed = at, True
        h.flags["accepted_by_silence"] = at
    h.accepted_at, h.credit = h.accepted_at or at, Credit.final


def try_(h: Handoff, at: Instant, event: Event | None) -> None:
    """An attempt counted: the clocks that wait for one stop, the next one starts (T10, T11)."""
    by = text(event, "by")
    h.last_activity = at
    h.stop("first_attempt", at)
    stop_owners_clock(h, at, by)
    h.stop("next_attempt", at)
    if h.agreement.attempts.enabled:
        h.start("next_attempt", at)
    if h.owner is not None:
        hold(h, at)


def stop_owners_clock(h: Handoff, at: Instant, by: str | None) -> None:
    """The clock of a new owner waits for that owner (policy 2.3)."""
    clock = h.running.get("owner_first_attempt")
    if clock is not None and (by is None or clock.owner is None or by == clock.owner):
        h.stop("owner_first_attempt", at)


def follow(h: Handoff, at: Instant, event: Event | None) -> None:
    """An attempt after contact: activity, but no cadence."""
    h.last_activity = at
    h.stop("first_attempt", at)
    stop_owners_clock(h, at, text(event, "by"))


def reach_lead(h: Handoff, at: Instant, event: Event | None) -> None:
    """The lead was spoken with: the cadence stops (T12)."""
    h.first_contact_at = h.first_contact_at or at
    h.last_activity = at
    for name in ("first_attempt", "owner_first_attempt", "next_attempt"):
        h.stop(name, at)


def qualify(h: Handoff, at: Instant, event: Event | None) -> None:
    """Sales qualified the lead: nobody holds it against the clock any more."""
    h.qualified_at = at
    end_follow_up(h, at)


def end_follow_up(h: Handoff, at: Instant) -> None:
    """The clocks of follow-up stop as done; what nobody logged is flagged (C19)."""
    if not any(each.counted or each.contact for each in h.attempts):
        h.flags.setdefault("no_attempt_logged", True)
    elif h.first_contact_at is None:
        h.flags.setdefault("no_contact_logged", True)
    for name in ("assign", "first_attempt", "owner_first_attempt", "next_attempt", "retention"):
        h.stop(name, at)


def link_deal(h: Handoff, at: Instant, event: Event | None) -> None:
    """A deal with this lead is open."""
    h.deals.add(_deal(event))


def sell(h: Handoff, at: Instant, event: Event | None) -> None:
    """In sales' own process: follow-up is over."""
    link_deal(h, at, event)
    end_follow_up(h, at)


def close_deal(h: Handoff, at: Instant, event: Event | None) -> None:
    """A deal that is no longer open."""
    h.deals.discard(_deal(event))


def win(h: Handoff, at: Instant, event: Event | None) -> None:
    """A customer."""
    end_follow_up(h, at)
    h.cancel_all(at, "won")
    h.code = None


def lose(h: Handoff, at: Instant, event: Event | None) -> None:
    """A deal lost: the code says where the lead goes (T16)."""
    close_deal(h, at, event)
    end_follow_up(h, at)
    _close(h, at, text(event, "code") or "unspecified")
    h.track = h.disposition.track or Track.nurture
    h.cancel_all(at, "lost")


def reject(h: Handoff, at: Instant, event: Event | None) -> None:
    """Rejected in time: credit is reversed, marketing may dispute (T08)."""
    _close(h, at, text(event, "code") or "unspecified")
    h.rejected_by, h.credit = text(event, "by") or h.owner, Credit.reversed
    h.stop("assign", at)
    h.stop("accept", at)
    h.cancel_all(at, "rejected")
    h.start("dispute", at)
    h.final, h.disputed_at = "dispute" not in h.running, None
    h.final_at = at if h.final else None
    h.track = h.disposition.track


def redraft(h: Handoff, at: Instant, event: Event | None) -> None:
    """The package was incomplete after all: marketing's again, the same handoff (T40)."""
    _close(h, at, None)
    h.credit, h.flags["missing_package"] = Credit.reversed, at
    h.stop("assign", at)
    h.stop("accept", at)
    h.cancel_all(at, "missing_package")
    h.delivered_at = h.package_complete_at = h.assigned_at = h.accept_due = None
    h.start("package", at)


def requeue(h: Handoff, at: Instant, event: Event | None) -> None:
    """Another owner is needed; the attempt clock goes on from delivery (T39)."""
    for name in ("accept", "retention", "next_attempt"):
        h.stop(name, at, text(event, "code") or "requeued")
    h.flags["previous_owner"] = h.owner
    h.owner = None
    h.assigned_at = h.accept_due = None
    h.start("assign", at)


def redeliver(h: Handoff, at: Instant, event: Event | None) -> None:
    """The dispute was upheld: queued again, credit back (T09)."""
    _close(h, at, None)
    h.track = None
    h.credit = Credit.provisional
    h.flags["dispute_upheld"] = at
    h.stop("dispute", at)
    requeue(h, at, event)
    h.start("first_attempt", at)


def dispute(h: Handoff, at: Instant, event: Event | None) -> None:
    """Marketing contests the rejection; the window is over, the arbiter's turn."""
    h.disputed_at = at
    h.stop("dispute", at)


def finish(h: Handoff, at: Instant, event: Event | None) -> None:
    """The rejection stands; nobody is late for letting it stand."""
    h.final, h.final_at = True, at
    h.stop("dispute", at, "final")


def give_back(h: Handoff, at: Instant, event: Event | None) -> None:
    """Returned to marketing with a code; the clocks of follow-up stop, the enrolment clock starts."""
    _return(h, at, text(event, "code") or "unspecified")
    _set_until(h, event)
    if event is not None and event.data.get("potential") is False:
        h.track = Track.education


def give_up(h: Handoff, at: Instant, event: Event | None) -> None:
    """Returned as unreachable after the agreed attempts (T17)."""
    _return(h, at, "no_response")
    first, last = _span(h)
    limit = None if first is None else h.after(first, h.agreement.attempts.max_span)
    if limit is not None and last > limit:
        h.flags["slow_cadence"] = True


def give_up_early(h: Handoff, at: Instant, event: Event | None) -> None:
    """Returned as unreachable too soon: against sales (T18)."""
    h.early = h.tally.missing()
    h.flags["early_give_up"] = h.early
    _return(h, at, "no_response")


def expire(h: Handoff, at: Instant, event: Event | None) -> None:
    """Held too long: returned, against sales (T21)."""
    clock = h.running.get("retention")
    if clock is not None:
        clock.due, clock.missed = at, True
    _return(h, at, "expired")


def set_until(h: Handoff, at: Instant, event: Event | None) -> None:
    """The date at which the lead may come back."""
    _set_until(h, event)


def reopen(h: Handoff, at: Instant, event: Event | None) -> None:
    """Reached after all: the same handoff goes on, the track is left (T36)."""
    _close(h, at, None)
    h.track = None
    h.stop("return_ack", at, "reopened")
    h.flags["reopened"] = at
    h.last_activity = None
    reach_lead(h, at, event)
    hold(h, at)


def enrol(h: Handoff, at: Instant, event: Event | None) -> None:
    """Marketing has the lead on a track."""
    h.enrolled = Track(text(event, "track") or Track.nurture)
    if h.state is State.returned and h.enrolled == h.track:
        h.stop("return_ack", at)


def leave(h: Handoff, at: Instant, event: Event | None) -> None:
    """The lead left its track."""
    h.enrolled = None


def cancel(h: Handoff, at: Instant, event: Event | None) -> None:
    """Closed for a reason that is nobody's choice here."""
    _close(h, at, h.code)
    h.cancel_all(at, h.code or "cancelled")


def cancel_not_delivered(h: Handoff, at: Instant, event: Event | None) -> None:
    """Marketing never completed the package (T03)."""
    h.code = "not_delivered"
    cancel(h, at, event)


def cancel_customer(h: Handoff, at: Instant, event: Event | None) -> None:
    """Sales sold to the lead before it was passed (T14, T15)."""
    h.code = "customer"
    h.flags.setdefault("no_attempt_logged", True)
    cancel(h, at, event)


def cancel_opt_out(h: Handoff, at: Instant, event: Event | None) -> None:
    """The lead wants no contact (T25)."""
    h.code = "opt_out"
    cancel(h, at, event)


def cancel_merged(h: Handoff, at: Instant, event: Event | None) -> None:
    """The person goes on under another id; the credit with them (T26)."""
    h.code, h.credit = "merged", Credit.reversed if h.credit is not Credit.none else Credit.none
    cancel(h, at, event)


def cancel_deleted(h: Handoff, at: Instant, event: Event | None) -> None:
    """The record was deleted (T26)."""
    h.code = "deleted"
    cancel(h, at, event)


def cancel_policy_end(h: Handoff, at: Instant, event: Event | None) -> None:
    """The agreement ended (T26, D12)."""
    h.code = "policy_end"
    cancel(h, at, event)


def note_approval(h: Handoff, at: Instant, event: Event | None) -> None:
    """One side approves."""
    h.approvals[text(event, "role") or ""] = text(event, "by") or ""


def unpark(h: Handoff, at: Instant, event: Event | None) -> None:
    """Approved by both: marketing's turn, from now on (T32)."""
    note_approval(h, at, event)
    h.flags["approved_at"] = at
    h.start("package", at)


def reassign(h: Handoff, at: Instant, event: Event | None) -> None:
    """Another owner because of a breach or an absence; the first clock is not reset (T22)."""
    keep_owner(h, at, event)
    h.stop("owner_first_attempt", at, "reassigned")
    if text(event, "cause") == "absence":
        return
    h.reassignments += 1
    h.start("owner_first_attempt", at, h.owner)


def flag_after_give_up(h: Handoff, at: Instant, event: Event | None) -> None:
    """A touch after the lead was given back (F05)."""
    key = "after_give_up" if h.code == "no_response" else "after_close"
    count = h.flags.get(key, 0)
    h.flags[key] = (count if isinstance(count, int) else 0) + 1


def flag_later_win(h: Handoff, at: Instant, event: Event | None) -> None:
    """A customer after all; the handoff keeps its outcome (T35)."""
    h.flags.setdefault("won_after_close", at)


def _kind(h: Handoff, event: Event | None) -> str | None:
    found = h.agreement.dispositions.get(text(event, "code") or "unspecified")
    return None if found is None else found.kind


def _ours(event: Event | None) -> bool:
    return event is not None and event.source == "acuerdo"


def _deal(event: Event | None) -> str:
    return text(event, "deal") or ("" if event is None else event.object_id)


def _close(h: Handoff, at: Instant, code: str | None) -> None:
    h.code = code


def _return(h: Handoff, at: Instant, code: str) -> None:
    _close(h, at, code)
    h.returned_at, h.until = at, None
    for name in ("assign", "accept", "next_attempt", "retention"):
        h.stop(name, at)
    h.cancel_all(at, "returned")
    h.track = h.disposition.track
    if h.track is not None:
        h.start("return_ack", at)


def _set_until(h: Handoff, event: Event | None) -> None:
    until = None if event is None else event.data.get("until")
    if isinstance(until, bool) or until is None:
        return
    if isinstance(until, int):
        h.until = until
    elif isinstance(until, str):
        try:
            h.until = midnight_of(h.frame.zone, until)
        except ValueError:
            h.flags["until_unreadable"] = True


def _span(h: Handoff) -> tuple[Instant | None, Instant]:
    counted = [each.at for each in h.attempts if each.counted]
    return (counted[0], counted[-1]) if counted else (None, 0)

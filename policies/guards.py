# ruff: noqa: ARG001 - every guard and effect has the one signature that the table calls
"""Guards of the transition table: whether a row applies to a handoff at an instant."""

from mapping.records import Instant
from policies.events import Event
from policies.standing import Handoff, deal_of, text, until_of
from policies.states import State


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
    return not h.deals - {deal_of(event)}


def may_reassign(h: Handoff, at: Instant, event: Event | None) -> bool:
    """Under the limit of reassignments after a breach; those for absence do not count (T22, D11)."""
    return text(event, "cause") == "absence" or h.reassignments < h.agreement.routing.max_reassignments


def silence_accepts(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The agreement takes silence for acceptance."""
    return h.agreement.terms.accept_by_silence


def silence_is_final(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The agreement takes silence after a rejection as consent."""
    return h.agreement.terms.silence_is_final


def pause_over(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The pause would end before it begins: nothing rests."""
    if event is None or not allowed_pause(h, at, event):
        return False
    try:
        until = until_of(h.frame.zone, event)
    except ValueError:
        return False
    return until is not None and until <= at


def allowed_pause(h: Handoff, at: Instant, event: Event | None) -> bool:
    """The reason is one of the agreement's."""
    return text(event, "reason") in h.agreement.terms.pause_reasons


def _kind(h: Handoff, event: Event | None) -> str | None:
    found = h.agreement.dispositions.get(text(event, "code") or "unspecified")
    return None if found is None else found.kind


def _ours(event: Event | None) -> bool:
    return event is not None and event.source == "acuerdo"

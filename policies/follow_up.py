# ruff: noqa: ARG001 - every guard and effect has the one signature that the table calls
"""Effects of the transition table while a handoff is open: what delivery, owners, touches and deals do."""

from mapping.records import Instant
from policies.events import Event
from policies.standing import Assignment, Handoff, deal_of, text
from policies.states import Credit


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
    h.last_activity = at
    h.stop("first_attempt", at)
    stop_owners_clock(h, at, event)
    h.stop("next_attempt", at)
    if h.agreement.attempts.enabled:
        h.start("next_attempt", at)
    if h.owner is not None:
        hold(h, at)


def stop_owners_clock(h: Handoff, at: Instant, event: Event | None) -> None:
    """The clock of a new owner waits for that owner (policy 2.3)."""
    clock = h.running.get("owner_first_attempt")
    if clock is not None and (clock.owner is None or text(event, "by") in (None, clock.owner)):
        h.stop("owner_first_attempt", at)


def follow(h: Handoff, at: Instant, event: Event | None) -> None:
    """An attempt after contact: activity, but no cadence."""
    h.last_activity = at
    h.stop("first_attempt", at)
    stop_owners_clock(h, at, event)


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
    h.deals.add(deal_of(event))


def sell(h: Handoff, at: Instant, event: Event | None) -> None:
    """In sales' own process: follow-up is over."""
    link_deal(h, at, event)
    end_follow_up(h, at)


def close_deal(h: Handoff, at: Instant, event: Event | None) -> None:
    """A deal that is no longer open."""
    h.deals.discard(deal_of(event))


def note_approval(h: Handoff, at: Instant, event: Event | None) -> None:
    """One side approves."""
    h.approvals[text(event, "role") or ""] = text(event, "by") or ""


def unpark(h: Handoff, at: Instant, event: Event | None) -> None:
    """Approved by both: marketing's turn, from now on (T32)."""
    note_approval(h, at, event)
    h.code, h.flags["approved_at"] = None, at
    h.start("package", at)


def refuse_past_pause(h: Handoff, at: Instant, event: Event | None) -> None:
    """A pause until a time that has passed pauses nothing; somebody mistyped it."""
    h.refuse(at, "paused", "pause_over")


def reassign(h: Handoff, at: Instant, event: Event | None) -> None:
    """Another owner because of a breach or an absence; the first clock is not reset (T22)."""
    keep_owner(h, at, event)
    h.stop("owner_first_attempt", at, "reassigned")
    if text(event, "cause") == "absence":
        return
    h.reassignments += 1
    h.start("owner_first_attempt", at, h.owner)

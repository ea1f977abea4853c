# ruff: noqa: ARG001 - every guard and effect has the one signature that the table calls
"""Effects of the transition table that close a handoff, send it back, or open it again."""

from mapping.records import Instant
from policies.events import Event
from policies.follow_up import close_deal, end_follow_up, hold, reach_lead
from policies.standing import Handoff, text, until_of
from policies.states import Credit, State, Track


def lose(h: Handoff, at: Instant, event: Event | None) -> None:
    """A deal lost: the code says where the lead goes (T16)."""
    close_deal(h, at, event)
    end_follow_up(h, at)
    h.code = text(event, "code") or "unspecified"
    h.track = h.disposition.track or Track.nurture
    h.cancel_all(at, "lost")


def reject(h: Handoff, at: Instant, event: Event | None) -> None:
    """Rejected in time: credit is reversed, marketing may dispute (T08)."""
    h.code = text(event, "code") or "unspecified"
    h.rejected_by, h.credit = text(event, "by") or h.owner, Credit.reversed
    h.stop("accept", at)
    h.cancel_all(at, "rejected")
    h.start("dispute", at)
    h.final, h.disputed_at = "dispute" not in h.running, None
    h.final_at = at if h.final else None
    h.track = h.disposition.track


def redraft(h: Handoff, at: Instant, event: Event | None) -> None:
    """The package was incomplete after all: marketing's again, the same handoff (T40)."""
    h.code = None
    h.credit, h.flags["missing_package"] = Credit.reversed, at
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
    h.code = None
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
    _set_until(h, at, event)
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
    _set_until(h, at, event)


def reopen(h: Handoff, at: Instant, event: Event | None) -> None:
    """Reached after all: the same handoff goes on, the track is left (T36)."""
    h.code = None
    h.track = None
    h.stop("return_ack", at, "reopened")
    h.flags["reopened"] = at
    h.last_activity = None
    reach_lead(h, at, event)
    hold(h, at)


def enrol(h: Handoff, at: Instant, event: Event | None) -> None:
    """Marketing has the lead on a track."""
    h.enrolled = text(event, "track") or Track.nurture
    if h.state is State.returned and h.enrolled == h.track:
        h.stop("return_ack", at)


def leave(h: Handoff, at: Instant, event: Event | None) -> None:
    """The lead left its track."""
    h.enrolled = None


def cancel_not_delivered(h: Handoff, at: Instant, event: Event | None) -> None:
    """Marketing never completed the package (T03)."""
    _cancel(h, at, "not_delivered")


def cancel_customer(h: Handoff, at: Instant, event: Event | None) -> None:
    """Sales sold to the lead before it was passed (T14, T15)."""
    h.flags.setdefault("no_attempt_logged", True)
    _cancel(h, at, "customer")


def cancel_opt_out(h: Handoff, at: Instant, event: Event | None) -> None:
    """The lead wants no contact (T25)."""
    _cancel(h, at, "opt_out")


def cancel_merged(h: Handoff, at: Instant, event: Event | None) -> None:
    """The person goes on under another id; the credit with them (T26)."""
    h.credit = Credit.none if h.credit is Credit.none else Credit.reversed
    _cancel(h, at, "merged")


def cancel_deleted(h: Handoff, at: Instant, event: Event | None) -> None:
    """The record was deleted (T26)."""
    _cancel(h, at, "deleted")


def cancel_policy_end(h: Handoff, at: Instant, event: Event | None) -> None:
    """The agreement ended (T26, D12)."""
    _cancel(h, at, "policy_end")


def win(h: Handoff, at: Instant, event: Event | None) -> None:
    """A customer."""
    end_follow_up(h, at)
    h.cancel_all(at, "won")
    h.code = None


def flag_after_give_up(h: Handoff, at: Instant, event: Event | None) -> None:
    """A touch after the lead was given back (F05)."""
    key = "after_give_up" if h.code == "no_response" else "after_close"
    count = h.flags.get(key, 0)
    h.flags[key] = (count if isinstance(count, int) else 0) + 1


def flag_later_win(h: Handoff, at: Instant, event: Event | None) -> None:
    """A customer after all; the handoff keeps its outcome, and nobody nurtures a customer (T35)."""
    h.flags.setdefault("won_after_close", at)
    h.won_later_at, h.track = h.won_later_at or at, None
    h.stop("return_ack", at, "won")


def _cancel(h: Handoff, at: Instant, code: str) -> None:
    """Closed for a reason that is nobody's choice here."""
    h.code = code
    h.cancel_all(at, code)


def _return(h: Handoff, at: Instant, code: str) -> None:
    h.code = code
    h.returned_at, h.until = at, None
    for name in ("accept", "next_attempt", "retention"):
        h.stop(name, at)
    h.cancel_all(at, "returned")
    h.track = h.disposition.track
    if h.track is not None:
        h.start("return_ack", at)


def _set_until(h: Handoff, at: Instant, event: Event | None) -> None:
    """The date sales names; one that has passed is none: the lead would come back at once."""
    if event is None:
        return
    try:
        until = until_of(h.frame.zone, event)
    except ValueError:
        h.flags["until_unreadable"] = True
        return
    if until is not None and until <= at:
        h.flags["until_past"] = True
    elif until is not None:
        h.until = until


def _span(h: Handoff) -> tuple[Instant | None, Instant]:
    counted = [each.at for each in h.attempts if each.counted]
    return (counted[0], counted[-1]) if counted else (None, 0)

"""The life cycle of a handoff as one table (policy 2.2 as amended by design section 3).

A row fires when its cue meets a handoff in one of its states and its guard holds; the first that does is taken.
Any pair that is not listed is refused with a code and kept as drift. Cues are event kinds, what a touch amounts
to (`attempt`, `contact`), and what time alone brings (`accept_due`, `retention_due`, ...).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from mapping.records import Instant
from policies import closing, follow_up, guards
from policies.events import Event
from policies.standing import NO_DATA, Handoff, Reason
from policies.states import CLOSED, OPEN, WITH_SALES, State

Guard: TypeAlias = Callable[[Handoff, Instant, Event | None], bool]
Effect: TypeAlias = Callable[[Handoff, Instant, Event | None], None]

S = State
ASSIGNED = (S.assigned,)
FOLLOWED = (S.connected, S.qualified, S.opportunity)
SOLD_LATER = (S.rejected, S.returned, S.lost, S.cancelled, S.parked)
PASSED = tuple(state for state in OPEN if state is not S.draft)
NOT_OPEN = (*CLOSED, S.parked)


@dataclass(frozen=True, slots=True)
class Row:
    """One transition: `to` None leaves the state; `otherwise` names the refusal when the guard fails.

    `code` is the reason that is kept; None keeps nothing (the fact changes no judgement).
    """

    rule: str
    states: tuple[State, ...]
    cue: str
    to: State | None
    code: str | None = None
    guard: Guard | None = None
    effects: tuple[Effect, ...] = ()
    otherwise: str = "guard"


TABLE: tuple[Row, ...] = (
    # marketing completes, the system delivers
    Row("T02", (S.draft,), "package_complete", S.queued, "package_complete", None, (follow_up.complete_package,)),
    Row("T02", (S.draft,), "delivered", S.queued, "delivered", None, (follow_up.complete_package, follow_up.deliver)),
    Row("T02", (S.queued,), "delivered", None, "delivered", guards.awaits_delivery, (follow_up.deliver,)),
    Row("T02", (S.parked,), "package_complete", None, None, None, (follow_up.complete_package,)),
    Row("T02", (*PASSED, *CLOSED), "package_complete", None),  # the package was written again
    Row("T02", (*PASSED, *NOT_OPEN), "delivered", None),  # the record was written again
    Row("T03", (S.draft,), "package_expired", S.cancelled, "not_delivered", None, (closing.cancel_not_delivered,)),
    Row("T03", (S.draft,), "lapsed", S.cancelled, "definition_lapsed", None, (closing.cancel_not_delivered,)),
    # sales holds it
    Row("T04", (S.queued,), "owner_changed", S.assigned, "assigned", guards.is_user_after_delivery, (follow_up.assign,)),
    Row("T04", (S.queued,), "owned", S.assigned, "assigned", None, (follow_up.assign,)),
    Row("T04", (S.draft, S.queued, S.parked), "owner_changed", None, None, guards.is_user, (follow_up.await_owner,)),
    Row("T05", (S.draft, S.queued, S.parked), "owner_changed", None),  # a queue is nobody yet
    Row("D09", (*WITH_SALES, S.qualified, S.opportunity, *CLOSED), "owner_changed", None, None, guards.is_user, (follow_up.keep_owner,), "owner_is_queue"),
    Row("T06", ASSIGNED, "accepted", S.accepted, "accepted", None, (follow_up.accept,)),
    Row("T06", (S.queued,), "accepted", S.accepted, "accepted", guards.delivered, (follow_up.accept,), "not_delivered"),
    Row("T06", (S.accepted, S.working, S.connected, S.qualified, S.opportunity, S.won), "accepted", None),
    Row("T07", ASSIGNED, "accept_due", S.accepted, "accepted_by_silence", guards.silence_accepts, (follow_up.accept_in_silence,)),
    Row("T07", ASSIGNED, "accept_due", None, None, None, (follow_up.pass_accept_due,)),
    # sales speaks
    Row("T40", WITH_SALES, "rejected", S.draft, "missing_package", guards.missing_package_in_time, (closing.redraft,)),
    Row("T39", WITH_SALES, "rejected", S.queued, "wrong_territory", guards.wrong_territory, (closing.requeue,)),
    Row("T08", WITH_SALES, "rejected", S.rejected, "rejected", guards.known_reject_in_time, (closing.reject,)),
    Row("T37", WITH_SALES, "rejected", S.returned, "returned", guards.known_code_or_none, (closing.give_back,), "unknown_code"),
    Row("T39", WITH_SALES, "returned", S.queued, "wrong_territory", guards.wrong_territory, (closing.requeue,)),
    Row("T40", WITH_SALES, "returned", S.draft, "missing_package", guards.missing_package_in_time, (closing.redraft,)),
    Row("T08", WITH_SALES, "returned", S.rejected, "rejected", guards.known_reject_in_time, (closing.reject,)),
    Row("T21", WITH_SALES, "returned", S.returned, "expired", guards.our_expiry, (closing.expire,)),
    Row("T17", WITH_SALES, "returned", S.returned, "exhausted", guards.our_give_up, (closing.give_up,)),
    Row("T18", (S.assigned, S.accepted, S.working), "returned", S.returned, "early_give_up", guards.early_give_up, (closing.give_up_early,)),
    Row("T37", WITH_SALES, "returned", S.returned, "returned", guards.known_code_or_none, (closing.give_back,), "unknown_code"),
    Row("T38", (S.returned, S.rejected), "returned", None, None, guards.same_code, (closing.set_until,), "already_closed"),
    Row("T38", (S.returned, S.rejected), "rejected", None, None, guards.same_code, (closing.set_until,), "already_closed"),
    Row("T37", (S.won, S.lost, S.cancelled), "returned", None, None, guards.says_nothing, (), "already_closed"),
    Row("T37", (S.won, S.lost, S.cancelled), "rejected", None, None, guards.says_nothing, (), "already_closed"),
    # touches
    Row("T10", (S.assigned, S.accepted), "attempt", S.working, "attempted", None, (follow_up.accept, follow_up.try_)),
    Row("T11", (S.working,), "attempt", None, "attempted", None, (follow_up.try_,)),
    Row("T10", (S.queued,), "attempt", S.working, "attempted", guards.delivered, (follow_up.flag_no_owner, follow_up.accept, follow_up.try_), "not_delivered"),
    Row("T11", FOLLOWED, "attempt", None, None, None, (follow_up.follow,)),
    Row("T12", (S.assigned, S.accepted, S.working), "contact", S.connected, "connected", None, (follow_up.accept, follow_up.reach_lead)),
    Row("T12", (S.queued,), "contact", S.connected, "connected", guards.delivered, (follow_up.flag_no_owner, follow_up.accept, follow_up.reach_lead), "not_delivered"),
    Row("T12", FOLLOWED, "contact", None, None, None, (follow_up.reach_lead,)),
    Row("T36", (S.returned,), "contact", S.connected, "reopened", guards.reopens, (closing.flag_after_give_up, closing.reopen)),
    Row("F05", NOT_OPEN, "contact", None, None, None, (closing.flag_after_give_up,)),
    Row("F05", NOT_OPEN, "attempt", None, None, None, (closing.flag_after_give_up,)),
    Row("F05", NOT_OPEN, "touch", None, None, None, (closing.flag_after_give_up,)),
    Row("T02", (S.draft, S.queued), "contact", None),  # before delivery it owes nobody
    Row("T17", (S.working,), "exhausted", S.returned, "exhausted", guards.by_exhaustion, (closing.give_up,), "committed"),
    # sales' own process
    Row("T13", (*WITH_SALES, S.queued), "sql_met", S.qualified, "qualified", guards.delivered, (follow_up.accept, follow_up.qualify), "not_delivered"),
    Row("T13", (*WITH_SALES, S.queued), "crm_converted", S.qualified, "crm_converted", guards.delivered, (follow_up.accept, follow_up.qualify), "not_delivered"),
    Row("T13", (S.qualified, S.opportunity, S.won, S.lost), "sql_met", None),
    Row("T13", (S.qualified, S.opportunity, S.won, S.lost), "crm_converted", None),
    Row("T14", (*WITH_SALES, S.qualified, S.queued), "deal_linked", S.opportunity, "opportunity", guards.delivered, (follow_up.accept, follow_up.sell)),
    Row("T14", (S.draft, S.queued), "deal_linked", S.cancelled, "customer", None, (closing.cancel_customer,)),
    Row("T14", (S.opportunity,), "deal_linked", None, None, None, (follow_up.link_deal,)),
    Row("T14", (S.won, S.lost), "deal_linked", None),
    Row("T15", (*WITH_SALES, S.qualified, S.opportunity, S.queued), "deal_won", S.won, "won", guards.delivered, (follow_up.accept, closing.win)),
    Row("T15", (S.draft, S.queued), "deal_won", S.cancelled, "customer", None, (closing.cancel_customer,)),
    Row("T15", (S.won,), "deal_won", None),
    Row("T35", SOLD_LATER, "deal_won", None, "won_after_close", None, (closing.flag_later_win,)),
    Row("T16", (*WITH_SALES, S.qualified, S.opportunity, S.queued), "deal_lost", S.lost, "lost", guards.last_open_deal, (follow_up.accept, closing.lose)),
    Row("T16", (S.opportunity,), "deal_lost", None, None, None, (follow_up.close_deal,)),
    Row("T16", (S.won, S.lost, S.cancelled, S.returned, S.rejected), "deal_lost", None),
    # time, the record itself, and other people
    Row("T21", WITH_SALES, "retention_due", S.returned, "expired", None, (closing.expire,)),
    Row("T22", (S.assigned, S.accepted), "reassigned", S.assigned, "reassigned", guards.may_reassign, (follow_up.reassign,), "reassign_limit"),
    Row("T22", (S.queued, S.working), "reassigned", None, "reassigned", guards.may_reassign, (follow_up.reassign,), "reassign_limit"),
    Row("T24", OPEN, "paused", None, None, guards.pause_over, (follow_up.refuse_past_pause,)),
    Row("T24", OPEN, "paused", None, "paused", guards.allowed_pause, (), "pause_reason"),
    Row("T24", OPEN, "resumed", None, "resumed"),
    Row("T25", (*OPEN, S.parked), "opted_out", S.cancelled, "opted_out", None, (closing.cancel_opt_out,)),
    Row("T25", CLOSED, "opted_out", None),
    Row("T26", (*OPEN, S.parked), "merged", S.cancelled, "merged", None, (closing.cancel_merged,)),
    Row("T26", CLOSED, "merged", None),
    Row("T26", (*OPEN, S.parked), "deleted", S.cancelled, "deleted", None, (closing.cancel_deleted,)),
    Row("T26", CLOSED, "deleted", None),
    Row("T26", (*OPEN, S.parked), "policy_end", S.cancelled, "policy_end", None, (closing.cancel_policy_end,)),
    Row("T27", (*OPEN, *NOT_OPEN), "on_track", None, None, None, (closing.enrol,)),
    Row("T27", (*OPEN, *NOT_OPEN), "off_track", None, None, None, (closing.leave,)),
    Row("T09", (S.rejected,), "disputed", None, "disputed", guards.within_dispute, (closing.dispute,), "dispute_window"),
    Row("T09", (S.rejected,), "dispute_decided", S.queued, "dispute_upheld", guards.upheld_by_other, (closing.redeliver,)),
    Row("T09", (S.rejected,), "dispute_decided", None, "rejection_final", guards.decided_final, (closing.finish,), "arbiter"),
    Row("T09", (S.rejected,), "dispute_due", None, "rejection_final", guards.silence_is_final, (closing.finish,)),
    Row("T32", (S.parked,), "approved", S.draft, "approved", guards.approved_by_both, (follow_up.unpark,)),
    Row("T32", (S.parked,), "approved", None, "approved_by_one", None, (follow_up.note_approval,)),
)  # fmt: skip


def _index() -> dict[tuple[State, str], tuple[Row, ...]]:
    found: dict[tuple[State, str], tuple[Row, ...]] = {}
    for row in TABLE:
        for state in row.states:
            found[state, row.cue] = (*found.get((state, row.cue), ()), row)
    return found


INDEX = _index()


def apply(h: Handoff, cue: str, at: Instant, event: Event | None = None) -> bool:
    """Let a cue meet the handoff; False when the table refuses it, which is then on its drift list."""
    rows = INDEX.get((h.state, cue), ())
    for row in rows:
        if row.guard is None or row.guard(h, at, event):
            break
    else:
        h.refuse(at, cue, rows[-1].otherwise if rows else "unlisted")
        return False
    for effect in row.effects:
        effect(h, at, event)
    if row.to is not None and row.to is not h.state:
        h.state, h.since = row.to, at
        h.committed_state = event is not None and event.source == "acuerdo"
    if row.code is not None:
        h.reasons.append(Reason(at, row.code, row.rule, NO_DATA if event is None else event.data))
    return True

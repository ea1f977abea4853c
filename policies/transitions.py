"""Transitions with effects outside that hold now and are not on record yet (design, section 3).

The engine turns each into an intent; when the intent is sent it records the event, with the instant of the rule
as `occurred_at`, and the transition is no longer pending.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mapping.records import Instant
from policies.clocks import ClockVerdict
from policies.events import Datum, Kind
from policies.standing import NO_DATA, Handoff
from policies.states import ClockState, Stage, State

DERIVED_RETURNS = ("T17", "T21")


class Transition(NamedTuple):
    """One effect to bring about: the kind of event that will record it, the rule, and since when it holds."""

    kind: Kind
    at: Instant
    rule: str
    cycle: int
    data: Mapping[str, Datum] = NO_DATA


_STAGES = {
    State.queued: Stage.mql,
    State.assigned: Stage.mql,
    State.accepted: Stage.sal,
    State.working: Stage.sal,
    State.connected: Stage.sal,
    State.qualified: Stage.sql,
    State.opportunity: Stage.opportunity,
    State.won: Stage.customer,
    State.rejected: Stage.lead,
    State.returned: Stage.lead,
    State.lost: Stage.lead,
    State.cancelled: Stage.lead,
}


def pending(
    h: Handoff, clocks: Sequence[ClockVerdict], away: Instant | None = None
) -> tuple[Transition, ...]:
    """What is to be done in both systems because of where this handoff stands, in order.

    `away` is since when its owner is absent, None while the owner is there.
    """
    if h.state in (State.history, State.parked):
        return ()
    found = []
    if h.state is State.returned and not h.committed_state and (rule := _derived(h)) is not None:
        found.append(Transition(Kind.returned, h.since, rule, h.cycle, {"code": h.code, "by": "acuerdo"}))
    found += _of_track(h)
    if (stage := stage_of(h)) is not None and stage != h.stage:
        found.append(Transition(Kind.stage_changed, h.since, "T02", h.cycle, {"stage": stage}))
    if (one := _for_absence(h, away) or _reassignment(h, clocks)) is not None:
        found.append(one)
    return tuple(found)


def stage_of(h: Handoff) -> Stage | None:
    """The lifecycle stage to show; None before anything was delivered, or for a customer's handoff (H13)."""
    if h.delivered_at is None or h.type == "expansion":
        return Stage.customer if h.type == "expansion" else None
    return _STAGES.get(h.state)


def _derived(h: Handoff) -> str | None:
    last = next((each for each in reversed(h.reasons) if each.at == h.since), None)
    return last.rule if last is not None and last.rule in DERIVED_RETURNS else None


def _of_track(h: Handoff) -> list[Transition]:
    wanted = h.track
    if h.state is State.rejected and not h.final:
        wanted = None  # marketing may still dispute
    if wanted == h.enrolled:
        return []
    found = []
    if h.enrolled is not None:
        found.append(Transition(Kind.off_track, h.since, "T36", h.cycle, {"track": h.enrolled}))
    if wanted is not None:
        found.append(Transition(Kind.on_track, h.since, "T27", h.cycle, {"track": wanted}))
    return found


def _for_absence(h: Handoff, away: Instant | None) -> Transition | None:
    """The owner is away before having tried: another one at once, not counted to the limit (D11)."""
    if away is None or not h.agreement.routing.enabled or h.state not in (State.assigned, State.accepted):
        return None
    since = max(away, h.assignments[-1].at if h.assignments else h.since)
    return Transition(Kind.reassigned, since, "D11", h.cycle, {"previous": h.owner, "cause": "absence"})


def _reassignment(h: Handoff, clocks: Sequence[ClockVerdict]) -> Transition | None:
    """A new owner is due: the attempt clock was breached and the agreement reassigns (T22)."""
    routing = h.agreement.routing
    if not (routing.enabled and routing.auto_reassign) or h.state not in (State.assigned, State.accepted):
        return None
    if h.reassignments >= routing.max_reassignments:
        return None
    waits = "owner_first_attempt" if h.reassignments else "first_attempt"
    clock = next((each for each in reversed(clocks) if each.name == waits), None)
    if clock is None or clock.state is not ClockState.breached_open or clock.due_at is None:
        return None
    data = {"previous": h.owner, "cause": "breach"}
    return Transition(Kind.reassigned, clock.due_at, "T22", h.cycle, data)

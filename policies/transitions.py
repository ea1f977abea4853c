"""Transitions with effects outside that hold now and are not on record yet (design, section 3).

The engine turns each into an intent; when the intent is sent it records the event, with the instant of the rule
as `occurred_at`, and the transition is no longer pending.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from mapping.records import Instant
from policies.clock_verdict import ClockVerdict
from policies.events import Datum, Kind
from policies.standing import NO_DATA, Handoff
from policies.states import OPEN, ClockState, Stage, State, Track

DERIVED_RETURNS = ("T17", "T21")


class Transition(NamedTuple):
    """One effect to bring about: the kind of event that will record it, the rule, and since when it holds."""

    kind: Kind
    at: Instant
    rule: str
    cycle: int
    data: Mapping[str, Datum] = NO_DATA

    @property
    def n(self) -> int:
        """Names this effect for ever within its handoff: the instant, and which effect of that instant.

        Two stages, or leaving one track and entering another, can fall on one instant.
        """
        what = str(self.data.get("stage") or self.data.get("track") or "")
        return self.at * len(_EFFECTS) + _EFFECTS.index((self.kind, what))


_EFFECTS = (
    (Kind.returned, ""),
    (Kind.reassigned, ""),
    *((kind, str(track)) for kind in (Kind.off_track, Kind.on_track) for track in Track),
    *((Kind.stage_changed, str(stage)) for stage in Stage),
    (Kind.owner_changed, ""),
)
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
    h: Handoff,
    clocks: Sequence[ClockVerdict],
    *,
    tracks: AbstractSet[str],
    stage: str | None,
    away: Instant | None = None,
) -> tuple[Transition, ...]:
    """What is to be done in both systems because of where the newest handoff stands, in order.

    `tracks` and `stage` are what the platform shows for the lead now; `away` is since when its owner is absent,
    None while the owner is there.
    """
    if h.state in (State.history, State.parked):
        return ()
    found = []
    if h.state is State.returned and not h.committed_state and (rule := _derived(h)) is not None:
        found.append(Transition(Kind.returned, h.since, rule, h.cycle, {"code": h.code, "by": "acuerdo"}))
    found += _of_track(h, tracks)
    if (wanted := stage_of(h)) is not None and wanted != stage:
        found.append(
            Transition(Kind.stage_changed, _stage_since(h, wanted), "T02", h.cycle, {"stage": wanted})
        )
    if (one := _first_owner(h) or _for_absence(h, away) or _reassignment(h, clocks)) is not None:
        found.append(one)
    return tuple(found)


def _stage_since(h: Handoff, stage: Stage) -> Instant:
    """Since when a stage holds, the same however far the handoff has gone on within it."""
    since = {
        Stage.mql: h.delivered_at,
        Stage.sal: h.accepted_at,
        Stage.sql: h.qualified_at,
        Stage.customer: h.won_later_at,
    }.get(stage)
    return h.since if since is None else since


def stage_of(h: Handoff) -> Stage | None:
    """The lifecycle stage to show; None before anything was delivered, or for a customer's handoff (H13)."""
    if h.delivered_at is None or h.type == "expansion":
        return Stage.customer if h.type == "expansion" else None
    if h.won_later_at is not None:
        return Stage.customer
    return _STAGES.get(h.state)


def _derived(h: Handoff) -> str | None:
    last = next((each for each in reversed(h.reasons) if each.at == h.since), None)
    return last.rule if last is not None and last.rule in DERIVED_RETURNS else None


def _of_track(h: Handoff, tracks: AbstractSet[str]) -> list[Transition]:
    """Off the tracks it should not be on, then on the one it should; a draft stays where it is (T02)."""
    if h.delivered_at is None and h.state in OPEN:
        return []
    wanted, at = h.track, h.delivered_at if h.state in OPEN and h.delivered_at is not None else h.since
    if h.state is State.rejected:
        wanted, at = (h.track, h.final_at or at) if h.final else (None, at)
    others = [track for track in Track if track in tracks and track != wanted] if tracks else []
    found = [Transition(Kind.off_track, at, "T36", h.cycle, {"track": track}) for track in others]
    if wanted is not None and wanted not in tracks:
        found.append(Transition(Kind.on_track, at, "T27", h.cycle, {"track": wanted}))
    return found


def _first_owner(h: Handoff) -> Transition | None:
    """Delivered, or sent back for another owner, and nobody's: an owner is to be found where we route (T04)."""
    if h.state is not State.queued or h.delivered_at is None or not h.agreement.routing.enabled:
        return None
    since = max(h.delivered_at, h.since)
    return Transition(Kind.owner_changed, since, "T04", h.cycle, {"cause": "routing"})


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

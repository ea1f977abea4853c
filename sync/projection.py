"""A verdict as rows of the ledger: a lead's handoffs, their clocks and touches, for what is asked often."""

from collections.abc import Sequence
from typing import Any

from policies.events import Event, Kind
from policies.states import Side
from policies.verdict import HandoffVerdict, LeadVerdict
from sync.ledger.handoffs import Projection


def projection_of(verdict: LeadVerdict, events: Sequence[Event]) -> Projection:
    """The rows that a verdict leaves; each can be made again from the events."""
    return Projection(
        lead=verdict.lead,
        handoffs=[_handoff(each, verdict, events) for each in verdict.handoffs],
        clocks=[row for each in verdict.handoffs for row in _clocks(each)],
        touches=[row for each in verdict.handoffs for row in _touches(each)],
    )


def _handoff(handoff: HandoffVerdict, verdict: LeadVerdict, events: Sequence[Event]) -> dict[str, Any]:
    return {
        "lead": handoff.lead,
        "cycle": handoff.cycle,
        "type": handoff.type,
        "agreement": int(handoff.agreement),
        "state": handoff.state.value,
        "since": handoff.since,
        "outcome": handoff.outcome.value if handoff.outcome else None,
        "reason": handoff.reason,
        "track": handoff.track.value if handoff.track else None,
        "priority": handoff.priority,
        "segment": handoff.segment,
        "credit": handoff.credit.value,
        "against_marketing": handoff.against_marketing,
        "owner": handoff.owner,
        "mql_at": handoff.mql_at,
        "package_complete_at": handoff.package_complete_at,
        "delivered_at": handoff.delivered_at,
        "accepted_at": handoff.accepted_at,
        "first_contact_at": handoff.first_contact_at,
        "connected_at": _first(handoff, "connected"),
        "qualified_at": handoff.qualified_at,
        "opportunity_at": _first(handoff, "opportunity"),
        "won_at": verdict.won_at,
        "attempts": handoff.counted,
        "breaches": handoff.breaches.get(Side.sales, 0),
        "dimensions": _dimensions(handoff, events),
        "flags": {**verdict.flags, **handoff.flags},
    }


def _first(handoff: HandoffVerdict, code: str) -> int | None:
    return next((each.at for each in handoff.reasons if each.code == code), None)


def _dimensions(handoff: HandoffVerdict, events: Sequence[Event]) -> dict[str, Any]:
    """Source, content and score as of delivery: they travelled with the package."""
    told = [each for each in events if each.kind is Kind.package_complete and each.cycle == handoff.cycle]
    newest = max(told, key=lambda each: (each.recorded_at, each.version), default=None)
    return dict(newest.data) if newest else {}


def _clocks(handoff: HandoffVerdict) -> list[dict[str, Any]]:
    return [
        {
            "lead": handoff.lead,
            "cycle": handoff.cycle,
            "name": each.name,
            "instance": each.instance,
            "side": each.side.value,
            "state": each.state.value,
            "start_at": each.start_at,
            "due_at": each.due_at,
            "stop_at": each.stop_at,
            "breached_at": each.breached_at,
            "elapsed_s": each.elapsed_s,
            "wall_elapsed_s": each.wall_elapsed_s,
            "reason": each.reason,
            "shares": dict(each.shares),
        }
        for each in handoff.clocks
    ]


def _touches(handoff: HandoffVerdict) -> list[dict[str, Any]]:
    return [
        {
            "lead": handoff.lead,
            "cycle": handoff.cycle,
            "id": each.id,
            "channel": each.channel,
            "occurred_at": each.at,
            "date": each.date,
            "user": each.by,
            "counted": each.counted,
            "reason": each.reason,
        }
        for each in handoff.attempts
    ]

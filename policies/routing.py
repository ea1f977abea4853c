"""Who gets a lead, where a company lets this product route; elsewhere the CRM's own rules assign (T04, T05).

Pure and repeatable: the owner with the least open leads, the first by name among equals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mapping.records import Instant
from policies.rulebook import Terms
from policies.states import State
from policies.terms import RoutingTerms
from policies.transitions import Transition
from policies.verdict import HandoffVerdict, LeadVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The people at an instant: open leads by owner, and who is away in `[from, to)` (UTC seconds)."""

    load: Mapping[str, int] = field(default_factory=dict)
    absences: Mapping[str, Sequence[tuple[Instant, Instant]]] = field(default_factory=dict)

    def is_absent(self, owner: str, at: Instant) -> bool:
        """Whether an owner is away at an instant."""
        return any(start <= at < end for start, end in self.absences.get(owner, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The owner to assign, or why nobody can be (the codes by owner)."""

    owner: str | None
    passed_over: Mapping[str, str] = field(default_factory=dict)


def route(
    routing: RoutingTerms,
    pool: Pool,
    at: Instant,
    *,
    avoid: Sequence[str] = (),
    unable: Sequence[str] = (),
    account_owner: str | None = None,
) -> Route:
    """Choose an owner: in the pool, not absent, under capacity, not one to avoid, nor one the CRM refused (T04).

    The owner of another open lead of the same account comes first where the agreement says so (H14).
    """
    if not routing.enabled:
        return Route(owner=None, passed_over={"": "routing_off"})
    passed_over = {
        owner: code
        for owner in routing.owners
        if (code := "refused" if owner in unable else _unfit(owner, routing, pool, at, avoid)) is not None
    }
    fit = [owner for owner in routing.owners if owner not in passed_over]
    if routing.same_owner_per_account and account_owner in fit:
        return Route(owner=account_owner, passed_over=passed_over)
    owner = min(fit, key=lambda each: (pool.load.get(each, 0), each), default=None)
    return Route(owner=owner, passed_over=passed_over)


def _unfit(owner: str, routing: RoutingTerms, pool: Pool, at: Instant, avoid: Sequence[str]) -> str | None:
    if owner in avoid:
        return "rejected_before"
    if pool.is_absent(owner, at):
        return "absent"
    if routing.capacity is not None and pool.load.get(owner, 0) >= routing.capacity:
        return "at_capacity"
    return None


def route_handoff(
    lead: LeadVerdict,
    terms: Terms,
    pool: Pool,
    now: Instant,
    *,
    account_owner: str | None = None,
    unable: Sequence[str] = (),
) -> Route | None:
    """The owner that the newest handoff should get now; None when nothing is to be routed.

    A queued one gets its first owner, one whose owner is away another at once (D11), one whose attempt clock was
    breached another up to the limit (T22). Whether is for the version that judges the handoff; who there is to
    choose from is for the one in force now. `unable` are users whom the CRM would not take for it.
    """
    h = lead.newest
    if h is None:
        return None
    agreement, current = terms.pinned(h.agreement, now), terms.at(now).routing
    people = current if current.enabled else agreement.routing
    avoid = [*rejecters(lead, agreement.recycling.previous_owner_days, now)]
    if previous := h.flags.get("previous_owner"):
        avoid.append(str(previous))
    if h.state is State.queued and h.delivered_at is not None:
        return route(people, pool, now, avoid=avoid, unable=unable, account_owner=account_owner)
    if h.owner is None or reassignment_of(h) is None:
        return None
    return route(people, pool, now, avoid=[*avoid, h.owner], unable=unable)


def reassignment_of(h: HandoffVerdict) -> Transition | None:
    """The reassignment that a breach or an absence calls for, where there is one."""
    return next((each for each in h.transitions if each.kind == "reassigned"), None)


def rejecters(lead: LeadVerdict, days: int, now: Instant) -> tuple[str, ...]:
    """Owners who rejected this lead within so many days, an upheld dispute in the same handoff included."""
    start = now - days * 86_400
    found = [each.rejected_by for each in lead.handoffs if each.rejected_by and each.since >= start]
    return tuple(dict.fromkeys(found))

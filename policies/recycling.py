"""Whether a lead that meets the MQL definition is passed, held, or parked (T01, T28 to T31, T34).

Without the rules on evidence everyone would come back for ever: a lead in nurture returns on evidence newer than
its return, or at its own date; one in education only when its account changes or invests more; a hand-raise
passes at once.
"""

from dataclasses import dataclass
from typing import TypeAlias

from mapping.records import Instant
from policies.agreement import Agreement
from policies.clocks import midnight_after
from policies.events import Kind
from policies.states import Place, State
from policies.verdict import HandoffVerdict, LeadVerdict

HAND_RAISE = "hand_raise"
FIT = frozenset({"company_changed", "investment_increased", "segment_changed"})
EVIDENCE = {
    Kind.account_changed: "company_changed",
    Kind.investment_increased: "investment_increased",
    Kind.hand_raised: HAND_RAISE,
}
INBOUND_REOPENS = (State.cancelled, State.returned, State.lost)  # T34


@dataclass(frozen=True, slots=True, kw_only=True)
class MqlMet:
    """The definition is true: since when (its newest evidence), through which triggers, how urgent.

    `customer` and `open_opportunity` tell what the CRM knows beside our handoffs.
    """

    at: Instant
    triggers: frozenset[str] = frozenset()
    priority: str = "standard"
    segment: str | None = None
    customer: bool = False
    open_opportunity: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A new handoff begins. `avoid` are owners who rejected the lead lately; `earlier` the cycles before it."""

    cycle: int
    type: str
    priority: str
    triggers: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    earlier: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Not now: the guard's code, and when it ends by time alone (None: only a new fact ends it)."""

    code: str
    until: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """Returned too often: the next cycle opens as parked until both sides approve (H05)."""

    cycle: int
    returns: int
    type: str = "recycled"
    code: str = "ping_pong"


Ruling: TypeAlias = Pass | Held | Parked


def may_pass(verdict: LeadVerdict | None, met: MqlMet, agreement: Agreement, now: Instant) -> Ruling:
    """Whether a lead that meets the definition is passed at `now`.

    `verdict` is None for a lead that no fact is known of; `agreement` is the version in force.
    """
    if (code := _barred(verdict, met, agreement)) is not None:
        return Held(code=code)
    if verdict is None or (last := verdict.newest) is None:
        customer = met.customer or (verdict is not None and verdict.customer)
        return _pass(verdict, met, agreement, now, "expansion" if customer else "new")
    if met.customer or verdict.customer:
        return _of_customer(verdict, met, agreement, now)
    return _again(verdict, last, met, agreement, now)


def _barred(verdict: LeadVerdict | None, met: MqlMet, agreement: Agreement) -> str | None:
    """What keeps a lead from any new handoff now (the guards of T01)."""
    if agreement.enforce_from is not None and met.at < agreement.enforce_from:
        return "before_enforcement"
    last = None if verdict is None else verdict.newest
    if verdict is not None and verdict.place in (Place.erased, Place.duplicate, Place.deleted):
        return str(verdict.place)
    if verdict is not None and verdict.suppressed:
        return "suppressed"
    if last is not None and last.place_after == "suppressed":
        return "suppressed_by_sales"
    if last is not None and last.open:
        return "parked" if last.state is State.parked else "open_handoff"
    return "open_opportunity" if met.open_opportunity else None


def _of_customer(verdict: LeadVerdict, met: MqlMet, agreement: Agreement, now: Instant) -> Ruling:
    """A customer comes for something more, on evidence newer than the sale (H13)."""
    last = verdict.newest
    since = max(verdict.won_at or 0, 0 if last is None else last.since)
    if met.at <= since and not _triggers(verdict, met, since):
        return Held(code="no_new_evidence")
    return _pass(verdict, met, agreement, now, "expansion")


def _again(
    verdict: LeadVerdict, last: HandoffVerdict, met: MqlMet, agreement: Agreement, now: Instant
) -> Ruling:
    """A lead that was passed before (T28 to T34)."""
    if last.state is State.rejected and not last.final:
        clock = last.clock("dispute")
        return Held(code="dispute_open", until=None if clock is None else clock.due_at)
    triggers = _triggers(verdict, met, last.since)
    raised = HAND_RAISE in triggers or (last.state in INBOUND_REOPENS and _wrote(verdict, last.since))
    if not raised:
        if (held := _cooling(last, met, triggers, now)) is not None:
            return held
        returns = _returns(verdict, agreement, now)
        if returns >= agreement.recycling.max_returns:
            return Parked(cycle=last.cycle + 1, returns=returns)
    return _pass(verdict, met, agreement, now, HAND_RAISE if raised else "recycled")


def _cooling(last: HandoffVerdict, met: MqlMet, triggers: frozenset[str], now: Instant) -> Held | None:
    """Why a lead stays where it was sent; None when it may come back."""
    if triggers & FIT or last.reason == "policy_end":
        return None
    if last.returns_on == "triggers":
        return Held(code="education")
    if last.returns_on == "never":
        return Held(code=f"never_after_{last.reason}")
    if met.at <= last.since and (last.until is None or now < last.until):
        return Held(code="no_new_evidence", until=last.until)
    if last.eligible_at is not None and now < last.eligible_at:
        return Held(code="cooldown", until=last.eligible_at)
    return None


def _triggers(verdict: LeadVerdict, met: MqlMet, since: Instant) -> frozenset[str]:
    """Triggers newer than an instant: those of the definition, and facts of their own."""
    own = met.triggers if met.at > since else frozenset()
    facts = {EVIDENCE[kind] for kind in EVIDENCE if verdict.evidence.get(kind, since) > since}
    return own | facts


def _wrote(verdict: LeadVerdict, since: Instant) -> bool:
    """A message of the lead's own; a form fill is evidence that cools like any other (T28)."""
    return verdict.evidence.get(Kind.inbound, since) > since


def _returns(verdict: LeadVerdict, agreement: Agreement, now: Instant) -> int:
    start = midnight_after(agreement.zone, now, -agreement.recycling.window_days)
    return sum(
        each.state is State.returned and each.returned_at is not None and each.returned_at >= start
        for each in verdict.handoffs
    )


def _pass(verdict: LeadVerdict | None, met: MqlMet, agreement: Agreement, now: Instant, type_: str) -> Pass:
    handoffs = () if verdict is None else verdict.handoffs
    since = handoffs[-1].since if handoffs else -1
    triggers = met.triggers if verdict is None else _triggers(verdict, met, since)
    hot = type_ == HAND_RAISE or HAND_RAISE in triggers
    often = verdict is not None and _returns(verdict, agreement, now) >= agreement.recycling.max_returns
    start = midnight_after(agreement.zone, now, -agreement.recycling.previous_owner_days)
    return Pass(
        cycle=max((each.cycle for each in handoffs), default=0) + 1,
        type=type_,
        priority="hot" if hot else met.priority,
        triggers=tuple(sorted(triggers)),
        flags=("returned_often",) if often else (),
        avoid=tuple(
            dict.fromkeys(each.rejected_by for each in handoffs if each.rejected_by and each.since >= start)
        ),
        earlier=tuple(each.cycle for each in handoffs),
    )

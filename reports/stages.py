"""The joint funnel: how many leads came to each stage, by events in the span and by cohort (policy 5.4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reports.figures.cohorts import Cohort, Way, stage_rates
from reports.rows import Clock, Dict, Handoff, Lead, Rows, Touch
from reports.span import Span

STAGES = ("mql", "passed", "accepted", "connected", "qualified", "opportunity", "won")
"""The stages of a handoff that both teams count; `leads` comes before them."""

CLOSED = ("won", "lost", "returned", "rejected", "cancelled")
HORIZON_DAYS = 30
TREND = 6  # cohorts shown, the newest last
_WITH_SALES = STAGES[2:]
_SALES_STATES = {"working": "accepted"}

Reached = Mapping[str, int]
"""When a handoff reached each stage it reached (UTC seconds)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCount:
    """What came to a stage in the span: handoffs, distinct people, and people of the period before.

    These are events of the span: two of them are no rate of each other (that is the cohorts' part).
    """

    stage: str
    handoffs: int
    people: int
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRate:
    """From MQL to a stage within the horizon, cohort by cohort of MQL dates."""

    stage: str
    cohorts: tuple[Cohort, ...]


class Ways:
    """When each handoff reached each stage, worked out once for a report."""

    def __init__(self, rows: Rows) -> None:
        self.leads = rows.lead
        known = {each.id: each.dimensions for each in rows.lead}
        one_win = _one_win(each for each in rows.handoff if each.state != "history")
        self.handoffs = tuple(_completed(each, known.get(each.lead, {})) for each in one_win)
        clocks = {each.key: each for each in rows.clock if each.name == "accept" and each.instance == 1}
        touches = _first_counted(rows.touch)
        self.reached = {
            each.key: reach(each, clocks.get(each.key), touches.get(each.key)) for each in self.handoffs
        }

    def at(self, handoff: Handoff, stage: str) -> int | None:
        """When the handoff reached the stage; None when it did not."""
        return self.reached[handoff.key].get(stage)

    def those(self, stage: str, span: Span) -> tuple[Handoff, ...]:
        """The handoffs that came to the stage in the span."""
        return tuple(each for each in self.handoffs if span.holds(self.at(each, stage)))

    def open_in(self, span: Span) -> tuple[Handoff, ...]:
        """The handoffs that had begun by the end of the span and had not closed before it."""
        return tuple(
            each
            for each in self.handoffs
            if each.mql_at < span.end and not (each.state in CLOSED and each.since < span.start)
        )


def reach(handoff: Handoff, accept: Clock | None, first_attempt_at: int | None) -> Reached:
    """When a handoff reached each stage.

    What the ledger does not date is dated by what it does: acceptance (which final credit tells) by the accept
    clock, its stop or its due instant when sales was silent, or by the first counted attempt; the current state
    by its `since`; and a stage that a later one proves by that later one. A lead won after it went back to marketing is a customer, but its
    handoff passed no stage by that.
    """
    found: dict[str, int | None] = {
        "mql": handoff.mql_at,
        "passed": handoff.delivered_at,
        "accepted": handoff.accepted_at or _accepted_at(handoff, accept, first_attempt_at),
        "connected": handoff.connected_at,
        "qualified": handoff.qualified_at,
        "opportunity": handoff.opportunity_at,
        "won": handoff.won_at,
    }
    state = _SALES_STATES.get(handoff.state, handoff.state)
    if state in _WITH_SALES and found[state] is None:
        found[state] = handoff.since
    proof = found["won"] if handoff.state == "won" else None
    for stage in reversed(_WITH_SALES[:-1]):
        proof = _earlier(found[stage], proof)
        found[stage] = proof
    return {stage: at for stage, at in found.items() if at is not None}


def funnel(ways: Ways, span: Span) -> tuple[StageCount, ...]:
    """Every stage from leads seen to customers, with the period before beside it."""
    before = span.before()
    seen = _seen(ways.leads, span)
    first = StageCount(
        stage="leads", handoffs=seen, people=seen, before=_seen(ways.leads, before) if before else None
    )
    rest = (
        StageCount(
            stage=stage,
            handoffs=len(found := ways.those(stage, span)),
            people=people(found),
            before=people(ways.those(stage, before)) if before else None,
        )
        for stage in STAGES
    )
    return (first, *rest)


def rates(ways: Ways, span: Span, now: int, horizon_days: int = HORIZON_DAYS) -> tuple[StageRate, ...]:
    """Of the handoffs that became MQL together, the share that reached each stage within the horizon.

    Cohorts are the periods up to the span's own; those not past their horizon at `now` are maturing.
    """
    known = [each for each in ways.handoffs if each.mql_at < span.end]
    return tuple(
        StageRate(
            stage=stage,
            cohorts=stage_rates(
                (Way(each.mql_at, ways.at(each, stage)) for each in known),
                horizon_days=horizon_days,
                now=now,
                reporting_zone=span.zone,
                period=span.period,
            )[-TREND:],
        )
        for stage in STAGES[1:]
    )


def people(handoffs: Iterable[Handoff]) -> int:
    """How many distinct people these handoffs are of."""
    return len({each.lead for each in handoffs})


def _seen(leads: Iterable[Lead], span: Span) -> int:
    return sum(span.holds(each.seen_at) for each in leads)


def _completed(handoff: Handoff, dimensions: Dict) -> Handoff:
    """The handoff with the lead's own source and content where none travelled with it (a draft)."""
    return replace(handoff, dimensions={**dimensions, **handoff.dimensions})


def _one_win(handoffs: Iterable[Handoff]) -> list[Handoff]:
    """The handoffs with each lead's win on one of them: a person becomes a customer once, whatever the cycle.

    It is the newest one that was won, else the newest that had begun by then, else the first.
    """
    by_lead: defaultdict[str, list[Handoff]] = defaultdict(list)
    for each in handoffs:
        by_lead[each.lead].append(each)
    return [each for found in by_lead.values() for each in _won_once(found)]


def _won_once(handoffs: list[Handoff]) -> Iterable[Handoff]:
    wins = {each.won_at for each in handoffs if each.won_at is not None}
    holders = {max(handoffs, key=lambda each: _holds_win(each, won_at)).key for won_at in wins}
    for each in handoffs:
        yield each if each.key in holders else replace(each, won_at=None)


def _holds_win(handoff: Handoff, won_at: int) -> tuple[bool, bool, bool, int]:
    begun = handoff.mql_at <= won_at
    return (
        handoff.won_at == won_at,
        begun and handoff.state == "won",
        begun,
        handoff.cycle if begun else -handoff.cycle,
    )


def _first_counted(touches: Iterable[Touch]) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for each in touches:
        if each.counted:
            key = (each.lead, each.cycle)
            found[key] = min(found.get(key, each.occurred_at), each.occurred_at)
    return found


def _accepted_at(handoff: Handoff, accept: Clock | None, first_attempt_at: int | None) -> int | None:
    if handoff.credit != "final":
        return None
    said = None
    if accept is not None:
        said = accept.stop_at if accept.state == "met" else accept.breached_at
    return _earlier(said, first_attempt_at) or handoff.since


def _earlier(one: int | None, other: int | None) -> int | None:
    return min((each for each in (one, other) if each is not None), default=None)

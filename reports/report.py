"""The report both teams read: every number of both sides for one span, computed once, laid out elsewhere."""

from collections import Counter
from dataclasses import dataclass

from policies.agreement import Agreement
from policies.business_time import Hours
from reports.data_quality import data_quality
from reports.delays import Delay, delays
from reports.exceptions import Item, exceptions
from reports.figures.content import Contribution
from reports.marketing import Marketing, marketing_side
from reports.outcomes import (
    Discard,
    Return,
    Whereabouts,
    Yield,
    by_content,
    by_source,
    contributions,
    discards,
    returns,
    whereabouts,
)
from reports.rows import Adjustment, Rows
from reports.sales import Sales, sales_side
from reports.span import Kind, Span, span_between, span_of
from reports.stages import HORIZON_DAYS, StageCount, StageRate, Ways, funnel, rates


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How fresh and how complete the numbers are: the newest run, the agreement in force, what is still owed."""

    run_at: int | None
    run_outcome: str | None
    agreement: int | None
    signed: bool
    owed: tuple[tuple[str, int], ...]
    statuses_behind: int
    refused: int
    withdrawn_notices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Both sides' numbers of one span, as known at `now` (UTC seconds)."""

    span: Span
    now: int
    horizon_days: int
    standing: Standing
    funnel: tuple[StageCount, ...]
    rates: tuple[StageRate, ...]
    marketing: Marketing
    sales: Sales
    delays: tuple[Delay, ...]
    returns: tuple[Return, ...]
    discards: tuple[Discard, ...]
    by_source: tuple[Yield, ...]
    by_content: tuple[Yield, ...]
    contributions: tuple[Contribution, ...]
    whereabouts: Whereabouts
    exceptions: tuple[Item, ...]
    adjustments: tuple[Adjustment, ...]
    data_quality: tuple[tuple[str, int], ...]


def build_report(
    rows: Rows,
    *,
    period: Kind,
    zone: str,
    now: int,
    at: int | None = None,
    between: tuple[int, int] | None = None,
    goal: int | None = None,
    sales_goal: int | None = None,
    hours: Hours | None = None,
    horizon_days: int = HORIZON_DAYS,
    agreed: Agreement | None = None,
) -> Report:
    """The report of the period that holds `at` (default `now`), or of the instants `between`, half-open.

    `goal` is the number of leads that marketing owes in the span, `sales_goal` the customers that sales owes,
    and `hours` the business time of the goal's calendar; pace needs it. `agreed` is the version in force. Raises ValueError for an unknown period
    or zone or a goal below one, and BusinessTimeError for instants outside the calendar.
    """
    if any(each is not None and each < 1 for each in (goal, sales_goal)):
        raise ValueError("a goal is at least one lead, or one customer")
    span = (
        span_between(*between, zone, period) if between else span_of(period, now if at is None else at, zone)
    )
    ways = Ways(rows)
    return Report(
        span=span,
        now=now,
        horizon_days=horizon_days,
        standing=_standing(rows, now),
        funnel=funnel(ways, span),
        rates=rates(ways, span, now, horizon_days),
        marketing=marketing_side(rows, ways, span, now=now, goal=goal, hours=hours),
        sales=sales_side(rows, ways, span, goal=sales_goal, agreed=agreed),
        delays=delays(ways.those("passed", span), hours),
        returns=returns(ways, span),
        discards=discards(ways, span),
        by_source=by_source(ways, span),
        by_content=by_content(ways, span),
        contributions=contributions(ways, span),
        whereabouts=whereabouts(rows.lead, rows.handoff),
        exceptions=exceptions(rows, ways, now=now, hours=hours),
        adjustments=tuple(each for each in rows.adjustment if span.holds(each.decided_at)),
        data_quality=data_quality(ways, span),
    )


def _standing(rows: Rows, now: int) -> Standing:
    runs = sorted((each for each in rows.run if each.now <= now), key=lambda each: each.now)
    versions = sorted(
        (each for each in rows.agreement if each.effective_from <= now), key=lambda each: each.number
    )
    owed = Counter(each.operation for each in rows.intent if each.state == "owed")
    return Standing(
        run_at=runs[-1].now if runs else None,
        run_outcome=runs[-1].outcome if runs else None,
        agreement=versions[-1].number if versions else None,
        signed=bool(versions) and versions[-1].signed,
        owed=tuple(sorted(owed.items())),
        statuses_behind=sum(each.behind for each in rows.status),
        refused=len(rows.refused),
        withdrawn_notices=sum(each.withdrawn_at is not None for each in rows.notice),
    )

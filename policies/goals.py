"""The goal worked back from revenue: sales, leads at each stage, chance, ramp and lag (policy 5.1).

`policies.goal_table.read_goal` gives a `Goal` or every fault at once; `plan(goal)` gives the numbers. Rates are
exact fractions and each stage is rounded up once, from the exact product.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil

from policies.chance import chance, chance_when_estimated, leads_for

FEW = 30  # below so many past leads an estimated rate is shown as a range only
WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Rate:
    """A stage rate; `won` of `of` where it was counted or written as counts."""

    value: Fraction
    won: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage and the rate at which its leads go on to the next; the last one's go on to be sales."""

    name: str
    rate: Rate


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a period (week, month, quarter or year) must bring, already checked."""

    stages: tuple[Stage, ...]
    revenue: Fraction | None = None
    average_sale: Fraction | None = None
    sales: int | None = None
    share: Fraction = WHOLE
    ramp: tuple[Fraction, ...] = ()
    keep_total: bool = True
    period: str = "month"

    @property
    def sales_needed(self) -> int:
        """All sales of the period: as given, else revenue over the average sale, rounded up."""
        if self.sales is not None:
            return self.sales
        assert self.revenue is not None
        assert self.average_sale is not None
        return ceil(self.revenue / self.average_sale)

    @property
    def marketing_sales(self) -> int:
        """The sales that marketing's leads must bring, rounded up."""
        return ceil(self.sales_needed * self.share)

    @property
    def rate(self) -> Fraction:
        """From the first stage to a sale: the exact product."""
        product = WHOLE
        for stage in self.stages:
            product *= stage.rate.value
        return product

    @property
    def counted(self) -> tuple[int, int] | None:
        """(won, of) from first stage to sale, where the stages' counts are of one cohort; else None."""
        rates = [stage.rate for stage in self.stages]
        if any(earlier.won != later.of for earlier, later in pairwise(rates)):
            return None
        won, of = rates[-1].won, rates[0].of
        return None if won is None or of is None else (won, of)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The numbers of a goal.

    `needed` are the leads at each stage, first stage first. `for_80` and `for_90` are first-stage leads for
    that chance of reaching `sales` when the rate is exactly known; `uncertain_80` and `uncertain_90` when it
    is known from counts only, None where there are no counts of one cohort or fewer than 30 of them.
    `months` are the first-stage leads month by month, empty without a ramp.
    """

    sales: int
    needed: tuple[tuple[str, int], ...]
    chance: float
    for_80: int | None
    for_90: int | None
    uncertain_80: int | None
    uncertain_90: int | None
    few_counts: bool
    months: tuple[int, ...]

    @property
    def leads(self) -> int:
        """First-stage leads of the period."""
        return self.needed[0][1]


def plan(goal: Goal) -> Plan:
    """Work the goal back to leads, with the chance that they suffice."""
    sales, rate, counted = goal.marketing_sales, goal.rate, goal.counted
    needed = stage_needs(goal)
    leads = needed[0][1]
    enough = counted is not None and counted[1] >= FEW

    def certain(confidence: float) -> int | None:
        return leads_for(confidence, sales, lambda number: chance(number, rate, sales))

    def uncertain(confidence: float) -> int | None:
        if counted is None or not enough:
            return None
        won, of = counted
        return leads_for(confidence, sales, lambda number: chance_when_estimated(number, won, of, sales))

    return Plan(
        sales=sales,
        needed=needed,
        chance=chance(leads, rate, sales),
        for_80=certain(0.80),
        for_90=certain(0.90),
        uncertain_80=uncertain(0.80),
        uncertain_90=uncertain(0.90),
        few_counts=counted is not None and not enough,
        months=ramped(leads, goal.ramp, keep_total=goal.keep_total) if goal.ramp else (),
    )


def stage_needs(goal: Goal) -> tuple[tuple[str, int], ...]:
    """Leads needed at each stage: sales over the exact product of the rates from there, rounded up once."""
    products = list(accumulate((stage.rate.value for stage in reversed(goal.stages)), lambda a, b: a * b))
    return tuple(
        (stage.name, ceil(goal.marketing_sales / product))
        for stage, product in zip(goal.stages, reversed(products), strict=True)
    )


def ramped(total: int, ramp: Sequence[Fraction], *, keep_total: bool) -> tuple[int, ...]:
    """Whole leads month by month: the total spread by the ramp, or the steady month scaled by it.

    With `keep_total` the months add up to `total` exactly; without, each is the steady month (total over
    the number of months) times its share, and their sum is the exact sum rounded up.
    """
    weight = sum(ramp, Fraction(0)) if keep_total else Fraction(len(ramp))
    reached = [ceil(total * done / weight) for done in accumulate(ramp, initial=Fraction(0))]
    return tuple(later - earlier for earlier, later in pairwise(reached))

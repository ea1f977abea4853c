"""The chance of reaching a number of sales, and the leads it takes; pure probability, no I/O."""

from collections.abc import Callable
from fractions import Fraction
from math import exp, fsum, lgamma, log, log1p

MOST_LEADS = 10_000_000  # beyond this a plan has no meaning, so the search gives up


def chance(leads: int, rate: Fraction, sales: int) -> float:
    """P(at least `sales` of `leads` buy), each with probability `rate`: the binomial tail (policy 5.1)."""
    if sales <= 0:
        return 1.0
    if leads < sales or rate <= 0:
        return 0.0
    if rate >= 1:
        return 1.0
    yes, no = log(rate), log1p(-rate)
    return _tail(leads, sales, lambda won: _choose(leads, won) + won * yes + (leads - won) * no)


def chance_when_estimated(leads: int, won: int, of: int, sales: int) -> float:
    """The same when the rate is only known from `won` of `of` past leads: beta-binomial, Jeffreys prior.

    The rate's posterior is Beta(won + 1/2, of - won + 1/2), policy 5.1.
    """
    if sales <= 0:
        return 1.0
    if leads < sales:
        return 0.0
    a, b = won + 0.5, of - won + 0.5
    base = _beta(a, b)
    return _tail(leads, sales, lambda wins: _choose(leads, wins) + _beta(a + wins, b + leads - wins) - base)


def leads_for(confidence: float, sales: int, chance_of: Callable[[int], float]) -> int | None:
    """The fewest leads whose `chance_of` reaches `confidence`; None when no sensible number does."""
    high = max(sales, 1)
    while chance_of(high) < confidence:
        high *= 2
        if high > MOST_LEADS:
            return None
    low = max(sales, 1) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if chance_of(middle) >= confidence:
            high = middle
        else:
            low = middle
    return high


def _tail(leads: int, sales: int, log_probability: Callable[[int], float]) -> float:
    """The sum over the shorter side of `sales`, so that large goals stay cheap."""
    if sales <= leads - sales:
        return max(0.0, 1.0 - fsum(exp(log_probability(won)) for won in range(sales)))
    return min(1.0, fsum(exp(log_probability(won)) for won in range(sales, leads + 1)))


def _choose(leads: int, won: int) -> float:
    return lgamma(leads + 1) - lgamma(won + 1) - lgamma(leads - won + 1)


def _beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)

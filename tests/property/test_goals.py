"""Laws of the reverse funnel, of the chance of reaching a goal, and of the lag."""

from fractions import Fraction
from math import ceil, comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.chance import chance, chance_when_estimated, leads_for
from policies.goals import Goal, Rate, Stage, ramped, stage_needs
from policies.lag import Observation, measure_lag

rates = st.tuples(st.integers(1, 99), st.integers(0, 99)).map(lambda pair: Fraction(pair[0], sum(pair)))
sales = st.integers(1, 40)
checked = settings(max_examples=60, deadline=None, derandomize=True)


@checked
@given(sales, st.lists(rates, min_size=1, max_size=4), rates)
def test_each_stage_is_the_least_whole_number_that_suffices(wanted, chain, share):
    goal = Goal(
        stages=tuple(Stage(str(n), Rate(rate)) for n, rate in enumerate(chain)), sales=wanted, share=share
    )
    product = Fraction(1)
    for rate, (_, needed) in reversed(list(zip(chain, stage_needs(goal), strict=True))):
        product *= rate
        assert needed * product >= ceil(wanted * share) > (needed - 1) * product


@checked
@given(st.integers(1, 120), rates, sales)
def test_the_chance_is_the_exact_binomial_tail(leads, rate, wanted):
    exact = sum(
        comb(leads, won) * rate**won * (1 - rate) ** (leads - won) for won in range(wanted, leads + 1)
    )
    assert chance(leads, rate, wanted) == pytest.approx(float(exact), abs=1e-9)


@checked
@given(st.integers(1, 120), st.integers(0, 30), st.integers(1, 60), sales)
def test_more_leads_never_lower_the_chance_and_more_sales_never_raise_it(leads, won, lost, wanted):
    of = won + lost
    assert (
        chance_when_estimated(leads + 1, won, of, wanted)
        >= chance_when_estimated(leads, won, of, wanted) - 1e-9
    )
    assert (
        chance_when_estimated(leads, won, of, wanted + 1)
        <= chance_when_estimated(leads, won, of, wanted) + 1e-9
    )


@checked
@given(rates, sales, st.sampled_from([0.5, 0.8, 0.9, 0.95]))
def test_leads_for_a_chance_are_the_fewest(rate, wanted, confidence):
    found = leads_for(confidence, wanted, lambda leads: chance(leads, rate, wanted))
    assert chance(found, rate, wanted) >= confidence
    assert found == wanted or chance(found - 1, rate, wanted) < confidence


@checked
@given(st.integers(0, 500), st.lists(st.fractions(0, 1, max_denominator=20), min_size=1, max_size=12))
def test_a_ramp_that_keeps_the_total_adds_up_and_never_goes_below_zero(total, ramp):
    ramp = [*ramp, Fraction(1)]
    months = ramped(total, ramp, keep_total=True)
    assert sum(months) == total
    assert min(months) >= 0
    assert sum(ramped(total, ramp, keep_total=False)) <= total


@checked
@given(st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=1, max_size=25))
def test_lag_rises_to_one_and_without_open_leads_is_the_plain_share(rows):
    lag = measure_lag([Observation(days, won=won) for days, won in rows])
    wins = [days for days, won in rows if won]
    assert (lag is None) == (not wins)
    if lag is not None:
        shares = [share for _, share in lag.steps]
        assert shares == sorted(shares)
        assert shares[-1] == 1
        plain = measure_lag([Observation(days if won else None, won=won) for days, won in rows])
        assert all(
            plain.within(day) == Fraction(sum(one <= day for one in wins), len(wins)) for day in range(101)
        )

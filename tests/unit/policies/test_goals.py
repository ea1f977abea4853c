import math
from fractions import Fraction

import pytest

from policies.chance import chance, chance_when_estimated, leads_for
from policies.goal_table import read_goal
from policies.goals import plan, ramped, stage_needs
from policies.lag import Observation, measure_lag, monthly_leads


def goal(**table):
    read, problems = read_goal(table)
    assert problems == ()
    return read


def stages(**rates):
    return [{"name": name, "rate": rate} for name, rate in rates.items()]


def test_the_seed_example_and_its_chance():
    found = plan(goal(revenue=100_000, sales=15, stages=stages(mql="1 of 8")))  # I01
    assert (found.sales, found.leads, found.for_80, found.for_90) == (15, 120, 143, 158)
    assert round(found.chance, 4) == 0.5413
    assert (found.few_counts, found.uncertain_80, found.uncertain_90) == (True, None, None)


@pytest.mark.parametrize(("confidence", "leads"), [(0.70, 133), (0.80, 143), (0.90, 158), (0.95, 172)])
def test_leads_for_a_chance_at_one_in_eight(confidence, leads):
    def reach(number):
        return chance(number, Fraction(1, 8), 15)

    assert leads_for(confidence, 15, reach) == leads
    assert reach(leads - 1) < confidence <= reach(leads)


@pytest.mark.parametrize(
    ("counts", "for_80", "for_90"), [("25 of 200", 151, 173), ("5/40", 174, 221), ("50 in 400", 147, 166)]
)
def test_an_estimated_rate_needs_more_leads_the_fewer_it_was_counted_on(counts, for_80, for_90):
    found = plan(goal(sales=15, stages=stages(mql=counts)))
    assert (found.uncertain_80, found.uncertain_90) == (for_80, for_90)
    assert (found.for_80, found.for_90) == (143, 158)


def test_counts_of_one_cohort_carry_through_the_stages_and_others_do_not():
    nested = plan(goal(sales=15, stages=stages(mql="100 of 200", sal="25 of 100")))
    assert (nested.uncertain_80, nested.uncertain_90) == (151, 173)
    apart = plan(goal(sales=15, stages=stages(mql="100 of 200", sal="20 of 80")))
    assert (apart.uncertain_80, apart.few_counts) == (None, False)


@pytest.mark.parametrize("rate", [0.70, "70 %", "7/10", "0.7", "7 in 10"])
def test_rates_are_exact_fractions(rate):
    assert plan(goal(sales=21, stages=stages(mql=rate))).leads == 30  # I02: floats give 31


def test_stages_are_rounded_up_once_each_from_the_exact_product():
    found = stage_needs(goal(sales=15, stages=stages(MQL=0.5, SAL=0.6, SQL=0.25)))  # I05
    assert found == (("MQL", 200), ("SAL", 100), ("SQL", 60))
    chained = stage_needs(goal(sales=7, stages=stages(a="1/3", b="2/3")))
    assert chained == (("a", 32), ("b", 11))


def test_sales_come_from_revenue_and_marketing_takes_its_share_rounded_up():
    made = goal(revenue=100_000, average_sale=7_000, share="60 %", stages=stages(mql="1/8"))
    assert (made.sales_needed, made.marketing_sales, plan(made).leads) == (15, 9, 72)
    assert goal(sales=10, share=0.25, stages=stages(mql=1)).marketing_sales == 3


def test_every_fault_is_found_at_once_with_what_to_write():
    read, problems = read_goal(
        {
            "revenue": -3,
            "average_sale": True,
            "share": 1.2,
            "stages": [
                {"name": "a", "rate": 0},
                {"name": "b", "rate": 1.2},
                {"name": "c"},
                {"name": "d", "rate": "often"},
                {"name": "e", "rate": -0.1},
                {"rate": 0.1},
                {"name": "f", "rate": 0.1, "rtae": 1},
                {"name": "g", "rate": "1/0"},
            ],
            "ramp": [2],
            "keep_total": "yes",
            "seles": 3,
        }
    )
    told = {problem.key: str(problem) for problem in problems}
    assert read is None
    assert set(told) == {
        "goal.revenue", "goal.average_sale", "goal.share", "goal.stages[0].rate",
        "goal.stages[1].rate", "goal.stages[2].rate", "goal.stages[3].rate", "goal.stages[4].rate", "goal.stages[5]",
        "goal.stages[6].rtae", "goal.stages[7].rate", "goal.ramp", "goal.keep_total", "goal.seles",
    }  # fmt: skip
    assert "zero" in told["goal.stages[0].rate"]
    assert "above one" in told["goal.stages[1].rate"]
    assert "missing" in told["goal.stages[2].rate"]
    assert "write 'sales'" in told["goal.seles"]


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"stages": stages(a=0.5)}, "goal.sales"),
        ({"revenue": 5, "stages": stages(a=0.5)}, "goal.sales"),
        ({"sales": 0, "stages": stages(a=0.5)}, "goal.sales"),
        ({"sales": 1.5, "stages": stages(a=0.5)}, "goal.sales"),
        ({"sales": 3}, "goal.stages"),
        ({"sales": 3, "stages": []}, "goal.stages"),
        ({"sales": 3, "stages": stages(a=0.5), "ramp": [0, 0]}, "goal.ramp"),
        ({"sales": 3, "stages": stages(a=True)}, "goal.stages[0].rate"),
    ],
)
def test_what_is_missing_or_wrong_is_named(table, key):
    read, problems = read_goal(table)
    assert read is None
    assert [problem.key for problem in problems] == [key]


def test_a_ramp_keeps_the_total_or_lowers_it_by_choice():
    half, three_quarters, full = Fraction(1, 2), Fraction(3, 4), Fraction(1)
    assert ramped(120, (half, three_quarters, full), keep_total=True) == (27, 40, 53)
    assert ramped(120, (half, three_quarters, full), keep_total=False) == (20, 30, 40)
    found = plan(goal(sales=15, stages=stages(mql="1/8"), ramp=[0, 0.5, 1], keep_total=True))
    assert found.months == (0, 40, 80)


def test_chance_at_its_ends():
    assert chance(10, Fraction(1, 2), 0) == chance(10, Fraction(1), 10) == 1.0
    assert chance(9, Fraction(1), 10) == chance_when_estimated(9, 9, 9, 10) == 0.0
    assert chance(1, Fraction(1, 8), 1) == pytest.approx(0.125)
    assert chance_when_estimated(1, 25, 200, 1) == pytest.approx(25.5 / 201)
    assert chance_when_estimated(1, 25, 200, 0) == 1.0


def test_no_sensible_number_of_leads_is_none():
    assert leads_for(0.99, 5, lambda number: chance_when_estimated(number, 0, 1000, 5)) is None


def test_lag_follows_kaplan_meier_with_open_leads_censored():
    history = [
        Observation(10, won=True),
        Observation(15),  # still open after 15 days
        Observation(20, won=True),
        Observation(None),  # lost: never wins
    ]
    lag = measure_lag(history)
    # At day 10 four are at risk (3/4 remain), at day 20 two (3/8 remain): F reaches 5/8 in all.
    assert lag.steps == ((10, Fraction(2, 5)), (20, Fraction(1)))
    assert (lag.within(9), lag.within(10), lag.within(19), lag.within(500)) == (
        0,
        Fraction(2, 5),
        Fraction(2, 5),
        1,
    )
    assert (lag.wins, lag.leads) == (2, 4)
    assert measure_lag([Observation(5), Observation(None)]) is None


def test_leads_created_late_bring_only_part_of_their_sales_in_time():
    lag = measure_lag([Observation(10, won=True), Observation(20, won=True)])
    assert lag.share_by(0, 1, 10) == Fraction(1, 2)
    assert lag.share_by(0, 10, 20) == Fraction(11, 20)  # ten days old on the first day, eleven or more later
    assert lag.share_by(0, 0, 20) == 0
    assert monthly_leads(15, Fraction(1, 8), lag, [(0, 1), (1, 2)], end=30) == 60
    assert monthly_leads(15, Fraction(1, 8), lag, [(0, 1), (1, 2)], end=30, expected=Fraction(5)) == 40
    assert monthly_leads(5, Fraction(1, 8), lag, [(0, 1)], end=30, expected=Fraction(5)) == 0
    assert monthly_leads(5, Fraction(1, 8), lag, [(25, 26)], end=30) is None


def exact(leads, rate, sales):
    return sum(
        math.comb(leads, won) * rate**won * (1 - rate) ** (leads - won) for won in range(sales, leads + 1)
    )


@pytest.mark.parametrize(
    ("leads", "rate", "sales"),
    [
        (10, Fraction(1, 3), 4),
        (10, Fraction(1, 3), 8),
        (7, Fraction(9, 10), 7),
        (30, Fraction(1, 8), 15),
        (2, Fraction(1, 2), 1),
    ],
)
def test_the_chance_is_the_binomial_tail(leads, rate, sales):
    assert chance(leads, rate, sales) == pytest.approx(float(exact(leads, rate, sales)), rel=1e-9)


@pytest.mark.parametrize(
    ("leads", "won", "of", "sales"), [(6, 3, 10, 2), (6, 3, 10, 5), (4, 0, 5, 1), (4, 5, 5, 4)]
)
def test_the_chance_with_an_estimated_rate_is_the_beta_binomial_tail(leads, won, of, sales):
    a, b = won + 0.5, of - won + 0.5

    def beta(x, y):
        return math.gamma(x) * math.gamma(y) / math.gamma(x + y)

    expected = sum(
        math.comb(leads, each) * beta(a + each, b + leads - each) / beta(a, b)
        for each in range(sales, leads + 1)
    )
    assert chance_when_estimated(leads, won, of, sales) == pytest.approx(expected, rel=1e-9)


def test_the_chance_at_its_edges():
    half = Fraction(1, 2)
    assert [chance(3, half, sales) for sales in (-1, 0)] == [1.0, 1.0]
    assert (chance(2, half, 3), chance(3, Fraction(0), 1), chance(3, Fraction(1), 3)) == (0.0, 0.0, 1.0)
    assert chance(3, half, 3) == pytest.approx(0.125)
    assert chance_when_estimated(2, 1, 2, 3) == 0.0
    assert chance_when_estimated(3, 1, 2, -1) == 1.0
    assert 0 < chance_when_estimated(3, 1, 2, 3) < 1


@pytest.mark.parametrize(("needed", "sales"), [(7, 3), (3, 3), (1, 0), (1, 1), (1000, 1)])
def test_the_fewest_leads_that_reach_a_confidence(needed, sales):
    asked = []

    def reach(leads):
        asked.append(leads)
        return 0.8 if leads >= needed else 0.79

    assert leads_for(0.8, sales, reach) == max(needed, sales, 1)
    assert len(asked) <= 2 * needed.bit_length() + 2


def test_a_search_without_end_is_given_up():
    asked = []

    def reach(leads):
        asked.append(leads)
        return 0.0

    assert leads_for(0.8, 1, reach) is None
    assert max(asked) == 8_388_608


def test_a_plan_tells_few_counts_apart_from_none():
    def of(rate):
        return plan(read_goal({"sales": 3, "stages": [{"name": "a", "rate": rate}]})[0])

    assert (of("10 of 30").few_counts, of("10 of 30").uncertain_80 is None) == (False, False)
    assert (of("10 of 29").few_counts, of("10 of 29").uncertain_80) == (True, None)
    assert (of(0.5).few_counts, of(0.5).uncertain_90, of(0.5).months) == (False, None, ())


def test_a_goal_is_read_with_its_defaults():
    goal, _ = read_goal({"sales": 1, "stages": [{"name": "a", "rate": "100 %"}]})
    assert (goal.period, goal.share, goal.ramp, goal.keep_total) == ("month", 1, (), True)
    assert (goal.revenue, goal.average_sale, goal.sales) == (None, None, 1)
    table = {
        "period": "quarter", "revenue": "1000.5", "average_sale": 100, "share": "1/2", "ramp": [0, "50 %", 1],
        "keep_total": False, "stages": [{"name": "a", "rate": "1 in 4"}, {"name": "b", "rate": " 12.5% "}],
    }  # fmt: skip
    goal, problems = read_goal(table)
    assert problems == ()
    assert (goal.period, goal.share, goal.keep_total) == ("quarter", Fraction(1, 2), False)
    assert (goal.revenue, goal.average_sale, goal.sales) == (Fraction(2001, 2), 100, None)
    assert goal.ramp == (0, Fraction(1, 2), 1)
    assert [(each.name, each.rate.value, each.rate.won, each.rate.of) for each in goal.stages] == [
        ("a", Fraction(1, 4), 1, 4),
        ("b", Fraction(1, 8), None, None),
    ]
    assert goal.sales_needed == 11


def test_lag_counts_a_lead_until_the_day_it_was_last_seen():
    won = [Observation(5, won=True), Observation(5, won=True), Observation(8, won=True)]
    lag = measure_lag([*won, Observation(5), Observation(7), Observation(None)])
    # Day 5: six at risk, two won: 4/6 remain. Day 8: two at risk (the win and the lost one): 2/6 remain.
    assert lag.steps == ((5, Fraction(1, 2)), (8, Fraction(1)))
    assert (lag.wins, lag.leads) == (3, 6)
    assert measure_lag([Observation(None, won=True)]) is None
    assert measure_lag([]) is None
    assert (lag.within(4), lag.within(5), lag.within(7), lag.within(8)) == (
        0,
        Fraction(1, 2),
        Fraction(1, 2),
        1,
    )

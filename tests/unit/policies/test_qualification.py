from types import MappingProxyType

import pytest

from mapping.catalogue import CATALOGUE, types_of
from mapping.conditions import parse_condition
from mapping.records import Lead
from policies.qualification import (
    BacktestRow,
    Dating,
    Trigger,
    TriggerKind,
    TriggerTerms,
    backtest,
    qualify,
)
from policies.states import Stage

NOW = 1_780_000_000
TYPES = types_of(CATALOGUE)


def condition(table: object):
    return parse_condition(table, TYPES, "mql")


MQL = condition(
    {
        "any": [
            {"field": "last_form.kind", "in": ["demo"]},
            {"all": [{"field": "fit_score", "gte": 50}, {"field": "engagement_score", "gte": 60}]},
        ]
    }
)
DEFINITIONS = {
    Stage.prospect: condition(True),
    Stage.lead: condition({"field": "email", "is_set": True}),
    Stage.mql: MQL,
    Stage.customer: condition({"field": "lifecycle_stage", "eq": "customer"}),
}


def lead(values: dict, dated: dict | None = None, changed_at: int = NOW - 10) -> Lead:
    return Lead(
        id="l", platform="hubspot", record_id="1", values=MappingProxyType(values), changed_at=changed_at,
        dated=dated or {},
    )  # fmt: skip


def judge(values: dict, dated: dict | None = None, **more):
    return qualify(lead(values, dated), DEFINITIONS, now=NOW, **more)


@pytest.mark.parametrize(
    ("values", "stage", "outcome"),
    [
        ({}, Stage.prospect, None),
        ({"email": "a@b.com", "last_form.kind": "content", "fit_score": 1}, Stage.lead, False),
        ({"email": "a@b.com", "last_form.kind": "demo"}, Stage.mql, True),
        ({"lifecycle_stage": "customer", "last_form.kind": "demo"}, Stage.customer, True),
    ],
)
def test_the_furthest_stage_whose_definition_holds(values, stage, outcome):
    found = judge(values)
    assert (found.stage, found.outcome) == (stage, outcome)


def test_unknown_is_not_matched_and_names_what_is_missing():
    found = judge({"last_form.kind": "content", "fit_score": 70})
    assert found.outcome is None
    assert found.met_at is None
    assert found.unknown == ("engagement_score",)


def test_the_moment_is_the_newest_date_of_the_clauses_that_made_it_true():
    values = {"fit_score": 70, "engagement_score": 65}
    found = judge(values, {"fit_score": 100, "engagement_score": 200, "email": 900})
    assert (found.met_at, found.dating, found.evidence_at) == (200, Dating.platform, 200)
    found = judge(values, {"fit_score": 100})
    assert (found.met_at, found.dating) == (100, Dating.partly)
    found = judge(values)
    assert (found.met_at, found.dating) == (NOW - 10, Dating.record)


def test_a_date_ahead_of_us_is_brought_to_now():
    assert judge({"last_form.kind": "demo"}, {"last_form.kind": NOW + 500}).met_at == NOW


def test_time_alone_can_end_an_outcome():
    recent = {Stage.mql: condition({"field": "last_form.at", "within_last": "1 h"})}
    found = qualify(lead({"last_form.at": NOW - 60}), recent, now=NOW)
    assert (found.outcome, found.valid_until) == (True, NOW - 60 + 3600)


def test_the_trace_is_that_of_the_mql_definition():
    assert [row.clause.field for row in judge({}).trace] == [
        "last_form.kind",
        "fit_score",
        "engagement_score",
    ]


def test_what_is_remembered_holds_no_more_than_the_definitions_and_triggers_use():
    found = judge({"email": "a@b.com", "account": "Acme", "first_name": "Ana", "fit_score": 5, "budget": 9})
    assert set(found.inputs) == {"email", "fit_score", "budget", "account_hash"}
    assert "Acme" not in str(found.inputs)


def test_changed_names_the_inputs_of_the_definition_that_moved():
    first = judge({"fit_score": 10, "last_form.kind": "content", "first_name": "A"})
    again = judge({"fit_score": 20, "last_form.kind": "content", "first_name": "B"}, previous=first.inputs)
    assert first.changed == ()
    assert again.changed == ("fit_score",)


def after(before: dict, now: dict, dated: dict | None = None, terms: TriggerTerms | None = None):
    terms = terms or TriggerTerms()
    first = qualify(lead(before), DEFINITIONS, now=NOW, terms=terms)
    return qualify(lead(now, dated), DEFINITIONS, now=NOW, previous=first.inputs, terms=terms).triggers


def test_a_hand_raise_is_a_trigger_once():
    raised = {"last_form.kind": "demo", "last_form.at": 700}
    assert judge(raised).triggers == (
        Trigger(kind=TriggerKind.hand_raise, at=700, evidence="last_form.kind"),
    )
    assert after({}, raised)[0].kind is TriggerKind.hand_raise
    assert after(raised, {**raised, "fit_score": 9}) == ()
    assert after(raised, {**raised, "last_form.at": 900})[0].at == 900
    assert after(raised, {"last_form.kind": "content", "last_form.at": 900}) == ()


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ({"account": "Acme"}, {"account": "Beta"}, True),
        ({"account": "Acme"}, {"account": " ACME "}, False),
        ({}, {"account": "Beta"}, False),
        ({"account": "Acme"}, {}, False),
    ],
)
def test_another_account_is_a_trigger(before, now, found):
    triggers = after(before, now, {"account": 55})
    expected = (Trigger(kind=TriggerKind.account_changed, at=55, evidence="account"),) if found else ()
    assert triggers == expected


@pytest.mark.parametrize(
    ("before", "now", "over", "found"),
    [
        ({"budget": 100}, {"budget": 200}, 0, True),
        ({"budget": 200}, {"budget": 100}, 0, False),
        ({"budget": 100}, {"budget": 200}, 500, False),
        ({"budget": 100}, {"budget": 600}, 500, True),
        ({"budget": 100}, {"budget": 500}, 500, False),
        ({}, {"budget": 100}, 0, True),
        ({"budget": 100}, {}, 0, False),
        ({"plan": "basic"}, {"plan": "pro"}, 0, True),
        ({"plan": "pro"}, {"plan": "pro"}, 0, False),
    ],
)
def test_investing_more_is_a_trigger(before, now, over, found):
    triggers = after(before, now, terms=TriggerTerms(investment_over=over))
    assert [each.kind for each in triggers] == ([TriggerKind.investment_increased] if found else [])


def test_nothing_comes_back_from_a_first_sight():
    assert judge({"account": "Acme", "budget": 5000}).triggers == ()


def test_a_backtest_counts_both_definitions_and_names_who_differs():
    rows = [
        BacktestRow(lead="a", values={"fit_score": 55}, at=NOW),
        BacktestRow(lead="b", values={"fit_score": 75}, at=NOW),
        BacktestRow(lead="b", values={"fit_score": 10}, at=NOW),
        BacktestRow(lead="c", values={}, at=NOW),
        BacktestRow(lead="d", values={"fit_score": 20, "opted_out": False}, at=NOW),
        BacktestRow(lead="e", values={"fit_score": 5, "opted_out": False}, at=NOW),
        BacktestRow(lead="f", values={}, at=NOW),
        BacktestRow(lead="f", values={"fit_score": 5, "opted_out": False}, at=NOW),
    ]
    old = condition({"field": "fit_score", "gte": 70})
    new = condition(
        {"any": [{"field": "fit_score", "between": [15, 60]}, {"field": "opted_out", "eq": True}]}
    )
    found = backtest(rows, old, new)
    assert (found.leads, found.old, found.new) == (6, 1, 2)
    assert found.gained == ("a", "d")
    assert found.lost == ("b",)
    assert found.unknown == ("b", "c", "f")


def test_a_trigger_is_dated_by_its_own_field_else_by_the_record():
    raised = {"last_form.kind": "demo"}
    assert judge(raised, {"last_form.kind": 55}).triggers[0].at == 55
    assert judge(raised, {"email": 55}).triggers[0].at == NOW - 10
    assert after({"budget": 1}, {"budget": 9}, {"budget": 55, "plan": 66})[0] == Trigger(
        kind=TriggerKind.investment_increased, at=55, evidence="budget"
    )
    assert after({"account": "a"}, {"account": "b"})[0].at == NOW - 10


def test_the_fields_of_investment_and_the_forms_that_raise_a_hand_are_agreed():
    terms = TriggerTerms(hand_raises=frozenset({"price"}), investment=("seats", "plan"), investment_over=10)
    assert after({}, {"last_form.kind": "demo"}, terms=terms) == ()
    assert after({}, {"last_form.kind": "price"}, terms=terms)[0].kind is TriggerKind.hand_raise
    assert after({"seats": 1, "budget": 1}, {"seats": 10, "budget": 99}, terms=terms) == ()
    assert after({"seats": 1, "plan": "a"}, {"seats": 11, "plan": "b"}, terms=terms)[0].evidence == "seats"
    assert after({"plan": True}, {"plan": False}, terms=terms)[0].evidence == "plan"
    assert after({"seats": "many"}, {"seats": 11}, terms=terms)[0].evidence == "seats"


def test_triggers_come_in_the_order_of_their_kinds():
    before, now = {"account": "a", "budget": 1}, {"account": "b", "budget": 2, "last_form.kind": "demo"}
    assert [str(each.kind) for each in after(before, now)] == [
        "hand_raise",
        "company_changed",
        "investment_increased",
    ]


def test_the_account_is_remembered_without_regard_to_case_and_spaces():
    first, second = judge({"account": "Acme  Ltd"}), judge({"account": " acme ltd "})
    assert first.inputs["account_hash"] == second.inputs["account_hash"]
    assert first.inputs["account_hash"] != judge({"account": "acmeltd"}).inputs["account_hash"]


def test_a_form_filled_again_raises_the_hand_again_by_its_count():
    raised = {"last_form.kind": "demo", "forms_count": 1}
    assert after(raised, dict(raised)) == ()
    assert after(raised, {**raised, "forms_count": 2})[0].kind is TriggerKind.hand_raise


def test_a_change_is_seen_against_what_was_remembered():
    asked = {Stage.mql: condition({"field": "lifecycle_stage", "changed_to": "customer"})}
    first = qualify(lead({"lifecycle_stage": "lead"}), asked, now=NOW)
    found = [
        qualify(lead({"lifecycle_stage": "customer"}), asked, now=NOW, previous=previous).outcome
        for previous in (None, first.inputs, {"lifecycle_stage": "customer"})
    ]
    assert found == [None, True, None]


def test_without_a_definition_of_mql_there_is_no_outcome():
    found = qualify(lead({"email": "a@b.com"}), {Stage.lead: DEFINITIONS[Stage.lead]}, now=NOW)
    assert (found.stage, found.outcome, found.trace, found.met_at) == (Stage.lead, None, (), None)
    assert qualify(lead({}), {}, now=NOW, previous={"x": 1}).changed == ()


def test_the_earliest_end_of_any_outcome_is_told():
    soon = {
        Stage.mql: condition({"field": "last_form.at", "within_last": "1 h"}),
        Stage.lead: condition({"field": "last_form.at", "within_last": "30 min"}),
    }
    found = qualify(lead({"last_form.at": NOW - 60}), soon, now=NOW)
    assert found.valid_until == NOW - 60 + 1800


def test_a_backtest_judges_each_row_at_its_own_instant():
    recent = condition({"field": "last_form.at", "within_last": "1 h"})
    rows = [
        BacktestRow(lead="a", values={"last_form.at": 1000}, at=1100),
        BacktestRow(lead="b", values={"last_form.at": 1000}, at=9000),
    ]
    found = backtest(rows, condition(False), recent)
    assert (found.old, found.new, found.gained, found.lost, found.unknown) == (0, 1, ("a",), (), ())

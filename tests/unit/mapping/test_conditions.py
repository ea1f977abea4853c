from zoneinfo import ZoneInfo

import pytest

from mapping.catalogue import CATALOGUE, types_of
from mapping.conditions import MAX_DEPTH, MAX_NODES, Condition, fields_of, parse_condition
from mapping.problems import ConfigurationError
from mapping.records import parse_instant
from mapping.spans import Span, Times, Unit, parse_span

TYPES = types_of(CATALOGUE)
NOW = parse_instant("2026-05-13T12:00:00+02:00")
DAY = 86_400
MADRID = Times(zone=ZoneInfo("Europe/Madrid"))
MQL = {
    "any": [
        {"field": "last_form.kind", "in": ["demo", "contact", "price"]},
        {
            "all": [
                {"field": "fit_score", "gte": 50},
                {"field": "engagement_score", "gte": 60},
                {"field": "country", "in": ["ES", "MX", "CO"]},
            ]
        },
    ]
}


def condition(table: object) -> Condition:
    return parse_condition(table, TYPES, "agreement.definitions.mql")


def outcome(table: object, values: dict, dated: dict | None = None, **more):
    return condition(table).evaluate(values, dated or {}, now=NOW, **more).outcome


def problems(table: object) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        condition(table)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("clause", "holds", "fails"),
    [
        ({"field": "country", "eq": "ES"}, "es", "FR"),
        ({"field": "country", "ne": "ES"}, "FR", "ES"),
        ({"field": "country", "in": ["ES", "MX"]}, "MX", "FR"),
        ({"field": "country", "not_in": ["ES", "MX"]}, "FR", "ES"),
        ({"field": "fit_score", "gt": 50}, 51, 50),
        ({"field": "fit_score", "gte": 50}, 50, 49.9),
        ({"field": "fit_score", "lt": 50}, 49, 50),
        ({"field": "fit_score", "lte": 50}, 50, 50.1),
        ({"field": "fit_score", "between": [10, 20]}, 20, 21),
        ({"field": "fit_score", "between": [10, 20]}, 10, 9),
        ({"field": "job_title", "contains": "CMO"}, "the cmo", "CEO"),
        ({"field": "job_title", "starts_with": "Head"}, "head of sales", "a head"),
        ({"field": "products", "contains": "crm"}, ("x", "CRM"), ("x",)),
        ({"field": "products", "in": ["crm", "mail"]}, ("mail",), ("x",)),
        ({"field": "products", "not_in": ["crm"]}, ("x",), ("crm", "x")),
        ({"field": "opted_out", "eq": True}, True, False),
        ({"field": "created_at", "gte": "2026-05-13T10:00:00Z"}, NOW, NOW - 1),
        ({"field": "created_at", "within_last": "30 d"}, NOW - 30 * DAY + 1, NOW - 30 * DAY),
        ({"field": "created_at", "before_last": "30 d"}, NOW - 30 * DAY, NOW - 30 * DAY + 1),
    ],
)
def test_operators_hold_fail_and_are_unknown_without_a_value(clause, holds, fails):
    name = clause["field"]
    assert outcome(clause, {name: holds}) is True
    assert outcome(clause, {name: fails}) is False
    assert outcome(clause, {}) is None
    assert outcome(clause, {name: None}) is None
    assert outcome({"not": clause}, {name: holds}) is False
    assert outcome({"not": clause}, {name: fails}) is True
    assert outcome({"not": clause}, {}) is None


def test_is_set_and_not_set_are_always_known():
    assert outcome({"field": "budget", "is_set": True}, {}) is False
    assert outcome({"field": "budget", "not_set": True}, {}) is True
    assert outcome({"field": "budget", "is_set": True}, {"budget": 0}) is True
    assert outcome({"field": "products", "is_set": True}, {"products": ()}) is False


def test_a_value_of_another_type_is_unknown_not_an_error():
    assert outcome({"field": "fit_score", "gte": 50}, {"fit_score": "70"}) is None
    assert outcome({"field": "fit_score", "gte": 0}, {"fit_score": True}) is None
    assert outcome({"field": "country", "eq": "ES"}, {"country": ("ES",)}) is None
    assert outcome({"field": "created_at", "within_last": "1 d"}, {"created_at": "soon"}) is None
    assert outcome({"field": "created_at", "within_last": "1 d"}, {"created_at": 10**12}) is None


def test_all_and_any_carry_unknown_only_where_nothing_decides():
    known_false = {"field": "fit_score", "gte": 50}
    missing = {"field": "budget", "gte": 1}
    values = {"fit_score": 10}
    assert outcome({"all": [missing, known_false]}, values) is False
    assert outcome({"any": [missing, known_false]}, values) is None
    assert outcome({"any": [missing, {"not": known_false}]}, values) is True
    assert outcome({"all": [missing, {"not": known_false}]}, values) is None


def test_constants_are_conditions():
    assert outcome(True, {}) is True
    assert outcome({"not": True}, {}) is False


def test_the_trace_has_each_clause_with_its_place_value_and_date():
    values = {"fit_score": 70, "engagement_score": 65, "country": "ES"}
    found = condition(MQL).evaluate(values, {"fit_score": 7}, now=NOW)
    assert found.outcome is True
    assert [(row.clause.key, row.found, row.at, row.outcome) for row in found.trace] == [
        ("any[0]", None, None, None),
        ("any[1].all[0]", 70, 7, True),
        ("any[1].all[1]", 65, None, True),
        ("any[1].all[2]", "ES", None, True),
    ]
    assert found.unknown == ("last_form.kind",)
    assert found.valid_until is None


def test_changed_to_needs_evidence_of_the_change():
    clause = {"field": "lifecycle_stage", "changed_to": "marketingqualifiedlead"}
    now_so = {"lifecycle_stage": "marketingqualifiedlead"}
    assert outcome(clause, now_so) is None
    assert outcome(clause, now_so, {"lifecycle_stage": 5}) is True
    assert outcome(clause, now_so, previous={"lifecycle_stage": "lead"}) is True
    assert outcome(clause, now_so, previous={"lifecycle_stage": "marketingqualifiedlead"}) is None
    assert outcome(clause, {"lifecycle_stage": "lead"}) is False


def test_valid_until_is_the_first_instant_at_which_time_changes_the_outcome():
    recent = {"field": "last_form.at", "within_last": "30 d"}
    values = {"last_form.at": NOW - 10 * DAY, "fit_score": 70}
    found = condition(recent).evaluate(values, now=NOW)
    assert found.valid_until == NOW + 20 * DAY
    assert condition(recent).evaluate(values, now=found.valid_until - 1).outcome is True
    assert condition(recent).evaluate(values, now=found.valid_until).outcome is False
    either = {"any": [recent, {"field": "fit_score", "gte": 50}]}
    assert condition(either).evaluate(values, now=NOW).valid_until is None


def test_valid_until_sees_a_value_in_the_future_begin():
    found = condition({"field": "last_form.at", "within_last": "1 h"}).evaluate(
        {"last_form.at": NOW + 60}, now=NOW
    )
    assert (found.outcome, found.valid_until) == (False, NOW + 60)


def test_calendar_days_keep_the_wall_time_of_the_zone():
    before_change = parse_instant("2026-03-28T12:00:00+01:00")
    a_day_later = parse_instant("2026-03-29T12:00:00+02:00")
    clause = condition({"field": "last_form.at", "within_last": "1 d"})
    found = clause.evaluate({"last_form.at": before_change}, now=before_change, times=MADRID)
    assert found.valid_until == a_day_later == before_change + 23 * 3600


def test_a_date_begins_at_the_zones_midnight_and_a_gap_maps_to_the_transition():
    assert MADRID.start_of("2026-05-13") == parse_instant("2026-05-13T00:00:00+02:00")
    sao = Times(zone=ZoneInfo("America/Sao_Paulo"))
    assert sao.start_of("2018-11-04") == parse_instant("2018-11-04T01:00:00-02:00")
    gap = MADRID.later(parse_instant("2026-03-28T02:30:00+01:00"), parse_span("1 d"))
    assert gap == parse_instant("2026-03-29T03:00:00+02:00")


def test_business_spans_ask_the_calendar_that_is_given():
    asked = []

    def business(start, span):
        asked.append(span)
        return start + 100

    clause = condition({"field": "last_form.at", "within_last": "2 bd"})
    found = clause.evaluate({"last_form.at": NOW}, now=NOW, times=Times(business=business))
    assert (found.outcome, found.valid_until) == (True, NOW + 100)
    assert set(asked) == {Span(count=2, unit=Unit.day, business=True)}
    with pytest.raises(ValueError, match="no calendar"):
        clause.evaluate({"last_form.at": NOW}, now=NOW)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("30d", "30 d"),
        ("4 business h", "4 business h"),
        ("2bd", "2 business d"),
        ("15 business min", "15 business min"),
        ("90 minutes", "90 min"),
        ("1 week", "1 w"),
    ],
)
def test_spans_are_read_as_people_write_them(text, written):
    assert str(parse_span(text)) == written


@pytest.mark.parametrize(
    "text", ["", "0 d", "-1 d", "d", "4", "2 business weeks", "99999 weeks", "1 fortnight"]
)
def test_spans_that_mean_nothing_are_refused(text):
    with pytest.raises(ValueError, match=r"write|weeks"):
        parse_span(text)


def test_since_is_the_newest_date_among_the_clauses_that_made_it_true():
    mql = condition(MQL)
    values = {"fit_score": 70, "engagement_score": 65, "country": "ES"}
    dated = {"fit_score": 100, "engagement_score": 300, "country": 200}
    assert mql.since(mql.evaluate(values, dated, now=NOW)) == (300, True)
    del dated["country"]
    assert mql.since(mql.evaluate(values, dated, now=NOW)) == (300, False)


def test_since_takes_the_part_of_any_that_made_it_true_first():
    mql = condition(MQL)
    values = {"fit_score": 70, "engagement_score": 65, "country": "ES", "last_form.kind": "demo"}
    dated = {"fit_score": 100, "engagement_score": 300, "country": 200, "last_form.kind": 900}
    assert mql.since(mql.evaluate(values, dated, now=NOW)) == (300, True)
    values["fit_score"] = 1
    assert mql.since(mql.evaluate(values, dated, now=NOW)) == (900, True)


def test_since_goes_through_not_and_back():
    away = {"not": {"any": [{"field": "opted_out", "eq": True}, {"field": "country", "eq": "ES"}]}}
    values, dated = {"opted_out": False, "country": "FR"}, {"opted_out": 100, "country": 300}
    gone = condition(away)
    assert gone.since(gone.evaluate(values, dated, now=NOW)) == (300, True)
    either = condition({"any": [away, {"field": "fit_score", "gte": 50}]})
    found = either.evaluate({**values, "fit_score": 70}, {**dated, "fit_score": 200}, now=NOW)
    assert either.since(found) == (200, True)
    unknown = gone.evaluate({}, {"opted_out": 100}, now=NOW)
    assert gone.since(unknown) == (None, False)


def test_since_prefers_the_dated_part_of_any_and_the_whole_one_at_the_same_instant():
    either = condition(
        {
            "any": [
                {"all": [{"field": "fit_score", "gte": 50}, {"field": "country", "eq": "ES"}]},
                {"field": "engagement_score", "gte": 60},
                {"field": "budget", "gte": 1},
            ]
        }
    )
    values = {"fit_score": 70, "country": "ES", "engagement_score": 65, "budget": 9}
    assert either.since(either.evaluate(values, {"fit_score": 100, "engagement_score": 100}, now=NOW)) == (
        100,
        True,
    )
    assert either.since(either.evaluate(values, {"fit_score": 100, "engagement_score": 300}, now=NOW)) == (
        100,
        False,
    )
    assert either.since(either.evaluate(values, {}, now=NOW)) == (None, False)


def test_since_dates_a_clause_about_time_by_the_value():
    old = condition({"field": "last_form.at", "before_last": "1 d"})
    found = old.evaluate({"last_form.at": NOW - 5 * DAY}, now=NOW)
    assert old.since(found).at == NOW - 4 * DAY
    recent = condition({"field": "last_form.at", "within_last": "9 d"})
    found = recent.evaluate({"last_form.at": NOW - 5 * DAY}, now=NOW)
    assert recent.since(found).at == NOW - 5 * DAY


def test_fields_of_a_condition():
    assert fields_of(condition(MQL)) == {"last_form.kind", "fit_score", "engagement_score", "country"}


def test_every_problem_is_listed_with_its_place_and_what_to_write():
    found = problems(
        {
            "any": [
                {"field": "fit_scor", "gte": 50},
                {"field": "fit_score", "gtee": 50},
                {"field": "fit_score", "contains": 5},
                {"field": "fit_score", "gte": "50"},
                {"field": "country"},
                {"field": "country", "eq": "ES", "ne": "MX"},
                {"all": []},
                {"field": "created_at", "gte": "2026-05-13T10:00:00"},
                {"field": "budget", "is_set": False},
                {"field": "fit_score", "between": [20, 10]},
                {"not": {"field": "created_at", "within_last": 30}},
                "fit_score >= 50",
                {"any": [True], "all": [True]},
                {"gte": 5},
            ]
        }
    )
    assert len(found) == 14
    key = "agreement.definitions.mql"
    assert found[0] == f"{key}.any[0]: 'fit_scor' is no field of a lead; write 'fit_score'"
    assert found[1] == f"{key}.any[1]: 'gtee' is no operator; write 'gte'"
    assert found[2].startswith(f"{key}.any[2]: contains cannot be asked of fit_score, a number; write one of")
    assert found[3] == f"{key}.any[3].gte: the value does not fit; write a number"
    assert (
        found[8]
        == f"{key}.any[8].is_set: the value does not fit; write is_set = true, or not_set = true for the opposite"
    )
    assert "within_last" in found[10]
    assert "30 d" in found[10]


@pytest.mark.parametrize("raw", ["ES", [], [""], 5, None])
def test_a_list_of_values_has_at_least_one(raw):
    assert len(problems({"field": "country", "in": raw})) == 1


def test_presence_has_no_other_operand():
    (clause,) = condition({"field": "budget", "is_set": True}).clauses
    assert clause.operand is True
    assert "is_set = true" in problems({"field": "budget", "not_set": False})[0]


def test_depth_and_size_have_limits():
    def nested(levels: int) -> object:
        table: object = {"field": "fit_score", "gte": 1}
        for _ in range(levels - 1):
            table = {"not": table}
        return table

    assert condition(nested(MAX_DEPTH)).fields == ("fit_score",)
    assert "deeper than 6" in problems(nested(MAX_DEPTH + 1))[0]
    clause = {"field": "fit_score", "gte": 1}
    assert len(condition({"all": [clause] * (MAX_NODES - 1)}).clauses) == MAX_NODES - 1
    assert "more than 200" in problems({"all": [clause] * MAX_NODES})[0]


def test_conditions_with_the_same_tree_are_equal():
    assert condition(MQL) == condition(MQL)
    assert condition(MQL) != condition(True)

import json

from mapping.catalogue import CATALOGUE, sensitive_of, types_of
from mapping.conditions import parse_condition
from mapping.explanation import hide_values, trace_table, word_trace
from mapping.setting import Setting

TREE = {
    "all": [
        {"field": "last_form.kind", "in": ["demo", "price"]},
        {"field": "email", "contains": "acme"},
        {"field": "last_form.at", "within_last": "2 d"},
        {"field": "budget", "gt": 1000},
        {"not": {"field": "opted_out", "eq": True}},
    ]
}
VALUES = {
    "last_form.kind": "demo",
    "email": "ana@acme.com",
    "last_form.at": 1_780_000_000,
    "opted_out": False,
}


def table():
    condition = parse_condition(TREE, types_of(CATALOGUE), "mql")
    found = condition.evaluate(VALUES, {"last_form.kind": 1_780_000_000}, now=1_780_000_100)
    return trace_table(found.trace, sensitive_of(CATALOGUE.values()))


def test_a_trace_is_told_in_lines_after_a_way_through_json():
    kept = json.loads(json.dumps(table()))
    assert word_trace(kept, Setting(language="en")) == [
        "last_form.kind is one of demo, price: yes, it is demo since 5/28/26, 8:26\u202fPM UTC",
        "email contains ***: yes, it is ***",
        "last_form.at is within the last 2 d: yes, it is 5/28/26, 8:26\u202fPM UTC",
        "budget is more than 1000: not known, it is blank",
        "opted_out is yes: no, it is no",
    ]
    assert word_trace(kept, Setting(language="es"))[0].startswith(
        "last_form.kind es uno de demo, price: sí, es demo"
    )


def test_a_kept_trace_holds_no_value_of_a_sensitive_field():
    assert "acme" not in json.dumps(table())


def test_a_field_that_is_called_sensitive_later_is_hidden_in_what_was_kept_before():
    kept = json.loads(json.dumps(table()))
    shown = hide_values(kept, {"last_form.kind", "opted_out", "budget"})
    assert "demo" not in json.dumps(shown)
    assert [each["found"] for each in shown] == ["***", "***", kept[2]["found"], None, "***"]
    assert hide_values(kept, ()) == kept

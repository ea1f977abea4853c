"""Each form of value: what it reads, what it refuses with which advice, and that it writes what it reads."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from policies.business_time import BusinessDays
from policies.forms import (
    INSTANT,
    SECONDS,
    SPAN,
    SWITCH,
    TARGETS,
    TEXT,
    CalendarDays,
    Form,
    Misfit,
    as_table,
    by,
    code,
    codes,
    count,
    optional,
    plain,
    read_terms,
    refuse_unknown,
    targets,
    write_terms,
)
from policies.terms import WARNINGS, Warn


def made(form):
    """A form, also where a test has it made for itself."""
    return form if isinstance(form, Form) else form()


NOON = int(datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("form", "written", "value"),
    [
        (SPAN, "4h", 14_400),
        (SPAN, "15m", 900),
        (SPAN, "90m", 5_400),
        (SPAN, "30s", 30),
        (SPAN, "0h", 0),
        (SPAN, "2bd", BusinessDays(2)),
        (SPAN, "10d", CalendarDays(10)),
        (SECONDS, "2h", 7_200),
        (SWITCH, False, False),
        (TEXT, "Ana", "Ana"),
        (INSTANT, "2026-06-01T12:00:00Z", NOON),
        (lambda: count(1, 5), 5, 5),
        (lambda: count(1, 5), 1, 1),
        (lambda: code(["phone", "email"]), "email", "email"),
        (codes, ["x", "y"], ("x", "y")),
        (lambda: codes(["phone", "email"]), ["email"], ("email",)),
        (lambda: optional(count(1)), 3, 3),
        (lambda: optional(count(1)), False, None),
        (TARGETS, "4h", targets(14_400)),
        (TARGETS, {"hot": "1h", "standard": "4h"}, targets(14_400, hot=3_600)),
        (
            WARNINGS,
            ["50%", "2bd", "5m"],
            (Warn(percent=50), Warn(before=BusinessDays(2)), Warn(before=300)),
        ),
    ],
)
def test_a_form_reads_what_it_writes(form, written, value):
    form = made(form)
    assert form.read(written) == value
    assert form.write(value) == written


@pytest.mark.parametrize(
    ("form", "written", "value"),
    [
        (SPAN, "4 h", 14_400),
        (TARGETS, {"standard": "4h", "a": "1h"}, targets(14_400, a=3_600)),
        (codes, ("x",), ("x",)),
        (lambda: optional(count(1)), None, None),
        (INSTANT, datetime(2026, 6, 1, 12, tzinfo=UTC), NOON),
        (INSTANT, date(2026, 6, 1), NOON - 43_200),
        (INSTANT, "", None),
        (INSTANT, None, None),
        (WARNINGS, (), ()),
    ],
)
def test_a_form_reads_other_ways_of_writing_the_same(form, written, value):
    assert made(form).read(written) == value


def test_nothing_is_written_for_no_instant():
    assert INSTANT.write(None) is None


@pytest.mark.parametrize(
    ("form", "written", "what", "write"),
    [
        (SPAN, "h4", "'h4' is not a span of time", "write '4h', '15m', '2bd' or '10d'"),
        (SPAN, "4hours", "'4hours' is not a span of time", "write '4h', '15m', '2bd' or '10d'"),
        (SPAN, 4, "4 is not a span of time", "write '4h', '15m', '2bd' or '10d'"),
        (SECONDS, "2d", "'2d' counts days", "write hours, minutes or seconds: '2h', '15m', '30s'"),
        (SWITCH, "no", "'no' is not a switch", "write true or false"),
        (TEXT, "  ", "'  ' is not a text", "write a text in quotes"),
        (TEXT, None, "None is not a text", "write a text in quotes"),
        (INSTANT, "noon", "'noon' is not an instant", "write 2026-06-01T00:00:00+02:00"),
        (INSTANT, 5, "5 is not an instant", "write 2026-06-01T00:00:00+02:00"),
        (
            INSTANT,
            "2026-06-01T12:00:00",
            "an instant without a zone",
            "write 2026-06-01T00:00:00+02:00",
        ),
        (count, -1, "-1 is out of range", "write a number from 0 on"),
        (lambda: count(1, 5), 0, "0 is out of range", "write a number from 1 to 5"),
        (lambda: count(1, 5), 6, "6 is out of range", "write a number from 1 to 5"),
        (lambda: count(2), 1, "1 is out of range", "write a number from 2 on"),
        (lambda: count(2), 2.5, "2.5 is not a whole number", "write a number from 2 on"),
        (lambda: count(2), True, "True is not a whole number", "write a number from 2 on"),
        (lambda: code(["phone", "email"]), "fone", "'fone' is not known here", "write 'phone'"),
        (lambda: code(["phone", "email"]), "qq", "'qq' is not known here", "write one of email, phone"),
        (codes, "x", "'x' is not a list", "write ['name', 'other']"),
        (codes, [""], "'' is not a text", "write a text in quotes"),
        (lambda: codes(["phone"]), ["x"], "'x' is not known here", "write one of phone"),
        (lambda: optional(count(1)), 0, "0 is out of range", "write a number from 1 on"),
        (
            TARGETS,
            {"hot": "1h"},
            "no target for 'standard'",
            "write { standard = '4h', hot = '1h' }",
        ),
        (WARNINGS, "50%", "'50%' is not a list", "write ['50%', '80%']"),
        (
            WARNINGS,
            ["half"],
            "'half' is not a warning",
            "write '80%' of the target or '2bd' before it is due",
        ),
        (WARNINGS, ["00%"], "'00%' is not a warning", "write '80%' of the target or '2bd' before it is due"),
        (WARNINGS, [50], "50 is not a warning", "write '80%' of the target or '2bd' before it is due"),
    ],
)
def test_a_form_refuses_with_advice(form, written, what, write):
    with pytest.raises(Misfit) as found:
        made(form).read(written)
    problem = found.value.problem
    assert (problem.key, problem.what, problem.write, str(found.value)) == ("", what, write, what)


def test_the_most_precise_target_holds():
    rows = targets(1, hot=2, enterprise=3, **{"hot.enterprise": 4})
    asked = [("standard", None), ("hot", None), ("standard", "enterprise"), ("hot", "enterprise"), ("x", "y")]
    assert [rows.of(*each) for each in asked] == [1, 2, 3, 4, 1]
    assert rows.of("hot", "other") == 2
    assert targets(7).of("hot", "enterprise") == 7


@pytest.mark.parametrize(
    ("warn", "level"), [(Warn(percent=50), "warn50"), (Warn(before=BusinessDays(2)), "warn2bd")]
)
def test_a_warning_is_called_by_its_level(warn, level):
    assert warn.level == level


@dataclass(frozen=True)
class Terms:
    name: str = field(default="a", metadata=by(TEXT))
    number: int = field(default=1, metadata=by(count(1)))
    kept: str = "own"


def test_terms_take_what_the_table_gives_and_tell_the_rest():
    problems = []
    found = read_terms(
        Terms(kept="other"), {"number": 3, "nmae": 1, "more": 2}, "part", problems, also=("more",)
    )
    assert found == Terms("a", 3, "other")
    assert [str(each) for each in problems] == ["part.nmae: is not known here; write 'name'"]
    assert write_terms(found) == {"name": "a", "number": 3}


def test_a_value_that_does_not_fit_leaves_the_default():
    problems = []
    assert read_terms(Terms(), {"number": 0, "name": "b"}, "", problems) == Terms("b")
    assert [str(each) for each in problems] == ["number: 0 is out of range; write a number from 1 on"]


def test_a_table_has_texts_as_keys():
    problems = []
    assert as_table({1: "a"}, "part", problems) == {"1": "a"}
    assert as_table([1], "part.row", problems) == {}
    refuse_unknown({"a": 1, "b": 2}, ("a",), "part", problems)
    refuse_unknown({"c": 1}, ("d",), "", problems)
    assert [str(each) for each in problems] == [
        "part.row: [1] is not a table; write a [part.row] table",
        "part.b: is not known here; write one of a",
        "c: is not known here; write one of d",
    ]


def test_plain_values_are_jsons():
    table = {"when": [date(2026, 6, 1)], 3: {"x": (1, 2)}, "text": "a", "none": None}
    assert plain(table) == {"when": ["2026-06-01"], "3": {"x": [1, 2]}, "text": "a", "none": None}

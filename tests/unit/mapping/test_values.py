from zoneinfo import ZoneInfo

import pytest

from mapping.records import Value, ValueType, parse_instant
from mapping.values import EARLIEST, LATEST, Context, Unfit, convert, is_blank


@pytest.mark.parametrize(
    ("value", "to", "converted"),
    [
        ("12", ValueType.number, 12),
        ("-0.5", ValueType.number, -0.5),
        (" 7 ", ValueType.number, 7),
        ("1e3", ValueType.number, 1000.0),
        (EARLIEST, ValueType.instant, EARLIEST),
        (LATEST, ValueType.instant, LATEST),
        (LATEST, ValueType.date, "9999-12-29"),
        (1, ValueType.bool, True),
        ("No", ValueType.bool, False),
        (("one",), ValueType.choice, "one"),
        (7, ValueType.choice, "7"),
        (" a ; b;a; ", ValueType.choices, ("a", "b")),
        ("x@acme.test", ValueType.email, "x@acme.test"),
        (" A@Acme.COM ", ValueType.email, "A@acme.com"),
        ("acme.com/precios?x=1", ValueType.url, "acme.com/precios?x=1"),
        (34600123456, ValueType.text, "34600123456"),
        (5.0, ValueType.text, "5"),
        (False, ValueType.text, "false"),
    ],
)
def test_values_are_brought_to_a_type(value: Value, to: ValueType, converted: Value):
    found = convert(value, to)
    assert found == converted
    assert type(found) is type(converted)


@pytest.mark.parametrize(
    ("value", "to", "code"),
    [
        (EARLIEST - 1, ValueType.instant, "not_an_instant"),
        (LATEST + 1, ValueType.instant, "not_an_instant"),
        (LATEST + 1, ValueType.date, "not_a_date"),
        (True, ValueType.instant, "not_an_instant"),
        (1.5, ValueType.instant, "not_an_instant"),
        (True, ValueType.date, "not_a_date"),
        ("2026-02-30", ValueType.date, "not_a_date"),
        (2, ValueType.bool, "not_a_bool"),
        (1.0, ValueType.bool, "not_a_bool"),
        (float("inf"), ValueType.number, "not_a_number"),
        ("1_000", ValueType.number, "not_a_number"),
        ("9" * 71, ValueType.number, "not_a_number"),
        (("a",), ValueType.number, "not_a_number"),
        (5, ValueType.email, "not_an_email"),
        (True, ValueType.phone, "not_a_phone"),
        ("+346001234569999", ValueType.phone, "not_a_phone"),
        (5, ValueType.url, "not_a_url"),
        ("acme", ValueType.url, "not_a_url"),
        (";", ValueType.choices, "not_a_choice"),
        (("a", "b"), ValueType.choice, "not_one_choice"),
    ],
)
def test_values_that_do_not_fit_say_what_they_are_not(value: Value, to: ValueType, code: str):
    with pytest.raises(Unfit) as caught:
        convert(value, to)
    assert caught.value.code == code
    assert caught.value.at("X").field == "X"


@pytest.mark.parametrize("value", [None, "", " \t\n", (), ("", " ")])
def test_blanks_are_nothing(value: Value):
    assert is_blank(value)
    assert all(convert(value, each) is None for each in ValueType)


@pytest.mark.parametrize("value", [0, False, "0", ("", "a")])
def test_zero_and_false_are_something(value: Value):
    assert not is_blank(value)


@pytest.mark.parametrize(
    ("day", "zone", "begins"),
    [
        ("2026-05-14", "Europe/Madrid", "2026-05-13T22:00:00Z"),
        ("2026-01-14", "Europe/Madrid", "2026-01-13T23:00:00Z"),
        ("2026-05-14", "America/Mexico_City", "2026-05-14T06:00:00Z"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z"),  # its midnight was skipped
        ("2026-03-29", "Europe/Madrid", "2026-03-28T23:00:00Z"),
    ],
)
def test_a_date_becomes_the_instant_at_which_it_begins_in_the_zone_and_back(day: str, zone: str, begins: str):
    context = Context(zone=ZoneInfo(zone))
    instant = convert(day, ValueType.instant, context)
    assert instant == parse_instant(begins)
    assert convert(instant, ValueType.date, context) == day


def test_a_text_with_a_time_and_a_zone_is_the_day_in_the_companys_zone():
    madrid = Context(zone=ZoneInfo("Europe/Madrid"))
    assert convert("2026-05-13T22:30:00Z", ValueType.date, madrid) == "2026-05-14"
    with pytest.raises(Unfit, match="not_a_date"):
        convert("2026-05-13T22:30:00", ValueType.date, madrid)

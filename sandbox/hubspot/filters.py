"""Filters and sorts of search, compiled once per request."""

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from sandbox.hubspot.errors import invalid
from sandbox.hubspot.stamps import parse_day, parse_instant

Values = Mapping[str, str]
Test = Callable[[Values], bool]
Comparable = float | str
_WORDS = re.compile(r"\W+")


def read_filter(wish: Mapping[str, Any], definition: Mapping[str, Any]) -> Test:
    """The test that one filter makes of a contact's values; raises 400 where it makes no sense.

    Text compares without regard to case, but an enumeration with it, and IN and NOT_IN compare the given text
    as it stands with lower-case values. Apart from NOT_HAS_PROPERTY no operator finds contacts without a value.
    """
    operator = wish.get("operator")
    if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        name, wanted = definition["name"], operator == "HAS_PROPERTY"
        return lambda values: (name in values) is wanted
    make = _TESTS.get(str(operator))
    if make is None:
        raise invalid(f"Invalid input JSON: operator {operator} is not known")
    test, convert, name = make(wish, definition), _converter(definition), definition["name"]

    def matches(values: Values) -> bool:
        value = values.get(name)
        return value is not None and test(convert(value))

    return matches


def sort_key(definition: Mapping[str, Any]) -> Callable[[Values], tuple[bool, Comparable]]:
    """The order of contacts by one property, those without a value first."""
    name, convert = definition["name"], _converter(definition)

    def key(values: Values) -> tuple[bool, Comparable]:
        value = values.get(name)
        return (False, "") if value is None else (True, convert(value))

    return key


def _converter(definition: Mapping[str, Any]) -> Callable[[str], Comparable]:
    """How a kept value is made comparable: instants and days are texts whose order is that of time."""
    match definition["type"]:
        case "number":
            return float
        case "datetime" | "date" | "enumeration":
            return str
        case _:
            return str.lower


def _bound(definition: Mapping[str, Any], value: object) -> Comparable:
    """A filter's value, comparable with kept ones."""
    text = str(value)
    try:
        match definition["type"]:
            case "number":
                return float(text)
            case "datetime":
                return parse_instant(text)
            case "date":
                return parse_day(text)
            case "enumeration":
                return text
            case _:
                return text.lower()
    except ValueError:
        raise invalid(f"{text} is no value of a {definition['type']} property") from None


def _given(wish: Mapping[str, Any], key: str) -> Any:
    value = wish.get(key)
    if value is None:
        raise invalid(f"Invalid input JSON: operator {wish.get('operator')} needs {key}")
    return value


def _comparing(compare: Callable[[Any, Any], bool]) -> Callable[..., Callable[[Comparable], bool]]:
    def make(wish: Mapping[str, Any], definition: Mapping[str, Any]) -> Callable[[Comparable], bool]:
        bound = _bound(definition, _given(wish, "value"))
        return lambda value: compare(value, bound)

    return make


def _between(wish: Mapping[str, Any], definition: Mapping[str, Any]) -> Callable[[Comparable], bool]:
    low: Any = _bound(definition, _given(wish, "value"))
    high: Any = _bound(definition, _given(wish, "highValue"))
    return lambda value: low <= value <= high


def _within(wish: Mapping[str, Any], definition: Mapping[str, Any]) -> Callable[[Comparable], bool]:
    values = _given(wish, "values")
    if not isinstance(values, list):
        raise invalid("Invalid input JSON: values must be a list")
    if definition["type"] in ("string", "phone_number"):
        allowed: set[Comparable] = {str(value) for value in values}
    else:
        allowed = {_bound(definition, value) for value in values}
    return lambda value: value in allowed


def _token(wish: Mapping[str, Any], _: Mapping[str, Any]) -> Callable[[Comparable], bool]:
    pattern = str(_given(wish, "value")).lower().replace("[", "[[]").replace("?", "[?]")

    def contains(value: Comparable) -> bool:
        text = str(value).lower()
        tokens = [text, *text.split(), *_WORDS.split(text)]
        return any(fnmatchcase(token, pattern) for token in tokens)

    return contains


def _negated(
    make: Callable[..., Callable[[Comparable], bool]],
) -> Callable[..., Callable[[Comparable], bool]]:
    def negated(wish: Mapping[str, Any], definition: Mapping[str, Any]) -> Callable[[Comparable], bool]:
        test = make(wish, definition)
        return lambda value: not test(value)

    return negated


_equal = _comparing(lambda value, bound: bool(value == bound))
_TESTS: dict[str, Callable[..., Callable[[Comparable], bool]]] = {
    "EQ": _equal,
    "NEQ": _negated(_equal),
    "LT": _comparing(lambda value, bound: bool(value < bound)),
    "LTE": _comparing(lambda value, bound: bool(value <= bound)),
    "GT": _comparing(lambda value, bound: bool(value > bound)),
    "GTE": _comparing(lambda value, bound: bool(value >= bound)),
    "BETWEEN": _between,
    "IN": _within,
    "NOT_IN": _negated(_within),
    "CONTAINS_TOKEN": _token,
    "NOT_CONTAINS_TOKEN": _negated(_token),
}

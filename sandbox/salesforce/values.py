"""From JSON to what a column keeps, and back, by the type of the field."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Any

from sandbox.salesforce import ids
from sandbox.salesforce.errors import Fault, wrong_id, wrong_json
from sandbox.salesforce.schema import TEXT_TYPES, Field

_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\"]+@[^\s@.,;<>()]+(\.[^\s@.,;<>()]+)+$")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")
_DATETIME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?)(\.\d+)?(Z|[+-]\d{2}:?\d{2})$")
_FIRST_YEAR, _LAST_YEAR = 1700, 4000
_INT_LIMIT = 2**31
_DOUBLES = frozenset({"double", "currency", "percent"})


def stamp(instant: datetime) -> str:
    """An aware instant as Salesforce writes it: UTC with an offset of +0000, whole seconds."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def instant(text: str) -> datetime | None:
    """The instant that a dateTime says, in UTC; None where it says none or has no offset."""
    match = _DATETIME.match(text)
    if match is None:
        return None
    zone = "+00:00" if match[4] == "Z" else match[4]
    try:
        moment = datetime.fromisoformat(match[1] + (zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"))
    except ValueError:
        return None
    return moment.astimezone(UTC) if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def is_date(text: str) -> bool:
    """Whether the text is a day that exists, as yyyy-MM-dd."""
    if not _DATE.match(text):
        return False
    try:
        return _FIRST_YEAR <= date.fromisoformat(text).year <= _LAST_YEAR
    except ValueError:
        return False


def add_days(day: str, days: int) -> str:
    """The day so many days later."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def parse(field: Field, value: object) -> Any:
    """What the JSON value means for the field; raises a fatal JSON_PARSER_ERROR when it cannot be read so."""
    if value is None:
        return None
    if isinstance(value, list):
        raise wrong_json(_kind(field), "START_ARRAY", "[")
    if isinstance(value, dict):
        raise wrong_json(_kind(field), "START_OBJECT", "{")
    return _PARSERS.get(field.type, _parse_text)(field, value)


def _kind(field: Field) -> str:
    return {"datetime": "datetime", "textarea": "string", "picklist": "string"}.get(field.type, field.type)


def _token(value: object) -> str:
    match value:
        case bool():
            return "VALUE_TRUE" if value else "VALUE_FALSE"
        case int():
            return "VALUE_NUMBER_INT"
        case float():
            return "VALUE_NUMBER_FLOAT"
        case _:
            return "VALUE_STRING"


def _parse_text(field: Field, value: object) -> str | None:
    if isinstance(value, bool):
        value = str(value).lower()
    # Salesforce trims one-line text, and keeps empty text as null.
    text = str(value) if field.type == "textarea" else str(value).strip()
    return text or None


def _parse_boolean(_: Field, value: object) -> int:
    known = {"true": 1, "false": 0}
    written = str(value).lower()
    if written not in known:
        raise wrong_json("boolean", _token(value), value)
    return known[written]


def _parse_number(field: Field, value: object) -> float | None:
    if value == "":
        return None
    try:
        number = float(str(value))
    except ValueError:
        raise wrong_json(_kind(field), _token(value), value) from None
    if isinstance(value, bool) or not isfinite(number):
        raise wrong_json(_kind(field), _token(value), value)
    return round(number, field.scale)


def _parse_int(field: Field, value: object) -> int | None:
    number = _parse_number(field, value)
    if number is not None and (number != int(number) or abs(number) >= _INT_LIMIT):
        raise wrong_json("int", _token(value), value)
    return None if number is None else int(number)


def _parse_datetime(_: Field, value: object) -> str | None:
    if value == "":
        return None
    moment = instant(str(value))
    if moment is None:
        raise wrong_json("datetime", _token(value), value)
    return stamp(moment)


def _parse_date(_: Field, value: object) -> str | None:
    if value == "":
        return None
    day = str(value)[:10]
    if not is_date(day) or (str(value) != day and instant(str(value)) is None):
        raise wrong_json("date", _token(value), value)
    return day


_PARSERS: dict[str, Callable[[Field, object], Any]] = {
    "boolean": _parse_boolean,
    "int": _parse_int,
    "datetime": _parse_datetime,
    "date": _parse_date,
    **dict.fromkeys(_DOUBLES, _parse_number),
}


def check(field: Field, value: Any) -> Any:
    """The value as it will be kept; raises the row's Fault for one that the field does not take."""
    if value is None:
        return None
    if field.type in TEXT_TYPES:
        return _check_text(field, value)
    if field.type == "reference":
        return ids.normalise(value) or _refuse_id(field, value)
    if field.type in _DOUBLES and abs(value) >= 10 ** (field.precision - field.scale):
        text = f"{field.label}: value outside of valid range on numeric field: {value}"
        raise Fault("NUMBER_OUTSIDE_VALID_RANGE", text, [field.name])
    return value


def _refuse_id(field: Field, value: str) -> str:
    raise wrong_id(field.label, field.name, value)


def _check_text(field: Field, text: str) -> str:
    if field.type == "email" and not _EMAIL.match(text):
        raise Fault("INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {text}", [field.name])
    if field.restricted and text not in {choice.value for choice in field.choices}:
        message = f"{field.label}: bad value for restricted picklist field: {text}"
        raise Fault("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, [field.name])
    if len(text) > field.length:
        message = f"{field.label}: data value too large: {text} (max length={field.length})"
        raise Fault("STRING_TOO_LONG", message, [field.name])
    return text


def wire(field: Field, value: Any) -> Any:
    """A kept value as the API answers it."""
    return bool(value) if field.type == "boolean" else value

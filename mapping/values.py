"""Values brought from one type to another, without guessing: what does not fit is a problem with a code."""

import dataclasses
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from mapping.records import Instant, Value, ValueType, format_instant, moment_of, parse_instant
from mapping.spans import Times

EARLIEST, LATEST = -62_135_424_000, 253_402_127_999
"""The instants that a date can hold in every zone: years 1 to 9999 without their outermost two days."""

_NUMBER = re.compile(r"[-+]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][-+]?\d{1,3})?", re.ASCII)
_BOOLS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_URL = re.compile(r"(https?://)?[^\s/:@<>\"]+\.[^\s/:@<>\"]+(:\d{1,5})?([/?#][^\s<>\"]*)?", re.IGNORECASE)
_LONGEST_EMAIL, _LONGEST_PHONE, _LONGEST_TEXT_NUMBER = 320, 100, 70
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


NO_PARAMS: Mapping[str, str | int] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueProblem:
    """What is wrong with a value of one record: the field, a code of `mapping.language`, its parameters.

    Parameters are names, lengths and counts, never the value itself (promise 8).
    """

    field: str
    code: str
    params: Mapping[str, str | int] = dataclasses.field(default_factory=lambda: NO_PARAMS)


class Unfit(ValueError):
    """A value that does not fit a type; `code` says what it is not, such as `not_a_number`."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def at(self, name: str) -> ValueProblem:
        """The problem as a person finds it, at its field."""
        return ValueProblem(field=name, code=self.code, params=self.params)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a conversion may need to know: the lead's country for phones, the company's zone for dates."""

    country: str | None = None
    zone: tzinfo = UTC
    source: ValueType | None = None  # the type the value has now, where known


NO_CONTEXT = Context()


def is_blank(value: Value) -> bool:
    """Whether there is nothing in it: None, white space only, or no value that has more."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, tuple) and not any(part.strip() for part in value))


def unprintable(text: str) -> bool:
    """Whether a text holds control characters (other than tab and line ends) or half characters."""
    return _UNPRINTABLE.search(text) is not None


def without_unprintable(text: str) -> str:
    """The text without control characters and half characters."""
    return _UNPRINTABLE.sub("", text)


def convert(value: Value, to: ValueType, context: Context = NO_CONTEXT) -> Value:
    """The value in the type asked for; a blank is None. Raises Unfit where it does not fit."""
    if is_blank(value):
        return None
    return _CONVERTERS[to](value, context)


_Converter: TypeAlias = Callable[[Value, Context], Value]


def _text(value: Value, context: Context) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if context.source is ValueType.instant and isinstance(value, int):
        return format_instant(_in_range(value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def _number(value: Value, _context: Context) -> int | float:
    if isinstance(value, bool):
        raise Unfit("not_a_number")
    if isinstance(value, str):
        text = value.strip()
        if len(text) > _LONGEST_TEXT_NUMBER or _NUMBER.fullmatch(text) is None:
            raise Unfit("not_a_number")
        value = int(text) if text.lstrip("+-").isdigit() else float(text)
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise Unfit("not_a_number")
    return value


def _bool(value: Value, _context: Context) -> bool:
    if isinstance(value, bool):
        return value
    known = _BOOLS.get(str(value).strip().lower()) if isinstance(value, str | int) else None
    if known is None:
        raise Unfit("not_a_bool")
    return known


def _in_range(instant: Instant) -> Instant:
    if not EARLIEST <= instant <= LATEST:
        raise Unfit("not_an_instant")
    return instant


def _instant(value: Value, context: Context) -> Instant:
    """A date is the instant at which it begins in the company's zone, so that it is the same day on both sides."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _in_range(value)
    text = value.strip() if isinstance(value, str) else ""
    try:
        begins = Times(zone=context.zone).start_of if _DAY.fullmatch(text) else parse_instant
        return _in_range(begins(text))
    except (ValueError, OverflowError) as error:
        raise Unfit("not_an_instant") from error


def _date(value: Value, context: Context) -> str:
    """An instant is the day that it falls on in the company's zone; a text with a time needs a zone of its own."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return _day_of(value, context.zone)
        if "T" in text:
            return _day_of(parse_instant(text), context.zone)
        return date.fromisoformat(text).isoformat()
    except (ValueError, OverflowError) as error:
        raise Unfit("not_a_date") from error


def _day_of(instant: Instant, zone: tzinfo) -> str:
    return moment_of(_in_range(instant)).astimezone(zone).date().isoformat()


def _choice(value: Value, context: Context) -> str:
    if isinstance(value, tuple):
        if len(value) != 1:
            raise Unfit("not_one_choice", count=len(value))
        return value[0]
    return _text(value, context)


def _choices(value: Value, context: Context) -> tuple[str, ...]:
    parts = value if isinstance(value, tuple) else _text(value, context).split(";")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip())) or _nothing()


def _nothing() -> tuple[str, ...]:
    raise Unfit("not_a_choice")


def _email(value: Value, _context: Context) -> str:
    """Checked by its form alone, without asking the network; quoted local parts and accents are addresses."""
    if not isinstance(value, str) or len(value) > _LONGEST_EMAIL:
        raise Unfit("not_an_email")
    return _address(value.strip())


@lru_cache(maxsize=16)  # a lead's main address is read twice, once more among all of its addresses
def _address(text: str) -> str:
    try:
        checked = validate_email(
            text, check_deliverability=False, allow_quoted_local=True, test_environment=True
        )
    except (EmailNotValidError, UnicodeError) as error:
        raise Unfit("not_an_email") from error
    return checked.normalized


def _phone(value: Value, context: Context) -> str:
    """E.164, with the extension after it where there is one; without a country code the lead's country."""
    if not isinstance(value, str | int) or isinstance(value, bool) or len(str(value)) > _LONGEST_PHONE:
        raise Unfit("not_a_phone")
    try:
        number = phonenumbers.parse(str(value), context.country)
    except phonenumbers.NumberParseException as error:
        raise Unfit("not_a_phone") from error
    if not phonenumbers.is_valid_number(number):
        raise Unfit("not_a_phone")
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain} ext. {number.extension}" if number.extension else plain


def _url(value: Value, _context: Context) -> str:
    if not isinstance(value, str) or _URL.fullmatch(value.strip()) is None:
        raise Unfit("not_a_url")
    return value.strip()


_CONVERTERS: dict[ValueType, _Converter] = {
    ValueType.text: _text,
    ValueType.number: _number,
    ValueType.bool: _bool,
    ValueType.date: _date,
    ValueType.instant: _instant,
    ValueType.choice: _choice,
    ValueType.choices: _choices,
    ValueType.email: _email,
    ValueType.phone: _phone,
    ValueType.url: _url,
    ValueType.owner: _choice,
}

"""Whether a property takes a value, and how HubSpot keeps it."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.hubspot.stamps import parse_day, parse_instant

Definition = Mapping[str, Any]
_EMAIL = re.compile(r"[^@\s,;<>()\"\[\]]+@[^@\s,;<>()\"\[\]]+\.[^@\s,;<>()\"\[\].]{2,}")


class BadValue(ValueError):
    """A value that its property does not take; `code` as in HubSpot's validation errors."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def kept(definition: Definition, value: str) -> str:
    """`value` as HubSpot keeps it; "" clears. Raises BadValue."""
    if value == "":
        return ""
    if definition["name"] == "email":
        return _email(value)
    if definition["name"] == "hs_additional_emails":
        return ";".join(_email(part.strip()) for part in value.split(";") if part.strip())
    keep = _KEPT.get(definition["type"])
    return keep(definition, value) if keep is not None else value


def written(definition: Definition, value: str, current: str) -> str:
    """`kept`, where a checkbox value that begins with `;` is added to the current ones."""
    if definition["fieldType"] == "checkbox" and value.startswith(";") and current:
        held = current.split(";")
        added = kept(definition, value[1:]).split(";")
        return ";".join(dict.fromkeys([*held, *added]))
    return kept(definition, value.lstrip(";") if definition["fieldType"] == "checkbox" else value)


def _email(value: str) -> str:
    address = value.strip().lower()
    if not _EMAIL.fullmatch(address):
        raise BadValue("INVALID_EMAIL", f"Email address {value} is invalid")
    return address


def _number(_: Definition, value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadValue("INVALID_INTEGER", f"{value} was not a valid number.")
    return value.strip()


def _instant(_: Definition, value: str) -> str:
    try:
        return parse_instant(value)
    except ValueError:
        raise BadValue("INVALID_DATE", f"{value} is not a valid date and time.") from None


def _day(_: Definition, value: str) -> str:
    try:
        return parse_day(value)
    except ValueError:
        raise BadValue("INVALID_DATE", f"{value} is not a valid date at midnight UTC.") from None


def _option(definition: Definition, value: str) -> str:
    allowed = {option["value"] for option in definition["options"]}
    parts = value.split(";") if definition["fieldType"] == "checkbox" else [value]
    for part in parts:
        if allowed and part not in allowed:
            raise BadValue("INVALID_OPTION", f"{part} was not one of the allowed options: {sorted(allowed)}")
    return value


def _bool(_: Definition, value: str) -> str:
    if value.lower() not in ("true", "false"):
        raise BadValue("INVALID_OPTION", f"{value} was not one of the allowed options: ['false', 'true']")
    return value.lower()


_KEPT: dict[str, Callable[[Definition, str], str]] = {
    "number": _number,
    "datetime": _instant,
    "date": _day,
    "enumeration": _option,
    "bool": _bool,
}

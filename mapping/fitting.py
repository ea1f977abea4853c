"""The last step of a field rule: what the target says of type, options and length."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from mapping.records import Value, ValueType
from mapping.values import Context, Unfit, ValueProblem, convert, is_blank, unprintable

ELLIPSIS = "…"
SEPARATOR = ";"  # between the values of a multi-picklist, at every vendor
_JOINERS = "\u200d\ufe0f"  # a letter after the first, or the second itself, belongs to what stands before

Fit: TypeAlias = Callable[[Value, Context], tuple[Value, ValueProblem | None]]


class Target(Protocol):
    """What a rule needs to know of the field that it writes; a connector's FieldInfo fits."""

    @property
    def type(self) -> ValueType: ...  # noqa: D102
    @property
    def writable(self) -> bool: ...  # noqa: D102
    @property
    def length(self) -> int | None: ...  # noqa: D102
    @property
    def required(self) -> bool: ...  # noqa: D102
    @property
    def options(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def restricted(self) -> bool: ...  # noqa: D102


def fit_to(target: Target, name: str, *, shortens: bool, typed: bool = False) -> Fit:
    """The function that brings a value to what the target takes, with a note where it was shortened.

    `typed` says that values have the target's type already, so that an address is not checked twice. The
    function raises Unfit for what the target would not hold: nothing is changed to make it fit.
    """
    to, length = target.type, target.length
    options = {each.casefold(): each for each in target.options} if target.restricted else None

    def fit(value: Value, context: Context) -> tuple[Value, ValueProblem | None]:
        if is_blank(value):
            return None, None
        value = value if typed else convert(value, to, context)
        if isinstance(value, str):
            _refuse_unprintable(value)
            if options is not None:
                value = _option(value, options)
            if length is not None and len(value) > length:
                return _cut(value, length, name) if shortens else _refuse_long(value, length)
        elif isinstance(value, tuple):
            value = tuple(_part(each, options) for each in value)
        return value, None

    return fit


def _part(value: str, options: Mapping[str, str] | None) -> str:
    _refuse_unprintable(value)
    if SEPARATOR in value:
        raise Unfit("separator_inside")
    return value if options is None else _option(value, options)


def _refuse_unprintable(text: str) -> None:
    if not (text.isascii() and text.isprintable()) and unprintable(text):
        raise Unfit("control_characters")


def _option(value: str, options: Mapping[str, str]) -> str:
    found = options.get(value.casefold())
    if found is None:
        raise Unfit("not_an_option")
    return found


def _refuse_long(text: str, length: int) -> tuple[Value, ValueProblem | None]:
    raise Unfit("too_long", length=len(text), limit=length)


def _cut(text: str, length: int, target: str) -> tuple[Value, ValueProblem | None]:
    note = ValueProblem(field=target, code="shortened", params={"length": len(text), "limit": length})
    return shorten(text, length), note


def shorten(text: str, length: int) -> str:
    """The text cut to a length, ending in an ellipsis; a letter is never parted from its marks."""
    if len(text) <= length:
        return text
    end = max(length - 1, 0)
    while end > 0 and (
        unicodedata.combining(text[end]) or text[end] in _JOINERS or text[end - 1] in _JOINERS[:1]
    ):
        end -= 1
    return (text[:end].rstrip() + ELLIPSIS)[:length]

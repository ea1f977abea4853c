"""SOQL text: values quoted, conditions put together."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from simple_salesforce.format import format_soql

from mapping.records import Instant, moment_of

LISTED = 500  # values of a list: few enough for a query to be answered at once
ROOM = 80_000  # characters for the lists of a query, which may have 100,000 in all
T = TypeVar("T")


def literal(text: str) -> str:
    """A text as a quoted literal."""
    return str(format_soql("{}", text))


def among(field: str, values: Iterable[str]) -> str:
    """The condition that a field has one of these values."""
    return f"{field} IN ({', '.join(literal(value) for value in values)})"


def portions(
    items: Sequence[T], texts: Callable[[T], Iterable[str]] = lambda item: (str(item),)
) -> list[list[T]]:
    """The items in as few groups as queries can list them by their `texts`; the composite call has no address limit."""
    groups: list[list[T]] = []
    left = 0
    for item in items:
        length = sum(len(literal(text)) + len(", ") for text in texts(item))
        if not groups or length > left or len(groups[-1]) == LISTED:
            groups.append([])
            left = ROOM
        groups[-1].append(item)
        left -= length
    return groups


def stamp(instant: Instant) -> str:
    """An instant as a datetime literal, in UTC."""
    return moment_of(instant).strftime("%Y-%m-%dT%H:%M:%SZ")


def select(fields: Iterable[str], entity: str, where: str, order: str = "") -> str:
    """A query; `where` is put together from `literal`, `among` and `stamp`."""
    ordered = f" ORDER BY {order}" if order else ""
    return f"SELECT {', '.join(dict.fromkeys(fields))} FROM {entity} WHERE {where}{ordered}"  # noqa: S608 - quoted

"""SOQL text: values quoted, conditions put together."""

from collections.abc import Iterable

from simple_salesforce.format import format_soql

from mapping.records import Instant, moment_of


def literal(text: str) -> str:
    """A text as a quoted literal."""
    return str(format_soql("{}", text))


def among(field: str, values: Iterable[str]) -> str:
    """The condition that a field has one of these values."""
    return f"{field} IN ({', '.join(literal(value) for value in values)})"


def stamp(instant: Instant) -> str:
    """An instant as a datetime literal, in UTC."""
    return moment_of(instant).strftime("%Y-%m-%dT%H:%M:%SZ")


def select(fields: Iterable[str], entity: str, where: str, order: str = "") -> str:
    """A query; `where` is put together from `literal`, `among` and `stamp`."""
    ordered = f" ORDER BY {order}" if order else ""
    return f"SELECT {', '.join(dict.fromkeys(fields))} FROM {entity} WHERE {where}{ordered}"  # noqa: S608 - quoted

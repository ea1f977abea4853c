"""What a connector answered, held to what the ports promise before the engine builds on it.

Our own connectors keep these promises by their contract tests; one from outside may not.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from connectors.base import RowResult
from connectors.errors import ContractBroken
from mapping.records import Instant, Record, Value

LAST = 253_402_300_799  # the end of the year 9999: no calendar of ours goes further


class Keyed(Protocol):
    """A row of a batch verb."""

    @property
    def key(self) -> str:
        """What names the row in its result."""


T = TypeVar("T")


def pair(
    system: str, asked: Iterable[T], rows: Sequence[Keyed], results: Sequence[RowResult]
) -> list[tuple[T, RowResult]]:
    """Each thing that was asked with its result; raises ContractBroken where the answer is about other rows."""
    if [row.key for row in rows] != [result.key for result in results]:
        text = (
            f"the connector for {system} answered {len(results)} results to {len(rows)} rows, or for other rows: "
            "what became of them is not known; a later run looks again"
        )
        raise ContractBroken(text, system=system)
    if any(result.created and not result.id for result in results):
        text = f"the connector for {system} created a record without telling its id; a later run finds it by ours"
        raise ContractBroken(text, system=system)
    return list(zip(asked, results, strict=True))


def admit(record: Record, now: Instant) -> Record:
    """The record with values the ledger can hold: what is of no type of ours is kept as its JSON text.

    A time beyond all calendars is no time: a property loses it, and a record changed then has changed `now`.
    """
    values = {str(name): _value(value) for name, value in record.values.items()}
    dated = {name: at for name, at in record.dated.items() if _is_time(at)}
    changed_at = record.changed_at if _is_time(record.changed_at) else now
    if values == record.values and dated == record.dated and changed_at == record.changed_at:
        return record
    return replace(record, values=values, dated=dated, changed_at=changed_at)


def _is_time(at: object) -> bool:
    return isinstance(at, int) and 0 <= at <= LAST


def _value(value: Any) -> Value:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case tuple() | list() if all(isinstance(each, str) for each in value):
            return tuple(value)
        case bytes():
            return value.hex()
        case Mapping() | tuple() | list():
            return json.dumps(value, default=str, ensure_ascii=False)
        case _:
            return str(value)

"""What a SOQL query says, as frozen trees."""

from dataclasses import dataclass
from typing import Literal

Operator = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Path:
    """A field, through relationships to parents: `Owner.Name` is ("Owner", "Name"); `place` is for errors."""

    names: tuple[str, ...]
    place: int


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a condition, in the type it was written in; text keeps its raw form for LIKE."""

    kind: Literal["string", "number", "date", "datetime", "boolean", "null"]
    value: str | float | bool | None
    like: str
    place: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field against one value."""

    path: Path
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class Like:
    """A field against a pattern of % and _."""

    path: Path
    value: Value


@dataclass(frozen=True, slots=True)
class Among:
    """A field against a list of values."""

    path: Path
    values: tuple[Value, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class SemiJoin:
    """An id against the ids that another query selects."""

    path: Path
    query: "Select"
    negated: bool


@dataclass(frozen=True, slots=True)
class Every:
    """All of the conditions."""

    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """Any of the conditions."""

    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary of the condition."""

    condition: "Condition"


Condition = Comparison | Like | Among | SemiJoin | Every | Some | Not


@dataclass(frozen=True, slots=True)
class Order:
    """One field of ORDER BY."""

    path: Path
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Select:
    """One query; without `fields` it is SELECT COUNT()."""

    fields: tuple[Path, ...]
    entity: str
    entity_place: int
    where: Condition | None
    order: tuple[Order, ...]
    limit: int | None

# ruff: noqa: S608 - names come from the schema, never from a caller; values are bound
"""From a tree to SQL over the tables of `store`, with Salesforce's checks of names and types.

A comparison with null never holds in SOQL, `!=` and NOT IN hold for null, and NOT turns "not known" into true:
so each NOT wraps what it negates in IFNULL.
"""

from dataclasses import dataclass
from typing import Any

from sandbox.salesforce.access import Access
from sandbox.salesforce.schema import ID_TYPES, TEXT_TYPES, Field, SObject
from sandbox.salesforce.soql.grammar import (
    Among,
    Comparison,
    Condition,
    Every,
    Like,
    Not,
    Order,
    Path,
    Select,
    SemiJoin,
    Some,
    Value,
)
from sandbox.salesforce.soql.literals import complain, fits, read_value
from sandbox.salesforce.soql.paths import Kinds, Paths, Place, Source
from sandbox.salesforce.store import table

_OPERATOR = "INVALID_QUERY_FILTER_OPERATOR"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query as SQL.

    Each row is the record's id, the ids of the records at the ends of `parents`, then the values of `columns`,
    which are paths of names with the field they read. A counting query gives one number.
    """

    kind: SObject
    sql: str
    values: list[Any]
    columns: tuple[tuple[tuple[str, ...], Field], ...] = ()
    parents: tuple[tuple[str, ...], ...] = ()
    counting: bool = False


def compile_select(
    query: str, select: Select, kinds: Kinds, access: Access, *, everything: bool = False
) -> Compiled:
    """The query as SQL for one user; `everything` keeps deleted and archived rows.

    Raises INVALID_FIELD, INVALID_TYPE or INVALID_QUERY_FILTER_OPERATOR.
    """
    return _Compiler(Paths(query, kinds, access), everything=everything).compile(select)


class _Compiler:
    def __init__(self, paths: Paths, *, everything: bool) -> None:
        self._paths = paths
        self._everything = everything
        self._values: list[Any] = []

    def compile(self, select: Select) -> Compiled:
        source = self._paths.source(select.entity, select.entity_place)
        places = self._selected(select, source)
        parents = tuple(dict.fromkeys(p.names[:n] for p in places for n in range(1, len(p.names))))
        keys = [self._paths.parent_key(source, names) for names in parents]
        listed = ", ".join([source.column("Id"), *keys, *(place.sql for place in places)])
        rows = f"{self._from(select, source)}{self._order(select, source)}{self._limit(select)}"
        if not places:
            return Compiled(
                source.kind, f"SELECT COUNT(*) FROM (SELECT 1 {rows})", self._values, counting=True
            )
        columns = tuple((place.names, place.field) for place in places)
        return Compiled(source.kind, f"SELECT {listed} {rows}", self._values, columns, parents)

    def _selected(self, select: Select, source: Source) -> list[Place]:
        places: dict[tuple[str, ...], Place] = {}
        for path in select.fields:
            place = self._paths.find(source, path)
            if place.names in places:
                raise self._paths.fault(path, f"duplicate field selected: {'.'.join(place.names)}")
            places[place.names] = place
        return list(places.values())

    def _from(self, select: Select, source: Source) -> str:
        parts = [] if select.where is None else [self._condition(select.where, source)]
        if not self._everything and source.kind.soft:
            parts.append(f"{source.column('IsDeleted')} = 0")
        if not self._everything and source.kind.find("IsArchived") is not None:
            parts.append(f"{source.column('IsArchived')} = 0")
        where = f" WHERE {' AND '.join(parts)}" if parts else ""
        return f"FROM {table(source.kind.name)} {source.alias}{where}"

    def _condition(self, condition: Condition, source: Source) -> str:
        match condition:
            case Every(conditions):
                return "(" + " AND ".join(self._condition(part, source) for part in conditions) + ")"
            case Some(conditions):
                return "(" + " OR ".join(self._condition(part, source) for part in conditions) + ")"
            case Not(inner):
                return f"NOT IFNULL({self._condition(inner, source)}, 0)"
            case _:
                return self._single(condition, self._filtered(source, condition.path))

    def _single(self, condition: Comparison | Like | Among | SemiJoin, place: Place) -> str:
        match condition:
            case Comparison():
                return self._comparison(condition, place)
            case Like():
                return self._like(condition, place)
            case Among():
                return self._among(condition, place)
            case SemiJoin():
                return self._semi_join(condition, place)

    def _filtered(self, source: Source, path: Path) -> Place:
        place = self._paths.find(source, path)
        if not place.field.filterable:
            text = f"field '{place.field.name}' can not be filtered in a query call"
            raise self._paths.fault(path, text)
        return place

    def _comparison(self, condition: Comparison, place: Place) -> str:
        value = self._read(place.field, condition.value, condition.path)
        if value is None:
            if condition.operator not in ("=", "!="):
                raise self._paths.fault(condition.path, "invalid operator", _OPERATOR)
            return f"{place.sql} IS {'NOT ' if condition.operator == '!=' else ''}NULL"
        self._values.append(value)
        return f"{place.sql} {'IS NOT' if condition.operator == '!=' else condition.operator} ?"

    def _like(self, condition: Like, place: Place) -> str:
        if place.field.type not in TEXT_TYPES or condition.value.kind != "string":
            raise self._paths.fault(
                condition.path, f"invalid operator on {place.field.type} field", _OPERATOR
            )
        self._values.append(condition.value.like)
        return f"{place.sql} LIKE ? ESCAPE '\\'"

    def _among(self, condition: Among, place: Place) -> str:
        given = [self._read(place.field, value, condition.path) for value in condition.values]
        known = [value for value in given if value is not None]
        self._values += known
        sql = f"{place.sql} IN ({', '.join('?' * len(known))})"
        if None in given:
            sql = f"({sql} OR {place.sql} IS NULL)"
        return f"NOT IFNULL({sql}, 0)" if condition.negated else sql

    def _semi_join(self, condition: SemiJoin, place: Place) -> str:
        select = condition.query
        source = self._paths.source(select.entity, select.entity_place)
        inner = self._paths.find(source, select.fields[0])
        if len(select.fields) > 1 or not {place.field.type, inner.field.type} <= ID_TYPES:
            raise self._paths.fault(
                condition.path, "a semi-join compares an id with one id", "MALFORMED_QUERY"
            )
        rows = self._from(select, source)
        sql = f"{place.sql} IN (SELECT key FROM (SELECT {inner.sql} AS key {rows}) WHERE key IS NOT NULL)"
        return f"NOT IFNULL({sql}, 0)" if condition.negated else sql

    def _read(self, field: Field, literal: Value, path: Path) -> Any:
        if literal.kind != "null" and not fits(field, literal):
            code, text = complain(field, literal)
            raise self._paths.fault(path, text, code)
        return read_value(field, literal)

    def _order(self, select: Select, source: Source) -> str:
        parts = [self._order_part(order, source) for order in select.order]
        return f" ORDER BY {', '.join(parts)}" if parts else ""

    def _order_part(self, order: Order, source: Source) -> str:
        place = self._filtered(source, order.path)
        nulls = ""
        # SQLite puts nulls first in ascending order only; an index serves that order as it stands.
        if place.field.type != "id" and (order.descending or order.nulls_last):
            nulls = " NULLS LAST" if order.nulls_last else " NULLS FIRST"
        return place.sql + (" DESC" if order.descending else "") + nulls

    def _limit(self, select: Select) -> str:
        return "" if select.limit is None else f" LIMIT {select.limit}"

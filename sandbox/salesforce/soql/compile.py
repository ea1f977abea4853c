# ruff: noqa: S608 - names come from the schema, never from a caller; values are bound
"""From a tree to SQL over the tables of `store`, with Salesforce's checks of names and types.

A comparison with null never holds in SOQL, `!=` and NOT IN hold for null, and NOT turns "not known" into true:
so each NOT wraps what it negates in IFNULL.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.salesforce import ids
from sandbox.salesforce.access import Access
from sandbox.salesforce.errors import Fault
from sandbox.salesforce.schema import TEXT_TYPES, Field, SObject
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
from sandbox.salesforce.soql.tokens import point
from sandbox.salesforce.store import table
from sandbox.salesforce.values import instant, is_date, stamp

_NAME_FIELDS = (
    "Id",
    "Name",
    "FirstName",
    "LastName",
    "Email",
    "Phone",
    "Title",
    "IsActive",
    "Username",
    "Alias",
)
_NUMBERS = frozenset({"double", "int", "currency", "percent"})
Kinds = Callable[[str], SObject | None]


@dataclass(frozen=True, slots=True)
class Column:
    """One selected value: where it goes in the answer, and what it is."""

    names: tuple[str, ...]
    field: Field


@dataclass(slots=True)
class Compiled:
    """A query as SQL: `parents` are the relationship paths whose record ids stand before the columns' values."""

    kind: SObject
    sql: str
    values: list[Any]
    columns: tuple[Column, ...] = ()
    parents: tuple[tuple[str, ...], ...] = ()
    counting: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a path ended: the SQL that reads it and the field it reads."""

    sql: str
    field: Field
    names: tuple[str, ...]


@dataclass(slots=True)
class Compiler:
    """Compiles trees for one user over one set of objects."""

    query: str
    kinds: Kinds
    access: Access
    everything: bool = False
    values: list[Any] = field(default_factory=list)
    depth: int = 0

    def compile(self, select: Select) -> Compiled:
        """The query as SQL; raises INVALID_FIELD, INVALID_TYPE or INVALID_QUERY_FILTER_OPERATOR."""
        kind = self._entity(select)
        alias = "t0"
        if not select.fields:
            rows = f"SELECT 1 FROM {table(kind.name)} {alias}{self._where(select, kind, alias)}"
            sql = f"SELECT COUNT(*) FROM ({rows}{self._limit(select)})"
            return Compiled(kind, sql, self.values, counting=True)
        places = self._selected(select, kind, alias)
        parents = tuple(dict.fromkeys(p.names[:n] for p in places for n in range(1, len(p.names))))
        keys = [self._parent_key(kind, alias, names) for names in parents]
        listed = ", ".join([f'{alias}."Id"', *keys, *(place.sql for place in places)])
        where = self._where(select, kind, alias)
        sql = f"SELECT {listed} FROM {table(kind.name)} {alias}{where}"
        sql += self._order(select, kind, alias) + self._limit(select)
        columns = tuple(Column(place.names, place.field) for place in places)
        return Compiled(kind, sql, self.values, columns, parents)

    def _selected(self, select: Select, kind: SObject, alias: str) -> list[_Place]:
        places: dict[tuple[str, ...], _Place] = {}
        for path in select.fields:
            place = self._place(kind, alias, path)
            if place.names in places:
                raise self._fault(path, f"duplicate field selected: {'.'.join(place.names)}")
            places[place.names] = place
        return list(places.values())

    def _entity(self, select: Select) -> SObject:
        kind = self.kinds(select.entity)
        if kind is None:
            text = (
                f"sObject type '{select.entity}' is not supported. If you are attempting to use a custom object, "
                "be sure to append the '__c' after the entity name. Please reference your WSDL or the describe "
                "call for the appropriate names."
            )
            raise Fault("INVALID_TYPE", point(self.query, select.entity_place, text))
        return kind

    def _fault(self, path: Path, text: str, code: str = "INVALID_FIELD") -> Fault:
        return Fault(code, point(self.query, path.place, text))

    def _unknown(self, path: Path, name: str, entity: str) -> Fault:
        text = (
            f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure "
            "to append the '__c' after the custom field name. Please reference your WSDL or the describe call "
            "for the appropriate names."
        )
        return self._fault(path, text)

    def _place(self, kind: SObject, alias: str, path: Path) -> _Place:
        return self._step(kind, alias, path, path.names)

    def _step(self, kind: SObject, alias: str, path: Path, names: tuple[str, ...]) -> _Place:
        head, *rest = names
        if not rest:
            found = self.access.find(kind, head)
            if found is None:
                raise self._unknown(path, head, kind.name)
            return _Place(f'{alias}."{found.name}"', found, (found.name,))
        link = kind.by_relationship.get(head.lower())
        if link is None or not self.access.sees(kind, link):
            raise self._fault(path, f"Didn't understand relationship '{head}' in field path. {_HINT}")
        key = f'{alias}."{link.name}"'
        return self._climb(link, key, path, tuple(rest))

    def _climb(self, link: Field, key: str, path: Path, rest: tuple[str, ...]) -> _Place:
        """Read a field of the record that `key` holds the id of, by a scalar subquery."""
        assert link.relationship is not None
        targets = [kind for name in link.refers if (kind := self.kinds(name)) is not None]
        if len(targets) > 1:
            return self._name_of(link, key, path, rest, targets)
        self.depth += 1
        alias = f"p{self.depth}"
        inner = self._step(targets[0], alias, path, rest)
        sql = f'(SELECT {inner.sql} FROM {table(targets[0].name)} {alias} WHERE {alias}."Id" = {key})'
        return _Place(sql, inner.field, (link.relationship, *inner.names))

    def _name_of(
        self, link: Field, key: str, path: Path, rest: tuple[str, ...], targets: list[SObject]
    ) -> _Place:
        """A polymorphic parent offers the fields of the Name object only."""
        assert link.relationship is not None
        if len(rest) == 1 and rest[0].lower() == "type":
            cases = " ".join(f"WHEN '{kind.prefix}' THEN '{kind.name}'" for kind in targets)
            shown = Field(name="Type", type="picklist", label="Type")
            return _Place(f"(CASE substr({key}, 1, 3) {cases} END)", shown, (link.relationship, "Type"))
        known = {name.lower(): name for name in _NAME_FIELDS}
        name = known.get(rest[0].lower()) if len(rest) == 1 else None
        if name is None:
            raise self._unknown(path, rest[0], "Name")
        holders = [kind for kind in targets if kind.find(name) is not None]
        reads = [f'(SELECT "{name}" FROM {table(kind.name)} WHERE "Id" = {key})' for kind in holders]
        if not reads:
            raise self._unknown(path, name, "Name")
        field = holders[0].by_name[name.lower()]
        return _Place(f"COALESCE({', '.join(reads)}, NULL)", field, (link.relationship, name))

    def _parent_key(self, kind: SObject, alias: str, names: tuple[str, ...]) -> str:
        """SQL of the id of the record at the end of a relationship path."""
        key, here = f"{alias}", kind
        sql = ""
        for name in names:
            link = here.by_relationship[name.lower()]
            sql = (
                f'{key}."{link.name}"'
                if not sql
                else f'(SELECT "{link.name}" FROM {table(here.name)} WHERE "Id" = {sql})'
            )
            target = self.kinds(link.refers[0])
            assert target is not None
            here = target
        return sql

    def _where(self, select: Select, kind: SObject, alias: str) -> str:
        parts = [] if select.where is None else [self._condition(select.where, kind, alias)]
        if not self.everything and kind.soft:
            parts.append(f'{alias}."IsDeleted" = 0')
        if not self.everything and "isarchived" in kind.by_name:
            parts.append(f'{alias}."IsArchived" = 0')
        return f" WHERE {' AND '.join(parts)}" if parts else ""

    def _condition(self, condition: Condition, kind: SObject, alias: str) -> str:
        match condition:
            case Every(conditions):
                return "(" + " AND ".join(self._condition(part, kind, alias) for part in conditions) + ")"
            case Some(conditions):
                return "(" + " OR ".join(self._condition(part, kind, alias) for part in conditions) + ")"
            case Not(inner):
                return f"NOT IFNULL({self._condition(inner, kind, alias)}, 0)"
            case _:
                return self._single(condition, kind, alias)

    def _single(self, condition: Comparison | Like | Among | SemiJoin, kind: SObject, alias: str) -> str:
        match condition:
            case Comparison():
                return self._comparison(condition, kind, alias)
            case Like():
                return self._like(condition, kind, alias)
            case Among():
                return self._among(condition, kind, alias)
            case SemiJoin():
                return self._semi_join(condition, kind, alias)

    def _filtered(self, kind: SObject, alias: str, path: Path) -> _Place:
        place = self._place(kind, alias, path)
        if not place.field.filterable:
            raise self._fault(path, f"field '{place.field.name}' can not be filtered in a query call")
        return place

    def _comparison(self, condition: Comparison, kind: SObject, alias: str) -> str:
        place = self._filtered(kind, alias, condition.path)
        value = self._value(place.field, condition.value, condition.path)
        operator = condition.operator
        if value is None:
            if operator not in ("=", "!="):
                raise self._fault(condition.path, "invalid operator", "INVALID_QUERY_FILTER_OPERATOR")
            return f"{place.sql} IS {'NOT ' if operator == '!=' else ''}NULL"
        self.values.append(value)
        return f"{place.sql} {'IS NOT' if operator == '!=' else operator} ?"

    def _like(self, condition: Like, kind: SObject, alias: str) -> str:
        place = self._filtered(kind, alias, condition.path)
        if place.field.type not in TEXT_TYPES or condition.value.kind != "string":
            raise self._fault(condition.path, "invalid operator on id field", "INVALID_QUERY_FILTER_OPERATOR")
        self.values.append(condition.value.like)
        return f"{place.sql} LIKE ? ESCAPE '\\'"

    def _among(self, condition: Among, kind: SObject, alias: str) -> str:
        place = self._filtered(kind, alias, condition.path)
        given = [self._value(place.field, value, condition.path) for value in condition.values]
        known = [value for value in given if value is not None]
        self.values += known
        sql = f"{place.sql} IN ({', '.join('?' * len(known))})"
        if None in given:
            sql = f"({sql} OR {place.sql} IS NULL)"
        return f"NOT IFNULL({sql}, 0)" if condition.negated else sql

    def _semi_join(self, condition: SemiJoin, kind: SObject, alias: str) -> str:
        place = self._filtered(kind, alias, condition.path)
        select = condition.query
        inner_kind = self._entity(select)
        self.depth += 1
        inner_alias = f"s{self.depth}"
        if len(select.fields) != 1 or place.field.type not in ("id", "reference"):
            raise self._fault(condition.path, "invalid field in semi join", "MALFORMED_QUERY")
        inner = self._place(inner_kind, inner_alias, select.fields[0])
        if inner.field.type not in ("id", "reference"):
            raise self._fault(select.fields[0], "semi join must select an id", "MALFORMED_QUERY")
        where = self._where(select, inner_kind, inner_alias) or " WHERE 1"
        sql = f"SELECT {inner.sql} FROM {table(inner_kind.name)} {inner_alias}{where} AND {inner.sql} IS NOT NULL"
        negation = "NOT IFNULL({0} IN ({1}), 0)" if condition.negated else "{0} IN ({1})"
        return negation.format(place.sql, sql)

    def _value(self, field: Field, literal: Value, path: Path) -> Any:
        if literal.kind == "null":
            return None
        return (
            _read_value(field, literal) if _fits(field, literal) else self._refuse_type(field, literal, path)
        )

    def _refuse_type(self, field: Field, literal: Value, path: Path) -> None:
        if field.type in ("id", "reference") and literal.kind == "string":
            raise self._fault(path, f"invalid ID field: {literal.value}", "INVALID_QUERY_FILTER_OPERATOR")
        quoted = "should be" if field.type in TEXT_TYPES else "should not be"
        wanted = {"datetime": "dateTime"}.get(field.type, field.type)
        text = (
            f"value of filter criterion for field '{field.name}' must be of type {wanted} and {quoted} "
            "enclosed in quotes"
        )
        raise self._fault(path, text)

    def _order(self, select: Select, kind: SObject, alias: str) -> str:
        return (
            " ORDER BY " + ", ".join(self._order_part(o, kind, alias) for o in select.order)
            if select.order
            else ""
        )

    def _order_part(self, order: Order, kind: SObject, alias: str) -> str:
        place = self._filtered(kind, alias, order.path)
        nulls = ""
        if place.field.type != "id" and (order.descending or order.nulls_last):
            nulls = " NULLS LAST" if order.nulls_last else " NULLS FIRST"
        return place.sql + (" DESC" if order.descending else "") + nulls

    def _limit(self, select: Select) -> str:
        return "" if select.limit is None else f" LIMIT {select.limit}"


_HINT = (
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship "
    "name. Please reference your WSDL or the describe call for the appropriate names."
)


def _fits(field: Field, literal: Value) -> bool:
    match field.type:
        case "boolean":
            return literal.kind == "boolean"
        case "datetime":
            return literal.kind == "datetime" and instant(str(literal.value)) is not None
        case "date":
            return literal.kind == "date" and is_date(str(literal.value))
        case "id" | "reference":
            return literal.kind == "string" and (
                literal.value == "" or ids.normalise(str(literal.value)) is not None
            )
        case kind if kind in _NUMBERS:
            return literal.kind == "number"
        case _:
            return literal.kind == "string"


def _read_value(field: Field, literal: Value) -> Any:
    match field.type:
        case "boolean":
            return int(bool(literal.value))
        case "datetime":
            moment = instant(str(literal.value))
            assert moment is not None
            return stamp(moment)
        case "id" | "reference":
            return ids.normalise(str(literal.value))
        case _:
            # Salesforce keeps empty text as null, so that = '' means = null.
            return literal.value if literal.value != "" else None

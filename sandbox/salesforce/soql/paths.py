# ruff: noqa: S608 - names come from the schema, never from a caller
"""From a path of names to the SQL that reads it, through parents by scalar subqueries."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.salesforce.access import Access
from sandbox.salesforce.errors import Fault
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.soql.grammar import Path
from sandbox.salesforce.soql.tokens import point
from sandbox.salesforce.store import table

Kinds = Callable[[str], SObject | None]
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
_TYPE = Field(name="Type", type="picklist", label="Type")
_COLUMN_HINT = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)
_RELATIONSHIP_HINT = (
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship "
    "name. Please reference your WSDL or the describe call for the appropriate names."
)
_ENTITY_HINT = (
    "If you are attempting to use a custom object, be sure to append the '__c' after the entity name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)


@dataclass(frozen=True, slots=True)
class Source:
    """An object that a query reads, under the name that it has in SQL."""

    kind: SObject
    alias: str

    def column(self, name: str) -> str:
        """SQL of one of its columns."""
        return f'{self.alias}."{name}"'


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path ends: the SQL that reads it, the field it reads, its names as Salesforce writes them."""

    sql: str
    field: Field
    names: tuple[str, ...]


@dataclass(slots=True)
class Paths:
    """Finds objects and fields for one user; every error points at its place in the query."""

    query: str
    kinds: Kinds
    access: Access
    _sources: int = 0

    def source(self, name: str, place: int) -> Source:
        """The object of that name under a fresh alias; raises INVALID_TYPE."""
        kind = self.kinds(name)
        if kind is None:
            text = f"sObject type '{name}' is not supported. {_ENTITY_HINT}"
            raise Fault("INVALID_TYPE", point(self.query, place, text))
        return self._read(kind)

    def _read(self, kind: SObject) -> Source:
        self._sources += 1
        return Source(kind, f"t{self._sources}")

    def fault(self, path: Path, text: str, code: str = "INVALID_FIELD") -> Fault:
        """An error about a path."""
        return Fault(code, point(self.query, path.place, text))

    def find(self, source: Source, path: Path) -> Place:
        """Where the path leads from the source; raises INVALID_FIELD."""
        return self._step(source, path, path.names)

    def _unknown(self, path: Path, name: str, entity: str) -> Fault:
        return self.fault(path, f"No such column '{name}' on entity '{entity}'. {_COLUMN_HINT}")

    def _step(self, source: Source, path: Path, names: tuple[str, ...]) -> Place:
        head, rest = names[0], names[1:]
        if not rest:
            field = self.access.find(source.kind, head)
            if field is None:
                raise self._unknown(path, head, source.kind.name)
            return Place(source.column(field.name), field, (field.name,))
        link = source.kind.by_relationship.get(head.lower())
        if link is None or link.relationship is None:
            text = f"Didn't understand relationship '{head}' in field path. {_RELATIONSHIP_HINT}"
            raise self.fault(path, text)
        inner = self._climb(link, source.column(link.name), path, rest)
        return Place(inner.sql, inner.field, (link.relationship, *inner.names))

    def _climb(self, link: Field, key: str, path: Path, rest: tuple[str, ...]) -> Place:
        """Read a field of the record whose id `key` is."""
        targets = [kind for name in link.refers if (kind := self.kinds(name)) is not None]
        if len(targets) > 1:
            return self._name_of(targets, key, path, rest)
        parent = self._read(targets[0])
        inner = self._step(parent, path, rest)
        origin = f"{table(parent.kind.name)} {parent.alias}"
        sql = f"(SELECT {inner.sql} FROM {origin} WHERE {parent.column('Id')} = {key})"
        return Place(sql, inner.field, inner.names)

    def _name_of(self, targets: list[SObject], key: str, path: Path, rest: tuple[str, ...]) -> Place:
        """A parent of several kinds offers the fields of the Name object only."""
        if len(rest) == 1 and rest[0].lower() == "type":
            cases = " ".join(f"WHEN '{kind.prefix}' THEN '{kind.name}'" for kind in targets)
            return Place(f"(CASE substr({key}, 1, 3) {cases} END)", _TYPE, ("Type",))
        known = {name.lower(): name for name in _NAME_FIELDS}
        name = known.get(rest[0].lower(), "") if len(rest) == 1 else ""
        fields = [(kind, field) for kind in targets if (field := kind.find(name)) is not None]
        if not fields:
            raise self._unknown(path, rest[0], "Name")
        reads = [f'(SELECT "{name}" FROM {table(kind.name)} WHERE "Id" = {key})' for kind, _ in fields]
        return Place(f"COALESCE({', '.join(reads)}, NULL)", fields[0][1], (name,))

    def parent_key(self, source: Source, names: tuple[str, ...]) -> str:
        """SQL of the id of the record at the end of a path of relationships that `find` has followed."""
        sql, kind = "", source.kind
        for name in names:
            link = kind.by_relationship[name.lower()]
            inner = f'(SELECT "{link.name}" FROM {table(kind.name)} WHERE "Id" = {sql})'
            sql = inner if sql else source.column(link.name)
            target = self.kinds(link.refers[0])
            assert target is not None
            kind = target
        return sql

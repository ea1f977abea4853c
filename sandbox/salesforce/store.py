# ruff: noqa: S608 - table and column names come from the schema, never from a caller; values are bound
"""Rows of Salesforce objects: one SQLite table per object, one column per field."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sandbox.salesforce import ids
from sandbox.salesforce.schema import ID_TYPES, Field, SObject

Row = dict[str, Any]
_INTEGERS = frozenset({"boolean", "int"})
_REALS = frozenset({"double", "currency", "percent"})
_EXACT = ID_TYPES | {"date", "datetime"}


def table(name: str) -> str:
    """The quoted name of an object's table."""
    return f'"sf_{name}"'


def _column(field: Field) -> str:
    if field.type in _INTEGERS:
        kind = "INTEGER"
    elif field.type in _REALS:
        kind = "REAL"
    else:
        # SOQL compares text without regard to case, ids and unique case-sensitive text with it.
        kind = "TEXT" if field.type in _EXACT or field.case_sensitive else "TEXT COLLATE NOCASE"
    return f'"{field.name}" {kind}' + (" UNIQUE NOT NULL" if field.type == "id" else "")


class Store:
    """Reads and writes rows; the caller holds the state's lock."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database
        self._depth = 0
        self.database.execute("CREATE TABLE IF NOT EXISTS sf_number (name TEXT PRIMARY KEY, value INTEGER)")
        self.database.execute("CREATE TABLE IF NOT EXISTS sf_setting (name TEXT PRIMARY KEY, value TEXT)")

    def create(self, kind: SObject) -> None:
        """Make the object's table and indexes where they are missing."""
        columns = ", ".join(_column(field) for field in kind.fields)
        self.database.execute(f"CREATE TABLE IF NOT EXISTS {table(kind.name)} ({columns})")
        for field in kind.fields:
            if field.indexed:
                self._index(kind.name, field)

    def add_column(self, name: str, field: Field) -> None:
        """Give every row of the object one more field; external ids are indexed."""
        self.database.execute(f"ALTER TABLE {table(name)} ADD COLUMN {_column(field)}")
        if field.external_id or field.unique:
            self._index(name, field)

    def drop_column(self, name: str, field: str) -> None:
        """Forget a field and all its values."""
        self.database.execute(f'DROP INDEX IF EXISTS "sf_{name}_{field}"')
        self.database.execute(f'ALTER TABLE {table(name)} DROP COLUMN "{field}"')

    def _index(self, name: str, field: Field) -> None:
        columns = f'"{field.name}", "Id"' if field.name == "SystemModstamp" else f'"{field.name}"'
        sql = f'CREATE INDEX IF NOT EXISTS "sf_{name}_{field.name}" ON {table(name)} ({columns})'
        self.database.execute(sql)

    def insert(self, name: str, row: Row) -> None:
        """Keep a new row."""
        columns = ", ".join(f'"{column}"' for column in row)
        marks = ", ".join("?" * len(row))
        self.database.execute(f"INSERT INTO {table(name)} ({columns}) VALUES ({marks})", tuple(row.values()))

    def update(self, name: str, record: str, changes: Row) -> None:
        """Change some fields of one row."""
        self.change(name, changes, '"Id" = ?', (record,))

    def change(self, name: str, changes: Row, where: str, values: Sequence[Any]) -> None:
        """Change every row that meets a condition in SQL."""
        columns = ", ".join(f'"{column}" = ?' for column in changes)
        sql = f"UPDATE {table(name)} SET {columns} WHERE {where}"
        self.database.execute(sql, (*changes.values(), *values))

    def erase(self, name: str, record: str) -> None:
        """Remove one row without a trace."""
        self.database.execute(f'DELETE FROM {table(name)} WHERE "Id" = ?', (record,))

    def get(self, name: str, record: str) -> Row | None:
        """One row by its 18-character id, deleted or not."""
        found = self.database.execute(f'SELECT * FROM {table(name)} WHERE "Id" = ?', (record,)).fetchone()
        return None if found is None else dict(found)

    def find(self, name: str, where: str = "1", values: Sequence[Any] = ()) -> list[Row]:
        """Rows that meet a condition in SQL, in the order they were made."""
        sql = f"SELECT * FROM {table(name)} WHERE {where} ORDER BY rowid"
        return [dict(row) for row in self.database.execute(sql, tuple(values))]

    def ids(self, name: str, where: str, values: Sequence[Any]) -> list[str]:
        """Ids of the rows that meet a condition in SQL, in the order they were made."""
        sql = f'SELECT "Id" FROM {table(name)} WHERE {where} ORDER BY rowid'
        return [row[0] for row in self.database.execute(sql, tuple(values))]

    def exists(self, name: str, where: str, values: Sequence[Any]) -> bool:
        """Whether any row meets the condition."""
        sql = f"SELECT 1 FROM {table(name)} WHERE {where} LIMIT 1"
        return self.database.execute(sql, tuple(values)).fetchone() is not None

    def next_number(self, name: str) -> int:
        """The next number of a sequence, from 1."""
        sql = (
            "INSERT INTO sf_number VALUES (?, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
        )
        return int(self.database.execute(sql, (name,)).fetchone()[0])

    def new_id(self, prefix: str) -> str:
        """An id that no record has had."""
        return ids.make(prefix, self.next_number(prefix))

    def setting(self, name: str, default: Any) -> Any:
        """A setting kept as JSON."""
        found = self.database.execute("SELECT value FROM sf_setting WHERE name = ?", (name,)).fetchone()
        return default if found is None else json.loads(found[0])

    def keep_setting(self, name: str, value: Any) -> None:
        """Set a setting."""
        self.database.execute("REPLACE INTO sf_setting VALUES (?, ?)", (name, json.dumps(value)))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A block whose writes are all undone when it raises; blocks nest."""
        self._depth += 1
        name = f"sf_{self._depth}"
        self.database.execute(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            self.database.execute(f"ROLLBACK TO {name}")
            raise
        finally:
            self.database.execute(f"RELEASE {name}")
            self._depth -= 1

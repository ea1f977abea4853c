"""Bringing a ledger to the schema this version needs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Table, inspect
from sqlalchemy.exc import DBAPIError

from sync.ledger.schema import metadata
from sync.ledger.store import Ledger, LedgerError


def migrate(ledger: Ledger) -> bool:
    """Applies every revision that is missing and makes what is lacking; tells whether anything was.

    Raises LedgerError.
    """
    try:
        with ledger.engine.begin() as connection:
            changed = _revision(connection) != _newest()
            if changed:
                command.upgrade(_config(connection), "head")
            lacking = _lacking(connection)
            if lacking:
                _complete(ledger, connection, lacking)
            return changed or bool(lacking)
    except DBAPIError as error:
        raise _unreachable(ledger, error) from error


def prepare(ledger: Ledger) -> None:
    """Creates the tables of a new ledger; raises LedgerError for one that another version wrote."""
    try:
        with ledger.engine.connect() as connection:
            revision, empty = _revision(connection), not inspect(connection).get_table_names()
            lacking = [] if empty or revision != _newest() else _lacking(connection)
    except DBAPIError as error:
        raise _unreachable(ledger, error) from error
    if empty:
        migrate(ledger)
    elif revision != _newest():
        raise LedgerError(
            f"the ledger at {ledger.where} has schema {revision or 'none'}, this version needs {_newest()}; "
            "back it up, then run `acuerdo migrate`"
        )
    elif lacking:
        raise LedgerError(
            f"the ledger at {ledger.where} was made by an earlier version and lacks {', '.join(map(str, lacking))}; "
            "back it up, then run `acuerdo migrate`"
        )


def _lacking(connection: Connection) -> list[Table | Column[Any]]:
    """The tables, and the columns of the others, that this version uses and the ledger has not."""
    there = {name: {each["name"] for each in columns} for (_, name), columns in _columns(connection).items()}
    found: list[Table | Column[Any]] = []
    for table in metadata.sorted_tables:
        known = there.get(table.name)
        found += [table] if known is None else [each for each in table.columns if each.name not in known]
    return found


def _columns(connection: Connection) -> Mapping[tuple[str | None, str], Sequence[Any]]:
    return inspect(connection).get_multi_columns()


def _complete(ledger: Ledger, connection: Connection, lacking: Sequence[Table | Column[Any]]) -> None:
    """Makes what lacks; raises LedgerError for a column that the rows there are would need a value for."""
    operations = Operations(MigrationContext.configure(connection))
    for each in lacking:
        if isinstance(each, Column) and not each.nullable:
            raise LedgerError(
                f"the ledger at {ledger.where} lacks {each}, for which nobody knows the values of the rows that are "
                "there: keep it as it is, and begin a new one under another name (`ledger` in the configuration)"
            )
        if isinstance(each, Column):
            operations.add_column(each.table.name, Column(each.name, each.type, comment=each.comment))
    metadata.create_all(connection)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _unreachable(ledger: Ledger, error: DBAPIError) -> LedgerError:
    return LedgerError(
        f"the ledger at {ledger.where} does not answer ({type(error.orig).__name__}); "
        "check the `ledger` address in the configuration and that the database is up"
    )

"""Bringing a ledger to the schema this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from sync.ledger.store import Ledger, LedgerError


def migrate(ledger: Ledger) -> bool:
    """Applies every revision that is missing; tells whether there was one. Raises LedgerError."""
    try:
        with ledger.engine.begin() as connection:
            if _revision(connection) == _newest():
                return False
            command.upgrade(_config(connection), "head")
            return True
    except DBAPIError as error:
        raise _unreachable(ledger, error) from error


def prepare(ledger: Ledger) -> None:
    """Creates the tables of a new ledger; raises LedgerError for one that another version wrote."""
    try:
        with ledger.engine.connect() as connection:
            revision, empty = _revision(connection), not inspect(connection).get_table_names()
    except DBAPIError as error:
        raise _unreachable(ledger, error) from error
    if empty:
        migrate(ledger)
    elif revision != _newest():
        raise LedgerError(
            f"the ledger at {ledger.where} has schema {revision or 'none'}, this version needs {_newest()}; "
            "back it up, then run `acuerdo migrate`"
        )


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

"""The ledger as a database: opening it, transactions, leases, and a throw-away copy for `acuerdo plan`."""

import os
import socket
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from mapping.records import Instant
from sync.ledger import schema
from sync.ledger.json_text import read_json, write_json

LEASE_SECONDS = 180
CHUNK = 500
PATIENCE = 30  # seconds


class LedgerError(Exception):
    """The ledger cannot be used; the message says what to do."""


class CompanyHeld(Exception):
    """Another run holds the company."""


class LeaseLost(LedgerError):
    """This run's lease was taken over: nothing more may be written by it."""


@dataclass(frozen=True, slots=True)
class Tx:
    """One open transaction over one company's rows; `now` is the run's business instant."""

    connection: Connection
    company: str
    now: Instant

    def insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """An insertion in this database's own SQL, which can tell what becomes of a row that is there."""
        into = postgresql.insert if self.connection.dialect.name == "postgresql" else sqlite.insert
        return into(table)

    def put(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Inserts rows or replaces those with the same primary key; `company` is filled in."""
        if not rows:
            return
        keys = [column.name for column in table.primary_key.columns]
        statement = self.insert(table)
        others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        if others:
            statement = statement.on_conflict_do_update(index_elements=keys, set_=others)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=keys)
        self.connection.execute(statement, [{"company": self.company, **row} for row in rows])

    def add_new(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Inserts the rows whose unique key is not there yet and leaves the others alone."""
        if not rows:
            return
        statement = self.insert(table).on_conflict_do_nothing()
        self.connection.execute(statement, [{"company": self.company, **row} for row in rows])


class Ledger:
    """The store of every company: SQLite by default, PostgreSQL by URL.

    `patience` is how many seconds it waits for a database that is busy before it raises LedgerError.
    """

    def __init__(self, url: str, *, patience: int = PATIENCE) -> None:
        self.url = make_url(url)
        self.engine = _open(url, patience)
        self._lease: tuple[str, int] | None = None

    def close(self) -> None:
        """Closes every connection."""
        self.engine.dispose()

    @contextmanager
    def write(self, company: str, now: Instant) -> Iterator[Tx]:
        """One transaction that commits at the end, if the lease on `company` still stands.

        Raises LeaseLost when another run took over, LedgerError when the database will not be written.
        """
        with self._told(), self.engine.begin() as connection:
            self._check_lease(connection, company)
            yield Tx(connection, company, now)

    @contextmanager
    def read(self, company: str, now: Instant = 0) -> Iterator[Tx]:
        """A view of one company's rows, for reading only."""
        with self._told(), self.engine.connect().execution_options(reading=True) as connection:
            yield Tx(connection, company, now)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns what the database says into a LedgerError, without its statements and values."""
        try:
            yield
        except (DBAPIError, NoConnection) as error:
            what = type(error.orig if isinstance(error, DBAPIError) else error).__name__
            raise LedgerError(
                f"the ledger at {self.where} could not be used ({what}); "
                "check that its disk is not full and that it is up, then run again: nothing is lost"
            ) from error

    @property
    def where(self) -> str:
        """The ledger's address without its password."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def hold(self, company: str) -> Iterator[None]:
        """Holds a company for one run; raises CompanyHeld while another one does."""
        generation = self._take(company)
        self._lease = (company, generation)
        try:
            yield
        finally:
            self._lease = None
            with self.engine.begin() as connection:
                connection.execute(
                    update(schema.lease)
                    .where(schema.lease.c.company == company, schema.lease.c.generation == generation)
                    .values(until=0)
                )

    def _take(self, company: str) -> int:
        holder = f"{socket.gethostname()}:{os.getpid()}"
        with self._told(), self.engine.begin() as connection:
            tx = Tx(connection, company, 0)
            tx.add_new(schema.lease, [{"holder": holder, "generation": 0, "until": 0}])
            row = connection.execute(
                select(schema.lease).where(schema.lease.c.company == company).with_for_update()
            ).one()
            if row.until > time.time() and not _has_died(row.holder):
                raise CompanyHeld(f"{company}: a run by {row.holder} is under way; wait for it or end it")
            until = int(time.time()) + LEASE_SECONDS
            tx.put(schema.lease, [{"holder": holder, "generation": row.generation + 1, "until": until}])
            return int(row.generation) + 1

    def _check_lease(self, connection: Connection, company: str) -> None:
        if self._lease is None or self._lease[0] != company:
            return
        held = connection.execute(
            update(schema.lease)
            .where(schema.lease.c.company == company, schema.lease.c.generation == self._lease[1])
            .values(until=int(time.time()) + LEASE_SECONDS)
        )
        if held.rowcount != 1:
            raise LeaseLost(f"{company}: another run took this company over; this one stops")

    def copy_company(self, company: str, folder: Path) -> "Ledger":
        """A throw-away SQLite ledger in `folder` with this company's rows."""
        copy = Ledger(f"sqlite:///{folder / 'plan.sqlite'}")
        schema.metadata.create_all(copy.engine)
        with self._told(), self.engine.connect() as source, copy.engine.begin() as target:
            for table in schema.metadata.sorted_tables:
                if table is schema.lease:
                    continue
                rows = source.execution_options(yield_per=CHUNK).execute(
                    select(table).where(table.c.company == company)
                )
                for part in rows.mappings().partitions(CHUNK):
                    target.execute(insert(table), [dict(row) for row in part])
        return copy


def chunks(items: Iterable[str], size: int = CHUNK) -> Iterator[list[str]]:
    """The items in lists of at most `size`, for IN clauses."""
    part: list[str] = []
    for item in items:
        part.append(item)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def _open(url: str, patience: int) -> Engine:
    address = make_url(url)
    if address.get_backend_name() == "postgresql" and address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        return create_engine(
            address,
            connect_args=_impatient(patience) if patience < PATIENCE else {},
            pool_timeout=patience,
            hide_parameters=True,
            json_serializer=write_json,
            json_deserializer=read_json,
        )
    if address.database and address.database != ":memory:":
        _make_folder(Path(address.database).parent)
        _make_private(Path(address.database))
    engine = create_engine(
        address, connect_args={"timeout": patience}, pool_timeout=patience, hide_parameters=True
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _impatient(seconds: int) -> dict[str, Any]:
    """What PostgreSQL is told by who must answer soon: runs wait as long as a statement takes."""
    return {"connect_timeout": seconds, "options": f"-c statement_timeout={seconds * 1000}"}


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(
            f"the ledger's folder {folder} cannot be made ({type(error).__name__}); name another one with "
            "`ledger` in the configuration or ACUERDO_LEDGER"
        ) from error


def _make_private(file: Path) -> None:
    """The ledger holds people's data: a new file is its owner's alone."""
    with suppress(OSError):  # what is wrong is told when the database is opened
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA secure_delete=ON")  # what an erasure empties leaves the file too


def _begin_immediate(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _has_died(holder: str) -> bool:
    host, _, process = holder.rpartition(":")
    if host != socket.gethostname() or not process.isdigit():
        return False
    if int(process) == os.getpid():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False

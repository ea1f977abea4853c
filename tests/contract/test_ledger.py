from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from sync.ledger.store import Ledger, LedgerError
from tests.contract.ledger import LedgerContract


class TestSqlite(LedgerContract):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


class TestPostgresql(LedgerContract):
    @pytest.fixture
    def url(self, postgresql: str, request: pytest.FixtureRequest) -> str:
        name = f"ledger_{abs(hash(request.node.name))}"
        address = make_url(postgresql).set(drivername="postgresql+psycopg")
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        return address.set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def test_a_database_that_does_not_answer_is_told_without_its_password() -> None:
    from sync.ledger.migrate import prepare

    ledger = Ledger("postgresql://someone:secret@127.0.0.1:1/none")
    with pytest.raises(LedgerError) as caught:
        prepare(ledger)
    assert "secret" not in str(caught.value)
    assert "127.0.0.1:1" in str(caught.value)

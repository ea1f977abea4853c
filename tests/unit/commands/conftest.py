"""A company whose configuration is a file, whose ledger real runs wrote, and the command line to ask them with."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner, Result

from cli import app
from commands.toml_text import write_toml
from connectors.base import FieldInfo
from mapping.records import ValueType, format_instant
from sync.accounts import wanted_fields
from sync.company import read_company
from sync.ledger.migrate import prepare
from sync.ledger.store import Ledger
from tests.flow.world import SECRETS, TABLE, World, merged


@dataclass
class Desk:
    """A world and the folder of its configuration; commands are run as a person would."""

    world: World
    folder: Path
    table: dict[str, Any]

    @property
    def now(self) -> str:
        return format_instant(self.world.now)

    def configure(self, **over: Any) -> None:
        """Writes the configuration anew, with these parts over the present ones."""
        self.table = merged(self.table, over)
        text = f'ledger = "sqlite:///{self.folder / "ledger.sqlite"}"\n'
        (self.folder / "config.toml").write_text(text + write_toml(self.table, "companies.acme"), "utf-8")
        self.world.company = read_company("acme", self.table, SECRETS, Path())

    def add_property(self, name: str, kind: ValueType) -> None:
        """Marketing has a property that is not a standard one."""
        field = FieldInfo(name=name, label=name, type=kind, writable=True)
        self.world.marketing.fields[name] = field

    def define(self, mql: Any) -> None:
        """Another definition of MQL."""
        self.table["agreement"] = {**self.table["agreement"], "definitions": {"mql": mql}}
        self.configure()

    def ask(self, *words: str, now: bool = True, **options: Any) -> Result:
        """Runs a command on this configuration, however it ends."""
        more = ["--now", self.now] if now else []
        result = CliRunner().invoke(app, [*words, "-c", str(self.folder / "config.toml"), *more], **options)
        structlog.reset_defaults()
        return result

    def __call__(self, *words: str, now: bool = True, code: int = 0, **options: Any) -> Result:
        """Runs a command on this configuration; fails unless it ends with `code`."""
        result = self.ask(*words, now=now, **options)
        assert result.exit_code == code, (result.exit_code, result.output, result.exception)
        return result

    def refused(self, *words: str, code: int = 2, now: bool = True) -> str:
        """What a command says when it refuses, on one line."""
        return " ".join(self(*words, code=code, now=now).stderr.split())

    def json(self, *words: str, now: bool = True) -> Any:
        return json.loads(self(*words, "--json", now=now).stdout)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    structlog.reset_defaults()  # commands of other tests wrote to a standard error that is closed by now
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    prepare(ledger)
    world = World(ledger)
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    made = Desk(world, tmp_path, dict(TABLE))
    made.configure()
    yield made
    ledger.close()

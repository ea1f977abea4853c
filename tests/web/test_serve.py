"""`acuerdo serve` as operators run it: what it says, and the whole way of a webhook to the run that reads it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import structlog
from typer.testing import CliRunner, Result

import commands
from cli import app
from commands.checking import of_webhook
from commands.toml_text import write_toml
from connectors.base import Grade
from sync.company import read_company
from tests.flow.world import TABLE, company, merged
from tests.system.conftest import ACUERDO, Served, Shell, serve, shell
from tests.system.test_rdstation_way import CONFIG, SINCE, RDStation, leads_of, token_file, uuid_in
from tests.web.conftest import PATHS, hubspot_company
from web.server import listen

__all__ = ["serve", "shell"]  # fixtures

WEBHOOK = """
[companies.norte.marketing.webhook]
address = "https://hooks.example"
path = { env = "NORTE_WEBHOOK_PATH" }
"""
MAPPING = """
[companies.norte.mapping]
Title = { from = "job_title" }
"""
SECRET = PATHS["norte"]


@contextmanager
def receiving(shell: Shell) -> Iterator[tuple[str, str, "subprocess.Popen[str]"]]:
    """`acuerdo serve` on a free port: where it listens, its line on the company, and the process, ended at last."""
    process = subprocess.Popen(
        [*ACUERDO, "serve", "--port", "0"],
        cwd=shell.folder,
        env=shell.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    listening, line = process.stdout.readline(), process.stdout.readline()
    try:
        yield listening.removeprefix("Listening on ").partition(";")[0], line, process
    finally:
        process.kill()
        process.communicate(timeout=20)


def post(address: str, uuid: str, secret: str = SECRET) -> requests.Response:
    body = {"event_type": "WEBHOOK.MARKED_OPPORTUNITY", "contact": {"uuid": uuid}}
    with requests.Session() as session:
        session.trust_env = False
        return session.post(f"{address}/webhooks/norte/{secret}", json=body, timeout=20)


def title(shell: Shell, lead: str) -> str:
    assert shell.served is not None
    (row,) = shell.served.query(f"SELECT Title FROM Lead WHERE Acuerdo_Lead_Id__c = '{lead}'")
    return str(row["Title"])


@pytest.fixture
def norte(serve: Callable[..., Served], shell: Shell) -> Shell:
    """A shell of a company with RD Station, a few leads in it, and an address for webhooks."""
    shell.served = serve("--seed", "7", "--leads", "4", "--leads-in", "rdstation")
    shell.served.control("POST", "/settings", **{"rdstation.plan": "advanced"})
    shell.more["NORTE_WEBHOOK_PATH"] = SECRET
    text = CONFIG.replace("[companies.norte.crm]", f"{WEBHOOK}\n[companies.norte.crm]") + MAPPING
    shell.config.write_text(text, "utf-8")
    token_file(shell.folder, shell.served.told["vendors"]["rdstation"]["refresh_token"])
    return shell


def test_an_edit_that_rd_station_does_not_date_is_read_as_soon_as_a_webhook_names_the_contact(
    norte: Shell,
) -> None:
    assert isinstance(norte.served, Served)
    assert norte.run("setup", "--yes").status == 0
    assert norte.run("run", "--backfill", SINCE).status in (0, 65)
    assert norte.run("run").status in (0, 65)
    lead = leads_of(norte)[0]["Acuerdo_Lead_Id__c"]
    RDStation(norte.served).ask(
        "PATCH", f"/platform/contacts/uuid:{uuid_in(lead)}", {"job_title": "Diretora de compras"}
    )
    assert norte.run("run", "--json").json[0]["counts"]["pull"].get("changed", 0) == 0
    assert title(norte, lead) != "Diretora de compras"

    with receiving(norte) as (address, line, process):
        assert post(address, uuid_in(lead), "x" * 40).status_code == 404
        assert post(address, uuid_in(lead)).json() == {"hints": 1}
        hinted = norte.run("run", "--hinted", "--json")
        assert hinted.json[0]["counts"]["pull"]["hinted"] == 1
        assert title(norte, lead) == "Diretora de compras"
        assert norte.run("run", "--hinted", "--json").json == []
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert SECRET not in line + out + err
    assert line == "norte: rdstation calls https://hooks.example/webhooks/norte/(hidden)\n"
    assert [json.loads(line)["outcome"] for line in err.splitlines()] == ["wrong path", "kept"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a configuration whose company has a webhook, with its secrets in the environment."""
    given = {"ACME_PATH": PATHS["acme"], "ACME_APP": "secret", "T": "t", "I": "i", "S": "s"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ACUERDO_LEDGER", f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    return write(tmp_path, {"path": {"env": "ACME_PATH"}, "app_secret": {"env": "ACME_APP"}})


def write(folder: Path, webhook: Mapping[str, Any] | None) -> Path:
    table = TABLE
    if webhook is not None:
        table = merged(TABLE, {"marketing": {"webhook": {"address": "https://hooks.example", **webhook}}})
    (folder / "config.toml").write_text(write_toml(table, "companies.acme"), "utf-8")
    return folder


def ask(folder: Path, *words: str) -> Result:
    result = CliRunner().invoke(app, [*words, "-c", str(folder / "config.toml")])
    structlog.reset_defaults()
    return result


def test_the_whole_addresses_are_printed_only_when_asked_for(folder: Path) -> None:
    ended = ask(folder, "serve", "--addresses")
    assert (ended.exit_code, ended.stdout) == (
        0,
        f"acme: https://hooks.example/webhooks/acme/{PATHS['acme']}\n",
    )
    shown = ask(folder, "config", "show").output
    assert 'address = "https://hooks.example"' in shown
    assert PATHS["acme"] not in shown


@pytest.mark.parametrize(
    "path", ["short", "with a space in it, though it is very long", "a/b" * 20, "x" * 201]
)
def test_a_path_that_could_be_guessed_is_a_fault_that_does_not_tell_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv("ACME_PATH", path)
    ended = ask(folder, "serve")
    assert ended.exit_code == 78
    assert "companies.acme.marketing.webhook.path: could be guessed" in ended.output
    assert path not in ended.output


def test_without_its_extra_the_command_names_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [
        each for each in sys.modules if each == "commands.serving" or each.partition(".")[0] == "web"
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(commands, "serving", raising=False)
    monkeypatch.setitem(sys.modules, "fastapi", None)
    ended = ask(folder, "serve")
    assert ended.exit_code == 78
    assert "acuerdo[web]" in ended.output


def test_nothing_is_served_where_no_company_has_a_webhook(folder: Path) -> None:
    ended = ask(write(folder, None), "serve")
    assert ended.exit_code == 78
    assert "docs/webhooks.md" in ended.output


def test_a_port_that_is_taken_is_told_with_what_to_do(folder: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        ended = ask(folder, "serve", "--port", str(taken.getsockname()[1]))
    assert ended.exit_code == 2
    assert "--port" in ended.output


def test_check_tells_the_address_without_its_path_and_that_only_this_machine_can_call_it(
    folder: Path,
) -> None:
    (found,) = list(of_webhook(hubspot_company("acme")))
    assert (found.grade, found.state) == (Grade.ok, "https://hooks.example/webhooks/acme/(hidden)")
    near = {
        "address": "http://127.0.0.1:8080",
        "path": {"env": "ACME_PATH"},
        "app_secret": {"env": "ACME_APP"},
    }
    here = read_company("acme", merged(TABLE, {"marketing": {"webhook": near}}), os.environ, folder)
    assert [each.grade for each in of_webhook(here)] == [Grade.note]
    assert list(of_webhook(company())) == []

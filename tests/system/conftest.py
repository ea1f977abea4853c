"""The product as its users run it: processes, a configuration file, vendors over HTTP."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import requests

from tests.contract.conftest import running_sandbox, sandbox

__all__ = ["running_sandbox", "sandbox"]  # of the contract tests: the connectors' tests here use it too

ROOT = Path(__file__).resolve().parents[2]
ACUERDO = [sys.executable, "-m", "cli"]
PATIENCE = 300  # seconds, for what takes two on an idle machine


@dataclass
class Served:
    """A sandbox in a process of its own: what it said of itself, and its control address."""

    process: subprocess.Popen[str]
    told: Mapping[str, Any]
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def control(self, method: str, path: str, **wish: Any) -> Any:
        response = self.session.request(method, self.told["control"] + path, json=wish, timeout=60)
        assert response.ok, response.text
        return response.json()

    def hubspot(self, method: str, path: str, body: object = None) -> Any:
        vendor = self.told["vendors"]["hubspot"]
        headers = {"Authorization": f"Bearer {vendor['token']}"}
        response = self.session.request(
            method, vendor["base_url"] + path, json=body, headers=headers, timeout=60
        )
        assert response.ok, response.text
        return response.json() if response.content else {}

    def mqls(self, *people: Mapping[str, str]) -> list[str]:
        """These people as MQLs in HubSpot; answers their ids in the same order."""
        return [
            self.hubspot(
                "POST",
                "/crm/v3/objects/contacts",
                {"properties": {"lifecyclestage": "marketingqualifiedlead", **each}},
            )["id"]
            for each in people
        ]

    def salesforce(self, method: str, path: str, body: object = None, **params: str) -> Any:
        """A call of Salesforce's API, `path` below its version or whole."""
        vendor = self.told["vendors"]["salesforce"]
        login = self.session.post(
            vendor["base_url"] + "/services/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=(vendor["client_id"], vendor["client_secret"]),
            timeout=60,
        )
        root = "/services/data/v62.0"
        response = self.session.request(
            method,
            vendor["base_url"] + root + path.removeprefix(root),
            json=body,
            params=params,
            headers={"Authorization": f"Bearer {login.json()['access_token']}"},
            timeout=60,
        )
        assert response.ok, response.text
        return response.json() if response.content else {}

    def wait_until(self, true: Callable[[], bool]) -> None:
        """Asks until it is so; a sandbox's own counters are the only sign from outside."""
        end = monotonic() + PATIENCE
        while not true():
            assert monotonic() < end, "it did not come to that"
            sleep(0.05)  # between two questions: who only asks takes the processor from those who work

    def struck(self) -> bool:
        """Whether the fault that was ordered first has struck."""
        return bool(self.control("GET", "/faults")["faults"][0]["struck"])

    def query(self, soql: str) -> list[dict[str, Any]]:
        page = self.salesforce("GET", "/query", q=soql)
        found: list[dict[str, Any]] = page["records"]
        while following := page.get("nextRecordsUrl"):
            page = self.salesforce("GET", following)
            found += page["records"]
        return found

    @property
    def variables(self) -> dict[str, str]:
        return {
            f"{name.upper()}_{key.upper()}": value
            for name, values in self.told["vendors"].items()
            for key, value in values.items()
        }


@contextmanager
def serving() -> Iterator[Callable[..., Served]]:
    """`start("--leads", "60")` starts `acuerdo sandbox serve` on free ports; all are ended with the block."""
    with ExitStack() as stack:

        def start(*options: str) -> Served:
            process = subprocess.Popen(
                [*ACUERDO, "sandbox", "serve", "--port-base", "0", "--json", *options],
                stdout=subprocess.PIPE,
                text=True,
                env=clean_environment(),
            )
            stack.callback(end, process)
            assert process.stdout is not None
            lines: list[str] = []
            for line in process.stdout:
                lines.append(line)
                if line.startswith("}"):
                    break
            served = Served(process, json.loads("".join(lines)))
            served.control("POST", "/settings", **{"hubspot.index_lag_seconds": 0})
            stack.callback(served.session.close)
            return served

        yield start


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """`serve("--leads", "60")` starts a sandbox that ends with the test."""
    with serving() as start:
        yield start


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(timeout=20)
    if process.stdout:
        process.stdout.close()


def clean_environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ACUERDO_")}
    return kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1"} | more


CONTACT_ONLY = """
[companies.acme.agreement.package]
required = ["contact"]
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.out, (self.status, self.err)
        return json.loads(self.out)


@dataclass
class Shell:
    """A user's shell: a folder, a configuration in it, a ledger, and the sandbox's variables."""

    folder: Path
    served: Served | None = None
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        told = self.served.variables if self.served else {}
        ledger = f"sqlite:///{self.folder / 'ledger.sqlite'}"
        return clean_environment(**{"ACUERDO_LEDGER": ledger, **told, **self.more})

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def configure(self, more: str = "", **changes: str) -> None:
        """The shipped example with more behind it; each of `changes` takes the place of a line that begins so."""
        lines = (ROOT / "config.example.toml").read_text("utf-8").splitlines()
        for start, line in changes.items():
            places = [number for number, each in enumerate(lines) if each.startswith(start)]
            lines[places[0]] = line
        self.config.write_text("\n".join([*lines, more]), "utf-8")

    def run(self, *words: str, timeout: float = PATIENCE) -> Ended:
        done = subprocess.run(
            [*ACUERDO, *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def started(self, *words: str) -> Iterator["subprocess.Popen[str]"]:
        """A command under way, killed at the end if it is still there."""
        process = subprocess.Popen(
            [*ACUERDO, *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                kill(process)


def kill(process: "subprocess.Popen[str]") -> None:
    """`kill -9`."""
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=20)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell in an empty folder, configured with the shipped example."""
    made = Shell(tmp_path)
    made.configure()
    return made

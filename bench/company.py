"""A company of the shipped example over the sandbox, each command a process: what its runs cost.

Nothing here knows how the product works inside: calls are counted by the sandbox, memory and processor time by
the operating system.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, NamedTuple

import requests

ROOT = Path(__file__).resolve().parents[1]
ACUERDO = [sys.executable, "-m", "cli"]
HUBSPOT = """
[companies.acme.agreement.package]
required = ["contact"]

[companies.acme.limits]
create = false
"""
RDSTATION = """
[companies.acme]
timezone = "America/Sao_Paulo"
country = "BR"

[companies.acme.marketing]
platform = "rdstation"
client_id = { env = "RDSTATION_CLIENT_ID" }
client_secret = { env = "RDSTATION_CLIENT_SECRET" }
token_file = "rdstation.token"
base_url = { env = "RDSTATION_BASE_URL" }
plan = "advanced"

[companies.acme.crm]
system = "salesforce"
base_url = { env = "SALESFORCE_BASE_URL" }
client_id = { env = "SALESFORCE_CLIENT_ID" }
client_secret = { env = "SALESFORCE_CLIENT_SECRET" }

[companies.acme.agreement.definitions]
mql = { field = "lifecycle_stage", in = ["Lead", "Qualified Lead"] }

[companies.acme.agreement.package]
required = ["contact"]

[companies.acme.limits]
create = false
"""
BATCH = 100  # contacts a call that HubSpot creates
APART = 60  # seconds between such calls by the sandbox's clock, so that they are no single burst of changes
CALLS_A_SECOND = (
    19  # HubSpot's usage guidelines: 190 in ten seconds for an app, on Professional and Enterprise
)
SEARCHES_A_SECOND = 5  # HubSpot's search guide, for an account


class Cost(NamedTuple):
    """What one run took: calls by vendor and endpoint, seconds of processor and of waiting, peak memory in MB."""

    calls: Mapping[str, Mapping[str, int]]
    processor: float
    wall: float
    peak: float

    @property
    def least(self) -> float:
        """Seconds that the vendors' documented rates allow these calls in: HubSpot's; Salesforce has none.

        HubSpot has one limit for searches and another for all other calls, which go on beside each other.
        """
        searches = sum(count for name, count in self.calls["hubspot"].items() if name.endswith("/search"))
        return max(searches / SEARCHES_A_SECOND, (self.of("hubspot") - searches) / CALLS_A_SECOND)

    @property
    def total(self) -> int:
        """Calls over all vendors; log-ins are none."""
        return sum(self.of(vendor) for vendor in self.calls)

    def of(self, vendor: str) -> int:
        """Calls of one vendor; log-ins are none."""
        return sum(count for name, count in self.calls[vendor].items() if "oauth" not in name)


@dataclass
class Company:
    """The example's company in a folder of its own, over a sandbox that serves while the context is open."""

    folder: Path
    told: Mapping[str, Any]
    session: requests.Session

    def control(self, method: str, path: str, **wish: Any) -> Any:
        """The sandbox's control address."""
        answer = self.session.request(method, self.told["control"] + path, json=wish, timeout=600)
        answer.raise_for_status()
        return answer.json()

    def arrive(self, count: int, start: int = 0) -> None:
        """So many new leads that meet the definition, in HubSpot, whose limits do not hold meanwhile."""
        vendor = self.told["vendors"]["hubspot"]
        self.control("POST", "/settings", **{"hubspot.burst_limit": 1_000_000})
        for first in range(start, start + count, BATCH):
            numbers = range(first, min(first + BATCH, start + count))
            self.session.post(
                vendor["base_url"] + "/crm/v3/objects/contacts/batch/create",
                json={"inputs": [{"properties": _person(number)} for number in numbers]},
                headers={"Authorization": f"Bearer {vendor['token']}"},
                timeout=600,
            ).raise_for_status()
            self.advance(APART)
        self.control("POST", "/settings", **{"hubspot.burst_limit": CALLS_A_SECOND * 10})

    def advance(self, seconds: int) -> None:
        """Let the sandbox's clock go on."""
        self.control("POST", "/clock", advance=seconds)

    def command(self, *words: str) -> str:
        """One command of the product; raises CalledProcessError when it fails."""
        return self._spend(*words)[0]

    def run(self, *words: str) -> Cost:
        """One run, and what it cost."""
        self.control("POST", "/reset", what="calls")
        begin = os.times().elapsed
        told, used = self._spend("run", *words, "--json")
        wall = os.times().elapsed - begin
        row = json.loads(told)[0]
        assert not row.get("faults"), row
        vendors = self.control("GET", "/calls")["vendors"]
        calls = {name: each["endpoints"] for name, each in vendors.items()}
        return Cost(calls, used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)

    def _spend(self, *words: str) -> tuple[str, resource.struct_rusage]:
        """What one command prints, and what its process alone used."""
        with TemporaryFile("w+") as out, TemporaryFile("w+") as err:
            process = subprocess.Popen(  # noqa: S603 - our own commands
                [*ACUERDO, *words], cwd=self.folder, env=self._variables(), stdout=out, stderr=err
            )
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            if process.returncode:
                print(err.read()[-2_000:], file=sys.stderr)
                raise subprocess.CalledProcessError(process.returncode, words)
            return out.read(), used

    def _variables(self) -> dict[str, str]:
        told = {
            f"{name.upper()}_{key.upper()}": value
            for name, values in self.told["vendors"].items()
            for key, value in values.items()
        }
        return _environment() | told | {"ACUERDO_LEDGER": f"sqlite:///{self.folder / 'ledger.sqlite'}"}


def _person(number: int) -> dict[str, str]:
    return {
        "email": f"p{number}@example.com",
        "firstname": "Ana",
        "lastname": f"Ruiz {number}",
        "company": f"Account {number // 3}",
        "phone": f"+34 600 {number // 1000 % 1000:03} {number % 1000:03}",
        "country": "Spain",
        "lifecyclestage": "marketingqualifiedlead",
    }


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ACUERDO_")}
    return kept | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


@contextmanager
def company(*, rdstation: int = 0) -> Iterator[Company]:
    """A company that is set up, over vendors without a lead; with RD Station in HubSpot's place, over so many."""
    leads = ("--leads", str(rdstation), "--leads-in", "rdstation") if rdstation else ()
    with TemporaryDirectory() as name, _sandbox(*leads) as told, requests.Session() as session:
        session.trust_env = False
        made = Company(Path(name), told, session)
        config = RDSTATION if rdstation else (ROOT / "config.example.toml").read_text("utf-8") + HUBSPOT
        (made.folder / "config.toml").write_text(config, "utf-8")
        token = made.folder / "rdstation.token"
        token.write_text(told["vendors"]["rdstation"]["refresh_token"], "utf-8")
        token.chmod(0o600)
        made.control("POST", "/settings", **{"hubspot.index_lag_seconds": 0, "rdstation.plan": "advanced"})
        made.command("setup", "--yes")
        yield made


@contextmanager
def _sandbox(*options: str) -> Iterator[Mapping[str, Any]]:
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*ACUERDO, "sandbox", "serve", "--port-base", "0", "--json", *options],
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("}"):
                break
        yield json.loads("".join(lines))
    finally:
        process.terminate()
        process.wait(timeout=60)
        if process.stdout:
            process.stdout.close()

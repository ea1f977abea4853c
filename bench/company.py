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
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import requests

ROOT = Path(__file__).resolve().parents[1]
ACUERDO = [sys.executable, "-m", "cli"]
MORE = """
[companies.acme.agreement.package]
required = ["contact"]

[companies.acme.limits]
create = false
"""
BATCH = 100  # contacts a call that HubSpot creates


class Cost(NamedTuple):
    """What one run took: calls by vendor and endpoint, seconds of processor and of waiting, peak memory in MB."""

    calls: Mapping[str, Mapping[str, int]]
    processor: float
    wall: float
    peak: float

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
        """So many new leads that meet the definition, in HubSpot."""
        vendor = self.told["vendors"]["hubspot"]
        for first in range(start, start + count, BATCH):
            numbers = range(first, min(first + BATCH, start + count))
            self.session.post(
                vendor["base_url"] + "/crm/v3/objects/contacts/batch/create",
                json={"inputs": [{"properties": _person(number)} for number in numbers]},
                headers={"Authorization": f"Bearer {vendor['token']}"},
                timeout=600,
            ).raise_for_status()

    def advance(self, seconds: int) -> None:
        """Let the sandbox's clock go on."""
        self.control("POST", "/clock", advance=seconds)

    def command(self, *words: str) -> str:
        """One command of the product; raises CalledProcessError when it fails."""
        told = {
            f"{name.upper()}_{key.upper()}": value
            for name, values in self.told["vendors"].items()
            for key, value in values.items()
        }
        ledger = {"ACUERDO_LEDGER": f"sqlite:///{self.folder / 'ledger.sqlite'}"}
        done = subprocess.run(  # noqa: S603 - our own commands
            [*ACUERDO, *words],
            cwd=self.folder,
            env=_environment() | told | ledger,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print(done.stderr[-2_000:], file=sys.stderr)
            done.check_returncode()
        return done.stdout

    def run(self, *words: str) -> Cost:
        """One run, and what it cost."""
        self.control("POST", "/reset", what="calls")
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), os.times().elapsed
        row = json.loads(self.command("run", *words, "--json"))[0]
        after, end = resource.getrusage(resource.RUSAGE_CHILDREN), os.times().elapsed
        assert not row.get("faults"), row
        vendors = self.control("GET", "/calls")["vendors"]
        return Cost(
            {name: each["endpoints"] for name, each in vendors.items()},
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            end - begin,
            after.ru_maxrss / 1024,
        )


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
def company() -> Iterator[Company]:
    """A company that is set up and has run once, over vendors without a lead."""
    with TemporaryDirectory() as name, _sandbox() as told, requests.Session() as session:
        session.trust_env = False
        made = Company(Path(name), told, session)
        example = (ROOT / "config.example.toml").read_text("utf-8")
        (made.folder / "config.toml").write_text(example + MORE, "utf-8")
        made.control("POST", "/settings", **{"hubspot.index_lag_seconds": 0, "hubspot.burst_limit": 100_000})
        made.command("setup", "--yes")
        made.run()
        yield made


@contextmanager
def _sandbox() -> Iterator[Mapping[str, Any]]:
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*ACUERDO, "sandbox", "serve", "--port-base", "0", "--json"],
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

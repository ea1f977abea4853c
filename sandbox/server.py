"""The sandbox as one process: each vendor and the control address on a port of 127.0.0.1."""

import json
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any, Self

from starlette.types import ASGIApp

from sandbox.clock import BusinessClock
from sandbox.control import Deed
from sandbox.control import build as build_control
from sandbox.gate import Board, Gate
from sandbox.listener import HOST, listen, serving
from sandbox.people import People
from sandbox.state import State
from sandbox.vendors import CONTROL_PORT, VENDORS

FIXED_PORTS = {"control": CONTROL_PORT} | {vendor.name: vendor.port for vendor in VENDORS}
FREE_PORTS = dict.fromkeys(FIXED_PORTS, 0)


@dataclass(frozen=True)
class Address:
    """Where one vendor, or the control, listens, and what a client logs in with."""

    base_url: str
    credentials: Mapping[str, str]

    def __getattr__(self, name: str) -> str:
        """A credential by its name, such as `token` or `client_id`."""
        try:
            return self.credentials[name]
        except KeyError:
            raise AttributeError(name) from None


class Sandbox:
    """The vendors, running in a thread while the context is open.

    Args:
        now: where the business clock starts (aware); default: real time, or where `folder` left it.
        frozen: whether the business clock stands still until it is moved.
        seed: of everything that is made up; the same seed makes the same sandbox.
        ports: by name (`control` and each vendor), 0 for a free one; without a name: its fixed one.
        folder: keeps the state across starts; default: in memory.

    Raises OSError from `__enter__` where a port is taken, ValueError where `now` would turn back a kept clock.
    """

    def __init__(
        self,
        *,
        now: datetime | None = None,
        frozen: bool = False,
        seed: int = 0,
        ports: Mapping[str, int] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._now, self._frozen = now, frozen
        self._ports = FIXED_PORTS | dict(ports or {})
        self.state = State(BusinessClock(datetime(1970, 1, 1, tzinfo=UTC)), folder, seed)
        self.board = Board()
        self.addresses: dict[str, Address] = {}
        self._gates: dict[str, Gate] = {}

    @property
    def hubspot(self) -> Address:
        """HubSpot's API; its credential is `token`."""
        return self.addresses["hubspot"]

    @property
    def salesforce(self) -> Address:
        """Salesforce's login and API host; its credentials begin with `client_id` and `client_secret`."""
        return self.addresses["salesforce"]

    @property
    def rdstation(self) -> Address:
        """RD Station's API; its credentials are `client_id`, `client_secret` and `refresh_token`."""
        return self.addresses["rdstation"]

    @property
    def control(self) -> Address:
        """The control address; no credentials."""
        return self.addresses["control"]

    def __enter__(self) -> Self:
        """Build the vendors, take the ports, serve."""
        with ExitStack() as opening:
            opening.callback(self.state.close)
            self._start_clock()
            self._build()
            sockets = {name: opening.enter_context(listen(port)) for name, port in self._ports.items()}
            credentials = {vendor.name: vendor.credentials(self.state) for vendor in VENDORS}
            self.addresses = {
                name: Address(f"http://{HOST}:{taken.getsockname()[1]}", credentials.get(name, {}))
                for name, taken in sockets.items()
            }
            served: dict[str, ASGIApp] = {"control": build_control(self), **self._gates}
            opening.enter_context(serving([(served[name], taken) for name, taken in sockets.items()]))
            self._opened = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving and close the state."""
        self._opened.close()

    def describe(self) -> Mapping[str, Any]:
        """Addresses and credentials as one JSON object."""
        vendors = {
            name: {"base_url": address.base_url, **address.credentials}
            for name, address in self.addresses.items()
            if name != "control"
        }
        clock = self.state.clock
        return {"control": self.control.base_url, "vendors": vendors, "now": clock.now().isoformat()}

    def variables(self) -> dict[str, str]:
        """Each vendor's base_url and credentials as environment variables, such as `HUBSPOT_TOKEN`."""
        return {
            f"{name.upper()}_{key.upper()}": value
            for name, values in self.describe()["vendors"].items()
            for key, value in values.items()
        }

    def act(self, payload: dict[str, Any]) -> Mapping[str, Any]:
        """Let the simulated salespeople do what `payload` says; ValueError where it makes no sense."""
        return self._people.act(payload)

    def deeds(self, vendor: str) -> Mapping[str, Deed]:
        """What the vendor's back office offers on the control address, by name."""
        app_state = getattr(self._gates[vendor].app, "state", None)
        offered: Mapping[str, Deed] = getattr(app_state, "deeds", {})
        return offered

    def forget(self) -> None:
        """Drop every record and credential made since the start and seed again; time and settings stay."""
        with self.state.lock:
            tables = self.state.database.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            ).fetchall()
            for (name,) in tables:
                self.state.database.execute(f'DROP TABLE "{name}"')
            self.state.random.seed(self.state.seed)
            self.remember_clock()
            self._build()

    def remember_clock(self) -> None:
        """Keep the clock's offset from real time, or the instant at which it is frozen."""
        clock = self.state.clock
        offset = (clock.now() - datetime.now(UTC)).total_seconds()
        with self.state.lock:
            self.state.database.execute("CREATE TABLE IF NOT EXISTS clock (offset REAL, frozen TEXT)")
            self.state.database.execute("DELETE FROM clock")
            frozen = clock.now().isoformat() if clock.frozen else None
            self.state.database.execute("INSERT INTO clock VALUES (?, ?)", (offset, frozen))

    def _build(self) -> None:
        for vendor in VENDORS:
            app = vendor.build(self.state)
            self._gates.setdefault(vendor.name, Gate(vendor.name, app, self.board)).replace(app)
        self._people = People(self.state)

    def _start_clock(self) -> None:
        self.state.database.execute("CREATE TABLE IF NOT EXISTS clock (offset REAL, frozen TEXT)")
        kept = self.state.database.execute("SELECT offset, frozen FROM clock").fetchone()
        clock = self.state.clock
        if kept is not None:
            offset = timedelta(seconds=kept["offset"])
            clock.freeze(frozen=kept["frozen"] is not None)
            frozen_at = datetime.fromisoformat(kept["frozen"]) if clock.frozen else None
            clock.set(frozen_at or datetime.now(UTC) + offset)
        if self._frozen:
            clock.freeze(frozen=True)
        if self._now is not None or kept is None:
            clock.set(self._now or datetime.now(UTC))
        self.remember_clock()


def serve(
    sandbox: Sandbox,
    *,
    env: Path | None = None,
    as_json: bool = False,
    stop: Event | None = None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Run `sandbox` until SIGINT, SIGTERM or `stop`, having printed where it listens and how to log in.

    `ready` is called once it serves, before anything is printed. `env` also gets the vendors' variables, one
    `NAME='value'` a line, readable by its owner only.
    """
    stop = stop if stop is not None else Event()
    with sandbox, ExitStack() as restored:
        ready()
        if env is not None:
            write_variables(sandbox, env)
        for number in (signal.SIGINT, signal.SIGTERM):
            restored.callback(signal.signal, number, signal.signal(number, lambda *_: stop.set()))
        print(json.dumps(sandbox.describe(), indent=2) if as_json else _greeting(sandbox), flush=True)  # noqa: T201 - its work
        stop.wait()


def write_variables(sandbox: Sandbox, path: Path) -> None:
    """Write the vendors' variables for a shell or an env file."""
    lines = [f"{name}='{value}'\n" for name, value in sandbox.variables().items()]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(lines)


def _greeting(sandbox: Sandbox) -> str:
    blocks = [f"control\n  base_url: {sandbox.control.base_url}"]
    for name, values in sandbox.describe()["vendors"].items():
        blocks.append(name + "".join(f"\n  {key}: {value}" for key, value in values.items()))
    return "\n".join(blocks)

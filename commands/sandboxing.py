"""`sandbox serve`: HubSpot, RD Station and Salesforce on this machine."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from commands.outcome import DONE
from commands.session import UsageError, read_instant
from mapping.records import moment_of
from sandbox.marketing import DAY, Lead, leads_of_day, load, track
from sandbox.rdstation import marketing as rdstation
from sandbox.server import FIXED_PORTS, Sandbox, serve


def serve_sandbox(
    *,
    state: Path | None,
    now: str | None,
    seed: int,
    leads: int,
    leads_in: str,
    env: Path | None,
    port_base: int | None,
    as_json: bool,
) -> int:
    """Serves until interrupted, after printing addresses and credentials."""
    if state is not None:
        state.mkdir(parents=True, exist_ok=True)
    if leads_in not in LOADERS:
        raise UsageError(f"--leads-in is one of {', '.join(LOADERS)}")
    sandbox = Sandbox(now=_start(now), seed=seed, folder=state, ports=_ports(port_base))
    try:
        serve(sandbox, env=env, as_json=as_json, ready=lambda: _load(sandbox, leads_in, leads, seed))
    except OSError as error:
        raise UsageError(
            f"the sandbox cannot listen ({error}); end what holds its ports, or choose others with --port-base"
        ) from None
    return DONE


def _ports(base: int | None) -> dict[str, int]:
    if base is None:
        return {}
    return {name: base and base + number for number, name in enumerate(FIXED_PORTS)}


def _start(now: str | None) -> datetime | None:
    return None if now is None else moment_of(read_instant(now, "--now"))


def _load(sandbox: Sandbox, platform: str, count: int, seed: int) -> None:
    """Made-up leads of the day before, through the platform's own API, with the history that it tracks."""
    if count == 0:
        return
    won = leads_of_day((sandbox.state.clock.now() - DAY).date(), seed, count)
    LOADERS[platform](sandbox, won)


def _load_hubspot(sandbox: Sandbox, won: Sequence[Lead]) -> None:
    track(sandbox.control.base_url, won, load(sandbox.hubspot.base_url, sandbox.hubspot.token, won))


def _load_rdstation(sandbox: Sandbox, won: Sequence[Lead]) -> None:
    rdstation.load(sandbox.rdstation, won)
    rdstation.track(sandbox.control.base_url, won)


LOADERS: Mapping[str, Callable[[Sandbox, Sequence[Lead]], None]] = {
    "hubspot": _load_hubspot,
    "rdstation": _load_rdstation,
}

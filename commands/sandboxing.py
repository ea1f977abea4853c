"""`sandbox serve`: HubSpot and Salesforce on this machine."""

from datetime import datetime
from pathlib import Path

from commands.outcome import DONE
from commands.session import UsageError, read_instant
from mapping.records import moment_of
from sandbox.marketing import DAY, leads_of_day, load, track
from sandbox.server import FIXED_PORTS, Sandbox, serve


def serve_sandbox(
    *,
    state: Path | None,
    now: str | None,
    seed: int,
    leads: int,
    env: Path | None,
    port_base: int | None,
    as_json: bool,
) -> int:
    """Serves until interrupted, after printing addresses and credentials."""
    if state is not None:
        state.mkdir(parents=True, exist_ok=True)
    sandbox = Sandbox(now=_start(now), seed=seed, folder=state, ports=_ports(port_base))
    try:
        serve(sandbox, env=env, as_json=as_json, ready=lambda: _load(sandbox, leads, seed))
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


def _load(sandbox: Sandbox, count: int, seed: int) -> None:
    """Made-up leads of the day before, through HubSpot's own API, with the history that HubSpot tracks."""
    if count == 0:
        return
    won = leads_of_day((sandbox.state.clock.now() - DAY).date(), seed, count)
    track(sandbox.control.base_url, won, load(sandbox.hubspot.base_url, sandbox.hubspot.token, won))

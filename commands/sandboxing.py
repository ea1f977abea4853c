"""`sandbox serve`: HubSpot and Salesforce on this machine."""

from datetime import datetime
from pathlib import Path

from commands.outcome import DONE
from commands.session import UsageError, read_instant
from mapping.records import moment_of
from sandbox.marketing import DAY, leads_of_day, load, track
from sandbox.server import Sandbox, serve


def serve_sandbox(
    *, state: Path | None, now: str | None, seed: int, leads: int, env: Path | None, as_json: bool
) -> int:
    """Serves until interrupted, after printing addresses and credentials."""
    if state is not None:
        state.mkdir(parents=True, exist_ok=True)
    sandbox = Sandbox(now=_start(now), seed=seed, folder=state)
    try:
        serve(sandbox, env=env, as_json=as_json, ready=lambda: _load(sandbox, leads, seed))
    except OSError as error:
        raise UsageError(
            f"the sandbox cannot listen ({error}); end what holds its ports, 8800 to 8802"
        ) from None
    return DONE


def _start(now: str | None) -> datetime | None:
    return None if now is None else moment_of(read_instant(now, "--now"))


def _load(sandbox: Sandbox, count: int, seed: int) -> None:
    """Made-up leads of the day before, through HubSpot's own API, with the history that HubSpot tracks."""
    if count == 0:
        return
    won = leads_of_day((sandbox.state.clock.now() - DAY).date(), seed, count)
    track(sandbox.control.base_url, won, load(sandbox.hubspot.base_url, sandbox.hubspot.token, won))

"""`serve`: an address for the vendors' webhooks, so that the next run reads sooner what they name."""

from dataclasses import dataclass
from pathlib import Path

from commands.outcome import DONE
from commands.session import Session, UsageError, err, open_session, out, tell
from connectors.settings import on_loopback
from mapping.privacy import HIDDEN
from mapping.problems import ConfigurationError, Problem
from web.app import make_app
from web.receiving import Receiver, receivers_of
from web.server import listen, serve

PATIENCE = 2  # seconds for a busy ledger: vendors wait five for the answer
FAMILY = 2  # host and port come first in the address of a socket


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asks of `serve`."""

    config: Path | None
    host: str
    port: int
    addresses: bool


def receive(wish: Wish) -> int:
    """Serves until interrupted; with `addresses` only prints each webhook's whole address."""
    with open_session(wish.config, patience=PATIENCE) as session:
        receivers = _receivers(session)
        if wish.addresses:
            for each in receivers.values():
                out.print(f"{each.company}: {each.url}", markup=False, soft_wrap=True)
            return DONE
        try:
            listener = listen(wish.host, wish.port)
        except OSError as error:
            raise UsageError(
                f"cannot listen on {wish.host}, port {wish.port} ({error.strerror}); choose others with --host, --port"
            ) from None
        with listener:
            _greet(listener.getsockname()[:FAMILY], receivers)
            serve(make_app(session.ledger, receivers), listener)
    return DONE


def _receivers(session: Session) -> dict[str, Receiver]:
    """Whose webhooks are received; a company's own faults are told and leave that one out."""
    configuration = session.configuration
    for problems in configuration.faults.values():
        tell(ConfigurationError(problems))
    receivers = receivers_of(configuration.companies.values())
    if receivers:
        return receivers
    what, write = "no company has one: nothing would be received", "write one: docs/webhooks.md"
    raise ConfigurationError([Problem(key="companies.<slug>.marketing.webhook", what=what, write=write)])


def _greet(where: tuple[str, int], receivers: dict[str, Receiver]) -> None:
    host, port = where
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    out.print(f"Listening on {address}; {address}/health tells whether the ledger answers.", soft_wrap=True)
    if not on_loopback(address):
        err.print("Anybody in the network can call it: let a proxy with TLS stand before it.", soft_wrap=True)
    for each in receivers.values():
        place = f"{each.settings.address}/webhooks/{each.company}/{HIDDEN}"
        out.print(f"{each.company}: {each.system} calls {place}", markup=False, soft_wrap=True)

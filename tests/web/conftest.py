"""The web application behind a real server on this machine, and the calls that vendors make."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import create_engine, make_url

from sync.accounts import TENANT
from sync.company import read_company
from sync.ledger import hints, runs
from sync.ledger.migrate import prepare
from sync.ledger.store import Ledger
from sync.settings import Company
from tests.flow.world import SECRETS, TABLE, merged
from web.app import make_app
from web.receiving import Receiver, receivers_of
from web.server import listen, server_of

ADDRESS = "https://hooks.example"
PATHS = {"acme": "a" * 40, "beta": "b" * 40, "norte": "n" * 40}
APP = {"acme": "the secret of acme's app", "beta": "the secret of beta's app"}
PORTALS = {"acme": "42", "beta": "43"}
UUID = "c2f3d2b3-7250-4d27-97f4-eef38be32f7f"
RDSTATION = {
    "platform": "rdstation",
    "client_id": "id",
    "client_secret": {"env": "S"},
    "token_file": "rdstation.token",
}


def hubspot_company(slug: str) -> Company:
    webhook = {"address": ADDRESS, "path": {"env": "P"}, "app_secret": {"env": "A"}}
    table = merged(TABLE, {"marketing": {"webhook": webhook}})
    return read_company(slug, table, {**SECRETS, "P": PATHS[slug], "A": APP[slug]}, Path())


def rdstation_company(slug: str) -> Company:
    webhook = {"address": ADDRESS, "path": {"env": "P"}}
    table = {**TABLE, "marketing": {**RDSTATION, "webhook": webhook}}
    return read_company(slug, table, {**SECRETS, "P": PATHS[slug]}, Path())


def receivers() -> dict[str, Receiver]:
    return receivers_of([hubspot_company("acme"), hubspot_company("beta"), rdstation_company("norte")])


@dataclass
class Site:
    """The application as vendors and operators reach it."""

    url: str
    ledger: Ledger
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.url + path, timeout=20, allow_redirects=False)

    def post(self, path: str, body: Any = b"", headers: Mapping[str, str] | None = None) -> requests.Response:
        return self.session.post(
            self.url + path, data=body, headers=headers, timeout=20, allow_redirects=False
        )

    def hubspot(self, *events: object, company: str = "acme", **how: Any) -> requests.Response:
        """A call as HubSpot makes it to a company's address."""
        body = how.pop("body", None) or json.dumps(events).encode()
        path = f"/webhooks/{company}/{PATHS[company]}"
        return self.post(path, body, how.pop("headers", None) or signed(body, company=company, **how))

    def rdstation(self, body: object, path: str = PATHS["norte"]) -> requests.Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.post(f"/webhooks/norte/{path}", raw)

    def hints(self, company: str = "acme", system: str = "hubspot") -> set[str]:
        with self.ledger.read(company) as tx:
            return set(hints.hints_of(tx, system))


def event(number: object, *, company: str = "acme", **more: object) -> dict[str, object]:
    return {
        "eventId": 1,
        "portalId": int(PORTALS[company]),
        "subscriptionType": "contact.propertyChange",
        "objectId": number,
        **more,
    }


def signed(
    body: bytes, *, company: str = "acme", secret: str | None = None, late: int = 0, path: str | None = None
) -> dict[str, str]:
    """The headers of HubSpot's third signature, over the address that HubSpot was given."""
    stamp = str((int(time.time()) - late) * 1000)
    source = f"POST{ADDRESS}/webhooks/{company}/{path or PATHS[company]}".encode() + body + stamp.encode()
    digest = hmac.new((secret or APP[company]).encode(), source, hashlib.sha256).digest()
    return {
        "X-HubSpot-Signature-v3": base64.b64encode(digest).decode(),
        "X-HubSpot-Request-Timestamp": stamp,
    }


def signed_once(body: bytes, secret: str = APP["acme"]) -> dict[str, str]:
    """The headers of the first signature, which private apps are documented with."""
    digest = hashlib.sha256(secret.encode() + body).hexdigest()
    return {"X-HubSpot-Signature": digest, "X-HubSpot-Signature-Version": "v1"}


@contextmanager
def running(ledger: Ledger, whose: Mapping[str, Receiver]) -> Iterator[Site]:
    """A real server in a thread of its own."""
    with listen("127.0.0.1", 0) as listener:
        server = server_of(make_app(ledger, whose))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        host, port = listener.getsockname()
        site = Site(f"http://{host}:{port}", ledger)
        try:
            yield site
        finally:
            site.session.close()
            server.should_exit = True
            thread.join(timeout=20)
            assert not thread.is_alive()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """`serving(url, patience=1)` starts the application over a ledger; it ends with the test."""
    with ExitStack() as stack:

        def start(url: str = f"sqlite:///{tmp_path / 'ledger.sqlite'}", *, patience: int = 2) -> Site:
            ledger = Ledger(url, patience=patience)
            stack.callback(ledger.close)
            prepare(ledger)
            for company, portal in PORTALS.items():
                with ledger.write(company, 0) as tx:
                    runs.put_cursor(tx, "hubspot", TENANT, portal)
            return stack.enter_context(running(ledger, receivers()))

        yield start


@pytest.fixture
def site(serving: Callable[..., Site]) -> Site:
    return serving()


@pytest.fixture
def database(postgresql: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty database of a real PostgreSQL."""
    name = f"web_{abs(hash(request.node.name))}"
    address = make_url(postgresql).set(drivername="postgresql+psycopg")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return address.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

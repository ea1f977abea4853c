"""A sandbox on free ports for each test that asks, ended with the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from sandbox.server import FREE_PORTS, Address, Sandbox

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def serve() -> Iterator[Callable[..., Sandbox]]:
    """`serve(**Sandbox's arguments)` starts one in a thread on free ports; no index lag unless asked for."""
    with ExitStack() as stack:

        def start(*, index_lag_seconds: float = 0.0, **wanted: Any) -> Sandbox:
            sandbox = stack.enter_context(Sandbox(ports=FREE_PORTS, **wanted))
            sandbox.state.settings["hubspot.index_lag_seconds"] = index_lag_seconds
            return sandbox

        yield start


class Caller:
    """Plain HTTP against one address: `caller("POST", path, json)` gives the response."""

    def __init__(self, address: Address, session: requests.Session) -> None:
        self.address = address
        self.session = session
        session.trust_env = False
        if token := address.credentials.get("token"):
            session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, json: object = None, **more: Any) -> requests.Response:
        return self.session.request(method, self.address.base_url + path, json=json, timeout=20, **more)


@pytest.fixture
def sandbox(serve: Callable[..., Sandbox]) -> Sandbox:
    """A sandbox whose business clock stands at nine on a Monday."""
    return serve(now=MONDAY, frozen=True)


@pytest.fixture
def hubspot(sandbox: Sandbox) -> Iterator[Caller]:
    """HubSpot's API with the seeded token."""
    with requests.Session() as session:
        yield Caller(sandbox.hubspot, session)


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[Caller]:
    """The control address."""
    with requests.Session() as session:
        yield Caller(sandbox.control, session)

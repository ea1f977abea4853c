"""A sandbox on free ports for each test that asks, ended with the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from sandbox.server import FREE_PORTS, Sandbox


@pytest.fixture
def serve() -> Iterator[Callable[..., Sandbox]]:
    """`serve(**Sandbox's arguments)` starts one in a thread on free ports; no index lag unless asked for."""
    with ExitStack() as stack:

        def start(*, index_lag_seconds: float = 0.0, **wanted: Any) -> Sandbox:
            sandbox = stack.enter_context(Sandbox(ports=FREE_PORTS, **wanted))
            sandbox.state.settings["hubspot.index_lag_seconds"] = index_lag_seconds
            return sandbox

        yield start

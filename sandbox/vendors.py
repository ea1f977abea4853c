"""The table of vendors: who is spoken for, by which module, on which port."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from starlette.types import ASGIApp

from sandbox.state import State


@dataclass(frozen=True)
class Vendor:
    """One vendor: `module` has `build(state)`, its ASGI app, and `credentials(state)`, what a client needs."""

    name: str
    module: str
    port: int

    def build(self, state: State) -> ASGIApp:
        """The vendor's API over `state`, its tables created and seeded where they are missing."""
        return cast("ASGIApp", import_module(self.module).build(state))

    def credentials(self, state: State) -> Mapping[str, str]:
        """What a client of this vendor logs in with, by name (`token`, `client_id` ...)."""
        return cast("Mapping[str, str]", import_module(self.module).credentials(state))


CONTROL_PORT = 8800
VENDORS = (
    Vendor("hubspot", "sandbox.hubspot.app", 8801),
    Vendor("salesforce", "sandbox.salesforce.app", 8802),
    Vendor("rdstation", "sandbox.rdstation.app", 8803),
)

"""The account itself: its name and the address of its tracking code."""

from random import Random
from typing import Any
from uuid import UUID

from sandbox.rdstation.call import Call
from sandbox.state import State

DEFAULTS = {"rdstation.account_name": "Acme Marketing"}


class Account:
    """What little RD Station tells of an account; the tracking code follows the seed."""

    def __init__(self, state: State) -> None:
        state.default(DEFAULTS)
        self._state = state
        self._code = UUID(int=Random(f"rdstation-account-{state.seed}").getrandbits(128), version=4)

    def info(self, _: Call) -> dict[str, Any]:
        """The account's name."""
        return {"name": str(self._state.settings["rdstation.account_name"])}

    def tracking_code(self, _: Call) -> dict[str, Any]:
        """Where the account's tracking code is served."""
        host = "https://d335luupugsy2.cloudfront.net"
        return {"path": f"{host}/js/loader-scripts/{self._code}-loader.js"}

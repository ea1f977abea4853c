"""The sandbox of the contract tests serves the system tests too."""

from tests.contract.conftest import running_sandbox, sandbox

__all__ = ["running_sandbox", "sandbox"]

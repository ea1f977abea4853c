"""Errors typed by what the engine does next; each vendor's table turns its answers into these.

Two texts: `str(error)` is for the person (what happened, to which record or key, what to do), `log` names
status and codes for the log. Neither holds a response body, a token or personal data (promise 8).
"""

from mapping.records import Instant


class ConnectorError(Exception):
    """Something a vendor answered, or did not."""

    def __init__(self, message: str, *, system: str, log: str = "") -> None:
        super().__init__(message)
        self.system = system
        self.log = log or message


class Unavailable(ConnectorError):
    """Stop this vendor for this run; a later run tries again (network, 5xx, lasting rate limits)."""


class QuotaUsedUp(Unavailable):
    """The vendor's daily quota is used up; nothing is tried before `until` (UTC seconds), where known."""

    def __init__(self, message: str, *, system: str, log: str = "", until: Instant | None = None) -> None:
        super().__init__(message, system=system, log=log)
        self.until = until


class RecordsBusy(Unavailable):
    """The vendor answers, but gives some of the records asked for only later: a limit of theirs is used up."""


class CredentialsRefused(ConnectorError):
    """A person must act: the token or key is wrong, expired, revoked, or `lacks` a scope that the vendor names."""

    lacks: str | None = None


class Misconfigured(ConnectorError):
    """A person must act: a field, list or permission that the run needs is missing over there."""


class RecordRefused(ConnectorError):
    """The vendor will not take or give this one record; the run goes on without it."""

    def __init__(self, message: str, *, system: str, code: str, log: str = "") -> None:
        super().__init__(message, system=system, log=log)
        self.code = code


class ContractBroken(ConnectorError):
    """The vendor answered something its documents do not foresee: stop, never retry for ever."""

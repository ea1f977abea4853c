"""Exit statuses: what a person, cron or a container learns from how a command ended (design, section 9)."""

from collections.abc import Iterable

from connectors.errors import ConnectorError, CredentialsRefused, Misconfigured
from mapping.problems import ConfigurationError
from sync.cycle import Summary, TimeGoesBack
from sync.ledger.store import CompanyHeld, LedgerError
from sync.limits import LimitExceeded

DONE = 0
UNEXPECTED = 1
USAGE = 2
REFUSED = 65  # done, but some records were refused
UNAVAILABLE = 69  # a vendor does not answer, or its quota is used up
FAULTS_FOUND = 70  # an audit found faults
LIMIT = 73
LEDGER = 74
HELD = 75  # another run holds the company
CREDENTIALS = 77
CONFIGURATION = 78

PRECEDENCE = (UNEXPECTED, CONFIGURATION, CREDENTIALS, LEDGER, LIMIT, UNAVAILABLE, HELD, REFUSED, USAGE)

EXPECTED = (ConfigurationError, ConnectorError, CompanyHeld, LedgerError, LimitExceeded, TimeGoesBack)
"""Errors that are told in a sentence, without a traceback."""


def worst(codes: Iterable[int]) -> int:
    """The one status of several companies: the first that occurs in the order of precedence."""
    found = set(codes)
    return next((code for code in PRECEDENCE if code in found), DONE)


_CODES: tuple[tuple[type[Exception], int], ...] = (
    (ConfigurationError, CONFIGURATION),
    (Misconfigured, CONFIGURATION),
    (CredentialsRefused, CREDENTIALS),
    (ConnectorError, UNAVAILABLE),
    (CompanyHeld, HELD),
    (LedgerError, LEDGER),
    (LimitExceeded, LIMIT),
    (TimeGoesBack, USAGE),
)


def code_of_error(error: Exception) -> int:
    """The status that an error ends a command with."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), UNEXPECTED)


def code_of_summary(summary: Summary) -> int:
    """The status of a run that came to its end."""
    codes = [code_of_error(each) for each in summary.faults]
    return worst([*codes, REFUSED if summary.refused else DONE])

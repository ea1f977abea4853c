"""The wiring: from a configuration file to a ledger and to the companies' connectors."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from commands.outcome import EXPECTED, USAGE, code_of_error
from connectors import registry
from connectors.base import Crm, MarketingPlatform
from connectors.registration import registration_of
from connectors.settings import on_loopback
from mapping.problems import ConfigurationError, Problem, nearest
from mapping.records import Instant, instant_of, parse_instant
from policies.agreement import Agreement
from policies.verdict import Terms
from policies.zones import WrongZoneData, self_test
from sync.accounts import fresh_account_of, notice_credentials
from sync.configuration import find_configuration, read_configuration
from sync.ledger.budgets import KeptBudgets
from sync.ledger.jobs import KeptJobs
from sync.ledger.migrate import prepare
from sync.ledger.store import PATIENCE, Ledger
from sync.logs import set_up_logs
from sync.publication import published_terms
from sync.settings import Company, Configuration

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class UsageError(Exception):
    """A command was asked for something that it cannot do; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Session:
    """A configuration and the ledger that it names."""

    configuration: Configuration
    ledger: Ledger

    def companies(self, names: Sequence[str]) -> list[str]:
        """The slugs to work on: the given ones, or every one that is configured; raises UsageError."""
        known = [*self.configuration.companies, *self.configuration.faults]
        for name in names:
            if name not in known:
                raise UsageError(f"there is no company {name!r}; {nearest(name, known)}")
        return list(names) or known

    def company(self, slug: str) -> Company:
        """One company's settings; raises ConfigurationError with its faults."""
        faults = self.configuration.faults.get(slug)
        if faults is None:
            return self.configuration.companies[slug]
        raise ConfigurationError(faults)

    def only_company(self, name: str | None) -> Company:
        """The named company, or the only one there is; raises UsageError when that is not one."""
        names = self.companies([name] if name else [])
        if len(names) != 1:
            raise UsageError(
                f"several companies are configured; name one with --company ({', '.join(names)})"
            )
        return self.company(names[0])


@contextmanager
def open_session(config: Path | None, *, patience: int = PATIENCE) -> Iterator[Session]:
    """Reads the configuration and opens the ledger; raises ConfigurationError and LedgerError.

    `patience` is how many seconds a busy ledger is waited for.
    """
    refuse_wrong_zones()
    configuration = read_configuration(find_configuration(config, os.environ))
    set_up_logs(configuration.log)
    ledger = Ledger(configuration.ledger, patience=patience)
    try:
        prepare(ledger)
        yield Session(configuration, ledger)
    finally:
        ledger.close()


def refuse_wrong_zones() -> None:
    """Raises ConfigurationError where the zone data contradict known facts: every deadline would be off."""
    try:
        self_test()
    except WrongZoneData as error:
        write = "install the pinned tzdata again: pip install --force-reinstall tzdata"
        raise ConfigurationError([Problem(key="tzdata", what=str(error), write=write)]) from None


def connect(company: Company, ledger: Ledger, now: Instant | None = None) -> tuple[MarketingPlatform, Crm]:
    """The company's two connectors, with what the vendors told of themselves in the last day.

    `now` is the business instant of a replay: by it, not by the vendor's clock, a meeting has begun and
    an undated change was seen.
    """
    notice_credentials(ledger, company.slug, company.platform, company.marketing)
    notice_credentials(ledger, company.slug, company.crm_system, company.crm)
    return (
        registry.open_platform(
            company.platform, company.marketing, **_keywords(ledger, company.slug, company.platform, now)
        ),
        registry.open_crm(
            company.crm_system, company.crm, **_keywords(ledger, company.slug, company.crm_system, now)
        ),
    )


def _keywords(ledger: Ledger, company: str, system: str, now: Instant | None) -> dict[str, Any]:
    """What a connector is opened with: answers of the last day, and what it asks for by `takes`."""
    account, takes = fresh_account_of(ledger, company, system), registration_of(system).takes
    known = {} if account is None else {"tenant": account.tenant, "schema": account.schema}
    replay = {"clock": lambda: now} if now is not None and "clock" in takes else {}
    kept = {"budgets": KeptBudgets(ledger, company, system), "jobs": KeptJobs(ledger, company, system)}
    return known | replay | {name: each for name, each in kept.items() if name in takes}


def business_now(given: str | None, companies: Sequence[Company]) -> Instant:
    """The instant to judge as of: `--now`, for vendors on this machine only, else this moment."""
    if given is None:
        return instant_of(datetime.now(UTC))
    for company in companies:
        for settings in (company.marketing, company.crm):
            address = getattr(settings, "base_url", "")
            if not on_loopback(address):
                raise UsageError(
                    f"--now is for replays: {company.slug} talks to {address}, which is not on this machine"
                )
    return read_instant(given, "--now")


def read_instant(text: str, option: str) -> Instant:
    """UTC seconds of an ISO text; a bare date is its midnight in UTC; raises UsageError."""
    try:
        if len(text) == len("2026-05-13"):
            return parse_instant(f"{text}T00:00:00+00:00")
        return parse_instant(text)
    except ValueError:
        raise UsageError(
            f"{option} {text!r} is not an instant; write 2026-05-13 or 2026-05-13T09:00:00+02:00"
        ) from None


def read_local(text: str, option: str, place: str) -> Instant:
    """UTC seconds of an ISO text; a bare date is its midnight in the zone; raises UsageError."""
    try:
        if len(text) == len("2026-05-13"):
            return instant_of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(place)))
    except ValueError:
        pass
    return read_instant(text, option)


def ask(question: str, otherwise: str) -> bool:
    """Whether a person at the terminal says yes; where nobody is, raises UsageError with what to write."""
    if not sys.stdin.isatty():
        raise UsageError(otherwise)
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes", "s", "si", "sí", "sim")


def agreement_now(session: Session, company: Company, now: Instant) -> tuple[Agreement, Terms | None, str]:
    """The version that judges now, else what is configured, and which of them it is."""
    terms = published_terms(session.ledger, company)
    if terms is None:
        return company.agreement, None, "the agreement as configured, not yet published"
    agreement = terms.at(now)
    return agreement, terms, f"version {agreement.number} of the agreement"


def guarded(body: Callable[[], int]) -> int:
    """Runs a command's body; an expected error is told in its own words and gives its own status."""
    try:
        return body()
    except UsageError as error:
        err.print(str(error), style="red", markup=False, soft_wrap=True)
        return USAGE
    except EXPECTED as error:
        tell(error)
        return code_of_error(error)


def plain(*cells: str) -> list[Text]:
    """Cells that stand as they are, whatever they hold: a value is no markup."""
    return [Text(cell) for cell in cells]


def tell(error: Exception) -> None:
    """Prints what went wrong, for a person."""
    if isinstance(error, ConfigurationError):
        for problem in error.problems:
            err.print(f"{problem.place}: {problem.what}", style="red", markup=False, soft_wrap=True)
            err.print(f"    {problem.write}", markup=False, soft_wrap=True)
        return
    err.print(str(error), style="red", markup=False, soft_wrap=True)

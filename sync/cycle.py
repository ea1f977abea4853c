"""One run: the order of the stages, what stops it, and what it tells at the end."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from connectors.base import Crm, MarketingPlatform
from connectors.errors import ConnectorError
from mapping.owners import Owners
from mapping.records import Instant, format_instant
from policies.facts import FUTURE
from sync.accounts import (
    Account,
    account_of,
    keep_quotas,
    last_account_of,
    last_owners_of,
    mappers_for,
    needs_owners,
    owners_of,
    refuse_other_tenant,
    rich_briefs_of,
)
from sync.compare import compare
from sync.erasure import refuse_lost_key
from sync.judge import judge
from sync.ledger import compared, facts, leads, notices, refusals, runs
from sync.ledger.budgets import Queue, queue_after_run
from sync.ledger.planned import count_planned
from sync.ledger.store import Ledger
from sync.limits import Planned, check_limits
from sync.observe import observe, observe_records
from sync.prepare import prepare
from sync.publication import publish
from sync.pull import pull
from sync.push import push
from sync.qualify import qualify
from sync.recompute import heed_zone_data
from sync.revision import Revision, note_begun, note_rules, revision_of
from sync.run import Counts, Progress, Run, Stage
from sync.settings import Company
from sync.write_back import STEPS, assign

log = structlog.get_logger()


WRITTEN = (
    "created", "updated", "owners", "fields", "crm", "platform", "tracks", "stages", "tasks", "opt_outs",
)  # fmt: skip


class TimeGoesBack(Exception):
    """The run's instant lies before facts that are recorded already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person may ask of one run."""

    backfill: Instant | None = None
    allow_changes: int = 0
    resend: bool = False  # compare the fields of every lead that sales has, as after a change of the mapping


UNASKED = Options()


@dataclass(slots=True, kw_only=True)
class Summary:
    """What a run did, stage by stage, and what stood in its way."""

    company: str
    now: Instant
    counts: dict[str, Counts] = field(default_factory=dict)
    faults: list[ConnectorError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: int = 0
    calls: dict[str, int] = field(default_factory=dict)
    queue: Queue = field(default_factory=Queue)
    revision: Revision | None = None

    @property
    def written(self) -> int:
        """How many records, statuses, tracks, stages and tasks were written to the vendors."""
        return sum(
            self.counts.get(stage, Counts())[name] for stage in ("push", "write_back") for name in WRITTEN
        )

    def as_row(self) -> dict[str, Any]:
        """The summary as plain data, for the ledger and for machines."""
        return {
            "company": self.company,
            "now": format_instant(self.now),
            "counts": {stage: dict(counts) for stage, counts in self.counts.items()},
            "written": self.written,
            "refused": self.refused,
            "notes": self.notes,
            "mapping": self.revision.as_row() if self.revision else None,
            "calls": self.calls,
            "queue": self.queue.as_row(),
            "faults": [
                {"system": each.system, "error": type(each).__name__, "message": str(each)}
                for each in self.faults
            ],
        }


class Guard:
    """Runs stage after stage; a vendor that fails is told once and what needs it is left for the next run."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        self.broken = {each.system for each in summary.faults}

    def attempt(self, stage: str, do: Stage, run: Run, needs: tuple[str, ...] = ()) -> None:
        """Does one stage's work unless a vendor that it needs has failed; what was done before it fails counts."""
        if self.broken.intersection(needs):
            log.warning("skipped", stage=stage)
            return
        done = Counts()
        try:
            do(run, done)
        except ConnectorError as error:
            self.note(error)
        finally:
            self.summary.counts.setdefault(stage, Counts()).update(done)
        log.info(stage, **done)

    def note(self, error: ConnectorError) -> None:
        """Notes that a vendor failed."""
        self.broken.add(error.system)
        self.summary.faults.append(error)
        log.error("vendor", system=error.system, error=type(error).__name__, detail=error.log)


def run_company(
    company: Company,
    ledger: Ledger,
    platform: MarketingPlatform,
    crm: Crm,
    *,
    now: Instant,
    options: Options = UNASKED,
    progress: Progress = lambda _stage, _rows: None,
) -> Summary:
    """Passes once over a company: reads both systems, judges, then writes what is owed.

    Raises CompanyHeld, LedgerError, TimeGoesBack and LimitExceeded; a vendor that does not answer is told in
    the summary and stops only what needs it.
    """
    summary = Summary(company=company.slug, now=now)
    with ledger.hold(company.slug), structlog.contextvars.bound_contextvars(company=company.slug):
        refuse_the_past(ledger, company.slug, now)
        with ledger.write(company.slug, now) as tx:
            number = runs.start_run(tx)
        outcome, run = "stopped", None
        try:
            run = begin(company, ledger, platform, crm, summary=summary, options=options, progress=progress)
            if run is not None:
                guard = Guard(summary)
                read_phase(run, guard, options)
                refuse_too_much(run, options)
                write_phase(run, guard)
            outcome = "partial" if summary.faults else "done"
        finally:
            summary.calls = {each.system: each.calls().total for each in (platform, crm)}
            with ledger.write(company.slug, now) as tx:
                keep_quotas(tx, summary.faults)
                if run is not None:
                    notices.gather(tx, run.agreement.terms.digest_over)
                summary.refused = refusals.count(tx)
                summary.queue = queue_after_run(tx, platform.system)
                runs.finish_run(tx, number, outcome, summary.as_row())
            log.info("run", outcome=outcome, written=summary.written, refused=summary.refused)
    return summary


def begin(
    company: Company,
    ledger: Ledger,
    platform: MarketingPlatform,
    crm: Crm,
    *,
    summary: Summary,
    options: Options,
    progress: Progress,
) -> Run | None:
    """What the stages are given; None, with the faults told, when a vendor has never answered.

    Raises ConfigurationError when the mapping or the fields of ours do not fit what the vendors have.
    """
    guard = Guard(summary)
    marketing = _account(ledger, company.slug, platform, guard)
    sales = _account(ledger, company.slug, crm, guard)
    if marketing is None or sales is None:
        return None
    _look_over(ledger, company, (marketing, sales), summary)
    owners = None
    if needs_owners(company, marketing, sales):
        owners = _both_owners(ledger, company.slug, (platform, crm), guard)
        if owners is None:
            return None
    published = publish(ledger, company, summary.now, options.backfill)
    summary.notes += ["agreement_pending"] if published.pending else []
    return Run(
        company=company,
        ledger=ledger,
        platform=platform,
        crm=crm,
        platform_tenant=marketing.tenant,
        crm_tenant=sales.tenant,
        mappers=mappers_for(company, marketing, sales, owners),
        terms=published.terms,
        now=summary.now,
        as_of=summary.now,
        progress=progress,
        attaches=company.attaches(linked=marketing.schema.linked),
        histories=marketing.schema.histories,
        allowed=options.allow_changes,
        rich_briefs=rich_briefs_of(sales),
    )


def _look_over(ledger: Ledger, company: Company, accounts: Iterable[Account], summary: Summary) -> None:
    """Refuses other accounts and a lost key, and tells whether the mapping is another one."""
    for account in accounts:
        refuse_other_tenant(ledger, company.slug, account.tenant)
    refuse_lost_key(ledger, company)
    with ledger.read(company.slug) as tx:
        summary.revision = revision_of(tx, company)


def _account(ledger: Ledger, company: str, vendor: MarketingPlatform | Crm, guard: Guard) -> Account | None:
    try:
        return account_of(ledger, company, vendor)
    except ConnectorError as error:
        guard.note(error)
        return last_account_of(ledger, company, vendor.system)


def _both_owners(
    ledger: Ledger, company: str, vendors: tuple[MarketingPlatform, Crm], guard: Guard
) -> tuple[Owners, Owners] | None:
    """Both systems' owners, by the last answer of a vendor that fails; None where it has never answered."""
    known = []
    for vendor in vendors:
        try:
            asked = None if vendor.system in guard.broken else owners_of(ledger, company, vendor)
        except ConnectorError as error:
            guard.note(error)
            asked = None
        known.append(asked or last_owners_of(ledger, company, vendor.system))
    marketing, sales = known
    return None if marketing is None or sales is None else (marketing, sales)


def read_phase(run: Run, guard: Guard, options: Options = UNASKED) -> None:
    """Everything that is read and judged; no vendor is written."""
    platform, crm = run.platform.system, run.crm.system
    with run.write() as tx:
        if note_begun(tx, run.company):  # what is owed by other rules is made again by these
            compared.ask_to_compare_owed(tx)
            leads.ask_to_prepare_owed(tx)
        if options.resend:
            compared.ask_to_compare_all(tx, crm)
    if moved := heed_zone_data(run):  # before anything new is read: what moves now moved by them alone
        log.warning("zone_data", clocks=moved)
    guard.attempt("pull", pull, run, needs=(platform,))
    guard.attempt("qualify", qualify, run)
    guard.attempt("prepare", prepare, run, needs=(platform, crm))
    guard.attempt("observe", observe, run, needs=(crm,))
    guard.attempt("compare", compare, run, needs=(platform, crm))
    guard.attempt("judge", judge, run, needs=(crm,))


def count(run: Run) -> Planned:
    """What the read phase ended with, as the limits count it."""
    with run.read() as tx:
        return count_planned(tx, run.crm.system)


def refuse_too_much(run: Run, options: Options) -> None:
    """Raises LimitExceeded when the read phase ended with more than was agreed."""
    check_limits(count(run), run.company.limits, options.allow_changes)


def write_phase(run: Run, guard: Guard) -> None:
    """Everything that is owed to a vendor that answers."""
    guard.attempt("push", push, run, needs=(run.crm.system,))
    if guard.summary.counts.get("push"):  # whom the CRM gave the new leads to is known only now
        guard.attempt("observe", observe_records, run, needs=(run.crm.system,))
    run = replace(run, as_of=_newest_acknowledged(run))
    if run.agreement.routing.enabled:
        guard.attempt("write_back", assign, run, needs=(run.crm.system,))
        run = replace(run, as_of=_newest_acknowledged(run))
    for step in STEPS:
        needs = (run.platform.system if step.side == "platform" else run.crm.system,)
        guard.attempt("write_back", step.work, run, needs=needs)
    if not guard.summary.faults:  # what a changed mapping differs from, from now on
        with run.write() as tx:
            note_rules(tx, run.company)


def _newest_acknowledged(run: Run) -> Instant:
    """The vendors' clocks go on while a run writes: what they acknowledged is judged in the same run."""
    with run.read() as tx:
        return max(run.now, facts.newest_occurred_at(tx, run.now + FUTURE))


def refuse_the_past(ledger: Ledger, company: str, now: Instant) -> None:
    """Raises TimeGoesBack when facts later than `now` are recorded."""
    with ledger.read(company) as tx:
        newest = facts.newest_recorded_at(tx)
    if newest is not None and now < newest:
        raise TimeGoesBack(
            f"{company}: this run is for {format_instant(now)}, but the ledger already holds facts recorded at "
            f"{format_instant(newest)}; run with a later --now, or with another ledger"
        )

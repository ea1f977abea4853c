"""Plan: what a run would write, from a rehearsal against a throw-away copy of the company's rows."""

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from connectors.base import Crm, MarketingPlatform
from mapping.records import Instant
from sync.cycle import (
    UNASKED,
    Guard,
    Options,
    Summary,
    begin,
    read_phase,
    refuse_the_past,
    refuse_too_much,
    write_phase,
)
from sync.ledger.store import Ledger
from sync.limits import LimitExceeded
from sync.rehearsal import Notebook, PlannedWrite, RehearsedCrm, RehearsedPlatform
from sync.run import Progress, Run
from sync.settings import Company


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The writes of the next run, in order; `stopped` tells why that run would stop before the first one."""

    company: str
    writes: tuple[PlannedWrite, ...]
    summary: Summary
    stopped: str | None = None

    @property
    def totals(self) -> dict[str, int]:
        """How many writes of each kind: `salesforce push`, `hubspot status`, ..."""
        return dict(Counter(f"{each.system} {each.verb}" for each in self.writes))

    def as_row(self) -> dict[str, Any]:
        """The plan as plain data."""
        return {
            "company": self.company,
            "stopped": self.stopped,
            "totals": self.totals,
            "writes": [
                {
                    "system": each.system,
                    "verb": each.verb,
                    "lead": each.lead,
                    "id": each.id,
                    "values": dict(each.values),
                }
                for each in self.writes
            ],
            "faults": self.summary.as_row()["faults"],
        }


def plan_company(
    company: Company,
    ledger: Ledger,
    platform: MarketingPlatform,
    crm: Crm,
    *,
    now: Instant,
    options: Options = UNASKED,
    progress: Progress = lambda _stage, _rows: None,
) -> Plan:
    """What `run_company` with the same arguments would write; nothing is written anywhere.

    Raises TimeGoesBack and LedgerError as a run does; limits are told in the plan.
    """
    refuse_the_past(ledger, company.slug, now)
    notebook, summary, stopped = Notebook(now), Summary(company=company.slug, now=now), None
    with (
        tempfile.TemporaryDirectory(prefix="acuerdo-plan-") as folder,
        structlog.contextvars.bound_contextvars(company=company.slug, rehearsal=True),
    ):
        copy = ledger.copy_company(company.slug, Path(folder))
        try:
            run = begin(
                company,
                copy,
                RehearsedPlatform(platform, notebook),
                RehearsedCrm(crm, notebook),
                summary=summary,
                options=options,
                progress=progress,
            )
            if run is not None:
                guard = Guard(summary)
                read_phase(run, guard)
                stopped = _limit(run, options)
                write_phase(run, guard)
        finally:
            copy.close()
    return Plan(company=company.slug, writes=tuple(notebook.writes), summary=summary, stopped=stopped)


def _limit(run: Run, options: Options) -> str | None:
    try:
        refuse_too_much(run, options)
    except LimitExceeded as error:
        return str(error)
    return None

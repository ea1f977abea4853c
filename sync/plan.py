"""Plan: what a run would write, from a rehearsal against a throw-away copy of the company's rows."""

import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from connectors.base import Crm, MarketingPlatform
from connectors.registration import registration_of
from mapping.privacy import HIDDEN
from mapping.records import Instant, Value, ValueType, moment_of
from mapping.status import Meaning
from sync.cycle import (
    UNASKED,
    Guard,
    Options,
    Summary,
    begin,
    count,
    read_phase,
    refuse_the_past,
    refuse_too_much,
    write_phase,
)
from sync.difference import Hidden, differences_of, totals_of
from sync.ledger import records, refusals, statuses
from sync.ledger.refusals import Refusal
from sync.ledger.store import Ledger
from sync.limits import LimitExceeded, Limits, Planned, counted
from sync.rehearsal import Notebook, PlannedWrite, RehearsedCrm, RehearsedPlatform
from sync.run import Progress, Run
from sync.settings import Company
from sync.write_back import STATUS

NOTHING = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The writes of the next run, in order; `stopped` tells why that run would stop before the first one.

    `planned` is what the limits count, None where a vendor never answered; `hidden` the sensitive fields of
    each system, whose values `as_row` does not tell; `refused` is what would stand on the refused list.
    `moments` are the fields of each system whose values are instants, and `zone` the company's, to show them in.
    """

    company: str
    writes: tuple[PlannedWrite, ...]
    summary: Summary
    limits: Limits
    planned: Planned | None = None
    stopped: str | None = None
    hidden: Hidden = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()
    moments: Mapping[str, frozenset[str]] = field(default_factory=dict)
    zone: tzinfo = UTC

    @property
    def totals(self) -> dict[str, int]:
        """How many writes of each kind: `salesforce push`, `hubspot status`, ..."""
        return dict(Counter(f"{each.system} {each.verb}" for each in self.writes))

    def of_lead(self, name: str) -> "Plan":
        """The plan for one lead alone, by our id or either system's record id."""
        tail = f"-{name}"  # a contact's id stands at the end of a new lead's own
        chosen = [each for each in self.writes if name in (each.lead, each.id) or each.lead.endswith(tail)]
        whose = {each.lead for each in chosen}
        return replace(
            self,
            writes=tuple(each for each in self.writes if each.lead in whose),
            refused=tuple(each for each in self.refused if name == each.lead or each.lead.endswith(tail)),
        )

    def as_row(self) -> dict[str, Any]:
        """The plan as plain data, without a sensitive value."""
        return {
            "company": self.company,
            "stopped": self.stopped,
            "limits": None if self.planned is None else counted(self.planned, self.limits),
            "mapping": self.summary.as_row()["mapping"],
            "totals": self.totals,
            "fields": totals_of(self.writes),
            "writes": [self._write(each) for each in self.writes],
            "refused": [
                {"lead": each.lead, "system": each.system, "code": each.code, "message": each.message}
                for each in self.refused
            ],
            "faults": self.summary.as_row()["faults"],
        }

    def shown(self, system: str, name: str, value: Value) -> str:
        """A value as people read it; an instant by the company's clocks, so that the begin of a day is midnight."""
        if value is None or value in ("", ()):
            return NOTHING
        if type(value) is int and name in self.moments.get(system, ()):
            return moment_of(value).astimezone(self.zone).isoformat()
        return ", ".join(value) if isinstance(value, tuple) else str(value)

    def _write(self, each: PlannedWrite) -> dict[str, Any]:
        secret = self.hidden.get(each.system, frozenset())
        return {
            "system": each.system,
            "verb": each.verb,
            "lead": each.lead,
            "id": each.id,
            "creates": each.creates,
            "values": {
                name: HIDDEN if name in secret and value is not None else value
                for name, value in each.values.items()
            },
            "changes": [one.as_row() for one in differences_of(each, self.hidden)],
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

    Raises TimeGoesBack and LedgerError as a run does; what limits stop is told in the plan, which shows the writes
    of a run that is allowed to go on.
    """
    refuse_the_past(ledger, company.slug, now)
    plan = Plan(
        company=company.slug,
        writes=(),
        summary=Summary(company=company.slug, now=now),
        limits=company.limits,
    )
    with (
        tempfile.TemporaryDirectory(prefix="acuerdo-plan-") as folder,
        structlog.contextvars.bound_contextvars(company=company.slug, rehearsal=True),
    ):
        copy = ledger.copy_company(company.slug, Path(folder))
        notebook = Notebook(now, lambda write: _before(copy, company, write))
        ports = RehearsedPlatform(platform, notebook), RehearsedCrm(crm, notebook)
        try:
            run = begin(company, copy, *ports, summary=plan.summary, options=options, progress=progress)
            return plan if run is None else _rehearse(run, plan, notebook, options)
        finally:
            copy.close()


def _rehearse(run: Run, plan: Plan, notebook: Notebook, options: Options) -> Plan:
    guard = Guard(plan.summary)
    vanished = _read(run, guard, options)
    planned, stopped = count(run), vanished or _limit(run, options)
    write_phase(run, guard)
    with run.read() as tx:
        refused = refusals.listed(tx)
    return replace(
        plan,
        writes=tuple(notebook.writes),
        planned=planned,
        stopped=stopped,
        hidden=run.company.hidden,
        moments=_moments(run),
        zone=ZoneInfo(run.company.timezone),
        refused=tuple(refused),
    )


def _read(run: Run, guard: Guard, options: Options) -> str | None:
    """Reads and judges; tells why the run would stop where a platform suddenly knows too few contacts."""
    try:
        read_phase(run, guard, options)
    except LimitExceeded as error:
        read_phase(replace(run, allowed=sys.maxsize), guard, options)
        return str(error)
    return None


def _moments(run: Run) -> dict[str, frozenset[str]]:
    """The fields whose values are instants: ours, and those that rules fill."""
    found = {}
    for system, mapper in ((run.crm.system, run.mappers.lead), (run.platform.system, run.mappers.marketing)):
        ours = {each.name: each.type for each in registration_of(system).properties}
        types = {**mapper.types, **ours}
        found[system] = frozenset(name for name, each in types.items() if each is ValueType.instant)
    return found


def _before(copy: Ledger, company: Company, write: PlannedWrite) -> Mapping[str, Value]:
    """What the ledger knows of a record before a write; a name that is absent is known to nobody."""
    with copy.read(company.slug) as tx:
        if write.verb == STATUS:
            return _shown(statuses.written_of(tx, write.lead, write.system), write)
        kept = records.records_of(tx, write.system, [write.lead]).get(write.lead, [])
    values = next((each.record.values for each in kept if each.record.id == write.id), {})
    match write.verb:
        case "push" | "fields":
            return {name.removeprefix(records.FIELD): value for name, value in values.items()}
        case "stage":
            names = company.fields.sources.get("lifecycle_stage", ())
            return {"stage": next((values[each] for each in names if each in values), None)}
        case _:  # a task or a membership is new, whatever stands there
            return dict.fromkeys(write.values)


def _shown(written: Mapping[str, Value] | None, write: PlannedWrite) -> Mapping[str, Value]:
    """The status last written; when it was judged is not kept."""
    if written is None:
        return dict.fromkeys(write.values)
    ours = {each.name for each in registration_of(write.system).properties if each.meaning is Meaning.lead_id}
    return {**dict.fromkeys(ours & {*write.values}, write.lead), **written}


def _limit(run: Run, options: Options) -> str | None:
    try:
        refuse_too_much(run, options)
    except LimitExceeded as error:
        return str(error)
    return None

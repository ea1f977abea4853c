"""`status`, `explain`, `report` and `refused`: what happened, why, and how many."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from commands import extra
from commands.explaining import Explanation, explain_lead
from commands.outcome import CONFIGURATION, DONE
from commands.session import Session, UsageError, business_now, open_session, out, read_instant, tell
from commands.tally import tally
from commands.targets import asked, goal_of
from connectors.registration import registration_of
from mapping.problems import ConfigurationError
from mapping.records import Instant, format_instant
from mapping.status import Meaning
from policies.verdict import Terms
from reports.document import document
from reports.report import Report, build_report
from reports.rows import TABLES, Rows
from reports.sections.leads import LeadLine
from reports.span import PERIODS, Kind, span_of
from reports.text import render_text
from sync.accounts import last_account_of
from sync.cycle import refuse_the_past
from sync.ledger import exports, links, refusals, runs, statuses
from sync.ledger.budgets import queue_of
from sync.ledger.patience import put_off_by_last_run
from sync.ledger.statuses import StatusRow
from sync.ledger.store import Ledger
from sync.publication import published_terms
from sync.settings import Company


def status(config: Path | None, names: list[str], *, now: str | None, as_json: bool) -> int:
    """The last run, where every lead is (as of `now` where given), what is owed to the vendors, what was refused."""
    with open_session(config) as session:
        rows = [_status(session, slug, now) for slug in session.companies(names)]
    if as_json:
        out.print_json(json.dumps(rows))
    else:
        for row in rows:
            _show_status(row)
    return CONFIGURATION if any(row["faults"] for row in rows) else DONE


def _status(session: Session, slug: str, now: str | None) -> dict[str, Any]:
    known = [each for each in [session.configuration.companies.get(slug)] if each]
    systems = [name for each in known for name in (each.platform, each.crm_system)]
    instant = None if now is None else business_now(now, known)
    if instant is not None:
        refuse_the_past(session.ledger, slug, instant)
    terms = published_terms(session.ledger, known[0]) if known and instant is not None else None
    places, statuses = tally(session.ledger, slug, terms, instant)
    with session.ledger.read(slug) as tx:
        run = runs.last_run(tx)
        return {
            "company": slug,
            "last_run": None if run is None else {"outcome": run["outcome"], **run["summary"]},
            "places": places,
            "statuses": statuses,
            "owed": exports.count_owed(tx),
            "put_off": put_off_by_last_run(tx).as_row(),
            "queue": {each.platform: queue_of(tx, each.platform).as_row() for each in known},
            "left_alone": {
                name: {**told, "until": format_instant(told["until"])}
                for name in systems
                if (told := runs.left_alone(tx, name))
            },
            "refused": refusals.count(tx),
            "faults": [str(each) for each in session.configuration.faults.get(slug, ())],
        }


def _show_status(row: dict[str, Any]) -> None:
    run = row["last_run"]
    told = f"last run {run['now']}, {run['outcome']}" if run else "no run yet"
    out.print(f"{row['company']}: {told}", style="italic", markup=False, soft_wrap=True)
    table = Table()
    table.add_column("SLA status")
    table.add_column("leads", justify="right")
    for name, count in sorted(row["statuses"].items(), key=lambda each: -each[1]):
        table.add_row(name, str(count))
    out.print(table)
    owed = ", ".join(f"{name} {count}" for name, count in row["owed"].items()) or "nothing"
    out.print(f"owed to the vendors: {owed}; refused: {row['refused']}", markup=False)
    if row["put_off"]["rows"]:
        told = (
            f"put off by the last run: {row['put_off']['rows']}, the oldest since {row['put_off']['since']}"
        )
        out.print(f"{told}; the next one tries again", markup=False, soft_wrap=True)
    for system, quota in row["left_alone"].items():
        told = f"{system} is left alone until {quota['until']}: {quota['told']}"
        out.print(told, markup=False, soft_wrap=True)
    for system, queue in row["queue"].items():
        when = f"; its limits let all of them be done by {queue['until']}" if queue["until"] else ""
        out.print(
            f"waiting for {system}: {queue['waiting'] or 'nothing'}{when}", markup=False, soft_wrap=True
        )
    for fault in row["faults"]:
        out.print(f"no run until its configuration is mended: {fault}", markup=False, soft_wrap=True)


def explain(config: Path | None, company: str | None, lead: str, *, now: str | None, as_json: bool) -> int:
    """Why a lead's verdict is what it is."""
    with open_session(config) as session:
        found = session.only_company(company)
        instant = business_now(now, [found] if now else [])
        explanation = explain_lead(session.ledger, found, lead, instant)
    if explanation is None:
        raise UsageError(
            f"{lead} is no lead of {found.slug}; `acuerdo status` counts them, both systems show ids"
        )
    if as_json:
        out.print_json(json.dumps(explanation.document))
    else:
        _show_explanation(explanation)
    return DONE


def _show_explanation(explanation: Explanation) -> None:
    for line in explanation.lines:
        out.print(line, markup=False, soft_wrap=True)


def report(
    config: Path | None,
    company: str | None,
    *,
    period: str,
    at: str | None,
    html: Path | None,
    now: str | None,
    as_json: bool,
) -> int:
    """Both teams' numbers for a period, as known at `now`: on the terminal, as JSON, or as one page."""
    if period not in PERIODS:
        raise UsageError(f"there is no period {period!r}; write {', '.join(PERIODS)}")
    with open_session(config) as session:
        found = session.only_company(company)
        known = business_now(now, [found] if now else [])
        instant = known if at is None else read_instant(at, "--at")
        made = make_report(session.ledger, found, period, instant, now=max(known, instant))
        if html is not None:
            write_page(session.ledger, found, made, html)
    if as_json:
        out.print_json(json.dumps(document(made, company=found.slug)))
    elif html is None:
        out.print(render_text(made, found.language, company=found.slug), markup=False, soft_wrap=True)
    else:
        out.print(f"written to {html}", markup=False)
    return DONE


def make_report(ledger: Ledger, company: Company, period: Kind, at: Instant, *, now: Instant) -> Report:
    """The report of the period that holds `at`, as known at `now`; days are those of the company's zone."""
    terms = published_terms(ledger, company)
    with ledger.read(company.slug, now) as tx:
        tables = {name: list(exports.rows_of(tx, name)) for name in TABLES}
        tables["adjustment"] = exports.adjustments(tx)
        targets = links.targets_of(tx, company.crm_system, [row["lead"] for row in tables["handoff"]])
    tables["status"] = [
        row for row in tables["status"] if row["system"] == company.platform or row["lead"] in targets
    ]  # a draft is not in the CRM: nothing is behind there
    account = last_account_of(ledger, company.slug, company.crm_system)
    opened = {
        lead: account.tenant.record_url.format(kind=link.kind, id=link.id)
        for lead, link in targets.items()
        if account is not None
    }
    wanted = _asked(company, terms, period, at)
    return build_report(
        Rows.load(tables, opened),
        period=period,
        zone=company.timezone,
        now=now,
        at=at,
        goal=wanted.get("passed"),
        sales_goal=wanted.get("won"),
        hours=None if terms is None else terms.hours,
        agreed=None if terms is None else terms.at(now),
    )


def _asked(company: Company, terms: Terms | None, period: Kind, at: Instant) -> Mapping[str, int | None]:
    """What the goal of the version in force asks of the period; a goal that cannot be read is told."""
    if terms is None:
        return {}
    goal, problems = goal_of(terms.at(at))
    if problems:
        tell(ConfigurationError(problems))
    if goal is None:
        return {}
    span = span_of(period, at, company.timezone)
    return asked(goal, span.start, span.end, company.timezone, terms.hours)


def write_page(ledger: Ledger, company: Company, made: Report, path: Path) -> None:
    """Writes the report as one self-contained page, with the status of every lead that has one."""
    with extra.needed("reports"):
        from reports.page import render_page  # noqa: PLC0415 - needs the extra
    page = render_page(made, company.language, company=company.slug, leads=lead_lines(ledger, company))
    path.write_text(page, "utf-8")


def lead_lines(ledger: Ledger, company: Company) -> Iterable[LeadLine]:
    """What both systems show of each lead that has a status, by lead id."""
    account = last_account_of(ledger, company.slug, company.crm_system)
    with ledger.read(company.slug) as tx:
        shown = statuses.shown(tx)
        targets = links.targets_of(tx, company.crm_system, shown)
    for lead, systems in shown.items():
        target = targets.get(lead)
        link = (
            account.tenant.record_url.format(kind=target.kind, id=target.id) if account and target else None
        )
        yield _lead_line(lead, systems, link)


def _lead_line(lead: str, systems: Mapping[str, StatusRow], link: str | None) -> LeadLine:
    told = {system: _by_meaning(system, row.wanted) for system, row in systems.items()}
    first = next(iter(told.values()))
    return LeadLine(
        lead=lead,
        status=str(first[Meaning.sla_status]),
        owed_by=str(first[Meaning.owed_by]),
        due_at=first[Meaning.due_at],
        next_action=str(first[Meaning.next_action]),
        shown=tuple(
            (system, str(_by_meaning(system, row.written).get(Meaning.sla_status, "")))
            for system, row in systems.items()
            if row.written
        ),
        link=link,
    )


def _by_meaning(system: str, values: Mapping[str, Any]) -> dict[Meaning, Any]:
    properties = registration_of(system).properties
    return {each.meaning: values[each.name] for each in properties if each.name in values}

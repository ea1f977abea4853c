"""`due` and `backtest`: what the calendar and the definitions say, reckoned for people."""

import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from commands.outcome import DONE
from commands.session import Session, UsageError, agreement_now, business_now, open_session, out, read_local
from commands.waiting import Way, way_between, way_to
from mapping.conditions import Condition, parse_condition
from mapping.problems import ConfigurationError, Problem
from mapping.reading import read_lead
from mapping.records import Instant, format_instant
from policies.agreement import Agreement
from policies.forms import Misfit, read_span
from policies.qualification import Backtest, BacktestRow
from policies.qualification import backtest as compare
from policies.states import Stage
from reports.figures.periods import local_day, period_bounds
from sync.dating import times_by
from sync.ledger import exports, records
from sync.publication import published_calendars
from sync.settings import Company


def due(
    config: Path | None,
    company: str | None,
    start: str | None,
    target: str | None,
    between: tuple[str, str] | None,
    *,
    as_json: bool,
) -> int:
    """Tells when a deadline falls, or how much business time passes between two instants, and why."""
    if (start is None or target is None) == (between is None) or (between is not None and start is not None):
        raise UsageError("write a start and a target (2026-05-13T16:00+02:00 4h), or --between A B")
    with open_session(config) as session:
        one = session.only_company(company)
        calendars = published_calendars(session.ledger, one)
        now = business_now(None, [])
    if not calendars:
        calendars = [(0, one.agreement.calendar.resolve(local_day(now, one.agreement.zone)))]
    place = calendars[-1][1].timezone
    if between is not None:
        way = way_between(calendars, *(read_local(each, "--between", place) for each in between))
    else:
        assert start is not None
        assert target is not None
        try:
            span = read_span(target.replace(" ", ""))
        except Misfit as misfit:
            raise UsageError(f"{misfit.problem.what}; {misfit.problem.write}") from None
        way = way_to(calendars, read_local(start, "START", place), span)
    if as_json:
        out.print_json(json.dumps({"company": one.slug, **way.as_row()}))
    else:
        _show_way(way)
    return DONE


def _show_way(way: Way) -> None:
    for line in way.lines():
        out.print(line, markup=False)


def backtest(
    config: Path | None,
    company: str | None,
    definition: str,
    since: str | None,
    *,
    now: str | None,
    as_json: bool,
) -> int:
    """Tells how many leads another definition of MQL would have passed, from what the ledger keeps."""
    with open_session(config) as session:
        one = session.only_company(company)
        instant = business_now(now, [one] if now else [])
        start, end = _stretch(one, since, instant)
        agreement, terms, _ = agreement_now(session, one, instant)
        if terms is None:
            raise UsageError(f"{one.slug}: no run has read any lead yet")
        new = _definition(one, definition)
        rows = list(_backtest_rows(session, one, start, end))
        times = times_by(terms.hours, agreement.zone)
        found = compare(rows, agreement.definitions[Stage.mql], new, times=times)
        missing: Counter[str] = Counter()
        for row in rows:
            if row.lead in found.unknown:
                missing.update(new.evaluate(row.values, row.dated, now=row.at, times=times).unknown)
    if as_json:
        out.print_json(json.dumps(_backtest_row(one, found, missing, start, end)))
    else:
        _show_backtest(found, missing, agreement, start, end)
    return DONE


def _stretch(company: Company, since: str | None, now: Instant) -> tuple[Instant, Instant]:
    """From `since` until now, else the last whole quarter of the company's calendar."""
    if since is not None:
        return read_local(since, "--since", company.timezone), now
    start, _ = period_bounds(local_day(now, company.timezone), "quarter", company.timezone)
    before, _ = period_bounds(local_day(start - 1, company.timezone), "quarter", company.timezone)
    return before, start


def _definition(company: Company, source: str) -> Condition:
    """The configured definition, or the one that a file writes; raises ConfigurationError and UsageError."""
    if source == "configured":
        return company.agreement.definitions[Stage.mql]
    try:
        table = tomllib.loads(Path(source).read_text("utf-8"))
    except OSError as error:
        raise UsageError(
            f"{source} cannot be read ({error.strerror}); write a file, or `configured`"
        ) from None
    except ValueError as error:
        raise ConfigurationError(
            [Problem(key=source, what=f"not TOML: {error}", write="correct it")]
        ) from None
    inner: Any = table.get("definitions", table)
    if not isinstance(inner, Mapping) or "mql" not in inner:
        raise ConfigurationError(
            [
                Problem(
                    key=source,
                    what="holds no definition",
                    write="write mql = { field = 'fit_score', gte = 50 }",
                )
            ]
        )
    return parse_condition(inner["mql"], company.fields.types, f"{source}: mql")


def _backtest_rows(session: Session, company: Company, start: Instant, end: Instant) -> Iterator[BacktestRow]:
    """What is kept of every lead that was known before the end and changed since the start.

    Of a lead only its newest values are kept: one that changed after the end is judged by them as of the end.
    """
    with session.ledger.read(company.slug) as tx:
        seen = {row["id"]: row["seen_at"] for row in exports.rows_of(tx, "lead")}
        for kept in records.every_record(tx, company.platform, "contact"):
            changed_at, name = kept.record.changed_at, kept.lead or ""
            if name in seen and changed_at >= start and min(seen[name], changed_at) < end:
                lead = read_lead(kept.record, company.fields, lead=name).lead
                at = min(changed_at, end - 1)
                yield BacktestRow(lead=lead.id, values=lead.values, at=at, dated=lead.dated)


def _show_backtest(
    found: Backtest, missing: Counter[str], agreement: Agreement, start: Instant, end: Instant
) -> None:
    out.print(f"{found.leads} leads from {format_instant(start)} to {format_instant(end)}")
    table = Table("definition", "MQL")
    table.add_row(f"version {agreement.number}", str(found.old))
    table.add_row("the other", str(found.new))
    out.print(table)
    for name, ids in (("gained", found.gained), ("lost", found.lost), ("cannot tell", found.unknown)):
        if ids:
            out.print(f"{name} {len(ids)}: {', '.join(ids)}", markup=False, soft_wrap=True)
    if missing:
        told = ", ".join(f"{name} ({count})" for name, count in missing.most_common())
        out.print(
            f"fields not known: {told}; of leads that are not MQL only what the definitions use is kept",
            markup=False,
            soft_wrap=True,
        )


def _backtest_row(
    company: Company, found: Backtest, missing: Counter[str], start: Instant, end: Instant
) -> dict[str, Any]:
    return {
        "company": company.slug,
        "from": format_instant(start),
        "to": format_instant(end),
        "leads": found.leads,
        "old": found.old,
        "new": found.new,
        "gained": list(found.gained),
        "lost": list(found.lost),
        "unknown": list(found.unknown),
        "unknown_fields": dict(missing),
    }

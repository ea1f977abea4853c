"""`recompute`: reckons open clocks again in a calendar that was mended for the past, after showing what differs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from commands.deciding import recorded, standing_run
from commands.outcome import DONE
from commands.session import UsageError, ask, business_now, open_session, out, read_local
from commands.tables import show_table
from mapping.language import name_of
from mapping.records import Instant, format_instant
from mapping.setting import Setting
from sync.cycle import refuse_the_past
from sync.recompute import Moved, reckon, record
from sync.settings import Company


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line says of a recompute."""

    since: str
    dry_run: bool = False
    yes: bool = False
    config: Path | None = None
    company: str | None = None
    by: str | None = None
    now: str | None = None
    as_json: bool = False


def recompute(wish: Wish) -> int:
    """Shows which open clocks the configured calendar would move had it held since an instant, then moves them."""
    with open_session(wish.config) as session:
        company = session.only_company(wish.company)
        now = business_now(wish.now, [company] if wish.now else [])
        since = read_local(wish.since, "--from", company.agreement.zone)
        if since >= now:
            raise UsageError(
                "--from lies ahead: edited hours hold from `acuerdo agreement publish` on by themselves"
            )
        refuse_the_past(session.ledger, company.slug, now)
        with session.ledger.hold(company.slug):
            run = standing_run(session, company, now)
            moved = reckon(run, since)
            if not wish.as_json:
                _show(company, moved)
            applied = bool(moved) and not wish.dry_run and (wish.yes or _agreed(company))
            if applied:
                record(run, moved, since, recorded(wish.by) if wish.by else None)
    if wish.as_json:
        out.print_json(json.dumps(_document(company, moved, since, applied=applied)))
    elif applied:
        out.print("recorded; the next run writes what both systems should show")
    return DONE


def _agreed(company: Company) -> bool:
    return ask(
        "Move these?",
        f"{company.slug}: nobody is there to ask; run again with --yes, or with --dry-run to look",
    )


def _show(company: Company, moved: Sequence[Moved]) -> None:
    if not moved:
        out.print(f"{company.slug}: the configured calendar moves no open clock", markup=False)
        return
    cells = []
    setting = Setting(language=company.language, zone=ZoneInfo(company.timezone))
    for lead, each, month in moved:
        clock = name_of("clock", each.clock, company.language)
        due = ("-" if at is None else setting.moment(at) for at in (each.old_due_at, each.new_due_at))
        cells.append((f"{lead}/{each.cycle}", clock, *due, month or ""))
    heads = ("lead", "clock", "was due", "would be due", "adjusts")
    show_table(f"{company.slug}: open clocks in the configured calendar", heads, cells)


def _document(company: Company, moved: Sequence[Moved], since: Instant, *, applied: bool) -> dict[str, Any]:
    return {
        "company": company.slug,
        "from": format_instant(since),
        "applied": applied,
        "differences": [
            {
                "lead": lead,
                "cycle": each.cycle,
                "clock": each.clock,
                "instance": each.instance,
                "old_due_at": None if each.old_due_at is None else format_instant(each.old_due_at),
                "new_due_at": None if each.new_due_at is None else format_instant(each.new_due_at),
                "adjusts": month,
            }
            for lead, each, month in moved
        ],
    }

"""`notices`: what people are told, each once, to read and to hand on."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from commands.outcome import DONE
from commands.session import Session, business_now, open_session, out, read_local
from commands.tables import show_table
from mapping.language import name_of
from mapping.records import Instant, format_instant
from sync.ledger import notices as ledger
from sync.settings import Company

WEEK = 7 * 86_400
TIMES = ("at", "due_at", "withdrawn_at")


def notices(config: Path | None, names: list[str], *, since: str | None, as_json: bool) -> int:
    """Every notice of the last week, or since an instant; those of one digest stand together."""
    with open_session(config) as session:
        found = [_notices(session, session.company(slug), since) for slug in session.companies(names)]
    if as_json:
        out.print_json(json.dumps([_document(company, rows) for company, rows in found]))
        return DONE
    for company, rows in found:
        _show(company, rows)
    return DONE


def _notices(
    session: Session, company: Company, since: str | None
) -> tuple[Company, Sequence[Mapping[str, Any]]]:
    start: Instant = (
        business_now(None, []) - WEEK if since is None else read_local(since, "--since", company.timezone)
    )
    with session.ledger.read(company.slug) as tx:
        return company, ledger.told_since(tx, start)


def _document(company: Company, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "company": company.slug,
        "notices": [
            {**row, **{name: None if row[name] is None else format_instant(row[name]) for name in TIMES}}
            for row in rows
        ],
    }


def _show(company: Company, rows: Sequence[Mapping[str, Any]]) -> None:
    cells: list[tuple[str, ...]] = []
    together = sorted(rows, key=lambda row: (row["at"], row["digest"] or ""))
    for (at, digest), group in groupby(together, lambda row: (row["at"], row["digest"])):
        some = list(group)
        if digest is not None:
            told = f"{len(some)} in one digest"
            cells.append((format_instant(at), digest.rpartition("-")[0], told, "", "", ""))
        for row in some:
            lead = f"{row['lead']}/{row['cycle']}"
            clock = name_of("clock", row["clock"], company.language)
            due = format_instant(row["due_at"])
            cells.append((format_instant(at), row["recipient"], lead, clock, row["level"], due))
    heads = ("told", "to", "lead", "clock", "level", "due")
    show_table(f"{company.slug}: what people are told", heads, cells, keys=3)

"""`run`: one pass over each company."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from traceback import extract_tb
from typing import Any

from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from commands.outcome import EXPECTED, UNEXPECTED, code_of_error, code_of_summary, worst
from commands.session import (
    Session,
    UsageError,
    business_now,
    connect,
    err,
    open_session,
    out,
    read_instant,
    tell,
)
from commands.tables import show_table
from mapping.records import format_instant
from sync.cycle import Options, Summary, run_company
from sync.ledger.hints import is_hinted
from sync.run import Counts, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asks of `run` and `plan`."""

    config: Path | None = None
    companies: list[str] = field(default_factory=list)
    now: str | None = None
    backfill: str | None = None
    allow_changes: int = 0
    resend: bool = False
    hinted: bool = False
    as_json: bool = False

    @property
    def options(self) -> Options:
        """The same as the engine takes it."""
        since = read_instant(self.backfill, "--backfill") if self.backfill else None
        return Options(backfill=since, allow_changes=self.allow_changes, resend=self.resend)


def run(wish: Wish) -> int:
    """Runs over each company; one that fails does not stop the next."""
    codes, rows = [], []
    with open_session(wish.config) as session:
        for slug in _chosen(session, wish):
            code, row = _run_one(session, slug, wish)
            codes.append(code)
            rows.append(row | {"company": slug, "exit": code})
    if wish.as_json:
        out.print_json(json.dumps(rows))
    return worst(codes)


def _chosen(session: Session, wish: Wish) -> list[str]:
    slugs = session.companies(wish.companies)
    return [each for each in slugs if is_hinted(session.ledger, each)] if wish.hinted else slugs


def _run_one(session: Session, slug: str, wish: Wish) -> tuple[int, dict[str, Any]]:
    try:
        company = session.company(slug)
        now = business_now(wish.now, [company])
        with progress_of(slug, shown=not wish.as_json) as progress:
            platform, crm = connect(company, session.ledger, now if wish.now else None)
            summary = run_company(
                company, session.ledger, platform, crm, now=now, options=wish.options, progress=progress
            )
    except EXPECTED as error:
        tell(error)
        return code_of_error(error), {"error": type(error).__name__, "message": str(error)}
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - one company's fault never stops the others (promise 5)
        return _unexpected(slug, error)
    if not wish.as_json:
        _show_summary(summary)
    return code_of_summary(summary), summary.as_row()


def _unexpected(slug: str, error: Exception) -> tuple[int, dict[str, Any]]:
    """Tells where a fault of ours happened, without the values it happened on."""
    place = extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    message = f"{slug}: an unexpected {type(error).__name__} at {where}; nothing is lost, please report it"
    err.print(message, style="red", markup=False, soft_wrap=True)
    return UNEXPECTED, {"error": type(error).__name__, "message": message}


def _show_summary(summary: Summary) -> None:
    rows = [
        (stage, ", ".join(f"{name} {count}" for name, count in counts.items() if count) or "-")
        for stage, counts in summary.counts.items()
    ]
    show_table(f"{summary.company}, {format_instant(summary.now)}", ("stage", "what it did"), rows)
    calls = ", ".join(f"{system} {count}" for system, count in summary.calls.items())
    out.print(f"written {summary.written}, refused {summary.refused}, calls {calls}")
    if summary.queue.until is not None:
        when = format_instant(summary.queue.until)
        out.print(
            f"{summary.queue.waiting} writes wait for the platform's limits: done by {when} at the latest"
        )
    for fault in summary.faults:
        tell(fault)
    tell_revision(summary)
    if "agreement_pending" in summary.notes:
        out.print(
            "The configured agreement differs from the published one, which judges until "
            "`acuerdo agreement publish`.",
            soft_wrap=True,
        )
    if summary.refused:
        out.print("The refused records and why: acuerdo refused list")
    if summary.counts.get("compare", Counts())["asked"]:
        out.print("What both sides changed and a person decides: acuerdo matches list")


@contextmanager
def progress_of(slug: str, *, shown: bool) -> Iterator[Progress]:
    """A bar on a terminal; elsewhere the log lines tell."""
    if not shown or not err.is_terminal:
        yield lambda _stage, _rows: None
        return
    with Bar(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=err, transient=True
    ) as bar:
        task, done = bar.add_task(slug), dict[str, int]()

        def advance(stage: str, rows: int) -> None:
            done[stage] = done.get(stage, 0) + rows
            bar.update(task, description=f"{slug}: {stage} {done[stage]}")

        yield advance


def tell_revision(summary: Summary) -> None:
    """Tells, where the mapping has changed, whom that touches, and that sending anew is a choice."""
    revision = summary.revision
    if revision is None:
        return
    out.print(f"{summary.company}: {revision}.", markup=False, soft_wrap=True)
    if revision.leads:
        out.print(
            f"{revision.leads} leads that sales has are compared as they change; all at once: "
            "`acuerdo plan --resend` shows it, `acuerdo run --resend` does it.",
            soft_wrap=True,
        )

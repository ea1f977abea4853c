"""`refused`: the records that a system or the mapping would not take."""

import json
from pathlib import Path

from rich.table import Table

from commands.outcome import DONE
from commands.session import UsageError, business_now, open_session, out, plain
from mapping.records import format_instant
from sync.ledger import leads, refusals


def refused_list(config: Path | None, names: list[str], *, as_json: bool) -> int:
    """What was refused, since when and why."""
    rows: list[dict[str, str]] = []
    with open_session(config) as session:
        for slug in session.companies(names):
            with session.ledger.read(slug) as tx:
                rows += [
                    {
                        "company": slug,
                        "lead": each.lead,
                        "system": each.system,
                        "what": each.operation,
                        "code": each.code,
                        "message": each.message,
                        "since": format_instant(each.since or 0),
                    }
                    for each in refusals.listed(tx)
                ]
    if as_json:
        out.print_json(json.dumps(rows))
        return DONE
    table = Table(title=f"{len(rows)} refused", title_justify="left")
    for name in ("lead", "by", "what", "why", "since"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*plain(row["lead"], row["system"], row["what"], row["message"], row["since"]))
    out.print(table)
    return DONE


def refused_retry(config: Path | None, company: str | None, names: list[str]) -> int:
    """Lets the next run try refused records again."""
    with open_session(config) as session:
        found = session.only_company(company)
        with session.ledger.write(found.slug, business_now(None, [])) as tx:
            listed = {each.lead for each in refusals.listed(tx)}
            if unknown := sorted(set(names) - listed):
                raise UsageError(f"not on the refused list: {', '.join(unknown)}; see `acuerdo refused list`")
            count = refusals.ask_again(tx, names or None)
            leads.ask_to_judge(tx, names)
    out.print(f"{count} will be tried again by the next run")
    return DONE

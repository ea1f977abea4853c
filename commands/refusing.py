"""`refused`: the records that a system or the mapping would not take, and what a person says of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from commands.deciding import recorded, standing_run
from commands.explaining import find_lead
from commands.outcome import DONE
from commands.session import UsageError, business_now, open_session, out
from commands.tables import show_table
from mapping.records import format_instant
from policies.events import Kind
from policies.states import Place
from policies.verdict import judge
from sync.cycle import refuse_the_past
from sync.judgement import settle
from sync.ledger import drops, facts, leads, refusals
from sync.ledger.leads import LeadRow
from sync.ledger.store import Tx
from sync.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line says of refused records: of which leads, and who says so."""

    leads: Sequence[str] = ()
    config: Path | None = None
    company: str | None = None
    by: str | None = None
    now: str | None = None


def refused_list(config: Path | None, names: list[str], *, as_json: bool) -> int:
    """What was refused, since when and why, and what of it a person has dropped."""
    rows: list[dict[str, str | None]] = []
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
                        "dropped_at": None if each.dropped_at is None else format_instant(each.dropped_at),
                        "dropped_by": each.dropped_by,
                    }
                    for each in refusals.listed(tx)
                ]
    if as_json:
        out.print_json(json.dumps(rows))
        return DONE
    told = ("lead", "system", "what", "message", "since")
    cells = [(*(row[name] or "" for name in told), _dropped(row)) for row in rows]
    show_table(f"{len(rows)} refused", ("lead", "by", "what", "why", "since", "dropped"), cells)
    return DONE


def _dropped(row: dict[str, str | None]) -> str:
    return f"{row['dropped_at']} by {row['dropped_by']}" if row["dropped_at"] else ""


def refused_retry(wish: Wish) -> int:
    """Lets the next run try refused records again: those that are named, else all that nobody has dropped."""
    with open_session(wish.config) as session:
        company = session.only_company(wish.company)
        now = business_now(wish.now, [company] if wish.now else [])
        with session.ledger.read(company.slug) as tx:
            listed = refusals.listed(tx)
        _refuse_unlisted(wish.leads, listed)
        dropped = {each.lead for each in listed if each.dropped_at is not None}
        if wanted := sorted(dropped.intersection(wish.leads)):
            refuse_the_past(session.ledger, company.slug, now)
            with session.ledger.hold(company.slug):
                run = standing_run(session, company, now)
                with run.write() as tx:
                    _say(tx, run, wanted, Kind.taken_up, _person(run, wish))
        with session.ledger.write(company.slug, now) as tx:
            count = refusals.ask_again(tx, wish.leads or None)
            leads.ask_to_judge(tx, wish.leads)
    out.print(f"{count} will be tried again by the next run")
    return DONE


def refused_drop(wish: Wish) -> int:
    """Has nothing that is refused of these leads tried again, whatever changes, until `refused retry` names them."""
    with open_session(wish.config) as session:
        company = session.only_company(wish.company)
        now = business_now(wish.now, [company] if wish.now else [])
        refuse_the_past(session.ledger, company.slug, now)
        with session.ledger.hold(company.slug):
            run = standing_run(session, company, now)
            with run.write() as tx:
                _refuse_unlisted(wish.leads, refusals.listed(tx))
                by = _person(run, wish)
                count = drops.drop(tx, wish.leads, by)
                _say(tx, run, wish.leads, Kind.dropped, by)
    out.print(
        f"{count} will not be tried again, whatever changes; `acuerdo refused retry LEAD` takes it back",
        soft_wrap=True,
    )
    return DONE


def _refuse_unlisted(names: Sequence[str], listed: Sequence[refusals.Refusal]) -> None:
    if unknown := sorted(set(names) - {each.lead for each in listed}):
        raise UsageError(f"not on the refused list: {', '.join(unknown)}; see `acuerdo refused list`")


def _person(run: Run, wish: Wish) -> str:
    """Who says so, as it is recorded; without a name the one who signed for marketing."""
    named = wish.by or run.agreement.signed_by.marketing
    if named is None:
        raise UsageError("nobody is known to decide this; name who does with --by")
    return recorded(named)


def _say(tx: Tx, run: Run, names: Sequence[str], kind: Kind, by: str) -> None:
    """Records it as a fact of the leads that sales has nothing of, and judges them anew at once."""
    rows: list[LeadRow] = []
    known = facts.events_of(tx, names)
    where = Place.refused if kind is Kind.dropped else Place.dropped
    for name in names:
        verdict = judge(name, known[name], run.terms, run.now)
        row = find_lead(tx, run.company, name)
        if row is None or verdict.newest is None or verdict.place is not where:
            continue
        version = f"{kind.value}-{run.now}"
        cycle = verdict.newest.cycle
        facts.add_events(tx, [run.fact(kind, name, cycle, at=run.now, version=version, data={"by": by})])
        rows.append(row)
    settle(tx, run, rows)

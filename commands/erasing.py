"""`erase`: a person's data emptied for good, after asking."""

import json
from dataclasses import dataclass
from pathlib import Path

from commands.explaining import find_lead
from commands.outcome import DONE, REFUSED, UNAVAILABLE, worst
from commands.session import Session, UsageError, ask, business_now, connect, err, open_session, out
from connectors.base import Outcome, RowResult
from mapping.records import Instant
from sync.cycle import refuse_the_past
from sync.erasure import Erasure, erase_person, refuse_lost_key, take_back
from sync.ledger.leads import LeadRow
from sync.settings import Company

CODES = {Outcome.refused: REFUSED, Outcome.retry: UNAVAILABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asks of an erasure."""

    lead: str
    systems: bool = False
    config: Path | None = None
    company: str | None = None
    now: str | None = None
    yes: bool = False
    take_back: bool = False
    as_json: bool = False


def erase(wish: Wish) -> int:
    """Erases one person; tells what was emptied and what a vendor would not erase."""
    with open_session(wish.config) as session:
        company = session.only_company(wish.company)
        now = business_now(wish.now, [company])
        refuse_the_past(session.ledger, company.slug, now)
        refuse_lost_key(session.ledger, company, needed=True)
        with session.ledger.read(company.slug) as tx:
            row = find_lead(tx, company, wish.lead)
        if row is None:
            raise UsageError(f"{wish.lead} is no lead of {company.slug}: nothing is kept of it here")
        if wish.take_back:
            if wish.systems:
                raise UsageError("what a vendor has erased cannot be taken back: leave --systems out")
            return _take_back(session, company, row, wish, now)
        both = f"here, in {company.platform} and in {company.crm_system}"
        where = both if wish.systems else "here alone"
        question = f"Erase {row.id} {where}, for good?"
        if not wish.yes and not ask(question, f"{question} Nobody is there to ask; run again with --yes"):
            out.print("nothing was erased")
            return DONE
        platform, crm = connect(company, session.ledger)
        done = erase_person(company, session.ledger, platform, crm, row, now=now, systems=wish.systems)
    if wish.as_json:
        out.print_json(json.dumps(_row(done)))
    else:
        _show(done)
    return worst([CODES.get(each.outcome, DONE) for rows in done.systems.values() for each in rows])


def _take_back(session: Session, company: Company, row: LeadRow, wish: Wish, now: Instant) -> int:
    """Lets a person who came back of their own will be passed again, after asking."""
    question = f"Let {row.id} be passed again, because the person asked for it?"
    if not wish.yes and not ask(question, f"{question} Nobody is there to ask; run again with --yes"):
        out.print("nothing was taken back")
        return DONE
    platform, _ = connect(company, session.ledger)
    forgotten = take_back(company, session.ledger, platform, row, now=now)
    if not forgotten:
        raise UsageError(f"{row.id} is not among the erased: nothing was taken back")
    if wish.as_json:
        out.print_json(json.dumps({"company": company.slug, "lead": row.id, "forgotten": forgotten}))
    else:
        text = f"{row.id}: {forgotten} hashes forgotten; the next run reads the contact anew"
        out.print(text, markup=False, soft_wrap=True)
    return DONE


def _show(done: Erasure) -> None:
    told = ", ".join(f"{name} {count}" for name, count in done.emptied.items() if count)
    out.print(f"{done.lead}: emptied {told or 'nothing: nothing was left'}", markup=False)
    for system, rows in done.systems.items():
        for each in rows:
            out.print(f"{system} {each.id or each.key}: {_word(each)}", markup=False)
    if any(each.outcome in CODES for rows in done.systems.values() for each in rows):
        err.print("run the same again: what is erased already does no harm", markup=False)


def _word(each: RowResult) -> str:
    match each.outcome:
        case Outcome.written:
            return "erased"
        case Outcome.unchanged | Outcome.gone:
            return "was gone already"
        case Outcome.retry | Outcome.refused:
            return f"not erased ({each.code or each.outcome.value}): {each.message or 'it did not say why'}"


def _row(done: Erasure) -> dict[str, object]:
    return {
        "company": done.company,
        "lead": done.lead,
        "emptied": dict(done.emptied),
        "hashes": done.hashes,
        "systems": {
            system: [
                {"id": each.id or each.key, "outcome": each.outcome.value, "code": each.code} for each in rows
            ]
            for system, rows in done.systems.items()
        },
    }

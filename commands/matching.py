"""`matches list` and `matches settle`: what evidence does not decide, and what a person decides of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from commands.explaining import find_lead
from commands.outcome import DONE
from commands.session import UsageError, business_now, open_session, out
from commands.tables import show_table
from mapping.language import say
from mapping.privacy import HIDDEN
from mapping.records import Value, format_instant
from mapping.values import is_blank
from policies.conflict import Base
from sync.ledger import compared, leads, links, matches, records, refusals
from sync.ledger.compared import Compared, read_bases
from sync.ledger.matches import Match
from sync.ledger.store import Tx
from sync.matching import NEW
from sync.settings import Company

SIDES = ("marketing", "sales")
UNLIKE_ANY = ""  # the mark of no value: whatever the source holds differs from it


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line says of one decision."""

    lead: str
    choice: str
    field: str = ""
    config: Path | None = None
    company: str | None = None


def list_matches(config: Path | None, names: list[str], *, as_json: bool) -> int:
    """Every question: both values with their times, or the records that could be the lead's, and how to settle it.

    Of a sensitive field no value is told, but where to look at it in both systems.
    """
    rows: list[dict[str, Any]] = []
    with open_session(config) as session:
        for slug in session.companies(names):
            company = session.company(slug)
            with session.ledger.read(slug) as tx:
                rows += [_row(tx, company, each) for each in matches.every(tx)]
    if as_json:
        out.print_json(json.dumps(rows))
        return DONE
    cells = [
        (row["lead"], row["field"] or "-", "\n".join(_told(row)), "\n".join(row["settle"])) for row in rows
    ]
    show_table(f"{len(rows)} to decide", ("lead", "field", "what", "settle it with"), cells, keys=2)
    return DONE


def _row(tx: Tx, company: Company, match: Match) -> dict[str, Any]:
    row: dict[str, Any] = {
        "company": company.slug,
        "lead": match.lead,
        "system": match.system,
        "field": match.field,
        "code": match.code,
        "since": format_instant(match.since or 0),
        "settled": match.choice,
        "settle": list(_ways(match)),
    }
    if not match.field:
        found = ", ".join(f"{kind} {record}" for kind, record in match.detail["candidates"])
        why = say(f"match.{match.code}", company.language, candidates=found)
        return row | {"why": why, "records": match.detail["candidates"]}
    secret = match.field in company.hidden.get(match.system, frozenset())
    opened = _opened(tx, company, match.lead)
    sides = {
        side: {
            "value": _shown(match.detail[side], secret=secret),
            "at": format_instant(match.detail[f"{side}_at"]),
            "link": opened.get(side),
        }
        for side in SIDES
    }
    return row | {"why": say(f"match.{match.code}", company.language), **sides}


def _shown(value: Value, *, secret: bool) -> Value:
    return HIDDEN if secret and not is_blank(value) else value


def _opened(tx: Tx, company: Company, lead: str) -> Mapping[str, str | None]:
    """Where a person looks at the lead in each system, so far as the ledger knows."""
    found = {}
    for side, system in zip(SIDES, (company.platform, company.crm_system), strict=True):
        target = links.targets_of(tx, system, [lead]).get(lead)
        kept = records.records_of(tx, system, [lead]).get(lead, [])
        found[side] = next(
            (each.record.link for each in kept if target and each.record.id == target.id), None
        )
    return found


def _told(row: dict[str, Any]) -> Iterator[str]:
    yield row["why"]
    for side in SIDES:
        if side in row:
            value, at, link = (row[side][each] for each in ("value", "at", "link"))
            yield f"{side}: {value!r}, by {at} at the latest"
            if value == HIDDEN and link:
                yield f"  see {link}"
    if row["settled"]:
        yield f"settled: {row['settled']}; the next run does it"


def _ways(match: Match) -> Iterator[str]:
    command = f"acuerdo matches settle {match.lead}"
    if match.field:
        yield from (f"{command} {side} --field {match.field}" for side in SIDES)
        return
    if match.code != "of_another_lead":
        yield from (f"{command} {record}" for _, record in match.detail["candidates"])
    yield f"{command} {NEW}"


def settle(wish: Wish) -> int:
    """Notes what a person decides; the next run does it."""
    with open_session(wish.config) as session:
        company = session.only_company(wish.company)
        with session.ledger.write(company.slug, business_now(None, [])) as tx:
            question = _question(tx, company, wish)
            done = _settle_field(tx, question, wish) if question.field else _settle_record(tx, question, wish)
    out.print(done, markup=False, soft_wrap=True)
    return DONE


def _question(tx: Tx, company: Company, wish: Wish) -> Match:
    row = find_lead(tx, company, wish.lead)
    asked = matches.of_leads(tx, [row.id]) if row else []
    if not asked:
        raise UsageError(f"nothing is asked about {wish.lead}; see `acuerdo matches list`")
    found = [each for each in asked if each.field == wish.field]
    if not found:
        fields = ", ".join(sorted(each.field or "its record" for each in asked))
        raise UsageError(f"that is not asked about {wish.lead}, but: {fields} (name a field with --field)")
    return found[0]


def _settle_field(tx: Tx, question: Match, wish: Wish) -> str:
    """The side's value is the one that stays: it is written to the other, or the question alone goes."""
    if wish.choice not in SIDES:
        raise UsageError(f"{wish.choice!r} is no side; write marketing or sales")
    known = compared.compared_of(tx, [question.lead]).get(
        (question.lead, question.system), Compared(lead=question.lead, system=question.system)
    )
    base = read_bases({question.field: question.detail["base"]})[question.field]
    kept = wish.choice == question.detail["writes"]
    if not kept:  # as if the source had just changed, over a value of ours
        base = Base(source=UNLIKE_ANY, target=base.target, written=True)
    compared.put_compared(tx, [replace(known, bases={**known.bases, question.field: base})])
    compared.ask_to_compare(tx, [question.lead])
    matches.answer(tx, [question])
    what = "stays as it is" if kept else f"is written to {question.system} by the next run"
    return f"{question.lead}: {question.field} of {wish.choice} {what}"


def _settle_record(tx: Tx, question: Match, wish: Wish) -> str:
    """The record is the lead's, or it gets one of its own; a record of another lead is nobody else's."""
    records = {record: kind for kind, record in question.detail["candidates"]}
    if wish.choice != NEW:
        if wish.choice not in records:
            known = ", ".join(sorted(records))
            raise UsageError(f"{wish.choice} is none of the records found; write one of {known}, or {NEW}")
        other = links.leads_by_record(tx, question.system, [wish.choice]).get(wish.choice, question.lead)
        if other != question.lead:
            raise UsageError(
                f"{wish.choice} is the record of {other}: merge the two people in marketing first"
            )
    matches.decide(tx, question, wish.choice)
    refusals.ask_again(tx, [question.lead])
    leads.ask_to_judge(tx, [question.lead])
    what = "gets a record of its own" if wish.choice == NEW else f"is {records[wish.choice]} {wish.choice}"
    return f"{question.lead} {what}, by the next run"

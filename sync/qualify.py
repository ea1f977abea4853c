"""Qualify: which leads meet the agreed definition, since when, and whether they may pass."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mapping.catalogue import sensitive_of
from mapping.explanation import trace_table
from mapping.fields import LeadFields, properties_to_read
from mapping.package import parse_package_terms
from mapping.reading import read_lead
from mapping.records import Instant, RecordState, Value
from mapping.spans import Times
from policies.agreement import Agreement
from policies.qualification import TriggerTerms
from policies.qualification import qualify as judge_lead
from policies.recycling import Held, MqlMet, Parked, Pass, Ruling, may_pass
from policies.segments import segment_of
from policies.verdict import LeadVerdict, judge
from sync.dating import date_by_history, times_of
from sync.evidence import BACK, Found, met_fact, news, opt_out
from sync.judgement import settle
from sync.ledger import facts, leads, records
from sync.ledger.leads import LeadRow
from sync.ledger.records import Kept
from sync.ledger.store import Tx
from sync.run import PAGE, Counts, Run

PASSED, HISTORY, HELD = "passed", "history", "held"


def qualify(run: Run) -> Counts:
    """Judges every lead that changed, or that time has caught up with, by the definitions in force.

    A lead that meets them opens a draft, or is held with the reason; of one that does not, only what the
    definitions use is kept (promise 8).
    """
    counts = Counts()
    after = ""
    while True:
        with run.read() as tx:
            rows = leads.next_to_qualify(tx, after, PAGE)
        if not rows:
            return counts
        after = rows[-1].id
        date_by_history(run, rows)
        with run.write() as tx:
            counts += _qualify(tx, run, rows)
        run.progress("qualify", len(rows))


def _qualify(tx: Tx, run: Run, rows: Sequence[LeadRow]) -> Counts:
    kept = records.records_of(tx, run.platform.system, [row.id for row in rows])
    agreement, times = run.agreement, times_of(run)
    counts, notes, opened = Counts(), [], list[LeadRow]()
    for row in rows:
        alive = next((each for each in kept.get(row.id, []) if each.record.state is RecordState.live), None)
        if alive is None:
            notes.append(_unchanged(row))
            continue
        found = _look(run, row, alive, agreement, times)
        verdict = _verdict(tx, run, row)
        events = news(run, found) if verdict is not None else []
        facts.add_events(tx, events)
        ruling = _rule(run, found, verdict, agreement) if found.qualification.outcome else None
        if isinstance(ruling, Pass | Parked):
            met = met_fact(run, found, ruling, verdict)
            facts.add_events(tx, [met, *(opt_out(run, found, met.occurred_at) if verdict is None else [])])
            opened.append(row)
        counts[_name(ruling, found)] += 1
        notes.append(_note(run.company.fields, found, ruling))
        _forget(tx, run, found, verdict)
    leads.note_qualified(tx, notes)
    settle(tx, run, opened, tell=False)
    return counts


def _look(run: Run, row: LeadRow, kept: Kept, agreement: Agreement, times: Times) -> Found:
    reading = read_lead(kept.record, run.company.fields, lead=row.id, profile_link=kept.record.link)
    previous = row.evaluation.get("inputs")
    qualification = judge_lead(
        reading.lead,
        agreement.definitions,
        now=run.now,
        times=times,
        previous=None if previous is None else _tuples(previous),
        terms=TriggerTerms(hand_raises=parse_package_terms(agreement.package).hand_raises),
    )
    if row.place is None and (since := _defined_since(run, agreement, qualification.met_at)) is not None:
        qualification = replace(qualification, met_at=since)
    segment, until = segment_of(agreement.segments, reading.lead, now=run.now, times=times)
    return Found(
        row=row,
        kept=kept,
        reading=reading,
        qualification=qualification,
        segment=segment,
        segment_until=until,
    )


def _defined_since(run: Run, agreement: Agreement, met_at: Instant | None) -> Instant | None:
    """When another definition came into force, where the evidence is older: nobody owed anything before.

    None where the MQL moment stays: the same definition held, or the evidence is history.
    """
    since = agreement.effective_from
    if met_at is None or since is None or not (agreement.enforce_from or 0) <= met_at < since:
        return None
    return None if run.terms.at(met_at).definitions == agreement.definitions else min(since, run.now)


def _tuples(table: Mapping[str, Any]) -> dict[str, Value]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}


def _verdict(tx: Tx, run: Run, row: LeadRow) -> LeadVerdict | None:
    """How its earlier handoffs stand; None for a lead that was never passed."""
    if row.place is None:
        return None
    return judge(row.id, facts.events_of(tx, [row.id])[row.id], run.terms, run.now)


def _rule(run: Run, found: Found, verdict: LeadVerdict | None, agreement: Agreement) -> Ruling:
    qualification = found.qualification
    assert found.moment is not None
    triggers = frozenset(BACK[each.kind] for each in qualification.triggers)
    at = max(found.moment, qualification.evidence_at or 0) if verdict else found.moment
    if verdict and found.moved and found.segment is not None:  # it fits by now what the two agreed on (H02)
        triggers, at = triggers | {"segment_changed"}, max(at, min(found.lead.changed_at, run.now))
    met = MqlMet(
        at=at,
        triggers=triggers,
        priority="hot" if "hand_raise" in triggers else "standard",
        segment=found.segment,
    )
    return may_pass(verdict, met, agreement, run.now)


def _name(ruling: Ruling | None, found: Found) -> str:
    match ruling:
        case Pass():
            return PASSED
        case Parked():
            return "parked"
        case Held(code="before_enforcement"):
            return HISTORY
        case Held(code="open_handoff"):
            return "in hand"
        case Held():
            return HELD
        case None:
            return "unknown" if found.qualification.outcome is None else "not yet"


def _note(fields: LeadFields, found: Found, ruling: Ruling | None) -> dict[str, Any]:
    qualification, values = found.qualification, found.lead.values
    ends = [
        qualification.valid_until,
        found.segment_until,
        ruling.until if isinstance(ruling, Held) else None,
    ]
    name = _name(ruling, found)
    return {
        "id": found.row.id,
        "valid_until": min((each for each in ends if each is not None), default=None),
        "mql": qualification.outcome,
        "passing": f"{HELD}:{ruling.code}" if isinstance(ruling, Held) and name == HELD else name,
        "evaluation": {
            "moment": found.moment,
            "segment": found.segment,
            "inputs": dict(qualification.inputs),
            "trace": trace_table(qualification.trace, sensitive_of(fields.catalogue.values())),
            "triggers": [BACK[each.kind] for each in qualification.triggers],
            "problems": [{"field": each.field, "code": each.code} for each in found.reading.problems],
        },
        "dimensions": {}
        if qualification.outcome is not True and found.row.place is None
        else {
            "source": values.get("source"),
            "content": values.get("last_form.name"),
            "score": values.get("fit_score"),
            "account": qualification.inputs.get("account_hash"),
        },
    }


def _unchanged(row: LeadRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "valid_until": None,
        "mql": row.mql,
        "passing": row.passing,
        "evaluation": dict(row.evaluation),
        "dimensions": dict(row.dimensions),
    }


def _forget(tx: Tx, run: Run, found: Found, verdict: LeadVerdict | None) -> None:
    """Keeps of people who are not MQL only what the definitions use; their hash tells when they change."""
    if found.qualification.outcome is True or verdict is not None or not found.kept.whole:
        return
    used = properties_used(run.company.fields, run.agreement)
    values = {name: value for name, value in found.kept.record.values.items() if name in used}
    records.keep_only(tx, run.platform.system, found.kept.record.id, values)


def properties_used(fields: LeadFields, agreement: Agreement) -> frozenset[str]:
    """The platform's properties behind the definitions."""
    names = {name for condition in agreement.conditions for name in condition.fields}
    return frozenset(properties_to_read(fields, names))

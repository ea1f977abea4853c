"""Qualify: which leads meet the agreed definition, since when, and whether they may pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mapping.catalogue import sensitive_of
from mapping.explanation import trace_table
from mapping.fields import LeadFields, properties_to_read
from mapping.package import parse_package_terms
from mapping.reading import read_lead
from mapping.records import Instant, RecordState, Value, Values
from mapping.spans import Times
from policies.agreement import Agreement
from policies.events import Event, Kind
from policies.qualification import TriggerTerms
from policies.qualification import qualify as judge_lead
from policies.recycling import Held, MqlMet, Parked, Pass, Ruling, may_pass
from policies.segments import segment_of
from policies.verdict import LeadVerdict, judge
from sync.dating import date_by_history, times_of
from sync.evidence import BACK, Found, closed_to_mail, met_fact, news
from sync.judgement import open_handoffs
from sync.ledger import facts, leads, records
from sync.ledger.leads import LeadRow
from sync.ledger.records import Kept
from sync.ledger.store import Tx
from sync.run import PAGE, Counts, Run

PASSED, HISTORY, HELD = "passed", "history", "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the leads of a run are judged by: the agreement in force, and how its definitions reckon."""

    agreement: Agreement
    times: Times
    triggers: TriggerTerms
    used: frozenset[str]  # the platform's properties behind the definitions


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualified:
    """What becomes of a lead: how it counts, what is noted of it, the facts, and what is still kept of its record."""

    row: LeadRow
    name: str
    note: Mapping[str, Any]
    facts: tuple[Event, ...] = ()
    kept: tuple[str, Values] | None = None  # None: everything

    @property
    def opens(self) -> bool:
        """Whether a handoff opens."""
        return any(each.kind is Kind.mql_met for each in self.facts)


def qualify(run: Run, counts: Counts) -> None:
    """Judges every lead that changed, or that time has caught up with, by the definitions in force.

    A lead that meets them opens a draft, or is held with the reason; of one that does not, only what the
    definitions use is kept (promise 8).
    """
    rules, after = rules_of(run), ""
    while True:
        with run.read() as tx:
            rows = leads.next_to_qualify(tx, after, PAGE)
            kept = records.records_of(tx, run.platform.system, [row.id for row in rows])
        if not rows:
            return
        after = rows[-1].id
        alive = {lead: each for lead, group in kept.items() if (each := _alive(group)) is not None}
        found = {row.id: _look(run, rules, row, alive[row.id]) for row in rows if row.id in alive}
        dated = date_by_history(run, list(found.values()))
        found |= {lead: _look(run, rules, found[lead].row, each) for lead, each in dated.items()}
        with run.write() as tx:
            records.put_records(tx, list(dated.values()))
            counts += _keep(tx, run, rules, rows, found)
        run.progress("qualify", len(rows))


def rules_of(run: Run) -> Rules:
    """The rules in force."""
    agreement = run.agreement
    names = {name for condition in agreement.conditions for name in condition.fields}
    return Rules(
        agreement=agreement,
        times=times_of(run),
        triggers=TriggerTerms(hand_raises=parse_package_terms(agreement.package).hand_raises),
        used=frozenset(properties_to_read(run.company.fields, names)),
    )


def _alive(group: Sequence[Kept]) -> Kept | None:
    return next((each for each in group if each.record.state is RecordState.live), None)


def _keep(tx: Tx, run: Run, rules: Rules, rows: Sequence[LeadRow], found: Mapping[str, Found]) -> Counts:
    """Writes what becomes of a page's leads; what is kept of one whose record is not there stays."""
    events = facts.events_of(tx, [row.id for row in rows if row.place is not None])
    judged = {lead: judge(lead, told, run.terms, run.now) for lead, told in events.items()}
    done = [_judge(run, rules, each, judged.get(lead)) for lead, each in found.items()]
    facts.add_events(tx, [fact for each in done for fact in each.facts])
    notes = [*(each.note for each in done), *(_unchanged(row) for row in rows if row.id not in found)]
    leads.note_qualified(tx, notes)
    records.keep_only(tx, run.platform.system, dict(each.kept for each in done if each.kept))
    open_handoffs(tx, run, [each.row for each in done if each.opens])
    return Counts(each.name for each in done)


def _look(run: Run, rules: Rules, row: LeadRow, kept: Kept) -> Found:
    agreement = rules.agreement
    reading = read_lead(kept.record, run.company.fields, lead=row.id, profile_link=kept.record.link)
    previous = row.evaluation.get("inputs")
    qualification = judge_lead(
        reading.lead,
        agreement.definitions,
        now=run.now,
        times=rules.times,
        previous=None if previous is None else _tuples(previous),
        terms=rules.triggers,
    )
    if row.place is None and (since := _defined_since(run, agreement, qualification.met_at)) is not None:
        qualification = replace(qualification, met_at=since)
    segment, until = segment_of(agreement.segments, reading.lead, now=run.now, times=rules.times)
    return Found(
        row=row,
        kept=kept,
        reading=reading,
        qualification=qualification,
        segment=segment,
        segment_until=until,
    )


def _judge(run: Run, rules: Rules, found: Found, verdict: LeadVerdict | None) -> Qualified:
    """What becomes of a lead; `verdict` is how its earlier handoffs stand, None where it was never passed."""
    events = news(run, found, verdict) if verdict is not None else []
    ruling = _rule(run, found, verdict, rules.agreement) if found.qualification.outcome else None
    if isinstance(ruling, Pass | Parked):
        met = met_fact(run, found, ruling, verdict)
        events += [met, *(closed_to_mail(run, found, met.occurred_at) if verdict is None else [])]
    return Qualified(
        row=found.row,
        name=_name(ruling, found),
        note=_note(run.company.fields, found, ruling),
        facts=tuple(events),
        kept=_kept(rules, found, verdict),
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


def _kept(rules: Rules, found: Found, verdict: LeadVerdict | None) -> tuple[str, Values] | None:
    """Of people who are not MQL only what the definitions use; their hash tells when they change."""
    if found.qualification.outcome is True or verdict is not None or not found.kept.whole:
        return None
    record = found.kept.record
    return record.id, {name: value for name, value in record.values.items() if name in rules.used}

"""Compare: the mapped fields of the leads that sales has, with what both systems hold of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mapping.identity import fingerprint
from mapping.mapper import Mapped, map_lead
from mapping.reading import read_lead
from mapping.records import Record, RecordState, Values, ValueType
from policies.comparison import Comparison, Holding, compare_fields
from policies.conflict import Base, mark_of
from policies.states import Place
from sync.ledger import compared, intents, links, matches, records, refusals
from sync.ledger.compared import Compared
from sync.ledger.links import Link
from sync.ledger.matches import Match
from sync.ledger.records import FIELD, Kept
from sync.ledger.refusals import Refusal
from sync.ledger.store import Tx
from sync.matching import compare_back, dated_of, field_questions
from sync.run import PAGE, Counts, Run
from sync.wording import word_problems

GONE = frozenset({Place.deleted.value, Place.erased.value, Place.duplicate.value})
MAPPING = "mapping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A lead as both systems hold it, and what was known when they were last compared."""

    lead: str
    contact: Record
    record: Record
    target: Link
    known: Mapping[str, Compared]
    questions: Sequence[Match]
    refusals: Sequence[Refusal]

    @property
    def fields(self) -> Values:
        """What the CRM's record holds of the mapped fields, by their own names."""
        named = self.record.values.items()
        return {name.removeprefix(FIELD): value for name, value in named if name.startswith(FIELD)}


def compare(run: Run) -> Counts:
    """Owes each system the mapped fields that it should be given, by whose value stays.

    Looked at are the leads of which a record changed in either system. What the evidence does not decide is
    listed for a person and stays out of the write.
    """
    counts, after = Counts(), ""
    with run.write() as tx:
        compared.note_nowhere(tx, run.crm.system)
    while True:
        with run.read() as tx:
            rows = compared.next_to_compare(tx, after, PAGE)
            pairs = _pairs(tx, run, [lead for lead, place in rows if place not in GONE])
        if not rows:
            return counts
        after = rows[-1][0]
        pairs = _read_again(run, pairs)
        gone = [lead for lead, place in rows if place in GONE]
        with run.write() as tx:
            compared.forget_wanted(tx, gone)
            matches.forget(tx, gone)
            for pair in pairs:
                counts += _compare(tx, run, pair)
            compared.note_compared(tx, [*gone, *(pair.lead for pair in pairs)])
        run.progress("compare", len(rows))


def _pairs(tx: Tx, run: Run, leads: Sequence[str]) -> list[Pair]:
    """The leads that both systems have; of one that the CRM has not told yet the mark stays."""
    targets = links.targets_of(tx, run.crm.system, leads)
    contacts = records.records_of(tx, run.platform.system, leads)
    rows = records.records_of(tx, run.crm.system, leads)
    known = compared.compared_of(tx, leads)
    questions, refused = matches.of_leads(tx, leads), refusals.listed(tx, leads)
    found = []
    for lead in leads:
        contact = next(
            (each for each in contacts.get(lead, []) if each.record.state is RecordState.live), None
        )
        row = next((each for each in rows.get(lead, []) if _is(each, targets.get(lead))), None)
        if contact is None or row is None:
            continue
        found.append(
            Pair(
                lead=lead,
                contact=contact.record if contact.whole else replace(contact.record, values={}),
                record=row.record,
                target=targets[lead],
                known={system: each for (of, system), each in known.items() if of == lead},
                questions=[each for each in questions if each.lead == lead and each.field],
                refusals=[each for each in refused if each.lead == lead],
            )
        )
    return found


def _is(kept: Kept, target: Link | None) -> bool:
    return target is not None and (kept.record.kind, kept.record.id) == (target.kind, target.id)


def _read_again(run: Run, pairs: Sequence[Pair]) -> list[Pair]:
    """The same pairs with every property: of some contacts little was kept, or a rule asks for one more."""
    needed = set(run.mappers.properties)
    partial = {
        pair.contact.id for pair in pairs if not pair.contact.values or needed - pair.contact.values.keys()
    }
    read = {row.id: row for row in run.platform.read(list(partial), run.properties)} if partial else {}
    return [
        replace(pair, contact=read.get(pair.contact.id, pair.contact))
        for pair in pairs
        if pair.contact.id not in partial or pair.contact.id in read
    ]


def _compare(tx: Tx, run: Run, pair: Pair) -> Counts:
    there = _to_crm(run, pair)
    wanted = _owed(pair, run.crm.system, intents.FIELDS, there)
    counts = _keep(tx, run, pair, run.crm.system, found=there, wanted=wanted)
    if run.mappers.marketing.rules:
        back = _to_marketing(run, pair, there, wanted)
        wanted = _owed(pair, run.platform.system, intents.FIELDS_BACK, back)
        counts += _keep(tx, run, pair, run.platform.system, found=back, wanted=wanted)
    return counts


def _owed(pair: Pair, system: str, operation: str, found: Comparison | Mapped) -> Values:
    """What is to be written, unless the vendor refused exactly this."""
    if isinstance(found, Mapped):
        return {}
    refused = next((r for r in pair.refusals if (r.system, r.operation) == (system, operation)), None)
    return {} if refused is not None and refused.fingerprint == fingerprint(found.wanted) else found.wanted


def _to_crm(run: Run, pair: Pair) -> Comparison | Mapped:
    mapper = run.mappers.of(pair.target.kind)
    lead = read_lead(pair.contact, run.company.fields, lead=pair.lead, profile_link=pair.contact.link).lead
    mapped = map_lead(lead, mapper)
    if mapped.problems:
        return mapped
    brought = _bases(pair, run.platform.system)
    types = run.mappers.marketing.types
    echoes = {
        there
        for there, here in run.mappers.twins.items()
        if _is_ours(brought, here, pair.contact.values, types[here])
    }
    source = Holding(
        values=mapped.values,
        changed_at=lead.changed_at,
        dated=dated_of(run, lead),
        echoes=frozenset(echoes),
    )
    by = pair.record.values.get("changed_by")
    by_us = by is not None and by == run.crm_tenant.user
    target = Holding(
        values=pair.fields, changed_at=pair.record.changed_at, dated=pair.record.dated, by_us=by_us
    )
    return compare_fields(mapper, source, target, _bases(pair, run.crm.system))


def _to_marketing(run: Run, pair: Pair, there: Comparison | Mapped, wanted: Values) -> Comparison | Mapped:
    """What comes back of the CRM's record as it is once `wanted` is written to it."""
    given = there.bases if isinstance(there, Comparison) else _bases(pair, run.crm.system)
    types = run.mappers.of(pair.target.kind).types
    ours = {
        field
        for field, value_type in types.items()
        if field in wanted or _is_ours(given, field, pair.fields, value_type)
    }
    bases = _bases(pair, run.platform.system)
    return compare_back(
        run,
        pair.contact,
        {**pair.fields, **wanted},
        at=pair.record.changed_at,
        bases=bases,
        ours=ours,
    )


def _bases(pair: Pair, system: str) -> Mapping[str, Base]:
    known = pair.known.get(system)
    return {} if known is None else known.bases


def _is_ours(bases: Mapping[str, Base], name: str, values: Values, value_type: ValueType) -> bool:
    """Whether a field still holds what we wrote."""
    base = bases.get(name)
    return base is not None and base.written and mark_of(values.get(name), value_type) == base.target


def _keep(tx: Tx, run: Run, pair: Pair, system: str, *, found: Comparison | Mapped, wanted: Values) -> Counts:
    """Notes what was found, owes what is wanted, and lists what is asked; counts both."""
    to_crm = system == run.crm.system
    operation = intents.FIELDS if to_crm else intents.FIELDS_BACK
    if isinstance(found, Mapped):
        return _refuse(tx, run, pair, operation, found)
    if any((each.system, each.operation) == (MAPPING, operation) for each in pair.refusals):
        refusals.forgive(tx, pair.lead, MAPPING, operation)
    now = Compared(
        lead=pair.lead,
        system=system,
        bases=found.bases,
        wanted=wanted,
        written_bases=found.written_bases if wanted else {},
    )
    if now != pair.known.get(system):
        compared.put_compared(tx, [now])
    asked = {each.name for each in found.conflicts}
    matches.answer(tx, [q for q in pair.questions if q.system == system and q.field not in asked])
    matches.park(tx, field_questions(pair.lead, system, found, to_crm=to_crm))
    return Counts(fields=int(bool(wanted)), asked=len(asked))


def _refuse(tx: Tx, run: Run, pair: Pair, operation: str, mapped: Mapped) -> Counts:
    """What does not fit is on the refused list; a lead whose passing is refused for it is there already."""
    if any((each.system, each.operation) == (MAPPING, intents.PUSH) for each in pair.refusals):
        return Counts()
    code, message = word_problems(mapped.problems, run.company.language)
    print_ = fingerprint({**mapped.values, "code ": code})
    refusals.refuse(
        tx,
        [
            Refusal(
                lead=pair.lead,
                system=MAPPING,
                operation=operation,
                code=code,
                message=message,
                fingerprint=print_,
            )
        ],
    )
    return Counts(refused=1)

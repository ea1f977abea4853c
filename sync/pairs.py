"""Pairs: a lead as both systems hold it, and what follows of its mapped fields, as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapping.identity import fingerprint
from mapping.mapper import Mapped, map_lead
from mapping.reading import read_lead
from mapping.records import Record, Values, ValueType
from policies.comparison import Comparison, Holding, compare_fields
from policies.conflict import Base, mark_of
from sync.ledger import intents
from sync.ledger.compared import Compared
from sync.ledger.links import Link
from sync.ledger.matches import Match
from sync.ledger.records import FIELD
from sync.ledger.refusals import Refusal
from sync.matching import compare_back, dated_of, field_questions
from sync.run import Run
from sync.wording import word_problems

MAPPING = "mapping"  # who refused, where it was not a vendor


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a comparison of a lead's fields with one system found; `fields` only where they are not as before.

    `fits`: what the mapping refused before can be written by now.
    """

    lead: str
    operation: str
    owed: bool = False
    fields: Compared | None = None
    fits: bool = False
    answered: Sequence[Match] = ()
    asked: Sequence[Match] = ()
    refusal: Refusal | None = None


def compare_pair(run: Run, pair: Pair) -> list[Found]:
    """What each system is owed of the lead's fields, by whose value stays, and what a person is asked."""
    there = _to_crm(run, pair)
    wanted = _owed(pair, run.crm.system, intents.FIELDS, there)
    found = [_find(run, pair, run.crm.system, there, wanted)]
    if run.mappers.marketing.rules:
        back = _to_marketing(run, pair, there, wanted)
        wanted = _owed(pair, run.platform.system, intents.FIELDS_BACK, back)
        found.append(_find(run, pair, run.platform.system, back, wanted))
    return found


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


def _find(run: Run, pair: Pair, system: str, found: Comparison | Mapped, wanted: Values) -> Found:
    """What is to be noted of a comparison, owed by it, and asked."""
    to_crm = system == run.crm.system
    operation = intents.FIELDS if to_crm else intents.FIELDS_BACK
    if isinstance(found, Mapped):
        return Found(lead=pair.lead, operation=operation, refusal=_refusal(run, pair, operation, found))
    now = Compared(
        lead=pair.lead,
        system=system,
        bases=found.bases,
        wanted=wanted,
        written_bases=found.written_bases if wanted else {},
    )
    asked = {each.name for each in found.conflicts}
    return Found(
        lead=pair.lead,
        operation=operation,
        owed=bool(wanted),
        fields=None if now == pair.known.get(system) else now,
        fits=any((each.system, each.operation) == (MAPPING, operation) for each in pair.refusals),
        answered=[each for each in pair.questions if each.system == system and each.field not in asked],
        asked=field_questions(pair.lead, system, found, to_crm=to_crm),
    )


def _refusal(run: Run, pair: Pair, operation: str, mapped: Mapped) -> Refusal | None:
    """What does not fit is on the refused list; a lead whose passing is refused for it is there already."""
    if any((each.system, each.operation) == (MAPPING, intents.PUSH) for each in pair.refusals):
        return None
    code, message = word_problems(mapped.problems, run.company.language)
    return Refusal(
        lead=pair.lead,
        system=MAPPING,
        operation=operation,
        code=code,
        message=message,
        fingerprint=fingerprint({**mapped.values, "code ": code}),
    )

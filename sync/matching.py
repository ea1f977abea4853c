"""Which record of the CRM is a lead's, what it is given of the mapped fields, and what a person is asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.base import Match
from mapping.identity import Ambiguous, Create, Decision, Link
from mapping.mapper import Mapped, map_lead, map_values
from mapping.records import Instant, Lead, Record, Values
from policies.comparison import Comparison, Holding, bases_of, compare_fields, untouched_bases
from policies.conflict import Base
from sync.ledger import matches, pushes
from sync.ledger.compared import write_bases
from sync.ledger.store import Tx
from sync.run import Run

NEW = "new"  # what a person writes for a record of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What a push carries of the mapped fields, the bases once it is delivered, and what stays out of it.

    `back` is what comes back to marketing of the record as it is then.
    """

    values: Values
    bases: Mapping[str, Base] | None = None
    comparison: Comparison | None = None
    back: Comparison | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """A lead that is to be passed, its contact in the platform, and what the rules make of it."""

    contact: Record
    lead: Lead
    mapped: Mapped


def mark_claimed(tx: Tx, found: Sequence[Match]) -> list[Match]:
    """The same matches; a free record that fits another lead too, or is owed to one, is told as that one's."""
    fitting: dict[str, list[str]] = {}
    for match in found:
        fitting.setdefault(match.id, []).append(match.key)
    owed = pushes.owed_records(tx, fitting)

    def other(match: Match) -> str | None:
        leads = (*fitting[match.id], *owed.get(match.id, ()))
        return next((lead for lead in leads if lead != match.key), None)

    return [match if match.lead else replace(match, lead=other(match)) for match in found]


def decide_by_person(decision: Decision, choice: str | None, found: Sequence[Match]) -> Decision:
    """The decision, or the one that a person took of it while it still fits what was found."""
    if not isinstance(decision, Ambiguous) or choice is None:
        return decision
    if choice == NEW:
        return Create()
    chosen = next((each for each in found if each.id == choice and each.lead is None), None)
    return decision if chosen is None else Link(id=chosen.id, kind=chosen.kind, by="person")


def fill(run: Run, draft: Fitting, decision: Link | Create, found: Sequence[Match]) -> Filling:
    """What the record is given of the lead's fields, which fit: all that are new to it, by whose value stays.

    A record that is linked is given them by `compare`, after sales was observed; a contact that was there
    before us keeps what it holds, and is given what changes from now on.
    """
    match = None
    if isinstance(decision, Link):
        match = next((each for each in found if each.id == decision.id), None)
        if match is None:
            return Filling(values={})
    filling = _fill(run, draft.lead, draft.mapped, match)
    if not run.mappers.marketing.rules:
        return filling
    there = {**(match.values if match else {}), **filling.values}
    at = match.changed_at if match else run.now
    back = compare_back(run, draft.contact, there, at=at, bases={}, ours=filling.values)
    return filling if isinstance(back, Mapped) else replace(filling, back=back)


def _fill(run: Run, lead: Lead, mapped: Mapped, match: Match | None) -> Filling:
    mapper = run.mappers.lead
    if match is None:
        return Filling(values=mapped.values, bases=bases_of(mapper, mapped.values))
    if match.kind == "Contact":
        contact = run.mappers.contact
        return Filling(
            values={}, bases=untouched_bases(contact, map_lead(lead, contact).values, match.values)
        )
    comparison = compare_fields(
        mapper,
        Holding(values=mapped.values, changed_at=lead.changed_at, dated=dated_of(run, lead)),
        Holding(values=match.values, changed_at=match.changed_at),
        {},
    )
    bases = {**comparison.bases, **comparison.written_bases}
    return Filling(values=comparison.wanted, bases=bases, comparison=comparison)


def compare_back(
    run: Run,
    contact: Record,
    fields: Values,
    *,
    at: Instant,
    bases: Mapping[str, Base],
    ours: Collection[str],
) -> Comparison | Mapped:
    """What comes back to marketing of these fields of sales, `ours` being those that hold our own write.

    A Mapped tells why nothing does: its problems.
    """
    mapper = run.mappers.marketing
    mapped = map_values(fields, mapper)
    if mapped.problems:
        return mapped
    echoes = frozenset(here for there, here in run.mappers.twins.items() if there in ours)
    source = Holding(values=mapped.values, changed_at=at, echoes=echoes)
    target = Holding(values=contact.values, changed_at=contact.changed_at, dated=contact.dated, signed=False)
    return compare_fields(mapper, source, target, bases)


def dated_of(run: Run, lead: Lead) -> dict[str, int]:
    """Since when the lead has the value of each CRM field, where its one source is dated."""
    return {
        rule.target: lead.dated[rule.sources[0]]
        for rule in run.mappers.lead.rules
        if len(rule.sources) == 1 and rule.sources[0] in lead.dated
    }


def identity_question(run: Run, lead: str, decision: Ambiguous) -> matches.Match:
    """Asks a person which of several records is a lead's."""
    detail = {"candidates": [[kind, record] for kind, record in decision.candidates]}
    return matches.Match(lead=lead, system=run.crm.system, code=decision.reason.value, detail=detail)


def field_questions(lead: str, system: str, found: Comparison, *, to_crm: bool) -> list[matches.Match]:
    """Asks a person about fields whose value the evidence does not decide, with both values and their times."""
    sides = ("marketing", "sales") if to_crm else ("sales", "marketing")
    rows = []
    for each in found.conflicts:
        detail: dict[str, Any] = {"writes": sides[1], "base": write_bases({"": each.base})[""]}
        for name, holding, side in zip(
            sides, (found.source, found.target), (each.evidence.source, each.evidence.target), strict=True
        ):
            detail |= {name: holding.values.get(each.name), f"{name}_at": side.latest}
        rows.append(matches.Match(lead=lead, system=system, field=each.name, code=each.code, detail=detail))
    return rows

"""Passing: what becomes of one draft, from its package to the write that is owed, as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.base import Match
from connectors.registration import registration_of
from mapping.identity import Ambiguous, Create, Link, decide, fingerprint
from mapping.language import say
from mapping.mapper import Mapped, map_lead
from mapping.package import Earlier, Package, PackageTerms, package_table, prepare_package
from mapping.records import Lead, Record
from mapping.sheet import render_brief
from mapping.status import Meaning
from policies.events import Event, Kind
from sync.consequences import setting_of
from sync.ledger import intents, links, matches
from sync.ledger.compared import write_bases, write_comparison
from sync.ledger.handoffs import HandoffRow
from sync.ledger.intents import Intent
from sync.ledger.leads import LeadRow
from sync.ledger.packages import PackageRow
from sync.ledger.pushes import Push
from sync.ledger.refusals import Refusal
from sync.matching import Filling, Fitting, decide_by_person, field_questions, fill, identity_question
from sync.run import Run
from sync.wording import word_problems

MAPPING = "mapping"  # who refused, where it was not a vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A handoff that is not passed yet, with the lead as it is now and its record in the CRM, if it has one."""

    row: LeadRow
    handoff: HandoffRow
    earlier: Sequence[HandoffRow]
    contact: Record
    lead: Lead
    target: links.Link | None
    was_missing: bool  # an earlier run found its package incomplete


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a draft besides: records in the CRM that it could be, and what became of it before.

    `refused` are the fingerprints of what the CRM would not take.
    """

    found: Sequence[Match] = ()
    question: matches.Match | None = None
    refused: frozenset[str] = frozenset()
    push: Push | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """What becomes of a draft: how it counts, and what is to be written of it."""

    name: str
    package: PackageRow
    asked: tuple[matches.Match, ...] = ()
    answered: tuple[matches.Match, ...] = ()
    refusal: Refusal | None = None
    intent: Intent | None = None
    facts: tuple[Event, ...] = ()


def pass_on(run: Run, terms: PackageTerms, draft: Draft, known: Known) -> Passing:
    """The package of a draft, and the push that passes it, or why there is none.

    What cannot be mapped is refused; a lead that several records could be waits for a person.
    """
    package = _package(run, terms, draft)
    mapped = map_lead(draft.lead, run.mappers.lead)
    passing = Passing(name="incomplete", package=_package_row(draft, package, mapped))
    if not package.complete:
        return passing
    if mapped.problems:
        return _refuse(run, draft, mapped, passing, word_problems(mapped.problems, run.company.language))
    target, question = draft.target, known.question
    decision = decide(draft.row.id, known.found, (target.kind, target.id) if target else None)
    decision = decide_by_person(decision, question.choice if question else None, known.found)
    if isinstance(decision, Ambiguous):
        passing = replace(passing, asked=(identity_question(run, draft.row.id, decision),))
        return _refuse(run, draft, mapped, passing, _unclear(run, decision))
    if question is not None and question.choice is None:  # it is clear by now
        passing, question = replace(passing, answered=(question,)), None
    filling = fill(run, Fitting(contact=draft.contact, lead=draft.lead, mapped=mapped), decision, known.found)
    passing = replace(passing, asked=_questions(run, draft, filling))
    if isinstance(decision, Create) and run.attaches:
        return _await(run, draft, mapped, passing)
    kind = decision.kind if isinstance(decision, Link) else "Lead"
    ours = _our_values(run, draft, package, kind)
    write = _payload(decision, {**filling.values, **ours}, filling)
    write |= {"fingerprint": fingerprint({**mapped.values, **ours}), "settled": question is not None}
    return _owe(run, draft, known, passing, write)


def _package(run: Run, terms: PackageTerms, draft: Draft) -> Package:
    return prepare_package(
        draft.lead,
        terms=terms,
        setting=setting_of(run),
        earlier=[
            Earlier(cycle=each.cycle, outcome=each.outcome or each.state, reason=each.reason)
            for each in draft.earlier
        ],
        triggers=[str(each) for each in draft.row.evaluation.get("triggers", [])],
    )


def _package_row(draft: Draft, package: Package, mapped: Mapped) -> PackageRow:
    shortened = [{"field": each.field, **each.params} for each in mapped.notes]
    snapshot = package_table(package) | {"shortened": shortened}
    return PackageRow(draft.row.id, draft.handoff.cycle, snapshot, package.missing)


def _questions(run: Run, draft: Draft, filling: Filling) -> tuple[matches.Match, ...]:
    lead, asked = draft.row.id, list[matches.Match]()
    if filling.comparison is not None:
        asked += field_questions(lead, run.crm.system, filling.comparison, to_crm=True)
    if filling.back is not None:
        asked += field_questions(lead, run.platform.system, filling.back, to_crm=False)
    return tuple(asked)


def _payload(decision: Link | Create, values: Mapping[str, Any], filling: Filling) -> dict[str, Any]:
    payload: dict[str, Any] = {"values": values, "id": None, "kind": "Lead"}
    if isinstance(decision, Link):
        payload |= {"id": decision.id, "kind": decision.kind}
    if filling.bases is not None:
        payload["bases"] = write_bases(filling.bases)
    return payload if filling.back is None else payload | {"back": write_comparison(filling.back)}


def _await(run: Run, draft: Draft, mapped: Mapped, passing: Passing) -> Passing:
    """Holds a lead whose record the platform's own integration should make; in the end a person is told."""
    passing = replace(passing, name="awaited", facts=(_complete(run, draft, fingerprint(mapped.values)),))
    if run.now - draft.handoff.mql_at < run.company.attach_wait:
        return passing
    hours = run.company.attach_wait // 3600
    text = say("match.not_made", run.company.language, platform=run.platform.system, hours=hours)
    return _refuse(run, draft, mapped, passing, ("not_made", text))


def _owe(run: Run, draft: Draft, known: Known, passing: Passing, payload: Mapping[str, Any]) -> Passing:
    """The push; none where the CRM refused exactly this, or took it: it is asked again when something changes."""
    print_ = payload["fingerprint"]
    if print_ in known.refused:
        return replace(passing, name="refused before")
    n = known.push.next(print_) if known.push else 0
    if n is None:
        return replace(passing, name="passed so before")
    lead, cycle = draft.row.id, draft.handoff.cycle
    intent = Intent(operation=intents.PUSH, lead=lead, cycle=cycle, n=n, payload=payload)
    return replace(passing, name="ready", intent=intent, facts=(_complete(run, draft, print_),))


def _our_values(run: Run, draft: Draft, package: Package, kind: str) -> dict[str, Any]:
    """The fields of ours that travel with the lead to a record of this kind."""
    told = {
        Meaning.lead_id: draft.row.id,
        Meaning.brief: render_brief(package, setting_of(run), html=kind in run.rich_briefs),
        Meaning.profile_link: package.profile_link,
    }
    properties = registration_of(run.crm.system).properties
    again = draft.handoff.cycle > 1  # what sales answered to the last handoff is no answer to this one
    answers = {each.name: None for each in properties if each.read} if again else {}
    return {each.name: told[each.meaning] for each in properties if each.meaning in told} | answers


def _complete(run: Run, draft: Draft, version: str) -> Event:
    """Complete since the MQL moment, unless an earlier run found something missing."""
    at = max(draft.handoff.mql_at, draft.lead.changed_at) if draft.was_missing else draft.handoff.mql_at
    return run.fact(
        Kind.package_complete,
        draft.row.id,
        draft.handoff.cycle,
        at=min(at, run.now),
        version=version,
        data=draft.row.dimensions,
    )


def _refuse(run: Run, draft: Draft, mapped: Mapped, passing: Passing, why: tuple[str, str]) -> Passing:
    code, message = why
    print_ = fingerprint({**mapped.values, "code ": code})
    refusal = Refusal(
        lead=draft.row.id,
        system=MAPPING,
        operation=intents.PUSH,
        code=code,
        message=message,
        fingerprint=print_,
    )
    fact = run.fact(
        Kind.refused, draft.row.id, draft.handoff.cycle, at=run.now, version=print_, data={"code": code}
    )
    return replace(passing, name="refused", refusal=refusal, facts=(*passing.facts, fact))


def _unclear(run: Run, decision: Ambiguous) -> tuple[str, str]:
    found = ", ".join(f"{kind} {record}" for kind, record in decision.candidates)
    code = decision.reason.value
    return code, say(f"match.{code}", run.company.language, candidates=found)

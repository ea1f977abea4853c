"""Prepare: the package of each draft, its fields in the CRM's names, and the write that passes it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.base import Identity, Match
from connectors.registration import registration_of
from mapping.identity import Ambiguous, Create, Link, crm_ids_of, decide, emails_of, fingerprint
from mapping.language import say
from mapping.mapper import Mapped, map_lead
from mapping.package import (
    Earlier,
    Package,
    PackageTerms,
    package_table,
    parse_package_terms,
    prepare_package,
)
from mapping.reading import read_lead
from mapping.records import Lead, Record, RecordState
from mapping.sheet import render_brief
from mapping.status import Meaning
from policies.events import Event, Kind
from sync.judgement import setting_of
from sync.ledger import facts, handoffs, intents, leads, links, matches, packages, pushes, records, refusals
from sync.ledger.compared import write_bases, write_comparison
from sync.ledger.handoffs import HandoffRow
from sync.ledger.intents import Intent
from sync.ledger.leads import LeadRow
from sync.ledger.records import Kept
from sync.ledger.refusals import Refusal
from sync.ledger.store import Tx
from sync.matching import Filling, Fitting, ask_fields, ask_identity, decide_by_person, fill, mark_claimed
from sync.run import Counts, Run
from sync.wording import word_problems

PLACES = ("draft", "refused")
AWAITED = "queued"  # complete, and waiting for the platform's own integration to make the record
MAPPING = "mapping"  # who refused, where it was not a vendor
PAGE = 1_000  # as many identities as a CRM looks for in a call or two


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A handoff that is not passed yet, with the lead as it is now."""

    row: LeadRow
    handoff: HandoffRow
    contact: Record
    lead: Lead
    was_missing: bool  # an earlier run found its package incomplete


def prepare(run: Run) -> Counts:
    """Completes the drafts that can be passed: package, mapped fields, and a push that is owed.

    What cannot be mapped goes on the refused list and is tried again by itself when its source or the
    mapping has changed; a lead that several records could be waits for a person.
    """
    counts = Counts()
    for place in (*PLACES, *((AWAITED,) if run.attaches else ())):
        after = ""
        while rows := _next(run, place, after):
            after = rows[-1].id
            drafts = _drafts(run, rows)
            found = _find(run, drafts)
            with run.write() as tx:
                asked = matches.of_leads(tx, [each.row.id for each in drafts])
                questions = {each.lead: each for each in asked if not each.field}
                for draft in drafts:
                    lead = draft.row.id
                    counts[_prepare(tx, run, draft, found.get(lead, []), questions.get(lead))] += 1
            run.progress("prepare", len(rows))
    return counts


def _next(run: Run, place: str, after: str) -> list[LeadRow]:
    with run.read() as tx:
        return leads.next_in_place(tx, place, after, PAGE)


def _drafts(run: Run, rows: Sequence[LeadRow]) -> list[Draft]:
    ids = [row.id for row in rows]
    with run.read() as tx:
        kept = records.records_of(tx, run.platform.system, ids)
        open_ = handoffs.newest(tx, ids)
        incomplete = packages.incomplete(tx, ids)
    whole = _whole(run, kept)
    return [
        Draft(
            row=row,
            handoff=open_[row.id],
            contact=whole[row.id],
            lead=_lead(run, row.id, whole[row.id]),
            was_missing=(row.id, open_[row.id].cycle) in incomplete,
        )
        for row in rows
        if row.id in whole and row.id in open_
    ]


def _whole(run: Run, kept: Mapping[str, list[Kept]]) -> dict[str, Record]:
    """Each lead's live record with all its values; those of which little was kept are read again."""
    found = {lead: _live(group) for lead, group in kept.items()}
    partial = {each.record.id: lead for lead, each in found.items() if each is not None and not each.whole}
    again = _read_again(run, partial) if partial else {}
    return {lead: again.get(lead, each.record) for lead, each in found.items() if each is not None}


def _read_again(run: Run, partial: Mapping[str, str]) -> dict[str, Record]:
    rows = run.platform.read(list(partial), run.properties)
    owners = {row.id: partial[row.id] for row in rows if row.id in partial}
    return {owners[row.id]: row for row in rows if row.id in owners}


def _live(group: Iterable[Kept]) -> Kept | None:
    return next((each for each in group if each.record.state is RecordState.live), None)


def _lead(run: Run, lead: str, record: Record) -> Lead:
    return read_lead(record, run.company.fields, lead=lead, profile_link=record.link).lead


def _find(run: Run, drafts: Sequence[Draft]) -> dict[str, list[Match]]:
    """What the CRM holds of the leads that are not linked there yet."""
    with run.read() as tx:
        linked = links.targets_of(tx, run.crm.system, [draft.row.id for draft in drafts])
    unknown = [draft for draft in drafts if draft.row.id not in linked]
    found: dict[str, list[Match]] = {}
    if unknown:
        identities = [
            Identity(
                key=each.row.id,
                lead=each.row.id,
                emails=emails_of(each.lead.values),
                crm_ids=crm_ids_of(each.lead.values),
            )
            for each in unknown
        ]
        matched = run.crm.find(identities, run.mappers.crm_fields)
        with run.read() as tx:
            matched = mark_claimed(tx, matched)
        for match in matched:
            found.setdefault(match.key, []).append(match)
    return found


def _prepare(tx: Tx, run: Run, draft: Draft, found: Sequence[Match], question: matches.Match | None) -> str:
    package = _package(tx, run, draft)
    mapped = map_lead(draft.lead, run.mappers.lead)
    shortened = {"shortened": [{"field": each.field, **each.params} for each in mapped.notes]}
    snapshot = package_table(package) | shortened
    packages.put_package(tx, draft.row.id, draft.handoff.cycle, snapshot, package.missing)
    if not package.complete:
        return "incomplete"
    if mapped.problems:
        return _refuse(tx, run, draft, mapped, word_problems(mapped.problems, run.company.language))
    target = links.targets_of(tx, run.crm.system, [draft.row.id]).get(draft.row.id)
    decision = decide(draft.row.id, found, (target.kind, target.id) if target else None)
    decision = decide_by_person(decision, question.choice if question else None, found)
    if isinstance(decision, Ambiguous):
        ask_identity(tx, run, draft.row.id, decision)
        return _refuse(tx, run, draft, mapped, _unclear(run, decision))
    if question is not None and question.choice is None:  # it is clear by now
        matches.answer(tx, [question])
        question = None
    fitting = Fitting(contact=draft.contact, lead=draft.lead, mapped=mapped)
    filling = fill(run, fitting, decision, found)
    for system, comparison in ((run.crm.system, filling.comparison), (run.platform.system, filling.back)):
        if comparison is not None:
            ask_fields(tx, draft.row.id, system, comparison, to_crm=system == run.crm.system)
    if isinstance(decision, Create) and run.attaches:
        return _await(tx, run, draft, mapped)
    ours = _our_values(run, draft, package)
    write = _payload(decision, {**filling.values, **ours}, filling)
    write |= {"fingerprint": fingerprint({**mapped.values, **ours}), "settled": question is not None}
    return _pass_on(tx, run, draft, write)


def _payload(decision: Link | Create, values: Mapping[str, Any], filling: Filling) -> dict[str, Any]:
    payload: dict[str, Any] = {"values": values, "id": None, "kind": "Lead"}
    if isinstance(decision, Link):
        payload |= {"id": decision.id, "kind": decision.kind}
    if filling.bases is not None:
        payload["bases"] = write_bases(filling.bases)
    return payload if filling.back is None else payload | {"back": write_comparison(filling.back)}


def _await(tx: Tx, run: Run, draft: Draft, mapped: Mapped) -> str:
    """Holds a lead whose record the platform's own integration should make; in the end a person is told."""
    facts.add_events(tx, [_complete(run, draft, fingerprint(mapped.values))])
    if run.now - draft.handoff.mql_at < run.company.attach_wait:
        return "awaited"
    hours = run.company.attach_wait // 3600
    text = say("match.not_made", run.company.language, platform=run.platform.system, hours=hours)
    return _refuse(tx, run, draft, mapped, ("not_made", text))


def _package(tx: Tx, run: Run, draft: Draft) -> Package:
    earlier = [
        Earlier(cycle=each.cycle, outcome=each.outcome or each.state, reason=each.reason)
        for each in handoffs.all_of(tx, draft.row.id)
        if each.cycle < draft.handoff.cycle
    ]
    return prepare_package(
        draft.lead,
        terms=package_terms(run),
        setting=setting_of(run),
        earlier=earlier,
        triggers=[str(each) for each in draft.row.evaluation.get("triggers", [])],
    )


def package_terms(run: Run) -> PackageTerms:
    """What the agreement in force asks of a package."""
    return parse_package_terms(run.agreement.package)


def _pass_on(tx: Tx, run: Run, draft: Draft, payload: Mapping[str, Any]) -> str:
    print_ = payload["fingerprint"]
    if _was_refused_so(tx, run, draft, print_):
        return "refused before"
    n = pushes.next_push(tx, draft.row.id, draft.handoff.cycle, print_)
    if n is None:
        return "passed so before"
    intent = Intent(
        operation=intents.PUSH, lead=draft.row.id, cycle=draft.handoff.cycle, n=n, payload=payload
    )
    intents.owe(tx, [intent])
    intents.reopen(tx, intent)
    refusals.forgive(tx, draft.row.id, MAPPING, intents.PUSH)
    facts.add_events(tx, [_complete(run, draft, print_)])
    return "ready"


def _our_values(run: Run, draft: Draft, package: Package) -> dict[str, Any]:
    """The fields of ours that travel with the lead."""
    told = {
        Meaning.lead_id: draft.row.id,
        Meaning.brief: render_brief(package, setting_of(run)),
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


def _was_refused_so(tx: Tx, run: Run, draft: Draft, print_: str) -> bool:
    """The CRM refused exactly this: it is not asked again until something about it changes."""
    return any(
        each.operation == intents.PUSH and each.fingerprint == print_ and each.system == run.crm.system
        for each in refusals.listed(tx, [draft.row.id])
    )


def _refuse(tx: Tx, run: Run, draft: Draft, mapped: Mapped, why: tuple[str, str]) -> str:
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
    refusals.refuse(tx, [refusal])
    fact = run.fact(
        Kind.refused, draft.row.id, draft.handoff.cycle, at=run.now, version=print_, data={"code": code}
    )
    facts.add_events(tx, [fact])
    return "refused"


def _unclear(run: Run, decision: Ambiguous) -> tuple[str, str]:
    found = ", ".join(f"{kind} {record}" for kind, record in decision.candidates)
    code = decision.reason.value
    return code, say(f"match.{code}", run.company.language, candidates=found)

"""Prepare: the drafts that can be passed, a page at a time: packages, mapped fields, and the writes that pass them."""

from collections.abc import Iterable, Mapping, Sequence

from connectors.base import Identity, Match
from mapping.identity import crm_ids_of, emails_of
from mapping.package import parse_package_terms
from mapping.reading import read_lead
from mapping.records import Lead, Record, RecordState
from sync.ledger import facts, handoffs, intents, leads, links, matches, packages, pushes, records, refusals
from sync.ledger.leads import LeadRow
from sync.ledger.records import Kept
from sync.ledger.store import Tx
from sync.matching import mark_claimed
from sync.passing import MAPPING, Draft, Known, Passing, pass_on
from sync.run import Counts, Run

PLACES = ("draft", "refused")
AWAITED = "queued"  # complete, and waiting for the platform's own integration to make the record
PAGE = 1_000  # as many identities as a CRM looks for in a call or two


def prepare(run: Run, counts: Counts) -> None:
    """Completes the drafts that can be passed: package, mapped fields, and a push that is owed.

    What cannot be mapped goes on the refused list and is tried again by itself when its source or the
    mapping has changed; a lead that several records could be waits for a person.
    """
    for place in (*PLACES, *((AWAITED,) if run.attaches else ())):
        after = ""
        while rows := _next(run, place, after):
            after = rows[-1].id
            counts += _prepare(run, _drafts(run, rows))
            run.progress("prepare", len(rows))


def _next(run: Run, place: str, after: str) -> list[LeadRow]:
    with run.read() as tx:
        return leads.next_in_place(tx, place, after, PAGE)


def _drafts(run: Run, rows: Sequence[LeadRow]) -> list[Draft]:
    ids = [row.id for row in rows]
    with run.read() as tx:
        kept = records.records_of(tx, run.platform.system, ids)
        passed = handoffs.all_of(tx, ids)
        targets = links.targets_of(tx, run.crm.system, ids)
        incomplete = packages.incomplete(tx, ids)
    whole = _whole(run, kept)
    return [
        Draft(
            row=row,
            handoff=passed[row.id][-1],
            earlier=passed[row.id][:-1],
            contact=whole[row.id],
            lead=_lead(run, row.id, whole[row.id]),
            target=targets.get(row.id),
            was_missing=(row.id, passed[row.id][-1].cycle) in incomplete,
        )
        for row in rows
        if row.id in whole and row.id in passed
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


def _prepare(run: Run, drafts: Sequence[Draft]) -> Counts:
    terms = parse_package_terms(run.agreement.package)
    found = _find(run, [draft for draft in drafts if draft.target is None])
    with run.write() as tx:
        known = _known(tx, run, drafts, found)
        passings = [pass_on(run, terms, draft, known[draft.row.id]) for draft in drafts]
        _keep(tx, passings)
    return Counts(passing.name for passing in passings)


def _find(run: Run, drafts: Sequence[Draft]) -> dict[str, list[Match]]:
    """What the CRM holds of leads that are not linked there yet."""
    found: dict[str, list[Match]] = {}
    if drafts:
        identities = [
            Identity(
                key=each.row.id,
                lead=each.row.id,
                emails=emails_of(each.lead.values),
                crm_ids=crm_ids_of(each.lead.values),
            )
            for each in drafts
        ]
        matched = run.crm.find(identities, run.mappers.crm_fields)
        with run.read() as tx:
            matched = mark_claimed(tx, matched)
        for match in matched:
            found.setdefault(match.key, []).append(match)
    return found


def _known(
    tx: Tx, run: Run, drafts: Sequence[Draft], found: Mapping[str, Sequence[Match]]
) -> dict[str, Known]:
    """What is known of these drafts, by lead."""
    ids = [draft.row.id for draft in drafts]
    questions = {each.lead: each for each in matches.of_leads(tx, ids) if not each.field}
    pushed = pushes.newest(tx, ids)
    refused: dict[str, set[str]] = {}
    for each in refusals.listed(tx, ids):
        if (each.system, each.operation) == (run.crm.system, intents.PUSH):
            refused.setdefault(each.lead, set()).add(each.fingerprint)
    return {
        draft.row.id: Known(
            found=found.get(draft.row.id, ()),
            question=questions.get(draft.row.id),
            refused=frozenset(refused.get(draft.row.id, ())),
            push=pushed.get((draft.row.id, draft.handoff.cycle)),
        )
        for draft in drafts
    }


def _keep(tx: Tx, passings: Sequence[Passing]) -> None:
    """Writes what becomes of a page's drafts; what a package lacks by now is told with its lead's status."""
    ready = [each.intent for each in passings if each.intent]
    lacked = packages.missing_of(tx, [each.package.lead for each in passings])
    lacking = [each.package for each in passings if each.package.missing != lacked.get(each.package.lead, ())]
    leads.ask_to_judge(tx, [each.lead for each in lacking])
    packages.put_packages(tx, [each.package for each in passings])
    matches.answer(tx, [question for each in passings for question in each.answered])
    matches.park(tx, [question for each in passings for question in each.asked])
    refusals.refuse(tx, [each.refusal for each in passings if each.refusal])
    refusals.forgive(tx, [each.lead for each in ready], MAPPING, intents.PUSH)
    intents.reopen(tx, ready)
    facts.add_events(tx, [fact for each in passings for fact in each.facts])

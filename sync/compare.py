"""Compare: the mapped fields of the leads that sales has, with what both systems hold of them."""

from collections.abc import Sequence
from dataclasses import replace

from mapping.records import RecordState
from policies.states import Place
from sync.ledger import compared, intents, links, matches, records, refusals
from sync.ledger.links import Link
from sync.ledger.records import Kept
from sync.ledger.store import Tx
from sync.pairs import MAPPING, Found, Pair, compare_pair
from sync.run import PAGE, Counts, Run

GONE = frozenset({Place.deleted.value, Place.erased.value, Place.duplicate.value})


def compare(run: Run, counts: Counts) -> None:
    """Owes each system the mapped fields that it should be given, by whose value stays.

    Looked at are the leads of which a record changed in either system. What the evidence does not decide is
    listed for a person and stays out of the write.
    """
    after = ""
    with run.write() as tx:
        compared.note_nowhere(tx, run.crm.system)
    while True:
        with run.read() as tx:
            rows = compared.next_to_compare(tx, after, PAGE)
            pairs = _pairs(tx, run, [lead for lead, place in rows if place not in GONE])
        if not rows:
            return
        after = rows[-1][0]
        pairs = _read_again(run, pairs)
        gone = [lead for lead, place in rows if place in GONE]
        with run.write() as tx:
            compared.forget_wanted(tx, gone)
            matches.forget(tx, gone)
            counts += _keep(tx, [found for pair in pairs for found in compare_pair(run, pair)])
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


def _keep(tx: Tx, found: Sequence[Found]) -> Counts:
    """Notes what was found of a page's leads, owes what is wanted, and lists what is asked; counts it."""
    refused = [each.refusal for each in found if each.refusal]
    asked = [question for each in found for question in each.asked]
    compared.put_compared(tx, [each.fields for each in found if each.fields])
    for operation in (intents.FIELDS, intents.FIELDS_BACK):
        fitting = [each.lead for each in found if each.fits and each.operation == operation]
        refusals.forgive(tx, fitting, MAPPING, operation)
    matches.answer(tx, [question for each in found for question in each.answered])
    matches.park(tx, asked)
    refusals.refuse(tx, refused)
    return Counts(fields=sum(each.owed for each in found), asked=len(asked), refused=len(refused))

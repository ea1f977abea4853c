"""Pull: what changed in the marketing platform, into the ledger."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from connectors.promises import admit
from mapping.identity import lead_id
from mapping.records import Record, RecordState
from policies.events import Event, Kind
from sync import hints
from sync.erasure import erased_there, without_erased
from sync.ledger import facts, intents, leads, links, records, runs
from sync.ledger.hints import drop_hints
from sync.ledger.links import Link
from sync.ledger.records import Kept, Known, hash_of_contact
from sync.ledger.store import Tx
from sync.limits import LimitExceeded, most_changes
from sync.run import Counts, Run

STREAM, AGAIN = "contacts", "contacts again"
BATCH, MOST = 100, 2_000  # contacts that a look-up takes in one call, and in one run


def pull(run: Run, counts: Counts) -> None:
    """Stores every contact that changed since the last run and asks for it to be qualified.

    The cursor moves with the page that it stands for (promise 6); a contact that reads as before, as after
    our own write-back, changes nothing. What webhooks asked for and no page told is read after them.
    """
    hinted = hints.waiting(run)
    with run.read() as tx:
        cursor = runs.cursor(tx, run.platform.system, STREAM)
    for page in run.platform.changed(cursor, run.properties):
        with run.write() as tx:
            stored = _store(tx, run, [admit(row, run.now) for row in page.rows])
            runs.put_cursor(tx, run.platform.system, STREAM, page.cursor)
            hints.end(tx, run, hinted, page.rows)
        counts += Counts(read=len(page.rows), changed=stored)
        run.progress("pull", len(page.rows))
    _heed(run, hinted, counts)
    counts += _look_again(run)


def _heed(run: Run, hinted: Mapping[str, str], counts: Counts) -> None:
    """Reads the contacts that webhooks ask for; one that a webhook told meanwhile waits for the next run."""
    for asked, rows in hints.read_hinted(run, hinted):
        with run.write() as tx:
            stored = _store(tx, run, [admit(row, run.now) for row in rows])
            drop_hints(tx, run.platform.system, asked)
        counts += Counts(hinted=len(asked), changed=stored)


def _look_again(run: Run) -> Counts:
    """Reads the contacts again whose turn it is: in `recheck_hours` the turn comes to everyone who is known.

    Who is not there any more is deleted, or erased for privacy: then it is in no list, no search and no bin.
    """
    known, place = _turn(run)
    if not known:
        return Counts()
    rows = run.platform.read([each for each, _ in known], run.properties)
    found = {each for row in rows for each in (row.id, *row.aliases)}
    gone = [each for each, state in known if state is RecordState.live and each not in found]
    _refuse_too_many(run, len(gone), len(known))
    erased = erased_there(run.platform, gone)
    with run.write() as tx:
        stored = _store(tx, run, [admit(row, run.now) for row in rows])
        owners = links.leads_by_record(tx, run.platform.system, gone)
        records.note_gone(tx, run.platform.system, gone, erased)
        ended = [run.vanished(owners[each], each, erased=each in erased) for each in gone if each in owners]
        facts.add_events(tx, ended)
        runs.put_cursor(tx, run.platform.system, AGAIN, place)
    return Counts(looked_for=len(known), changed=stored, gone=len(gone))


def _refuse_too_many(run: Run, gone: int, known: int) -> None:
    """Raises LimitExceeded where a platform suddenly knows too few: what is kept of the deleted is forgotten."""
    most = most_changes(known, run.company.limits)
    if most is not None and gone > max(most, run.allowed):
        raise LimitExceeded(
            f"{gone} of {known} contacts that were looked for are not in {run.platform.system} any more, the limit "
            f"is {most}; nothing was written or forgotten. If they were erased there, look at `acuerdo plan`, then run "
            f"again with --allow-changes {gone}, or set limits.change_records; if not, see with `acuerdo check` which "
            "account the credentials open and what they may read"
        )


def _turn(run: Run) -> tuple[list[tuple[str, RecordState]], str]:
    """Whose turn it is, with the state they are known in, and where the next turn begins."""
    system, span = run.platform.system, run.company.recheck
    with run.read() as tx:
        total = records.count_records(tx, system) if span else 0
        kept = runs.cursor(tx, system, AGAIN)
        after, since = json.loads(kept) if kept else ("", run.now)
        due = min(total, MOST, total * (run.now - since) // span) if span else 0
        known = records.next_records(tx, system, after, due) if due >= min(total, BATCH) else []
    if span and not kept:
        with run.write() as tx:
            runs.put_cursor(tx, system, AGAIN, json.dumps(("", run.now)))
    return known, json.dumps((known[-1][0] if 0 < len(known) == due else "", run.now))


def _store(tx: Tx, run: Run, rows: Sequence[Record]) -> int:
    system = run.platform.system
    rows = without_erased(tx, run.company, rows)
    known = records.known_records(tx, system, "contact", [row.id for row in rows])
    changed = {
        row.id: row for row in rows if row.id not in known or known[row.id].hash != hash_of_contact(row)
    }
    owners = links.leads_by_record(
        tx, system, [each for row in changed.values() for each in (row.id, *row.aliases)]
    )
    kept, events, found = [], list[Event](), list[Link]()
    for row in changed.values():
        lead = _lead_of(row, owners) or lead_id(system, run.platform_tenant.id, row.id)
        found += [Link(system=system, kind="contact", id=row.id, lead=lead)] if row.id not in owners else []
        merged = {owners[each] for each in row.aliases if each in owners} - {lead}
        events += [_merged(run, row, loser, lead) for loser in sorted(merged)]
        found += [
            Link(system=system, kind="contact", id=each, lead=lead, target=False)
            for each in row.aliases
            if owners.get(each) != lead
        ]
        events += _life(run, row, lead, known.get(row.id))
        kept.append(Kept(record=row, hash=hash_of_contact(row), lead=lead))
    leads.add_leads(tx, {each.lead for each in kept if each.lead})
    links.put_links(tx, found)
    records.put_records(tx, kept)
    facts.add_events(tx, events)
    intents.take_up(tx, {each.lead for each in events if each.kind is Kind.restored}, intents.OPT_OUT)
    leads.ask_to_qualify(tx, {each.lead for each in kept if each.lead})
    return len(kept)


def _lead_of(row: Record, owners: dict[str, str]) -> str | None:
    """The lead of a contact: its own, else that of a contact merged into it (the id stays for life)."""
    return owners.get(row.id) or next((owners[each] for each in row.aliases if each in owners), None)


def _merged(run: Run, row: Record, loser: str, survivor: str) -> Event:
    return _event(run, Kind.merged, row, loser, {"survivor": survivor})


def _life(run: Run, row: Record, lead: str, before: Known | None) -> list[Event]:
    """Only what ended or came back is a fact; that a contact lives is not."""
    if before is None or before.state is row.state:
        return []
    match row.state:
        case RecordState.archived:
            return [_event(run, Kind.deleted, row, lead)]
        case RecordState.erased:
            return [_event(run, Kind.erased, row, lead)]
        case RecordState.live:
            undated = replace(row, changed_at=run.now, version=f"restored-{run.now}")  # no platform dates it
            return [_event(run, Kind.restored, undated, lead)]
        case RecordState.merged:
            return []


def _event(run: Run, kind: Kind, row: Record, lead: str, data: dict[str, str] | None = None) -> Event:
    return Event(
        kind=kind,
        lead=lead,
        occurred_at=row.changed_at,
        recorded_at=run.now,
        source=run.platform.system,
        object_id=row.id,
        version=row.version,
        data=dict(data or {}),
    )

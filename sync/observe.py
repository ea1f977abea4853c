"""Observe: what sales did in the CRM, into the ledger as facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

from connectors.base import CrmChanges, Deal, FieldChange, Touch
from connectors.registration import registration_of
from mapping.identity import fingerprint
from mapping.records import Record
from policies.events import Event
from sync.consent import Said, owe_opt_outs
from sync.erasure import erased_leads
from sync.events import Reading, events_of_change, events_of_deal, events_of_touch
from sync.ledger import compared, facts, leads, links, records, runs, statuses
from sync.ledger.links import Link
from sync.ledger.records import FIELD, Kept, hash_of_crm
from sync.ledger.store import Tx
from sync.run import Counts, Run

CHANGES, TOUCHES, DEALS = "changes", "touches", "deals"
FIELDS_ASKED = "fields asked"


def observe(run: Run, counts: Counts) -> None:
    """Stores what changed on our leads in the CRM: records, activities, deals, each as a fact once.

    An activity of a record that is not linked to a lead yet waits in the ledger until it is.
    """
    with run.read() as tx:
        touches_at, deals_at = (runs.cursor(tx, run.crm.system, name) for name in (TOUCHES, DEALS))
    run.crm.expect(_records_cursor(run), touches_at, deals_at, _fields(run))
    observe_records(run, counts)
    for touches in run.crm.touches(touches_at):
        with run.write() as tx:
            counts["touches"] += _store_touches(tx, run, touches.rows)
            runs.put_cursor(tx, run.crm.system, TOUCHES, touches.cursor)
        run.progress("observe", len(touches.rows))
    for deals in run.crm.deals(deals_at):
        with run.write() as tx:
            counts["deals"] += _store_deals(tx, run, deals.rows)
            runs.put_cursor(tx, run.crm.system, DEALS, deals.cursor)
        run.progress("observe", len(deals.rows))


def observe_records(run: Run, counts: Counts) -> None:
    """Stores what changed on our leads' records alone; with their mapped fields, so far as a mapping asks for them."""
    for changes in run.crm.changes(_records_cursor(run), _fields(run)):
        with run.write() as tx:
            counts["changes"] += _store_changes(tx, run, changes.rows)
            runs.put_cursor(tx, run.crm.system, CHANGES, changes.cursor)
        run.progress("observe", len(changes.rows))
    with run.write() as tx:
        runs.put_cursor(tx, run.crm.system, FIELDS_ASKED, _fields_asked(run))


def _went_back(before: Record, change: CrmChanges) -> bool:
    """Whether the history tells of changes that the record, which is as it was, shows no more."""
    return any(row.at > before.changed_at for row in change.history if row.field in ("owner", "status"))


def _records_cursor(run: Run) -> str | None:
    """Where the records are read on; from the beginning where other fields are asked for than before."""
    with run.read() as tx:
        cursor = runs.cursor(tx, run.crm.system, CHANGES)
        before = runs.cursor(tx, run.crm.system, FIELDS_ASKED)
    return cursor if before == _fields_asked(run) else None


def _fields(run: Run) -> tuple[str, ...]:
    """The fields of records that are asked for besides what a change is told from."""
    return tuple(sorted({*run.mappers.crm_fields, *registration_of(run.crm.system).opt_outs}))


def _fields_asked(run: Run) -> str:
    return fingerprint({"fields": _fields(run)})


def _store_changes(tx: Tx, run: Run, rows: Sequence[CrmChanges]) -> int:
    system = run.crm.system
    owners = _owners(tx, run, [row.record for row in rows])
    ours = [row for row in rows if row.record.id in owners]
    before = _before(tx, system, ours, owners)
    delivered = facts.delivered_at(tx, set(owners.values()))
    heirs = links.leads_by_record(
        tx, system, [row.record.merged_into for row in ours if row.record.merged_into]
    )
    kept, events, found, said = [], list[Event](), list[Link](), list[Said]()
    for row in ours:
        lead, record = owners[row.record.id], _with_fields(row)
        hash_ = hash_of_crm(record)
        known = before.get((row.record.kind, row.record.id))
        if known is not None and known.hash == hash_ and not _went_back(known.record, row):
            continue
        reading = _reading(run, lead, delivered.get(lead))
        former = known or _lead_before(before, row.record)
        heir = row.record.merged_into
        if heir is None:
            events += events_of_change(reading, former.record if former else None, row)
            found += _links(system, row.record, lead)
            origin = former or _made_of(before, lead, row.record)
            said.append(Said(lead=lead, change=row, before=origin.record if origin else None))
        elif heirs.get(heir, lead) == lead:  # the person goes on under another record
            found += _moved(system, row.record, heir, lead)
        else:  # two leads of ours were one person
            merged = replace(row, record=replace(row.record, merged_into=heirs[heir]))
            events += events_of_change(reading, None, merged)
        kept.append(Kept(record=record, hash=hash_, lead=lead))
    _follow(tx, system, found)
    owe_opt_outs(tx, run, said)
    records.put_records(tx, kept)
    facts.add_events(tx, events + _adopted(tx, run, found))
    leads.ask_to_judge(tx, {link.lead for link in found})
    told = {each.record.id: before.get((each.record.kind, each.record.id)) for each in kept}
    news = [each for each in kept if _says_news(told[each.record.id], each.record)]
    compared.ask_to_compare(tx, {each.lead for each in news if each.lead})
    return len(kept)


def _with_fields(change: CrmChanges) -> Record:
    """The record with its mapped fields among its values, and since when it has them where history tells."""
    fields = {f"{FIELD}{name}": value for name, value in change.fields.items()}
    dated = {row.field: row.at for row in sorted(change.history, key=_by_time) if row.field in change.fields}
    return replace(change.record, values={**change.record.values, **fields}, dated=dated)


def _says_news(before: Kept | None, record: Record) -> bool:
    """Whether more is new than that another field was asked for: a new rule alone sends nothing again."""
    if before is None or before.record.state is not record.state:
        return True
    known = {**before.record.values, "changed_by": record.values.get("changed_by")}
    return any(known[name] != value for name, value in record.values.items() if name in known)


def _by_time(row: FieldChange) -> int:
    return row.at


def _owners(tx: Tx, run: Run, rows: Sequence[Record]) -> dict[str, str]:
    """The lead of each record: by our links, else by the id of ours that the record carries."""
    owners = links.leads_by_record(tx, run.crm.system, [row.id for row in rows])
    carried = {row.id: str(row.values["lead_id"]) for row in rows if row.values.get("lead_id")}
    known = leads.leads_by_id(tx, set(carried.values()))
    owners = {each: lead for each, lead in carried.items() if lead in known} | owners
    erased = erased_leads(tx, run.company, set(owners.values()))
    return {each: lead for each, lead in owners.items() if lead not in erased}


def _before(
    tx: Tx, system: str, rows: Sequence[CrmChanges], owners: dict[str, str]
) -> dict[tuple[str, str], Kept]:
    kept = records.records_of(tx, system, {owners[row.record.id] for row in rows})
    return {(each.record.kind, each.record.id): each for group in kept.values() for each in group}


def _lead_before(before: dict[tuple[str, str], Kept], record: Record) -> Kept | None:
    """A contact made of a lead goes on from what the lead said."""
    if record.kind == "Lead":
        return None
    return next(
        (each for each in before.values() if each.record.values.get("converted_contact") == record.id), None
    )


def _made_of(before: Mapping[tuple[str, str], Kept], lead: str, record: Record) -> Kept | None:
    """What was kept of the lead that a new contact was made of, in whatever order both are read."""
    if record.kind == "Lead":
        return None
    return next((each for (kind, _), each in before.items() if kind == "Lead" and each.lead == lead), None)


def _links(system: str, record: Record, lead: str) -> list[Link]:
    contact = record.values.get("converted_contact")
    if record.values.get("converted") and contact:
        return [
            Link(system=system, kind="Lead", id=record.id, lead=lead, target=False),
            Link(system=system, kind="Contact", id=str(contact), lead=lead),
        ]
    return []


def _moved(system: str, record: Record, heir: str, lead: str) -> list[Link]:
    return [
        Link(system=system, kind=record.kind, id=record.id, lead=lead, target=False),
        Link(system=system, kind=record.kind, id=heir, lead=lead),
    ]


def _follow(tx: Tx, system: str, found: Sequence[Link]) -> None:
    """Notes the links; a record that takes the place of the lead's former one shows no status of ours yet."""
    former = links.targets_of(tx, system, {link.lead for link in found})
    for link in found:
        if link.target and link.lead in former and former[link.lead].id != link.id:
            statuses.forget_written(tx, link.lead, system)
    links.put_links(tx, found)


def _adopted(tx: Tx, run: Run, found: Iterable[Link]) -> list[Event]:
    """The activities that were waiting for these links."""
    by_record = {link.id: link.lead for link in found}
    events: list[Event] = []
    for kind, data in records.take_unlinked(tx, run.crm.system, by_record):
        if kind == "touch":
            touch = Touch(**data)
            events += events_of_touch(_reading(run, by_record[touch.record_id]), touch)
        else:
            deal = Deal(**{**data, "contacts": tuple(data["contacts"])})
            for contact in set(deal.contacts) & set(by_record):
                events += events_of_deal(_reading(run, by_record[contact]), deal)
    return events


def _store_touches(tx: Tx, run: Run, rows: Sequence[Touch]) -> int:
    owners = links.leads_by_record(tx, run.crm.system, {row.record_id for row in rows})
    waiting = [row for row in rows if row.record_id not in owners]
    records.put_unlinked(tx, [_waiting(run, "touch", row.id, row.record_id, row) for row in waiting])
    ours = [row for row in rows if row.record_id in owners]
    facts.add_events(
        tx, [each for row in ours for each in events_of_touch(_reading(run, owners[row.record_id]), row)]
    )
    return len(ours)


def _store_deals(tx: Tx, run: Run, rows: Sequence[Deal]) -> int:
    owners = links.leads_by_record(tx, run.crm.system, {each for row in rows for each in row.contacts})
    waiting = [(row, each) for row in rows for each in row.contacts if each not in owners]
    records.put_unlinked(tx, [_waiting(run, "deal", row.id, each, row) for row, each in waiting])
    events: list[Event] = []
    for row in rows:
        for lead in sorted({owners[each] for each in row.contacts if each in owners}):
            events += events_of_deal(_reading(run, lead), row)
    facts.add_events(tx, events)
    return len(rows)


def _waiting(run: Run, kind: str, id_: str, record_id: str, row: Touch | Deal) -> dict[str, object]:
    return {
        "system": run.crm.system,
        "kind": kind,
        "id": id_,
        "record_id": record_id,
        "data": asdict(row),
    }


def _reading(run: Run, lead: str, delivered_at: int | None = None) -> Reading:
    return Reading(
        system=run.crm.system,
        lead=lead,
        speech=run.company.speech,
        rejects=run.rejects,
        codes=frozenset(run.agreement.dispositions),
        pauses=frozenset(run.agreement.terms.pause_reasons),
        timezone=run.company.timezone,
        now=run.now,
        delivered_at=delivered_at,
        opt_outs=registration_of(run.crm.system).opt_outs,
        written_owner=f"{FIELD}{registration_of(run.crm.system).owner}",
        ourselves=run.robots,
    )

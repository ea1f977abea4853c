"""From what the CRM shows to facts: changes of records, activities and deals as events.

Pure: `before` is what the ledger kept, `now` stamps what is learned. Names, addresses and notes stay out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from connectors.base import CrmChanges, Deal, FieldChange, Touch
from mapping.records import Instant, Record, RecordState, instant_of, moment_of
from policies.events import Datum, Event, Kind
from sync.speech import Speech

UNLISTED = "unlisted"
UNREAD: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What every fact that is read now has in common: whose it is, how sales speaks, the run's instant."""

    system: str
    lead: str
    speech: Speech
    rejects: frozenset[str]  # disposition codes that reject; all others but `accepted` return
    codes: frozenset[str]  # every code of the agreement; what else sales writes is `unlisted`
    pauses: frozenset[str]  # every reason for a pause
    timezone: str
    now: Instant
    delivered_at: Instant | None = None
    opt_outs: Mapping[str, str] = field(default_factory=dict)  # channel by the CRM's field
    written_owner: str = ""  # where the record kept before tells the owner that a rule of the mapping wrote
    ourselves: frozenset[str] = frozenset()  # users that are no person: what they own, nobody holds

    def event(
        self, kind: Kind, at: Instant, object_id: str, version: str, data: Mapping[str, Datum] = {}
    ) -> Event:
        """A fact about the lead, read now."""
        return Event(
            kind=kind,
            lead=self.lead,
            occurred_at=at,
            recorded_at=self.now,
            source=self.system,
            object_id=object_id,
            version=version,
            data=data,
        )


def events_of_change(reading: Reading, before: Record | None, change: CrmChanges) -> list[Event]:
    """What a changed CRM lead or contact says: owner, status, disposition, pause, conversion, deletion."""
    record = change.record
    if record.state is not RecordState.live:
        kind = Kind.merged if record.state is RecordState.merged else Kind.deleted
        data = {"survivor": record.merged_into} if record.merged_into else {}
        return [reading.event(kind, record.changed_at, record.id, record.version, data)]
    events: list[Event] = []
    if before is not None and before.state is not RecordState.live:
        events.append(reading.event(Kind.restored, record.changed_at, record.id, record.version))
    events += _owner(reading, before, change)
    events += _conversion(reading, before, record)
    events += _status(reading, before, change)
    events += _disposition(reading, before, record)
    events += _pause(reading, before, record)
    return events + _opt_outs(reading, change)


def _opt_outs(reading: Reading, change: CrmChanges) -> list[Event]:
    """The channels that sales says the person wants no more of; each is one fact, however often it is read."""
    record = change.record
    return [
        reading.event(
            Kind.opted_out, record.changed_at, record.id, f"opt-out-{channel}", {"channel": channel}
        )
        for name, channel in reading.opt_outs.items()
        if change.fields.get(name) is True
    ]


def events_of_touch(reading: Reading, touch: Touch) -> list[Event]:
    """An activity of sales, or of the lead when it came in; one that came back closes its channel (case C22)."""
    done = _touch(reading, touch)
    if not touch.bounced or not touch.outgoing or touch.deleted:
        return [done]
    at = max(touch.bounced_at or touch.occurred_at, touch.occurred_at)
    data: dict[str, Datum] = {"touch": touch.id, "channel": touch.channel, "hard": True}
    return [done, reading.event(Kind.bounced, at, touch.id, "bounced", data)]


def _touch(reading: Reading, touch: Touch) -> Event:
    kind = Kind.touch if touch.outgoing else Kind.inbound
    data: dict[str, Datum] = {"channel": touch.channel, "by": touch.by, "automated": touch.automated}
    data |= {"answered": touch.answered, "seconds": touch.seconds, "deleted": touch.deleted}
    data |= {"bounced": True} if touch.bounced else {}
    return reading.event(kind, touch.occurred_at, touch.id, touch.version, data)


def events_of_deal(reading: Reading, deal: Deal) -> list[Event]:
    """A deal that is linked, and won or lost; each at the CRM's own time where it tells one."""
    linked: dict[str, Datum] = {"deal": deal.id, "deleted": deal.deleted}
    events = [reading.event(Kind.deal_linked, deal.created_at, deal.id, deal.version, linked)]
    if deal.state == "won":
        won: dict[str, Datum] = {"deal": deal.id, "amount": deal.amount, "currency": deal.currency}
        won |= {"dated": deal.closed_at is None, "deleted": deal.deleted}
        events.append(reading.event(Kind.deal_won, _closed(reading, deal), deal.id, deal.version, won))
    if deal.state == "lost":
        code = reading.speech.lost_reasons.get(deal.reason or "", "unspecified")
        lost: dict[str, Datum] = {"deal": deal.id, "code": code, "deleted": deal.deleted}
        events.append(reading.event(Kind.deal_lost, _closed(reading, deal), deal.id, deal.version, lost))
    return events


def _closed(reading: Reading, deal: Deal) -> Instant:
    """When a deal closed: the CRM's time, else the change if it fell on that day, else the day's end."""
    if deal.closed_at is not None:
        return deal.closed_at
    if deal.closed_on is None:
        return deal.changed_at
    zone = ZoneInfo(reading.timezone)
    day = date.fromisoformat(deal.closed_on)
    if moment_of(deal.changed_at).astimezone(zone).date() == day:
        return deal.changed_at
    return instant_of(datetime.combine(day, time(23, 59, 59), zone))


def _changed(before: Record | None, record: Record, name: str) -> bool:
    known = UNREAD if before is None else before.values
    return record.values.get(name) != known.get(name)


def _owner(reading: Reading, before: Record | None, change: CrmChanges) -> list[Event]:
    record = change.record
    told = [row for row in change.history if row.field == "owner"]
    rows = [row for row in told if row.by not in reading.ourselves]  # what we assign is a fact already
    if rows:
        return [_owner_row(reading, row) for row in rows]
    if not _changed(before, record, "owner"):
        return []
    at = record.changed_at
    if before is None:  # as it was made, or as it was when it was passed
        at = max(_instant(record, "created_at", at), reading.delivered_at or 0)
    owner = _text(record, "owner")
    data: dict[str, Datum] = {
        "owner": owner,
        "owner_kind": _kind_of(reading, owner, _text(record, "owner_kind")),
    }
    if before is not None and owner is not None and before.values.get(reading.written_owner) == owner:
        data["cause"] = "mapping"  # our own write, which nobody in sales decided
    return [reading.event(Kind.owner_changed, at, record.id, record.version, data)]


def _owner_row(reading: Reading, row: FieldChange) -> Event:
    kind = _kind_of(reading, row.new, row.new_kind or "user")
    data: dict[str, Datum] = {"owner": row.new, "owner_kind": kind, "previous": row.old}
    return reading.event(Kind.owner_changed, row.at, row.record_id, row.id, data)


def _kind_of(reading: Reading, owner: str | None, told: str | None) -> str | None:
    """A record that belongs to an integration user waits for an owner as one in a queue does."""
    return "queue" if owner in reading.ourselves else told


def _status(reading: Reading, before: Record | None, change: CrmChanges) -> list[Event]:
    """What sales says by the status: where the CRM keeps its history, what an integration writes is nobody's word."""
    record, rows = change.record, [row for row in change.history if row.field == "status"]
    if record.values.get("converted") or record.kind == "Contact":  # a contact has no status of a lead
        return []
    said = [(row.new or "", row.at, row.id) for row in rows if row.by not in reading.ourselves]
    if not rows and _changed(before, record, "status"):
        if before is None:  # what it was made with is not something sales said
            return []
        said = [(_text(record, "status") or "", record.changed_at, record.version)]
    return [
        event for value, at, version in said for event in _status_event(reading, record, value, at, version)
    ]


def _status_event(reading: Reading, record: Record, value: str, at: Instant, version: str) -> list[Event]:
    meaning = reading.speech.statuses.get(value)
    object_id = f"{record.id}/status"
    match meaning:
        case "nothing":
            return []
        case "accepted":
            return [reading.event(Kind.accepted, at, object_id, version)]
        case "qualified":
            return [reading.event(Kind.sql_met, at, object_id, version)]
        case "returned" | "rejected":
            kind = Kind.returned if meaning == "returned" else Kind.rejected
            return [reading.event(kind, at, object_id, version, {"code": "unspecified"})]
        case _:
            return [
                reading.event(Kind.drift, at, object_id, version, {"field": "status", "found": value[:40]})
            ]


def _disposition(reading: Reading, before: Record | None, record: Record) -> list[Event]:
    if not (_changed(before, record, "disposition") or _changed(before, record, "until")):
        return []
    code, by = _text(record, "disposition"), _by(reading, record)
    at, object_id = record.changed_at, f"{record.id}/disposition"
    if code is None:
        said = None if before is None else _text(before, "disposition")
        if said in (None, "accepted") or by is None:  # what we clear for the next handoff is nobody's word
            return []
        return [reading.event(Kind.undone, at, object_id, record.version, {"by": by})]
    if code == "accepted":
        return [reading.event(Kind.accepted, at, object_id, record.version)]
    kind = Kind.rejected if code in reading.rejects else Kind.returned
    code = code if code in reading.codes else UNLISTED  # free text stays out of facts (promise 8)
    data: dict[str, Datum] = {"code": code, "until": _text(record, "until")}
    data |= {} if by is None else {"by": by}
    return [reading.event(kind, at, object_id, record.version, data)]


def _by(reading: Reading, record: Record) -> str | None:
    """The person who changed a record last; None where it was ourselves."""
    by = _text(record, "changed_by")
    return None if by in reading.ourselves else by


def _pause(reading: Reading, before: Record | None, record: Record) -> list[Event]:
    new_date = _changed(before, record, "until") and not _text(record, "disposition")
    if not _changed(before, record, "pause") and not (new_date and _text(record, "pause")):
        return []
    reason, object_id = _text(record, "pause"), f"{record.id}/pause"
    if reason is None:
        return (
            []
            if before is None
            else [reading.event(Kind.resumed, record.changed_at, object_id, record.version)]
        )
    reason = reason if reason in reading.pauses else UNLISTED
    data: dict[str, Datum] = {"reason": reason, "until": _text(record, "until")}
    return [reading.event(Kind.paused, record.changed_at, object_id, record.version, data)]


def _conversion(reading: Reading, before: Record | None, record: Record) -> list[Event]:
    if not record.values.get("converted") or not _changed(before, record, "converted"):
        return []
    data: dict[str, Datum] = {
        "contact": _text(record, "converted_contact"),
        "account": _text(record, "converted_account"),
        "deal": _text(record, "converted_deal"),
    }
    at = _instant(record, "converted_at", record.changed_at)
    return [reading.event(Kind.crm_converted, at, record.id, record.version, data)]


def _text(record: Record, name: str) -> str | None:
    value = record.values.get(name)
    return None if value is None or value == "" else str(value)


def _instant(record: Record, name: str, otherwise: Instant) -> Instant:
    value = record.values.get(name)
    return value if isinstance(value, int) else otherwise

"""Salesforce's tasks, events and e-mails as touches: what counts as one, on which channel, by whom."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from connectors.base import Touch
from connectors.salesforce.calls import Query
from connectors.salesforce.records import USER
from connectors.salesforce.soql import among, portions, select
from connectors.salesforce.streams import Stream, read_instant
from mapping.records import Instant

MARKER = "[acuerdo:"
BOUNCED = "bounced"
TASK = (
    "WhoId",
    "OwnerId",
    "CreatedById",
    "CreatedDate",
    "LastModifiedDate",
    "IsClosed",
    "Subject",
    "TaskSubtype",
    "Type",
    "CallType",
    "CallDisposition",
    "CallDurationInSeconds",
    "CompletedDateTime",
    "IsDeleted",
)
EVENT = ("WhoId", "OwnerId", "CreatedById", "StartDateTime", "DurationInMinutes", "Type", "IsDeleted")
EMAIL = ("ActivityId", "Incoming", "Status", "MessageDate", "IsBounced", "SystemModstamp")
DRAFT = "5"  # EmailMessage.Status
SUBTYPES = {"Call": "phone", "Email": "email", "ListEmail": "email", "LinkedIn": "linkedin"}
CHANNELS = {
    "call": "phone",
    "phone": "phone",
    "email": "email",
    "meeting": "meeting",
    "linkedin": "linkedin",
    "whatsapp": "whatsapp",
}
BULK = frozenset({"ListEmail", "Cadence"})
NOT_REACHED = (  # words of call results, in the languages of the product; a result is free text
    "no answer",
    "not answered",
    "busy",
    "voicemail",
    "left message",
    "wrong number",
    "no contest",
    "ocupad",
    "buzón",
    "buzon",
    "não atend",
    "nao atend",
    "caixa postal",
)


def whose(lead_id: str) -> dict[str, str]:
    """The conditions of an activity with our leads, with contacts that carry our id, with converted ones."""
    carried = f"{lead_id} != null"
    selects = {
        "lead": select(("Id",), "Lead", carried),
        "contact": select(("Id",), "Contact", carried),
        "converted": select(("ConvertedContactId",), "Lead", f"{carried} AND IsConverted = true"),
    }
    return {name: f"({soql})" for name, soql in selects.items()}


def activity_streams(lead_id: str, now: str) -> list[Stream]:
    """Tasks, events that have started by `now` (a datetime literal), and e-mails that came back."""
    streams = []
    for name, people in whose(lead_id).items():
        where = f"WhoId IN {people}"
        started = f"{where} AND IsChild = false AND StartDateTime <= {now}"
        streams.append(Stream(name=f"task/{name}", fields=TASK, entity="Task", where=where))
        streams.append(
            Stream(
                name=f"event/{name}",
                fields=EVENT,
                entity="Event",
                where=started,
                also=("StartDateTime",),  # an event begins without being changed
            )
        )
    came_back = "IsBounced = true AND ActivityId != null"
    fields = tuple(name for name in EMAIL if name != "SystemModstamp")
    streams.append(Stream(name=BOUNCED, fields=fields, entity="EmailMessage", where=came_back, optional=True))
    return streams


def bounced_tasks(lead_id: str, ids: Sequence[str]) -> list[Query]:
    """Those of the tasks that stand for e-mails to our people."""
    return [
        Query(
            select(("Id", "SystemModstamp", *TASK), "Task", f"{among('Id', some)} AND WhoId IN {people}"),
            everything=True,
        )
        for some in portions(ids)
        for people in whose(lead_id).values()
    ]


def read_task(
    row: Mapping[str, Any], email: Mapping[str, Any] | None, robots: Collection[str]
) -> Touch | None:
    """A closed task, or one that was opened again: it is told as deleted. `robots` are users that are none.

    None for the draft of an e-mail, and for a task that is open since it was made.
    """
    is_open = not row["IsClosed"]
    if (email is not None and email["Status"] == DRAFT) or (is_open and not _was_changed(row)):
        return None
    bounced = email is not None and bool(email["IsBounced"])
    subtype = row["TaskSubtype"] or "Task"
    incoming = bool(email["Incoming"]) if email is not None else row["CallType"] == "Inbound"
    return Touch(
        id=row["Id"],
        version=max(row["SystemModstamp"], email["SystemModstamp"])
        if email and bounced
        else row["SystemModstamp"],
        record_id=row["WhoId"],
        channel=SUBTYPES.get(subtype) or _channel(row["Type"], "other"),
        occurred_at=_when(row, email),
        by=_user(row),
        outgoing=not incoming,
        automated=subtype in BULK or row["CreatedById"] in robots or MARKER in (row["Subject"] or ""),
        answered=_answered(row, incoming=incoming),
        seconds=row["CallDurationInSeconds"],
        bounced=bounced,
        bounced_at=read_instant(email["SystemModstamp"]) if email and bounced else None,
        deleted=is_open or bool(row["IsDeleted"]),
    )


def _was_changed(row: Mapping[str, Any]) -> bool:
    """Whether an open task may have been closed before: nobody tells, but it was edited."""
    return bool(row["LastModifiedDate"] > row["CreatedDate"])


def read_event(row: Mapping[str, Any], robots: Collection[str]) -> Touch:
    """An event that has started."""
    minutes = row["DurationInMinutes"]
    return Touch(
        id=row["Id"],
        version=row["SystemModstamp"],
        record_id=row["WhoId"],
        channel=_channel(row["Type"], "meeting"),
        occurred_at=read_instant(row["StartDateTime"]),
        by=_user(row),
        automated=row["CreatedById"] in robots,
        seconds=None if minutes is None else int(minutes) * 60,
        deleted=bool(row["IsDeleted"]),
    )


def _channel(kind: str | None, default: str) -> str:
    return CHANNELS.get((kind or "").lower(), default)


def _user(row: Mapping[str, Any]) -> str | None:
    """Who did it: its owner, or who entered it where a queue owns it."""
    owner = str(row["OwnerId"])
    return owner if owner.startswith(USER) else str(row["CreatedById"])


def _when(row: Mapping[str, Any], email: Mapping[str, Any] | None) -> Instant:
    """`ActivityDate` is a date and never proof; a logged call is born closed."""
    sent = email["MessageDate"] if email is not None else None
    return read_instant(sent or row["CompletedDateTime"] or row["CreatedDate"])


def _answered(row: Mapping[str, Any], *, incoming: bool) -> bool:
    """Whether anybody spoke: the call's result says not, or else its length or result says so."""
    if row["TaskSubtype"] != "Call" and _channel(row["Type"], "") != "phone":
        return False
    result = (row["CallDisposition"] or "").lower()
    if any(word in result for word in NOT_REACHED):
        return False
    return incoming or bool(result) or bool(row["CallDurationInSeconds"])

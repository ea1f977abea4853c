# ruff: noqa: ARG001 - the rules of all objects have one shape
"""Tasks, events and e-mails: what Salesforce computes around them."""

from datetime import timedelta
from typing import Any

from sandbox.salesforce.access import Actor
from sandbox.salesforce.errors import Fault, missing
from sandbox.salesforce.org import Org
from sandbox.salesforce.store import Row
from sandbox.salesforce.values import instant, stamp

OUTGOING = "3"


def prepare_task(org: Org, actor: Actor, row: Row) -> None:
    """Compute what depends on Status; a task born closed was completed then."""
    _refuse_lead_with_what(row)
    row["AccountId"] = _account(org, row)
    _close(org, actor, row, row)


def prepare_task_update(org: Org, actor: Actor, before: Row, changes: Row) -> None:
    """Compute what depends on Status anew."""
    _refuse_lead_with_what(before | changes)
    if "Status" in changes:
        _close(org, actor, before | changes, changes)


def _close(org: Org, actor: Actor, row: Row, changes: Row) -> None:
    closed = org.store.exists("TaskStatus", '"ApiName" = ? AND "IsClosed" = 1', (row["Status"],))
    was_closed = bool(row.get("IsClosed")) and row is not changes
    changes["IsClosed"] = int(closed)
    changes["IsHighPriority"] = int(row.get("Priority") == "High")
    if not closed:
        changes["CompletedDateTime"] = None
    elif not was_closed and row.get("CompletedDateTime") is None:
        changes["CompletedDateTime"] = actor.at


def _refuse_lead_with_what(row: Row) -> None:
    if str(row.get("WhoId") or "").startswith("00Q") and row.get("WhatId"):
        text = "Related To ID: a lead cannot be combined with a related record"
        raise Fault("FIELD_INTEGRITY_EXCEPTION", text, ["WhatId"])


def _account(org: Org, row: Row) -> str | None:
    for key, name in (("WhatId", "Opportunity"), ("WhoId", "Contact")):
        record = str(row.get(key) or "")
        if record[:3] == org.kinds[name.lower()].prefix:
            return (org.store.get(name, record) or {}).get("AccountId")
    return None


def follow_activity(org: Org, actor: Actor, row: Row) -> None:
    """The person remembers the day of the latest activity, a date without a time, and is not stamped for it."""
    kind = org.kind_of(row["WhoId"]) if row.get("WhoId") else None
    person = org.store.get(kind.name, row["WhoId"]) if kind is not None else None
    if kind is not None and person is not None and row.get("ActivityDate"):
        day = max(row["ActivityDate"], person["LastActivityDate"] or "")
        org.store.update(kind.name, person["Id"], {"LastActivityDate": day})


def prepare_event(org: Org, actor: Actor, row: Row) -> None:
    """Make start, end and duration agree."""
    _refuse_lead_with_what(row)
    row["AccountId"] = _account(org, row)
    row.update(_span(row))


def prepare_event_update(org: Org, actor: Actor, before: Row, changes: Row) -> None:
    """Make start, end and duration agree again when one of them changes."""
    moved = {"StartDateTime", "ActivityDateTime", "EndDateTime", "DurationInMinutes"} & changes.keys()
    if moved:
        kept = {} if "EndDateTime" in changes else {"EndDateTime": None}
        length = {"DurationInMinutes": None} if "EndDateTime" in changes else {}
        changes |= _span(before | kept | length | changes)


def _span(row: Row) -> dict[str, Any]:
    start = instant(row.get("StartDateTime") or row.get("ActivityDateTime") or "")
    if start is None:
        raise missing(["ActivityDateTime"])
    end = instant(row.get("EndDateTime") or "")
    if end is None and row.get("DurationInMinutes") is None:
        raise missing(["DurationInMinutes"])
    end = end or start + timedelta(minutes=row["DurationInMinutes"])
    if end < start:
        raise Fault("FIELD_INTEGRITY_EXCEPTION", "Event duration cannot be negative", ["DurationInMinutes"])
    written = stamp(start)
    return {
        "StartDateTime": written,
        "ActivityDateTime": written,
        "EndDateTime": stamp(end),
        "ActivityDate": written[:10],
        "DurationInMinutes": int((end - start).total_seconds() // 60),
    }


def prepare_email(org: Org, actor: Actor, row: Row) -> None:
    """An e-mail without a date was sent now."""
    row["MessageDate"] = row.get("MessageDate") or actor.at


def follow_email(org: Org, actor: Actor, row: Row) -> None:
    """Salesforce makes a closed task for an e-mail about a person, and names it in ActivityId."""
    who = row.get("RelatedToId") or ""
    if who[:3] in ("00Q", "003"):
        log_email(org, actor, row, who)


def log_email(org: Org, actor: Actor, email: Row, who: str) -> None:
    """Write the closed e-mail task of a message and the message's relation to the person."""
    task: Row = {
        "WhoId": who,
        "OwnerId": actor.user,
        "Subject": f"Email: {email.get('Subject') or ''}"[:255],
        "Status": "Completed",
        "IsClosed": 1,
        "Priority": "Normal",
        "TaskSubtype": "Email",
        "ActivityDate": email["MessageDate"][:10],
        "CompletedDateTime": email["MessageDate"],
    }
    activity = org.put(actor, "Task", task)
    follow_activity(org, actor, task)
    org.store.update("EmailMessage", email["Id"], {"ActivityId": activity})
    incoming = bool(email.get("Incoming"))
    relation: Row = {
        "EmailMessageId": email["Id"],
        "RelationId": who,
        "RelationType": "FromAddress" if incoming else "ToAddress",
        "RelationAddress": email.get("FromAddress") if incoming else email.get("ToAddress"),
        "RelationObjectType": "Lead" if who.startswith("00Q") else "Contact",
    }
    org.put(actor, "EmailMessageRelation", relation)


def prepare_relation(org: Org, actor: Actor, row: Row) -> None:
    """Say what kind of record the relation points to."""
    kind = org.kind_of(row["RelationId"]) if row.get("RelationId") else None
    row["RelationObjectType"] = None if kind is None else kind.name

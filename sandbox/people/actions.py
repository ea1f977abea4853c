"""Single deeds of salespeople, written as the records that Salesforce would hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.salesforce import records
from sandbox.salesforce.access import Actor
from sandbox.salesforce.conversion import convert, merge
from sandbox.salesforce.org import Org
from sandbox.salesforce.store import Row
from sandbox.salesforce.values import stamp

Written = dict[str, str | None]
_STATUSES = {"accept": "Working", "reject": "Unqualified", "return": "Nurturing"}
_TALK, _MEETING = 180, 30


@dataclass(frozen=True, kw_only=True)
class Action:
    """One deed: what, to which lead, when (UTC), by whom (at the time it was entered), and its details."""

    do: str
    lead: Row
    at: datetime
    actor: Actor
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def person(self) -> str:
        """The lead, or after conversion its contact: whom activities belong to."""
        return str(self.lead["ConvertedContactId"] or self.lead["Id"])

    @property
    def fields(self) -> dict[str, Any]:
        """Fields that the deed sets beside its own."""
        return dict(self.details.get("fields", {}))


def do(org: Org, action: Action) -> Written:
    """Do it; the ids of what was written. Raises the Fault that Salesforce would answer."""
    return DEEDS[action.do](org, action)


def _insert(org: Org, action: Action, name: str, body: dict[str, Any]) -> str:
    kind = org.kinds[name.lower()]
    return records.insert(
        org, action.actor, kind, records.read_body(kind, body | action.fields, action.actor)
    )


def _call(org: Org, action: Action) -> Written:
    answered = bool(action.details.get("answered", True))
    body = {
        "WhoId": action.person,
        "Subject": action.details.get("subject", "Call"),
        "Status": "Completed",
        "TaskSubtype": "Call",
        "CallType": "Outbound",
        "CallDisposition": action.details.get("disposition", "Connected" if answered else "No answer"),
        "CallDurationInSeconds": action.details.get("duration", _TALK if answered else 0),
        "ActivityDate": action.at.date().isoformat(),
        "OwnerId": action.actor.user,
    }
    task = _insert(org, action, "Task", body)
    # People log a call after it; Salesforce keeps when it was completed.
    org.store.update("Task", task, {"CompletedDateTime": stamp(action.at)})
    return {"task": task}


def _mail(org: Org, action: Action) -> Written:
    return _write_mail(org, action, incoming=False)


def _incoming_mail(org: Org, action: Action) -> Written:
    return _write_mail(org, action, incoming=True)


def _write_mail(org: Org, action: Action, *, incoming: bool) -> Written:
    seller = (org.store.get("User", action.actor.user) or {}).get("Email")
    person = action.lead["Email"]
    body = {
        "RelatedToId": action.person,
        "Subject": action.details.get("subject", "Re: your request" if incoming else "Your request"),
        "FromAddress": person if incoming else seller,
        "ToAddress": seller if incoming else person,
        "Incoming": incoming,
        "Status": "1" if incoming else "3",
        "MessageDate": stamp(action.at),
        "TextBody": action.details.get("text"),
    }
    email = _insert(org, action, "EmailMessage", body)
    return {"email": email, "task": (org.store.get("EmailMessage", email) or {}).get("ActivityId")}


def _meet(org: Org, action: Action) -> Written:
    minutes = int(action.details.get("minutes", _MEETING))
    body = {
        "WhoId": action.person,
        "Subject": action.details.get("subject", "Meeting"),
        "StartDateTime": stamp(action.at),
        "EndDateTime": stamp(action.at + timedelta(minutes=minutes)),
        "Type": "Meeting",
        "OwnerId": action.actor.user,
    }
    return {"event": _insert(org, action, "Event", body)}


def _task(org: Org, action: Action) -> Written:
    body = {
        "WhoId": action.person,
        "Subject": action.details.get("subject", "Follow up"),
        "ActivityDate": action.at.date().isoformat(),
        "OwnerId": action.actor.user,
    }
    return {"task": _insert(org, action, "Task", body)}


def _answer(org: Org, action: Action) -> Written:
    """Accept, reject, return: by the fields given, else by Lead.Status."""
    return _edit_fields(org, action, action.fields or {"Status": _STATUSES[action.do]})


def _edit(org: Org, action: Action) -> Written:
    return _edit_fields(org, action, action.fields)


def _edit_fields(org: Org, action: Action, fields: dict[str, Any]) -> Written:
    kind = org.kinds["contact" if action.lead["IsConverted"] else "lead"]
    body = records.read_body(kind, fields, action.actor)
    records.update(org, action.actor, kind, action.person, body)
    return {kind.name.lower(): action.person}


def _assign(org: Org, action: Action) -> Written:
    return _edit_fields(org, action, {"OwnerId": action.details.get("to", action.actor.user)})


def _convert(org: Org, action: Action) -> Written:
    wanted = action.details.get("opportunity", True)
    fields = wanted if isinstance(wanted, dict) else ({} if wanted else None)
    return _converted(org, action, fields)


def _converted(org: Org, action: Action, opportunity: dict[str, Any] | None) -> Written:
    made = convert(
        org,
        action.actor,
        action.lead["Id"],
        account=action.details.get("account"),
        contact=action.details.get("contact"),
        opportunity=opportunity,
    )
    return {"account": made.account, "contact": made.contact, "opportunity": made.opportunity}


def _win(org: Org, action: Action) -> Written:
    return _close(org, action, "Closed Won")


def _lose(org: Org, action: Action) -> Written:
    return _close(org, action, "Closed Lost")


def _close(org: Org, action: Action, stage: str) -> Written:
    """Close the lead's opportunity, converting the lead and opening one first where there is none."""
    closing = {"StageName": stage, "CloseDate": action.details.get("close_date", stamp(action.at)[:10])}
    if "amount" in action.details:
        closing["Amount"] = action.details["amount"]
    closing |= action.fields
    if not action.lead["IsConverted"]:
        return _converted(org, action, closing)
    deal = action.lead["ConvertedOpportunityId"]
    kind = org.kinds["opportunity"]
    if deal is None:
        body = {
            "Name": f"{action.lead['Company']}-"[:120],
            "AccountId": action.lead["ConvertedAccountId"],
            "ContactId": action.lead["ConvertedContactId"],
            "OwnerId": action.actor.user,
        }
        given = records.read_body(kind, body | closing, action.actor)
        return {"opportunity": records.insert(org, action.actor, kind, given)}
    records.update(org, action.actor, kind, deal, records.read_body(kind, closing, action.actor))
    return {"opportunity": deal}


def _merge(org: Org, action: Action) -> Written:
    merge(org, action.actor, action.lead["Id"], list(action.details["losers"]))
    return {"lead": action.lead["Id"]}


def _delete(org: Org, action: Action) -> Written:
    records.delete(org, action.actor, org.kinds["lead"], action.lead["Id"])
    return {"lead": action.lead["Id"]}


def _undelete(org: Org, action: Action) -> Written:
    records.undelete(org, action.actor, org.kinds["lead"], action.lead["Id"])
    return {"lead": action.lead["Id"]}


def _bounce(org: Org, action: Action) -> Written:
    """The newest e-mail to the person comes back, and Salesforce notes it on both."""
    email = org.store.find("EmailMessage", '"RelatedToId" = ? AND "Incoming" = 0', (action.person,))[-1]
    records.keep(org, action.actor, org.kinds["emailmessage"], email, {"IsBounced": 1})
    kind = org.kinds["contact" if action.lead["IsConverted"] else "lead"]
    person = records.living(org, kind, action.person)
    told = {"EmailBouncedReason": "550 5.1.1 no such user", "EmailBouncedDate": stamp(action.at)}
    records.keep(org, action.actor, kind, person, told)
    return {"email": email["Id"], "task": email["ActivityId"]}


def _reopen(org: Org, action: Action) -> Written:
    """The newest closed task with the person is opened again."""
    where = '"WhoId" = ? AND "IsClosed" = 1 AND "IsDeleted" = 0'
    task = org.store.find("Task", where, (action.person,))[-1]["Id"]
    kind = org.kinds["task"]
    body = records.read_body(kind, {"Status": "In Progress"}, action.actor)
    records.update(org, action.actor, kind, task, body)
    return {"task": task}


DEEDS: dict[str, Callable[[Org, Action], Written]] = {
    "call": _call,
    "mail": _mail,
    "incoming_mail": _incoming_mail,
    "meet": _meet,
    "task": _task,
    "accept": _answer,
    "reject": _answer,
    "return": _answer,
    "edit": _edit,
    "assign": _assign,
    "convert": _convert,
    "win": _win,
    "lose": _lose,
    "merge": _merge,
    "delete": _delete,
    "undelete": _undelete,
    "bounce": _bounce,
    "reopen": _reopen,
}
"""What people can do, by the word of an action."""

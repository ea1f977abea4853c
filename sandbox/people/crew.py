"""The salespeople: they act on order, or for a span of time by their own habits."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.people.actions import Action, do
from sandbox.people.profile import Profile, read_profile
from sandbox.people.script import Step, write_script
from sandbox.people.wishes import read_action
from sandbox.salesforce import leads
from sandbox.salesforce.errors import Fault
from sandbox.salesforce.org import Org
from sandbox.salesforce.store import Row
from sandbox.salesforce.values import instant, stamp
from sandbox.state import State

_MEMORY = timedelta(days=180)  # the longest that a script runs
_AFTER_CONVERSION = ("win", "lose")


class People:
    """The sellers of the sandbox's Salesforce."""

    def __init__(self, state: State) -> None:
        self._state = state

    def act(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Do what the payload says; raises ValueError, nothing done, where part of it cannot be done.

        `{"actions": [{"do", "lead", "at"?, "logged_at"?, "by"?, ...}]}` does single deeds in order.
        `{"from": ISO, "until": ISO, "profile"?: {...}}` lets every seller work their leads in that span of
        business time, the same for the same seed however the time is cut into spans.
        """
        org = Org.of(self._state)
        if set(payload) == {"actions"}:
            return _act(org, payload["actions"])
        if set(payload) - {"profile"} == {"from", "until"}:
            start, end = _read_span(org, payload["from"], payload["until"])
            return _live(org, start, end, read_profile(payload.get("profile", {})))
        raise ValueError('say {"actions": [...]} or {"from": ISO, "until": ISO, "profile": {...}}')


def _act(org: Org, wishes: list[dict[str, Any]]) -> dict[str, Any]:
    results: list[dict[str, Any]] = []
    with org.use():
        for number, wish in enumerate(wishes, start=1):
            try:
                action = read_action(org, wish)
                results.append(_done(action, do(org, action)))
            except (Fault, LookupError, TypeError, ValueError) as error:
                raise ValueError(f"action {number}: {error}") from error
    return {"results": results}


def _done(action: Action, written: Mapping[str, str | None]) -> dict[str, Any]:
    return {"do": action.do, "lead": action.lead["Id"], "at": stamp(action.at), "written": dict(written)}


def _read_span(org: Org, first: str, last: str) -> tuple[datetime, datetime]:
    start, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    if start.tzinfo is None or end.tzinfo is None or end < start:
        raise ValueError("from and until are instants with a zone, in that order")
    if end > org.state.clock.now():
        raise ValueError(f"until lies after the business clock ({org.now()}): move it first")
    return start.astimezone(UTC), end.astimezone(UTC)


def _live(org: Org, start: datetime, end: datetime, profile: Profile) -> dict[str, Any]:
    """Everyone works; steps of all leads are done in order of time, and those that Salesforce refuses listed."""
    results: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    with org.use():
        agenda = [
            (step, lead["Id"])
            for lead in _worked(org, start, end)
            for step in _due(org, lead, profile, start, end)
        ]
        for step, lead in sorted(agenda, key=lambda entry: (entry[0].at, entry[1])):
            try:
                with org.store.transaction():
                    results += _take(org, step, lead)
            except Fault as fault:
                refused.append({"do": step.do, "lead": lead, "at": stamp(step.at), "error": str(fault)})
    counts = Counter(result["do"] for result in results)
    return {"results": results, "counts": dict(sorted(counts.items())), "refused": refused}


def _worked(org: Org, start: datetime, end: datetime) -> list[Row]:
    """Leads of sellers and queues that came before the end, each with when it came (`came`)."""
    sellers = leads.sellers(org)
    marks = ", ".join("?" * len(sellers))
    where = f'"IsDeleted" = 0 AND "CreatedDate" BETWEEN ? AND ? AND ("OwnerId" LIKE \'00G%\' OR "OwnerId" IN ({marks}))'
    rows = org.store.find("Lead", where, (stamp(start - _MEMORY), stamp(end), *sellers))
    reopened = _reopened(org)
    return [row | {"came": max(row["CreatedDate"], reopened.get(row["Id"], ""))} for row in rows]


def _reopened(org: Org) -> dict[str, str]:
    """When a lead was last put back to the default status: for sellers it comes anew."""
    default = org.store.find("LeadStatus", '"IsDefault" = 1')[0]["ApiName"]
    rows = org.store.find("LeadHistory", '"Field" = \'Status\' AND "NewValue" = ?', (default,))
    return {row["LeadId"]: row["CreatedDate"] for row in rows}


def _due(org: Org, lead: Row, profile: Profile, start: datetime, end: datetime) -> list[Step]:
    came = instant(lead["came"])
    assert came is not None
    script = write_script(profile, org.state.seed, lead["Id"], came)
    return [step for step in script if start <= step.at < end]


def _take(org: Org, step: Step, lead: str) -> list[dict[str, Any]]:
    """Take a step if the lead still allows it; a seller takes a lead out of its queue first."""
    row = org.store.get("Lead", lead)
    if row is None or row["IsDeleted"] or bool(row["IsConverted"]) is not (step.do in _AFTER_CONVERSION):
        return []
    done: list[dict[str, Any]] = []
    if row["OwnerId"].startswith("00G"):
        sellers = leads.sellers(org)
        taker = sellers[sum(map(ord, lead)) % len(sellers)]
        done.append(_perform(org, "assign", lead, step.at, {"to": taker, "by": taker}))
    done.append(_perform(org, step.do, lead, step.at, step.details))
    return done


def _perform(org: Org, deed: str, lead: str, at: datetime, details: Mapping[str, Any]) -> dict[str, Any]:
    action = read_action(org, {**details, "do": deed, "lead": lead, "at": at.isoformat()})
    return _done(action, do(org, action))

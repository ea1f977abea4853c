"""From the JSON of an order to the action it asks for."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.people.actions import DEEDS, Action
from sandbox.salesforce import ids, leads
from sandbox.salesforce.org import Org
from sandbox.salesforce.store import Row
from sandbox.salesforce.values import stamp

_HEAD = frozenset({"do", "lead", "at", "logged_at", "by"})


def read_action(org: Org, wish: Mapping[str, Any]) -> Action:
    """The action that a JSON object describes; raises ValueError or KeyError for one that cannot be done."""
    do = wish.get("do")
    if do not in DEEDS:
        raise ValueError(f"do is one of {', '.join(sorted(DEEDS))}")
    lead = find_lead(org, wish.get("lead"))
    now = org.state.clock.now()
    at = _read_instant(wish["at"]) if "at" in wish else now
    logged = _read_instant(wish["logged_at"]) if "logged_at" in wish else at
    if logged > now:
        raise ValueError(
            f"{logged.isoformat()} lies after the business clock ({now.isoformat()}): move it first"
        )
    by = wish.get("by") or _worker(org, lead)
    if org.store.get("User", ids.normalise(by) or "") is None:
        raise ValueError(f"no user {by}")
    details = {key: value for key, value in wish.items() if key not in _HEAD}
    if do == "merge":
        losers = wish["losers"] if "losers" in wish else [wish["loser"]]
        details["losers"] = [find_lead(org, loser)["Id"] for loser in losers]
    actor = org.person(ids.normalise(by) or by, stamp(logged))
    return Action(do=do, lead=lead, at=at, actor=actor, details=details)


def _read_instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} needs a zone, such as 2026-11-02T09:00:00+01:00")
    return moment.astimezone(UTC)


def find_lead(org: Org, wanted: object) -> Row:
    """A lead by its id, or by a field's value such as {"Email": ...}; raises ValueError unless it is one lead."""
    if isinstance(wanted, str):
        found = [row] if (row := org.store.get("Lead", ids.normalise(wanted) or "")) else []
    elif isinstance(wanted, dict) and len(wanted) == 1:
        ((name, value),) = wanted.items()
        field = org.kinds["lead"].find(name)
        if field is None:
            raise ValueError(f"Lead has no field {name}")
        found = org.store.find("Lead", f'"{field.name}" = ? AND "IsDeleted" = 0', (value,))
    else:
        raise ValueError("lead is an id, or one field with its value")
    if len(found) != 1:
        raise ValueError(f"{len(found)} leads are {wanted}")
    return found[0]


def _worker(org: Org, lead: Row) -> str:
    return str(lead["OwnerId"]) if lead["OwnerId"].startswith("005") else leads.sellers(org)[0]

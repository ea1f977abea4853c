"""How a Salesforce credential and its organisation stand: rights on objects, and API calls left."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.base import Finding, Grade
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.conversion import BY_HAND, Conversion

Needed = Mapping[str, tuple[tuple[str, ...], str]]
NEEDED: dict[
    str, tuple[tuple[str, ...], str]
] = {  # what is asked of each object, and what is lost without it
    "Lead": (("queryable", "createable", "updateable"), "leads cannot be passed"),
    "Contact": (("queryable", "updateable"), "leads cannot be followed after their CRM conversion"),
    "Task": (("queryable", "createable"), "follow-up cannot be seen, or no task made for the seller"),
    "Event": (("queryable",), "meetings cannot be seen"),
    "Opportunity": (("queryable",), "deals cannot be seen"),
    "OpportunityContactRole": (("queryable",), "deals cannot be told to contacts"),
}
OF_PEOPLE: dict[str, tuple[tuple[str, ...], str]] = {
    "Account": (("queryable", "updateable"), "person accounts cannot be followed")
}
USEFUL = {
    "LeadHistory": "owner and status changes are dated by the record's last change, not by their own",
    "EmailMessage": "the direction and the time of e-mails are not known",
}
SAYS = {"queryable": "read", "createable": "create", "updateable": "edit"}
SCARCE = 0.1  # of the day's calls


def inspect(
    client: SalesforceClient, api_share: float, ours: Sequence[str], *, personal: bool
) -> list[Finding]:
    """Every finding; `api_share` is the part of the organisation's calls that may be used, `ours` our fields.

    `personal` tells whether the organisation has person accounts.
    """
    objects = client.objects()
    conversion = _conversion(Conversion(client).lacking(ours), len(ours))
    needed = NEEDED | OF_PEOPLE if personal else NEEDED
    return [*_needed(objects, needed), *_useful(objects), conversion, _calls_left(client.limits(), api_share)]


def _conversion(lacking: Sequence[str] | None, count: int) -> Finding:
    what = "CRM conversion"
    if lacking == []:
        return Finding(what=what, grade=Grade.ok, state="copies our fields from Lead to Contact")
    left = "the user may not look" if lacking is None else f"{len(lacking)} of {count} stay behind"
    return Finding(
        what=what,
        grade=Grade.note,
        state=f"whether it copies our fields from Lead to Contact: {left}",
        remedy=f"run `acuerdo setup`, or let an administrator map them in {BY_HAND}; until then a run writes them anew",
    )


def _needed(objects: Mapping[str, Mapping[str, Any]], needed: Needed) -> Iterator[Finding]:
    for name, (rights, loss) in needed.items():
        lacking = [SAYS[right] for right in rights if not objects.get(name, {}).get(right)]
        what = f"rights on {name}"
        if not lacking:
            yield Finding(what=what, grade=Grade.ok, state=", ".join(SAYS[right] for right in rights))
            continue
        remedy = (
            f"give the user that Acuerdo signs in as a permission set that may {', '.join(lacking)} {name}"
        )
        state = f"may not {', '.join(lacking)}: {loss}"
        yield Finding(what=what, grade=Grade.fault, state=state, remedy=remedy)


def _useful(objects: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    for name, loss in USEFUL.items():
        if objects.get(name, {}).get("queryable"):
            yield Finding(what=f"rights on {name}", grade=Grade.ok, state="read")
            continue
        remedy = f"let the user read {name}, or switch its feature on in Salesforce's setup"
        yield Finding(what=f"rights on {name}", grade=Grade.note, state=f"not seen: {loss}", remedy=remedy)


def _calls_left(limits: Mapping[str, Any], api_share: float) -> Finding:
    calls = limits["DailyApiRequests"]
    most, left = int(calls["Max"]), int(calls["Remaining"])
    ours = max(int(left - most * (1 - api_share)), 0)
    scarce = ours < most * SCARCE
    return Finding(
        what="calls in 24 hours",
        grade=Grade.fault if not ours else Grade.note if scarce else Grade.ok,
        state=f"{left:,} of {most:,} left, {ours:,} of them for Acuerdo (api_share {api_share:g})",
        remedy="see which other app uses them, or raise api_share" if scarce else "",
    )

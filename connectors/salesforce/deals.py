"""Salesforce's opportunities as deals: whose they are, how they stand, when they closed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.base import Deal
from connectors.salesforce.activities import whose
from connectors.salesforce.calls import Query
from connectors.salesforce.persons import PERSONAL
from connectors.salesforce.soql import among, select
from connectors.salesforce.streams import Stream, read_instant

FIELDS = (
    "Id",
    "StageName",
    "IsClosed",
    "IsWon",
    "IsDeleted",
    "Amount",
    "CloseDate",
    "CreatedDate",
    "SystemModstamp",
    "LastStageChangeDate",
)
ROLE_STAMP = "Opportunity.SystemModstamp"


def deal_streams(lead_id: str, *, personal: bool) -> list[Stream]:
    """Opportunities that changed, or to which one of our people was added, or whose contact became ours.

    With person accounts (`personal`) also those of an account that is one of our people.
    """
    people = whose(lead_id)
    won = people["converted"].replace("ConvertedContactId", "ConvertedOpportunityId")
    roles = [
        Stream(
            name=f"role/{name}",
            fields=("OpportunityId",),
            entity="OpportunityContactRole",
            where=f"ContactId IN {people[name]}",
            stamp=ROLE_STAMP,
            also=("SystemModstamp", "Contact.SystemModstamp"),
        )
        for name in ("contact", "converted")
    ]
    streams = [*roles, Stream(name="converted", fields=(), entity="Opportunity", where=f"Id IN {won}")]
    if personal:
        ours = select(("AccountId",), "Contact", f"{lead_id} != null AND {PERSONAL} = true")
        streams.append(
            Stream(
                name="person",
                fields=(),
                entity="Opportunity",
                where=f"AccountId IN ({ours})",
                also=("Account.SystemModstamp",),
            )
        )
    return streams


def detail_queries(ids: Sequence[str], reason: str | None, *, personal: bool) -> list[Query]:
    """The opportunities themselves, their contacts, the leads that became them, the people whose account they are."""
    fields = (*FIELDS, reason) if reason else FIELDS
    asked = [
        select(fields, "Opportunity", among("Id", ids)),
        select(("OpportunityId", "ContactId"), "OpportunityContactRole", among("OpportunityId", ids)),
        select(("Id", "ConvertedOpportunityId"), "Lead", among("ConvertedOpportunityId", ids)),
    ]
    if personal:
        theirs = f"{among('Id', ids)} AND Account.{PERSONAL} = true"
        asked.append(select(("Id", "Account.PersonContactId"), "Opportunity", theirs))
    return [Query(soql, everything=True) for soql in asked]


def read_deals(
    deals: Iterable[Mapping[str, Any]],
    roles: Iterable[Mapping[str, Any]],
    leads: Iterable[Mapping[str, Any]],
    persons: Iterable[Mapping[str, Any]],
    reason: str | None,
) -> list[Deal]:
    """Deals with everybody who belongs to them."""
    people: dict[str, list[str]] = {}
    for role in roles:
        people.setdefault(role["OpportunityId"], []).append(role["ContactId"])
    for lead in leads:
        people.setdefault(lead["ConvertedOpportunityId"], []).append(lead["Id"])
    for person in persons:
        people.setdefault(person["Id"], []).append(person["Account"]["PersonContactId"])
    return [_deal(row, people.get(row["Id"], ()), reason) for row in deals]


def _deal(row: Mapping[str, Any], people: Sequence[str], reason: str | None) -> Deal:
    closed = bool(row["IsClosed"])
    return Deal(
        id=row["Id"],
        version=row["SystemModstamp"],
        contacts=tuple(dict.fromkeys(people)),
        stage=row["StageName"],
        state="won" if row["IsWon"] else "lost" if closed else "open",
        created_at=read_instant(row["CreatedDate"]),
        changed_at=read_instant(row["SystemModstamp"]),
        closed_on=row["CloseDate"] if closed else None,
        closed_at=_closed_at(row) if closed else None,
        amount=row["Amount"],
        reason=row.get(reason) if reason and closed else None,
        deleted=bool(row["IsDeleted"]),
    )


def _closed_at(row: Mapping[str, Any]) -> int | None:
    """The time of the last change of stage, where it fell on the day that people gave as the close."""
    changed = row["LastStageChangeDate"]
    return read_instant(changed) if changed and changed[:10] == row["CloseDate"] else None

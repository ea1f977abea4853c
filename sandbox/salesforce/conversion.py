"""What people do to leads on Salesforce's screens that its REST API has no call for: conversion and merge."""

from dataclasses import dataclass
from typing import Any

from sandbox.salesforce import deals, leads, personaccounts, records
from sandbox.salesforce.access import Actor, stamps
from sandbox.salesforce.errors import Fault
from sandbox.salesforce.org import Org
from sandbox.salesforce.store import Row

_TO_ACCOUNT = {
    "Company": "Name",
    "Phone": "Phone",
    "Website": "Website",
    "Industry": "Industry",
    "AnnualRevenue": "AnnualRevenue",
    "NumberOfEmployees": "NumberOfEmployees",
    "Street": "BillingStreet",
    "City": "BillingCity",
    "State": "BillingState",
    "PostalCode": "BillingPostalCode",
    "Country": "BillingCountry",
}
_SAME = ("FirstName", "LastName", "Salutation", "Name", "Title", "Email", "Phone", "MobilePhone", "Fax")
_KEPT = ("LeadSource", "Description", "HasOptedOutOfEmail", "DoNotCall")
_TO_CONTACT = {
    **{name: name for name in _SAME + _KEPT},
    "Street": "MailingStreet",
    "City": "MailingCity",
    "State": "MailingState",
    "PostalCode": "MailingPostalCode",
    "Country": "MailingCountry",
}
_NAME_LENGTH = 120
_ACTIVITIES = (("Task", "WhoId"), ("Event", "WhoId"))
_MAIL = (("EmailMessage", "RelatedToId"), ("EmailMessageRelation", "RelationId"))
_MOST_LOSERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """Ids of what a lead became; `opportunity` is None where none was wanted."""

    account: str
    contact: str
    opportunity: str | None


def convert(
    org: Org,
    actor: Actor,
    lead: str,
    *,
    account: str | None = None,
    contact: str | None = None,
    opportunity: dict[str, Any] | None = None,
) -> Converted:
    """Make account, contact and (given its fields) opportunity of a lead, and close the lead for good.

    Without a company the account is a person account (only an org with them takes such a lead). An existing
    account or contact only gets what it lacks. Custom fields are copied where LeadConvertSettings
    maps them. Activities, open and closed, move to the contact. Raises a Fault for a lead that is converted,
    deleted or unknown.
    """
    kind = org.kinds["lead"]
    before = records.living(org, kind, lead)
    if before["IsConverted"]:
        raise Fault("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", [])
    # A queue cannot own what a lead becomes.
    owner = before["OwnerId"] if before["OwnerId"].startswith("005") else actor.user
    person = _copied(org, before, "Contact", _TO_CONTACT, owner)
    company = _copied(org, before, "Account", _TO_ACCOUNT, owner)
    if account is None and before["Company"] is None:  # nobody's employee: an account that is the person
        account, contact = _put_person(org, actor, company, person)
    else:
        account = _fill(org, actor, "Account", account, company)
        contact = _fill(org, actor, "Contact", contact, person | {"AccountId": account})
    deal = (
        None
        if opportunity is None
        else _open_deal(org, actor, before, opportunity, (account, contact, owner))
    )
    _move_activities(org, actor, lead, contact, {"AccountId": account, "WhatId": deal or account})
    made = Converted(account=account, contact=contact, opportunity=deal)
    records.keep(org, actor, kind, before, _closing(org, actor, made) | {"OwnerId": owner})
    if org.settings.flag("history"):
        leads.remember(org, actor, lead, "leadConverted", (None, None))
    return made


def _closing(org: Org, actor: Actor, made: Converted) -> Row:
    """What a conversion leaves on the lead; the date has no time."""
    return {
        "Status": org.store.find("LeadStatus", '"IsConverted" = 1')[0]["ApiName"],
        "IsConverted": 1,
        "IsUnreadByOwner": 0,
        "ConvertedDate": actor.at[:10],
        "ConvertedAccountId": made.account,
        "ConvertedContactId": made.contact,
        "ConvertedOpportunityId": made.opportunity,
    }


def _copied(org: Org, lead: Row, target: str, standard: dict[str, str], owner: str) -> Row:
    copied = {name: lead[source] for source, name in standard.items()}
    return copied | _mapped(org, lead, target) | {"OwnerId": owner}


def _mapped(org: Org, lead: Row, target: str) -> Row:
    """Custom fields that LeadConvertSettings copies, as far as both sides exist."""
    kind = org.kinds[target.lower()]
    pairs = org.settings.converted_fields(target).items()
    return {name: lead[source] for name, source in pairs if source in lead and kind.find(name) is not None}


def _put_person(org: Org, actor: Actor, company: Row, person: Row) -> tuple[str, str]:
    """A person account and its contact, with what either would be given."""
    mirrored = {other: person.get(name) for name, other in personaccounts.MIRRORED.items()}
    account = org.put(actor, "Account", company | mirrored | {"IsPersonAccount": 1})
    return account, personaccounts.put_contact(org, actor, account, person)


def _fill(org: Org, actor: Actor, name: str, record: str | None, row: Row) -> str:
    """A new record, or an existing one given what it lacks."""
    if record is None:
        return org.put(actor, name, row)
    kind = org.kinds[name.lower()]
    before = records.living(org, kind, record)
    lacking = {key: value for key, value in row.items() if before[key] is None and value is not None}
    records.keep(org, actor, kind, before, lacking)
    return str(before["Id"])


def _open_deal(
    org: Org, actor: Actor, lead: Row, fields: dict[str, Any], holders: tuple[str, str, str]
) -> str:
    account, contact, owner = holders
    given = {
        "Name": f"{lead['Company'] or lead['Name']}-"[:_NAME_LENGTH],
        "StageName": "Prospecting",
        "CloseDate": actor.at[:10],
        "LeadSource": lead["LeadSource"],
        "AccountId": account,
        "OwnerId": owner,
    }
    kind = org.kinds["opportunity"]
    body = records.read_body(kind, given | _mapped(org, lead, "Opportunity") | fields, actor)
    deal = records.insert(org, actor, kind, body)
    deals.add_role(org, actor, deal, contact)
    return deal


def _move_activities(org: Org, actor: Actor, lead: str, contact: str, what: Row) -> None:
    for name, key in _ACTIVITIES:
        kind = org.kinds[name.lower()]
        changes = {key: contact, **what, **stamps(kind, actor, creating=False)}
        org.store.change(name, changes, f'"{key}" = ?', (lead,))
    _move_mail(org, actor, lead, contact)


def _move_mail(org: Org, actor: Actor, lead: str, person: str) -> None:
    shown = org.kind_of(person)
    for name, key in _MAIL:
        kind = org.kinds[name.lower()]
        changes: Row = {key: person, **stamps(kind, actor, creating=False)}
        if name == "EmailMessageRelation" and shown is not None:
            changes["RelationObjectType"] = shown.name
        org.store.change(name, changes, f'"{key}" = ?', (lead,))


def merge(org: Org, actor: Actor, master: str, losers: list[str]) -> None:
    """Merge one or two leads into the master, which keeps its values; raises a Fault for what cannot be merged."""
    kind = org.kinds["lead"]
    kept = records.living(org, kind, master)
    if not 0 < len(losers) <= _MOST_LOSERS or master in losers:
        raise Fault("INVALID_OPERATION", "a merge takes a master and one or two other records", [])
    for loser in losers:
        before = records.living(org, kind, loser)
        if before["IsConverted"] or kept["IsConverted"]:
            raise Fault("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", [])
        _move_mail(org, actor, loser, master)
        for name, key in _ACTIVITIES:
            changes = {key: master, **stamps(org.kinds[name.lower()], actor, creating=False)}
            org.store.change(name, changes, f'"{key}" = ?', (loser,))
        org.store.update(
            "Lead",
            loser,
            {"IsDeleted": 1, "MasterRecordId": master, **stamps(kind, actor, creating=False)},
        )
        if org.settings.flag("history"):
            leads.remember(org, actor, master, "leadMerged", (None, before["Name"]))
    records.keep(org, actor, kind, kept, {})

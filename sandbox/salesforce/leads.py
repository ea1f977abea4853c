# ruff: noqa: ARG001 - the rules of all objects have one shape
"""Leads: assignment rule, duplicate rule, history, the closed door after conversion."""

from typing import Any

from sandbox.salesforce.access import Actor
from sandbox.salesforce.errors import Fault
from sandbox.salesforce.org import Org
from sandbox.salesforce.seed import SALES
from sandbox.salesforce.store import Row

NAMES = ("FirstName", "LastName")


def prepare_person(org: Org, actor: Actor, row: Row) -> None:
    """Compute Name; a duplicate rule guards contacts as it guards leads."""
    row["Name"] = _full_name(row)
    if "Username" not in row:
        refuse_duplicates(org, actor, row, "Contact")


def prepare_person_update(org: Org, actor: Actor, before: Row, changes: Row) -> None:
    """Compute Name anew."""
    if any(name in changes for name in NAMES):
        changes["Name"] = _full_name(before | changes)


def prepare_insert(org: Org, actor: Actor, row: Row) -> None:
    """Name, owner by the assignment rule unless the call says otherwise, duplicates."""
    row["Name"] = _full_name(row)
    if actor.auto_assign:
        row["OwnerId"] = next_owner(org) or row["OwnerId"]
    row["IsUnreadByOwner"] = int(row["OwnerId"] != actor.user)
    _refuse_inactive(org, row["OwnerId"])
    refuse_duplicates(org, actor, row, "Lead")


def prepare_update(org: Org, actor: Actor, before: Row, changes: Row) -> None:
    """Refuse a converted lead; run the assignment rule, which REST does on updates too."""
    if before["IsConverted"]:
        raise Fault("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", [])
    prepare_person_update(org, actor, before, changes)
    if actor.auto_assign and org.settings.flag("assign_on_update"):
        changes["OwnerId"] = next_owner(org) or changes.get("OwnerId", before["OwnerId"])
    if changes.get("OwnerId", before["OwnerId"]) != before["OwnerId"]:
        _refuse_inactive(org, changes["OwnerId"])
        changes["IsUnreadByOwner"] = 1


def follow_insert(org: Org, actor: Actor, row: Row) -> None:
    """History begins with a row of its own."""
    if org.settings.flag("history"):
        remember(org, actor, row["Id"], "created", (None, None))


def follow_update(org: Org, actor: Actor, before: Row, after: Row) -> None:
    """One history row per tracked field that changed; Owner gets two, names and ids."""
    if not org.settings.flag("history"):
        return
    if before["Status"] != after["Status"]:
        remember(org, actor, after["Id"], "Status", (before["Status"], after["Status"]))
    if before["OwnerId"] != after["OwnerId"]:
        names = (owner_name(org, before["OwnerId"]), owner_name(org, after["OwnerId"]))
        remember(org, actor, after["Id"], "Owner", names)
        remember(org, actor, after["Id"], "Owner", (before["OwnerId"], after["OwnerId"]))
    for field in org.kinds["lead"].fields:
        if field.tracked and before[field.name] != after[field.name]:
            remember(org, actor, after["Id"], field.name, (before[field.name], after[field.name]))


def remember(org: Org, actor: Actor, lead: str, field: str, change: tuple[Any, Any]) -> None:
    """Write one row of LeadHistory: what a field was and has become."""
    old, new = (None if value is None else str(value)[:255] for value in change)
    kind = "EntityId" if str(new).startswith(("005", "00G")) else "Text"
    row = {"LeadId": lead, "Field": field, "DataType": kind, "OldValue": old, "NewValue": new}
    org.put(actor, "LeadHistory", row)


def sellers(org: Org) -> list[str]:
    """Active users of the sales profile, in the order they were made."""
    where = '"IsActive" = 1 AND "ProfileId" IN (SELECT "Id" FROM "sf_Profile" WHERE "Name" = ?)'
    return org.store.ids("User", where, (SALES,))


def next_owner(org: Org) -> str | None:
    """Whom the active assignment rule gives the next lead to; None without a rule."""
    match org.settings.word("assignment"):
        case "round_robin":
            people = sellers(org)
            return people[(org.store.next_number("assignment") - 1) % len(people)] if people else None
        case "queue":
            return str(org.store.find("Group", "\"Type\" = 'Queue'")[0]["Id"])
        case _:
            return None


def owner_name(org: Org, owner: str) -> str | None:
    """The name of a user or queue."""
    row = org.store.get("User" if owner.startswith("005") else "Group", owner)
    return None if row is None else row["Name"]


def refuse_duplicates(org: Org, actor: Actor, row: Row, entity: str) -> None:
    """Apply the duplicate rule: an alert yields to allowSave, a block does not."""
    rule = org.settings.word("duplicate_rule")
    if rule == "off" or row.get("Email") is None or (rule == "alert" and actor.allow_duplicates):
        return
    for other, where in (("Lead", ' AND "IsConverted" = 0'), ("Contact", "")):
        matches = org.store.ids(other, f'"Email" = ? AND "IsDeleted" = 0{where}', (row["Email"],))
        if matches:
            raise _duplicates(entity, *_told(org, other, matches), rule)


def _told(org: Org, matched: str, found: list[str]) -> tuple[str, list[str]]:
    """The records as a duplicate rule names them: a person by the account, which is what people see."""
    rows = [org.store.get(matched, record) or {} for record in found]
    if all(row.get("IsPersonAccount") for row in rows):
        return "Account", [str(row["AccountId"]) for row in rows]
    return matched, found


def _duplicates(entity: str, matched: str, found: list[str], rule: str) -> Fault:
    records = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100,
            "record": {"attributes": {"type": matched}, "Id": record},
        }
        for record in found
    ]
    match = {
        "entityType": matched,
        "errors": [],
        "matchEngine": "FuzzyMatchEngine",
        "matchRecords": records,
        "rule": f"Standard_{matched}_Match_Rule_v1_0",
        "size": len(records),
        "success": True,
    }
    text = "Use one of these records?"
    result = {
        "allowSave": rule == "alert",
        "duplicateRule": f"Standard_{entity}_Duplicate_Rule",
        "duplicateRuleEntityType": entity,
        "errorMessage": text,
        "matchResults": [match],
    }
    # Salesforce itself misspells the key.
    return Fault("DUPLICATES_DETECTED", text, extra={"duplicateResut": result})


def _full_name(row: Row) -> str:
    return " ".join(str(row[name]) for name in NAMES if row.get(name))


def _refuse_inactive(org: Org, owner: str) -> None:
    if owner.startswith("005") and not (org.store.get("User", owner) or {}).get("IsActive"):
        text = f"operation performed with inactive user [{owner[:15]}] as owner of lead"
        raise Fault("INACTIVE_OWNER_OR_USER", text, ["OwnerId"])

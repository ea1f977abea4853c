# ruff: noqa: ARG001 - the rules of all objects have one shape
"""Person accounts: an Account and its only Contact are one person (SOAP API guide, Person Account Record Types).

Only where the switch `person_accounts` is on. The contact can be read and changed, but is made and deleted with its
account alone. Fields of the account that mirror custom fields of the contact (`__pc`) are not served.
"""

from sandbox.salesforce.access import Actor, stamps
from sandbox.salesforce.errors import Fault
from sandbox.salesforce.org import Org
from sandbox.salesforce.store import Row

MIRRORED = {  # field of the contact: of the account
    "FirstName": "FirstName",
    "LastName": "LastName",
    "Salutation": "Salutation",
    "Name": "Name",
    "Email": "PersonEmail",
    "MobilePhone": "PersonMobilePhone",
    "Title": "PersonTitle",
    "Phone": "Phone",
    "OwnerId": "OwnerId",
}
NAMES = ("FirstName", "LastName")


def prepare_account(org: Org, actor: Actor, row: Row) -> None:
    """An account with a last name is a person, whose name is made of the two."""
    if row.get("LastName") is not None:
        _refuse(row, "Name")
        row |= {"IsPersonAccount": 1, "Name": _full_name(row)}


def prepare_account_update(org: Org, actor: Actor, before: Row, changes: Row) -> None:
    """A person's name follows from the two."""
    if before.get("IsPersonAccount"):
        _refuse(changes, "Name")
        if any(name in changes for name in NAMES):
            changes["Name"] = _full_name(before | changes)


def prepare_contact_update(org: Org, actor: Actor, before: Row, changes: Row) -> None:
    """A person contact stays with its account."""
    if before.get("IsPersonAccount"):
        _refuse(changes, "AccountId")


def follow_account_insert(org: Org, actor: Actor, row: Row) -> None:
    """The person contact is made with the account."""
    if row.get("IsPersonAccount"):
        put_contact(org, actor, row["Id"], {name: row.get(other) for name, other in MIRRORED.items()})


def put_contact(org: Org, actor: Actor, account: str, person: Row) -> str:
    """The person contact of an account; its id."""
    contact = org.put(actor, "Contact", person | {"AccountId": account, "IsPersonAccount": 1})
    org.store.update("Account", account, {"PersonContactId": contact})
    return contact


def follow_account_update(org: Org, actor: Actor, before: Row, after: Row) -> None:
    """Both halves of a person change together, their stamps too."""
    if after.get("IsPersonAccount"):
        mirrored = {name: after[other] for name, other in MIRRORED.items()}
        _keep(org, actor, "Contact", after["PersonContactId"], mirrored)


def follow_contact_update(org: Org, actor: Actor, before: Row, after: Row) -> None:
    """Both halves of a person change together, their stamps too."""
    if after.get("IsPersonAccount"):
        _keep(
            org,
            actor,
            "Account",
            after["AccountId"],
            {other: after[name] for name, other in MIRRORED.items()},
        )


def _keep(org: Org, actor: Actor, name: str, record: str, changes: Row) -> None:
    org.store.update(name, record, changes | stamps(org.kinds[name.lower()], actor, creating=False))


def _full_name(row: Row) -> str:
    return " ".join(str(row[name]) for name in NAMES if row.get(name))


def _refuse(row: Row, name: str) -> None:
    if row.get(name) is not None:
        text = f"Account: bad field names on insert/update call: {name}"
        raise Fault("INVALID_FIELD_FOR_INSERT_UPDATE", text, [name])

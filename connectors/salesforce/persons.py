"""Person accounts: a person is an Account and its only Contact, and the Contact is the record that we work with.

The contact can be read and changed like any other, but is made and deleted with its account alone (SOAP API guide,
Person Account Record Types). An organisation without person accounts does not know the fields that tell of them.
"""

from collections.abc import Iterable

from connectors.salesforce.calls import Query
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.records import SHORT
from connectors.salesforce.soql import among, portions, select

ACCOUNT = "001"
PERSONAL = "IsPersonAccount"


def contacts_of(client: SalesforceClient, accounts: Iterable[str]) -> dict[str, str]:
    """The person contact of each of these accounts that is a person, by the account's id of 15 characters."""
    return _pairs(client, "Account", "PersonContactId", accounts)


def accounts_of(client: SalesforceClient, contacts: Iterable[str]) -> dict[str, str]:
    """The account of each of these contacts that is a person's, by the contact's id of 15 characters."""
    return _pairs(client, "Contact", "AccountId", contacts)


def _pairs(client: SalesforceClient, kind: str, other: str, ids: Iterable[str]) -> dict[str, str]:
    asked = [
        Query(select(("Id", other), kind, f"{among('Id', some)} AND {PERSONAL} = true"))
        for some in portions(list(dict.fromkeys(ids)))
    ]
    return {row["Id"][:SHORT]: row[other] for row in client.rows(asked)} if asked else {}

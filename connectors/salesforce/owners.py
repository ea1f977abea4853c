"""Whom Salesforce's records may belong to: users who are people, and queues."""

from collections.abc import Collection

from connectors.base import Owner
from connectors.salesforce.calls import Query
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.soql import literal, select

PEOPLE = Query(select(("Id", "Email", "IsActive"), "User", f"UserType = {literal('Standard')}"))
QUEUES = Query(select(("Id",), "Group", f"Type = {literal('Queue')}"))


def read_owners(client: SalesforceClient, robots: Collection[str]) -> list[Owner]:
    """Every user and queue; a queue has no address, nor has an integration user (`robots`), who is no person."""
    people, queues = client.row_groups([PEOPLE, QUEUES])
    users = [
        Owner(id=row["Id"], email=None if row["Id"] in robots else row["Email"], active=bool(row["IsActive"]))
        for row in people
    ]
    return [*users, *(Owner(id=row["Id"]) for row in queues)]

"""HubSpot's owners: its users, deactivated ones too, and queues, which have no address."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.base import Owner
from connectors.hubspot.client import HubSpotClient

PERSON = "PERSON"


def read_owners(client: HubSpotClient) -> Iterator[Owner]:
    """Every owner: `id` is what `hubspot_owner_id` holds (not `userId`); one who left is told as archived alone."""
    for archived in (False, True):
        after = ""
        while True:
            page = client.owners(after=after, archived=archived)
            yield from (_owner(row) for row in page["results"])
            after = str(((page.get("paging") or {}).get("next") or {}).get("after") or "")
            if not after:
                break


def _owner(row: Mapping[str, Any]) -> Owner:
    email = row.get("email") if row.get("type", PERSON) == PERSON else None
    return Owner(id=str(row["id"]), email=email or None, active=not row.get("archived"))

"""Finding people of ours among Salesforce's leads and contacts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.base import Identity, Match
from connectors.salesforce.calls import ROWS_A_CALL, Query
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.records import kind_of
from connectors.salesforce.soql import among, select
from connectors.transport import chunks

LIVE = {"Lead": " AND IsConverted = false", "Contact": ""}


def find_matches(client: SalesforceClient, lead_id: str, identities: Sequence[Identity]) -> list[Match]:
    """Every live record that carries an identity's id or one of its e-mails, the id first."""
    asked = [
        Query(select(("Id", "Email", lead_id), kind, f"({_fits(lead_id, some)}){LIVE[kind]}"))
        for some in chunks(identities, ROWS_A_CALL)
        for kind in LIVE
    ]
    rows = {row["Id"]: row for row in client.rows(asked)}
    by_id, by_email = _index(identities)
    found = [match for row in rows.values() for match in _matches(row, lead_id, by_id, by_email)]
    order = {identity.key: place for place, identity in enumerate(identities)}
    return sorted(found, key=lambda match: (order[match.key], match.by != "lead_id"))


def _fits(lead_id: str, some: Sequence[Identity]) -> str:
    emails = list(dict.fromkeys(email for identity in some for email in identity.emails))
    known = among(lead_id, [identity.lead for identity in some])
    return f"{known} OR {among('Email', emails)}" if emails else known


Index = Mapping[str, list[Identity]]


def _index(identities: Sequence[Identity]) -> tuple[Index, Index]:
    by_id: dict[str, list[Identity]] = {}
    by_email: dict[str, list[Identity]] = {}
    for identity in identities:
        by_id.setdefault(identity.lead.lower(), []).append(identity)
        for email in {email.lower() for email in identity.emails}:
            by_email.setdefault(email, []).append(identity)
    return by_id, by_email


def _matches(row: Mapping[str, Any], lead_id: str, by_id: Index, by_email: Index) -> Iterator[Match]:
    carried = row[lead_id]
    named = {identity.key for identity in by_id.get(str(carried or "").lower(), ())}
    mailed = {identity.key for identity in by_email.get(str(row["Email"] or "").lower(), ())} - named
    for by, keys in (("lead_id", named), ("email", mailed)):
        for key in keys:
            yield Match(key=key, id=row["Id"], kind=kind_of(row["Id"]), by=by, lead=carried)

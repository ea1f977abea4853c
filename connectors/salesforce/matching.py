"""Finding people of ours among Salesforce's leads and contacts."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.base import FieldInfo, Identity, Match
from connectors.salesforce.calls import Query
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.records import SHORT, kind_of, read_fields
from connectors.salesforce.soql import among, portions, select
from connectors.salesforce.streams import read_instant
from mapping.identity import normalise_email

EMAIL = "Email"
LIVE = {"Lead": " AND IsConverted = false", "Contact": ""}
STRONGEST = ("lead_id", "crm_id", "email")
RECORD = re.compile(r"(00Q|003)[0-9A-Za-z]{12}([0-9A-Za-z]{3})?\Z")  # anything else fails the whole query
Row = Mapping[str, Any]
Asked = Mapping[str, Mapping[str, FieldInfo]]
Addresses = Mapping[str, Sequence[str]]  # the fields of each kind of record that hold an e-mail address


def find_matches(
    client: SalesforceClient,
    lead_id: str,
    identities: Sequence[Identity],
    fields: Asked,
    addresses: Addresses,
) -> list[Match]:
    """Every live record that carries an identity's id, is named by it, or has one of its e-mails.

    The strongest evidence comes first, once for a record. A lead that the platform names and that was
    converted is answered by its contact, a person account too. `fields` are those that each kind of record is
    asked for besides, `addresses` those that hold its e-mail addresses.
    """
    names = {kind: ("Id", *addresses[kind], "SystemModstamp", lead_id, *fields[kind]) for kind in LIVE}
    widest = max(map(len, addresses.values()))
    asked = [
        query
        for some in portions(identities, lambda one: _texts(one, widest))
        for query in _queries(lead_id, names, some, addresses)
    ]
    rows = {row["Id"]: row for row in map(_living, client.rows(asked)) if row is not None}
    return _matches(rows.values(), lead_id, identities, fields, addresses)


def _queries(
    lead_id: str,
    names: Mapping[str, Sequence[str]],
    some: Sequence[Identity],
    addresses: Addresses,
) -> list[Query]:
    named = _named(some)
    asked = [
        Query(
            select(names[kind], kind, f"({_fits(lead_id, some, named[kind], addresses[kind])}){LIVE[kind]}")
        )
        for kind in LIVE
    ]
    if named["Lead"]:
        became = [f"ConvertedContact.{name}" for name in (*names["Contact"], "IsDeleted")]
        where = f"{among('Id', named['Lead'])} AND IsConverted = true"
        asked.append(Query(select(("Id", *became), "Lead", where)))
    return asked


def _texts(identity: Identity, times: int) -> list[str]:
    """All that an identity is looked for by, its addresses in so many fields."""
    return [identity.lead, *(identity.emails * times), *(record for _, record in identity.crm_ids)]


def _named(some: Sequence[Identity]) -> dict[str, list[str]]:
    """Ids that the platform names, by the kind that they tell."""
    records = dict.fromkeys(record for identity in some for _, record in identity.crm_ids)
    known = [record for record in records if RECORD.match(record)]
    return {kind: [record for record in known if kind_of(record) == kind] for kind in LIVE}


def _fits(lead_id: str, some: Sequence[Identity], named: Sequence[str], addresses: Sequence[str]) -> str:
    emails = list(dict.fromkeys(email for identity in some for email in identity.emails))
    clauses = [among(lead_id, [identity.lead for identity in some])]
    clauses += [among("Id", named)] if named else []
    clauses += [among(name, emails) for name in addresses] if emails else []
    return " OR ".join(clauses)


def _living(row: Row) -> Row | None:
    """The row, or the contact that a converted lead became, with the lead that led to it."""
    if "ConvertedContact" not in row:
        return row
    contact = row["ConvertedContact"]
    return None if contact is None or contact["IsDeleted"] else {**contact, "was": row["Id"]}


def _matches(
    rows: Iterable[Row],
    lead_id: str,
    identities: Sequence[Identity],
    fields: Asked,
    addresses: Addresses,
) -> list[Match]:
    by_lead = _index(identities, lambda one: [one.lead.lower()])
    by_record = _index(identities, lambda one: [record[:SHORT] for _, record in one.crm_ids])
    by_email = _index(identities, lambda one: [normalise_email(email) for email in one.emails])

    def fits(row: Row) -> Iterator[tuple[str, str]]:
        yield from (("lead_id", key) for key in by_lead.get(str(row[lead_id] or "").lower(), ()))
        for record in (row["Id"], row.get("was", "")):
            yield from (("crm_id", key) for key in by_record.get(record[:SHORT], ()))
        for name in addresses[kind_of(row["Id"])]:
            yield from (("email", key) for key in by_email.get(normalise_email(str(row[name] or "")), ()))

    found = []
    for row in rows:
        strongest: dict[str, str] = {}
        for by, key in fits(row):
            strongest.setdefault(key, by)
        found += [
            Match(
                key=key,
                id=row["Id"],
                kind=kind_of(row["Id"]),
                by=by,
                lead=row[lead_id],
                values=read_fields(row, fields[kind_of(row["Id"])]),
                changed_at=read_instant(row["SystemModstamp"]),
            )
            for key, by in strongest.items()
        ]
    order = {identity.key: place for place, identity in enumerate(identities)}
    return sorted(found, key=lambda match: (order[match.key], STRONGEST.index(match.by)))


def _index(
    identities: Sequence[Identity], values: Callable[[Identity], Iterable[str]]
) -> Mapping[str, list[str]]:
    """The keys of the identities by each of their values."""
    index: dict[str, list[str]] = {}
    for identity in identities:
        for value in dict.fromkeys(values(identity)):
            index.setdefault(value, []).append(identity.key)
    return index

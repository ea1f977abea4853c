"""Erasing people: all that is kept of them is emptied, and a keyed hash keeps them from being passed again.

The key stands outside the ledger, so that the ledger alone tells nobody who was erased (promise 8).
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from pydantic import SecretStr

from connectors.base import Crm, MarketingPlatform, RowResult
from connectors.errors import ConnectorError
from mapping.fields import LeadFields, properties_to_read
from mapping.identity import emails_of
from mapping.problems import ConfigurationError, Problem
from mapping.reading import read_lead
from mapping.records import Instant, Record, RecordState
from policies.events import Event, Kind
from policies.states import Place
from sync.ledger import erasures, facts, hints, leads, links, records
from sync.ledger.leads import LeadRow
from sync.ledger.links import Link
from sync.ledger.store import Ledger, Tx
from sync.settings import Company

CHECK = "check"  # hashed beside the people, so that another key is noticed
ADDRESSES = ("email", "emails")
MAKE = "make one with `openssl rand -hex 32` and name it: erasure_key = { file = 'erasure.key' }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an erasure did: rows emptied by table, hashes left, and each system's answer where it was asked."""

    company: str
    lead: str
    emptied: Mapping[str, int]
    hashes: int
    systems: Mapping[str, Sequence[RowResult]]


def erase_person(
    company: Company,
    ledger: Ledger,
    platform: MarketingPlatform,
    crm: Crm,
    row: LeadRow,
    *,
    now: Instant,
    systems: bool,
) -> Erasure:
    """Empties a lead in the ledger and, with `systems`, at both vendors; a second call finds nothing left.

    The ledger comes first, with the hashes: what a vendor refuses is asked again by another call. Raises
    ConfigurationError without a key, CompanyHeld while a run is under way, ConnectorError where the
    addresses of the person are known to nobody but a platform that does not answer.
    """
    refuse_lost_key(ledger, company, needed=True)
    with ledger.hold(company.slug):
        with ledger.read(company.slug, now) as tx:
            known = links.links_of(tx, row.id)
        told = _know(company, ledger, platform, row.id, known)
        with ledger.write(company.slug, now) as tx:
            hashes = _hashes(company, [*told, CHECK])
            erasures.add_hashes(tx, hashes)
            emptied = erasures.empty_person(tx, row.id)
            place = Place.erased.value if row.place else None
            leads.note_judged(tx, [{"id": row.id, "place": place, "status": None, "next_due_at": None}])
            facts.add_events(tx, [_fact(row.id, now)])
        vendors = (platform, crm) if systems else ()
        asked = {
            each.system: each.erase([link.id for link in known if link.system == each.system])
            for each in vendors
        }
    return Erasure(company=company.slug, lead=row.id, emptied=emptied, hashes=len(hashes) - 1, systems=asked)


def take_back(
    company: Company, ledger: Ledger, platform: MarketingPlatform, row: LeadRow, *, now: Instant
) -> int:
    """Lets an erased person be passed again; answers how many hashes were forgotten, 0 where there was none.

    What was emptied stays empty: the contact is read anew by the next run, and a new handoff asks for evidence newer
    than the erasure. Addresses are those that the platform shows now. Raises as `erase_person` does.
    """
    refuse_lost_key(ledger, company, needed=True)
    with ledger.hold(company.slug):
        with ledger.read(company.slug, now) as tx:
            known = links.links_of(tx, row.id)
        contacts = [each.id for each in known if each.system == platform.system]
        read = platform.read(contacts, properties_to_read(company.fields, ADDRESSES))
        told = [f"lead {row.id}", *(f"{each.system} {each.id}" for each in known)]
        told += _addresses(company.fields, read)
        with ledger.write(company.slug, now) as tx:
            forgotten = erasures.drop_hashes(tx, _hashes(company, told))
            if forgotten:
                facts.add_events(tx, [_fact(row.id, now, Kind.restored, f"taken-back-{now}")])
                hints.add_hints(tx, platform.system, contacts)
                leads.ask_to_judge(tx, [row.id])
    return forgotten


def _know(
    company: Company, ledger: Ledger, platform: MarketingPlatform, lead: str, known: Sequence[Link]
) -> list[str]:
    """All that a person can be known by: our id, each system's ids, each address."""
    with ledger.read(company.slug) as tx:
        again = bool(erased_leads(tx, company, [lead]))  # whose addresses are hashed already
        kept = [each.record for each in records.records_of(tx, platform.system, [lead]).get(lead, [])]
    contacts = [each.id for each in known if each.system == platform.system]
    read = [] if again else _read(company, platform, contacts, kept)
    ids = [f"lead {lead}", *(f"{each.system} {each.id}" for each in known)]
    return [*ids, *_addresses(company.fields, [*kept, *read])]


def refuse_lost_key(ledger: Ledger, company: Company, *, needed: bool = False) -> None:
    """Raises ConfigurationError where people were erased and their hashes cannot be told without the key.

    `needed` asks for a key where nobody was erased yet.
    """
    with ledger.read(company.slug) as tx:
        count = erasures.count_hashes(tx)
        right = company.erasure_key is not None and erasures.known_hashes(tx, _hashes(company, [CHECK]))
    match count > 0, company.erasure_key is not None:
        case (True, True) if not right:
            what, write = "is another key than erased people were hashed with", "name the former key"
        case True, False:
            what, write = "is missing, and people were erased", "name the key that they were hashed with"
        case False, False if needed:
            what, write = "is missing: whoever is erased would be passed again", MAKE
        case _:
            return
    problem = Problem(key="erasure_key", what=f"{what} ({company.slug})", write=write)
    raise ConfigurationError([problem])


def erased_leads(tx: Tx, company: Company, ids: Iterable[str]) -> set[str]:
    """Which of these leads were erased."""
    if not erasures.count_hashes(tx):
        return set()
    hashes = {lead: _hash(company, f"lead {lead}") for lead in ids}
    known = erasures.known_hashes(tx, hashes.values())
    return {lead for lead, each in hashes.items() if each in known}


def erased_there(platform: MarketingPlatform, gone: Sequence[str]) -> set[str]:
    """Which of the contacts that are gone from a platform were erased over there; none where it does not tell."""
    kept = platform.in_bin(gone) if gone else None
    return set() if kept is None else set(gone) - kept


def without_erased(tx: Tx, company: Company, rows: Sequence[Record]) -> list[Record]:
    """The rows as they may be kept: of an erased person nothing but the id, whatever the record says by now.

    A person is known by the record's id, by that of one merged into it, and by every e-mail address.
    """
    if not erasures.count_hashes(tx):
        return list(rows)
    hashes = [_hashes(company, _told(company.fields, row)) for row in rows]
    known = erasures.known_hashes(tx, {each for some in hashes for each in some})
    return [
        _emptied(row) if known.intersection(some) else row for row, some in zip(rows, hashes, strict=True)
    ]


def _told(fields: LeadFields, row: Record) -> list[str]:
    ids = [f"{row.system} {each}" for each in (row.id, *row.aliases)]
    return [*ids, *_addresses(fields, [row])]


def _addresses(fields: LeadFields, rows: Iterable[Record]) -> list[str]:
    only = replace(
        fields, sources={each: fields.sources[each] for each in ADDRESSES if each in fields.sources}
    )
    return [
        f"email {address}"
        for row in rows
        for address in emails_of(read_lead(row, only, lead=row.id).lead.values)
    ]


def _emptied(row: Record) -> Record:
    return replace(row, values={}, dated={}, link=None, state=RecordState.erased)


def _read(
    company: Company, platform: MarketingPlatform, contacts: Sequence[str], kept: Sequence[Record]
) -> list[Record]:
    """The person as the platform knows them now, for addresses that the ledger does not keep."""
    try:
        return platform.read(contacts, properties_to_read(company.fields, ADDRESSES))
    except ConnectorError:
        if not _addresses(company.fields, kept):
            raise
        return []


def _hashes(company: Company, told: Iterable[str]) -> set[str]:
    return {_hash(company, each) for each in told}


def _hash(company: Company, text: str) -> str:
    key = (company.erasure_key or SecretStr("")).get_secret_value().encode()
    return hmac.new(key, f"{company.slug}\0{text}".encode(), sha256).hexdigest()


def _fact(lead: str, now: Instant, kind: Kind = Kind.erased, version: str = "erased") -> Event:
    return Event(
        kind=kind,
        lead=lead,
        occurred_at=now,
        recorded_at=now,
        source="acuerdo",
        object_id=lead,
        version=version,
        data={},
    )

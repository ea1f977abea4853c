"""Who a lead is: our id for life, its e-mails as they are compared, and which CRM record is theirs."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Protocol, TypeAlias

from mapping.records import Value, Values

KELVIN = (
    "\u212a"  # the one letter besides A to Z whose lower case is a letter of ASCII: it only looks like a K
)


def lead_id(platform: str, portal: str, record_id: str) -> str:
    """Our id of a lead first seen as this record: `hubspot-<portal id>-<record id>` (design, section 2)."""
    return f"{platform}-{portal}-{record_id}"


def normalise_email(address: str) -> str:
    """The address as it is compared: without outer white space and in lower case, as both vendors compare it.

    A `+` part stays, dots stay, and letters that only look alike stay different: two mailboxes are never
    taken for one.
    """
    return KELVIN.join(part.lower() for part in address.strip().split(KELVIN))


def emails_of(values: Values) -> tuple[str, ...]:
    """Every address of a lead as it is compared, the main one first."""
    main, others = values.get("email"), values.get("emails")
    found: Iterable[str] = (
        *((main,) if isinstance(main, str) else ()),
        *(others if isinstance(others, tuple) else ()),
    )
    return tuple(dict.fromkeys(normalise_email(each) for each in found))


def crm_ids_of(values: Values) -> tuple[tuple[str, str], ...]:
    """The CRM records, as (kind, id), that the platform's own integration links a lead to."""
    named = (("Lead", values.get("crm_lead")), ("Contact", values.get("crm_contact")))
    return tuple((kind, record) for kind, record in named if isinstance(record, str) and record)


class Why(StrEnum):
    """Why nobody but a person can tell which record is the lead's."""

    several_by_lead_id = "several_by_lead_id"
    several_by_crm_id = "several_by_crm_id"
    several_by_email = "several_by_email"
    of_another_lead = "of_another_lead"


class Candidate(Protocol):
    """A CRM record that fits an identity; a connector's Match fits."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def by(self) -> str: ...  # noqa: D102
    @property
    def lead(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The lead's record is known: by the link table, our id in the CRM, the platform's own link, or an e-mail."""

    id: str
    kind: str
    by: str


@dataclass(frozen=True, slots=True)
class Create:
    """Nothing in the CRM is the lead's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """A person must choose: why, and between which records (kind and id)."""

    reason: Why
    candidates: tuple[tuple[str, str], ...]


Decision: TypeAlias = Link | Create | Ambiguous


def decide(lead: str, matches: Iterable[Candidate], linked: tuple[str, str] | None = None) -> Decision:
    """Which CRM record is the lead's, strongest evidence first; never the first of several.

    `linked` is (kind, id) from the link table, which wins over everything found. Then our own id in the CRM
    counts, then the record that the platform's own integration names, then an e-mail, a secondary one too. A
    record that carries another lead's id is never taken.
    """
    if linked is not None:
        kind, record = linked
        return Link(id=record, kind=kind, by="link")
    found = {(match.kind, match.id): match for match in sorted(matches, key=_weaker_first)}
    ours = [match for match in found.values() if match.lead == lead or match.by == "lead_id"]
    if ours:
        return _only(ours, "lead_id", Why.several_by_lead_id)
    named = [match for match in found.values() if match.by == "crm_id"]
    nearest = named or list(found.values())
    if any(match.lead is not None for match in nearest):
        return _ambiguous(nearest, Why.of_another_lead)
    if named:
        return _only(named, "crm_id", Why.several_by_crm_id)
    return _only(list(found.values()), "email", Why.several_by_email) if found else Create()


_STRENGTH = ("email", "crm_id", "lead_id")


def _weaker_first(match: Candidate) -> tuple[int, str, str]:
    return (_STRENGTH.index(match.by), match.kind, match.id)


def _only(matches: list[Candidate], by: str, several: Why) -> Decision:
    if len(matches) > 1:
        return _ambiguous(matches, several)
    return Link(id=matches[0].id, kind=matches[0].kind, by=by)


def _ambiguous(matches: list[Candidate], reason: Why) -> Ambiguous:
    return Ambiguous(reason=reason, candidates=tuple(sorted((match.kind, match.id) for match in matches)))


def fingerprint(values: Mapping[str, Value]) -> str:
    """A stable hash of values: the same for the same names and values in any order, 5 and 5.0 alike."""
    plain = {
        name: int(value) if type(value) is float and value.is_integer() else value
        for name, value in values.items()
    }
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode("ascii"), digest_size=16).hexdigest()

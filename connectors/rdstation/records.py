"""RD Station's contacts as records, and our values as RD Station takes them."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.base import FieldInfo
from connectors.rdstation.answers import SYSTEM
from connectors.rdstation.errors import broken
from connectors.rdstation.schema import CONVERSIONS, KIND
from mapping.records import Instant, Record, Value, ValueType, format_instant, parse_instant

EVENTS_A_PAGE = 10
CATEGORY, DECLINED = "communications", "declined"  # of legal bases
DATED_BY = {
    "last_conversion_identifier": "last_conversion_date",
    "last_conversion_date": "last_conversion_date",
    "conversions": "last_conversion_date",
    "first_conversion_identifier": "first_conversion_date",
    "first_conversion_date": "first_conversion_date",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was read of one contact: its body, its place in the funnel, its newest form fills."""

    body: Mapping[str, Any]
    funnel: Mapping[str, Any] = field(default_factory=dict)
    conversions: Sequence[Mapping[str, Any]] = ()
    created_at: str | None = None


def read_contact(
    told: Told, asked: Iterable[str], known: Mapping[str, FieldInfo], *, at: Instant, link: str
) -> Record:
    """A contact as a record. RD Station dates form fills alone: any other change is dated by when it was seen."""
    raw = {**told.body, **told.funnel, **_besides(told), **_conversions(told.conversions)}
    uuid = str(told.body["uuid"])
    values = {name: _read(raw.get(name), known[name].type) for name in sorted(set(asked)) if name in known}
    if told.created_at is None:
        values.pop("created_at", None)
    dates = {name: raw.get(source) for name, source in DATED_BY.items() if name in values}
    return Record(
        system=SYSTEM,
        kind=KIND,
        id=uuid,
        values=values,
        changed_at=at,
        version=_digest(values),
        dated={name: on for name, on in dates.items() if isinstance(on, int) and values[name] is not None},
        link=link.format(id=uuid),
    )


def declined(bases: Sequence[Mapping[str, Any]]) -> bool | None:
    """Whether the person wants no communications; None where nothing is said about them."""
    said = [each.get("status") for each in bases if each.get("category") == CATEGORY]
    return DECLINED in said if said else None


def bases_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The legal bases that a contact's body tells."""
    return [each for each in body.get("legal_bases") or () if isinstance(each, Mapping)]


def _besides(told: Told) -> dict[str, Any]:
    """What follows from a body: RD Station has one name, where others have a first and a last one."""
    first, _, last = str(told.body.get("name") or "").strip().partition(" ")
    bases = bases_of(told.body)
    return {
        "first_name": first if last else None,
        "last_name": last.strip() or first or None,
        "legal_bases": [
            ":".join(str(each.get(key)) for key in ("category", "type", "status")) for each in bases
        ],
        "opted_out": declined(bases),
        "created_at": told.created_at and read_stamp(told.created_at),
    }


def _conversions(events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The last form fill; the first one and their number only where the page holds all of them."""
    if not events:
        return {}
    newest, oldest = events[0], events[-1]
    told = {
        "last_conversion_identifier": newest["event_identifier"],
        "last_conversion_date": read_stamp(newest["event_timestamp"]),
    }
    if len(events) < EVENTS_A_PAGE:
        told |= {
            "first_conversion_identifier": oldest["event_identifier"],
            "first_conversion_date": read_stamp(oldest["event_timestamp"]),
            "conversions": len(events),
        }
    return told


def _read(raw: Any, kind: ValueType) -> Value:
    if raw is None or raw in ("", []):
        return None
    if isinstance(raw, list | tuple):
        return tuple(str(each) for each in raw)
    if isinstance(raw, str | int | float | bool):
        return (raw,) if kind is ValueType.choices and isinstance(raw, str) else raw
    return json.dumps(raw, ensure_ascii=False, sort_keys=True)


def read_stamp(text: object) -> Instant:
    """UTC seconds of a time that RD Station itself sets; raises ContractBroken for anything else."""
    try:
        return parse_instant(str(text))
    except ValueError:
        raise broken("a time") from None


def write_value(value: Value, kind: ValueType) -> Any:
    """A value as RD Station takes it; `None` clears a field."""
    match value:
        case None | bool():
            return value
        case tuple():
            return list(value)
        case int() | float() if kind is ValueType.number:
            return int(value) if float(value).is_integer() else value
        case int() if kind is ValueType.instant:
            return format_instant(value)
        case _:
            return str(value)


def needs_conversions(asked: Iterable[str]) -> bool:
    """Whether the history of form fills has to be read for these."""
    return not CONVERSIONS.keys().isdisjoint(asked)


def _digest(values: Mapping[str, Value]) -> str:
    """RD Station has no version of a contact: what tells one state from another is what it reads as."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]

"""HubSpot's contacts as records, and our values as HubSpot takes them (every value is a string there)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from connectors.base import FieldInfo
from connectors.hubspot.errors import broken
from mapping.records import (
    Instant,
    Record,
    RecordState,
    Value,
    ValueType,
    format_instant,
    instant_of,
    moment_of,
)

SYSTEM, KIND, TYPE_ID = "hubspot", "contact", "0-1"
STAGE = "lifecyclestage"
CHANGED = "lastmodifieddate"
ALWAYS = (CHANGED, "hs_additional_emails", "hs_merged_object_ids", "hs_calculated_merged_vids")
TOLD_ALWAYS = frozenset({"hs_additional_emails"})
DATED_BY = {  # the property that tells when another took its value
    "recent_conversion_event_name": "recent_conversion_date",
    "num_conversion_events": "recent_conversion_date",
    "num_unique_conversion_events": "recent_conversion_date",
    "first_conversion_event_name": "first_conversion_date",
}
ENTERED = ("hs_v2_date_entered_{}", "hs_lifecyclestage_{}_date")  # newer first


def properties_to_ask(asked: Iterable[str], known: Mapping[str, FieldInfo]) -> list[str]:
    """The properties to request so that those asked for come typed, dated and with their aliases."""
    names = set(asked)
    dates = {DATED_BY[name] for name in names if name in DATED_BY}
    stages = known[STAGE].options if STAGE in names and STAGE in known else ()
    entered = {name for stage in stages if (name := _entered(stage, known))}
    return sorted(name for name in {*names, *ALWAYS, *dates, *entered} if name in known)


def _entered(stage: object, known: Mapping[str, FieldInfo]) -> str:
    """The property that dates a stage, where the account has one."""
    return next((name for each in ENTERED if (name := each.format(stage)) in known), "")


def read_contact(
    row: Mapping[str, Any],
    asked: Iterable[str],
    known: Mapping[str, FieldInfo],
    record_url: str,
) -> Record:
    """A contact as HubSpot's list, search and batch read answer it."""
    raw: Mapping[str, Any] = row.get("properties") or {}
    record = str(row["id"])
    told = {name for name in {*asked, *TOLD_ALWAYS} if name in known}
    archived = bool(row.get("archived"))
    stamp = str((row.get("archivedAt") if archived else None) or raw.get(CHANGED) or row["updatedAt"])
    changed = read_stamp(stamp)
    return Record(
        system=SYSTEM,
        kind=KIND,
        id=record,
        values={name: read_value(raw.get(name), known[name].type) for name in sorted(told)},
        changed_at=changed // 1000,
        version=stamp,
        dated=_dates(raw, told, known),
        aliases=_aliases(raw, record),
        state=RecordState.archived if archived else RecordState.live,
        link=record_url.format(kind=TYPE_ID, id=record),
    )


def _dates(raw: Mapping[str, Any], told: Iterable[str], known: Mapping[str, FieldInfo]) -> dict[str, Instant]:
    found: dict[str, Instant] = {}
    for name in told:
        source = _entered(raw.get(STAGE), known) if name == STAGE else DATED_BY.get(name, "")
        value = read_value(raw.get(source), ValueType.instant)
        if isinstance(value, int) and raw.get(name):
            found[name] = value
    return found


def read_since(row: Mapping[str, Any]) -> dict[str, Instant]:
    """Since when each property has its newest value, from its versions (newest first)."""
    return {
        name: min(_reach(versions)) // 1000
        for name, versions in row["propertiesWithHistory"].items()
        if versions
    }


def _reach(versions: list[Mapping[str, Any]]) -> Iterable[int]:
    """When the versions were written that hold the newest value without a break, in milliseconds."""
    for version in versions:
        if version.get("value") != versions[0].get("value"):
            return
        yield read_stamp(version.get("timestamp"))


def _aliases(raw: Mapping[str, Any], record: str) -> tuple[str, ...]:
    """Ids that now lead to this contact; `hs_calculated_merged_vids` pairs each with its time."""
    merged = str(raw.get("hs_merged_object_ids") or "").split(";")
    timed = [pair.partition(":")[0] for pair in str(raw.get("hs_calculated_merged_vids") or "").split(";")]
    return tuple(dict.fromkeys(one for one in (*merged, *timed) if one and one != record))


def read_value(raw: object, kind: ValueType) -> Value:
    """A property's text as a value of its type; a text that is not of that type stays as it is."""
    if raw is None or raw == "":
        return None
    text = str(raw)
    try:
        return READERS.get(kind, str)(text)
    except (ValueError, OverflowError):
        return text


def _number(text: str) -> Value:
    figure = float(text)
    return int(text) if text.lstrip("+-").isdigit() else figure


def _bool(text: str) -> Value:
    return {"true": True, "false": False}.get(text.lower(), text)


def _instant(text: str) -> Value:
    return milliseconds(text) // 1000


def _date(text: str) -> Value:
    """A date comes as `YYYY-MM-DD` or as midnight UTC in milliseconds."""
    if text.lstrip("-").isdigit():
        return format_instant(int(text) // 1000)[:10]
    return date.fromisoformat(text[:10]).isoformat()


def _choices(text: str) -> Value:
    return tuple(part for part in text.split(";") if part)


READERS: dict[ValueType, Callable[[str], Value]] = {
    ValueType.number: _number,
    ValueType.bool: _bool,
    ValueType.instant: _instant,
    ValueType.date: _date,
    ValueType.choices: _choices,
}


def milliseconds(text: str) -> int:
    """HubSpot's own unit of time: milliseconds since 1970, from those or from ISO 8601; raises ValueError."""
    if text.lstrip("-").isdigit():
        return int(text)
    moment = datetime.fromisoformat(text)
    return instant_of(moment) * 1000 + moment.microsecond // 1000


def read_stamp(text: object) -> int:
    """Milliseconds of a time that HubSpot itself sets; raises ContractBroken for anything else."""
    try:
        return milliseconds(str(text))
    except ValueError:
        raise broken("a time") from None


def write_value(value: Value, kind: ValueType) -> str:
    """A value as HubSpot takes it; `""` clears a property."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return ";".join(value)
        case int() if kind is ValueType.instant:
            return moment_of(value).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        case _:
            return str(value)

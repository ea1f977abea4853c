"""The words every other folder speaks: values, records of a system, and leads.

Instants are whole UTC seconds. Dates are ISO strings (`2026-05-13`). Several values of one field are a tuple.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

Instant: TypeAlias = int
Value: TypeAlias = str | int | float | bool | tuple[str, ...] | None
Values: TypeAlias = Mapping[str, Value]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOTHING: Mapping[str, int] = MappingProxyType({})


class ValueType(StrEnum):
    """The types a field can have; a vendor's own types are read into these."""

    text = "text"
    number = "number"
    bool = "bool"
    date = "date"  # ISO string, no zone
    instant = "instant"  # UTC seconds
    choice = "choice"  # one internal name out of a list
    choices = "choices"  # a tuple of internal names
    email = "email"
    phone = "phone"
    url = "url"
    owner = "owner"  # an id of a user of that system


class RecordState(StrEnum):
    """Whether a record can still be written to."""

    live = "live"
    archived = "archived"  # deleted by a person, may be restored
    merged = "merged"  # `merged_into` names the survivor
    erased = "erased"  # a person's data were erased for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of one system as it was read; `values` by the vendor's own property names.

    `dated` tells when a property took its value, where the system dates it. `aliases` are ids that now lead
    to this record (merges). `version` is the vendor's own mark of this state, opaque to us.
    """

    system: str
    kind: str
    id: str
    values: Values
    changed_at: Instant
    version: str
    dated: Mapping[str, Instant] = field(default_factory=lambda: NOTHING)
    aliases: tuple[str, ...] = ()
    state: RecordState = RecordState.live
    merged_into: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One person of one company, in our own field names (the field catalogue of `mapping.fields`).

    `id` is ours, for life: `<platform>-<portal id>-<first id seen>` (design, section 2). `record_id` is the
    marketing platform's current id; `profile_link` opens the profile there.
    """

    id: str
    platform: str
    record_id: str
    values: Values
    changed_at: Instant
    dated: Mapping[str, Instant] = field(default_factory=lambda: NOTHING)
    profile_link: str | None = None


def instant_of(moment: datetime) -> Instant:
    """UTC seconds of an aware datetime; raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without a zone is not an instant")
    return int(moment.timestamp())


def moment_of(instant: Instant) -> datetime:
    """The aware UTC datetime of an instant; raises OverflowError beyond the years 1 to 9999."""
    return _EPOCH + timedelta(seconds=instant)


def parse_instant(text: str) -> Instant:
    """UTC seconds of an ISO 8601 text with a zone; raises ValueError without one."""
    return instant_of(datetime.fromisoformat(text))


def format_instant(instant: Instant) -> str:
    """ISO 8601 in UTC, to the second: `2026-05-13T12:00:00Z`."""
    return moment_of(instant).strftime("%Y-%m-%dT%H:%M:%SZ")

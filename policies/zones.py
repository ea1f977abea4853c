"""Time zones from the pinned `tzdata` package only, and the way from wall time to UTC seconds.

Importing this module makes `zoneinfo` ignore the operating system's files: an old container image would
otherwise answer with last decade's daylight saving time.
"""

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from importlib import metadata, resources
from zoneinfo import ZoneInfo

zoneinfo.reset_tzpath(to=())
ZoneInfo.clear_cache()

DAY = 86_400
EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock's zero, not an instant

# Facts of the IANA database that outdated copies get wrong (zone, instant in UTC, offset in seconds).
KNOWN_OFFSETS = (
    ("America/Mexico_City", datetime(2026, 7, 1, tzinfo=UTC), -6 * 3600),
    ("America/Sao_Paulo", datetime(2026, 12, 1, tzinfo=UTC), -3 * 3600),
    ("America/Asuncion", datetime(2026, 7, 1, tzinfo=UTC), -3 * 3600),
    ("America/Tijuana", datetime(2026, 7, 1, tzinfo=UTC), -7 * 3600),
    ("America/Tijuana", datetime(2026, 12, 1, tzinfo=UTC), -8 * 3600),
    ("America/Bogota", datetime(2026, 7, 1, tzinfo=UTC), -5 * 3600),
    ("Europe/Madrid", datetime(2026, 7, 1, tzinfo=UTC), 2 * 3600),
)

# The zone most people of a country live in, for countries that have several.
MAIN_ZONES = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Hebron",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}


class UnknownZone(ValueError):
    """A name that the pinned IANA database does not have."""


class WrongZoneData(RuntimeError):
    """The zone data in use contradicts a known fact, so every deadline would be off."""


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name from the pinned database; raises UnknownZone."""
    if name not in zone_names():
        raise UnknownZone(f"no zone is called {name!r}")
    return ZoneInfo(name)


@cache
def zone_names() -> frozenset[str]:
    """Every zone name of the pinned database."""
    return frozenset(zoneinfo.available_timezones())


def tzdata_version() -> str:
    """The version of the pinned `tzdata` package, such as `2026.6`; part of every cache key of hours."""
    return metadata.version("tzdata")


def self_test() -> None:
    """Prove that known offsets come out right; raises WrongZoneData naming the first that does not."""
    if zoneinfo.TZPATH:
        raise WrongZoneData("zone data is read from the operating system, not from the pinned tzdata")
    for name, moment, expected in KNOWN_OFFSETS:
        found = _offset(moment.astimezone(zone(name)))
        if found != expected:
            raise WrongZoneData(
                f"{name} at {moment:%Y-%m-%d} is {found} s from UTC, not {expected} s "
                f"(tzdata {tzdata_version()}): install the pinned tzdata"
            )


@cache
def zones_by_country() -> dict[str, tuple[str, ...]]:
    """The zones of each ISO 3166 country code, from the database's own zone.tab."""
    found: dict[str, tuple[str, ...]] = {}
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, name = line.split("\t")[:3]
            found[country] = (*found.get(country, ()), name)
    return found


def main_zone(country: str) -> str | None:
    """The zone most people of a country live in; None where the database does not know the country."""
    names = zones_by_country().get(country.upper(), ())
    return MAIN_ZONES.get(country.upper()) or (names[0] if names else None)


def instant_at(place: ZoneInfo, day: int, wall: int, *, last: bool = False) -> int:
    """UTC seconds at `wall` seconds after local midnight of date ordinal `day`, as clocks show them there.

    A wall time that is skipped maps to the instant of the change; one that occurs twice maps to its first
    occurrence, or with `last` to its last (policy 2.4.4).
    """
    local = (day - EPOCH_DAY) * DAY + wall
    moment = (_EPOCH + timedelta(seconds=local)).replace(tzinfo=place)
    before, after = _offset(moment), _offset(moment.replace(fold=1))
    if before == after:
        return local - before
    if before > after:
        return local - (after if last else before)
    return _change(place, local - after, local - before)


def wall_at(place: ZoneInfo, instant: int, day: int) -> int:
    """Seconds that clocks in `place` show since local midnight of date ordinal `day`, at `instant`."""
    return instant + _offset(datetime.fromtimestamp(instant, place)) - (day - EPOCH_DAY) * DAY


def date_at(place: ZoneInfo, instant: int) -> int:
    """The local date, as its ordinal, in `place` at `instant`."""
    offset = _steady_offset(place, instant // DAY)
    if offset is None:
        return datetime.fromtimestamp(instant, place).toordinal()
    return (instant + offset) // DAY + EPOCH_DAY


@lru_cache(maxsize=8_192)
def _steady_offset(place: ZoneInfo, day: int) -> int | None:
    """Seconds from UTC during a day of UTC, counted from 1970; None where clocks change on it."""
    start, end = (_offset(datetime.fromtimestamp(each * DAY, place)) for each in (day, day + 1))
    return start if start == end else None


def even_midnight(place: ZoneInfo, day: int, opens: int, closes: int) -> int | None:
    """Local midnight of date ordinal `day`; None where clocks change between it or `opens` and `closes`."""
    midnight = instant_at(place, day, 0)
    offsets = {_offset(datetime.fromtimestamp(each, place)) for each in (midnight, opens, closes)}
    return midnight if len(offsets) == 1 else None


def _offset(moment: datetime) -> int:
    offset = moment.utcoffset()
    assert offset is not None
    return offset.days * DAY + offset.seconds


def _change(place: ZoneInfo, low: int, high: int) -> int:
    """The first instant in (low, high] with the offset that holds at `high`."""
    new = _offset(datetime.fromtimestamp(high, place))
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(datetime.fromtimestamp(middle, place)) == new:
            high = middle
        else:
            low = middle
    return high

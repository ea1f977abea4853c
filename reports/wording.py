"""How a report says things: texts by code, numbers, shares, durations and moments of one language and zone.

The report's own texts stand in `reports/locales/<language>.toml`, with the same codes in each language; names of
states, clocks, sources and dispositions are those that everybody reads elsewhere (`mapping.language`).
"""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType

from babel import Locale
from babel.numbers import format_decimal

from mapping.language import base_language, name_of
from mapping.records import moment_of
from policies.zones import zone
from reports.figures.rates import Share

MINUTE, HOUR = 60, 3600
NOTHING = "-"


class UnknownText(KeyError):
    """A code that the reports have no text for: a fault of ours, found by the tests."""


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of the reports in a language by its code; raises ValueError for a language we do not have."""
    source = files("reports").joinpath("locales", f"{base_language(language)}.toml")
    found: dict[str, str] = {}
    for group, rows in tomllib.loads(source.read_text("utf-8")).items():
        found |= {f"{group}.{name}": text for name, text in rows.items()}
    return MappingProxyType(found)


class Wording:
    """One language and one zone; raises ValueError for a language we do not have, UnknownZone for a zone."""

    def __init__(self, language: str, zone_name: str) -> None:
        self.language = base_language(language)
        self.zone = zone(zone_name).key
        self._texts = texts(language)

    @cached_property
    def locale(self) -> Locale:
        """The locale that numbers are written in."""
        return Locale(self.language)

    def say(self, code: str, **params: object) -> str:
        """The text of a code with its parameters filled in; raises UnknownText."""
        text = self._texts.get(code)
        if text is None:
            raise UnknownText(code)
        return text.format_map(params)

    def name(self, group: str, code: str) -> str:
        """The name of a code: the reports' own, else everybody's, else the code itself; blank stays blank."""
        if not code:
            return self.say("word.blank")
        return self._texts.get(f"{group}.{code}") or name_of(group, code, self.language)

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number as the language writes it."""
        if value is None:
            return NOTHING
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        return format_decimal(value, format=pattern, locale=self.locale)

    def share(self, share: Share) -> str:
        """`18 of 20`, and from ten on the percentage: never a rate of a handful."""
        counts = self.say("word.of", count=self._part(share.count), total=self._part(share.total))
        return counts if share.percent is None else f"{counts} · {self.percent(share.percent)}"

    def rate(self, share: Share) -> str:
        """The percentage alone, or `3/7` below ten; nothing without any."""
        if not share.total:
            return NOTHING
        return (
            f"{self._part(share.count)}/{self._part(share.total)}"
            if share.percent is None
            else self.percent(share.percent)
        )

    def _part(self, value: float) -> str:
        return self.number(value, 0 if value == int(value) else 1)

    def interval(self, share: Share) -> str:
        """The 95 % interval of a share; nothing below ten."""
        if share.interval is None:
            return NOTHING
        low, high = (self.number(100 * each, 1) for each in share.interval)
        return f"{low}-{high} %"

    def percent(self, value: float | None) -> str:
        """A percentage with one decimal."""
        return NOTHING if value is None else f"{self.number(value, 1)} %"

    def duration(self, seconds: int | None) -> str:
        """Seconds as `45 s`, `12 min`, `3 h 05 min`, whole minutes rounded down."""
        if seconds is None:
            return NOTHING
        if seconds < MINUTE:
            return f"{seconds} s"
        hours, rest = divmod(seconds, HOUR)
        minutes = rest // MINUTE
        return f"{self.number(hours)} h {minutes:02} min" if hours else f"{minutes} min"

    def moment(self, instant: int | None) -> str:
        """An instant in the zone, to the minute, with the zone's short name: the same in each language."""
        return NOTHING if instant is None else f"{self._local(instant):%Y-%m-%d %H:%M %Z}"

    def day(self, instant: int) -> str:
        """The date of an instant in the zone."""
        return f"{self._local(instant):%Y-%m-%d}"

    def _local(self, instant: int) -> datetime:
        return moment_of(instant).astimezone(zone(self.zone))

"""Public holidays by country and subdivision, with the dates a company adds and removes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import holidays
from holidays.registry import COUNTRIES

from mapping.problems import nearest
from policies.windows import Findings

KEYS = ("country", "subdivision", "categories", "extra", "removed")


@dataclass(frozen=True, kw_only=True)
class HolidaySource:
    """The rule that gives closed dates: a country's holidays, plus `extra`, minus `removed`.

    Two local days of each Spanish municipality are in no library: they belong in `extra` (policy 6.3).
    """

    country: str | None = None
    subdivision: str | None = None
    categories: tuple[str, ...] = ("public",)
    extra: tuple[date, ...] = ()
    removed: tuple[date, ...] = ()

    def dates(self, first: date, last: date) -> frozenset[date]:
        """Every closed date from `first` to `last`, both included, as the library knows them now."""
        found = set(self.extra)
        if self.country is not None:
            years = range(first.year, last.year + 1)
            found |= country_holidays(self.country, self.subdivision, self.categories, years) - set(
                self.removed
            )
        return frozenset(day for day in found if first <= day <= last)

    def document(self) -> dict[str, Any]:
        """The rule as JSON values."""
        return {
            "country": self.country,
            "subdivision": self.subdivision,
            "categories": list(self.categories),
            "extra": [day.isoformat() for day in self.extra],
            "removed": [day.isoformat() for day in self.removed],
        }

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> "HolidaySource":
        """The rule that `document` wrote."""
        return cls(
            country=document["country"],
            subdivision=document["subdivision"],
            categories=tuple(document["categories"]),
            extra=tuple(date.fromisoformat(day) for day in document["extra"]),
            removed=tuple(date.fromisoformat(day) for day in document["removed"]),
        )


def country_holidays(
    country: str, subdivision: str | None, categories: tuple[str, ...], years: range
) -> frozenset[date]:
    """The holidays of a known country in `years`."""
    return frozenset(
        holidays.country_holidays(country, subdiv=subdivision, years=years, categories=categories).keys()
    )


def dates_off(country: str | None, region: str | None, years: range) -> frozenset[date]:
    """The public holidays of a place, the country's where the region is not known to the library, else none."""
    if country not in holidays.list_supported_countries():
        return frozenset()
    assert country is not None
    kind = type(holidays.country_holidays(country))
    return country_holidays(country, region if region in kind.subdivisions else None, ("public",), years)


def read_holidays(value: object, key: str, findings: Findings) -> HolidaySource | None:
    """Read a `holidays` table; an absent one means that no date is a holiday."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        findings.problem(key, "is not a table", "write { country = 'ES', subdivision = 'MD' }")
        return None
    for name in value:
        if name not in KEYS:
            findings.problem(f"{key}.{name}", f"{name!r} is not known here", nearest(str(name), KEYS))
    extra = _read_dates(value.get("extra", ()), f"{key}.extra", findings)
    removed = _read_dates(value.get("removed", ()), f"{key}.removed", findings)
    country = _read_country(value.get("country"), f"{key}.country", findings)
    if country is None:
        if "country" not in value and ("subdivision" in value or "categories" in value or removed):
            findings.problem(f"{key}.country", "is missing", "write an ISO country code, such as 'ES'")
        return HolidaySource(extra=extra)
    source = HolidaySource(
        country=country,
        subdivision=_read_subdivision(country, value.get("subdivision"), f"{key}.subdivision", findings),
        categories=_read_categories(
            country, value.get("categories", ("public",)), f"{key}.categories", findings
        ),
        extra=extra,
        removed=removed,
    )
    if not findings.problems:
        _warn_of_idle_dates(source, key, findings)
    return source


def _read_country(value: object, key: str, findings: Findings) -> str | None:
    if value is None or (isinstance(value, str) and value in holidays.list_supported_countries()):
        return value
    codes = {name.replace("_", " "): row[1] for name, row in COUNTRIES.items()}
    codes |= {code.lower(): code for code in holidays.list_supported_countries()}
    text = str(value).strip().lower()
    advice = nearest(text, [name for name in codes if len(name) > 2 or len(text) <= 2])  # noqa: PLR2004 - ISO codes have two letters
    named = next((code for name, code in codes.items() if advice == f"write {name!r}"), None)
    write = f"write {named!r}" if named else "write an ISO country code, such as 'ES' or 'MX'"
    findings.problem(key, f"no holidays are known for {value!r}", write)
    return None


def _read_subdivision(country: str, value: object, key: str, findings: Findings) -> str | None:
    if value is None:
        return None
    kind = type(holidays.country_holidays(country))
    aliases: Mapping[str, object] = getattr(kind, "subdivisions_aliases", {})
    if isinstance(value, str) and value in kind.subdivisions:
        return value
    if isinstance(value, str) and value in aliases:
        return str(aliases[value])
    advice = nearest(str(value), [*kind.subdivisions, *aliases]) if kind.subdivisions else "leave it out"
    findings.problem(key, f"{country} has no subdivision {value!r}", advice)
    return None


def _read_categories(country: str, value: object, key: str, findings: Findings) -> tuple[str, ...]:
    known = holidays.country_holidays(country).supported_categories
    if not isinstance(value, list | tuple) or not value:
        findings.problem(key, "is not a list", "write ['public']")
        return ("public",)
    for each in value:
        if each not in known:
            findings.problem(key, f"{country} has no category {each!r}", nearest(str(each), known))
    return tuple(str(each) for each in value)


def _read_dates(value: object, key: str, findings: Findings) -> tuple[date, ...]:
    if not isinstance(value, list | tuple):
        findings.problem(key, "is not a list", "write [2026-05-15]")
        return ()
    found = set()
    for each in value:
        try:
            found.add(_date(each))
        except ValueError:
            findings.problem(key, f"{each!r} is not a date", "write YYYY-MM-DD")
    return tuple(sorted(found))


def _date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return date.fromisoformat(str(value))


def _warn_of_idle_dates(source: HolidaySource, key: str, findings: Findings) -> None:
    assert source.country is not None
    for day in source.removed:
        known = country_holidays(
            source.country, source.subdivision, source.categories, range(day.year, day.year + 1)
        )
        if day not in known:
            findings.warning(f"{key}.removed", f"{day} is no holiday there", "leave it out")

"""Calendars of cases: named ones, edited ones, and versions that follow one another."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from policies.business_time import BusinessTime, BusinessTimeError
from policies.calendar import Calendar, CalendarReading, read_calendar, timeline
from tests.cases.runner.reading import refuse_unknown
from tests.cases.runner.times import DAY, CaseFault, read_at

KEYS = ("base", "timezone", "week", "holidays", "overrides", "closed")


@cache
def named() -> Mapping[str, Mapping[str, Any]]:
    """The calendars of `calendars.toml`."""
    return tomllib.loads(Path(__file__).with_name("calendars.toml").read_text(encoding="utf-8"))


def calendar_table(written: object) -> dict[str, Any]:
    """The configuration table that a case means: a name, a table, or `base` with edits over it.

    `overrides`, and `extra` and `removed` of holidays, are added to those of the base; other keys replace.
    """
    if isinstance(written, str):
        if written not in named():
            raise CaseFault(f"calendar: no calendar {written!r}: there are {', '.join(named())}")
        return dict(named()[written])
    if not isinstance(written, Mapping):
        raise CaseFault("calendar: write a name or a table")
    refuse_unknown(written, KEYS, "calendar")
    edits = dict(written)
    base, closed = edits.pop("base", None), edits.pop("closed", None)
    if closed is not None:
        edits["holidays"] = _joined(edits.get("holidays", {}), {"extra": _dates(closed)})
    if base is None:
        return edits
    table = calendar_table(base)
    for key in ("overrides", "holidays"):
        if isinstance(edits.get(key), Mapping) and isinstance(table.get(key), Mapping):
            edits[key] = _joined(table[key], edits[key])
    return {**table, **edits}


def _joined(base: Mapping[str, Any], edits: Mapping[str, Any]) -> dict[str, Any]:
    """The base with the edits over it, the lists of holidays added up."""
    lists = {
        key: [*base[key], *edits[key]]
        for key in ("extra", "removed")
        if isinstance(base.get(key), list) and isinstance(edits.get(key), list)
    }
    return {**base, **edits, **lists}


def _dates(span: object) -> list[date]:
    """Every date of `[first, last]`, both included."""
    if not isinstance(span, list) or len(span) != len(("first", "last")):
        raise CaseFault("calendar.closed: write [2026-01-01, 2029-12-31]")
    first, last = span
    return [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]


def reading_of(written: object) -> CalendarReading:
    """What the product reads from a case's calendar."""
    return read_calendar(calendar_table(written))


def calendar_of(written: object, on: date = DAY) -> Calendar:
    """The calendar as published on a date; raises CaseFault where the product refuses it."""
    reading = reading_of(written)
    if reading.spec is None:
        raise CaseFault(f"calendar: the product refuses it: {'; '.join(map(str, reading.problems))}")
    return reading.spec.resolve(on)


def hours_of(written: object, on: date = DAY) -> BusinessTime:
    """Business time of a case's calendar, or of a list of versions `{ from, calendar }`, oldest first."""
    if not isinstance(written, list):
        return calendar_of(written, on).hours
    versions = []
    for number, each in enumerate(written):
        refuse_unknown(each, ("from", "calendar"), f"calendars[{number}]")
        since = read_at(each["from"]) if "from" in each else 0
        versions.append((int(since), calendar_of(each["calendar"], on)))
    return timeline(versions)


def fault_code(fault: BusinessTimeError) -> str:
    """The code by which the product names a fault of business time."""
    return fault.code

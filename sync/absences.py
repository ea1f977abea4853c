"""Who is away when: routing passes over them, and moves what they hold and have not tried (D11)."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import TypeAlias

from mapping.problems import Problem
from mapping.records import Instant
from policies.zones import instant_at, zone

Absences: TypeAlias = Mapping[str, tuple[tuple[Instant, Instant], ...]]
NOBODY_AWAY: Absences = MappingProxyType({})
WRITE = 'write ["2026-08-03/2026-08-21", "2026-10-12"]: whole dates, both ends included'
_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:/(\d{4}-\d{2}-\d{2}))?")


def read_absences(table: Mapping[str, object], timezone: str, key: str) -> tuple[Absences, list[Problem]]:
    """Spans `[from, to)` in UTC seconds by the CRM's user id, dates being those of the zone, and every fault."""
    found: dict[str, tuple[tuple[Instant, Instant], ...]] = {}
    problems: list[Problem] = []
    for owner, spans in table.items():
        if not isinstance(spans, list | tuple):
            problems.append(Problem(key=f"{key}.{owner}", what="is no list of dates", write=WRITE))
            continue
        read = [_span(each, timezone) for each in spans]
        problems += [
            Problem(
                key=f"{key}.{owner}[{number}]",
                what=f"{spans[number]!r} is no date, nor two in order",
                write=WRITE,
            )
            for number, each in enumerate(read)
            if each is None
        ]
        found[owner] = tuple(each for each in read if each is not None)
    return MappingProxyType(found), problems


def _span(value: object, timezone: str) -> tuple[Instant, Instant] | None:
    match = _SPAN.fullmatch(str(value))
    if match is None:
        return None
    try:
        first, last = date.fromisoformat(match[1]), date.fromisoformat(match[2] or match[1])
    except ValueError:
        return None
    if last < first:
        return None
    after = last + timedelta(days=1)
    return instant_at(zone(timezone), first.toordinal(), 0), instant_at(zone(timezone), after.toordinal(), 0)

"""Lengths of time as people write them: `30 d`, `4 h`, `2 bd`, `15 business min`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import TypeAlias

from mapping.records import Instant, instant_of, moment_of


class Unit(StrEnum):
    """Units of a span; days and weeks are calendar days of a zone, never 24 hours (policy 2.4.5)."""

    second = "second"
    minute = "minute"
    hour = "hour"
    day = "day"
    week = "week"


_SECONDS = {Unit.second: 1, Unit.minute: 60, Unit.hour: 3600}
_ROUGHLY = _SECONDS | {Unit.day: 86_400, Unit.week: 604_800}
_LONGEST = 36_600 * 86_400
_UNITS = {
    Unit.second: ("s", "sec", "second", "seconds"),
    Unit.minute: ("min", "m", "mins", "minute", "minutes"),
    Unit.hour: ("h", "hour", "hours"),
    Unit.day: ("d", "day", "days"),
    Unit.week: ("w", "week", "weeks"),
}
_WORDS = {word: unit for unit, words in _UNITS.items() for word in words}
_SPAN = re.compile(r"\s*(\d{1,6})\s*(business\s+)?(b(?=(?:s|m|min|h|d)\s*$))?([a-z]+)\s*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time in calendar or business units."""

    count: int
    unit: Unit
    business: bool = False

    def __str__(self) -> str:
        return f"{self.count} {'business ' if self.business else ''}{_UNITS[self.unit][0]}"


def parse_span(text: str) -> Span:
    """The span that a text writes; raises ValueError saying what to write instead."""
    found = _SPAN.fullmatch(text.lower())
    unit = _WORDS.get(found[4]) if found else None
    if found is None or unit is None or int(found[1]) == 0:
        raise ValueError("write a number and a unit, like '30 d', '4 h', '2 bd' or '15 business min'")
    business = bool(found[2] or found[3])
    if int(found[1]) * _ROUGHLY[unit] > _LONGEST:
        raise ValueError("write at most a hundred years")
    if business and unit is Unit.week:
        raise ValueError("business time has no weeks: write '5 bd'")
    return Span(count=int(found[1]), unit=unit, business=business)


Later: TypeAlias = Callable[[Instant, Span], Instant]


def _no_business(_start: Instant, span: Span) -> Instant:
    raise ValueError(f"{span} is business time, and no calendar was given")


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How times are reckoned: the agreement's zone, and its calendar for business spans."""

    zone: tzinfo = UTC
    business: Later = _no_business

    def at(self, wall: datetime) -> Instant:
        """The instant of a local wall time: the first one in a fold, the transition in a gap (policy 2.4.4)."""
        first = instant_of(wall.replace(tzinfo=self.zone, fold=0))
        if moment_of(first).astimezone(self.zone).replace(tzinfo=None) == wall:
            return first
        before, after = instant_of(wall.replace(tzinfo=self.zone, fold=1)), first
        old = moment_of(before).astimezone(self.zone).utcoffset()
        while after - before > 1:
            middle = (before + after) // 2
            if moment_of(middle).astimezone(self.zone).utcoffset() == old:
                before = middle
            else:
                after = middle
        return after

    def later(self, start: Instant, span: Span) -> Instant:
        """The instant a span after `start`; calendar days keep the wall time of the zone."""
        if span.business:
            return self.business(start, span)
        if span.unit in _SECONDS:
            return start + span.count * _SECONDS[span.unit]
        days = span.count * (7 if span.unit is Unit.week else 1)
        wall = moment_of(start).astimezone(self.zone).replace(tzinfo=None) + timedelta(days=days)
        return self.at(wall)

    def start_of(self, day: str) -> Instant:
        """The instant at which an ISO date begins in the zone; raises ValueError for no date."""
        return self.at(datetime.combine(date.fromisoformat(day), time()))


UTC_TIMES = Times()

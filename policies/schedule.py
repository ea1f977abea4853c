"""Dates with their windows in UTC: of one calendar, or of several that follow one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from policies.windows import Week, Windows
from policies.zones import DAY, EPOCH_DAY, instant_at

Span = tuple[int, int]  # UTC seconds, half-open


class OpenDay(NamedTuple):
    """A working date (its ordinal) with its open spans.

    `counts` is False for a date that a change of hours cut short: work was done on it, but no deadline in
    business days falls on it any more.
    """

    day: int
    place: ZoneInfo
    spans: tuple[Span, ...]
    counts: bool = True


class OpenDays(Protocol):
    """Where business time takes its windows from; dates from ordinal `first` to `last` are known."""

    @property
    def first(self) -> int:
        """The first known date."""

    @property
    def last(self) -> int:
        """The last known date."""

    @property
    def place(self) -> ZoneInfo:
        """The zone that answers are shown in."""

    def expand(self, first: int, last: int) -> list[OpenDay]:
        """The working dates from `first` to `last`, both included."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """One calendar: a week, and dates (ordinals) whose windows replace the week's (none = closed)."""

    place: ZoneInfo
    week: Week
    dates: Mapping[int, Windows]
    first: int
    last: int

    def expand(self, first: int, last: int) -> list[OpenDay]:
        """The working dates from `first` to `last`, both included, in order.

        A window belongs to the local date on which it starts (policy 2.4.4).
        """
        found = []
        for day in range(max(first, self.first), min(last, self.last) + 1):
            windows = self.dates.get(day)
            if windows is None:
                windows = self.week[(day + 6) % 7]
            spans = tuple(
                span for span in (self._span(day, *window) for window in windows) if span[0] < span[1]
            )
            if spans:
                found.append(OpenDay(day, self.place, spans))
        return found

    def _span(self, day: int, opens: int, closes: int) -> Span:
        return instant_at(self.place, day, opens), instant_at(self.place, day, closes, last=True)


class Succession:
    """Calendars that follow one another, each from its instant; what passed under one is never remeasured.

    The first holds from the beginning, whatever its instant. Policy 2.4.8: elapsed time stays as it was
    measured, what is left runs in the new hours.
    """

    def __init__(self, versions: Sequence[tuple[int, OpenDays]]) -> None:
        """Take (effective from in UTC seconds, days), oldest first; raises ValueError when not in order."""
        starts = [start for start, _ in versions]
        if not starts or starts != sorted(starts):
            raise ValueError("versions of hours must be given oldest first, at least one")
        self._versions = tuple(versions)
        self.place = versions[-1][1].place
        self.last = versions[-1][1].last
        self.first = versions[0][1].first
        for (_, days), (start, later) in pairwise(versions):
            if (days.last - EPOCH_DAY) * DAY < start:
                self.first = max(later.first, start // DAY + EPOCH_DAY)

    def expand(self, first: int, last: int) -> list[OpenDay]:
        """The working dates from `first` to `last`, each span under the version in force.

        A date on which a change falls may come twice, once for each version.
        """
        days: list[OpenDay] = []
        ends = [start for start, _ in self._versions[1:]]
        for number, (start, source) in enumerate(self._versions):
            since = start if number else None
            until = ends[number] if number < len(ends) else None
            clipped = (_clip(open_day, since, until) for open_day in source.expand(first, last))
            days.extend(open_day for open_day in clipped if open_day.spans)
        return days


def apart(days: list[OpenDay]) -> list[OpenDay]:
    """The same open time in order, every instant on one date only, dates in the order of their time.

    Where windows overlap, the time belongs to the one that opened first. Where a change of hours leaves the
    rest of an earlier date's window after a later date has begun, that rest belongs to the later date.
    """
    found: list[OpenDay] = []
    end: int | None = None
    timed = ((span, open_day) for open_day in days for span in open_day.spans)
    for (opens, closes), each in sorted(timed, key=itemgetter(0)):
        start = opens if end is None else max(opens, end)
        if start >= closes:
            continue
        end = closes
        if found and each.day <= found[-1].day:
            same = found.pop()
            found.append(each._replace(day=same.day, spans=(*same.spans, (start, closes))))
        else:
            found.append(each._replace(spans=((start, closes),)))
    return found


def _clip(open_day: OpenDay, since: int | None, until: int | None) -> OpenDay:
    spans = tuple(
        (opens if since is None else max(opens, since), closes if until is None else min(closes, until))
        for opens, closes in open_day.spans
        if (until is None or opens < until) and (since is None or closes > since)
    )
    whole = until is None or open_day.spans[-1][1] <= until
    return open_day._replace(spans=spans, counts=whole)

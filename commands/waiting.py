"""The way to a deadline: which windows count, which dates do not and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from commands.session import UsageError
from mapping.records import Instant
from policies.business_time import BusinessTime, BusinessTimeError
from policies.calendar import Calendar, timeline
from policies.clocks import reach
from policies.forms import Span, write_span
from policies.zones import zone

LONGEST = 366  # days whose way is told
Calendars = Sequence[tuple[Instant, Calendar]]


@dataclass(frozen=True, slots=True)
class Day:
    """One date on the way: its open windows, or why it has none."""

    day: date
    windows: tuple[tuple[Instant, Instant], ...]
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """From an instant to another: the open seconds and working dates between them, date by date.

    `target` is None where both ends were given.
    """

    start: Instant
    end: Instant
    target: str | None
    timezone: str
    seconds: int
    working_days: int
    days: tuple[Day, ...]
    changes: tuple[Instant, ...]  # where another calendar takes over

    def lines(self) -> Iterator[str]:
        """The way for a person, in the calendar's zone."""
        if self.target is None:
            yield f"{_span(self.seconds)} of business time on {self.working_days} working dates"
        else:
            yield f"due {self._moment(self.end)}: {self.target} after {self._moment(self.start)}"
        for day in self.days:
            told = ", ".join(
                f"{self._time(opens)}-{self._time(closes)} ({_span(closes - opens)})"
                for opens, closes in day.windows
            )
            yield f"  {day.day:%a %Y-%m-%d}  {told or day.why}"
        for change in self.changes:
            yield f"  from {self._moment(change)} another calendar holds"

    def as_row(self) -> dict[str, Any]:
        """The way for machines; instants with the zone's offset."""
        return {
            "start": self._iso(self.start),
            "due" if self.target is not None else "end": self._iso(self.end),
            "target": self.target,
            "timezone": self.timezone,
            "business_seconds": self.seconds,
            "working_days": self.working_days,
            "days": [
                {
                    "date": str(day.day),
                    "windows": [[self._iso(opens), self._iso(closes)] for opens, closes in day.windows],
                    "closed": day.why,
                }
                for day in self.days
            ],
        }

    def _local(self, instant: Instant) -> datetime:
        return datetime.fromtimestamp(instant, zone(self.timezone))

    def _iso(self, instant: Instant) -> str:
        return self._local(instant).isoformat()

    def _moment(self, instant: Instant) -> str:
        return f"{self._local(instant):%a %Y-%m-%d %H:%M:%S %Z}"

    def _time(self, instant: Instant) -> str:
        return f"{self._local(instant):%H:%M}"


def way_to(calendars: Calendars, start: Instant, target: Span) -> Way:
    """The way from an instant to the deadline of a target; raises UsageError where the calendar cannot tell."""
    hours, place = timeline(calendars), calendars[-1][1].timezone
    try:
        return _way(calendars, hours, start, reach(hours, place, start, target), write_span(target))
    except BusinessTimeError as error:
        raise UsageError(f"{error.code}: {error}") from None


def way_between(calendars: Calendars, start: Instant, end: Instant) -> Way:
    """The business time between two instants; raises UsageError where the calendar cannot tell."""
    if end < start:
        raise UsageError("the second instant lies before the first")
    try:
        return _way(calendars, timeline(calendars), start, end, None)
    except BusinessTimeError as error:
        raise UsageError(f"{error.code}: {error}") from None


def _way(calendars: Calendars, hours: BusinessTime, start: Instant, end: Instant, target: str | None) -> Way:
    place = calendars[-1][1].timezone
    return Way(
        start=start,
        end=end,
        target=target,
        timezone=place,
        seconds=hours.between(start, end),
        working_days=hours.working_days(start, end),
        days=tuple(_days(calendars, hours, start, end)),
        changes=tuple(since for since, _ in calendars[1:] if start < since < end),
    )


def _days(calendars: Calendars, hours: BusinessTime, start: Instant, end: Instant) -> Iterator[Day]:
    place = zone(calendars[-1][1].timezone)
    first, last = (datetime.fromtimestamp(each, place).date() for each in (start, end))
    if (last - first).days > LONGEST:
        return
    spans: dict[date, list[tuple[Instant, Instant]]] = {}
    for opens, closes in hours.spans(start, end):
        spans.setdefault(datetime.fromtimestamp(opens, place).date(), []).append((opens, closes))
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        windows = tuple(spans.get(day, ()))
        yield Day(day, windows, None if windows else _why(_calendar_on(calendars, day), day, first, last))


def _calendar_on(calendars: Calendars, day: date) -> Calendar:
    found = calendars[0][1]
    for since, calendar in calendars[1:]:
        if datetime.fromtimestamp(since, zone(calendar.timezone)).date() <= day:
            found = calendar
    return found


def _why(calendar: Calendar, day: date, first: date, last: date) -> str:
    """Why a date has no open time on the way."""
    special = dict(calendar.overrides)
    if day in special and not special[day]:
        return "closed on this date"
    if day not in special and day in calendar.closed:
        return "holiday"
    if day not in special and not calendar.week[day.weekday()]:
        return "closed on this weekday"
    if day == first:
        return "closed by then"
    return "not open yet" if day == last else "no window"


def _span(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{left} s" if left else ""]
    return " ".join(filter(None, parts)) or "0 min"

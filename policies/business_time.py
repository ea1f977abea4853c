"""Business time: deadlines and elapsed time counted only while a calendar is open (policy 2.4).

All instants are UTC seconds. Windows are half-open; a target that ends at closing is due at closing.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import ClassVar, NamedTuple, NoReturn, Protocol, TypeAlias

from mapping.records import instant_of
from policies.schedule import OpenDay, OpenDays, Span, apart
from policies.zones import DAY, EPOCH_DAY, even_midnight, instant_at, wall_at

FIRST_REACH = 400  # days expanded at first, enough for a year's clocks and reports


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """A target of whole working dates: the same local time `count` working dates later (policy 2.4.5)."""

    count: int


Target: TypeAlias = int | BusinessDays  # seconds, or working dates; negative counts back


class BusinessTimeError(ValueError):
    """An instant that cannot be computed; a clock that meets it is invalid, with `code` as its reason."""

    code: ClassVar[str]


class NoBusinessTime(BusinessTimeError):
    """The calendar never opens again."""

    code = "NO_BUSINESS_TIME"


class OutsideCalendar(BusinessTimeError):
    """The answer lies outside the dates that the calendar was published for."""

    code = "OUTSIDE_CALENDAR"


class Hours(Protocol):
    """What clocks ask of business time."""

    def add(self, start: int, target: Target) -> int:
        """The instant at which `target` has passed since `start`."""

    def between(self, start: int, end: int) -> int:
        """The open seconds in `[start, end)`."""

    def next_open(self, instant: int) -> int:
        """`instant` when open, else the next opening."""

    def is_open(self, instant: int) -> bool:
        """Whether `instant` lies in a window."""

    def working_days(self, start: int, end: int) -> int:
        """How many working dates have open time in `[start, end)`."""


class _Table(NamedTuple):
    """Merged spans as parallel lists; open seconds before instant t in span i are t - shift[i]."""

    opens: list[int]
    closes: list[int]
    ends: list[int]  # open seconds up to each closing
    shift: list[int]  # closing minus `ends`
    since: int
    until: int


class _Days(NamedTuple):
    """Working dates as parallel lists."""

    days: list[OpenDay]
    opens: list[int]  # the first opening of each
    closes: list[int]  # the last closing of each
    ranks: list[int]  # how many dates that count lie up to each
    midnights: list[int | None]  # the local midnight of each; None where clocks change on it


class BusinessTime:
    """Arithmetic on the open time of `days`; immutable but for the dates it has expanded so far.

    Every method raises OutsideCalendar for instants the calendar was not published for, and NoBusinessTime
    where it never opens again.
    """

    def __init__(self, days: OpenDays) -> None:
        self._source = days
        self._low = self._high = 0
        self._table = _Table([], [], [], [], 0, -1)
        self._days = _Days([], [], [], [], [])

    def add(self, start: int, target: Target) -> int:
        """The instant at which `target` has passed since `start`.

        Seconds: the earliest instant with that much open time since `start`; zero answers `next_open`.
        Business days: the same local time that many working dates later, `start` first moved to the next
        opening, the result held inside the date's windows with its closing kept. Negative targets count
        back: the latest instant from which that much passes until `start`.
        """
        if isinstance(target, BusinessDays):
            return self._add_days(start, target.count)
        if target < 0:
            return self._back(start, -target)
        while True:
            opens, closes, ends, shift, since, until = self._table
            if since <= start <= until:
                i = bisect_right(closes, start)
                if i < len(opens):
                    goal = (start if start > opens[i] else opens[i]) - shift[i] + target  # noqa: FURB136 - max() costs a fifth of the speed
                    if goal <= ends[-1]:
                        due = goal + shift[bisect_left(ends, goal, i)]
                        if due <= until:
                            return due
            self._grow(start, later=start > since)

    def between(self, start: int, end: int) -> int:
        """The open seconds in `[start, end)`; negative when `end` comes first."""
        return self._position(end) - self._position(start)

    def next_open(self, instant: int) -> int:
        """`instant` when open, else the next opening; a closing instant is not open."""
        return self.add(instant, 0)

    def is_open(self, instant: int) -> bool:
        """Whether `instant` lies in a window, its opening included and its closing not."""
        self._reach(instant)
        i = bisect_right(self._table.closes, instant)
        return i < len(self._table.opens) and self._table.opens[i] <= instant

    def working_days(self, start: int, end: int) -> int:
        """How many working dates have open time in `[start, end)`, the first and last counted whole."""
        if self.between(start, end) <= 0:
            return 0
        return bisect_left(self._days.opens, end) - bisect_right(self._days.closes, start)

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """The open spans inside `[start, end)` in UTC seconds, adjoining windows as one."""
        self._reach(start)
        self._reach(end)
        opens, closes, *_ = self._table
        inside = range(bisect_right(closes, start), bisect_left(opens, end))
        return tuple((max(opens[i], start), min(closes[i], end)) for i in inside)

    def due(self, start: datetime, target: timedelta | BusinessDays) -> datetime:
        """`add` for aware datetimes, answered in the calendar's zone; raises ValueError for naive ones."""
        amount = target if isinstance(target, BusinessDays) else target // timedelta(seconds=1)
        return datetime.fromtimestamp(self.add(instant_of(start), amount), self._source.place)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """`between` for aware datetimes; raises ValueError for naive ones."""
        return timedelta(seconds=self.between(instant_of(start), instant_of(end)))

    def opening(self, moment: datetime) -> datetime:
        """`next_open` for aware datetimes, answered in the calendar's zone; raises ValueError for naive ones."""
        return datetime.fromtimestamp(self.next_open(instant_of(moment)), self._source.place)

    def _position(self, instant: int) -> int:
        opens, closes, ends, shift, since, until = self._table
        if not since <= instant <= until:
            self._reach(instant)
            return self._position(instant)
        i = bisect_right(closes, instant)
        if i == len(opens):
            return ends[-1] if ends else 0
        return (instant if instant > opens[i] else opens[i]) - shift[i]  # noqa: FURB136 - as in add

    def _back(self, start: int, seconds: int) -> int:
        while True:
            goal = self._position(start) - seconds
            opens, _, ends, shift, since, _ = self._table
            if goal >= 0:
                i = bisect_right(ends, goal)
                if i < len(opens) and goal + shift[i] >= since:
                    return goal + shift[i]
            self._grow(start, later=False)

    def _add_days(self, start: int, count: int) -> int:
        origin = self.add(start, 0) if count >= 0 else start
        while count:
            self._reach(origin)
            days, opens, _, ranks, midnights = self._days
            i = bisect_right(opens, origin) - 1
            if i >= 0:
                # A date cut short does not count: one step back from it is the counting date before.
                goal = ranks[i] + count + (count < 0 and not days[i].counts)
                if 0 < goal <= ranks[-1]:
                    j = bisect_left(ranks, goal)
                    due = _held(days[j], midnights[j], _wall_on(days[i], midnights[i], origin))
                    if self._table.since <= due <= self._table.until:
                        return due
            self._grow(origin, later=count > 0)
        return origin

    def _reach(self, instant: int) -> None:
        while not self._table.since <= instant <= self._table.until:
            self._grow(instant, later=instant > self._table.since)

    def _grow(self, instant: int, *, later: bool) -> None:
        """Expand more dates around or beyond `instant`; raises when none are left."""
        day = min(max(instant // DAY + EPOCH_DAY, self._source.first), self._source.last)
        low, high = (self._low, self._high) if self._high else (day, day)
        size = max(FIRST_REACH, high - low)
        low = max(self._source.first, min(low, day - 40) - (0 if later else size))
        high = min(self._source.last, max(high, day + 40) + (size if later else 0))
        if (low, high) == (self._low, self._high):
            self._refuse(instant)
        self._low, self._high = low, high
        days = apart(self._source.expand(low, high))
        self._days = _list_days(days)
        self._table = _tabulate(days, (low + 2 - EPOCH_DAY) * DAY, (high - EPOCH_DAY) * DAY)

    def _refuse(self, instant: int) -> NoReturn:
        inside = self._table.since <= instant <= self._table.until
        if inside and bisect_right(self._table.closes, instant) == len(self._table.closes):
            raise NoBusinessTime("the calendar has no open window from this instant on")
        raise OutsideCalendar("the calendar was not published for the dates this needs; publish it again")


def _wall_on(day: OpenDay, midnight: int | None, instant: int) -> int:
    """What clocks show at `instant` since midnight of `day`; after a closing, what they showed then."""
    closing = _closing(day, instant)
    if closing is not None and closing < instant:
        instant = closing
    return wall_at(day.place, instant, day.day) if midnight is None else instant - midnight


def _held(day: OpenDay, midnight: int | None, wall: int) -> int:
    """The instant clocks show `wall` on `day`, held inside its windows; a closing is kept."""
    instant = instant_at(day.place, day.day, wall) if midnight is None else midnight + wall
    closing = _closing(day, instant)
    return day.spans[0][0] if closing is None else min(instant, closing)


def _closing(day: OpenDay, instant: int) -> int | None:
    """The closing of the last window of `day` that has opened by `instant`."""
    found = None
    for opens, closes in day.spans:
        if opens <= instant:
            found = closes
    return found


def _list_days(days: list[OpenDay]) -> _Days:
    ranks = list(accumulate(int(day.counts) for day in days))
    return _Days(
        days,
        [day.spans[0][0] for day in days],
        [day.spans[-1][1] for day in days],
        ranks,
        [even_midnight(day.place, day.day, day.spans[0][0], day.spans[-1][1]) for day in days],
    )


def _tabulate(days: list[OpenDay], since: int, until: int) -> _Table:
    """Join the spans of all dates into one continuous table, sure between `since` and `until`."""
    opens: list[int] = []
    closes: list[int] = []
    for start, end in (span for day in days for span in day.spans):
        if closes and start == closes[-1]:
            closes[-1] = end
        else:
            opens.append(start)
            closes.append(end)
    ends = list(accumulate(end - start for start, end in zip(opens, closes, strict=True)))
    shift = [end - total for end, total in zip(closes, ends, strict=True)]
    return _Table(opens, closes, ends, shift, since, until)

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
    parted: list[bool]  # whether it has more than one window
    since: int  # what is told of dates is sure between these
    until: int

    def shown(self, instant: int, i: int, j: int) -> int:
        """When clocks show on date `j` what they show at `instant`, of date `i`; held inside the windows of `j`."""
        _, opens, closes, _, midnights, parted, _, _ = self
        here, there = midnights[i], midnights[j]
        if parted[j] or here is None or there is None:
            wall = wall_at(self.days[i].place, instant, self.days[i].day)
            return _held(self.days[j], instant_at(self.days[j].place, self.days[j].day, wall))
        due = instant - here + there
        return opens[j] if due < opens[j] else closes[j] if due > closes[j] else due  # noqa: FURB136 - as in add


class BusinessTime:
    """Arithmetic on the open time of `days`; immutable but for the dates it has expanded so far.

    Every method raises OutsideCalendar for instants the calendar was not published for, and NoBusinessTime
    where it never opens again.
    """

    def __init__(self, days: OpenDays) -> None:
        self._source = days
        self._low = self._high = 0
        self._table = _Table([], [], [], [], 0, -1)
        self._days = _Days([], [], [], [], [], [], 0, -1)

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
        opens, closes, _, shift, since, until = self._table
        if since <= start <= end <= until and (j := bisect_right(closes, end)) < len(opens):
            i = bisect_right(closes, start)
            first = (start if start > opens[i] else opens[i]) - shift[i]  # noqa: FURB136 - as in add
            return (end if end > opens[j] else opens[j]) - shift[j] - first  # noqa: FURB136
        return self._position(end) - self._position(start)

    def next_open(self, instant: int) -> int:
        """`instant` when open, else the next opening; a closing instant is not open."""
        opens, closes, _, _, since, until = self._table
        if since <= instant <= until and (i := bisect_right(closes, instant)) < len(opens):
            opening = opens[i] if opens[i] > instant else instant  # noqa: FURB136 - as in add
            if opening <= until:
                return opening
        return self.add(instant, 0)

    def is_open(self, instant: int) -> bool:
        """Whether `instant` lies in a window, its opening included and its closing not."""
        opens, closes, _, _, since, until = self._table
        if not since <= instant <= until:
            self._reach(instant)
            return self.is_open(instant)
        i = bisect_right(closes, instant)
        return i < len(opens) and opens[i] <= instant

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
        if count <= 0:
            return self._back_days(start, -count) if count else self.next_open(start)
        while True:
            dates = self._days
            _, opens, closes, ranks, _, parted, since, until = dates
            i = bisect_right(closes, start)
            if since <= start <= until and i < len(opens) and (goal := ranks[i] + count) <= ranks[-1]:
                origin = start if opens[i] <= start and not parted[i] else self.next_open(start)
                due = dates.shown(origin, i, bisect_left(ranks, goal))
                if due <= until:
                    return due
            self._grow(start, later=start > since)

    def _back_days(self, start: int, count: int) -> int:
        self._reach(start)
        while True:
            days, opens, _, ranks, _, _, since, _ = self._days
            i = bisect_right(opens, start) - 1
            # A date cut short does not count: one step back from it is the counting date before.
            if i >= 0 and (goal := ranks[i] - count + (not days[i].counts)) > 0:
                due = self._days.shown(_held(days[i], start), i, bisect_left(ranks, goal))
                if since <= due:
                    return due
            self._grow(start, later=False)

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
        since, until = (low + 2 - EPOCH_DAY) * DAY, (high - EPOCH_DAY) * DAY
        self._days = _list_days(days, since, until)
        self._table = _tabulate(days, since, until)

    def _refuse(self, instant: int) -> NoReturn:
        inside = self._table.since <= instant <= self._table.until
        if inside and bisect_right(self._table.closes, instant) == len(self._table.closes):
            raise NoBusinessTime("the calendar has no open window from this instant on")
        raise OutsideCalendar("the calendar was not published for the dates this needs; publish it again")


def _held(day: OpenDay, instant: int) -> int:
    """The instant held inside the windows of `day`; a closing is kept."""
    held = day.spans[0][0]
    for opens, closes in day.spans:
        if opens <= instant:
            held = instant if instant < closes else closes  # noqa: FURB136 - as in add
    return held


def _list_days(days: list[OpenDay], since: int, until: int) -> _Days:
    ranks = list(accumulate(int(day.counts) for day in days))
    return _Days(
        days,
        [day.spans[0][0] for day in days],
        [day.spans[-1][1] for day in days],
        ranks,
        [even_midnight(day.place, day.day, day.spans[0][0], day.spans[-1][1]) for day in days],
        [len(day.spans) > 1 for day in days],
        since,
        until,
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

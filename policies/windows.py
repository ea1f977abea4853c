"""Opening windows as people write them: `09:00-18:00`, `22:00-06:00` over midnight, `00:00-24:00`."""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from mapping.problems import Problem, nearest

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WHOLE_DAY = 86_400
_WINDOW = re.compile(r"(\d{1,2}):(\d{2})\s*[-\u2013]\s*(\d{1,2}):(\d{2})")


class Window(NamedTuple):
    """Open from `opens` until before `closes`, seconds after the local midnight of the date it starts on.

    `closes` is above 24 hours where the window runs past midnight.
    """

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{_clock(self.opens)}-{_clock(self.closes if self.closes <= WHOLE_DAY else self.closes - WHOLE_DAY)}"


Windows: TypeAlias = tuple[Window, ...]
Week: TypeAlias = tuple[Windows, Windows, Windows, Windows, Windows, Windows, Windows]
CLOSED_WEEK: Week = ((), (), (), (), (), (), ())


class Findings:
    """What reading a configuration table turned up: problems forbid it, warnings do not."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def problem(self, key: str, what: str, write: str) -> None:
        """Add a fault that forbids the table."""
        self.problems.append(Problem(key=key, what=what, write=write))

    def warning(self, key: str, what: str, write: str) -> None:
        """Add something a person should look at."""
        self.warnings.append(Problem(key=key, what=what, write=write))


def parse_window(text: str) -> Window:
    """Read one window; raises ValueError saying what is wrong with it."""
    match = _WINDOW.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a window")
    from_hour, from_minute, to_hour, to_minute = (int(part) for part in match.groups())
    opens, closes = from_hour * 3600 + from_minute * 60, to_hour * 3600 + to_minute * 60
    if max(from_minute, to_minute) > 59 or opens >= WHOLE_DAY or closes > WHOLE_DAY:  # noqa: PLR2004 - minutes of an hour
        raise ValueError(f"{text!r} holds a time that no clock shows")
    if opens == closes:
        raise ValueError(f"{text!r} is empty")
    return Window(opens, closes if closes > opens else closes + WHOLE_DAY)


def read_windows(value: object, key: str, findings: Findings) -> Windows:
    """Read a window or a list of them, merging overlaps with a warning and collecting every fault."""
    texts = value if isinstance(value, list | tuple) else [value]
    found: list[Window] = []
    for text in texts:
        try:
            found.append(parse_window(text if isinstance(text, str) else repr(text)))
        except ValueError as fault:
            findings.problem(
                key, str(fault), "write 'HH:MM-HH:MM', over midnight '22:00-06:00', all day '00:00-24:00'"
            )
    windows = merged(found)
    if overlapping(found):
        findings.warning(
            key, "windows overlap and are merged", f"write {[str(window) for window in windows]}"
        )
    return windows


def read_week(value: object, key: str, findings: Findings) -> Week:
    """Read a week: days or ranges of days (`mon-fri`) to windows; days left out are closed."""
    if not isinstance(value, Mapping):
        findings.problem(key, "is not a table", "write { mon-fri = ['09:00-18:00'] }")
        return CLOSED_WEEK
    days: dict[int, Windows] = {}
    for name, windows in value.items():
        place = f"{key}.{name}"
        read = read_windows(windows, place, findings)
        for day in _days_named(str(name), place, findings):
            if day in days:
                findings.problem(place, f"{DAYS[day]} is named twice", "name each day once")
            days[day] = read
    return week_of(days)


def week_of(days: Mapping[int, Windows]) -> Week:
    """A week from windows by weekday (Monday is 0); days left out are closed."""
    mon, tue, wed, thu, fri, sat, sun = (days.get(day, ()) for day in range(7))
    return (mon, tue, wed, thu, fri, sat, sun)


def merged(windows: Iterable[Window]) -> Windows:
    """The same open time in order, without overlaps."""
    joined: list[Window] = []
    for window in sorted(windows):
        if joined and window.opens <= joined[-1].closes:
            joined[-1] = Window(joined[-1].opens, max(joined[-1].closes, window.closes))
        else:
            joined.append(window)
    return tuple(joined)


def overlapping(windows: Iterable[Window]) -> bool:
    """Whether some open time is named twice."""
    ordered = sorted(windows)
    return any(later.opens < earlier.closes for earlier, later in pairwise(ordered))


def _days_named(name: str, key: str, findings: Findings) -> range:
    first, _, last = name.lower().partition("-")
    last = last or first
    for day in (first, last):
        if day not in DAYS:
            findings.problem(key, f"{day!r} is not a day", nearest(day, DAYS))
            return range(0)
    if DAYS.index(last) < DAYS.index(first):
        findings.problem(key, "the range runs backwards", "write two ranges within one week, Monday first")
        return range(0)
    return range(DAYS.index(first), DAYS.index(last) + 1)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"

# ruff: noqa: A005 - absolute imports only, so the standard library's calendar stays reachable
"""A company's calendar: from its configuration table to published, unchanging hours.

The way: `read_calendar(table)` gives a `CalendarSpec` with every problem found; `spec.resolve(on)` writes the
holidays out as dates and gives a `Calendar`, which is what an agreement publishes and the ledger keeps
(`document`, `Calendar.load`). `calendar.hours` is its `BusinessTime`:

    hours.add(start, 4 * 3600)            due in seconds of open time (UTC seconds in and out)
    hours.add(start, BusinessDays(2))     due in working dates; negative counts back
    hours.between(a, b), hours.next_open(t), hours.is_open(t), hours.working_days(a, b)

`timeline([(effective_from, calendar), ...])` is the same interface over versions: time passed under an old
version stays as measured, what is left runs in the new one (policy 2.4.8). Errors are `BusinessTimeError`s
with a `code`: NO_BUSINESS_TIME, OUTSIDE_CALENDAR.

```toml
timezone = "Europe/Madrid"
week = { mon-fri = ["09:00-14:00", "16:00-19:00"] }           # the default is mon-fri 09:00-18:00
holidays = { country = "ES", subdivision = "MD", extra = [2026-05-15], removed = [2026-12-07] }
overrides = { 2026-12-24 = ["09:00-14:00"], 2026-12-31 = [] }  # replace the week's windows on that date
```
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from mapping.problems import Problem, nearest
from policies.business_time import BusinessTime, BusinessTimeError
from policies.holiday_source import HolidaySource, read_holidays
from policies.schedule import Schedule, Succession
from policies.windows import Findings, Week, Window, Windows, read_week, read_windows, week_of
from policies.zones import DAY, EPOCH_DAY, zone, zone_names

YEARS_AHEAD = 3  # the horizon holidays are written out for at publish (policy 6.3)
YEARS_BACK = 10  # so that imported history can be measured too
DEFAULT_WEEK: Week = week_of(dict.fromkeys(range(5), (Window(9 * 3600, 18 * 3600),)))
KEYS = ("timezone", "week", "holidays", "overrides")


@dataclass(frozen=True)
class Calendar:
    """A published calendar: every closed date written out from `first` to `last`, nothing looked up later."""

    timezone: str
    week: Week
    closed: tuple[date, ...]
    overrides: tuple[tuple[date, Windows], ...]
    first: date
    last: date
    holidays: HolidaySource | None = None

    @cached_property
    def hours(self) -> BusinessTime:
        """Business time of this calendar alone."""
        return BusinessTime(self.schedule)

    @cached_property
    def schedule(self) -> Schedule:
        """The calendar's windows by date; an override wins over a holiday."""
        dates: dict[int, Windows] = {day.toordinal(): () for day in self.closed}
        dates.update((day.toordinal(), windows) for day, windows in self.overrides)
        return Schedule(zone(self.timezone), self.week, dates, self.first.toordinal(), self.last.toordinal())

    @cached_property
    def content_hash(self) -> str:
        """The same for calendars that open and close at the same wall times on the same dates."""
        return _digest({key: value for key, value in self.document().items() if key != "holidays"})

    def problems(self, on: date) -> tuple[Problem, ...]:
        """Why this calendar cannot be published on a date: it never opens from then on."""
        try:
            self.hours.next_open((on.toordinal() - EPOCH_DAY) * DAY)
        except BusinessTimeError as fault:
            return (
                Problem(
                    key="calendar",
                    what=f"{fault.code}: no open window from {on} to {self.last}",
                    write="give the week a window, or remove dates from 'holidays.extra' and 'overrides'",
                ),
            )
        return ()

    def document(self) -> dict[str, Any]:
        """The calendar as JSON values, for the ledger."""
        return {
            "timezone": self.timezone,
            "week": [[list(window) for window in windows] for windows in self.week],
            "closed": [day.isoformat() for day in self.closed],
            "overrides": {day.isoformat(): [list(window) for window in each] for day, each in self.overrides},
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "holidays": None if self.holidays is None else self.holidays.document(),
        }

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> "Calendar":
        """The calendar that `document` wrote."""
        source = document["holidays"]
        return cls(
            timezone=document["timezone"],
            week=week_of({day: _windows(each) for day, each in enumerate(document["week"])}),
            closed=tuple(date.fromisoformat(day) for day in document["closed"]),
            overrides=tuple(
                (date.fromisoformat(day), _windows(each))
                for day, each in sorted(document["overrides"].items())
            ),
            first=date.fromisoformat(document["first"]),
            last=date.fromisoformat(document["last"]),
            holidays=None if source is None else HolidaySource.load(source),
        )


@dataclass(frozen=True, kw_only=True)
class CalendarSpec:
    """A calendar as configured: holidays by rule, not yet by date."""

    timezone: str
    week: Week = DEFAULT_WEEK
    holidays: HolidaySource | None = None
    overrides: tuple[tuple[date, Windows], ...] = ()

    @property
    def digest(self) -> str:
        """Changes exactly when the configuration does, so an unpublished edit can be told."""
        source = None if self.holidays is None else self.holidays.document()
        return _digest([self.timezone, self.week, source, [(str(day), each) for day, each in self.overrides]])

    def resolve(self, on: date) -> Calendar:
        """The calendar to publish on a date, holidays written out from 10 years before to 3 years after."""
        first, last = date(on.year - YEARS_BACK, 1, 1), date(on.year + YEARS_AHEAD, 12, 31)
        closed = frozenset() if self.holidays is None else self.holidays.dates(first, last)
        return Calendar(
            timezone=self.timezone,
            week=self.week,
            closed=tuple(sorted(closed)),
            overrides=self.overrides,
            first=first,
            last=last,
            holidays=self.holidays,
        )


class CalendarReading(NamedTuple):
    """What a table says: the calendar unless a problem forbids it, every problem, every warning."""

    spec: CalendarSpec | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def read_calendar(table: Mapping[str, object], key: str = "calendar") -> CalendarReading:
    """Read a `[calendar]` table, finding all that is wrong with it at once; `key` is where it stands."""
    findings = Findings()
    for name in table:
        if name not in KEYS:
            findings.problem(f"{key}.{name}", f"{name!r} is not known here", nearest(str(name), KEYS))
    spec = CalendarSpec(
        timezone=read_zone(table.get("timezone"), f"{key}.timezone", findings),
        week=read_week(table["week"], f"{key}.week", findings) if "week" in table else DEFAULT_WEEK,
        holidays=read_holidays(table.get("holidays"), f"{key}.holidays", findings),
        overrides=_read_overrides(table.get("overrides", {}), f"{key}.overrides", findings),
    )
    if not findings.problems and not any(spec.week) and not any(windows for _, windows in spec.overrides):
        findings.problem(
            f"{key}.week", "NO_BUSINESS_TIME: it never opens", "write { mon-fri = ['09:00-18:00'] }"
        )
    problems = tuple(findings.problems)
    return CalendarReading(None if problems else spec, problems, tuple(findings.warnings))


def read_zone(value: object, key: str, findings: Findings) -> str:
    """Read an IANA zone name; an unknown or missing one is a problem with the nearest name."""
    if isinstance(value, str) and value in zone_names():
        return value
    if value is None:
        findings.problem(key, "is missing", "write an IANA zone, such as 'Europe/Madrid'")
    else:
        known = {name.lower(): name for name in zone_names()}
        advice = nearest(str(value).lower().replace(" ", "_"), known)
        named = next((f"write {known[name]!r}" for name in known if advice == f"write {name!r}"), None)
        findings.problem(
            key, f"{value!r} is not a zone", named or "write an IANA zone, such as 'Europe/Madrid'"
        )
    return "UTC"


def timeline(versions: Sequence[tuple[int, Calendar]]) -> BusinessTime:
    """Business time over versions, oldest first, each from its instant (UTC seconds); the first from ever.

    Also for calendars of an owner and of the team that replace one another. Raises ValueError when the
    versions are not in order or none is given.
    """
    if len(versions) == 1:
        return versions[0][1].hours
    return BusinessTime(Succession([(start, calendar.schedule) for start, calendar in versions]))


def _read_overrides(value: object, key: str, findings: Findings) -> tuple[tuple[date, Windows], ...]:
    if not isinstance(value, Mapping):
        findings.problem(key, "is not a table", "write { 2026-12-24 = ['09:00-14:00'] }")
        return ()
    found: dict[date, Windows] = {}
    for name, windows in value.items():
        place = f"{key}.{name}"
        try:
            day = name if isinstance(name, date) else date.fromisoformat(str(name))
        except ValueError:
            findings.problem(place, f"{str(name)!r} is not a date", "write YYYY-MM-DD")
            continue
        found[day] = read_windows(windows, place, findings)
    return tuple(sorted(found.items()))


def _windows(value: Sequence[Sequence[int]]) -> Windows:
    return tuple(Window(opens, closes) for opens, closes in value)


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

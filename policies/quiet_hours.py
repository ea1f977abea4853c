"""Quiet hours: when a lead may be contacted, per channel, by the lead's own clock (policy 4.4).

Read rows with `read_presets` (the shipped ones with a company's edits over them), choose one with `preset_for`,
find the lead's zone with `policies.whereabouts.locate`, then ask `QuietHours(preset, whereabouts)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from mapping.problems import Problem, nearest
from policies.business_time import BusinessTime, Hours, NoBusinessTime
from policies.holiday_source import dates_off
from policies.quiet_presets import PRESETS
from policies.schedule import Schedule
from policies.whereabouts import Whereabouts
from policies.windows import Findings, Week, Window, Windows, read_week, week_of
from policies.zones import zone, zones_by_country

CHANNELS = ("phone", "sms", "whatsapp", "email", "linkedin", "meeting", "other")
KEYS = ("channels", "holidays", "citation", "as_of")
SHRINK = 3600  # taken from both ends of each window when the zone is a guess (case F07)
YEAR = 31_556_952  # the mean length of a year: 1970 plus so many is the year, give or take a day
SEARCH = 366 * 86_400  # how far ahead an allowed instant is looked for


@dataclass(frozen=True, kw_only=True)
class Preset:
    """The hours of one country or state; a channel without a week is free at any hour."""

    name: str
    channels: tuple[tuple[str, Week], ...]
    holidays: bool
    citation: str
    as_of: date

    def __hash__(self) -> int:
        return hash(self.name)

    def week(self, channel: str) -> Week | None:
        """The week in which `channel` is allowed; None when it is free."""
        return dict(self.channels).get(channel)


@dataclass(frozen=True)
class QuietHours:
    """The allowed hours of leads that live in one place; instants are UTC seconds."""

    preset: Preset
    whereabouts: Whereabouts
    _known: dict[tuple[str, int], BusinessTime | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )  # by channel and year

    def allows(self, channel: str, instant: int) -> bool:
        """Whether `channel` may be used at `instant`."""
        hours = self._hours(channel, instant)
        return hours is None or hours.is_open(instant)

    def next_allowed(self, channel: str, instant: int, rep: Hours) -> int:
        """The first instant from `instant` on that is allowed and inside the salesperson's hours (case F11).

        Raises NoBusinessTime when the two share no instant within a year, and what `rep` raises.
        """
        at = instant
        while at <= instant + SEARCH:
            opening = rep.next_open(at)
            hours = self._hours(channel, opening)
            at = opening if hours is None else hours.next_open(opening)
            if at == opening:
                return at
        raise NoBusinessTime("quiet hours and the salesperson's hours share no instant within a year")

    def _hours(self, channel: str, instant: int) -> BusinessTime | None:
        key = channel, 1970 + instant // YEAR
        if key not in self._known:
            self._known[key] = self._read_hours(*key)
        return self._known[key]

    def _read_hours(self, channel: str, year: int) -> BusinessTime | None:
        week = self.preset.week(channel)
        if week is None:
            return None
        closed_in = (self.whereabouts.country, self.whereabouts.region) if self.preset.holidays else None
        return _open_hours(week, self.whereabouts.zone, closed_in, year, shrunk=self.whereabouts.guessed)


@lru_cache(maxsize=512)
def quiet_hours_of(preset: Preset, whereabouts: Whereabouts) -> QuietHours:
    """The allowed hours of every lead that lives where `whereabouts` says."""
    return QuietHours(preset, whereabouts)


def read_presets(
    table: Mapping[str, object], key: str = "quiet_hours"
) -> tuple[dict[str, Preset], tuple[Problem, ...]]:
    """The shipped presets with a company's `[quiet_hours.<name>]` tables over them, and every fault found.

    A table replaces the keys it names; one for a new country needs all of them. Names are country codes, codes
    with a state (`US-FL`), or `default`.
    """
    findings = Findings()
    rows: dict[str, Mapping[str, object]] = dict(PRESETS)
    for name, row in table.items():
        place = f"{key}.{name}"
        if not isinstance(row, Mapping):
            findings.problem(place, "is not a table", "write { channels = { phone = { mon-fri = [...] } } }")
            continue
        if name != "default" and name.partition("-")[0] not in zones_by_country():
            what = f"{name!r} is no country, nor a state of one"
            findings.problem(place, what, "write an ISO code: 'ES', 'US-FL', or 'default'")
        for unknown in set(row) - set(KEYS):
            findings.problem(f"{place}.{unknown}", f"{unknown!r} is not known here", nearest(unknown, KEYS))
        rows[name] = {**rows.get(name, {}), **row}
    presets = {name: _read_preset(name, row, f"{key}.{name}", findings) for name, row in rows.items()}
    return presets, tuple(findings.problems)


def preset_for(presets: Mapping[str, Preset], country: str | None, region: str | None = None) -> Preset:
    """The row of the state, else of the country, else the default one."""
    for name in (f"{country}-{region}", country or ""):
        if name in presets:
            return presets[name]
    return presets["default"]


def _read_preset(name: str, row: Mapping[str, object], key: str, findings: Findings) -> Preset:
    channels = row.get("channels")
    holidays, citation, as_of = row.get("holidays"), row.get("citation"), row.get("as_of")
    if not isinstance(channels, Mapping):
        findings.problem(f"{key}.channels", "is missing", "write { phone = { mon-fri = ['09:00-18:00'] } }")
        channels = {}
    for channel in channels:
        if channel not in CHANNELS:
            findings.problem(
                f"{key}.channels.{channel}", f"{channel!r} is no channel", nearest(str(channel), CHANNELS)
            )
    if not isinstance(holidays, bool):
        findings.problem(f"{key}.holidays", "is missing", "write true where holidays are quiet, else false")
    if not isinstance(citation, str) or not citation.strip():
        findings.problem(f"{key}.citation", "is missing", "name the law or the decision the hours rest on")
    if not isinstance(as_of, date):
        findings.problem(f"{key}.as_of", "is missing", "write the date on which the source was read")
    weeks = {
        str(each): read_week(week, f"{key}.channels.{each}", findings) for each, week in channels.items()
    }
    return Preset(
        name=name,
        channels=tuple(sorted(weeks.items())),
        holidays=holidays is True,
        citation=str(citation),
        as_of=as_of if isinstance(as_of, date) else date.min,
    )


@lru_cache(maxsize=512)
def _open_hours(
    week: Week, place: str, closed_in: tuple[str | None, str | None] | None, year: int, *, shrunk: bool
) -> BusinessTime:
    """Allowed hours for instants of `year`; three years of dates, so that answers may lie beyond it."""
    first, last = date(year - 1, 1, 1), date(year + 2, 12, 31)
    days_off = frozenset() if closed_in is None else dates_off(*closed_in, range(year - 1, year + 3))
    closed: dict[int, Windows] = {day.toordinal(): () for day in days_off}
    hours = week_of({day: _shrink(windows) for day, windows in enumerate(week)}) if shrunk else week
    return BusinessTime(Schedule(zone(place), hours, closed, first.toordinal(), last.toordinal()))


def _shrink(windows: Windows) -> Windows:
    smaller = (Window(window.opens + SHRINK, window.closes - SHRINK) for window in windows)
    return tuple(window for window in smaller if window.opens < window.closes)

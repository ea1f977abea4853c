"""What publishing an agreement would change, key by key, and what forbids it (design, section 8)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from mapping.package import parse_package_terms
from mapping.problems import ConfigurationError, Problem, nearest
from mapping.records import Instant, format_instant, moment_of
from policies.agreement import Agreement
from policies.calendar import Calendar
from policies.goal_table import read_goal
from policies.terms import PAUSE_REASONS
from policies.zones import zone
from sync.speech import Speech

VERSION = ("number", "effective_from")  # what a version is, and since when: no rule
PACKAGE, GOALS = "package", "goals"


@dataclass(frozen=True, slots=True)
class Change:
    """One key that takes another value; None where it was not, or is no more."""

    key: str
    old: object
    new: object


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The configured agreement and calendar as they would be published, beside what was published last."""

    agreement: Agreement
    calendar: Calendar
    published: Agreement | None = None
    former: Calendar | None = None

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every rule and signature that differs from the published version, in the order of their keys."""
        return differences(
            {} if self.published is None else rules_of(self.published), rules_of(self.agreement)
        )

    @cached_property
    def calendar_changes(self) -> tuple[Change, ...]:
        """How the hours differ from the instant on: zone, week, and dates that close, open or are special."""
        opens = self.agreement.effective_from or 0
        first = moment_of(opens).astimezone(zone(self.calendar.timezone)).date()
        if self.former is None:
            return (Change("hours", None, f"{self.calendar.first} to {self.calendar.last}"),)
        last = min(self.calendar.last, self.former.last)  # a longer horizon alone is no other calendar
        return differences(_hours(self.former, first, last), _hours(self.calendar, first, last))

    @property
    def changed(self) -> bool:
        """Whether there is anything to publish."""
        return bool(self.changes or self.calendar_changes)


def rules_of(agreement: Agreement) -> dict[str, object]:
    """The agreement's table without what makes it a version."""
    return {name: value for name, value in agreement.to_table().items() if name not in VERSION}


def differences(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[Change, ...]:
    """Every key of two tables with another value; tables are walked, lists of plain values are one value."""
    before, after = dict(_flat(old, "")), dict(_flat(new, ""))
    keys = sorted({*before, *after})
    return tuple(
        Change(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)
    )


def faults_of(agreement: Agreement, speech: Speech) -> list[Problem]:
    """What is wrong with the parts that reading the agreement leaves alone; keys as in the company's table."""
    found = [*_unknown_reasons(agreement), *_useless_routing(agreement), *_useless_stretch(agreement)]
    found += _upside_down(agreement)
    found += faults_of_parts({PACKAGE: agreement.package, GOALS: agreement.goals})
    return [*(each.under("agreement") for each in found), *_unknown_codes(agreement, speech)]


def faults_of_parts(table: Mapping[str, object]) -> list[Problem]:
    """What is wrong with the package and the goals of an agreement's table, sound otherwise or not."""
    found: list[Problem] = []
    package, goals = table.get(PACKAGE), table.get(GOALS)
    if isinstance(package, Mapping):
        try:
            parse_package_terms(package, PACKAGE)
        except ConfigurationError as error:
            found += error.problems
    if isinstance(goals, Mapping) and goals:
        found += read_goal(goals, GOALS)[1]
    return found


def problems_of(proposal: Proposal, speech: Speech, now: Instant) -> list[Problem]:
    """Everything that forbids publishing, at once; keys as in the company's table."""
    agreement = proposal.agreement
    found = [*_times(proposal, now), *_signatures(agreement)]
    found += proposal.calendar.problems(moment_of(max(now, agreement.effective_from or 0)).date())
    return [*(each.under("agreement") for each in found), *faults_of(agreement, speech)]


def _times(proposal: Proposal, now: Instant) -> Iterator[Problem]:
    agreement, last = proposal.agreement, proposal.published
    since, until = agreement.effective_from or now, agreement.effective_to
    key, later = "effective_from", f"write an instant after {format_instant(now)}, or leave it out for now"
    if since < now:
        yield Problem(key=key, what=f"{format_instant(since)} is past: what was judged stays", write=later)
    if last is not None and since <= (last.effective_from or 0):
        what = f"version {last.number} begins at {format_instant(last.effective_from or 0)}: two would hold at once"
        yield Problem(key=key, what=what, write="write a later instant")
    if until is not None and agreement.effective_from is None and until <= since:
        what = f"the agreement would end at {format_instant(until)}, before it begins"
        yield Problem(key="effective_to", what=what, write="write a later instant, or leave it out")


def _signatures(agreement: Agreement) -> Iterator[Problem]:
    for side in ("marketing", "sales"):
        if getattr(agreement.signed_by, side) is None:
            write = f"name who signs with --{side} NAME, or write signed_by = {{ {side} = 'NAME' }}"
            yield Problem(key=f"signed_by.{side}", what=f"nobody signs for {side}", write=write)


def _unknown_reasons(agreement: Agreement) -> Iterator[Problem]:
    known = {*agreement.terms.pause_reasons, *PAUSE_REASONS}  # one of ours that is switched off does no harm
    for name, clock in agreement.clocks.items():
        for reason in clock.pause:
            if reason not in known:
                what = f"{reason!r} is no reason of terms.pause_reasons"
                yield Problem(key=f"clocks.{name}.pause", what=what, write=nearest(reason, known))


def _useless_routing(agreement: Agreement) -> Iterator[Problem]:
    """Routing that nothing would come of."""
    routing = agreement.routing
    if routing.enabled and not routing.owners:
        write = "name the CRM's users: owners = ['005...', '005...']"
        yield Problem(key="routing.owners", what="nobody is named to whom leads could go", write=write)
    if routing.auto_reassign and not routing.enabled:
        write = "write enabled = true too, or leave auto_reassign out"
        yield Problem(key="routing.auto_reassign", what="nothing moves while routing is off", write=write)


def _useless_stretch(agreement: Agreement) -> Iterator[Problem]:
    """A shorter target that no report shows."""
    for name, clock in agreement.clocks.items():
        if clock.stretch is None:
            continue
        key = f"clocks.{name}.stretch"
        if name != "first_attempt":
            yield Problem(
                key=key, what="only first_attempt is shown beside a shorter target", write="leave it out"
            )
        elif not all(isinstance(span, int) for _, span in clock.stretch.rows):
            yield Problem(
                key=key, what="open time alone can be shown", write="write hours or minutes: '5m', '1h'"
            )


def _upside_down(agreement: Agreement) -> Iterator[Problem]:
    """An end before the beginning, where both are written."""
    since, until = agreement.effective_from, agreement.effective_to
    if since is not None and until is not None and until <= since:
        what = f"the agreement would end at {format_instant(until)}, before it begins"
        yield Problem(key="effective_to", what=what, write="write a later instant, or leave it out")


def _unknown_codes(agreement: Agreement, speech: Speech) -> Iterator[Problem]:
    for reason, code in speech.lost_reasons.items():
        if code != "unspecified" and code not in agreement.dispositions:
            key = f"sales_says.lost_reasons.{reason}"
            yield Problem(
                key=key, what=f"{code!r} is no disposition", write=nearest(code, agreement.dispositions)
            )


def _hours(calendar: Calendar, first: date, last: date) -> dict[str, object]:
    """A calendar's open time between two dates, one key for each date that is not like its weekday."""
    dates: dict[str, object] = {str(day): "closed" for day in calendar.closed if first <= day <= last}
    dates |= {
        str(day): _windows(windows) or "closed" for day, windows in calendar.overrides if first <= day <= last
    }
    week = {str(number): _windows(windows) for number, windows in enumerate(calendar.week, 1)}
    return {"timezone": calendar.timezone, "week": week, "dates": dates}


def _windows(windows: object) -> str:
    return ", ".join(map(str, windows)) if isinstance(windows, tuple) else str(windows)


def _flat(value: object, key: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        for number, inner in enumerate(value):
            yield from _flat(inner, f"{key}[{number}]")
    else:
        yield key, value

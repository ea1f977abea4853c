"""Questions about business time: deadlines, open time between instants, and whether a calendar can be published."""

from collections.abc import Mapping
from typing import Any

from policies.business_time import BusinessTimeError
from policies.clocks import reach
from policies.forms import Misfit, Span, read_span
from policies.windows import DAYS
from policies.zones import zone
from tests.cases.runner.calendars import fault_code, reading_of
from tests.cases.runner.setting import Setting
from tests.cases.runner.times import MADRID, At, CaseFault, as_at, read_at

Given = Mapping[str, Any]
Answer = Mapping[str, Any]


def span_of(value: object) -> Span:
    """`4h`, `15m`, `30s`, `2bd`, `10d`, or seconds as a number; raises CaseFault."""
    if isinstance(value, int):
        return value
    try:
        return read_span(value)
    except Misfit as misfit:
        raise CaseFault(str(misfit.problem)) from None


def ask_due(setting: Setting, given: Given) -> Answer:
    """When a target has passed since a start."""
    error, due = None, None
    try:
        hours = setting.hours_named(given.get("calendar"))
        due = reach(hours, str(MADRID), read_at(given["start"]), span_of(given["target"]))
    except BusinessTimeError as fault:
        error = fault_code(fault)
    return {"due_at": as_at(due), "error": error}


def ask_between(setting: Setting, given: Given) -> Answer:
    """The open time between two instants."""
    hours = setting.hours_named(given.get("calendar"))
    start, end = read_at(given["from"]), read_at(given["to"])
    try:
        spans = [{"opens": At(opens), "closes": At(closes)} for opens, closes in hours.spans(start, end)]
        found = {
            "seconds": hours.between(start, end), "working_days": hours.working_days(start, end), "spans": spans,
        }  # fmt: skip
    except BusinessTimeError as fault:
        return {"seconds": None, "working_days": None, "spans": None, "error": fault_code(fault)}
    return {**found, "error": None}


def ask_opening(setting: Setting, given: Given) -> Answer:
    """Whether a calendar is open at an instant, and when it opens."""
    hours = setting.hours_named(given.get("calendar"))
    at = read_at(given["at"])
    try:
        return {"open": hours.is_open(at), "next_open": At(hours.next_open(at)), "error": None}
    except BusinessTimeError as fault:
        return {"open": False, "next_open": None, "error": fault_code(fault)}


def ask_calendar(setting: Setting, given: Given) -> Answer:
    """What validation says of a calendar, and how it was read."""
    reading = reading_of(given.get("calendar", setting.written_calendar))
    problems, week, seconds, closed = list(reading.problems), {}, {}, []
    if reading.spec is not None:
        calendar = reading.spec.resolve(setting.published)
        problems += calendar.problems(setting.published)
        week = {DAYS[n]: [str(window) for window in each] for n, each in enumerate(calendar.week)}
        seconds = {
            DAYS[n]: sum(window.closes - window.opens for window in each)
            for n, each in enumerate(calendar.week)
        }
        closed = [
            str(day) for day in calendar.closed if day.year == given.get("year", setting.published.year)
        ]
        zone(calendar.timezone)
    codes = [each.what.partition(":")[0] for each in problems]
    return {
        "error": next((code for code in codes if code.isupper()), codes[0] if codes else None),
        "problems": [each.key for each in problems],
        "warnings": [each.key for each in reading.warnings],
        "week": week,
        "week_seconds": seconds,
        "holidays": closed,
    }

"""A report as JSON-ready data for machines: codes untranslated, instants in ISO 8601 UTC, counts beside rates."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from mapping.records import format_instant
from reports.effort import Attempts
from reports.figures.cohorts import Cohort
from reports.figures.rates import Share
from reports.outcomes import Whereabouts
from reports.report import Report

VERSION = 1
"""Of the document's shape; another one may lack keys of this."""

_INSTANTS = frozenset({"start", "end", "now", "at", "run_at", "old_due_at", "new_due_at", "decided_at"})
_COUNTS = frozenset({"credit", "bands", "too_much", "others", "owed", "places", "data_quality"})


def document(report: Report, *, company: str) -> dict[str, Any]:
    """The whole report of a company as dicts, lists, texts and numbers.

    A share has its count and total always, its percentage and interval from ten on.
    """
    return {"version": VERSION, "company": company, **_table(report)}


def _table(value: Any) -> dict[str, Any]:
    return {each.name: _entry(each.name, getattr(value, each.name)) for each in fields(value)} | _more(value)


def _entry(name: str, value: Any) -> Any:
    if name in _INSTANTS and isinstance(value, int):
        return format_instant(value)
    if name in _COUNTS:
        return dict(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Share):
        interval = value.interval
        return {
            "count": value.count,
            "total": value.total,
            "percent": value.percent,
            "interval": None if interval is None else [interval.low, interval.high],
        }
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(each) for name, each in value._asdict().items()} | _more(value)
    if is_dataclass(value):
        return _table(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _more(value: Any) -> dict[str, Any]:
    """What a value works out from its fields."""
    match value:
        case Cohort():
            return {"mature": value.mature}
        case Attempts():
            return {"per_hundred": value.per_hundred}
        case Whereabouts():
            return {"conserved": value.conserved}
        case _:
            return {"lift": value.lift} if hasattr(value, "lift") else {}

"""Dating: how definitions reckon time, and since when single leads meet one that no property dates."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from mapping.fields import properties_to_read
from mapping.records import Instant
from mapping.spans import Span, Times, Unit
from policies.business_time import BusinessDays, Hours
from policies.qualification import Dating
from sync.evidence import Found
from sync.ledger.records import Kept
from sync.run import Run

SECONDS = {Unit.second: 1, Unit.minute: 60, Unit.hour: 3600}
SINGLE = 50  # a page with more leads to date is a bulk change: their records' change time dates it


def times_of(run: Run) -> Times:
    """How the definitions in force reckon time."""
    return times_by(run.terms.hours, run.agreement.zone)


def times_by(hours: Hours, place: str) -> Times:
    """How definitions reckon time: an agreement's zone, and the company's business time."""

    def later(start: Instant, span: Span) -> Instant:
        target = BusinessDays(span.count) if span.unit is Unit.day else span.count * SECONDS[span.unit]
        return hours.add(start, target)

    return Times(zone=ZoneInfo(place), business=later)


def date_by_history(run: Run, found: Sequence[Found]) -> dict[str, Kept]:
    """The records, by lead, of which the platform's history tells since when they have the values they meet it by.

    It is asked only for leads that meet the definition for the first time, whose moment no property dates, and
    which are few.
    """
    if not run.histories:
        return {}
    undated = [(each, names) for each in found if (names := _undated(run, each))]
    if not 0 < len(undated) <= SINGLE:
        return {}
    asked = {name for _, names in undated for name in names}
    told = run.platform.since([each.kept.record.id for each, _ in undated], sorted(asked))
    return {
        each.row.id: _dated(each.kept, told.get(each.kept.record.id, {}), names) for each, names in undated
    }


def _undated(run: Run, found: Found) -> tuple[str, ...]:
    """The properties whose values made the definition true, where nothing else tells since when they did."""
    judged = found.qualification
    known = found.row.mql is True or found.row.place is not None
    if known or judged.dating is not Dating.record:
        return ()
    if found.kept.record.changed_at < (run.agreement.enforce_from or 0):
        return ()  # older than what is enforced, whenever it was
    fields = [row.clause.field for row in judged.trace if row.outcome and row.at is None]
    return properties_to_read(run.company.fields, fields)


def _dated(kept: Kept, told: Mapping[str, Instant], names: Sequence[str]) -> Kept:
    dated = {**kept.record.dated, **{name: told[name] for name in names if name in told}}
    return replace(kept, record=replace(kept.record, dated=dated))

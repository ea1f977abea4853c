"""Dating: how definitions reckon time, and since when single leads meet one that no property dates."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from mapping.fields import properties_to_read
from mapping.reading import read_lead
from mapping.records import Instant, RecordState
from mapping.spans import Span, Times, Unit
from policies.business_time import BusinessDays, Hours
from policies.qualification import Dating, Qualification, qualify
from policies.states import Stage
from sync.ledger import records
from sync.ledger.leads import LeadRow
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


def date_by_history(run: Run, rows: Sequence[LeadRow]) -> None:
    """Asks the platform's history since when leads have the values by which they meet the definition now.

    Only for leads that meet it for the first time, whose moment no property dates, and which are few; what the
    history tells is kept with the record.
    """
    if not run.histories:
        return
    undated = _undated(run, [row for row in rows if row.mql is not True and row.place is None])
    if not 0 < len(undated) <= SINGLE:
        return
    asked = {name for _, names in undated for name in names}
    known = run.platform.since([kept.record.id for kept, _ in undated], sorted(asked))
    with run.write() as tx:
        for kept, names in undated:
            told = known.get(kept.record.id, {})
            dated = {**kept.record.dated, **{name: told[name] for name in names if name in told}}
            records.put_records(tx, [replace(kept, record=replace(kept.record, dated=dated))])


def _undated(run: Run, rows: Sequence[LeadRow]) -> list[tuple[Kept, tuple[str, ...]]]:
    """The records to date, each with the properties whose values made the definition true."""
    with run.read() as tx:
        kept = records.records_of(tx, run.platform.system, [row.id for row in rows])
    found, times = list[tuple[Kept, tuple[str, ...]]](), times_of(run)
    for row in rows:
        alive = next((each for each in kept.get(row.id, []) if each.record.state is RecordState.live), None)
        if alive is None or alive.record.changed_at < (run.agreement.enforce_from or 0):
            continue  # older than what is enforced, whenever it was
        lead = read_lead(alive.record, run.company.fields, lead=row.id, profile_link=None).lead
        judged = qualify(lead, {Stage.mql: run.agreement.definitions[Stage.mql]}, now=run.now, times=times)
        if judged.dating is Dating.record and (names := _properties(run, judged)):
            found.append((alive, names))
    return found


def _properties(run: Run, judged: Qualification) -> tuple[str, ...]:
    fields = [row.clause.field for row in judged.trace if row.outcome and row.at is None]
    return properties_to_read(run.company.fields, fields)

"""Recompute: open clocks reckoned again in a calendar mended for the past, when a person says so (policy 2.5)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mapping.records import Instant
from policies.events import Datum, Event, Kind
from policies.recompute import Difference, closed_month, preview
from sync.judgement import settle
from sync.ledger import facts, handoffs, leads
from sync.publication import mended
from sync.run import PAGE, Run


class Moved(NamedTuple):
    """A clock of a lead that would be due at another instant; `month` where that changes one that is closed."""

    lead: str
    difference: Difference
    month: str | None


def reckon(run: Run, since: Instant) -> list[Moved]:
    """What the configured calendar changes if it had held since an instant; nothing is changed here.

    A clock that rests, or that the calendar cannot tell, keeps its due instant; one that is closed always does.
    """
    other = mended(run.ledger, run.company, run.terms, since, run.now)
    found: list[Moved] = []
    for ids in _pages(run):
        with run.read() as tx:
            events = facts.events_of(tx, ids)
        found += [
            Moved(lead, each, _month(run, each))
            for lead in ids
            for each in preview(lead, events[lead], run.terms, other, now=run.now, since=since)
            if each.new_due_at is not None
        ]
    return found


def record(run: Run, moved: Sequence[Moved], since: Instant, by: str | None) -> None:
    """Makes each a fact and judges its lead anew; the next run writes what both systems should show."""
    for start in range(0, len(moved), PAGE):
        part = moved[start : start + PAGE]
        with run.write() as tx:
            facts.add_events(tx, [_fact(run, each, since, by) for each in part])
            settle(tx, run, list(leads.leads_by_id(tx, {each.lead for each in part}).values()))


def _pages(run: Run) -> Iterator[list[str]]:
    after = ""
    while True:
        with run.read() as tx:
            ids = handoffs.with_open_clocks(tx, after, PAGE)
        if not ids:
            return
        after = ids[-1]
        yield ids


def _month(run: Run, difference: Difference) -> str | None:
    if difference.old_due_at is None:
        return None
    return closed_month(difference.old_due_at, run.now, run.terms.hours, run.company.timezone)


def _fact(run: Run, moved: Moved, since: Instant, by: str | None) -> Event:
    each = moved.difference
    data: dict[str, Datum] = {
        "clock": each.clock,
        "instance": each.instance,
        "old_due_at": each.old_due_at,
        "new_due_at": each.new_due_at,
        "since": since,
        "month": moved.month,
        "by": by,
    }
    version = f"{each.clock}-{each.instance}-{run.now}"
    return run.fact(Kind.recomputed, moved.lead, each.cycle, at=run.now, version=version, data=data)

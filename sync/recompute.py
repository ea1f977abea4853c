"""Recompute: open clocks reckoned again, in a calendar mended for the past when a person says so (policy 2.5).

New zone data reckon what runs again by themselves: nobody is late by them (case D14).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mapping.records import Instant
from policies.clocks import due_after_recompute
from policies.events import Datum, Event, Kind
from policies.recompute import Difference, closed_month, preview
from policies.verdict import HandoffVerdict, judge
from policies.zones import tzdata_version
from sync.judgement import settle
from sync.ledger import facts, handoffs, leads, runs
from sync.publication import OURS, mended
from sync.run import PAGE, Run

ZONE_DATA = "tzdata"  # the version by which the clocks that run were reckoned


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


def heed_zone_data(run: Run) -> int:
    """After an update of the zone data, lists the running clocks that it moved, each as a fact; tells how many.

    One that would be past due by the right data gets the agreement's grace from now on.
    """
    current = tzdata_version()
    with run.read() as tx:
        known = runs.cursor(tx, OURS, ZONE_DATA)
    if known == current:
        return 0
    moved = [] if known is None else _moved_by_zones(run)
    record(run, moved, run.now, None)
    with run.write() as tx:
        runs.put_cursor(tx, OURS, ZONE_DATA, current)
    return len(moved)


def _moved_by_zones(run: Run) -> list[Moved]:
    found: list[Moved] = []
    for ids in _pages(run):
        with run.read() as tx:
            events, before = facts.events_of(tx, ids), handoffs.running_dues(tx, ids, run.now)
        for lead in ids:
            verdict = judge(lead, events[lead], run.terms, run.now)
            for h in verdict.handoffs:
                found += [Moved(lead, each, None) for each in _overtaken(run, h, before)]
    return found


def _overtaken(
    run: Run, h: HandoffVerdict, before: Mapping[tuple[str, int, str, int], Instant]
) -> Iterator[Difference]:
    agreement = run.terms.pinned(h.agreement, run.now)
    for clock in h.clocks:
        was = before.get((h.lead, h.cycle, clock.name, clock.instance))
        if was is None or clock.due_at is None or clock.due_at == was or not clock.open:
            continue
        due = due_after_recompute(
            was,
            clock.due_at,
            restarted_at=run.now,
            hours=run.terms.hours,
            place=agreement.zone,
            grace=agreement.terms.change_grace,
        )
        yield Difference(h.cycle, clock.name, clock.instance, was, due)


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

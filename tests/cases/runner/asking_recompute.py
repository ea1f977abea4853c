"""Questions about clocks that are reckoned again: with a calendar mended for the past, with new zone data."""

from dataclasses import replace
from typing import Any

from policies.events import Event
from policies.recompute import Difference, preview
from policies.verdict import judge
from tests.cases.runner.asking_policy import verdict_of
from tests.cases.runner.asking_time import Answer, Given
from tests.cases.runner.calendars import hours_of
from tests.cases.runner.setting import Setting
from tests.cases.runner.times import as_at, read_at


def ask_preview(setting: Setting, given: Given) -> Answer:
    """What would differ if the newest version of the calendar had held since `from`; `applied` must stay false."""
    now, since = setting.now(given), read_at(given["from"])
    *earlier, newest = setting.table["calendars"]
    mended = hours_of([*earlier, {**newest, "from": given["from"]}], setting.published)
    before = verdict_of(setting, now)
    terms, lead = setting.terms, setting.lead
    known = _known(setting, lead, now)
    found = preview(lead, known, terms, replace(terms, hours=mended), now=now, since=since)
    return {
        "differences": [_row(each) for each in found],
        "applied": verdict_of(setting, now) != before,
    }


def ask_restart(setting: Setting, given: Given) -> Answer:
    """What the case's calendar changes at the start of the product, for clocks that ran by `old`, by lead."""
    now = setting.now(given)
    old = replace(setting.terms, hours=setting.hours_named(given["old"]))
    listed: list[dict[str, Any]] = []
    closed_changed = 0
    for lead in dict.fromkeys(event.lead for event in setting.known(now)):
        events = _known(setting, lead, now)
        closed = {
            (h.cycle, clock.name, clock.instance)
            for h in judge(lead, events, old, now).handoffs
            for clock in h.clocks
            if not clock.open
        }
        for each in preview(lead, events, old, setting.terms, now=now, since=now):
            closed_changed += each[:3] in closed
            if each.clock == given.get("clock", each.clock):
                listed.append({"lead": lead, **_row(each)})
    return {"listed": listed, "closed_changed": closed_changed}


def _known(setting: Setting, lead: str, now: int) -> list[Event]:
    return [event for event in setting.known(now) if event.lead == lead]


def _row(found: Difference) -> dict[str, Any]:
    return {
        **found._asdict(),
        "old_due_at": as_at(found.old_due_at),
        "new_due_at": as_at(found.new_due_at),
    }

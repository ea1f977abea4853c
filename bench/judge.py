"""How many handoffs with ten touches are judged a second at full depth: `python -m bench.judge`.

The promise is 5,000 a second for leads that are judged for the first time, as a run does: no two handoffs share
an instant. Beside it stands plain Python that sorts the same events and sums a dictionary over them. Exits with
1 below the promise.
"""

import sys
from datetime import date
from itertools import pairwise

from bench.timing import Timing
from policies.agreement import parse_agreement
from policies.calendar import read_calendar
from policies.events import Event, Kind
from policies.verdict import Terms, judge

TABLE = {
    "definitions": {"mql": True},
    "calendar": {"timezone": "Europe/Madrid", "holidays": {"country": "ES", "subdivision": "MD"}},
}
START = 1_778_659_200  # Wednesday 2026-05-13 10:00 in Madrid
HOUR, DAY = 3_600, 86_400
TOUCHES = (1, 6, 25, 30, 121, 126, 145, 150, 169, 174)  # hours after delivery, all in office hours
PROMISED = 5_000
COUNT = 5_000  # handoffs that share no instant: more than one round judges


def event(kind: Kind, at: int, name: str, **data: str | int | bool) -> Event:
    """One fact, known at once."""
    return Event(
        kind=kind, lead="l", occurred_at=at, recorded_at=at, source="crm", object_id=name, cycle=1, data=data
    )


def story(touches: tuple[int, ...], start: int = START) -> list[Event]:
    """A handoff passed, assigned and tried by phone, so that it is never exhausted."""
    events = [event(Kind.mql_met, start, "h1", country="ES", zone="Europe/Madrid")]
    events += [event(kind, start, "h1") for kind in (Kind.package_complete, Kind.delivered)]
    events.append(event(Kind.owner_changed, start, "o", owner="A", owner_kind="user"))
    events += [
        event(Kind.touch, start + hour * HOUR, f"t{n}", channel="phone", by="A", answered=False, seconds=0)
        for n, hour in enumerate(touches)
    ]
    return events


def sum_up(events: list[Event]) -> dict[str, int]:
    """What sorting and touching the same data costs in plain Python."""
    found: dict[str, int] = {}
    for one, other in pairwise(sorted(events, key=lambda each: (each.occurred_at, each.object_id))):
        found[one.kind] = found.get(one.kind, 0) + other.occurred_at - one.occurred_at
    return found


def main() -> int:
    """Print the figures; 1 when the promise is broken."""
    spec = read_calendar(TABLE["calendar"]).spec
    assert spec is not None
    agreement = parse_agreement(TABLE, catalogue={})
    terms = Terms(agreements={1: agreement}, hours=spec.resolve(date(2026, 5, 13)).hours)
    now = START + 8 * DAY
    verdict = judge("l", story(TOUCHES), terms, now).handoffs[0]
    assert len(verdict.attempts) == verdict.counted == len(TOUCHES)
    full = [story(TOUCHES, START + second) for second in range(COUNT)]
    short = [story((), START + second) for second in range(COUNT)]
    timing, beside = Timing("judge"), "sorted and summed"
    sums = timing.rate(beside, sum_up, full)
    first = timing.rate("first time", lambda events: judge("l", events, terms, now), full)
    timing.tell("ten touches, first time", first, beside, sums, PROMISED)
    again = timing.rate("again", lambda events: judge("l", events, terms, now), full[:1])
    timing.tell("ten touches, the same again", again, beside, sums)
    fewer = timing.rate("no touch", lambda events: judge("l", events, terms, START + DAY), short)
    timing.tell("no touch", fewer, beside, sums)
    return int(timing.broken)


if __name__ == "__main__":
    sys.exit(main())

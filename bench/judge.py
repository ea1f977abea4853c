"""How many handoffs with ten touches are judged a second at full depth, beside a plain Python baseline.

The baseline sorts the same events and sums a dictionary for each, a hundred times over; the ratio says how many
such passes one judgement costs, whatever the machine. Run it from the root with this folder kept off the path: `PYTHONPATH=. python -P bench/judge.py [--json]`.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from itertools import cycle, pairwise

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
WANTED = 5_000
FRESH = 12_000  # handoffs that share no instant: more than are judged in the time


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


def baseline(events: list[Event]) -> Callable[[], object]:
    """What sorting and touching the same data costs in plain Python."""

    def run() -> object:
        found: dict[str, int] = {}
        for one, other in pairwise(sorted(events, key=lambda each: (each.occurred_at, each.object_id))):
            found[one.kind] = found.get(one.kind, 0) + other.occurred_at - one.occurred_at
        return found

    return run


def rate(work: Callable[[], object], seconds: float = 1.5, rounds: int = 3) -> float:
    """Calls a second of processor time, the best of some rounds: other work only ever slows it."""
    best = 0.0
    for _ in range(rounds):
        calls, begin = 0, time.process_time()
        while (passed := time.process_time() - begin) < seconds / rounds:
            for _ in range(50):
                work()
            calls += 50
        best = max(best, calls / passed)
    return best


def main() -> int:
    """Print the figures; 1 when the judgement is slower than wanted."""
    spec = read_calendar(TABLE["calendar"]).spec
    assert spec is not None
    agreement = parse_agreement(TABLE, catalogue={})
    terms = Terms(agreements={1: agreement}, hours=spec.resolve(date(2026, 5, 13)).hours)
    full, short = story(TOUCHES), story(())
    many = cycle([story(TOUCHES, START + second) for second in range(FRESH)])
    now = START + 8 * DAY
    verdict = judge("l", full, terms, now).handoffs[0]
    figures = {
        "touches": len(verdict.attempts),
        "counted": verdict.counted,
        "ten_touches_per_second": round(rate(lambda: judge("l", full, terms, now))),
        "ten_touches_first_time_per_second": round(rate(lambda: judge("l", next(many), terms, now))),
        "no_touch_per_second": round(rate(lambda: judge("l", short, terms, START + HOUR))),
        "baseline_per_second": round(rate(baseline(full))),
    }
    figures["baseline_passes_per_judgement"] = round(
        figures["baseline_per_second"] / figures["ten_touches_per_second"], 1
    )
    if "--json" in sys.argv[1:]:
        print(json.dumps(figures))
    else:
        for name, figure in figures.items():
            print(f"{name:32} {figure:>12,}")
    return 0 if figures["ten_touches_per_second"] >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())

"""A verdict as the fields that cases may expect, by the names that the README tells."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from policies.clock_verdict import ClockVerdict
from policies.events import Datum, Kind
from policies.quiet_hours import CHANNELS
from policies.terms import CLOCKS
from policies.verdict import HandoffVerdict, LeadVerdict
from tests.cases.runner.matching import Names
from tests.cases.runner.times import as_at

INSTANTS = (
    "since", "until", "mql_at", "package_complete_at", "delivered_at", "assigned_at", "accepted_at", "qualified_at",
    "returned_at", "first_contact_at", "accept_due_at", "return_at", "cap_at", "eligible_at",
)  # fmt: skip
VALUES = (
    "cycle", "type", "agreement", "state", "outcome", "reason", "track", "trigger", "priority", "segment",
    "returns_on", "place_after", "owner", "rejected_by", "reassignments", "credit", "against_marketing", "counted",
    "system_delay_s", "final", "at_risk", "breached", "open",
)  # fmt: skip
INSTANT_FLAGS = ("accepted_by_silence", "missing_package", "dispute_upheld", "reopened", "approved_at", "meeting_at",
                 "won_after_close", "late_evidence", "won_before_mql")  # fmt: skip


def lead_answer(verdict: LeadVerdict, h: HandoffVerdict | None) -> dict[str, Any]:
    """The lead's fields, and those of one handoff of it."""
    found: dict[str, Any] = {
        "place": verdict.place,
        "status": verdict.status,
        "customer": verdict.customer,
        "won_at": as_at(verdict.won_at),
        "survivor": verdict.survivor,
        "suppressed": verdict.suppressed,
        "suppressions": Names({name: as_at(at) for name, at in verdict.suppressions.items()}, _CHANNELS),
        "blocked": Names({name: as_at(at) for name, at in verdict.blocked.items()}, _CHANNELS),
        "lead_flags": Names(_flags(verdict.flags)),
        "handoffs": len(verdict.handoffs),
        "next_due_at": as_at(verdict.next_due_at),
        "drift": [
            {
                "at": as_at(each.at),
                "cycle": each.cycle,
                "state": each.state,
                "cue": each.cue,
                "code": each.code,
            }
            for each in verdict.drift
        ],
    }
    return found if h is None else {**found, **handoff_answer(h)}


_CHANNELS = frozenset({*CHANNELS, "all"})


def handoff_answer(h: HandoffVerdict) -> dict[str, Any]:
    """The fields of one handoff."""
    return {
        **{name: as_at(getattr(h, name)) for name in INSTANTS},
        **{name: getattr(h, name) for name in VALUES},
        "owed_by": h.owed.side,
        "owed": h.owed.code,
        "owed_due_at": as_at(h.owed.due_at),
        "next_action": h.next_action.code,
        "breaches": {side: h.breaches.get(side, 0) for side in ("sales", "marketing", "routing", "both")},  # type: ignore[call-overload]
        "clocks": clocks_answer(h.clocks),
        "attempts": [asdict(attempt) | {"at": as_at(attempt.at)} for attempt in h.attempts],
        "not_counted": Names(_tallied(each.reason for each in h.attempts if not each.counted)),
        "violations": Names(_tallied(code for _, code in h.violations)),
        "flags": Names(_flags(h.flags)),
        "reasons": Names({each.code: {"at": as_at(each.at), "rule": each.rule} for each in h.reasons}),
        "assignments": [each._asdict() | {"at": as_at(each.at)} for each in h.assignments],
        "pauses": [
            each._asdict() | {"start": as_at(each.start), "end": as_at(each.end)} for each in h.pauses
        ],
        "transitions": Names(
            {each.kind: {"at": as_at(each.at), "rule": each.rule, **each.data} for each in h.transitions},
            frozenset(Kind),
        ),
        "notices": Names(
            {
                notice_name(each.key): {"to": each.to, "person": each.person, "at": as_at(each.at)}
                for each in h.notices
            }
        ),
    }


def clocks_answer(clocks: Iterable[ClockVerdict]) -> Names:
    """Clocks by name (the newest instance) and by name and number: `reply`, `reply_1`."""
    found: dict[str, Any] = {}
    for each in clocks:
        row = asdict(each) | {name: as_at(getattr(each, name)) for name in _CLOCK_INSTANTS}
        row["warnings"] = Names({warned.level: as_at(warned.at) for warned in each.warnings})
        row["shares"] = Names(getattr(each, "shares", {}))
        row["open"], row["breached"] = each.open, each.breached
        found[f"{each.name}_{each.instance}"] = found[each.name] = row
    numbered = {f"{name}_{number}" for name in CLOCKS for number in range(1, 20)}
    return Names(found, frozenset({*CLOCKS, *numbered}))


_CLOCK_INSTANTS = ("start_at", "due_at", "stop_at", "breached_at")


def _flags(flags: Mapping[str, Datum]) -> dict[str, Any]:
    return {
        name: as_at(value) if name in INSTANT_FLAGS and isinstance(value, int) else value
        for name, value in flags.items()
    }


def _tallied(codes: Iterable[str | None]) -> dict[str, int]:
    found: dict[str, int] = {}
    for code in codes:
        found[str(code)] = found.get(str(code), 0) + 1
    return found


def notice_name(key: tuple[str, int, str]) -> str:
    """`first_attempt.L1`; a later instance of the clock adds its number: `reply_2.warn80`."""
    clock, instance, level = key
    return f"{clock}.{level}" if instance == 1 else f"{clock}_{instance}.{level}"

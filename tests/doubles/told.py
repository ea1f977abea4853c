"""A handoff's verdict as lines of text, so that a test can say all of it at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from policies.attempts import Attempt
from policies.clock_verdict import ClockVerdict
from policies.verdict import HandoffVerdict
from tests.doubles.story import MADRID


def when(instant: int | None) -> str:
    """`10:00` (on 2026-05-13) or `05-14 10:00`, in Madrid; `-` for none."""
    if instant is None:
        return "-"
    moment = datetime.fromtimestamp(instant, MADRID)
    text = f"{moment:%H:%M}" if moment.second == 0 else f"{moment:%H:%M:%S}"
    return text if (moment.month, moment.day) == (5, 13) else f"{moment:%m-%d} {text}"


def tell(h: HandoffVerdict) -> str:
    """The whole verdict, a line for each part that says something."""
    parts = {
        "": [_standing(h)],
        "at": _instants(h),
        "owners": [f"{each.owner} {when(each.at)} {each.cause}" for each in h.assignments],
        "touches": [_touch(each) for each in h.attempts],
        "pauses": [f"{each.reason} {when(each.start)} to {when(each.end)} {each.by} {each.limited}" for each in h.pauses],
        "clocks": [_clock(each) for each in h.clocks],
        "steps": [f"{when(each.at)} {each.rule} {each.code}" for each in h.reasons],
        "flags": [f"{name} {_shown(each)}" for name, each in h.flags.items()],
        "moves": [f"{when(each.at)} {each.rule} {each.kind}{_data(each.data)}" for each in h.transitions],
        "drift": [f"{when(each.at)} {each.state} {each.cue} {each.code}" for each in h.drift],
        "tell": [f"{when(each.at)} {each.to} {each.clock} {each.instance} {each.level}" for each in h.notices],
        "owed": [f"{h.owed.side} {h.owed.code} {when(h.owed.due_at)}", h.next_action.code + _data(h.next_action.data)],
    }  # fmt: skip
    return "\n".join(
        f"{name}: {'; '.join(lines)}".removeprefix(": ") for name, lines in parts.items() if lines
    )


def _standing(h: HandoffVerdict) -> str:
    parts = [f"{h.state} {when(h.since)}", h.reason, h.track, f"credit {h.credit}", h.owner]
    marks = {
        "at risk": h.at_risk,
        "breached": h.breached,
        "final": h.final,
        "against marketing": h.against_marketing,
        f"returns on {h.returns_on}, place {h.place_after}": h.returns_on,
        f"rejected by {h.rejected_by}": h.rejected_by,
        f"{h.counted} counted": h.counted,
        f"{h.reassignments} reassigned": h.reassignments,
        f"delay {h.system_delay_s} s": h.system_delay_s,
        "breaches " + " ".join(f"{side} {number}" for side, number in h.breaches.items()): h.breaches,
    }
    told = [str(each) for each in parts if each is not None]
    return ", ".join([*told, *(mark for mark, holds in marks.items() if holds)])


def _instants(h: HandoffVerdict) -> list[str]:
    names = (
        "until", "package_complete_at", "delivered_at", "assigned_at", "accepted_at", "qualified_at", "returned_at",
        "first_contact_at", "accept_due_at", "return_at", "cap_at", "eligible_at", "next_due_at",
    )  # fmt: skip
    return [
        f"{name.removesuffix('_at')} {when(getattr(h, name))}"
        for name in names
        if getattr(h, name) is not None
    ]


def _touch(touch: Attempt) -> str:
    marks = {"contact": touch.contact, "automated": touch.automated, "stranger": touch.by_non_owner}
    parts = (when(touch.at), touch.channel, touch.by, touch.reason or "counts", *touch.violations)
    return " ".join([*(str(each) for each in parts), *(mark for mark, holds in marks.items() if holds)])


def _clock(clock: ClockVerdict) -> str:
    name = clock.name if clock.instance == 1 else f"{clock.name} {clock.instance}"
    parts = [f"{name} {clock.state} {when(clock.start_at)} to {when(clock.due_at)}"]
    if clock.stop_at is not None:
        parts.append(f"stop {when(clock.stop_at)}")
    parts += [each for each in (clock.reason, clock.owner) if each]
    passed = (clock.elapsed_s, clock.overrun_s, clock.paused_s)
    return " ".join([*parts, *(["/".join(str(each) for each in passed)] if any(passed) else [])])


def _data(data: Mapping[str, Any]) -> str:
    return "".join(f" {name}={_shown(each)}" for name, each in data.items())


def _shown(value: Any) -> str:
    """Numbers as large as an instant are one."""
    return when(value) if isinstance(value, int) and value > 1_000_000_000 else str(value)

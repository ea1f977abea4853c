"""What is owed next, by whom and until when, as codes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from mapping.records import Instant
from policies.clock_verdict import ClockVerdict
from policies.events import Datum
from policies.standing import NO_DATA, Handoff
from policies.states import ClockState, Side, State


class Owed(NamedTuple):
    """The next obligation; `side` is sales, marketing or nobody."""

    side: Side
    code: str
    due_at: Instant | None = None


class Action(NamedTuple):
    """What to do next: a code with its parameters."""

    code: str
    data: Mapping[str, Datum] = NO_DATA


NOTHING = Owed(Side.nobody, "nothing")
CODES = {  # what each clock waits for
    "package": "complete_package",
    "accept": "accept_or_reject",
    "first_attempt": "first_attempt",
    "owner_first_attempt": "first_attempt",
    "next_attempt": "next_attempt",
    "reply": "reply",
    "retention": "qualify_or_return",
    "return_ack": "enrol",
    "dispute": "dispute_or_leave",
}
_WITHOUT_CLOCK = {
    State.draft: Owed(Side.marketing, "complete_package"),
    State.queued: Owed(Side.nobody, "deliver"),
    State.assigned: Owed(Side.sales, "first_attempt"),
    State.accepted: Owed(Side.sales, "first_attempt"),
    State.working: Owed(Side.sales, "next_attempt"),
    State.connected: Owed(Side.sales, "qualify_or_return"),
    State.qualified: Owed(Side.sales, "open_deal"),
    State.opportunity: Owed(Side.sales, "close_deal"),
    State.parked: Owed(Side.nobody, "approve"),
}


def owed_of(h: Handoff, clocks: Sequence[ClockVerdict]) -> Owed:
    """The obligation that comes first: what is overdue, else what is due soonest, else what the state asks."""
    if h.refused:
        return Owed(Side.marketing, "mend_record") if h.dropped_at is None else NOTHING
    if h.state is State.rejected and h.disputed_at is not None and not h.final:
        return Owed(Side.nobody, "decide_dispute")
    if h.state is State.returned and h.code == "unspecified":
        return Owed(Side.sales, "give_reason", h.reason_due())
    if (
        h.state is State.queued and h.delivered_at is not None
    ):  # whoever assigns comes first: nobody of sales has it
        assign = next((each for each in reversed(clocks) if each.name == "assign"), None)
        return Owed(Side.nobody, "assign", None if assign is None else assign.due_at)
    clock = _first(clocks)
    if clock is not None:
        side = Side.marketing if clock.side is Side.both else clock.side
        return Owed(side, CODES[clock.name], clock.due_at)
    return _WITHOUT_CLOCK.get(h.state, NOTHING)


def action_of(h: Handoff, owed: Owed) -> Action:
    """The next step in the words of what sales or marketing does, with the figures it needs."""
    if h.state is State.queued and h.delivered_at is not None:
        return Action("assign", {"due_at": owed.due_at})
    if owed.code in ("first_attempt", "next_attempt"):
        terms = h.agreement.attempts
        channel = terms.first_channel if h.tally.counted == 0 else None
        left = h.tally.missing()
        return Action(owed.code, {"channel": channel, "left": left, "due_at": owed.due_at})
    if owed.code == "enrol":
        return Action("enrol", {"track": h.track, "due_at": owed.due_at})
    return Action(owed.code, {"due_at": owed.due_at})


def _first(clocks: Iterable[ClockVerdict]) -> ClockVerdict | None:
    found = [
        each
        for each in clocks
        if (each.state is ClockState.running or each.state is ClockState.breached_open)
        and each.side is not Side.routing
        and each.due_at is not None
    ]
    return min(found, key=lambda each: (each.due_at or 0, each.name), default=None)

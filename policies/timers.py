"""What time alone brings to a handoff: the next instant at which it moves without any fact."""

from mapping.records import Instant
from policies.standing import Handoff
from policies.states import OPEN, WITH_SALES, State


def next_timer(h: Handoff, end: Instant | None) -> tuple[Instant, str] | None:
    """What time alone will bring next: the instant and the cue; `end` is when the agreement ends."""
    found: tuple[Instant, str] | None = None
    state = h.state
    if state in WITH_SALES:
        if h.retention_floor is not None and "retention" in h.running:
            found = h.retention_floor, "retention_due"
        if state is State.assigned and not h.accept_passed:
            due = _due(h, "accept")
            if due is not None and (found is None or due <= found[0]):
                found = due, "accept_due"
    elif state is State.draft:
        found = _draft_timer(h)
    elif state is State.rejected and not h.final and h.agreement.terms.silence_is_final:
        due = _due(h, "dispute")
        found = None if due is None else (due, "dispute_due")
    if end is not None and (state in OPEN or state is State.parked) and (found is None or end < found[0]):
        found = end, "policy_end"
    return found


def _due(h: Handoff, name: str) -> Instant | None:
    clock = h.running.get(name)
    return None if clock is None else clock.due


def _draft_timer(h: Handoff) -> tuple[Instant, str] | None:
    found = None if h.expires_at is None or "package" not in h.running else (h.expires_at, "package_expired")
    if h.lapsed_at is not None:
        lapse = h.lapsed_at + h.agreement.terms.draft_lapse
        if found is None or lapse < found[0]:
            found = lapse, "lapsed"
    return found

"""The verdict: how a lead's handoffs stand at an instant under the agreement that was signed for them.

`judge` is pure: the same events give the same verdict in every order of arrival and however often they arrive.
Everything is codes and parameters; text is made at the edge, in the company's language.
"""

from collections.abc import Iterable, Mapping

from mapping.records import Instant
from mapping.status import Status
from policies.events import Datum, Event
from policies.facts import upcoming
from policies.fold import fold
from policies.frozen import frozen
from policies.handoff_verdict import HandoffVerdict, judge_handoff
from policies.lead import Lead
from policies.place import place
from policies.rulebook import Terms
from policies.standing import Drift
from policies.states import ClockState, Place, Side, State

__all__ = ["HandoffVerdict", "LeadVerdict", "Terms", "judge"]

_BEYOND_FIRST_CONTACT = (State.opportunity, State.qualified, State.connected)


@frozen
class LeadVerdict:
    """The judgement of a lead: its handoffs by cycle, the newest last, and what follows for the lead itself.

    `next_due_at` is the earliest instant after `now` at which time alone changes the verdict, but for elapsed
    seconds. `suppressions` are channels (or `all`) that the lead forbids, and since when.
    """

    lead: str
    now: Instant
    handoffs: tuple[HandoffVerdict, ...]
    place: Place
    status: Status | None
    customer: bool
    won_at: Instant | None
    survivor: str | None
    suppressions: Mapping[str, Instant]
    blocked: Mapping[str, Instant]
    evidence: Mapping[str, Instant]
    flags: Mapping[str, Datum]
    next_due_at: Instant | None

    @property
    def newest(self) -> HandoffVerdict | None:
        """The newest handoff."""
        return self.handoffs[-1] if self.handoffs else None

    @property
    def drift(self) -> tuple[Drift, ...]:
        """Every fact that the table refused."""
        return tuple(each for handoff in self.handoffs for each in handoff.drift)

    @property
    def suppressed(self) -> bool:
        """Whether the lead wants no contact at all."""
        return "all" in self.suppressions


def judge(lead: str, events: Iterable[Event], terms: Terms, now: Instant) -> LeadVerdict:
    """Judge a lead's handoffs at `now` from the facts known; pure, whatever the order of the events."""
    known = tuple(events)
    folded = fold(lead, known, terms, now)
    absences = {**terms.absences, **folded.absences}
    handoffs = tuple(
        judge_handoff(each, folded if each is folded.handoffs[-1] else None, terms, absences, now)
        for each in folded.handoffs
    )
    where = place(folded)
    dues = [upcoming(known, now), *(each.next_due_at for each in handoffs)]
    return LeadVerdict(
        lead=lead,
        now=now,
        handoffs=handoffs,
        place=where,
        status=_status(handoffs, where),
        customer=folded.won_at is not None,
        won_at=folded.won_at,
        survivor=folded.survivor,
        suppressions=folded.opted_out,
        blocked=folded.bounces,
        evidence=folded.evidence,
        flags=_lead_flags(folded),
        next_due_at=min((due for due in dues if due is not None), default=None),
    )


def _status(handoffs: tuple[HandoffVerdict, ...], where: Place) -> Status | None:
    """The status of the newest handoff, the first in the order of design section 11 that holds."""
    if not handoffs or where is Place.erased:
        return None
    if where is Place.won:
        return Status.won
    h = handoffs[-1]
    return None if h.state is State.history else _open_status(h, where)


def _open_status(h: HandoffVerdict, where: Place) -> Status:
    if h.outcome is not None or h.state is State.parked:
        return Status(h.state)
    if where in (Place.refused, Place.dropped):
        return Status.refused
    if h.state is State.draft:
        return Status.draft
    if h.pauses and any(each.state is ClockState.paused and each.side is Side.sales for each in h.clocks):
        return Status.paused
    return Status.breached if h.breached else Status.at_risk if h.at_risk else _progress(h)


def _progress(h: HandoffVerdict) -> Status:
    if h.state in _BEYOND_FIRST_CONTACT:
        return Status(h.state)
    return Status.in_follow_up if h.counted else Status.waiting_first_contact


def _lead_flags(folded: Lead) -> Mapping[str, Datum]:
    flags: dict[str, Datum] = {}
    if folded.won_at is not None and folded.handoffs and folded.won_at < folded.handoffs[0].mql_at:
        flags["won_before_mql"] = folded.won_at
    return flags

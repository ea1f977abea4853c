"""Where a lead is: one total function, so that nothing is lost (design, promise 1)."""

from policies.lead import Lead
from policies.standing import Handoff
from policies.states import OPEN, Place, State


def place(lead: Lead) -> Place:
    """The one place of a lead that met the MQL definition, the first that holds.

    Without any handoff it is held: it met the definition and a guard of T01 keeps it.
    """
    newest = lead.handoffs[-1] if lead.handoffs else None
    if lead.erased:
        return Place.erased
    if lead.merged or (newest is not None and _is_duplicate(newest)):
        return Place.duplicate
    if lead.deleted:
        return Place.deleted
    if newest is not None and newest.type == "expansion" and newest.state in OPEN:
        return Place.expansion
    if lead.won_at is not None:
        return Place.won
    return Place.held if newest is None else _of_handoff(newest)


def _of_handoff(handoff: Handoff) -> Place:
    if handoff.refused and handoff.state in OPEN:
        return Place.refused if handoff.dropped_at is None else Place.dropped
    if handoff.state is State.returned:
        return Place.returned if handoff.track is None else Place(handoff.track)
    return Place(handoff.state)


def _is_duplicate(handoff: Handoff) -> bool:
    return handoff.state in (State.rejected, State.returned) and handoff.disposition.place == "duplicate"

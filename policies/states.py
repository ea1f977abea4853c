"""The words of a handoff's judgement: states, credit, sides, and the states of a clock (policy 2.1, 2.4)."""

from enum import StrEnum


class State(StrEnum):
    """Where a handoff stands."""

    draft = "draft"
    queued = "queued"
    assigned = "assigned"
    accepted = "accepted"
    working = "working"
    connected = "connected"
    qualified = "qualified"
    opportunity = "opportunity"
    won = "won"
    rejected = "rejected"
    returned = "returned"
    lost = "lost"
    cancelled = "cancelled"
    parked = "parked"
    history = "history"  # met the definition before `enforce_from`: nobody is judged


WITH_SALES = (State.assigned, State.accepted, State.working, State.connected)
IN_HAND = (State.queued, *WITH_SALES, State.qualified)
OPEN = (State.draft, *IN_HAND, State.opportunity)
CLOSED = (State.won, State.rejected, State.returned, State.lost, State.cancelled)


class Credit(StrEnum):
    """Marketing's credit toward the goal for a handoff."""

    none = "none"
    provisional = "provisional"  # delivered with a complete package
    final = "final"  # accepted, by word, by deed or by silence
    reversed = "reversed"  # rejected in time, or a duplicate


class Side(StrEnum):
    """Whom a clock or an obligation binds."""

    marketing = "marketing"
    sales = "sales"
    routing = "routing"  # whoever assigns: never a salesperson
    both = "both"
    nobody = "nobody"


class ClockState(StrEnum):
    """The state of a clock; at risk is a view on a running one, not a state."""

    pending = "pending"
    running = "running"
    paused = "paused"
    met = "met"
    breached_open = "breached_open"
    breached_done = "breached_done"
    cancelled = "cancelled"
    invalid = "invalid"


class Track(StrEnum):
    """Where marketing keeps a lead that sales gave back."""

    nurture = "nurture"
    education = "education"


class Place(StrEnum):
    """The one place of a lead that met the MQL definition (design, promise 1), in order of precedence."""

    erased = "erased"
    duplicate = "duplicate"
    deleted = "deleted"
    expansion = "expansion"  # an open handoff of a customer, for something more
    won = "won"
    refused = "refused"
    dropped = "dropped"  # refused, and a person said not to try again
    draft = "draft"
    queued = "queued"
    assigned = "assigned"
    accepted = "accepted"
    working = "working"
    connected = "connected"
    qualified = "qualified"
    opportunity = "opportunity"
    parked = "parked"
    nurture = "nurture"
    education = "education"
    returned = "returned"  # to no track: the record to mend, or not for sales any more
    lost = "lost"
    rejected = "rejected"
    cancelled = "cancelled"
    held = "held"  # by a guard of T01
    history = "history"


class Stage(StrEnum):
    """The lifecycle stages shown to people; each may have a definition."""

    prospect = "prospect"
    lead = "lead"
    mql = "mql"
    sal = "sal"
    sql = "sql"
    opportunity = "opportunity"
    customer = "customer"

"""How a handoff begins: pinned to its version, with all that is known of its pauses, priorities and lead."""

from collections.abc import Iterable, Sequence

from mapping.records import Instant
from policies.agreement import Agreement
from policies.attempts import Tally
from policies.clocks import Change, Frame, Pause
from policies.events import Event, Kind
from policies.facts import OURS, take_back
from policies.lead import Lead
from policies.pauses import Pauses, read_pauses
from policies.quiet_hours import preset_for, quiet_hours_of
from policies.rulebook import Terms
from policies.standing import Handoff, text
from policies.states import State
from policies.whereabouts import Whereabouts
from policies.zones import zone


def open_handoff(
    lead: Lead, cycle: int, facts: list[Event], *, before: Sequence[Event], terms: Terms, now: Instant
) -> tuple[Handoff, list[Event]]:
    """The handoff as its first fact leaves it, and the facts that are still to happen to it.

    `before` are facts about the lead that no handoff was open for. What was undone or restored is no fact any
    more (T33).
    """
    first = facts[0]
    agreement = terms.pinned(first.data.get("agreement"), first.occurred_at)
    kinds = {event.kind for event in facts}
    refused: list[tuple[Event, str]] = []
    if Kind.undone in kinds:
        facts = take_back(facts, agreement.terms.undo, lambda event, code: refused.append((event, code)))
    gone: list[Pause] = []
    if Kind.restored in kinds:
        facts, gone = _without_restored(facts)
    pauses = read_pauses(facts, agreement, terms.hours, now) if Kind.paused in kinds else Pauses()
    changes = _changes(facts) if Kind.lead_changed in kinds else (_first_change(first),)
    frame = Frame(terms.hours, agreement.zone, (*pauses.rows, *gone), changes, agreement.terms.change_grace)
    told = facts if Kind.lead_changed in kinds else facts[:1]
    where = _whereabouts([*before, *told], agreement.zone)
    tally = _tally(lead, where, agreement)
    h = Handoff(
        lead.id,
        cycle,
        agreement,
        frame,
        tally,
        first.occurred_at,
        pause_limit_at=pauses.limit_at,
        learned_at=first.recorded_at,
    )
    if Kind.returned in kinds:
        ours = (each for each in facts if each.source == OURS and each.kind is Kind.returned)
        h.committed = tuple(each.occurred_at for each in ours)
    for event, code in refused:
        h.refuse(event.occurred_at, event.kind, code)
    if where.guessed:
        h.flags["tz_guess"] = True
    _enter(h, first)
    return h, facts[1:]


def _enter(h: Handoff, first: Event) -> None:
    at, since = first.occurred_at, h.agreement.enforce_from
    h.type, h.trigger, h.since = text(first, "type") or "new", text(first, "trigger"), at
    if since is not None and at < since:
        h.state = State.history
        h.note(at, "before_enforcement", "T01")
    elif first.data.get("parked"):
        h.state, h.code = State.parked, "ping_pong"
        h.note(at, "parked", "T31", first.data)
    else:
        h.start("package", at)
        h.note(at, "mql_met", "T01", first.data)


def _tally(lead: Lead, where: Whereabouts, agreement: Agreement) -> Tally:
    quiet = None
    if agreement.quiet_hours is not None:
        quiet = quiet_hours_of(preset_for(agreement.quiet_hours, where.country, where.region), where)
    return Tally(
        agreement.attempts, zone(where.zone), quiet, lead.bounces, lead.opted_out, frozenset(lead.bounced)
    )


def _first_change(first: Event) -> Change:
    return Change(first.occurred_at, text(first, "priority") or "standard", text(first, "segment"))


def _changes(facts: Sequence[Event]) -> tuple[Change, ...]:
    """Priorities and segments from the beginning on, each keeping what it does not name."""
    found = [_first_change(facts[0])]
    for event in facts[1:]:
        if event.kind is Kind.lead_changed and ("priority" in event.data or "segment" in event.data):
            priority = text(event, "priority") or found[-1].priority
            segment = text(event, "segment") if "segment" in event.data else found[-1].segment
            found.append(Change(event.occurred_at, priority, segment))
    return tuple(found)


def _without_restored(facts: Sequence[Event]) -> tuple[list[Event], list[Pause]]:
    """Without deletions that were taken back; the handoff goes on, its clocks stood still meanwhile."""
    kept: list[Event] = []
    spans: list[Pause] = []
    for event in facts:
        if event.kind is Kind.restored:
            gone = [each for each in kept if each.kind is Kind.deleted]
            spans += [Pause("deleted", each.occurred_at, event.occurred_at) for each in gone]
            kept = [each for each in kept if each.kind is not Kind.deleted]
        else:
            kept.append(event)
    return kept, spans


_TELL_WHERE = frozenset({Kind.mql_met, Kind.lead_changed})


def _whereabouts(facts: Iterable[Event], team: str) -> Whereabouts:
    """Where the lead lives, as far as the facts tell; the team's zone otherwise, which then is no guess of ours."""
    known: dict[str, object] = {}
    for event in facts:
        if event.kind in _TELL_WHERE:
            for key in ("zone", "country", "region", "zone_guess"):
                if event.data.get(key) is not None:
                    known[key] = event.data[key]
    country, region = known.get("country"), known.get("region")
    return Whereabouts(
        zone=str(known.get("zone") or team),
        source="explicit" if "zone" in known else "team",
        guessed=known.get("zone_guess") is True,
        country=None if country is None else str(country),
        region=None if region is None else str(region),
    )

"""From events as they arrived to facts in the order in which they happened (policy 2.4.9).

The result is a function of the set of events: the order of arrival and second arrivals change nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from mapping.records import Instant
from policies.events import OBJECT_KINDS, Event, Kind

FUTURE = 300  # seconds by which a vendor's clock may be ahead of ours
OBJECTS = OBJECT_KINDS | {Kind.inbound}
DEALS = frozenset({Kind.deal_linked, Kind.deal_won, Kind.deal_lost})
_AFTER_OTHERS = (
    Kind.sql_met,
    Kind.crm_converted,
    Kind.deal_linked,
    Kind.deal_lost,
    Kind.deal_won,
    Kind.merged,
    Kind.deleted,
    Kind.opted_out,
)
RANK = {
    kind: rank for rank, kind in enumerate((*(k for k in Kind if k not in _AFTER_OTHERS), *_AFTER_OTHERS))
}
"""At one instant causes come before what follows from them: the catalogue's order, then what closes."""
OURS = "acuerdo"


def settle(events: Iterable[Event], now: Instant) -> list[Event]:
    """The facts known to have happened by `now`, in order; the newest version of each object, none deleted."""
    found: dict[tuple[str, ...], Event] = {}
    again: dict[tuple[str, ...], list[Event]] = {}
    for event in events:
        kind = event.kind
        key: tuple[str, ...] = event.source, kind, event.object_id
        key = key if kind in OBJECTS else (*key, event.version)
        first = found.setdefault(key, event)
        if first is not event:
            again.setdefault(key, [first]).append(event)
    for key, arrivals in again.items():
        found[key] = _one_of(arrivals)
    facts = list(found.values())
    if any(key[1] in DEALS for key in found):
        facts = _without_overruled_deals(facts)
    placed = [
        event if event.occurred_at <= event.recorded_at else _placed(event)
        for event in facts
        if event.data.get("deleted") is not True
    ]
    placed.sort(key=order)
    while placed and placed[-1].occurred_at > now:
        placed.pop()
    return placed


def _one_of(arrivals: Sequence[Event]) -> Event:
    """The one fact that several arrivals tell: an object's newest version, else what came first."""
    return _newest(arrivals) if arrivals[0].kind in OBJECTS else min(arrivals, key=_arrival)


_OURS_LAST = {
    Kind.returned: 1,
    Kind.owner_changed: 1,
    Kind.reassigned: 1,
    Kind.off_track: 2,
    Kind.on_track: 3,
    Kind.stage_changed: 4,
}
"""What we record of our own effects comes after the evidence of its instant, in the order they are made."""


def order(event: Event) -> tuple[Instant, int, int, str, str, str]:
    """What facts are sorted by; a transition of ours comes after the evidence of its instant."""
    kind, source = event.kind, event.source
    last = _OURS_LAST.get(kind, 0) if source == OURS else 0
    return event.occurred_at, last, RANK[kind], source, event.object_id, event.version


def upcoming(events: Iterable[Event], now: Instant) -> Instant | None:
    """The first instant after `now` of a fact that is already known (a vendor's clock may be ahead)."""
    later = (_placed(event).occurred_at for event in events if event.occurred_at > now)
    return min((at for at in later if at > now), default=None)


def _placed(event: Event) -> Event:
    """An event told for more than five minutes ahead happened when we learned of it."""
    if event.occurred_at <= event.recorded_at:
        return event
    tolerated = 0 if event.data.get("dated") is True else FUTURE
    if event.occurred_at > event.recorded_at + tolerated:
        return replace(event, occurred_at=event.recorded_at)
    return event


def _arrival(event: Event) -> tuple[Instant, Instant, str]:
    return event.recorded_at, event.occurred_at, repr(sorted(event.data.items(), key=lambda item: item[0]))


def _newest(found: Sequence[Event]) -> Event:
    """The newest version of an object, known since it first said the same."""
    top = max(event.version for event in found)
    newest = min((event for event in found if event.version == top), key=_arrival)
    known = min(
        event.recorded_at
        for event in found
        if event.data == newest.data and event.occurred_at == newest.occurred_at
    )
    return newest if known == newest.recorded_at else replace(newest, recorded_at=known)


def _without_overruled_deals(facts: Iterable[Event]) -> list[Event]:
    """A deal is won or lost only while its newest version says so."""
    kept = list(facts)
    newest: dict[tuple[str, str], str] = {}
    for event in kept:
        if event.kind in DEALS:
            key = (event.source, event.object_id)
            newest[key] = max(newest.get(key, ""), event.version)
    return [
        event
        for event in kept
        if event.kind not in (Kind.deal_won, Kind.deal_lost)
        or event.version == newest[event.source, event.object_id]
    ]


def take_back(events: list[Event], within: int, refuse: Callable[[Event, str], None]) -> list[Event]:
    """Without what was undone in time by the same person, with no later fact between (T33).

    An undo that comes too late, from someone else, or after something else is refused. What this product
    recorded in between (a notice, a stage) is no fact about the lead.
    """
    kept: list[Event] = []
    for event in events:
        if event.kind is not Kind.undone:
            kept.append(event)
            continue
        spoken = [each for each in kept if each.source != OURS]
        code = _why_not_undone(event, spoken[-1] if spoken else None, within)
        if code is None:
            kept = [each for each in kept if not (each.kind in _SAID and _same_moment(each, spoken[-1]))]
        else:
            refuse(event, code)
    return kept


_SAID = (Kind.rejected, Kind.returned)


def _same_moment(event: Event, last: Event) -> bool:
    """Status and code of one edit are two events of one instant."""
    return event.occurred_at == last.occurred_at and event.source == last.source


def _why_not_undone(undo: Event, last: Event | None, within: int) -> str | None:
    if last is None or last.kind not in _SAID:
        return "undo_nothing"
    if undo.occurred_at - last.occurred_at > within:
        return "undo_too_late"
    by, other = last.data.get("by"), undo.data.get("by")
    return "undo_other_person" if by is not None and other is not None and by != other else None

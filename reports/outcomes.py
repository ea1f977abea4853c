"""What became of the leads: returned and back again, discarded by pattern, won by source, and where each one is."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from policies.states import Place
from reports.figures.content import Contribution, contribution
from reports.rows import Handoff, Lead
from reports.span import Span
from reports.stages import Ways, people

DISCARDED = ("rejected", "returned", "lost", "cancelled")
Name: TypeAlias = Callable[[Handoff], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Handoffs returned to marketing in the span for one reason; how many came back since, and with what."""

    reason: str
    track: str
    handoffs: int
    came_back: int
    qualified: int
    won: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard:
    """One pattern of discarded leads: how many of those delivered from the same source and content."""

    outcome: str
    reason: str
    source: str
    content: str
    leads: int
    passed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """What one source or content brought in the span: distinct people at each stage, by events."""

    name: str
    leads: int
    mql: int
    passed: int
    accepted: int
    qualified: int
    won: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where every lead is that met the definition, as of the newest run.

    Nobody is lost when `lost_track_of` is empty: then the places add up to `total`.
    """

    places: tuple[tuple[str, int], ...]
    total: int
    lost_track_of: tuple[str, ...]

    @property
    def conserved(self) -> bool:
        """Whether each lead is in exactly one place."""
        return sum(count for _, count in self.places) == self.total


def returns(ways: Ways, span: Span) -> tuple[Return, ...]:
    """Returned in the span by reason and track, most first; and what their later cycles came to."""
    later: defaultdict[str, list[Handoff]] = defaultdict(list)
    for each in ways.handoffs:
        later[each.lead].append(each)
    found: defaultdict[tuple[str, str], list[Handoff]] = defaultdict(list)
    for each in ways.handoffs:
        if each.state == "returned" and span.holds(each.since):
            found[each.reason or "", each.track or ""].append(each)
    rows = []
    for (reason, track), given_back in found.items():
        again = [[next_ for next_ in later[each.lead] if next_.cycle > each.cycle] for each in given_back]
        rows.append(
            Return(
                reason=reason,
                track=track,
                handoffs=len(given_back),
                came_back=sum(bool(cycles) for cycles in again),
                qualified=sum(any(ways.at(each, "qualified") for each in cycles) for cycles in again),
                won=sum(any(ways.at(each, "won") for each in cycles) for cycles in again),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.handoffs, row.reason, row.track)))


def discards(ways: Ways, span: Span) -> tuple[Discard, ...]:
    """What sales did not take further in the span, by outcome, reason, source and content, most first.

    `passed` are the people delivered in the span from that source and content, to weigh the pattern by.
    """
    passed: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for each in ways.those("passed", span):
        passed[each.source, each.content].add(each.lead)
    found: defaultdict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for each in ways.handoffs:
        if each.state in DISCARDED and span.holds(each.since):
            found[each.state, each.reason or "", each.source, each.content].add(each.lead)
    rows = (
        Discard(
            outcome=outcome,
            reason=reason,
            source=source,
            content=content,
            leads=len(leads),
            passed=len(passed[source, content]),
        )
        for (outcome, reason, source, content), leads in found.items()
    )
    return tuple(sorted(rows, key=lambda row: (-row.leads, row.outcome, row.reason, row.source, row.content)))


def by_source(ways: Ways, span: Span) -> tuple[Yield, ...]:
    """What each source brought, most customers first; a blank source stays blank."""
    seen = Counter(each.source for each in ways.leads if span.holds(each.seen_at))
    return _yields(ways, span, seen, lambda handoff: handoff.source)


def by_content(ways: Ways, span: Span) -> tuple[Yield, ...]:
    """What each content brought, most customers first."""
    seen = Counter(_content(each) for each in ways.leads if span.holds(each.seen_at))
    return _yields(ways, span, seen, lambda handoff: handoff.content)


def contributions(ways: Ways, span: Span, stage: str = "qualified") -> tuple[Contribution, ...]:
    """Each content's part in reaching a stage, among the people who became MQL in the span.

    Association, not cause; a person counts as touched by the content that their handoff names.
    """
    cohort = ways.those("mql", span)
    everyone = {each.lead for each in cohort}
    reached = {each.lead for each in cohort if ways.at(each, stage) is not None}
    touched: defaultdict[str, set[str]] = defaultdict(set)
    for each in cohort:
        if each.content:
            touched[each.content].add(each.lead)
    rows = (
        contribution(name, len(leads & reached), len(leads), len(reached), len(everyone))
        for name, leads in touched.items()
    )
    return tuple(sorted(rows, key=lambda row: (-row.assisted.count, row.content)))


def whereabouts(leads: Iterable[Lead], handoffs: Iterable[Handoff]) -> Whereabouts:
    """The place of every lead that met the definition, in the order of precedence, and the ones without a place."""
    known = {each.id: each.place for each in leads}
    met = {each.lead for each in handoffs} | {lead for lead, place in known.items() if place}
    counts = Counter(place for lead in met if (place := known.get(lead)))
    order = [*Place, *sorted(set(counts) - set(Place))]
    return Whereabouts(
        places=tuple((str(place), counts[place]) for place in order if counts[place]),
        total=len(met),
        lost_track_of=tuple(sorted(lead for lead in met if not known.get(lead))),
    )


def _yields(ways: Ways, span: Span, seen: Counter[str], name_of: Name) -> tuple[Yield, ...]:
    came: dict[str, dict[str, int]] = {}
    stages = ("mql", "passed", "accepted", "qualified", "won")
    for stage in stages:
        grouped: defaultdict[str, list[Handoff]] = defaultdict(list)
        for each in ways.those(stage, span):
            grouped[name_of(each)].append(each)
        came[stage] = {name: people(found) for name, found in grouped.items()}
    names = {*seen, *(name for stage in stages for name in came[stage])}
    rows = (
        Yield(name=name, leads=seen[name], **{stage: came[stage].get(name, 0) for stage in stages})
        for name in names
    )
    return tuple(sorted(rows, key=lambda row: (-row.won, -row.passed, -row.leads, row.name)))


def _content(lead: Lead) -> str:
    value = lead.dimensions.get("content")
    return "" if value is None else str(value)

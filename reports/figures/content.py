"""What content converted people had touched: association, not cause (policy 5.4)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import exp, sqrt
from typing import Literal, NamedTuple, TypeAlias

from reports.figures.rates import Z95, Interval, Share

LOOKBACK_DAYS = 90
FEW_TOUCHED = 20  # below so many touched people no lift is shown
DAY = 86_400
Model: TypeAlias = Literal["first", "last", "linear", "u_shaped"]


class Journey(NamedTuple):
    """One person: what they touched (content, UTC seconds), the moment counted from, whether they converted.

    `until` is the conversion's own anchor, such as the MQL instant; only touches strictly before it count.
    """

    touches: tuple[tuple[str, int], ...]
    until: int
    converted: bool


@dataclass(frozen=True, slots=True)
class Contribution:
    """One content's part: of the converted, of those who touched it, of those who did not."""

    content: str
    assisted: Share
    touched: Share
    untouched: Share

    @property
    def lift(self) -> float | None:
        """How many times likelier conversion is after a touch; None when too few touched it or no rate is."""
        touched, untouched = self.touched.value, self.untouched.value
        if self.touched.total < FEW_TOUCHED or not untouched or touched is None:
            return None
        return touched / untouched

    @property
    def lift_interval(self) -> Interval | None:
        """The lift's 95 % interval on the logarithm of the ratio; None where there is no lift or it is zero."""
        if not self.lift:
            return None
        error = sqrt(
            1 / self.touched.count
            - 1 / self.touched.total
            + 1 / self.untouched.count
            - 1 / self.untouched.total
        )
        return Interval(self.lift * exp(-Z95 * error), self.lift * exp(Z95 * error))


def contributions(
    journeys: Sequence[Journey], lookback_days: int = LOOKBACK_DAYS
) -> tuple[Contribution, ...]:
    """Each content's contribution, most assists first, from people converted and not."""
    converted = sum(journey.converted for journey in journeys)
    hits: defaultdict[str, int] = defaultdict(int)
    seen: defaultdict[str, int] = defaultdict(int)
    for journey in journeys:
        for content in set(_touched(journey, lookback_days)):
            seen[content] += 1
            hits[content] += journey.converted
    rows = [contribution(each, hits[each], seen[each], converted, len(journeys)) for each in seen]
    return tuple(sorted(rows, key=lambda row: (-row.assisted.count, row.content)))


def contribution(content: str, hits: int, touched: int, converted: int, people: int) -> Contribution:
    """The contribution from counts: `hits` converted among `touched`, `converted` among all `people`."""
    return Contribution(
        content,
        assisted=Share(hits, converted),
        touched=Share(hits, touched),
        untouched=Share(converted - hits, people - touched),
    )


def credit(
    journeys: Iterable[Journey], model: Model, lookback_days: int = LOOKBACK_DAYS
) -> dict[str, Fraction]:
    """Conversions shared out over content: all to the first or last, equally, or 40/20/40; exact.

    Each converted person with any touch gives exactly one conversion.
    """
    given: defaultdict[str, Fraction] = defaultdict(Fraction)
    for journey in journeys:
        path = _touched(journey, lookback_days)
        if journey.converted and path:
            for content, part in _parts(path, model):
                given[content] += part
    return dict(given)


def _touched(journey: Journey, lookback_days: int) -> list[str]:
    """Contents in the order of their touches, strictly before the anchor and within the lookback."""
    since = journey.until - lookback_days * DAY
    inside = sorted((at, content) for content, at in journey.touches if since <= at < journey.until)
    return [content for _, content in inside]


def _parts(path: list[str], model: Model) -> list[tuple[str, Fraction]]:
    first, last, distinct = path[0], path[-1], sorted(set(path))
    if model == "first":
        return [(first, Fraction(1))]
    if model == "last":
        return [(last, Fraction(1))]
    if model == "linear":
        return [(content, Fraction(1, len(distinct))) for content in distinct]
    between = [content for content in distinct if content not in {first, last}]
    if not between:
        return [(first, Fraction(1, 2)), (last, Fraction(1, 2))]
    middle = [(content, Fraction(1, 5 * len(between))) for content in between]
    return [(first, Fraction(2, 5)), *middle, (last, Fraction(2, 5))]

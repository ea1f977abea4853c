"""The span of time that a report tells of: a named period of the reporting zone, or any two instants."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from reports.figures.periods import local_day, period_bounds, period_of

Kind: TypeAlias = Literal["day", "week", "month", "quarter"]
PERIODS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open span `[start, end)` in UTC seconds; days and months of it are those of `zone`."""

    name: str
    period: Kind
    start: int
    end: int
    zone: str
    whole: bool = True  # a period of the calendar, not two instants that somebody chose

    def holds(self, instant: int | None) -> bool:
        """Whether the instant lies in it; an unknown one does not."""
        return instant is not None and self.start <= instant < self.end

    def before(self) -> "Span | None":
        """The period before this one; None where the instants were chosen."""
        return span_of(self.period, self.start - 1, self.zone) if self.whole else None


def span_of(period: Kind, at: int, zone: str) -> Span:
    """The period of the zone's calendar that holds the instant `at` (UTC seconds).

    Raises UnknownZone, and ValueError for a period that reports are not made of.
    """
    if period not in PERIODS:
        raise ValueError(f"a report is of a {', '.join(PERIODS[:-1])} or {PERIODS[-1]}, not of a {period!r}")
    day = local_day(at, zone)
    start, end = period_bounds(day, period, zone)
    return Span(name=period_of(day, period), period=period, start=start, end=end, zone=zone)


def span_between(start: int, end: int, zone: str, period: Kind = "month") -> Span:
    """Any span; `period` is how its cohorts are grouped. Raises ValueError unless start < end."""
    if start >= end:
        raise ValueError("a report's span ends after it starts")
    name = f"{local_day(start, zone)} - {local_day(end - 1, zone)}"
    return Span(name=name, period=period, start=start, end=end, zone=zone, whole=False)

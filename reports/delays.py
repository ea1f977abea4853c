"""Whose time passed between the MQL and the first contact: marketing's, the system's, sales' (mission 10)."""

from collections.abc import Iterable
from dataclasses import dataclass

from policies.business_time import Hours
from reports.figures.rates import quantile
from reports.rows import Handoff


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """One stretch of the way, in seconds; business seconds are None where no calendar was given."""

    stretch: str
    bound: str
    handoffs: int
    wall_median: int | None
    wall_p90: int | None
    business_median: int | None
    business_p90: int | None


def delays(handoffs: Iterable[Handoff], hours: Hours | None) -> tuple[Delay, ...]:
    """The stretches of these handoffs: packing (marketing), delivering (the system), first contact (sales).

    The system's stretch binds nobody. Raises what `hours` raises for instants outside its calendar.
    """
    found = list(handoffs)
    packing = [(each.mql_at, each.package_complete_at) for each in found]
    passing = [(each.package_complete_at, each.delivered_at) for each in found]
    calling = [(each.delivered_at, each.first_contact_at) for each in found]
    return (
        _delay("packing", "marketing", packing, hours),
        _delay("delivering", "system", passing, hours),
        _delay("first_contact", "sales", calling, hours),
    )


def _delay(
    stretch: str, bound: str, pairs: Iterable[tuple[int | None, int | None]], hours: Hours | None
) -> Delay:
    spans = [(start, end) for start, end in pairs if start is not None and end is not None and start <= end]
    wall = [end - start for start, end in spans]
    business = [hours.between(start, end) for start, end in spans] if hours else []
    return Delay(
        stretch=stretch,
        bound=bound,
        handoffs=len(spans),
        wall_median=quantile(wall, 0.5),
        wall_p90=quantile(wall, 0.9),
        business_median=quantile(business, 0.5),
        business_p90=quantile(business, 0.9),
    )

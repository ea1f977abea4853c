"""What the way of a lead costs in API calls, processor time and memory: `python -m bench.calls [LEADS]`.

A company of the shipped example runs over the sandbox, whose counters tell the calls. The promises: 1,000 new
leads take at most 30 calls over both vendors for the whole way (pull, push, observe, write back both); a run with
nothing new at most 6, once the echo of our own writes was read. Then it backfills leads, and eight times as many,
and tells calls, processor time and memory. Log-ins are not counted. Exits with 1 below a promise.
"""

import sys

from bench.company import Company, Cost, company

NEW = 1_000
MOST_NEW, MOST_QUIET = 30, 6
BACKFILL = 4_000  # leads of the larger backfill; an eighth of them is the smaller one
EIGHTH = 8
FLAT = 1.5
HOUR = 3_600
SINCE = "2020-01-01"


def tell(what: str, cost: Cost, most: int | None = None) -> bool:
    """Print a row; False when a promise is broken."""
    kept = most is None or cost.total <= most
    promise = "" if most is None else f"   promised at most {most}: {'kept' if kept else 'BROKEN'}"
    vendors = ", ".join(f"{name} {cost.of(name)}" for name in cost.calls if cost.of(name))
    print(f"{what:34} {cost.total:4} calls ({vendors})   {cost.processor:6.1f} s of processor{promise}")
    return kept


def quiet(made: Company) -> Cost:
    """A run with nothing new, after the one that reads the echo of our own writes."""
    made.advance(HOUR)
    made.run()
    made.advance(HOUR)
    return made.run()


def measure_runs() -> bool:
    """The calls of 1,000 new leads and of a run with nothing new."""
    with company() as made:
        made.arrive(NEW)
        made.advance(HOUR)
        kept = tell(f"{NEW:,} new leads, the whole way", made.run(), MOST_NEW)
        return tell("a run with nothing new", quiet(made), MOST_QUIET) and kept


def measure_backfill(leads: int) -> Cost:
    """A first run over leads that were all there before."""
    with company() as made:
        made.arrive(leads)
        made.advance(HOUR)
        cost = made.run("--backfill", SINCE)
    tell(f"{leads:,} leads backfilled", cost)
    print(
        f"{'':34} {cost.processor / leads * 1_000:.1f} ms of processor a lead, {cost.peak:.0f} MB at the most"
    )
    return cost


def main() -> int:
    """Print the figures; 1 when a promise is broken."""
    kept = measure_runs()
    leads = int(sys.argv[1]) if len(sys.argv) > 1 else BACKFILL
    small, large = measure_backfill(leads // EIGHTH), measure_backfill(leads)
    flat = large.peak / small.peak
    print(
        f"{'memory':34} {flat:.2f} times for {EIGHTH} times the leads: {'flat' if flat <= FLAT else 'NOT FLAT'}"
    )
    return int(not (kept and flat <= FLAT))


if __name__ == "__main__":
    sys.exit(main())

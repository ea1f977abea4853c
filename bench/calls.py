"""What the way of a lead costs in API calls, processor time and memory: `python -m bench.calls [LEADS]`.

A company of the shipped example runs over the sandbox, whose counters tell the calls. The promises: 1,000 new
leads take at most 30 calls over both vendors for the whole way (pull, push, observe, write back both), in a company
that holds leads already too; a run with nothing new at most 6, once the echo of our own writes was read. Then it
backfills leads, and eight times as many, and tells calls, processor time, memory, and how the time beside a clock
compares with the least that the vendors' own limits allow: promised is 1.2 times that. A company with RD Station
tells its calls alone. Log-ins are not counted. Exits with 1 below a promise.
"""

import sys

from bench.company import CALLS_A_SECOND, SEARCHES_A_SECOND, Company, Cost, company

NEW = 1_000
MOST_NEW, MOST_QUIET = 30, 6
BACKFILL = 8_000  # leads of the larger backfill; an eighth of them is the smaller one
EIGHTH = 8
FLAT, TIMES = 1.5, 1.2
RDSTATION = (100, 1_000)
HOUR, DAY = 3_600, 86_400
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


def begin(made: Company) -> None:
    """The first run, before there is a lead: what comes later is new."""
    made.run()


def hold_leads(made: Company) -> None:
    """Leads that were passed before, and one a day later: the overlap of reads holds few."""
    made.arrive(NEW)
    made.advance(HOUR)
    made.run()
    quiet(made)
    made.arrive(1, NEW)
    made.advance(DAY)
    made.run()
    quiet(made)


def measure_runs() -> bool:
    """The calls of 1,000 new leads, in an empty company and in one with leads, and of a run with nothing new."""
    with company() as made:
        begin(made)
        made.arrive(NEW)
        made.advance(HOUR)
        kept = tell(f"{NEW:,} new leads, the whole way", made.run(), MOST_NEW)
        kept &= tell("a run with nothing new", quiet(made), MOST_QUIET)
    with company() as made:
        begin(made)
        hold_leads(made)
        made.arrive(NEW, NEW + 1)
        made.advance(HOUR)
        return tell(f"{NEW:,} new leads beside as many", made.run(), MOST_NEW) and kept


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


def tell_times(cost: Cost) -> bool:
    """Print how long a backfill took beside the least that the vendors' limits allow; False below the promise."""
    times = cost.wall / cost.least
    print(
        f"{'time':34} {cost.wall:.0f} s, {times:.1f} times the {cost.least:.0f} s that HubSpot allows at the least "
        f"({CALLS_A_SECOND} calls and {SEARCHES_A_SECOND} searches a second; Salesforce has no such rate)"
        f"   promised at most {TIMES}: {'kept' if times <= TIMES else 'BROKEN'}"
    )
    return times <= TIMES


def measure_rdstation() -> None:
    """The calls of a company with RD Station, whose limits are a minute's and a lead's; nothing is promised."""
    for leads in RDSTATION:
        with company(rdstation=leads) as made:
            tell(f"{leads:,} leads of RD Station", made.run("--backfill", SINCE))


def main() -> int:
    """Print the figures; 1 when a promise is broken."""
    kept = measure_runs()
    leads = int(sys.argv[1]) if len(sys.argv) > 1 else BACKFILL
    small, large = measure_backfill(leads // EIGHTH), measure_backfill(leads)
    kept &= tell_times(large)
    flat = large.peak / small.peak
    print(
        f"{'memory':34} {flat:.2f} times for {EIGHTH} times the leads: {'flat' if flat <= FLAT else 'NOT FLAT'}"
    )
    measure_rdstation()
    return int(not (kept and flat <= FLAT))


if __name__ == "__main__":
    sys.exit(main())

"""What a run costs, by the sandbox's own counters: ceilings on calls are kept by every change."""

from bench.calls import HOUR, MOST_NEW, MOST_QUIET, NEW, begin, quiet
from bench.company import company


def test_a_thousand_new_leads_and_a_run_with_nothing_new_keep_to_their_calls() -> None:
    with company() as made:
        begin(made)
        made.arrive(NEW)
        made.advance(HOUR)
        assert made.run().total <= MOST_NEW
        assert quiet(made).total <= MOST_QUIET

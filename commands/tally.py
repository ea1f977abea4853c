"""How many leads are in each place and have each SLA status, as of the last run or of a given instant."""

from collections import Counter
from collections.abc import Mapping

from mapping.records import Instant
from policies.verdict import Terms, judge
from sync.ledger import exports, facts, leads
from sync.ledger.store import Ledger
from sync.run import PAGE


def tally(
    ledger: Ledger, company: str, terms: Terms | None, now: Instant | None
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """The leads by place and by status; with `now`, those whose verdict has come due by then are judged anew."""
    with ledger.read(company, now or 0) as tx:
        places = Counter(exports.count_leads(tx, "place"))
        statuses = Counter(exports.count_leads(tx, "status"))
        after = ""
        while now is not None and terms is not None and (rows := leads.next_to_judge(tx, after, PAGE)):
            after = rows[-1].id
            known = facts.events_of(tx, [row.id for row in rows])
            for row in rows:
                verdict = judge(row.id, known[row.id], terms, now)
                if verdict.handoffs:
                    _move(places, row.place, verdict.place.value)
                    _move(statuses, row.status, verdict.status and verdict.status.value)
    return +places, +statuses


def _move(counts: Counter[str], old: str | None, new: str | None) -> None:
    if old is not None:
        counts[old] -= 1
    if new is not None:
        counts[new] += 1

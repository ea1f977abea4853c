"""Judge: a verdict for every lead that has new facts or that time has caught up with."""

from sync.judgement import settle
from sync.ledger import leads
from sync.run import PAGE, Counts, Run


def judge(run: Run, counts: Counts) -> None:
    """Judges what changed or came due; a lead whose facts and deadlines are as before is not read."""
    after = ""
    while True:
        with run.write() as tx:
            rows = leads.next_to_judge(tx, after, PAGE)
            if not rows:
                return
            after = rows[-1].id
            settle(tx, run, rows)
        counts["judged"] += len(rows)
        run.progress("judge", len(rows))

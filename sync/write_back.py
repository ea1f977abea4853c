"""Write back: tracks, stages, the seller's tasks, and the SLA status of both systems."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from connectors.base import Outcome, RowResult, Write
from connectors.promises import pair
from connectors.registration import registration_of
from mapping.status import Meaning
from sync import effects
from sync.erasure import erased_there
from sync.judgement import settle
from sync.ledger import facts, intents, leads, links, records, refusals, statuses
from sync.ledger.links import Link
from sync.ledger.patience import outlast
from sync.ledger.statuses import StatusRow
from sync.ledger.store import Tx
from sync.mapped import write_fields
from sync.owners import Desk
from sync.run import PAGE, Counts, Run, Stage

BATCH = 1000  # a CRM call takes several collections of 200
STATUS = statuses.STATUS


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the write-back and the side that it needs."""

    side: Literal["platform", "crm"]
    work: Stage


def assign(run: Run, counts: Counts) -> None:
    """Gives the leads that this product routes to their owners."""
    _judge_again(run)
    effects.drain(run, counts, intents.ASSIGN, Desk().give)


def move(run: Run, counts: Counts) -> None:
    """Carries opt-outs over, records the returns that hold, puts leads on tracks and stages, and judges again.

    A return is recorded when its effects are sent: from then on later evidence only adds a flag.
    """
    _judge_again(run)
    effects.drain(run, counts, intents.OPT_OUT, effects.opt_out)  # before a track may write to the person
    effects.drain(run, counts, intents.RETURN, effects.record_returns)
    effects.drain(run, counts, intents.TRACK, effects.move_tracks)
    effects.drain(run, counts, intents.STAGE, effects.move_stages)
    _judge_again(run)


def write_crm(run: Run, counts: Counts) -> None:
    """Writes what the CRM should show: mapped fields that changed, the status, and the seller's task."""
    write_fields(run, counts, run.crm.system, intents.FIELDS, run.crm.write_fields)
    _judge_again(run)
    effects.drain(run, counts, intents.TASK, effects.create_tasks)
    _write_status(run, counts, run.crm.system, "crm", run.crm.write_status)


def write_platform(run: Run, counts: Counts) -> None:
    """Writes what the marketing platform should show: sales' fields that are brought back, and the status."""
    write_fields(run, counts, run.platform.system, intents.FIELDS_BACK, run.platform.write_fields)
    _write_status(run, counts, run.platform.system, "platform", run.platform.write_status)


STEPS = (Step("platform", move), Step("crm", write_crm), Step("platform", write_platform))


def _judge_again(run: Run) -> None:
    """What was acknowledged in this run changes verdicts: the same judge, the same instant."""
    after = ""
    while True:
        with run.write() as tx:
            rows = leads.next_to_judge(tx, after, PAGE)
            if not rows:
                return
            after = rows[-1].id
            settle(tx, run, rows)


def _write_status(
    run: Run, counts: Counts, system: str, name: str, write: Callable[[Sequence[Write]], list[RowResult]]
) -> None:
    """Only what differs from what was last written is sent; a row that fails is sent again by a later run."""
    after = ""
    while True:
        with run.read() as tx:
            rows = statuses.unwritten(tx, system, after, BATCH)
            targets = links.targets_of(tx, system, [row.lead for row in rows])
        if not rows:
            return
        after = rows[-1].lead
        asked = [_status_write(run, system, row, targets[row.lead]) for row in rows]
        settled = pair(system, rows, asked, write(asked))
        lost = [row.lead for row, result in settled if result.outcome is Outcome.gone]
        gone = {lead: targets[lead].id for lead in lost if system == run.platform.system}
        erased = erased_there(run.platform, list(gone.values()))
        with run.write() as tx:
            records.note_gone(tx, system, gone.values(), erased)
            facts.add_events(
                tx, [run.vanished(lead, each, erased=each in erased) for lead, each in gone.items()]
            )
            _note(tx, system, outlast(tx, system, STATUS, settled, run.patience))
        counts[name] += sum(result.outcome is Outcome.written for _, result in settled)
        run.progress("write_back", len(rows))


def _status_write(run: Run, system: str, row: StatusRow, target: Link) -> Write:
    names = {each.meaning: each.name for each in registration_of(system).properties}
    values = dict(row.wanted)
    if Meaning.judged_at in names:
        values[names[Meaning.judged_at]] = run.as_of
    if Meaning.lead_id in names:  # a record that CRM conversion or a merge put in place is found by it too
        values[names[Meaning.lead_id]] = row.lead
    return Write(key=row.lead, id=target.id, kind=target.kind, values=values)


def _note(tx: Tx, system: str, settled: Sequence[tuple[StatusRow, RowResult]]) -> None:
    """A status that was refused, or whose record is gone, waits until it changes or the lead has another record."""
    statuses.mark_written(tx, [row for row, result in settled if result.outcome is not Outcome.retry])
    done = [row.lead for row, result in settled if result.outcome in (Outcome.written, Outcome.unchanged)]
    refusals.forgive(tx, done, system, STATUS)
    refused = [(row, result) for row, result in settled if result.outcome is Outcome.refused]
    refusals.refuse(
        tx, [effects.refusal_of(row.lead, system, STATUS, result, row.hash) for row, result in refused]
    )

"""Write back: tracks, stages, the seller's tasks, and the SLA status of both systems."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from connectors.base import Outcome, RowResult, StageChange, TaskWanted, TrackChange, Write
from mapping.identity import fingerprint
from mapping.status import PROPERTIES, Meaning
from policies.events import Event, Kind
from sync.judgement import settle
from sync.ledger import facts, leads, links, work
from sync.ledger.links import Link
from sync.ledger.store import Tx
from sync.ledger.work import Intent, Refusal, StatusRow
from sync.limits import Planned
from sync.run import PAGE, Counts, Run

BATCH = 1000  # a CRM call takes several collections of 200
STATUS = "status"


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the write-back and the side that it needs."""

    side: Literal["platform", "crm"]
    work: Callable[[Run], Counts]


def count_planned(tx: Tx, *, platform: str, crm: str) -> Planned:
    """What the read phase ended with, for the limits."""
    returns = work.count_owed(tx, work.TRACK) + work.count_owed(tx, work.STAGE)
    return Planned(
        creations=work.count_creations(tx),
        changes=max(work.count_changes(tx, crm), work.count_changes(tx, platform), returns),
        linked=links.count_links(tx, crm),
    )


def move(run: Run) -> Counts:
    """Records the returns that hold, puts leads on their tracks and stages, and judges again.

    A return is recorded when its effects are sent: from then on later evidence only adds a flag.
    """
    _judge_again(run)
    counts = Counts()
    counts += _drain(run, work.RETURN, _record_returns)
    counts += _drain(run, work.TRACK, _move_tracks)
    counts += _drain(run, work.STAGE, _move_stages)
    _judge_again(run)
    return counts


def write_crm(run: Run) -> Counts:
    """Writes what the CRM should show: the status on its record, and the seller's task."""
    _judge_again(run)
    counts = _drain(run, work.TASK, _create_tasks)
    return counts + _write_status(run, run.crm.system, "crm", run.crm.write_status)


def write_platform(run: Run) -> Counts:
    """Writes what the marketing platform should show."""
    return _write_status(run, run.platform.system, "platform", run.platform.write_status)


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


def _drain(run: Run, operation: str, do: Callable[[Run, Sequence[Intent]], Counts]) -> Counts:
    counts, after = Counts(), 0
    while True:
        with run.read() as tx:
            batch = work.owed(tx, operation, after, BATCH)
        if not batch:
            return counts
        after = batch[-1][0]
        counts += do(run, [intent for _, intent in batch])
        run.progress("write_back", len(batch))


def _record_returns(run: Run, intents: Sequence[Intent]) -> Counts:
    with run.write() as tx:
        for intent in intents:
            data = {name: value for name, value in intent.payload.items() if name != "at"}
            at = intent.payload["at"]
            fact = run.fact(Kind.returned, intent.lead, intent.cycle, at=at, version=str(at), data=data)
            facts.add_events(tx, [fact])
            work.settle(tx, intent, "done")
    return Counts()


def _move_tracks(run: Run, intents: Sequence[Intent]) -> Counts:
    tracks = run.company.tracks
    targets = _targets(run, run.platform.system, intents)
    able = [each for each in intents if each.lead in targets and each.payload["track"] in tracks]
    rows = [
        TrackChange(
            key=intent.lead,
            id=targets[intent.lead].id,
            list=tracks[intent.payload["track"]],
            enter=intent.payload["enter"],
        )
        for intent in able
    ]
    results = run.platform.put_on_track(rows)
    counts = Counts()
    with run.write() as tx:
        for intent, result in zip(able, results, strict=True):
            kind = Kind.on_track if intent.payload["enter"] else Kind.off_track
            fact = _fact(run, intent, kind, {"track": intent.payload["track"]})
            counts["tracks"] += _acknowledge(tx, run, intent, result, fact)
        for intent in intents:
            if intent not in able:
                _settle(tx, intent, _no_list(intent), run.platform.system)
    return counts


def _no_list(intent: Intent) -> RowResult:
    track = intent.payload["track"]
    return RowResult(
        key=intent.lead,
        outcome=Outcome.refused,
        code="no_list",
        message=f"the track {track} has no list, or the lead no contact: name one in marketing.tracks.{track}",
    )


def _move_stages(run: Run, intents: Sequence[Intent]) -> Counts:
    targets = _targets(run, run.platform.system, intents)
    able = [each for each in intents if each.lead in targets]
    rows = [
        StageChange(
            key=intent.lead, id=targets[intent.lead].id, stage=run.company.stages[intent.payload["stage"]]
        )
        for intent in able
    ]
    results = run.platform.set_stage(rows)
    counts = Counts()
    with run.write() as tx:
        for intent, result in zip(able, results, strict=True):
            fact = _fact(run, intent, Kind.stage_changed, {"stage": intent.payload["stage"]})
            counts["stages"] += _acknowledge(tx, run, intent, result, fact)
    return counts


def _create_tasks(run: Run, intents: Sequence[Intent]) -> Counts:
    targets = _targets(run, run.crm.system, intents)
    able = [each for each in intents if each.lead in targets]
    rows = [
        TaskWanted(
            key=intent.lead,
            id=targets[intent.lead].id,
            kind=targets[intent.lead].kind,
            owner=intent.payload["owner"],
            subject=intent.payload["subject"],
            due_on=intent.payload["due_on"],
            marker=f"[acuerdo:{intent.lead}/{intent.cycle}]",
        )
        for intent in able
    ]
    results = run.crm.create_tasks(rows)
    counts = Counts()
    with run.write() as tx:
        for intent, result in zip(able, results, strict=True):
            counts["tasks"] += result.outcome is Outcome.written
            _settle(tx, intent, result, run.crm.system)
    return counts


def _write_status(
    run: Run, system: str, name: str, write: Callable[[Sequence[Write]], list[RowResult]]
) -> Counts:
    """Only what differs from what was last written is sent; a row that fails is sent again by a later run."""
    counts, after = Counts(), ""
    while True:
        with run.read() as tx:
            rows = work.unwritten(tx, system, after, BATCH)
            targets = links.targets_of(tx, system, [row.lead for row in rows])
        if not rows:
            return counts
        after = rows[-1].lead
        results = write([_status_write(run, system, row, targets[row.lead]) for row in rows])
        with run.write() as tx:
            for row, result in zip(rows, results, strict=True):
                _note_status(tx, system, row, result)
                if result.outcome is Outcome.gone and system == run.platform.system:
                    facts.add_events(tx, [_vanished(run, row.lead, targets[row.lead])])
                counts[name] += result.outcome is Outcome.written
        run.progress("write_back", len(rows))


def _status_write(run: Run, system: str, row: StatusRow, target: Link) -> Write:
    names = {each.meaning: each.name for each in PROPERTIES[system]}
    values = {**row.wanted, names[Meaning.judged_at]: run.as_of}
    if Meaning.lead_id in names:  # a record that CRM conversion or a merge put in place is found by it too
        values[names[Meaning.lead_id]] = row.lead
    return Write(key=row.lead, id=target.id, kind=target.kind, values=values)


def _note_status(tx: Tx, system: str, row: StatusRow, result: RowResult) -> None:
    print_ = fingerprint(row.wanted)
    match result.outcome:
        case Outcome.written | Outcome.unchanged:
            work.mark_written(tx, row.lead, system, row.wanted, print_)
            work.forgive(tx, row.lead, system, STATUS)
        case Outcome.refused:
            work.mark_written(tx, row.lead, system, row.wanted, print_)  # not again until it changes
            work.refuse(tx, [_refusal(row.lead, system, STATUS, result, print_)])
        case Outcome.gone:  # not again until it changes, or until the lead has another record
            work.mark_written(tx, row.lead, system, row.wanted, print_)
        case Outcome.retry:
            pass  # a later run tries again


def _vanished(run: Run, lead: str, target: Link) -> Event:
    """A contact that pull did not find in the recycle bin and that cannot be written to was erased over there."""
    return Event(
        kind=Kind.deleted,
        lead=lead,
        occurred_at=run.now,
        recorded_at=run.now,
        source=run.platform.system,
        object_id=target.id,
        version=f"gone-{run.now}",
    )


def _acknowledge(tx: Tx, run: Run, intent: Intent, result: RowResult, fact: Event) -> int:
    """Notes what became of a track or a stage; what the platform acknowledged is a fact."""
    _settle(tx, intent, result, run.platform.system)
    if result.outcome not in (Outcome.written, Outcome.unchanged):
        return 0
    facts.add_events(tx, [fact])
    return int(result.outcome is Outcome.written)


def _fact(run: Run, intent: Intent, kind: Kind, data: Mapping[str, Any]) -> Event:
    version = f"{run.now}/{intent.n}"  # the same effect may be owed again, at another instant
    return run.fact(kind, intent.lead, intent.cycle, at=run.now, version=version, data=data)


def _settle(tx: Tx, intent: Intent, result: RowResult, system: str) -> None:
    match result.outcome:
        case Outcome.written | Outcome.unchanged:
            work.settle(tx, intent, "done")
            work.forgive(tx, intent.lead, system, intent.operation)
        case Outcome.refused:
            work.settle(tx, intent, "refused", result.code)
            print_ = fingerprint({"payload": str(sorted(intent.payload.items()))})
            work.refuse(tx, [_refusal(intent.lead, system, intent.operation, result, print_)])
        case Outcome.retry:
            work.settle(tx, intent, "owed", result.code)
        case Outcome.gone:
            work.settle(tx, intent, "dropped", result.code)


def _refusal(lead: str, system: str, operation: str, result: RowResult, print_: str) -> Refusal:
    return Refusal(
        lead=lead,
        system=system,
        operation=operation,
        code=result.code or "refused",
        message=result.message or f"{system} would not take it",
        fingerprint=print_,
    )


def _targets(run: Run, system: str, intents: Sequence[Intent]) -> dict[str, Link]:
    with run.read() as tx:
        return links.targets_of(tx, system, [intent.lead for intent in intents])

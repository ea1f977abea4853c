"""Effects: what a verdict brings about outside: returns on record, tracks, stages, the seller's tasks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.base import OptOut, Outcome, RowResult, StageChange, TaskWanted, TrackChange
from connectors.promises import pair
from mapping.identity import fingerprint
from mapping.records import RecordState
from policies.events import Event, Kind
from sync.ledger import facts, intents, links, records, refusals
from sync.ledger.intents import Intent
from sync.ledger.links import Link
from sync.ledger.patience import outlast
from sync.ledger.records import Known
from sync.ledger.refusals import Refusal
from sync.ledger.store import Tx
from sync.run import Counts, Run

BATCH = 1000  # a CRM call takes several collections of 200
STATES = {
    Outcome.written: "done",
    Outcome.unchanged: "done",
    Outcome.refused: "refused",
    Outcome.retry: "owed",
    Outcome.gone: "dropped",
}
"""What an intent is once its row was answered so; one that is still owed is sent by a later run."""


def drain(run: Run, counts: Counts, operation: str, do: Callable[[Run, Sequence[Intent]], Counts]) -> None:
    """Sends what is owed of one kind, batch by batch, and counts what was done."""
    after = 0
    while True:
        with run.read() as tx:
            batch = intents.owed(tx, operation, after, BATCH)
        if not batch:
            return
        after = batch[-1][0]
        counts += do(run, [intent for _, intent in batch])
        run.progress("write_back", len(batch))


def record_returns(run: Run, owed: Sequence[Intent]) -> Counts:
    """Puts on record the returns that hold: from now on later evidence only adds a flag."""
    with run.write() as tx:
        facts.add_events(tx, [_returned(run, intent) for intent in owed])
        intents.settle(tx, [(intent, "done", None) for intent in owed])
    return Counts()


def _returned(run: Run, intent: Intent) -> Event:
    data = {name: value for name, value in intent.payload.items() if name != "at"}
    at = intent.payload["at"]
    return run.fact(Kind.returned, intent.lead, intent.cycle, at=at, version=str(at), data=data)


def move_tracks(run: Run, owed: Sequence[Intent]) -> Counts:
    """Puts leads on their tracks, or takes them off; a track without a list is refused."""
    tracks = run.company.tracks
    targets = _targets(run, run.platform.system, owed)
    able = [each for each in owed if each.lead in targets and each.payload["track"] in tracks]
    rows = [
        TrackChange(
            key=intent.lead,
            id=targets[intent.lead].id,
            list=tracks[intent.payload["track"]],
            enter=intent.payload["enter"],
        )
        for intent in able
    ]
    settled = pair(run.platform.system, able, rows, run.platform.put_on_track(rows))
    settled += [(each, _no_list(each)) for each in owed if each not in able]
    with run.write() as tx:
        done = _settle(tx, run, run.platform.system, settled)
        facts.add_events(tx, [_moved(run, intent) for intent in done])
    return Counts(tracks=_count_written(settled))


def _no_list(intent: Intent) -> RowResult:
    track = intent.payload["track"]
    return RowResult(
        key=intent.lead,
        outcome=Outcome.refused,
        code="no_list",
        message=f"the track {track} has no list, or the lead no contact: name one in marketing.tracks.{track}",
    )


def move_stages(run: Run, owed: Sequence[Intent]) -> Counts:
    """Sets the lifecycle stages; what did not hold is refused."""
    targets = _targets(run, run.platform.system, owed)
    able = [each for each in owed if each.lead in targets]
    rows = [
        StageChange(
            key=intent.lead, id=targets[intent.lead].id, stage=run.company.stages[intent.payload["stage"]]
        )
        for intent in able
    ]
    settled = pair(run.platform.system, able, rows, run.platform.set_stage(rows))
    with run.write() as tx:
        done = _settle(tx, run, run.platform.system, settled)
        facts.add_events(tx, [_staged(run, intent) for intent in done])
    return Counts(stages=_count_written(settled))


def opt_out(run: Run, owed: Sequence[Intent]) -> Counts:
    """Tells marketing of the people who told sales that they want no more e-mail.

    A contact that is gone although it was read as live may be merged: the next run knows, and tells the survivor.
    """
    targets = _contacts(run, owed)
    able = [each for each in owed if each.lead in targets]
    rows = [OptOut(key=intent.lead, id=targets[intent.lead].id) for intent in able]
    told = pair(run.platform.system, able, rows, run.platform.opt_out(rows))
    with run.write() as tx:
        known = records.known_records(tx, run.platform.system, "contact", [row.id for row in rows])
        live = {each.lead for each in able if _lives(known.get(targets[each.lead].id))}
        settled = [(intent, _put_off(result) if intent.lead in live else result) for intent, result in told]
        _settle(tx, run, run.platform.system, settled)
    return Counts(opt_outs=_count_written(settled))


def _contacts(run: Run, owed: Sequence[Intent]) -> dict[str, Link]:
    """The contact of each lead; of a lead whose contact was merged into another one, that one."""
    system, found = run.platform.system, _targets(run, run.platform.system, owed)
    with run.read() as tx:
        told = facts.events_of(tx, {each.lead for each in owed} - found.keys())
        into = {
            lead: event.object_id
            for lead, events in told.items()
            for event in events
            if event.kind is Kind.merged and event.source == system
        }
        heirs = links.leads_by_record(tx, system, into.values())
        targets = links.targets_of(tx, system, heirs.values())
    return found | {lead: targets[heirs[id_]] for lead, id_ in into.items() if heirs.get(id_) in targets}


def _lives(known: Known | None) -> bool:
    return known is not None and known.state is RecordState.live


def _put_off(result: RowResult) -> RowResult:
    return replace(result, outcome=Outcome.retry) if result.outcome is Outcome.gone else result


def create_tasks(run: Run, owed: Sequence[Intent]) -> Counts:
    """Makes the seller's task of each handoff once."""
    targets = _targets(run, run.crm.system, owed)
    able = [each for each in owed if each.lead in targets]
    with run.write() as tx:  # before they are sent: a run that is killed leaves the next one to look for them
        tried = {(each.lead, each.cycle) for each in intents.note_tries(tx, intents.TASK, able)}
    rows = [
        TaskWanted(
            key=intent.lead,
            id=targets[intent.lead].id,
            kind=targets[intent.lead].kind,
            owner=intent.payload["owner"],
            subject=intent.payload["subject"],
            due_on=intent.payload["due_on"],
            marker=f"[acuerdo:{intent.lead}/{intent.cycle}]",
            again=(intent.lead, intent.cycle) in tried,
        )
        for intent in able
    ]
    settled = pair(run.crm.system, able, rows, run.crm.create_tasks(rows))
    with run.write() as tx:
        _settle(tx, run, run.crm.system, settled)
    return Counts(tasks=_count_written(settled))


def _moved(run: Run, intent: Intent) -> Event:
    kind = Kind.on_track if intent.payload["enter"] else Kind.off_track
    return _fact(run, intent, kind, {"track": intent.payload["track"]})


def _staged(run: Run, intent: Intent) -> Event:
    return _fact(run, intent, Kind.stage_changed, {"stage": intent.payload["stage"]})


def _fact(run: Run, intent: Intent, kind: Kind, data: Mapping[str, Any]) -> Event:
    version = f"{run.now}/{intent.n}"  # the same effect may be owed again, at another instant
    return run.fact(kind, intent.lead, intent.cycle, at=run.now, version=version, data=data)


def _settle(tx: Tx, run: Run, system: str, settled: Sequence[tuple[Intent, RowResult]]) -> list[Intent]:
    """Notes what became of writes of one kind, and answers those that the system acknowledged."""
    if not settled:
        return []
    operation = settled[0][0].operation
    settled = outlast(tx, system, operation, settled, run.patience)
    intents.settle(tx, [(intent, STATES[result.outcome], result.code) for intent, result in settled])
    done = [intent for intent, result in settled if STATES[result.outcome] == "done"]
    refusals.forgive(tx, [each.lead for each in done], system, operation)
    refusals.refuse(
        tx,
        [
            refusal_of(intent.lead, system, operation, result, _print(intent))
            for intent, result in settled
            if result.outcome is Outcome.refused
        ],
    )
    return done


def _print(intent: Intent) -> str:
    return fingerprint({"payload": str(sorted(intent.payload.items()))})


def _count_written(settled: Sequence[tuple[Intent, RowResult]]) -> int:
    return sum(result.outcome is Outcome.written for _, result in settled)


def _targets(run: Run, system: str, owed: Sequence[Intent]) -> dict[str, Link]:
    with run.read() as tx:
        return links.targets_of(tx, system, [intent.lead for intent in owed])


def refusal_of(lead: str, system: str, operation: str, result: RowResult, print_: str) -> Refusal:
    """The line of the refused list that a row's result makes."""
    return Refusal(
        lead=lead,
        system=system,
        operation=operation,
        code=result.code or "refused",
        message=result.message or f"{system} would not take it",
        fingerprint=print_,
    )

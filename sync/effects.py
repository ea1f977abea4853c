"""Effects: what a verdict brings about outside: returns on record, tracks, stages, the seller's tasks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from connectors.base import OptOut, Outcome, RowResult, StageChange, TaskWanted, TrackChange
from connectors.promises import pair
from mapping.identity import fingerprint
from policies.events import Event, Kind
from sync.ledger import facts, intents, links, refusals
from sync.ledger.intents import Intent
from sync.ledger.links import Link
from sync.ledger.patience import outlast
from sync.ledger.refusals import Refusal
from sync.ledger.store import Tx
from sync.run import Counts, Run

BATCH = 1000  # a CRM call takes several collections of 200


def drain(run: Run, operation: str, do: Callable[[Run, Sequence[Intent]], Counts]) -> Counts:
    """Sends what is owed of one kind, batch by batch; tells how much was done."""
    counts, after = Counts(), 0
    while True:
        with run.read() as tx:
            batch = intents.owed(tx, operation, after, BATCH)
        if not batch:
            return counts
        after = batch[-1][0]
        counts += do(run, [intent for _, intent in batch])
        run.progress("write_back", len(batch))


def record_returns(run: Run, owed: Sequence[Intent]) -> Counts:
    """Puts on record the returns that hold: from now on later evidence only adds a flag."""
    with run.write() as tx:
        for intent in owed:
            data = {name: value for name, value in intent.payload.items() if name != "at"}
            at = intent.payload["at"]
            fact = run.fact(Kind.returned, intent.lead, intent.cycle, at=at, version=str(at), data=data)
            facts.add_events(tx, [fact])
            intents.settle(tx, intent, "done")
    return Counts()


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
    counts = Counts()
    with run.write() as tx:
        for intent, result in outlast(tx, run.platform.system, intents.TRACK, settled, run.patience):
            kind = Kind.on_track if intent.payload["enter"] else Kind.off_track
            fact = _fact(run, intent, kind, {"track": intent.payload["track"]})
            counts["tracks"] += _acknowledge(tx, run, intent, result, fact)
        for intent in owed:
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
    counts = Counts()
    with run.write() as tx:
        for intent, result in outlast(tx, run.platform.system, intents.STAGE, settled, run.patience):
            fact = _fact(run, intent, Kind.stage_changed, {"stage": intent.payload["stage"]})
            counts["stages"] += _acknowledge(tx, run, intent, result, fact)
    return counts


def opt_out(run: Run, owed: Sequence[Intent]) -> Counts:
    """Tells marketing of the people who told sales that they want no more e-mail."""
    targets = _targets(run, run.platform.system, owed)
    able = [each for each in owed if each.lead in targets]
    rows = [OptOut(key=intent.lead, id=targets[intent.lead].id) for intent in able]
    settled = pair(run.platform.system, able, rows, run.platform.opt_out(rows))
    counts = Counts()
    with run.write() as tx:
        for intent, result in outlast(tx, run.platform.system, intents.OPT_OUT, settled, run.patience):
            _settle(tx, intent, result, run.platform.system)
            counts["opt_outs"] += result.outcome is Outcome.written
    return counts


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
    counts = Counts()
    with run.write() as tx:
        for intent, result in outlast(tx, run.crm.system, intents.TASK, settled, run.patience):
            counts["tasks"] += result.outcome is Outcome.written
            _settle(tx, intent, result, run.crm.system)
    return counts


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
            intents.settle(tx, intent, "done")
            refusals.forgive(tx, intent.lead, system, intent.operation)
        case Outcome.refused:
            intents.settle(tx, intent, "refused", result.code)
            print_ = fingerprint({"payload": str(sorted(intent.payload.items()))})
            refusals.refuse(tx, [refusal_of(intent.lead, system, intent.operation, result, print_)])
        case Outcome.retry:
            intents.settle(tx, intent, "owed", result.code)
        case Outcome.gone:
            intents.settle(tx, intent, "dropped", result.code)


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

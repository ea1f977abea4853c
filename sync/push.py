"""Push: the leads that are owed to sales, into the CRM."""

from collections.abc import Sequence
from typing import TypeAlias

from connectors.base import Outcome, RowResult, Write
from connectors.promises import pair
from policies.events import Event, Kind
from sync.ledger import compared, facts, intents, links, matches, pushes, refusals
from sync.ledger.compared import Compared
from sync.ledger.intents import Intent
from sync.ledger.links import Link
from sync.ledger.matches import Match
from sync.ledger.patience import outlast
from sync.ledger.refusals import Refusal
from sync.ledger.store import Tx
from sync.run import Counts, Run

BATCH = 5_000  # enough for a CRM to take thousands as one job, few enough to hold
STATES = {
    Outcome.written: "done",
    Outcome.unchanged: "done",
    Outcome.retry: "owed",
    Outcome.refused: "refused",
    Outcome.gone: "refused",
}
Answered: TypeAlias = tuple[Intent, RowResult]


def push(run: Run, counts: Counts) -> None:
    """Sends every owed lead once and notes the CRM's own time of each delivery.

    A batch is noted as soon as the CRM has acknowledged it: a run that is killed between the two sends the
    batch again, and the CRM finds the same records by our id (promise 2).
    """
    after = 0
    while batch := _next(run, after):
        after = batch[-1][0]
        owed = [intent for _, intent in batch]
        rows = [_write(intent) for intent in owed]
        results = run.crm.push(rows, unassigned=run.agreement.routing.enabled)
        settled = pair(run.crm.system, owed, rows, results)
        with run.write() as tx:
            settled = outlast(tx, run.crm.system, intents.PUSH, settled, run.patience)
            _note(tx, run, settled)
        counts.update(_name(result) for _, result in settled)
        run.progress("push", len(batch))


def _next(run: Run, after: int) -> list[tuple[int, Intent]]:
    with run.read() as tx:
        return intents.owed(tx, intents.PUSH, after, BATCH)


def _write(intent: Intent) -> Write:
    payload = intent.payload
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in payload["values"].items()
    }
    return Write(key=intent.lead, values=values, id=payload["id"], kind=payload["kind"])


def _name(result: RowResult) -> str:
    match result.outcome:
        case Outcome.written | Outcome.unchanged:
            return "created" if result.created else "updated"
        case Outcome.retry:
            return "put off"
        case Outcome.refused | Outcome.gone:
            return "refused"


def _note(tx: Tx, run: Run, settled: Sequence[Answered]) -> None:
    """Notes what became of each push; one that was put off is owed as before."""
    intents.settle(tx, [(intent, STATES[result.outcome], _code(result)) for intent, result in settled])
    _note_deliveries(tx, run, [each for each in settled if STATES[each[1].outcome] == "done"])
    refused = [each for each in settled if STATES[each[1].outcome] == "refused"]
    refusals.refuse(tx, [_refusal(run, intent, result) for intent, result in refused])
    facts.add_events(tx, [_refused(run, intent, result) for intent, result in refused])


def _code(result: RowResult) -> str | None:
    match STATES[result.outcome]:
        case "done":
            return None
        case "refused":
            return result.code or result.outcome.value
        case _:
            return result.code


def _note_deliveries(tx: Tx, run: Run, delivered: Sequence[Answered]) -> None:
    pushed, system = [intent for intent, _ in delivered], run.crm.system
    pushes.slim(tx, pushed)
    refusals.forgive(tx, [each.lead for each in pushed], system, intents.PUSH)
    compared.put_compared(tx, [row for each in pushed for row in _compared(run, each)])
    answered = [each.lead for each in pushed if each.payload.get("settled")]
    matches.answer(tx, [Match(lead=lead, system=system, code="") for lead in answered])
    links.put_links(tx, [_link(run, intent, result) for intent, result in delivered])
    facts.add_events(tx, [_delivered(run, intent, result) for intent, result in delivered])


def _compared(run: Run, intent: Intent) -> list[Compared]:
    """What both sides hold of the fields that travelled, and what comes back of them."""
    found, payload = list[Compared](), intent.payload
    if "bases" in payload:
        bases = compared.read_bases(payload["bases"])
        found.append(Compared(lead=intent.lead, system=run.crm.system, bases=bases))
    if "back" in payload:
        found.append(compared.read_comparison(intent.lead, run.platform.system, payload["back"]))
    return found


def _link(run: Run, intent: Intent, result: RowResult) -> Link:
    assert result.id is not None, "a written row has the record's id"
    return Link(system=run.crm.system, kind=_kind(intent, result), id=result.id, lead=intent.lead)


def _kind(intent: Intent, result: RowResult) -> str:
    return str(result.kind or intent.payload["kind"] or "Lead")


def _delivered(run: Run, intent: Intent, result: RowResult) -> Event:
    data = {"record": result.id, "record_kind": _kind(intent, result), "created": result.created}
    at = result.at or run.now
    return run.fact(Kind.delivered, intent.lead, intent.cycle, at=at, version=str(intent.n), data=data)


def _refusal(run: Run, intent: Intent, result: RowResult) -> Refusal:
    return Refusal(
        lead=intent.lead,
        system=run.crm.system,
        operation=intents.PUSH,
        code=result.code or result.outcome.value,
        message=result.message or "the CRM would not take the record",
        fingerprint=intent.payload["fingerprint"],
    )


def _refused(run: Run, intent: Intent, result: RowResult) -> Event:
    data = {"code": result.code or result.outcome.value}
    version = intent.payload["fingerprint"]
    return run.fact(Kind.refused, intent.lead, intent.cycle, at=run.now, version=version, data=data)

"""Push: the leads that are owed to sales, into the CRM."""

from connectors.base import Outcome, RowResult, Write
from connectors.promises import pair
from policies.events import Kind
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


def push(run: Run) -> Counts:
    """Sends every owed lead once and notes the CRM's own time of each delivery.

    A batch is noted as soon as the CRM has acknowledged it: a run that is killed between the two sends the
    batch again, and the CRM finds the same records by our id (promise 2).
    """
    counts = Counts()
    after = 0
    while batch := _next(run, after):
        after = batch[-1][0]
        owed = [intent for _, intent in batch]
        rows = [_write(intent) for intent in owed]
        results = run.crm.push(rows, unassigned=run.agreement.routing.enabled)
        settled = pair(run.crm.system, owed, rows, results)
        with run.write() as tx:
            for intent, result in outlast(tx, run.crm.system, intents.PUSH, settled, run.patience):
                counts[_settle(tx, run, intent, result)] += 1
        run.progress("push", len(batch))
    return counts


def _next(run: Run, after: int) -> list[tuple[int, Intent]]:
    with run.read() as tx:
        return intents.owed(tx, intents.PUSH, after, BATCH)


def _write(intent: Intent) -> Write:
    payload = intent.payload
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in payload["values"].items()
    }
    return Write(key=intent.lead, values=values, id=payload["id"], kind=payload["kind"])


def _settle(tx: Tx, run: Run, intent: Intent, result: RowResult) -> str:
    match result.outcome:
        case Outcome.written | Outcome.unchanged:
            _note_delivery(tx, run, intent, result)
            return "created" if result.created else "updated"
        case Outcome.retry:
            intents.settle(tx, intent, "owed", result.code)
            return "put off"
        case Outcome.refused | Outcome.gone:
            _note_refusal(tx, run, intent, result)
            return "refused"


def _note_delivery(tx: Tx, run: Run, intent: Intent, result: RowResult) -> None:
    assert result.id is not None, "a written row has the record's id"
    kind = result.kind or intent.payload["kind"] or "Lead"
    intents.settle(tx, intent, "done")
    pushes.slim(tx, intent)
    refusals.forgive(tx, intent.lead, run.crm.system, intents.PUSH)
    if "bases" in intent.payload:
        bases = compared.read_bases(intent.payload["bases"])
        compared.put_compared(tx, [Compared(lead=intent.lead, system=run.crm.system, bases=bases)])
    if "back" in intent.payload:
        back = compared.read_comparison(intent.lead, run.platform.system, intent.payload["back"])
        compared.put_compared(tx, [back])
    if intent.payload.get("settled"):
        matches.answer(tx, [Match(lead=intent.lead, system=run.crm.system, code="")])
    links.put_links(tx, [Link(system=run.crm.system, kind=kind, id=result.id, lead=intent.lead)])
    data = {"record": result.id, "record_kind": kind, "created": result.created}
    at = result.at or run.now
    fact = run.fact(Kind.delivered, intent.lead, intent.cycle, at=at, version=str(intent.n), data=data)
    facts.add_events(tx, [fact])


def _note_refusal(tx: Tx, run: Run, intent: Intent, result: RowResult) -> None:
    code = result.code or result.outcome.value
    intents.settle(tx, intent, "refused", code)
    refusal = Refusal(
        lead=intent.lead,
        system=run.crm.system,
        operation=intents.PUSH,
        code=code,
        message=result.message or "the CRM would not take the record",
        fingerprint=intent.payload["fingerprint"],
    )
    refusals.refuse(tx, [refusal])
    fact = run.fact(
        Kind.refused,
        intent.lead,
        intent.cycle,
        at=run.now,
        version=intent.payload["fingerprint"],
        data={"code": code},
    )
    facts.add_events(tx, [fact])

"""Mapped fields that a system is owed: written, and noted as what both sides hold from now on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from connectors.base import Outcome, RowResult, Write
from connectors.promises import pair
from mapping.identity import fingerprint
from mapping.records import Values
from policies.conflict import Base
from sync import effects
from sync.ledger import compared, links, records, refusals
from sync.ledger.compared import Compared
from sync.ledger.links import Link
from sync.ledger.patience import outlast
from sync.ledger.store import Tx
from sync.run import Counts, Run

BATCH = 1000  # a CRM call takes several collections of 200
DONE = (Outcome.written, Outcome.unchanged)
Send = Callable[[Sequence[Write]], list[RowResult]]


def write_fields(run: Run, counts: Counts, system: str, operation: str, send: Send) -> None:
    """Sends what the system is owed; a row that fails in passing is sent again by a later run."""
    after = ""
    while True:
        with run.read() as tx:
            owed = compared.owed_fields(tx, system, after, BATCH)
            targets = links.targets_of(tx, system, [row.lead for row in owed])
        if not owed:
            return
        after = owed[-1].lead
        rows = [row for row in owed if row.lead in targets]
        asked = [_write(row, targets[row.lead]) for row in rows]
        settled = pair(system, rows, asked, send(asked)) if asked else []
        with run.write() as tx:
            done = _note(tx, system, operation, outlast(tx, system, operation, settled, run.patience))
            _remember(tx, run, system, {targets[row.lead].id: row.wanted for row in done})
        counts["fields"] += sum(result.outcome is Outcome.written for _, result in settled)
        run.progress("write_back", len(owed))


def _write(row: Compared, target: Link) -> Write:
    return Write(key=row.lead, id=target.id, kind=target.kind, values=row.wanted)


def _note(
    tx: Tx, system: str, operation: str, settled: Sequence[tuple[Compared, RowResult]]
) -> list[Compared]:
    """Notes what both sides hold by now, and answers what was written.

    Where a record went that is gone is told by the next reading, which compares again.
    """
    answered = [(row, result) for row, result in settled if result.outcome is not Outcome.retry]
    refused = [(row, result) for row, result in answered if result.outcome is Outcome.refused]
    done = [row for row, result in answered if result.outcome in DONE]
    compared.put_compared(
        tx, [replace(row, bases=_bases(row, result), wanted={}, written_bases={}) for row, result in answered]
    )
    refusals.forgive(tx, [row.lead for row in done], system, operation)
    compared.ask_to_compare(tx, [row.lead for row, _ in refused])  # what came back of it did not come to be
    refusals.refuse(
        tx,
        [
            effects.refusal_of(row.lead, system, operation, result, fingerprint(row.wanted))
            for row, result in refused
        ],
    )
    return done


def _bases(row: Compared, result: RowResult) -> Mapping[str, Base]:
    return {**row.bases, **row.written_bases} if result.outcome in DONE else row.bases


def _remember(tx: Tx, run: Run, system: str, written: Mapping[str, Values]) -> None:
    """What was written is what the record holds: read back so, it says nothing new."""
    if system == run.platform.system:
        records.note_written(tx, system, written, records.hash_of_contact)
        return
    us = {"changed_by": run.crm_tenant.user}
    fields = {
        record: {f"{records.FIELD}{name}": value for name, value in values.items()} | us
        for record, values in written.items()
    }
    records.note_written(tx, system, fields, records.hash_of_crm)

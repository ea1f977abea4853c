"""Consent: what people tell sales of e-mail is owed to marketing once, as they said it, and never the other way.

An intent, not a state: a person who subscribes again later, of their own will, is not unsubscribed by an old tick.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connectors.base import CrmChanges
from connectors.registration import registration_of
from mapping.reading import read_lead
from mapping.records import Record, RecordState, ValueType
from policies.conflict import mark_of
from sync.ledger import compared, intents, records
from sync.ledger.compared import Compared
from sync.ledger.intents import Intent
from sync.ledger.records import FIELD
from sync.ledger.store import Tx
from sync.run import Run

EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A lead's record in the CRM as it is now, and as it was when it was last read."""

    lead: str
    change: CrmChanges
    before: Record | None


def owe_opt_outs(tx: Tx, run: Run, rows: Sequence[Said]) -> None:
    """Owes marketing each opt-out from e-mail that is new in the CRM, is not our own write, and it does not know yet."""
    names = [name for name, channel in registration_of(run.crm.system).opt_outs.items() if channel == EMAIL]
    said = {row.lead: row for row in rows if any(_is_new(row, name) for name in names)}
    if not said or not run.company.carries_opt_outs:
        return
    known = compared.compared_of(tx, said)
    told = _told(tx, run, said) | set(intents.owed_of(tx, said, intents.OPT_OUT))
    owed = [
        Intent(
            operation=intents.OPT_OUT,
            lead=lead,
            cycle=0,
            n=row.change.record.changed_at,
            payload={"channel": EMAIL},
        )
        for lead, row in said.items()
        if lead not in told and not _is_ours(known.get((lead, run.crm.system)), names)
    ]
    intents.owe(tx, owed)


def _is_new(row: Said, name: str) -> bool:
    before = None if row.before is None else row.before.values.get(f"{FIELD}{name}")
    return row.change.fields.get(name) is True and before is not True


def _is_ours(known: Compared | None, names: Iterable[str]) -> bool:
    bases = {} if known is None else known.bases
    ticked = mark_of(True, ValueType.bool)  # noqa: FBT003 - the value that stands there
    return any(name in bases and bases[name].written and bases[name].target == ticked for name in names)


def _told(tx: Tx, run: Run, leads: Iterable[str]) -> set[str]:
    """The leads of which marketing says so itself."""
    kept = records.records_of(tx, run.platform.system, leads)
    return {
        lead
        for lead, rows in kept.items()
        for each in rows
        if each.record.state is RecordState.live
        and read_lead(each.record, run.company.fields, lead=lead).lead.values.get("opted_out") is True
    }

"""What people ask of their data, told to RD Station: no more e-mail, or to be deleted.

Source: RD Station's reference of contacts: `legal_bases`, each with a category, a type and a status.
"""

from collections.abc import Sequence

from connectors.base import OptOut, Outcome, RowResult
from connectors.errors import RecordRefused
from connectors.rdstation.answers import ABSENT
from connectors.rdstation.client import RDStationClient
from connectors.rdstation.records import CATEGORY, DECLINED, bases_of, declined
from connectors.rdstation.writes import attempt

NO_MORE = {"category": CATEGORY, "type": "consent", "status": DECLINED}


def opt_out(client: RDStationClient, rows: Sequence[OptOut]) -> list[RowResult]:
    """One result per row: the consent to communications is declined; other legal bases stay as they are."""
    return [attempt(row, lambda uuid, row=row: _decline(client, row, uuid)) for row in rows]  # type: ignore[misc]  # one loop, one row


def erase(client: RDStationClient, ids: Sequence[str]) -> list[RowResult]:
    """Deletes contacts for good; one that is not there is `unchanged`."""
    return [_erase(client, one) for one in ids]


def _decline(client: RDStationClient, row: OptOut, uuid: str) -> RowResult | None:
    bases = bases_of(client.contact(uuid))
    if declined(bases):
        return RowResult(key=row.key, outcome=Outcome.unchanged, id=uuid)
    others = [dict(each) for each in bases if each.get("category") != CATEGORY]
    after = client.change(uuid, {"legal_bases": [*others, NO_MORE]})
    if declined(bases_of(after)):
        return None
    text = "RD Station took the declined consent and does not show it: set it by hand in the contact's legal bases"
    return RowResult(key=row.key, outcome=Outcome.refused, id=uuid, code="OPT_OUT_DID_NOT_HOLD", message=text)


def _erase(client: RDStationClient, uuid: str) -> RowResult:
    try:
        client.delete(uuid)
    except RecordRefused as refusal:
        outcome = Outcome.unchanged if refusal.code == ABSENT else Outcome.refused
        return RowResult(key=uuid, outcome=outcome, id=uuid, code=refusal.code, message=str(refusal))
    return RowResult(key=uuid, outcome=Outcome.written, id=uuid)

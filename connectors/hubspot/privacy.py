"""What people ask of their data, told to HubSpot: no more e-mail, or to be erased.

Sources: HubSpot's reference of communication preferences (unsubscribe from all subscriptions; a status is one of an
address, not of a contact) and its privacy deletion.
"""

from collections.abc import Iterable, Sequence

from connectors.base import OptOut, Outcome, RowResult
from connectors.errors import CredentialsRefused, RecordRefused
from connectors.hubspot.answers import ABSENT
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.writes import BATCH
from connectors.transport import chunks

SCOPE = "communication_preferences.read_write"
ADDRESSES = ("email", "hs_additional_emails")
OPTED_OUT = "hs_email_optout"


def opt_out(client: HubSpotClient, rows: Sequence[OptOut]) -> list[RowResult]:
    """One result per row: every address of the contact is unsubscribed from all e-mail, one call each.

    An address that HubSpot will not take refuses the row, after the others; that the contact shows an opt-out says
    nothing of each of them, since an earlier call may have broken off.
    """
    ids = list(dict.fromkeys(row.id for row in rows))
    read = [
        found for some in chunks(ids, BATCH) for found in client.batch_read(some, [*ADDRESSES, OPTED_OUT])
    ]
    known = {str(one["id"]): one["properties"] for one in read}
    return [_opt_out(client, row, known.get(row.id)) for row in rows]


def erase(client: HubSpotClient, ids: Sequence[str]) -> list[RowResult]:
    """HubSpot's privacy deletion, one call each; a contact that is not there is `unchanged`."""
    return [_erase(client, one) for one in ids]


def _opt_out(client: HubSpotClient, row: OptOut, known: dict[str, str | None] | None) -> RowResult:
    if known is None:
        text = "the contact is deleted or merged in HubSpot"
        return RowResult(key=row.key, outcome=Outcome.gone, id=row.id, code=ABSENT, message=text)
    shown = str(known.get(OPTED_OUT)).lower() == "true"
    addresses = list(_addresses(known))
    if not addresses and not shown:
        text = "the contact has no e-mail address in HubSpot, and a subscription is one of an address"
        return _refused(row, "NO_EMAIL", text)
    refusals = []
    try:
        for address in addresses:
            try:
                client.unsubscribe(address)
            except RecordRefused as refusal:
                refusals.append(refusal)
    except CredentialsRefused as refusal:  # of a right that nothing else needs: only this row waits
        if refusal.lacks != SCOPE:
            raise
        text = f"{refusal}; then `acuerdo refused retry`, or write marketing.opt_outs = false"
        return _refused(row, "MISSING_SCOPES", text)
    if refusals:
        return _refused(row, refusals[0].code, str(refusals[0]))
    return RowResult(key=row.key, outcome=Outcome.unchanged if shown else Outcome.written, id=row.id)


def _addresses(known: dict[str, str | None]) -> Iterable[str]:
    told = ";".join(known.get(name) or "" for name in ADDRESSES)
    return dict.fromkeys(address.strip() for address in told.split(";") if address.strip())


def _refused(row: OptOut, code: str, text: str) -> RowResult:
    return RowResult(key=row.key, outcome=Outcome.refused, id=row.id, code=code, message=text)


def _erase(client: HubSpotClient, record: str) -> RowResult:
    try:
        client.erase(record)
    except RecordRefused as refusal:
        outcome = Outcome.unchanged if refusal.code == ABSENT else Outcome.refused
        return RowResult(key=record, outcome=outcome, id=record, code=refusal.code, message=str(refusal))
    return RowResult(key=record, outcome=Outcome.written, id=record)

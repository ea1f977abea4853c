"""Writing to contacts one by one: what is sent, and what became of each row."""

from collections.abc import Callable, Mapping

from connectors.base import FieldInfo, OptOut, Outcome, RowResult, StageChange, TrackChange, Write
from connectors.errors import RecordRefused
from connectors.rdstation.answers import ABSENT
from connectors.rdstation.client import RDStationClient
from connectors.rdstation.errors import ContactBusy
from connectors.rdstation.records import write_value

Change = Write | StageChange | TrackChange | OptOut


def attempt(row: Change, do: Callable[[str], RowResult | None]) -> RowResult:
    """What became of a row: `do` is given the record's id, and answers a result other than `written`."""
    if not row.id:
        text = "this lead has no contact in RD Station yet"
        return RowResult(key=row.key, outcome=Outcome.refused, code="NO_CONTACT", message=text)
    try:
        found = do(row.id)
    except RecordRefused as refusal:
        return refused(row, refusal)
    return found or RowResult(key=row.key, outcome=Outcome.written, id=row.id)


def refused(row: Change, refusal: RecordRefused) -> RowResult:
    """The result of a row that RD Station would not take: not now, not there any more, or not so."""
    busy = isinstance(refusal, ContactBusy)
    outcome = Outcome.retry if busy else Outcome.gone if refusal.code == ABSENT else Outcome.refused
    return RowResult(
        key=row.key,
        outcome=outcome,
        id=row.id,
        code=refusal.code,
        message=str(refusal),
        until=refusal.until if isinstance(refusal, ContactBusy) else None,
    )


def update_contact(client: RDStationClient, row: Write, known: Mapping[str, FieldInfo]) -> RowResult:
    """One PATCH by uuid: it never makes a contact, and leaves tags alone."""
    unknown = [name for name in row.values if name not in known or not known[name].writable]
    if unknown:
        text = f"RD Station has no field {', '.join(unknown)} that could be written: run `acuerdo setup` or correct the mapping"
        return RowResult(key=row.key, outcome=Outcome.refused, id=row.id, code="UNKNOWN_FIELD", message=text)
    values = {name: write_value(value, known[name].type) for name, value in row.values.items()}

    def change(uuid: str) -> None:
        client.change(uuid, values)

    return attempt(row, change)


def set_stage(client: RDStationClient, row: StageChange, stages: tuple[str, ...], mark: str) -> RowResult:
    """Moves a contact in the funnel and looks where it is then; `mark` makes it an opportunity."""
    if row.stage not in (*stages, mark):
        known = ", ".join((*stages, mark))
        text = f"RD Station has no lifecycle stage {row.stage}: correct `stages` (it takes {known})"
        return RowResult(key=row.key, outcome=Outcome.refused, id=row.id, code="INVALID_OPTION", message=text)
    wanted = {"opportunity": True} if row.stage == mark else {"lifecycle_stage": row.stage}

    def move(uuid: str) -> RowResult | None:
        after = client.set_funnel(uuid, wanted)
        if all(after.get(name) == value for name, value in wanted.items()):
            return None
        text = f"RD Station took the stage {row.stage} and does not show it: is a workflow setting it back?"
        return RowResult(
            key=row.key, outcome=Outcome.refused, id=uuid, code="STAGE_DID_NOT_HOLD", message=text
        )

    return attempt(row, move)

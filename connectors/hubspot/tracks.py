"""Tracks as HubSpot lists: who is put on one, and taken off."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import Outcome, RowResult, TrackChange
from connectors.errors import RecordRefused
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.writes import waves
from connectors.transport import chunks

MEMBERS_A_CALL = 1_000  # HubSpot takes more; a smaller piece is less to send again
ADDED, REMOVED = "recordsIdsAdded", "recordIdsRemoved"  # spelled so by HubSpot


class Tracks:
    """The lists of one portal, each looked up once."""

    def __init__(self, client: HubSpotClient) -> None:
        self._client = client
        self._found: dict[str, Mapping[str, Any]] = {}

    def find(self, name: str) -> Mapping[str, Any] | None:
        """The list of this name, or None."""
        if name not in self._found:
            try:
                self._found[name] = self._client.list_by_name(name)
            except RecordRefused as refusal:
                if refusal.code not in {"OBJECT_NOT_FOUND", "NOT_FOUND", "UNKNOWN"}:
                    raise
                return None
        return self._found[name]

    def create(self, name: str) -> None:
        """Creates a list that we may put people on."""
        self._found[name] = self._client.create_list(name)

    def change(self, rows: Sequence[TrackChange]) -> list[RowResult]:
        """One result per row, in their order; changes of one lead follow each other."""
        results: dict[int, RowResult] = {}
        for wave in waves(list(enumerate(rows)), lambda numbered: numbered[1].id):
            groups: dict[tuple[str, bool], list[tuple[int, TrackChange]]] = {}
            for place, row in wave:
                groups.setdefault((row.list, row.enter), []).append((place, row))
            for (name, enter), group in groups.items():
                results |= self._change_list(name, group, enter=enter)
        return [results[place] for place in range(len(rows))]

    def _change_list(
        self, name: str, group: Sequence[tuple[int, TrackChange]], *, enter: bool
    ) -> dict[int, RowResult]:
        found = self.find(name)
        if found is None:
            text = f"HubSpot has no list {name!r}: run `acuerdo setup` or correct `tracks`"
            return _refused(group, "LIST_NOT_FOUND", text)
        results: dict[int, RowResult] = {}
        for some in chunks(group, MEMBERS_A_CALL):
            try:
                answer = self._client.change_list(
                    str(found["listId"]), [row.id for _, row in some], enter=enter
                )
            except RecordRefused as refusal:
                results |= _refused(
                    some, refusal.code, f"HubSpot refuses to change the list {name!r}: {refusal}"
                )
                continue
            changed = {str(one) for one in answer.get(ADDED if enter else REMOVED) or ()}
            absent = {str(one) for one in answer.get("recordIdsMissing") or ()}
            results |= {place: _result(row, changed, absent) for place, row in some}
        return results


def _refused(group: Sequence[tuple[int, TrackChange]], code: str, text: str) -> dict[int, RowResult]:
    return {
        place: RowResult(key=row.key, outcome=Outcome.refused, id=row.id, code=code, message=text)
        for place, row in group
    }


def _result(row: TrackChange, changed: set[str], absent: set[str]) -> RowResult:
    if row.id in absent:
        text = "the contact is deleted or merged in HubSpot"
        return RowResult(key=row.key, outcome=Outcome.gone, id=row.id, code="OBJECT_NOT_FOUND", message=text)
    return RowResult(
        key=row.key, outcome=Outcome.written if row.id in changed else Outcome.unchanged, id=row.id
    )

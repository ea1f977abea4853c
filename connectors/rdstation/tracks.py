"""Tracks as tags, which segmentations and workflows of the account can wait for, and as workflows by id.

A lead is put into the workflow first and tagged last: what is interrupted between is done again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connectors.base import Outcome, RowResult, TrackChange
from connectors.errors import RecordRefused
from connectors.rdstation.client import RDStationClient
from connectors.rdstation.writes import attempt, refused
from connectors.transport import chunks
from mapping.identity import normalise_email


class Tracks:
    """The tags that tracks are, and the workflow of those that have one."""

    def __init__(self, client: RDStationClient, tags: Sequence[str], workflows: Mapping[str, str]) -> None:
        self._client, self._tags, self._workflows = client, tags, workflows

    def change(self, rows: Sequence[TrackChange]) -> list[RowResult]:
        """One result per row, in their order."""
        held = self._insert([row for row in rows if row.enter and row.list in self._workflows])
        return [held.get(row) or self._change(row) for row in rows]

    def _change(self, row: TrackChange) -> RowResult:
        if row.list not in self._tags:
            text = f"the tag {row.list!r} is no track of RD Station here: name it in `tracks`, in lower case"
            return RowResult(
                key=row.key, outcome=Outcome.refused, id=row.id, code="TRACK_NOT_FOUND", message=text
            )
        return attempt(row, lambda uuid: self._tag(uuid, row))

    def _tag(self, uuid: str, row: TrackChange) -> RowResult | None:
        tags = [str(tag) for tag in self._client.contact(uuid).get("tags") or ()]
        if (row.list in tags) == row.enter:
            return RowResult(key=row.key, outcome=Outcome.unchanged, id=uuid)
        if row.enter:
            self._client.add_tag(uuid, row.list)
        else:  # RD Station has no call that takes one tag away: all of them are written
            self._client.change(uuid, {"tags": [tag for tag in tags if tag != row.list]})
        return None

    def _insert(self, rows: Sequence[TrackChange]) -> dict[TrackChange, RowResult]:
        """Puts leads into the workflows of their tracks; answers those that are not to be tagged now."""
        results: dict[TrackChange, RowResult] = {}
        for tag, workflow in self._workflows.items():
            waiting = self._to_insert([row for row in rows if row.list == tag], results)
            for some in chunks(list(waiting), self._client.leads_a_call):
                results |= self._send(workflow, {email: waiting[email] for email in some})
        return results

    def _to_insert(
        self, rows: Sequence[TrackChange], results: dict[TrackChange, RowResult]
    ) -> dict[str, TrackChange]:
        """The rows by e-mail, without those who have the tag already; who cannot be read is in `results`."""
        found: dict[str, TrackChange] = {}
        for row in rows:
            try:
                contact = self._client.contact(row.id)
            except RecordRefused as refusal:
                results[row] = refused(row, refusal)
                continue
            if row.list not in (contact.get("tags") or ()) and contact.get("email"):
                found[normalise_email(str(contact["email"]))] = row
        return found

    def _send(self, workflow: str, rows: Mapping[str, TrackChange]) -> dict[TrackChange, RowResult]:
        """One call; the results of those who were not put in."""
        try:
            added = self._client.insert(workflow, list(rows))
        except RecordRefused as refusal:
            return {row: self._not_in(row, refusal) for row in rows.values()}
        text = "the RD Station workflow did not take this lead; a later run tries again"
        return {
            row: RowResult(
                key=row.key, outcome=Outcome.retry, id=row.id, code="NOT_IN_WORKFLOW", message=text
            )
            for email, row in rows.items()
            if email not in added
        }

    def _not_in(self, row: TrackChange, refusal: RecordRefused) -> RowResult:
        """It is the workflow that is not there, never the contact."""
        result = refused(row, refusal)
        if result.outcome is not Outcome.gone:
            return result
        text = "RD Station has no such workflow: correct `workflows`"
        return replace(result, outcome=Outcome.refused, code="WORKFLOW_NOT_FOUND", message=text)

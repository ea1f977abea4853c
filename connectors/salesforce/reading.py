"""Reading what sales did: changes of records, activities and deals, as few calls as the API allows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from connectors.base import CrmChanges, Deal, FieldInfo, Page, Touch
from connectors.salesforce.activities import BOUNCED, activity_streams, bounced_tasks, read_event, read_task
from connectors.salesforce.activities import EMAIL as EMAIL_FIELDS
from connectors.salesforce.calls import Found, Query
from connectors.salesforce.client import SalesforceClient, found_in
from connectors.salesforce.deals import deal_streams, detail_queries, read_deals
from connectors.salesforce.records import (
    HISTORY,
    TRACKED,
    fields_to_ask,
    read_change,
    read_history,
    record_url,
)
from connectors.salesforce.schema import KINDS
from connectors.salesforce.soql import among, portions, select, stamp
from connectors.salesforce.streams import Batch, Reader, Stream
from connectors.settings import SalesforceSettings
from mapping.records import Instant
from mapping.status import Property

Rows = list[dict[str, str]]
Asked = Mapping[str, Mapping[str, FieldInfo]]  # fields of the company's own, by kind of record


class Reading:
    """Reads one organisation; `clock` decides which events have started, `user` is the one signed in as.

    `personal` tells whether the organisation has person accounts.
    """

    def __init__(
        self,
        client: SalesforceClient,
        settings: SalesforceSettings,
        properties: Sequence[Property],
        *,
        lead_id: str,
        clock: Callable[[], Instant],
        user: Callable[[], str],
        personal: Callable[[], bool],
    ) -> None:
        self._client, self._settings, self._properties = client, settings, properties
        self._lead_id, self._clock, self._user, self._personal = lead_id, clock, user, personal
        self._as_of: Instant | None = None
        self._now: Instant | None = None
        self._expected: list[Query] = []
        self._ahead: dict[Query, dict[str, Any]] = {}

    def expect(self, changes: str | None, touches: str | None, deals: str | None, asked: Asked) -> None:
        """Asks for the first pages of all three together, once the first of them is read."""
        self._as_of, self._now = self._clock(), self._client.now()
        self._expected = [
            *self._reader(self._change_streams(asked)).queries(changes),
            *self._reader(self._touch_streams()).queries(touches),
            *self._reader(deal_streams(self._lead_id, personal=self._personal())).queries(deals),
        ]

    def changes(self, cursor: str | None, asked: Asked) -> Iterator[Page[CrmChanges]]:
        """Leads and contacts with these fields beside ours, and the tracked history of the leads."""
        for batch in self._reader(self._change_streams(asked)).read(cursor):
            yield Page(rows=tuple(self._changes(batch, asked[batch.stream])), cursor=batch.cursor)

    def touches(self, cursor: str | None) -> Iterator[Page[Touch]]:
        """Activities with our people."""
        for batch in self._reader(self._touch_streams()).read(cursor):
            yield Page(rows=tuple(self._touches(batch)), cursor=batch.cursor)

    def deals(self, cursor: str | None) -> Iterator[Page[Deal]]:
        """Opportunities of our people."""
        for batch in self._reader(deal_streams(self._lead_id, personal=self._personal())).read(cursor):
            yield Page(rows=tuple(self._deals(batch)), cursor=batch.cursor)

    def _reader(self, streams: Sequence[Stream]) -> Reader:
        now = self._client.now() if self._now is None else self._now
        return Reader(self._client, streams, self._settings.overlap, now=now, first=self._first)

    def _first(self, asked: Sequence[Query]) -> list[Found]:
        """First pages, those that were expected together with all others that are."""
        if self._expected and set(asked) <= set(self._expected):
            wanted, self._expected = self._expected, []
            self._ahead = dict(zip(wanted, self._client.answers(wanted), strict=True))
        if set(asked) <= self._ahead.keys():
            return [found_in(one, self._ahead.pop(one)) for one in asked]
        return self._client.queries(asked)

    def _change_streams(self, asked: Asked) -> list[Stream]:
        carried = f"{self._lead_id} != null"
        fields = {kind: (*fields_to_ask(kind, self._properties), *asked[kind]) for kind in KINDS}
        return [Stream(name=kind, fields=fields[kind], entity=kind, where=carried) for kind in KINDS]

    def _touch_streams(self) -> list[Stream]:
        now = self._clock() if self._as_of is None else self._as_of
        return activity_streams(self._lead_id, stamp(now))

    def _changes(self, batch: Batch, asked: Mapping[str, FieldInfo]) -> Iterator[CrmChanges]:
        url = record_url(self._settings.base_url)
        history: dict[str, list[Mapping[str, str]]] = {}
        if batch.stream == "Lead":
            tracked = f" AND {among('Field', sorted({*TRACKED, *asked}))}"
            leads = [row["Id"] for row in batch.rows]
            for row in self._related("LeadHistory", HISTORY, "LeadId", leads, tracked):
                history.setdefault(row["LeadId"], []).append(row)
        for row in batch.rows:
            told = [found for one in history.get(row["Id"], ()) if (found := read_history(one))]
            yield read_change(row, batch.stream, self._properties, url, told, asked=asked)

    def _touches(self, batch: Batch) -> Iterator[Touch]:
        robots = {*self._settings.integration_users, self._user()}
        if batch.stream.startswith("event"):
            yield from (read_event(row, robots) for row in batch.rows)
            return
        if batch.stream == BOUNCED:
            mails = batch.rows
            tasks = self._client.rows(bounced_tasks(self._lead_id, [row["ActivityId"] for row in mails]))
        else:
            tasks = batch.rows
            ids = [row["Id"] for row in tasks if row["TaskSubtype"] == "Email"]
            mails = self._related("EmailMessage", EMAIL_FIELDS, "ActivityId", ids)
        emails = {row["ActivityId"]: row for row in mails}
        told = (read_task(row, emails.get(row["Id"]), robots) for row in tasks)
        yield from (touch for touch in told if touch)

    def _deals(self, batch: Batch) -> Iterator[Deal]:
        ids = list(dict.fromkeys(row.get("OpportunityId") or row["Id"] for row in batch.rows))
        for some in portions(ids):
            reason = self._settings.loss_reason
            asked = detail_queries(some, reason, personal=self._personal())
            deals, roles, leads, *persons = self._client.row_groups(asked)
            yield from read_deals(deals, roles, leads, [row for rows in persons for row in rows], reason)

    def _related(
        self, entity: str, fields: Sequence[str], key: str, ids: Sequence[str], only: str = ""
    ) -> Rows:
        """Rows that belong to these records, 2,500 records a call; none where the object is not to be seen."""
        asked = [
            Query(
                select(("Id", *fields), entity, f"{among(key, some)}{only}"), everything=True, optional=True
            )
            for some in portions(ids)
        ]
        return self._client.rows(asked)

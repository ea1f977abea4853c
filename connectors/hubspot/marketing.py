"""HubSpot behind the port of a marketing platform."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from connectors.base import (
    CallCount,
    FieldInfo,
    FieldWanted,
    Finding,
    OptOut,
    Owner,
    Page,
    RowResult,
    Schema,
    SetupStep,
    StageChange,
    Tenant,
    TrackChange,
    Write,
)
from connectors.errors import Misconfigured
from connectors.hubspot import beside, privacy
from connectors.hubspot import schema as schemas
from connectors.hubspot.changes import ID, Changes, Row, changed_at, pages, read_cursor
from connectors.hubspot.client import BODY_LIMIT, HubSpotClient
from connectors.hubspot.inspection import inspect
from connectors.hubspot.owners import read_owners
from connectors.hubspot.records import CHANGED, KIND, properties_to_ask, read_contact, read_since
from connectors.hubspot.stages import set_stages
from connectors.hubspot.tracks import Tracks
from connectors.hubspot.writes import BATCH, update_contacts
from connectors.settings import HubSpotSettings
from connectors.transport import chunks
from mapping.records import Instant, Record

SYSTEM = "hubspot"
HISTORIES = 50  # contacts with history that a call takes
LISTABLE = frozenset({"MANUAL", "SNAPSHOT"})


class HubSpot:
    """One portal. `tenant` and `schema` that are still good from an earlier run save two calls."""

    system = SYSTEM

    def __init__(
        self,
        settings: HubSpotSettings,
        *,
        tenant: Tenant | None = None,
        schema: Schema | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._client = HubSpotClient(settings, zone=tenant.timezone if tenant else None, wait=wait)
        self._tenant, self._schema = tenant, schema
        self._tracks = Tracks(self._client)

    def remember(self, tenant: Tenant, schema: Schema) -> None:
        """Uses these answers of an earlier run instead of asking again."""
        self._tenant, self._schema, self._client.zone = tenant, schema, tenant.timezone

    def tenant(self) -> Tenant:
        """The account behind the token; `record_url` takes `0-1` as kind of a contact."""
        account = self._client.account()
        portal, host = str(account["portalId"]), account["uiDomain"]
        self._client.zone = account["timeZone"]
        self._tenant = Tenant(
            system=SYSTEM,
            id=portal,
            name=f"HubSpot portal {portal}",
            timezone=account["timeZone"],
            now=self._client.transport.vendor_time or int(time.time()),
            record_url=f"https://{host}/contacts/{portal}/record/{{kind}}/{{id}}",
            currency=account.get("companyCurrency"),
        )
        return self._tenant

    def inspect(self) -> list[Finding]:
        """Scopes, calls left, and whether HubSpot's own Salesforce integration is installed."""
        return inspect(self._client, self._schema or self.schema(), self._settings.crm_leads)

    def schema(self) -> Schema:
        """Every contact property; a search tells whether HubSpot's Salesforce integration makes leads there."""
        schema = schemas.read_schema(self._client.properties())
        linked, evidence = beside.judge(self._client, schema.kinds[KIND])
        self._schema = replace(schema, linked=linked, evidence=evidence, histories=True)
        return self._schema

    def owners(self) -> list[Owner]:
        """Active owners and, by another call, those who left."""
        return list(read_owners(self._client))

    def missing(self, wanted: Sequence[FieldWanted], lists: Sequence[str]) -> list[SetupStep]:
        """Group, properties and lists that are not there; raises Misconfigured for one of another kind."""
        return [step for step, _ in self._plan(wanted, lists)]

    def ensure(self, wanted: Sequence[FieldWanted], lists: Sequence[str]) -> list[SetupStep]:
        """Creates what `missing` tells."""
        steps = []
        for step, create in self._plan(wanted, lists):
            create()
            steps.append(replace(step, done=True))
        self._schema = None
        return steps

    def changed(self, cursor: str | None, properties: Sequence[str]) -> Iterator[Page[Record]]:
        """Contacts changed since `cursor`, archived and merged ones too; memory holds two pages."""
        source = _Source(self._client, self._settings, properties_to_ask(properties, self._fields()))
        settings = self._settings
        changes = Changes(source, overlap=settings.overlap * 1000, archived_pages=settings.archived_pages)
        steps = changes.steps(None if cursor is None else read_cursor(cursor))
        return pages(steps, cursor, partial(self._records, properties=properties))

    def read(self, ids: Sequence[str], properties: Sequence[str]) -> list[Record]:
        """These contacts as they are now, 100 a call."""
        if not ids:
            return []
        asked = properties_to_ask(properties, self._fields())
        rows = [
            row
            for some in chunks(list(dict.fromkeys(ids)), BATCH)
            for row in self._client.batch_read(some, asked)
        ]
        return self._records({row["id"]: row for row in rows}.values(), properties=properties)

    def in_bin(self, ids: Sequence[str]) -> set[str]:
        """By a read of archived contacts, 100 a call: HubSpot's privacy deletion leaves nothing there."""
        parts = chunks(list(dict.fromkeys(ids)), BATCH) if ids else []
        return {str(row["id"]) for some in parts for row in self._client.batch_read(some, [], archived=True)}

    def since(self, ids: Sequence[str], properties: Sequence[str]) -> dict[str, dict[str, Instant]]:
        """From the properties' versions, of which HubSpot keeps the newest 45; 50 contacts a call."""
        asked = [name for name in properties if name in self._fields()]
        parts = chunks(list(dict.fromkeys(ids)), HISTORIES) if asked else []
        rows = [row for some in parts for row in self._client.histories(some, asked)]
        return {row["id"]: read_since(row) for row in rows}

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        """Batch update by record id, each row with its own result."""
        return update_contacts(self._client, rows, self._fields) if rows else []

    def write_fields(self, rows: Sequence[Write]) -> list[RowResult]:
        """Batch update by record id, each row with its own result."""
        return self.write_status(rows)

    def set_stage(self, rows: Sequence[StageChange]) -> list[RowResult]:
        """Clears the stage, sets it (HubSpot moves it forward only), and reads it back."""
        return set_stages(self._client, rows, self._fields) if rows else []

    def put_on_track(self, rows: Sequence[TrackChange]) -> list[RowResult]:
        """Puts contacts on MANUAL or SNAPSHOT lists, or takes them off."""
        return self._tracks.change(rows)

    def opt_out(self, rows: Sequence[OptOut]) -> list[RowResult]:
        """Unsubscribes from all e-mail; HubSpot lets nobody but the person take that back."""
        return privacy.opt_out(self._client, rows) if rows else []

    def erase(self, ids: Sequence[str]) -> list[RowResult]:
        """HubSpot's privacy deletion, one call each; a contact that is not there is `unchanged`."""
        return privacy.erase(self._client, ids)

    def calls(self) -> CallCount:
        """Calls by the names of `connectors.hubspot.calls.CALLS`."""
        return self._client.transport.calls()

    def _fields(self) -> Mapping[str, FieldInfo]:
        return (self._schema or self.schema()).kinds[KIND]

    def _records(self, rows: Iterable[Row], *, properties: Sequence[str]) -> list[Record]:
        fields = self._fields()
        url = self._settings.profile_link or (self._tenant or self.tenant()).record_url
        return [read_contact(row, properties, fields, url) for row in rows]

    def _plan(
        self, wanted: Sequence[FieldWanted], lists: Sequence[str]
    ) -> list[tuple[SetupStep, Callable[[], object]]]:
        known = self.schema().kinds[KIND]
        for one in wanted:
            if one.name in known:
                schemas.require_same_type(one, known[one.name])
        new = [one for one in wanted if one.name not in known]
        plan: list[tuple[SetupStep, Callable[[], object]]] = []
        if new and schemas.GROUP not in self._client.groups():
            text = f"create the property group {schemas.GROUP_LABEL!r}"
            create = partial(self._client.create_group, schemas.GROUP, schemas.GROUP_LABEL)
            plan.append((SetupStep(id=f"group:{schemas.GROUP}", text=text), create))
        for one in new:
            text = f"create the contact property {one.name} ({one.label}, {one.type})"
            create = partial(self._client.create_property, schemas.definition_of(one))
            plan.append((SetupStep(id=f"property:{one.name}", text=text), create))
        for name in lists:
            if not self._list_exists(name):
                text = f"create the contact list {name!r}, kept by Acuerdo"
                plan.append((SetupStep(id=f"list:{name}", text=text), partial(self._tracks.create, name)))
        return plan

    def _list_exists(self, name: str) -> bool:
        found = self._tracks.find(name)
        if found and found.get("processingType") not in LISTABLE:
            text = f"HubSpot's list {name!r} fills itself by a filter: nobody can be put on it; name another list"
            raise Misconfigured(text, system=SYSTEM)
        return found is not None


class _Source:
    """HubSpot's two ways of reading contacts, for `Changes`."""

    def __init__(self, client: HubSpotClient, settings: HubSpotSettings, properties: list[str]) -> None:
        self._client, self._settings, self._properties = client, settings, properties

    def list_contacts(self, after: str, *, archived: bool) -> tuple[list[Row], str]:
        """A page of the full list and where it goes on; no text at its end."""
        limit = self._settings.list_page
        page = self._client.page(self._properties, after=after, limit=limit, archived=archived)
        following = (page.get("paging") or {}).get("next") or {}
        return page["results"], str(following.get("after") or "")

    def search(self, filters: list[dict[str, str]]) -> tuple[list[Row], str]:
        """The next contacts by id and the last id of a full page; no text at the end."""
        limit = self._settings.search_page
        request = {
            "filterGroups": [{"filters": filters}],
            "sorts": [{"propertyName": ID, "direction": "ASCENDING"}],
            "properties": self._properties,
            "limit": limit,
        }
        fits = len(json.dumps(request)) <= BODY_LIMIT
        answer = self._client.search(request if fits else {**request, "properties": [CHANGED]})
        found = answer["results"]
        more = answer["total"] > len(found) == limit
        after = str(max(int(row["id"]) for row in found)) if more else ""
        return (found if fits else self._with_properties(found)), after

    def _with_properties(self, found: Sequence[Row]) -> list[Row]:
        """The same contacts with every property: 3,000 characters do not hold the names of all."""
        ids = [str(row["id"]) for row in found]
        return [row for some in chunks(ids, BATCH) for row in self._client.batch_read(some, self._properties)]

    def newest(self, since: int) -> tuple[int, int]:
        """The newest change since `since` (milliseconds; 0 for none) and how many contacts changed."""
        filters = [{"propertyName": CHANGED, "operator": "GTE", "value": str(since)}]
        request = {
            "filterGroups": [{"filters": filters}],
            "sorts": [{"propertyName": CHANGED, "direction": "DESCENDING"}],
            "properties": [CHANGED],
            "limit": 1,
        }
        answer = self._client.search(request)
        return max([0, *map(changed_at, answer["results"])]), int(answer["total"])

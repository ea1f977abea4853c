"""Salesforce behind the port of a CRM."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from connectors.base import (
    CallCount,
    CrmChanges,
    Deal,
    FieldInfo,
    FieldWanted,
    Finding,
    Identity,
    Match,
    Owner,
    OwnerChange,
    Page,
    RowResult,
    Schema,
    SetupStep,
    TaskWanted,
    Tenant,
    Touch,
    Write,
)
from connectors.errors import Misconfigured
from connectors.jobs import Jobs, NotedHere
from connectors.salesforce.bulk import Bulk
from connectors.salesforce.calls import Query
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.creation import NOBODY, Creation
from connectors.salesforce.erasure import erase
from connectors.salesforce.inspection import inspect
from connectors.salesforce.matching import EMAIL, find_matches
from connectors.salesforce.owners import read_owners
from connectors.salesforce.persons import PERSONAL
from connectors.salesforce.reading import Reading
from connectors.salesforce.records import known_fields, record_url
from connectors.salesforce.schema import KINDS, ORGANIZATION, read_description
from connectors.salesforce.setup import Setup
from connectors.salesforce.soql import literal, select
from connectors.salesforce.tasks import create_tasks
from connectors.salesforce.writes import Collections, dated
from connectors.settings import SalesforceSettings
from mapping.records import Instant
from mapping.status import SALESFORCE, Meaning, Property

SYSTEM, OWNER = "salesforce", "OwnerId"


class Salesforce:
    """One organisation. `tenant` and `schema` still good from an earlier run save calls; `clock` is its time.

    `clock` decides which events have started; by default it is the time of Salesforce's last answer. `jobs` keeps
    bulk jobs across runs.
    """

    system = SYSTEM

    def __init__(
        self,
        settings: SalesforceSettings,
        *,
        tenant: Tenant | None = None,
        schema: Schema | None = None,
        properties: Sequence[Property] = SALESFORCE,
        clock: Callable[[], Instant] | None = None,
        jobs: Jobs | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings, self._properties = settings, properties
        self._client = SalesforceClient(settings, wait=wait)
        self._tenant, self._schema = tenant, schema
        self._more: dict[str, dict[str, FieldInfo]] = {}  # of objects that no rule writes to
        self._collections = Collections(self._client, self._fields)
        self._lead_id = next(one.name for one in properties if one.meaning is Meaning.lead_id)
        ours = frozenset(one.name for one in properties)
        self._reading = Reading(
            self._client,
            settings,
            properties,
            lead_id=self._lead_id,
            clock=clock or self._client.now,
            user=self._user,
            personal=self._is_personal,
        )
        bulk = Bulk(self._client, settings.bulk_patience, jobs or NotedHere())
        self._creation = Creation(
            self._client,
            self._collections,
            bulk,
            settings,
            lead_id=self._lead_id,
            ours=ours,
            personal=self._is_personal,
        )

    def remember(self, tenant: Tenant, schema: Schema) -> None:
        """Uses these answers of an earlier run instead of asking again."""
        self._tenant, self._schema = tenant, schema

    def tenant(self) -> Tenant:
        """The organisation, and the user that our writes carry."""
        user = self._client.who()
        where = f"Id = {literal(str(user['organization_id']))}"
        org = self._client.rows([Query(select(ORGANIZATION, "Organization", where))])[0]
        self._tenant = Tenant(
            system=SYSTEM,
            id=org["Id"],
            name=org["Name"],
            timezone=org["TimeZoneSidKey"],
            now=self._client.now(),
            record_url=record_url(self._settings.base_url),
            user=user["user_id"],
            locale=org["DefaultLocaleSidKey"],
        )
        return self._tenant

    def inspect(self) -> list[Finding]:
        """Rights on the objects that a run works with, and API calls left."""
        ours = [one.name for one in self._properties]
        return inspect(self._client, self._settings.api_share, ours, personal=self._is_personal())

    def schema(self) -> Schema:
        """Every field of Lead and Contact that the user sees."""
        self._schema = Schema(kinds={kind: read_description(self._client.describe(kind)) for kind in KINDS})
        return self._schema

    def owners(self) -> list[Owner]:
        """Users who are people, and queues, by one call."""
        return read_owners(self._client, {*self._settings.integration_users, self._user()})

    def missing(self, wanted: Sequence[FieldWanted]) -> list[SetupStep]:
        """Fields, permission set, grants and assignment that are not there."""
        return self._setup().missing(wanted)

    def ensure(self, wanted: Sequence[FieldWanted]) -> list[SetupStep]:
        """Creates what `missing` tells; fields nobody was granted stay invisible, to administrators too."""
        steps = self._setup().ensure(wanted)
        self._schema = None
        return steps

    def find(self, identities: Sequence[Identity], fields: Sequence[str] = ()) -> list[Match]:
        """Leads that are not converted, and contacts, person accounts' too, by our id and by e-mail; 1,000 identities take a call."""
        asked, addresses = self._asked(fields), self._addresses()
        return find_matches(self._client, self._lead_id, identities, asked, addresses)

    def push(self, rows: Sequence[Write], *, unassigned: bool = False) -> list[RowResult]:
        """Rows without an id are made, with assignment rules unless `unassigned` or they name their owner.

        Rows with an id are updated.
        """
        known = [_with_lead_id(row, self._lead_id) for row in rows if row.id is not None]
        given = [row for row in rows if row.id is None and row.values.get(OWNER)]
        others = [row for row in rows if row.id is None and not row.values.get(OWNER)]
        rule = NOBODY if unassigned else self._settings.assignment_rule
        results = [
            *self._creation.push(others, rule),
            *self._creation.push(given, NOBODY),  # a rule of assignment would take them away again
            *self._collections.update(known),
        ]
        order = sorted(range(len(rows)), key=lambda place: _turn(rows[place]))
        placed = dict(zip(order, dated(self._client, results), strict=True))
        return [placed[place] for place in range(len(rows))]

    def assign(self, rows: Sequence[OwnerChange]) -> list[RowResult]:
        """OwnerId by update, without assignment rules; the record's own time of it."""
        given = [Write(key=row.key, id=row.id, kind=row.kind, values={OWNER: row.owner}) for row in rows]
        return dated(self._client, self._collections.update(given))

    def create_tasks(self, rows: Sequence[TaskWanted]) -> list[RowResult]:
        """Creates each task once, by its marker."""
        return create_tasks(self._client, self._collections, rows) if rows else []

    def expect(
        self, changes: str | None, touches: str | None, deals: str | None, fields: Sequence[str] = ()
    ) -> None:
        """The first pages of all three are asked for together, five queries a call."""
        self._reading.expect(changes, touches, deals, self._asked(fields))

    def changes(self, cursor: str | None, fields: Sequence[str] = ()) -> Iterator[Page[CrmChanges]]:
        """Leads and contacts that carry our id, by SystemModstamp and Id, with all their tracked history."""
        return self._reading.changes(cursor, self._asked(fields))

    def touches(self, cursor: str | None) -> Iterator[Page[Touch]]:
        """Tasks and started events; a task that stands for an e-mail is told by its EmailMessage."""
        return self._reading.touches(cursor)

    def deals(self, cursor: str | None) -> Iterator[Page[Deal]]:
        """Opportunities by their contacts and by the conversion of our leads."""
        return self._reading.deals(cursor)

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        """Update by id, to leads and contacts, 200 a call, without assignment rules."""
        return self._collections.update(rows)

    def write_fields(self, rows: Sequence[Write]) -> list[RowResult]:
        """Update by id, to leads and contacts, 200 a call, without assignment rules."""
        return self._collections.update(rows)

    def erase(self, ids: Sequence[str]) -> list[RowResult]:
        """Empties a person's fields, then deletes the record: a recycle bin keeps what it was given."""
        return erase(self._client, self._collections, self._fields, ids, personal=self._is_personal)

    def calls(self) -> CallCount:
        """Calls by the names of `connectors.salesforce.calls.PATHS`, the login as `token`."""
        return self._client.transport.calls()

    def _setup(self) -> Setup:
        return Setup(self._client, self._settings.permission_set, self.schema().kinds)

    def _fields(self, kind: str) -> Mapping[str, FieldInfo]:
        kinds = (self._schema or self.schema()).kinds
        if kind not in kinds and kind not in self._more:
            self._more[kind] = read_description(self._client.describe(kind))
        return kinds.get(kind) or self._more[kind]

    def _addresses(self) -> dict[str, list[str]]:
        """The fields that hold a person's addresses; raises Misconfigured for one that neither kind has."""
        others = self._settings.other_emails
        found = {kind: [each for each in others if each in self._fields(kind)] for kind in KINDS if others}
        unknown = [each for each in others if not any(each in names for names in found.values())]
        if unknown:
            text = f"Salesforce has no field {', '.join(unknown)} on Lead or Contact: correct other_emails"
            raise Misconfigured(text, system=SYSTEM)
        return {kind: [EMAIL, *found.get(kind, ())] for kind in KINDS}

    def _is_personal(self) -> bool:
        """Whether the organisation has person accounts: then a contact says whether it is one."""
        return PERSONAL in self._fields("Contact")

    def _user(self) -> str:
        return self._client.user or (self._tenant or self.tenant()).user or ""

    def _asked(self, fields: Sequence[str]) -> dict[str, dict[str, FieldInfo]]:
        return {kind: known_fields(fields, self._fields(kind)) if fields else {} for kind in KINDS}


def _turn(row: Write) -> int:
    return 2 if row.id is not None else int(bool(row.values.get(OWNER)))


def _with_lead_id(row: Write, name: str) -> Write:
    return Write(key=row.key, id=row.id, kind=row.kind, values={name: row.key, **row.values})

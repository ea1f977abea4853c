"""RD Station Marketing behind the port of a marketing platform."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

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
from connectors.budgets import Budgets
from connectors.errors import CredentialsRefused, RecordRefused, RecordsBusy
from connectors.rdstation import inspection, privacy
from connectors.rdstation import schema as schemas
from connectors.rdstation.answers import ABSENT, SYSTEM
from connectors.rdstation.changes import Changes, Cursor, Row, pages, read_cursor
from connectors.rdstation.client import RDStationClient
from connectors.rdstation.errors import ContactBusy
from connectors.rdstation.records import Told, needs_conversions, read_contact
from connectors.rdstation.tracks import Tracks
from connectors.rdstation.writes import set_stage, update_contact
from connectors.settings import RDStationSettings
from mapping.records import Instant, Record

OPPORTUNITY = "Opportunity"  # no lifecycle stage there, but a mark beside it
ZONE = "America/Sao_Paulo"  # RD Station tells no zone; its own times are written in this one
HOUR = 3_600


class RDStation:
    """One account. `tenant` and `schema` that are still good from an earlier run save three calls.

    `clock` tells the instant that changes without a date are seen at: now, or that of a replay.
    """

    system = SYSTEM

    def __init__(
        self,
        settings: RDStationSettings,
        *,
        tenant: Tenant | None = None,
        schema: Schema | None = None,
        budgets: Budgets | None = None,
        clock: Callable[[], Instant] = lambda: int(time.time()),
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings, self._clock = settings, clock
        self._client = RDStationClient(settings, budgets=budgets, wait=wait)
        self._tenant, self._schema = tenant, schema
        workflows = {settings.tracks[name]: each for name, each in settings.workflows.items()}
        self._tracks = Tracks(self._client, list(settings.tracks.values()), workflows)

    def tenant(self) -> Tenant:
        """The account behind the app: known by its tracking code, since names change; without one by its name."""
        name = self._client.account()
        told = re.search(r"([0-9a-f]{8})-([0-9a-f]{4})-[0-9a-f-]{22,27}", self._tracking_code())
        slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:32]  # a lead's id has 80 characters
        number = "".join(told.groups()) if told else slug or "account"
        self._tenant = Tenant(
            system=SYSTEM,
            id=number,
            name=name,
            timezone=ZONE,
            now=self._client.transport.vendor_time or int(time.time()),
            record_url=self._settings.profile_link,
        )
        return self._tenant

    def inspect(self) -> list[Finding]:
        """The segmentation that is read, and the tracks' workflows."""
        return inspection.inspect(self._client, self._settings)

    def schema(self) -> Schema:
        """Every contact field, and what else is read of a contact."""
        self._schema = schemas.read_schema(self._client.fields())
        return self._schema

    def owners(self) -> list[Owner]:
        """Nobody: a contact names its owner by address (`contact_owner_email`), and no document lists the users."""
        return []

    def missing(self, wanted: Sequence[FieldWanted], lists: Sequence[str]) -> list[SetupStep]:
        """Custom fields that are not there; tags need no set-up. Raises Misconfigured for one of another kind."""
        known = self.schema().kinds[schemas.KIND]
        for one in wanted:
            schemas.definition_of(one)
            if one.name in known:
                schemas.require_same_type(one, known[one.name])
        text = "create the contact field {0.name} ({0.label}, {0.type})"
        return [
            SetupStep(id=f"field:{one.name}", text=text.format(one))
            for one in wanted
            if one.name not in known
        ]

    def ensure(self, wanted: Sequence[FieldWanted], lists: Sequence[str]) -> list[SetupStep]:
        """Creates what `missing` tells."""
        steps = self.missing(wanted, lists)
        new = {step.id for step in steps}
        for one in wanted:
            if f"field:{one.name}" in new:
                self._client.create_field(schemas.definition_of(one))
        self._schema = None
        return [replace(step, done=True) for step in steps]

    def changed(self, cursor: str | None, properties: Sequence[str]) -> Iterator[Page[Record]]:
        """Contacts that filled a form since `cursor`, and those that are new; each is read with its funnel."""
        start = self._start(None if cursor is None else read_cursor(cursor))
        source = _Source(self._client, start.segmentation, self._settings.page)
        changes = Changes(
            source,
            size=self._settings.page,
            overlap=self._settings.overlap,
            sweep=self._settings.sweep_hours * HOUR,
            most=self._settings.reads,
            now=self._clock(),
        )
        return pages(changes.steps(start), lambda rows: self._read_rows(rows, properties))

    def read(self, ids: Sequence[str], properties: Sequence[str]) -> list[Record]:
        """These contacts as they are now, up to three calls each; raises RecordsBusy for one that is too busy."""
        rows = [{"uuid": one, "created_at": None} for one in dict.fromkeys(ids)]
        records, busy = self._read_rows(rows, properties)
        if busy:
            text = (
                f"RD Station takes no more reads of the funnel of {len(busy)} contacts today: another integration "
                "uses them up; a later run tries again"
            )
            raise RecordsBusy(text, system=SYSTEM)
        return records

    def in_bin(self, ids: Sequence[str]) -> None:
        """RD Station has no bin: a deletion is for good, and looks like an erasure."""

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        """One PATCH a row, within 24 a contact and day; beyond that `retry`, with the instant to wait for."""
        known = self._fields() if rows else {}
        return [update_contact(self._client, row, known) for row in rows]

    def write_fields(self, rows: Sequence[Write]) -> list[RowResult]:
        """As `write_status`."""
        return self.write_status(rows)

    def set_stage(self, rows: Sequence[StageChange]) -> list[RowResult]:
        """Moves contacts in the funnel, forward and back; the answer shows where each is then."""
        return [set_stage(self._client, row, schemas.STAGES, OPPORTUNITY) for row in rows]

    def put_on_track(self, rows: Sequence[TrackChange]) -> list[RowResult]:
        """Tags contacts, or takes the tag away, and puts those who enter into the track's workflow."""
        return self._tracks.change(rows)

    def opt_out(self, rows: Sequence[OptOut]) -> list[RowResult]:
        """Declines the consent to communications, within 24 changes a contact and day; beyond that `retry`."""
        return privacy.opt_out(self._client, rows)

    def erase(self, ids: Sequence[str]) -> list[RowResult]:
        """Deletes contacts for good; one that is not there is `unchanged`."""
        return privacy.erase(self._client, ids)

    def calls(self) -> CallCount:
        """Calls made so far."""
        return self._client.transport.calls()

    def _tracking_code(self) -> str:
        """The address of the tracking code; empty where the account or the app may not see one."""
        try:
            return self._client.tracking_code()
        except (CredentialsRefused, RecordRefused):
            return ""

    def _start(self, cursor: Cursor | None) -> Cursor:
        """The cursor, or a new one over the configured segmentation."""
        if cursor is not None:
            return cursor
        found = inspection.find_segmentation(self._client.segmentations(), self._settings.segmentation)
        return Cursor(segmentation=int(found["id"]))

    def _fields(self) -> Mapping[str, FieldInfo]:
        return (self._schema or self.schema()).kinds[schemas.KIND]

    def _read_rows(self, rows: Sequence[Row], properties: Sequence[str]) -> tuple[list[Record], list[Row]]:
        """The contacts that are still there, and the rows of those that cannot be read now."""
        known = self._fields() if rows else {}
        records, busy = list[Record](), list[Row]()
        for row in rows:
            try:
                told = self._tell(row, properties)
            except ContactBusy:
                busy.append(row)
                continue
            except RecordRefused as refusal:
                if refusal.code == ABSENT:
                    continue
                raise
            link = self._settings.profile_link
            records.append(read_contact(told, properties, known, at=self._clock(), link=link))
        return records, busy

    def _tell(self, row: Row, properties: Sequence[str]) -> Told:
        uuid = str(row["uuid"])
        body = self._client.contact(uuid)
        asked = not schemas.FUNNEL.keys().isdisjoint(properties)
        return Told(
            body=body,
            funnel=self._client.funnel(uuid) if asked else {},
            conversions=self._client.conversions(uuid) if needs_conversions(properties) else (),
            created_at=row["created_at"],
        )


class _Source:
    """One segmentation, page by page, for `Changes`."""

    def __init__(self, client: RDStationClient, segmentation: int, size: int) -> None:
        self._client, self._segmentation, self._size = client, segmentation, size

    def page(self, number: int) -> tuple[list[Row], int]:
        """A page of the segmentation."""
        rows, total = self._client.segmentation_page(self._segmentation, number, self._size)
        return list(rows), total

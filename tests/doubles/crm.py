"""A CRM in memory that keeps the port's promises; what people do in it is in `tests.doubles.sales`."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from connectors.base import (
    CallCount,
    CrmChanges,
    Deal,
    FieldInfo,
    FieldWanted,
    Finding,
    Identity,
    Match,
    Outcome,
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
from mapping.records import Record, RecordState, Value, ValueType
from mapping.status import SALESFORCE, Property
from tests.doubles.faults import Faults
from tests.doubles.sales import LEAD_ID, OURSELVES, Row, Sales

T = TypeVar("T")
LINK = "https://crm.example/lightning/r/{kind}/{id}/view"
OWNER = "OwnerId"
REQUIRED = ("LastName", "Company")
STRONGEST = ("lead_id", "crm_id", "email")
STANDARD = {
    "FirstName": 40,
    "LastName": 80,
    "Company": 255,
    "Email": 80,
    "Phone": 40,
    "Title": 128,
    "MobilePhone": 40,
    "City": 40,
    "Country": 80,
    "Website": 255,
    "LeadSource": 255,
    "Description": 32_000,
}


@dataclass
class MemoryCrm(Sales):
    """Leads and contacts in memory behind the port; `faults` makes it fail, `tasks` are the follow-ups made.

    `with_fields=False` begins without our custom fields, as an org before set-up does. Users in `inactive` can
    own nothing.
    """

    system: str = "salesforce"
    page_size: int = 200
    with_fields: bool = True
    properties: tuple[Property, ...] = SALESFORCE
    faults: Faults = field(default_factory=Faults)
    tasks: dict[str, TaskWanted] = field(default_factory=dict)
    inactive: set[str] = field(default_factory=set)
    people: list[Owner] = field(default_factory=list)
    fields: dict[str, dict[str, FieldInfo]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        standard = {
            name: FieldInfo(
                name=name,
                label=name,
                type=ValueType.text,
                writable=True,
                length=length,
                required=name in REQUIRED,
            )
            for name, length in STANDARD.items()
        }
        standard[OWNER] = FieldInfo(name=OWNER, label=OWNER, type=ValueType.owner, writable=True, length=18)
        self.fields = {"Lead": dict(standard), "Contact": dict(standard)}
        if self.with_fields:
            self.ensure([_wanted(one) for one in self.properties])

    def inspect(self) -> list[Finding]:
        self.faults.call("inspect")
        return []

    def tenant(self) -> Tenant:
        self.faults.call("tenant")
        return Tenant(
            system=self.system,
            id="00D000000000001",
            name="CRM in memory",
            timezone="Europe/Madrid",
            now=self.now,
            record_url=LINK,
            user=OURSELVES,
            currency="EUR",
        )

    def schema(self) -> Schema:
        self.faults.call("schema")
        return Schema(kinds={kind: dict(fields) for kind, fields in self.fields.items()})

    def owners(self) -> list[Owner]:
        self.faults.call("owners")
        return list(self.people)

    def missing(self, wanted: Sequence[FieldWanted]) -> list[SetupStep]:
        self.faults.call("missing")
        return [
            SetupStep(id=f"field:{kind}.{one.name}", text=f"create the field {one.name} on {kind}")
            for one in wanted
            for kind in one.kinds
            if one.name not in self.fields[kind]
        ]

    def ensure(self, wanted: Sequence[FieldWanted]) -> list[SetupStep]:
        steps = self.missing(wanted)
        for one in wanted:
            for kind in one.kinds:
                self.fields[kind].setdefault(one.name, _field(one))
        return [replace(step, done=True) for step in steps]

    def find(self, identities: Sequence[Identity], fields: Sequence[str] = ()) -> list[Match]:
        self.faults.call("find")
        return [
            replace(
                match,
                values=self._asked(self.rows[match.id], fields),
                changed_at=self.rows[match.id].changed_at,
            )
            for identity in identities
            for match in sorted(self._matches(identity), key=lambda one: STRONGEST.index(one.by))
        ]

    def _matches(self, identity: Identity) -> list[Match]:
        became = {row.id: row.converted.get("contact", row.id) for row in self.rows.values()}
        named = {became.get(record, record) for _, record in identity.crm_ids}
        return [match for row in self.rows.values() if (match := _match(identity, row, named))]

    def push(self, rows: Sequence[Write], *, unassigned: bool = False) -> list[RowResult]:
        owner = OURSELVES if unassigned else None  # who creates a record owns it where no rule assigns it
        return list(self.faults.each("push", rows, lambda row: self._push(row, owner)))

    def assign(self, rows: Sequence[OwnerChange]) -> list[RowResult]:
        return list(self.faults.each("assign", rows, self._give))

    def create_tasks(self, rows: Sequence[TaskWanted]) -> list[RowResult]:
        return list(self.faults.each("create_tasks", rows, self._create_task))

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        return list(self.faults.each("write_status", rows, self._update))

    def write_fields(self, rows: Sequence[Write]) -> list[RowResult]:
        return list(self.faults.each("write_fields", rows, self._update))

    def erase(self, ids: Sequence[str]) -> list[RowResult]:
        return list(self.faults.each("erase", ids, self._erase))

    def calls(self) -> CallCount:
        return self.faults.calls()

    def expect(
        self, changes: str | None, touches: str | None, deals: str | None, fields: Sequence[str] = ()
    ) -> None:
        """Nothing is saved by knowing: each verb is one call."""

    def changes(self, cursor: str | None, fields: Sequence[str] = ()) -> Iterator[Page[CrmChanges]]:
        ours = [(row.version, row) for row in self.rows.values() if row.values.get(LEAD_ID)]
        for page in self._pages("changes", ours, cursor):
            rows = tuple(replace(self._change(row), fields=self._asked(row, fields)) for row in page.rows)
            yield Page(rows=rows, cursor=page.cursor)

    def touches(self, cursor: str | None) -> Iterator[Page[Touch]]:
        ours = [one for one in self.touched.values() if self.rows[one[1].record_id].values.get(LEAD_ID)]
        return self._pages("touches", ours, cursor)

    def deals(self, cursor: str | None) -> Iterator[Page[Deal]]:
        ours = [
            one
            for one in self.sold.values()
            if any(row and row.values.get(LEAD_ID) for row in map(self.rows.get, one[1].contacts))
        ]
        return self._pages("deals", ours, cursor)

    def _pages(self, verb: str, things: Sequence[tuple[int, T]], cursor: str | None) -> Iterator[Page[T]]:
        self.faults.call(verb)
        waiting = sorted((one for one in things if one[0] > int(cursor or 0)), key=lambda one: one[0])
        for start in range(0, len(waiting), self.page_size):
            page = waiting[start : start + self.page_size]
            self.faults.reach(verb, start // self.page_size)
            yield Page(rows=tuple(thing for _, thing in page), cursor=str(page[-1][0]))

    def _asked(self, row: Row, fields: Sequence[str]) -> dict[str, Value]:
        values = {**row.values, OWNER: row.owner}
        return {name: values.get(name) for name in fields if name in self.fields[row.kind]}

    def _change(self, row: Row) -> CrmChanges:
        values: dict[str, Value] = {
            "owner": row.owner,
            "owner_kind": "queue" if row.owner.startswith("00G") else "user",
            "status": row.status,
            "converted": bool(row.converted),
            "converted_contact": row.converted.get("contact"),
            "converted_account": row.converted.get("account"),
            "converted_deal": row.converted.get("deal"),
            "converted_on": row.converted.get("on"),
            "lead_id": row.values.get(LEAD_ID),
            "changed_by": row.changed_by,
            "created_at": row.created_at,
        }
        values |= {one.meaning.value: row.values.get(one.name) for one in self.properties if one.read}
        record = Record(
            system=self.system,
            kind=row.kind,
            id=row.id,
            values=values,
            changed_at=row.changed_at,
            version=str(row.version),
            state=RecordState.merged
            if row.merged_into
            else RecordState.archived
            if row.deleted
            else RecordState.live,
            merged_into=row.merged_into,
            link=LINK.format(kind=row.kind, id=row.id),
        )
        return CrmChanges(record=record, history=tuple(self.history.get(row.id, ())))

    def _push(self, row: Write, owner: str | None) -> RowResult:
        known = self.rows.get(row.id) if row.id else self._by_lead_id(row.key)
        if row.id and known is None:
            return _gone(row, "ENTITY_IS_DELETED")
        refusal = self._refusal(row, REQUIRED if known is None else ())
        if refusal or known:
            return refusal or self._update(replace(row, id=known.id if known else None, values=_with_id(row)))
        values = dict(_with_id(row))
        given = values.pop(OWNER, None)
        made = self.add("Lead", values, owner=str(given) if given else owner, by=OURSELVES)
        return RowResult(
            key=row.key, outcome=Outcome.written, id=made, kind="Lead", created=True, at=self.now
        )

    def _give(self, row: OwnerChange) -> RowResult:
        known = self.rows.get(row.id)
        if known is None or known.deleted:
            return _gone(row, "ENTITY_IS_DELETED")
        if known.converted:
            return _gone(row, "CANNOT_UPDATE_CONVERTED_LEAD")
        if row.owner in self.inactive or not row.owner.startswith("005"):
            return _refused(row, "INACTIVE_OWNER_OR_USER", f"{row.owner} cannot own records: name another")
        if known.owner == row.owner:
            return RowResult(
                key=row.key, outcome=Outcome.unchanged, id=known.id, kind=known.kind, at=self.now
            )
        self.hand_over(known.id, row.owner, by=OURSELVES)
        return RowResult(key=row.key, outcome=Outcome.written, id=known.id, kind=known.kind, at=self.now)

    def _update(self, row: Write) -> RowResult:
        known = self.rows.get(row.id or "")
        if known is None or known.deleted:
            return _gone(row, "ENTITY_IS_DELETED")
        if known.converted:
            return _gone(row, "CANNOT_UPDATE_CONVERTED_LEAD")
        refusal = self._refusal(row, ())
        if refusal:
            return refusal
        values = dict(row.values)
        owner = str(values.pop(OWNER, None) or known.owner)
        if owner == known.owner and all(known.values.get(name) == value for name, value in values.items()):
            return RowResult(key=row.key, outcome=Outcome.unchanged, id=known.id, kind=known.kind)
        if owner != known.owner:
            self.hand_over(known.id, owner, by=OURSELVES)
        self.edit(known.id, values, by=OURSELVES)
        return RowResult(key=row.key, outcome=Outcome.written, id=known.id, kind=known.kind, at=self.now)

    def _refusal(self, row: Write, required: Sequence[str]) -> RowResult | None:
        known = self.fields[row.kind or "Lead"]
        for name, value in row.values.items():
            if name not in known:
                return _refused(row, "INVALID_FIELD", f"there is no field {name}: run `acuerdo setup`")
            if name == OWNER and value in self.inactive:
                return _refused(row, "INACTIVE_OWNER_OR_USER", f"{value} cannot own records: name another")
            length = known[name].length
            if isinstance(value, str) and length and len(value) > length:
                return _refused(
                    row, "STRING_TOO_LONG", f"{name} takes {length} characters, {len(value)} were given"
                )
        for name in required:
            if not row.values.get(name):
                return _refused(row, "REQUIRED_FIELD_MISSING", f"{name} is required")
        return None

    def _by_lead_id(self, lead: str) -> Row | None:
        rows = [
            row
            for row in self.rows.values()
            if row.kind == "Lead" and row.values.get(LEAD_ID) == lead and not row.deleted
        ]
        return rows[0] if rows else None

    def _create_task(self, row: TaskWanted) -> RowResult:
        known = next((task for task, one in self.tasks.items() if one.marker == row.marker), None)
        if known:
            return RowResult(key=row.key, outcome=Outcome.unchanged, id=known, kind="Task")
        if row.id not in self.rows or self.rows[row.id].deleted:
            return _gone(row, "ENTITY_IS_DELETED")
        made = self.number("Task")
        self.tasks[made] = row
        return RowResult(
            key=row.key, outcome=Outcome.written, id=made, kind="Task", created=True, at=self.now
        )

    def _erase(self, record: str) -> RowResult:
        outcome = Outcome.written if self.rows.pop(record, None) else Outcome.unchanged
        for activity in [one for one, (_, touch) in self.touched.items() if touch.record_id == record]:
            del self.touched[activity]
        return RowResult(key=record, outcome=outcome, id=record)


def _with_id(row: Write) -> Mapping[str, Value]:
    return {LEAD_ID: row.key, **row.values}


def _match(identity: Identity, row: Row, named: Collection[object]) -> Match | None:
    if not row.live:
        return None
    carried = row.values.get(LEAD_ID)
    ours = str(carried) if carried else None
    if ours == identity.lead:
        return Match(key=identity.key, id=row.id, kind=row.kind, by="lead_id", lead=ours)
    if row.id in named:
        return Match(key=identity.key, id=row.id, kind=row.kind, by="crm_id", lead=ours)
    if str(row.values.get("Email") or "").lower() in {email.lower() for email in identity.emails}:
        return Match(key=identity.key, id=row.id, kind=row.kind, by="email", lead=ours)
    return None


def _wanted(one: Property) -> FieldWanted:
    return FieldWanted(
        name=one.name,
        label=one.label,
        type=one.type,
        kinds=("Lead", "Contact"),
        length=one.length,
        unique=one.unique,
        options=one.options,
    )


def _field(one: FieldWanted) -> FieldInfo:
    return FieldInfo(
        name=one.name,
        label=one.label,
        type=one.type,
        writable=True,
        length=one.length,
        unique=one.unique,
        options=one.options,
    )


def _gone(row: Write | TaskWanted | OwnerChange, code: str) -> RowResult:
    return RowResult(
        key=row.key, outcome=Outcome.gone, id=row.id, code=code, message="find where the record went"
    )


def _refused(row: Write | OwnerChange, code: str, message: str) -> RowResult:
    return RowResult(key=row.key, outcome=Outcome.refused, id=row.id, code=code, message=message)

"""A marketing platform in memory that keeps the port's promises."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.base import (
    CallCount,
    FieldInfo,
    FieldWanted,
    Finding,
    OptOut,
    Outcome,
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
from mapping.records import Instant, Record, RecordState, Value, ValueType
from tests.doubles.faults import Faults

OPTED_OUT = "hs_email_optout"
LINK = "https://marketing.example/contacts/4242/record/{kind}/{id}"
STANDARD = {
    "email": ValueType.email,
    "firstname": ValueType.text,
    "lastname": ValueType.text,
    "company": ValueType.text,
    "phone": ValueType.phone,
    "jobtitle": ValueType.text,
    "country": ValueType.text,
    "website": ValueType.url,
    "createdate": ValueType.instant,
    "lifecyclestage": ValueType.choice,
    "hs_lead_status": ValueType.choice,
    "hs_additional_emails": ValueType.choices,
    "hs_email_optout": ValueType.bool,
    "hubspot_owner_id": ValueType.owner,
    "salesforceleadid": ValueType.text,
    "salesforcecontactid": ValueType.text,
}


@dataclass
class Contact:
    """A contact as the double keeps it; `version` is the number of the change that made it so."""

    id: str
    values: dict[str, Value]
    changed_at: Instant
    version: int
    dated: dict[str, Instant] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    state: RecordState = RecordState.live


@dataclass
class MemoryMarketing:
    """Contacts, fields and lists in memory; `now` is its clock, which a test moves.

    `add`, `change`, `archive`, `restore` and `merge` are what marketing people do; `faults` makes it fail.
    A write of ours moves a contact's change time, as it does at the vendors (the echo).
    """

    now: Instant = 1_780_000_000
    system: str = "hubspot"
    tenant_id: str = "4242"
    page_size: int = 100
    faults: Faults = field(default_factory=Faults)
    contacts: dict[str, Contact] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    lists: dict[str, set[str]] = field(default_factory=dict)
    fields: dict[str, FieldInfo] = field(default_factory=dict)
    sequence: int = 0
    linked: bool = False
    histories: bool = False
    people: list[Owner] = field(default_factory=list)
    history: dict[str, dict[str, Instant]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, kind in STANDARD.items():
            self.fields[name] = FieldInfo(name=name, label=name, type=kind, writable=True)

    def add(
        self,
        values: Mapping[str, Value],
        *,
        record: str | None = None,
        dated: Mapping[str, Instant] | None = None,
    ) -> str:
        """A new contact; answers its id. `dated` tells when a property took its value."""
        self.sequence += 1
        number = record or str(100 + self.sequence)
        self.contacts[number] = Contact(number, dict(values), self.now, self.sequence, dict(dated or {}))
        return number

    def change(
        self, record: str, values: Mapping[str, Value], *, dated: Mapping[str, Instant] | None = None
    ) -> None:
        """Somebody edits a contact."""
        contact = self.contacts[record]
        contact.values.update(values)
        contact.dated.update(dated or {})
        self._touch(contact)

    def archive(self, record: str) -> None:
        """Somebody deletes a contact."""
        self.contacts[record].state = RecordState.archived
        self._touch(self.contacts[record])

    def restore(self, record: str) -> None:
        """Somebody restores a deleted contact."""
        self.contacts[record].state = RecordState.live
        self._touch(self.contacts[record])

    def merge(self, survivor: str, loser: str) -> None:
        """Somebody merges two contacts: the loser's id leads to the survivor from now on."""
        gone, kept = self.contacts.pop(loser), self.contacts[survivor]
        kept.values = {
            **gone.values,
            **{name: value for name, value in kept.values.items() if value is not None},
        }
        kept.aliases = (*kept.aliases, loser, *gone.aliases)
        self.moved.update(dict.fromkeys((loser, *gone.aliases), survivor))
        self._touch(kept)

    def inspect(self) -> list[Finding]:
        self.faults.call("inspect")
        return []

    def tenant(self) -> Tenant:
        self.faults.call("tenant")
        return Tenant(
            system=self.system,
            id=self.tenant_id,
            name="Marketing in memory",
            timezone="Europe/Madrid",
            now=self.now,
            record_url=LINK,
            currency="EUR",
        )

    def schema(self) -> Schema:
        self.faults.call("schema")
        return Schema(kinds={"contact": dict(self.fields)}, linked=self.linked, histories=self.histories)

    def owners(self) -> list[Owner]:
        self.faults.call("owners")
        return list(self.people)

    def missing(self, wanted: Sequence[FieldWanted], lists: Sequence[str]) -> list[SetupStep]:
        self.faults.call("missing")
        fields = [
            SetupStep(id=f"field:{one.name}", text=f"create the property {one.name}")
            for one in wanted
            if one.name not in self.fields
        ]
        return fields + [
            SetupStep(id=f"list:{name}", text=f"create the list {name!r}")
            for name in lists
            if name not in self.lists
        ]

    def ensure(self, wanted: Sequence[FieldWanted], lists: Sequence[str]) -> list[SetupStep]:
        steps = self.missing(wanted, lists)
        for one in wanted:
            self.fields.setdefault(
                one.name,
                FieldInfo(name=one.name, label=one.label, type=one.type, writable=True, options=one.options),
            )
        for name in lists:
            self.lists.setdefault(name, set())
        return [replace(step, done=True) for step in steps]

    def changed(self, cursor: str | None, properties: Sequence[str]) -> Iterator[Page[Record]]:
        self.faults.call("changed")
        after = int(cursor or 0)
        waiting = sorted(
            (one for one in self.contacts.values() if one.version > after), key=lambda one: one.version
        )
        for start in range(0, len(waiting), self.page_size):
            page = waiting[start : start + self.page_size]
            self.faults.reach("changed", start // self.page_size)
            yield Page(
                rows=tuple(self._record(one, properties) for one in page), cursor=str(page[-1].version)
            )

    def read(self, ids: Sequence[str], properties: Sequence[str]) -> list[Record]:
        self.faults.call("read")
        found = [self.contacts.get(self.moved.get(one, one)) for one in ids]
        return [self._record(one, properties) for one in found if one and one.state is RecordState.live]

    def in_bin(self, ids: Sequence[str]) -> set[str]:
        self.faults.call("in_bin")
        there = (self.contacts.get(one) for one in ids)
        return {one.id for one in there if one is not None and one.state is RecordState.archived}

    def since(self, ids: Sequence[str], properties: Sequence[str]) -> dict[str, dict[str, Instant]]:
        self.faults.call("since")
        known = {one: self.history.get(one, {}) for one in ids}
        return {one: {n: at for n, at in told.items() if n in properties} for one, told in known.items()}

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        return list(self.faults.each("write_status", rows, self._write))

    def write_fields(self, rows: Sequence[Write]) -> list[RowResult]:
        return list(self.faults.each("write_fields", rows, self._write))

    def set_stage(self, rows: Sequence[StageChange]) -> list[RowResult]:
        return list(self.faults.each("set_stage", rows, self._set_stage))

    def put_on_track(self, rows: Sequence[TrackChange]) -> list[RowResult]:
        return list(self.faults.each("put_on_track", rows, self._put_on_track))

    def opt_out(self, rows: Sequence[OptOut]) -> list[RowResult]:
        return list(self.faults.each("opt_out", rows, self._opt_out))

    def erase(self, ids: Sequence[str]) -> list[RowResult]:
        return list(self.faults.each("erase", ids, self._erase))

    def calls(self) -> CallCount:
        return self.faults.calls()

    def _touch(self, contact: Contact) -> None:
        self.sequence += 1
        contact.version, contact.changed_at = self.sequence, self.now

    def _record(self, contact: Contact, properties: Sequence[str]) -> Record:
        return Record(
            system=self.system,
            kind="contact",
            id=contact.id,
            values={name: contact.values.get(name) for name in properties if name in self.fields},
            changed_at=contact.changed_at,
            version=str(contact.version),
            dated={name: at for name, at in contact.dated.items() if name in properties},
            aliases=contact.aliases,
            state=contact.state,
            link=LINK.format(kind="0-1", id=contact.id),
        )

    def _live(self, record: str | None) -> Contact | None:
        contact = self.contacts.get(self.moved.get(record or "", record or ""))
        return contact if contact and contact.state is RecordState.live else None

    def _write(self, row: Write) -> RowResult:
        contact = self._live(row.id)
        if contact is None:
            return _gone(row.key)
        unknown = sorted(set(row.values) - set(self.fields))
        if unknown:
            text = f"HubSpot has no property {unknown[0]}: run `acuerdo setup`"
            return RowResult(
                key=row.key,
                outcome=Outcome.refused,
                id=contact.id,
                code="PROPERTY_DOESNT_EXIST",
                message=text,
            )
        if all(contact.values.get(name) == value for name, value in row.values.items()):
            return RowResult(key=row.key, outcome=Outcome.unchanged, id=contact.id)
        contact.values.update(row.values)
        self._touch(contact)
        return RowResult(key=row.key, outcome=Outcome.written, id=contact.id, at=self.now)

    def _set_stage(self, row: StageChange) -> RowResult:
        return self._write(Write(key=row.key, id=row.id, values={"lifecyclestage": row.stage}))

    def _put_on_track(self, row: TrackChange) -> RowResult:
        contact = self._live(row.id)
        if contact is None:
            return _gone(row.key)
        if row.list not in self.lists:
            text = f"there is no list {row.list!r}: run `acuerdo setup`"
            return RowResult(key=row.key, outcome=Outcome.refused, code="NO_LIST", message=text)
        members = self.lists[row.list]
        if (contact.id in members) == row.enter:
            return RowResult(key=row.key, outcome=Outcome.unchanged, id=contact.id)
        (members.add if row.enter else members.discard)(contact.id)
        return RowResult(key=row.key, outcome=Outcome.written, id=contact.id, at=self.now)

    def _opt_out(self, row: OptOut) -> RowResult:
        contact = self._live(row.id)
        if contact is None:
            return _gone(row.key)
        if contact.values.get(OPTED_OUT) is True:
            return RowResult(key=row.key, outcome=Outcome.unchanged, id=contact.id)
        contact.values[OPTED_OUT] = True
        self._touch(contact)
        return RowResult(key=row.key, outcome=Outcome.written, id=contact.id, at=self.now)

    def _erase(self, record: str) -> RowResult:
        contact = self.contacts.pop(self.moved.get(record, record), None)
        for members in self.lists.values():
            members.discard(contact.id if contact else record)
        return RowResult(key=record, outcome=Outcome.written if contact else Outcome.unchanged, id=record)


def _gone(key: str) -> RowResult:
    return RowResult(
        key=key, outcome=Outcome.gone, code="OBJECT_NOT_FOUND", message="the contact is not there"
    )

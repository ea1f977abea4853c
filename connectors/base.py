"""The ports: what the engine asks of a marketing platform and of a CRM, and what each promises.

Every sentence here is held by `tests/contract/`, for the vendors' connectors and the doubles alike.
Batch verbs answer one `RowResult` per row, in the rows' order, and never raise for a row; they raise
`connectors.errors` for what concerns the whole vendor. Reads yield pages lazily, so memory stays flat.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from mapping.records import Instant, Record, Values, ValueType

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """Whose account a credential opens. `now` is the vendor's own clock at the answer."""

    system: str
    id: str
    name: str
    timezone: str
    now: Instant
    record_url: str  # template with {kind} and {id}
    user: str | None = None  # the id that our own writes carry
    currency: str | None = None
    locale: str | None = None  # such as es_ES


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whom a record may belong to: a user by e-mail address, or a queue, which has none."""

    id: str
    email: str | None = field(default=None, repr=False)
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldInfo:
    """A field as the vendor describes it."""

    name: str
    label: str
    type: ValueType
    writable: bool
    length: int | None = None
    required: bool = False
    unique: bool = False
    options: tuple[str, ...] = ()
    restricted: bool = False  # a value outside `options` is refused
    html: bool = False  # a rich text: what is written there is shown as HTML


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The fields of each kind of record (`contact`, `Lead`, ...) by name.

    `linked` tells of a marketing platform that its own integration with the CRM makes records of its leads there,
    `evidence` by what (empty without that integration), `histories` that it keeps the history of its fields (`since`).
    """

    kinds: dict[str, dict[str, FieldInfo]]
    linked: bool = False
    evidence: str = ""
    histories: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWanted:
    """A field that set-up should find or create."""

    name: str
    label: str
    type: ValueType
    kinds: tuple[str, ...]
    length: int | None = None
    unique: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    """One thing set-up would do, or did: an identifier, a sentence for people, whether it is done."""

    id: str
    text: str
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some rows, and the cursor from which the next run goes on once they are stored (promise 6).

    A cursor is text in the vendor's own units, opaque to the engine, and never later than what the rows
    carry; reading from it again repeats rows, never skips one.
    """

    rows: tuple[T, ...]
    cursor: str


class Outcome(StrEnum):
    """What became of a row."""

    written = "written"
    unchanged = "unchanged"  # it was so already
    refused = "refused"  # the vendor will not take it as it is; `code` and `message` say why
    retry = "retry"  # not now (a lock, a passing fault): a later run tries again
    gone = "gone"  # the record is deleted, merged or converted: find where it went


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What became of one row. `message` is for a person and holds no personal data."""

    key: str
    outcome: Outcome
    id: str | None = None
    kind: str | None = None
    created: bool = False
    at: Instant | None = None  # the vendor's own time of the write, where it tells
    code: str | None = None
    message: str | None = None
    until: Instant | None = None  # of `retry`: not before, where the vendor's limits tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Values for one record, by the vendor's own field names; `None` clears a field.

    `key` names the row in its result (our lead id). `id` is the vendor's record id, where known.
    """

    key: str
    values: Values
    id: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChange:
    """A lead's stage to set: `stage` is the vendor's internal name."""

    key: str
    id: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChange:
    """A CRM record that is to belong to another user."""

    key: str
    id: str
    kind: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackChange:
    """A lead that enters (`enter`) or leaves a track; `list` is the vendor's own name for it (a list, a tag)."""

    key: str
    id: str
    list: str
    enter: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """A person who wants no more e-mail; `id` is the platform's own."""

    key: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a lead may be found by in the CRM, strongest first: our id, ids that the platform names, e-mails.

    `crm_ids` are CRM records (kind and id) that the platform's own integration links the contact to.
    """

    key: str
    lead: str
    emails: tuple[str, ...] = ()
    crm_ids: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A CRM record that fits an identity, and what it was found by (`lead_id`, `crm_id` or `email`)."""

    key: str
    id: str
    kind: str  # Lead or Contact
    by: str
    lead: str | None = None  # our id that the record carries
    values: Values = field(default_factory=dict)  # of the fields asked for, by their own names
    changed_at: Instant = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWanted:
    """A follow-up task for the seller; `marker` stands in it, so that it is never made twice.

    `again`: it may have been sent before; one that surely was not need not be looked for.
    """

    key: str
    id: str
    kind: str
    owner: str | None
    subject: str
    due_on: str  # ISO date
    marker: str
    again: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A dated change of one field (`owner`, `status`, or one asked for), from the vendor's own history.

    `new_kind` tells whether a new owner is a `user` or a `queue`.
    """

    id: str
    record_id: str
    field: str
    old: str | None
    new: str | None
    at: Instant
    by: str | None = None
    new_kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmChanges:
    """CRM leads and contacts that changed, with the history rows that came with them.

    A record carries at least these values under these names, whatever the CRM calls them: `owner`,
    `owner_kind` (user or queue), `status`, `converted` (bool), `converted_contact`, `converted_account`,
    `converted_deal`, `converted_on`, `lead_id` (ours, where the record carries it), `changed_by`,
    `created_at`; and every property of ours that is read (`disposition`, `until`, `pause`, `note`). `fields` are
    the values of the fields asked for, by their own names; one that its kind does not have is absent.
    """

    record: Record
    history: tuple[FieldChange, ...] = ()
    fields: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """An activity in the CRM that has happened: a closed task, a started event, a sent or received e-mail.

    What is taken back (an activity that was deleted, a task that was opened again) is told as `deleted`.
    """

    id: str
    version: str
    record_id: str  # the lead or contact it is with
    channel: str  # phone, email, meeting, linkedin, whatsapp, other
    occurred_at: Instant
    by: str | None  # the user who did it
    outgoing: bool = True
    automated: bool = False  # by an integration user, a list e-mail, a cadence step
    answered: bool = False
    seconds: int | None = None
    bounced: bool = False  # an e-mail that came back, told with a later version
    bounced_at: Instant | None = None  # when the CRM noted that, where it tells
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """An opportunity and the contacts and leads it belongs to."""

    id: str
    version: str
    contacts: tuple[str, ...]
    stage: str
    state: str  # open, won, lost
    created_at: Instant
    changed_at: Instant
    closed_on: str | None = None  # ISO date; no time is known
    closed_at: Instant | None = None
    amount: float | None = None
    currency: str | None = None
    reason: str | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCount:
    """How many calls a connector has made since it was built, by verb."""

    total: int
    by_verb: dict[str, int] = field(default_factory=dict)


class Grade(StrEnum):
    """How a finding stands: `fault` keeps a run from working, `note` is worth a person's knowing."""

    ok = "ok"
    note = "note"
    fault = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: what, how it stands, and what to do (empty for `ok`)."""

    what: str
    grade: Grade
    state: str
    remedy: str = ""


class MarketingPlatform(Protocol):
    """Where leads come from and where marketing reads how sales treats them."""

    system: str

    def tenant(self) -> Tenant:
        """The account behind the credential; raises CredentialsRefused."""

    def inspect(self) -> list[Finding]:
        """How rights, limits and other integrations stand; writes nothing. Fields are `schema`'s and `missing`'s."""

    def schema(self) -> Schema:
        """Every contact field there is."""

    def owners(self) -> list[Owner]:
        """Whom contacts may belong to, those who left too; empty where the platform names owners by address alone."""

    def missing(self, wanted: Sequence[FieldWanted], lists: Sequence[str]) -> list[SetupStep]:
        """What `ensure` would create, in order; empty when everything is there."""

    def ensure(self, wanted: Sequence[FieldWanted], lists: Sequence[str]) -> list[SetupStep]:
        """Creates what is missing and tells each step; a second call does nothing."""

    def changed(self, cursor: str | None, properties: Sequence[str]) -> Iterator[Page[Record]]:
        """Contacts changed since `cursor` (None: every contact), each at least once, archived ones too.

        A platform without a recycle bin tells of no deletion here: who is gone is absent from `read`. One that
        dates no changes tells of those that it shows (a form fill, a new contact).
        A property name that the account does not know is left out of the values.
        """

    def read(self, ids: Sequence[str], properties: Sequence[str]) -> list[Record]:
        """These contacts as they are now; an id that was merged answers with its survivor, a gone one is absent."""

    def in_bin(self, ids: Sequence[str]) -> set[str] | None:
        """Which of these contacts, that `read` leaves out, lie in the recycle bin: the others were erased for good.

        None where the platform keeps no bin, and so tells nobody who was erased.
        """

    def since(self, ids: Sequence[str], properties: Sequence[str]) -> dict[str, dict[str, Instant]]:
        """Since when these contacts have the values they have now, by the platform's own history; for single ones.

        What it does not know is left out. Asked only where the schema tells `histories`.
        """

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        """Writes the SLA status; a repeated row changes nothing."""

    def write_fields(self, rows: Sequence[Write]) -> list[RowResult]:
        """Writes sales' fields back to marketing; a repeated row changes nothing."""

    def set_stage(self, rows: Sequence[StageChange]) -> list[RowResult]:
        """Sets the lifecycle stage, backwards too, and reads it back; `refused` when it did not hold."""

    def put_on_track(self, rows: Sequence[TrackChange]) -> list[RowResult]:
        """Puts leads on, or takes them off, a track; `unchanged` when it was so."""

    def opt_out(self, rows: Sequence[OptOut]) -> list[RowResult]:
        """Records that people want no more e-mail, for all of it; `unchanged` when it was so. Never the other way.

        A right that this verb alone needs is a row's refusal with what to do, not the vendor's.
        """

    def erase(self, ids: Sequence[str]) -> list[RowResult]:
        """Erases people for good at the vendor."""

    def calls(self) -> CallCount:
        """Calls made so far."""


class Crm(Protocol):
    """Where sales works."""

    system: str

    def tenant(self) -> Tenant:
        """The organisation behind the credential; raises CredentialsRefused."""

    def inspect(self) -> list[Finding]:
        """How rights, limits and other integrations stand; writes nothing. Fields are `schema`'s and `missing`'s."""

    def schema(self) -> Schema:
        """Every field of Lead and Contact that the credential can see."""

    def owners(self) -> list[Owner]:
        """Whom records may belong to: users, inactive ones too; queues and integration users without an address."""

    def missing(self, wanted: Sequence[FieldWanted]) -> list[SetupStep]:
        """What `ensure` would create or grant, in order; empty when everything is there."""

    def ensure(self, wanted: Sequence[FieldWanted]) -> list[SetupStep]:
        """Creates what is missing, grants it to ourselves, and tells each step; a second call does nothing."""

    def find(self, identities: Sequence[Identity], fields: Sequence[str] = ()) -> list[Match]:
        """Every live record that fits each identity, with these fields; several for one key are all answered."""

    def push(self, rows: Sequence[Write], *, unassigned: bool = False) -> list[RowResult]:
        """Creates or updates one Lead per row by our lead id (or the record `id` names), never a second one.

        `at` is the CRM's own time of the write. A deleted or converted lead answers `gone`. A new lead gets its
        owner by the CRM's own assignment rules, or with `unassigned` by none.
        """

    def assign(self, rows: Sequence[OwnerChange]) -> list[RowResult]:
        """Gives records to users without running assignment rules; a repeated row changes nothing.

        `at` is the CRM's own time of the write. A user who cannot own records is `refused`.
        """

    def create_tasks(self, rows: Sequence[TaskWanted]) -> list[RowResult]:
        """Creates each task once, however often it is asked: the marker is looked for first."""

    def expect(
        self, changes: str | None, touches: str | None, deals: str | None, fields: Sequence[str] = ()
    ) -> None:
        """The cursors (and fields) that a run reads from next: a CRM that can answers all three by the same calls."""

    def changes(self, cursor: str | None, fields: Sequence[str] = ()) -> Iterator[Page[CrmChanges]]:
        """Leads and contacts that carry our id and changed since `cursor`, deleted and merged ones too."""

    def touches(self, cursor: str | None) -> Iterator[Page[Touch]]:
        """Activities on leads and contacts that carry our id, changed since `cursor`.

        An open task is never one, but is told as `deleted` where it may have been closed before.
        """

    def deals(self, cursor: str | None) -> Iterator[Page[Deal]]:
        """Opportunities of contacts that carry our id, changed since `cursor`."""

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        """Writes the SLA status to the record of each row without running assignment rules; `gone` if converted."""

    def write_fields(self, rows: Sequence[Write]) -> list[RowResult]:
        """Writes marketing's fields without running assignment rules."""

    def erase(self, ids: Sequence[str]) -> list[RowResult]:
        """Erases people for good at the vendor."""

    def calls(self) -> CallCount:
        """Calls made so far."""

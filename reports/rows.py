"""The ledger's rows as the reports read them: frozen and typed, from plain dict rows named by column.

Instants are UTC seconds. Columns that a report has no use for are left where they are; a missing one is told by
its name. Nothing here names a person: leads and owners are ids.
"""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Self

Dict = Mapping[str, Any]


class RowFault(ValueError):
    """A row without a column that the reports need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of one table of the ledger."""

    @classmethod
    def load(cls, row: Dict) -> Self:
        """The row that a dict of the table's columns holds; raises RowFault naming what is missing."""
        values: dict[str, Any] = {}
        for each in fields(cls):
            if each.name in row:
                values[each.name] = row[each.name]
            elif each.default is MISSING and each.default_factory is MISSING:
                raise RowFault(f"a row of {cls.__name__.lower()} has no column {each.name!r}")
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead(Row):
    """A lead's line: when it was first seen, where it is, and what it came from."""

    id: str
    seen_at: int
    place: str | None
    dimensions: Dict

    @property
    def source(self) -> str:
        """Where the lead came from; a blank source stays blank."""
        return _text(self.dimensions, "source")

    @property
    def account(self) -> str | None:
        """A hash that contacts of one account share; None where the account is not known."""
        return _text(self.dimensions, "account") or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff(Row):
    """One passing of one lead; the stage instants from `accepted_at` on may be unknown to the ledger."""

    lead: str
    cycle: int
    type: str
    state: str
    since: int
    outcome: str | None
    reason: str | None
    track: str | None
    credit: str
    against_marketing: bool
    owner: str | None
    mql_at: int
    package_complete_at: int | None
    delivered_at: int | None
    first_contact_at: int | None
    won_at: int | None
    attempts: int
    dimensions: Dict
    flags: Dict
    accepted_at: int | None = None
    connected_at: int | None = None
    qualified_at: int | None = None
    opportunity_at: int | None = None
    priority: str = "standard"
    segment: str | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Which handoff this is."""
        return (self.lead, self.cycle)

    @property
    def source(self) -> str:
        """Where the lead came from, as of delivery; a blank source stays blank."""
        return _text(self.dimensions, "source")

    @property
    def content(self) -> str:
        """The content that brought the lead, as of delivery; blank where none is known."""
        return _text(self.dimensions, "content")

    def flagged(self, code: str) -> bool:
        """Whether the verdict carries this flag."""
        return code in self.flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock(Row):
    """A clock of a handoff; elapsed seconds of an open clock are measured to the run that wrote them.

    `reason` tells why it was cancelled or cannot be computed. `shares` are the elapsed seconds by owner; a row
    that was judged before they were kept has none.
    """

    lead: str
    cycle: int
    name: str
    instance: int
    side: str
    state: str
    start_at: int | None
    due_at: int | None
    stop_at: int | None
    breached_at: int | None
    elapsed_s: int | None
    wall_elapsed_s: int | None
    reason: str | None
    shares: Mapping[str, int] | None

    @property
    def key(self) -> tuple[str, int]:
        """Which handoff it belongs to."""
        return (self.lead, self.cycle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch(Row):
    """An activity of sales, with why it did not count where it did not."""

    lead: str
    cycle: int
    channel: str
    occurred_at: int
    date: int  # ordinal of the lead's own date
    user: str | None
    counted: bool
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Row):
    """A record that a system or a mapping would not take; the code only, messages stay in the ledger."""

    lead: str
    system: str
    operation: str
    code: str
    since: int
    dropped_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed(Row):
    """An intent: a write owed to a vendor, or one that was."""

    operation: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Row):
    """The SLA status a system should show of a lead, and whether it does."""

    wanted_hash: str
    written_hash: str | None

    @property
    def behind(self) -> bool:
        """Whether the system does not show it yet."""
        return self.wanted_hash != self.written_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Row):
    """A published version of the agreement."""

    number: int
    effective_from: int
    signed_by_marketing: str | None = field(repr=False)
    signed_by_sales: str | None = field(repr=False)

    @property
    def signed(self) -> bool:
        """Whether both sides signed."""
        return bool(self.signed_by_marketing and self.signed_by_sales)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass(Row):
    """One run over the company."""

    now: int
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Row):
    """Something people were told; withdrawn where late evidence made it wrong."""

    withdrawn_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment(Row):
    """A clock that was reckoned again after its month was closed (policy 4.5): both due instants are kept."""

    lead: str
    cycle: int
    clock: str
    month: str
    old_due_at: int
    new_due_at: int
    decided_at: int


TABLES: Mapping[str, type[Row]] = {
    "lead": Lead,
    "handoff": Handoff,
    "clock": Clock,
    "touch": Touch,
    "refused": Refusal,
    "intent": Owed,
    "status": Shown,
    "agreement": Version,
    "run": Pass,
    "notice": Notice,
}
"""The ledger's tables that reports read, by name."""

READ: Mapping[str, type[Row]] = {**TABLES, "adjustment": Adjustment}
"""Everything that reports read: tables, and what is made of events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Everything of one company that a report is made of; a part that is not given is empty.

    `links` are the addresses at which a person opens a lead's record, by lead id.
    """

    lead: tuple[Lead, ...] = ()
    handoff: tuple[Handoff, ...] = ()
    clock: tuple[Clock, ...] = ()
    touch: tuple[Touch, ...] = ()
    refused: tuple[Refusal, ...] = ()
    intent: tuple[Owed, ...] = ()
    status: tuple[Shown, ...] = ()
    agreement: tuple[Version, ...] = ()
    run: tuple[Pass, ...] = ()
    notice: tuple[Notice, ...] = ()
    adjustment: tuple[Adjustment, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def accounts(self) -> Mapping[str, str]:
        """The account of each lead whose account is known, by lead id."""
        return {each.id: each.account for each in self.lead if each.account is not None}

    @classmethod
    def load(cls, tables: Mapping[str, Iterable[Dict]], links: Mapping[str, str] | None = None) -> Self:
        """The rows of these tables; raises RowFault for a table that reports do not read or a missing column."""
        unknown = sorted(set(tables) - set(READ))
        if unknown:
            raise RowFault(f"no report reads {', '.join(unknown)}")
        loaded: dict[str, Any] = {
            name: tuple(READ[name].load(row) for row in found) for name, found in tables.items()
        }
        return cls(**loaded, links=dict(links or {}))


def _text(dimensions: Dict, name: str) -> str:
    value = dimensions.get(name)
    return "" if value is None else str(value)

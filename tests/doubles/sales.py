"""What salespeople do in the CRM in memory: the world that `MemoryCrm` shows through the port."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from connectors.base import Deal, FieldChange, Touch
from mapping.records import Instant, Value, format_instant

LEAD_ID = "Acuerdo_Lead_Id__c"
OURSELVES = "005000000000INT"
QUEUE = "00G000000000001"
PREFIX = {"Lead": "00Q", "Contact": "003", "Account": "001", "Opportunity": "006", "Task": "00T"}


@dataclass
class Row:
    """A lead or contact as the double keeps it."""

    id: str
    kind: str
    values: dict[str, Value]
    owner: str
    created_at: Instant
    changed_at: Instant = 0
    changed_by: str = OURSELVES
    version: int = 0
    status: str = "New"
    deleted: bool = False
    merged_into: str | None = None
    converted: dict[str, Value] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Whether it can be written to."""
        return not self.deleted and not self.converted


@dataclass
class Sales:
    """Leads, contacts, activities and deals in memory; `now` is its clock, which a test moves.

    Each verb is something a person does, `by` the user named. Activities default to now.
    """

    now: Instant = 1_780_000_000
    queue: str = QUEUE
    rows: dict[str, Row] = field(default_factory=dict)
    touched: dict[str, tuple[int, Touch]] = field(default_factory=dict)
    sold: dict[str, tuple[int, Deal]] = field(default_factory=dict)
    history: dict[str, list[FieldChange]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    sequence: int = 0

    def number(self, kind: str) -> str:
        """A new id of this kind of record."""
        return f"{PREFIX[kind]}{next(self.numbers):012d}"

    def add(
        self, kind: str, values: Mapping[str, Value], *, owner: str | None = None, by: str = "005A"
    ) -> str:
        """A lead or contact that somebody enters; answers its id."""
        row = Row(self.number(kind), kind, dict(values), owner or self.queue, self.now)
        self.rows[row.id] = row
        self.touch(row, by)
        return row.id

    def touch(self, row: Row, by: str) -> None:
        """Marks a row as changed now."""
        self.sequence += 1
        row.version, row.changed_at, row.changed_by = self.sequence, self.now, by

    def edit(self, record: str, values: Mapping[str, Value], *, by: str = "005A") -> None:
        """Somebody edits fields (a disposition, for one)."""
        self.rows[record].values.update(values)
        self.touch(self.rows[record], by)

    def hand_over(self, record: str, owner: str, *, by: str = "005M") -> None:
        """The lead gets another owner: a user (005) or a queue (00G)."""
        self._note(record, "owner", self.rows[record].owner, owner, by)
        self.rows[record].owner = owner
        self.touch(self.rows[record], by)

    def set_status(self, record: str, status: str, *, by: str = "005A") -> None:
        """Somebody moves the lead's status."""
        self._note(record, "status", self.rows[record].status, status, by)
        self.rows[record].status = status
        self.touch(self.rows[record], by)

    def act(
        self,
        record: str,
        channel: str = "phone",
        *,
        by: str = "005A",
        at: Instant | None = None,
        outgoing: bool = True,
        automated: bool = False,
        answered: bool = False,
        seconds: int | None = None,
    ) -> str:
        """An activity with a lead or contact that has happened; answers its id."""
        touch = Touch(
            id=self.number("Task"),
            version="",
            record_id=record,
            channel=channel,
            occurred_at=self.now if at is None else at,
            by=by,
            outgoing=outgoing,
            automated=automated,
            answered=answered,
            seconds=seconds,
        )
        self._keep(touch)
        return touch.id

    def undo(self, activity: str) -> None:
        """Somebody deletes an activity."""
        self._keep(replace(self.touched[activity][1], deleted=True))

    def bounce(self, activity: str) -> None:
        """An e-mail comes back."""
        self._keep(replace(self.touched[activity][1], bounced=True, bounced_at=self.now))

    def convert(self, record: str, *, deal: bool = True, by: str = "005A") -> tuple[str, str | None]:
        """The lead becomes a contact with our fields, and a deal; answers the ids of both. Activities move along."""
        lead = self.rows[record]
        contact = self.add("Contact", lead.values, owner=lead.owner, by=by)
        opportunity = self.sell(contact, by=by) if deal else None
        lead.status = "Qualified"
        lead.converted = {
            "contact": contact,
            "account": self.number("Account"),
            "deal": opportunity,
            "on": self._today(),
        }
        for _, touch in [one for one in self.touched.values() if one[1].record_id == record]:
            self._keep(replace(touch, record_id=contact))
        self.touch(lead, by)
        return contact, opportunity

    def sell(self, contact: str, *, amount: float | None = None, by: str = "005A") -> str:
        """An opportunity with a contact; answers its id."""
        deal = Deal(
            id=self.number("Opportunity"),
            version="",
            contacts=(contact,),
            stage="Prospecting",
            state="open",
            created_at=self.now,
            changed_at=self.now,
            amount=amount,
        )
        self._sell(deal)
        return deal.id

    def win(self, deal: str, *, closed_on: str | None = None, amount: float | None = None) -> None:
        """The opportunity is won."""
        known = self.sold[deal][1]
        won = replace(known, state="won", stage="Closed Won", closed_on=closed_on or self._today())
        self._sell(won if amount is None else replace(won, amount=amount))

    def lose(self, deal: str, *, reason: str | None = None, closed_on: str | None = None) -> None:
        """The opportunity is lost."""
        known = self.sold[deal][1]
        self._sell(
            replace(
                known,
                state="lost",
                stage="Closed Lost",
                closed_on=closed_on or self._today(),
                reason=reason,
            )
        )

    def delete(self, record: str, *, by: str = "005A") -> None:
        """Somebody deletes a lead or contact."""
        self.rows[record].deleted = True
        self.touch(self.rows[record], by)

    def restore(self, record: str, *, by: str = "005A") -> None:
        """Somebody takes it out of the recycle bin."""
        self.rows[record].deleted = False
        self.touch(self.rows[record], by)

    def merge(self, survivor: str, loser: str, *, by: str = "005A") -> None:
        """Somebody merges two leads; the loser is deleted and points to the survivor."""
        self.rows[loser].deleted, self.rows[loser].merged_into = True, survivor
        self.touch(self.rows[loser], by)
        self.touch(self.rows[survivor], by)

    def _note(self, record: str, name: str, old: str, new: str, by: str) -> None:
        change = FieldChange(
            id=f"017{next(self.numbers):012d}",
            record_id=record,
            field=name,
            old=old,
            new=new,
            at=self.now,
            by=by,
            new_kind=("queue" if new.startswith("00G") else "user") if name == "owner" else None,
        )
        self.history.setdefault(record, []).append(change)

    def _keep(self, touch: Touch) -> None:
        self.sequence += 1
        self.touched[touch.id] = (self.sequence, replace(touch, version=f"{self.sequence:09}"))

    def _sell(self, deal: Deal) -> None:
        self.sequence += 1
        self.sold[deal.id] = (
            self.sequence,
            replace(deal, version=f"{self.sequence:09}", changed_at=self.now),
        )

    def _today(self) -> str:
        return format_instant(self.now)[:10]

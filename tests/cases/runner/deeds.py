"""What people do in the CRM, done to the CRM in memory, so that the engine has to read it as facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mapping.problems import nearest
from mapping.records import Value
from tests.cases.runner.reading import refuse_unknown
from tests.cases.runner.times import CaseFault, read_at
from tests.doubles.crm import MemoryCrm

OWN = ("do", "at", "lead", "by")
KEYS: Mapping[str, tuple[str, ...]] = {
    "status": ("value",),
    "assign": ("owner",),
    "dispose": ("code", "until", "note"),
    "pause": ("reason", "until"),
    "act": ("channel", "answered", "seconds", "outgoing", "automated"),
    "convert": ("deal",),
    "win": ("amount",),
    "lose": ("reason",),
    "delete": (),
    "restore": (),
}
FIELDS = {
    "code": "Acuerdo_Disposition__c",
    "until": "Acuerdo_Until__c",
    "note": "Acuerdo_Note__c",
    "reason": "Acuerdo_Pause__c",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody does to a lead's record."""

    do: str
    at: int
    lead: str
    by: str
    given: Mapping[str, Any]


@dataclass
class Office:
    """The CRM's records of the case's leads and the deals made of them."""

    crm: MemoryCrm
    records: dict[str, str] = field(default_factory=dict)
    deals: dict[str, str] = field(default_factory=dict)

    def carry_out(self, deed: Deed) -> None:
        """Does it, at its own time of the CRM's clock."""
        self.crm.now = deed.at
        deeds: Mapping[str, Callable[[Deed, str], None]] = {
            "status": self._set_status,
            "assign": self._assign,
            "dispose": self._edit,
            "pause": self._edit,
            "act": self._act,
            "convert": self._convert,
            "win": self._win,
            "lose": self._lose,
            "delete": lambda deed, record: self.crm.delete(record, by=deed.by),
            "restore": lambda deed, record: self.crm.restore(record, by=deed.by),
        }
        deeds[deed.do](deed, self.records[deed.lead])

    def _set_status(self, deed: Deed, record: str) -> None:
        self.crm.set_status(record, deed.given["value"], by=deed.by)

    def _assign(self, deed: Deed, record: str) -> None:
        self.crm.hand_over(record, deed.given["owner"], by=deed.by)

    def _edit(self, deed: Deed, record: str) -> None:
        values: dict[str, Value] = {FIELDS[key]: str(value) for key, value in deed.given.items()}
        self.crm.edit(record, values, by=deed.by)

    def _act(self, deed: Deed, record: str) -> None:
        self.crm.act(record, **{"channel": "phone", **deed.given}, by=deed.by)

    def _convert(self, deed: Deed, record: str) -> None:
        contact, deal = self.crm.convert(record, deal=deed.given.get("deal", True), by=deed.by)
        self.records[deed.lead] = contact
        if deal is not None:
            self.deals[deed.lead] = deal

    def _win(self, deed: Deed, record: str) -> None:
        self.crm.win(self._deal(deed), amount=deed.given.get("amount"))

    def _lose(self, deed: Deed, record: str) -> None:
        self.crm.lose(self._deal(deed), reason=deed.given.get("reason"))

    def _deal(self, deed: Deed) -> str:
        if deed.lead not in self.deals:
            raise CaseFault(f"deeds: {deed.do} needs a deal: 'convert' the lead before")
        return self.deals[deed.lead]


def read_deed(table: Mapping[str, Any], lead: str, number: int) -> Deed:
    """The deed of one `[[deeds]]` table; raises CaseFault."""
    where, do = f"deeds[{number}]", str(table.get("do"))
    if do not in KEYS:
        raise CaseFault(f"{where}.do: nobody can {do!r}: {nearest(do, KEYS)}")
    refuse_unknown(table, (*OWN, *KEYS[do]), where)
    if "at" not in table:
        raise CaseFault(f"{where}.at: write when it was done")
    given = {key: value for key, value in table.items() if key not in OWN}
    return Deed(
        do, int(read_at(table["at"])), str(table.get("lead", lead)), str(table.get("by", "005A")), given
    )

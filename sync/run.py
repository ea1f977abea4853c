"""One pass over one company: what every stage is given."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeAlias

from connectors.base import Crm, MarketingPlatform, Tenant
from mapping.fields import properties_to_read
from mapping.mappers import Mappers
from mapping.records import Instant
from policies.agreement import Agreement
from policies.events import Datum, Event, Kind
from policies.verdict import Terms
from sync.ledger.store import Ledger, Tx
from sync.settings import Company

PAGE = 500  # leads a transaction

Counts: TypeAlias = Counter[str]
Progress: TypeAlias = Callable[[str, int], None]
"""Told a stage's name and how many rows it has done since it was last told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One pass over one company.

    `now` is the run's business instant: what is learned is recorded at it. `as_of` is the instant that handoffs
    are judged as of: `now`, but in the write phase not before what the vendors have just acknowledged.
    `attaches`: the platform's own integration makes the CRM's records; leads are attached to them, never made.
    `histories`: the platform tells since when single contacts have their values.
    `allowed`: so many changes a person has allowed beyond the limits.
    `rich_briefs`: the kinds of CRM records that show the brief as HTML.
    """

    company: Company
    ledger: Ledger
    platform: MarketingPlatform
    crm: Crm
    platform_tenant: Tenant
    crm_tenant: Tenant
    mappers: Mappers
    terms: Terms
    now: Instant
    as_of: Instant
    progress: Progress
    attaches: bool = False
    histories: bool = False
    allowed: int = 0
    rich_briefs: frozenset[str] = frozenset()

    @property
    def agreement(self) -> Agreement:
        """The version in force now."""
        return self.terms.at(self.now)

    @property
    def rejects(self) -> frozenset[str]:
        """The codes by which sales rejects, or sends elsewhere, rather than returns."""
        dispositions = self.agreement.dispositions
        return frozenset(code for code, each in dispositions.items() if each.kind != "return")

    @property
    def patience(self) -> int | None:
        """In how many runs a row may be put off until it is refused; None for ever."""
        return self.company.limits.put_off

    @property
    def robots(self) -> frozenset[str]:
        """The CRM's users that are no person: ours, and the integration users that the configuration names."""
        named: tuple[str, ...] = tuple(getattr(self.company.crm, "integration_users", ()))
        return frozenset((*named, self.crm_tenant.user or "")) - {""}

    @property
    def properties(self) -> tuple[str, ...]:
        """The platform's properties that are read: those of the lead's fields, and those that rules write."""
        return tuple(dict.fromkeys((*properties_to_read(self.company.fields), *self.mappers.properties)))

    def write(self) -> AbstractContextManager[Tx]:
        """A transaction over the company's rows."""
        return self.ledger.write(self.company.slug, self.now)

    def read(self) -> AbstractContextManager[Tx]:
        """A view of the company's rows."""
        return self.ledger.read(self.company.slug, self.now)

    def fact(
        self,
        kind: Kind,
        lead: str,
        cycle: int,
        *,
        at: Instant,
        version: str = "",
        data: Mapping[str, Datum] | None = None,
    ) -> Event:
        """A fact of our own about a handoff, learned in this run."""
        return Event(
            kind=kind,
            lead=lead,
            occurred_at=at,
            recorded_at=self.now,
            source="acuerdo",
            object_id=f"{lead}/{cycle}",
            version=version,
            cycle=cycle,
            data=data or {},
        )

    def vanished(self, lead: str, contact: str, *, erased: bool) -> Event:
        """The fact that a contact is not in the platform any more: deleted, or erased over there for good."""
        return Event(
            kind=Kind.erased if erased else Kind.deleted,
            lead=lead,
            occurred_at=self.now,
            recorded_at=self.now,
            source=self.platform.system,
            object_id=contact,
            version=f"gone-{self.now}",
        )

    def crm_link(self, kind: str, record: str) -> str:
        """The address a person opens a CRM record at."""
        return self.crm_tenant.record_url.format(kind=kind, id=record)


Stage: TypeAlias = Callable[[Run, Counts], None]
"""One stage's work, page by page: what a page has done is counted at once, so that a fault later hides nothing."""

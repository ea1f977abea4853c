"""The configuration as it was read: the companies, and what is wrong with the others (design, section 8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from connectors.registration import registration_of
from connectors.settings import ConnectorSettings
from mapping.fields import LeadFields
from mapping.privacy import sensitive_properties, sensitive_targets
from mapping.problems import Problem
from mapping.rules import FieldRule
from mapping.status import Meaning
from policies.agreement import Agreement
from sync.absences import NOBODY_AWAY, Absences
from sync.limits import Limits
from sync.lines import Written
from sync.speech import Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One customer of ours as configured: everything a run over it needs."""

    slug: str
    language: str
    timezone: str
    platform: str
    crm_system: str
    marketing: ConnectorSettings
    crm: ConnectorSettings
    agreement: Agreement
    fields: LeadFields
    rules: tuple[FieldRule, ...]
    speech: Speech = field(default_factory=Speech)
    limits: Limits = field(default_factory=Limits)
    stages: Mapping[str, str] = field(default_factory=dict)
    follow_up_task: bool = True
    erasure_key: SecretStr | None = None
    absences: Absences = field(default_factory=lambda: NOBODY_AWAY)
    written: Written | None = field(default=None, repr=False, compare=False)

    def placed(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Problems of this company with the file and the line of each key, where it was read from a file."""
        return tuple(problems) if self.written is None else self.written.placed(problems)

    @property
    def tracks(self) -> Mapping[str, str]:
        """The platform's own name (a list, a tag) of each track."""
        tracks: Mapping[str, str] = getattr(self.marketing, "tracks", {})
        return tracks

    @property
    def recheck(self) -> int:
        """Seconds in which every contact that is known is looked for once; 0 for never."""
        hours: int = getattr(self.marketing, "recheck_hours", 0)
        return hours * 3600

    @property
    def reads_all(self) -> bool:
        """Whether every contact of the platform is read, not those of one segmentation alone."""
        return getattr(self.marketing, "segmentation", None) is None

    @property
    def attach_wait(self) -> int:
        """Seconds that a lead waits for the platform's own integration to make its CRM record."""
        hours: int = getattr(self.marketing, "attach_wait_hours", 0)
        return hours * 3600

    @property
    def carries_opt_outs(self) -> bool:
        """Whether an opt-out that sales learns is recorded in the platform too."""
        told: bool = getattr(self.marketing, "opt_outs", True)
        return told

    @property
    def hidden(self) -> Mapping[str, frozenset[str]]:
        """The fields of each system, by its own names, whose values are shown to nobody (promise 8).

        They are what sensitive fields of a lead are read from or fill, and the brief, which is made of them.
        """
        ours = registration_of(self.crm_system).properties
        brief = frozenset(each.name for each in ours if each.meaning is Meaning.brief)
        return {
            self.crm_system: brief | sensitive_targets(self.rules, self.fields),
            self.platform: sensitive_properties(self.rules, self.fields),
        }

    def attaches(self, *, linked: bool) -> bool:
        """Whether CRM records are only attached to, never made: so told, or where that integration links them."""
        told: str = getattr(self.marketing, "crm_leads", "create")
        return linked if told == "auto" else told == "attach"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What was read: the sound companies, and the faults of the others, which stop those alone."""

    ledger: str
    log: str
    companies: Mapping[str, Company]
    faults: Mapping[str, tuple[Problem, ...]]
    source: Path

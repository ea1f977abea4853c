"""What is written back, as data (design, section 11): the SLA status and each system's names for it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from mapping.records import ValueType


class Status(StrEnum):
    """The SLA status of a lead: that of its newest handoff, the first in this order that holds."""

    won = "won"
    lost = "lost"
    returned = "returned"
    rejected = "rejected"
    cancelled = "cancelled"
    parked = "parked"
    refused = "refused"
    draft = "draft"
    paused = "paused"
    breached = "breached"  # an open clock that binds sales is past due
    at_risk = "at_risk"  # past the last warning of an open clock that binds sales
    opportunity = "opportunity"
    qualified = "qualified"
    connected = "connected"
    in_follow_up = "in_follow_up"  # an attempt counted
    waiting_first_contact = "waiting_first_contact"


class Meaning(StrEnum):
    """What a written-back field tells; the keys of a status row."""

    lead_id = "lead_id"
    sla_status = "sla_status"
    due_at = "due_at"
    owed_by = "owed_by"  # sales, marketing or nobody
    next_action = "next_action"
    first_contact_at = "first_contact_at"
    attempts = "attempts"
    breaches = "breaches"  # by sales
    cycle = "cycle"
    outcome = "outcome"
    reason = "reason"
    track = "track"
    agreement = "agreement"
    judged_at = "judged_at"  # moves only when something else does
    brief = "brief"
    profile_link = "profile_link"
    crm_link = "crm_link"
    disposition = "disposition"  # read: what sales says
    until = "until"  # read
    pause = "pause"  # read
    note = "note"  # read


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A field of ours in a vendor's system."""

    meaning: Meaning
    name: str
    label: str
    type: ValueType
    length: int | None = None
    unique: bool = False
    milestone: bool = False  # RD Station: written at milestones only
    read: bool = False  # sales writes it, we read it
    options: tuple[str, ...] = ()


def _hubspot(meaning: Meaning, label: str, kind: ValueType, *, milestone: bool = False) -> Property:
    name = f"acuerdo_{'sla_' if meaning in (Meaning.due_at, Meaning.owed_by) else ''}{meaning.value}"
    return Property(meaning=meaning, name=name, label=label, type=kind, milestone=milestone)


HUBSPOT: tuple[Property, ...] = (
    _hubspot(Meaning.sla_status, "SLA status", ValueType.text, milestone=True),
    _hubspot(Meaning.due_at, "SLA due at", ValueType.instant),
    _hubspot(Meaning.owed_by, "SLA owed by", ValueType.text),
    _hubspot(Meaning.next_action, "Next action", ValueType.text),
    _hubspot(Meaning.first_contact_at, "First contact at", ValueType.instant),
    _hubspot(Meaning.attempts, "Counted attempts", ValueType.number),
    _hubspot(Meaning.breaches, "Breaches by sales", ValueType.number),
    _hubspot(Meaning.cycle, "Handoff cycle", ValueType.number, milestone=True),
    _hubspot(Meaning.outcome, "Outcome", ValueType.text, milestone=True),
    _hubspot(Meaning.reason, "Reason", ValueType.text, milestone=True),
    _hubspot(Meaning.track, "Track", ValueType.text, milestone=True),
    _hubspot(Meaning.agreement, "Agreement version", ValueType.text),
    _hubspot(Meaning.judged_at, "Judged at", ValueType.instant),
    _hubspot(Meaning.crm_link, "CRM link", ValueType.text, milestone=True),
)

RDSTATION: tuple[Property, ...] = tuple(
    replace(each, name=f"cf_{each.name}") for each in HUBSPOT if each.milestone
)

DISPOSITIONS: tuple[str, ...] = (  # `accepted` and the codes of policy 4.6
    "accepted",
    "bad_contact_data",
    "duplicate",
    "bad_fit",
    "no_intent",
    "missing_package",
    "existing_customer",
    "existing_opportunity",
    "wrong_territory",
    "not_now",
    "no_budget",
    "no_authority",
    "no_response",
    "competitor",
    "no_fit",
)
PAUSES: tuple[str, ...] = ("lead_asked_date", "lead_asked_callback", "waiting_document", "legal_hold")

SALESFORCE: tuple[Property, ...] = (
    Property(
        meaning=Meaning.lead_id,
        name="Acuerdo_Lead_Id__c",
        label="Acuerdo lead id",
        type=ValueType.text,
        length=80,
        unique=True,
    ),
    Property(
        meaning=Meaning.sla_status,
        name="Acuerdo_SLA_Status__c",
        label="SLA status",
        type=ValueType.text,
        length=40,
        milestone=True,
    ),
    Property(
        meaning=Meaning.due_at, name="Acuerdo_SLA_Due_At__c", label="SLA due at", type=ValueType.instant
    ),
    Property(
        meaning=Meaning.owed_by,
        name="Acuerdo_SLA_Owed_By__c",
        label="SLA owed by",
        type=ValueType.text,
        length=20,
    ),
    Property(
        meaning=Meaning.next_action,
        name="Acuerdo_Next_Action__c",
        label="Next action",
        type=ValueType.text,
        length=255,
    ),
    Property(
        meaning=Meaning.first_contact_at,
        name="Acuerdo_First_Contact_At__c",
        label="First contact at",
        type=ValueType.instant,
    ),
    Property(
        meaning=Meaning.attempts,
        name="Acuerdo_Attempts__c",
        label="Counted attempts",
        type=ValueType.number,
    ),
    Property(
        meaning=Meaning.breaches,
        name="Acuerdo_Breaches__c",
        label="Breaches by sales",
        type=ValueType.number,
    ),
    Property(
        meaning=Meaning.cycle,
        name="Acuerdo_Cycle__c",
        label="Handoff cycle",
        type=ValueType.number,
        milestone=True,
    ),
    Property(
        meaning=Meaning.outcome,
        name="Acuerdo_Outcome__c",
        label="Outcome",
        type=ValueType.text,
        length=40,
        milestone=True,
    ),
    Property(
        meaning=Meaning.reason,
        name="Acuerdo_Reason__c",
        label="Reason",
        type=ValueType.text,
        length=40,
        milestone=True,
    ),
    Property(
        meaning=Meaning.track,
        name="Acuerdo_Track__c",
        label="Track",
        type=ValueType.text,
        length=40,
        milestone=True,
    ),
    Property(
        meaning=Meaning.agreement,
        name="Acuerdo_Agreement__c",
        label="Agreement version",
        type=ValueType.text,
        length=40,
    ),
    Property(
        meaning=Meaning.judged_at,
        name="Acuerdo_Judged_At__c",
        label="Judged at",
        type=ValueType.instant,
    ),
    Property(
        meaning=Meaning.brief,
        name="Acuerdo_Brief__c",
        label="Brief analysis",
        type=ValueType.text,
        length=32_000,
    ),
    Property(
        meaning=Meaning.profile_link,
        name="Acuerdo_Profile_Link__c",
        label="Profile in marketing",
        type=ValueType.url,
        length=255,
    ),
    Property(
        meaning=Meaning.disposition,
        name="Acuerdo_Disposition__c",
        label="What sales says",
        type=ValueType.choice,
        options=DISPOSITIONS,
        read=True,
    ),
    Property(
        meaning=Meaning.until,
        name="Acuerdo_Until__c",
        label="Until",
        type=ValueType.date,
        read=True,
    ),
    Property(
        meaning=Meaning.pause,
        name="Acuerdo_Pause__c",
        label="Pause",
        type=ValueType.choice,
        options=PAUSES,
        read=True,
    ),
    Property(
        meaning=Meaning.note,
        name="Acuerdo_Note__c",
        label="Note of sales",
        type=ValueType.text,
        length=255,
        read=True,
    ),
)

PROPERTIES: dict[str, tuple[Property, ...]] = {
    "hubspot": HUBSPOT,
    "rdstation": RDSTATION,
    "salesforce": SALESFORCE,
}

KINDS: dict[str, tuple[str, ...]] = {
    "hubspot": ("contact",),
    "rdstation": ("contact",),
    "salesforce": ("Lead", "Contact"),
}
"""The kinds of record that carry our fields in each system."""

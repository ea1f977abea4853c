"""What facts say about the lead itself, beside its handoffs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from mapping.records import Instant
from policies.events import Event, Kind
from policies.facts import OURS
from policies.standing import Handoff, text
from policies.states import Track

MESSAGES = ("email", "phone", "whatsapp", "sms", "linkedin", "meeting")
FORM_FILL = "form_fill"  # evidence, but no word to sales


@dataclass(slots=True)
class Lead:
    """What the fold knows of a lead beside its handoffs."""

    id: str
    handoffs: list[Handoff] = field(default_factory=list)
    opted_out: dict[str, Instant] = field(default_factory=dict)  # channel, or "all"
    bounces: dict[str, Instant] = field(default_factory=dict)  # channel -> since when
    bounced: set[str] = field(default_factory=set)  # ids of touches
    won_at: Instant | None = None
    survivor: str | None = None
    merged: bool = False
    deleted: bool = False
    erased: bool = False
    absences: dict[str, list[tuple[Instant, Instant]]] = field(default_factory=dict)  # of owners
    tracks: set[str] = field(default_factory=set)  # on which marketing has it now
    stage: str | None = None  # what the platform shows now
    evidence: dict[str, Instant] = field(default_factory=dict)  # what could bring it back -> the newest


def learn(lead: Lead, facts: Iterable[Event]) -> None:
    """What facts say about the lead itself."""
    for event in facts:
        learn = _LESSONS.get(event.kind)
        if learn is not None:
            learn(lead, event)


def _learn_opt_out(lead: Lead, event: Event) -> None:
    channel = text(event, "channel") or "all"
    lead.opted_out[channel] = min(event.occurred_at, lead.opted_out.get(channel, event.occurred_at))


def _learn_bounce(lead: Lead, event: Event) -> None:
    lead.bounced.add(text(event, "touch") or event.object_id)
    if event.data.get("hard") is not False:
        channel = text(event, "channel") or "email"
        lead.bounces[channel] = min(event.occurred_at, lead.bounces.get(channel, event.occurred_at))


def _learn_win(lead: Lead, event: Event) -> None:
    lead.won_at = event.occurred_at if lead.won_at is None else min(lead.won_at, event.occurred_at)


def _learn_merge(lead: Lead, event: Event) -> None:
    lead.merged, lead.survivor = True, text(event, "survivor")


def _learn_rejection(lead: Lead, event: Event) -> None:
    """A duplicate goes on as the record that sales names (H10)."""
    lead.survivor = text(event, "survivor") or lead.survivor


def _learn_deletion(lead: Lead, event: Event) -> None:
    lead.deleted = event.kind is Kind.deleted
    if event.kind is Kind.restored and event.source == OURS:  # a person took an erasure back
        lead.erased = False


def _learn_erasure(lead: Lead, event: Event) -> None:
    lead.erased = event.kind is Kind.erased


def _learn_absence(lead: Lead, event: Event) -> None:
    start, end = event.data.get("from"), event.data.get("to")
    if isinstance(start, int) and isinstance(end, int):
        lead.absences.setdefault(text(event, "owner") or "", []).append((start, end))


def _learn_evidence(lead: Lead, event: Event) -> None:
    kind = event.kind
    name = FORM_FILL if kind is Kind.inbound and text(event, "channel") not in MESSAGES else str(kind)
    lead.evidence[name] = max(event.occurred_at, lead.evidence.get(name, event.occurred_at))


def _learn_track(lead: Lead, event: Event) -> None:
    track = text(event, "track") or Track.nurture
    if event.kind is Kind.on_track:
        lead.tracks.add(track)
    else:
        lead.tracks.discard(track)


def _learn_stage(lead: Lead, event: Event) -> None:
    lead.stage = text(event, "stage")


_LESSONS: Mapping[Kind, Callable[[Lead, Event], None]] = {
    Kind.opted_out: _learn_opt_out,
    Kind.bounced: _learn_bounce,
    Kind.deal_won: _learn_win,
    Kind.merged: _learn_merge,
    Kind.rejected: _learn_rejection,
    Kind.deleted: _learn_deletion,
    Kind.restored: _learn_deletion,
    Kind.erased: _learn_erasure,
    Kind.absence: _learn_absence,
    Kind.on_track: _learn_track,
    Kind.off_track: _learn_track,
    Kind.stage_changed: _learn_stage,
    Kind.account_changed: _learn_evidence,
    Kind.investment_increased: _learn_evidence,
    Kind.hand_raised: _learn_evidence,
    Kind.inbound: _learn_evidence,
    Kind.lead_changed: _learn_evidence,
}

"""The event catalogue: every fact the agreement is judged by (design, section 3).

A payload holds ids, codes, numbers and instants, never a name, an address or free text (promise 8).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from mapping.records import Instant

Datum: TypeAlias = str | int | float | bool | None


class Kind(StrEnum):
    """What happened; the comment names the payload's keys."""

    # marketing's side
    lead_changed = (
        "lead_changed"  # mql (whether the definition holds), priority, segment, zone, country, region
    )
    mql_met = "mql_met"  # agreement, dating, trigger, priority, segment, type, parked, zone, country, region, zone_guess
    package_complete = "package_complete"
    account_changed = "account_changed"
    investment_increased = "investment_increased"
    hand_raised = "hand_raised"
    inbound = "inbound"  # channel, form: the lead came to us by itself
    opted_out = "opted_out"  # channel: absent means every channel
    on_track = "on_track"  # track, list
    off_track = "off_track"  # track
    stage_changed = "stage_changed"  # stage
    # the way between
    delivered = "delivered"  # record, record_kind, created, agreement
    refused = "refused"  # code: a system would not take the record
    dropped = "dropped"  # by: a person says not to try what was refused again
    taken_up = "taken_up"  # by: what was dropped is to be tried again
    # sales' side
    owner_changed = "owner_changed"  # owner, owner_kind (user, queue), previous
    reassigned = "reassigned"  # owner, previous, cause (breach, absence)
    accepted = "accepted"
    rejected = "rejected"  # code, survivor, by
    returned = "returned"  # code, until, potential
    touch = "touch"  # channel, by, automated, answered, seconds, template, opt_in, held, bounced, deleted
    sql_met = "sql_met"
    deal_linked = "deal_linked"  # deal
    deal_won = "deal_won"  # deal, amount, currency, dated (True when only the day is known)
    deal_lost = "deal_lost"  # deal, code
    crm_converted = "crm_converted"  # contact, account, deal
    paused = "paused"  # reason, until
    resumed = "resumed"  # reason
    meeting_booked = "meeting_booked"  # starts_at
    bounced = "bounced"  # touch (the object id of what bounced), channel, hard
    undone = "undone"  # kind: what is taken back (rejected, returned), by
    absence = "absence"  # owner, from, to
    # the record itself
    merged = "merged"  # survivor
    deleted = "deleted"
    restored = "restored"
    erased = "erased"
    drift = "drift"  # field, found, expected: an edit the table does not list
    # both sides
    disputed = "disputed"
    dispute_decided = "dispute_decided"  # decision (upheld, final), by
    approved = "approved"  # role (marketing, sales), by
    acknowledged = "acknowledged"  # clock, level, by
    notice_sent = "notice_sent"  # clock, level, instance
    recomputed = "recomputed"  # clock, instance, old_due_at, new_due_at, since, month (a closed one), by
    agreement_published = "agreement_published"  # version
    calendar_published = "calendar_published"  # version


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact about one lead.

    `occurred_at` is when it happened in the world, `recorded_at` when we learned of it. (`source`, `kind`,
    `object_id`, `version`) names the fact: a second arrival of the same key is the same fact. `version`
    orders states of one object and is the vendor's own mark (zero-padded where it is a number). `cycle`
    names the handoff where the fact is ours; otherwise the fold finds it by time.
    """

    kind: Kind
    lead: str
    occurred_at: Instant
    recorded_at: Instant
    source: str
    object_id: str
    version: str = ""
    cycle: int | None = None
    data: Mapping[str, Datum] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes two arrivals the same fact."""
        return (self.source, self.kind, self.object_id, self.version)


OBJECT_KINDS = frozenset({Kind.touch, Kind.deal_linked, Kind.deal_won, Kind.deal_lost, Kind.meeting_booked})
"""Kinds whose object is the fact: the fold takes the newest version of the object."""

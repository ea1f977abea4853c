"""Which touches count as attempts, and why the others do not (policy 4.2, cases F01 to F16).

A touch counts unless a reason here speaks against it; the first reason in order is told. Violations are kept
beside: a touch can break the agreement without saying anything about whether it counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from mapping.records import Instant
from policies.business_time import Hours
from policies.clocks import day_bounds, local_date
from policies.events import Event
from policies.frozen import frozen
from policies.quiet_hours import QuietHours
from policies.terms import AttemptTerms
from policies.zones import date_at

NO_CHANNEL = "other"
"""A note or a to-do ticked off: nothing by which a lead was reached (C06)."""
BROKEN = frozenset(
    {"opted_out", "channel_blocked", "whatsapp_window", "quiet_hours", "over_cap", "first_channel"}
)
"""Reasons that are violations; a first channel that does not bind is broken by a touch that counts."""


@frozen
class Attempt:
    """One touch as it was weighed: `reason` says why it did not count, `contact` that the lead was reached."""

    at: Instant
    id: str
    channel: str
    by: str | None
    counted: bool
    reason: str | None = None
    violations: tuple[str, ...] = ()
    contact: bool = False
    automated: bool = False
    by_non_owner: bool = False
    date: int = 0  # ordinal of the lead-local date


@dataclass(slots=True)
class Tally:
    """What has counted so far in one handoff, with what is known of the lead."""

    terms: AttemptTerms
    place: ZoneInfo
    quiet: QuietHours | None = None
    blocked: Mapping[str, Instant] = field(default_factory=dict)  # channel -> since when it bounces
    opted_out: Mapping[str, Instant] = field(
        default_factory=dict
    )  # channel -> since when the lead forbids it
    bounced: frozenset[str] = frozenset()  # ids of touches that came back
    counted: int = 0
    channels: set[str] = field(default_factory=set)
    per_date: dict[int, int] = field(default_factory=dict)
    newest: dict[str, Instant] = field(default_factory=dict)  # channel -> the newest counted touch
    by_rep: dict[tuple[str | None, str], Instant] = field(default_factory=dict)
    inbound: dict[str, Instant] = field(default_factory=dict)  # channel -> the lead's newest message

    def weigh(self, event: Event, owner: str | None, barred: str | None = None) -> Attempt:
        """Weigh a touch; `barred` tells why none can count now (the handoff is not delivered, or closed)."""
        data, at = event.data, event.occurred_at
        channel = str(data.get("channel") or NO_CHANNEL)
        by = data.get("by")
        rep = None if by is None else str(by)
        date = date_at(self.place, at)
        automated = data.get("automated") is True
        reason = "automated" if automated else barred or self._against(event, channel, rep, date)
        violations = (reason,) if reason in BROKEN else ()
        if reason == "first_channel" and not self.terms.first_channel_binding:
            reason = None
        if not automated and reason != "duplicate":
            self.by_rep[rep, channel] = at
        if reason is None:
            self.counted += 1
            self.channels.add(channel)
            self.per_date[date] = self.per_date.get(date, 0) + 1
            self.newest[channel] = at
        contact = not automated and reason != "bounced" and self._is_contact(data, channel)
        stranger = owner is not None and rep is not None and rep != owner
        return Attempt(
            at, event.object_id, channel, rep, reason is None, reason, violations,
            contact, automated, stranger, date,
        )  # fmt: skip

    def _against(self, event: Event, channel: str, rep: str | None, date: int) -> str | None:
        """What speaks against a touch; None when nothing does."""
        at = event.occurred_at
        if channel == NO_CHANNEL:
            return "no_channel"
        if event.object_id in self.bounced or event.data.get("bounced") is True:
            return "bounced"
        if (reason := self._forbidden(event, channel)) is not None or not self.terms.enabled:
            return reason
        last = self.by_rep.get((rep, channel))
        if last is not None and at - last < self.terms.dedupe:
            return "duplicate"
        return self._too_much(channel, date, at)

    def _forbidden(self, event: Event, channel: str) -> str | None:
        at = event.occurred_at
        if self.opted_out and _since(self.opted_out, channel, at):
            return "opted_out"
        if self.blocked and _since(self.blocked, channel, at):
            return "channel_blocked"
        if channel == "whatsapp" and not self._may_write(event):
            return "whatsapp_window"
        if self.quiet is not None and not self.quiet.allows(channel, at):
            return "quiet_hours"
        return None

    def _may_write(self, event: Event) -> bool:
        """WhatsApp: free text only within the window after the lead's own message; else an agreed template."""
        if event.data.get("template") is True:
            return event.data.get("opt_in") is not False
        last = self.inbound.get("whatsapp")
        return last is not None and event.occurred_at - last <= self.terms.whatsapp_window

    def _too_much(self, channel: str, date: int, at: Instant) -> str | None:
        terms = self.terms
        if terms.max_per_day is not None and self.per_date.get(date, 0) >= terms.max_per_day:
            return "over_cap"
        last = self.newest.get(channel)
        if last is not None and at - last < terms.min_gap:
            return "min_gap"
        first = terms.first_channel
        if self.counted == 0 and first is not None and channel != first and first in self.allowed(at):
            return "first_channel"
        return None

    def _is_contact(self, data: Mapping[str, object], channel: str) -> bool:
        """A conversation: an answered call that lasted, or a meeting that was held (T12)."""
        if channel == "meeting":
            return data.get("held") is not False
        if channel != "phone":
            return False
        answered, seconds = data.get("answered"), data.get("seconds")
        if not isinstance(seconds, (int, float)):
            return answered is True
        return answered is not False and seconds >= self.terms.conversation

    def allowed(self, at: Instant) -> tuple[str, ...]:
        """The agreed channels that the lead neither forbids nor bounces at `at`."""
        if not self.opted_out and not self.blocked:
            return self.terms.channels
        return tuple(
            each
            for each in self.terms.channels
            if not _since(self.opted_out, each, at) and not _since(self.blocked, each, at)
        )

    def exhausted(self, at: Instant) -> bool:
        """Whether sales has tried enough to desist: attempts, channels and dates (T17)."""
        terms = self.terms
        return (
            terms.enabled
            and self.counted >= terms.minimum
            and len(self.per_date) >= terms.min_dates
            and len(self.channels) >= min(terms.min_channels, len(self.allowed(at)))
        )

    def missing(self) -> int:
        """How many attempts the agreement still asked for."""
        return max(0, self.terms.minimum - self.counted) if self.terms.enabled else 0


def _since(marks: Mapping[str, Instant], channel: str, at: Instant) -> bool:
    return marks.get(channel, at + 1) <= at


def days_below_floor(
    attempts: Sequence[Attempt], place: str, hours: Hours, floor: int, until: Instant
) -> tuple[int, ...]:
    """The lead-local working dates, from the first counted attempt on, with fewer than `floor` of them.

    Only dates on which no open time is left at `until` are judged; answered as date ordinals.
    """
    found: dict[int, int] = {}
    for each in attempts:
        if each.counted:
            found[each.date] = found.get(each.date, 0) + 1
    missed = []
    for date in range(min(found, default=0), local_date(place, until) + 1) if found else ():
        start, end = day_bounds(place, date)
        if (
            hours.between(start, end)
            and not hours.between(min(until, end), end)
            and found.get(date, 0) < floor
        ):
            missed.append(date)
    return tuple(missed)


def account_excess(attempts: Iterable[Attempt], cap: int | None) -> tuple[Attempt, ...]:
    """Counted attempts across the contacts of one account beyond its daily cap (case H14), in order of time."""
    if cap is None:
        return ()
    seen: dict[int, int] = {}
    over = []
    for each in sorted((one for one in attempts if one.counted), key=lambda one: (one.at, one.id)):
        seen[each.date] = seen.get(each.date, 0) + 1
        if seen[each.date] > cap:
            over.append(each)
    return tuple(over)

"""Evidence: what a lead as it reads now tells, as facts: its MQL moment, its forms, its segment, an opt-out."""

from collections.abc import Mapping
from dataclasses import dataclass

from mapping.reading import Reading
from mapping.records import Instant, Lead
from policies.events import Datum, Event, Kind
from policies.qualification import Dating, Qualification, Trigger, TriggerKind
from policies.recycling import Parked, Pass
from policies.verdict import LeadVerdict
from policies.whereabouts import locate
from sync.ledger.leads import LeadRow
from sync.ledger.records import Kept
from sync.run import Run

BACK = {  # what the agreement calls the evidence that brings a lead back
    TriggerKind.hand_raise: "hand_raise",
    TriggerKind.account_changed: "company_changed",
    TriggerKind.investment_increased: "investment_increased",
}
FACTS = {
    TriggerKind.hand_raise: Kind.hand_raised,
    TriggerKind.account_changed: Kind.account_changed,
    TriggerKind.investment_increased: Kind.investment_increased,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A lead as it reads now, with what the definitions say of it."""

    row: LeadRow
    kept: Kept
    reading: Reading
    qualification: Qualification
    segment: str | None = None
    segment_until: Instant | None = None

    @property
    def moved(self) -> bool:
        """Whether it is in another segment than the last time."""
        return "segment" in self.row.evaluation and self.row.evaluation["segment"] != self.segment

    @property
    def lead(self) -> Lead:
        """The lead itself."""
        return self.reading.lead

    @property
    def moment(self) -> Instant | None:
        """The MQL moment, as it was first told where only the record's change time tells it.

        A write of ours moves that time too: without a change of what the definitions use it is no evidence.
        """
        found, kept = self.qualification, self.row.evaluation.get("moment")
        if kept is None or found.changed or found.dating in (Dating.platform, Dating.partly):
            return found.met_at
        return int(kept)


def met_fact(run: Run, found: Found, ruling: Pass | Parked, verdict: LeadVerdict | None) -> Event:
    """The MQL moment: the evidence's own time, for a lead that comes back not before it may."""
    qualification, newest = found.qualification, verdict.newest if verdict else None
    at = found.moment or run.now
    if newest is not None:
        at = max(at, qualification.evidence_at or 0, min(newest.eligible_at or 0, run.now))
        at = at if at > newest.since else run.now
    data: dict[str, Datum] = {
        "agreement": run.agreement.number,
        "dating": qualification.dating.value if qualification.dating else None,
        "trigger": next(iter(ruling.triggers), None) if isinstance(ruling, Pass) else None,
        "priority": ruling.priority if isinstance(ruling, Pass) else "standard",
        "segment": found.segment,
        "type": ruling.type,
        "parked": isinstance(ruling, Parked),
        **_whereabouts(found.lead, run.company.timezone),
    }
    return run.fact(Kind.mql_met, found.row.id, ruling.cycle, at=at, data=data)


def _whereabouts(lead: Lead, team: str) -> dict[str, Datum]:
    told = {name: str(lead.values[name]) for name in ("country", "region", "city") if lead.values.get(name)}
    phone = lead.values.get("phone") or lead.values.get("mobile")
    explicit = lead.values.get("timezone")
    where = locate(
        team_zone=team,
        explicit=str(explicit) if explicit else None,
        phone=str(phone) if phone else None,
        **told,
    )
    return {
        "zone": where.zone,
        "country": where.country,
        "region": where.region,
        "zone_guess": where.guessed,
    }


def news(run: Run, found: Found, verdict: LeadVerdict) -> list[Event]:
    """What a lead that was passed before has done since: forms, a new account, more investment, an opt-out."""
    events = [_trigger(run, found, each) for each in found.qualification.triggers]
    before = found.row.evaluation.get("inputs", {})
    filled = found.lead.values.get("last_form.at")
    if isinstance(filled, int) and filled != before.get("last_form.at"):
        kind = found.lead.values.get("last_form.kind")
        data: dict[str, Datum] = {"channel": "form", "form": str(kind) if kind else None}
        events.append(_fact(run, found, Kind.inbound, at=filled, version=f"form-{filled}", data=data))
    known = {Kind.opted_out: verdict.suppressions, Kind.bounced: verdict.blocked}  # what we carried there too
    told = ((each, known[each.kind].get("email")) for each in closed_to_mail(run, found))
    events += [each for each, since in told if since is None or each.occurred_at < since]
    outcome = found.qualification.outcome
    if outcome is not found.row.mql:
        at = found.lead.changed_at
        data = {"mql": outcome is True}
        events.append(_fact(run, found, Kind.lead_changed, at=at, version=f"mql-{at}", data=data))
    if found.moved:
        at = found.lead.changed_at
        data = {"segment": found.segment}
        events.append(_fact(run, found, Kind.lead_changed, at=at, version=f"segment-{at}", data=data))
    return events


def closed_to_mail(run: Run, found: Found, since: Instant = 0) -> list[Event]:
    """That the lead wants no e-mail, or that none reaches it, not before `since`.

    Of a lead that is passed for the first time `since` is its MQL moment.
    """
    values, lead = found.lead.values, found.lead
    said = {
        Kind.opted_out: ("opted_out", values.get("opted_out") is True),
        Kind.bounced: ("email_bounced", values.get("email_bounced") is not None),
    }
    return [
        _fact(
            run,
            found,
            kind,
            at=max(since, lead.dated.get(name, lead.changed_at)),
            version="email",
            data={"channel": "email"},
        )
        for kind, (name, holds) in said.items()
        if holds
    ]


def _trigger(run: Run, found: Found, trigger: Trigger) -> Event:
    kind = FACTS[trigger.kind]
    version = f"{trigger.kind.value}-{trigger.at}"
    return _fact(run, found, kind, at=trigger.at, version=version, data={"field": trigger.evidence})


def _fact(
    run: Run, found: Found, kind: Kind, *, at: Instant, version: str, data: Mapping[str, Datum]
) -> Event:
    return Event(
        kind=kind,
        lead=found.row.id,
        occurred_at=min(at, run.now),
        recorded_at=run.now,
        source=run.platform.system,
        object_id=found.kept.record.id,
        version=version,
        data=data,
    )

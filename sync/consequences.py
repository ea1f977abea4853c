"""What follows from a verdict: how it is projected, what each system should show, what is owed, who is told.

Pure: nothing here is read or kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from connectors.registration import registration_of
from mapping.identity import fingerprint
from mapping.records import moment_of
from mapping.setting import Setting
from mapping.status import Meaning
from policies.events import Datum, Event, Kind
from policies.notices import due_now
from policies.states import Place, Side
from policies.transitions import Transition
from policies.verdict import HandoffVerdict, LeadVerdict
from sync.ledger import intents
from sync.ledger.handoffs import Projection
from sync.ledger.intents import Intent
from sync.ledger.notices import Claim
from sync.ledger.statuses import Wanted
from sync.projection import projection_of
from sync.run import Run
from sync.wording import word_next, word_task

PUSHED = frozenset({Meaning.lead_id, Meaning.brief, Meaning.profile_link})
"""Fields of ours that travel with the push, not with the status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """All that one lead's verdict brings about."""

    verdict: LeadVerdict
    projection: Projection
    wanted: Sequence[Wanted]
    owed: Sequence[Intent]
    due: Sequence[Claim]

    @property
    def gone(self) -> bool:
        """Whether the person is deleted or erased: nothing that tells of them is kept."""
        return self.verdict.place in (Place.deleted, Place.erased)

    @property
    def over(self) -> bool:
        """Whether nothing is to be passed any more: what was owed for it is not sent (F15)."""
        v = self.verdict
        return v.place is Place.erased or v.suppressed or v.newest is None or not v.newest.open


def consequences_of(
    run: Run, verdict: LeadVerdict, events: Sequence[Event], *, crm_link: str | None, missing: Sequence[str]
) -> Consequences:
    """What follows as of the run's `as_of`; `missing` is what the newest package lacks."""
    return Consequences(
        verdict=verdict,
        projection=projection_of(verdict, events),
        wanted=_wanted(run, verdict, crm_link, missing),
        owed=_owed(run, verdict),
        due=[
            Claim(verdict.lead, handoff.cycle, notice)
            for handoff in verdict.handoffs
            for notice in due_now(handoff.notices, run.as_of)
        ],
    )


def told_fact(run: Run, claim: Claim) -> Event:
    """That people are told of something now."""
    notice = claim.notice
    data: dict[str, Datum] = {"clock": notice.clock, "instance": notice.instance, "level": notice.level}
    version = f"{notice.clock}-{notice.instance}-{notice.level}"
    return run.fact(Kind.notice_sent, claim.lead, claim.cycle, at=run.as_of, version=version, data=data)


def status_row(
    handoff: HandoffVerdict, verdict: LeadVerdict, setting: Setting, missing: Sequence[str]
) -> dict[Meaning, Any]:
    """What the verdict tells in the words of design section 11, but for when it was judged."""
    assert verdict.status is not None
    return {
        Meaning.sla_status: verdict.status.value,
        Meaning.due_at: handoff.owed.due_at,
        Meaning.owed_by: handoff.owed.side.value,
        Meaning.next_action: word_next(handoff, setting, missing),
        Meaning.first_contact_at: handoff.first_contact_at,
        Meaning.attempts: handoff.counted,
        Meaning.breaches: handoff.breaches.get(Side.sales, 0),
        Meaning.cycle: handoff.cycle,
        Meaning.outcome: handoff.outcome.value if handoff.outcome else None,
        Meaning.reason: handoff.reason,
        Meaning.track: handoff.track.value if handoff.track else None,
        Meaning.agreement: handoff.agreement,
    }


def setting_of(run: Run) -> Setting:
    """The language and zone that the company's people read in."""
    return Setting(language=run.company.language, zone=ZoneInfo(run.company.timezone))


def _wanted(run: Run, verdict: LeadVerdict, crm_link: str | None, missing: Sequence[str]) -> list[Wanted]:
    if verdict.status is None or verdict.newest is None or verdict.place is Place.erased:
        return []
    told = status_row(verdict.newest, verdict, setting_of(run), missing) | {Meaning.crm_link: crm_link}
    rows = []
    for system in (run.crm.system, run.platform.system):
        row = {
            each.name: told[each.meaning]
            for each in registration_of(system).properties
            if not each.read and each.meaning in told and each.meaning not in PUSHED
        }
        rows.append(Wanted(verdict.lead, system, row, fingerprint(row)))
    return rows


def _owed(run: Run, verdict: LeadVerdict) -> list[Intent]:
    """The transitions with effects outside, and the seller's task; of an erased person there are none."""
    if verdict.place is Place.erased:
        return []
    found = [
        intent
        for handoff in verdict.handoffs
        for each in handoff.transitions
        if not (verdict.suppressed and each.kind is Kind.on_track)
        if (intent := _intent(run, verdict.lead, each)) is not None
    ]
    newest = verdict.newest
    if newest and newest.open and newest.delivered_at is not None and run.company.follow_up_task:
        found.append(_task(run, newest))
    return found


def _intent(run: Run, lead: str, transition: Transition) -> Intent | None:
    operation, payload = "", dict[str, Any]()
    match transition.kind:
        case Kind.returned:
            operation, payload = intents.RETURN, dict(transition.data)
        case Kind.owner_changed | Kind.reassigned:
            operation, payload = intents.ASSIGN, dict(transition.data)
        case Kind.on_track | Kind.off_track:
            list_ = run.company.tracks.get(str(transition.data["track"]))
            enter = transition.kind is Kind.on_track
            operation, payload = intents.TRACK, {"enter": enter, "list": list_, **transition.data}
        case Kind.stage_changed if transition.data["stage"] in run.company.stages:
            operation, payload = intents.STAGE, dict(transition.data)
        case _:
            return None
    return Intent(
        operation=operation,
        lead=lead,
        cycle=transition.cycle,
        n=transition.n,
        payload={**payload, "at": transition.at},
    )


def _task(run: Run, handoff: HandoffVerdict) -> Intent:
    due = handoff.owed.due_at or run.as_of
    payload = {
        "subject": word_task(setting_of(run)),
        "due_on": moment_of(due).astimezone(ZoneInfo(run.company.timezone)).date().isoformat(),
        "owner": handoff.owner,
    }
    return Intent(operation=intents.TASK, lead=handoff.lead, cycle=handoff.cycle, n=0, payload=payload)

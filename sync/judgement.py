"""Judging leads and keeping what follows: projections, the status each system should show, what is owed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
from policies.verdict import HandoffVerdict, LeadVerdict, judge
from sync.ledger import (
    compared,
    facts,
    handoffs,
    intents,
    leads,
    links,
    matches,
    notices,
    packages,
    pushes,
    records,
    statuses,
)
from sync.ledger.intents import Intent
from sync.ledger.leads import LeadRow
from sync.ledger.store import Tx
from sync.projection import projection_of
from sync.run import Run
from sync.wording import word_next, word_task

PUSHED = frozenset({Meaning.lead_id, Meaning.brief, Meaning.profile_link})
"""Fields of ours that travel with the push, not with the status."""


def settle(tx: Tx, run: Run, rows: Sequence[LeadRow], *, tell: bool = True) -> dict[str, LeadVerdict]:
    """Judges these leads as of the run's `as_of` and stores everything that follows.

    `tell` is False while this very run may still complete what is overdue: nobody is told of it yet.
    """
    ids = [row.id for row in rows]
    events = facts.events_of(tx, ids)
    targets = links.targets_of(tx, run.crm.system, ids)
    missing = packages.missing_of(tx, ids)
    verdicts = {lead: judge(lead, events[lead], run.terms, run.as_of) for lead in ids}
    handoffs.project(tx, [projection_of(verdicts[lead], events[lead]) for lead in ids])
    wanted, owed = [], list[Intent]()
    for lead, verdict in verdicts.items():
        target = targets.get(lead)
        link = run.crm_link(target.kind, target.id) if target else None
        wanted += _wanted(run, verdict, link, missing.get(lead, ()))
        owed += _owed(run, verdict)
    statuses.want(tx, wanted)
    owed = _as_chosen(tx, owed)
    intents.drop_others(tx, ids, owed, (intents.RETURN, intents.TRACK, intents.STAGE, intents.ASSIGN))
    intents.drop_others(
        tx, [each for each in ids if _is_over(verdicts[each])], [], (intents.PUSH, intents.TASK)
    )
    intents.owe(tx, owed)
    intents.retry_changed(tx, owed)
    intents.renew(tx, [each for each in owed if each.operation in (intents.TRACK, intents.STAGE)])
    if tell:
        facts.add_events(tx, [each for verdict in verdicts.values() for each in _tell(tx, run, verdict)])
    gone = [lead for lead, verdict in verdicts.items() if verdict.place in (Place.deleted, Place.erased)]
    _forget(tx, gone)
    leads.note_judged(
        tx,
        [
            {
                "id": lead,
                "place": verdict.place.value if verdict.handoffs else None,
                "status": verdict.status.value if verdict.status else None,
                "next_due_at": verdict.next_due_at,
            }
            for lead, verdict in verdicts.items()
        ],
    )
    return verdicts


def _forget(tx: Tx, gone: Sequence[str]) -> None:
    """Empties all that is kept of people who are deleted or erased, but for ids and marks."""
    records.forget_values(tx, gone)
    packages.forget_snapshots(tx, gone)
    compared.forget_wanted(tx, gone)
    matches.forget(tx, gone)
    pushes.forget_payloads(tx, gone)


def _tell(tx: Tx, run: Run, verdict: LeadVerdict) -> list[Event]:
    """The notices that are due and that nobody has told yet, noted as told."""
    events = []
    for handoff in verdict.handoffs:
        for each in notices.claim(tx, verdict.lead, handoff.cycle, due_now(handoff.notices, run.as_of)):
            data: dict[str, Datum] = {
                "clock": each.clock,
                "instance": each.instance,
                "level": each.level,
            }
            version = f"{each.clock}-{each.instance}-{each.level}"
            events.append(
                run.fact(
                    Kind.notice_sent, verdict.lead, handoff.cycle, at=run.as_of, version=version, data=data
                )
            )
    return events


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


def _is_over(verdict: LeadVerdict) -> bool:
    """Whether nothing is to be passed any more: what was owed for it is not sent (F15)."""
    return (
        verdict.place is Place.erased
        or verdict.suppressed
        or verdict.newest is None
        or not verdict.newest.open
    )


def _wanted(
    run: Run, verdict: LeadVerdict, crm_link: str | None, missing: Sequence[str]
) -> list[tuple[str, str, Mapping[str, Any], str]]:
    if verdict.status is None or verdict.newest is None or verdict.place is Place.erased:
        return []
    told = status_row(verdict.newest, verdict, setting_of(run), missing) | {Meaning.crm_link: crm_link}
    rows: list[tuple[str, str, Mapping[str, Any], str]] = []
    for system in (run.crm.system, run.platform.system):
        row = {
            each.name: told[each.meaning]
            for each in registration_of(system).properties
            if not each.read and each.meaning in told and each.meaning not in PUSHED
        }
        rows.append((verdict.lead, system, row, fingerprint(row)))
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


def _as_chosen(tx: Tx, owed: Sequence[Intent]) -> list[Intent]:
    """What is owed; an owner who was chosen already stays, so that one who may have got the lead keeps it."""
    known = intents.owed_of(
        tx, {each.lead for each in owed if each.operation == intents.ASSIGN}, intents.ASSIGN
    )
    return [
        replace(each, payload={**one.payload, **each.payload})
        if (one := known.get(each.lead))
        and (one.operation, one.cycle, one.n) == (each.operation, each.cycle, each.n)
        else each
        for each in owed
    ]


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

"""Why a lead's verdict is what it is: its facts, the rules that they met, and what follows, line by line."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from mapping.catalogue import sensitive_of
from mapping.explanation import hide_values, word_trace
from mapping.language import name_of, say
from mapping.records import Instant, format_instant
from mapping.setting import Setting
from policies.attempts import Attempt
from policies.business_time import BusinessTimeError
from policies.clock_verdict import ClockVerdict
from policies.states import Place
from policies.verdict import HandoffVerdict, LeadVerdict, Terms, judge
from sync.ledger import facts, leads, links, packages, refusals
from sync.ledger.leads import LeadRow
from sync.ledger.refusals import Refusal
from sync.ledger.store import Ledger, Tx
from sync.publication import published_terms
from sync.settings import Company
from sync.wording import word_next

TRYING = ("first_attempt", "next_attempt", "reply", "accept_or_reject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The verdict of one lead: as lines for a person in the company's language, and as plain data."""

    lines: tuple[str, ...]
    document: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    row: LeadRow
    verdict: LeadVerdict
    refusals: list[Refusal]
    missing: tuple[str, ...]
    shortened: list[dict[str, Any]]
    trace: list[dict[str, Any]]
    contact_from: Mapping[str, Instant]  # channels that rest now, and from when they may be used


def explain_lead(ledger: Ledger, company: Company, name: str, now: Instant) -> Explanation | None:
    """Judges a lead anew from its facts; `name` is our id or either system's; None when it is nobody's."""
    terms = published_terms(ledger, company)
    with ledger.read(company.slug, now) as tx:
        row = find_lead(tx, company, name)
        if row is None:
            return None
        events = facts.events_of(tx, [row.id])[row.id]
        refused = refusals.listed(tx, [row.id])
        missing = packages.missing_of(tx, [row.id]).get(row.id, ())
        shortened = packages.shortened_of(tx, row.id)
    if terms is None:
        return None
    verdict = judge(row.id, events, terms, now)
    known = _Known(
        row=row,
        verdict=verdict,
        contact_from=_contact_from(verdict.newest, terms, now),
        refusals=refused,
        missing=missing,
        shortened=shortened,
        trace=hide_values(row.evaluation.get("trace", []), sensitive_of(company.fields.catalogue.values())),
    )
    setting = Setting(language=company.language, zone=ZoneInfo(company.timezone))
    return Explanation(lines=tuple(_lines(known, setting)), document=_document(known, len(events)))


def _contact_from(handoff: HandoffVerdict | None, terms: Terms, now: Instant) -> dict[str, Instant]:
    """From when sales may next use each agreed channel that rests now: in the lead's hours and in ours (F11)."""
    if handoff is None or handoff.quiet is None or handoff.owed.code not in TRYING:
        return {}
    found: dict[str, Instant] = {}
    for channel in terms.pinned(handoff.agreement, now).attempts.channels:
        with suppress(BusinessTimeError):  # hours that never meet tell nothing
            at = handoff.quiet.next_allowed(channel, now, terms.hours)
            found |= {channel: at} if at > now else {}
    return found


def find_lead(tx: Tx, company: Company, name: str) -> LeadRow | None:
    """The line of a lead by our id or by either system's id of a record; None when it is nobody's."""
    found = leads.leads_by_id(tx, [name])
    if name in found:
        return found[name]
    for system in (company.platform, company.crm_system):
        lead = links.leads_by_record(tx, system, [name]).get(name)
        if lead is not None:
            return leads.leads_by_id(tx, [lead]).get(lead)
    return None


def _lines(known: _Known, setting: Setting) -> Iterator[str]:
    language, verdict = setting.language, known.verdict
    yield f"{known.row.id}: {_heading(known, language)}"
    yield from (f"  {line}" for line in word_trace(known.trace, setting))
    for handoff in verdict.handoffs:
        yield ""
        yield from _handoff(handoff, known, setting)
    for note in known.shortened:
        yield f"  * {say('problem.shortened', language, **note)}"
    for refusal in known.refusals:
        yield f"  ! {refusal.system} {refusal.operation}: {refusal.message}"


def _heading(known: _Known, language: str) -> str:
    verdict = known.verdict
    if verdict.place is Place.erased:
        return name_of("place", verdict.place, language)
    return name_of("status", verdict.status, language) if verdict.status else _held(known.row, language)


def _held(row: LeadRow, language: str) -> str:
    passing = row.passing or ""
    if passing.startswith("held:"):
        return name_of("held", passing.removeprefix("held:"), language)
    return name_of("place", "history", language) if passing == "history" else say("explain.not_mql", language)


def _handoff(handoff: HandoffVerdict, known: _Known, setting: Setting) -> Iterator[str]:
    language = setting.language
    state = name_of("state", handoff.state, language)
    yield say("explain.handoff", language, cycle=handoff.cycle, state=state, version=handoff.agreement)
    for reason in handoff.reasons:
        text = name_of("reason", reason.code, language)
        code = reason.data.get("code")
        more = f" ({name_of('disposition', str(code), language)})" if code else ""
        rule = f"  [{reason.rule}]" if reason.rule else ""
        yield f"  {setting.moment(reason.at)}  {text}{more}{rule}"
    yield from (_clock(each, setting) for each in handoff.clocks)
    yield from (_attempt(each, setting) for each in handoff.attempts)
    for flag in handoff.flags:
        yield f"  * {name_of('flag', flag, language)}"
    for drift in handoff.drift:
        yield f"  ? {setting.moment(drift.at)}  {drift.cue}: {name_of('drift', drift.code, language)}"
    if handoff is known.verdict.newest and known.verdict.place is not Place.erased:
        owed = name_of("owed", handoff.owed.side, language)
        yield f"  > {owed}: {word_next(handoff, setting, known.missing)}"
        for channel, at in known.contact_from.items():
            name = name_of("channel", channel, language)
            yield f"  > {say('explain.contact_from', language, channel=name, at=setting.moment(at))}"


def _clock(clock: ClockVerdict, setting: Setting) -> str:
    language = setting.language
    due = setting.moment(clock.due_at) if clock.due_at is not None else "-"
    return "  - " + say(
        "explain.clock",
        language,
        clock=name_of("clock", clock.name, language),
        state=name_of("clock_state", clock.state, language),
        side=name_of("owed", clock.side, language),
        start=setting.moment(clock.start_at),
        due=due,
        minutes=str(clock.elapsed_s // 60),
    )


def _attempt(attempt: Attempt, setting: Setting) -> str:
    language = setting.language
    channel = name_of("channel", attempt.channel, language)
    told = say("explain.counted" if attempt.counted else "explain.not_counted", language)
    why = f" ({name_of('not_counted', attempt.reason, language)})" if attempt.reason else ""
    return f"  . {setting.moment(attempt.at)}  {channel}: {told}{why}"


def _document(known: _Known, events: int) -> dict[str, Any]:
    verdict = known.verdict
    return {
        "lead": known.row.id,
        "place": verdict.place.value if verdict.handoffs else None,
        "status": verdict.status.value if verdict.status else None,
        "passing": known.row.passing,
        "trace": known.trace,
        "events": events,
        "contact_from": {channel: format_instant(at) for channel, at in known.contact_from.items()},
        "handoffs": [_plain(each) for each in verdict.handoffs],
        "refused": [
            {"system": each.system, "operation": each.operation, "code": each.code} for each in known.refusals
        ],
    }


def _plain(handoff: HandoffVerdict) -> dict[str, Any]:
    return {
        "cycle": handoff.cycle,
        "agreement": handoff.agreement,
        "state": handoff.state.value,
        "since": format_instant(handoff.since),
        "credit": handoff.credit.value,
        "owed": {
            "side": handoff.owed.side.value,
            "what": handoff.owed.code,
            "due_at": None if handoff.owed.due_at is None else format_instant(handoff.owed.due_at),
        },
        "reasons": [
            {"at": format_instant(each.at), "code": each.code, "rule": each.rule, "data": dict(each.data)}
            for each in handoff.reasons
        ],
        "clocks": [
            {
                "name": each.name,
                "instance": each.instance,
                "side": each.side.value,
                "state": each.state.value,
                "start_at": format_instant(each.start_at),
                "due_at": None if each.due_at is None else format_instant(each.due_at),
                "elapsed_s": each.elapsed_s,
                "wall_elapsed_s": each.wall_elapsed_s,
                "paused_s": each.paused_s,
            }
            for each in handoff.clocks
        ],
        "attempts": [
            {
                "at": format_instant(each.at),
                "channel": each.channel,
                "counted": each.counted,
                "reason": each.reason,
                "violations": list(each.violations),
            }
            for each in handoff.attempts
        ],
        "flags": dict(handoff.flags),
        "drift": [
            {"at": format_instant(each.at), "cue": each.cue, "code": each.code} for each in handoff.drift
        ],
    }

"""Questions about one lead: its verdict, whether it passes, when and by whom it may be contacted."""

from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from mapping.problems import ConfigurationError
from mapping.records import Lead
from mapping.spans import Span, Times, Unit
from policies.attempts import account_excess
from policies.business_time import BusinessDays, BusinessTimeError
from policies.clocks import due_after_recompute
from policies.qualification import TriggerTerms, inputs_of, qualify
from policies.quiet_hours import QuietHours, preset_for
from policies.recycling import Held, MqlMet, Parked, may_pass
from policies.routing import Pool, route, route_handoff
from policies.verdict import HandoffVerdict, LeadVerdict, judge
from tests.cases.runner.answering import lead_answer
from tests.cases.runner.asking_time import Answer, Given, span_of
from tests.cases.runner.calendars import fault_code
from tests.cases.runner.matching import Names
from tests.cases.runner.setting import Setting
from tests.cases.runner.times import At, CaseFault, as_at, read_at


def verdict_of(setting: Setting, now: int, lead: str | None = None) -> LeadVerdict:
    """The verdict from what is recorded by `now`; raises CaseFault where an order of arrival changes it."""
    lead = lead or setting.lead
    events = [event for event in setting.known(now) if event.lead == lead]
    found = judge(lead, events, setting.terms, now)
    for name, other in (("backwards", events[::-1]), ("twice", [*events, *events])):
        if judge(lead, other, setting.terms, now) != found:
            raise AssertionError(f"the events told {name} give another verdict")
    return found


def handoff_of(verdict: LeadVerdict, cycle: object) -> HandoffVerdict | None:
    """The handoff of a cycle, else the newest."""
    if cycle is None:
        return verdict.newest
    return next((each for each in verdict.handoffs if each.cycle == cycle), None)


def ask_judge(setting: Setting, given: Given) -> Answer:
    """The verdict at an instant."""
    now = setting.now(given)
    verdict = verdict_of(setting, now, given.get("lead"))
    h = handoff_of(verdict, given.get("cycle"))
    return lead_answer(verdict, h)


def ask_passes(setting: Setting, given: Given) -> Answer:
    """Whether a lead that meets the MQL definition is passed now, held, or parked."""
    now = setting.now(given)
    met = MqlMet(
        at=int(read_at(given.get("met_at", str(now)))),
        triggers=frozenset(given.get("triggers", ())),
        priority=given.get("priority", "standard"),
        segment=given.get("segment"),
        customer=given.get("customer", False),
        open_opportunity=given.get("open_opportunity", False),
    )
    lead = given.get("lead", setting.lead)
    known = any(event.lead == lead for event in setting.known(now))
    verdict = verdict_of(setting, now, lead) if known else None
    ruling = may_pass(verdict, met, setting.terms.at(now), now)
    blank = dict.fromkeys(
        ("code", "until", "cycle", "type", "priority", "triggers", "flags", "avoid", "earlier", "returns")
    )
    found: dict[str, Any] = {**blank, **asdict(ruling)}
    if isinstance(ruling, Held):
        found["until"] = as_at(ruling.until)
    answer = "held" if isinstance(ruling, Held) else "parked" if isinstance(ruling, Parked) else "passed"
    return {"ruling": answer, **found}


def ask_contact(setting: Setting, given: Given) -> Answer:
    """Whether the lead may be contacted by a channel at an instant, and when next within somebody's hours."""
    agreement = setting.terms.at(setting.now(given))
    if agreement.quiet_hours is None:
        raise CaseFault("agreement.quiet_hours: they are switched off, so nothing can be asked of them")
    where = setting.whereabouts_of(given["about"]) if "about" in given else setting.whereabouts
    quiet = QuietHours(preset_for(agreement.quiet_hours, where.country, where.region), where)
    channel, at = given.get("channel", "phone"), setting.now(given)
    found: dict[str, Any] = {
        "allowed": quiet.allows(channel, at),
        "zone": where.zone,
        "zone_source": where.source,
        "zone_guess": where.guessed,
        "country": where.country,
        "preset": quiet.preset.name,
    }
    try:
        found["next_allowed"] = At(
            quiet.next_allowed(channel, at, setting.hours_named(given.get("calendar")))
        )
        found["error"] = None
    except BusinessTimeError as fault:
        found |= {"next_allowed": None, "error": fault_code(fault)}
    return found


def ask_route(setting: Setting, given: Given) -> Answer:
    """The owner that routing chooses: for the lead's newest handoff, or with `free` for one not passed yet."""
    now = setting.now(given)
    pool = Pool(load=given.get("load", {}), absences=setting.absences_by_owner)
    account_owner = given.get("account_owner")
    if given.get("free", False):
        avoid = tuple(given.get("avoid", ()))
        found = route(setting.terms.at(now).routing, pool, now, avoid=avoid, account_owner=account_owner)
    else:
        chosen = route_handoff(
            verdict_of(setting, now, given.get("lead")), setting.terms, pool, now, account_owner=account_owner
        )
        if chosen is None:
            return {"routed": False, "owner": None, "passed_over": Names({})}
        found = chosen
    return {"routed": found.owner is not None, "owner": found.owner, "passed_over": Names(found.passed_over)}


def ask_account(setting: Setting, given: Given) -> Answer:
    """Attempts of several leads of one account against its daily cap."""
    now = setting.now(given)
    attempts = [
        each
        for lead in given["leads"]
        for h in verdict_of(setting, now, lead).handoffs
        for each in h.attempts
    ]
    over = account_excess(attempts, setting.terms.at(now).attempts.account_max_per_day)
    return {
        "counted": sum(each.counted for each in attempts) - len(over),
        "over_cap": [{"id": each.id, "at": At(each.at)} for each in over],
    }


def ask_recompute(setting: Setting, given: Given) -> Answer:
    """The due instant of a clock whose zone data changed while it ran (policy 2.4.8)."""
    agreement = setting.terms.at(setting.now(given))
    hours = setting.hours_named(given.get("calendar"))
    old = read_at(given["old_due"])
    new = hours.add(read_at(given["start"]), span_of(given["target"]))  # type: ignore[arg-type]
    due = due_after_recompute(
        old,
        new,
        restarted_at=read_at(given["restarted_at"]),
        hours=hours,
        place=agreement.zone,
        grace=agreement.terms.change_grace,
    )
    return {"due_at": At(due), "changed": due != old}


def ask_agreement(setting: Setting, given: Given) -> Answer:
    """What validation says of an agreement's table."""
    edits = dict(given.get("agreement", {}))
    try:
        agreement = setting.agreement(edits)
    except ConfigurationError as error:
        return {"valid": False, "problems": [each.key for each in error.problems], "version": None}
    return {"valid": True, "problems": [], "version": agreement.version}


def ask_qualify(setting: Setting, given: Given) -> Answer:
    """What the definitions say of a lead's values: the stage, since when, what brings it back, until when it holds."""
    now = setting.now(given)
    agreement = setting.terms.at(now)
    values = {key: _value(setting, key, each) for key, each in given.get("values", {}).items()}
    dated = {key: int(read_at(each)) for key, each in given.get("dated", {}).items()}
    changed = int(read_at(given.get("changed_at", str(now))))
    lead = Lead(
        id=setting.lead, platform="hubspot", record_id="1", values=values, changed_at=changed, dated=dated
    )
    previous = None
    if "before" in given:
        former = {key: _value(setting, key, each) for key, each in given["before"].items()}
        previous = inputs_of(former, agreement.definitions, TriggerTerms())
    found = qualify(lead, agreement.definitions, now=now, times=_times(setting), previous=previous)
    return {
        "stage": found.stage,
        "outcome": _said(found.outcome),
        "met_at": as_at(found.met_at),
        "dating": found.dating,
        "evidence_at": as_at(found.evidence_at),
        "valid_until": as_at(found.valid_until),
        "triggers": Names(
            {each.kind: {"at": At(each.at), "evidence": each.evidence} for each in found.triggers}
        ),
        "unknown": list(found.unknown),
        "changed": list(found.changed),
        "trace": [{"field": row.clause.field, "outcome": _said(row.outcome)} for row in found.trace],
    }


def _said(outcome: bool | None) -> str:
    return "unknown" if outcome is None else "true" if outcome else "false"


def _times(setting: Setting) -> Times:
    """Business spans in the hours of the case."""

    def later(start: int, span: Span) -> int:
        if span.unit is Unit.day:
            return setting.hours.add(start, BusinessDays(span.count))
        return setting.hours.add(start, span.count * _SECONDS[span.unit])

    return Times(zone=ZoneInfo(setting.terms.at(0).zone), business=later)


_SECONDS = {Unit.second: 1, Unit.minute: 60, Unit.hour: 3600}


def _value(setting: Setting, name: str, value: object) -> Any:
    if setting.catalogue.get(name) == "instant":
        return int(read_at(value))
    return tuple(value) if isinstance(value, list) else value

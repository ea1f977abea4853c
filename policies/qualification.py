"""Qualification: which stage a lead is at by the agreed definitions, why, since when, and what brings it back.

Pure: judged from the lead's values, the definitions and `now`. The previous qualification's `inputs` are all
that is remembered of a lead that is not MQL (promise 8).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from mapping.approach import HAND_RAISES
from mapping.conditions import Condition, Evaluation, Outcome, Since, Traced
from mapping.identity import fingerprint
from mapping.records import Instant, Lead, Values
from mapping.spans import UTC_TIMES, Times
from policies.states import Stage

CONDITIONED = (Stage.customer, Stage.mql, Stage.lead, Stage.prospect)
"""The stages that a lead's own fields decide, the furthest first; the others follow from the handoff."""


class Dating(StrEnum):
    """Where the MQL moment comes from."""

    platform = "platform"  # every clause that made it true is dated there
    partly = "partly"  # the newest of those that are dated there
    record = "record"  # none is: the record's change time


class TriggerKind(StrEnum):
    """What brings a lead back before its time (policy T29, T30)."""

    hand_raise = "hand_raise"
    account_changed = "company_changed"  # the word of the rules by which leads come back
    investment_increased = "investment_increased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Evidence of one kind, and when it happened (the platform's date, else the record's change time)."""

    kind: TriggerKind
    at: Instant
    evidence: str  # the field that tells it


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerTerms:
    """What counts as a trigger: kinds of forms, fields of investment, and the amount it must exceed."""

    hand_raises: frozenset[str] = HAND_RAISES
    investment: tuple[str, ...] = ("budget", "plan")
    investment_over: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """What the definitions say of a lead at an instant.

    `outcome` is that of the MQL definition, None where a missing value leaves it open; `unknown` names the
    fields that left clauses open. `met_at` is the MQL moment, with where it comes from; `evidence_at` the
    newest date of any true clause. `valid_until` is when time alone changes the outcome. `changed` names the
    definition's fields whose value is another one than the previous time.
    """

    stage: Stage | None
    outcome: Outcome
    trace: tuple[Traced, ...]
    met_at: Instant | None = None
    dating: Dating | None = None
    evidence_at: Instant | None = None
    valid_until: Instant | None = None
    triggers: tuple[Trigger, ...] = ()
    unknown: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    inputs: Values = field(default_factory=lambda: MappingProxyType({}))


def qualify(
    lead: Lead,
    definitions: Mapping[Stage, Condition],
    *,
    now: Instant,
    times: Times = UTC_TIMES,
    previous: Values | None = None,
    terms: TriggerTerms = TriggerTerms(),
) -> Qualification:
    """Judges a lead by the definitions as of `now`; `previous` are the inputs of the last qualification.

    Raises ValueError where a definition counts business time and `times` has no calendar.
    """
    found = {
        stage: definitions[stage].evaluate(lead.values, lead.dated, now=now, times=times, previous=previous)
        for stage in CONDITIONED
        if stage in definitions
    }
    mql = found.get(Stage.mql, Evaluation(None, (), None))
    since = definitions[Stage.mql].since(mql, times) if mql.outcome is True else None
    inputs = inputs_of(lead.values, definitions, terms)
    return Qualification(
        stage=next((stage for stage in CONDITIONED if stage in found and found[stage].outcome is True), None),
        outcome=mql.outcome,
        trace=mql.trace,
        met_at=None if since is None else _moment(since, lead, now),
        dating=None if since is None else _dating(since),
        evidence_at=max((row.at for row in mql.trace if row.outcome and row.at is not None), default=None),
        valid_until=min(
            (each.valid_until for each in found.values() if each.valid_until is not None), default=None
        ),
        triggers=_triggers(lead, inputs, previous, terms),
        unknown=mql.unknown,
        changed=_changed(definitions, inputs, previous),
        inputs=inputs,
    )


def _moment(since: Since, lead: Lead, now: Instant) -> Instant:
    """The dated moment, else the record's change time; a date ahead of us is brought to now."""
    return min(lead.changed_at if since.at is None else since.at, now)


def _dating(since: Since) -> Dating:
    if since.at is None:
        return Dating.record
    return Dating.platform if since.complete else Dating.partly


_REMEMBERED = ("last_form.at", "last_form.kind", "forms_count")


def inputs_of(values: Values, definitions: Mapping[Stage, Condition], terms: TriggerTerms) -> Values:
    """What a later qualification is compared with: the fields of definitions and triggers.

    The account is remembered as a hash only.
    """
    names = {name for condition in definitions.values() for name in condition.fields}
    kept = {
        name: values[name]
        for name in sorted({*names, *terms.investment, *_REMEMBERED})
        if values.get(name) is not None
    }
    account = values.get("account")
    if isinstance(account, str):
        kept["account_hash"] = fingerprint({"account": " ".join(account.casefold().split())})
    return MappingProxyType(kept)


def _changed(
    definitions: Mapping[Stage, Condition], inputs: Values, previous: Values | None
) -> tuple[str, ...]:
    if previous is None or Stage.mql not in definitions:
        return ()
    return tuple(name for name in definitions[Stage.mql].fields if inputs.get(name) != previous.get(name))


def _triggers(
    lead: Lead, inputs: Values, previous: Values | None, terms: TriggerTerms
) -> tuple[Trigger, ...]:
    found = [_hand_raise(lead, previous, terms)]
    if previous is not None:
        found.append(_account_changed(lead, inputs, previous))
        found += [_investment(lead, name, previous, terms) for name in terms.investment]
    unique = {each.kind: each for each in reversed(found) if each is not None}
    return tuple(unique[kind] for kind in TriggerKind if kind in unique)


def _since_when(lead: Lead, name: str) -> Instant:
    return lead.dated.get(name, lead.changed_at)


def _hand_raise(lead: Lead, previous: Values | None, terms: TriggerTerms) -> Trigger | None:
    """A form by which the lead asks for sales, filled since the previous time."""
    if lead.values.get("last_form.kind") not in terms.hand_raises:
        return None
    told = ("last_form.at", "forms_count", "last_form.kind")
    if previous is not None and all(lead.values.get(name) == previous.get(name) for name in told):
        return None
    at = lead.values.get("last_form.at")
    when = at if isinstance(at, int) else _since_when(lead, "last_form.kind")
    return Trigger(kind=TriggerKind.hand_raise, at=when, evidence="last_form.kind")


def _account_changed(lead: Lead, inputs: Values, previous: Values) -> Trigger | None:
    """Another account than before; a first one, or a blank, is no change."""
    before, after = previous.get("account_hash"), inputs.get("account_hash")
    if before is None or after is None or before == after:
        return None
    return Trigger(kind=TriggerKind.account_changed, at=_since_when(lead, "account"), evidence="account")


def _investment(lead: Lead, name: str, previous: Values, terms: TriggerTerms) -> Trigger | None:
    """A higher amount than before, above the agreed one; or, of a choice such as the plan, another one."""
    before, after = previous.get(name), lead.values.get(name)
    if after is None or before == after:
        return None
    if isinstance(after, int | float) and not isinstance(after, bool):
        base = before if isinstance(before, int | float) else 0
        if after <= max(base, terms.investment_over):
            return None
    return Trigger(kind=TriggerKind.investment_increased, at=_since_when(lead, name), evidence=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """How many leads two definitions pass, and which ones differ (ids, sorted)."""

    leads: int
    old: int
    new: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    unknown: tuple[str, ...]  # that the new definition cannot judge


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestRow:
    """What the ledger keeps of a lead: enough to judge it by another definition as of an instant."""

    lead: str
    values: Values
    at: Instant
    dated: Mapping[str, Instant] = field(default_factory=lambda: MappingProxyType({}))


def backtest(
    rows: Iterable[BacktestRow], old: Condition, new: Condition, *, times: Times = UTC_TIMES
) -> Backtest:
    """Judges each row by both definitions at its own instant; a lead with several rows passes if one does."""
    before: dict[str, Outcome] = {}
    after: dict[str, Outcome] = {}
    for row in rows:
        for kept, condition in ((before, old), (after, new)):
            outcome = condition.evaluate(row.values, row.dated, now=row.at, times=times).outcome
            kept[row.lead] = _better(kept.get(row.lead, False), outcome)
    passed, passes = _true(before), _true(after)
    return Backtest(
        leads=len(after),
        old=len(passed),
        new=len(passes),
        gained=tuple(sorted(passes - passed)),
        lost=tuple(sorted(passed - passes)),
        unknown=tuple(sorted(lead for lead, outcome in after.items() if outcome is None)),
    )


def _better(one: Outcome, other: Outcome) -> Outcome:
    if one is True or other is True:
        return True
    return None if one is None or other is None else False


def _true(outcomes: Mapping[str, Outcome]) -> set[str]:
    return {lead for lead, outcome in outcomes.items() if outcome is True}

"""Owners: who gets each lead, where the company lets this product route (T04, T05, T22, D11)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from connectors.base import Outcome, OwnerChange, RowResult
from connectors.promises import pair
from policies.events import Datum, Event, Kind
from policies.notices import Notice
from policies.routing import Pool, Route, route_handoff
from policies.verdict import HandoffVerdict, LeadVerdict, judge
from sync.effects import refusal_of
from sync.ledger import facts, handoffs, intents, leads, links, notices, refusals
from sync.ledger.intents import Intent
from sync.ledger.links import Link
from sync.ledger.patience import outlast
from sync.ledger.store import Tx
from sync.run import Counts, Run

NOBODY = "no_owner"  # the level of the notice that nobody can take a lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A lead that is to get an owner: the chosen one, written with its intent before the CRM is."""

    intent: Intent
    owner: str
    target: Link
    handoff: HandoffVerdict

    @property
    def made(self) -> bool:
        """Whether the CRM shows it already: an earlier run died before it could note so."""
        return self.handoff.owner == self.owner

    @property
    def since(self) -> int:
        """Since when the present owner holds it."""
        return self.handoff.assignments[-1].at


@dataclass(slots=True)
class Desk:
    """Gives leads to owners; what it gave so far counts as their load."""

    load: Counter[str] = field(default_factory=Counter)
    holders: dict[str, str] = field(default_factory=dict)  # account -> who holds another lead of it
    open: bool = False

    def give(self, run: Run, owed: Sequence[Intent]) -> Counts:
        """Chooses an owner for each lead and writes it to the CRM; what the CRM acknowledges is a fact.

        The choice is kept with the intent first: a run that died in between gives the lead to the same person.
        """
        with run.write() as tx:
            choices = self._choose(tx, run, owed)
        new = [each for each in choices if not each.made]
        rows = [_row(each) for each in new]
        settled = pair(run.crm.system, new, rows, run.crm.assign(rows)) if rows else []
        counts = Counts()
        with run.write() as tx:
            for each in choices:
                if each.made:
                    _note(tx, run, each, _done(each))
            for each, result in outlast(tx, run.crm.system, intents.ASSIGN, settled, run.patience):
                _note(tx, run, each, result)
                counts["owners"] += result.outcome is Outcome.written
        return counts

    def _choose(self, tx: Tx, run: Run, owed: Sequence[Intent]) -> list[Choice]:
        self._look(tx)
        ids = [each.lead for each in owed]
        events, rows = facts.events_of(tx, ids), leads.leads_by_id(tx, ids)
        targets = links.targets_of(tx, run.crm.system, ids)
        refused = {each.lead for each in refusals.listed(tx, ids) if each.operation == intents.ASSIGN}
        found = []
        for intent in owed:
            verdict = judge(intent.lead, events[intent.lead], run.terms, run.as_of)
            account = rows[intent.lead].dimensions.get("account")
            chosen = self._owner(tx, run, intent, verdict, account, tried=intent.lead in refused)
            if chosen is not None and verdict.newest is not None and intent.lead in targets:
                found.append(
                    Choice(
                        intent=chosen,
                        owner=chosen.payload["owner"],
                        target=targets[intent.lead],
                        handoff=verdict.newest,
                    )
                )
        return found

    def _look(self, tx: Tx) -> None:
        if not self.open:
            for each in handoffs.holdings(tx):
                self._count(each.owner, each.account)
            self.open = True

    def _count(self, owner: str, account: str | None) -> None:
        self.load[owner] += 1
        if account is not None:
            self.holders[account] = owner

    def _owner(
        self, tx: Tx, run: Run, intent: Intent, verdict: LeadVerdict, account: str | None, *, tried: bool
    ) -> Intent | None:
        """The intent with its owner; None where nobody is to get the lead now."""
        if "owner" in intent.payload:
            return intent
        found = route_handoff(
            verdict,
            run.terms,
            Pool(load=self.load, absences=run.terms.absences),
            run.as_of,
            account_owner=self.holders.get(account or ""),
            unable=intent.payload.get("refused", ()) if tried else (),
        )
        if found is None or found.owner is None:
            _tell_operations(tx, run, verdict, found)
            return None
        chosen = replace(intent, payload={**intent.payload, "owner": found.owner})
        intents.owe(tx, [chosen])
        self._count(found.owner, account)
        return chosen


def _row(choice: Choice) -> OwnerChange:
    return OwnerChange(
        key=choice.intent.lead, id=choice.target.id, kind=choice.target.kind, owner=choice.owner
    )


def _done(choice: Choice) -> RowResult:
    return RowResult(key=choice.intent.lead, outcome=Outcome.unchanged, id=choice.target.id, at=choice.since)


def _note(tx: Tx, run: Run, choice: Choice, result: RowResult) -> None:
    """Notes what became of it; a user whom the CRM would not take is not asked again for this lead."""
    intent, system = choice.intent, run.crm.system
    match result.outcome:
        case Outcome.written | Outcome.unchanged:
            intents.settle(tx, intent, "done")
            refusals.forgive(tx, intent.lead, system, intents.ASSIGN)
            facts.add_events(tx, [_fact(run, choice, result)])
        case Outcome.refused:
            intents.settle(tx, intent, "owed", result.code)
            payload = {name: value for name, value in intent.payload.items() if name != "owner"}
            payload["refused"] = [*payload.get("refused", ()), choice.owner]
            intents.owe(tx, [replace(intent, payload=payload)])
            refusals.refuse(tx, [refusal_of(intent.lead, system, intents.ASSIGN, result, choice.owner)])
        case Outcome.retry:
            intents.settle(tx, intent, "owed", result.code)
        case Outcome.gone:
            intents.settle(tx, intent, "dropped", result.code)


def _fact(run: Run, choice: Choice, result: RowResult) -> Event:
    """Since the CRM's own time of it: a new owner owes nothing before (decision 12)."""
    intent = choice.intent
    kind = Kind.owner_changed if intent.payload["cause"] == "routing" else Kind.reassigned
    data: dict[str, Datum] = {"owner": choice.owner, "owner_kind": "user", "cause": intent.payload["cause"]}
    if kind is Kind.reassigned:
        data["previous"] = intent.payload["previous"]
    at = max(intent.payload["at"], result.at or run.now)
    return run.fact(kind, intent.lead, intent.cycle, at=at, version=str(intent.n), data=data)


def _tell_operations(tx: Tx, run: Run, verdict: LeadVerdict, found: Route | None) -> None:
    """Nobody can take a lead that nobody holds: whoever assigns is told at once (T05)."""
    h = verdict.newest
    if found is None or h is None or h.owner is not None:
        return
    clock = h.clock("assign")
    notice = Notice("assign", clock.instance if clock else 1, NOBODY, "operations", None, run.as_of)
    if notices.claim(tx, h.lead, h.cycle, [notice]):
        version = f"{notice.clock}-{notice.instance}-{notice.level}"
        data: dict[str, Datum] = {"clock": notice.clock, "instance": notice.instance, "level": notice.level}
        facts.add_events(
            tx, [run.fact(Kind.notice_sent, h.lead, h.cycle, at=run.as_of, version=version, data=data)]
        )

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
from sync.consequences import told_fact
from sync.effects import STATES, refusal_of
from sync.ledger import facts, handoffs, intents, leads, links, notices, refusals
from sync.ledger.intents import Intent
from sync.ledger.links import Link
from sync.ledger.notices import Claim
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
        with run.write() as tx:
            made = [(each, _done(each)) for each in choices if each.made]
            _note(tx, run, made + outlast(tx, run.crm.system, intents.ASSIGN, settled, run.patience))
        return Counts(owners=sum(result.outcome is Outcome.written for _, result in settled))

    def _choose(self, tx: Tx, run: Run, owed: Sequence[Intent]) -> list[Choice]:
        self._look(tx)
        ids = [each.lead for each in owed]
        events, rows = facts.events_of(tx, ids), leads.leads_by_id(tx, ids)
        targets = links.targets_of(tx, run.crm.system, ids)
        refused = {each.lead for each in refusals.listed(tx, ids) if each.operation == intents.ASSIGN}
        found, new, nobody = list[Choice](), list[Intent](), list[Claim]()
        for intent in owed:
            verdict = judge(intent.lead, events[intent.lead], run.terms, run.as_of)
            account = rows[intent.lead].dimensions.get("account")
            route = self._route(run, intent, verdict, account, tried=intent.lead in refused)
            if route is None or route.owner is None:
                nobody += _nobody(run, verdict, route)
                continue
            chosen = replace(intent, payload={**intent.payload, "owner": route.owner})
            if "owner" not in intent.payload:
                new.append(chosen)
                self._count(route.owner, account)
            if verdict.newest is not None and (target := targets.get(intent.lead)):
                found.append(Choice(intent=chosen, owner=route.owner, target=target, handoff=verdict.newest))
        intents.owe(tx, new)
        facts.add_events(tx, [told_fact(run, each) for each in notices.claim(tx, nobody)])
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

    def _route(
        self, run: Run, intent: Intent, verdict: LeadVerdict, account: str | None, *, tried: bool
    ) -> Route | None:
        """Who was chosen for it before, else who is to get it now."""
        if "owner" in intent.payload:
            return Route(owner=intent.payload["owner"])
        return route_handoff(
            verdict,
            run.terms,
            Pool(load=self.load, absences=run.terms.absences),
            run.as_of,
            account_owner=self.holders.get(account or ""),
            unable=intent.payload.get("refused", ()) if tried else (),
        )


def _row(choice: Choice) -> OwnerChange:
    return OwnerChange(
        key=choice.intent.lead, id=choice.target.id, kind=choice.target.kind, owner=choice.owner
    )


def _done(choice: Choice) -> RowResult:
    return RowResult(key=choice.intent.lead, outcome=Outcome.unchanged, id=choice.target.id, at=choice.since)


def _note(tx: Tx, run: Run, settled: Sequence[tuple[Choice, RowResult]]) -> None:
    """Notes what became of the choices; a user whom the CRM would not take is not asked again for this lead."""
    system = run.crm.system
    states = {**STATES, Outcome.refused: "owed"}  # to somebody else
    intents.settle(tx, [(each.intent, states[result.outcome], result.code) for each, result in settled])
    done = [(each, result) for each, result in settled if states[result.outcome] == "done"]
    refusals.forgive(tx, [each.intent.lead for each, _ in done], system, intents.ASSIGN)
    facts.add_events(tx, [_fact(run, each, result) for each, result in done])
    refused = [(each, result) for each, result in settled if result.outcome is Outcome.refused]
    intents.owe(tx, [_without(each) for each, _ in refused])
    refusals.refuse(
        tx,
        [
            refusal_of(each.intent.lead, system, intents.ASSIGN, result, each.owner)
            for each, result in refused
        ],
    )


def _without(choice: Choice) -> Intent:
    """The same intent for another owner."""
    payload = {name: value for name, value in choice.intent.payload.items() if name != "owner"}
    return replace(choice.intent, payload={**payload, "refused": [*payload.get("refused", ()), choice.owner]})


def _fact(run: Run, choice: Choice, result: RowResult) -> Event:
    """Since the CRM's own time of it: a new owner owes nothing before (decision 12)."""
    intent = choice.intent
    kind = Kind.owner_changed if intent.payload["cause"] == "routing" else Kind.reassigned
    data: dict[str, Datum] = {"owner": choice.owner, "owner_kind": "user", "cause": intent.payload["cause"]}
    if kind is Kind.reassigned:
        data["previous"] = intent.payload["previous"]
    at = max(intent.payload["at"], result.at or run.now)
    return run.fact(kind, intent.lead, intent.cycle, at=at, version=str(intent.n), data=data)


def _nobody(run: Run, verdict: LeadVerdict, route: Route | None) -> list[Claim]:
    """Nobody can take a lead that nobody holds: whoever assigns is told at once (T05)."""
    h = verdict.newest
    if route is None or h is None or h.owner is not None:
        return []
    clock = h.clock("assign")
    notice = Notice("assign", clock.instance if clock else 1, NOBODY, "operations", None, run.as_of)
    return [Claim(h.lead, h.cycle, notice)]

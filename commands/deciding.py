"""`approve`, `dispute` and `acknowledge`: what people decide about a lead, recorded as facts.

Each decision is tried against the transition table first and refused with a sentence where it lists none. The
lead is judged anew at once, so that the next run does what follows.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from commands.explaining import find_lead
from commands.outcome import DONE
from commands.session import Session, UsageError, business_now, connect, open_session, out
from mapping.identity import fingerprint
from mapping.language import name_of
from mapping.owners import Owners
from mapping.records import Instant, format_instant
from policies.agreement import Agreement
from policies.events import Datum, Event, Kind
from policies.states import ClockState, State
from policies.verdict import HandoffVerdict, LeadVerdict, judge
from sync.accounts import last_account_of, last_owners_of, mappers_for
from sync.cycle import refuse_the_past
from sync.judgement import settle
from sync.ledger import facts
from sync.ledger.store import Ledger, Tx
from sync.publication import published_terms
from sync.run import Run
from sync.settings import Company

SIDES = ("marketing", "sales")
BOTH = "both"  # the role of one person who signed for marketing and for sales
DECISIONS = ("upheld", "final")
_ID = re.compile(r"[A-Za-z0-9_-]*\d[A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line says of a decision, whatever it is."""

    lead: str
    config: Path | None = None
    company: str | None = None
    by: str | None = None
    now: str | None = None
    as_json: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A lead's newest handoff as it stands now, its facts, and the version that judges it."""

    run: Run
    handoff: HandoffVerdict
    agreement: Agreement
    events: tuple[Event, ...]

    @property
    def name(self) -> str:
        """The handoff in words."""
        return f"{self.handoff.lead}, cycle {self.handoff.cycle}"

    def refuse(self, why: str) -> UsageError:
        """The error that says why this decision cannot be."""
        return UsageError(f"{self.name}: {why}")

    def fact(self, kind: Kind, version: str, data: dict[str, Datum]) -> Event:
        """The decision as a fact of ours, made now."""
        h = self.handoff
        return self.run.fact(kind, h.lead, h.cycle, at=self.run.now, version=version, data=data)

    def person(self, given: str | None, side: str | None) -> str:
        """Who decides, as it is recorded; without a name the one who signed for the side."""
        signed = None if side is None else getattr(self.run.agreement.signed_by, side)
        named = given or signed
        if named is None:
            raise self.refuse("nobody is known to decide this; name who does with --by")
        return recorded(named)


Decide = Callable[[Scene], list[Event]]


def recorded(person: str) -> str:
    """How a person stands in a fact: an id as it is, a name or an address only as a hash (promise 8)."""
    text = person.strip()
    if _ID.fullmatch(text):
        return text
    return f"person-{fingerprint({'person': ' '.join(text.casefold().split())})[:12]}"


def approve(wish: Wish, side: str) -> int:
    """Approves, for one side, that a lead which was returned too often is passed once more (T32)."""
    if side not in SIDES:
        raise UsageError(f"there is no side {side!r}; write --as marketing or --as sales")

    def decide(scene: Scene) -> list[Event]:
        h = scene.handoff
        if h.state is not State.parked:
            raise scene.refuse(f"it is {h.state.value}; only a lead that is parked waits for approval")
        one = scene.agreement.signed_by.one_person
        by = scene.person(wish.by, side)
        given = {
            each.data.get("role"): each.data.get("by") for each in h.reasons if each.code == "approved_by_one"
        }
        if not one and side in given:
            raise scene.refuse(f"{side} has approved it already; the other side is to")
        if not one and by in given.values():
            raise scene.refuse(
                "the other side was approved by the same person; two different people are to (T32)"
            )
        role = BOTH if one else side
        return [scene.fact(Kind.approved, f"{role}-{scene.run.now}", {"role": role, "by": by})]

    return _decide(wish, decide)


def dispute(wish: Wish) -> int:
    """Contests, for marketing, that sales rejected a lead (T09)."""

    def decide(scene: Scene) -> list[Event]:
        _refuse_unless_rejected(scene)
        if scene.handoff.owed.code == "decide_dispute":
            raise scene.refuse("it is disputed already; decide it with `acuerdo dispute decide`")
        by = scene.person(wish.by, "marketing")
        return [scene.fact(Kind.disputed, str(scene.run.now), {"by": by})]

    return _decide(wish, decide)


def decide_dispute(wish: Wish, decision: str) -> int:
    """Ends a dispute: upheld passes the lead to sales again, final lets the rejection stand (T09)."""
    if decision not in DECISIONS:
        raise UsageError(f"there is no decision {decision!r}; write upheld or final")

    def decide(scene: Scene) -> list[Event]:
        _refuse_unless_rejected(scene)
        one = scene.agreement.signed_by.one_person
        by = scene.person(wish.by, "marketing" if one else None)
        rejecter = scene.handoff.rejected_by
        if decision == "upheld" and not one and by == rejecter:
            raise scene.refuse(f"{by} rejected it; someone else is to decide")
        data: dict[str, Datum] = {"decision": decision, "by": by}
        return [scene.fact(Kind.dispute_decided, str(scene.run.now), data)]

    return _decide(wish, decide)


def _refuse_unless_rejected(scene: Scene) -> None:
    h = scene.handoff
    if h.state is not State.rejected:
        raise scene.refuse(f"it is {h.state.value}; only a lead that sales rejected can be disputed")
    if h.final:
        clock = h.clock("dispute")
        until = f" on {format_instant(clock.due_at)}" if clock and clock.due_at else ""
        raise scene.refuse(f"the rejection is final: the window for a dispute ended{until}")


def acknowledge(wish: Wish, clock: str | None) -> int:
    """Answers for what is overdue, so that nobody higher is told of it (E07)."""

    def decide(scene: Scene) -> list[Event]:
        late = [each for each in scene.handoff.clocks if each.state is ClockState.breached_open]
        if clock is not None and clock not in scene.agreement.clocks:
            raise scene.refuse(f"there is no clock {clock!r}; clocks are {', '.join(scene.agreement.clocks)}")
        wanted = [each for each in late if clock in (None, each.name)]
        if not wanted:
            raise scene.refuse("nothing is overdue" if clock is None else f"the clock {clock} is not overdue")
        known = {
            (each.data.get("clock"), each.data.get("instance"))
            for each in scene.events
            if each.kind is Kind.acknowledged and each.cycle == scene.handoff.cycle
        }
        new = [each for each in wanted if (each.name, each.instance) not in known]
        if not new:
            raise scene.refuse("it is acknowledged already")
        side = new[0].side.value
        by = scene.person(wish.by, side if side in SIDES else None)
        return [
            scene.fact(
                Kind.acknowledged,
                f"{each.name}-{each.instance}",
                {"clock": each.name, "instance": each.instance, "by": by},
            )
            for each in new
        ]

    return _decide(wish, decide)


def _decide(wish: Wish, decide: Decide) -> int:
    with open_session(wish.config) as session:
        company = session.only_company(wish.company)
        now = business_now(wish.now, [company] if wish.now else [])
        refuse_the_past(session.ledger, company.slug, now)
        with session.ledger.hold(company.slug):
            run = standing_run(session, company, now)
            with run.write() as tx:
                verdict, facts_ = _record(tx, run, wish.lead, decide)
    _show(verdict, facts_, company, as_json=wish.as_json)
    return DONE


def _record(tx: Tx, run: Run, name: str, decide: Decide) -> tuple[LeadVerdict, list[Event]]:
    """Tries the decision, records it and settles the lead; raises UsageError where the table lists none."""
    row = find_lead(tx, run.company, name)
    if row is None:
        raise UsageError(f"{name} is no lead of {run.company.slug}; both systems show ids")
    known = facts.events_of(tx, [row.id])[row.id]
    before = judge(row.id, known, run.terms, run.now)
    if before.newest is None:
        raise UsageError(f"{row.id} was never passed to sales: there is nothing to decide")
    agreement = run.terms.agreements[int(before.newest.agreement)]
    scene = Scene(run=run, handoff=before.newest, agreement=agreement, events=tuple(known))
    made = decide(scene)
    after = judge(row.id, [*known, *made], run.terms, run.now)
    if refused := after.drift[len(before.drift) :]:
        raise scene.refuse(_why(refused[-1].code, scene.handoff))
    facts.add_events(tx, made)
    return settle(tx, run, [row])[row.id], made


def _why(code: str, handoff: HandoffVerdict) -> str:
    """What a refusal of the transition table says, for what the checks above have not told."""
    return f"the agreement does not allow this while it is {handoff.state.value} ({code})"


def standing_run(session: Session, company: Company, now: Instant) -> Run:
    """What judging needs of a run, from the ledger alone: no vendor is asked."""
    ledger = session.ledger
    terms = published_terms(ledger, company)
    marketing = last_account_of(ledger, company.slug, company.platform)
    sales = last_account_of(ledger, company.slug, company.crm_system)
    if terms is None or marketing is None or sales is None:
        raise UsageError(f"{company.slug}: no run has passed any lead yet")
    platform, crm = connect(company, ledger)
    return Run(
        company=company,
        ledger=ledger,
        platform=platform,
        crm=crm,
        platform_tenant=marketing.tenant,
        crm_tenant=sales.tenant,
        mappers=mappers_for(company, marketing, sales, _owners(ledger, company)),
        terms=terms,
        now=now,
        as_of=now,
        progress=lambda _stage, _rows: None,
    )


def _owners(ledger: Ledger, company: Company) -> tuple[Owners, Owners] | None:
    marketing = last_owners_of(ledger, company.slug, company.platform)
    sales = last_owners_of(ledger, company.slug, company.crm_system)
    return None if marketing is None or sales is None else (marketing, sales)


def _show(verdict: LeadVerdict, made: Iterable[Event], company: Company, *, as_json: bool) -> None:
    h = verdict.newest
    assert h is not None
    if as_json:
        row = {
            "company": company.slug,
            "lead": verdict.lead,
            "cycle": h.cycle,
            "recorded": [{"kind": each.kind.value, **each.data} for each in made],
            "state": h.state.value,
            "place": verdict.place.value,
            "owed": {"side": h.owed.side.value, "what": h.owed.code},
        }
        out.print_json(json.dumps(row))
        return
    told = ", ".join(each.kind.value for each in made)
    state = name_of("state", h.state, company.language)
    out.print(f"{verdict.lead}: {told}; now {state}. The next run does what follows.", markup=False)

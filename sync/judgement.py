"""Judging leads and keeping what follows: projections, the status each system should show, what is owed."""

from collections.abc import Sequence
from dataclasses import replace

from policies.verdict import LeadVerdict, judge
from sync.consequences import Consequences, consequences_of, told_fact
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
from sync.run import Run


def settle(tx: Tx, run: Run, rows: Sequence[LeadRow]) -> dict[str, LeadVerdict]:
    """Judges these leads as of the run's `as_of` and keeps everything that follows."""
    found = _judge(tx, run, rows)
    handoffs.project(tx, [each.projection for each in found])
    statuses.want(tx, [row for each in found for row in each.wanted])
    _owe(tx, found)
    told = notices.claim(tx, [claim for each in found for claim in each.due])
    facts.add_events(tx, [told_fact(run, claim) for claim in told])
    _forget(tx, [each.verdict.lead for each in found if each.gone])
    leads.note_judged(tx, [_line(each.verdict) for each in found])
    return {each.verdict.lead: each.verdict for each in found}


def open_handoffs(tx: Tx, run: Run, rows: Sequence[LeadRow]) -> None:
    """Keeps the handoffs of leads that have just been passed, for their packages to be prepared.

    The leads stay to be judged: what this very run may still complete is shown and told to nobody yet.
    """
    found = _judge(tx, run, rows)
    handoffs.project(tx, [each.projection for each in found])
    leads.note_judged(tx, [_line(each.verdict) for each in found])
    leads.ask_to_judge(tx, [each.verdict.lead for each in found])


def _judge(tx: Tx, run: Run, rows: Sequence[LeadRow]) -> list[Consequences]:
    ids = [row.id for row in rows]
    events, missing = facts.events_of(tx, ids), packages.missing_of(tx, ids)
    targets = links.targets_of(tx, run.crm.system, ids)
    opened = {lead: run.crm_link(target.kind, target.id) for lead, target in targets.items()}
    return [
        consequences_of(
            run,
            judge(lead, events[lead], run.terms, run.as_of),
            events[lead],
            crm_link=opened.get(lead),
            missing=missing.get(lead, ()),
        )
        for lead in ids
    ]


def _owe(tx: Tx, found: Sequence[Consequences]) -> None:
    """Owes what follows, and nothing else of these kinds: what later evidence has undone is owed again."""
    owed = _as_chosen(tx, [intent for each in found for intent in each.owed])
    transitions = (intents.RETURN, intents.TRACK, intents.STAGE, intents.ASSIGN)
    intents.drop_others(tx, [each.verdict.lead for each in found], owed, transitions)
    over = [each.verdict.lead for each in found if each.over]
    intents.drop_others(tx, over, [], (intents.PUSH, intents.TASK))
    intents.owe(tx, owed)
    intents.retry_changed(tx, owed)
    intents.renew(tx, [each for each in owed if each.operation in (intents.TRACK, intents.STAGE)])


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


def _forget(tx: Tx, gone: Sequence[str]) -> None:
    """Empties all that is kept of people who are deleted or erased, but for ids and marks."""
    records.forget_values(tx, gone)
    packages.forget_snapshots(tx, gone)
    compared.forget_wanted(tx, gone)
    matches.forget(tx, gone)
    pushes.forget_payloads(tx, gone)


def _line(verdict: LeadVerdict) -> dict[str, object]:
    return {
        "id": verdict.lead,
        "place": verdict.place.value if verdict.handoffs else None,
        "status": verdict.status.value if verdict.status else None,
        "next_due_at": verdict.next_due_at,
    }

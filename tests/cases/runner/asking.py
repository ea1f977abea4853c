"""Every question a case may ask: its name, the layers it belongs to, its parameters, who answers it."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from mapping.problems import nearest
from policies.business_time import BusinessTimeError
from tests.cases.runner import asking_connector as connector
from tests.cases.runner import asking_figures as figures
from tests.cases.runner import asking_ledger as ledger
from tests.cases.runner import asking_policy as policy
from tests.cases.runner import asking_recompute as recompute
from tests.cases.runner import asking_time as time
from tests.cases.runner.asking_time import Answer, Given
from tests.cases.runner.book import Book
from tests.cases.runner.matching import differences
from tests.cases.runner.reading import Ask, Case, refuse_unknown
from tests.cases.runner.setting import Setting
from tests.cases.runner.times import CaseFault

Answerer: TypeAlias = Callable[[Any, Given], Answer]
"""Answers from a Setting, or from the Book of a case on the ledger."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question: who answers it, the parameters it needs, and those it may have."""

    answer: Answerer
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


POLICY: Mapping[str, Question] = {
    "due": Question(time.ask_due, ("start", "target"), ("calendar",)),
    "between": Question(time.ask_between, ("from", "to"), ("calendar",)),
    "opening": Question(time.ask_opening, ("at",), ("calendar",)),
    "calendar": Question(time.ask_calendar, (), ("calendar", "year")),
    "agreement": Question(policy.ask_agreement, (), ("agreement",)),
    "judge": Question(policy.ask_judge, (), ("now", "cycle", "lead")),
    "qualify": Question(policy.ask_qualify, ("values",), ("now", "dated", "changed_at", "before")),
    "passes": Question(
        policy.ask_passes,
        (),
        ("now", "met_at", "triggers", "priority", "segment", "customer", "open_opportunity", "lead"),
    ),
    "contact": Question(policy.ask_contact, (), ("now", "channel", "calendar", "about")),
    "route": Question(policy.ask_route, (), ("now", "load", "account_owner", "free", "avoid", "lead")),
    "account": Question(policy.ask_account, ("leads",), ("now",)),
    "recompute": Question(
        policy.ask_recompute, ("old_due", "start", "target", "restarted_at"), ("now", "calendar")
    ),
    "recompute_preview": Question(recompute.ask_preview, ("from",), ("now",)),
    "restart": Question(recompute.ask_restart, ("old",), ("now", "clock")),
}
FIGURES: Mapping[str, Question] = {
    "goal": Question(figures.ask_goal, ("goal",)),
    "chance": Question(figures.ask_chance, ("rate", "sales"), ("leads", "confidence", "counted")),
    "lag": Question(figures.ask_lag, ("history",), ("days", "sales", "rate", "months", "end")),
    "pace": Question(
        figures.ask_pace,
        ("target", "delivered"),
        ("start", "now", "end", "calendar", "plan", "today", "days_left"),
    ),
    "projection": Question(figures.ask_projection, ("delivered_at", "start", "end"), ("now", "calendar")),
    "share": Question(figures.ask_share, ("count", "total")),
    "compliance": Question(figures.ask_compliance, ("clocks", "start", "end")),
    "speed": Question(figures.ask_speed, ("elapsed",)),
    "cohorts": Question(figures.ask_cohorts, ("ways",), ("now", "horizon_days", "zone", "period")),
    "content": Question(
        figures.ask_content,
        (),
        ("content", "hits", "touched", "converted", "people", "journeys", "lookback_days"),
    ),
    "people": Question(figures.ask_people, ("rows",), ("zone",)),
    "dates": Question(figures.ask_dates, ("instants",), ("zone",)),
    "words": Question(figures.ask_words, (), ("language",)),
}
BOOK: Mapping[str, Question] = {
    "judge": Question(ledger.ask_judge, (), ("now", "cycle", "lead")),
    "write": Question(ledger.ask_write, (), ("now", "lead")),
    "report": Question(ledger.ask_report, (), ("now", "period", "language")),
    "workers": Question(ledger.ask_workers, (), ("now", "lead", "workers")),
    "erased": Question(ledger.ask_erased, (), ("now", "lead")),
}
CONNECTOR: Mapping[str, Question] = {"stage": Question(connector.ask_stage, ("stages",))}
QUESTIONS: Mapping[str, Mapping[str, Question]] = {
    "policy": POLICY,
    "figures": {**POLICY, **FIGURES},
    "ledger": {**POLICY, **FIGURES, **BOOK},
    "connector": {**POLICY, **CONNECTOR},
}


def failures(case: Case, folder: Path) -> list[str]:
    """Every expected field that the product does not meet; raises CaseFault for what cannot be meant.

    `folder` is where a case of layer ledger keeps its database.
    """
    setting = Setting(case)
    with ExitStack() as stack:
        book = None
        if case.layer == "ledger":
            book = Book(setting, folder)
            stack.callback(book.close)
        return [
            f"ask[{number}] {ask.what}: {each}"
            for number, ask in enumerate(case.asks)
            for each in _differences(case, ask, setting, book, f"ask[{number}] {ask.what}")
        ]


def _differences(case: Case, ask: Ask, setting: Setting, book: Book | None, where: str) -> list[str]:
    question = _question(case, ask, where)
    try:
        answer = question.answer(book if ask.what in BOOK and book is not None else setting, ask.given)
    except AssertionError as error:
        return [str(error)]
    except BusinessTimeError as fault:
        return [f"raised {fault.code}: {fault}"]
    return differences(ask.expect, answer, "")


def _question(case: Case, ask: Ask, where: str) -> Question:
    questions = QUESTIONS[case.layer]
    if ask.what not in questions:
        raise CaseFault(f"{where}: no such question in layer {case.layer}: {nearest(ask.what, questions)}")
    question = questions[ask.what]
    refuse_unknown(ask.given, (*question.needs, *question.may), where)
    for key in question.needs:
        if key not in ask.given:
            raise CaseFault(f"{where}.{key}: is missing")
    return question

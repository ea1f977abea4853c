"""A report as the fields that cases may expect, by the names that the README tells."""

from collections.abc import Mapping
from typing import Any

from reports.report import Report
from reports.text import render_text
from tests.cases.runner.asking_figures import share_answer
from tests.cases.runner.matching import Names, Said
from tests.cases.runner.times import as_at


def report_answer(made: Report, language: str) -> dict[str, Any]:
    """The report's fields by the names that the README tells."""
    marketing, attempts = made.marketing, made.sales.attempts
    exceptions: dict[str, list[str]] = {}
    for item in made.exceptions:
        exceptions.setdefault(item.kind, []).append(item.lead)
    return {
        "clocks": Names({each.clock: _compliance(each.compliance) for each in made.sales.clocks}),
        "owners": Names({each.owner: _owner(each) for each in made.sales.owners}),
        "marketing": {
            "delivered": marketing.delivered,
            "valid": marketing.valid,
            "credit": Names(dict(marketing.credit)),
            "accepted": share_answer(marketing.accepted),
            "incomplete": marketing.incomplete,
            "overdue": marketing.overdue,
        },
        "attempts": {
            "counted": attempts.counted,
            "given_up": share_answer(attempts.given_up),
            "early": attempts.early,
            "missing": attempts.missing,
            "too_much": Names(dict(attempts.too_much)),
            "expired": attempts.expired,
        },
        "untouched": list(made.sales.untouched),
        "funnel": Names(
            {each.stage: {"handoffs": each.handoffs, "people": each.people} for each in made.funnel}
        ),
        "returns": Names(
            {
                each.reason: {"handoffs": each.handoffs, "track": each.track, "came_back": each.came_back}
                for each in made.returns
            }
        ),
        "places": Names(dict(made.whereabouts.places)),
        "exceptions": Names(exceptions),
        "grouped": Names({kind: _together(made, kind) for kind in exceptions}),
        "data_quality": Names(dict(made.data_quality)),
        "as_of": as_at(made.now),
        "says": Said(render_text(made, language)),
    }


def _together(made: Report, kind: str) -> list[list[str]]:
    """The leads of one kind of exception in their order, those of one account that stand side by side as one."""
    groups: list[list[str]] = []
    last: str | None = None
    for item in made.exceptions:
        if item.kind != kind:
            continue
        if item.account is not None and item.account == last:
            groups[-1].append(item.lead)
        else:
            groups.append([item.lead])
        last = item.account
    return groups


def _compliance(found: Any) -> dict[str, Any]:
    others: Mapping[str, int] = dict(found.others)
    return {
        **share_answer(found.share),
        "met": found.met,
        "breached": found.breached,
        "others": Names(others),
    }


def _owner(found: Any) -> dict[str, Any]:
    return {
        "delivered": found.delivered,
        "first_attempt": share_answer(found.first_attempt),
        "attempts": found.attempts,
        "qualified": found.qualified,
        "won": found.won,
        "open_breaches": found.open_breaches,
    }

"""HubSpot's error table: every line can be reached, nothing falls through, and the docs print it."""

import re
from pathlib import Path

import pytest

from connectors.answers import Next, error_of, find_answer, outcome_of
from connectors.base import Outcome
from connectors.errors import (
    ContractBroken,
    CredentialsRefused,
    Misconfigured,
    QuotaUsedUp,
    RecordRefused,
    Unavailable,
)
from connectors.hubspot.answers import ANSWERS, ROW
from connectors.hubspot.errors import parse, row_result
from connectors.transport import TURNED_AWAY, UNCERTAIN

DOCS = Path(__file__).resolve().parents[3] / "docs" / "connectors.md"
MADE = (
    r"(<!-- hubspot answers: made by tests/unit/connectors/test_hubspot_answers.py -->\n)(.*?)(<!-- end -->)"
)
FACTS = {"operation": "o", "status": 1, "code": "C", "named": "n", "scopes": "s"}
ERRORS = {
    Next.again: Unavailable,
    Next.later: Unavailable,
    Next.quota: QuotaUsedUp,
    Next.refuse: RecordRefused,
    Next.gone: RecordRefused,
    Next.credentials: CredentialsRefused,
    Next.settings: Misconfigured,
    Next.stop: ContractBroken,
}


@pytest.mark.parametrize("line", ANSWERS, ids=lambda line: f"{sorted(line.statuses)[:2]}-{line.then.name}")
def test_each_line_is_reached_and_becomes_its_error_with_two_texts(line):
    statuses = line.statuses or {418}
    assert any(find_answer(ANSWERS, status, line.codes) is line for status in statuses)
    error = error_of(line, FACTS, system="hubspot")
    assert type(error) is ERRORS[line.then]
    assert "{" not in str(error) + error.log
    assert error.log == "o: 1 C"


@pytest.mark.parametrize("status", [0, 100, 204, 301, 302, 402, 405, 418, 429, 451, 499, 500, 599, 600, 999])
def test_no_answer_falls_through_and_an_unknown_one_stops_the_vendor(status):
    line = find_answer(ANSWERS, status, ["SOMETHING_NEW"])
    assert line.then in {Next.later, Next.stop}
    assert (line.then is Next.later) == (status == 429 or 500 <= status <= 599)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ({"category": "SOMETHING_NEW"}, Outcome.refused),
        ({}, Outcome.refused),
        ({"category": "RATE_LIMITS"}, Outcome.retry),
        ({"category": "OBJECT_NOT_FOUND"}, Outcome.gone),
        ({"category": "VALIDATION_ERROR", "errors": [{"subCategory": "OBJECT_NOT_FOUND"}]}, Outcome.gone),
        ({"category": "CONFLICT"}, Outcome.refused),
    ],
)
def test_a_row_that_is_refused_says_what_becomes_of_it(body, outcome):
    result = row_result("k", parse(body), "1")
    assert result.outcome is outcome
    assert outcome_of(find_answer(ANSWERS, ROW, parse(body).told)) is outcome
    assert result.code
    assert result.message


def sent_again(line):
    """Whether the transport itself sends such a call again, at once and up to `attempts`."""
    if line.then is Next.quota:
        return "no"
    if line.statuses & TURNED_AWAY:
        return "yes"
    told = ", ".join(map(str, sorted(line.statuses & UNCERTAIN)))
    return f"{told}: where twice is the same" if told else "no"


def shown(line):
    numbers = sorted(line.statuses)
    statuses = f"{numbers[0]}-{numbers[-1]}" if len(numbers) > 9 else ", ".join(map(str, numbers))
    codes = ", ".join(f"`{one}`" for one in sorted(line.codes))
    text = re.sub(r"\{(\w+)\}", r"*\1*", line.person)
    return f"| {statuses or 'any'} | {codes or 'any'} | {sent_again(line)} | {line.then} | {text} |"


def table():
    head = "| status | code | sent again at once | then the engine | what a person reads |\n|---|---|---|---|---|"
    return "\n".join(["", head, *map(shown, ANSWERS), "", ""])


def test_the_docs_print_the_table():
    found = re.search(MADE, DOCS.read_text("utf-8"), re.DOTALL)
    assert found is not None
    assert found[2] == table(), "write it anew: python -m tests.unit.connectors.test_hubspot_answers"


if __name__ == "__main__":
    page = DOCS.read_text("utf-8")
    DOCS.write_text(re.sub(MADE, lambda old: old[1] + table() + old[3], page, flags=re.DOTALL), "utf-8")

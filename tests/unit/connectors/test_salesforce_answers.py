"""Salesforce's error table: every line can be reached, nothing falls through, and the docs print it."""

import re
from pathlib import Path

import pytest

from connectors.answers import Next, error_of, find_answer
from connectors.base import Outcome
from connectors.errors import ContractBroken, RecordRefused, Unavailable
from connectors.salesforce.answers import ANSWERS, TOKEN_ANSWERS, UNEXPLAINED
from connectors.salesforce.errors import parse, raised, row_result
from tests.unit.connectors.test_hubspot_answers import ERRORS, shown

DOCS = Path(__file__).resolve().parents[3] / "docs" / "connectors.md"
MADE = (
    r"(<!-- salesforce answers: made by tests/unit/connectors/test_salesforce_answers.py -->\n)"
    r"(.*?)(<!-- end -->)"
)
FACTS = {"operation": "o", "status": 1, "code": "C", "named": "n", "where": "", "entity": "e", "records": ""}
TABLES = (ANSWERS, TOKEN_ANSWERS)
LINES = [(table, line) for table in TABLES for line in table]


@pytest.mark.parametrize(
    ("table", "line"), LINES, ids=[f"{sorted(one.codes)[:1]}-{sorted(one.statuses)[:2]}" for _, one in LINES]
)
def test_each_line_is_reached_and_becomes_its_error_with_two_texts(table, line):
    statuses, codes = line.statuses or {418}, line.codes or {"SOMETHING_NEW"}
    assert any(find_answer(table, status, {code}) is line for status in statuses for code in codes)
    error = error_of(line, FACTS, system="salesforce")
    assert type(error) is ERRORS[line.then]
    assert "{" not in str(error) + error.log
    assert error.log == "o: 1 C"


@pytest.mark.parametrize("status", [0, 100, 204, 302, 402, 405, 418, 429, 451, 499, 500, 599, 600, 999])
def test_no_answer_falls_through_and_an_unknown_one_stops_the_vendor(status):
    error = raised(status, [{"errorCode": "SOMETHING_NEW"}], "query")
    waits = status == 429 or 500 <= status <= 599
    assert isinstance(error, Unavailable) == waits
    assert waits or status == 302 or type(error) is ContractBroken


def test_a_code_that_nobody_foresaw_refuses_a_row_and_stops_a_call():
    row = row_result(
        "k", parse([{"statusCode": "SOMETHING_NEW", "message": "ana@example.com"}]), None, "Lead"
    )
    assert (row.outcome, row.code) == (Outcome.refused, "SOMETHING_NEW")
    assert "ana@" not in row.message
    assert type(raised(400, [{"errorCode": "SOMETHING_NEW"}], "create")) is ContractBroken
    assert type(raised(400, [{"errorCode": "STRING_TOO_LONG"}], "create")) is RecordRefused


def test_a_row_waits_only_for_what_passes():
    waiting = {
        code for line in ANSWERS if line.then in {Next.again, Next.later, Next.quota} for code in line.codes
    }
    for line in ANSWERS:
        for code in line.codes:
            outcome = row_result("k", parse([{"statusCode": code, "fields": ["A"]}]), None, "Lead").outcome
            assert (outcome is Outcome.retry) == (code in waiting - {UNEXPLAINED}), code


def table():
    head = "| status | code | sent again at once | then the engine | what a person reads |\n|---|---|---|---|---|"
    return "\n".join(["", head, *map(shown, ANSWERS), "", ""])


def test_the_docs_print_the_table():
    found = re.search(MADE, DOCS.read_text("utf-8"), re.DOTALL)
    assert found is not None
    assert found[2] == table(), "write it anew: python -m tests.unit.connectors.test_salesforce_answers"


if __name__ == "__main__":
    page = DOCS.read_text("utf-8")
    DOCS.write_text(re.sub(MADE, lambda old: old[1] + table() + old[3], page, flags=re.DOTALL), "utf-8")

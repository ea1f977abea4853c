"""RD Station's error table and its six shapes: each line is reached, nothing falls through, the docs print it."""

import re

import pytest
import requests

from connectors.answers import Next, error_of, find_answer
from connectors.errors import (
    ContractBroken,
    CredentialsRefused,
    QuotaUsedUp,
    RecordRefused,
    Unavailable,
)
from connectors.rdstation.answers import ANSWERS, LEAD_LIMITER
from connectors.rdstation.errors import ContactBusy, is_final, parse, raised
from tests.unit.connectors.test_hubspot_answers import DOCS, ERRORS, FACTS, shown

NOW = 1_780_000_000
MADE = r"(<!-- rdstation answers: made by tests/unit/connectors/test_rdstation_answers.py -->\n)(.*?)(<!-- end -->)"


def answered(status, body=None, **headers):
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers)
    return raised(response, body, "contact", NOW)


@pytest.mark.parametrize("line", ANSWERS, ids=lambda line: f"{sorted(line.statuses)[:2]}-{line.then.name}")
def test_each_line_is_reached_and_becomes_its_error_with_two_texts(line):
    statuses = line.statuses or {418}
    assert any(find_answer(ANSWERS, status, line.codes) is line for status in statuses)
    error = error_of(line, FACTS, system="rdstation")
    assert type(error) is ERRORS[line.then]
    assert "{" not in str(error) + error.log
    assert error.log == "o: 1 C"


@pytest.mark.parametrize("status", [0, 100, 204, 301, 302, 418, 429, 451, 499, 500, 599, 600, 999])
def test_no_answer_falls_through_and_an_unknown_one_stops_the_vendor(status):
    line = find_answer(ANSWERS, status, ["SOMETHING_NEW"])
    assert line.then in {Next.later, Next.quota, Next.stop}
    assert (line.then is Next.stop) == (status != 429 and not 500 <= status <= 599)


@pytest.mark.parametrize(
    ("shape", "codes", "fields"),
    [
        ("list", ("UNAUTHORIZED",), ()),
        ("flat", ("RESOURCE_NOT_FOUND",), ()),
        ("hash_of_arrays", ("MUST_BE_STRING",), ("name",)),
        ("hash_of_hashes", ("CANNOT_BE_BLANK",), ("label",)),
        ("bare_list", ("CANNOT_BE_NULL",), ("client_secret",)),
        ("single", (LEAD_LIMITER,), ()),
        ("gateway", (), ()),
        ("oauth", ("invalid_request",), ()),
    ],
)
def test_every_documented_shape_is_read(golden, shape, codes, fields):
    fault = parse(golden("rdstation", "error_shapes.json")[shape])
    assert fault.codes == codes
    assert fault.fields == fields


@pytest.mark.parametrize(
    "body", [None, "text", 7, [], {}, [None], {"errors": None}, {"errors": [7, {"a": {}}]}]
)
def test_a_body_of_no_shape_says_nothing(body):
    assert parse(body).code == "UNKNOWN"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, RecordRefused),
        (401, CredentialsRefused),
        (403, CredentialsRefused),
        (404, RecordRefused),
        (422, RecordRefused),
        (429, QuotaUsedUp),
        (503, Unavailable),
        (418, ContractBroken),
    ],
)
def test_a_status_without_a_body_becomes_its_error(status, error):
    assert type(answered(status)) is error


def test_values_that_an_error_quotes_are_not_repeated():
    body = {
        "errors": {"email": [{"error_type": "INVALID ana@example.com", "error_message": "ana@example.com"}]}
    }
    error = answered(400, body)
    assert "ana" not in str(error) + error.log


def test_remaining_time_is_seconds(golden):
    """Trap 41: it is documented as milliseconds, and 43067 of an 86400 second period are seconds."""
    error = answered(429, golden("rdstation", "error_429_lead_limiter.json"))
    assert isinstance(error, ContactBusy)
    assert error.until == NOW + 43_067
    assert "lead@example.org" not in str(error) + error.log


def test_the_gateway_tells_when_in_a_header(golden):
    told = golden("rdstation", "error_429_gateway.json")
    error = answered(429, told["body"], **{name: str(value) for name, value in told["headers"].items()})
    assert isinstance(error, QuotaUsedUp)
    assert error.until == NOW + 20_745


def test_the_limit_of_one_contact_is_not_waited_for(golden):
    response = requests.Response()
    response.status_code = 429
    response._content = str(golden("rdstation", "error_429_lead_limiter.json")).encode()
    assert is_final(response)
    response._content = b'{"message": "API rate limit exceeded"}'
    assert not is_final(response)


def table():
    head = "| status | code | sent again at once | then the engine | what a person reads |\n|---|---|---|---|---|"
    return "\n".join(["", head, *map(shown, ANSWERS), "", ""])


def test_the_docs_print_the_table():
    found = re.search(MADE, DOCS.read_text("utf-8"), re.DOTALL)
    assert found is not None
    assert found[2] == table(), "write it anew: python -m tests.unit.connectors.test_rdstation_answers"


if __name__ == "__main__":
    page = DOCS.read_text("utf-8")
    DOCS.write_text(re.sub(MADE, lambda old: old[1] + table() + old[3], page, flags=re.DOTALL), "utf-8")

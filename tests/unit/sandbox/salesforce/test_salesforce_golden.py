"""The bodies that Salesforce documents have the shapes that the sandbox answers with."""

import json
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).resolve().parents[4].parent / "shared" / "contracts" / "salesforce" / "golden"

pytestmark = pytest.mark.skipif(not GOLDEN.is_dir(), reason="the folder `shared` is not beside the checkout")


def _golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text())


def _shape(value: Any) -> Any:
    """Keys and types; of a list its first entry."""
    match value:
        case dict():
            return {key: _shape(entry) for key, entry in value.items()}
        case [first, *_]:
            return [_shape(first)]
        case _:
            return type(value).__name__


def _refused(salesforce, *path, **more) -> Any:
    answer = salesforce(*path, **more)
    assert answer.status_code >= 400
    return answer.json()


def test_the_documented_upsert_is_taken_and_answered_as_documented(salesforce):
    salesforce.add_field("MyExtId__c", "Account", unique=True, externalId=True)
    request = _golden("collections_upsert_request")
    path = "composite/sobjects/Account/MyExtId__c"
    salesforce("PATCH", path, {"records": request["records"][1:]})
    answer = salesforce("PATCH", path, request)
    expected = _golden("collections_upsert_response_ok")
    assert [_shape(row) for row in answer.json()] == [_shape(row) for row in expected]
    assert [row["created"] for row in answer.json()] == [row["created"] for row in expected]


def test_a_partial_failure_is_answered_as_documented(salesforce):
    account = salesforce("POST", "sobjects/Account", {"Name": "x"}).json()["id"]
    contact = salesforce("POST", "sobjects/Contact", {"LastName": "x"}).json()["id"]
    records = [
        {"attributes": {"type": "Account"}, "id": account, "Phone": "1"},
        {"attributes": {"type": "Contact"}, "id": account, "Phone": "1"},
    ]
    good, bad = salesforce("PATCH", "composite/sobjects", {"records": records}).json()
    expected = _golden("collections_upsert_response_partial")
    assert _shape(good) == _shape(expected[0])
    assert _shape(bad) == _shape(expected[1])
    assert bad["errors"][0]["message"] == f"Contact ID: id value of incorrect type: {account}"
    assert contact.startswith("003")


def test_a_rolled_back_row_is_answered_as_documented(salesforce):
    records = [{"attributes": {"type": "Account"}, "Name": name} for name in ("a", None)]
    body = {"allOrNone": True, "records": records}
    assert salesforce("POST", "composite/sobjects", body).json()[0] | {"id": ""} == _golden(
        "collections_upsert_response_rolled_back"
    )[0] | {"id": ""}


def test_a_locked_row_is_answered_as_documented(salesforce):
    salesforce.set("locked_rows", 1)
    records = [{"attributes": {"type": "Account"}, "Name": "a"}]
    answer = salesforce("POST", "composite/sobjects", {"records": records}).json()
    assert answer == _golden("collections_error_unable_to_lock_row")


def test_errors_are_answered_as_documented(salesforce):
    documented = _golden("error_invalid_field")[0]["message"]
    query = "SELECT SetupOwnerId FROM Lead"
    (error,) = _refused(salesforce, "GET", "query", params={"q": query})
    assert error["errorCode"] == "INVALID_FIELD"
    assert error["message"] == documented.replace("npe5__Affiliation__c", "Lead")
    assert _refused(salesforce, "GET", "nonsense") == _golden("error_not_found")
    wrong = {"records": [{"attributes": {"type": "Account"}, "id": salesforce.lead(), "Name": "x"}]}
    (row,) = salesforce("PATCH", "composite/sobjects", wrong).json()
    assert row["errors"][0]["message"].startswith("Account ID: id value of incorrect type: ")
    assert _golden("error_malformed_id")[0]["message"].startswith("Account ID: id value of incorrect type: ")


def test_a_duplicate_is_answered_as_documented(salesforce):
    salesforce.set("duplicate_rule", "alert")
    salesforce.lead(Email="eva@example.com")
    body = {"LastName": "a", "Company": "b", "Email": "eva@example.com"}
    answer = _refused(salesforce, "POST", "sobjects/Lead", body)
    expected = _golden("error_duplicates_detected")
    assert _shape(answer) == _shape(expected)
    mine, theirs = answer[0]["duplicateResut"], expected[0]["duplicateResut"]
    assert {key: mine[key] for key in mine if key != "matchResults"} == {
        key: theirs[key] for key in theirs if key != "matchResults"
    }


def test_the_end_of_a_session_and_of_the_day_are_answered_as_documented(salesforce):
    salesforce.set("daily_limit", 0)
    assert _refused(salesforce, "GET", "limits") == _golden("error_request_limit_exceeded")
    salesforce.session.headers["Authorization"] = "Bearer nonsense"
    assert _refused(salesforce, "GET", "limits") == _golden("error_invalid_session")
    salesforce.set("session_error_as_object", True)
    assert _refused(salesforce, "GET", "limits") == _golden("error_invalid_session_object_body")


def test_a_page_of_a_query_has_the_documented_head(salesforce):
    records = [{"attributes": {"type": "Account"}, "Name": str(number)} for number in range(200)]
    for _ in range(2):
        salesforce("POST", "composite/sobjects", {"records": records})
    header = {"Sforce-Query-Options": "batchSize=200"}
    page = salesforce("GET", "query", params={"q": "SELECT Id FROM Account"}, headers=header).json()
    assert _shape(page | {"records": []}) == _shape(_golden("query_page_head"))

import json
from typing import Any

import pytest

from sandbox.server import Sandbox

CONTACTS = "/crm/v3/objects/contacts"


def batch(hubspot: Any, verb: str, inputs: list[dict[str, Any]], **more: Any) -> Any:
    return hubspot("POST", f"{CONTACTS}/batch/{verb}", {"inputs": inputs, **more})


def make(hubspot: Any, *emails: str) -> list[str]:
    answer = batch(hubspot, "create", [{"properties": {"email": email}} for email in emails])
    assert answer.status_code == 201
    ids = {each["properties"]["email"]: each["id"] for each in answer.json()["results"]}
    return [ids[email] for email in emails]


def count(hubspot: Any) -> int:
    return len(hubspot("GET", f"{CONTACTS}?limit=100").json()["results"])


def make_unique(hubspot: Any, name: str = "member_number") -> None:
    wish = {
        "groupName": "contactinformation",
        "name": name,
        "label": "Member",
        "hasUniqueValue": True,
        "type": "string",
        "fieldType": "text",
    }
    assert hubspot("POST", "/crm/v3/properties/contacts", wish).status_code == 201


def test_one_bad_row_without_trace_ids_fails_the_whole_creation(hubspot: Any) -> None:
    answer = batch(
        hubspot, "create", [{"properties": {"email": "a@example.com"}}, {"properties": {"missing": "1"}}]
    )
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")
    assert count(hubspot) == 0


@pytest.mark.parametrize("traces", [("one", None), ("same", "same")])
def test_trace_ids_count_only_if_every_row_has_its_own(hubspot: Any, traces: tuple[str, str]) -> None:
    rows = [{"properties": {"email": "a@example.com"}}, {"properties": {"missing": "1"}}]
    inputs = [row | {"objectWriteTraceId": trace} for row, trace in zip(rows, traces, strict=True) if trace]
    inputs += [row for row, trace in zip(rows, traces, strict=True) if not trace]
    assert batch(hubspot, "create", inputs).status_code == 400
    assert count(hubspot) == 0


def test_with_trace_ids_each_row_is_made_for_itself(hubspot: Any) -> None:
    make(hubspot, "taken@example.com")
    answer = batch(
        hubspot,
        "create",
        [
            {"objectWriteTraceId": "t1", "properties": {"email": "a@example.com"}},
            {"objectWriteTraceId": "t2", "properties": {"missing": "1"}},
            {"objectWriteTraceId": "t3", "properties": {"email": "taken@example.com"}},
            {"objectWriteTraceId": "t4", "properties": {"email": "a@example.com"}},
        ],
    )
    assert answer.status_code == 207
    body = answer.json()
    assert [each["objectWriteTraceId"] for each in body["results"]] == ["t1"]
    assert body["numErrors"] == 3
    errors = {each["context"]["objectWriteTraceId"][0]: each for each in body["errors"]}
    assert {trace: each["category"] for trace, each in errors.items()} == {
        "t2": "VALIDATION_ERROR",
        "t3": "CONFLICT",
        "t4": "CONFLICT",
    }
    assert errors["t3"]["message"].startswith("Contact already exists. Existing ID: ")


def test_twins_in_one_creation_without_trace_ids_make_nothing(hubspot: Any) -> None:
    twins = [{"properties": {"email": "a@example.com"}}, {"properties": {"email": "A@example.com"}}]
    assert batch(hubspot, "create", twins).status_code == 409
    assert count(hubspot) == 0


def test_results_do_not_come_in_the_order_of_the_inputs(hubspot: Any) -> None:
    inputs = [{"properties": {"email": f"{letter}@example.com"}} for letter in "abc"]
    emails = [each["properties"]["email"] for each in batch(hubspot, "create", inputs).json()["results"]]
    assert sorted(emails) == ["a@example.com", "b@example.com", "c@example.com"] != emails


@pytest.mark.parametrize("verb", ["create", "read", "update", "upsert", "archive"])
def test_a_batch_has_at_most_a_hundred_inputs(hubspot: Any, verb: str) -> None:
    inputs = [{"id": str(number), "properties": {"email": f"u{number}@x.com"}} for number in range(101)]
    assert batch(hubspot, verb, inputs).status_code == 400


def test_an_update_answers_200_or_207_row_by_row(hubspot: Any) -> None:
    first, second = make(hubspot, "a@example.com", "b@example.com")
    fine = batch(hubspot, "update", [{"id": first, "properties": {"city": "Lima"}}])
    assert (fine.status_code, fine.json()["results"][0]["properties"]["city"]) == (200, "Lima")
    mixed = batch(
        hubspot,
        "update",
        [
            {"id": first, "properties": {"city": "Quito"}},
            {"id": second, "properties": {"missing": "1"}},
            {"id": "999", "properties": {"city": "Quito"}},
        ],
    )
    assert mixed.status_code == 207
    assert [each["id"] for each in mixed.json()["results"]] == [first]
    told = {each["context"]["ids"][0]: each["category"] for each in mixed.json()["errors"]}
    assert told == {second: "VALIDATION_ERROR", "999": "OBJECT_NOT_FOUND"}


def test_errors_of_an_update_carry_the_trace_id_where_one_was_sent(hubspot: Any) -> None:
    row = {"id": "999", "objectWriteTraceId": "t9", "properties": {"city": "Lima"}}
    (error,) = batch(hubspot, "update", [row]).json()["errors"]
    assert error["context"] == {"objectWriteTraceId": ["t9"], "ids": ["999"]}


def test_the_same_id_twice_in_an_update_is_refused(hubspot: Any) -> None:
    (first,) = make(hubspot, "a@example.com")
    row = {"id": first, "properties": {"city": "Lima"}}
    assert batch(hubspot, "update", [row, row]).status_code == 400


def test_an_update_by_a_merged_id_writes_the_survivor(hubspot: Any) -> None:
    first, second = make(hubspot, "a@example.com", "b@example.com")
    merge = {"primaryObjectId": first, "objectIdToMerge": second}
    survivor = hubspot("POST", f"{CONTACTS}/merge", merge).json()["id"]
    answer = batch(hubspot, "update", [{"id": first, "properties": {"city": "Lima"}}]).json()
    assert [each["id"] for each in answer["results"]] == [survivor]


def test_read_by_email_finds_secondary_ones_without_saying_which_matched(hubspot: Any) -> None:
    (first,) = make(hubspot, "a@example.com")
    hubspot("PATCH", f"{CONTACTS}/{first}", {"properties": {"hs_additional_emails": "a@home.example.com"}})
    answer = batch(
        hubspot,
        "read",
        [{"id": "a@home.example.com"}],
        idProperty="email",
        properties=["email", "hs_additional_emails"],
    )
    (found,) = answer.json()["results"]
    assert answer.status_code == 200
    assert (found["id"], found["properties"]["email"]) == (first, "a@example.com")
    assert "a@home.example.com" not in json.dumps({**found, "properties": {}})


def test_read_tells_missing_ids_in_one_error(hubspot: Any) -> None:
    (first,) = make(hubspot, "a@example.com")
    answer = batch(hubspot, "read", [{"id": first}, {"id": "998"}, {"id": "999"}])
    assert answer.status_code == 207
    (error,) = answer.json()["errors"]
    assert (error["category"], error["context"]) == ("OBJECT_NOT_FOUND", {"ids": ["998", "999"]})


def test_read_with_history_takes_fifty(hubspot: Any) -> None:
    (first,) = make(hubspot, "a@example.com")
    told = batch(hubspot, "read", [{"id": first}], propertiesWithHistory=["email"]).json()
    assert told["results"][0]["propertiesWithHistory"]["email"][0]["value"] == "a@example.com"
    many = [{"id": str(number)} for number in range(51)]
    assert batch(hubspot, "read", many, propertiesWithHistory=["email"]).status_code == 400


def test_an_archived_contact_is_missing_from_read(hubspot: Any) -> None:
    first, second = make(hubspot, "a@example.com", "b@example.com")
    assert batch(hubspot, "archive", [{"id": first}, {"id": "999"}]).status_code == 204
    answer = batch(hubspot, "read", [{"id": first}, {"id": second}]).json()
    assert [each["id"] for each in answer["results"]] == [second]


def test_an_upsert_by_a_unique_property_is_row_by_row(hubspot: Any) -> None:
    make_unique(hubspot)
    row = {"id": "m-1", "idProperty": "member_number", "properties": {"firstname": "Ana"}}
    bad = {"id": "m-2", "idProperty": "member_number", "properties": {"missing": "1"}}
    first = batch(hubspot, "upsert", [row, bad])
    assert first.status_code == 207
    assert [(each["new"], each["properties"]["member_number"]) for each in first.json()["results"]] == [
        (True, "m-1")
    ]
    again = batch(hubspot, "upsert", [row])
    assert (again.status_code, again.json()["results"][0]["new"]) == (200, False)
    assert count(hubspot) == 1


def test_an_upsert_by_email_is_all_or_nothing(hubspot: Any) -> None:
    row = {"id": "a@example.com", "idProperty": "email", "properties": {"firstname": "Ana"}}
    bad = {"id": "b@example.com", "idProperty": "email", "properties": {"missing": "1"}}
    assert batch(hubspot, "upsert", [row, bad]).status_code == 400
    assert count(hubspot) == 0
    made = batch(hubspot, "upsert", [row])
    assert (made.status_code, made.json()["results"][0]["properties"]["email"]) == (200, "a@example.com")


def test_a_unique_value_is_held_by_one_contact(hubspot: Any) -> None:
    make_unique(hubspot)
    first, second = make(hubspot, "a@example.com", "b@example.com")
    batch(hubspot, "update", [{"id": first, "properties": {"member_number": "m-1"}}])
    answer = batch(hubspot, "update", [{"id": second, "properties": {"member_number": "m-1"}}])
    assert answer.status_code == 207
    assert "CONFLICTING_UNIQUE_VALUE" in answer.json()["errors"][0]["message"]
    found = hubspot("GET", f"{CONTACTS}/m-1?idProperty=member_number")
    assert found.json()["id"] == first


@pytest.mark.parametrize("body", [{}, {"inputs": "x"}, {"inputs": ["x"]}, []])
def test_a_batch_without_inputs_is_refused(hubspot: Any, body: object) -> None:
    assert hubspot("POST", f"{CONTACTS}/batch/update", body).status_code == 400


def test_an_id_property_that_is_not_unique_is_refused(hubspot: Any) -> None:
    assert batch(hubspot, "read", [{"id": "Lima"}], idProperty="city").status_code == 400


def test_eight_thousand_contacts_load_in_seconds(sandbox: Sandbox, hubspot: Any) -> None:
    import time

    before = time.monotonic()
    for start in range(0, 8000, 100):
        rows = [{"properties": {"email": f"u{start + each}@example.com"}} for each in range(100)]
        assert batch(hubspot, "create", rows).status_code == 201
    assert time.monotonic() - before < 15  # about 2 s on an idle core
    assert sandbox.board.calls["hubspot"].total() == 80

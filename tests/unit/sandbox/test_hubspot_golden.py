"""Bodies that HubSpot documents: requests are taken, answers have their shape."""

import json
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).resolve().parents[3].parent / "shared" / "contracts" / "hubspot" / "golden"
CONTACTS = "/crm/v3/objects/contacts"
PROPERTIES = "/crm/v3/properties/contacts"

pytestmark = pytest.mark.skipif(
    not GOLDEN.is_dir(), reason="the documented bodies are not beside the checkout"
)


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text())


def shape(body: Any) -> Any:
    """A body without its values: keys and types; a list by its first item."""
    if isinstance(body, dict):
        return {key: shape(value) for key, value in body.items()}
    if isinstance(body, list):
        return [shape(body[0])] if body else []
    return type(body).__name__


def assert_same_shape(answer: Any, documented: Any, *, but: tuple[str, ...] = ()) -> None:
    """What the document shows is there, with the same types; more may be."""
    for key, value in documented.items():
        if key in but:
            continue
        assert key in answer, key
        if isinstance(value, dict):
            assert_same_shape(answer[key], value, but=but)
        else:
            assert shape(answer[key]) == shape(value), key


def define(hubspot: Any, *names: str) -> None:
    for name in names:
        wish = {
            "groupName": "contactinformation",
            "name": name,
            "label": name,
            "type": "string",
            "fieldType": "text",
        }
        assert hubspot("POST", PROPERTIES, wish).status_code == 201


def make(hubspot: Any, email: str) -> str:
    return str(hubspot("POST", CONTACTS, {"properties": {"email": email}}).json()["id"])


def test_the_list_page(hubspot: Any) -> None:
    first, second = make(hubspot, "lorelai@thedragonfly.com"), make(hubspot, "rory@example.com")
    hubspot("PATCH", f"{CONTACTS}/{first}", {"properties": {"firstname": "Lorelai", "lastname": "Gilmore"}})
    answer = hubspot("GET", f"{CONTACTS}?limit=1").json()
    documented = golden("contacts_list_page")
    assert_same_shape(answer, documented)
    assert set(answer["results"][0]["properties"]) == set(documented["results"][0]["properties"])
    assert answer["paging"]["next"]["after"] == second
    assert answer["paging"]["next"]["link"].endswith(f"/contacts?limit=1&after={second}")


def test_batch_creation_with_trace_ids_and_its_207(hubspot: Any) -> None:
    define(hubspot, "hs_pipeline_stage")
    request = golden("batch_create_request_with_trace_ids")
    request["inputs"][0]["properties"]["email"] = "a@example.com"
    answer = hubspot("POST", f"{CONTACTS}/batch/create", request)
    documented = golden("batch_create_response_207")
    assert answer.status_code == 207
    body = answer.json()
    assert_same_shape(body, documented, but=("results", "errors"))
    assert_same_shape(body["results"][0], documented["results"][0], but=("properties",))
    told, expected = body["errors"][0], documented["errors"][0]
    assert told["context"] == expected["context"]
    assert told["category"] == expected["category"]
    inner = [json.loads(each["message"].partition(": ")[2])[0] for each in (told, expected)]
    assert inner[0] | {"portalId": 0} == inner[1] | {"portalId": 0}


def test_batch_read_by_email(hubspot: Any) -> None:
    request = golden("batch_read_by_email_request")
    ids = {make(hubspot, each["id"]) for each in request["inputs"]}
    answer = hubspot("POST", f"{CONTACTS}/batch/read", request)
    assert (answer.status_code, {each["id"] for each in answer.json()["results"]}) == (200, ids)


def test_batch_read_with_history(hubspot: Any) -> None:
    request = golden("batch_read_with_history_request")
    request["inputs"] = [{"id": make(hubspot, "a@example.com")}]
    (contact,) = hubspot("POST", f"{CONTACTS}/batch/read", request).json()["results"]
    assert set(contact["propertiesWithHistory"]) == set(request["propertiesWithHistory"])


def test_batch_update(hubspot: Any) -> None:
    define(hubspot, "favorite_food")
    request = golden("batch_update_request")
    for row in request["inputs"]:
        row["id"] = make(hubspot, f"u{row['id']}@example.com")
    answer = hubspot("POST", f"{CONTACTS}/batch/update", request)
    foods = {each["properties"]["favorite_food"] for each in answer.json()["results"]}
    assert (answer.status_code, foods) == (200, {"burger", "Donut"})


def test_batch_upsert_by_email(hubspot: Any) -> None:
    request = golden("batch_upsert_by_email_request")
    make(hubspot, request["inputs"][0]["id"])
    answer = hubspot("POST", f"{CONTACTS}/batch/upsert", request)
    assert answer.status_code == 200
    assert sorted(each["new"] for each in answer.json()["results"]) == [False, True]


@pytest.mark.parametrize("name", ["property_create_enumeration_request", "property_create_unique_request"])
def test_property_creation(hubspot: Any, name: str) -> None:
    request = golden(name)
    group = {"name": request["groupName"], "label": "Group"}
    hubspot("POST", f"{PROPERTIES}/groups", group)
    answer = hubspot("POST", PROPERTIES, request)
    assert answer.status_code == 201
    assert_same_shape(answer.json(), request)


def test_keyset_search(hubspot: Any) -> None:
    request = golden("search_keyset_request")
    answer = hubspot("POST", f"{CONTACTS}/search", request)
    assert (answer.status_code, answer.json()) == (200, {"total": 0, "results": []})


def test_between_search_with_the_contacts_own_date(hubspot: Any) -> None:
    request = golden("search_between_request")
    of_other_objects = hubspot("POST", f"{CONTACTS}/search", request)
    assert of_other_objects.status_code == 400
    request["filterGroups"][0]["filters"][0]["propertyName"] = "lastmodifieddate"
    assert hubspot("POST", f"{CONTACTS}/search", request).status_code == 200


def test_a_conflict(hubspot: Any) -> None:
    make(hubspot, "a@example.com")
    answer = hubspot("POST", CONTACTS, {"properties": {"email": "a@example.com"}}).json()
    documented = golden("error_409_contact_exists")
    assert shape(answer) == shape(documented)
    assert answer["message"].rpartition(" ")[0] == documented["message"].rpartition(" ")[0]


@pytest.mark.parametrize(
    ("name", "setting", "path"),
    [
        ("error_429_daily", "daily_limit", CONTACTS),
        ("error_429_ten_secondly", "burst_limit", CONTACTS),
        ("error_429_search_secondly", "search_limit", f"{CONTACTS}/search"),
    ],
)
def test_rate_limits(hubspot: Any, control: Any, name: str, setting: str, path: str) -> None:
    control("POST", "/settings", {f"hubspot.{setting}": 0})
    answer = hubspot("POST", path, {})
    documented = golden(name)
    assert answer.status_code == 429
    for key in ("status", "message", "errorType", "policyName"):
        assert answer.json()[key] == documented[key]


def test_a_validation_error(hubspot: Any) -> None:
    documented = golden("error_validation")
    wish = {"properties": {"firstname": "Ana", "annualrevenue": "a lot"}}
    answer = hubspot("POST", CONTACTS, wish).json()
    assert_same_shape(answer, documented, but=("context",))
    assert answer["errors"][0]["code"] == documented["errors"][0]["code"]
    assert list(answer["errors"][0]["context"]) == list(documented["errors"][0]["context"])


def test_a_membership_answer(hubspot: Any) -> None:
    wish = {"name": "Nurture", "objectTypeId": "0-1", "processingType": "MANUAL"}
    made = hubspot("POST", "/crm/v3/lists", wish).json()["list"]["listId"]
    answer = hubspot("PUT", f"/crm/v3/lists/{made}/memberships/add", ["1"]).json()
    assert set(answer) == set(golden("list_membership_add_response"))

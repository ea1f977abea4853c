import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from sandbox.server import Sandbox

CONTACTS = "/crm/v3/objects/contacts"
PEOPLE = (
    {"email": "ana@acme.example.com", "firstname": "Ana", "annualrevenue": "900", "hs_lead_status": "NEW"},
    {"email": "bea@acme.example.com", "firstname": "bea", "annualrevenue": "1000", "hs_lead_status": "OPEN"},
    {"email": "carl@other.example.org", "firstname": "Carl", "closedate": "2026-02-01T00:00:00Z"},
)


@pytest.fixture
def people(sandbox: Sandbox, hubspot: Any) -> list[str]:
    sandbox.state.settings["hubspot.search_limit"] = 1000
    return [hubspot("POST", CONTACTS, {"properties": each}).json()["id"] for each in PEOPLE]


def search(hubspot: Any, **body: Any) -> Any:
    return hubspot("POST", f"{CONTACTS}/search", body)


def found(hubspot: Any, *filters: dict[str, Any], **more: Any) -> list[str]:
    answer = search(hubspot, filterGroups=[{"filters": list(filters)}], **more)
    assert answer.status_code == 200, answer.text
    return [each["properties"]["firstname"] for each in answer.json()["results"]]


def where(name: str, operator: str, value: object = None, **more: Any) -> dict[str, Any]:
    given = {} if value is None else {"value": value}
    return {"propertyName": name, "operator": operator, **given, **more}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("test", "names"),
    [
        (where("firstname", "EQ", "BEA"), ["bea"]),
        (where("firstname", "NEQ", "bea"), ["Ana", "Carl"]),
        (where("annualrevenue", "LT", "1000"), ["Ana"]),
        (where("annualrevenue", "LTE", "1000"), ["Ana", "bea"]),
        (where("annualrevenue", "GT", "900"), ["bea"]),
        (where("annualrevenue", "GTE", "900"), ["Ana", "bea"]),
        (where("annualrevenue", "BETWEEN", "900", highValue="999"), ["Ana"]),
        (where("annualrevenue", "HAS_PROPERTY"), ["Ana", "bea"]),
        (where("annualrevenue", "NOT_HAS_PROPERTY"), ["Carl"]),
        (where("firstname", "IN", values=["ana", "carl"]), ["Ana", "Carl"]),
        (where("firstname", "IN", values=["Ana", "Carl"]), []),
        (where("firstname", "NOT_IN", values=["ana"]), ["bea", "Carl"]),
        (where("hs_lead_status", "IN", values=["NEW"]), ["Ana"]),
        (where("hs_lead_status", "EQ", "NEW"), ["Ana"]),
        (where("hs_lead_status", "EQ", "new"), []),
        (where("email", "CONTAINS_TOKEN", "*@acme.example.com"), ["Ana", "bea"]),
        (where("email", "CONTAINS_TOKEN", "acme"), ["Ana", "bea"]),
        (where("email", "CONTAINS_TOKEN", "acm"), []),
        (where("email", "NOT_CONTAINS_TOKEN", "acme"), ["Carl"]),
        (where("closedate", "EQ", "1769904000000"), ["Carl"]),
        (where("closedate", "GTE", "2026-02-01T01:00:00+01:00"), ["Carl"]),
        (where("closedate", "GT", "2026-02-01"), []),
    ],
)
def test_each_operator_finds_what_it_says(hubspot: Any, test: dict[str, Any], names: list[str]) -> None:
    assert found(hubspot, test) == names


@pytest.mark.usefixtures("people")
def test_filters_of_a_group_are_anded_and_groups_are_ored(hubspot: Any) -> None:
    assert found(hubspot, where("firstname", "EQ", "ana"), where("annualrevenue", "GT", "950")) == []
    groups = [
        {"filters": [where("firstname", "EQ", "ana")]},
        {"filters": [where("annualrevenue", "GT", "950")]},
    ]
    assert search(hubspot, filterGroups=groups).json()["total"] == 2


@pytest.mark.usefixtures("people")
def test_a_query_looks_into_names_and_addresses(hubspot: Any) -> None:
    assert [each["properties"]["firstname"] for each in search(hubspot, query="OTHER").json()["results"]] == [
        "Carl"
    ]


@pytest.mark.usefixtures("people")
def test_results_come_by_one_sort_numbers_as_numbers(hubspot: Any) -> None:
    has = where("annualrevenue", "HAS_PROPERTY")
    assert found(hubspot, has, sorts=[{"propertyName": "annualrevenue", "direction": "DESCENDING"}]) == [
        "bea",
        "Ana",
    ]
    two = [{"propertyName": "annualrevenue"}, {"propertyName": "firstname"}]
    assert search(hubspot, sorts=two).status_code == 400


def test_pages_carry_the_total_and_where_to_go_on(hubspot: Any, people: list[str]) -> None:
    first = search(hubspot, limit=2).json()
    assert (first["total"], len(first["results"]), first["paging"]["next"]["after"]) == (3, 2, "2")
    last = search(hubspot, limit=2, after=first["paging"]["next"]["after"]).json()
    assert [each["id"] for each in last["results"]] == people[2:]
    assert "paging" not in last


def test_ids_compare_as_numbers(hubspot: Any, people: list[str]) -> None:
    assert found(hubspot, where("hs_object_id", "GT", "9")) == ["Ana", "bea", "Carl"]
    assert found(hubspot, where("hs_object_id", "GT", people[1])) == ["Carl"]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": 0},
        {"after": "x"},
        {"after": "9900", "limit": 101},
        {"after": "10000", "limit": 1},
        {"filterGroups": [{"filters": [where("firstname", "EQ", "a")]}] * 6},
        {"filterGroups": [{"filters": [where("firstname", "EQ", "a")] * 7}]},
        {"filterGroups": [{"filters": [where("firstname", "EQ", "a")] * 5}] * 4},
        {"filterGroups": [{"filters": [where("colour", "EQ", "a")]}]},
        {"filterGroups": [{"filters": [where("firstname", "LIKE", "a")]}]},
        {"filterGroups": [{"filters": [where("firstname", "EQ")]}]},
        {"filterGroups": [{"filters": [where("firstname", "IN", "a")]}]},
        {"filterGroups": [{"filters": [where("annualrevenue", "GT", "much")]}]},
        {"filterGroups": [{"filters": [where("closedate", "GT", "soon")]}]},
        {"filterGroups": ["x"]},
        {"sorts": [{"propertyName": "colour"}]},
        {"query": "x" * 3000},
    ],
)
def test_what_is_beyond_the_limits_or_makes_no_sense_is_refused(hubspot: Any, body: dict[str, Any]) -> None:
    answer = search(hubspot, **body)
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")


def test_the_last_page_before_the_ceiling_is_given(hubspot: Any, people: list[str]) -> None:
    assert people
    assert search(hubspot, after="9800", limit=200).status_code == 200


def test_search_has_five_calls_a_second_and_no_rate_headers(sandbox: Sandbox, hubspot: Any) -> None:
    sandbox.state.settings["hubspot.search_limit"] = 5
    answers = [search(hubspot) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].json()["policyName"] == "SECONDLY"
    assert not [name for answer in answers for name in answer.headers if "ratelimit" in name.lower()]


def test_search_does_not_use_up_the_ten_second_window(hubspot: Any, sandbox: Sandbox) -> None:
    sandbox.state.settings["hubspot.search_limit"] = 1000
    for _ in range(10):
        search(hubspot)
    assert hubspot("GET", CONTACTS).headers["X-HubSpot-RateLimit-Remaining"] == "189"


def test_archived_and_merged_contacts_are_not_found(hubspot: Any, people: list[str]) -> None:
    hubspot("DELETE", f"{CONTACTS}/{people[0]}")
    merge = {"primaryObjectId": people[1], "objectIdToMerge": people[2]}
    survivor = hubspot("POST", f"{CONTACTS}/merge", merge).json()["id"]
    assert [each["id"] for each in search(hubspot).json()["results"]] == [survivor]


def test_the_index_lags_behind_a_write_but_reading_by_id_does_not(serve: Callable[..., Sandbox]) -> None:
    sandbox = serve(index_lag_seconds=60)
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {sandbox.hubspot.token}"
    with session:
        base = sandbox.hubspot.base_url + CONTACTS
        made = session.post(base, json={"properties": {"firstname": "Ana"}}, timeout=20).json()
        assert session.get(f"{base}/{made['id']}", timeout=20).status_code == 200
        assert session.post(f"{base}/search", json={}, timeout=20).json()["total"] == 0
        sandbox.state.clock.advance(61)
        assert session.post(f"{base}/search", json={}, timeout=20).json()["total"] == 1
        session.patch(f"{base}/{made['id']}", json={"properties": {"firstname": "Bea"}}, timeout=20)
        (shown,) = session.post(f"{base}/search", json={}, timeout=20).json()["results"]
        assert shown["properties"]["firstname"] == "Ana"


def test_the_index_catches_up_in_machine_time(serve: Callable[..., Sandbox]) -> None:
    sandbox = serve(index_lag_seconds=0.3, frozen=True)
    headers = {"Authorization": f"Bearer {sandbox.hubspot.token}"}
    base = sandbox.hubspot.base_url + CONTACTS
    sandbox.state.settings["hubspot.search_limit"] = 1000
    requests.post(base, json={"properties": {"firstname": "Ana"}}, headers=headers, timeout=20)
    deadline = time.monotonic() + 10
    totals = [0]
    while totals[-1] == 0 and time.monotonic() < deadline:
        totals.append(requests.post(f"{base}/search", json={}, headers=headers, timeout=20).json()["total"])
    assert totals[1] == 0
    assert totals[-1] == 1


def test_a_keyset_over_a_frozen_window_reads_each_of_ten_thousand_contacts_once(
    sandbox: Sandbox, hubspot: Any
) -> None:
    sandbox.state.settings["hubspot.search_limit"] = 1000
    for start in range(0, 10_000, 100):
        rows = [{"properties": {"email": f"u{start + each}@example.com"}} for each in range(100)]
        hubspot("POST", f"{CONTACTS}/batch/create", {"inputs": rows})
    sandbox.board.calls.clear()
    seen: list[int] = []
    while True:
        window = where("lastmodifieddate", "BETWEEN", "1767600000000", highValue="1767610000000")
        last = where("hs_object_id", "GT", str(seen[-1] if seen else 0))
        answer = search(
            hubspot,
            filterGroups=[{"filters": [window, last]}],
            sorts=[{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            limit=200,
            properties=["email"],
        ).json()
        seen += [int(each["id"]) for each in answer["results"]]
        if len(answer["results"]) < 200:
            break
    assert len(set(seen)) == len(seen) == 10_000
    assert sandbox.board.calls["hubspot"].total() == 51  # full pages of 200, and the empty one that ends them

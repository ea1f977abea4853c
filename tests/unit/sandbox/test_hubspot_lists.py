from typing import Any

import pytest

LISTS = "/crm/v3/lists"
CONTACTS = "/crm/v3/objects/contacts"


def make_list(hubspot: Any, name: str = "Nurture", processing: str = "MANUAL") -> str:
    wish = {"name": name, "objectTypeId": "0-1", "processingType": processing}
    answer = hubspot("POST", LISTS, wish)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["list"]["listId"])


@pytest.fixture
def ids(hubspot: Any) -> list[str]:
    return [
        hubspot("POST", CONTACTS, {"properties": {"firstname": name}}).json()["id"]
        for name in ("a", "b", "c")
    ]


def members(hubspot: Any, list_id: str, order: str = "") -> list[str]:
    page = hubspot("GET", f"{LISTS}/{list_id}/memberships{order}").json()
    return [each["recordId"] for each in page["results"]]


def test_a_list_is_found_by_id_and_by_name(hubspot: Any) -> None:
    made = make_list(hubspot)
    named = hubspot("GET", f"{LISTS}/object-type-id/0-1/name/Nurture").json()["list"]
    assert named == hubspot("GET", f"{LISTS}/{made}").json()["list"]
    assert (named["listId"], named["processingType"], named["size"]) == (made, "MANUAL", 0)
    assert hubspot("GET", f"{LISTS}/object-type-id/0-1/name/nobody").status_code == 404
    assert hubspot("GET", f"{LISTS}/999").status_code == 404


def test_a_name_is_used_once(hubspot: Any) -> None:
    made = make_list(hubspot)
    wish = {"name": "Nurture", "objectTypeId": "0-1", "processingType": "MANUAL"}
    assert hubspot("POST", LISTS, wish).status_code == 400
    assert hubspot("DELETE", f"{LISTS}/{made}").status_code == 204
    assert hubspot("POST", LISTS, wish).status_code == 200


def test_adding_is_idempotent_and_answers_with_hubspots_typo(hubspot: Any, ids: list[str]) -> None:
    made = make_list(hubspot)
    first = hubspot("PUT", f"{LISTS}/{made}/memberships/add", [*ids[:2], "999"]).json()
    assert first == {"recordsIdsAdded": ids[:2], "recordIdsRemoved": [], "recordIdsMissing": ["999"]}
    again = hubspot("PUT", f"{LISTS}/{made}/memberships/add", ids[:2]).json()
    assert again == {"recordsIdsAdded": [], "recordIdsRemoved": [], "recordIdsMissing": []}
    assert members(hubspot, made) == ids[:2]


def test_members_can_be_removed_and_swapped(hubspot: Any, ids: list[str]) -> None:
    made = make_list(hubspot)
    hubspot("PUT", f"{LISTS}/{made}/memberships/add", ids[:2])
    swap = {"recordIdsToAdd": [ids[2]], "recordIdsToRemove": [ids[0]]}
    swapped = hubspot("PUT", f"{LISTS}/{made}/memberships/add-and-remove", swap).json()
    assert (swapped["recordsIdsAdded"], swapped["recordIdsRemoved"]) == ([ids[2]], [ids[0]])
    removed = hubspot("PUT", f"{LISTS}/{made}/memberships/remove", [ids[1], ids[0]]).json()
    assert removed["recordIdsRemoved"] == [ids[1]]
    assert members(hubspot, made) == [ids[2]]
    assert hubspot("DELETE", f"{LISTS}/{made}/memberships").status_code == 204
    assert members(hubspot, made) == []


def test_join_order_is_the_order_of_joining_with_the_business_time(
    sandbox: Any, hubspot: Any, ids: list[str]
) -> None:
    made = make_list(hubspot)
    for each in reversed(ids):
        hubspot("PUT", f"{LISTS}/{made}/memberships/add", [each])
        sandbox.state.clock.advance(60)
    assert members(hubspot, made, "/join-order") == ids[::-1]
    assert members(hubspot, made) == ids
    first = hubspot("GET", f"{LISTS}/{made}/memberships/join-order?limit=2").json()
    assert first["results"][0]["membershipTimestamp"] == "2026-01-05T09:00:00.000Z"
    after = first["paging"]["next"]["after"]
    rest = hubspot("GET", f"{LISTS}/{made}/memberships/join-order?limit=2&after={after}").json()
    assert [each["recordId"] for each in rest["results"]] == ids[:1]


def test_a_snapshot_takes_members_but_a_dynamic_list_does_not(hubspot: Any, ids: list[str]) -> None:
    snapshot = make_list(hubspot, "Once", "SNAPSHOT")
    assert hubspot("PUT", f"{LISTS}/{snapshot}/memberships/add", ids).status_code == 200
    dynamic = make_list(hubspot, "Rules", "DYNAMIC")
    assert hubspot("PUT", f"{LISTS}/{dynamic}/memberships/add", ids).status_code == 400


def test_merged_and_archived_contacts_are_missing_and_no_members(hubspot: Any, ids: list[str]) -> None:
    made = make_list(hubspot)
    hubspot("PUT", f"{LISTS}/{made}/memberships/add", ids)
    hubspot("POST", f"{CONTACTS}/merge", {"primaryObjectId": ids[0], "objectIdToMerge": ids[1]})
    hubspot("DELETE", f"{CONTACTS}/{ids[2]}")
    answer = hubspot("PUT", f"{LISTS}/{made}/memberships/add", ids).json()
    assert answer["recordIdsMissing"] == ids
    assert hubspot("GET", f"{LISTS}/{made}").json()["list"]["size"] == 0


def test_a_record_tells_its_lists(hubspot: Any, ids: list[str]) -> None:
    first, second = make_list(hubspot, "One"), make_list(hubspot, "Two")
    for made in (first, second):
        hubspot("PUT", f"{LISTS}/{made}/memberships/add", ids[:1])
    told = hubspot("GET", f"{LISTS}/records/0-1/{ids[0]}/memberships").json()
    assert [each["listId"] for each in told["results"]] == [first, second]


def test_lists_are_searched_by_name(hubspot: Any) -> None:
    for name in ("Nurture ES", "Nurture MX", "Education"):
        make_list(hubspot, name)
    page = hubspot("POST", f"{LISTS}/search", {"query": "nurture", "count": 1}).json()
    assert (page["total"], page["hasMore"], [each["name"] for each in page["lists"]]) == (
        2,
        True,
        ["Nurture ES"],
    )
    ids = [each["listId"] for each in page["lists"]]
    assert [each["listId"] for each in hubspot("GET", f"{LISTS}?listIds={ids[0]}").json()["lists"]] == ids


@pytest.mark.parametrize("body", [None, {}, "x"])
def test_memberships_take_a_bare_array(hubspot: Any, body: object) -> None:
    made = make_list(hubspot)
    assert hubspot("PUT", f"{LISTS}/{made}/memberships/add", body).status_code == 400


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"name": "x", "objectTypeId": "0-2", "processingType": "MANUAL"},
        {"name": "x", "objectTypeId": "0-1", "processingType": "FAST"},
    ],
)
def test_nonsensical_lists_are_refused(hubspot: Any, wish: dict[str, str]) -> None:
    assert hubspot("POST", LISTS, wish).status_code == 400


def test_the_dated_path_leads_to_the_same_lists(hubspot: Any) -> None:
    made = make_list(hubspot)
    assert hubspot("GET", f"/crm/lists/2026-03/{made}").json()["list"]["name"] == "Nurture"

from typing import Any

import pytest

PROPERTIES = "/crm/v3/properties/contacts"
CONTACTS = "/crm/v3/objects/contacts"
STATUS = {
    "groupName": "ours",
    "name": "our_status",
    "label": "Our status",
    "type": "enumeration",
    "fieldType": "select",
    "options": [{"label": "On track", "value": "on_track", "hidden": False}],
}


@pytest.fixture(autouse=True)
def _group(hubspot: Any) -> None:
    made = hubspot("POST", f"{PROPERTIES}/groups", {"name": "ours", "label": "Ours"})
    assert (made.status_code, made.json()["name"]) == (201, "ours")


def text(name: str, **more: Any) -> dict[str, Any]:
    return {"groupName": "ours", "name": name, "label": name, "type": "string", "fieldType": "text", **more}


@pytest.mark.parametrize(
    ("name", "kind", "field", "read_only"),
    [
        ("email", "string", "text", False),
        ("lifecyclestage", "enumeration", "select", False),
        ("createdate", "datetime", "date", False),
        ("lastmodifieddate", "datetime", "date", True),
        ("hs_object_id", "number", "number", True),
        ("hs_v2_date_entered_marketingqualifiedlead", "datetime", "date", True),
        ("hs_analytics_num_page_views", "number", "number", True),
        ("hs_additional_emails", "enumeration", "checkbox", False),
        ("hs_email_optout", "bool", "booleancheckbox", True),
        ("hs_merged_object_ids", "enumeration", "checkbox", True),
        ("associatedcompanyid", "number", "number", False),
        ("recent_conversion_date", "datetime", "date", True),
    ],
)
def test_hubspots_own_properties_are_there_with_their_types(
    hubspot: Any, name: str, kind: str, field: str, read_only: bool
) -> None:
    told = hubspot("GET", f"{PROPERTIES}/{name}").json()
    assert (told["type"], told["fieldType"], told["hubspotDefined"]) == (kind, field, True)
    assert told["modificationMetadata"]["readOnlyValue"] is read_only


def test_the_stages_come_in_their_order(hubspot: Any) -> None:
    options = hubspot("GET", f"{PROPERTIES}/lifecyclestage").json()["options"]
    assert [option["value"] for option in options][:5] == [
        "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity",
    ]  # fmt: skip


def test_lead_status_has_its_eight_default_options(hubspot: Any) -> None:
    options = hubspot("GET", f"{PROPERTIES}/hs_lead_status").json()["options"]
    assert {option["value"] for option in options} == {
        "NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED", "ATTEMPTED_TO_CONTACT", "CONNECTED", "BAD_TIMING",
    }  # fmt: skip


def test_a_made_property_can_be_written_and_read(hubspot: Any) -> None:
    made = hubspot("POST", PROPERTIES, STATUS)
    assert (made.status_code, made.json()["hubspotDefined"]) == (201, False)
    contact = hubspot("POST", CONTACTS, {"properties": {"firstname": "Ana", "our_status": "on_track"}}).json()
    answer = hubspot("GET", f"{CONTACTS}/{contact['id']}?properties=our_status")
    assert answer.json()["properties"]["our_status"] == "on_track"
    assert "our_status" in {each["name"] for each in hubspot("GET", PROPERTIES).json()["results"]}


def test_a_taken_name_is_a_conflict_even_after_archiving(hubspot: Any) -> None:
    hubspot("POST", PROPERTIES, STATUS)
    assert hubspot("POST", PROPERTIES, STATUS).status_code == 409
    assert hubspot("DELETE", f"{PROPERTIES}/our_status").status_code == 204
    assert hubspot("GET", f"{PROPERTIES}/our_status").status_code == 404
    assert hubspot("GET", f"{PROPERTIES}/our_status?archived=true").json()["archived"] is True
    assert hubspot("POST", PROPERTIES, STATUS).status_code == 409
    assert hubspot("POST", f"{PROPERTIES}/groups", {"name": "ours", "label": "x"}).status_code == 409


@pytest.mark.parametrize(
    "wish",
    [
        text("x", label=""),
        text("Our_Status"),
        text("1st"),
        text("x", groupName="nobody"),
        text("x", type="colour"),
        text("x", type="datetime", fieldType="datetime"),
        text("x", type="number"),
        {"name": "x"},
        text("x", type="enumeration", fieldType="select", options=[{"label": "a"}]),
    ],
)
def test_nonsensical_definitions_are_refused(hubspot: Any, wish: dict[str, Any]) -> None:
    answer = hubspot("POST", PROPERTIES, wish)
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")


def test_a_datetime_has_the_field_type_date(hubspot: Any) -> None:
    assert hubspot("POST", PROPERTIES, text("due_at", type="datetime", fieldType="date")).status_code == 201


def test_a_date_is_a_day_or_midnight_utc(hubspot: Any) -> None:
    hubspot("POST", PROPERTIES, text("birthday", type="date", fieldType="date"))
    contact = hubspot("POST", CONTACTS, {"properties": {"firstname": "Ana"}}).json()["id"]

    def write(value: str) -> int:
        return int(hubspot("PATCH", f"{CONTACTS}/{contact}", {"properties": {"birthday": value}}).status_code)

    assert (write("2026-02-03"), write("1770076800000"), write("1770076800001"), write("3/2/2026")) == (
        200, 200, 400, 400,
    )  # fmt: skip


def test_a_bool_gets_its_two_options(hubspot: Any) -> None:
    made = hubspot("POST", PROPERTIES, text("vip", type="bool", fieldType="booleancheckbox")).json()
    assert [option["value"] for option in made["options"]] == ["true", "false"]


def test_options_are_replaced_as_a_whole(hubspot: Any) -> None:
    hubspot("POST", PROPERTIES, STATUS)
    options = [{"label": "Breached", "value": "breached", "hidden": False}]
    changed = hubspot("PATCH", f"{PROPERTIES}/our_status", {"options": options, "label": "Status"}).json()
    assert ([option["value"] for option in changed["options"]], changed["label"]) == (["breached"], "Status")
    answer = hubspot("POST", CONTACTS, {"properties": {"firstname": "Ana", "our_status": "on_track"}})
    assert answer.status_code == 400


def test_a_new_lifecycle_stage_is_dated_like_the_others(hubspot: Any) -> None:
    options = hubspot("GET", f"{PROPERTIES}/lifecyclestage").json()["options"]
    options.append({"label": "Champion", "value": "1234567", "displayOrder": 9, "hidden": False})
    assert hubspot("PATCH", f"{PROPERTIES}/lifecyclestage", {"options": options}).status_code == 200
    contact = hubspot(
        "POST", CONTACTS, {"properties": {"firstname": "Ana", "lifecyclestage": "1234567"}}
    ).json()
    read = hubspot("GET", f"{CONTACTS}/{contact['id']}?properties=hs_v2_date_entered_1234567").json()
    assert read["properties"]["hs_v2_date_entered_1234567"] == "2026-01-05T09:00:00.000Z"


def test_hubspots_own_properties_cannot_be_redefined_or_archived(hubspot: Any) -> None:
    assert hubspot("PATCH", f"{PROPERTIES}/email", {"label": "Mail"}).status_code == 400
    assert hubspot("DELETE", f"{PROPERTIES}/email").status_code == 400
    assert hubspot("PATCH", f"{PROPERTIES}/nothing", {"label": "x"}).status_code == 404


def test_a_batch_creates_what_it_can(hubspot: Any) -> None:
    hubspot("POST", PROPERTIES, STATUS)
    answer = hubspot("POST", f"{PROPERTIES}/batch/create", {"inputs": [text("one"), STATUS]})
    assert answer.status_code == 207
    assert [each["name"] for each in answer.json()["results"]] == ["one"]
    assert answer.json()["errors"][0]["context"] == {"name": ["our_status"]}
    fine = hubspot("POST", f"{PROPERTIES}/batch/create", {"inputs": [text("two"), text("three")]})
    assert fine.status_code == 201
    read = hubspot("POST", f"{PROPERTIES}/batch/read", {"inputs": [{"name": "two"}, {"name": "nine"}]})
    assert ([each["name"] for each in read.json()["results"]], read.status_code) == (["two"], 207)
    gone = hubspot("POST", f"{PROPERTIES}/batch/archive", {"inputs": [{"name": "two"}]})
    assert gone.status_code == 204
    assert hubspot("GET", f"{PROPERTIES}/two").status_code == 404


def test_an_object_has_at_most_ten_unique_properties(hubspot: Any) -> None:
    statuses = [
        hubspot("POST", PROPERTIES, text(f"unique_{number}", hasUniqueValue=True)).status_code
        for number in range(11)
    ]
    assert statuses == [201] * 10 + [400]


def test_groups_can_be_listed_renamed_and_removed_when_empty(hubspot: Any) -> None:
    groups = {each["name"] for each in hubspot("GET", f"{PROPERTIES}/groups").json()["results"]}
    assert {"contactinformation", "ours"} <= groups
    assert hubspot("PATCH", f"{PROPERTIES}/groups/ours", {"label": "Sync"}).json()["label"] == "Sync"
    hubspot("POST", PROPERTIES, text("one"))
    assert hubspot("DELETE", f"{PROPERTIES}/groups/ours").status_code == 400
    hubspot("DELETE", f"{PROPERTIES}/one")
    assert hubspot("DELETE", f"{PROPERTIES}/groups/ours").status_code == 204
    assert hubspot("GET", f"{PROPERTIES}/groups/ours").status_code == 404


@pytest.mark.parametrize(
    "base", ["/crm/v3/properties/0-1", "/crm/properties/2026-03/contacts", "/crm/properties/2026-09/0-1"]
)
def test_dated_paths_and_type_ids_lead_to_the_same_properties(hubspot: Any, base: str) -> None:
    assert hubspot("GET", f"{base}/email").json()["name"] == "email"


def test_other_object_types_are_refused(hubspot: Any) -> None:
    assert hubspot("GET", "/crm/v3/properties/llamas").status_code == 400

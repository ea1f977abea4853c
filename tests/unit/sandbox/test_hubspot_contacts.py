import json
from typing import Any

import pytest

from sandbox.server import Sandbox

CONTACTS = "/crm/v3/objects/contacts"


def make(hubspot: Any, **properties: str) -> dict[str, Any]:
    answer = hubspot("POST", CONTACTS, {"properties": properties})
    assert answer.status_code == 201, answer.text
    return answer.json()


def read(hubspot: Any, contact_id: str, *names: str) -> dict[str, Any]:
    return hubspot("GET", f"{CONTACTS}/{contact_id}?properties={','.join(names)}").json()["properties"]


def patch(hubspot: Any, contact_id: str, **properties: str) -> Any:
    return hubspot("PATCH", f"{CONTACTS}/{contact_id}", {"properties": properties})


def inner_codes(answer: Any) -> list[tuple[str, str]]:
    """The (name, error) pairs out of the JSON array that a validation message holds as text."""
    message = answer.json()["message"]
    return [(each["name"], each["error"]) for each in json.loads(message[message.index("[") :])]


def test_a_contact_carries_the_business_clock_when_made_and_when_written(
    sandbox: Sandbox, hubspot: Any
) -> None:
    made = make(hubspot, email="Ana@Example.com", firstname="Ana")
    assert made["createdAt"] == made["updatedAt"] == "2026-01-05T09:00:00.000Z"
    assert made["properties"]["email"] == "ana@example.com"
    sandbox.state.clock.advance(90)
    written = patch(hubspot, made["id"], firstname="Anna").json()
    assert written["createdAt"] == "2026-01-05T09:00:00.000Z"
    assert written["updatedAt"] == written["properties"]["lastmodifieddate"] == "2026-01-05T09:01:30.000Z"


def test_writing_the_same_value_still_moves_lastmodifieddate(sandbox: Sandbox, hubspot: Any) -> None:
    made = make(hubspot, email="ana@example.com")
    sandbox.state.clock.advance(60)
    assert patch(hubspot, made["id"], email="ana@example.com").json()["updatedAt"] > made["updatedAt"]


def test_a_contact_needs_an_identity(hubspot: Any) -> None:
    answer = hubspot("POST", CONTACTS, {"properties": {"phone": "1"}})
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")


def test_a_taken_email_is_a_conflict_with_the_id_only_in_the_text(hubspot: Any) -> None:
    made = make(hubspot, email="ana@example.com")
    answer = hubspot("POST", CONTACTS, {"properties": {"email": "ANA@example.com"}})
    assert answer.status_code == 409
    assert answer.json()["category"] == "CONFLICT"
    assert answer.json()["message"] == f"Contact already exists. Existing ID: {made['id']}"


def test_a_secondary_email_is_taken_too(hubspot: Any) -> None:
    made = make(hubspot, email="ana@example.com", hs_additional_emails="ana@home.example.com")
    other = make(hubspot, email="bea@example.com")
    answer = patch(hubspot, other["id"], email="ana@home.example.com")
    assert (answer.status_code, answer.json()["message"][-3:]) == (409, made["id"])


def test_only_a_handful_of_properties_come_unasked_and_empty_ones_are_null(hubspot: Any) -> None:
    made = make(hubspot, email="ana@example.com", city="Lima")
    answer = hubspot("GET", f"{CONTACTS}/{made['id']}").json()
    assert set(answer["properties"]) == {
        "createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname",
    }  # fmt: skip
    assert answer["properties"]["lastname"] is None


def test_unknown_property_names_are_left_out_on_read(hubspot: Any) -> None:
    made = make(hubspot, email="ana@example.com")
    assert "colour" not in read(hubspot, made["id"], "email", "colour")


def test_an_unknown_property_refuses_the_whole_write(hubspot: Any) -> None:
    made = make(hubspot, email="ana@example.com")
    answer = patch(hubspot, made["id"], firstname="Ana", colour="red")
    assert answer.status_code == 400
    assert inner_codes(answer) == [("colour", "PROPERTY_DOESNT_EXIST")]
    assert read(hubspot, made["id"], "firstname")["firstname"] is None


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("email", "not an address", "INVALID_EMAIL"),
        ("email", "ana@example", "INVALID_EMAIL"),
        ("annualrevenue", "a lot", "INVALID_INTEGER"),
        ("annualrevenue", "nan", "INVALID_INTEGER"),
        ("hs_lead_status", "SLEEPING", "INVALID_OPTION"),
        ("hs_lead_status", "new", "INVALID_OPTION"),
        ("lifecyclestage", "prospect", "INVALID_OPTION"),
        ("closedate", "soon", "INVALID_DATE"),
        ("createdate", "32.13.2026", "INVALID_DATE"),
        ("hs_object_id", "7", "READ_ONLY_VALUE"),
        ("lastmodifieddate", "2026-01-01", "READ_ONLY_VALUE"),
        ("hs_email_optout", "true", "READ_ONLY_VALUE"),
        ("hubspot_owner_id", "1", "INVALID_OWNER_ID"),
    ],
)
def test_values_are_checked_by_type(hubspot: Any, name: str, value: str, code: str) -> None:
    made = make(hubspot, firstname="Ana")
    answer = patch(hubspot, made["id"], **{name: value})
    assert answer.status_code == 400
    assert inner_codes(answer) == [(name, code)]
    assert answer.json()["errors"][0]["code"] == code


def test_all_problems_of_a_write_are_told_at_once(hubspot: Any) -> None:
    answer = hubspot("POST", CONTACTS, {"properties": {"email": "x", "annualrevenue": "y", "colour": "z"}})
    assert {code for _, code in inner_codes(answer)} == {
        "INVALID_EMAIL", "INVALID_INTEGER", "PROPERTY_DOESNT_EXIST",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("1767603600000", "2026-01-05T09:00:00.000Z"),
        ("2026-01-05T10:00:00+01:00", "2026-01-05T09:00:00.000Z"),
        ("2026-01-05T09:00:00Z", "2026-01-05T09:00:00.000Z"),
    ],
)
def test_instants_are_taken_as_milliseconds_or_iso(hubspot: Any, given: str, kept: str) -> None:
    made = make(hubspot, firstname="Ana", closedate=given)
    assert read(hubspot, made["id"], "closedate")["closedate"] == kept


def test_an_empty_text_clears_a_value(hubspot: Any) -> None:
    made = make(hubspot, email="ana@example.com", city="Lima")
    patch(hubspot, made["id"], city="")
    assert read(hubspot, made["id"], "city")["city"] is None


def test_null_is_no_value(hubspot: Any) -> None:
    answer = hubspot("POST", CONTACTS, {"properties": {"firstname": "Ana", "city": None}})
    assert answer.status_code == 400


def test_a_contact_is_found_and_written_by_primary_and_secondary_email(hubspot: Any) -> None:
    made = make(hubspot, email="ana@example.com", hs_additional_emails="ana@home.example.com")
    for email in ("ana@example.com", "ANA@home.example.com"):
        assert hubspot("GET", f"{CONTACTS}/{email}?idProperty=email").json()["id"] == made["id"]
    path = f"{CONTACTS}/ana@home.example.com?idProperty=email"
    assert hubspot("PATCH", path, {"properties": {"city": "Lima"}}).json()["id"] == made["id"]


def test_a_leading_semicolon_appends_to_a_checkbox_property(hubspot: Any) -> None:
    made = make(hubspot, email="a@example.com", hs_additional_emails="b@example.com")
    patch(hubspot, made["id"], hs_additional_emails=";c@example.com")
    assert read(hubspot, made["id"], "hs_additional_emails")["hs_additional_emails"] == (
        "b@example.com;c@example.com"
    )


def test_the_list_pages_by_the_id_of_the_next_contact(hubspot: Any) -> None:
    ids = [make(hubspot, firstname=f"c{number}")["id"] for number in range(5)]
    hubspot("DELETE", f"{CONTACTS}/{ids[2]}")
    first = hubspot("GET", f"{CONTACTS}?limit=2").json()
    assert [each["id"] for each in first["results"]] == ids[:2]
    assert first["paging"]["next"]["after"] == ids[3]
    last = hubspot("GET", f"{CONTACTS}?limit=2&after={ids[3]}").json()
    assert [each["id"] for each in last["results"]] == ids[3:]
    assert "paging" not in last


@pytest.mark.parametrize("query", ["limit=101", "limit=0", "limit=51&propertiesWithHistory=email"])
def test_pages_have_their_limits(hubspot: Any, query: str) -> None:
    assert hubspot("GET", f"{CONTACTS}?{query}").status_code == 400


def test_an_archived_contact_is_only_in_the_recycle_bin_and_for_ninety_days(
    sandbox: Sandbox, hubspot: Any
) -> None:
    made = make(hubspot, email="ana@example.com")
    assert hubspot("DELETE", f"{CONTACTS}/{made['id']}").status_code == 204
    assert hubspot("GET", f"{CONTACTS}/{made['id']}").status_code == 404
    assert patch(hubspot, made["id"], city="Lima").status_code == 404
    assert hubspot("GET", CONTACTS).json()["results"] == []
    binned = hubspot("GET", f"{CONTACTS}?archived=true").json()["results"]
    assert [(each["id"], each["archived"]) for each in binned] == [(made["id"], True)]
    assert make(hubspot, email="ana@example.com")["id"] != made["id"]
    sandbox.state.clock.advance(91 * 86_400)
    assert hubspot("GET", f"{CONTACTS}?archived=true").json()["results"] == []


def test_archiving_twice_is_no_error(hubspot: Any) -> None:
    made = make(hubspot, firstname="Ana")
    assert [hubspot("DELETE", f"{CONTACTS}/{made['id']}").status_code for _ in range(2)] == [204, 204]


def test_erased_contacts_are_gone_for_good(hubspot: Any) -> None:
    make(hubspot, email="ana@example.com")
    wish = {"objectId": "ana@example.com", "idProperty": "email"}
    assert hubspot("POST", f"{CONTACTS}/gdpr-delete", wish).status_code == 204
    assert hubspot("GET", f"{CONTACTS}?archived=true").json()["results"] == []
    assert hubspot("GET", f"{CONTACTS}/101?archived=true").status_code == 404


def test_history_tells_each_value_its_time_and_its_source_newest_first(
    sandbox: Sandbox, hubspot: Any
) -> None:
    made = make(hubspot, email="ana@example.com", lifecyclestage="lead")
    sandbox.state.clock.advance(3600)
    patch(hubspot, made["id"], lifecyclestage="marketingqualifiedlead")
    told = hubspot("GET", f"{CONTACTS}/{made['id']}?propertiesWithHistory=lifecyclestage").json()
    versions = told["propertiesWithHistory"]["lifecyclestage"]
    assert [(each["value"], each["timestamp"]) for each in versions] == [
        ("marketingqualifiedlead", "2026-01-05T10:00:00.000Z"),
        ("lead", "2026-01-05T09:00:00.000Z"),
    ]
    assert versions[0]["sourceType"] == "INTEGRATION"


def test_the_stage_goes_forward_and_dates_itself(sandbox: Sandbox, hubspot: Any) -> None:
    made = make(hubspot, email="ana@example.com", lifecyclestage="lead")
    sandbox.state.clock.advance(3600)
    patch(hubspot, made["id"], lifecyclestage="marketingqualifiedlead")
    dates = read(
        hubspot,
        made["id"],
        "hs_v2_date_entered_lead",
        "hs_v2_date_exited_lead",
        "hs_v2_date_entered_marketingqualifiedlead",
    )
    assert dates["hs_v2_date_entered_lead"] == "2026-01-05T09:00:00.000Z"
    assert dates["hs_v2_date_exited_lead"] == "2026-01-05T10:00:00.000Z"
    assert dates["hs_v2_date_entered_marketingqualifiedlead"] == "2026-01-05T10:00:00.000Z"


def test_a_backward_stage_is_ignored_without_a_word(hubspot: Any) -> None:
    made = make(hubspot, email="ana@example.com", lifecyclestage="opportunity")
    answer = patch(hubspot, made["id"], lifecyclestage="lead", city="Lima")
    assert answer.status_code == 200
    now = read(hubspot, made["id"], "lifecyclestage", "city")
    assert (now["lifecyclestage"], now["city"]) == ("opportunity", "Lima")


def test_a_backward_stage_can_be_an_error_and_then_costs_the_whole_write(hubspot: Any, control: Any) -> None:
    control("POST", "/settings", {"hubspot.backward_stage": "error"})
    made = make(hubspot, email="ana@example.com", lifecyclestage="opportunity")
    assert patch(hubspot, made["id"], lifecyclestage="lead", city="Lima").status_code == 400
    assert read(hubspot, made["id"], "city")["city"] is None


def test_a_cleared_stage_may_go_anywhere(hubspot: Any) -> None:
    made = make(hubspot, email="ana@example.com", lifecyclestage="opportunity")
    patch(hubspot, made["id"], lifecyclestage="")
    patch(hubspot, made["id"], lifecyclestage="lead")
    assert read(hubspot, made["id"], "lifecyclestage")["lifecyclestage"] == "lead"


def merge(hubspot: Any, primary: str, other: str) -> dict[str, Any]:
    answer = hubspot("POST", f"{CONTACTS}/merge", {"primaryObjectId": primary, "objectIdToMerge": other})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_merge_makes_a_new_record_that_both_old_ids_lead_to(hubspot: Any) -> None:
    first = make(hubspot, email="ana@example.com", city="Lima", lifecyclestage="lead")
    second = make(hubspot, email="ana@home.example.com", country="PE", lifecyclestage="opportunity")
    survivor = merge(hubspot, first["id"], second["id"])
    assert survivor["id"] not in (first["id"], second["id"])
    for old in (first["id"], second["id"]):
        answer = hubspot("GET", f"{CONTACTS}/{old}?properties=email,hs_additional_emails,city,country")
        assert (answer.status_code, answer.json()["id"]) == (200, survivor["id"])
    values = survivor["properties"]
    assert (values["email"], values["hs_additional_emails"]) == ("ana@example.com", "ana@home.example.com")
    assert (values["city"], values["country"], values["lifecyclestage"]) == ("Lima", "PE", "opportunity")
    assert values["hs_merged_object_ids"] == f"{first['id']};{second['id']}"
    assert values["hs_calculated_merged_vids"] == f"{first['id']}:1767603600000;{second['id']}:1767603600000"
    assert [each["id"] for each in hubspot("GET", CONTACTS).json()["results"]] == [survivor["id"]]


def test_a_merge_keeps_the_primary_where_the_account_does_so(hubspot: Any, control: Any) -> None:
    control("POST", "/settings", {"hubspot.merge_keeps_primary": True})
    first, second = make(hubspot, email="a@example.com"), make(hubspot, email="b@example.com")
    assert merge(hubspot, first["id"], second["id"])["id"] == first["id"]
    assert hubspot("GET", f"{CONTACTS}/{second['id']}").json()["id"] == first["id"]
    assert hubspot("GET", f"{CONTACTS}/b@example.com?idProperty=email").json()["id"] == first["id"]


def test_merges_chain(hubspot: Any) -> None:
    ids = [make(hubspot, firstname=f"c{number}")["id"] for number in range(3)]
    survivor = merge(hubspot, merge(hubspot, ids[0], ids[1])["id"], ids[2])
    assert {hubspot("GET", f"{CONTACTS}/{each}").json()["id"] for each in ids} == {survivor["id"]}


def test_a_merge_keeps_when_the_primary_reached_its_stage(sandbox: Sandbox, hubspot: Any) -> None:
    first = make(hubspot, firstname="a", lifecyclestage="marketingqualifiedlead")
    second = make(hubspot, firstname="b", lifecyclestage="lead")
    sandbox.state.clock.advance(3600)
    survivor = merge(hubspot, first["id"], second["id"])
    told = hubspot("GET", f"{CONTACTS}/{survivor['id']}?propertiesWithHistory=lifecyclestage").json()
    versions = told["propertiesWithHistory"]["lifecyclestage"]
    assert [(each["value"], each["timestamp"]) for each in versions] == [
        ("marketingqualifiedlead", "2026-01-05T09:00:00.000Z")
    ]


def test_a_profile_has_at_most_250_identities(hubspot: Any, control: Any) -> None:
    control("POST", "/settings", {"hubspot.burst_limit": 1000})
    primary = make(hubspot, email="a@example.com")["id"]
    emails = ";".join(f"a{number}@example.com" for number in range(247))
    patch(hubspot, primary, hs_additional_emails=emails)
    other = make(hubspot, firstname="b")["id"]
    wish = {"primaryObjectId": primary, "objectIdToMerge": other}
    assert hubspot("POST", f"{CONTACTS}/merge", wish).status_code == 200
    wish = {"primaryObjectId": primary, "objectIdToMerge": make(hubspot, firstname="c")["id"]}
    assert hubspot("POST", f"{CONTACTS}/merge", wish).status_code == 414


@pytest.mark.parametrize(
    "base", ["/crm/v3/objects/0-1", "/crm/objects/2026-09/contacts", "/crm/objects/2026-03/0-1"]
)
def test_dated_paths_and_type_ids_lead_to_the_same_contacts(hubspot: Any, base: str) -> None:
    made = make(hubspot, email="ana@example.com")
    assert hubspot("GET", f"{base}/{made['id']}").json()["id"] == made["id"]


def test_associations_are_refused_rather_than_dropped(hubspot: Any) -> None:
    wish = {"properties": {"firstname": "Ana"}, "associations": [{"to": {"id": "1"}, "types": []}]}
    assert hubspot("POST", CONTACTS, wish).status_code == 400


def test_a_body_that_is_no_json_and_a_path_that_is_none_are_told(hubspot: Any) -> None:
    assert hubspot("POST", CONTACTS, None, data="{").status_code == 400
    assert hubspot("POST", CONTACTS, {"properties": {"firstname": "half \ud83d"}}).status_code == 400
    assert hubspot("GET", "/crm/v3/objects/llamas").status_code == 404


def test_names_of_300_letters_emoji_and_formulas_are_taken_as_they_are(hubspot: Any) -> None:
    name = "=HYPERLINK(\"x\", 'y'), \U0001f600 " + "ñ" * 300
    made = make(hubspot, firstname=name)
    assert read(hubspot, made["id"], "firstname")["firstname"] == name


def test_tracking_dates_itself_as_analytics(hubspot: Any, control: Any) -> None:
    made = make(hubspot, email="ana@example.com")
    wish = {"id": made["id"], "properties": {"hs_email_open": "3"}}
    assert control("POST", "/hubspot/tracking", wish).json() == {"id": made["id"]}
    told = hubspot("GET", f"{CONTACTS}/{made['id']}?propertiesWithHistory=hs_email_open").json()
    assert told["propertiesWithHistory"]["hs_email_open"][0]["sourceType"] == "ANALYTICS"
    for wrong in (
        {"email": "nobody@example.com", "properties": {}},
        {"id": made["id"], "properties": {"email": "x"}},
    ):
        assert control("POST", "/hubspot/tracking", wrong).status_code == 400


def test_an_administrators_rule_binds_the_dated_paths_only(hubspot: Any, control: Any) -> None:
    control("POST", "/hubspot/rules", {"property": "phone", "pattern": r"\+\d+"})
    wish = {"properties": {"firstname": "Ana", "phone": "call me"}}
    answer = hubspot("POST", "/crm/objects/2026-09/contacts", wish)
    assert (answer.status_code, [name for name, _ in inner_codes(answer)]) == (400, ["phone"])
    row = {"id": make(hubspot, firstname="Bea")["id"], "properties": {"phone": "call me"}}
    batch = hubspot("POST", "/crm/objects/2026-09/contacts/batch/update", {"inputs": [row]})
    assert (batch.status_code, batch.json()["numErrors"]) == (207, 1)
    assert hubspot("POST", CONTACTS, wish).status_code == 201
    fine = {"properties": {"firstname": "Carl", "phone": "+34600"}}
    assert hubspot("POST", "/crm/objects/2026-09/contacts", fine).status_code == 201
    for wrong in ({"property": "colour", "pattern": "x"}, {"property": "phone", "pattern": "("}):
        assert control("POST", "/hubspot/rules", wrong).status_code == 400


def test_people_can_take_a_contact_out_of_the_recycle_bin(hubspot: Any, control: Any) -> None:
    made = make(hubspot, email="ana@example.com")
    hubspot("DELETE", f"{CONTACTS}/{made['id']}")
    assert control("POST", "/hubspot/restore", {"id": made["id"]}).json() == {"id": made["id"]}
    assert hubspot("GET", f"{CONTACTS}/ana@example.com?idProperty=email").json()["id"] == made["id"]
    assert control("POST", "/hubspot/restore", {"id": made["id"]}).status_code == 400
    hubspot("DELETE", f"{CONTACTS}/{made['id']}")
    make(hubspot, email="ana@example.com")
    assert control("POST", "/hubspot/restore", {"id": made["id"]}).status_code == 400

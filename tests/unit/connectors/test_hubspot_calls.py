"""What the HubSpot connector sends, and what it makes of HubSpot's answers."""

import json
import logging

import pytest

from connectors.base import FieldWanted, Outcome, Schema, StageChange, Tenant, TrackChange, Write
from connectors.errors import (
    ContractBroken,
    CredentialsRefused,
    Misconfigured,
    QuotaUsedUp,
    RecordRefused,
    Unavailable,
)
from connectors.hubspot import schema as schemas
from connectors.hubspot.calls import CALLS, find_call
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.errors import next_midnight, parse
from connectors.hubspot.marketing import HubSpot
from mapping.records import ValueType, parse_instant

NAMES = {
    "email": "string",
    "firstname": "string",
    "lastmodifieddate": "datetime",
    "hs_object_id": "number",
    "hs_additional_emails": "enumeration",
    "hs_merged_object_ids": "string",
    "lifecyclestage": "enumeration",
    "hs_v2_date_entered_lead": "datetime",
    "recent_conversion_event_name": "string",
    "recent_conversion_date": "datetime",
    "acuerdo_sla_due_at": "datetime",
}
KNOWN = schemas.read_schema(
    {"name": name, "type": kind, "options": [{"value": "lead"}, {"value": "customer"}]}
    for name, kind in NAMES.items()
)
TENANT = Tenant(
    system="hubspot",
    id="77",
    name="x",
    timezone="America/Bogota",
    now=0,
    record_url="https://app-eu1.hubspot.com/contacts/77/record/{kind}/{id}",
)


@pytest.fixture
def platform(hubspot_settings, waits):
    return HubSpot(hubspot_settings(), tenant=TENANT, schema=KNOWN, wait=waits)


def contact(number, **properties):
    stamp = "2026-05-13T12:00:00.123Z"
    return {
        "id": str(number),
        "properties": {"lastmodifieddate": stamp, **properties},
        "createdAt": stamp,
        "updatedAt": stamp,
        "archived": False,
    }


def failing(platform):
    """Any call, as an error comes out of it."""
    return platform.read(["1"], ["email"])


def test_every_call_has_one_dated_path_and_keeps_its_v3_path_when_told_so():
    for call in CALLS:
        path = call.path.replace("([^/]+)", "5").replace("(add|remove)", "add").removesuffix("/?")
        found, dated = find_call(call.method, path, "2026-09")
        assert found is call
        assert "v3" not in dated
        assert find_call(call.method, path, "v3") == (call, path)
    with pytest.raises(LookupError):
        find_call("GET", "/crm/v3/objects/deals", "2026-09")


def test_the_keyset_search_is_the_documented_one(vendor, platform, golden):
    documented = golden("hubspot", "search_keyset_request.json")
    vendor.say(200, {"total": 1, "results": [contact(9)]})
    cursor = json.dumps({"phase": "window", "since": 1579514400000, "high": 5, "after": "33451"})
    list(platform.changed(cursor, ["email", "lifecyclestage"]))
    newest, sent = vendor.bodies[:2]
    assert newest["sorts"] == [{"propertyName": "lastmodifieddate", "direction": "DESCENDING"}]
    assert sent.keys() == documented.keys()
    assert sent["sorts"] == documented["sorts"]
    assert sent["limit"] == documented["limit"]
    theirs, ours = documented["filterGroups"][0]["filters"], sent["filterGroups"][0]["filters"]
    assert ours[0] == theirs[0]
    assert {**ours[1], "highValue": theirs[1]["highValue"]} == theirs[1]
    assert vendor.requests[1]["path"] == "/crm/objects/2026-09/contacts/search"
    assert vendor.requests[1]["headers"]["Authorization"] == "Bearer pat-secret"


def test_a_batch_update_is_the_documented_one_with_trace_ids(vendor, platform, golden):
    documented = golden("hubspot", "batch_update_request.json")
    traced = golden("hubspot", "batch_create_request_with_trace_ids.json")
    vendor.say(200, {"status": "COMPLETE", "results": [contact(1), contact(2)]})
    platform.write_status([Write(key=f"k{one}", id=str(one), values={"firstname": "x"}) for one in (1, 2)])
    sent = vendor.bodies[0]
    assert sent.keys() == documented.keys()
    for row in sent["inputs"]:
        assert row.keys() == documented["inputs"][0].keys() | {"objectWriteTraceId"}
        assert traced["inputs"][0].keys() <= row.keys()
    assert [row["objectWriteTraceId"] for row in sent["inputs"]] == ["0", "1"]


def test_a_property_is_created_as_documented(golden):
    documented = golden("hubspot", "property_create_enumeration_request.json")
    wanted = FieldWanted(
        name="sla_status",
        label="SLA status",
        type=ValueType.choice,
        kinds=("contact",),
        options=("on_track", "breached"),
    )
    sent = schemas.definition_of(wanted)
    assert sent.keys() == documented.keys()
    assert sent["options"][0].keys() == documented["options"][0].keys()
    assert {name: sent[name] for name in ("name", "label", "type", "fieldType")} == {
        name: documented[name] for name in ("name", "label", "type", "fieldType")
    }
    unique = golden("hubspot", "property_create_unique_request.json")
    wanted = FieldWanted(name="a", label="A", type=ValueType.text, kinds=("contact",), unique=True)
    assert schemas.definition_of(wanted).keys() == unique.keys()


def test_a_datetime_is_created_with_the_field_type_of_a_date():
    wanted = FieldWanted(name="a", label="A", type=ValueType.instant, kinds=("contact",))
    assert {"type": "datetime", "fieldType": "date"}.items() <= schemas.definition_of(wanted).items()


def test_rows_of_a_207_are_told_apart_by_their_trace_ids(vendor, platform, golden):
    partial = golden("hubspot", "batch_create_response_207.json")
    fault = {**partial["errors"][0], "context": {"objectWriteTraceId": ["1"]}}
    vendor.say(207, {**partial, "results": [contact(3), contact(1)], "errors": [fault]})
    rows = [Write(key=f"k{one}", id=str(one), values={"firstname": "x"}) for one in (1, 2, 3)]
    results = platform.write_status(rows)
    assert [one.outcome for one in results] == [Outcome.written, Outcome.refused, Outcome.written]
    assert results[1].code == "PROPERTY_DOESNT_EXIST"
    assert "missing" in results[1].message
    assert results[0].at == parse_instant("2026-05-13T12:00:00+00:00")


def test_a_row_that_the_answer_does_not_mention_is_tried_by_a_later_run(vendor, platform):
    vendor.say(207, {"results": [contact(1)], "errors": []})
    rows = [Write(key=f"k{one}", id=str(one), values={"firstname": "x"}) for one in (1, 2)]
    assert [one.outcome for one in platform.write_status(rows)] == [Outcome.written, Outcome.retry]


def test_a_batch_refused_as_a_whole_is_halved_until_the_bad_row_stands_alone(hubspot_settings, vendor, waits):
    bad = {"status": "error", "category": "VALIDATION_ERROR", "message": "no"}

    def answer():
        ids = [row["id"] for row in vendor.requests[-1]["body"]["inputs"]]
        body = bad if "3" in ids else {"results": [contact(one) for one in ids]}
        return (
            400 if "3" in ids else 200,
            {"Content-Type": "application/json"},
            json.dumps(body).encode(),
            False,
        )

    vendor.next = answer
    platform = HubSpot(hubspot_settings(), tenant=TENANT, schema=KNOWN, wait=waits)
    rows = [Write(key=f"k{one}", id=str(one), values={"firstname": "x"}) for one in range(1, 9)]
    outcomes = {one.key: one.outcome for one in platform.write_status(rows)}
    assert outcomes.pop("k3") is Outcome.refused
    assert set(outcomes.values()) == {Outcome.written}


def test_a_batch_holds_a_hundred_rows_and_no_record_twice(vendor, platform):
    vendor.say(200, {"results": []})
    rows = [Write(key=f"k{one}", id=str(one), values={"firstname": "x"}) for one in range(150)]
    platform.write_status([*rows, Write(key="again", id="7", values={"firstname": "y"})])
    sizes = [len(body["inputs"]) for body in vendor.bodies]
    assert sizes == [100, 50, 1]


def test_values_travel_as_texts(vendor, platform):
    vendor.say(200, {"results": []})
    values = {"acuerdo_sla_due_at": 1_780_000_000, "firstname": None, "email": "a@example.com"}
    platform.write_status([Write(key="k", id="1", values=values)])
    sent = vendor.bodies[0]["inputs"][0]["properties"]
    assert sent == {
        "acuerdo_sla_due_at": "2026-05-28T20:26:40.000Z",
        "firstname": "",
        "email": "a@example.com",
    }


def test_a_contact_is_read_typed_dated_and_with_its_aliases(vendor, platform):
    row = contact(
        5,
        email="a@example.com",
        hs_additional_emails="b@example.com;c@example.com",
        hs_merged_object_ids="3;4",
        lifecyclestage="lead",
        hs_v2_date_entered_lead="1780000000000",
        recent_conversion_event_name="Demo",
        recent_conversion_date="2026-05-12T10:00:00Z",
        firstname="",
    )
    vendor.say(200, {"results": [row]})
    record = platform.read(["5"], ["email", "firstname", "lifecyclestage", "recent_conversion_event_name"])[0]
    assert record.values["hs_additional_emails"] == ("b@example.com", "c@example.com")
    assert record.values["firstname"] is None
    assert record.aliases == ("3", "4")
    assert record.dated == {
        "lifecyclestage": 1_780_000_000,
        "recent_conversion_event_name": parse_instant("2026-05-12T10:00:00+00:00"),
    }
    assert record.link == "https://app-eu1.hubspot.com/contacts/77/record/0-1/5"
    assert record.version == "2026-05-13T12:00:00.123Z"
    asked = vendor.bodies[0]["properties"]
    assert "hs_v2_date_entered_lead" in asked
    assert "recent_conversion_date" in asked


def test_a_company_may_say_where_a_profile_is_opened(vendor, hubspot_settings, waits):
    told = hubspot_settings(profile_link="https://crm.example.com/people/{id}?from=acuerdo")
    platform = HubSpot(told, tenant=TENANT, schema=KNOWN, wait=waits)
    vendor.say(200, {"results": [contact(5)]})
    assert platform.read(["5"], ["email"])[0].link == "https://crm.example.com/people/5?from=acuerdo"


def test_a_stage_is_dated_by_the_older_property_where_the_account_lacks_the_newer(
    vendor, hubspot_settings, waits
):
    names = {name: kind for name, kind in NAMES.items() if not name.startswith("hs_v2_")}
    names |= {"hs_lifecyclestage_lead_date": "datetime"}
    schema = schemas.read_schema(
        {"name": name, "type": kind, "options": [{"value": "lead"}, {"value": "customer"}]}
        for name, kind in names.items()
    )
    platform = HubSpot(hubspot_settings(), tenant=TENANT, schema=schema, wait=waits)
    stamp = "2026-05-12T10:00:00Z"
    vendor.say(
        200,
        {
            "results": [
                contact(5, lifecyclestage="lead", hs_lifecyclestage_lead_date=stamp),
                contact(6, lifecyclestage="customer", hs_lifecyclestage_lead_date=stamp),
            ]
        },
    )
    lead, customer = platform.read(["5", "6"], ["lifecyclestage"])
    assert lead.dated == {"lifecyclestage": parse_instant("2026-05-12T10:00:00+00:00")}
    assert customer.dated == {}
    assert "hs_lifecyclestage_lead_date" in vendor.bodies[0]["properties"]


def test_history_is_asked_for_as_documented_and_read_back_to_the_last_change(vendor, platform, golden):
    documented = golden("hubspot", "batch_read_with_history_request.json")
    versions = [
        {"value": "b", "timestamp": "2026-05-13T12:00:00Z"},
        {"value": "b", "timestamp": "2026-05-12T12:00:00Z"},
        {"value": "a", "timestamp": "2026-05-11T12:00:00Z"},
        {"value": "b", "timestamp": "2026-05-10T12:00:00Z"},
    ]
    vendor.say(200, {"results": [{"id": "5", "propertiesWithHistory": {"email": versions, "firstname": []}}]})
    told = platform.since(["5"], ["email", "firstname"])
    assert told == {"5": {"email": parse_instant("2026-05-12T12:00:00+00:00")}}
    assert vendor.bodies[0].keys() == documented.keys()
    platform.since([str(number) for number in range(120)], ["email"])
    assert [len(body["inputs"]) for body in vendor.bodies[1:]] == [50, 50, 20]


def test_a_broken_value_stays_as_it_came(vendor, platform):
    vendor.say(200, {"results": [contact(5, acuerdo_sla_due_at="31 of May")]})
    assert platform.read(["5"], ["acuerdo_sla_due_at"])[0].values["acuerdo_sla_due_at"] == "31 of May"


def test_a_search_whose_names_do_not_fit_asks_for_ids_and_reads_them_in_batches(
    vendor, hubspot_settings, waits
):
    names = {f"a_rather_long_property_name_{one:04}": "string" for one in range(150)}
    schema = schemas.read_schema({"name": name, "type": kind} for name, kind in (NAMES | names).items())
    platform = HubSpot(hubspot_settings(), tenant=TENANT, schema=schema, wait=waits)
    vendor.say(200, {"total": 1, "results": [contact(9)]})
    cursor = json.dumps({"phase": "window"})
    pages = list(platform.changed(cursor, list(names)))
    assert {row.id for page in pages for row in page.rows} == {"9"}
    assert [one["path"].rpartition("/")[2] for one in vendor.requests[:3]] == ["search", "search", "read"]
    assert all(len(json.dumps(body)) <= 3000 for body in vendor.bodies[:2])


def test_a_stage_that_does_not_hold_is_refused_and_the_old_one_put_back(vendor, platform):
    vendor.say(200, {"results": [contact(1, lifecyclestage="customer")]})  # before
    vendor.say(200, {"results": [contact(1)]}).say(200, {"results": [contact(1)]})  # cleared, set
    vendor.say(200, {"results": [contact(1, lifecyclestage="")]})  # and yet
    vendor.say(200, {"results": [contact(1)]})
    result = platform.set_stage([StageChange(key="k", id="1", stage="lead")])[0]
    assert (result.outcome, result.code) == (Outcome.refused, "STAGE_DID_NOT_HOLD")
    written = [
        body["inputs"][0]["properties"]["lifecyclestage"]
        for body in vendor.bodies
        if "properties" not in body
    ]
    assert written == ["", "lead", "customer"]


def test_a_stage_that_hubspot_does_not_know_is_refused_before_anything_is_cleared(vendor, platform):
    vendor.say(200, {"results": [contact(1, lifecyclestage="customer")]})
    result = platform.set_stage([StageChange(key="k", id="1", stage="nonsense")])[0]
    assert (result.outcome, result.code) == (Outcome.refused, "INVALID_OPTION")
    assert all(one["path"].endswith("/read") for one in vendor.requests)


def test_list_members_are_told_by_the_misspelt_field(vendor, platform, golden):
    documented = golden("hubspot", "list_membership_add_response.json")
    assert "recordsIdsAdded" in documented
    vendor.say(200, {"list": {"listId": "12", "name": "n", "processingType": "MANUAL"}})
    vendor.say(
        200, {**documented, "recordsIdsAdded": ["1"], "recordIdsRemoved": [], "recordIdsMissing": ["3"]}
    )
    rows = [TrackChange(key=f"k{one}", id=str(one), list="n") for one in (1, 2, 3)]
    outcomes = [one.outcome for one in platform.put_on_track(rows)]
    assert outcomes == [Outcome.written, Outcome.unchanged, Outcome.gone]
    assert vendor.bodies[1] == ["1", "2", "3"]


def test_a_list_that_fills_itself_stops_set_up(vendor, platform):
    vendor.say(200, {"results": []})
    vendor.say(200, {"list": {"listId": "12", "name": "n", "processingType": "DYNAMIC"}})
    with pytest.raises(Misconfigured, match="'n'"):
        platform.missing([], ["n"])


def test_a_property_of_another_type_stops_set_up(vendor, platform):
    vendor.say(200, {"results": [{"name": "firstname", "type": "string"}]})
    wanted = FieldWanted(name="firstname", label="x", type=ValueType.number, kinds=("contact",))
    with pytest.raises(Misconfigured, match="firstname is a text, not a number"):
        platform.missing([wanted], [])


@pytest.mark.parametrize(
    "answer",
    [
        (401, {"category": "INVALID_AUTHENTICATION"}, CredentialsRefused, "token"),
        (401, [], CredentialsRefused, "token"),
        (
            403,
            {
                "category": "MISSING_SCOPES",
                "errors": [{"context": {"requiredGranularScopes": ["crm.lists.read"]}}],
            },
            CredentialsRefused,
            "crm.lists.read",
        ),
        (403, None, CredentialsRefused, "batch_read"),
        (500, {}, Unavailable, "500"),
        (503, "secret words", Unavailable, "503"),
        (429, {"policyName": "SECONDLY"}, Unavailable, "429"),
        (409, {"category": "CONFLICT", "message": "Existing ID: 777"}, RecordRefused, "CONFLICT"),
        (
            400,
            {"category": "VALIDATION_ERROR", "message": "ana@example.com"},
            RecordRefused,
            "VALIDATION_ERROR",
        ),
        (418, {}, ContractBroken, "418"),
        (302, {}, ContractBroken, "302"),
    ],
)
def test_each_answer_has_its_error_with_a_message_to_act_on(vendor, platform, answer):
    status, body, error, says = answer
    vendor.say(status, body)
    with pytest.raises(error, match=says) as caught:
        failing(platform)
    told = str(caught.value) + caught.value.log
    assert "pat-secret" not in told
    assert "ana@" not in told
    assert "secret words" not in told


def test_a_missing_property_is_named(vendor, platform, golden):
    message = golden("hubspot", "batch_create_response_207.json")["errors"][0]["message"]
    vendor.say(400, {"status": "error", "category": "VALIDATION_ERROR", "message": message})
    with pytest.raises(Misconfigured, match="no property missing: run `acuerdo setup`"):
        failing(platform)


def test_the_daily_quota_stops_at_once_until_midnight_of_the_account(vendor, platform, waits, golden):
    vendor.say(
        429, golden("hubspot", "error_429_daily.json"), headers={"Date": "Wed, 13 May 2026 12:00:00 GMT"}
    )
    with pytest.raises(QuotaUsedUp) as caught:
        failing(platform)
    assert waits == []
    assert caught.value.until == parse_instant("2026-05-14T00:00:00-05:00")


def test_midnight_is_that_of_the_zone_across_a_change_of_hours():
    assert next_midnight(parse_instant("2026-10-24T21:30:00+00:00"), "Europe/Madrid") == parse_instant(
        "2026-10-25T00:00:00+02:00"
    )
    assert next_midnight(parse_instant("2026-10-25T21:30:00+00:00"), "Europe/Madrid") == parse_instant(
        "2026-10-26T00:00:00+01:00"
    )


def test_the_other_limits_are_waited_for(vendor, platform, waits, golden):
    vendor.say(429, golden("hubspot", "error_429_ten_secondly.json")).say(200, {"results": []})
    assert failing(platform) == []
    assert len(waits) == 1


def test_calls_are_spread_once_the_ten_seconds_are_nearly_used_up(vendor, platform, waits):
    def told(left):
        names = {"Max": 190, "Remaining": left, "Interval-Milliseconds": 10_000}
        return {f"X-HubSpot-RateLimit-{name}": str(value) for name, value in names.items()}

    for left in (150, 10, 9, 150, 150):
        vendor.say(200, {"results": []}, headers=told(left))
    for _ in range(5):
        failing(platform)
    assert len(waits) == 2
    assert 0.4 < waits[0] < 10 / 19


@pytest.mark.parametrize("left", ["x", ""])
def test_headers_that_say_nothing_slow_nothing(vendor, platform, waits, left):
    vendor.say(200, {"results": []}, headers={"X-HubSpot-RateLimit-Remaining": left})
    for _ in range(3):
        failing(platform)
    assert waits == []


def test_documented_errors_are_read_without_their_words(golden):
    fault = parse(golden("hubspot", "error_validation.json"))
    assert (fault.code, fault.properties) == ("INVALID_INTEGER", ("discount",))
    assert parse(golden("hubspot", "error_409_contact_exists.json")).category == "CONFLICT"
    row = parse(golden("hubspot", "batch_create_response_207.json")["errors"][0])
    assert (row.code, row.properties, row.traces) == (
        "PROPERTY_DOESNT_EXIST",
        ("missing",),
        ("549b1c2a9351",),
    )


@pytest.mark.parametrize(
    "body", [None, [], "x", 5, {}, {"errors": [1]}, {"message": "[{", "errors": None}, {"context": 3}]
)
def test_an_error_body_of_any_shape_is_read(body):
    assert parse(body).code


@pytest.mark.parametrize(
    "raw",
    [
        b'{"results": [',
        b"",
        b"[]",
        b'"text"',
        b"nonsense",
        b'{"results": [5]}',
        b'{"results": [{"id": null}]}',
    ],
)
def test_an_answer_of_another_shape_is_never_taken_for_contacts(vendor, platform, raw):
    vendor.say(200, raw=raw)
    with pytest.raises((ContractBroken, Unavailable)):
        failing(platform)


def test_the_sdk_does_not_change_other_peoples_loggers(hubspot_settings):
    logger = logging.getLogger("urllib3")
    before, level = logger.level, logging.DEBUG
    logger.setLevel(level)
    try:
        HubSpotClient(hubspot_settings())
        assert logger.level == level
    finally:
        logger.setLevel(before)


def test_a_remembered_account_saves_asking(vendor, hubspot_settings, waits):
    platform = HubSpot(hubspot_settings(), wait=waits)
    platform.remember(TENANT, Schema(kinds=KNOWN.kinds))
    vendor.say(200, {"results": [contact(5)]})
    platform.read(["5"], ["email"])
    assert platform.calls().by_verb == {"batch_read": 1}

"""What the Salesforce connector sends, and what it makes of Salesforce's answers."""

import json
from urllib.parse import parse_qs, unquote

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.base import FieldInfo, FieldWanted, Identity, Outcome, Schema, TaskWanted, Tenant, Write
from connectors.errors import (
    ContractBroken,
    CredentialsRefused,
    Misconfigured,
    QuotaUsedUp,
    RecordRefused,
    Unavailable,
)
from connectors.salesforce.calls import Query
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.crm import Salesforce
from connectors.salesforce.errors import parse
from connectors.salesforce.records import record_url
from connectors.salesforce.schema import metadata_of, read_description, require_same
from connectors.salesforce.writes import MOST_ALONE
from connectors.settings import SalesforceSettings
from mapping.records import ValueType

FIELDS = {
    "LastName": ValueType.text,
    "Company": ValueType.text,
    "Email": ValueType.email,
    "Acuerdo_Lead_Id__c": ValueType.text,
    "Acuerdo_SLA_Due_At__c": ValueType.instant,
    "Acuerdo_Attempts__c": ValueType.number,
}
KNOWN = Schema(
    kinds={
        kind: {
            name: FieldInfo(name=name, label=name, type=one, writable=True) for name, one in FIELDS.items()
        }
        for kind in ("Lead", "Contact")
    }
)
TENANT = Tenant(
    system="salesforce",
    id="00D",
    name="x",
    timezone="Europe/Madrid",
    now=0,
    record_url="https://x/{kind}/{id}",
    user="005",
)
STAMPS = {"CreatedDate": "2026-05-13T12:00:00.000+0000", "SystemModstamp": "2026-05-13T12:30:00.000+0000"}


@pytest.fixture
def crm(salesforce_settings, waits):
    return Salesforce(
        salesforce_settings(), tenant=TENANT, schema=KNOWN, clock=lambda: 1_780_000_000, wait=waits
    )


@pytest.fixture
def client(salesforce_settings, waits):
    return SalesforceClient(salesforce_settings(), wait=waits)


def log_in(vendor, token="session"):
    return vendor.say(200, {"access_token": token, "instance_url": vendor.base_url, "id": "x"})


def composite(*pages):
    answers = [
        {
            "httpStatusCode": 200,
            "referenceId": f"q{place}",
            "body": {"totalSize": len(rows), "done": True, "records": rows},
        }
        for place, rows in enumerate(pages)
    ]
    return {"compositeResponse": answers}


def lead(key, **values):
    return Write(key=key, values={"LastName": "L", "Company": "C", **values})


def paths(vendor):
    return [one["path"] for one in vendor.requests]


def test_it_signs_in_with_client_credentials_and_speaks_to_the_instance(vendor, client):
    log_in(vendor).say(200, composite([]))
    client.queries([Query("SELECT Id FROM Lead WHERE Name != null")])
    token, sent = vendor.requests
    assert (token["path"], token["body"]) == ("/services/oauth2/token", "grant_type=client_credentials")
    assert token["headers"]["Authorization"].startswith("Basic ")
    assert sent["path"] == "/services/data/v62.0/composite"
    assert sent["headers"]["Authorization"] == "Bearer session"


def test_it_signs_in_with_a_key(vendor, salesforce_settings, tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    more = {
        "jwt": {"key_file": str(tmp_path / "key.pem"), "username": "api@example.com"},
        "client_secret": None,
    }
    log_in(vendor).say(200, composite([]))
    SalesforceClient(salesforce_settings(**more)).queries([Query("SELECT Id FROM Lead WHERE Name != null")])
    form = parse_qs(vendor.requests[0]["body"])
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    claims = jwt.decode(
        form["assertion"][0], key.public_key(), algorithms=["RS256"], audience="https://login.salesforce.com"
    )
    assert (claims["iss"], claims["sub"]) == ("consumer", "api@example.com")
    assert "Authorization" not in vendor.requests[0]["headers"]


def test_a_key_that_cannot_be_used_is_told_by_its_setting(salesforce_settings, tmp_path):
    (tmp_path / "key.pem").write_text("not a key")
    for name in ("key.pem", "nowhere.pem"):
        more = {"jwt": {"key_file": str(tmp_path / name), "username": "a"}, "client_secret": None}
        with pytest.raises(CredentialsRefused, match=r"jwt\.key_file"):
            SalesforceClient(salesforce_settings(**more)).who()


@pytest.mark.parametrize("body", [None, {"errorCode": "INVALID_SESSION_ID", "message": "x"}, "nonsense", []])
def test_a_session_that_ran_out_is_renewed_once(vendor, client, golden, body):
    ended = golden("salesforce", "error_invalid_session.json") if body is None else body
    log_in(vendor).say(200, composite([])).say(401, ended)
    log_in(vendor, "second").say(200, composite([{"Id": "00Q1"}]))
    client.queries([Query("a")])
    assert client.rows([Query("b")]) == [{"Id": "00Q1"}]
    assert paths(vendor).count("/services/oauth2/token") == 2
    assert vendor.requests[-1]["headers"]["Authorization"] == "Bearer second"


def test_a_session_that_is_never_good_ends_in_refused_credentials(vendor, client, golden):
    log_in(vendor).say(401, golden("salesforce", "error_invalid_session_object_body.json"))
    with pytest.raises(CredentialsRefused):
        client.rows([Query("a")])
    assert paths(vendor).count("/services/oauth2/token") == 1
    assert len(vendor.requests) == 2


def test_a_renewed_call_keeps_its_headers(vendor, crm):
    log_in(vendor).say(200, composite([], [])).say(401, [])
    log_in(vendor).say(200, [{"id": "00Q1", "success": True, "errors": []}])
    crm.find([Identity(key="k", lead="l")])
    crm.write_status([Write(key="k", id="00Q1", values={"Acuerdo_Attempts__c": 1})])
    assert vendor.requests[-1]["headers"]["Sforce-Auto-Assign"] == "FALSE"


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (
            400,
            {"error": "invalid_client", "error_description": "invalid client credentials"},
            "client_secret",
        ),
        (
            400,
            {"error": "invalid_grant", "error_description": "user hasn't approved this consumer"},
            "pre-authorise",
        ),
        (401, "nonsense", "refuses the login"),
        (302, {}, "My Domain"),
    ],
)
def test_a_login_that_is_refused_says_what_to_look_at(vendor, client, status, body, says):
    vendor.say(status, body)
    with pytest.raises(CredentialsRefused, match=says) as caught:
        client.who()
    assert "top-secret" not in str(caught.value) + caught.value.log
    assert len(vendor.requests) == 1


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"access_token": "x"}', b'{"access'])
def test_a_login_without_a_token_is_no_login(vendor, client, raw):
    vendor.say(200, raw=raw)
    with pytest.raises((ContractBroken, Unavailable)):
        client.who()


@pytest.mark.parametrize(
    "answer",
    [
        (403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "x"}], QuotaUsedUp, "daily limit"),
        (
            403,
            [{"errorCode": "INSUFFICIENT_ACCESS", "message": "x"}],
            CredentialsRefused,
            "INSUFFICIENT_ACCESS",
        ),
        (403, [{"errorCode": "API_DISABLED_FOR_ORG"}], CredentialsRefused, "API_DISABLED_FOR_ORG"),
        (404, [{"errorCode": "NOT_FOUND"}], RecordRefused, "not in Salesforce"),
        (410, [{"errorCode": "UNSUPPORTED_API_VERSION"}], Misconfigured, "api_version"),
        (300, ["/a", "/b"], Misconfigured, "unique"),
        (302, {}, Misconfigured, "base_url"),
        (500, [{"errorCode": "UNKNOWN_EXCEPTION"}], Unavailable, "UNKNOWN_EXCEPTION"),
        (503, "secret words", Unavailable, "503"),
        (
            400,
            [{"errorCode": "MALFORMED_QUERY", "message": "ana@example.com"}],
            ContractBroken,
            "MALFORMED_QUERY",
        ),
        (400, "secret words", ContractBroken, "400"),
        (418, [], ContractBroken, "418"),
    ],
)
def test_each_answer_has_its_error_with_a_message_to_act_on(vendor, client, answer):
    status, body, error, says = answer
    log_in(vendor).say(status, body)
    with pytest.raises(error, match=says) as caught:
        client.describe("Lead")
    told = str(caught.value) + caught.value.log
    assert "ana@" not in told
    assert "secret words" not in told
    assert "session" not in told
    assert caught.value.__suppress_context__


def test_a_query_for_a_field_that_is_not_there_names_it(vendor, crm):
    text = (
        "No such column 'Acuerdo_Note__c' on entity 'Lead'. If you are attempting to use a custom field ..."
    )
    failed = {
        "httpStatusCode": 400,
        "referenceId": "q0",
        "body": [{"errorCode": "INVALID_FIELD", "message": text}],
    }
    log_in(vendor).say(200, {"compositeResponse": [failed, failed]})
    with pytest.raises(Misconfigured, match=r"no field Acuerdo_Note__c on Lead.*acuerdo setup"):
        list(crm.changes(None))


@pytest.mark.parametrize(
    "raw",
    [b'{"compositeResp', b"", b"[]", b'{"compositeResponse": [{"httpStatusCode": 200, "body": 5}]}', b"5"],
)
def test_an_answer_of_another_shape_is_never_taken_for_records(vendor, client, raw):
    log_in(vendor).say(200, raw=raw)
    with pytest.raises((ContractBroken, Unavailable)):
        client.rows([Query("a")])


def test_the_share_of_the_daily_limit_is_kept(vendor, salesforce_settings, waits):
    client = SalesforceClient(salesforce_settings(api_share=0.5), wait=waits)
    log_in(vendor).say(200, composite([]), headers={"Sforce-Limit-Info": "api-usage=600/1000"})
    client.queries([Query("a")])
    with pytest.raises(QuotaUsedUp, match=r"600 of its 1000 .* from 20\d\d-.* UTC") as caught:
        client.queries([Query("a")])
    assert len(vendor.requests) == 2
    assert caught.value.until == client.vendor_time + 3600


def test_the_limit_is_that_of_the_organisation_and_not_that_of_one_app(vendor, salesforce_settings, waits):
    client = SalesforceClient(salesforce_settings(api_share=0.5), wait=waits)
    told = "per-app-api-usage=249/250(appName=x); api-usage=25/5000"
    log_in(vendor).say(200, composite([]), headers={"Sforce-Limit-Info": told})
    for _ in range(2):
        client.queries([Query("a")])


def test_several_queries_are_one_call_and_their_text_is_not_cut_by_an_address(vendor, crm):
    log_in(vendor).say(200, composite([], []))
    emails = tuple(f"{number}@example.com" for number in range(200))
    crm.find(
        [Identity(key=f"k{number}", lead=f"l{number}", emails=(emails[number],)) for number in range(200)]
    )
    sent = vendor.bodies[1]["compositeRequest"]
    assert len(vendor.requests) == 2
    assert len(sent) == 2
    text = unquote(sent[0]["url"])
    assert text.startswith(
        "/services/data/v62.0/query?q=SELECT Id, Email, SystemModstamp, Acuerdo_Lead_Id__c FROM Lead WHERE ("
    )
    assert "IsConverted = false" in text


def test_creation_is_an_upsert_by_our_id_as_documented_with_assignment_rules(vendor, crm, golden):
    documented = golden("salesforce", "collections_upsert_request.json")
    log_in(vendor).say(200, composite([]))
    vendor.say(200, golden("salesforce", "collections_upsert_response_ok.json")).say(200, composite([]))
    results = crm.push([lead("hubspot-1-1"), lead("hubspot-1-2")])
    sent = vendor.requests[2]
    assert (sent["method"], sent["path"]) == (
        "PATCH",
        "/services/data/v62.0/composite/sobjects/Lead/Acuerdo_Lead_Id__c",
    )
    assert sent["body"].keys() == documented.keys()
    assert sent["body"]["allOrNone"] is False
    assert sent["body"]["records"][0] == {
        "attributes": {"type": "Lead"},
        "Acuerdo_Lead_Id__c": "hubspot-1-1",
        "LastName": "L",
        "Company": "C",
    }
    assert "Sforce-Auto-Assign" not in sent["headers"]
    assert "Sforce-Duplicate-Rule-Header" not in sent["headers"]
    assert [one.created for one in results] == [True, False]


def test_updates_run_no_assignment_rule_and_keep_the_order_of_the_rows(vendor, crm):
    log_in(vendor).say(200, composite([]))
    vendor.say(200, [{"id": "00QNEW000000000001", "success": True, "created": True, "errors": []}])
    vendor.say(
        200, [{"id": "00Q1", "success": True, "errors": []}, {"id": "0031", "success": True, "errors": []}]
    )
    vendor.say(
        200,
        composite(
            [{"Id": "00QNEW000000000001", **STAMPS}, {"Id": "00Q1", **STAMPS}], [{"Id": "0031", **STAMPS}]
        ),
    )
    rows = [
        Write(key="a", id="00Q1", values={"LastName": "x"}),
        lead("b"),
        Write(key="c", id="0031", kind="Contact", values={"LastName": "y"}),
    ]
    results = crm.push(rows)
    assert [(one.key, one.id, one.created) for one in results] == [
        ("a", "00Q1", False),
        ("b", "00QNEW000000000001", True),
        ("c", "0031", False),
    ]
    assert [one.at for one in results] == [1_778_675_400, 1_778_673_600, 1_778_675_400]
    update = vendor.requests[3]
    assert update["path"] == "/services/data/v62.0/composite/sobjects"
    assert update["headers"]["Sforce-Auto-Assign"] == "FALSE"
    assert [one["attributes"]["type"] for one in update["body"]["records"]] == ["Lead", "Contact"]
    assert [one["Acuerdo_Lead_Id__c"] for one in update["body"]["records"]] == ["a", "c"]


def test_the_time_of_the_answer_stands_in_where_the_records_own_cannot_be_read(vendor, crm):
    log_in(vendor).say(200, composite([]))
    vendor.say(200, [{"id": "00Q1", "success": True, "created": True, "errors": []}])
    vendor.say(503, headers={"Date": "Wed, 13 May 2026 12:00:00 GMT"})
    result = crm.push([lead("a")])[0]
    assert (result.outcome, result.at) == (Outcome.written, 1_778_673_600)


def test_200_rows_go_in_a_batch_five_batches_in_a_call_and_no_lead_twice_in_one(vendor, crm):
    def results(records):
        return [
            {"id": f"00Q{record['Acuerdo_Lead_Id__c']}", "success": True, "created": True, "errors": []}
            for record in records
        ]

    def part(request):
        if request["method"] == "GET":
            return {"totalSize": 0, "done": True, "records": []}
        assert request["httpHeaders"] == {}
        return results(request["body"]["records"])

    def answer():
        request = vendor.requests[-1]
        body = {"access_token": "s", "instance_url": vendor.base_url}
        if "records" in request["body"]:
            body = results(request["body"]["records"])
        elif "compositeRequest" in request["body"]:
            parts = request["body"]["compositeRequest"]
            body = {"compositeResponse": [{"httpStatusCode": 200, "body": part(one)} for one in parts]}
        return 200, {"Content-Type": "application/json"}, json.dumps(body).encode(), False

    vendor.next = answer
    outcome = crm.push([*(lead(f"k{number}") for number in range(1_050)), lead("k7")])
    assert [one.id for one in outcome] == [*(f"00Qk{number}" for number in range(1_050)), "00Qk7"]
    sizes = [
        [len(one["body"]["records"]) for one in body["compositeRequest"] if one["method"] == "PATCH"]
        if "compositeRequest" in body
        else len(body["records"])
        for body in vendor.bodies[1:]
    ]
    assert [size for size in sizes if size] == [[200] * 5, 50, 1]


def test_one_batch_that_fails_as_a_whole_stops_the_vendor(vendor, crm):
    fine = {"httpStatusCode": 200, "body": [{"id": "00Q", "success": True, "errors": []}] * 200}
    broken = {
        "httpStatusCode": 400,
        "body": [{"errorCode": "INVALID_FIELD", "message": "x", "fields": ["A__c"]}],
    }
    log_in(vendor).say(200, composite([])).say(200, {"compositeResponse": [fine, broken]})
    with pytest.raises(Misconfigured, match="A__c"):
        crm.push([lead(f"k{number}") for number in range(400)])


def test_a_locked_row_is_sent_again_by_itself(vendor, crm, waits, golden):
    locked = golden("salesforce", "collections_error_unable_to_lock_row.json")[0]
    done = {"id": "00Q1", "success": True, "errors": []}
    log_in(vendor).say(200, [done, locked]).say(200, [locked]).say(200, [{**done, "id": "00Q2"}])
    rows = [Write(key=f"k{one}", id=f"00Q{one}", values={"LastName": "x"}) for one in (1, 2)]
    assert [one.outcome for one in crm.write_status(rows)] == [Outcome.written, Outcome.written]
    assert [len(body["records"]) for body in vendor.bodies[1:]] == [2, 1, 1]
    assert len(waits) == 2


def test_a_row_that_fails_without_a_reason_is_refused_after_some_attempts(vendor, crm, waits):
    fault = {"success": False, "errors": [{"statusCode": "UNKNOWN_EXCEPTION", "message": "x"}]}
    log_in(vendor).say(200, [fault])
    result = crm.write_status([Write(key="k", id="00Q1", values={"LastName": "x"})])[0]
    assert (result.outcome, result.code) == (Outcome.refused, "UNKNOWN_EXCEPTION")
    assert len(waits) == 3


def test_a_row_that_stays_locked_is_left_to_a_later_run(vendor, crm, golden):
    log_in(vendor).say(200, golden("salesforce", "collections_error_unable_to_lock_row.json"))
    result = crm.write_status([Write(key="k", id="00Q1", values={"LastName": "x"})])[0]
    assert (result.outcome, result.code) == (Outcome.retry, "UNABLE_TO_LOCK_ROW")


@pytest.mark.parametrize("code", ["UNABLE_TO_LOCK_ROW", "UNKNOWN_EXCEPTION"])
def test_where_many_rows_are_locked_few_are_sent_alone_and_the_others_left_to_a_later_run(vendor, crm, code):
    fault = {"success": False, "errors": [{"statusCode": code, "message": "x"}]}
    done = {"id": "00Q1", "success": True, "errors": []}
    log_in(vendor).say(200, [fault] * 100)
    for _ in range(MOST_ALONE):
        vendor.say(200, [done])
    rows = [Write(key=f"k{one}", id=f"00Q{one}", values={"LastName": "x"}) for one in range(100)]
    told = [one.outcome for one in crm.write_status(rows)]
    assert told == [Outcome.written] * MOST_ALONE + [Outcome.retry] * (100 - MOST_ALONE)
    assert len(vendor.bodies) == 2 + MOST_ALONE  # the login, all of them, then so many by themselves


@pytest.mark.parametrize(
    ("code", "fields", "outcome"),
    [
        ("REQUIRED_FIELD_MISSING", ["LastName"], Outcome.refused),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", None, Outcome.refused),
        ("INACTIVE_OWNER_OR_USER", ["OwnerId"], Outcome.refused),
        ("INVALID_CROSS_REFERENCE_KEY", ["OwnerId"], Outcome.refused),
        ("INVALID_CROSS_REFERENCE_KEY", [], Outcome.gone),
        ("ENTITY_IS_DELETED", [], Outcome.gone),
        ("CANNOT_UPDATE_CONVERTED_LEAD", None, Outcome.gone),
        ("SERVER_UNAVAILABLE", None, Outcome.retry),
        ("SOMETHING_NEW", None, Outcome.refused),
    ],
)
def test_each_code_of_a_row_has_its_outcome(vendor, crm, code, fields, outcome):
    fault = {
        "statusCode": code,
        "message": "ana@example.com",
        **({"fields": fields} if fields is not None else {}),
    }
    log_in(vendor).say(200, [{"success": False, "errors": [fault]}])
    result = crm.write_status([Write(key="k", id="00Q1", values={"LastName": "x"})])[0]
    assert (result.outcome, result.code) == (outcome, code)
    assert "ana@" not in result.message


def test_a_duplicate_rule_names_the_records_and_is_passed_only_where_the_company_says_so(
    vendor, crm, salesforce_settings, golden
):
    body = golden("salesforce", "error_duplicates_detected.json")[0]
    assert parse([body]).duplicates == ("00Qxx0000000001",)
    fault = {"statusCode": "DUPLICATES_DETECTED", "message": "x", "duplicateResult": body["duplicateResut"]}
    log_in(vendor).say(200, composite([])).say(200, [{"success": False, "errors": [fault]}])
    vendor.say(200, composite([]))
    result = crm.push([lead("a")])[0]
    assert result.outcome is Outcome.refused
    assert "00Qxx0000000001" in result.message
    open_ = Salesforce(salesforce_settings(duplicates="allow"), tenant=TENANT, schema=KNOWN)
    vendor.answers.clear()
    log_in(vendor).say(200, composite([])).say(200, [{"id": "00Q1", "success": True, "errors": []}])
    vendor.say(200, composite([]))
    open_.push([lead("a")])
    assert vendor.requests[-2]["headers"]["Sforce-Duplicate-Rule-Header"] == "allowSave=true"


def test_values_travel_in_the_types_of_their_fields(vendor, crm):
    log_in(vendor).say(200, [{"id": "00Q1", "success": True, "errors": []}])
    values = {"Acuerdo_SLA_Due_At__c": 1_780_000_000, "Acuerdo_Attempts__c": 3, "LastName": 7, "Email": None}
    crm.write_status([Write(key="k", id="00Q1", values=values)])
    sent = vendor.bodies[-1]["records"][0]
    assert sent == {
        "attributes": {"type": "Lead"},
        "id": "00Q1",
        "Acuerdo_SLA_Due_At__c": "2026-05-28T20:26:40.000Z",
        "Acuerdo_Attempts__c": 3,
        "LastName": "7",
        "Email": None,
    }


def test_a_field_that_is_not_there_is_refused_before_it_fails_the_others(vendor, crm):
    log_in(vendor).say(200, [{"id": "00Q2", "success": True, "errors": []}])
    rows = [
        Write(key="a", id="00Q1", values={"Nope__c": 1}),
        Write(key="b", id="00Q2", values={"LastName": "x"}),
    ]
    first, second = crm.write_status(rows)
    assert (first.outcome, first.code) == (Outcome.refused, "INVALID_FIELD")
    assert "Nope__c" in first.message
    assert second.outcome is Outcome.written


def test_a_field_that_may_not_be_written_is_told_from_one_that_is_not_there(vendor, salesforce_settings):
    seen = FieldInfo(name="Score__c", label="Score", type=ValueType.number, writable=False)
    schema = Schema(kinds={"Lead": {"Score__c": seen}, "Contact": {}})
    crm = Salesforce(salesforce_settings(), tenant=TENANT, schema=schema)
    rows = [Write(key="a", id="00Q1", values={name: 1}) for name in ("Score__c", "Nope__c")]
    closed, absent = crm.write_status(rows)
    assert (closed.code, absent.code) == ("INVALID_FIELD_FOR_INSERT_UPDATE", "INVALID_FIELD")
    assert "not write Score__c on Lead" in closed.message
    assert "no field Nope__c on Lead" in absent.message
    assert vendor.requests == []


def test_a_creation_that_may_have_happened_is_not_sent_again(vendor, crm):
    log_in(vendor).say(200, composite([])).say(503)
    row = TaskWanted(
        key="k", id="00Q1", kind="Lead", owner=None, subject="x", due_on="2026-12-01", marker="[acuerdo:k]"
    )
    with pytest.raises(Unavailable):
        crm.create_tasks([row])
    assert (
        sum(one["method"] == "POST" and one["path"].endswith("composite/sobjects") for one in vendor.requests)
        == 1
    )


def test_a_marker_stands_at_the_end_of_the_subject_and_a_subject_that_is_too_long_is_refused(vendor, crm):
    log_in(vendor).say(200, composite([])).say(200, [{"id": "00T1", "success": True, "errors": []}])
    vendor.say(200, composite([]))
    task = {"id": "00Q1", "kind": "Lead", "owner": None, "due_on": "2026-12-01"}
    rows = [
        TaskWanted(key="a", subject="Llamar", marker="[acuerdo:a]", **task),
        TaskWanted(key="b", subject="x" * 250, marker="[acuerdo:b]", **task),
        TaskWanted(key="a", subject="Llamar", marker="[acuerdo:a]", **task),
    ]
    outcomes = [one.outcome for one in crm.create_tasks(rows)]
    assert outcomes == [Outcome.written, Outcome.refused, Outcome.unchanged]
    sent = next(body["records"] for body in vendor.bodies if isinstance(body, dict) and "records" in body)
    assert [one["Subject"] for one in sent] == ["Llamar [acuerdo:a]"]


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("https://acme.my.salesforce.com", "https://acme.lightning.force.com/lightning/r/Lead/00Q1/view"),
        (
            "https://acme--dev.sandbox.my.salesforce.com",
            "https://acme--dev.sandbox.lightning.force.com/lightning/r/Lead/00Q1/view",
        ),
        ("http://127.0.0.1:8802", "http://127.0.0.1:8802/lightning/r/Lead/00Q1/view"),
    ],
)
def test_a_record_link_leads_to_the_lightning_host(base, expected):
    assert record_url(base).format(kind="Lead", id="00Q1") == expected


def wanted(kind, **more):
    return FieldWanted(name="A__c", label="A", type=kind, kinds=("Lead",), **more)


def test_each_type_of_field_has_its_metadata():
    unique = metadata_of(wanted(ValueType.text, length=80, unique=True))
    assert unique == {
        "label": "A",
        "type": "Text",
        "length": 80,
        "externalId": True,
        "unique": True,
        "caseSensitive": False,
    }
    assert metadata_of(wanted(ValueType.text, length=32_000))["type"] == "LongTextArea"
    choice = metadata_of(wanted(ValueType.choice, options=("a",)))
    assert choice["valueSet"]["restricted"] is False
    assert {metadata_of(wanted(kind))["type"] for kind in ValueType} >= {"DateTime", "Date", "Number", "Url"}


def test_a_field_that_cannot_hold_what_we_write_stops_set_up():
    described = {"name": "A__c", "type": "string", "createable": True, "updateable": True, "nillable": True}
    found = read_description({"fields": [described]})["A__c"]
    with pytest.raises(Misconfigured, match=r"Lead\.A__c is a text, not a instant"):
        require_same(wanted(ValueType.instant), "Lead", found)
    with pytest.raises(Misconfigured, match="not unique"):
        require_same(wanted(ValueType.text, unique=True), "Lead", found)
    require_same(wanted(ValueType.url), "Lead", found)


@pytest.mark.parametrize(
    "body", [None, [], [5], "x", {}, {"error": None}, [{"fields": None, "duplicateResut": 5}]]
)
def test_an_error_body_of_any_shape_is_read(body):
    assert parse(body).code


def test_settings_refuse_a_host_that_is_not_ones_own_only_over_plain_http():
    table = {"base_url": "http://acme.my.salesforce.com", "client_id": "x", "client_secret": {"env": "S"}}
    with pytest.raises(ValueError, match="unencrypted"):
        SalesforceSettings.model_validate(table, context={"environ": {"S": "x"}})


@pytest.mark.parametrize(
    ("kind", "formatted", "html"),
    [("textarea", True, True), ("textarea", False, False), ("url", True, False), ("string", True, False)],
)
def test_a_rich_text_area_is_told_from_other_fields_that_salesforce_formats(kind, formatted, html):
    described = {"name": "X__c", "type": kind, "htmlFormatted": formatted}
    assert read_description({"fields": [described]})["X__c"].html is html

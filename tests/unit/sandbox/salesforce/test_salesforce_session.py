"""Tokens, limits, versions: the way in."""

import json
import time
from collections.abc import Iterator
from urllib.parse import quote

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def _ask(salesforce, form, **more) -> requests.Response:
    return requests.post(f"{salesforce.base_url}/services/oauth2/token", data=form, timeout=20, **more)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def assertion(salesforce, key) -> Iterator:
    """Assertions signed with a key whose public half an administrator has registered for consumer `partner`."""
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    deed = salesforce.sandbox.deeds("salesforce")["public_key"]
    deed({"client_id": "partner", "pem": pem.decode()})

    def write(**claims):
        given = {
            "iss": "partner",
            "sub": "integration@example.com",
            "aud": "https://login.salesforce.com",
            "exp": int(time.time()) + 170,
        }
        return jwt.encode(given | claims, key, algorithm="RS256")

    return write


def test_client_credentials_open_a_session_by_header_and_by_form(salesforce):
    address = salesforce.sandbox.salesforce
    form = {"grant_type": "client_credentials"}
    by_header = _ask(salesforce, form, auth=(address.client_id, address.client_secret)).json()
    by_form = _ask(
        salesforce, form | {"client_id": address.client_id, "client_secret": address.client_secret}
    ).json()
    for token in (by_header, by_form):
        assert token["instance_url"] == salesforce.base_url
        assert token["token_type"] == "Bearer"
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        identity = requests.get(token["id"], headers=headers, timeout=20).json()
        assert identity["username"] == "integration@example.com"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}, "invalid_client_id"),
        ({"grant_type": "client_credentials", "client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({}, "unsupported_grant_type"),
    ],
)
def test_wrong_credentials_are_refused_in_oauths_words(salesforce, form, error):
    if "client_secret" in form:
        form = {"client_id": salesforce.sandbox.salesforce.client_id} | form
    answer = _ask(salesforce, form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_an_assertion_opens_a_session_for_its_user(salesforce, assertion):
    form = {"grant_type": JWT_BEARER, "assertion": assertion(sub="admin@example.com")}
    token = _ask(salesforce, form).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    user = requests.get(f"{salesforce.base_url}/services/oauth2/userinfo", headers=headers, timeout=20).json()
    assert user["preferred_username"] == "admin@example.com"


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({"exp": int(time.time()) + 3600}, "expiration must be within 3 minutes"),
        ({"exp": int(time.time()) - 60}, "expired authorization code"),
        ({"aud": "https://elsewhere.example"}, "audience is invalid"),
        ({"sub": "nobody@example.com"}, "user hasn't approved this consumer"),
    ],
)
def test_an_assertion_must_be_short_for_salesforce_and_of_a_known_user(salesforce, assertion, claims, error):
    answer = _ask(salesforce, {"grant_type": JWT_BEARER, "assertion": assertion(**claims)})
    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_grant", "error_description": error}


def test_an_assertion_of_another_key_or_consumer_is_refused(salesforce, assertion):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = jwt.encode(
        jwt.decode(assertion(), options={"verify_signature": False}), other, algorithm="RS256"
    )
    for wrong, error in (
        (forged, "invalid_grant"),
        (assertion(iss="stranger"), "invalid_client_id"),
        ("nonsense", "invalid_grant"),
    ):
        answer = _ask(salesforce, {"grant_type": JWT_BEARER, "assertion": wrong})
        assert answer.json()["error"] == error


def test_without_a_token_that_holds_every_call_is_401(salesforce):
    for value in (None, "Bearer nonsense", "Basic abc"):
        headers = {} if value is None else {"Authorization": value}
        answer = requests.get(
            f"{salesforce.base_url}/services/data/v62.0/limits", headers=headers, timeout=20
        )
        assert answer.status_code == 401
        assert answer.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_a_token_ends_with_its_machine_time(salesforce):
    salesforce.set("token_seconds", 0)
    salesforce.log_in()
    assert salesforce("GET", "limits").status_code == 401
    salesforce.set("token_seconds", 60)
    salesforce.log_in()
    assert salesforce("GET", "limits").status_code == 200


def test_some_401s_are_an_object_instead_of_a_list(salesforce):
    salesforce.set("session_error_as_object", True)
    salesforce.session.headers["Authorization"] = "Bearer nonsense"
    assert salesforce("GET", "limits").json()["errorCode"] == "INVALID_SESSION_ID"


def test_each_answer_says_how_much_of_the_day_is_used(salesforce):
    first = salesforce("GET", "limits")
    second = salesforce("GET", "sobjects/Lead/nonsense")
    assert first.headers["Sforce-Limit-Info"] == "api-usage=1/100000"
    assert second.headers["Sforce-Limit-Info"] == "api-usage=2/100000"
    assert first.json()["DailyApiRequests"] == {"Max": 100000, "Remaining": 99999}


def test_a_used_up_day_is_403_and_not_an_end_of_the_session(salesforce):
    salesforce.set("daily_limit", 2)
    assert [salesforce("GET", "limits").status_code for _ in range(3)] == [200, 200, 403]
    error = salesforce("GET", "limits").json()
    assert error == [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    salesforce.set("daily_limit", 100)
    assert salesforce("GET", "limits").status_code == 200


def test_versions_are_listed_without_a_token_and_old_ones_are_gone(salesforce):
    listed = requests.get(f"{salesforce.base_url}/services/data/", timeout=20).json()
    assert {"label", "url", "version"} == set(listed[0])
    assert {"59.0", "62.0"} <= {entry["version"] for entry in listed}
    assert salesforce("GET", "/services/data/v25.0/limits").status_code == 410
    assert salesforce("GET", "/services/data/v99.0/limits").status_code == 404
    assert "sobjects" in salesforce("GET", "/services/data/v62.0/").json()


def test_a_wrong_method_is_405_in_salesforces_words(salesforce):
    answer = salesforce("PUT", "sobjects/Lead/00Q000000000001AAA")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (405, "METHOD_NOT_ALLOWED")


def test_a_reset_forgets_records_and_tokens(salesforce):
    salesforce.lead()
    salesforce.sandbox.forget()
    assert salesforce("GET", "limits").status_code == 401
    salesforce.log_in()
    assert salesforce.query("SELECT Id FROM Lead") == []


def test_a_kept_state_still_knows_its_records_and_custom_fields(tmp_path):
    from sandbox.clock import BusinessClock
    from sandbox.salesforce import records
    from sandbox.salesforce.customfield import read_metadata
    from sandbox.salesforce.org import Org
    from sandbox.state import State

    state = State(BusinessClock(), tmp_path)
    org = Org.open(state)
    actor = org.person(org.store.ids("User", "1", ())[0])
    metadata = {"label": "X", "type": "Text", "length": 10}
    with org.use():
        org.add_field("Lead", read_metadata("X__c", metadata))
        row = {"TableEnumOrId": "Lead", "DeveloperName": "X", "Metadata": json.dumps(metadata)}
        org.put(actor, "CustomField", row)
        kind = org.kinds["lead"]
        body = records.read_body(kind, {"LastName": "a", "Company": "b", "X__c": "kept"}, actor)
        lead = records.insert(org, actor, kind, body)
    state.close()
    again = State(BusinessClock(), tmp_path)
    reopened = Org.open(again)
    assert reopened.kinds["lead"].find("X__c") is not None
    assert reopened.store.get("Lead", lead)["X__c"] == "kept"
    assert len(reopened.store.find("User")) == 6
    again.close()


def test_an_address_of_more_than_16_384_bytes_is_refused_and_fits_into_a_composite(salesforce):
    keys = ",".join(f"'{number:040d}'" for number in range(400))
    query = f"SELECT Id FROM Lead WHERE LastName IN ({keys})"
    assert salesforce("GET", "query", params={"q": query}).status_code == 414
    padded = {"X-Padding": "x" * 9000}
    short = {"q": query[:7000] + "')"}
    assert salesforce("GET", "query", params=short, headers=padded).status_code == 431
    part = {"method": "GET", "url": f"/services/data/v62.0/query?q={quote(query)}", "referenceId": "a"}
    answer = salesforce("POST", "composite", {"compositeRequest": [part]}).json()
    assert answer["compositeResponse"][0]["httpStatusCode"] == 200


def test_calls_of_more_than_24_hours_ago_do_not_count(rows):
    from sandbox.salesforce import limits

    for _ in range(3):
        limits.count_call(rows.org)
    hour = int(time.time() // 3600)
    for ago in (23, 24, 30):
        rows.org.store.next_number(f"calls:{hour - ago:010d}")
    assert limits.used(rows.org) == 4

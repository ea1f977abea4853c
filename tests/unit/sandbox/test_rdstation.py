"""RD Station in the sandbox: what its documents say of tokens, contacts, tags, funnels, segmentations, limits."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.marketing import leads_of_day
from sandbox.rdstation.marketing import load, track
from sandbox.server import Sandbox
from tests.unit.sandbox.conftest import Caller
from tests.unit.sandbox.test_hubspot_golden import assert_same_shape

GOLDEN = Path(__file__).resolve().parents[3].parent / "shared" / "contracts" / "rdstation" / "golden"
CONTACTS = "/platform/contacts"


def golden(name: str) -> Any:
    path = GOLDEN / f"{name}.json"
    if not path.exists():
        pytest.skip("the documented bodies are not beside the checkout")
    return json.loads(path.read_text())


def grant(sandbox: Sandbox, **more: str) -> requests.Response:
    wish = dict(sandbox.rdstation.credentials) | more
    return requests.post(f"{sandbox.rdstation.base_url}/auth/token", json=wish, timeout=20)


@pytest.fixture
def rdstation(sandbox: Sandbox) -> Iterator[Caller]:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {grant(sandbox).json()['access_token']}"
        yield Caller(sandbox.rdstation, session)


def fill(rdstation: Any, email: str, form: str = "Pide una demo", **values: Any) -> None:
    payload = {"email": email, "conversion_identifier": form, **values}
    event = {"event_type": "CONVERSION", "event_family": "CDP", "payload": payload}
    answer = rdstation("POST", "/platform/events", event)
    assert answer.ok, answer.text
    assert answer.json()["event_uuid"]


def uuid_of(rdstation: Any, email: str) -> str:
    return str(rdstation("GET", f"{CONTACTS}/email:{email}").json()["uuid"])


def made(rdstation: Any, email: str = "ana@example.com", **values: Any) -> str:
    answer = rdstation("POST", CONTACTS, {"email": email, **values})
    assert answer.ok, answer.text
    return str(answer.json()["uuid"])


def define(rdstation: Any, name: str, kind: str = "STRING", shown: str = "TEXT_INPUT", **more: Any) -> Any:
    text = {"pt-BR": name}
    wish = {
        "api_identifier": name,
        "data_type": kind,
        "presentation_type": shown,
        "name": text,
        "label": text,
    }
    return rdstation("POST", f"{CONTACTS}/fields", wish | more)


# Tokens


def test_a_token_lasts_a_day_and_the_refresh_token_stays(sandbox: Sandbox) -> None:
    first, second = grant(sandbox).json(), grant(sandbox).json()
    assert first["expires_in"] == 86_400
    assert first["refresh_token"] == second["refresh_token"] == sandbox.rdstation.refresh_token
    assert first["access_token"] != second["access_token"]


def test_a_missing_secret_is_told_as_a_bare_list(sandbox: Sandbox) -> None:
    answer = grant(sandbox, client_secret="")
    assert answer.status_code == 400
    assert answer.json() == [
        {"error_type": "CANNOT_BE_NULL", "error_message": "Cannot be null.", "path": "body.client_secret"}
    ]


@pytest.mark.parametrize("name", ["client_id", "client_secret", "refresh_token"])
def test_a_wrong_credential_is_denied(sandbox: Sandbox, name: str) -> None:
    answer = grant(sandbox, **{name: "wrong"})
    assert answer.status_code == 401
    assert "error_type" in answer.json()["errors"]


def test_an_expired_token_is_told_in_a_header_alone(sandbox: Sandbox, rdstation: Any, control: Any) -> None:
    assert rdstation("GET", "/marketing/account_info").json() == {"name": "Acme Marketing"}
    control("POST", "/rdstation/tokens", {"do": "expire"})
    answer = rdstation("GET", "/marketing/account_info")
    assert answer.status_code == 401
    assert 'error="expired_token"' in answer.headers["www-authenticate"]
    assert answer.json()["errors"][0]["error_type"] == "UNAUTHORIZED"
    control("POST", "/rdstation/tokens", {"do": "revoke"})
    assert grant(sandbox).status_code == 401


def test_a_call_without_a_token_is_told_so(sandbox: Sandbox) -> None:
    answer = requests.get(f"{sandbox.rdstation.base_url}/platform/segmentations", timeout=20)
    assert answer.status_code == 401
    assert answer.json() == golden("error_shapes")["oauth"]


# Contacts


def test_a_contact_reads_as_it_is_documented(rdstation: Any) -> None:
    documented = golden("contact_get")
    values = {key: value for key, value in documented.items() if key not in ("uuid", "links")}
    uuid = made(rdstation, values.pop("email"), **values)
    answer = rdstation("GET", f"{CONTACTS}/uuid:{uuid}").json()
    assert_same_shape(answer, documented)
    assert {key: answer[key] for key in values} == values


def test_a_patch_changes_makes_and_takes_away(rdstation: Any) -> None:
    uuid = made(rdstation, name="Ana", city="Lima")
    rdstation("PATCH", f"{CONTACTS}/uuid:{uuid}", {"name": "Eva", "city": None})
    read = rdstation("GET", f"{CONTACTS}/email:ana@example.com").json()
    assert read["name"] == "Eva"
    assert "city" not in read
    new = rdstation("PATCH", f"{CONTACTS}/email:new%2Bone@example.com", {"name": "New"}).json()
    assert new["email"] == "new+one@example.com"
    assert rdstation("PATCH", f"{CONTACTS}/uuid:nobody", {"name": "x"}).status_code == 404


def test_an_email_in_a_patch_addressed_by_email_conflicts(rdstation: Any) -> None:
    made(rdstation)
    answer = rdstation("PATCH", f"{CONTACTS}/email:ana@example.com", {"email": "b@example.com"})
    assert answer.status_code == 400
    assert answer.json()["errors"]["error_type"] == "CONFLICTING_FIELD"


def test_an_email_is_one_contacts_alone(rdstation: Any) -> None:
    made(rdstation)
    again = rdstation("POST", CONTACTS, {"email": "ANA@example.com"})
    assert again.json()["errors"]["error_type"] == "EMAIL_ALREADY_IN_USE"
    other = made(rdstation, "eva@example.com")
    taken = rdstation("PATCH", f"{CONTACTS}/uuid:{other}", {"email": "ana@example.com"})
    assert taken.json()["errors"]["error_type"] == "EMAIL_ALREADY_IN_USE"


def test_a_value_of_another_type_is_refused_by_field(rdstation: Any) -> None:
    uuid = made(rdstation)
    answer = rdstation("PATCH", f"{CONTACTS}/uuid:{uuid}", {"name": 7})
    assert answer.json()["errors"]["name"][0]["error_type"] == "MUST_BE_STRING"


def test_a_patch_replaces_tags_and_a_tag_call_adds_them(rdstation: Any) -> None:
    uuid = made(rdstation, tags=["one"])
    assert rdstation("POST", f"{CONTACTS}/uuid:{uuid}/tag", {"tags": ["two"]}).json()["tags"] == [
        "one",
        "two",
    ]
    twice = rdstation("POST", f"{CONTACTS}/uuid:{uuid}/tag", {"tags": ["two"]})
    assert twice.json()["errors"]["tags"][0]["error_type"] == "VALUES_MUST_BE_UNIQUE"
    upper = rdstation("POST", f"{CONTACTS}/uuid:{uuid}/tag", {"tags": ["Three"]})
    assert upper.status_code == 400
    assert rdstation("PATCH", f"{CONTACTS}/uuid:{uuid}", {"tags": ["only"]}).json()["tags"] == ["only"]
    assert rdstation("POST", f"{CONTACTS}/uuid:nobody/tag", {"tags": ["x"]}).status_code == 404


def test_a_deleted_contact_is_gone(rdstation: Any) -> None:
    uuid = made(rdstation)
    assert rdstation("DELETE", f"{CONTACTS}/uuid:{uuid}").status_code == 204
    assert rdstation("GET", f"{CONTACTS}/uuid:{uuid}").json() == golden("error_shapes")["flat"]


def test_the_funnel_reads_as_documented_and_moves_back_and_forth(rdstation: Any) -> None:
    uuid = made(rdstation)
    place = f"{CONTACTS}/uuid:{uuid}/funnels/default"
    sent = {"lifecycle_stage": "Client", "opportunity": True, "contact_owner_email": "ana.vendas@example.com"}
    assert_same_shape(rdstation("PUT", place, sent).json(), golden("funnel"))
    assert rdstation("PUT", place, {"lifecycle_stage": "Lead"}).json()["lifecycle_stage"] == "Lead"
    nobody = rdstation("PUT", place, {"contact_owner_email": "nobody@example.com"})
    assert nobody.json()["errors"]["contact_owner_email"][0]["error_type"] == "INVALID_USER"
    assert rdstation("PUT", place, {"lifecycle_stage": "Cliente"}).status_code == 400
    assert rdstation("PUT", place, {"contact_owner_email": None}).json()["contact_owner_email"] is None


# Fields


def test_custom_fields_are_created_and_named_cf(rdstation: Any) -> None:
    assert define(rdstation, "cf_budget", "INTEGER", "NUMBER_INPUT").status_code == 201
    assert define(rdstation, "budget").status_code == 400
    assert define(rdstation, "cf_budget", "INTEGER", "NUMBER_INPUT").status_code == 400
    assert define(rdstation, "cf_flag", "BOOLEAN", "TEXT_INPUT").status_code == 400
    blank = define(rdstation, "cf_blank", label={"pt-BR": ""})
    assert blank.json() == golden("error_shapes")["hash_of_hashes"]
    known = {one["api_identifier"]: one for one in rdstation("GET", f"{CONTACTS}/fields").json()["fields"]}
    assert known["cf_budget"]["custom_field"]
    assert not known["name"]["custom_field"]
    uuid = made(rdstation, cf_budget=7)
    assert rdstation("GET", f"{CONTACTS}/uuid:{uuid}").json()["cf_budget"] == 7


# Segmentations and events


def test_a_segmentation_is_paged_with_totals_in_headers(rdstation: Any, control: Any) -> None:
    for number in range(5):
        fill(rdstation, f"p{number}@example.com")
        control("POST", "/clock", {"advance": 60})
    rows = rdstation("GET", "/platform/segmentations").json()["segmentations"]
    assert [row["id"] for row in rows if row["standard"]] == [1, 2, 3, 4, 5]
    answer = rdstation("GET", "/platform/segmentations/1/contacts?page=2&page_size=2")
    assert answer.headers["pagination-total-rows"] == "5"
    assert [row["email"] for row in answer.json()["contacts"]] == ["p2@example.com", "p1@example.com"]
    assert set(answer.json()["contacts"][0]) == {
        "uuid", "name", "email", "last_conversion_date", "created_at", "links",
    }  # fmt: skip
    assert rdstation("GET", "/platform/segmentations/1/contacts?page_size=126").status_code == 400
    assert rdstation("GET", "/platform/segmentations/99/contacts").status_code == 404


def test_people_make_segmentations_of_their_own(rdstation: Any, control: Any) -> None:
    number = control("POST", "/rdstation/segmentations", {"name": "Para vendas", "tag": "vendas"}).json()[
        "id"
    ]
    made(rdstation)
    uuid = made(rdstation, "eva@example.com", tags=["vendas"])
    rows = rdstation("GET", f"/platform/segmentations/{number}/contacts").json()["contacts"]
    assert [row["uuid"] for row in rows] == [uuid]


def test_a_conversion_makes_a_contact_and_its_history(rdstation: Any) -> None:
    for number in range(11):
        fill(rdstation, "ana@example.com", f"Form {number}", name="Ana", tags=["vendas"])
    uuid = uuid_of(rdstation, "ana@example.com")
    first = rdstation("GET", f"{CONTACTS}/{uuid}/events?event_type=CONVERSION&order=created_at:desc").json()
    assert len(first) == 10
    assert first[0]["event_identifier"] == "Form 10"
    assert_same_shape(first[0], golden("contact_events")[0])
    second = rdstation("GET", f"{CONTACTS}/{uuid}/events?event_type=CONVERSION&page=2").json()
    assert [one["event_identifier"] for one in second] == ["Form 0"]


@pytest.mark.parametrize(
    ("name", "stage", "opportunity"),
    [("event_opportunity_request", "Lead", True), ("event_opportunity_lost_request", "Lead", False)],
)
def test_a_mark_of_sales_needs_a_contact_and_moves_its_funnel(
    rdstation: Any, name: str, stage: str, opportunity: bool
) -> None:
    event = golden(name)
    assert rdstation("POST", "/platform/events", event).status_code == 404
    uuid = made(rdstation, event["payload"]["email"])
    assert rdstation("POST", "/platform/events", event).ok
    funnel = rdstation("GET", f"{CONTACTS}/uuid:{uuid}/funnels/default").json()
    assert (funnel["lifecycle_stage"], funnel["opportunity"]) == (stage, opportunity)


def test_a_workflow_takes_leads_by_email(rdstation: Any, control: Any) -> None:
    workflow = control("POST", "/rdstation/workflows", {"name": "Nutrição"}).json()["id"]
    uuid = made(rdstation)
    sent = {"leads": ["ana@example.com", "nobody@example.com"]}
    answer = rdstation("POST", f"/platform/workflows/{workflow}/leads", sent).json()
    assert_same_shape(answer, golden("workflow_leads_response"))
    assert answer["leads_added"] == [["ana@example.com"]]
    assert control("POST", "/rdstation/workflows", {"id": workflow}).json() == {"leads": [uuid]}
    closed = control("POST", "/rdstation/workflows", {"name": "Fechado", "active": False}).json()["id"]
    refused = rdstation("POST", f"/platform/workflows/{closed}/leads", {"leads": ["ana@example.com"]})
    assert refused.json()["errors"]["error_type"] == "WORKFLOW_STATUS_ERROR"


# Limits


def test_a_contact_takes_twenty_four_changes_a_day(rdstation: Any) -> None:
    uuid = made(rdstation)
    statuses = [
        rdstation("PATCH", f"{CONTACTS}/uuid:{uuid}", {"name": str(n)}).status_code for n in range(25)
    ]
    assert statuses == [200] * 24 + [429]
    body = rdstation("PATCH", f"{CONTACTS}/uuid:{uuid}", {"name": "x"}).json()
    documented = golden("error_429_lead_limiter")
    assert_same_shape(body, documented)
    assert body["max"] == 24
    assert 86_000 < body["remaining_time"] <= 86_400, "in seconds, whatever the documents say"
    assert rdstation("GET", f"{CONTACTS}/uuid:{uuid}/funnels/default").ok, "the funnel is counted apart"


def test_an_account_has_a_limit_by_plan(rdstation: Any, control: Any) -> None:
    uuid = made(rdstation)
    path = f"{CONTACTS}/uuid:{uuid}"
    answer = next(one for one in (rdstation("GET", path) for _ in range(130)) if not one.ok)
    documented = golden("error_429_gateway")
    assert answer.status_code == documented["status"]
    assert answer.json() == documented["body"]
    assert answer.headers["ratelimit-limit-quotas"] == str(documented["headers"]["ratelimit-limit-quotas"])
    assert 0 < int(answer.headers["retry-after-quotas"]) <= 61
    control("POST", "/settings", {"rdstation.plan": "advanced"})
    assert rdstation("GET", path).ok


def test_records_and_credentials_outlive_a_restart(serve: Any, tmp_path: Path) -> None:
    first = serve(folder=tmp_path)
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {grant(first).json()['access_token']}"
        fill(Caller(first.rdstation, session), "ana@example.com", name="Ana")
    token = first.rdstation.refresh_token
    first.__exit__(None, None, None)
    again = serve(folder=tmp_path)
    assert again.rdstation.refresh_token == token
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {grant(again).json()['access_token']}"
        found = Caller(again.rdstation, session)("GET", f"{CONTACTS}/email:ana@example.com").json()
    assert found["name"] == "Ana"


def test_made_up_leads_come_with_their_forms_scores_and_stages(sandbox: Sandbox, rdstation: Any) -> None:
    won = leads_of_day(date(2026, 1, 5), 7, 30)
    uuids = load(sandbox.rdstation, won)
    track(sandbox.control.base_url, won)
    assert len(set(uuids)) == 30
    for uuid, lead in zip(uuids, won, strict=True):
        told, tracked = lead["properties"], lead["tracked"]
        read = rdstation("GET", f"{CONTACTS}/uuid:{uuid}").json()
        assert read["email"] == told["email"]
        assert read.get("cf_company_name") == told.get("company")
        events = rdstation("GET", f"{CONTACTS}/{uuid}/events?event_type=CONVERSION").json()
        assert events[0]["event_identifier"] == tracked["recent_conversion_event_name"]
        funnel = rdstation("GET", f"{CONTACTS}/uuid:{uuid}/funnels/default").json()
        is_mql = told["lifecyclestage"] == "marketingqualifiedlead"
        assert (funnel["lifecycle_stage"] == "Qualified Lead") is is_mql
        assert funnel["interest"] == int(tracked["hubspotscore"])


def test_half_a_character_is_no_text(rdstation: Any) -> None:
    assert rdstation("POST", CONTACTS, {"email": "ana@example.com", "name": "half \ud83d"}).status_code == 400

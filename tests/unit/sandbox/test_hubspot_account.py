from typing import Any

import pytest
import requests

from sandbox.clock import BusinessClock
from sandbox.hubspot.errors import Refusal
from sandbox.hubspot.limits import DEFAULTS, Limits
from sandbox.server import Sandbox
from sandbox.state import State

CONTACTS = "/crm/v3/objects/contacts"
ZONE = {"hubspot.time_zone": "UTC"}


class Machine:
    """A monotonic clock that a test turns."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def limits(machine: Machine) -> Any:
    state = State(BusinessClock())
    state.default({**DEFAULTS, **ZONE})
    yield Limits(state, machine)
    state.close()


@pytest.mark.parametrize("version", ["v3", "2026-03", "2026-09"])
def test_details_tell_portal_zone_and_host(hubspot: Any, sandbox: Sandbox, version: str) -> None:
    told = hubspot("GET", f"/account-info/{version}/details").json()
    assert str(told["portalId"]) == sandbox.hubspot.portal_id
    assert (told["uiDomain"], told["timeZone"]) == ("app.hubspot.com", "Europe/Madrid")
    assert told["utcOffsetMilliseconds"] in (3_600_000, 7_200_000)
    assert told["utcOffset"] in ("+01:00", "+02:00")


def test_daily_usage_counts_calls(hubspot: Any) -> None:
    hubspot("GET", CONTACTS)
    (usage,) = hubspot("GET", "/account-info/v3/api-usage/daily/private-apps").json()["results"]
    assert (usage["usageLimit"], usage["currentUsage"]) == (650_000, 2)


@pytest.mark.parametrize("header", [None, "Bearer pat-na1-wrong", "Basic x", "Bearer"])
def test_without_a_valid_token_the_answer_is_401(sandbox: Sandbox, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    answer = requests.get(sandbox.hubspot.base_url + CONTACTS, headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["category"]) == (401, "INVALID_AUTHENTICATION")


def test_a_token_without_the_scope_is_told_which(hubspot: Any, control: Any) -> None:
    scopes = ["crm.objects.contacts.write", "crm.schemas.contacts.read"]
    token = control("POST", "/hubspot/tokens", {"scopes": scopes}).json()["token"]
    hubspot.session.headers["Authorization"] = f"Bearer {token}"
    assert hubspot("POST", CONTACTS, {"properties": {"firstname": "Ana"}}).status_code == 201
    group = {"name": "ours", "label": "Ours"}
    answer = hubspot("POST", "/crm/v3/properties/contacts/groups", group)
    assert (answer.status_code, answer.json()["category"]) == (403, "MISSING_SCOPES")
    assert answer.json()["errors"][0]["context"]["requiredGranularScopes"] == ["crm.schemas.contacts.write"]


def test_membership_writes_need_both_list_scopes(hubspot: Any, control: Any) -> None:
    token = control("POST", "/hubspot/tokens", {"scopes": ["crm.lists.write"]}).json()["token"]
    hubspot.session.headers["Authorization"] = f"Bearer {token}"
    assert hubspot("PUT", "/crm/v3/lists/1/memberships/add", ["1"]).status_code == 403


def test_a_token_can_be_revoked_and_granted_again(sandbox: Sandbox, hubspot: Any, control: Any) -> None:
    control("POST", "/hubspot/tokens", {"token": sandbox.hubspot.token, "revoked": True})
    assert hubspot("GET", CONTACTS).status_code == 401
    control("POST", "/hubspot/tokens", {"token": sandbox.hubspot.token})
    assert hubspot("GET", CONTACTS).status_code == 200
    assert control("POST", "/hubspot/tokens", {"scopes": ["everything"]}).status_code == 400


def test_answers_carry_the_rate_headers(hubspot: Any) -> None:
    hubspot("GET", CONTACTS)
    headers = hubspot("GET", CONTACTS).headers
    assert {name: value for name, value in headers.items() if name.lower().startswith("x-hubspot")} == {
        "x-hubspot-ratelimit-max": "190",
        "x-hubspot-ratelimit-remaining": "188",
        "x-hubspot-ratelimit-interval-milliseconds": "10000",
        "x-hubspot-ratelimit-daily": "650000",
        "x-hubspot-ratelimit-daily-remaining": "649998",
    }


def test_one_call_too_many_in_ten_seconds_is_refused(hubspot: Any, control: Any) -> None:
    control("POST", "/settings", {"hubspot.burst_limit": 2})
    answers = [hubspot("GET", CONTACTS) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["policyName"] == "TEN_SECONDLY_ROLLING"
    assert answers[-1].headers["X-HubSpot-RateLimit-Remaining"] == "0"
    assert "Retry-After" not in answers[-1].headers


def test_the_daily_limit_is_the_accounts_and_search_counts_too(hubspot: Any, control: Any) -> None:
    control("POST", "/settings", {"hubspot.daily_limit": 2})
    other = control("POST", "/hubspot/tokens", {}).json()["token"]
    assert hubspot("POST", f"{CONTACTS}/search", {}).status_code == 200
    assert hubspot("GET", CONTACTS).status_code == 200
    hubspot.session.headers["Authorization"] = f"Bearer {other}"
    answer = hubspot("GET", CONTACTS)
    assert (answer.status_code, answer.json()["policyName"]) == (429, "DAILY")


def test_the_burst_window_rolls_and_is_each_apps_own(limits: Limits, machine: Machine) -> None:
    for _ in range(190):
        limits.count("one", search=False)
    with pytest.raises(Refusal):
        limits.count("one", search=False)
    assert limits.count("two", search=False)["X-HubSpot-RateLimit-Remaining"] == "189"
    machine.now += 9.9
    with pytest.raises(Refusal):
        limits.count("one", search=False)
    machine.now += 0.2
    assert limits.count("one", search=False)["X-HubSpot-RateLimit-Remaining"] == "189"


def test_the_search_window_is_a_second_of_the_whole_account(limits: Limits, machine: Machine) -> None:
    for token in ("one", "two", "one", "two", "one"):
        limits.count(token, search=True)
    with pytest.raises(Refusal):
        limits.count("three", search=True)
    machine.now += 1.01
    assert limits.count("three", search=True) == {}


def test_owners_page_and_are_found_by_email(hubspot: Any) -> None:
    first = hubspot("GET", "/crm/v3/owners?limit=3").json()
    rest = hubspot("GET", f"/crm/v3/owners?limit=3&after={first['paging']['next']['after']}").json()
    everyone = [*first["results"], *rest["results"]]
    assert "paging" not in rest
    assert sorted({each["type"] for each in everyone}) == ["PERSON", "QUEUE"]
    person = first["results"][0]
    found = hubspot("GET", f"/crm/v3/owners?email={person['email']}").json()["results"]
    assert [each["id"] for each in found] == [person["id"]]
    assert person["userId"] != int(person["id"])


def test_a_deactivated_owner_shows_only_among_the_archived(hubspot: Any) -> None:
    active = {each["id"] for each in hubspot("GET", "/crm/v3/owners").json()["results"]}
    (gone,) = hubspot("GET", "/crm/owners/2026-03?archived=true").json()["results"]
    assert gone["id"] not in active
    assert hubspot("GET", f"/crm/v3/owners/{gone['id']}").status_code == 404
    assert hubspot("GET", f"/crm/v3/owners/{gone['id']}?archived=true").json()["id"] == gone["id"]


def test_an_owner_is_found_by_user_id_where_asked(hubspot: Any) -> None:
    owner = hubspot("GET", "/crm/v3/owners?limit=1").json()["results"][0]
    assert hubspot("GET", f"/crm/v3/owners/{owner['userId']}?idProperty=userId").json()["id"] == owner["id"]
    assert hubspot("GET", "/crm/v3/owners?limit=501").status_code == 400

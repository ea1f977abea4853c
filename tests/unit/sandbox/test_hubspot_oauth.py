from collections.abc import Callable
from typing import Any

import pytest
from hubspot import HubSpot

from sandbox.clock import BusinessClock
from sandbox.hubspot.errors import Refusal
from sandbox.hubspot.tokens import SCOPES, Tokens
from sandbox.server import Sandbox
from sandbox.state import State

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CONTACTS = "/crm/objects/2026-09/contacts"


@pytest.fixture
def app(control: Any) -> dict[str, Any]:
    made: dict[str, Any] = control(
        "POST", "/hubspot/apps", {"scopes": ["oauth", "crm.objects.contacts.read"]}
    ).json()
    return made


@pytest.fixture
def renew(hubspot: Any, app: dict[str, Any]) -> Callable[..., Any]:
    def ask(path: str = "/oauth/2026-03/token", **changes: str) -> Any:
        names = ("client_id", "client_secret", "refresh_token")
        form = {"grant_type": "refresh_token", **{name: app[name] for name in names}, **changes}
        return hubspot("POST", path, data=form)

    return ask


@pytest.mark.parametrize("version", ["v1", "v3", "2026-03", "2026-09"])
def test_a_refresh_token_gives_an_access_token_with_the_scopes_of_the_app(
    renew: Any, app: dict[str, Any], hubspot: Any, version: str
) -> None:
    given = renew(f"/oauth/{version}/token").json()
    assert (given["expires_in"], given["token_type"]) == (1800, "bearer")
    assert given["refresh_token"] == app["refresh_token"]
    assert given["scopes"] == app["scopes"]
    hubspot.session.headers["Authorization"] = f"Bearer {given['access_token']}"
    assert hubspot("GET", CONTACTS).status_code == 200
    assert hubspot("GET", "/crm/owners/2026-03").json()["category"] == "MISSING_SCOPES"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"refresh_token": "na1-wrong"}, "BAD_REFRESH_TOKEN"),
        ({"client_secret": "wrong"}, "BAD_CLIENT_ID"),
        ({"grant_type": "password"}, "BAD_GRANT_TYPE"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_code_as_status(renew: Any, changes: Any, status: str) -> None:
    answer = renew(**changes)
    assert (answer.status_code, answer.json()["status"]) == (400, status)


def test_a_body_that_is_no_form_is_refused(hubspot: Any, app: dict[str, Any]) -> None:
    assert hubspot("POST", "/oauth/2026-03/token", app).status_code == 400


def test_an_app_that_is_taken_out_can_do_nothing(renew: Any, control: Any, hubspot: Any, app: Any) -> None:
    token = renew().json()["access_token"]
    control("POST", "/hubspot/apps", {"client_id": app["client_id"], "uninstalled": True})
    hubspot.session.headers["Authorization"] = f"Bearer {token}"
    assert hubspot("GET", CONTACTS).json()["category"] == "INVALID_AUTHENTICATION"
    assert renew().status_code == 400


def test_the_official_client_renews_its_token(sandbox: Sandbox, app: dict[str, Any]) -> None:
    client = HubSpot(host=sandbox.hubspot.base_url)
    given = client.oauth.tokens_api.create(
        grant_type="refresh_token",
        client_id=app["client_id"],
        client_secret=app["client_secret"],
        refresh_token=app["refresh_token"],
    )
    page = HubSpot(
        access_token=given.access_token, host=sandbox.hubspot.base_url
    ).crm.contacts.basic_api.get_page()
    assert page.results == []


def test_a_token_that_has_ended_is_told_apart_from_a_wrong_one() -> None:
    now = [0.0]
    state = State(BusinessClock())
    tokens = Tokens(state, lambda: now[0])
    token = tokens.lend(SCOPES, 1800)
    assert tokens.check(f"Bearer {token}", SCOPES) == token
    now[0] = 1805
    with pytest.raises(Refusal) as caught:
        tokens.check(f"Bearer {token}", SCOPES)
    assert caught.value.body["category"] == "EXPIRED_AUTHENTICATION"
    assert "5 second(s) ago" in caught.value.body["message"]
    state.close()

import json
import multiprocessing
import stat
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from connectors.errors import ContractBroken, CredentialsRefused, Misconfigured, Unavailable
from connectors.oauth import Tokens
from connectors.settings import ConnectorSettings, OAuthSettings
from connectors.transport import Transport


@pytest.fixture
def token_file(tmp_path):
    path = tmp_path / "rd.token"
    path.write_text("first-refresh\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def transport(vendor, waits):
    return Transport("vendor", ConnectorSettings(attempts=3), vendor.base_url, wait=waits)


def tokens_of(transport, vendor, token_file, **more):
    return Tokens(oauth_settings(token_file), transport, url=f"{vendor.base_url}/token", **more)


def oauth_settings(token_file):
    table = {"client_id": "app", "client_secret": {"env": "S"}, "token_file": str(token_file)}
    return OAuthSettings.model_validate(table, context={"environ": {"S": "app-secret"}})


def kept(token_file):
    return json.loads(token_file.read_text())


def grant(token, **more):
    return {"access_token": token, "token_type": "bearer", "expires_in": 86_400, **more}


def test_the_first_token_comes_from_the_refresh_token_a_person_put_there(vendor, transport, token_file):
    vendor.say(200, grant("one", refresh_token="second-refresh"))
    assert tokens_of(transport, vendor, token_file).access_token() == "one"
    sent = vendor.requests[0]["body"]
    assert "grant_type=refresh_token" in sent
    assert "refresh_token=first-refresh" in sent
    assert "client_secret=app-secret" in sent
    assert kept(token_file)["refresh_token"] == "second-refresh"
    assert stat.S_IMODE(token_file.stat().st_mode) == 0o600


def test_a_vendor_that_takes_json_gets_json(vendor, transport, token_file):
    vendor.say(200, grant("one"))
    tokens_of(transport, vendor, token_file, body="json").access_token()
    assert vendor.bodies[0]["refresh_token"] == "first-refresh"
    assert vendor.bodies[0]["client_id"] == "app"


def test_an_answer_without_a_refresh_token_keeps_the_old_one(vendor, transport, token_file):
    vendor.say(200, grant("one"))
    tokens_of(transport, vendor, token_file).access_token()
    assert kept(token_file)["refresh_token"] == "first-refresh"


def test_a_token_that_is_good_is_not_renewed_by_another_opening(vendor, transport, token_file):
    vendor.say(200, grant("one")).say(200, grant("two"))
    tokens_of(transport, vendor, token_file).access_token()
    assert tokens_of(transport, vendor, token_file).access_token() == "one"
    assert len(vendor.requests) == 1


def test_an_expired_token_is_renewed(vendor, transport, token_file):
    token_file.write_text(json.dumps(grant("old", refresh_token="r", expires_at=int(time.time()) + 5)))
    vendor.say(200, grant("new"))
    assert tokens_of(transport, vendor, token_file).access_token() == "new"


def test_calls_carry_the_token_and_a_refused_one_is_renewed_once(vendor, transport, token_file, waits):
    token_file.write_text(json.dumps(grant("revoked", refresh_token="r", expires_at=int(time.time()) + 900)))
    tokens_of(transport, vendor, token_file).sign()
    vendor.say(401).say(200, grant("fresh")).say(200, {"ok": True})
    response = transport.request("PATCH", f"{vendor.base_url}/contacts", operation="write", json={})
    assert response.json() == {"ok": True}
    assert [one["headers"].get("Authorization") for one in vendor.requests] == [
        "Bearer revoked",
        None,
        "Bearer fresh",
    ]
    assert transport.calls().by_verb == {"write": 2, "refresh_token": 1}
    assert sum(waits) == 0


def test_a_new_token_that_is_refused_too_ends_the_call(vendor, transport, token_file):
    tokens_of(transport, vendor, token_file).sign()
    vendor.say(200, grant("one")).say(401).say(200, grant("two")).say(401)
    assert transport.request("GET", f"{vendor.base_url}/x").status_code == 401
    assert len(vendor.requests) == 4


def test_a_token_that_was_good_for_a_while_is_renewed_again(vendor, transport, token_file):
    tokens_of(transport, vendor, token_file).sign()
    vendor.say(200, grant("one")).say(200)
    for number in range(3):
        assert transport.request("GET", f"{vendor.base_url}/x").ok
        vendor.answers.clear()
        vendor.say(401).say(200, grant(f"new {number}")).say(200)
    assert transport.request("GET", f"{vendor.base_url}/x").ok
    assert vendor.requests[-1]["headers"]["Authorization"] == "Bearer new 2"


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize(
    "body",
    [
        {"errors": {"error_type": "INVALID_REFRESH_TOKEN", "error_message": "first-refresh"}},
        [{"error_type": "CANNOT_BE_NULL", "path": "body.client_secret"}],
        {"error": "invalid_grant", "error_description": "first-refresh"},
        "text",
    ],
)
def test_a_refusal_asks_a_person_and_shows_no_secret(vendor, transport, token_file, status, body):
    vendor.say(status, body)
    with pytest.raises(CredentialsRefused, match=r"authorise it again.*rd\.token") as caught:
        tokens_of(transport, vendor, token_file).access_token()
    assert "first-refresh" not in str(caught.value) + caught.value.log
    assert token_file.read_text() == "first-refresh\n"
    assert [each.name for each in token_file.parent.iterdir() if each.name.startswith(".")] == []


def test_a_vendor_that_is_down_is_unavailable_and_the_file_stays(vendor, transport, token_file):
    vendor.say(503)
    with pytest.raises(Unavailable):
        tokens_of(transport, vendor, token_file).access_token()
    assert token_file.read_text() == "first-refresh\n"


@pytest.mark.parametrize(
    "body", [{}, [], {"access_token": ""}, {"error": "odd"}, grant("x") | {"expires_in": "?"}]
)
def test_an_answer_without_a_token_breaks_the_contract(vendor, transport, token_file, body):
    vendor.say(200, body)
    with pytest.raises(ContractBroken):
        tokens_of(transport, vendor, token_file).access_token()
    assert token_file.read_text() == "first-refresh\n"


def test_a_file_that_others_may_read_is_refused_with_its_remedy(vendor, transport, token_file):
    token_file.chmod(0o640)
    with pytest.raises(CredentialsRefused, match="chmod 600"):
        tokens_of(transport, vendor, token_file).access_token()


def test_a_file_without_a_refresh_token_is_refused(vendor, transport, token_file):
    token_file.write_text("{}")
    with pytest.raises(CredentialsRefused, match="holds no refresh token"):
        tokens_of(transport, vendor, token_file).access_token()


def test_a_missing_file_is_a_matter_of_configuration(vendor, transport, token_file):
    token_file.unlink()
    with pytest.raises(Misconfigured, match=r"rd\.token"):
        tokens_of(transport, vendor, token_file).access_token()


def test_a_link_to_the_file_stays_a_link(vendor, transport, token_file, tmp_path):
    link = tmp_path / "link.token"
    link.symlink_to(token_file)
    vendor.say(200, grant("one"))
    tokens_of(transport, vendor, link).access_token()
    assert link.is_symlink()
    assert kept(token_file)["access_token"] == "one"


def test_threads_that_need_a_token_at_once_renew_it_once(vendor, waits, token_file):
    vendor.say(200, grant("one")).say(200, grant("two"))

    def one(_):
        transport = Transport("vendor", ConnectorSettings(), vendor.base_url, wait=waits)
        return tokens_of(transport, vendor, token_file).access_token()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(8))) == {"one"}
    assert len(vendor.requests) == 1


class Served:
    def __init__(self, base_url):
        self.base_url = base_url


def obtain(base_url, token_file, start, found):
    transport = Transport("vendor", ConnectorSettings(), base_url)
    start.wait()
    found.put(tokens_of(transport, Served(base_url), token_file).access_token())


def test_two_processes_that_need_a_token_at_once_renew_it_once(vendor, token_file):
    vendor.say(200, grant("one")).say(200, grant("two"))
    context = multiprocessing.get_context("spawn")
    start, found = context.Barrier(2), context.Queue()
    processes = [
        context.Process(target=obtain, args=(vendor.base_url, token_file, start, found)) for _ in range(2)
    ]
    for each in processes:
        each.start()
    assert [found.get(timeout=60) for _ in processes] == ["one", "one"]
    for each in processes:
        each.join()
    assert len(vendor.requests) == 1

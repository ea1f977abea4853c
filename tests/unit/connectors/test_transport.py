import pytest
import structlog

from connectors.errors import ContractBroken, Unavailable
from connectors.transport import Pace, Transport


@pytest.fixture
def transport(vendor, hubspot_settings, waits):
    return Transport("hubspot", hubspot_settings(), vendor.base_url, wait=waits)


def post(transport, vendor, *, repeatable):
    return transport.request(
        "POST", f"{vendor.base_url}/x", operation="write", repeatable=repeatable, data="{}"
    )


@pytest.mark.parametrize("status", [502, 503, 504])
def test_an_uncertain_answer_is_asked_again_only_where_twice_is_the_same(vendor, transport, waits, status):
    vendor.say(status).say(200, {"ok": True})
    assert post(transport, vendor, repeatable=True).status_code == 200
    assert len(waits) == 1
    vendor.answers.clear()
    vendor.say(status).say(200)
    assert post(transport, vendor, repeatable=False).status_code == status
    assert transport.calls().by_verb == {"write": 3}


@pytest.mark.parametrize("status", [423, 429, 477])
def test_a_call_that_was_turned_away_is_sent_again_whatever_it_is(vendor, transport, waits, status):
    vendor.say(status).say(200)
    assert post(transport, vendor, repeatable=False).status_code == 200
    assert waits[0] >= (2 if status == 423 else 0)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500])
def test_other_answers_are_not_asked_again(vendor, transport, waits, status):
    vendor.say(status)
    assert post(transport, vendor, repeatable=True).status_code == status
    assert waits == []


def test_it_waits_as_long_as_it_is_asked_to_and_gives_up_after_the_last_attempt(vendor, transport, waits):
    vendor.say(429, headers={"Retry-After": "7"})
    assert post(transport, vendor, repeatable=True).status_code == 429
    assert len(waits) == 2
    assert all(7 <= seconds <= 8 for seconds in waits)
    assert transport.calls().total == 3


def test_a_wait_of_hours_is_not_waited(vendor, transport, waits):
    vendor.say(477, headers={"Retry-After": "86400"})
    assert post(transport, vendor, repeatable=True).status_code == 477
    assert waits == []


def test_a_vendor_that_hangs_up_is_unavailable_and_its_address_is_not_told(vendor, transport, waits):
    vendor.say(0)
    with pytest.raises(Unavailable) as caught:
        transport.request("GET", f"{vendor.base_url}/people/ana@example.com", operation="read")
    assert len(waits) == 2
    assert "ana@" not in str(caught.value) + caught.value.log + repr(caught.value.__cause__)
    assert caught.value.__suppress_context__


def test_a_vendor_that_is_down_is_unavailable(hubspot_settings, waits):
    transport = Transport("hubspot", hubspot_settings(), "http://127.0.0.1:9", wait=waits)
    with pytest.raises(Unavailable, match="base_url"):
        transport.request("GET", "http://127.0.0.1:9/x")


def test_an_answer_that_is_cut_short_is_unavailable(vendor, transport):
    vendor.say(200, raw=b'{"results": [', cut=True)
    with pytest.raises(Unavailable):
        transport.request("GET", f"{vendor.base_url}/x")


def test_a_web_page_with_status_200_breaks_the_contract(vendor, transport):
    vendor.say(200, raw=b"<html>secret body</html>", headers={"Content-Type": "text/html"})
    with pytest.raises(ContractBroken, match="web page") as caught:
        transport.request("GET", f"{vendor.base_url}/x")
    assert "secret body" not in str(caught.value) + caught.value.log


def test_a_redirect_is_not_followed(vendor, transport):
    vendor.say(302, headers={"Location": f"{vendor.base_url}/elsewhere"})
    assert transport.request("GET", f"{vendor.base_url}/x").status_code == 302
    assert len(vendor.requests) == 1


def test_https_becomes_http_for_the_loopback_host_alone(vendor, transport):
    vendor.say(200)
    transport.request("GET", vendor.base_url.replace("http:", "https:") + "/x")
    assert vendor.requests[0]["path"] == "/x"
    with pytest.raises(Unavailable):
        transport.request("GET", "https://127.0.0.1:9/x")


def test_it_introduces_itself_and_takes_no_password_from_the_home_folder(
    vendor, hubspot_settings, tmp_path, monkeypatch
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    vendor.say(200)
    transport = Transport("hubspot", hubspot_settings(), "https://api.hubapi.com")
    transport.request("GET", f"{vendor.base_url}/x", headers={"Authorization": "Bearer t"})
    headers = vendor.requests[0]["headers"]
    assert headers["User-Agent"].startswith("acuerdo")
    assert headers["Authorization"] == "Bearer t"


def test_logs_name_operation_and_status_and_nothing_of_the_call(vendor, transport):
    vendor.say(503).say(200, {"email": "ana@example.com"})
    with structlog.testing.capture_logs() as logs:
        transport.request(
            "GET", f"{vendor.base_url}/ana@example.com", operation="read", params={"q": "ana@example.com"}
        )
    assert [one["event"] for one in logs] == ["vendor_call_repeated", "vendor_call"]
    assert logs[0]["why"] == 503
    assert "ana@" not in str(logs)


def test_the_vendor_tells_the_time(vendor, transport):
    vendor.say(200)
    transport.request("GET", f"{vendor.base_url}/x")
    assert transport.vendor_time > 1_700_000_000


def test_a_pace_spreads_calls_over_the_second():
    now, waited = [0.0], []

    def wait(seconds):
        waited.append(seconds)
        now[0] += seconds

    pace = Pace(per_second=4, wait=wait, clock=lambda: now[0])
    for _ in range(4):
        pace.keep()
    assert waited == [0.25, 0.25, 0.25]
    now[0] += 5
    pace.keep()
    assert len(waited) == 3

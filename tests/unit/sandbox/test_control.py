import json
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import requests

from sandbox.server import FREE_PORTS, Sandbox, write_variables
from sandbox.server import serve as run

CONTACTS = "/crm/v3/objects/contacts"


def make_contact(hubspot: Any, email: str = "ana@example.com") -> requests.Response:
    return hubspot("POST", CONTACTS, {"properties": {"email": email}})


def contact_count(hubspot: Any) -> int:
    return len(hubspot("GET", f"{CONTACTS}?limit=100").json()["results"])


def test_describes_addresses_and_credentials(sandbox: Sandbox, control: Any) -> None:
    told = control("GET", "/").json()
    assert told["control"] == sandbox.control.base_url
    assert told["vendors"]["hubspot"]["base_url"] == sandbox.hubspot.base_url
    assert told["vendors"]["hubspot"]["token"] == sandbox.hubspot.token


def test_counts_calls_by_vendor_endpoint_and_status(hubspot: Any, control: Any) -> None:
    made = make_contact(hubspot).json()["id"]
    hubspot("GET", f"{CONTACTS}/{made}")
    hubspot("GET", f"{CONTACTS}/999")
    calls = control("GET", "/calls").json()
    assert calls["total"] == 3
    assert calls["vendors"]["hubspot"] == {
        "total": 3,
        "endpoints": {f"GET {CONTACTS}/{{contactId}}": 2, f"POST {CONTACTS}": 1},
        "statuses": {"200": 1, "201": 1, "404": 1},
    }


def test_resets_calls_without_touching_records(hubspot: Any, control: Any) -> None:
    make_contact(hubspot)
    control("POST", "/reset", {"what": "calls"})
    assert control("GET", "/calls").json()["total"] == 0
    assert contact_count(hubspot) == 1


def test_resets_everything_but_time_and_the_seeded_token(
    sandbox: Sandbox, hubspot: Any, control: Any
) -> None:
    make_contact(hubspot)
    control("POST", "/faults", {"vendor": "hubspot", "kind": "status", "times": None, "status": 500})
    control("POST", "/clock", {"advance": 3600})
    moved = sandbox.state.clock.now()
    control("POST", "/reset", {"what": "all"})
    assert contact_count(hubspot) == 0
    assert sandbox.state.clock.now() == moved
    assert make_contact(hubspot).json()["id"] == "101"


def test_the_clock_can_be_set_advanced_and_frozen_but_not_turned_back(control: Any) -> None:
    assert control("GET", "/clock").json() == {"now": "2026-01-05T09:00:00+00:00", "frozen": True}
    assert control("POST", "/clock", {"advance": 60}).json()["now"] == "2026-01-05T09:01:00+00:00"
    moved = control("POST", "/clock", {"now": "2026-01-06T10:00:00+01:00"}).json()
    assert moved == {"now": "2026-01-06T09:00:00+00:00", "frozen": True}
    assert control("POST", "/clock", {"frozen": False}).json()["frozen"] is False
    back = control("POST", "/clock", {"now": "2026-01-05T10:00:00+00:00"})
    assert back.status_code == 400
    assert "only moves forward" in back.json()["error"]


@pytest.mark.parametrize("wish", [{}, {"then": 1}, {"now": "2026-02-01T10:00:00"}, {"now": "tomorrow"}])
def test_nonsense_for_the_clock_is_refused(control: Any, wish: dict[str, Any]) -> None:
    assert control("POST", "/clock", wish).status_code == 400


def test_latency_delays_each_call_of_a_vendor(hubspot: Any, control: Any) -> None:
    control("POST", "/latency", {"vendor": "hubspot", "seconds": 0.2})
    before = time.monotonic()
    make_contact(hubspot)
    assert time.monotonic() - before >= 0.2


def test_settings_can_be_changed_but_not_invented(hubspot: Any, control: Any) -> None:
    control("POST", "/settings", {"hubspot.ui_domain": "app-eu1.hubspot.com"})
    assert hubspot("GET", "/account-info/v3/details").json()["uiDomain"] == "app-eu1.hubspot.com"
    unknown = control("POST", "/settings", {"hubspot.colour": "orange"})
    assert unknown.status_code == 400
    assert "hubspot.ui_domain" in unknown.json()["error"]


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "flood"},
        {"kind": "status", "colour": "red"},
        {"vendor": "nobody"},
        {"every": 0},
        {"times": "often"},
        {"skip": -1},
    ],
)
def test_nonsensical_faults_are_refused(control: Any, wish: dict[str, Any]) -> None:
    assert control("POST", "/faults", wish).status_code == 400
    assert control("GET", "/faults").json()["faults"] == []


def test_a_status_fault_answers_as_the_vendor_would_and_only_as_often_as_ordered(
    hubspot: Any, control: Any
) -> None:
    control("POST", "/faults", {"vendor": "hubspot", "kind": "status", "status": 502, "times": 2})
    first, second, third = (make_contact(hubspot) for _ in range(3))
    assert (first.status_code, second.status_code, third.status_code) == (502, 502, 201)
    assert first.json()["status"] == "error"
    assert [fault["struck"] for fault in control("GET", "/faults").json()["faults"]] == [2]


def test_a_status_fault_can_have_its_own_body_and_headers(hubspot: Any, control: Any) -> None:
    control(
        "POST",
        "/faults",
        {"kind": "status", "status": 477, "body": {"moved": True}, "headers": {"Retry-After": "86400"}},
    )
    answer = make_contact(hubspot)
    assert (answer.status_code, answer.json()) == (477, {"moved": True})
    assert answer.headers["Retry-After"] == "86400"


def test_faults_strike_only_the_endpoints_that_match(hubspot: Any, control: Any) -> None:
    control("POST", "/faults", {"endpoint": "GET */contacts/{contactId}", "times": None})
    made = make_contact(hubspot)
    assert made.status_code == 201
    assert hubspot("GET", f"{CONTACTS}/{made.json()['id']}").status_code == 503
    assert hubspot("GET", CONTACTS).status_code == 200
    control("DELETE", "/faults")
    assert hubspot("GET", f"{CONTACTS}/{made.json()['id']}").status_code == 200


def test_faults_can_skip_calls_and_strike_every_nth(hubspot: Any, control: Any) -> None:
    control("POST", "/faults", {"skip": 1, "every": 2, "times": None})
    statuses = [hubspot("GET", CONTACTS).status_code for _ in range(6)]
    assert statuses == [200, 200, 503, 200, 503, 200]


def test_an_unauthorized_fault_says_401(hubspot: Any, control: Any) -> None:
    control("POST", "/faults", {"kind": "unauthorized"})
    answer = make_contact(hubspot)
    assert (answer.status_code, answer.json()["category"]) == (401, "INVALID_AUTHENTICATION")


def test_a_retry_after_fault_says_429_with_seconds(hubspot: Any, control: Any) -> None:
    control("POST", "/faults", {"kind": "retry_after", "seconds": 7})
    answer = make_contact(hubspot)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json()["policyName"] == "TEN_SECONDLY_ROLLING"


def test_an_html_fault_answers_200_with_a_page(hubspot: Any, control: Any) -> None:
    control("POST", "/faults", {"kind": "html"})
    answer = make_contact(hubspot)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html")
    assert contact_count(hubspot) == 0


def test_a_disconnect_before_the_write_leaves_nothing(hubspot: Any, control: Any) -> None:
    control("POST", "/faults", {"kind": "disconnect"})
    with pytest.raises(requests.ConnectionError):
        make_contact(hubspot)
    assert contact_count(hubspot) == 0


def test_a_disconnect_after_the_write_leaves_it_applied(hubspot: Any, control: Any) -> None:
    control("POST", "/faults", {"kind": "disconnect", "applied": True})
    with pytest.raises(requests.ConnectionError):
        make_contact(hubspot)
    assert contact_count(hubspot) == 1


def test_a_truncated_answer_breaks_off_after_the_write(hubspot: Any, control: Any) -> None:
    control("POST", "/faults", {"kind": "truncated"})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        make_contact(hubspot)
    assert contact_count(hubspot) == 1


def test_a_malformed_answer_is_complete_http_but_no_json(hubspot: Any, control: Any) -> None:
    control("POST", "/faults", {"kind": "malformed"})
    answer = make_contact(hubspot)
    assert answer.status_code == 201
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_a_status_fault_can_strike_after_the_write(hubspot: Any, control: Any) -> None:
    control("POST", "/faults", {"kind": "status", "status": 504, "applied": True})
    assert make_contact(hubspot).status_code == 504
    assert contact_count(hubspot) == 1


def test_a_timeout_fault_hangs_until_the_client_gives_up(
    sandbox: Sandbox, hubspot: Any, control: Any
) -> None:
    control("POST", "/faults", {"kind": "timeout", "seconds": 60})
    with pytest.raises(requests.ReadTimeout):
        requests.get(sandbox.hubspot.base_url + CONTACTS, timeout=0.2)
    assert contact_count(hubspot) == 0


def test_a_timeout_fault_ends_in_a_closed_connection(hubspot: Any, control: Any) -> None:
    control("POST", "/faults", {"kind": "timeout", "seconds": 0.1})
    with pytest.raises(requests.ConnectionError):
        make_contact(hubspot)


def test_a_vendor_can_be_told_what_its_api_cannot(hubspot: Any, control: Any) -> None:
    make_contact(hubspot)
    tracked = {"hs_analytics_num_page_views": "12", "recent_conversion_event_name": "Demo: request"}
    wish = {"email": "ana@example.com", "properties": tracked}
    assert control("POST", "/hubspot/tracking", wish).status_code == 200
    read = hubspot("GET", f"{CONTACTS}/101?properties={','.join(tracked)}").json()["properties"]
    assert {name: read[name] for name in tracked} == tracked
    assert control("POST", "/hubspot/dance", {}).status_code == 400


def test_variables_are_named_after_the_vendor_and_written_for_the_owner_only(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "vendors.env"
    write_variables(sandbox, file)
    lines = file.read_text().splitlines()
    assert f"HUBSPOT_BASE_URL='{sandbox.hubspot.base_url}'" in lines
    assert f"HUBSPOT_TOKEN='{sandbox.hubspot.token}'" in lines
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_same_seed_makes_the_same_credentials(serve: Callable[..., Sandbox]) -> None:
    first, same, other = serve(seed=7), serve(seed=7), serve(seed=8)
    assert first.hubspot.credentials == same.hubspot.credentials
    assert first.hubspot.credentials != other.hubspot.credentials


def test_a_folder_keeps_records_token_and_clock(tmp_path: Path) -> None:
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    with Sandbox(now=start, ports=FREE_PORTS, folder=tmp_path) as first:
        token = first.hubspot.token
        made = requests.post(
            first.hubspot.base_url + CONTACTS,
            json={"properties": {"email": "kept@example.com"}},
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
        ).json()
        requests.post(first.control.base_url + "/clock", json={"advance": 86_400}, timeout=20)
    with Sandbox(ports=FREE_PORTS, folder=tmp_path) as again:
        assert again.hubspot.token == token
        assert start + timedelta(days=1) <= again.state.clock.now() < start + timedelta(days=1, minutes=5)
        kept = requests.get(
            f"{again.hubspot.base_url}{CONTACTS}/{made['id']}?propertiesWithHistory=email",
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
        ).json()
    assert kept["properties"]["email"] == "kept@example.com"
    assert [version["value"] for version in kept["propertiesWithHistory"]["email"]] == ["kept@example.com"]


def test_a_kept_clock_is_not_turned_back(tmp_path: Path) -> None:
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    with Sandbox(now=start, ports=FREE_PORTS, folder=tmp_path):
        pass
    with (
        pytest.raises(ValueError, match="only moves forward"),
        Sandbox(now=start - timedelta(days=1), ports=FREE_PORTS, folder=tmp_path),
    ):
        pass


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=str(port)), Sandbox(ports={**FREE_PORTS, "hubspot": port}):
            pass


def test_serving_prints_where_it_listens_and_stops_when_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox, stop = Sandbox(ports=FREE_PORTS), Event()
    env = tmp_path / "vendors.env"

    def stop_once_it_answers() -> None:
        while not env.exists():
            Event().wait(0.01)
        stop.set()

    watcher = Thread(target=stop_once_it_answers)
    watcher.start()
    run(sandbox, env=env, as_json=True, stop=stop)
    watcher.join()
    told = json.loads(capsys.readouterr().out)
    assert f"HUBSPOT_TOKEN='{told['vendors']['hubspot']['token']}'" in env.read_text()
    with pytest.raises(requests.ConnectionError):
        requests.get(told["control"], timeout=5)


def test_answers_come_at_once_over_a_kept_connection(hubspot: Any) -> None:
    hubspot("GET", CONTACTS)
    before = time.monotonic()
    for _ in range(20):
        hubspot("GET", CONTACTS)
    assert time.monotonic() - before < 20 * 0.03  # a delayed ACK alone would cost 40 ms a call


def test_the_command_serves_until_it_is_terminated() -> None:
    program = "from sandbox.server import *; serve(Sandbox(ports=FREE_PORTS), as_json=True)"
    root = Path(__file__).resolve().parents[3]
    served = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=root, text=True)
    try:
        assert served.stdout is not None
        lines = []
        while not lines or lines[-1] != "}\n":
            lines.append(served.stdout.readline())
        told = json.loads("".join(lines))
        assert requests.get(told["control"] + "/calls", timeout=20).json() == {"total": 0, "vendors": {}}
        served.terminate()
        assert served.wait(10) == 0
    finally:
        served.kill()
        served.communicate()


def test_a_hanging_call_does_not_keep_the_sandbox_from_stopping() -> None:
    with Sandbox(ports=FREE_PORTS) as sandbox:
        requests.post(sandbox.control.base_url + "/faults", json={"kind": "timeout"}, timeout=20)
        caller = Thread(target=_ask_in_vain, args=(sandbox.hubspot.base_url,))
        caller.start()
        while sandbox.board.faults.ordered()[0].struck == 0:
            Event().wait(0.01)
        before = time.monotonic()
    assert time.monotonic() - before < 5
    caller.join()


def _ask_in_vain(base_url: str) -> None:
    with suppress(requests.ConnectionError):
        requests.get(base_url + CONTACTS, timeout=20)


def test_after_a_reset_made_up_things_are_made_up_alike(control: Any) -> None:
    control("POST", "/reset", {"what": "all"})
    first = control("POST", "/hubspot/tokens", {}).json()
    control("POST", "/reset", {"what": "all"})
    assert control("POST", "/hubspot/tokens", {}).json() == first

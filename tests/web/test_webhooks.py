"""Webhooks are received: only whose they are, of a bounded size, soon, and as nothing but hints."""

import json
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, make_url
from structlog.testing import capture_logs

from sync.ledger import hints
from tests.web.conftest import APP, PATHS, UUID, Site, event, signed, signed_once
from web.app import BODY

CONVERTED = {"event_type": "WEBHOOK.CONVERTED", "contact": {"uuid": UUID, "email": "ana@example.org"}}


def test_hubspots_calls_leave_hints_for_the_next_run_to_read(site: Site) -> None:
    answer = site.hubspot(event(7), event(5), event(7), event("7"), event(9, portalId=43), "x")
    assert (answer.status_code, answer.json()) == (200, {"hints": 2})
    assert site.hints() == {"5", "7"}


def test_the_first_signature_of_private_apps_is_taken_too(site: Site) -> None:
    body = json.dumps([event(7)]).encode()
    assert site.hubspot(body=body, headers=signed_once(body)).status_code == 200
    assert site.hints() == {"7"}


@pytest.mark.parametrize(
    "headers",
    [
        lambda _: {},
        lambda body: signed(body, secret="another secret"),
        lambda body: signed(body, late=301),
        lambda body: signed(body, late=-301),
        lambda body: signed(body + b" "),
        lambda body: signed(body, path=PATHS["beta"]),
        lambda body: signed(body, secret=APP["beta"]),
        lambda body: signed_once(body, secret="another secret"),
        lambda body: {**signed_once(body), **signed(body, secret="another secret")},
        lambda _: {"X-HubSpot-Signature-v3": "x", "X-HubSpot-Request-Timestamp": "1" * 5_000},
    ],
)
def test_what_hubspot_did_not_sign_just_now_leaves_nothing(
    site: Site, headers: Callable[[bytes], dict[str, str]]
) -> None:
    body = json.dumps([event(7)]).encode()
    sent = headers(body) or {"X-Other": "x"}
    assert site.hubspot(body=body, headers=sent).status_code == 401
    assert site.hints() == set()


def test_rd_stations_calls_are_known_by_the_path_alone(site: Site) -> None:
    assert site.rdstation(CONVERTED, path=PATHS["acme"]).status_code == 404
    assert site.hints("norte", "rdstation") == set()
    assert site.rdstation(CONVERTED).json() == {"hints": 1}
    assert site.rdstation([CONVERTED, CONVERTED]).json() == {"hints": 1}
    assert site.hints("norte", "rdstation") == {UUID}


def test_an_unknown_path_does_not_tell_which_companies_there_are(site: Site) -> None:
    known, unknown = f"/webhooks/acme/{'x' * 40}", f"/webhooks/nobody/{'x' * 40}"
    told = {(each.status_code, each.text) for each in map(site.post, (known, unknown, "/webhooks/acme", "/"))}
    assert told == {(404, '{"detail":"Not Found"}')}
    others = {site.get(each).status_code for each in (known, unknown, f"/webhooks/acme/{PATHS['acme']}")}
    assert others == {405}
    assert {site.get(each).status_code for each in ("/docs", "/redoc", "/openapi.json", "/metrics")} == {404}
    assert site.post(f"/webhooks/acme/{PATHS['acme']}/").status_code == 404
    assert site.post("/webhooks/acme/%FF%F0%9F").status_code == 404


def test_two_companies_never_mix(site: Site) -> None:
    body = json.dumps([event(7), event(8, company="beta")]).encode()
    assert site.hubspot(body=body, headers=signed(body), company="beta").status_code == 401
    assert site.hubspot(body=body).json() == {"hints": 1}
    assert site.hubspot(body=body, company="beta").json() == {"hints": 1}
    assert (site.hints("acme"), site.hints("beta")) == ({"7"}, {"8"})


def test_a_body_is_refused_as_soon_as_it_is_too_large(site: Site) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 40 * BODY:
            sent += 65_536
            yield b" " * 65_536

    address = urlsplit(site.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as caller:
        head = (
            f"POST /webhooks/norte/{PATHS['norte']} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        caller.sendall(head.encode())
        caller.settimeout(0.001)
        answer = b""
        for part in endless():
            caller.settimeout(20)
            caller.sendall(b"%x\r\n%s\r\n" % (len(part), part))
            caller.settimeout(0.001)
            try:
                answer = caller.recv(1_000)
                break
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sent < 3 * BODY
    assert site.rdstation(b" " * (BODY + 1)).status_code == 413
    large = json.dumps({**CONVERTED, "padding": "x" * (BODY - 1_000)}).encode()
    assert site.rdstation(large).json() == {"hints": 1}


def test_a_body_that_does_not_arrive_is_not_waited_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.app.SECONDS", 0.3)
    address = urlsplit(site.url)
    head = f"POST /webhooks/norte/{PATHS['norte']} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=20) as caller:
        caller.sendall(head.encode() + b"{")
        assert caller.recv(1_000).startswith(b"HTTP/1.1 408 ")
    with socket.create_connection((address.hostname, address.port), timeout=20) as caller:
        caller.sendall(head.encode())  # and hangs up
    assert site.get("/health").status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 200_000, b'"x"', b"null", b"[[[]]]", b"9" * 9_000]
)
def test_a_body_that_says_nothing_is_taken_and_leaves_nothing(site: Site, body: bytes) -> None:
    assert site.rdstation(body).json() == {"hints": 0}
    if body and body.isascii():
        assert site.hubspot(body=body).json() == {"hints": 0}
    assert site.hints() | site.hints("norte", "rdstation") == set()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
events = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            name: json_values | st.sampled_from([7, "7", 42, "0-1", "contact.creation", "object.creation"])
            for name in (
                "objectId",
                "portalId",
                "subscriptionType",
                "objectTypeId",
                "mergedObjectIds",
                "contact",
            )
        },
    )
    | json_values,
    max_size=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=events)
def test_whatever_a_signed_body_holds_it_is_answered_and_leaves_ids_alone(site: Site, told: object) -> None:
    body = json.dumps(told).encode()
    assert site.hubspot(body=body).status_code == 200
    assert site.rdstation(body).status_code == 200
    assert all(each.isascii() and each.isdigit() for each in site.hints())
    assert site.hints("norte", "rdstation") == set()


def test_a_flood_of_one_contact_is_one_row_and_of_many_is_capped_and_told(site: Site) -> None:
    for _ in range(20):
        site.hubspot(*[event(7)] * 100)
    assert site.hints() == {"7"}
    with site.ledger.write("acme", 0) as tx:
        hints.add_hints(tx, "hubspot", [str(number) for number in range(100_000, 100_000 + hints.MOST - 2)])
    with capture_logs() as lines:
        assert site.hubspot(event(7), event(8), event(9), event(10)).json() == {"hints": 2}
    (line,) = lines
    assert (line["log_level"], line["company"], line["hints"], line["dropped"]) == ("warning", "acme", 2, 2)
    assert site.hubspot(event(8, company="beta"), company="beta").json() == {"hints": 1}


def test_one_call_names_at_most_a_thousand_contacts(site: Site) -> None:
    with capture_logs() as lines:
        merge = event(1, subscriptionType="contact.merge", mergedObjectIds=list(range(1, 1_301)))
        assert site.hubspot(merge).json() == {"hints": 1_000}
    assert lines[-1]["dropped"] == 300


def test_before_the_first_run_nothing_is_kept_since_it_reads_everyone(site: Site) -> None:
    with site.ledger.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM cursor")
    assert site.hubspot(event(7)).json() == {"hints": 0}


def test_a_ledger_that_is_busy_too_long_asks_the_vendor_to_repeat(site: Site) -> None:
    assert site.ledger.url.database is not None
    with closing(sqlite3.connect(site.ledger.url.database)) as run:
        run.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        answer = site.hubspot(event(7))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert time.monotonic() - begun < 5, "the vendor hangs up after five seconds"
        assert site.get("/health").json() == {"ledger": True}, "it can still be read"
        run.rollback()
    assert site.hubspot(event(7)).json() == {"hints": 1}


def test_health_tells_that_the_ledger_does_not_answer(site: Site) -> None:
    assert site.get("/health").json() == {"ledger": True}
    with site.ledger.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE hint RENAME TO elsewhere")
    assert site.get("/health").status_code == 503


def test_no_line_tells_a_secret_or_an_id(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    with capture_logs() as lines:
        site.hubspot(event(778899))
        site.hubspot(event(778899), secret="another secret")
        site.rdstation(CONVERTED)
        site.post(f"/webhooks/acme/{'wrong' * 8}")
        site.post(f"/webhooks/nobody/{PATHS['acme']}")
    told = json.dumps(lines) + "".join(capfd.readouterr())
    hidden = [*PATHS.values(), *APP.values(), "778899", UUID, "example.org", "wrong" * 2, "nobody"]
    assert [each for each in hidden if each in told] == []
    assert [(each["company"], each["outcome"]) for each in lines] == [
        ("acme", "kept"),
        ("acme", "its signature does not fit"),
        ("norte", "kept"),
        ("acme", "wrong path"),
        (None, "wrong path"),
    ]


def test_postgresql_keeps_hints_and_is_not_waited_for_either(
    database: str, serving: Callable[..., Site]
) -> None:
    site = serving(database, patience=1)
    assert site.hubspot(event(7), event(7)).json() == {"hints": 1}
    assert site.hubspot(event(7), event(5)).json() == {"hints": 2}
    assert site.hints() == {"5", "7"}
    engine = create_engine(make_url(database).set(drivername="postgresql+psycopg"))
    with engine.begin() as run:
        run.exec_driver_sql("LOCK TABLE hint IN ACCESS EXCLUSIVE MODE")
        begun = time.monotonic()
        assert site.hubspot(event(9)).status_code == 503
        assert site.get("/health").status_code == 503
        assert time.monotonic() - begun < 5
    engine.dispose()
    assert site.hubspot(event(9)).json() == {"hints": 1}

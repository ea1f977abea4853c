"""Webhooks of RD Station: nothing of them but whom to read."""

import json

import pytest

from connectors.rdstation.webhook import contacts_to_read
from connectors.webhook import Call

UUID = "c2f3d2b3-7250-4d27-97f4-eef38be32f7f"


def told(body):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return contacts_to_read(Call(method="POST", url="https://hooks.example", headers={}, body=raw, at=0))


def event(uuid=UUID, kind="WEBHOOK.CONVERTED"):
    return {"event_type": kind, "contact": {"uuid": uuid, "email": "ana@example.org"}}


def test_a_webhook_tells_whom_to_read_and_nothing_of_the_person(golden):
    body = golden("rdstation", "webhook_converted.json")
    assert told(body) == (body["contact"]["uuid"],)
    assert told(event(kind="WEBHOOK.MARKED_OPPORTUNITY")) == (UUID,)
    assert told([event(), event(), {}]) == (UUID,)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        None,
        [],
        {},
        {"event_type": "WEBHOOK.CONVERTED"},
        {"event_type": [], "contact": {"uuid": UUID}},
        {"event_type": "WEBHOOK.CONVERTED", "contact": [UUID]},
        event(kind="WEBHOOK.OTHER"),
        event("../../segmentations"),
        event(f"{UUID}/events"),
        event(f"{UUID}\n"),
        event(7),
        event("\ud800"),
    ],
)
def test_a_webhook_of_another_shape_names_nobody(body):
    assert told(body) == ()

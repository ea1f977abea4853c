"""Webhooks of HubSpot: only signed ones, and nothing of them but whom to read."""

import base64
import hashlib
import hmac
import json

import pytest

from connectors.hubspot.webhook import contacts_to_read
from connectors.webhook import Call, NotFromVendor

NOW = 1_780_000_000
SECRET, PORTAL, URL = "app-secret", "33", "https://hooks.example/hubspot?q=a%2Cb&r=x%20y"
SIGNED_URL = "https://hooks.example/hubspot?q=a,b&r=x%20y"


def event(number, **more):
    return {"eventId": 1, "portalId": 33, "subscriptionType": "contact.creation", "objectId": number, **more}


def call(body, *, headers=None):
    return Call(
        method="POST", url=URL, headers=headers or {}, body=body, at=NOW, tenant=PORTAL, secret=SECRET
    )


def v3(body, *, at=NOW, url=SIGNED_URL, secret=SECRET, method="POST"):
    stamp = str(at * 1000)
    source = method.encode() + url.encode() + body + stamp.encode()
    digest = base64.b64encode(hmac.new(secret.encode(), source, hashlib.sha256).digest()).decode()
    headers = {"X-HubSpot-Signature-v3": digest, "X-HubSpot-Request-Timestamp": stamp}
    return call(body, headers=headers)


def v1(body, secret=SECRET):
    digest = hashlib.sha256(secret.encode() + body).hexdigest()
    headers = {"x-hubspot-signature": digest, "x-hubspot-signature-version": "v1"}
    return call(body, headers=headers)


def ids(request):
    return contacts_to_read(request)


def raw(*events):
    return json.dumps(events, ensure_ascii=False).encode()


@pytest.mark.parametrize("signed", [v3, v1])
def test_each_contact_is_told_once_however_often_and_in_whatever_order_it_came(signed):
    body = raw(event(7), event(5), event(7, eventId=1), event("7"), event(5, propertyValue="Íñigo 😀"))
    assert ids(signed(body)) == ("7", "5")


def test_a_merge_names_everyone_who_took_part(golden):
    merge = golden("hubspot", "webhook_contact_merge.json")
    assert set(ids(v3(json.dumps(merge).encode()))) == {"501", "502", "503"}
    change = golden("hubspot", "webhook_property_change.json")
    assert ids(v1(json.dumps(change).encode())) == ("1246965",)


def test_events_of_other_portals_and_other_records_are_left_out():
    body = raw(
        event(1, portalId=34),
        event(2, subscriptionType="company.creation"),
        event(3, subscriptionType="object.propertyChange", objectTypeId="0-2"),
        event(4, subscriptionType="object.propertyChange", objectTypeId="0-1"),
        event(5, subscriptionType="contact.privacyDeletion"),
        "x",
        None,
        event("../6"),
        event("9" * 21),
        event("٣"),
        event(True),
        event(7, subscriptionType=["contact.creation"]),
        event(8, portalId=[33]),
    )
    assert ids(v3(body)) == ("4", "5")


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"{}", b"5", b"[[]]", b"[" * 100_000, b"[1e999]", b"[" + b"9" * 5_000 + b"]"]
)
def test_a_signed_body_without_events_names_nobody(body):
    assert ids(v1(body)) == ()


@pytest.mark.parametrize(
    "request_",
    [
        v3(raw(event(1)), secret="other"),
        v3(raw(event(1)), at=NOW - 301),
        v3(raw(event(1)), at=NOW + 301),
        v3(raw(event(1)), url=URL),
        v1(raw(event(1)), secret="other"),
        v1(b"\xff"),
        call(raw(event(1))),
        call(b"", headers={"X-HubSpot-Signature-v3": "x"}),
        call(b"", headers={"X-HubSpot-Signature-v3": "ñ", "X-HubSpot-Request-Timestamp": "²"}),
        call(b"", headers={"X-HubSpot-Signature-v3": "x", "X-HubSpot-Request-Timestamp": "1" * 5000}),
    ],
)
def test_what_hubspot_did_not_sign_just_now_is_refused(request_):
    with pytest.raises(NotFromVendor):
        ids(request_)


def test_a_byte_changed_under_way_is_noticed():
    signed = v3(raw(event(1)))
    changed = call(signed.body.replace(b"1,", b"2,", 1), headers=signed.headers)
    with pytest.raises(NotFromVendor):
        ids(changed)


def test_an_older_signature_does_not_save_a_wrong_newer_one():
    body = raw(event(1))
    headers = {**v1(body).headers, **v3(body, secret="other").headers}
    with pytest.raises(NotFromVendor):
        ids(call(body, headers=headers))

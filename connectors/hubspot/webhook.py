"""HubSpot's webhooks, as hints alone: which contacts to read sooner than the next run would.

They come as arrays, in no order, more than once, and service keys have none; so nothing that they say is taken
for a fact, and a lost one costs time only. Sources: HubSpot's pages on request validation and on webhooks.
"""

import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hubspot.utils.signature import Signature

from mapping.records import Instant

FRESH = 300  # seconds that a signed request is good for
CONTACT = "0-1"
NAMED = ("objectId", "primaryObjectId", "newObjectId", "mergedObjectIds")
_DECODED = re.compile(
    "%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE
)  # no others, as HubSpot signs it


class NotFromHubSpot(ValueError):
    """The request carries no signature of HubSpot's, an old one, or a wrong one: answer it 401 and forget it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it came; `url` is the address that HubSpot called, `body` the bytes before any decoding."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


def contacts_to_read(request: Request, *, secret: str, portal: str, now: Instant) -> tuple[str, ...]:
    """The ids of the contacts that the events are about, each once.

    `secret` is the app's, `now` machine time. Raises NotFromHubSpot. Events of other portals, of other kinds of
    records, and whatever is no event are left out.
    """
    _verify(request, secret, now)
    try:
        events = json.loads(request.body)
    except ValueError:
        return ()
    ours = [each for each in (events if isinstance(events, list) else [events]) if _is_ours(each, portal)]
    return tuple(dict.fromkeys(number for event in ours for number in _ids(event)))


def _verify(request: Request, secret: str, now: Instant) -> None:
    """By the newest signature that came: a request with a wrong v3 is not saved by an older one."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    body = request.body.decode("utf-8", errors="replace")
    if (signature := headers.get("x-hubspot-signature-v3")) is not None:
        stamp = headers.get("x-hubspot-request-timestamp", "")
        if not stamp.isascii() or not stamp.isdigit() or abs(now - int(stamp) // 1000) > FRESH:
            raise NotFromHubSpot("its time is missing or too far from ours")
        url = _DECODED.sub(lambda code: chr(int(code[1], 16)), request.url)
        expected = Signature.get_signature(secret, body, "v3", url, request.method, stamp)
    elif headers.get("x-hubspot-signature-version") == "v1":
        signature = headers.get("x-hubspot-signature", "")
        expected = Signature.get_signature(secret, body, "v1")
    else:
        raise NotFromHubSpot("it carries no signature of version 3 or 1")
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise NotFromHubSpot("its signature does not fit")


def _is_ours(event: object, portal: str) -> bool:
    if not isinstance(event, Mapping) or str(event.get("portalId")) != portal:
        return False
    kind = str(event.get("subscriptionType") or event.get("eventType") or "")
    return kind.startswith("contact.") or (
        kind.startswith("object.") and event.get("objectTypeId") == CONTACT
    )


def _ids(event: Mapping[str, Any]) -> Iterator[str]:
    for name in NAMED:
        value = event.get(name)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, int | str) and str(one).isdigit():
                yield str(one)

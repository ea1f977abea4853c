"""HubSpot's webhooks, as hints alone: which contacts to read sooner than the next run would.

They come as arrays, in no order, more than once, and service keys have none; so nothing that they say is taken
for a fact, and a lost one costs time only. Sources: HubSpot's pages on request validation and on webhooks.
"""

import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hubspot.utils.signature import Signature

from connectors.webhook import Call, NotFromVendor, read_json

FRESH = 300  # seconds that a signed request is good for
CONTACT = "0-1"
NAMED = ("objectId", "primaryObjectId", "newObjectId", "mergedObjectIds")
_DECODED = re.compile(
    "%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE
)  # no others, as HubSpot signs it
_NUMBER = re.compile("[0-9]{1,20}", re.ASCII)


def contacts_to_read(call: Call) -> tuple[str, ...]:
    """The ids of the contacts that the events are about, each once.

    Events of other portals, of other kinds of records, and whatever is no event are left out. Raises NotFromVendor.
    """
    _verify(call)
    told = read_json(call.body)
    events = [each for each in (told if isinstance(told, list) else [told]) if isinstance(each, Mapping)]
    ours = [each for each in events if _is_ours(each, call.tenant)]
    return tuple(dict.fromkeys(number for event in ours for number in _ids(event)))


def _verify(call: Call) -> None:
    """By the newest signature that came: a request with a wrong v3 is not saved by an older one."""
    headers = {name.lower(): value for name, value in call.headers.items()}
    body = call.body.decode("utf-8", errors="replace")
    if (signature := headers.get("x-hubspot-signature-v3")) is not None:
        stamp = headers.get("x-hubspot-request-timestamp", "")
        if not _NUMBER.fullmatch(stamp) or abs(call.at - int(stamp) // 1000) > FRESH:
            raise NotFromVendor("its time is missing or too far from ours")
        url = _DECODED.sub(lambda code: chr(int(code[1], 16)), call.url)
        expected = Signature.get_signature(call.secret, body, "v3", url, call.method, stamp)
    elif headers.get("x-hubspot-signature-version") == "v1":
        signature = headers.get("x-hubspot-signature", "")
        expected = Signature.get_signature(call.secret, body, "v1")
    else:
        raise NotFromVendor("it carries no signature of version 3 or 1")
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise NotFromVendor("its signature does not fit")


def _is_ours(event: Mapping[str, Any], portal: str) -> bool:
    kind, whose = event.get("subscriptionType") or event.get("eventType"), event.get("portalId")
    if not isinstance(kind, str) or not isinstance(whose, int | str) or str(whose) != portal:
        return False
    return kind.startswith("contact.") or (
        kind.startswith("object.") and event.get("objectTypeId") == CONTACT
    )


def _ids(event: Mapping[str, Any]) -> Iterator[str]:
    for name in NAMED:
        value = event.get(name)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, int | str) and _NUMBER.fullmatch(text := str(one)):
                yield text

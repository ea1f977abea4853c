"""Webhooks, as hints alone: whom to read sooner than the next run would (docs/decisions/0018).

A vendor's `webhook` module reads its calls; nothing that they say is taken for a fact.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from mapping.records import Instant


class NotFromVendor(ValueError):
    """The call carries no signature of the vendor's, an old one, or a wrong one: answer it 401 and forget it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as it came, and what is known of whom it is for.

    `url` is the address that the vendor called, `body` the bytes before any decoding, `at` machine time. `secret`
    is the app's, where the vendor signs; `tenant` the account that the company's leads are of, empty before the
    first run.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    at: Instant
    tenant: str = ""
    secret: str = field(default="", repr=False)


Reader: TypeAlias = Callable[[Call], tuple[str, ...]]
"""The ids of the contacts that a call is about, each once; none for what is not understood. Raises NotFromVendor."""


def read_json(body: bytes) -> object:
    """What a body holds; None for what is no JSON, or nested deeper than anybody means it."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None

"""What RD Station's webhooks tell, as hints alone: they carry no signature, so the contact is read from the API.

They come to a path that nobody can guess; imports and changes by hand call none.
"""

import re
from collections.abc import Iterator
from typing import Any

from connectors.webhook import Call, read_json

KINDS = frozenset({"WEBHOOK.CONVERTED", "WEBHOOK.MARKED_OPPORTUNITY"})
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")  # it becomes part of a path


def contacts_to_read(call: Call) -> tuple[str, ...]:
    """The contact that the call is about; nothing else that it tells about the person is kept.

    The account is not told: the path alone says whose call it is.
    """
    told = read_json(call.body)
    return tuple(dict.fromkeys(_uuids(told if isinstance(told, list) else [told])))


def _uuids(told: list[Any]) -> Iterator[str]:
    for one in told:
        match one:
            case {"event_type": str(kind), "contact": {"uuid": str(uuid)}} if kind in KINDS:
                yield from [uuid] if _UUID.fullmatch(uuid) else []
            case _:
                pass

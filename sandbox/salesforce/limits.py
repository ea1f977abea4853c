"""Limits: the day's calls, counted in machine time over the last 24 hours, and the length of addresses."""

from time import time

from starlette.types import Scope

from sandbox.salesforce.call import Answer, Call
from sandbox.salesforce.errors import Fault, limit_exceeded
from sandbox.salesforce.org import Org

_HOUR = 3600
_HOURS = 24
_LONGEST = 16_384
_URI_TOO_LONG, _HEADERS_TOO_LONG = 414, 431


def count_call(org: Org) -> None:
    """Count one call; raises REQUEST_LIMIT_EXCEEDED when none are left."""
    if used(org) >= org.settings.number("daily_limit"):
        raise limit_exceeded()
    org.store.next_number(f"calls:{int(time() // _HOUR):010d}")


def usage(org: Org) -> dict[str, str]:
    """The header that each answer carries."""
    return {"Sforce-Limit-Info": f"api-usage={used(org)}/{org.settings.number('daily_limit')}"}


def refuse_long(scope: Scope) -> None:
    """Refuse an address, or an address with its headers, of more than 16,384 bytes."""
    address = len(scope["raw_path"]) + len(scope["query_string"])
    if address > _LONGEST:
        text = f"The length of the URI exceeds the {_LONGEST} byte limit."
        raise Fault("URI_TOO_LONG", text, status=_URI_TOO_LONG)
    if address + sum(len(name) + len(value) for name, value in scope["headers"]) > _LONGEST:
        text = f"The combined length of the URI and headers exceeds the {_LONGEST} byte limit."
        raise Fault("REQUEST_HEADER_FIELDS_TOO_LARGE", text, status=_HEADERS_TOO_LONG)


def used(org: Org) -> int:
    """Calls counted in the last 24 hours."""
    since = f"calls:{int(time() // _HOUR) - _HOURS + 1:010d}"
    sql = "SELECT IFNULL(SUM(value), 0) FROM sf_number WHERE name >= ? AND name < 'calls;'"
    return int(org.store.database.execute(sql, (since,)).fetchone()[0])


def show(call: Call) -> Answer:
    """GET limits."""
    limit = call.org.settings.number("daily_limit")
    return Answer(
        {
            "DailyApiRequests": {"Max": limit, "Remaining": max(limit - used(call.org), 0)},
            "DailyBulkV2QueryJobs": {"Max": 10_000, "Remaining": 10_000},
            "DataStorageMB": {"Max": 1024, "Remaining": 1024},
        }
    )

"""The day's calls, counted in machine time over the last 24 hours."""

from time import time

from sandbox.salesforce.call import Answer, Call
from sandbox.salesforce.errors import limit_exceeded
from sandbox.salesforce.org import Org

_HOUR = 3600
_HOURS = 24


def count_call(org: Org) -> str:
    """Count one call and say what Sforce-Limit-Info says; raises REQUEST_LIMIT_EXCEEDED when none are left."""
    limit = org.settings.number("daily_limit")
    if used(org) >= limit:
        raise limit_exceeded()
    org.store.next_number(f"calls:{int(time() // _HOUR):010d}")
    return f"api-usage={used(org)}/{limit}"


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

"""The one table of HubSpot's paths and versions.

The SDK knows only the v3 paths (of subscriptions we name v4), which HubSpot stops supporting in September 2027; each is rewritten to the dated
path that stands beside it. From `2026-09` on the account's own validation rules apply to API writes too.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """A call: its name, the SDK's method and path, the dated path, and whether sending it twice is the same."""

    name: str
    method: str
    path: str
    dated: str
    repeatable: bool = True


RENEWAL = "/oauth/2026-03/token"
"""Where an OAuth app renews its access token; not one of the SDK's paths."""
_OBJECTS, _DATED_OBJECTS = "/crm/v3/objects/contacts", "/crm/objects/{objects}/contacts"
_PROPERTIES, _DATED_PROPERTIES = "/crm/v3/properties/contacts", "/crm/properties/2026-03/contacts"
_LISTS, _DATED_LISTS = "/crm/v3/lists", "/crm/lists/2026-03"
_STATUSES = "/communication-preferences/{}/statuses"
_DEFINITIONS = "/communication-preferences/{}/definitions"
CALLS: tuple[Call, ...] = (
    Call("account", "GET", "/account-info/v3/details", "/account-info/2026-03/details"),
    Call(
        "daily_usage",
        "GET",
        "/account-info/v3/api-usage/daily/private-apps",
        "/account-info/2026-03/api-usage/daily/private-apps",
    ),
    Call("list", "GET", _OBJECTS, _DATED_OBJECTS),
    Call("search", "POST", f"{_OBJECTS}/search", f"{_DATED_OBJECTS}/search"),
    Call("batch_read", "POST", f"{_OBJECTS}/batch/read", f"{_DATED_OBJECTS}/batch/read"),
    Call("batch_update", "POST", f"{_OBJECTS}/batch/update", f"{_DATED_OBJECTS}/batch/update"),
    Call("erase", "POST", f"{_OBJECTS}/gdpr-delete", f"{_DATED_OBJECTS}/gdpr-delete"),
    Call("owners", "GET", "/crm/v3/owners/?", "/crm/owners/2026-03"),
    Call(
        "unsubscribe",
        "POST",
        f"{_STATUSES.format('v4')}/([^/]+)/unsubscribe-all",
        f"{_STATUSES.format('2026-09')}/{{0}}/unsubscribe-all",
    ),
    Call("subscriptions", "GET", _DEFINITIONS.format("v4"), _DEFINITIONS.format("2026-09")),
    Call("properties", "GET", _PROPERTIES, _DATED_PROPERTIES),
    Call("groups", "GET", f"{_PROPERTIES}/groups", f"{_DATED_PROPERTIES}/groups"),
    Call("create_group", "POST", f"{_PROPERTIES}/groups", f"{_DATED_PROPERTIES}/groups", repeatable=False),
    Call("create_property", "POST", _PROPERTIES, _DATED_PROPERTIES, repeatable=False),
    Call(
        "list_by_name",
        "GET",
        f"{_LISTS}/object-type-id/0-1/name/([^/]+)",
        f"{_DATED_LISTS}/object-type-id/0-1/name/{{0}}",
    ),
    Call("create_list", "POST", f"{_LISTS}/?", _DATED_LISTS, repeatable=False),
    Call(
        "list_change",
        "PUT",
        f"{_LISTS}/([^/]+)/memberships/(add|remove)",
        f"{_DATED_LISTS}/{{0}}/memberships/{{1}}",
    ),
)


def find_call(method: str, path: str, version: str) -> tuple[Call, str]:
    """The call that the SDK is about to make, and the path to send it to; raises LookupError for an unknown one."""
    for call in CALLS:
        match = re.fullmatch(call.path, path) if call.method == method else None
        if match:
            kept = version == "v3"
            return call, path if kept else call.dated.format(*match.groups(), objects=version)
    raise LookupError(f"{method} {path} is not in the table of calls")

"""Search: filter groups, one sort, pages of two hundred, ten thousand results at most."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.hubspot.call import Call
from sandbox.hubspot.contacts import Contact, Contacts
from sandbox.hubspot.errors import invalid
from sandbox.hubspot.filters import Test, read_filter, sort_key
from sandbox.hubspot.properties import Properties
from sandbox.hubspot.view import View

BODY_LIMIT = 3_000
CEILING = 10_000
PAGE_LIMIT = 200
GROUP_LIMIT = 5  # the OpenAPI text says 6
FILTERS_PER_GROUP = 6
FILTER_LIMIT = 18
_QUERIED = (
    "firstname",
    "lastname",
    "email",
    "hs_additional_emails",
    "phone",
    "mobilephone",
    "company",
    "website",
)
Values = Mapping[str, str]


class Search:
    """The search endpoint over what the index shows."""

    def __init__(self, contacts: Contacts, properties: Properties, view: View) -> None:
        self._contacts = contacts
        self._properties = properties
        self._view = view

    def page(self, call: Call) -> dict[str, Any]:
        """One page of matches and their total; 400 beyond any of the limits."""
        if call.size > BODY_LIMIT:
            raise invalid(f"The request body is longer than {BODY_LIMIT} characters")
        body = call.object()
        limit, after = _whole(body, "limit", 10), _whole(body, "after", 0)
        if not 1 <= limit <= PAGE_LIMIT:
            raise invalid(f"Invalid limit {limit}: it must be between 1 and {PAGE_LIMIT}")
        if after < 0 or after + limit > CEILING:
            raise invalid(f"Paging ends at {CEILING} results")
        found = self._found(body)
        shown = [
            self._view.asked(Contact(number, values), body.get("properties") or [])
            for number, values in found[after : after + limit]
        ]
        page: dict[str, Any] = {"total": len(found), "results": shown}
        if after + limit < len(found):
            page["paging"] = {"next": {"after": str(after + limit)}}
        return page

    def _found(self, body: Mapping[str, Any]) -> list[tuple[int, Values]]:
        groups = self._groups(body.get("filterGroups") or [])
        query = str(body.get("query") or "").lower()
        found = [
            (number, values)
            for number, values in self._contacts.index.shown().items()
            if (not groups or any(all(test(values) for test in group) for group in groups))
            and (not query or _mentions(values, query))
        ]
        return self._sorted(found, body.get("sorts") or [])

    def _groups(self, wished: Sequence[Any]) -> list[list[Test]]:
        filters = [_filters(group) for group in wished]
        if len(filters) > GROUP_LIMIT:
            raise invalid(f"At most {GROUP_LIMIT} filterGroups are allowed")
        if any(len(group) > FILTERS_PER_GROUP for group in filters):
            raise invalid(f"At most {FILTERS_PER_GROUP} filters in a group are allowed")
        if sum(map(len, filters)) > FILTER_LIMIT:
            raise invalid(f"At most {FILTER_LIMIT} filters are allowed")
        return [
            [read_filter(each, self._defined(each.get("propertyName"))) for each in group]
            for group in filters
        ]

    def _sorted(self, found: list[tuple[int, Values]], sorts: Sequence[Any]) -> list[tuple[int, Values]]:
        if len(sorts) > 1:
            raise invalid("Only one sort is allowed")
        found.sort(key=lambda each: each[0])
        for wish in sorts:
            name = wish.get("propertyName") if isinstance(wish, dict) else str(wish).lstrip("-")
            direction = wish.get("direction", "ASCENDING") if isinstance(wish, dict) else ""
            backwards = direction == "DESCENDING" or (isinstance(wish, str) and wish.startswith("-"))
            key = sort_key(self._defined(name))
            found.sort(key=lambda each: key(each[1]), reverse=backwards)
        return found

    def _defined(self, name: object) -> Mapping[str, Any]:
        definition = self._properties.live(str(name))
        if definition is None:
            problem = {"message": f'Property "{name}" does not exist', "code": "PROPERTY_DOESNT_EXIST"}
            raise invalid("There was a problem with the request.", [problem])
        return definition


def _filters(group: object) -> list[Mapping[str, Any]]:
    filters = group.get("filters") if isinstance(group, dict) else None
    if not isinstance(filters, list) or not all(isinstance(each, dict) for each in filters):
        raise invalid("Invalid input JSON: each filterGroup needs a list of filters")
    return filters


def _whole(body: Mapping[str, Any], name: str, default: int) -> int:
    value = body.get(name)
    if value in (None, ""):
        return default
    try:
        return int(str(value))
    except ValueError:
        raise invalid(f"{name} must be a whole number") from None


def _mentions(values: Values, query: str) -> bool:
    return any(query in values.get(name, "").lower() for name in _QUERIED)

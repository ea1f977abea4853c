"""HubSpot's calls: the SDK gives request shapes and paths, our transport carries them."""

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import requests
from hubspot import Client as Sdk

from connectors.hubspot import errors
from connectors.hubspot.calls import RENEWAL, Call, find_call
from connectors.oauth import Tokens
from connectors.settings import HubSpotSettings
from connectors.transport import Pace, Transport, succeeded

SYSTEM = "hubspot"
CONTACT = "0-1"
BODY_LIMIT = 3_000  # characters of a search request (HubSpot's search guide)
OWNERS_A_PAGE = 500  # the most that HubSpot gives
SCARCE = 0.1  # of the calls of ten seconds: the last ones are spread, until the first roll off
AT_WILL = 1e9
_API = {"_preload_content": False}  # JSON as it came, without the SDK's models


class _RestClient:
    """What the SDK sends its requests through: our transport, and our errors instead of its own."""

    def __init__(
        self, transport: Transport, base_url: str, version: str, pace: Pace, zone: Callable[[], str | None]
    ):
        self._transport, self._base_url, self._version = transport, base_url, version
        self._pace, self._zone = pace, zone
        self._burst = Pace(per_second=AT_WILL, wait=pace.wait)

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        def send(
            url: str,
            *,
            query_params: Sequence[tuple[str, Any]] = (),
            headers: dict[str, str] | None = None,
            body: Any = None,
            **_: Any,
        ) -> Any:
            call, path = find_call(verb, url.removeprefix(self._base_url), self._version)
            (self._pace if call.name == "search" else self._burst).keep()
            response = self._transport.request(
                verb,
                self._base_url + path,
                params=[(name, _query(value)) for name, value in query_params],
                headers={**(headers or {}), "User-Agent": str(self._transport.headers["User-Agent"])},
                data=None if body is None else json.dumps(body),
                operation=call.name,
                repeatable=call.repeatable,
            )
            self._burst.per_second = _allowed(response.headers) or self._burst.per_second
            return self._answer(response, call)

        return send

    def _answer(self, response: requests.Response, call: Call) -> Any:
        try:
            body = response.json() if response.content else {}
        except ValueError:
            body = None
        if not succeeded(response):
            raise errors.raised(
                response.status_code, body, call.name, self._zone(), self._transport.vendor_time
            )
        if body is None:
            raise self._transport.cut_short(call.name)
        return body


def _allowed(headers: Mapping[str, str]) -> float | None:
    """Calls a second that the ten-second limit allows, as HubSpot's headers tell it; None where they do not.

    Searches have a limit of their own and no headers.
    """
    try:
        most, left, span = (
            int(headers[f"X-HubSpot-RateLimit-{name}"])
            for name in ("Max", "Remaining", "Interval-Milliseconds")
        )
    except (KeyError, ValueError):
        return None
    scarce = most * SCARCE
    return scarce * 1000 / span if left < scarce and span > 0 else AT_WILL


def _query(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class HubSpotClient:
    """One method per call that we make, each answering JSON or raising `connectors.errors`."""

    def __init__(
        self,
        settings: HubSpotSettings,
        *,
        zone: str | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.zone = zone
        self.transport = Transport(SYSTEM, settings, settings.base_url, final=errors.is_final, wait=wait)
        pace = Pace(per_second=settings.searches_per_second, wait=wait)
        rest = _RestClient(
            self.transport, settings.base_url, settings.objects_version, pace, zone=lambda: self.zone
        )
        level = logging.getLogger("urllib3").level
        token = settings.token.get_secret_value() if settings.token else "by OAuth"
        if settings.oauth:
            Tokens(settings.oauth, self.transport, url=settings.base_url + RENEWAL).sign()
        crm = Sdk(access_token=token, host=settings.base_url).crm
        self._contacts, self._search = crm.contacts.basic_api, crm.contacts.search_api
        self._batch, self._properties = crm.contacts.batch_api, crm.properties.core_api
        self._groups, self._lists = crm.properties.groups_api, crm.lists.lists_api
        self._members, self._owners = crm.lists.memberships_api, crm.owners.owners_api
        logging.getLogger("urllib3").setLevel(level)  # the SDK sets it, for the whole process
        for api in (self._contacts, self._search, self._batch, self._properties, self._groups):
            api.api_client.rest_client = rest
        for api in (self._lists, self._members, self._owners):
            api.api_client.rest_client = rest

    def account(self) -> dict[str, Any]:
        """The portal's id, zone, currency and the host of its user interface."""
        return _having(self._call("GET", "/account-info/v3/details"), "portalId", "uiDomain", "timeZone")

    def daily_usage(self) -> list[dict[str, Any]]:
        """How many of the day's calls the portal's private apps have used, and of how many."""
        answer = self._call("GET", "/account-info/v3/api-usage/daily/private-apps")
        return [_having(row, "usageLimit", "currentUsage") for row in _rows(answer)]

    def subscriptions(self) -> list[dict[str, Any]]:
        """The kinds of e-mail that people subscribe to."""
        return _rows(self._call("GET", "/communication-preferences/v4/definitions"))

    def unsubscribe(self, address: str) -> None:
        """Unsubscribes an address from all e-mail, for good on our side."""
        path = f"/communication-preferences/v4/statuses/{quote(address, safe='')}/unsubscribe-all"
        _table(self._call("POST", path, [("channel", "EMAIL")]))

    def page(self, properties: Sequence[str], *, after: str, limit: int, archived: bool) -> dict[str, Any]:
        """A page of all contacts in the order of their ids, archived ones or the others."""
        start = {"after": after} if after else {}
        names = [",".join(properties)]
        answer = self._contacts.get_page(limit=limit, properties=names, archived=archived, **start, **_API)
        return {**_table(answer), "results": _found(answer)}

    def search(self, request: dict[str, Any]) -> dict[str, Any]:
        """A page of a search, paced."""
        answer = self._search.do_search(request, **_API)
        if not isinstance(_table(answer).get("total"), int):
            raise errors.broken("a total")
        return {**answer, "results": _found(answer)}

    def batch_read(
        self, ids: Sequence[str], properties: Sequence[str], *, archived: bool = False
    ) -> list[dict[str, Any]]:
        """Up to 100 contacts by id, archived ones or the others; one that is not there is left out."""
        request = {"properties": list(properties), "inputs": [{"id": one} for one in ids]}
        return _found(self._batch.read(request, archived=archived, **_API))

    def histories(self, ids: Sequence[str], properties: Sequence[str]) -> list[dict[str, Any]]:
        """Up to 50 contacts by id with the versions of these properties, newest first."""
        request = {"propertiesWithHistory": list(properties), "inputs": [{"id": one} for one in ids]}
        return [
            _having(row, "id", "propertiesWithHistory") for row in _rows(self._batch.read(request, **_API))
        ]

    def batch_update(self, inputs: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Up to 100 updates by record id; the answer holds `results` and `errors`."""
        return _table(self._batch.update({"inputs": list(inputs)}, **_API))

    def erase(self, record: str) -> None:
        """Erases one contact for good."""
        self._contacts.purge({"objectId": record}, **_API)

    def properties(self) -> list[dict[str, Any]]:
        """The definition of every contact property."""
        return [_having(row, "name") for row in _rows(self._properties.get_all("contacts", **_API))]

    def owners(self, *, after: str, archived: bool) -> dict[str, Any]:
        """A page of the owners, deactivated ones or the others."""
        start = {"after": after} if after else {}
        answer = self._owners.get_page(limit=OWNERS_A_PAGE, archived=archived, **start, **_API)
        return {**_table(answer), "results": [_having(row, "id") for row in _rows(answer)]}

    def create_property(self, definition: dict[str, Any]) -> None:
        """Creates a contact property."""
        self._properties.create("contacts", definition, **_API)

    def groups(self) -> set[str]:
        """The names of the groups of contact properties."""
        return {_having(row, "name")["name"] for row in _rows(self._groups.get_all("contacts", **_API))}

    def create_group(self, name: str, label: str) -> None:
        """Creates a group of contact properties."""
        self._groups.create("contacts", {"name": name, "label": label}, **_API)

    def list_by_name(self, name: str) -> dict[str, Any]:
        """A list of contacts; raises RecordRefused where there is none."""
        return _having(_table(self._lists.get_by_name(name, CONTACT, **_API)).get("list"), "listId")

    def create_list(self, name: str) -> dict[str, Any]:
        """Creates a list that members are put on by hand, or by us."""
        request = {"name": name, "objectTypeId": CONTACT, "processingType": "MANUAL"}
        return _having(_table(self._lists.create(request, **_API)).get("list"), "listId")

    def change_list(self, number: str, ids: Sequence[str], *, enter: bool) -> dict[str, Any]:
        """Puts contacts on a list or takes them off."""
        change = self._members.add if enter else self._members.remove
        return _table(change(number, list(ids), **_API))

    def _call(self, method: str, path: str, query: Sequence[tuple[str, str]] = ()) -> Any:
        """A call of which the SDK has no method."""
        return self._contacts.api_client.call_api(
            path,
            method,
            header_params={"Accept": "application/json"},
            query_params=list(query),
            auth_settings=["oauth2"],
            response_types_map={},
            **_API,
        )


def _table(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise errors.broken("an object")
    return answer


def _rows(answer: Any) -> list[dict[str, Any]]:
    rows = _table(answer).get("results")
    if not isinstance(rows, list):
        raise errors.broken("a list of results")
    return rows


def _found(answer: Any) -> list[dict[str, Any]]:
    """Contacts, each with what every contact has."""
    return [_having(row, "id", "properties", "updatedAt") for row in _rows(answer)]


def _having(answer: Any, *names: str) -> dict[str, Any]:
    table = _table(answer)
    if any(table.get(name) is None for name in names):
        raise errors.broken(f"an object with {', '.join(names)}")
    return table

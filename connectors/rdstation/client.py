"""RD Station's calls: paths and shapes of API 2.0, carried by our transport, within the plan's limits."""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from connectors.budgets import Budget, Budgets, CountedHere
from connectors.oauth import Tokens
from connectors.rdstation import errors
from connectors.rdstation.answers import SYSTEM
from connectors.rdstation.errors import ContactBusy
from connectors.settings import RDStationSettings
from connectors.transport import Transport, succeeded

DAY, HOUR = 86_400, 3_600
PATCHES = Budget(name="patch", calls=24, seconds=DAY)
TAGS = Budget(name="tag", calls=24, seconds=DAY)
FUNNELS = Budget(name="funnel", calls=24, seconds=DAY)
FUNNEL_READS = Budget(name="funnel", calls=20, seconds=DAY)  # the rest is for setting a stage
A_MINUTE = {"light": (120, 120), "basic": (120, 120), "pro": (120, 120), "advanced": (500, 240)}
"""Calls a minute about contacts, and about segmentations, by plan (the vendor's page on API limits)."""
WORKFLOW = {"light": (1, 10), "basic": (1, 10), "pro": (10, 25), "advanced": (100, 50)}
"""Calls an hour that put leads into workflows, and leads a call, by plan."""


class Window:
    """At most so many calls in any minute, by waiting before a call; machine time."""

    def __init__(
        self, calls: int, wait: Callable[[float], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._calls, self._wait, self._clock = calls, wait, clock
        self._made: deque[float] = deque(maxlen=calls)

    def keep(self) -> None:
        """Waits until the next call may go out."""
        if len(self._made) == self._calls and (left := self._made[0] + 60 - self._clock()) > 0:
            self._wait(left)
        self._made.append(self._clock())


class RDStationClient:
    """One method per call that we make, each answering JSON or raising `connectors.errors`."""

    def __init__(
        self,
        settings: RDStationSettings,
        *,
        budgets: Budgets | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base_url = settings.base_url
        self.budgets: Budgets = budgets or CountedHere()
        self.transport = Transport(SYSTEM, settings, settings.base_url, final=errors.is_final, wait=wait)
        Tokens(settings, self.transport, url=f"{settings.base_url}/auth/token", body="json").sign()
        contacts, segmentations = A_MINUTE[settings.plan]
        self._contacts, self._lists = Window(contacts, wait), Window(segmentations, wait)
        calls, self.leads_a_call = WORKFLOW[settings.plan]
        self._workflow = Budget(name="workflow", calls=calls, seconds=HOUR, rows=self.leads_a_call)

    def account(self) -> str:
        """The account's name."""
        return str(_having(self._ask("GET", "/marketing/account_info", "account"), "name")["name"])

    def tracking_code(self) -> str:
        """Where the account's tracking code is served: the only thing of an account that stays the same."""
        return str(_having(self._ask("GET", "/marketing/tracking_code", "account"), "path")["path"])

    def fields(self) -> list[dict[str, Any]]:
        """The definition of every contact field."""
        answer = self._ask("GET", "/platform/contacts/fields", "fields")
        return _rows(answer, "fields", "api_identifier", "data_type")

    def create_field(self, definition: Mapping[str, Any]) -> None:
        """Creates a custom field."""
        self._ask("POST", "/platform/contacts/fields", "create_field", body=definition, repeatable=False)

    def segmentations(self) -> list[dict[str, Any]]:
        """Every segmentation."""
        self._lists.keep()
        answer = self._ask("GET", "/platform/segmentations", "segmentations")
        return _rows(answer, "segmentations", "id", "name")

    def segmentation_page(self, number: int, page: int, size: int) -> tuple[list[dict[str, Any]], int]:
        """A page of a segmentation's contacts, the last to convert first, and how many there are in all."""
        self._lists.keep()
        path = f"/platform/segmentations/{number}/contacts"
        query = {"page": page, "page_size": size, "order": "last_conversion_date:desc"}
        response = self._send("GET", path, "segmentation", query=query)
        total = response.headers.get("pagination-total-rows", "")
        if not total.isdigit():
            raise errors.broken("a page with its total")
        return _rows(self._body(response, "segmentation"), "contacts", "uuid", "created_at"), int(total)

    def contact(self, uuid: str) -> dict[str, Any]:
        """One contact; raises RecordRefused where there is none."""
        self._contacts.keep()
        return _having(self._ask("GET", _contact(uuid), "contact"), "uuid")

    def conversions(self, uuid: str) -> list[dict[str, Any]]:
        """The ten newest form fills of a contact, the newest first."""
        self._contacts.keep()
        path = f"/platform/contacts/{quote(uuid, safe='')}/events"
        query = {"event_type": "CONVERSION", "order": "created_at:desc"}
        answer = self._ask("GET", path, "conversions", query=query)
        return _rows(answer, "", "event_identifier", "event_timestamp")

    def funnel(self, uuid: str) -> dict[str, Any]:
        """A contact's place in the funnel; raises ContactBusy."""
        self.take(FUNNEL_READS, uuid)
        return _having(
            self._limited("GET", f"{_contact(uuid)}/funnels/default", FUNNELS, uuid), "lifecycle_stage"
        )

    def set_funnel(self, uuid: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Moves a contact in the funnel and answers where it is then; raises ContactBusy."""
        self.take(FUNNELS, uuid)
        place = f"{_contact(uuid)}/funnels/default"
        return _having(self._limited("PUT", place, FUNNELS, uuid, values), "lifecycle_stage")

    def change(self, uuid: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Changes values of a contact, all its tags where `tags` is among them, and answers it; raises ContactBusy."""
        self.take(PATCHES, uuid)
        self._contacts.keep()
        answer = self._limited("PATCH", _contact(uuid), PATCHES, uuid, values)
        return answer if isinstance(answer, dict) else {}

    def add_tag(self, uuid: str, tag: str) -> None:
        """Adds a tag that the contact has not; raises ContactBusy."""
        self.take(TAGS, uuid)
        self._limited("POST", f"{_contact(uuid)}/tag", TAGS, uuid, {"tags": [tag]})

    def delete(self, uuid: str) -> None:
        """Deletes a contact for good."""
        self._contacts.keep()
        self._ask("DELETE", _contact(uuid), "delete")

    def workflows(self) -> list[dict[str, Any]]:
        """Every workflow."""
        return _rows(self._ask("GET", "/platform/workflows", "workflows"), "workflows", "id")

    def insert(self, workflow: str, emails: Sequence[str]) -> set[str]:
        """Puts leads into a workflow, at most `leads_a_call`; answers those whom RD Station knows.

        Raises ContactBusy where the hour's calls are used up.
        """
        self.take(self._workflow)
        path = f"/platform/workflows/{quote(workflow, safe='')}/leads"
        answer = self._ask("POST", path, "workflow", body={"leads": list(emails)}, repeatable=False)
        added = _having(answer, "leads_added")["leads_added"]
        return {str(one).lower() for each in added for one in (each if isinstance(each, list) else [each])}

    def take(self, budget: Budget, subject: str = "") -> None:
        """Counts a call that is about to be made; raises ContactBusy where none is left."""
        if (until := self.budgets.take(budget, subject)) is not None:
            whose = "of one contact" if subject else "of the account"
            text = (
                f"RD Station takes {budget.calls} {budget.name} calls {whose} in {budget.seconds // HOUR} h"
            )
            raise ContactBusy(f"{text}, and they are used up; a later run tries again", until=until)

    def _limited(
        self, verb: str, path: str, budget: Budget, uuid: str, values: Mapping[str, Any] | None = None
    ) -> Any:
        """A call that RD Station counts by contact; what it tells of the limit is noted for later runs."""
        try:
            return self._ask(verb, path, budget.name, body=values, repeatable=verb != "POST")
        except ContactBusy as busy:
            if busy.until is not None:
                self.budgets.exhaust(budget, uuid, busy.until)
            raise

    def _ask(
        self,
        verb: str,
        path: str,
        operation: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        repeatable: bool = True,
    ) -> Any:
        response = self._send(verb, path, operation, query=query, body=body, repeatable=repeatable)
        return self._body(response, operation)

    def _send(
        self,
        verb: str,
        path: str,
        operation: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        repeatable: bool = True,
    ) -> Any:
        response = self.transport.request(
            verb,
            self._base_url + path,
            params=query,
            json=body,
            operation=operation,
            repeatable=repeatable,
        )
        if not succeeded(response):
            raise errors.raised(response, _json(response), operation, int(time.time()))
        return response

    def _body(self, response: Any, operation: str) -> Any:
        if not response.content:
            return {}
        body = _json(response)
        if body is None:
            raise self.transport.cut_short(operation)
        return body


def _contact(uuid: str) -> str:
    return f"/platform/contacts/uuid:{quote(uuid, safe='')}"


def _json(response: Any) -> Any:
    try:
        return response.json() if response.content else None
    except ValueError:
        return None


def _rows(answer: Any, under: str, *names: str) -> list[dict[str, Any]]:
    rows = answer.get(under) if under and isinstance(answer, dict) else answer
    if not isinstance(rows, list):
        raise errors.broken(f"a list of {under or 'events'}")
    return [_having(row, *names) for row in rows]


def _having(answer: Any, *names: str) -> dict[str, Any]:
    if not isinstance(answer, dict) or any(answer.get(name) is None for name in names):
        raise errors.broken(f"an object with {', '.join(names)}")
    return answer

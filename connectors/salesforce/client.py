"""Salesforce's calls: the SDK gives addresses and headers, our transport carries them.

The SDK is given a session id, so that it never logs in by itself (its own refresh has no end, and drops
headers); a session that has run out is renewed here, once a call.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import requests
from requests.exceptions import JSONDecodeError
from simple_salesforce.api import Salesforce as Sdk
from simple_salesforce.exceptions import SalesforceError
from simple_salesforce.util import call_salesforce

from connectors.errors import ConnectorError
from connectors.salesforce import errors
from connectors.salesforce.answers import SYSTEM
from connectors.salesforce.bodies import Json, broken, read_page, read_part, read_results, read_table
from connectors.salesforce.budget import Budget
from connectors.salesforce.calls import HEAVY_A_CALL, PATHS, Batch, Found, Query
from connectors.salesforce.login import log_in
from connectors.settings import SalesforceSettings
from connectors.transport import Transport, chunks, succeeded
from mapping.records import Instant

ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Header>'
    '<SessionHeader xmlns="http://soap.sforce.com/2006/04/metadata"><sessionId>{session}</sessionId></SessionHeader>'
    "</soapenv:Header><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
)


class _SessionEnded(Exception):
    """Salesforce does not know the session any more; `refusal` is the error if a new one does not help."""

    def __init__(self, refusal: ConnectorError) -> None:
        super().__init__()
        self.refusal = refusal


class SalesforceClient:
    """One method per kind of call, each answering JSON or raising `connectors.errors`."""

    def __init__(self, settings: SalesforceSettings, *, wait: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._root = f"/services/data/v{settings.api_version}/"
        self.wait = wait
        self.transport = Transport(SYSTEM, settings, settings.base_url, wait=wait)
        self._budget = Budget(settings.api_share)
        self.transport.hooks["response"].append(self._budget.read)
        self._sdk: Sdk | None = None
        self.user: str | None = None  # the id of the user signed in as, once signed in

    @property
    def vendor_time(self) -> Instant | None:
        """When Salesforce sent its last answer, by its own clock."""
        return self.transport.vendor_time

    def now(self) -> Instant:
        """Salesforce's clock, by its last answer; signs in where there was none."""
        if self.vendor_time is None:
            self._send(lambda _: {}, "token")
        return self.vendor_time or int(time.time())

    def who(self) -> dict[str, Any]:
        """The user and the organisation behind the credential."""
        return read_table(self._send(lambda sdk: sdk.oauth2("userinfo"), "userinfo"))

    def queries(self, asked: Sequence[Query]) -> list[Found]:
        """The first page of each query, five queries a call."""
        return [found_in(one, answer) for one, answer in zip(asked, self.answers(asked), strict=True)]

    def answers(self, asked: Sequence[Query]) -> list[dict[str, Any]]:
        """The answer to each query, for `found_in`: one that was refused spoils no other."""
        answers: list[dict[str, Any]] = []
        for some in chunks(asked, HEAVY_A_CALL):
            requests = [
                {"method": "GET", "url": self._query_url(one), "referenceId": f"q{place}"}
                for place, one in enumerate(some)
            ]
            answers += self._compose(requests, repeatable=True)
        return answers

    def row_groups(self, asked: Sequence[Query]) -> list[list[dict[str, Any]]]:
        """Every row of each query."""
        groups = []
        for page in self.queries(asked):
            rows, following = list(page.rows), page.following
            while following:
                found = self.more(following)
                rows += found.rows
                following = found.following
            groups.append(rows)
        return groups

    def rows(self, asked: Sequence[Query]) -> list[dict[str, Any]]:
        """Every row of every query."""
        return [row for rows in self.row_groups(asked) for row in rows]

    def more(self, following: str) -> Found:
        """The page of a query at the address that the one before gave."""
        path = following.removeprefix(self._root)
        return read_page(self._restful("query_more", path, "GET"))

    def limits(self) -> dict[str, Any]:
        """The organisation's limits, each with `Max` and `Remaining`."""
        answer = read_table(self.call("limits", "GET"))
        if not {"Max", "Remaining"} <= set(answer.get("DailyApiRequests") or ()):
            raise broken("the calls of 24 hours")
        return answer

    def objects(self) -> dict[str, dict[str, Any]]:
        """What the user may do with each object that it sees, by name."""
        answer = read_table(self.call("objects", "GET")).get("sobjects")
        if not isinstance(answer, list):
            raise broken("a list of objects")
        return {one["name"]: one for one in answer}

    def describe(self, kind: str) -> dict[str, Any]:
        """An object's description, as far as the user sees it."""
        return read_table(self.call("describe", "GET", at=kind))

    def tooling_rows(self, soql: str) -> list[dict[str, Any]]:
        """Rows of the Tooling API."""
        return read_page(self.call("tooling_query", "GET", params={"q": soql})).rows

    def create(self, kind: str, values: Mapping[str, Any]) -> str:
        """Creates one record and answers its id."""
        return str(read_table(self.call("create", "POST", at=kind, json=dict(values)))["id"])

    def create_field(self, full_name: str, metadata: Mapping[str, Any]) -> None:
        """Creates a custom field, which nobody sees until it is granted."""
        self.call("create_field", "POST", json={"FullName": full_name, "Metadata": dict(metadata)})

    def write(self, batches: Sequence[Batch]) -> list[list[dict[str, Any]]]:
        """Sends batches of up to 200 rows, five a call, and answers a result for each row of each batch."""
        results: list[list[dict[str, Any]]] = []
        for some in chunks(batches, HEAVY_A_CALL):
            results += [self._write_one(some[0])] if len(some) == 1 else self._write_several(some)
        return results

    def _write_one(self, batch: Batch) -> list[dict[str, Any]]:
        answer = self._restful(
            batch.name,
            batch.path,
            batch.method,
            json=batch.body,
            headers=dict(batch.headers),
            repeatable=batch.repeatable,
        )
        return read_results(answer, len(batch.records))

    def _write_several(self, batches: Sequence[Batch]) -> list[list[dict[str, Any]]]:
        requests = [
            {
                "method": one.method,
                "url": f"{self._root}{one.path}",
                "referenceId": f"b{place}",
                "httpHeaders": dict(one.headers),
                "body": one.body,
            }
            for place, one in enumerate(batches)
        ]
        answers = self._compose(requests, repeatable=all(one.repeatable for one in batches))
        return [
            read_results(read_part(answer), len(one.records))
            for one, answer in zip(batches, answers, strict=True)
        ]

    def _compose(self, requests: Sequence[dict[str, Any]], *, repeatable: bool) -> list[dict[str, Any]]:
        """Several requests in one call, each with its own status: HTTP 200 says nothing of them."""
        body = {"allOrNone": False, "compositeRequest": list(requests)}
        answer = self.call("composite", "POST", json=body, repeatable=repeatable)
        return read_results(read_table(answer).get("compositeResponse"), len(requests))

    def delete(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Deletes up to 200 records; a result for each."""
        params = {"ids": ",".join(ids), "allOrNone": "false"}
        return read_results(self.call("collection", "DELETE", params=params), len(ids))

    def call(self, name: str, method: str, *, at: str = "", **options: Any) -> Json:
        """Sends the call of `PATHS` that has this name, counted under it; `at` fills its place."""
        return self._restful(name, PATHS[name].format(at=at), method, **options)

    def attempt(self, name: str, method: str, *, at: str, **options: Any) -> dict[str, Any]:
        """Sends a call on one record and gives its answer in the shape of a collection's row, refused or not."""

        def use(sdk: Sdk) -> Json:
            try:
                return sdk.restful(PATHS[name].format(at=at), method=method, operation=name, **options)
            except SalesforceError as error:
                if error.status != HTTPStatus.BAD_REQUEST:
                    raise
                return {"success": False, "errors": error.content}

        return read_table(self._send(use, name))

    def soap(self, body: str) -> str:
        """Sends a call of the Metadata API and gives the XML of its answer, a fault's too."""

        def use(sdk: Sdk) -> str:
            address = f"{self._settings.base_url}/services/Soap/m/{self._settings.api_version}"
            data = ENVELOPE.format(session=escape(sdk.session_id), body=body).encode()
            headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
            response = self.transport.request(
                "POST", address, data=data, headers=headers, operation="metadata"
            )
            if not succeeded(response) and response.status_code != HTTPStatus.INTERNAL_SERVER_ERROR:
                raise errors.raised(response.status_code, None, "metadata", self.vendor_time)
            return response.content.decode()

        return str(self._send(use, "metadata"))

    def text(self, name: str, method: str, *, at: str, headers: Mapping[str, str], data: bytes = b"") -> str:
        """Sends a call whose body and answer are text, and which is not safe to repeat unless it reads."""

        def use(sdk: Sdk) -> str:
            response: requests.Response = call_salesforce(
                sdk.base_url + PATHS[name].format(at=at),
                method,
                sdk.session,
                {**sdk.headers, **headers},
                data=data or None,
                operation=name,
                repeatable=method == "GET",
            )
            return response.content.decode()

        return str(self._send(use, name))

    def _restful(self, operation: str, path: str, method: str, **options: Any) -> Json:
        return self._send(
            lambda sdk: sdk.restful(path, method=method, operation=operation, **options), operation
        )

    def _query_url(self, query: Query) -> str:
        verb = "queryAll" if query.everything else "query"
        return f"{self._root}{verb}?q={quote(query.soql, safe='')}"

    def _send(self, use: Callable[[Sdk], Json], operation: str) -> Json:
        self._budget.keep(self.vendor_time)
        fresh = self._sdk is None
        try:
            return self._use(use, operation)
        except _SessionEnded as ended:
            if fresh:
                raise ended.refusal from None
            self._sdk = None
        try:
            return self._use(use, operation)
        except _SessionEnded as ended:
            raise ended.refusal from None

    def _use(self, use: Callable[[Sdk], Json], operation: str) -> Json:
        """One attempt, after logging in where there is no session."""
        self._sdk = self._sdk or self._open()
        try:
            return use(self._sdk)
        except SalesforceError as error:
            refusal = errors.raised(error.status, error.content, operation, self.vendor_time)
            if error.status == HTTPStatus.UNAUTHORIZED:
                raise _SessionEnded(refusal) from None
            raise refusal from None
        except JSONDecodeError:
            raise self.transport.cut_short(operation) from None
        except TypeError:  # the SDK takes the length of whatever JSON came
            raise broken("an object or a list") from None

    def _open(self) -> Sdk:
        session = log_in(self.transport, self._settings)
        self.user = session.user
        sdk = Sdk(
            session_id=session.token,
            instance_url=session.instance_url,
            version=self._settings.api_version,
            session=self.transport,
            object_pairs_hook=None,
        )
        del sdk.headers["X-PrettyPrint"]
        return sdk


def found_in(query: Query, answer: Mapping[str, Any]) -> Found:
    """The page that a query was answered with; raises the error that it was answered with."""
    absent = query.optional and errors.parse(answer.get("body")).code == "INVALID_TYPE"
    return Found([], None) if absent else read_page(read_part(answer))

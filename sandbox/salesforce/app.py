"""The Salesforce app: its addresses, who may call them, and how errors are answered."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from sandbox.salesforce import (
    backoffice,
    bulk,
    composite,
    describe,
    limits,
    many,
    oauth,
    soap,
    sobjects,
    tooling,
    versions,
)
from sandbox.salesforce.call import Answer, Call, Endpoint
from sandbox.salesforce.errors import NOT_FOUND, UNAUTHORIZED, Fault, not_found
from sandbox.salesforce.org import Org
from sandbox.salesforce.queries import Cursors, page_size, run
from sandbox.salesforce.seed import ADMINISTRATOR, INTEGRATION
from sandbox.salesforce.settings import CLIENT_ID, CLIENT_SECRET
from sandbox.state import State

METHOD_NOT_ALLOWED = 405
_DATA = "/services/data/v{version}"


def query(call: Call) -> Answer:
    """GET query?q=..."""
    return _query(call, "query", everything=False)


def query_all(call: Call) -> Answer:
    """GET queryAll?q=...: deleted and archived records too."""
    return _query(call, "queryAll", everything=True)


def _query(call: Call, name: str, *, everything: bool) -> Answer:
    if "q" not in call.query:
        raise Fault("MALFORMED_QUERY", "SOQL statement cannot be empty")
    found = run(call.org, call.actor.access, call.query["q"], call.base, everything=everything)
    size = page_size(call.headers.get("sforce-query-options", ""))
    return Answer(call.cursors.first(call.actor.user, found, size, f"{call.base}/{name}"))


def query_next(call: Call) -> Answer:
    """GET the nextRecordsUrl of a page."""
    size = page_size(call.headers.get("sforce-query-options", ""))
    path = call.path.rpartition("/")[0]
    return Answer(call.cursors.next(call.actor.user, call.params["locator"], size, path))


ENDPOINTS: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "/services/oauth2/userinfo", oauth.show_user),
    ("GET", "/id/{organisation}/{user}", oauth.show_user),
    ("GET", _DATA, versions.resources),
    ("GET", f"{_DATA}/limits", limits.show),
    ("GET", f"{_DATA}/sobjects", describe.describe_all),
    ("GET", f"{_DATA}/sobjects/{{name}}", describe.describe_basic),
    ("POST", f"{_DATA}/sobjects/{{name}}", sobjects.create),
    ("GET", f"{_DATA}/sobjects/{{name}}/describe", describe.describe_object),
    ("GET", f"{_DATA}/sobjects/{{name}}/updated", sobjects.updated),
    ("GET", f"{_DATA}/sobjects/{{name}}/deleted", sobjects.removed),
    ("GET", f"{_DATA}/sobjects/{{name}}/{{id}}", sobjects.get),
    ("PATCH", f"{_DATA}/sobjects/{{name}}/{{id}}", sobjects.change),
    ("DELETE", f"{_DATA}/sobjects/{{name}}/{{id}}", sobjects.remove),
    ("GET", f"{_DATA}/sobjects/{{name}}/{{field}}/{{value:path}}", sobjects.get_by_key),
    ("PATCH", f"{_DATA}/sobjects/{{name}}/{{field}}/{{value:path}}", sobjects.upsert),
    ("DELETE", f"{_DATA}/sobjects/{{name}}/{{field}}/{{value:path}}", sobjects.remove_by_key),
    ("POST", f"{_DATA}/composite", composite.compose),
    ("POST", f"{_DATA}/composite/sobjects", many.create),
    ("PATCH", f"{_DATA}/composite/sobjects", many.change),
    ("DELETE", f"{_DATA}/composite/sobjects", many.remove),
    ("GET", f"{_DATA}/composite/sobjects/{{name}}", many.read),
    ("POST", f"{_DATA}/composite/sobjects/{{name}}", many.read),
    ("PATCH", f"{_DATA}/composite/sobjects/{{name}}/{{field}}", many.upsert),
    ("GET", f"{_DATA}/query", query),
    ("GET", f"{_DATA}/query/{{locator}}", query_next),
    ("GET", f"{_DATA}/queryAll", query_all),
    ("GET", f"{_DATA}/queryAll/{{locator}}", query_next),
    ("GET", f"{_DATA}/tooling/query", tooling.query),
    ("POST", f"{_DATA}/tooling/sobjects/CustomField", tooling.create_field),
    ("GET", f"{_DATA}/tooling/sobjects/CustomField/{{id}}", tooling.get_field),
    ("PATCH", f"{_DATA}/tooling/sobjects/CustomField/{{id}}", tooling.change_field),
    ("DELETE", f"{_DATA}/tooling/sobjects/CustomField/{{id}}", tooling.drop_field),
    *((method, _DATA + path, endpoint) for method, path, endpoint in bulk.ENDPOINTS),
)
"""Method, path and function of every call that needs a token."""


def build(state: State, public_keys: Mapping[str, str] | None = None) -> Starlette:
    """Salesforce's API over `state`; `public_keys` (PEM by consumer key) open the JWT bearer flow."""
    org = Org.open(state)
    with org.use():
        oauth.create_tables(org)
        bulk.create_tables(org)
        for client, pem in (public_keys or {}).items():
            org.settings.register_key(client, pem)
    server = _Server(org)
    handlers: Mapping[Any, Any] = {
        NOT_FOUND: _unknown_address,
        METHOD_NOT_ALLOWED: _wrong_method,
    }
    app = Starlette(routes=server.routes, exception_handlers=handlers)
    app.state.deeds = backoffice.deeds(org)
    return app


def credentials(_: State) -> Mapping[str, str]:
    """What a client logs in with, and the user names for the JWT bearer flow."""
    return {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "username": INTEGRATION,
        "admin_username": ADMINISTRATOR,
    }


class _Address(Route):
    """A route that takes its path with and without a slash at the end, as Salesforce does."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return super().matches({**scope, "path": scope["path"].rstrip("/")})


class _Server:
    def __init__(self, org: Org) -> None:
        self._org = org
        self._cursors = Cursors()
        self._served = [
            (_Address(path, self._serve(endpoint), methods=[method]), endpoint)
            for method, path, endpoint in ENDPOINTS
        ]
        self.routes = [
            _Address("/services/oauth2/token", self._token, methods=["POST"]),
            _Address("/services/data", self._versions, methods=["GET"]),
            _Address("/services/Soap/m/{version}", self._metadata, methods=["POST"]),
            *(route for route, _ in self._served),
        ]

    def _serve(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            raw = await request.body()
            return await run_in_threadpool(self._answer_request, endpoint, request, raw)

        return serve

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        authorization = request.headers.get("authorization", "")

        def answer() -> Answer:
            with self._org.use():
                return oauth.issue(self._org, form, authorization, _base_url(request))

        return _respond(await run_in_threadpool(answer))

    async def _metadata(self, request: Request) -> Response:
        raw = await request.body()

        def answer() -> Answer:
            with self._org.use():
                return soap.answer(self._org, raw)

        return _respond(await run_in_threadpool(answer))

    async def _versions(self, request: Request) -> Response:
        return _respond(Answer(versions.listed()))

    def _answer_request(self, endpoint: Endpoint, request: Request, raw: bytes) -> Response:
        with self._org.state.lock:
            answer, usage = self._admit(endpoint, request, raw)
        return _respond(replace(answer, headers={**answer.headers, **usage}))

    def _admit(self, endpoint: Endpoint, request: Request, raw: bytes) -> tuple[Answer, dict[str, str]]:
        """Authenticate, count, answer; a counted call stays counted when it fails."""
        usage: dict[str, str] = {}
        try:
            headers = dict(request.headers)
            limits.refuse_long(request.scope)
            actor = oauth.authenticate(self._org, headers)
            usage |= limits.usage(self._org)
            limits.count_call(self._org)
            usage |= limits.usage(self._org)
            call = Call(
                org=self._org,
                actor=actor,
                cursors=self._cursors,
                method=request.method,
                path=request.url.path,
                base_url=_base_url(request),
                params=request.path_params,
                query=dict(request.query_params),
                headers=headers,
                body=_read_body(raw, headers.get("content-type", "")),
                send=self._send,
            )
            return self._answer(endpoint, call), usage
        except Fault as fault:
            return self._fail(fault), usage

    def _answer(self, endpoint: Endpoint, call: Call) -> Answer:
        versions.check(call.params.get("version"))
        with self._org.store.transaction():
            return endpoint(call)

    def _fail(self, fault: Fault) -> Answer:
        if fault.status == UNAUTHORIZED:
            return oauth.session_error(self._org, fault)
        return Answer(fault.body(), fault.status)

    def _send(self, call: Call) -> Answer:
        """Answer a subrequest of a composite, with its own headers."""
        scope = {"type": "http", "method": call.method, "path": call.path, "root_path": "", "headers": []}
        for route, endpoint in self._served:
            match, found = route.matches(scope)
            if match is Match.FULL:
                try:
                    actor = oauth.authenticate(self._org, call.headers)
                    return self._answer(endpoint, replace(call, actor=actor, params=found["path_params"]))
                except Fault as fault:
                    return self._fail(fault)
        return self._fail(not_found())


def _base_url(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _read_body(raw: bytes, media: str) -> Any:
    if not raw:
        return None
    try:
        if media.startswith("text/csv"):
            return raw.decode()
        body = json.loads(raw)
        json.dumps(body, ensure_ascii=False).encode()  # a lone surrogate is no text
    except (ValueError, RecursionError):
        raise Fault("JSON_PARSER_ERROR", "The HTTP entity body is not well-formed JSON", fatal=True) from None
    return body


def _respond(answer: Answer) -> Response:
    headers = dict(answer.headers)
    if answer.body is None:
        return Response(status_code=answer.status, headers=headers)
    if answer.media is not None:
        return Response(answer.body, answer.status, headers, answer.media)
    text = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, answer.status, headers, "application/json;charset=UTF-8")


async def _unknown_address(_: Request, __: HTTPException) -> Response:
    return _respond(Answer(not_found().body(), NOT_FOUND))


async def _wrong_method(request: Request, error: HTTPException) -> Response:
    allowed = (error.headers or {}).get("Allow", "")
    text = f"HTTP Method '{request.method}' not allowed. Allowed are {allowed}"
    fault = Fault("METHOD_NOT_ALLOWED", text, status=METHOD_NOT_ALLOWED)
    return _respond(Answer(fault.body(), fault.status, {"Allow": allowed}))

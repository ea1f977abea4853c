"""RD Station's API as one ASGI app: who may call it, how often, and how its answers look."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.rdstation.account import Account
from sandbox.rdstation.call import Call
from sandbox.rdstation.contact_calls import ContactCalls
from sandbox.rdstation.contacts import Contacts
from sandbox.rdstation.errors import Refusal, not_found, refused
from sandbox.rdstation.events import Events
from sandbox.rdstation.fields import Fields
from sandbox.rdstation.limits import Limits
from sandbox.rdstation.office import Office
from sandbox.rdstation.segmentations import Segmentations
from sandbox.rdstation.tokens import Tokens
from sandbox.rdstation.workflows import Workflows
from sandbox.state import State

_NO_CONTENT = 204
_LONGEST_URL = 8_192
_LARGEST_EVENT = 200_000
CONTACT = "/platform/contacts/{identifier}"


@dataclass(frozen=True)
class Endpoint:
    """One endpoint. `verb` gives a body, or status, body and headers, or nothing (204); `limit` is the account's."""

    method: str
    path: str
    verb: Callable[[Call], Any]
    limit: str = ""
    status: int = 200
    signed: bool = True


def build(state: State) -> Starlette:
    """The API over `state`; `app.state.deeds` is its back office for the control address."""
    tokens, limits, account = Tokens(state), Limits(state), Account(state)
    contacts, fields = Contacts(state), Fields(state)
    calls = ContactCalls(contacts, fields, limits)
    segmentations, workflows = Segmentations(state, contacts), Workflows(state, contacts, limits)
    events = Events(state, contacts, fields, limits)
    endpoints = (
        Endpoint("POST", "/auth/token", lambda call: tokens.grant(call.body), signed=False),
        Endpoint("GET", "/marketing/account_info", account.info),
        Endpoint("GET", "/marketing/tracking_code", account.tracking_code),
        Endpoint("GET", "/platform/contacts/fields", lambda _: fields.page(), "fields"),
        Endpoint("POST", "/platform/contacts/fields", lambda c: fields.create(c.object()), "fields", 201),
        Endpoint("GET", "/platform/contacts/{uuid}/events", events.of_contact, "contacts"),
        Endpoint("POST", f"{CONTACT}/tag", calls.tag, "tags"),
        Endpoint("GET", f"{CONTACT}/funnels/default", calls.funnel, "funnels"),
        Endpoint("PUT", f"{CONTACT}/funnels/default", calls.set_funnel, "funnels"),
        Endpoint("GET", CONTACT, calls.one, "contacts"),
        Endpoint("PATCH", CONTACT, calls.upsert, "contacts"),
        Endpoint("DELETE", CONTACT, calls.delete, "contacts"),
        Endpoint("POST", "/platform/contacts", calls.create, "contacts"),
        Endpoint("GET", "/platform/segmentations", segmentations.page, "segmentations"),
        Endpoint("GET", "/platform/segmentations/{id}/contacts", segmentations.contacts, "segmentations"),
        Endpoint("POST", "/platform/events", events.take, "events"),
        Endpoint("GET", "/platform/workflows", workflows.page, "workflows"),
        Endpoint("POST", "/platform/workflows/{id}/leads", workflows.insert, "workflow_leads"),
    )
    desk = _Desk(state, tokens, limits, events)
    app = Starlette(
        routes=[Route(each.path, desk.endpoint(each), methods=[each.method]) for each in endpoints],
        exception_handlers={404: desk.nowhere, 405: desk.nowhere},
    )
    app.router.redirect_slashes = False
    office = Office(
        state, tokens, contacts=contacts, events=events, segmentations=segmentations, workflows=workflows
    )
    app.state.deeds = office.deeds()
    return app


def credentials(state: State) -> Mapping[str, str]:
    """`client_id` and `client_secret` of an app, and the `refresh_token` that it was given."""
    tokens = Tokens(state)
    return {
        "client_id": tokens.client_id,
        "client_secret": tokens.client_secret,
        "refresh_token": tokens.refresh_token,
    }


class _Desk:
    """Takes requests in: token, limits, JSON, one transaction, JSON out."""

    def __init__(self, state: State, tokens: Tokens, limits: Limits, events: Events) -> None:
        self._state = state
        self._tokens = tokens
        self._limits = limits
        self._events = events

    def endpoint(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """The ASGI side of an endpoint."""

        async def answer(request: Request) -> Response:
            body = await request.body()
            try:
                if endpoint.signed:
                    self._tokens.check(request.headers.get("authorization", ""))
                self._limits.count(endpoint.limit)
                return _response(*self._done(endpoint, _call(request, body)))
            except Refusal as refusal:
                return _response(refusal.status, refusal.body, refusal.headers)

        return answer

    async def nowhere(self, request: Request, _: Exception) -> Response:
        """404 for a path or method that there is not."""
        refusal = not_found("Resource")
        return _response(refusal.status, refusal.body, {})

    def _done(self, endpoint: Endpoint, call: Call) -> tuple[int, Any, Mapping[str, str]]:
        with self._state.lock:
            self._state.database.execute("BEGIN")
            try:
                self._events.settle()
                done = endpoint.verb(call)
            finally:
                self._state.database.execute("COMMIT")  # memory keeps what was written before a refusal
        if done is None:
            return _NO_CONTENT, None, {}
        return done if isinstance(done, tuple) else (endpoint.status, done, {})


def _call(request: Request, body: bytes) -> Call:
    if len(str(request.url)) > _LONGEST_URL:
        raise refused("URI_TOO_LONG", "The address is too long.", 414)
    if request.url.path == "/platform/events" and len(body) > _LARGEST_EVENT:
        raise refused("PAYLOAD_TOO_LARGE", "The body is too large.", 413)
    try:
        decoded = json.loads(body) if body else None
        json.dumps(decoded, ensure_ascii=False).encode()  # a lone surrogate is no text
    except ValueError:
        raise refused("INVALID_BODY", "The body is not JSON.") from None
    return Call(path=request.path_params, query=request.query_params, body=decoded)


def _response(status: int, body: Any, headers: Mapping[str, str]) -> Response:
    if status == _NO_CONTENT:
        return Response(status_code=_NO_CONTENT, headers=dict(headers))
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, dict(headers), "application/json;charset=utf-8")

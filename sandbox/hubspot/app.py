"""HubSpot's API as one ASGI app: who may call it, how often, and how its answers look."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.hubspot import account, limits, oauth
from sandbox.hubspot.account import Account
from sandbox.hubspot.call import Call
from sandbox.hubspot.checks import Checks
from sandbox.hubspot.contact_batches import ContactBatches
from sandbox.hubspot.contact_calls import ContactCalls
from sandbox.hubspot.contacts import Contacts
from sandbox.hubspot.errors import Refusal, invalid, not_found
from sandbox.hubspot.limits import Limits
from sandbox.hubspot.lists import Lists
from sandbox.hubspot.oauth import OAuth
from sandbox.hubspot.office import Office
from sandbox.hubspot.owners import Owners
from sandbox.hubspot.properties import Properties
from sandbox.hubspot.property_calls import PropertyCalls
from sandbox.hubspot.routes import Endpoint, Verbs, endpoints
from sandbox.hubspot.search import Search
from sandbox.hubspot.subscriptions import Subscriptions
from sandbox.hubspot.tokens import Tokens
from sandbox.hubspot.view import View
from sandbox.state import State

_NO_CONTENT = 204


def build(state: State) -> Starlette:
    """The API over `state`; `app.state.deeds` is its back office for the control address."""
    state.default(account.DEFAULTS)
    state.default(limits.DEFAULTS)
    tokens, counted = Tokens(state), Limits(state)
    details, owners, properties = Account(state, counted), Owners(state), Properties(state)
    contacts, groups = Contacts(state, properties), PropertyCalls(state, properties)
    checks = Checks(state, contacts, properties, owners, details.portal_id)
    view = View(contacts, properties)
    verbs = Verbs(
        account=details,
        owners=owners,
        contacts=ContactCalls(state, contacts, checks, view),
        batches=ContactBatches(state, contacts, checks, view),
        search=Search(contacts, properties, view),
        properties=groups,
        lists=Lists(state, contacts),
        subscriptions=Subscriptions(state, contacts),
    )
    desk, apps = _Desk(state, tokens, counted), OAuth(state, tokens, details.portal_id)
    routes = [
        Route(slashed, desk.endpoint(each), methods=[each.method])
        for each in endpoints(verbs)
        for slashed in (each.path, f"{each.path}/")
    ]
    routes += [Route(path, desk.open_endpoint(apps.answer), methods=["POST"]) for path in oauth.PATHS]
    app = Starlette(
        routes=routes,
        exception_handlers={404: desk.nowhere, 405: desk.nowhere},
    )
    app.router.redirect_slashes = False
    app.state.deeds = Office(state, apps, contacts, checks, properties).deeds()
    return app


def credentials(state: State) -> Mapping[str, str]:
    """`token`, of a private app with every scope, and `portal_id`."""
    portal_id = Account(state, Limits(state)).portal_id
    return {"token": Tokens(state).first, "portal_id": str(portal_id)}


class _Desk:
    """Takes requests in: token, limits, JSON, one transaction, JSON out."""

    def __init__(self, state: State, tokens: Tokens, counted: Limits) -> None:
        self._state = state
        self._tokens = tokens
        self._limits = counted

    def endpoint(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """The ASGI side of an endpoint."""

        async def answer(request: Request) -> Response:
            body = await request.body()
            headers: dict[str, str] = {}
            try:
                token = self._tokens.check(request.headers.get("authorization", ""), endpoint.scopes)
                headers |= self._limits.count(token, search=endpoint.search)
                return _response(*self._done(endpoint, _call(request, body)), headers)
            except Refusal as refusal:
                return _response(refusal.status, refusal.body, headers | refusal.headers)

        return answer

    def open_endpoint(
        self, verb: Callable[[Request], Awaitable[Any]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """The ASGI side of an endpoint that asks for no token."""

        async def answer(request: Request) -> Response:
            try:
                return _response(200, await verb(request), {})
            except Refusal as refusal:
                return _response(refusal.status, refusal.body, refusal.headers)

        return answer

    async def nowhere(self, request: Request, _: Exception) -> Response:
        """404 for a path or method that HubSpot does not have."""
        refusal = not_found(f"No route for {request.method} {request.url.path}")
        return _response(refusal.status, refusal.body, {})

    def _done(self, endpoint: Endpoint, call: Call) -> tuple[int, Any]:
        with self._state.lock:
            self._state.database.execute("BEGIN")
            try:
                done = endpoint.verb(call)
            finally:
                self._state.database.execute("COMMIT")  # memory keeps what was written before a refusal
        if done is None:
            return _NO_CONTENT, None
        return done if isinstance(done, tuple) else (endpoint.status, done)


def _call(request: Request, body: bytes) -> Call:
    try:
        decoded = json.loads(body) if body else None
        json.dumps(decoded, ensure_ascii=False).encode()  # a lone surrogate is no text
    except ValueError:
        raise invalid("Invalid input JSON: the body could not be parsed") from None
    return Call(
        path=request.path_params,
        query=request.query_params,
        pairs=request.query_params.multi_items(),
        body=decoded,
        size=len(body.decode(errors="replace")),
        url=str(request.url.replace(query="")),
    )


def _response(status: int, body: Any, headers: Mapping[str, str]) -> Response:
    if status == _NO_CONTENT:
        return Response(status_code=_NO_CONTENT, headers=dict(headers))
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, dict(headers), "application/json;charset=utf-8")

"""The gate in front of each vendor: counts calls, delays them, and lets the ordered faults strike."""

import asyncio
import json
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.bodies import typical_body
from sandbox.faults import Fault, Faults

TRANSPORT = "sandbox.transport"  # scope extension that the server fills with the connection's transport
_HTML = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon.</body></html>"


@dataclass
class Board:
    """What the control address reads and sets: counts by vendor and endpoint, seconds of latency, faults."""

    calls: dict[str, Counter[str]] = field(default_factory=dict)
    statuses: dict[str, Counter[str]] = field(default_factory=dict)
    latency: dict[str, float] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Gate:
    """An ASGI app that passes requests on to a vendor's `app`, which may be replaced."""

    def __init__(self, vendor: str, app: ASGIApp, board: Board) -> None:
        self.vendor = vendor
        self.board = board
        self.replace(app)

    def replace(self, app: ASGIApp) -> None:
        """Put another app of the same vendor behind the gate."""
        self.app = app
        self._template = lru_cache(maxsize=4096)(self._find_template)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, counted under the template of its path."""
        template = self._template(scope["method"], scope["path"])
        self.board.calls.setdefault(self.vendor, Counter())[template] += 1
        if seconds := self.board.latency.get(self.vendor, 0.0):
            await asyncio.sleep(seconds)
        names = (template, f"{scope['method']} {scope['path']}")
        fault = self.board.faults.striking(self.vendor, names)
        counting = self._count_statuses(send)
        if fault is None:
            await self.app(scope, receive, counting)
        else:
            await self._strike(fault, scope, receive, counting)

    async def _strike(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await _ask(self.app, scope, receive) if fault.applied else None
        if fault.kind in ("disconnect", "timeout"):
            await _hang(fault.seconds if fault.seconds is not None else 30.0, fault.kind, receive)
            await _hang_up(scope, receive)
        elif answer is not None and fault.kind == "truncated":
            await _send(send, answer, answer.body[: len(answer.body) // 2], more=True)
            await _hang_up(scope, receive)
        elif answer is not None and fault.kind == "malformed":
            half = answer.body[: len(answer.body) // 2]
            await _send(send, _Answer(answer.status, _json_headers(half), half), half)
        else:
            stand_in = _stand_in(fault, self.vendor)
            await _send(send, stand_in, stand_in.body)

    def _count_statuses(self, send: Send) -> Send:
        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.board.statuses.setdefault(self.vendor, Counter())[str(message["status"])] += 1
            await send(message)

        return counting

    def _find_template(self, method: str, path: str) -> str:
        scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
        routes: list[BaseRoute] = getattr(self.app, "routes", [])
        for route in routes:
            if route.matches(scope)[0] is Match.FULL:
                return f"{method} {getattr(route, 'path', path).rstrip('/')}"
        return f"{method} (unknown)"


async def _ask(app: ASGIApp, scope: Scope, receive: Receive) -> _Answer:
    """Let the vendor do its work and keep the answer."""
    start: dict[str, Any] = {}
    parts: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, keep)
    return _Answer(start["status"], list(start["headers"]), b"".join(parts))


def _stand_in(fault: Fault, vendor: str) -> _Answer:
    if fault.kind == "html":
        return _Answer(200, [(b"content-type", b"text/html"), _length(_HTML)], _HTML)
    status = {"unauthorized": 401, "retry_after": 429}.get(fault.kind, fault.status)
    body = fault.body if fault.body is not None else typical_body(vendor, status)
    encoded = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    extra = dict(fault.headers)
    if fault.kind == "retry_after":
        extra["Retry-After"] = f"{fault.seconds if fault.seconds is not None else 1:g}"
    headers = [(name.lower().encode(), value.encode()) for name, value in extra.items()]
    return _Answer(status, _json_headers(encoded) + headers, encoded)


def _json_headers(body: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"content-type", b"application/json;charset=utf-8"), _length(body)]


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"content-length", str(len(body)).encode()


async def _send(send: Send, answer: _Answer, body: bytes, *, more: bool = False) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def _hang(seconds: float, kind: str, receive: Receive) -> None:
    """Keep a client waiting, at most until it leaves."""
    if kind == "timeout":
        with suppress(TimeoutError):
            await asyncio.wait_for(_departure(receive), seconds)


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection as it stands, bytes already written first."""
    scope["extensions"][TRANSPORT].close()
    await _departure(receive)


async def _departure(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

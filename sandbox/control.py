"""The control address: how tests, demos and benchmarks steer the sandbox (design, section 10)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.faults import KINDS
from sandbox.gate import Board
from sandbox.state import State

Deed = Callable[[dict[str, Any]], Mapping[str, Any]]


class Steered(Protocol):
    """What the control address steers."""

    state: State
    board: Board

    def describe(self) -> Mapping[str, Any]:
        """Addresses and credentials, for a client to start with."""
        ...

    def act(self, payload: dict[str, Any]) -> Mapping[str, Any]:
        """Let the simulated salespeople do what `payload` says."""
        ...

    def deeds(self, vendor: str) -> Mapping[str, Deed]:
        """What a vendor's own back office can be told to do, by name."""
        ...

    def forget(self) -> None:
        """Empty every vendor and seed it again."""
        ...

    def remember_clock(self) -> None:
        """Keep where the clock stands for the next start."""
        ...


def build(steered: Steered) -> Starlette:
    """The control app. Every answer is JSON; a wish that makes no sense is answered 400 with the reason."""
    control = _Control(steered)
    verbs: dict[tuple[str, str], Callable[[dict[str, Any]], Mapping[str, Any]]] = {
        ("GET", "/"): lambda _: steered.describe(),
        ("GET", "/calls"): control.calls,
        ("POST", "/reset"): control.reset,
        ("GET", "/clock"): control.clock,
        ("POST", "/clock"): control.move_clock,
        ("GET", "/latency"): control.latency,
        ("POST", "/latency"): control.set_latency,
        ("GET", "/faults"): control.faults,
        ("POST", "/faults"): control.order_fault,
        ("DELETE", "/faults"): control.cancel_faults,
        ("GET", "/settings"): control.settings,
        ("POST", "/settings"): control.set_settings,
        ("POST", "/people"): control.people,
        ("POST", "/{vendor}/{deed}"): control.do,
    }
    return Starlette(
        routes=[Route(path, _endpoint(verb), methods=[method]) for (method, path), verb in verbs.items()]
    )


class _Control:
    """One method per endpoint: the wish in, the answer out, ValueError for nonsense."""

    def __init__(self, steered: Steered) -> None:
        self._steered = steered
        self._board = steered.board
        self._state = steered.state

    def calls(self, _: dict[str, Any]) -> Mapping[str, Any]:
        vendors = {
            vendor: {
                "total": counts.total(),
                "endpoints": dict(sorted(counts.items())),
                "statuses": dict(sorted(self._board.statuses.get(vendor, {}).items())),
            }
            for vendor, counts in sorted(self._board.calls.items())
        }
        return {"total": sum(counts.total() for counts in self._board.calls.values()), "vendors": vendors}

    def reset(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        what = wish.get("what", "all")
        if what not in ("calls", "faults", "all"):
            raise ValueError("what is one of calls, faults, all")
        if what in ("calls", "all"):
            self._board.calls.clear()
            self._board.statuses.clear()
        if what in ("faults", "all"):
            self._board.faults.cancel()
        if what == "all":
            self._board.latency.clear()
            self._steered.forget()
        return {"reset": what}

    def clock(self, _: dict[str, Any]) -> Mapping[str, Any]:
        clock = self._state.clock
        return {"now": clock.now().isoformat(), "frozen": clock.frozen}

    def move_clock(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        if not wish or set(wish) - {"now", "advance", "frozen"}:
            raise ValueError('say {"now": ISO}, {"advance": seconds} or {"frozen": true|false}')
        if "now" in wish:
            self._state.clock.set(_aware(wish["now"]))
        if "advance" in wish:
            self._state.clock.advance(float(wish["advance"]))
        if "frozen" in wish:
            self._state.clock.freeze(frozen=bool(wish["frozen"]))
        self._steered.remember_clock()
        return self.clock({})

    def latency(self, _: dict[str, Any]) -> Mapping[str, Any]:
        return dict(self._board.latency)

    def set_latency(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        seconds = float(wish["seconds"])
        for vendor in self._vendors(wish.get("vendor", "*")):
            self._board.latency[vendor] = seconds
        return self.latency({})

    def faults(self, _: dict[str, Any]) -> Mapping[str, Any]:
        return {"faults": [asdict(fault) for fault in self._board.faults.ordered()], "kinds": KINDS}

    def order_fault(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        self._vendors(wish.get("vendor", "*"))
        return asdict(self._board.faults.order(wish))

    def cancel_faults(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        self._board.faults.cancel(int(wish["id"]) if "id" in wish else None)
        return self.faults({})

    def settings(self, _: dict[str, Any]) -> Mapping[str, Any]:
        return dict(sorted(self._state.settings.items()))

    def set_settings(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        for name, value in wish.items():
            known = self._state.settings.get(name)
            if known is None:
                raise ValueError(f"no setting {name}; there are {', '.join(sorted(self._state.settings))}")
            if isinstance(known, str) is not isinstance(value, str):
                raise ValueError(f"{name} is a {type(known).__name__}")
        self._state.settings.update(wish)
        return self.settings({})

    def people(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        return self._steered.act(wish)

    def do(self, wish: dict[str, Any]) -> Mapping[str, Any]:
        vendor, name = wish.pop("vendor"), wish.pop("deed")
        self._vendors(vendor)
        deeds = self._steered.deeds(vendor)
        if name not in deeds:
            raise ValueError(f"{vendor} can do: {', '.join(sorted(deeds)) or 'nothing'}")
        return deeds[name](wish)

    def _vendors(self, name: str) -> list[str]:
        known = list(self._steered.describe()["vendors"])
        if name not in ("*", *known):
            raise ValueError(f"vendor is one of {', '.join(known)}, or * for all")
        return known if name == "*" else [name]


def _endpoint(
    verb: Callable[[dict[str, Any]], Mapping[str, Any]],
) -> Callable[[Request], Awaitable[JSONResponse]]:
    @wraps(verb)
    async def endpoint(request: Request) -> JSONResponse:
        try:
            wish = dict(await request.json() if await request.body() else {})
            wish |= dict(request.query_params) | request.path_params
            return JSONResponse(await run_in_threadpool(verb, wish))
        except KeyError as missing:
            return JSONResponse({"error": f"missing: {missing.args[0]}"}, status_code=400)
        except (TypeError, ValueError) as nonsense:
            return JSONResponse({"error": str(nonsense)}, status_code=400)

    return endpoint


def _aware(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("now needs a zone, such as 2026-11-02T09:00:00+01:00")
    return instant.astimezone(UTC)

"""HTTP on loopback: several ASGI apps in one event loop, in a thread."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Queue
from threading import Event as ThreadEvent
from threading import Thread

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.gate import TRANSPORT

HOST = "127.0.0.1"
GRACE_SECONDS = 1.0


def listen(port: int) -> socket.socket:
    """Take a port of 127.0.0.1, any free one for 0; raises OSError naming the port where it is taken."""
    # named as TCP: asyncio sets TCP_NODELAY on no other, and without it each answer waits 40 ms for an ACK
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((HOST, port))
    except OSError as error:
        taken.close()
        raise OSError(error.errno, f"port {port} on {HOST}: {error.strerror}") from error
    return taken


@contextmanager
def serving(apps: Sequence[tuple[ASGIApp, socket.socket]]) -> Iterator[None]:
    """Serve each app on its socket while the context is open; calls under way then have a second to end."""
    servers = [(_server(app), taken) for app, taken in apps]
    loops: Queue[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Queue()
    thread = Thread(target=lambda: asyncio.run(_serve_all(servers, loops)), name="sandbox", daemon=True)
    thread.start()
    loop, stopping = loops.get()
    try:
        pause = ThreadEvent()
        while thread.is_alive() and not all(server.started for server, _ in servers):
            pause.wait(0.005)  # uvicorn has no event for it
        if not thread.is_alive():
            raise RuntimeError("the sandbox did not start")
        yield
    finally:
        with suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(stopping.set)
        thread.join()


class _Protocol(H11Protocol):
    """uvicorn's HTTP protocol, whose requests carry their transport so that the gate can hang up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn narrows it
        app = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "extensions": {TRANSPORT: transport}}, receive, send)

        self.app = with_transport


def _server(app: ASGIApp) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        proxy_headers=False,
        log_config=None,
        log_level="error",
        access_log=False,
        timeout_keep_alive=60,
        server_header=False,
    )
    return uvicorn.Server(config)


async def _serve_all(
    servers: Sequence[tuple[uvicorn.Server, socket.socket]],
    loops: Queue[tuple[asyncio.AbstractEventLoop, asyncio.Event]],
) -> None:
    stopping = asyncio.Event()
    loops.put((asyncio.get_running_loop(), stopping))
    running = [asyncio.create_task(server.serve(sockets=[taken])) for server, taken in servers]
    ended = asyncio.create_task(stopping.wait())
    await asyncio.wait([ended, *running], return_when=asyncio.FIRST_COMPLETED)
    for task in (ended, *running):
        task.cancel()  # uvicorn would look only ten times a second whether it should stop
    await asyncio.gather(ended, *running, return_exceptions=True)
    await asyncio.gather(*(_end(server) for server, _ in servers))


async def _end(server: uvicorn.Server) -> None:
    for listening in server.servers:
        listening.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    if under_way := list(server.server_state.tasks):
        _, late = await asyncio.wait(under_way, timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
    await asyncio.sleep(0)

"""The server: one address of this machine, until it is told to end."""

import signal
import socket
from contextlib import ExitStack

import uvicorn
from fastapi import FastAPI

CALLS = 40  # at once; more are answered 503, and repeated by who called
GRACE = 5  # seconds that calls under way get to end


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes calls from now on (0 takes a free port); raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


def server_of(app: FastAPI) -> uvicorn.Server:
    """A server that writes no access log: an address holds a secret."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http="h11",
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=CALLS,
            timeout_graceful_shutdown=GRACE,
        )
    )


def serve(app: FastAPI, listener: socket.socket) -> None:
    """Answers calls until SIGINT or SIGTERM; those under way are ended first."""
    with ExitStack() as restored:
        for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises them again once it has ended
            restored.callback(signal.signal, number, signal.signal(number, signal.SIG_IGN))
        server_of(app).run(sockets=[listener])

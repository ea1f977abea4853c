"""The web application: an address for each company's webhooks, and health; nothing else."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from connectors.webhook import Call, NotFromVendor
from sync.ledger.hints import Kept, is_hinted
from sync.ledger.store import Ledger, LedgerError
from web.receiving import Receiver, find_receiver, receive

BODY = 4 * 1024 * 1024  # bytes: 100 events of HubSpot's with a long text each
SECONDS = 4.0  # for a body to arrive: vendors wait five for the answer
STATUSES = (400, 401, 404, 408, 413, 503)
REPEAT = {"Retry-After": "60"}

log = structlog.get_logger()


def make_app(ledger: Ledger, receivers: Mapping[str, Receiver]) -> FastAPI:
    """The application over a ledger that answers soon; `receivers` by company."""
    app = FastAPI(title="Acuerdo", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)

    @app.get("/health", responses=_told(503))
    def health() -> dict[str, bool]:
        """That the process lives, and that its ledger answers."""
        try:
            is_hinted(ledger, "")
        except LedgerError:
            raise HTTPException(503, "the ledger does not answer") from None
        return {"ledger": True}

    @app.post("/webhooks/{company}/{path}", responses=_told(*STATUSES))
    async def webhook(company: str, path: str, request: Request) -> dict[str, int]:
        """How many contacts the call asks for; the next run reads them."""
        receiver = find_receiver(receivers, company, path)
        if receiver is None:
            log.warning("webhook", company=company if company in receivers else None, outcome="wrong path")
            raise HTTPException(404)
        kept = await hear(ledger, receiver, request)
        return {"hints": kept.kept}

    return app


async def hear(ledger: Ledger, receiver: Receiver, request: Request) -> Kept:
    """What became of a call to the right path; raises HTTPException. A line of the log tells whose it was."""
    told = log.bind(company=receiver.company, system=receiver.system)
    try:
        body = await read_body(request)
        call = Call(method=request.method, url=receiver.url, headers=request.headers, body=body, at=0)
        kept = await run_in_threadpool(receive, ledger, receiver, call)
    except HTTPException as error:
        told.warning("webhook", outcome=error.detail)
        raise
    except NotFromVendor as error:
        told.warning("webhook", outcome=str(error))
        raise HTTPException(401) from None
    except LedgerError as error:
        told.error("webhook", outcome="put off", detail=str(error))
        raise HTTPException(503, headers=REPEAT) from None
    tell = told.warning if kept.dropped else told.info
    tell("webhook", outcome="kept", hints=kept.kept, dropped=kept.dropped)
    return kept


async def read_body(request: Request) -> bytes:
    """The whole body; raises HTTPException as soon as it is too large, or takes too long."""
    if int(request.headers.get("content-length", "0")) > BODY:
        raise HTTPException(413)
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > BODY:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408, headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise HTTPException(400, "hung up") from None
    return bytes(body)


def _told(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers that are no success, for the document that describes the application."""
    return {each: {"description": HTTPStatus(each).phrase} for each in statuses}

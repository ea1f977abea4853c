"""Reading RD Station's error answers, which come in at least six shapes; what follows is `answers`' word.

Shapes, as its own client tells them apart: a list under `errors`, one object there, lists by field, lists by field
and language, a bare list with paths, and `error` or `message` alone. Vendor texts are never repeated.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests

from connectors.answers import error_of, find_answer
from connectors.errors import ConnectorError, ContractBroken, RecordRefused
from connectors.rdstation.answers import ANSWERS, LEAD_LIMITER, SYSTEM
from mapping.records import Instant


class ContactBusy(RecordRefused):
    """RD Station takes no more calls of this kind about one contact before `until`, where it tells."""

    def __init__(self, message: str, *, log: str = "", until: Instant | None = None) -> None:
        super().__init__(message, system=SYSTEM, code=LEAD_LIMITER, log=log)
        self.until = until


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error says, without its words: codes, the names of fields, and seconds to wait."""

    codes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    wait: int | None = None

    @property
    def code(self) -> str:
        """The first of its codes."""
        return next(iter(self.codes), "UNKNOWN")


def parse(body: object) -> Fault:
    """Reads any of RD Station's error bodies."""
    found = list(_errors(body))
    wait = body.get("remaining_time") if isinstance(body, Mapping) else None
    return Fault(
        codes=tuple(dict.fromkeys(code for code, _ in found if code)),
        fields=tuple(dict.fromkeys(field for _, field in found if field)),
        wait=wait if isinstance(wait, int) and wait >= 0 else None,  # seconds, though documented otherwise
    )


def _errors(body: object, field: str = "") -> Iterator[tuple[str, str]]:
    """Each error's code and field, from whichever shape it stands in."""
    if isinstance(body, list):
        for each in body:
            yield from _errors(each, field)
    elif isinstance(body, Mapping):
        if "error_type" in body:
            path = str(body.get("path") or "").removeprefix("body.")
            yield _name(body["error_type"]), field or _name(path)
        elif "errors" in body:
            yield from _errors(body["errors"], field)
        elif not field and isinstance(body.get("error"), str):
            yield (LEAD_LIMITER if "lead_limiter" in body["error"] else _name(body["error"])), ""
        elif not field and isinstance(body.get("message"), str):
            yield "", ""
        else:
            for name, inner in body.items():
                if isinstance(inner, list | Mapping):
                    yield from _errors(inner, field or _name(name))


def raised(response: requests.Response, body: object, operation: str, now: Instant) -> ConnectorError:
    """The error to raise for an answer that is not a success."""
    fault, status = parse(body), response.status_code
    answer = find_answer(ANSWERS, status, fault.codes)
    facts = {
        "operation": operation,
        "status": int(status),
        "code": fault.code,
        "named": ", ".join(fault.fields) or "a field that it does not name",
    }
    if LEAD_LIMITER in fault.codes:
        until = None if fault.wait is None else now + fault.wait
        return ContactBusy(answer.person.format(**facts), log=answer.log.format(**facts), until=until)
    wait = response.headers.get("retry-after-quotas", "")
    until = now + int(wait) if wait.isdigit() else None
    return error_of(answer, facts, system=SYSTEM, until=until)


def broken(due: str) -> ContractBroken:
    """The error for an answer of another shape than documented."""
    return ContractBroken(f"RD Station answered something else than {due}", system=SYSTEM)


def is_final(response: requests.Response) -> bool:
    """Whether waiting some seconds will not help: the calls about one contact are used up for hours."""
    return response.status_code == HTTPStatus.TOO_MANY_REQUESTS and b"lead_limiter" in response.content


def _name(value: Any) -> str:
    """A code or a name; anything else might be personal data and is left out."""
    text = str(value or "")
    return text if re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", text) else ""

"""Reading HubSpot's answers that are not what was asked for; what follows is `connectors.hubspot.answers`'s word.

Sources: HubSpot's error-handling page and the bodies in its guides. Every field of an error is optional, and a
validation error's `message` can hold a JSON array as text. Vendor texts are never repeated: they quote values.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

import requests

from connectors.answers import error_of, find_answer, outcome_of
from connectors.base import RowResult
from connectors.errors import ConnectorError, ContractBroken, CredentialsRefused
from connectors.hubspot.answers import ANSWERS, LACKING, SYSTEM
from mapping.records import Instant, instant_of, moment_of


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error says, without its words: codes and the names of properties, scopes and ids."""

    category: str = ""
    policy: str = ""
    codes: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The most telling of its codes."""
        return next(iter(self.codes), self.category) or "UNKNOWN"

    @property
    def told(self) -> frozenset[str]:
        """Every code in it, as the error table asks for them."""
        return frozenset({self.category, self.policy, *self.codes, *({LACKING} if self.scopes else ())})


def parse(body: object) -> Fault:
    """Reads any of HubSpot's error bodies, of a call or of a row of a batch."""
    if not isinstance(body, Mapping):
        return Fault()
    details = [one for one in body.get("errors") or () if isinstance(one, Mapping)]
    inner = [*details, *_inside(body.get("message"))]
    contexts: list[Mapping[str, Any]] = [
        context for one in (body, *details) if isinstance(context := one.get("context"), Mapping)
    ]
    return Fault(
        category=_name(body.get("category") or body.get("errorType") or body.get("error")),
        policy=_name(body.get("policyName")),
        codes=_names(one.get("code") or one.get("error") or one.get("subCategory") for one in inner),
        properties=_names(_property(one) for one in inner),
        scopes=_names(
            name for one in contexts for name in _list(one, "requiredGranularScopes", "requiredScopes")
        ),
        traces=tuple(str(name) for one in contexts for name in _list(one, "objectWriteTraceId")),
        ids=tuple(str(name) for one in contexts for name in _list(one, "ids", "id", "objectId")),
    )


def raised(
    status: int, body: object, operation: str, zone: str | None, now: Instant | None
) -> ConnectorError:
    """The error to raise for an answer that is not a success."""
    fault = parse(body)
    until = next_midnight(now, zone) if now is not None and zone else None
    answer = find_answer(ANSWERS, status, fault.told)
    error = error_of(answer, _facts(fault, status, operation), system=SYSTEM, until=until)
    if isinstance(error, CredentialsRefused) and len(fault.scopes) == 1:
        (error.lacks,) = fault.scopes
    return error


def row_result(key: str, fault: Fault, record: str | None) -> RowResult:
    """What became of a row that a batch answered with an error."""
    answer = find_answer(ANSWERS, HTTPStatus.MULTI_STATUS, fault.told)
    text = answer.person.format(**_facts(fault, HTTPStatus.MULTI_STATUS, "row"))
    return RowResult(key=key, outcome=outcome_of(answer), id=record, code=fault.code, message=text)


def _facts(fault: Fault, status: int, operation: str) -> dict[str, object]:
    return {
        "operation": operation,
        "status": int(status),
        "code": fault.policy or fault.code,
        "named": ", ".join(fault.properties) or "a property that it does not name",
        "scopes": ", ".join(fault.scopes) or "that it does not name",
    }


def broken(due: str) -> ContractBroken:
    """The error for an answer of another shape than documented."""
    return ContractBroken(f"HubSpot answered something else than {due}", system=SYSTEM)


def is_final(response: requests.Response) -> bool:
    """Whether waiting will not help: the daily quota is used up."""
    return response.status_code == HTTPStatus.TOO_MANY_REQUESTS and b'"DAILY"' in response.content


def next_midnight(now: Instant, zone: str) -> Instant:
    """The next midnight in `zone`, in UTC seconds."""
    local = moment_of(now).astimezone(ZoneInfo(zone))
    return instant_of((local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0))


def _inside(message: object) -> list[Mapping[str, Any]]:
    """The JSON array that a validation error's message can end with."""
    _, bracket, rest = str(message or "").partition("[{")
    try:
        found = json.loads(bracket + rest) if bracket else []
    except ValueError:
        return []
    return [one for one in found if isinstance(one, Mapping)]


def _property(detail: Mapping[str, Any]) -> object:
    context = detail.get("context")
    named = _list(context, "propertyName") if isinstance(context, Mapping) else []
    return next(iter(named), None) or detail.get("name")


def _list(context: Mapping[str, Any], *keys: str) -> Sequence[Any]:
    for key in keys:
        value = context.get(key)
        if value:
            return value if isinstance(value, list) else [value]
    return []


def _names(found: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in map(_name, found) if name))


def _name(value: object) -> str:
    """A code or a name; anything else might be personal data and is left out."""
    text = str(value or "")
    return text if re.fullmatch(r"[A-Za-z0-9_.:-]{1,100}", text) else ""

"""HubSpot's answers that are not what was asked for, and what the engine does next with each.

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

from connectors.base import Outcome, RowResult
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    CredentialsRefused,
    Misconfigured,
    QuotaUsedUp,
    RecordRefused,
    Unavailable,
)
from mapping.records import Instant, instant_of, moment_of

SYSTEM = "hubspot"
UNKNOWN_PROPERTY = "PROPERTY_DOESNT_EXIST"
PASSING = frozenset({423, 429, 477, *range(500, 600)})
OF_ONE_RECORD = frozenset({400, 404, 409, 410, 413, 414, 415, 422})


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
    log = f"{operation}: {status} {fault.policy or fault.code}"
    if status == HTTPStatus.UNAUTHORIZED:
        text = (
            "HubSpot refuses the token: it is wrong, expired or revoked; put a valid one where `token` points"
        )
        return CredentialsRefused(text, system=SYSTEM, log=log)
    if status == HTTPStatus.FORBIDDEN:
        return CredentialsRefused(_lacking(fault, operation), system=SYSTEM, log=log)
    if status == HTTPStatus.TOO_MANY_REQUESTS and fault.policy == "DAILY":
        until = next_midnight(now, zone) if now is not None and zone else None
        text = "HubSpot's daily quota of calls is used up; it is renewed at midnight of the account's zone"
        return QuotaUsedUp(text, system=SYSTEM, log=log, until=until)
    return _raised_by_status(status, fault, operation, log)


def _raised_by_status(status: int, fault: Fault, operation: str, log: str) -> ConnectorError:
    if status in PASSING:
        text = f"HubSpot is not available ({status}); a later run tries again"
        return Unavailable(text, system=SYSTEM, log=log)
    if UNKNOWN_PROPERTY in fault.codes:
        return Misconfigured(explain(fault), system=SYSTEM, log=log)
    if status in OF_ONE_RECORD:
        return RecordRefused(explain(fault), system=SYSTEM, code=fault.code, log=log)
    text = f"HubSpot answered {status} to {operation}, which its documents do not foresee"
    return ContractBroken(text, system=SYSTEM, log=log)


def row_result(key: str, fault: Fault, record: str | None) -> RowResult:
    """What became of a row that a batch answered with an error."""
    if fault.category == "OBJECT_NOT_FOUND" or "OBJECT_NOT_FOUND" in fault.codes:
        text = "the contact is deleted or merged in HubSpot"
        return RowResult(key=key, outcome=Outcome.gone, id=record, code="OBJECT_NOT_FOUND", message=text)
    passing = fault.category in {"RATE_LIMITS", "RATE_LIMIT", "INTERNAL_ERROR", "LOCKED"}
    outcome = Outcome.retry if passing else Outcome.refused
    return RowResult(key=key, outcome=outcome, id=record, code=fault.code, message=explain(fault))


def explain(fault: Fault) -> str:
    """What a person can do about a refusal."""
    named = ", ".join(fault.properties)
    if UNKNOWN_PROPERTY in fault.codes:
        return (
            f"HubSpot has no property {named or 'of that name'}: run `acuerdo setup` or correct the mapping"
        )
    if "READ_ONLY_VALUE" in fault.codes:
        return f"HubSpot lets nobody write {named or 'that property'}: take it out of the mapping"
    if named:
        return f"HubSpot does not take the value of {named} ({fault.code}): correct the mapping or the record"
    return f"HubSpot refuses it ({fault.code})"


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


def _lacking(fault: Fault, operation: str) -> str:
    if fault.scopes:
        return f"the HubSpot token lacks the scope {', '.join(fault.scopes)}: add it to the app, or use another token"
    return f"the HubSpot token may not do this ({operation}): add the scope it lacks, or use another token"


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

"""Salesforce's answers that are not what was asked for, and what the engine does next with each.

Sources: the REST API Developer Guide (status codes, error bodies) and the object reference's status codes.
Single calls name a code `errorCode`, collections `statusCode`; a body can be a list or one object; a failed
row may lack `id` and `fields`. Vendor texts are never repeated: they quote values.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

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

SYSTEM = "salesforce"
LOCKED = "UNABLE_TO_LOCK_ROW"
MISSING_FIELD = frozenset({"INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"})
NOT_FOUND = frozenset({"NOT_FOUND", "ENTITY_IS_DELETED"})
GONE = NOT_FOUND | {"CANNOT_UPDATE_CONVERTED_LEAD"}
PASSING = frozenset(
    {
        LOCKED,
        "SERVER_UNAVAILABLE",
        "QUERY_TIMEOUT",
        "REQUEST_RUNNING_TOO_LONG",
        "UNKNOWN_EXCEPTION",
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "TXN_SECURITY_METERING_ERROR",
    }
)
QUOTA = frozenset({"REQUEST_LIMIT_EXCEEDED", "STORAGE_LIMIT_EXCEEDED"})
LACKING = frozenset(
    {
        "INSUFFICIENT_ACCESS",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "FORBIDDEN",
        "API_DISABLED_FOR_ORG",
        "API_CURRENTLY_DISABLED",
    }
)
UNAVAILABLE = frozenset({420, 423, 429, *range(500, 600)})


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error says, without its words: code, names of fields, and ids of the records it collides with."""

    code: str = "UNKNOWN"
    fields: tuple[str, ...] = ()
    column: str | None = None
    entity: str | None = None
    duplicates: tuple[str, ...] = ()
    unapproved: bool = False


def parse(body: object) -> Fault:
    """Reads any of Salesforce's error bodies: a list or one object, of a call, a row or a token."""
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, Mapping):
        return Fault()
    text = str(first.get("message") or first.get("error_description") or "")
    column = re.search(r"No such column '(\w+)' on (?:entity '|sobject of type )(\w+)", text)
    entity = re.search(r"sObject type '(\w+)' is not supported", text)
    return Fault(
        code=_name(first.get("errorCode") or first.get("statusCode") or first.get("error")) or "UNKNOWN",
        fields=tuple(name for name in map(_name, first.get("fields") or ()) if name),
        column=column[1] if column else None,
        entity=column[2] if column else entity[1] if entity else None,
        duplicates=_matches(first.get("duplicateResut") or first.get("duplicateResult")),
        unapproved="approved" in text,
    )


def raised(status: int, body: object, operation: str) -> ConnectorError:
    """The error to raise for an answer that is not a success."""
    fault = parse(body)
    log = f"{operation}: {status} {fault.code}"
    if status == HTTPStatus.UNAUTHORIZED:
        text = "Salesforce refuses the session again and again: look at the External Client App and its user"
        return CredentialsRefused(text, system=SYSTEM, log=log)
    if fault.code in QUOTA:
        text = (
            "Salesforce's daily limit of API calls (or of storage) is used up; it frees itself over 24 hours"
        )
        return QuotaUsedUp(text, system=SYSTEM, log=log)
    if status in UNAVAILABLE or fault.code in PASSING:
        text = f"Salesforce is not available ({status} {fault.code}); a later run tries again"
        return Unavailable(text, system=SYSTEM, log=log)
    if status == HTTPStatus.FORBIDDEN or fault.code in LACKING:
        text = (
            f"the Salesforce user may not do this ({operation}: {fault.code}): grant it, or use another user"
        )
        return CredentialsRefused(text, system=SYSTEM, log=log)
    return _misconfigured(status, fault, log) or _refused(status, fault, operation, log)


def _misconfigured(status: int, fault: Fault, log: str) -> Misconfigured | None:
    if fault.code in MISSING_FIELD or fault.code == "INVALID_TYPE":
        return Misconfigured(explain(fault), system=SYSTEM, log=log)
    if status == HTTPStatus.MULTIPLE_CHOICES:
        text = "an external id fits several Salesforce records: make the field of our lead id unique"
        return Misconfigured(text, system=SYSTEM, log=log)
    if status in range(301, 400):
        text = "Salesforce sends us elsewhere: write the org's own My Domain address as `base_url`"
        return Misconfigured(text, system=SYSTEM, log=log)
    if status == HTTPStatus.GONE or fault.code == "UNSUPPORTED_API_VERSION":
        text = "Salesforce has retired this version of its API: raise `api_version`"
        return Misconfigured(text, system=SYSTEM, log=log)
    return None


def _refused(status: int, fault: Fault, operation: str, log: str) -> ConnectorError:
    foreseen = {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.PRECONDITION_FAILED,
    }
    if status in foreseen and fault.code not in {"UNKNOWN", "MALFORMED_QUERY", "JSON_PARSER_ERROR"}:
        return RecordRefused(explain(fault), system=SYSTEM, code=fault.code, log=log)
    text = f"Salesforce answered {status} {fault.code} to {operation}, which its documents do not foresee"
    return ContractBroken(text, system=SYSTEM, log=log)


def token_refused(status: int, body: object) -> ConnectorError:
    """The error for an answer of the token endpoint."""
    fault = parse(body)
    log = f"token: {status} {fault.code}"
    if status in UNAVAILABLE:
        return Unavailable(f"Salesforce's login is not available ({status})", system=SYSTEM, log=log)
    if fault.unapproved:
        text = "Salesforce's user has not approved the app: pre-authorise it (permission set of the External Client App)"
        return CredentialsRefused(text, system=SYSTEM, log=log)
    text = (
        f"Salesforce refuses the login ({fault.code}): check `client_id`, `client_secret` or `jwt`, "
        "that `base_url` is the org's My Domain, and with `jwt` that this machine's clock is right"
    )
    return CredentialsRefused(text, system=SYSTEM, log=log)


def row_result(key: str, fault: Fault, record: str | None, kind: str) -> RowResult:
    """What became of a row of a collection that Salesforce answered with an error."""
    outcome = Outcome.refused
    if fault.code in PASSING:
        outcome = Outcome.retry
    elif fault.code in GONE or (fault.code == "INVALID_CROSS_REFERENCE_KEY" and _is_about_the_record(fault)):
        outcome = Outcome.gone
    return RowResult(key=key, outcome=outcome, id=record, kind=kind, code=fault.code, message=explain(fault))


def _is_about_the_record(fault: Fault) -> bool:
    return not set(fault.fields) - {"Id", "WhoId"}


def explain(fault: Fault) -> str:
    """What a person can do about a refusal."""
    named = ", ".join(fault.fields)
    where = f" on {fault.entity}" if fault.entity else ""
    if fault.code in MISSING_FIELD:
        field = fault.column or named or "one of the fields"
        return (
            f"Salesforce has no field {field}{where}, or its user may not see or write it: "
            "run `acuerdo setup` or correct the mapping"
        )
    texts = {
        "INVALID_TYPE": f"Salesforce's user cannot see the object {fault.entity or 'asked for'}: grant it",
        "REQUIRED_FIELD_MISSING": f"Salesforce requires {named}: map it, or give it a default",
        "STRING_TOO_LONG": f"a value is longer than {named} takes: shorten it in the mapping",
        "INVALID_EMAIL_ADDRESS": f"Salesforce does not take the e-mail address in {named or 'Email'}",
        "CANNOT_UPDATE_CONVERTED_LEAD": "the lead was converted: its contact is what can be written now",
        "ENTITY_IS_DELETED": "the record was deleted in Salesforce",
        "NOT_FOUND": "the record is not in Salesforce",
        "DUPLICATES_DETECTED": _collides(fault),
        LOCKED: "somebody else was writing to the record; a later run tries again",
        "INACTIVE_OWNER_OR_USER": "the owner is not an active user of Salesforce: name another one",
    }
    return texts.get(fault.code) or f"Salesforce refuses it ({fault.code}{': ' if named else ''}{named})"


def _collides(fault: Fault) -> str:
    records = f" ({', '.join(fault.duplicates)})" if fault.duplicates else ""
    return f'a duplicate rule of Salesforce finds the same person{records}: merge them, or set duplicates = "allow"'


def _matches(result: object) -> tuple[str, ...]:
    """Ids out of a duplicate rule's result, whose key Salesforce misspells."""
    if not isinstance(result, Mapping):
        return ()
    matches: Sequence[Any] = result.get("matchResults") or ()
    records = [one for match in matches for one in match.get("matchRecords") or ()]
    return tuple(name for one in records if (name := _name((one.get("record") or {}).get("Id"))))


def _name(value: object) -> str:
    """A code, a field or an id; anything else might be personal data and is left out."""
    text = str(value or "")
    return text if re.fullmatch(r"[A-Za-z0-9_.:]{1,100}", text) else ""

"""Reading Salesforce's answers that are not what was asked for; what follows is `connectors.salesforce.answers`'s word.

Single calls name a code `errorCode`, collections `statusCode`; a body can be a list or one object; a failed row
may lack `id` and `fields`. Vendor texts are never repeated: they quote values.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.answers import error_of, find_answer, outcome_of
from connectors.base import RowResult
from connectors.errors import ConnectorError
from connectors.salesforce.answers import ANSWERS, LOST, ROW, SYSTEM, TOKEN_ANSWERS, UNAPPROVED
from connectors.salesforce.budget import next_look
from mapping.records import Instant


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


def raised(status: int, body: object, operation: str, now: Instant | None = None) -> ConnectorError:
    """The error to raise for an answer that is not a success; `now` dates the next look at a used-up limit."""
    fault = parse(body)
    facts, until = _facts(fault, status, operation), next_look(now)
    return error_of(find_answer(ANSWERS, status, {fault.code}), facts, system=SYSTEM, until=until)


def token_refused(status: int, body: object) -> ConnectorError:
    """The error for an answer of the token endpoint."""
    fault = parse(body)
    told = UNAPPROVED if fault.unapproved else fault.code
    return error_of(find_answer(TOKEN_ANSWERS, status, {told}), _facts(fault, status, "token"), system=SYSTEM)


def row_result(key: str, fault: Fault, record: str | None, kind: str) -> RowResult:
    """What became of a row that Salesforce answered with an error; one that nobody foresaw is refused."""
    answer = find_answer(ANSWERS, ROW, {_row_code(fault)})
    return RowResult(
        key=key, outcome=outcome_of(answer), id=record, kind=kind, code=fault.code, message=explain(fault)
    )


def explain(fault: Fault) -> str:
    """What a person can do about a refusal of a row."""
    answer = find_answer(ANSWERS, ROW, {_row_code(fault)})
    return answer.person.format(**_facts(fault, ROW, "row"))


def _row_code(fault: Fault) -> str:
    """The code of a row; a reference that leads nowhere is the record itself, where no other field is named."""
    if fault.code == "INVALID_CROSS_REFERENCE_KEY" and not set(fault.fields) - {"Id", "WhoId"}:
        return LOST
    return fault.code


def _facts(fault: Fault, status: int, operation: str) -> dict[str, object]:
    return {
        "operation": operation,
        "status": int(status),
        "code": fault.code,
        "named": fault.column or ", ".join(fault.fields) or "a field that it does not name",
        "where": f" on {fault.entity}" if fault.entity else "",
        "entity": fault.entity or "asked for",
        "records": f" ({', '.join(fault.duplicates)})" if fault.duplicates else "",
    }


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

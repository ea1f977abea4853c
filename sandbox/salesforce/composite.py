"""Composite: up to 25 subrequests in one call, later ones may use the answers of earlier ones."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.salesforce.call import Answer, Call, read_objects
from sandbox.salesforce.errors import BAD_REQUEST, Fault

_MOST, _MOST_HEAVY = 25, 5
_REFERENCE = re.compile(r"@\{(\w+)\.([^}]+)\}")
_STEP = re.compile(r"(\w+)|\[(\d+)\]")
_HEAVY = re.compile(r"/(query|queryAll|composite/sobjects)(/|\?|$)")


class _Failed(Exception):
    """A subrequest of an all-or-none composite failed."""


def compose(call: Call) -> Answer:
    """POST composite: each subrequest's own status and body, HTTP 200 around them."""
    body = call.mapping()
    requests = read_objects(body.get("compositeRequest"), "compositeRequest")
    _refuse_many(requests)
    answers: dict[str, Answer] = {}
    try:
        with call.org.store.transaction():
            for request in requests:
                answers[request["referenceId"]] = _answer(call, request, answers)
            _insist(ok=not (body.get("allOrNone") and any(map(_is_error, answers.values()))))
    except _Failed:
        answers = {name: answer if _is_error(answer) else _halted() for name, answer in answers.items()}
    return Answer({"compositeResponse": [_response(name, answer) for name, answer in answers.items()]})


def _insist(*, ok: bool) -> None:
    if not ok:
        raise _Failed


def _refuse_many(requests: list[dict[str, Any]]) -> None:
    if not requests or len(requests) > _MOST:
        text = f"Limit of {_MOST} subrequests in a composite request, at least one"
        raise Fault("LIMIT_EXCEEDED", text)
    if sum(bool(_HEAVY.search(str(request.get("url")))) for request in requests) > _MOST_HEAVY:
        raise Fault("LIMIT_EXCEEDED", f"Limit of {_MOST_HEAVY} query or collections subrequests")
    names = [request.get("referenceId") for request in requests]
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise Fault("INVALID_INPUT", "Each subrequest needs a referenceId of its own")


def _is_error(answer: Answer) -> bool:
    return answer.status >= BAD_REQUEST


def _halted() -> Answer:
    text = "The transaction was rolled back since another operation in the same transaction failed."
    return Answer([{"errorCode": "PROCESSING_HALTED", "message": text}], BAD_REQUEST)


def _response(name: str, answer: Answer) -> dict[str, Any]:
    return {
        "body": answer.body,
        "httpHeaders": dict(answer.headers),
        "httpStatusCode": answer.status,
        "referenceId": name,
    }


def _answer(call: Call, request: dict[str, Any], answers: dict[str, Answer]) -> Answer:
    try:
        url = urlsplit(_fill(str(request.get("url")), answers))
        body = _fill(request.get("body"), answers)
    except LookupError as lost:
        text = f"Invalid reference specified. No value for {lost.args[0]} found"
        return Answer([{"errorCode": "PROCESSING_HALTED", "message": text}], BAD_REQUEST)
    headers = request.get("httpHeaders")
    inner = {name.lower(): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    asked = replace(
        call,
        method=str(request.get("method", "GET")).upper(),
        path=url.path,
        query=query,
        headers={**call.headers, **inner},
        body=body,
    )
    return call.send(asked)


def _fill(value: Any, answers: dict[str, Answer]) -> Any:
    """The value with every @{reference.path} replaced; raises LookupError with the reference."""
    match value:
        case str():
            whole = _REFERENCE.fullmatch(value)
            if whole is not None:
                return _resolve(whole, answers)
            return _REFERENCE.sub(lambda match: str(_resolve(match, answers)), value)
        case list():
            return [_fill(entry, answers) for entry in value]
        case dict():
            return {key: _fill(entry, answers) for key, entry in value.items()}
        case _:
            return value


def _resolve(match: re.Match[str], answers: dict[str, Answer]) -> Any:
    answer = answers.get(match[1])
    if answer is None or _is_error(answer):
        raise LookupError(match[0])
    value = answer.body
    for name, index in _STEP.findall(match[2]):
        try:
            value = value[name] if name else value[int(index)]
        except (KeyError, IndexError, TypeError):
            raise LookupError(match[0]) from None
    return value

"""RD Station's refusals, in each of the shapes that its documents and its own client know."""

from collections.abc import Mapping, Sequence
from typing import Any


class Refusal(Exception):
    """An answer that is not a success; `headers` go with it."""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def _error(kind: str, message: str) -> dict[str, str]:
    return {"error_type": kind, "error_message": message}


def missing_token() -> Refusal:
    """401 of a call without a token: `error` with its description."""
    body = {"error": "invalid_request", "error_description": "The access token is missing"}
    return Refusal(401, body)


def unauthorized(why: str) -> Refusal:
    """401 as a list; only the header tells an `expired_token` from an `invalid_token`."""
    told = f'Bearer realm="https://api.rd.services/", error="{why}"'
    body = {"errors": [_error("UNAUTHORIZED", "Invalid token.")]}
    return Refusal(401, body, {"www-authenticate": told})


def denied(kind: str = "ACCESS_DENIED") -> Refusal:
    """401 of the token endpoint: an app, a code or a refresh token that is not good."""
    return Refusal(401, {"errors": _error(kind, "Wrong credentials provided.")})


def absent_parameters(names: Sequence[str]) -> Refusal:
    """400 as a bare list with paths, as the token endpoint answers."""
    return Refusal(400, [_error("CANNOT_BE_NULL", "Cannot be null.") | {"path": f"body.{n}"} for n in names])


def not_found(what: str = "Lead") -> Refusal:
    """404 as a flat object."""
    return Refusal(404, {"errors": _error("RESOURCE_NOT_FOUND", f"{what} not found.")})


def refused(kind: str, message: str, status: int = 400) -> Refusal:
    """400 as a flat object: what concerns the request as a whole."""
    return Refusal(status, {"errors": _error(kind, message)})


def invalid(field: str, kind: str, message: str) -> Refusal:
    """400 as an object of lists, by field."""
    return Refusal(400, {"errors": {field: [_error(kind, message)]}})


def invalid_text(field: str, kind: str, message: str) -> Refusal:
    """400 as an object of objects of lists: a text that has a language."""
    return Refusal(400, {"errors": {field: {"pt-BR": [_error(kind, message)]}}})


def lead_limited(key: str, limit: int, used: int, seconds: int) -> Refusal:
    """429 of the limit of one contact. `remaining_time` is documented as milliseconds; its value is in seconds."""
    text = f"'lead_limiter' rate limit exceeded for 86400 second(s) period for key '{key}'"
    return Refusal(429, {"error": text, "max": limit, "usage": used, "remaining_time": seconds})


def gateway_limited(limit: int, seconds: int) -> Refusal:
    """429 of the gateway: the account's limit."""
    headers = {"ratelimit-limit-quotas": str(limit), "retry-after-quotas": str(seconds)}
    return Refusal(429, {"message": "API rate limit exceeded"}, headers)

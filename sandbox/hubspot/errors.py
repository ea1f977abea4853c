"""HubSpot's refusals: status and body as its error documents show them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4


class Refusal(Exception):
    """An answer that is not a success; `headers` go with it."""

    def __init__(
        self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status)
        self.status = status
        self.body = {"status": "error", "correlationId": str(uuid4())} | dict(body)
        self.headers = dict(headers or {})

    def as_row(self, context: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """The same trouble as one item of a 207's `errors`.

        The documented example has neither `errors` nor `links`, but the client's model asks for both.
        """
        row = {key: value for key, value in self.body.items() if key != "correlationId"}
        told = {name: list(values) for name, values in context.items()}
        return {"errors": [], "links": {}} | row | {"context": told}


def invalid(message: str, errors: Sequence[Mapping[str, Any]] = ()) -> Refusal:
    """400 VALIDATION_ERROR with a plain message."""
    body: dict[str, Any] = {"message": message, "category": "VALIDATION_ERROR"}
    return Refusal(400, body | ({"errors": list(errors)} if errors else {}))


def invalid_values(problems: Sequence[Mapping[str, Any]], portal_id: int) -> Refusal:
    """400 for property values: the problems are a JSON array inside the message's text."""
    told = [
        {
            "isValid": False,
            "message": each["message"],
            "error": each["error"],
            "name": each["name"],
            "localizedErrorMessage": each["message"],
            "portalId": portal_id,
        }
        for each in problems
    ]
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False)
    errors = [
        {"message": each["message"], "code": each["error"], "context": {"propertyName": [each["name"]]}}
        for each in problems
    ]
    return invalid(f"Property values were not valid: {text}", errors)


def unauthenticated() -> Refusal:
    """401: no token, an unknown one or a revoked one."""
    message = "Authentication credentials not found. This API supports OAuth 2.0 authentication."
    return Refusal(401, {"message": message, "category": "INVALID_AUTHENTICATION"})


def expired(seconds: float) -> Refusal:
    """401: a token that ended so long ago."""
    message = f"The OAuth token used to make this call expired {int(seconds)} second(s) ago."
    return Refusal(401, {"message": message, "category": "EXPIRED_AUTHENTICATION"})


def missing_scopes(scopes: Sequence[str]) -> Refusal:
    """403 naming the scopes of which the token lacks one or more."""
    detail = {
        "message": "One or more of the following scopes are required.",
        "context": {"requiredGranularScopes": list(scopes)},
    }
    message = "This app hasn't been granted all required scopes to make this call."
    return Refusal(403, {"message": message, "category": "MISSING_SCOPES", "errors": [detail]})


def not_found(message: str = "resource not found") -> Refusal:
    """404 for a record, property, list or path that is not there."""
    return Refusal(404, {"message": message, "category": "OBJECT_NOT_FOUND"})


def contact_exists(existing_id: str) -> Refusal:
    """409 for an e-mail that another contact has; the id is only in the text."""
    return conflict(f"Contact already exists. Existing ID: {existing_id}")


def conflict(message: str) -> Refusal:
    """409 for a name or address that is taken."""
    return Refusal(409, {"message": message, "category": "CONFLICT"})


def rate_limited(policy: str, headers: Mapping[str, str] | None = None) -> Refusal:
    """429 under a policy: TEN_SECONDLY_ROLLING, SECONDLY or DAILY; Retry-After is not documented."""
    body = {
        "message": f"You have reached your {policy.lower()} limit.",
        "errorType": "RATE_LIMIT",
        "policyName": policy,
    }
    return Refusal(429, body, headers)

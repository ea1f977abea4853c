"""Error bodies as the vendors write them, for faults that are answered in a vendor's name."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import uuid4

_HUBSPOT_MESSAGES = {
    401: ("Authentication credentials not found.", "INVALID_AUTHENTICATION"),
    403: ("This app hasn't been granted all required scopes to make this call.", "MISSING_SCOPES"),
    404: ("resource not found", "OBJECT_NOT_FOUND"),
    423: ("The resource is locked.", "LOCKED"),
    477: ("The account is being moved to another data centre.", "MIGRATION_IN_PROGRESS"),
}
_RDSTATION_TYPES = {
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "RESOURCE_NOT_FOUND",
    503: "SERVICE_UNAVAILABLE",
}
_SALESFORCE_CODES = {
    400: "MALFORMED_QUERY",
    401: "INVALID_SESSION_ID",
    403: "REQUEST_LIMIT_EXCEEDED",
    404: "NOT_FOUND",
    429: "REQUEST_LIMIT_EXCEEDED",
    503: "SERVER_UNAVAILABLE",
}
_SALESFORCE_MESSAGES = {
    "INVALID_SESSION_ID": "Session expired or invalid",
    "NOT_FOUND": "The requested resource does not exist",
    "REQUEST_LIMIT_EXCEEDED": "TotalRequests Limit exceeded.",
}


def typical_body(vendor: str, status: int) -> object:
    """The JSON that `vendor` sends with an error of this HTTP status."""
    return _BODIES.get(vendor, _plain)(status)


def _hubspot(status: int) -> object:
    body: dict[str, object] = {"status": "error", "correlationId": str(uuid4())}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        message = "You have reached your ten_secondly_rolling limit."
        return body | {"message": message, "errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}
    message, category = _HUBSPOT_MESSAGES.get(status, ("internal error", "INTERNAL_ERROR"))
    return body | {"message": message, "category": category}


def _salesforce(status: int) -> object:
    code = _SALESFORCE_CODES.get(status, "UNKNOWN_EXCEPTION")
    message = _SALESFORCE_MESSAGES.get(code, "An unexpected error occurred.")
    return [{"message": message, "errorCode": code}]


def _rdstation(status: int) -> object:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return {"message": "API rate limit exceeded"}
    kind = _RDSTATION_TYPES.get(status, "INTERNAL_SERVER_ERROR")
    return {"errors": [{"error_type": kind, "error_message": kind.replace("_", " ").capitalize() + "."}]}


def _plain(status: int) -> object:
    return {"error": f"HTTP {status}"}


_BODIES: dict[str, Callable[[int], object]] = {
    "hubspot": _hubspot,
    "rdstation": _rdstation,
    "salesforce": _salesforce,
}

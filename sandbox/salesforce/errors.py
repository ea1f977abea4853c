"""Salesforce's errors in their documented codes, texts and shapes."""

from typing import Any

BAD_REQUEST = 400
UNAUTHORIZED = 401
FORBIDDEN = 403
NOT_FOUND = 404


class Fault(Exception):
    """An error that Salesforce would answer; `fatal` ones refuse the whole call, the others one row of it."""

    def __init__(
        self,
        code: str,
        message: str,
        fields: list[str] | None = None,
        *,
        status: int = BAD_REQUEST,
        fatal: bool = False,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.fields = fields
        self.status = status
        self.fatal = fatal
        self.extra = extra or {}

    def body(self) -> list[dict[str, Any]]:
        """The answer of a call on a single record."""
        return [{**self.extra, "message": self.message, "errorCode": self.code, **self._listed()}]

    def row(self) -> dict[str, Any]:
        """The error inside one row's result of a collections call; `fields` may be absent there too."""
        return {"statusCode": self.code, "message": self.message, **self._listed()}

    def _listed(self) -> dict[str, Any]:
        return {} if self.fields is None else {"fields": self.fields}


def not_found() -> Fault:
    """No such address or record."""
    return Fault("NOT_FOUND", "The requested resource does not exist", status=NOT_FOUND)


def deleted() -> Fault:
    """The record lies in the recycle bin."""
    return Fault("ENTITY_IS_DELETED", "entity is deleted", [], status=NOT_FOUND)


def unknown_column(name: str, entity: str) -> Fault:
    """A body names a field that is missing or that the user may not see: both look the same."""
    return Fault("INVALID_FIELD", f"No such column '{name}' on sobject of type {entity}", fatal=True)


def read_only(names: list[str]) -> Fault:
    """A body sets fields that the user may not set."""
    text = (
        f"Unable to create/update fields: {', '.join(names)}. Please check the security settings of this field "
        "and verify that it is read/write for your profile or permission set."
    )
    return Fault("INVALID_FIELD_FOR_INSERT_UPDATE", text, names)


def wrong_json(kind: str, token: str, value: object) -> Fault:
    """A JSON value that cannot be read as the field's type refuses the whole call."""
    text = (
        f"Cannot deserialize instance of {kind} from {token} value {value} or request may be missing "
        "a required field at [line:1, column:1]"
    )
    return Fault("JSON_PARSER_ERROR", text, fatal=True)


def missing(names: list[str]) -> Fault:
    """Required fields without a value."""
    return Fault("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(names)}]", names)


def duplicate_value(field: str, holder: str) -> Fault:
    """A unique field repeats another record's value."""
    return Fault(
        "DUPLICATE_VALUE", f"duplicate value found: {field} duplicates value on record with id: {holder}", []
    )


def wrong_reference(name: str) -> Fault:
    """A reference to a record that does not exist."""
    return Fault("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [name] if name else [])


def wrong_id(label: str, name: str, value: str) -> Fault:
    """An id of the wrong object, or no id at all."""
    return Fault("MALFORMED_ID", f"{label}: id value of incorrect type: {value}", [name])


def invalid_session() -> Fault:
    """A token that is unknown or has run out."""
    return Fault("INVALID_SESSION_ID", "Session expired or invalid", status=UNAUTHORIZED)


def limit_exceeded() -> Fault:
    """The day's calls are used up."""
    return Fault("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=FORBIDDEN)


def rolled_back() -> Fault:
    """A good row of an all-or-none call in which another row failed."""
    text = "Record rolled back because not all records were valid and the request was using AllOrNone header"
    return Fault("ALL_OR_NONE_OPERATION_ROLLED_BACK", text, [])

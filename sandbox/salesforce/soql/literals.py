"""Whether a literal fits a field, and what it is compared as."""

from typing import Any

from sandbox.salesforce import ids
from sandbox.salesforce.schema import TEXT_TYPES, Field
from sandbox.salesforce.soql.grammar import Value
from sandbox.salesforce.values import instant, is_date, stamp

_NUMBERS = frozenset({"double", "int", "currency", "percent"})


def fits(field: Field, literal: Value) -> bool:
    """Whether SOQL takes a literal written like this for the field."""
    match field.type:
        case "boolean":
            return literal.kind == "boolean"
        case "datetime":
            return literal.kind == "datetime" and instant(str(literal.value)) is not None
        case "date":
            return literal.kind == "date" and is_date(str(literal.value))
        case "id" | "reference":
            known = literal.value == "" or ids.normalise(str(literal.value)) is not None
            return literal.kind == "string" and known
        case kind:
            return literal.kind == ("number" if kind in _NUMBERS else "string")


def read_value(field: Field, literal: Value) -> Any:
    """What a column of the field is compared with; empty text is null, as Salesforce keeps it."""
    if literal.kind == "null" or literal.value == "":
        return None
    match field.type:
        case "boolean":
            return int(bool(literal.value))
        case "datetime":
            moment = instant(str(literal.value))
            return None if moment is None else stamp(moment)
        case "id" | "reference":
            return ids.normalise(str(literal.value))
        case _:
            return literal.value


def complain(field: Field, literal: Value) -> tuple[str, str]:
    """Code and text of the refusal of a literal that does not fit."""
    if field.type in ("id", "reference") and literal.kind == "string":
        return "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {literal.value}"
    wanted = {"datetime": "dateTime"}.get(field.type, field.type)
    quoted = "should be" if field.type in TEXT_TYPES else "should not be"
    text = f"value of filter criterion for field '{field.name}' must be of type {wanted} and {quoted} enclosed in quotes"
    return "INVALID_FIELD", text

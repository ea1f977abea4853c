"""Why a condition came out as it did: the trace as JSON values, and as lines for people."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from mapping.conditions import Traced
from mapping.language import say
from mapping.operators import Operand, Operator
from mapping.records import Value, ValueType
from mapping.remarks import one_line
from mapping.setting import Setting
from mapping.spans import Span

VEIL = "***"


def trace_table(trace: Iterable[Traced], sensitive: Collection[str] = ()) -> list[dict[str, Any]]:
    """The trace as JSON values, to be kept with the handoff.

    Of a field named in `sensitive` neither the value nor what it is compared with is kept, only whether
    there is one (promise 8).
    """
    return [_row(row, hidden=row.clause.field in sensitive) for row in trace]


def hide_values(table: Iterable[Mapping[str, Any]], sensitive: Collection[str]) -> list[dict[str, Any]]:
    """A kept trace without the values of fields that were called sensitive after it was kept."""
    return [
        {**row, "operand": _veiled(row["operand"]), "found": None if row["found"] is None else VEIL}
        if row["field"] in sensitive
        else dict(row)
        for row in table
    ]


def _veiled(operand: Any) -> Any:
    return operand if isinstance(operand, bool) else VEIL


def _row(row: Traced, *, hidden: bool) -> dict[str, Any]:
    clause = row.clause
    return {
        "key": clause.key,
        "field": clause.field,
        "type": clause.type.value,
        "operator": clause.operator.value,
        "operand": _veiled(clause.operand) if hidden else _plain(clause.operand),
        "found": (VEIL if row.found is not None else None) if hidden else _plain(row.found),
        "at": row.at,
        "outcome": row.outcome,
    }


def _plain(value: Value | Operand) -> Any:
    if isinstance(value, Span):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def word_trace(table: Iterable[Mapping[str, Any]], setting: Setting) -> list[str]:
    """One line for each clause of a kept trace: what was asked, how it came out, what was found since when."""
    return [_word(row, setting) for row in table]


def _word(row: Mapping[str, Any], setting: Setting) -> str:
    language = setting.language
    outcome = {True: "clause.true", False: "clause.false", None: "clause.unknown"}[row["outcome"]]
    code = "clause.missing" if row["found"] is None else "clause.found"
    if row["found"] is not None and row["at"] is not None:
        code = "clause.found_since"
    operand = (
        ""
        if row["operator"] in {Operator.is_set, Operator.not_set}
        else _shown(row["operand"], row["type"], setting)
    )
    line = say(
        code,
        language,
        field=row["field"],
        operator=say(f"operator.{row['operator']}", language),
        operand=operand,
        outcome=say(outcome, language),
        found=_shown(row["found"], row["type"], setting),
        at="" if row["at"] is None else setting.moment(row["at"]),
    )
    return line.replace(" :", ":")


def _shown(value: Any, value_type: str, setting: Setting) -> str:
    if isinstance(value, bool):
        return say("clause.true" if value else "clause.false", setting.language)
    if isinstance(value, list):
        return one_line(", ".join(_shown(each, value_type, setting) for each in value))
    if value_type == ValueType.instant and isinstance(value, int):
        return setting.moment(value)
    return one_line(str(value))

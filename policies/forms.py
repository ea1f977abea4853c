"""How each kind of value stands in an agreement's table: read with advice, written back the same."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar

from mapping.problems import Problem, nearest
from mapping.records import Instant, format_instant, instant_of
from policies.business_time import BusinessDays

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CalendarDays:
    """A span of calendar days, closed ones included: the same local time `count` dates later."""

    count: int


Span: TypeAlias = int | BusinessDays | CalendarDays  # business seconds, working dates, calendar days

_SPAN = re.compile(r"^(\d+)\s*(s|m|h|bd|d)$")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


class Misfit(ValueError):
    """A value that does not fit its key: what is wrong with it, and what to write."""

    def __init__(self, what: str, write: str) -> None:
        super().__init__(what)
        self.problem = Problem(key="", what=what, write=write)


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """A kind of value: `read` raises Misfit, `write` gives what `read` takes, `shape` is its JSON Schema."""

    read: Callable[[object], T]
    write: Callable[[T], object]
    shape: Mapping[str, object] = field(default_factory=dict)


def by(form: Form[Any]) -> Mapping[str, Form[Any]]:
    """The metadata of a dataclass field that stands in a table under its own name, in this form."""
    return {"form": form}


def read_span(value: object) -> Span:
    """`4h`, `15m`, `30s` of open time, `2bd` working dates or `10d` calendar days; raises Misfit."""
    match = _SPAN.match(value) if isinstance(value, str) else None
    if match is None:
        raise Misfit(f"{value!r} is not a span of time", "write '4h', '15m', '2bd' or '10d'")
    count, unit = int(match[1]), match[2]
    if unit == "bd":
        return BusinessDays(count)
    return CalendarDays(count) if unit == "d" else count * _SECONDS[unit]


def write_span(span: Span) -> str:
    """The text that `read_span` reads."""
    if isinstance(span, BusinessDays):
        return f"{span.count}bd"
    if isinstance(span, CalendarDays):
        return f"{span.count}d"
    unit = next(unit for unit in ("h", "m", "s") if span % _SECONDS[unit] == 0)
    return f"{span // _SECONDS[unit]}{unit}"


def _read_seconds(value: object) -> int:
    span = read_span(value)
    if not isinstance(span, int):
        raise Misfit(f"{value!r} counts days", "write hours, minutes or seconds: '2h', '15m', '30s'")
    return span


def _read_switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise Misfit(f"{value!r} is not a switch", "write true or false")
    return value


def _read_text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Misfit(f"{value!r} is not a text", "write a text in quotes")
    return value


def _read_instant(value: object) -> Instant | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise Misfit(f"{value!r} is not an instant", "write 2026-06-01T00:00:00+02:00") from None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise Misfit("an instant without a zone", "write 2026-06-01T00:00:00+02:00")
        return instant_of(value)
    if isinstance(value, date):
        return instant_of(datetime(value.year, value.month, value.day, tzinfo=UTC))
    raise Misfit(f"{value!r} is not an instant", "write 2026-06-01T00:00:00+02:00")


def count(least: int = 0, most: int | None = None) -> Form[int]:
    """A whole number from `least` to `most`."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Misfit(f"{value!r} is not a whole number", f"write a number from {least} on")
        if value < least or (most is not None and value > most):
            top = "on" if most is None else f"to {most}"
            raise Misfit(f"{value} is out of range", f"write a number from {least} {top}")
        return value

    bounds = {"minimum": least} | ({} if most is None else {"maximum": most})
    return Form(read, lambda value: value, {"type": "integer", **bounds})


def code(known: Iterable[str]) -> Form[str]:
    """One name out of a list."""
    names = tuple(str(each) for each in known)

    def read(value: object) -> str:
        if value not in names:
            raise Misfit(f"{value!r} is not known here", nearest(str(value), names))
        return str(value)

    return Form(read, lambda value: value, {"enum": list(names)})


def codes(known: Iterable[str] | None = None) -> Form[tuple[str, ...]]:
    """A list of names, each out of `known` where that is given."""
    names = None if known is None else tuple(known)

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple):
            raise Misfit(f"{value!r} is not a list", "write ['name', 'other']")
        return tuple(one.read(each) for each in value)

    one = TEXT if names is None else code(names)
    return Form(read, list, {"type": "array", "items": one.shape})


def optional(form: Form[T]) -> Form[T | None]:
    """A value that may be switched off with `false`."""
    return Form(
        lambda value: None if value is False or value is None else form.read(value),
        lambda value: False if value is None else form.write(value),
        {"anyOf": [{"const": False}, form.shape]},
    )


SPAN: Form[Span] = Form(read_span, write_span, {"type": "string", "pattern": _SPAN.pattern})
SECONDS: Form[int] = Form(_read_seconds, write_span, {"type": "string", "pattern": r"^\d+\s*[smh]$"})
SWITCH: Form[bool] = Form(_read_switch, lambda value: value, {"type": "boolean"})
TEXT: Form[str] = Form(_read_text, lambda value: value, {"type": "string", "minLength": 1})
INSTANT: Form[Instant | None] = Form(
    _read_instant, lambda value: None if value is None else format_instant(value), {"type": "string"}
)


@dataclass(frozen=True, slots=True)
class Targets:
    """Targets by priority, segment, or both (`hot.enterprise`); `standard` answers for the rest."""

    rows: tuple[tuple[str, Span], ...]

    def of(self, priority: str, segment: str | None = None) -> Span:
        """The target for a handoff: the most precise row that fits."""
        if len(self.rows) == 1:
            return self.rows[0][1]
        named = dict(self.rows)
        if segment is not None:
            for name in (f"{priority}.{segment}", segment):
                if name in named:
                    return named[name]
        return named[priority] if priority in named else named["standard"]


def targets(standard: Span, **others: Span) -> Targets:
    """Targets with the one that answers for the rest, and those of other priorities."""
    return Targets(tuple(sorted({"standard": standard, **others}.items())))


def read_targets(value: object) -> Targets:
    """One span for all, or a table of spans that names at least `standard`; raises Misfit."""
    if not isinstance(value, Mapping):
        return targets(read_span(value))
    if "standard" not in value:
        raise Misfit("no target for 'standard'", "write { standard = '4h', hot = '1h' }")
    return Targets(tuple(sorted((str(name), read_span(each)) for name, each in value.items())))


def write_targets(value: Targets) -> object:
    """The text or table that `read_targets` reads."""
    written = {name: write_span(span) for name, span in value.rows}
    return written["standard"] if len(written) == 1 else written


TARGETS: Form[Targets] = Form(
    read_targets,
    write_targets,
    {
        "anyOf": [
            SPAN.shape,
            {"type": "object", "required": ["standard"], "additionalProperties": SPAN.shape},
        ]
    },
)

Table: TypeAlias = Mapping[str, object]
EMPTY: Table = MappingProxyType({})


def as_table(value: object, key: str, problems: list[Problem]) -> Table:
    """The value as a table; anything else is a problem and reads as an empty one."""
    if isinstance(value, Mapping):
        return {str(name): each for name, each in value.items()}
    problems.append(Problem(key=key, what=f"{value!r} is not a table", write=f"write a [{key}] table"))
    return EMPTY


def refuse_unknown(table: Table, known: Iterable[str], key: str, problems: list[Problem]) -> None:
    """Each key that nothing reads is a problem with the nearest known one."""
    names = tuple(str(each) for each in known)
    problems.extend(
        Problem(key=_under(key, name), what="is not known here", write=nearest(name, names))
        for name in table
        if name not in names
    )


def read_terms(base: T, table: Table, key: str, problems: list[Problem], also: Iterable[str] = ()) -> T:
    """`base` with the values that the table gives; `also` names keys that something else reads."""
    forms: dict[str, Field[Any]] = {each.name: each for each in fields(base) if "form" in each.metadata}  # type: ignore[arg-type]  # every caller gives a dataclass
    refuse_unknown(table, (*forms, *also), key, problems)
    found: dict[str, object] = {each.name: getattr(base, each.name) for each in fields(base)}  # type: ignore[arg-type]  # as above
    for name, each in forms.items():
        if name in table:
            try:
                found[name] = each.metadata["form"].read(table[name])
            except Misfit as misfit:
                problems.append(misfit.problem.under(_under(key, name)))
    return type(base)(**found)


def write_terms(terms: object) -> dict[str, object]:
    """The table that `read_terms` reads, every value written out."""
    return {
        each.name: each.metadata["form"].write(getattr(terms, each.name))
        for each in fields(terms)  # type: ignore[arg-type]  # every caller gives a dataclass
        if "form" in each.metadata
    }


def shape_of(terms: type) -> dict[str, object]:
    """The JSON Schema of the table that `read_terms` reads, no other key allowed."""
    known = {each.name: each.metadata["form"].shape for each in fields(terms) if "form" in each.metadata}
    return {"type": "object", "properties": known, "additionalProperties": False}


def plain(value: object) -> object:
    """A table as JSON values: dates as ISO texts, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _under(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name

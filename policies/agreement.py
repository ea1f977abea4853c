"""The signed rules between marketing and sales: one immutable version, everything defaulted (policy 2.3, 4).

A table with nothing but `definitions` and a `calendar` is a full agreement. `parse_agreement` reads what people
write and what `to_table` stored; the two are inverse.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, TypeGuard

from mapping.conditions import Condition, parse_condition
from mapping.problems import ConfigurationError, Problem
from mapping.records import Instant, ValueType, instant_of
from policies.calendar import CalendarSpec, read_calendar
from policies.dispositions import DEFAULTS, Disposition, read_dispositions, write_dispositions
from policies.forms import (
    EMPTY,
    INSTANT,
    TEXT,
    Form,
    Misfit,
    Table,
    as_table,
    by,
    codes,
    count,
    optional,
    plain,
    read_terms,
    refuse_unknown,
    write_terms,
)
from policies.quiet_hours import Preset, read_presets
from policies.quiet_presets import PRESETS
from policies.segments import Segment, read_segments
from policies.states import Stage
from policies.terms import (
    CLOCKS,
    AttemptTerms,
    ClockTerms,
    RecyclingTerms,
    RetentionTerms,
    RoutingTerms,
    Switches,
    read_clocks,
    write_clocks,
)
from policies.zones import zone

OPAQUE = ("goals", "package")  # read by the parts that use them, kept here because both sides signed them


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signed for each side; the same name twice is one person in both roles (O28)."""

    marketing: str | None = field(default=None, metadata=by(optional(TEXT)))
    sales: str | None = field(default=None, metadata=by(optional(TEXT)))

    @property
    def one_person(self) -> bool:
        """Whether both sides are signed by the same person."""
        return self.marketing is not None and self.marketing == self.sales


def _local_instant(place: str) -> Form[Instant | None]:
    """An instant; a bare date is that date's midnight in the agreement's zone."""

    def read(value: object) -> Instant | None:
        if isinstance(value, str) and len(value) == len("2026-06-01"):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                raise Misfit(f"{value!r} is not a date", "write 2026-06-01") from None
        if isinstance(value, date) and not isinstance(value, datetime):
            return instant_of(datetime(value.year, value.month, value.day, tzinfo=zone(place)))
        return INSTANT.read(value)

    return Form(read, INSTANT.write)


PRIORITIES = ("standard", "hot")  # which of them a lead has follows from what it asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One published version of the rules; every handoff is judged by the version it was passed under.

    `effective_from` is when the version starts to apply to new handoffs, `effective_to` when the agreement ends
    with no successor, `enforce_from` the instant before which an MQL is history. Instants are UTC seconds.
    """

    number: int = field(default=1, metadata=by(count(1)))
    effective_from: Instant | None = None
    effective_to: Instant | None = None
    enforce_from: Instant | None = None
    signed_by: Signatures = field(default=Signatures())
    definitions: Mapping[Stage, Condition]
    calendar: CalendarSpec
    priorities: tuple[str, ...] = field(default=PRIORITIES, metadata=by(codes(PRIORITIES)))
    segments: tuple[Segment, ...] = ()
    clocks: Mapping[str, ClockTerms] = field(default_factory=lambda: CLOCKS)
    attempts: AttemptTerms = field(default=AttemptTerms())
    retention: RetentionTerms = field(default=RetentionTerms())
    dispositions: Mapping[str, Disposition] = field(default_factory=lambda: DEFAULTS)
    recycling: RecyclingTerms = field(default=RecyclingTerms())
    routing: RoutingTerms = field(default=RoutingTerms())
    terms: Switches = field(default=Switches())
    quiet_hours: Mapping[str, Preset] | None = None
    goals: Mapping[str, object] = field(default_factory=lambda: EMPTY)
    package: Mapping[str, object] = field(default_factory=lambda: EMPTY)
    written: Mapping[str, object] = field(default_factory=lambda: EMPTY, repr=False)

    @property
    def version(self) -> str:
        """The name of this version in both systems."""
        return str(self.number)

    @property
    def zone(self) -> str:
        """The IANA zone in which dates of this agreement are read."""
        return self.calendar.timezone

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition over a lead's fields: of the stages and of the segments."""
        return (*self.definitions.values(), *(each.when for each in self.segments))

    def clock(self, name: str) -> ClockTerms | None:
        """The terms of a clock; None where it is switched off."""
        found = self.clocks[name]
        return found if found.enabled else None

    def to_table(self) -> dict[str, object]:
        """The agreement as JSON values, every default written out; `parse_agreement` reads it back equal."""
        table: dict[str, object] = write_terms(self)
        for name in ("effective_from", "effective_to", "enforce_from"):
            if getattr(self, name) is not None:
                table[name] = INSTANT.write(getattr(self, name))
        table |= {name: self.written[name] for name in ("definitions", "segments", "calendar", "quiet_hours")}
        table |= {name: plain(getattr(self, name)) for name in OPAQUE}
        return table | {
            "signed_by": write_terms(self.signed_by),
            "clocks": write_clocks(self.clocks),
            "attempts": write_terms(self.attempts),
            "retention": write_terms(self.retention),
            "dispositions": write_dispositions(self.dispositions),
            "recycling": write_terms(self.recycling),
            "routing": write_terms(self.routing),
            "terms": write_terms(self.terms),
        }

    def canonical(self) -> str:
        """The table as one JSON text, the same for equal agreements."""
        return json.dumps(self.to_table(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def publish(
        self,
        *,
        number: int,
        effective_from: Instant,
        enforce_from: Instant | None = None,
        signed_by: Signatures | None = None,
    ) -> "Agreement":
        """This agreement as a numbered version; what is not given stays as written."""
        return replace(
            self,
            number=number,
            effective_from=effective_from,
            enforce_from=self.enforce_from if enforce_from is None else enforce_from,
            signed_by=self.signed_by if signed_by is None else signed_by,
        )


_PARTS = ("attempts", "retention", "recycling", "routing", "terms")
KEYS = (
    "number", "priorities", "segments", "effective_from", "effective_to", "enforce_from", "signed_by",
    "definitions", "calendar", "clocks", "dispositions", "quiet_hours", *_PARTS, *OPAQUE,
)  # fmt: skip


def parse_agreement(table: Mapping[str, object], *, catalogue: Mapping[str, ValueType]) -> Agreement:
    """The agreement that a table writes, its definitions over the fields of the catalogue.

    Raises ConfigurationError with every problem; keys are relative to the table.
    """
    problems: list[Problem] = []
    refuse_unknown(table, KEYS, "", problems)
    definitions = _read_definitions(table, catalogue, problems)
    segments = read_segments(table.get("segments", ()), catalogue, "segments", problems)
    reading = read_calendar(as_table(table.get("calendar", EMPTY), "calendar", problems))
    problems.extend(reading.problems)
    calendar = reading.spec or CalendarSpec(timezone="UTC")
    base = Agreement(definitions=definitions, segments=segments, calendar=calendar, written=_written(table))
    agreement = replace(base, **_read_parts(base, table, problems))
    problems.extend(_misnamed_targets(agreement))
    if problems:
        raise ConfigurationError(problems)
    return agreement


def _read_parts(base: Agreement, table: Table, problems: list[Problem]) -> dict[str, Any]:
    own = {name: table[name] for name in ("number", "priorities") if name in table}
    found: dict[str, Any] = {name: getattr(read_terms(base, own, "", problems), name) for name in own}
    for name in ("effective_from", "effective_to", "enforce_from"):
        try:
            found[name] = _local_instant(base.zone).read(table.get(name))
        except Misfit as misfit:
            problems.append(misfit.problem.under(name))
    for name in ("signed_by", *_PARTS):
        found[name] = _read_part(getattr(base, name), table.get(name, EMPTY), name, problems)
    if _is_table(given := table.get("attempts")) and given.get("first_channel"):
        found["attempts"] = replace(
            found["attempts"], first_channel_binding=given.get("first_channel_binding", True) is True
        )
    found["clocks"] = _read_clocks(table, problems)
    found["dispositions"] = read_dispositions(table.get("dispositions", EMPTY), "dispositions", problems)
    found["quiet_hours"] = _read_quiet_hours(table.get("quiet_hours", EMPTY), problems)
    for name in OPAQUE:
        found[name] = MappingProxyType(dict(as_table(plain(table.get(name, EMPTY)), name, problems)))
    return found


def _read_part(base: Any, value: object, key: str, problems: list[Problem]) -> Any:
    """A part of the agreement; `attempts = false`, `routing = true` and the like switch it."""
    if isinstance(value, bool) and hasattr(base, "enabled"):
        return replace(base, enabled=value)
    if isinstance(value, bool) and key == "retention":
        return base  # the clock of this name is what the switch turns
    return read_terms(base, as_table(value, key, problems), key, problems)


def _read_clocks(table: Table, problems: list[Problem]) -> Mapping[str, ClockTerms]:
    clocks = read_clocks(table.get("clocks", EMPTY), "clocks", problems)
    if isinstance(switch := table.get("retention"), bool):
        return MappingProxyType({**clocks, "retention": replace(clocks["retention"], enabled=switch)})
    return clocks


def _read_definitions(
    table: Table, catalogue: Mapping[str, ValueType], problems: list[Problem]
) -> Mapping[Stage, Condition]:
    given = as_table(table.get("definitions", EMPTY), "definitions", problems)
    refuse_unknown(given, tuple(Stage), "definitions", problems)
    if "mql" not in given:
        problems.append(
            Problem(
                key="definitions.mql",
                what="is missing: nothing says when a lead is ready to pass",
                write="write mql = { field = 'fit_score', gte = 50 }, or mql = true",
            )
        )
    found: dict[Stage, Condition] = {}
    for stage in Stage:
        if stage in given:
            try:
                found[stage] = parse_condition(given[stage], catalogue, f"definitions.{stage}")
            except ConfigurationError as error:
                problems.extend(error.problems)
    return MappingProxyType(found)


def _read_quiet_hours(value: object, problems: list[Problem]) -> Mapping[str, Preset] | None:
    """Presets by country; None where quiet hours are switched off with `false`."""
    if value is False:
        return None
    rows = as_table({} if value is True else value, "quiet_hours", problems)
    presets, faults = read_presets({name: _dated(row) for name, row in rows.items()})
    problems.extend(faults)
    return MappingProxyType({name: presets[name] for name in sorted(presets)})


def _dated(row: object) -> object:
    """A preset's row with `as_of` as a date again after a way through JSON."""
    if _is_table(row) and isinstance(text := row.get("as_of"), str):
        try:
            return {**row, "as_of": date.fromisoformat(text)}
        except ValueError:
            return row
    return row


def _misnamed_targets(agreement: Agreement) -> list[Problem]:
    """Targets for a priority or segment that the agreement does not have."""
    segments = [each.name for each in agreement.segments]
    known = {*agreement.priorities, *segments}
    known |= {f"{first}.{second}" for first in agreement.priorities for second in segments}
    problems: list[Problem] = []
    for name, clock in agreement.clocks.items():
        refuse_unknown(dict(clock.target.rows), known, f"clocks.{name}.target", problems)
        if clock.stretch is not None:
            refuse_unknown(dict(clock.stretch.rows), known, f"clocks.{name}.stretch", problems)
    return problems


def _written(table: Table) -> Mapping[str, object]:
    """The parts that are kept as they were written, as JSON values."""
    kept = {name: plain(table.get(name, {})) for name in ("definitions", "calendar", "quiet_hours")}
    kept["segments"] = plain(table.get("segments", []))
    rows = kept["quiet_hours"]
    if rows is not False:
        edits = rows if _is_table(rows) else EMPTY
        names = sorted({*PRESETS, *edits})
        kept["quiet_hours"] = {name: _merged(name, edits.get(name)) for name in names}
    return MappingProxyType(kept)


def _merged(name: str, edit: object) -> object:
    """A shipped preset with a company's keys over it, so that a stored version needs no shipped one."""
    row = plain(PRESETS.get(name, {}))
    return {**row, **edit} if _is_table(row) and _is_table(edit) else edit or row


def _is_table(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)

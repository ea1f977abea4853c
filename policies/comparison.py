"""Comparing a record's mapped fields: what to write, what to ask, and what both sides hold from now on. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mapping.mapper import Mapper
from mapping.records import Instant, Value, Values, ValueType
from mapping.rules import Blank
from policies.conflict import Base, Evidence, Ruling, Side, judge_field, mark_of, owner_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one side holds of the mapped fields, by the target's names; a field that it has not is absent.

    `dated` tells since when, where that is known. `echoes` are the fields whose value is our own write.
    """

    values: Values
    changed_at: Instant
    dated: Mapping[str, Instant] = field(default_factory=lambda: MappingProxyType({}))
    echoes: frozenset[str] = frozenset()
    signed: bool = True
    by_us: bool = False  # the last change of the record was ours

    def side(self, name: str, value_type: ValueType) -> Side:
        """One field of it."""
        return Side(
            mark=mark_of(self.values.get(name), value_type), by=self.changed_at, at=self.dated.get(name)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A field that a person is asked about, with the evidence."""

    name: str
    code: str
    evidence: Evidence
    base: Base  # as it is once the target's value is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What follows from comparing a record's fields: what to write, what to ask, and the bases from now on.

    The base of a field that is written stays as it was until the write is acknowledged (`written_bases`).
    """

    source: Holding
    target: Holding
    wanted: Values
    conflicts: tuple[Conflict, ...]
    bases: Mapping[str, Base]
    written_bases: Mapping[str, Base]


def compare_fields(mapper: Mapper, source: Holding, target: Holding, bases: Mapping[str, Base]) -> Comparison:
    """Judges every field of a mapper; `source.values` are what its rules make, by the target's names."""
    wanted: dict[str, Value] = {}
    conflicts: list[Conflict] = []
    kept, written = dict(bases), dict[str, Base]()
    for rule in mapper.rules:
        name, value_type = rule.target, mapper.types[rule.target]
        if name not in target.values:
            continue
        base = _read_back(bases.get(name), target, name, value_type)
        if base is not None:
            kept[name] = base
        evidence = Evidence(
            source=source.side(name, value_type),
            target=target.side(name, value_type),
            base=base,
            echo=name in source.echoes,
            signed=target.signed,
        )
        ruling, code = judge_field(owner_of(rule), evidence, clears=rule.blank is Blank.clear)
        ours, theirs = evidence.source.mark, evidence.target.mark
        settled = Base(source=ours, target=theirs, written=_still_ours(base, theirs))
        if ruling is Ruling.write:
            wanted[name] = source.values.get(name)
            written[name] = Base(source=ours, target=ours, written=True, over=theirs, fresh=True)
        elif ruling is Ruling.ask:
            conflicts.append(Conflict(name=name, code=code, evidence=evidence, base=settled))
        else:
            kept[name] = settled if base is None or base.over is None else replace(settled, over=base.over)
    return Comparison(
        source=source,
        target=target,
        wanted=MappingProxyType(wanted),
        conflicts=tuple(conflicts),
        bases=kept,
        written_bases=written,
    )


def _read_back(base: Base | None, target: Holding, name: str, value_type: ValueType) -> Base | None:
    """The base with our last write as the target holds it: a system may keep a value in a form of its own."""
    if base is None or not base.fresh:
        return base
    mark = mark_of(target.values.get(name), value_type)
    return replace(base, fresh=False, target=mark if target.by_us else base.target)


def _still_ours(base: Base | None, mark: str | None) -> bool:
    return base is not None and base.written and base.target == mark


def bases_of(mapper: Mapper, values: Values) -> dict[str, Base]:
    """The bases of a record that these values have just made."""
    found: dict[str, Base] = {}
    for rule in mapper.rules:
        mark = mark_of(values.get(rule.target), mapper.types[rule.target])
        found[rule.target] = Base(source=mark, target=mark, written=mark is not None, fresh=True)
    return found


def untouched_bases(mapper: Mapper, source: Values, target: Values) -> dict[str, Base]:
    """The bases of a record that is taken as it is: only what changes from now on is written to it."""
    return {
        rule.target: Base(
            source=mark_of(source.get(rule.target), mapper.types[rule.target]),
            target=mark_of(target.get(rule.target), mapper.types[rule.target]),
        )
        for rule in mapper.rules
        if rule.target in target
    }

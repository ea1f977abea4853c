"""The TOML form of conditions (design, section 8), read into trees with every fault listed.

A clause is `{ field = "fit_score", gte = 50 }`: a field and one operator. Groups are `{ any = [...] }`,
`{ all = [...] }` and `{ not = {...} }`; `true` and `false` are conditions too.
"""

from collections.abc import Mapping
from typing import TypeGuard

from mapping.operators import OPERATORS, Operator, Outcome, read_operand
from mapping.problems import ConfigurationError, Problem, nearest
from mapping.records import ValueType
from mapping.trees import Clause, Condition, Evaluation, Group, Joint, Node, Since, Traced, fields_of

__all__ = [
    "MAX_DEPTH",
    "MAX_NODES",
    "Clause",
    "Condition",
    "Evaluation",
    "Group",
    "Joint",
    "Operator",
    "Outcome",
    "Since",
    "Traced",
    "fields_of",
    "parse_condition",
]

MAX_DEPTH = 6
MAX_NODES = 200


def parse_condition(table: object, catalogue: Mapping[str, ValueType], key: str) -> Condition:
    """The condition that a configuration table writes, over the fields of the catalogue.

    Raises ConfigurationError with every problem; each stands under `key`.
    """
    reader = _Reader(catalogue, key)
    tree = reader.read(table, "", 1)
    if reader.nodes > MAX_NODES:
        reader.note(
            "", f"the condition has more than {MAX_NODES} parts", "write a shorter one, with in = [...]"
        )
    if reader.problems or tree is None:
        raise ConfigurationError(reader.problems)
    return Condition(tree)


class _Reader:
    """Reads one tree and keeps what is wrong with it."""

    def __init__(self, catalogue: Mapping[str, ValueType], key: str) -> None:
        self.catalogue = catalogue
        self.key = key
        self.problems: list[Problem] = []
        self.nodes = 0

    def note(self, place: str, what: str, write: str) -> None:
        key = f"{self.key}.{place}" if place else self.key
        self.problems.append(Problem(key=key, what=what, write=write))

    def read(self, table: object, place: str, depth: int) -> Node | None:
        self.nodes += 1
        if depth > MAX_DEPTH:
            self.note(place, f"the condition is nested deeper than {MAX_DEPTH} levels", "write it flatter")
            return None
        if isinstance(table, bool):
            return table
        if not _is_table(table):
            self.note(place, "this is not a condition", 'write { field = "fit_score", gte = 50 }')
            return None
        joints = [joint for joint in Joint if joint in table]
        return self._group(table, joints, place, depth) if joints else self._clause(table, place)

    def _group(
        self, table: Mapping[str, object], joints: list[Joint], place: str, depth: int
    ) -> Group | None:
        joint = joints[0]
        if len(table) > 1:
            others = ", ".join(sorted(name for name in table if name != joint))
            self.note(place, f"{joint} stands beside {others}", "write one of all, any, not, or one clause")
            return None
        inner = table[joint]
        here = f"{place}.{joint}" if place else str(joint)
        if joint is Joint.not_:
            part = self.read(inner, here, depth + 1)
            return None if part is None else Group(joint=joint, parts=(part,))
        if not isinstance(inner, list | tuple) or not inner:
            self.note(here, "this is not a list of conditions", f"write {joint} = [ {{ ... }}, {{ ... }} ]")
            return None
        parts = [self.read(each, f"{here}[{n}]", depth + 1) for n, each in enumerate(inner)]
        known = tuple(part for part in parts if part is not None)
        return Group(joint=joint, parts=known) if len(known) == len(parts) else None

    def _clause(self, table: Mapping[str, object], place: str) -> Clause | None:
        name, asked = self._field(table, place), self._operator(table, place)
        if name is None or asked is None:
            return None
        value_type = self.catalogue[name]
        if asked not in OPERATORS[value_type]:
            allowed = ", ".join(sorted(OPERATORS[value_type]))
            self.note(place, f"{asked} cannot be asked of {name}, a {value_type}", f"write one of {allowed}")
            return None
        try:
            operand = read_operand(asked, value_type, table[asked])
        except ValueError as error:
            self.note(f"{place}.{asked}" if place else str(asked), "the value does not fit", str(error))
            return None
        return Clause(key=place, field=name, type=value_type, operator=asked, operand=operand)

    def _field(self, table: Mapping[str, object], place: str) -> str | None:
        name = table.get("field")
        if not isinstance(name, str):
            self.note(place, "the clause names no field", 'write field = "fit_score"')
            return None
        if name not in self.catalogue:
            self.note(place, f"{name!r} is no field of a lead", nearest(name, self.catalogue))
            return None
        return name

    def _operator(self, table: Mapping[str, object], place: str) -> Operator | None:
        names = [name for name in table if name != "field"]
        for name in names:
            if name not in list(Operator):
                self.note(place, f"{name!r} is no operator", nearest(name, [each.value for each in Operator]))
                return None
        if len(names) != 1:
            what = f"the clause has {len(names)} operators" if names else "the clause has no operator"
            self.note(place, what, "write one operator in each clause, such as gte = 50")
            return None
        return Operator(names[0])


def _is_table(table: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(table, Mapping) and all(isinstance(name, str) for name in table)

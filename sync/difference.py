"""Differences: what planned writes would change, field by field and in total; what is sensitive is hidden."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mapping.privacy import HIDDEN
from mapping.records import Value
from mapping.values import is_blank
from sync.rehearsal import PlannedWrite

Hidden = Mapping[str, frozenset[str]]
"""The sensitive fields of each system, by its own names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that takes another value; `known` is False where nobody has read what stands there now."""

    field: str
    old: Value
    new: Value
    known: bool = True

    @property
    def kind(self) -> str:
        """Whether the field is set, changed, cleared or, where what is there is not known, written."""
        if not self.known:
            return "written"
        if is_blank(self.new):
            return "cleared"
        return "set" if is_blank(self.old) else "changed"

    def as_row(self) -> dict[str, Any]:
        """The difference as plain data; `old` is absent where it is not known."""
        return {"field": self.field, **({"old": self.old} if self.known else {}), "new": self.new}


def differences_of(write: PlannedWrite, hidden: Hidden | None = None) -> tuple[Difference, ...]:
    """Every field that a write gives another value, in its order; equal ones are left out, sensitive ones hidden."""
    secret = (hidden or {}).get(write.system, frozenset())
    found = [_difference(write, name, value) for name, value in write.values.items()]
    return tuple(_hide(each) if each.field in secret else each for each in found if _differs(each))


def totals_of(writes: Iterable[PlannedWrite]) -> list[dict[str, Any]]:
    """How often each field of each kind of write is set, changed, cleared or written, most often first."""
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    for write in writes:
        for each in differences_of(write):
            counts.setdefault((write.system, write.verb, each.field), Counter())[each.kind] += 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1].total(), item[0]))
    return [
        {"system": system, "verb": verb, "field": name, **kinds} for (system, verb, name), kinds in ordered
    ]


def _difference(write: PlannedWrite, name: str, value: Value) -> Difference:
    known = write.creates or name in write.before
    return Difference(field=name, old=write.before.get(name), new=value, known=known)


def _differs(each: Difference) -> bool:
    if not each.known:
        return True
    return each.old != each.new and not (is_blank(each.old) and is_blank(each.new))


def _hide(each: Difference) -> Difference:
    old, new = (None if is_blank(value) else HIDDEN for value in (each.old, each.new))
    return Difference(field=each.field, old=old, new=new, known=each.known)

"""Data that is frozen for the type checker alone.

A frozen dataclass or a named tuple is guarded at run time too, which doubles what it costs to make one. Judging
makes some fifty a handoff, so its rows are checked where they are written, by mypy, and not where they run.
"""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[T]) -> type[T]:
    """A dataclass with slots; assigning to a field is a fault that the type checker finds."""
    return dataclass(slots=True)(cls)

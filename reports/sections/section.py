"""A titled table of a report, already in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias


class Link(NamedTuple):
    """A cell that opens something."""

    text: str
    address: str


Cell: TypeAlias = str | Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table: `code` names it for machines, `numeric` are the columns to align to the right.

    `chart` names the drawing that a page shows above the table.
    """

    code: str
    title: str
    note: str | None
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()
    chart: str | None = None


def open_at(text: str, address: str | None) -> Cell:
    """A link to a web address; the text alone for anything else, such as an address that would run a script."""
    return Link(text, address) if address and address.startswith(("https://", "http://")) else text


def text_of(cell: Cell) -> str:
    """What a cell says."""
    return cell.text if isinstance(cell, Link) else cell


def after_first(count: int, first: int = 1) -> frozenset[int]:
    """Every column but the first ones: the usual numeric ones."""
    return frozenset(range(first, count))


def as_rows(rows: Iterable[Iterable[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Rows, unchanging."""
    return tuple(tuple(row) for row in rows)

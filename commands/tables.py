"""Tables for a terminal of any width: no id, key or figure is broken inside, shortened or left out.

Where the columns do not fit beside each other, each row is told below its first cells, name by name.
"""

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len
from rich.table import Table

from commands.session import out, plain

Rows = Sequence[Sequence[str]]
FRAME, BETWEEN = 1, 3  # what the lines of a table take: once, and for each column
EMPTY = ("", "-")


def show_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, keys: int = 1) -> None:
    """Prints rows under their heads; the first `keys` cells name a row, and where all are empty it goes on."""
    cells = [tuple(row) for row in rows]
    widths = _widths([tuple(heads), *cells], out.width)
    if title:
        out.print(title, style="italic", markup=False, soft_wrap=True)
    if widths is None:
        _show_below(heads, cells, keys)
        return
    table = Table()
    for head, width in zip(heads, widths, strict=True):
        table.add_column(head, width=width, overflow="fold")
    for number, row in enumerate(cells):
        if number and any(row[:keys]) and any(not any(each[:keys]) for each in cells):
            table.add_section()
        table.add_row(*plain(*row))
    out.print(table)


def _widths(cells: Rows, most: int) -> list[int] | None:
    """A width for each column that breaks no word, the room that is left shared out; None where there is none."""
    columns = list(zip(*cells, strict=True))
    widths = [max(cell_len(word) for cell in each for word in cell.split() or [""]) for each in columns]
    natural = [max(cell_len(line) for cell in each for line in cell.split("\n")) for each in columns]
    room = most - FRAME - BETWEEN * len(columns) - sum(widths)
    if room < 0:
        return None
    while room and (short := [n for n, width in enumerate(widths) if width < natural[n]]):
        for n in sorted(short, key=lambda n: widths[n])[: max(1, min(room, len(short)))]:
            widths[n] += 1
            room -= 1
    return widths


def _show_below(heads: Sequence[str], cells: Rows, keys: int) -> None:
    for row in cells:
        if any(row[:keys]):
            told = (word if word not in EMPTY else "" for word in row[:keys])
            head = "  ".join(filter(None, told)) or EMPTY[1]
            for line in [head] if cell_len(head) <= out.width else _fold(head, out.width, indent=""):
                out.print(line, style="bold", markup=False, soft_wrap=True)
        for line in _lines(heads[keys:], row[keys:]):
            out.print(line, markup=False, soft_wrap=True)


def _lines(heads: Sequence[str], row: Sequence[str]) -> Iterator[str]:
    """The cells with their heads, folded between words alone; a cell of several lines keeps them."""
    told = [f"{head}: {cell}" if head else cell for head, cell in zip(heads, row, strict=True) if cell]
    parts = [""]
    for each in told:
        joined = f"{parts[-1]}; {each}" if parts[-1] else each
        if "\n" in each or "\n" in parts[-1] or (parts[-1] and cell_len(joined) + 2 > out.width):
            parts.append(each)
        else:
            parts[-1] = joined
    for part in filter(None, parts):
        for line in part.splitlines():
            yield from _fold(line, out.width)


def _fold(text: str, width: int, indent: str = "  ") -> Iterator[str]:
    """Lines of whole words; one that is longer than the width stands by itself."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else f"{indent}{word}"
        if line and cell_len(longer) > width:
            yield line
            longer = f"{indent}  {word}"
        line = longer
    if line:
        yield line

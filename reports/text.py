"""A report as plain text for a terminal: aligned tables, at most 100 columns, nothing cut off."""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from reports.report import Report
from reports.sections.order import headline, lay_out
from reports.sections.section import Section, text_of
from reports.wording import Wording

WIDTH = 100
GAP = "  "
NARROWEST = 6
JOINER, EMOJI_STYLE = "\u200d", "\ufe0f"  # parts of an emoji that take no room


def render_text(report: Report, language: str, *, company: str = "", width: int = WIDTH) -> str:
    """The whole report in a language; long cells go on in the next line, control characters are shown.

    Raises ValueError for a language we do not have.
    """
    words = Wording(language, report.span.zone)
    title = words.say("title.report")
    lines = [f"{company} · {title}" if company else title, *wrap(headline(report, words), width)]
    for section in lay_out(report, words):
        lines += ["", *_section(section, words, width)]
    return "\n".join(lines) + "\n"


def render_table(section: Section, width: int = WIDTH) -> list[str]:
    """One table as aligned lines: its heads, a rule, its rows."""
    rows = [[printable(text_of(cell)) for cell in row] for row in section.rows]
    heads = [printable(head) for head in section.heads]
    widths = _fit([heads, *rows], width)
    rule = GAP.join("-" * each for each in widths)
    lines = [*_row(heads, widths, section.numeric), rule]
    for row in rows:
        lines += _row(row, widths, section.numeric)
    return [line.rstrip() for line in lines]


def printable(text: str) -> str:
    """The text in one line; what would steer a terminal is shown as its escape."""
    return "".join(map(_shown, text))


def columns(text: str) -> int:
    """How many columns a terminal gives the text: two for wide characters, none for combining ones."""
    return sum(_columns_of(each) for each in text)


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns, broken at spaces where there are any; nothing is lost."""
    lines, line = [], ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if columns(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *whole, line = _pieces(word, width)
        lines += whole
    return [*lines, line]


def _section(section: Section, words: Wording, width: int) -> Iterator[str]:
    yield section.title.upper()
    if section.note:
        yield from wrap(section.note, width)
    yield from render_table(section, width) if section.rows else [words.say("word.none")]


def _shown(character: str) -> str:
    if character.isprintable() or character == JOINER:
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    return character.encode("unicode_escape").decode("ascii")


def _columns_of(character: str) -> int:
    if unicodedata.combining(character) or character in (JOINER, EMOJI_STYLE):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _pieces(word: str, width: int) -> list[str]:
    pieces = [""]
    for each in word:
        if columns(pieces[-1] + each) > width:
            pieces.append("")
        pieces[-1] += each
    return pieces


def _fit(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """A width for each column: as wide as its cells, made narrower until a row fits.

    The widest gives way first; whole words, such as ids, are broken only when nothing else helps.
    """
    cells = list(zip(*rows, strict=True))
    widths = [max(map(columns, column)) for column in cells]
    words = [max(columns(word) for cell in column for word in cell.split(" ")) for column in cells]
    room = width - len(GAP) * (len(widths) - 1)
    for least in (words, [NARROWEST] * len(words)):
        while sum(widths) > room and (able := [n for n, each in enumerate(widths) if each > least[n]]):
            widths[max(able, key=widths.__getitem__)] -= 1
    return widths


def _row(cells: Sequence[str], widths: Sequence[int], numeric: frozenset[int]) -> Iterator[str]:
    wrapped = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for parts in zip_longest(*wrapped, fillvalue=""):
        yield GAP.join(
            _pad(part, width, right=number in numeric)
            for number, (part, width) in enumerate(zip(parts, widths, strict=True))
        )


def _pad(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - columns(text))
    return space + text if right else text + space

from pathlib import Path

import pytest

from reports.report import Report, build_report
from reports.rows import Rows
from reports.sections.section import Section
from reports.text import columns, printable, render_table, render_text, wrap
from tests.unit.reports.made import MADRID, NOW, handoff, lead, office, rows, story

GOLDEN = Path(__file__).parent / "golden"


def month() -> Report:
    return build_report(story(), period="month", zone=MADRID, now=NOW, goal=20, hours=office())


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_the_whole_report_reads_as_agreed(language: str) -> None:
    expected = (GOLDEN / f"month.{language}.txt").read_text("utf-8")

    assert render_text(month(), language, company="acme") == expected


def test_an_empty_report_says_so_in_each_part() -> None:
    report = build_report(Rows(), period="day", zone=MADRID, now=NOW)

    assert render_text(report, "es") == (GOLDEN / "empty.es.txt").read_text("utf-8")


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut_off(language: str) -> None:
    source, content = "x" * 300, "a long name of a white paper " * 9
    dimensions = {"source": source, "content": content}
    tables = rows(
        lead=[lead("L" * 119, dimensions=dimensions)], handoff=[handoff("L" * 119, dimensions=dimensions)]
    )

    text = render_text(build_report(tables, period="month", zone=MADRID, now=NOW), language)

    assert max(map(columns, text.splitlines())) <= 100
    assert text.count("x") >= 300


def test_cells_are_aligned_by_what_a_terminal_shows() -> None:
    section = Section(
        code="t",
        title="T",
        note=None,
        heads=("name", "n"),
        rows=(("名前", "1"), ("e\u0301a", "22"), ("👩\u200d💻", "3"), ("abcd", "4")),
        numeric=frozenset({1}),
    )

    lines = render_table(section)

    assert lines == ["name   n", "----  --", "名前   1", "e\u0301a    22", "👩\u200d💻   3", "abcd   4"]


def test_a_long_cell_goes_on_in_the_next_line() -> None:
    section = Section(
        code="t",
        title="T",
        note=None,
        heads=("name", "n"),
        rows=(("one two three", "1"),),
        numeric=frozenset({1}),
    )

    assert render_table(section, 12) == ["name       n", "---------  -", "one two    1", "three"]


def test_what_would_steer_a_terminal_is_shown() -> None:
    assert printable("a\x1b[31mb\nc\u202ed\u00a0e") == "a\\x1b[31mb\\nc\\u202ed e"


def test_wrapping_loses_nothing() -> None:
    assert wrap("a " + "b" * 7 + " c", 3) == ["a", "bbb", "bbb", "b c"]
    assert wrap("", 5) == [""]

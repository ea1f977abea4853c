"""Tables at any width hold every word of every cell whole, and stay within the width where words let them."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from commands.session import out
from commands.tables import show_table

WORDS = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=60)
CELLS = st.lists(WORDS, max_size=8).map(" ".join)
LEAD = "rdstation-0f3c9a41b2d7-5408c5a3-4711-4f2e-8d0b-13407a3c30f3"


def printed(heads: tuple[str, ...], rows: list[tuple[str, ...]], *, at: int, keys: int = 1) -> str:
    before, out.width = out.width, at
    try:
        with out.capture() as capture:
            show_table("what is shown", heads, rows, keys=keys)
        return capture.get()
    finally:
        out.width = before


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=5), at=st.integers(20, 200))
def test_no_word_is_broken_or_left_out(rows: list[tuple[str, ...]], at: int) -> None:
    text = printed(("lead", "field", "now", "then"), rows, at=at)
    words = {word for row in rows for cell in row for word in cell.split()}
    assert [word for word in words if word not in text and word != "-"] == []
    longest = max([*(cell_len(word) for word in words), 0])
    assert all(cell_len(line) <= max(at, longest + len("field: ") + 4) for line in text.splitlines())


def test_where_columns_fit_they_stand_beside_each_other_and_below_each_other_where_not() -> None:
    heads, rows = ("lead", "why", "since"), [(LEAD, "The name is longer than the CRM takes", "2026-05-11")]
    wide, narrow = printed(heads, rows, at=140), printed(heads, rows, at=80)
    assert "┃" in wide
    assert "┃" not in narrow
    assert narrow.splitlines()[1] == LEAD
    assert "why: The name is longer than the CRM takes" in narrow
    assert "since: 2026-05-11" in narrow


def test_a_row_that_goes_on_stands_below_the_one_it_belongs_to() -> None:
    rows = [
        ("salesforce", "create", LEAD, "LastName", "?", "Díaz"),
        ("", "", "", "Acuerdo_Brief__c", "?", "One line\nand another"),
    ]
    lines = printed(("system", "what", "lead", "field", "now", "then"), rows, at=80, keys=3).splitlines()
    assert lines[1] == f"salesforce  create  {LEAD}"
    assert lines[2].strip() == "field: LastName; now: ?; then: Díaz"
    assert lines[-1].strip() == "and another"

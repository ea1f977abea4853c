from dataclasses import fields

import pytest

from reports.rows import TABLES, RowFault, Rows
from sync.ledger import schema
from tests.unit.reports.made import handoff, lead, refused


def test_a_row_keeps_the_columns_that_reports_use_and_leaves_the_others() -> None:
    rows = Rows.load({"refused": [refused("L1")]}, {"L1": "https://crm.example/L1"})

    assert rows.refused[0].code == "REQUIRED_FIELD_MISSING"
    assert not hasattr(rows.refused[0], "message")
    assert rows.links == {"L1": "https://crm.example/L1"}
    assert rows.lead == ()


def test_a_missing_column_is_told_by_its_name() -> None:
    row = handoff("L1")
    del row["credit"]

    with pytest.raises(RowFault, match="handoff has no column 'credit'"):
        Rows.load({"handoff": [row]})


def test_a_table_that_reports_do_not_read_is_told() -> None:
    with pytest.raises(RowFault, match="package"):
        Rows.load({"package": []})


@pytest.mark.parametrize("dimensions", [{}, {"source": None}, {"source": ""}])
def test_a_blank_source_stays_blank(dimensions: dict[str, object]) -> None:
    rows = Rows.load({"lead": [lead("L1", dimensions=dimensions)]})

    assert rows.lead[0].source == ""


def test_a_row_cannot_be_changed() -> None:
    rows = Rows.load({"lead": [lead("L1")]})

    with pytest.raises(AttributeError):
        rows.lead[0].place = "won"


@pytest.mark.parametrize("name", TABLES)
def test_the_ledger_has_every_column_that_the_reports_read(name: str) -> None:
    columns = set(schema.metadata.tables[name].columns.keys())

    assert {each.name for each in fields(TABLES[name])} <= columns

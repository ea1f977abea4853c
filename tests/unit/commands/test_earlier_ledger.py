"""A ledger of an earlier version is told in a sentence by every command, and mended by the one that it names."""

import pytest

from tests.unit.commands.conftest import Desk

COMMANDS = [
    ("run",),
    ("plan",),
    ("status",),
    ("report",),
    ("check",),
    ("explain", "hubspot-4242-1"),
    ("refused", "list"),
    ("matches", "list"),
    ("agreement", "history"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_ledger_that_lacks_a_table_says_what_to_run(desk: Desk, words: tuple[str, ...]) -> None:
    with desk.world.ledger.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE compared")
    told = desk.refused(*words, code=74, now=False)
    assert "lacks compared" in told
    assert "acuerdo migrate" in told
    assert "SELECT" not in told
    desk("migrate", now=False)
    desk("refused", "list", now=False)

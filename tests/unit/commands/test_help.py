import pytest
from typer.testing import CliRunner

from cli import app

COMMANDS = [
    ("agreement", "publish"),
    ("agreement", "show"),
    ("agreement", "diff"),
    ("agreement", "history"),
    ("approve",),
    ("dispute", "open"),
    ("dispute", "decide"),
    ("acknowledge",),
    ("goal",),
    ("due",),
    ("backtest",),
]


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_shows_an_example_of_itself(words):
    result = CliRunner().invoke(app, [*words, "--help"])
    assert result.exit_code == 0
    shown = " ".join(result.stdout.split())
    start = "dispute" if words == ("dispute", "open") else " ".join(words)
    assert f"Example: acuerdo {start}" in shown

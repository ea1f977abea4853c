"""What a person reads on a terminal of 80 columns: every id and every key whole, nothing left out."""

from collections.abc import Callable, Iterable

import pytest

from tests.system.conftest import Ended, Served, Shell
from tests.system.test_user_way import SINCE

SHOWN = 20  # writes of a plan on a terminal


@pytest.fixture
def narrow(serve: Callable[..., Served], shell: Shell) -> Shell:
    shell.served = serve("--seed", "7", "--leads", "12")
    shell.more["COLUMNS"] = "80"
    return shell


def missing(ended: Ended, words: Iterable[str]) -> list[str]:
    return sorted({each for each in words if each not in ended.out})


def test_no_id_and_no_key_is_broken_at_80_columns(narrow: Shell) -> None:
    assert narrow.run("setup", "--yes").status == 0
    rows = narrow.run("check", "--json").json
    assert missing(narrow.run("check"), (word for row in rows for word in row["what"].split())) == []

    fields = narrow.run("fields", "--json").json
    shown = narrow.run("fields")
    assert missing(shown, (row["name"] for row in fields)) == []
    assert missing(shown, (word for row in fields for word in (row["mapped"] or "").split())) == []

    options = ("--backfill", SINCE)
    (plan,) = narrow.run("plan", *options, "--json").json
    shown = narrow.run("plan", *options)
    assert missing(shown, (each["lead"] for each in plan["writes"][:SHOWN])) == []
    assert missing(shown, (one["field"] for each in plan["writes"][:SHOWN] for one in each["changes"])) == []

    narrow.run("run", *options)
    (status,) = narrow.run("status", "--json").json
    assert missing(narrow.run("status"), status["statuses"]) == []
    refused = narrow.run("refused", "list", "--json").json
    assert missing(narrow.run("refused", "list"), (row["lead"] for row in refused)) == []

import json
import tomllib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli import app
from commands.toml_text import write_toml
from mapping.records import format_instant
from policies.agreement import parse_agreement
from tests.flow.world import DAY, HOUR, merged
from tests.unit.commands.conftest import Desk

SIGNED = ("--marketing", "Ana", "--sales", "Luis")
FASTER = {"clocks": {"first_attempt": {"target": {"standard": "2h", "hot": "30m"}}}}


def publish(desk: Desk, *more: str, **options) -> dict:
    return json.loads(desk("agreement", "publish", *SIGNED, "--yes", "--json", *more, **options).stdout)


def test_a_later_version_is_published_with_who_signed_and_why(desk):
    desk.world.begin()
    desk.configure(agreement=FASTER)
    told = publish(desk, "--message", "leads cool off")
    assert (told["number"], told["published"]) == (2, True)
    assert {each["key"] for each in told["changes"]} >= {
        "clocks.first_attempt.target.hot",
        "clocks.first_attempt.target.standard",
        "signed_by.marketing",
    }
    assert told["calendar"] == []
    first, second = desk.json("agreement", "history", now=False)["versions"]
    assert first["signed_by"] == {"marketing": None, "sales": None}
    assert second["signed_by"] == {"marketing": "Ana", "sales": "Luis"}
    assert (second["message"], second["effective_from"], second["published_at"]) == (
        "leads cool off",
        desk.now,
        desk.now,
    )
    assert second["enforce_from"] == first["enforce_from"]


def test_version_1_can_be_published_and_signed_before_the_first_run(desk):
    told = publish(desk)
    assert (told["number"], told["published"]) == (1, True)
    contact = desk.world.mql()
    desk.world.run()
    assert desk.world.shown(contact) == "waiting_first_contact"
    assert [each["number"] for each in desk.json("agreement", "history", now=False)["versions"]] == [1]


def test_signing_what_a_first_run_published_is_a_version_of_its_own(desk):
    desk.world.begin()
    told = publish(desk)
    assert [each["key"] for each in told["changes"]] == ["signed_by.marketing", "signed_by.sales"]


def test_nothing_to_publish_is_refused(desk):
    desk.world.begin()
    publish(desk)
    desk.world.wait(HOUR)
    result = desk("agreement", "publish", *SIGNED, "--yes", code=2)
    assert "nothing to publish" in result.stderr


def test_the_difference_is_shown_first_and_nothing_happens_without_a_yes(desk):
    desk.world.begin()
    desk.configure(agreement=FASTER)
    result = desk("agreement", "publish", *SIGNED, code=2)
    assert "~ clocks.first_attempt.target.hot: 1h -> 30m" in result.stdout
    assert "--yes" in result.stderr
    assert len(desk.json("agreement", "history", now=False)["versions"]) == 1


def test_everything_that_forbids_publishing_is_told_at_once(desk):
    desk.world.begin()
    desk.configure(
        agreement={
            "calendar": {"week": {}, "overrides": {"2026-05-04": ["09:00-18:00"]}},
            "effective_to": "2026-05-01",
        }
    )
    told = desk.refused(
        "agreement", "publish", "--effective-from", "2026-05-01", "--marketing", "Ana", "--yes", code=78
    )
    for part in (
        "effective_from: 2026-04-30T22:00:00Z is past",
        "effective_to: the agreement would end",
        "signed_by.sales: nobody signs",
        "NO_BUSINESS_TIME",
    ):
        assert part in told, part
    assert len(desk.json("agreement", "history", now=False)["versions"]) == 1


WRONG = [
    ({"calendar": {"timezone": "Europe/Madird"}}, "write 'Europe/Madrid'"),
    ({"calendar": {"holidays": {"country": "EZ"}}}, "no holidays are known"),
    ({"calendar": {"week": {}}}, "NO_BUSINESS_TIME"),
    ({"definitions": {"mql": {"field": "fit_scor", "gte": 1}}}, "write 'fit_score'"),
    ({"definitions": {"mql": {"field": "fit_score", "gt_e": 1}}}, "is no operator"),
    (
        {"definitions": {"mql": {"not": {"not": {"not": {"not": {"not": {"not": True}}}}}}}},
        "nested deeper than 6",
    ),
    ({"clocks": {"first_atempt": "2h"}}, "write 'first_attempt'"),
    ({"clocks": {"first_attempt": {"pause": ["lead_asked_dat"]}}}, "write 'lead_asked_date'"),
    (
        {"goals": {"sales": 15, "stages": [{"name": "mql", "rate": 0}]}},
        "goals.stages[0].rate: a rate of zero",
    ),
    ({"goals": {"period": "monht", "sales": 15, "stages": [{"name": "mql", "rate": 1}]}}, "write 'month'"),
    ({"package": {"required": ["contac"]}}, "package.required: 'contac' is no part"),
]


def write_wrong(desk: Desk, *parts: dict, **more: dict) -> None:
    agreement: dict = {"definitions": {"mql": True}}
    for part in parts:
        agreement = merged(agreement, part)
    text = f'ledger = "sqlite:///{desk.folder / "ledger.sqlite"}"\n'
    table = {**desk.table, "agreement": agreement, **more}
    (desk.folder / "config.toml").write_text(text + write_toml(table, "companies.acme"), "utf-8")


@pytest.mark.parametrize(("part", "told"), WRONG)
def test_what_nobody_knows_is_refused_with_the_nearest_name(desk, part, told):
    write_wrong(desk, part)
    assert told in desk.refused("agreement", "publish", *SIGNED, "--yes", now=False, code=78)


def test_every_fault_of_the_file_is_told_at_once(desk):
    parts = [WRONG[n] for n in (0, 6, 8, 10)]
    write_wrong(desk, *(part for part, _ in parts), sales_says={"lost_reasons": {"Price": "no_buget"}})
    text = desk.refused("agreement", "publish", *SIGNED, "--yes", now=False, code=78)
    write_wrong(desk, *(WRONG[n][0] for n in (7, 8, 10)), sales_says={"lost_reasons": {"Price": "no_buget"}})
    again = desk.refused("agreement", "publish", *SIGNED, "--yes", now=False, code=78)
    assert all(told in text for _, told in parts[:2])
    assert all(WRONG[n][1] in again for n in (7, 8, 10))
    assert "'no_buget' is no disposition" in again


def test_a_version_can_begin_later_and_two_never_begin_at_once(desk):
    desk.world.begin()
    desk.configure(agreement=FASTER)
    publish(desk, "--effective-from", "2026-06-01")
    assert (
        desk.json("agreement", "history", now=False)["versions"][1]["effective_from"]
        == "2026-05-31T22:00:00Z"
    )
    desk.configure(agreement={"attempts": {"minimum": 8}})
    result = desk("agreement", "publish", *SIGNED, "--effective-from", "2026-06-01", "--yes", code=78)
    assert "two would hold at once" in result.stderr


def test_show_writes_toml_that_is_the_same_agreement(desk):
    desk.world.begin()
    desk.configure(agreement=FASTER)
    publish(desk)
    text = desk("agreement", "show", "2", now=False).stdout
    table = tomllib.loads(text)["companies"]["acme"]["agreement"]
    again = parse_agreement(table, catalogue=desk.world.company.fields.types)
    assert again.clocks == desk.world.company.agreement.clocks
    assert again.definitions == desk.world.company.agreement.definitions
    assert again.signed_by.sales == "Luis"
    assert desk.json("agreement", "show", "1", now=False)["clocks"]["first_attempt"]["target"]["hot"] == "1h"
    assert "has no version 9" in desk("agreement", "show", "9", now=False, code=2).stderr


def test_diff_tells_published_from_configured_and_version_from_version(desk):
    desk.world.begin()
    desk.configure(agreement=FASTER)
    keys = [each["key"] for each in desk.json("agreement", "diff", now=False)["changes"]]
    assert keys == ["clocks.first_attempt.target.hot", "clocks.first_attempt.target.standard"]
    publish(desk)
    assert desk.json("agreement", "diff", now=False)["changes"] == []
    both = desk.json("agreement", "diff", "2", "1", now=False)["changes"]
    assert {"key": "clocks.first_attempt.target.hot", "old": "30m", "new": "1h"} in both


def test_a_published_instant_before_known_facts_is_refused(desk):
    desk.world.begin()
    desk.configure(agreement=FASTER)
    desk.world.mql()
    desk.world.run()
    early = format_instant(desk.world.now - DAY)
    result = CliRunner().invoke(
        app,
        ["agreement", "publish", *SIGNED, "--yes", "-c", str(desk.folder / "config.toml"), "--now", early],
    )
    assert result.exit_code == 2
    assert "already holds facts" in result.stderr


SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
)
KEYS = st.text(min_size=1, max_size=6)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_every_table_reads_back_from_its_toml(table):
    assert tomllib.loads(write_toml(table, "a.b"))["a"]["b"] == table


def test_a_table_that_toml_cannot_write_is_refused():
    with pytest.raises(ValueError, match="TOML cannot write"):
        write_toml({"at": timedelta(1)}, "a")

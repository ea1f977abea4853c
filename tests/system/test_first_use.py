"""A newcomer's way: from two accounts to a configuration, a mapping, a plan, a first run and an erasure."""

import os
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.system.conftest import Served, Shell
from tests.system.test_user_way import SINCE, no_secret_in


@pytest.fixture
def newcomer(serve: Callable[..., Served], tmp_path: Path) -> Shell:
    """A folder without a configuration, beside accounts that hold leads."""
    return Shell(tmp_path, served=serve("--seed", "7", "--leads", "40"))


def test_from_two_accounts_to_the_first_run_and_an_erasure(newcomer: Shell) -> None:
    assert newcomer.served is not None
    made = newcomer.run("init", "--slug", "acme")
    assert made.status == 0, made.err
    assert stat.S_IMODE(os.stat(newcomer.folder / "erasure.key").st_mode) == 0o600  # noqa: PTH116 - the mode is the point
    text = newcomer.config.read_text("utf-8")
    no_secret_in(text + made.out + made.err, newcomer.served)
    assert tomllib.loads(text)["companies"]["acme"]["country"] == "ES"
    assert newcomer.run("init").status == 2
    assert newcomer.config.read_text("utf-8") == text

    assert newcomer.run("setup", "--yes").status == 0
    checked = newcomer.run("check")
    assert checked.status == 0, checked.out

    listed = newcomer.run("fields", "--json").json
    phone = next(each for each in listed if (each["kind"], each["name"]) == ("Lead", "Phone"))
    assert (phone["type"], phone["length"], phone["writable"], phone["mapped"]) == (
        "phone",
        40,
        True,
        "phone",
    )
    assert next(each for each in listed if each["name"] == "jobtitle")["mapped"] == "job_title"
    assert "Phone" in newcomer.run("fields", "--system", "salesforce", "--search", "phone").out
    assert "hubspot" in newcomer.run("fields", "--system", "pipedrive").err

    suggested = newcomer.run("fields", "--suggest").out
    pasted = tomllib.loads(suggested)["companies"]["acme"]
    assert pasted["mapping"]["Industry"] == "industry"
    lines = text.splitlines()
    for name in ("mapping",):
        place = lines.index(f"[companies.acme.{name}]")
        lines[place + 1 : place + 1] = suggested.partition(f"[companies.acme.{name}]\n")[2].splitlines()
    fields = suggested.partition("[companies.acme.lead_fields]")[1:]
    fields_text = "".join(fields).partition("[companies.acme.mapping]")[0]
    newcomer.config.write_text("\n".join([*lines, fields_text]), "utf-8")
    checked = newcomer.run("check")
    assert checked.status == 0, checked.out

    planned = newcomer.run("plan", "--backfill", SINCE, "--json").json[0]
    pushed = [each for each in planned["writes"] if each["verb"] == "push"]
    assert any("Industry" in each["values"] for each in pushed)
    ran = newcomer.run("run", "--backfill", SINCE, "--json")
    assert ran.status in (0, 65), ran.err
    assert ran.json[0]["counts"]["push"]["created"] == len(pushed) > 0

    lead = pushed[0]["lead"]
    erased = newcomer.run("erase", lead, "--systems", "--yes", "--json")
    assert erased.status == 0, erased.err
    assert {row["outcome"] for rows in erased.json["systems"].values() for row in rows} == {"written"}
    assert newcomer.served.query(f"SELECT Id FROM Lead WHERE Acuerdo_Lead_Id__c = '{lead}'") == []
    again = newcomer.run("run", "--json")
    assert again.json[0]["written"] == 0
    assert newcomer.run("explain", lead, "--json").json["place"] == "erased"


def test_an_account_that_refuses_the_token_is_told_and_nothing_is_written(newcomer: Shell) -> None:
    newcomer.more["HUBSPOT_TOKEN"] = "pat-na1-wrong"
    refused = newcomer.run("init")
    assert refused.status == 77, refused.err
    assert list(newcomer.folder.glob("*.toml")) == []


@pytest.fixture
def brazilian(serve: Callable[..., Served], tmp_path: Path) -> Shell:
    """A folder without a configuration, beside an account of RD Station that holds leads."""
    return Shell(tmp_path, served=serve("--seed", "7", "--leads", "14", "--leads-in", "rdstation"))


def test_from_rd_station_to_a_configuration_that_checks_and_plans(brazilian: Shell) -> None:
    served, right = brazilian.served, brazilian.more
    assert served is not None
    right["RDSTATION_REFRESH_TOKEN"] = "wrong"
    refused = brazilian.run("init", "--platform", "rdstation")
    assert refused.status == 77, refused.err
    token = brazilian.folder / "rdstation.token"
    assert not token.exists(), "one that is refused is not kept"
    del right["RDSTATION_REFRESH_TOKEN"]

    made = brazilian.run("init", "--platform", "rdstation", "--slug", "norte")
    assert made.status == 0, made.err
    text = brazilian.config.read_text("utf-8")
    no_secret_in(text + made.out + made.err, served)
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    norte = tomllib.loads(text)["companies"]["norte"]
    assert (norte["marketing"]["platform"], norte["marketing"]["token_file"]) == ("rdstation", token.name)
    stage, kinds = norte["agreement"]["definitions"]["mql"]["any"]
    assert stage == {"field": "lifecycle_stage", "in": ["Qualified Lead"]}
    assert "demo" in kinds["in"]
    assert ": demo" in text

    assert brazilian.run("setup", "--yes").status == 0
    checked = brazilian.run("check")
    assert checked.status == 0, checked.out + checked.err
    planned = brazilian.run("plan", "--backfill", SINCE, "--json")
    assert planned.status == 0, planned.err
    assert [each for each in planned.json[0]["writes"] if each["verb"] == "push"]

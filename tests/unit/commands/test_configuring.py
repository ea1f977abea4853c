"""`config`: what is shown is what is in force, and the schema takes what reading takes and nothing else."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from commands.configuring import effective, rule_table
from commands.schema import configuration_schema
from mapping.rules import parse_rules
from policies.agreement import KEYS
from sync.company import PARTS
from sync.configuration import read_configuration
from tests.flow.world import TABLE, merged
from tests.unit.commands.conftest import Desk

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = tomllib.loads((ROOT / "config.example.toml").read_text("utf-8"))


def faults(table: Mapping[str, Any], *, company_file: bool = False) -> list[str]:
    def plain(value: Any) -> Any:
        """As an editor's TOML reader hands values on: dates as texts."""
        if isinstance(value, Mapping):
            return {name: plain(each) for name, each in value.items()}
        if isinstance(value, list):
            return [plain(each) for each in value]
        return value.isoformat() if isinstance(value, date) else value

    schema = configuration_schema(company_file=company_file)
    Draft202012Validator.check_schema(schema)
    return [each.message for each in Draft202012Validator(schema).iter_errors(plain(table))]


def company(**over: Any) -> dict[str, Any]:
    return {"companies": {"acme": merged(EXAMPLE["companies"]["acme"], over)}}


def test_the_schema_takes_the_example_and_all_that_the_example_comments_out() -> None:
    assert faults(EXAMPLE) == []
    text = (ROOT / "config.example.toml").read_text("utf-8")
    first, _, depth = text.partition("# ---")
    lines = [
        line[2:]
        for line in depth.splitlines()
        if (line.startswith(("# [", "# ")) and "=" in line) or "# [" in line
    ]
    tables = [line for line in lines if line.startswith("[") or "=" in line]
    shared = [line for line in tables if line.startswith(("ledger", "log", "erasure_key"))]
    whole = tomllib.loads("\n".join([*shared, first, *(line for line in tables if line not in shared)]))
    assert faults(whole) == []


def test_the_schema_takes_one_companys_own_file() -> None:
    assert faults(EXAMPLE["companies"]["acme"], company_file=True) == []
    assert faults(EXAMPLE, company_file=True) != []


@pytest.mark.parametrize(
    "table",
    [
        {"legder": "x"},
        {"log": "loud"},
        {"erasure_key": "in plain text"},
        {"companies": {"Not A Slug": EXAMPLE["companies"]["acme"]}},
        company(maping={}),
        company(language="tlh"),
        company(marketing={"token": "in plain text"}),
        company(marketing={"tokn": {"env": "T"}}),
        company(marketing={"platform": "hubspt"}),
        company(crm={"daily_share": 7}),
        company(crm={"jwt": {"key_fle": "x"}}),
        company(limits={"creat": 1}),
        company(limits={"create": -1}),
        company(stages={"slq": "x"}),
        company(sales_says={"statuses": {"Working": "acepted"}}),
        company(mapping={"Phone": {"form": "phone"}}),
        company(mapping={"Phone": {"from": "phone", "template": "x"}}),
        company(mapping={"Phone": {"from": "phone", "wins": "nobody"}}),
        company(mapping={"Phone": True}),
        company(lead_fields={"budget": {"from": "x", "typ": "number"}}),
        company(form_kinds={"demo": "one"}),
        company(agreement={"clocks": {"acept": "1bd"}}),
        company(agreement={"clocks": {"accept": "soon"}}),
        company(agreement={"clocks": {"accept": {"targt": "1bd"}}}),
        company(agreement={"attempts": {"max_perday": 1}}),
        company(agreement={"attempts": {"minimum": 0}}),
        company(agreement={"attempts": {"first_channel": "pigeon"}}),
        company(agreement={"goals": {"averge_sale": 1}}),
        company(agreement={"package": {"requird": []}}),
        company(agreement={"calendar": {"holdays": {}}}),
        company(agreement={"dispositions": {"not_now": {"cooldown": 1}}}),
        company(agreement={"definitions": {"mqll": True}}),
        company(agreement={"definitions": {"mql": {"field": "country", "is": "ES"}}}),
        company(agreement={"definitions": {"mql": {"any": [{"fild": "country", "eq": "ES"}]}}}),
    ],
    ids=lambda table: json.dumps(table.get("companies", {}).get("acme", table))[-60:],
)
def test_the_schema_refuses_a_typing_error(table: dict[str, Any]) -> None:
    assert faults(table)


@pytest.mark.parametrize(
    "table",
    [
        company(
            agreement={
                "clocks": {"accept": False, "first_attempt": {"target": {"standard": "4h", "hot": "1h"}}}
            }
        ),
        company(agreement={"attempts": False, "routing": True, "quiet_hours": False}),
        company(agreement={"attempts": {"max_per_day": False}}),
        company(
            agreement={"definitions": {"sal": {"all": [{"not": {"field": "country", "in": ["ES"]}}, True]}}}
        ),
        company(
            mapping={"Website": False, "Fax": ["phone", "mobile"], "Rating": {"value": 3, "sensitive": True}}
        ),
        company(mapping={"Phone": {"from": "phone", "transform": [{"join": ", "}, "trim"]}}),
        company(stages={"sql": False}),
    ],
    ids=lambda table: json.dumps(table["companies"]["acme"])[-60:],
)
def test_the_schema_takes_what_reading_takes(table: dict[str, Any]) -> None:
    assert faults(table) == []


def test_the_schema_knows_every_key() -> None:
    known = configuration_schema()["$defs"]["company"]["properties"]
    assert set(known) == set(PARTS)
    assert set(known["agreement"]["properties"]) == set(KEYS)


def test_the_example_names_the_schema_that_editors_read() -> None:
    assert (ROOT / "config.example.toml").read_text("utf-8").startswith("#:schema ./config.schema.json\n")


def test_what_is_shown_is_toml_with_every_default_and_without_a_secret(desk: Desk) -> None:
    desk.configure(limits={"create": False})
    text = desk("config", "show", now=False).stdout
    shown = tomllib.loads(text)
    acme = shown["companies"]["acme"]
    assert shown["ledger"].endswith("ledger.sqlite")
    assert acme["limits"] == {"create": False, "change_records": 50, "change_share": 0.2, "put_off": 10}
    assert acme["mapping"]["LastName"] == {"from": "last_name", "default": "[not provided]"}
    assert acme["lead_fields"]["email"]["from"] == ["email"]
    assert acme["agreement"]["clocks"]["accept"]["target"] == "1bd"
    assert acme["marketing"]["token"] == acme["crm"]["client_secret"] == "(hidden)"
    assert not {"token", "secret"} & {acme["marketing"]["token"], acme["crm"]["client_secret"]}
    assert desk.json("config", "show", now=False)["companies"]["acme"] == acme


def test_what_is_shown_is_read_back_equal(desk: Desk) -> None:
    """But for the secrets, which are put where they belong."""
    shown = tomllib.loads(desk("config", "show", now=False).stdout)
    table = shown["companies"]["acme"]
    table["marketing"]["token"] = TABLE["marketing"]["token"]
    table["crm"]["client_secret"] = TABLE["crm"]["client_secret"]
    desk.table = {}
    desk.configure(**table)
    again = read_configuration(desk.folder / "config.toml", {"T": "token", "I": "id", "S": "secret"})
    assert again.faults == {}
    second = effective(again)["companies"]["acme"]
    assert second == table | {
        "marketing": {**table["marketing"], "token": "(hidden)"},
        "crm": {**table["crm"], "client_secret": "(hidden)"},
    }


def test_the_address_of_a_ledger_is_shown_without_its_password(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACUERDO_LEDGER", "postgresql://acuerdo:hunter2@db.example/acuerdo")
    monkeypatch.setenv("ACUERDO_ERASURE_KEY", "0123456789abcdef0123456789abcdef")
    told = desk("config", "show", now=False).stdout
    assert "db.example" in told
    assert "hunter2" not in told
    assert "0123456789abcdef" not in told


def test_a_company_with_faults_is_told_beside_the_sound_ones(desk: Desk) -> None:
    file = desk.folder / "config.toml"
    file.write_text(file.read_text("utf-8").replace('language = "en"', 'language = "tlh"'), "utf-8")
    result = desk("config", "show", code=78, now=False)
    assert "companies.acme.language" in result.stderr
    assert "config.toml:" in result.stderr


@pytest.mark.parametrize(
    "row",
    [
        "first_name",
        {"from": ["mobile", "phone"], "wins": "sales", "blank": "clear", "required": True},
        {"template": "{{ lead.first_name }}", "too_long": "shorten", "sensitive": True},
        {"value": 3},
        {"from": "source", "table": {"A": "B"}, "table_else": "C", "default": "D"},
        {"from": "country", "transform": [{"country_name": "en"}, "trim"]},
    ],
)
def test_a_rule_is_written_as_it_is_read(row: object) -> None:
    (rule,) = parse_rules({"X": row})
    assert parse_rules({"X": rule_table(rule)}) == (rule,)


@pytest.mark.parametrize(
    "words", [("config", "schema"), ("config", "show"), ("config", "show", "--json")], ids=" ".join
)
def test_what_is_printed_is_the_same_each_time(desk: Desk, words: tuple[str, ...]) -> None:
    given = () if words == ("config", "schema") else ("-c", str(desk.folder / "config.toml"))
    told = {
        subprocess.run(
            [sys.executable, "-m", "cli", *words, *given],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in (1, 2, 3)
    }
    assert len(told) == 1
    assert told != {b""}

"""What is shipped is what is checked, and modules and functions stay small."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
TOOLS = PROJECT["tool"]
SHIPPED = TOOLS["hatch"]["build"]["targets"]["wheel"]["only-include"]
NOT_SHIPPED = {"bench", "docs", "tests"}

LINES, FUNCTION_LINES = 250, 40
MIGRATIONS = "sync/ledger/migrations/versions"  # alembic's own shape; never edited once released
LONGER = {  # at most so many lines, and why; a module that shrinks leaves the list
    "cli.py": (810, "one function per command, each little but its options: they belong in one place"),
    "commands/aiming.py": (310, "the tables of goals, four ways to show them"),
    "commands/deciding.py": (280, "each decision that a person takes, side by side"),
    "connectors/base.py": (475, "the ports: every promise on one page"),
    "connectors/hubspot/client.py": (260, "one method for each call"),
    "connectors/hubspot/marketing.py": (260, "one method for each verb of the port"),
    "sync/ledger/records.py": (260, "what is kept of records, and what was seen of them"),
    "connectors/settings.py": (330, "the table of each connector, and where its values come from"),
    "mapping/mapper.py": (325, "what becomes of one field, from its sources to its target"),
    "mapping/operators.py": (280, "the table of operators"),
    "mapping/rules.py": (285, "everything that a rule may say, and its parser"),
    "mapping/status.py": (275, "the table of section 11 of the design"),
    "mapping/trees.py": (260, "one kind of tree and its evaluation"),
    "policies/agreement.py": (320, "every term of the agreement"),
    "policies/business_time.py": (300, "one algorithm over intervals"),
    "policies/fold.py": (350, "the fold, one handler for each kind of event"),
    "policies/forms.py": (280, "the table of forms that terms are written in"),
    "policies/handoff_verdict.py": (290, "every part of a verdict"),
    "policies/qualification.py": (255, "one judgement with its triggers"),
    "reports/rows.py": (280, "the rows that every figure is made of"),
    "sandbox/salesforce/app.py": (285, "the table of routes"),
    "sync/cycle.py": (320, "the order of a run, what stops it, and what it tells"),
    "sync/events.py": (260, "what each kind of record says, a function for each"),
    "sync/observe.py": (260, "records, activities and deals: how each is read and whose it is"),
    "sync/ledger/schema.py": (470, "every table on one page"),
    "sync/rehearsal.py": (280, "both ports, rehearsed verb by verb"),
    "connectors/salesforce/client.py": (295, "one method for each call"),
    "sync/ledger/store.py": (275, "a database opened, its transactions, leases and copies"),
}
LONGER_FUNCTIONS = {
    "commands/aiming.py:_show_standing": (41, "one table, row by row"),
    "commands/explaining.py:_plain": (45, "one page of text, line by line"),
    "mapping/mapper.py:prepare_rules": (42, "half of it are its promises"),
    "mapping/mappers.py:prepare_mappers": (54, "three mappers of one table"),
    "sync/cycle.py:begin": (44, "gathers what a run is given"),
    "policies/handoff_verdict.py:judge_handoff": (72, "fills one record"),
    "policies/opening.py:open_handoff": (45, "reads the first facts in their order"),
    "reports/report.py:build_report": (47, "one call for each section"),
    "sandbox/salesforce/describe.py:describe_field": (51, "one vendor's answer, key by key"),
}


def modules() -> list[Path]:
    found = [
        path
        for each in SHIPPED
        for path in ([ROOT / each] if each.endswith(".py") else (ROOT / each).rglob("*.py"))
    ]
    return sorted(path for path in found if MIGRATIONS not in path.as_posix())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_folder_of_modules_is_shipped_type_checked_and_linted() -> None:
    folders = {each.parent.name for each in ROOT.glob("*/__init__.py")} - NOT_SHIPPED
    assert set(SHIPPED) == {"cli.py", *folders}
    assert set(TOOLS["mypy"]["files"]) == set(SHIPPED)
    assert set(TOOLS["importlinter"]["root_packages"]) == folders


def test_first_party_names_are_those_that_are_shipped_and_tests() -> None:
    known = set(TOOLS["ruff"]["lint"]["isort"]["known-first-party"])
    assert known == {each.removesuffix(".py") for each in SHIPPED} | {"tests"}


def test_both_scripts_start_the_same_and_nothing_can_be_uploaded_by_mistake() -> None:
    assert set(PROJECT["project"]["scripts"]) == {"acuerdo", "sync"}
    assert len(set(PROJECT["project"]["scripts"].values())) == 1
    assert "Private :: Do Not Upload" in PROJECT["project"]["classifiers"]


def test_every_shipped_package_says_it_is_typed() -> None:
    folders = [each for each in SHIPPED if not each.endswith(".py")]
    assert [each for each in folders if not (ROOT / each / "py.typed").is_file()] == []


def test_the_example_is_shipped() -> None:
    included = TOOLS["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert [path for path in included if not (ROOT / path).is_file()] == []
    assert "config.example.toml" in included


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_is_small_or_its_length_has_a_reason(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    most, _ = LONGER.get(name_of(path), (LINES, ""))
    assert lines <= most


def test_functions_are_small_or_their_length_has_a_reason() -> None:
    found = {}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                most, _ = LONGER_FUNCTIONS.get(f"{name_of(path)}:{node.name}", (FUNCTION_LINES, ""))
                if lines > most and name_of(path) != "cli.py":  # a command's options are its arguments
                    found[f"{name_of(path)}:{node.name}"] = lines
    assert found == {}


def test_what_is_allowed_to_be_longer_is_there_and_longer() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert [name for name in LONGER if lengths.get(name, 0) <= LINES] == []

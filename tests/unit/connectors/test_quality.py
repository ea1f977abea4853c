"""The scale that connectors are held to (`connectors/QUALITY.toml`): complete, argued, and proven where it says so."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.registration import OURS, Side

ROOT = Path(__file__).resolve().parents[3]
CONNECTORS = ROOT / "connectors"
SCALE: dict[str, Any] = tomllib.loads((CONNECTORS / "QUALITY.toml").read_text("utf-8"))
RULES: dict[str, dict[str, str]] = SCALE["rules"]
NAMES = sorted(OURS)
FILES = ("client.py", "records.py", "errors.py", "answers.py", "schema.py", "inspection.py")
CLIENT = {"client.py", "calls.py", "login.py"}
REASON = 30  # characters: less is no reason
PATH = re.compile(
    r"/?(crm|services|platform|auth|oauth|composite|sobjects|tooling|jobs|account-info)/[a-z0-9{_/-]+"
)
HTTP = {"requests", "urllib3", "httpx", "http", "urllib.request"}


def port(name: str) -> str:
    return "marketing" if OURS[name].side is Side.marketing else "crm"


def trees(name: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((CONNECTORS / name).glob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def declared() -> Iterator[tuple[str, str, Any]]:
    for name in NAMES:
        for rule in RULES:
            yield name, rule, SCALE[name].get(rule)


def test_every_connector_of_ours_declares_every_rule_and_no_other() -> None:
    folders = {each.parent.name for each in CONNECTORS.glob("*/__init__.py")}
    assert set(SCALE) - {"rules"} == set(NAMES) == folders
    assert {name: set(SCALE[name]) ^ set(RULES) for name in NAMES} == {name: set() for name in NAMES}


def test_a_rule_is_done_or_exempt_with_a_reason() -> None:
    for name, rule, said in declared():
        if said != "done":
            assert set(said) == {"exempt"}, (name, rule)
            assert len(said["exempt"]) >= REASON, (name, rule)


@pytest.mark.parametrize(("name", "rule", "said"), list(declared()))
def test_a_rule_that_is_done_is_held_by_something(name: str, rule: str, said: Any) -> None:
    if said != "done":
        return
    place, _, wanted = RULES[rule]["held_by"].format(name=name, port=port(name)).partition("::")
    found = [each for each in ROOT.glob(place) if each.is_file() or any(each.glob("*.py"))]
    assert found, f"{name} says that {rule} is done, but there is no {place}"
    texts = [each.read_text("utf-8") for each in found if each.is_file()]
    assert not wanted or any(wanted in text for text in texts)


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_holds_the_same_files_as_every_other(name: str) -> None:
    folder = CONNECTORS / name
    assert [each for each in (*FILES, f"{port(name)}.py") if not (folder / each).is_file()] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_connector_makes_a_call_of_its_own(name: str) -> None:
    """Names of an HTTP library may stand in types; nothing of it is called but what reads an answer."""
    for path, tree in trees(name):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                assert not (isinstance(owner, ast.Name) and owner.id in HTTP), f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("name", NAMES)
def test_paths_stand_in_the_client_alone(name: str) -> None:
    found = [
        f"{path.name}:{node.lineno} {node.value}"
        for path, tree in trees(name)
        if path.name not in CLIENT
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and PATH.match(node.value)
    ]
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_the_docs_tell_of_every_connector(name: str) -> None:
    spoken = {"hubspot": "HubSpot", "rdstation": "RD Station", "salesforce": "Salesforce"}[name]
    for page in ("connectors.md", "install.md"):
        text = (ROOT / "docs" / page).read_text("utf-8")
        assert re.search(rf"^#+ .*{spoken}", text, re.MULTILINE), f"docs/{page} has no section about {spoken}"
    section = (
        (ROOT / "docs" / "connectors.md").read_text("utf-8").split(f"\n## {spoken}", 1)[1].split("\n## ")[0]
    )
    assert "Known limits" in section

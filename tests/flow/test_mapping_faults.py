"""A rule that does not fit what a vendor has is told with the file and the line it stands on, by run and plan."""

from dataclasses import replace
from pathlib import Path

import pytest

from commands.toml_text import write_toml
from connectors.base import FieldInfo
from mapping.problems import ConfigurationError
from mapping.records import ValueType
from sync.configuration import read_configuration
from tests.flow.world import SECRETS, TABLE, World

RULES = """
[companies.acme.mapping]
Nope__c = "job_title"
Locked__c = "job_title"
Fine__c = "job_title"
"""
OWN_FILE = """
[mapping]
Nope__c = "job_title"
"""


@pytest.fixture
def strict(world: World) -> World:
    kinds = world.crm.fields["Lead"]
    for name, more in (
        ("Locked__c", {"writable": False}),
        ("Number__c", {"type": ValueType.number}),
        ("Fine__c", {}),
    ):
        info = FieldInfo(name=name, label=name, type=ValueType.text, writable=True)
        kinds[name] = replace(info, **more)
    return world


def faults(world: World, path: Path) -> dict[str, str]:
    """Each problem's place and key of the company in this configuration, the same by plan and by run."""
    world.company = read_configuration(path, SECRETS).companies["acme"]
    with pytest.raises(ConfigurationError) as told:
        world.plan()
    with pytest.raises(ConfigurationError) as again:
        world.run()
    assert again.value.problems == told.value.problems
    return {each.key: each.where for each in told.value.problems}


def test_each_fault_names_the_line_of_its_rule(strict: World, tmp_path: Path) -> None:
    text = write_toml(TABLE, "companies.acme") + RULES
    (tmp_path / "config.toml").write_text(text, "utf-8")
    lines = {line.partition(" ")[0]: n for n, line in enumerate(text.splitlines(), 1)}
    assert faults(strict, tmp_path / "config.toml") == {
        f"companies.acme.mapping.{name}": f"config.toml:{lines[name]}" for name in ("Nope__c", "Locked__c")
    }


def test_a_company_in_a_file_of_its_own_is_told_with_that_file(strict: World, tmp_path: Path) -> None:
    (tmp_path / "companies").mkdir()
    text = write_toml(TABLE, "x").replace("[x]\n", "").replace("[x.", "[") + OWN_FILE
    (tmp_path / "companies" / "acme.toml").write_text(text, "utf-8")
    line = text.splitlines().index('Nope__c = "job_title"') + 1
    assert faults(strict, tmp_path) == {"companies.acme.mapping.Nope__c": f"companies/acme.toml:{line}"}

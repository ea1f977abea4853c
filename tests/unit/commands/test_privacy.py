"""No command tells what is sensitive, whatever it prints: on the terminal, as JSON, to the log or into a page."""

import re
from pathlib import Path

import pytest

from commands import checking, erasing, listing, planning, running
from mapping.records import ValueType
from tests.flow.world import HOUR, MQL
from tests.unit.commands.conftest import Desk

PERSON = {
    "email": "erika@hush.example",
    "firstname": "Erika",
    "lastname": "Unmistakable",
    "phone": "+34911222333",
    "jobtitle": "Alchemist",
    "company": "Hush Ltd",
    "annual_budget": "Eighty thousand",
}
SECRET = re.compile(r"erika|unmistakable|911222333|alchemist|hush|eighty|wizard|sorcerer", re.IGNORECASE)
COMMANDS = [
    ("plan",),
    ("plan", "--resend"),
    ("plan", "--lead", "LEAD"),
    ("run",),
    ("status",),
    ("explain", "LEAD"),
    ("report",),
    ("report", "--html", "PAGE"),
    ("refused", "list"),
    ("matches", "list"),
    ("notices",),
    ("agreement", "show"),
    ("agreement", "history"),
    ("recompute", "--from", "2026-05-10", "--dry-run"),
    ("backtest", "--since", "2026-05-01"),
    ("fields",),
    ("fields", "--suggest"),
    ("config", "show"),
    ("check",),
    ("erase", "LEAD", "--yes"),
]
TIMED = {"plan", "run", "explain", "backtest", "erase"}


@pytest.fixture
def full(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A company with a lead that was passed, one that is refused, one whose value is asked about, and a new one."""
    world = desk.world
    for module in (running, planning, listing, checking, erasing):
        monkeypatch.setattr(module, "connect", lambda *_: (world.marketing, world.crm))
    monkeypatch.setenv("ACUERDO_ERASURE_KEY", "0123456789abcdef0123456789abcdef")
    desk.add_property("annual_budget", ValueType.text)
    desk.configure(
        lead_fields={"purse": {"from": "annual_budget", "type": "text", "sensitive": True}},
        mapping={
            "Title": {"from": "job_title", "wins": "newest"},
            "Description": {
                "template": "{{ lead.first_name | default('') }}: {{ lead.purse | default('') }}"
            },
        },
    )
    desk.define(
        {
            "all": [
                {"field": "lifecycle_stage", "eq": MQL},
                {"not": {"field": "account", "contains": "Nobody"}},
            ]
        }
    )
    world.begin()
    contact = world.mql(**PERSON)
    world.run()
    world.wait(HOUR)
    world.crm.edit(world.lead(contact).id, {"Title": "Wizard"})
    world.marketing.change(contact, {"jobtitle": "Sorcerer"})
    world.mql(**{**PERSON, "email": "other@hush.example", "jobtitle": "Alchemist" * 40})
    world.run()
    world.wait(HOUR)
    world.mql(**{**PERSON, "email": "third@hush.example"})
    return desk


@pytest.mark.parametrize("as_json", [False, True], ids=["told", "json"])
def test_no_command_prints_a_sensitive_value(full: Desk, tmp_path: Path, *, as_json: bool) -> None:
    contact = next(iter(full.world.marketing.contacts))
    page = tmp_path / "report.html"
    for words in COMMANDS:
        chosen = [{"LEAD": f"hubspot-4242-{contact}", "PAGE": str(page)}.get(each, each) for each in words]
        more = ["--json"] if as_json else []
        made = full.ask(*chosen, *more, now=words[0] in TIMED)
        assert made.exit_code in (0, 65, 78), (words, made.output)
        told = made.stdout + made.stderr + (page.read_text("utf-8") if page.exists() else "")
        assert set(SECRET.findall(told)) == set(), words


def test_the_values_there_are_would_be_found(full: Desk) -> None:
    (asked, *_) = full.json("matches", "list", now=False)
    assert asked["field"] == "Title"
    assert full.json("refused", "list", now=False)
    assert SECRET.search(str(full.world.marketing.contacts))
    assert SECRET.search(str(full.world.crm.rows))

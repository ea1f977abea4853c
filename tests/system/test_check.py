"""`acuerdo check` tells before a run what would keep it from working, with what to do."""

from collections.abc import Iterator
from typing import Any

import pytest

from commands.checking import skew
from connectors.base import Grade
from tests.system.conftest import Ended, Served, Shell, serving


@pytest.fixture(scope="module")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """One sandbox for all of these, set up once."""
    with serving() as start:
        shell = Shell(tmp_path_factory.mktemp("check"), start())
        shell.configure()
        assert shell.run("setup", "--yes").status == 0
        yield shell


@pytest.fixture
def ready(set_up: Shell) -> Shell:
    """The sandbox with its settings as they were, and a shell with the shipped example."""
    usual = {"hubspot.daily_limit": 650_000, "salesforce.hidden_objects": ""}
    served(set_up).control("POST", "/settings", **usual)
    set_up.configure()
    set_up.more.clear()
    return set_up


def served(shell: Shell) -> Served:
    assert shell.served is not None
    return shell.served


def row(ended: Ended, what: str) -> dict[str, Any]:
    return next(each for each in ended.json if each["what"] == what)


def test_a_sound_company_is_checked_without_a_write_and_exits_0(ready: Shell) -> None:
    ended = ready.run("check", "--json")
    assert ended.status == 0
    assert {each["grade"] for each in ended.json if each["company"] == "acme"} == {"ok"}
    assert row(ended, "hubspot")["state"].startswith("HubSpot portal")


def test_a_token_without_a_scope_is_told_with_the_scope(ready: Shell) -> None:
    held = [
        "crm.lists.read",
        "crm.objects.contacts.read",
        "crm.schemas.contacts.read",
        "crm.schemas.contacts.write",
        "oauth",
    ]
    ready.more["HUBSPOT_TOKEN"] = served(ready).control("POST", "/hubspot/tokens", scopes=held)["token"]
    ended = ready.run("check", "--json")
    assert ended.status == 78
    missing = {each["what"]: each for each in ended.json if each["grade"] == "fault"}
    assert set(missing) == {
        "hubspot: scope crm.objects.contacts.write",
        "hubspot: scope crm.lists.write",
    }
    assert "add the scope crm.lists.write" in missing["hubspot: scope crm.lists.write"]["remedy"]


def test_a_quota_that_is_nearly_used_up_is_a_note(ready: Shell) -> None:
    usage = served(ready).hubspot("GET", "/account-info/v3/api-usage/daily/private-apps")["results"][0]
    calls_of_a_check = 20  # more than it takes
    limit = usage["currentUsage"] + calls_of_a_check
    served(ready).control("POST", "/settings", **{"hubspot.daily_limit": limit * 10})
    assert row(ready.run("check", "--json"), "hubspot: calls a day")["grade"] == "ok"
    used = served(ready).hubspot("GET", "/account-info/v3/api-usage/daily/private-apps")["results"][0]
    served(ready).control("POST", "/settings", **{"hubspot.daily_limit": used["currentUsage"] + 10})
    left = row(ready.run("check", "--json"), "hubspot: calls a day")
    assert left["grade"] == "note"
    assert left["remedy"]


def test_an_object_that_the_user_may_not_see_is_a_fault(ready: Shell) -> None:
    served(ready).control("POST", "/settings", **{"salesforce.hidden_objects": "Task LeadHistory"})
    ended = ready.run("check", "--json")
    assert ended.status == 78
    assert row(ended, "salesforce: rights on Task")["grade"] == "fault"
    assert "read, create" in row(ended, "salesforce: rights on Task")["remedy"]
    assert row(ended, "salesforce: rights on LeadHistory")["grade"] == "note"


def test_a_lead_field_that_no_property_fills_is_told_with_the_nearest(ready: Shell) -> None:
    ready.configure('[companies.acme.lead_fields]\nfit_score = "hubspotscor"\n')
    ended = ready.run("check", "--json")
    assert ended.status == 0
    (told,) = [each for each in ended.json if each["what"].endswith(": companies.acme.lead_fields.fit_score")]
    assert told["what"].startswith("config.toml:")
    assert "hubspotscore" in told["remedy"]


def test_owners_in_marketing_who_are_no_user_of_the_crm_are_told_by_their_ids(ready: Shell) -> None:
    ready.configure('[companies.acme.mapping]\nOwnerId = { from = "owner", wins = "never" }\n')
    ended = ready.run("check", "--json")
    assert ended.status == 0
    (told,) = [each for each in ended.json if each["what"] == "owners"]
    people = served(ready).hubspot("GET", "/crm/v3/owners")["results"]
    ids = [each["id"] for each in people if each["type"] == "PERSON"]
    assert told["grade"] == "note"
    assert told["state"].startswith(f"{len(ids)} of hubspot are no active user of salesforce")
    assert all(each in told["state"] for each in ids)
    assert "@" not in ended.out
    assert "no_user" in told["remedy"]


def test_the_integration_that_hubspot_sells_is_noticed(ready: Shell) -> None:
    served(ready).hubspot(
        "POST",
        "/crm/v3/properties/contacts",
        {
            "name": "salesforceleadid",
            "label": "Salesforce Lead ID",
            "type": "string",
            "fieldType": "text",
            "groupName": "contactinformation",
        },
    )
    ended = ready.run("check", "--json")
    found = row(ended, "hubspot: HubSpot's own Salesforce integration")
    assert ended.status == 0
    assert found["grade"] == "note"
    assert "no contact that did not come from Salesforce became an MQL yet" in found["state"]
    assert "by that, Acuerdo makes a record where it finds none" in found["state"]
    assert "integration_users" in found["remedy"]


@pytest.mark.parametrize(
    ("theirs", "grade", "said"),
    [
        (1_060, Grade.ok, "agrees"),
        (1_061, Grade.note, "61 s behind"),
        (4_600, Grade.fault, "3600 s behind"),
        (-2_600, Grade.fault, "3600 s ahead"),
    ],
)
def test_clocks_that_differ_are_told(theirs: int, grade: Grade, said: str) -> None:
    found = skew("hubspot", theirs, 1_000)
    assert found.grade is grade
    assert said in found.state

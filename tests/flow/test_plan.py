"""A plan tells each record's fields as they are and as they will be, in total and against the limits."""

import json
from dataclasses import replace

import pytest

from connectors.base import FieldInfo
from mapping.privacy import HIDDEN, sensitive_properties
from mapping.records import ValueType
from mapping.rules import parse_rules
from sync.difference import Difference, differences_of, totals_of
from sync.limits import LimitExceeded, Limits
from sync.rehearsal import PlannedWrite
from tests.flow.world import DAY, World, company

SECRET = ("Erika", "Unmistakable", "erika@example.org", "+34911222333")
PERSON = {
    "firstname": "Erika",
    "lastname": "Unmistakable",
    "email": "erika@example.org",
    "phone": "+34911222333",
}


@pytest.fixture
def world(world: World) -> World:
    world.begin()
    return world


def know(world: World, *names: str) -> None:
    """Marketing has these properties too."""
    for name in names:
        world.marketing.fields[name] = FieldInfo(name=name, label=name, type=ValueType.text, writable=True)


def changes(world: World, verb: str, system: str) -> dict[str, Difference]:
    (write,) = [each for each in world.plan().writes if (each.verb, each.system) == (verb, system)]
    return {each.field: each for each in differences_of(write)}


def test_a_new_record_shows_every_field_that_it_will_have(world: World) -> None:
    know(world, "hs_analytics_source")
    world.mql(company="Example", hs_analytics_source="ORGANIC_SEARCH")
    (write,) = [each for each in world.plan().writes if each.verb == "push"]
    assert write.creates
    found = {each.field: each for each in differences_of(write)}
    assert (found["LeadSource"].old, found["LeadSource"].new) == (None, "Organic search")
    assert {each.kind for each in found.values()} == {"set"}
    assert all(each.new not in (None, "") for each in found.values())


def test_a_status_that_changes_shows_what_stands_there_and_nothing_that_stays(world: World) -> None:
    contact = world.mql()
    world.run()
    world.wait(10 * DAY)
    for system, name in (("hubspot", "acuerdo_sla_status"), ("salesforce", "Acuerdo_SLA_Status__c")):
        found = changes(world, "status", system)
        assert (found[name].old, found[name].new) == ("waiting_first_contact", "breached"), found
        assert found[name].kind == "changed"
    assert "acuerdo_cycle" not in changes(world, "status", "hubspot")
    assert "Acuerdo_Lead_Id__c" not in changes(world, "status", "salesforce")
    assert world.shown(contact) == "waiting_first_contact"


def test_what_a_plan_shows_is_what_the_run_changes(world: World) -> None:
    contact = world.mql()
    world.run()
    world.wait(10 * DAY)
    before = dict(world.marketing.contacts[contact].values)
    planned = {
        name: (each.old, each.new)
        for name, each in changes(world, "status", "hubspot").items()
        if name != "acuerdo_judged_at"  # when it was judged before is not kept
    }
    world.run()
    after = world.marketing.contacts[contact].values
    real = {
        name: (before.get(name), after.get(name))
        for name in after
        if before.get(name) != after.get(name) and name != "acuerdo_judged_at"
    }
    assert planned == real


def test_no_sensitive_value_is_in_a_plan_as_it_is_told(world: World) -> None:
    world.mql(**PERSON)
    row = world.plan().as_row()
    told = json.dumps(row)
    assert [each for each in SECRET if each in told] == []
    (push,) = [each for each in row["writes"] if each["verb"] == "push"]
    assert push["values"]["LastName"] == HIDDEN
    assert {"field": "LastName", "old": None, "new": HIDDEN} in push["changes"]


def test_what_a_company_calls_sensitive_is_hidden_too(world: World) -> None:
    table = {
        "LastName": "last_name",
        "Company": "account",
        "Title": {"from": "industry", "sensitive": True},
        "Description": {"template": "at {{ lead.account | default('?') }}"},
        "LeadSource": "source",
    }
    rules = parse_rules(table, world.company.fields.types)
    world.company = replace(world.company, rules=rules)
    know(world, "industry", "hs_analytics_source")
    world.mql(industry="SECRETIVE", hs_analytics_source="OFFLINE", company="Hush Ltd")
    row = world.plan().as_row()
    (push,) = [each for each in row["writes"] if each["verb"] == "push"]
    assert push["values"]["Title"] == push["values"]["Description"] == HIDDEN
    assert push["values"]["LeadSource"] == "OFFLINE"
    assert not {"SECRETIVE", "Hush Ltd"} & set(json.dumps(row).replace('"', " ").split())


def test_a_plan_is_held_against_the_limits(world: World) -> None:
    world.company = replace(world.company, limits=Limits(create=1, change_records=7, change_share=0))
    for _ in range(2):
        world.mql()
    plan = world.plan()
    assert plan.stopped
    assert plan.as_row()["limits"] == {
        "creations": 2,
        "most_creations": 1,
        "changes": 0,
        "most_changes": 7,
        "linked": 0,
    }


def test_the_totals_count_each_field(world: World) -> None:
    for _ in range(3):
        world.mql()
    totals = {(each["verb"], each["field"]): each for each in totals_of(world.plan().writes)}
    assert totals["push", "LastName"]["set"] == 3
    assert totals["status", "acuerdo_sla_status"]["set"] == 3


def test_one_lead_can_be_looked_at_by_any_of_its_ids(world: World) -> None:
    one, two = world.mql(), world.mql()
    plan = world.plan()
    for name in (f"hubspot-4242-{one}", one):
        assert {each.lead for each in plan.of_lead(name).writes} == {f"hubspot-4242-{one}"}
    world.run()
    world.wait(10 * DAY)
    record = world.lead(two).id
    writes = world.plan().of_lead(record).writes
    assert {(each.lead, each.system) for each in writes} == {
        (f"hubspot-4242-{two}", "hubspot"),
        (f"hubspot-4242-{two}", "salesforce"),
    }
    assert plan.of_lead("nobody").writes == ()


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [(None, 1, "set"), ("", 1, "set"), (1, 2, "changed"), (1, None, "cleared"), (1, "", "cleared")],
)
def test_a_field_is_set_changed_or_cleared(old: object, new: object, kind: str) -> None:
    write = PlannedWrite(
        system="salesforce",
        verb="fields",
        lead="a",
        id="1",
        values={"X": new},
        before={"X": old},  # type: ignore[dict-item]  # any value
    )
    (found,) = differences_of(write)
    assert found.kind == kind


def test_a_field_that_nobody_has_read_is_written_and_its_old_value_left_out() -> None:
    write = PlannedWrite(system="salesforce", verb="fields", lead="a", id="1", values={"X": 1})
    (found,) = differences_of(write)
    assert (found.kind, found.as_row()) == ("written", {"field": "X", "new": 1})


@pytest.mark.parametrize(("old", "new"), [(1, 1), (None, ""), ((), None)])
def test_a_field_that_stays_is_no_difference(old: object, new: object) -> None:
    write = PlannedWrite(
        system="salesforce",
        verb="fields",
        lead="a",
        id="1",
        values={"X": new},
        before={"X": old},  # type: ignore[dict-item]  # any value
    )
    assert differences_of(write) == ()


def test_the_platforms_properties_behind_sensitive_fields_are_hidden() -> None:
    fields = company(lead_fields={"budget": {"from": "annual_budget", "sensitive": True}}).fields
    hidden = sensitive_properties((), fields)
    assert {"email", "firstname", "annual_budget"} <= hidden
    assert "hs_analytics_source" not in hidden


def test_what_would_be_refused_is_told_with_the_reason_and_without_the_value(world: World) -> None:
    world.company = company(mapping={"Title": {"value": "wordy " * 60}})
    contact = world.mql()
    plan = world.plan()
    assert {(each.system, each.verb) for each in plan.writes} == {("hubspot", "status")}
    (row,) = plan.as_row()["refused"]
    assert (row["lead"], row["code"]) == (f"hubspot-4242-{contact}", "too_long")
    assert "Title" in row["message"]
    assert "wordy wordy" not in json.dumps(plan.as_row())
    assert plan.of_lead(contact).refused == plan.refused
    assert plan.of_lead("nobody").refused == ()


def test_what_usually_stands_in_a_field_makes_it_sensitive_where_no_rule_fills_it() -> None:
    fields = company(mapping={"Phone": False, "their_phone": {"from": "Phone", "direction": "to_marketing"}})
    assert "Phone" in fields.hidden["salesforce"]
    assert "their_phone" in fields.hidden["hubspot"]


@pytest.mark.parametrize("text", ["{{ lead . account }}", "{% if lead.account %}yes{% endif %}"])
def test_a_template_is_sensitive_however_it_reads_a_sensitive_field(text: str) -> None:
    assert "Description" in company(mapping={"Description": {"template": text}}).hidden["salesforce"]


def test_a_plan_shows_what_a_run_would_do_about_contacts_that_are_suddenly_gone(world: World) -> None:
    contacts = [world.mql() for _ in range(60)]
    world.run(allow_changes=60)
    world.wait(DAY)
    for contact in contacts:
        del world.marketing.contacts[contact]
    plan = world.plan()
    assert "60 of 60 contacts" in (plan.stopped or "")
    assert "--allow-changes 60" in (plan.stopped or "")
    assert plan.summary.counts["pull"]["gone"] == 60
    allowed = world.plan(allow_changes=60)
    assert (allowed.stopped, allowed.writes) == (None, plan.writes)
    with pytest.raises(LimitExceeded):
        world.run()

"""A changed mapping: told before it is applied, with whom it touches; sending everybody anew is a choice."""

from typing import Any

import pytest

from connectors.errors import Unavailable
from sync.limits import LimitExceeded
from sync.revision import Revision
from tests.flow.world import HOUR, World, company


@pytest.fixture
def world(world: World) -> World:
    world.begin()
    return world


def revision(world: World) -> Revision | None:
    return world.plan().summary.revision


def remap(world: World, **over: Any) -> None:
    world.company = company(**over)


def test_the_same_mapping_is_no_revision(world: World) -> None:
    world.mql()
    world.run()
    assert revision(world) is None
    assert world.run().revision is None


def test_before_the_first_run_there_is_nothing_to_differ_from(world: World) -> None:
    world.company = company("beta")
    assert revision(world) is None


def test_what_is_added_changed_and_taken_away_is_told_with_the_leads_it_touches(world: World) -> None:
    for _ in range(2):
        world.mql()
    world.run()
    remap(world, mapping={"Title": {"value": "Dr"}, "Website": False, "Description": {"value": "x"}})
    expected = Revision(added=("Description",), changed=("Title",), removed=("Website",), leads=2)
    assert revision(world) == expected
    assert world.plan().as_row()["mapping"] == {
        "added": ["Description"],
        "changed": ["Title"],
        "removed": ["Website"],
        "leads": 2,
    }
    assert "Title changed" in str(expected)


def test_another_source_of_a_field_changes_the_rules_that_read_it(world: World) -> None:
    remap(world, lead_fields={"job_title": "occupation"})
    found = revision(world)
    assert found is not None
    assert found.changed == ("Title",)


def test_leads_that_sales_has_are_left_alone_unless_a_run_is_asked_to_send_anew(world: World) -> None:
    contact = world.mql(jobtitle="CFO")
    world.run()
    world.wait(60)
    world.run()
    remap(world, mapping={"Title": {"template": "{{ lead.job_title }} (new)"}})
    assert world.plan().writes == ()
    assert world.run().written == 0
    assert world.lead(contact).values["Title"] == "CFO"
    newcomer = world.mql(jobtitle="CTO")
    world.run()
    assert world.lead(newcomer).values["Title"] == "CTO (new)"
    assert world.lead(contact).values["Title"] == "CFO"

    world.wait(60)
    world.run(resend=True)
    assert world.lead(contact).values["Title"] == "CFO (new)"
    world.wait(60)
    assert world.run().written == 0


def test_a_revision_is_told_until_a_whole_run_has_mapped_by_it(world: World) -> None:
    world.mql()
    world.run()
    world.wait(60)
    remap(world, mapping={"Title": {"value": "Dr"}})
    assert revision(world) is not None
    assert revision(world) is not None, "a plan notes nothing"
    assert world.run().revision is not None
    assert revision(world) is None
    assert world.run().revision is None


def test_a_first_run_that_was_stopped_is_what_a_later_mapping_differs_from(world: World) -> None:
    world.company = company("beta")
    world.crm.faults.fail("push", Unavailable("down", system="salesforce"), times=9)
    world.mql()
    assert world.run().faults
    world.company = company("beta", mapping={"Title": {"value": "Dr"}})
    found = world.plan().summary.revision
    assert found is not None
    assert found.changed == ("Title",)


def test_rules_that_a_stopped_run_began_with_are_told_though_they_are_taken_back(world: World) -> None:
    world.mql(jobtitle="CFO")
    world.run()
    world.wait(60)
    world.crm.faults.fail("changes", Unavailable("down", system="salesforce"), times=9)
    remap(world, mapping={"Title": {"value": "Dr"}, "Website": False})
    assert world.run().faults
    world.crm.faults.pending.clear()
    remap(world)
    found = revision(world)
    assert found is not None
    assert (found.added, found.changed, found.removed) == (("Website",), ("Title",), ())
    world.wait(60)
    assert world.run().revision == found
    assert revision(world) is None


def test_what_a_stopped_run_mapped_by_other_rules_is_mapped_again_before_it_is_written(world: World) -> None:
    first = world.mql(jobtitle="CMO")
    world.run()
    world.wait(HOUR)
    limits = {"create": 1, "change_records": 0, "change_share": 0}
    remap(world, mapping={"Title": {"template": "{{ lead.job_title }} B"}}, limits=limits)
    world.marketing.change(first, {"jobtitle": "CEO"})
    others = [world.mql(jobtitle="CTO") for _ in range(2)]
    with pytest.raises(LimitExceeded):
        world.run()
    world.wait(60)
    remap(world, mapping={"Title": {"template": "{{ lead.job_title }} C"}}, limits=limits)
    planned = {each.values.get("Title") for each in world.plan().writes if "Title" in each.values}
    assert planned == {"CEO C", "CTO C"}
    world.run(allow_changes=2)
    assert world.lead(first).values["Title"] == "CEO C"
    assert {world.lead(each).values["Title"] for each in others} == {"CTO C"}
    world.wait(60)
    assert world.run().written == 0


def test_that_a_rule_is_sensitive_changes_nothing_over_there(world: World) -> None:
    remap(world, mapping={"Title": {"from": "job_title", "sensitive": True}})
    assert revision(world) is None

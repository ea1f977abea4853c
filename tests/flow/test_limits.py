"""What a run would change is counted as records, whatever is written to them, before the first write (promise 4)."""

from typing import Any

import pytest

from mapping.records import RecordState
from sync.accounts import wanted_fields
from sync.ledger.store import Ledger
from sync.limits import LimitExceeded
from tests.flow.scenes import Step, perform
from tests.flow.test_fields import info
from tests.flow.world import DAY, HOUR, SELLER, World, company


def made(ledger: Ledger, most: int, **more: Any) -> World:
    limits = {"change_records": most, "change_share": 0}
    world = World(ledger, company=company(limits=limits, **more))
    world.marketing.fields["crm_title"] = info("crm_title")
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    return world


def passed(world: World, count: int) -> list[str]:
    found = [world.mql(jobtitle="CMO") for _ in range(count)]
    world.run()
    world.wait(HOUR)
    return found


def changes(world: World) -> int:
    planned = world.plan().planned
    assert planned is not None
    return planned.changes


def test_changes_of_different_kinds_add_up(ledger: Ledger) -> None:
    rules = {
        "Title": {"from": "job_title", "wins": "sales"},
        "crm_title": {"from": "Title", "direction": "to_marketing"},
    }
    world = made(ledger, 1, mapping=rules)
    to_crm, to_marketing = passed(world, 2)
    world.run(allow_changes=2)  # the title that sales got comes back once
    world.wait(HOUR)
    world.marketing.change(to_crm, {"firstname": "Another"})
    world.crm.edit(world.lead(to_marketing).id, {"Title": "Boss"})
    before = dict(world.lead(to_crm).values)
    assert changes(world) == 2
    with pytest.raises(LimitExceeded, match=r"change 2 records .2 are linked.*limit is 1.*--allow-changes 2"):
        world.run()
    assert world.lead(to_crm).values == before
    world.run(allow_changes=2)
    assert world.lead(to_crm).values["FirstName"] == "Another"
    assert world.marketing.contacts[to_marketing].values["crm_title"] == "Boss"


def test_a_lead_to_which_much_is_written_is_one_changed_record(ledger: Ledger) -> None:
    world = made(ledger, 1)
    (contact,) = passed(world, 1)
    world.marketing.change(contact, {"jobtitle": "CEO"})
    perform(world, Step("not now"))
    assert changes(world) == 1
    verbs = {each.verb for each in world.plan().writes}
    assert {"fields", "status", "track"} <= verbs
    world.run()


def test_a_record_that_is_there_and_gets_a_lead_is_a_changed_record(ledger: Ledger) -> None:
    world = made(ledger, 1)
    for number in range(2):
        world.crm.add(
            "Lead", {"LastName": "Known", "Company": "X", "Email": f"k{number}@x.org"}, owner=SELLER
        )
        world.mql(email=f"k{number}@x.org")
    world.mql()
    planned = world.plan().planned
    assert planned is not None
    assert (planned.creations, planned.changes) == (1, 2)
    with pytest.raises(LimitExceeded, match="--allow-changes 2"):
        world.run()
    assert all(row.values["LastName"] == "Known" for row in world.crm.rows.values())
    world.run(allow_changes=2)
    assert len(world.crm.rows) == 3


def test_what_comes_with_a_new_record_is_no_change(ledger: Ledger) -> None:
    world = made(ledger, 0)
    contact = world.mql()
    assert changes(world) == 0
    world.run()
    assert world.shown(contact) == "waiting_first_contact"


def test_what_no_record_will_show_is_not_counted(ledger: Ledger) -> None:
    world = made(ledger, 0)
    (contact,) = passed(world, 1)
    world.crm.delete(world.lead(contact).id)
    world.marketing.archive(contact)
    world.run(allow_changes=1)
    world.wait(10 * DAY)
    assert world.marketing.contacts[contact].state is RecordState.archived
    assert changes(world) == 0
    world.run()


def test_both_limits_are_told_at_once_with_the_number_that_lets_both_through(ledger: Ledger) -> None:
    world = made(ledger, 0)
    (contact,) = passed(world, 1)
    world.company = company(limits={"create": 1, "change_records": 0, "change_share": 0})
    world.marketing.change(contact, {"firstname": "Another"})
    for _ in range(2):
        world.mql()
    with pytest.raises(LimitExceeded, match=r"create 2 .*change 1 records .*--allow-changes 2") as told:
        world.run()
    assert world.plan().stopped == str(told.value)
    world.run(allow_changes=2)

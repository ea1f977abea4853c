"""`matches list` and `matches settle`, as a person at a terminal uses them."""

import re

import pytest

from commands import running
from mapping.privacy import HIDDEN
from mapping.records import ValueType
from tests.flow.world import HOUR, SELLER
from tests.unit.commands.conftest import Desk

NEWEST = {"mapping": {"Title": {"from": "job_title", "wins": "newest"}}}


def conflicting(desk: Desk) -> str:
    """A lead whose title both sides changed between two runs; answers its id in marketing."""
    world = desk.world
    desk.configure(**NEWEST)
    world.begin()
    contact = world.mql(jobtitle="CMO")
    world.run()
    world.wait(HOUR)
    world.crm.edit(world.lead(contact).id, {"Title": "Boss"})
    world.marketing.change(contact, {"jobtitle": "CEO"})
    world.run()
    world.wait(HOUR)
    return contact


def doubled(desk: Desk, *kinds: str) -> tuple[str, list[str]]:
    """A lead whose address several records have; answers its id in marketing and theirs."""
    world = desk.world
    world.begin()
    known = {"LastName": "Known", "Company": "X", "Email": "lead1@example.org"}
    records = [world.crm.add(kind, known, owner=SELLER) for kind in kinds]
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    return contact, records


def test_a_conflict_is_listed_with_both_values_their_times_and_how_to_settle_it(desk: Desk) -> None:
    contact = conflicting(desk)
    (row,) = desk.json("matches", "list", now=False)
    assert (row["lead"], row["field"]) == (f"hubspot-4242-{contact}", "Title")
    assert row["marketing"]["at"] == row["sales"]["at"]
    assert row["settle"] == [
        f"acuerdo matches settle hubspot-4242-{contact} {side} --field Title"
        for side in ("marketing", "sales")
    ]
    shown = desk("matches", "list", now=False).stdout
    assert "1 to decide" in shown


def test_the_values_of_a_sensitive_field_are_told_to_nobody_but_where_to_look_at_them_is(desk: Desk) -> None:
    contact = conflicting(desk)
    (row,) = desk.json("matches", "list", now=False)
    assert row["marketing"]["value"] == row["sales"]["value"] == HIDDEN
    assert contact in row["marketing"]["link"]
    assert desk.world.lead(contact).id in row["sales"]["link"]
    shown = desk("matches", "list", now=False)
    assert HIDDEN in shown.stdout
    assert not {"CEO", "Boss"} & set(re.findall(r"\w+", shown.stdout + shown.stderr))


def test_the_values_of_any_other_field_are_told_from_both_sides(desk: Desk) -> None:
    world = desk.world
    desk.configure(mapping={"LeadSource": {"from": "source", "wins": "newest"}})
    desk.add_property("hs_analytics_source", ValueType.text)
    world.begin()
    contact = world.mql(hs_analytics_source="OFFLINE")
    world.run()
    world.wait(HOUR)
    world.crm.edit(world.lead(contact).id, {"LeadSource": "Fair"})
    world.marketing.change(contact, {"hs_analytics_source": "REFERRALS"})
    world.run()
    (row,) = desk.json("matches", "list", now=False)
    assert (row["marketing"]["value"], row["sales"]["value"]) == ("REFERRALS", "Fair")


def test_what_marketing_says_is_written_by_the_next_run_and_not_asked_again(desk: Desk) -> None:
    contact = conflicting(desk)
    desk("matches", "settle", contact, "marketing", "--field", "Title", now=False)
    assert desk.json("matches", "list", now=False) == []
    assert desk.world.lead(contact).values["Title"] == "Boss"
    desk.world.run()
    assert desk.world.lead(contact).values["Title"] == "CEO"
    desk.world.wait(60)
    desk.world.run()
    assert desk.json("matches", "list", now=False) == []


def test_what_sales_says_stays_until_marketing_changes_it_again(desk: Desk) -> None:
    contact = conflicting(desk)
    desk("matches", "settle", contact, "sales", "--field", "Title", now=False)
    desk.world.run()
    assert desk.world.lead(contact).values["Title"] == "Boss"
    assert desk.json("matches", "list", now=False) == []
    desk.world.wait(60)
    desk.world.marketing.change(contact, {"jobtitle": "CTO"})
    desk.world.run()
    assert desk.world.lead(contact).values["Title"] == "CTO"


def test_a_lead_that_several_records_could_be_is_listed_and_goes_to_the_one_that_a_person_names(
    desk: Desk,
) -> None:
    contact, (first, second) = doubled(desk, "Lead", "Lead")
    (row,) = desk.json("matches", "list", now=False)
    assert (row["field"], row["code"]) == ("", "several_by_email")
    assert [record for _, record in row["records"]] == [first, second]
    assert row["settle"][-1] == f"acuerdo matches settle hubspot-4242-{contact} new"
    desk("matches", "settle", contact, second, now=False)
    (row,) = desk.json("matches", "list", now=False)
    assert row["settled"] == second
    desk.world.run()
    assert desk.world.lead(contact).id == second
    assert desk.world.shown(contact) == "waiting_first_contact"
    assert desk.json("matches", "list", now=False) == []
    assert desk.json("refused", "list", now=False) == []


def test_a_lead_that_is_none_of_them_gets_a_record_of_its_own(desk: Desk) -> None:
    contact, known = doubled(desk, "Lead", "Contact")
    desk("matches", "settle", contact, "new", now=False)
    desk.world.run()
    assert desk.world.lead(contact).id not in known
    assert desk.json("matches", "list", now=False) == []


def test_a_question_goes_by_itself_when_the_records_are_merged(desk: Desk) -> None:
    contact, (first, second) = doubled(desk, "Lead", "Lead")
    desk.world.crm.merge(first, second)
    desk.world.run()
    assert desk.world.lead(contact).id == first
    assert desk.json("matches", "list", now=False) == []


def test_the_record_of_another_lead_is_not_to_be_had(desk: Desk) -> None:
    world = desk.world
    world.begin()
    other = world.mql()
    world.run()
    world.wait(HOUR)
    taken = world.lead(other).id
    contact = world.mql(email="lead1@example.org")
    world.run()
    (row,) = desk.json("matches", "list", now=False)
    assert (row["code"], row["settle"]) == (
        "of_another_lead",
        [f"acuerdo matches settle hubspot-4242-{contact} new"],
    )
    said = desk.refused("matches", "settle", contact, taken, now=False)
    assert f"record of hubspot-4242-{other}" in said


def test_what_is_not_asked_cannot_be_settled(desk: Desk) -> None:
    contact = conflicting(desk)
    assert "nothing is asked" in desk.refused("matches", "settle", "nobody", "sales", now=False)
    assert "--field" in desk.refused("matches", "settle", contact, "sales", now=False)
    said = desk.refused("matches", "settle", contact, "Boss", "--field", "Title", now=False)
    assert "write marketing or sales" in said


def test_a_run_that_asks_something_says_where_it_is_listed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = desk.world
    monkeypatch.setattr(running, "connect", lambda *_: (world.marketing, world.crm))
    desk.configure(**NEWEST)
    world.begin()
    contact = world.mql(jobtitle="CMO")
    world.run()
    world.wait(HOUR)
    world.crm.edit(world.lead(contact).id, {"Title": "Boss"})
    world.marketing.change(contact, {"jobtitle": "CEO"})
    told = desk("run")
    assert "acuerdo matches list" in told.stdout
    assert "Boss" not in told.stdout + told.stderr
    assert "CEO" not in told.stdout + told.stderr

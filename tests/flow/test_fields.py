"""Mapped fields after delivery: whose value stays, what comes back to marketing, and what a person is asked."""

from typing import Any

import pytest

from connectors.base import FieldInfo
from mapping.problems import ConfigurationError
from mapping.records import ValueType
from sync.accounts import wanted_fields
from sync.ledger import compared, matches, refusals
from sync.ledger.store import Ledger
from sync.limits import LimitExceeded
from tests.flow.world import DAY, HOUR, SELLER, World, company


def made(ledger: Ledger, **mapping: Any) -> World:
    """A world whose company has these rules beside the default ones; a person's property for each on the way back."""
    world = World(ledger, company=company(mapping=mapping))
    for name, row in mapping.items():
        if isinstance(row, dict) and row.get("direction") == "to_marketing":
            world.marketing.fields.setdefault(name, info(name))
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    return world


def info(name: str) -> FieldInfo:
    return FieldInfo(name=name, label=name, type=ValueType.text, writable=True, length=None)


def passed(world: World, **values: Any) -> str:
    contact = world.mql(**values)
    world.run()
    world.wait(HOUR)
    return contact


def title(world: World, contact: str) -> object:
    return world.lead(contact).values.get("Title")


def questions(world: World) -> list[matches.Match]:
    with world.ledger.read("acme") as tx:
        return matches.every(tx)


def test_what_marketing_changes_after_delivery_is_written_once_and_only_that(world: World) -> None:
    world.begin()
    contact = passed(world, jobtitle="CMO")
    world.marketing.change(contact, {"jobtitle": "CEO"})
    plan = world.plan()
    assert [(each.verb, dict(each.values)) for each in plan.writes if each.verb == "fields"] == [
        ("fields", {"Title": "CEO"})
    ]
    assert world.run().counts["write_back"]["fields"] == 1
    assert title(world, contact) == "CEO"
    world.wait(HOUR)
    assert world.run().written == 0


def test_a_blank_in_marketing_keeps_what_sales_has_unless_the_rule_clears_it(ledger: Ledger) -> None:
    world = made(ledger, Phone={"from": "phone", "blank": "clear"})
    contact = passed(world, jobtitle="CMO")
    world.marketing.change(contact, {"jobtitle": None, "phone": None})
    world.run()
    assert title(world, contact) == "CMO"
    assert world.lead(contact).values["Phone"] is None
    world.wait(HOUR)
    assert world.run().written == 0


def test_a_blank_that_the_rule_refuses_leaves_the_record_and_is_told(ledger: Ledger) -> None:
    world = made(ledger, Title={"from": "job_title", "blank": "refuse"})
    contact = passed(world, jobtitle="CMO")
    world.marketing.change(contact, {"jobtitle": None, "firstname": "Zoë"})
    assert world.run().refused == 1
    assert title(world, contact) == "CMO"
    assert world.lead(contact).values["FirstName"] == "Ana", "a lead that does not fit is refused whole"
    world.wait(HOUR)
    world.marketing.change(contact, {"jobtitle": "CEO"})
    assert world.run().refused == 0
    assert (title(world, contact), world.lead(contact).values["FirstName"]) == ("CEO", "Zoë")


def test_fields_that_the_mapping_refused_are_tried_again_when_the_mapping_changes(ledger: Ledger) -> None:
    world = made(ledger, Title={"from": "job_title", "blank": "refuse"})
    contact = world.mql(jobtitle="CFO")
    world.run()
    world.wait(HOUR)
    world.marketing.change(contact, {"jobtitle": "", "firstname": "Bea"})
    assert world.run().refused == 1
    world.wait(HOUR)
    world.company = company(mapping={"Title": "job_title"})
    assert world.run().refused == 0
    assert world.lead(contact).values["FirstName"] == "Bea"


@pytest.mark.parametrize(
    ("wins", "kept", "after"),
    [
        ("marketing", "CMO", "CEO"),
        ("sales", "Boss", "Boss"),
        ("first", "Boss", "Boss"),
        ("never", "Boss", "Boss"),
        ("newest", "Boss", "CEO"),
    ],
)
def test_whose_value_stays_when_sales_edits_and_then_marketing_does(
    ledger: Ledger, wins: str, kept: str, after: str
) -> None:
    world = made(ledger, Title={"from": "job_title", "wins": wins})
    contact = passed(world, jobtitle="CMO")
    world.crm.edit(world.lead(contact).id, {"Title": "Boss"})
    world.run()
    assert title(world, contact) == kept
    world.wait(HOUR)
    world.marketing.change(contact, {"jobtitle": "CEO"})
    world.run()
    assert title(world, contact) == after
    world.wait(HOUR)
    assert world.run().written == 0


def test_sales_wins_but_what_is_still_ours_is_kept_up_to_date(ledger: Ledger) -> None:
    world = made(ledger, Title={"from": "job_title", "wins": "sales"})
    contact = passed(world, jobtitle="CMO")
    world.marketing.change(contact, {"jobtitle": "CEO"})
    world.run()
    assert title(world, contact) == "CEO"


def both_change(world: World, contact: str) -> None:
    world.crm.edit(world.lead(contact).id, {"Title": "Boss"})
    world.wait(60)
    world.marketing.change(contact, {"jobtitle": "CEO"})


def test_two_changes_between_runs_are_asked_of_a_person_and_the_rest_is_written(ledger: Ledger) -> None:
    world = made(ledger, Title={"from": "job_title", "wins": "newest"})
    contact = passed(world, jobtitle="CMO")
    both_change(world, contact)
    world.marketing.change(contact, {"firstname": "Zoë"})
    world.run()
    assert (title(world, contact), world.lead(contact).values["FirstName"]) == ("Boss", "Zoë")
    (asked,) = questions(world)
    assert (asked.lead, asked.system, asked.field) == (f"hubspot-4242-{contact}", "salesforce", "Title")
    assert (asked.detail["marketing"], asked.detail["sales"]) == ("CEO", "Boss")
    assert asked.detail["marketing_at"] - asked.detail["sales_at"] == 60
    world.wait(HOUR)
    assert world.run().written == 0
    assert len(questions(world)) == 1


def test_a_change_that_the_platform_dates_is_newer_than_an_older_one_of_sales(ledger: Ledger) -> None:
    world = made(ledger, Title={"from": "job_title", "wins": "newest"})
    contact = passed(world, jobtitle="CMO")
    world.crm.edit(world.lead(contact).id, {"Title": "Boss"})
    world.wait(60)
    world.marketing.change(contact, {"jobtitle": "CEO"}, dated={"jobtitle": world.now})
    world.run()
    assert title(world, contact) == "CEO"
    assert questions(world) == []


def test_a_question_goes_when_both_sides_agree(ledger: Ledger) -> None:
    world = made(ledger, Title={"from": "job_title", "wins": "newest"})
    contact = passed(world, jobtitle="CMO")
    both_change(world, contact)
    world.run()
    assert len(questions(world)) == 1
    world.wait(HOUR)
    world.crm.edit(world.lead(contact).id, {"Title": "CEO"})
    world.run()
    assert questions(world) == []


def test_a_form_that_the_crm_gives_our_value_is_no_change_of_sales(ledger: Ledger) -> None:
    world = made(ledger, Title={"from": "job_title", "wins": "newest"})
    contact = passed(world, jobtitle="CMO")
    row = world.lead(contact)
    row.values["Title"] = "C.M.O."  # as the CRM keeps what we wrote: its user is still ours
    world.crm.touch(row, row.changed_by)
    world.run()
    world.wait(HOUR)
    assert world.run().written == 0
    world.marketing.change(contact, {"jobtitle": "CEO"})
    world.run()
    assert title(world, contact) == "CEO"
    assert questions(world) == []


BACK = {"crm_title": {"from": "Title", "direction": "to_marketing"}}


def test_what_sales_changes_comes_back_to_marketing_and_its_echo_changes_nothing(ledger: Ledger) -> None:
    world = made(ledger, Title={"from": "job_title", "wins": "sales"}, **BACK)
    contact = passed(world, jobtitle="CMO")
    world.run()
    world.wait(HOUR)
    world.crm.edit(world.lead(contact).id, {"Title": "Boss"})
    plan = world.plan()
    assert [(each.system, dict(each.values)) for each in plan.writes if each.verb == "fields"] == [
        ("hubspot", {"crm_title": "Boss"})
    ]
    world.run()
    assert world.marketing.contacts[contact].values["crm_title"] == "Boss"
    assert world.marketing.contacts[contact].values["jobtitle"] == "CMO"
    world.wait(HOUR)
    assert world.run().written == 0


def test_a_field_that_goes_both_ways_follows_the_newest_and_settles(ledger: Ledger) -> None:
    world = made(
        ledger,
        Title={"from": "job_title", "wins": "newest"},
        jobtitle={"from": "Title", "direction": "to_marketing", "wins": "newest"},
    )
    contact = passed(world, jobtitle="CMO")
    for change, value in (("sales", "Boss"), ("marketing", "CEO"), ("sales", "Owner"), ("sales", "CEO")):
        if change == "sales":
            world.crm.edit(world.lead(contact).id, {"Title": value})
        else:
            world.marketing.change(contact, {"jobtitle": value})
        world.run()
        assert (title(world, contact), world.marketing.contacts[contact].values["jobtitle"]) == (value, value)
        world.wait(60)
        assert world.run().counts["write_back"]["fields"] == 0
        world.wait(60)
    assert questions(world) == []


@pytest.mark.parametrize(("wins", "stays"), [("marketing", "CMO"), ("sales", "Boss")])
def test_a_field_that_goes_both_ways_stays_with_the_side_that_wins(
    ledger: Ledger, wins: str, stays: str
) -> None:
    world = made(
        ledger,
        Title={"from": "job_title", "wins": wins},
        jobtitle={"from": "Title", "direction": "to_marketing", "wins": wins},
    )
    contact = passed(world, jobtitle="CMO")
    world.crm.edit(world.lead(contact).id, {"Title": "Boss"})
    world.run()
    assert (title(world, contact), world.marketing.contacts[contact].values["jobtitle"]) == (stays, stays)
    world.wait(HOUR)
    assert world.run().written == 0


def test_rules_that_disagree_about_a_field_that_goes_both_ways_stop_the_run(ledger: Ledger) -> None:
    world = World(
        ledger,
        company=company(mapping={"jobtitle": {"from": "Title", "direction": "to_marketing"}}),
    )
    world.marketing.ensure(wanted_fields("hubspot"), [])
    world.company = company(
        mapping={"Title": "job_title", "jobtitle": {"from": "Title", "direction": "to_marketing"}}
    )
    with pytest.raises(ConfigurationError) as caught:
        world.run()
    (problem,) = caught.value.problems
    assert problem.key == "companies.acme.mapping.jobtitle.wins"
    assert "newest" in problem.write


def test_a_value_that_marketing_puts_back_is_asked_about_not_fought_over(ledger: Ledger) -> None:
    world = made(ledger, **BACK)
    contact = passed(world, jobtitle="CMO", crm_title="Theirs")
    world.run()
    assert world.marketing.contacts[contact].values["crm_title"] == "CMO"
    world.wait(HOUR)
    world.marketing.change(contact, {"crm_title": "Theirs"})
    world.run()
    assert world.marketing.contacts[contact].values["crm_title"] == "Theirs"
    (asked,) = questions(world)
    assert (asked.system, asked.field, asked.code) == ("hubspot", "crm_title", "comes_back")


def test_a_field_that_the_crm_refuses_is_told_once_and_tried_again_when_it_changes(ledger: Ledger) -> None:
    world = made(ledger)
    contact = passed(world, jobtitle="CMO")
    fields = world.crm.fields["Lead"]
    width, fields["Title"] = fields["Title"], info("Title")  # what the schema tells, until tomorrow
    world.marketing.change(contact, {"jobtitle": "X" * 100})
    fields["Title"] = FieldInfo(name="Title", label="Title", type=ValueType.text, writable=True, length=50)
    assert world.run().refused == 1
    with world.ledger.read("acme") as tx:
        (refusal,) = refusals.listed(tx)
    assert (refusal.system, refusal.operation, refusal.code) == ("salesforce", "fields", "STRING_TOO_LONG")
    world.wait(HOUR)
    world.marketing.change(contact, {"city": "Lugo"})
    assert world.run().counts["write_back"]["fields"] == 0
    fields["Title"] = width
    world.wait(HOUR)
    world.marketing.change(contact, {"jobtitle": "Short"})
    assert world.run().refused == 0
    assert title(world, contact) == "Short"


def test_a_lead_in_the_crm_already_is_filled_by_whose_value_stays(ledger: Ledger) -> None:
    world = made(
        ledger,
        Title={"from": "job_title", "wins": "sales"},
        City={"from": "city", "wins": "newest"},
        Phone={"from": "phone", "wins": "first"},
    )
    known = {"LastName": "Known", "Company": "X", "Email": "lead1@example.org", "Title": "Boss"}
    world.crm.add("Lead", known, owner=SELLER)
    contact = world.mql(jobtitle="CMO", lastname="Real", phone="+34911234567")
    world.run()
    values = world.lead(contact).values
    assert (values["Title"], values["LastName"], values["Phone"]) == ("Boss", "Real", "+34911234567")


def test_a_contact_in_the_crm_already_keeps_what_it_holds_and_is_given_what_changes(world: World) -> None:
    world.begin()
    known = {"LastName": "Known", "Email": "lead1@example.org", "Title": "Boss"}
    record = world.crm.add("Contact", known, owner=SELLER)
    contact = passed(world, jobtitle="CMO")
    world.run()
    assert world.crm.rows[record].values["Title"] == "Boss"
    world.wait(HOUR)
    world.marketing.change(contact, {"jobtitle": "CEO"})
    world.run()
    assert world.crm.rows[record].values["Title"] == "CEO"
    assert world.crm.rows[record].values["LastName"] == "Known"


def test_after_conversion_what_changes_goes_to_the_contact(world: World) -> None:
    world.begin()
    contact = passed(world, jobtitle="CMO")
    person, _ = world.crm.convert(world.lead(contact).id)
    world.run()
    world.wait(HOUR)
    world.marketing.change(contact, {"jobtitle": "CEO"})
    world.run()
    assert world.crm.rows[person].values["Title"] == "CEO"
    world.wait(HOUR)
    assert world.run().written == 0


def test_nothing_is_written_for_a_person_who_was_deleted(world: World) -> None:
    world.begin()
    contact = passed(world, jobtitle="CMO")
    world.crm.edit(world.lead(contact).id, {"Title": "Boss"})
    world.marketing.change(contact, {"jobtitle": "CEO"})
    world.marketing.archive(contact)
    world.run()
    world.wait(HOUR)
    world.run()
    assert title(world, contact) == "Boss"
    with world.ledger.read("acme") as tx:
        assert compared.owed_fields(tx, "salesforce", "", 10) == []


def test_updates_are_counted_by_the_limits_before_anything_is_written(world: World) -> None:
    world.company = company(limits={"change_records": 1, "change_share": 0})
    world.begin()
    found = [world.mql(jobtitle="CMO") for _ in range(2)]
    world.run()
    world.wait(HOUR)
    for contact in found:
        world.marketing.change(contact, {"jobtitle": "CEO"})
    with pytest.raises(LimitExceeded, match="--allow-changes 2"):
        world.run()
    assert {title(world, contact) for contact in found} == {"CMO"}
    world.run(allow_changes=2)
    assert {title(world, contact) for contact in found} == {"CEO"}


def test_a_rule_that_is_new_reads_every_record_again_and_changes_nothing_by_itself(world: World) -> None:
    world.marketing.fields["city"] = info("city")
    world.begin()
    contact = passed(world, jobtitle="CMO", city="Lugo")
    world.run()
    world.crm.fields["Lead"]["Town__c"] = info("Town__c")
    world.company = company(mapping={"Town__c": "city"})
    with world.ledger.write("acme", world.now) as tx:
        from sync.ledger import runs

        runs.drop_answers(tx)
    world.wait(DAY)
    assert world.run().counts["write_back"]["fields"] == 0
    world.wait(HOUR)
    world.marketing.change(contact, {"jobtitle": "CEO"})
    world.run()
    assert world.lead(contact).values["Town__c"] == "Lugo"


def test_a_changed_rule_is_sent_for_leads_that_change_and_for_all_only_when_asked(world: World) -> None:
    world.begin()
    first, second = passed(world, jobtitle="CMO"), passed(world, jobtitle="CTO")
    world.run()
    world.company = company(mapping={"Title": {"template": "{{ lead.job_title }}!"}})
    world.wait(60)
    world.marketing.change(first, {"firstname": "Zoë"})
    world.run()
    assert (title(world, first), title(world, second)) == ("CMO!", "CTO")
    world.wait(60)
    assert [each.values for each in world.plan(resend=True).writes if each.verb == "fields"] == [
        {"Title": "CTO!"}
    ]
    world.run(resend=True)
    assert title(world, second) == "CTO!"

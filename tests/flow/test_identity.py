"""One person, one record: found by every evidence, followed through merges, not passed against their will."""

from connectors.base import Outcome
from sync.ledger import matches
from tests.flow.world import DAY, HOUR, MQL, SELLER, World


def known(world: World, kind: str = "Lead", **values: str) -> str:
    """A record that sales entered before us; answers its id."""
    return world.crm.add(kind, {"LastName": "Known", "Company": "X", **values}, owner=SELLER)


def handled(world: World, contact: str) -> None:
    """Sales reaches the lead and gives it back for later."""
    row = world.lead(contact)
    world.crm.act(row.id, "phone", by=SELLER, answered=True, seconds=95)
    world.crm.edit(row.id, {"Acuerdo_Disposition__c": "not_now"})
    world.run()


def test_a_lead_is_found_by_a_secondary_address_in_any_case(world: World) -> None:
    world.begin()
    record = known(world, Email="Second@Example.org")
    contact = world.mql(hs_additional_emails=("first@example.org", "second@example.org"))
    world.run()
    assert world.lead(contact).id == record


def test_two_records_that_fit_two_addresses_are_asked_about(world: World) -> None:
    world.begin()
    known(world, Email="one@example.org")
    known(world, "Contact", Email="two@example.org")
    contact = world.mql(email="one@example.org", hs_additional_emails=("two@example.org",))
    world.run()
    assert world.leads(contact) == []
    with world.ledger.read("acme") as tx:
        (asked,) = matches.every(tx)
    assert asked.code == "several_by_email"
    assert {kind for kind, _ in asked.detail["candidates"]} == {"Lead", "Contact"}


def test_a_plus_or_a_dot_makes_another_person(world: World) -> None:
    world.begin()
    record = known(world, Email="ana@example.org")
    for address in ("ana+1@example.org", "an.a@example.org", "\u0430na@example.org"):
        contact = world.mql(email=address)
        world.run()
        assert world.lead(contact).id != record


def test_our_own_id_is_stronger_than_an_address(world: World) -> None:
    world.begin()
    contact = world.mql(email="ana@example.org")
    mine = known(world, Acuerdo_Lead_Id__c=f"hubspot-4242-{contact}")
    known(world, Email="ana@example.org")
    world.run()
    assert world.lead(contact).id == mine


def test_the_link_is_stronger_than_whatever_is_found_later(world: World) -> None:
    world.begin()
    contact = world.mql(email="ana@example.org")
    world.run()
    record = world.lead(contact).id
    known(world, Email="ana@example.org")
    world.wait(HOUR)
    handled(world, contact)
    world.wait(40 * DAY)
    world.marketing.change(contact, {"lifecyclestage": MQL}, dated={"lifecyclestage": world.now})
    world.run()
    assert world.lead(contact).id == record
    assert world.lead(contact).values["Acuerdo_Cycle__c"] == 2


def test_who_fills_a_form_again_is_the_same_person_in_a_new_cycle(world: World) -> None:
    world.begin()
    contact = world.mql(jobtitle="CMO")
    world.run()
    record, count = world.lead(contact).id, len(world.crm.rows)
    world.wait(HOUR)
    handled(world, contact)
    assert world.shown(contact) == "returned"
    world.wait(40 * DAY)
    values = {"lifecyclestage": MQL, "jobtitle": "CEO"}
    world.marketing.change(contact, values, dated={"lifecyclestage": world.now})
    world.run()
    row = world.lead(contact)
    assert (row.id, len(world.crm.rows)) == (record, count)
    assert (row.values["Acuerdo_Cycle__c"], row.values["Title"]) == (2, "CEO")
    assert world.shown(contact) == "waiting_first_contact"


def test_a_merge_in_marketing_leaves_one_lead_on_the_record_it_has(world: World) -> None:
    world.begin()
    kept, lost = world.mql(jobtitle="CMO"), world.mql()
    world.run()
    record = world.lead(kept).id
    world.wait(HOUR)
    world.marketing.merge(kept, lost)
    world.marketing.change(kept, {"jobtitle": "CEO"})
    world.run()
    assert world.lead(kept).id == record
    assert world.lead(kept).values["Title"] == "CEO"
    world.wait(60)
    assert world.run().counts["write_back"]["fields"] == 0


def test_a_merge_in_the_crm_moves_what_changes_to_the_survivor(world: World) -> None:
    world.begin()
    contact = world.mql(jobtitle="CMO")
    world.run()
    world.wait(HOUR)
    survivor = known(world, Title="CMO")
    world.crm.merge(survivor, world.lead(contact).id)
    world.run()
    world.wait(HOUR)
    world.marketing.change(contact, {"jobtitle": "CEO"})
    world.run()
    assert world.crm.rows[survivor].values["Title"] == "CEO"


def test_a_deleted_person_is_not_passed_until_restored(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.marketing.archive(contact)
    world.run()
    assert world.leads(contact) == []
    world.wait(HOUR)
    world.marketing.restore(contact)
    world.marketing.change(contact, {"lifecyclestage": MQL}, dated={"lifecyclestage": world.now})
    world.run()
    assert world.shown(contact) == "waiting_first_contact"


def test_two_leads_that_fit_one_record_are_asked_about(world: World) -> None:
    world.begin()
    record = known(world, Email="shared@example.org")
    contacts = [
        world.mql(email=f"{name}@example.org", hs_additional_emails=("shared@example.org",))
        for name in ("one", "two")
    ]
    world.run()
    assert [world.leads(each) for each in contacts] == [[], []]
    assert world.crm.rows[record].values.get("Acuerdo_Lead_Id__c") is None
    with world.ledger.read("acme") as tx:
        assert [each.code for each in matches.every(tx)] == ["of_another_lead"] * 2


def test_a_record_that_is_owed_to_a_lead_is_given_to_no_other(world: World) -> None:
    world.begin()
    record = known(world, Email="shared@example.org")
    first = world.mql(email="one@example.org", hs_additional_emails=("shared@example.org",))
    world.crm.faults.answer("push", f"hubspot-4242-{first}", Outcome.retry)
    world.run()
    world.crm.faults.mend("push", f"hubspot-4242-{first}")
    world.wait(60)
    second = world.mql(email="two@example.org", hs_additional_emails=("shared@example.org",))
    world.run()
    assert (world.lead(first).id, world.leads(second)) == (record, [])

"""The whole way of a lead: pulled, passed, followed up, judged, written back."""

import pytest

from mapping.problems import ConfigurationError
from mapping.records import RecordState
from sync.ledger import exports, runs
from sync.limits import LimitExceeded
from tests.flow.world import DAY, HOUR, MQL, SELLER, World, company


def test_an_mql_arrives_in_the_crm_once_with_our_id_and_its_fields(world: World) -> None:
    world.begin()
    contact = world.mql(firstname="Zoë", lastname="O'Brien, Jr.", company='"Emoji" 🎉 & Co')
    summary = world.run()
    row = world.lead(contact)
    assert row.values["LastName"] == "O'Brien, Jr."
    assert row.values["Company"] == '"Emoji" 🎉 & Co'
    assert summary.counts["push"]["created"] == 1
    assert world.shown(contact) == "waiting_first_contact"


def test_a_run_after_a_run_writes_nothing(world: World) -> None:
    world.begin()
    for _ in range(3):
        world.mql()
    assert world.run().written > 0
    again = world.run()
    assert again.written == 0
    assert world.run().written == 0


def test_a_contact_that_is_not_mql_stays_and_little_of_it_is_kept(world: World) -> None:
    world.begin()
    world.mql(lifecyclestage="subscriber")
    summary = world.run()
    assert summary.counts["qualify"]["not yet"] == 1
    assert world.crm.rows == {}


def test_an_old_mql_is_history_unless_asked_for(world: World) -> None:
    old = world.mql()
    world.wait(DAY)
    assert world.run().counts["qualify"]["history"] == 1
    assert world.crm.rows == {}
    assert world.shown(old) is None
    world.wait(HOUR)
    world.run(backfill=world.now - 3 * DAY)
    assert world.shown(old) == "waiting_first_contact"


def test_a_call_is_an_attempt_and_an_answered_one_connects(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    world.crm.act(world.lead(contact).id, "phone", by=SELLER)
    world.run()
    assert world.shown(contact) == "in_follow_up"
    world.wait(3 * HOUR)
    world.crm.act(world.lead(contact).id, "phone", by=SELLER, answered=True, seconds=95)
    world.run()
    assert world.shown(contact) == "connected"
    assert world.lead(contact).values["Acuerdo_Attempts__c"] == 2


def test_nobody_calls_and_the_deadline_is_breached_in_business_time(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(5 * HOUR)
    world.run()
    assert world.shown(contact) == "breached"
    assert world.lead(contact).values["Acuerdo_Breaches__c"] == 1


def test_a_lead_that_sales_gives_back_goes_on_the_nurture_track(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    world.crm.act(world.lead(contact).id, "phone", by=SELLER, answered=True, seconds=95)
    world.crm.edit(world.lead(contact).id, {"Acuerdo_Disposition__c": "not_now"})
    world.run()
    assert world.shown(contact) == "returned"
    assert contact in world.marketing.lists["Acuerdo nurture"]
    assert world.marketing.contacts[contact].values["acuerdo_reason"] == "not_now"
    assert world.run().written == 0


def test_a_lead_that_nobody_qualifies_returns_by_itself(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(30 * DAY)
    world.run()
    assert world.shown(contact) == "returned"
    assert world.marketing.contacts[contact].values["acuerdo_reason"] == "expired"
    assert contact in world.marketing.lists["Acuerdo nurture"]
    assert world.run().written == 0
    world.wait(5 * DAY)
    world.run()
    assert world.marketing.contacts[contact].values["acuerdo_sla_owed_by"] == "nobody", (
        "marketing has enrolled it"
    )


def test_a_converted_lead_goes_on_as_a_contact_and_is_won_once(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    lead = world.lead(contact)
    world.crm.act(lead.id, "phone", by=SELLER, answered=True, seconds=95)
    person, deal = world.crm.convert(lead.id)
    world.run()
    assert world.crm.rows[person].values["Acuerdo_SLA_Status__c"] == "opportunity"
    world.wait(DAY)
    world.crm.win(deal or "", amount=1000)
    world.run()
    assert world.crm.rows[person].values["Acuerdo_SLA_Status__c"] == "won"
    assert world.marketing.contacts[contact].values["acuerdo_sla_status"] == "won"
    assert world.run().written == 0


def test_a_lead_already_in_the_crm_is_attached_not_doubled(world: World) -> None:
    world.begin()
    known = world.crm.add(
        "Lead", {"LastName": "Known", "Company": "X", "Email": "lead1@example.org"}, owner=SELLER
    )
    contact = world.mql()
    world.run()
    assert world.lead(contact).id == known


def test_a_lead_that_two_records_could_be_waits_for_a_person(world: World) -> None:
    world.begin()
    for name in ("One", "Two"):
        world.crm.add("Lead", {"LastName": name, "Company": "X", "Email": "lead1@example.org"}, owner=SELLER)
    contact = world.mql()
    summary = world.run()
    assert summary.refused == 1
    assert world.leads(contact) == []
    assert world.shown(contact) == "refused"


def test_a_lead_sent_back_for_its_package_is_passed_again_when_the_package_is_another(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    world.crm.edit(world.lead(contact).id, {"Acuerdo_Disposition__c": "missing_package"})
    world.run()
    assert world.shown(contact) == "draft"
    world.wait(HOUR)
    assert world.run().counts["push"] == {}, "nothing has been added"
    world.marketing.change(contact, {"jobtitle": "CEO"})
    world.wait(HOUR)
    world.run()
    assert world.lead(contact).values["Title"] == "CEO"
    assert world.shown(contact) == "waiting_first_contact"
    assert world.run().written == 0


def test_a_lead_that_sales_merges_into_a_record_of_its_own_goes_on_there(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    before = world.lead(contact).id
    theirs = world.crm.add("Lead", {"LastName": "Theirs", "Company": "X"}, owner=SELLER)
    world.crm.merge(theirs, before)
    world.run()
    assert world.crm.rows[theirs].values["Acuerdo_SLA_Status__c"] == "waiting_first_contact"
    world.wait(60)
    world.crm.act(theirs, "phone", by=SELLER)
    world.run()
    assert world.marketing.contacts[contact].values["acuerdo_sla_status"] == "in_follow_up"
    assert world.run().written == 0


def test_two_leads_that_sales_merges_are_one_and_the_other_a_duplicate(world: World) -> None:
    world.begin()
    kept, lost = world.mql(), world.mql()
    world.run()
    world.wait(HOUR)
    world.crm.merge(world.lead(kept).id, world.lead(lost).id)
    world.run()
    assert world.shown(kept) == "waiting_first_contact"
    assert world.marketing.contacts[lost].values["acuerdo_sla_status"] == "cancelled"
    assert world.run().written == 0


def test_a_status_that_did_not_change_is_still_written_to_the_record_in_its_place(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    world.crm.act(world.lead(contact).id, "phone", by=SELLER, answered=True, seconds=95)
    world.crm.edit(world.lead(contact).id, {"Acuerdo_Disposition__c": "not_now"})
    world.run()
    lead = world.lead(contact)
    shown = dict(lead.values)
    person, _ = world.crm.convert(lead.id, deal=False)
    for name in [each for each in shown if each.startswith("Acuerdo_")]:
        world.crm.rows[person].values.pop(name)  # an org that maps no field of ours at conversion
    world.run()
    assert world.crm.rows[person].values["Acuerdo_Lead_Id__c"] == f"hubspot-4242-{contact}"
    assert world.crm.rows[person].values["Acuerdo_SLA_Status__c"] is not None


def test_a_track_without_a_list_is_told_and_done_once_there_is_one(world: World) -> None:
    tracks = {"nurture": "Acuerdo nurture"}
    world.company = company(marketing={"tracks": tracks})
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    world.crm.act(world.lead(contact).id, "phone", by=SELLER, answered=True, seconds=95)
    world.crm.edit(world.lead(contact).id, {"Acuerdo_Disposition__c": "no_fit"})
    assert world.run().refused == 1
    world.company = company()
    world.wait(HOUR)
    world.crm.touch(world.lead(contact), SELLER)
    world.crm.act(world.lead(contact).id, "email", by=SELLER)
    summary = world.run()
    assert contact in world.marketing.lists["Acuerdo education"]
    assert summary.refused == 0


def test_another_account_behind_the_same_company_is_refused_before_anything_is_written(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.marketing.tenant_id = "666"
    world.wait(HOUR)
    with world.ledger.write("acme", world.now) as tx:
        runs.drop_answers(tx)
    with pytest.raises(ConfigurationError, match=r"account 666.*leads are of 4242"):
        world.run()
    assert world.shown(contact) == "waiting_first_contact"


def test_nobody_is_told_of_a_package_that_the_same_run_completes(world: World) -> None:
    world.begin()
    world.mql()
    world.wait(3 * DAY)
    world.run()
    with world.ledger.read("acme") as tx:
        assert [row["clock"] for row in exports.rows_of(tx, "notice") if row["clock"] == "package"] == []


def test_nothing_that_a_deleted_person_was_passed_with_is_kept(world: World) -> None:
    world.begin()
    contact = world.mql(firstname="Unforgettable")
    world.run()
    world.wait(HOUR)
    world.marketing.archive(contact)
    world.run()
    world.run()
    with world.ledger.read("acme") as tx:
        kept = [
            str(row) for name in ("intent", "record", "package", "event") for row in exports.rows_of(tx, name)
        ]
    assert not any("Unforgettable" in row or "lead1@example.org" in row for row in kept)


def place(world: World, contact: str) -> str | None:
    with world.ledger.read("acme") as tx:
        rows = exports.rows_of(tx, "lead")
        return next(row["place"] for row in rows if row["id"] == f"hubspot-4242-{contact}")


OPEN = {"agreement": {"definitions": {"mql": {"field": "lead_status", "eq": "OPEN"}}}}


def met(world: World, contact: str) -> tuple[int, str]:
    with world.ledger.read("acme") as tx:
        (event,) = [
            row
            for row in exports.rows_of(tx, "event")
            if row["kind"] == "mql_met" and row["lead"] == f"hubspot-4242-{contact}"
        ]
        return event["occurred_at"], event["data"]["dating"]


def test_a_moment_that_no_property_dates_is_dated_by_the_history_of_single_leads(world: World) -> None:
    world.company = company(**OPEN)
    world.marketing.histories = True
    world.begin()
    world.wait(2 * HOUR)
    known, unknown = (world.mql(hs_lead_status="OPEN") for _ in range(2))
    world.marketing.history[known] = {"hs_lead_status": world.now - HOUR}
    world.run()
    assert met(world, known) == (world.now - HOUR, "platform")
    assert met(world, unknown) == (world.now, "record")
    assert world.marketing.calls().by_verb["since"] == 1
    world.wait(HOUR)
    world.run()
    assert world.marketing.calls().by_verb["since"] == 1


def test_a_bulk_change_is_dated_by_the_records_and_asks_for_no_history(world: World) -> None:
    world.company = company(**OPEN, limits={"create": False})
    world.marketing.histories = True
    world.begin()
    first, *_ = [world.mql(hs_lead_status="OPEN") for _ in range(51)]
    world.run()
    assert "since" not in world.marketing.calls().by_verb
    assert met(world, first) == (world.now, "record")


def test_a_person_erased_in_marketing_is_noticed_within_a_day_though_no_read_tells(world: World) -> None:
    world.begin()
    erased, kept = world.mql(firstname="Unforgettable"), world.mql()
    world.run()
    world.wait(HOUR)
    del world.marketing.contacts[erased]
    before = world.marketing.calls().by_verb.get("read", 0)
    assert world.run().counts["pull"]["looked_for"] == 0
    assert world.marketing.calls().by_verb.get("read", 0) == before
    world.wait(DAY)
    assert world.run().counts["pull"]["gone"] == 1
    assert place(world, erased) == "erased"
    assert world.shown(kept) is not None
    with world.ledger.read("acme") as tx:
        told = [str(row) for name in ("intent", "record", "package") for row in exports.rows_of(tx, name)]
    assert not any("Unforgettable" in row for row in told)
    world.wait(2 * DAY)
    assert world.run().counts["pull"]["gone"] == 0


def test_a_contact_in_the_recycle_bin_that_no_page_told_yet_is_deleted_and_not_erased(world: World) -> None:
    world.begin()
    contact = world.mql()
    for _ in range(2):  # the second one reads our own write back
        world.run()
        world.wait(HOUR)
    world.marketing.contacts[contact].state = RecordState.archived  # and the bin is not told by now
    world.wait(DAY)
    assert world.run().counts["pull"]["gone"] == 1
    assert place(world, contact) == "deleted"


def test_a_person_erased_in_marketing_before_a_status_is_written_ends_as_erased(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    del world.marketing.contacts[contact]
    world.wait(6 * HOUR)  # the status is another one by now
    assert world.run().counts["pull"]["looked_for"] == 0
    world.wait(60)
    assert world.run().written == 0
    assert place(world, contact) == "erased"


def test_a_platform_that_suddenly_knows_too_few_stops_the_run_before_anything_is_forgotten(
    world: World,
) -> None:
    world.begin()
    contacts = [world.marketing.add({"email": f"p{number}@example.org"}) for number in range(60)]
    world.run()
    for contact in contacts:
        del world.marketing.contacts[contact]
    world.wait(DAY)
    with pytest.raises(LimitExceeded, match=r"60 of 60 contacts .* --allow-changes 60.*acuerdo check"):
        world.run()
    assert world.run(allow_changes=60).counts["pull"]["gone"] == 60


def test_a_contact_that_came_back_unseen_is_found_again_within_a_day(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    world.marketing.archive(contact)
    world.run()
    assert place(world, contact) == "deleted"
    world.marketing.contacts[contact].state = RecordState.live  # and nothing tells that it changed
    world.wait(DAY)
    world.run()
    assert place(world, contact) != "deleted"


def test_a_contact_merged_away_is_not_taken_for_one_erased(world: World) -> None:
    world.begin()
    lost, kept = world.mql(), world.mql()
    world.run()
    world.marketing.merge(kept, lost)
    world.wait(DAY)
    assert world.run().counts["pull"]["gone"] == 0


def test_what_sales_said_of_the_last_handoff_is_not_said_of_the_next(world: World) -> None:
    world.begin()
    contact = world.mql()
    world.run()
    world.wait(HOUR)
    world.crm.act(world.lead(contact).id, "phone", by=SELLER, answered=True, seconds=95)
    world.crm.edit(world.lead(contact).id, {"Acuerdo_Disposition__c": "not_now"})
    world.run()
    world.wait(40 * DAY)
    world.marketing.change(contact, {"lifecyclestage": MQL}, dated={"lifecyclestage": world.now})
    world.run()
    assert world.lead(contact).values["Acuerdo_Cycle__c"] == 2
    assert world.lead(contact).values.get("Acuerdo_Disposition__c") is None
    assert world.shown(contact) == "waiting_first_contact"

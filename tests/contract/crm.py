"""What every CRM promises (`connectors.base.Crm`), whoever implements it."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import pytest

from connectors.base import Crm, FieldWanted, Grade, Identity, Outcome, OwnerChange, TaskWanted, Write
from connectors.errors import ContractBroken, CredentialsRefused, Misconfigured, Unavailable
from mapping.records import RecordState, ValueType
from mapping.status import KINDS, PROPERTIES
from tests.contract.marketing import assert_explained

WANTED = tuple(
    FieldWanted(
        name=one.name,
        label=one.label,
        type=one.type,
        kinds=KINDS["salesforce"],
        length=one.length,
        unique=one.unique,
        options=one.options,
    )
    for one in PROPERTIES["salesforce"]
)
LEAD_ID = "Acuerdo_Lead_Id__c"


class CrmWorld(Protocol):
    """The CRM, and what people do in it. `later` lets business time pass; `values` reads as anybody may."""

    crm: Crm

    def later(self) -> None: ...

    def enter(self, values: Mapping[str, str]) -> str: ...

    def values(self, record: str, names: tuple[str, ...]) -> dict[str, Any]: ...

    def leads(self) -> int: ...

    def call(self, lead: str, *, answered: bool = True) -> None: ...

    def mail(self, lead: str) -> None: ...

    def incoming_mail(self, lead: str) -> None: ...

    def meet(self, lead: str) -> None: ...

    def plan_task(self, lead: str) -> None: ...

    def assign(self, lead: str) -> str: ...

    def another_seller(self, lead: str) -> str: ...

    def former_seller(self) -> str: ...

    def set_status(self, lead: str, status: str) -> None: ...

    def edit(self, lead: str, values: Mapping[str, str]) -> None: ...

    def convert(self, lead: str) -> tuple[str, str]: ...

    def win(self, lead: str, amount: float) -> None: ...

    def lose(self, lead: str) -> None: ...

    def delete(self, lead: str) -> None: ...

    def undelete(self, lead: str) -> None: ...

    def merge(self, survivor: str, loser: str) -> None: ...

    def bounce(self, lead: str) -> None: ...

    def reopen(self, lead: str) -> None: ...


def everything(pages: Any) -> tuple[list[Any], str | None]:
    """The rows of all pages and the last cursor."""
    rows: list[Any] = []
    cursor = None
    for page in pages:
        rows += page.rows
        cursor = page.cursor
    return rows, cursor


def new(key: str, **values: Any) -> Write:
    return Write(
        key=key, values={"LastName": "López", "Company": "Acme", "Email": f"{key}@example.com", **values}
    )


def pushed(world: CrmWorld, key: str = "hubspot-1-1") -> str:
    """A lead that was passed; answers its record id."""
    result = world.crm.push([new(key)])[0]
    assert result.outcome is Outcome.written, result
    assert result.id
    return result.id


class CrmContract:
    """Subclass with fixtures `bare` (before set-up) and `world`; each test holds a sentence of the port."""

    @pytest.fixture
    def world(self, bare: CrmWorld) -> CrmWorld:
        bare.crm.ensure(WANTED)
        return bare

    def test_owners_are_users_by_address_inactive_ones_too_and_queues_without_one(self, world):
        former = world.former_seller()
        found = {one.id: one for one in world.crm.owners()}
        seller = world.another_seller(pushed(world))
        assert "@" in found[seller].email
        assert found[seller].active
        assert not found[former].active
        assert any(one.email is None for one in found.values())
        assert "@" not in repr(found), "an address never reaches a log"

    def test_a_new_lead_that_names_its_owner_is_given_to_nobody_else(self, world):
        seller = world.another_seller(pushed(world))
        rows = [new("hubspot-1-2"), new("hubspot-1-3", OwnerId=seller), new("hubspot-1-4")]
        results = world.crm.push(rows)
        assert [one.key for one in results] == [row.key for row in rows]
        assert world.values(results[1].id, ("OwnerId",)) == {"OwnerId": seller}
        assert world.values(results[0].id, ("LastName",)) == {"LastName": "López"}

    def test_a_tenant_names_its_organisation_zone_user_and_how_to_link(self, bare):
        tenant = bare.crm.tenant()
        assert tenant.system == bare.crm.system
        assert tenant.id
        assert tenant.name
        assert "/" in tenant.timezone
        assert tenant.user
        assert "00Q1" in tenant.record_url.format(kind="Lead", id="00Q1")

    def test_set_up_creates_and_grants_what_is_missing_and_a_second_one_does_nothing(self, bare):
        assert LEAD_ID not in bare.crm.schema().kinds["Lead"]
        planned = bare.crm.missing(WANTED)
        assert planned
        assert not any(step.done for step in planned)
        assert bare.crm.missing(WANTED) == planned
        steps = bare.crm.ensure(WANTED)
        assert [step.id for step in steps] == [step.id for step in planned]
        assert all(step.done for step in steps)
        assert bare.crm.missing(WANTED) == []
        assert bare.crm.ensure(WANTED) == []
        for kind in ("Lead", "Contact"):
            fields = bare.crm.schema().kinds[kind]
            assert {one.name for one in WANTED} <= fields.keys()
            assert fields[LEAD_ID].unique
            assert fields[LEAD_ID].writable
            assert fields["Acuerdo_SLA_Due_At__c"].type is ValueType.instant
            assert fields["Acuerdo_Brief__c"].length == 32_000

    def test_an_inspection_of_a_sound_account_finds_no_fault_and_writes_nothing(self, world):
        fields = world.crm.schema()
        found = world.crm.inspect()
        assert [one for one in found if one.grade is Grade.fault] == []
        assert all(one.remedy for one in found if one.grade is not Grade.ok)
        assert world.crm.schema() == fields

    def test_the_schema_tells_lengths_and_what_is_required(self, world):
        fields = world.crm.schema().kinds["Lead"]
        assert fields["LastName"].required
        assert fields["LastName"].length == 80
        assert fields["Company"].required
        assert not fields["FirstName"].required

    def test_push_creates_a_lead_once_however_often_it_is_sent(self, world):
        first = world.crm.push([new("hubspot-1-1")])[0]
        again = world.crm.push([new("hubspot-1-1")])[0]
        assert (first.outcome, first.created, first.kind) == (Outcome.written, True, "Lead")
        assert first.at
        assert again.id == first.id
        assert not again.created
        assert again.outcome in {Outcome.written, Outcome.unchanged}
        assert world.leads() == 1
        assert world.values(first.id, (LEAD_ID,)) == {LEAD_ID: "hubspot-1-1"}

    def test_push_updates_the_record_that_the_row_names_and_gives_it_our_id(self, world):
        record = world.enter({"LastName": "Ruiz", "Company": "Otra", "Email": "eva@example.com"})
        result = world.crm.push([Write(key="hubspot-1-9", id=record, values={"FirstName": "Eva"})])[0]
        assert (result.id, result.created, result.outcome) == (record, False, Outcome.written)
        assert world.values(record, ("FirstName", LEAD_ID)) == {"FirstName": "Eva", LEAD_ID: "hubspot-1-9"}
        assert world.leads() == 1

    def test_an_update_leaves_the_owner_alone(self, world):
        record = pushed(world)
        owner = world.assign(record)
        world.crm.push([Write(key="hubspot-1-1", id=record, values={"FirstName": "Eva"})])
        world.crm.write_status([Write(key="hubspot-1-1", id=record, values={"Acuerdo_Attempts__c": 1})])
        world.crm.write_fields([Write(key="hubspot-1-1", id=record, values={"FirstName": "Ana"})])
        assert world.values(record, ("OwnerId",)) == {"OwnerId": owner}

    def test_a_lead_is_given_to_a_user_once_however_often_it_is_sent(self, world):
        record = pushed(world)
        owner = world.another_seller(record)
        row = OwnerChange(key="hubspot-1-1", id=record, kind="Lead", owner=owner)
        first, again = (world.crm.assign([row])[0] for _ in range(2))
        assert (first.key, first.outcome, first.id) == ("hubspot-1-1", Outcome.written, record)
        assert first.at
        assert again.outcome in {Outcome.written, Outcome.unchanged}
        assert world.values(record, ("OwnerId",)) == {"OwnerId": owner}
        rows = everything(world.crm.changes(None))[0]
        change = next(one for one in rows if one.record.id == record)
        assert (change.record.values["owner"], change.record.values["owner_kind"]) == (owner, "user")
        told = [one for one in change.history if one.field == "owner"]
        assert [one.by for one in told] == [world.crm.tenant().user] * len(told)

    def test_a_user_who_cannot_own_is_refused_in_its_place_and_a_deleted_lead_is_gone(self, world):
        kept, deleted, other = (pushed(world, f"hubspot-1-{number}") for number in range(3))
        owner = world.another_seller(other)
        world.delete(deleted)
        rows = [
            OwnerChange(key="a", id=kept, kind="Lead", owner=world.former_seller()),
            OwnerChange(key="b", id=deleted, kind="Lead", owner=owner),
            OwnerChange(key="c", id=other, kind="Lead", owner=owner),
        ]
        results = world.crm.assign(rows)
        assert [one.key for one in results] == ["a", "b", "c"]
        assert [one.outcome for one in results] == [Outcome.refused, Outcome.gone, Outcome.written]
        assert_explained(results[0])
        assert world.values(other, ("OwnerId",)) == {"OwnerId": owner}

    def test_a_new_lead_that_is_to_be_unassigned_belongs_to_who_made_it(self, world):
        result = world.crm.push([new("hubspot-1-1")], unassigned=True)[0]
        assert world.values(result.id, ("OwnerId",)) == {"OwnerId": world.crm.tenant().user}
        owner = world.assign(result.id)
        world.crm.push([Write(key="hubspot-1-1", id=result.id, values={"FirstName": "Eva"})], unassigned=True)
        assert world.values(result.id, ("OwnerId",)) == {"OwnerId": owner}

    def test_a_row_that_is_refused_is_answered_in_its_place_and_spoils_no_other(self, world):
        rows = [
            new("hubspot-1-1"),
            new("hubspot-1-2", LastName="x" * 300),
            new("hubspot-1-3", Company=None),
            new("hubspot-1-4", Nothing_Like_This__c="x"),
            new("hubspot-1-5", FirstName='Inés 😀 "x", =HYPERLINK("y")'),
        ]
        results = world.crm.push(rows)
        assert [one.key for one in results] == [row.key for row in rows]
        outcomes = [Outcome.written, Outcome.refused, Outcome.refused, Outcome.refused, Outcome.written]
        assert [one.outcome for one in results] == outcomes
        assert [one.code for one in results[1:4]] == [
            "STRING_TOO_LONG",
            "REQUIRED_FIELD_MISSING",
            "INVALID_FIELD",
        ]
        for result, named in zip(results[1:4], ("LastName", "Company", "Nothing_Like_This__c"), strict=True):
            assert_explained(result)
            assert named in result.message
        assert world.leads() == 2
        assert world.values(results[4].id, ("FirstName",)) == {"FirstName": 'Inés 😀 "x", =HYPERLINK("y")'}

    def test_a_deleted_lead_that_a_row_names_is_gone(self, world):
        record = pushed(world)
        world.delete(record)
        row = Write(key="hubspot-1-1", id=record, values={"FirstName": "Eva"})
        for result in (world.crm.push([row])[0], world.crm.write_status([row])[0]):
            assert result.outcome is Outcome.gone
            assert_explained(result)

    def test_a_converted_lead_is_gone_by_id_and_by_our_id(self, world):
        record = pushed(world)
        world.convert(record)
        row = Write(key="hubspot-1-1", id=record, values={"FirstName": "Eva"})
        assert world.crm.push([row])[0].outcome is Outcome.gone
        assert world.crm.write_status([row])[0].outcome is Outcome.gone
        assert world.crm.push([new("hubspot-1-1")])[0].outcome is Outcome.gone
        assert world.leads() == 1

    def test_a_lead_is_found_by_our_id_and_by_any_of_its_emails(self, world):
        ours = pushed(world)
        other = world.enter({"LastName": "Ruiz", "Company": "Otra", "Email": "eva@example.com"})
        asked = [
            Identity(key="a", lead="hubspot-1-1", emails=("HubSpot-1-1@example.com",)),
            Identity(key="b", lead="hubspot-1-2", emails=("nobody@example.com", "Eva@Example.com")),
            Identity(key="c", lead="hubspot-1-3"),
        ]
        found = {match.key: match for match in world.crm.find(asked)}
        assert (found["a"].id, found["a"].by, found["a"].lead) == (ours, "lead_id", "hubspot-1-1")
        assert (found["b"].id, found["b"].by, found["b"].lead) == (other, "email", None)
        assert found["b"].kind == "Lead"
        assert "c" not in found

    def test_a_record_that_the_platform_names_is_found_before_one_with_the_same_email(self, world):
        values = {"LastName": "Ruiz", "Company": "Otra", "Email": "eva@example.com"}
        twin, linked = world.enter(values), world.enter({**values, "Email": "old@example.com"})
        person = Identity(
            key="a",
            lead="hubspot-1-1",
            emails=("eva@example.com", "old@example.com"),
            crm_ids=(("Lead", linked), ("Contact", "no such id")),
        )
        found = world.crm.find([person])
        assert [(match.id, match.by) for match in found] == [(linked, "crm_id"), (twin, "email")]

    def test_a_named_lead_that_was_converted_is_found_as_its_contact(self, world):
        lead = world.enter({"LastName": "Ruiz", "Company": "Otra", "Email": "eva@example.com"})
        contact, _ = world.convert(lead)
        found = world.crm.find([Identity(key="a", lead="hubspot-1-1", crm_ids=(("Lead", lead),))])
        assert [(match.id, match.kind, match.by) for match in found] == [(contact, "Contact", "crm_id")]

    def test_every_record_that_fits_is_answered_but_no_deleted_or_converted_one(self, world):
        values = {"LastName": "Ruiz", "Company": "Otra", "Email": "eva@example.com"}
        first, second, deleted = (world.enter(values) for _ in range(3))
        world.delete(deleted)
        ours = pushed(world, "hubspot-1-7")
        contact, _ = world.convert(ours)
        asked = [
            Identity(key="a", lead="hubspot-1-1", emails=("eva@example.com",)),
            Identity(key="b", lead="hubspot-1-7", emails=("hubspot-1-7@example.com",)),
        ]
        found = world.crm.find(asked)
        assert {match.id for match in found if match.key == "a"} == {first, second}
        assert {(match.id, match.kind) for match in found if match.key == "b"} == {(contact, "Contact")}

    def test_a_name_in_an_email_cannot_break_the_search(self, world):
        asked = [Identity(key="a", lead="x' OR Name != '", emails=("o'brien\\@example.com",))]
        assert world.crm.find(asked) == []

    def test_status_is_written_to_a_lead_and_cleared_with_none(self, world):
        record = pushed(world)
        values = {
            "Acuerdo_SLA_Status__c": "breached",
            "Acuerdo_Attempts__c": 3,
            "Acuerdo_Brief__c": "uno\ndos",
        }
        result = world.crm.write_status([Write(key="k", id=record, kind="Lead", values=values)])[0]
        assert (result.key, result.outcome, result.id) == ("k", Outcome.written, record)
        assert world.values(record, tuple(values)) == values
        world.crm.write_status([Write(key="k", id=record, values={"Acuerdo_Attempts__c": None})])
        assert world.values(record, ("Acuerdo_Attempts__c",)) == {"Acuerdo_Attempts__c": None}

    def test_status_is_written_to_the_contact_of_a_converted_lead(self, world):
        contact, _ = world.convert(pushed(world))
        row = Write(key="k", id=contact, kind="Contact", values={"Acuerdo_SLA_Status__c": "won"})
        assert world.crm.write_status([row])[0].outcome is Outcome.written
        assert world.values(contact, ("Acuerdo_SLA_Status__c",)) == {"Acuerdo_SLA_Status__c": "won"}

    def test_only_records_that_carry_our_id_are_told_as_changed(self, world):
        ours = pushed(world)
        world.enter({"LastName": "Ruiz", "Company": "Otra"})
        rows, _ = everything(world.crm.changes(None))
        assert {row.record.id for row in rows} == {ours}
        record = rows[0].record
        assert record.kind == "Lead"
        assert record.state is RecordState.live
        assert record.version
        assert record.link
        assert ours in record.link
        assert record.values["lead_id"] == "hubspot-1-1"
        assert record.values["converted"] is False
        assert record.values["status"] == "New"
        assert record.values["owner"]
        assert record.values["changed_by"] == world.crm.tenant().user
        assert {"disposition", "until", "pause", "note"} <= record.values.keys()

    def test_what_sales_changes_is_told_since_the_cursor_with_its_history(self, world):
        record = pushed(world)
        cursor = everything(world.crm.changes(None))[1]
        world.later()
        owner = world.assign(record)
        world.set_status(record, "Working")
        world.edit(record, {"Acuerdo_Disposition__c": "bad_fit", "Acuerdo_Note__c": "no encaja"})
        change = everything(world.crm.changes(cursor))[0][-1]
        values = change.record.values
        assert (values["owner"], values["owner_kind"], values["status"]) == (owner, "user", "Working")
        assert (values["disposition"], values["note"]) == ("bad_fit", "no encaja")
        assert values["changed_by"] != world.crm.tenant().user
        told = {(one.field, one.new, one.new_kind) for one in change.history}
        assert {("owner", owner, "user"), ("status", "Working", None)} <= told
        assert all(one.record_id == record and one.at > 0 for one in change.history)

    def test_fields_that_are_asked_for_are_told_with_changes_and_with_what_is_found(self, world):
        record = pushed(world)
        world.later()
        world.edit(record, {"Title": "CEO", "City": ""})
        names = ("Title", "City", "Company", "Acuerdo_Attempts__c", "Nothing_Like_This__c")
        told = {change.record.id: change.fields for change in everything(world.crm.changes(None, names))[0]}
        fields = dict(told[record])
        assert (fields.pop("City") or None) is None
        assert fields == {"Title": "CEO", "Company": "Acme", "Acuerdo_Attempts__c": None}
        asked = [Identity(key="a", lead="hubspot-1-1")]
        (match,) = world.crm.find(asked, names)
        assert (match.values["Title"], match.values["Company"]) == ("CEO", "Acme")
        assert match.changed_at > 0
        assert "Nothing_Like_This__c" not in match.values

    def test_a_contact_tells_those_of_the_fields_that_it_has(self, world):
        contact, _ = world.convert(pushed(world))
        world.crm.write_fields([Write(key="k", id=contact, kind="Contact", values={"Title": "CEO"})])
        rows = everything(world.crm.changes(None, ("Title", "Company")))[0]
        fields = next(row.fields for row in rows if row.record.id == contact)
        assert fields["Title"] == "CEO"

    def test_a_conversion_names_what_the_lead_became(self, world):
        record = pushed(world)
        cursor = everything(world.crm.changes(None))[1]
        world.later()
        contact, deal = world.convert(record)
        rows = everything(world.crm.changes(cursor))[0]
        values = next(row.record.values for row in rows if row.record.id == record)
        assert values["converted"] is True
        assert (values["converted_contact"], values["converted_deal"]) == (contact, deal)
        assert values["converted_on"]

    def test_deleted_and_merged_leads_are_told(self, world):
        deleted, loser, survivor = (pushed(world, f"hubspot-1-{number}") for number in range(3))
        cursor = everything(world.crm.changes(None))[1]
        world.later()
        world.delete(deleted)
        world.merge(survivor, loser)
        told = {row.record.id: row.record for row in everything(world.crm.changes(cursor))[0]}
        assert told[deleted].state is RecordState.archived
        assert (told[loser].state, told[loser].merged_into) == (RecordState.merged, survivor)

    def test_activities_with_our_leads_are_touches_and_open_tasks_are_not(self, world):
        record = pushed(world)
        stranger = world.enter({"LastName": "Ruiz", "Company": "Otra", "Email": "eva@example.com"})
        world.later()
        world.call(record, answered=False)
        world.mail(record)
        world.incoming_mail(record)
        world.meet(record)
        world.plan_task(record)
        world.call(stranger)
        touches, cursor = everything(world.crm.touches(None))
        told = {(one.channel, one.outgoing) for one in touches}
        assert told == {("phone", True), ("email", True), ("email", False), ("meeting", True)}
        assert {one.record_id for one in touches} == {record}
        assert all(one.by and not one.automated and one.version and one.occurred_at > 0 for one in touches)
        assert not next(one for one in touches if one.channel == "phone").answered
        world.later()
        world.call(record)
        later = everything(world.crm.touches(cursor))[0]
        assert any(one.channel == "phone" and one.answered and one.seconds for one in later)

    def test_a_lead_that_is_taken_out_of_the_recycle_bin_is_told_as_live_again(self, world):
        record = pushed(world)
        world.delete(record)
        cursor = everything(world.crm.changes(None))[1]
        world.later()
        world.undelete(record)
        told = {row.record.id: row.record.state for row in everything(world.crm.changes(cursor))[0]}
        assert told == {record: RecordState.live}

    def test_a_task_that_is_opened_again_takes_its_touch_back(self, world):
        record = pushed(world)
        world.later()
        world.call(record)
        touches, cursor = everything(world.crm.touches(None))
        (call,) = [one for one in touches if not one.deleted]
        world.later()
        world.reopen(record)
        (again,) = [one for one in everything(world.crm.touches(cursor))[0] if one.id == call.id]
        assert again.deleted
        assert again.version > call.version

    def test_a_mail_that_comes_back_is_told_anew_as_bounced(self, world):
        record = pushed(world)
        world.later()
        world.mail(record)
        touches, cursor = everything(world.crm.touches(None))
        (mail,) = [one for one in touches if one.channel == "email"]
        assert not mail.bounced
        world.later()
        world.bounce(record)
        again = [one for one in everything(world.crm.touches(cursor))[0] if one.id == mail.id][-1]
        assert again.bounced
        assert again.bounced_at is not None
        assert again.bounced_at >= again.occurred_at
        assert again.version > mail.version

    def test_what_is_read_next_may_be_told_beforehand_and_changes_nothing(self, world):
        record = pushed(world)
        world.later()
        world.call(record)
        world.convert(record)
        plain = [
            everything(read(None))[0] for read in (world.crm.changes, world.crm.touches, world.crm.deals)
        ]
        world.crm.expect(None, None, None)
        told = [everything(read(None))[0] for read in (world.crm.changes, world.crm.touches, world.crm.deals)]
        assert told == plain
        assert all(told)

    def test_activities_follow_a_lead_through_its_conversion(self, world):
        record = pushed(world)
        world.later()
        world.call(record)
        cursor = everything(world.crm.touches(None))[1]
        world.later()
        contact, _ = world.convert(record)
        world.later()
        world.mail(record)
        told = everything(world.crm.touches(cursor))[0]
        assert ("email", contact) in {(one.channel, one.record_id) for one in told}

    def test_deals_of_our_people_are_told_until_they_are_closed(self, world):
        won, lost, open_ = (pushed(world, f"hubspot-1-{number}") for number in range(3))
        deals = {}
        for record in (won, lost, open_):
            contact, deals[record] = world.convert(record)
            told = everything(world.crm.deals(None))[0]
            mine = next(one for one in told if one.id == deals[record])
            assert contact in mine.contacts
            assert (mine.state, mine.closed_on) == ("open", None)
        cursor = everything(world.crm.deals(None))[1]
        world.later()
        world.win(won, 1234.5)
        world.lose(lost)
        told = {one.id: one for one in everything(world.crm.deals(cursor))[0]}
        assert (told[deals[won]].state, told[deals[won]].amount) == ("won", 1234.5)
        assert told[deals[won]].closed_on
        assert told[deals[lost]].state == "lost"
        assert told[deals[won]].version
        assert told[deals[won]].changed_at >= told[deals[won]].created_at

    def test_no_page_cursor_skips_a_row_that_comes_after_it(self, small_pages):
        world = small_pages
        world.crm.ensure(WANTED)
        total = world.page_rows * 2 + 3
        world.crm.push([new(f"hubspot-1-{number}") for number in range(total)])
        pages = list(world.crm.changes(None))
        assert len(pages) > 1
        every = {row.record.id for page in pages for row in page.rows}
        assert len(every) == total
        for position, page in enumerate(pages):
            later = {row.record.id for one in pages[position + 1 :] for row in one.rows}
            again = {row.record.id for row in everything(world.crm.changes(page.cursor))[0]}
            assert later <= again

    def test_a_task_is_made_once_however_often_it_is_asked(self, world):
        record = pushed(world)
        owner = world.assign(record)
        row = TaskWanted(
            key="hubspot-1-1",
            id=record,
            kind="Lead",
            owner=owner,
            subject="Llamar",
            due_on="2026-12-01",
            marker="[acuerdo:hubspot-1-1/1]",
        )
        first = world.crm.create_tasks([row])[0]
        again = world.crm.create_tasks([row])[0]
        assert (first.outcome, first.kind) == (Outcome.written, "Task")
        assert first.id
        assert (again.outcome, again.id) == (Outcome.unchanged, first.id)
        assert not [one for one in everything(world.crm.touches(None))[0] if one.id == first.id]

    def test_a_task_on_a_deleted_lead_is_gone(self, world):
        record = pushed(world)
        world.delete(record)
        row = TaskWanted(
            key="k",
            id=record,
            kind="Lead",
            owner=None,
            subject="x",
            due_on="2026-12-01",
            marker="[acuerdo:k]",
        )
        assert world.crm.create_tasks([row])[0].outcome is Outcome.gone

    def test_an_erased_person_is_not_found_any_more(self, world):
        record = pushed(world)
        assert [one.outcome for one in world.crm.erase([record])] == [Outcome.written]
        asked = [Identity(key="a", lead="hubspot-1-1", emails=("hubspot-1-1@example.com",))]
        assert world.crm.find(asked) == []

    def test_nothing_to_write_is_nothing(self, world):
        assert world.crm.push([]) == []
        assert world.crm.write_status([]) == []
        assert world.crm.create_tasks([]) == []
        assert world.crm.assign([]) == []
        assert world.crm.find([]) == []
        assert world.crm.erase([]) == []

    def test_calls_are_counted_by_verb(self, bare):
        before = bare.crm.calls().total
        bare.crm.tenant()
        count = bare.crm.calls()
        assert count.total > before
        assert sum(count.by_verb.values()) == count.total


class VendorWorld(CrmWorld, Protocol):
    """A CRM behind HTTP: what goes wrong at its calls, and credentials that are no good."""

    def strike(self, kind: str, **wish: Any) -> None:
        """Orders a fault of `sandbox.faults` at the calls for data."""

    def crm_with(self, credentials: str) -> Crm:
        """The CRM by `expired`, `revoked` or `narrow` credentials."""

    def advance(self, seconds: int) -> None:
        """The vendor's clock goes so far ahead of ours."""


USES: Mapping[str, Callable[[VendorWorld, str], object]] = {
    "find": lambda world, _: world.crm.find([Identity(key="a", lead="hubspot-1-1")]),
    "changes": lambda world, _: everything(world.crm.changes(None)),
    "touches": lambda world, _: everything(world.crm.touches(None)),
    "deals": lambda world, _: everything(world.crm.deals(None)),
    "push": lambda world, _: world.crm.push([new("hubspot-1-2")]),
    "write_status": lambda world, record: world.crm.write_status(
        [Write(key="a", id=record, values={"Acuerdo_Attempts__c": 1})]
    ),
}


class CrmVendorContract:
    """What every CRM behind HTTP does with bad answers; subclass beside CrmContract, same `world`."""

    @pytest.fixture(params=sorted(USES))
    def use(self, request, world):
        """Uses one verb of the port on a lead that is there."""
        record = pushed(world)
        return lambda: USES[request.param](world, record)

    @pytest.mark.parametrize("credentials", ["expired", "revoked", "narrow"])
    def test_credentials_that_are_no_good_stop_at_once_with_what_to_do(self, world, credentials):
        crm = world.crm_with(credentials)
        with pytest.raises((CredentialsRefused, Misconfigured)) as caught:
            crm.find([Identity(key="a", lead="hubspot-1-1")])
        assert crm.calls().total <= 4
        assert len(str(caught.value)) > 40

    @pytest.mark.parametrize("body", [[], "no", 5, {"errorCode": "INVALID_SESSION_ID"}, [[]], ""])
    def test_a_401_of_any_shape_is_about_the_credentials(self, world, use, body):
        world.strike("status", status=401, body=body, times=None)
        before = world.crm.calls().total
        with pytest.raises(CredentialsRefused):
            use()
        assert world.crm.calls().total - before <= 3

    def test_an_external_id_that_fits_several_records_is_a_fault_of_the_settings(self, world, use):
        world.strike("status", status=300, body=["/a/1", "/a/2"], times=None)
        with pytest.raises(Misconfigured, match="unique"):
            use()

    def test_a_web_page_in_place_of_data_stops_and_repeats_nothing(self, world, use):
        before = world.crm.calls().total
        world.strike("html", times=None)
        with pytest.raises(ContractBroken, match="web page"):
            use()
        assert world.crm.calls().total - before <= 1

    def test_an_answer_that_nobody_foresaw_stops_and_is_not_asked_for_again(self, world, use):
        before = world.crm.calls().total
        body = [{"errorCode": "TEAPOT", "message": "person1@example.com is a teapot"}]
        world.strike("status", status=418, body=body, times=None)
        with pytest.raises(ContractBroken) as caught:
            use()
        assert world.crm.calls().total - before <= 1
        assert "person1@" not in str(caught.value) + caught.value.log

    @pytest.mark.parametrize("kind", ["truncated", "malformed", "disconnect"])
    def test_an_answer_that_breaks_off_for_ever_is_left_to_a_later_run(self, world, use, kind):
        before = world.crm.calls().total
        world.strike(kind, times=None)
        with pytest.raises(Unavailable):
            use()
        assert world.crm.calls().total - before <= 3

    @pytest.mark.parametrize("status", [500, 502, 503])
    def test_a_vendor_that_is_down_is_left_to_a_later_run_after_some_attempts(self, world, use, status):
        before = world.crm.calls().total
        world.strike("status", status=status, times=None)
        with pytest.raises(Unavailable):
            use()
        assert world.crm.calls().total - before <= 3

    def test_a_record_deleted_between_read_and_write_is_gone_for_every_verb(self, world):
        record = pushed(world)
        world.delete(record)
        write = Write(key="a", id=record, kind="Lead", values={"FirstName": "Eva"})
        task = TaskWanted(
            key="a",
            id=record,
            kind="Lead",
            owner=None,
            subject="x",
            due_on="2026-12-01",
            marker="[acuerdo:a]",
        )
        owner = OwnerChange(key="a", id=record, kind="Lead", owner=world.crm.tenant().user)
        results = [
            *world.crm.push([write]),
            *world.crm.write_status([write]),
            *world.crm.write_fields([write]),
            *world.crm.create_tasks([task]),
            *world.crm.assign([owner]),
        ]
        assert {one.outcome for one in results} == {Outcome.gone}
        for one in results:
            assert_explained(one)

    def test_a_clock_hours_ahead_of_ours_hides_no_change(self, world):
        first = pushed(world)
        cursor = everything(world.crm.changes(None))[1]
        world.advance(5 * 3600)
        world.edit(first, {"FirstName": "Eva"})
        second = pushed(world, "hubspot-1-2")
        assert {first, second} <= {row.record.id for row in everything(world.crm.changes(cursor))[0]}

    @pytest.mark.parametrize("hours", [5, -5])
    def test_a_clock_of_ours_that_is_hours_off_hides_no_change(self, world, monkeypatch, hours):
        theirs = time.time
        monkeypatch.setattr(time, "time", lambda: theirs() + hours * 3600)
        first = pushed(world)
        cursor = everything(world.crm.changes(None))[1]
        world.edit(first, {"FirstName": "Eva"})
        second = pushed(world, "hubspot-1-2")
        assert {first, second} <= {row.record.id for row in everything(world.crm.changes(cursor))[0]}

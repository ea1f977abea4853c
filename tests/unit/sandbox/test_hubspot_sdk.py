"""HubSpot's own client, its client-side validation on, against the sandbox."""

from typing import Any

import pytest
from hubspot import Client
from hubspot.crm.contacts import ApiException as ContactsError
from hubspot.crm.contacts.exceptions import ForbiddenException, NotFoundException, UnauthorizedException

from sandbox.server import Sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    sandbox.state.settings["hubspot.search_limit"] = 1000
    return Client.create(
        access_token=sandbox.hubspot.token,
        host=sandbox.hubspot.base_url,
        retry=False,
        client_side_validation=True,
    )


def made(client: Any, **properties: str) -> Any:
    from hubspot.crm.contacts import SimplePublicObjectInputForCreate as Input

    return client.crm.contacts.basic_api.create(Input(properties=properties, associations=[]))


def test_contacts_are_made_read_written_listed_and_archived(client: Any) -> None:
    from hubspot.crm.contacts import SimplePublicObjectInput

    api = client.crm.contacts.basic_api
    contact = made(client, email="ana@example.com", firstname="Ana")
    assert (contact.created_at.isoformat(), contact.archived) == ("2026-01-05T09:00:00+00:00", False)
    update = SimplePublicObjectInput(properties={"city": "Lima"})
    assert api.update(contact.id, update).properties["city"] == "Lima"
    read = api.get_by_id(contact.id, properties=["email", "city"], properties_with_history=["lifecyclestage"])
    assert (read.properties["email"], read.properties["city"]) == ("ana@example.com", "Lima")
    assert read.properties_with_history["lifecyclestage"][0].value == "lead"
    by_email = api.get_by_id("ana@example.com", id_property="email")
    assert by_email.id == contact.id
    page = api.get_page(limit=100, properties=["email"])
    assert [each.id for each in page.results] == [contact.id]
    api.archive(contact.id)
    with pytest.raises(NotFoundException):
        api.get_by_id(contact.id)


def test_get_all_walks_every_page(client: Any) -> None:
    from hubspot.crm.contacts import BatchInputSimplePublicObjectBatchInputForCreate as Inputs
    from hubspot.crm.contacts import SimplePublicObjectBatchInputForCreate as Input

    for start in range(0, 250, 50):
        rows = [
            Input(properties={"email": f"u{start + each}@example.com"}, associations=[]) for each in range(50)
        ]
        client.crm.contacts.batch_api.create(Inputs(inputs=rows))
    assert len(client.crm.contacts.get_all()) == 250


def test_batches_answer_as_their_models_expect(client: Any) -> None:
    from hubspot.crm import contacts as models

    api = client.crm.contacts.batch_api
    inputs = [
        models.SimplePublicObjectBatchInputForCreate(
            object_write_trace_id=str(number), properties={"email": email}, associations=[]
        )
        for number, email in enumerate(["a@example.com", "b@example.com", "broken"])
    ]
    created = api.create(models.BatchInputSimplePublicObjectBatchInputForCreate(inputs=inputs))
    assert (created.num_errors, created.errors[0].context) == (1, {"objectWriteTraceId": ["2"]})
    ids = {each.properties["email"]: each.id for each in created.results}
    read = api.read(
        models.BatchReadInputSimplePublicObjectId(
            inputs=[{"id": "a@example.com"}],
            id_property="email",
            properties=["email"],
            properties_with_history=[],
        )
    )
    assert [each.id for each in read.results] == [ids["a@example.com"]]
    rows = [
        models.SimplePublicObjectBatchInput(id=each, properties={"city": "Lima"}) for each in ids.values()
    ]
    updated = api.update(models.BatchInputSimplePublicObjectBatchInput(inputs=rows))
    assert {each.properties["city"] for each in updated.results} == {"Lima"}
    upsert = models.SimplePublicObjectBatchInputUpsert(
        id="c@example.com", id_property="email", properties={"firstname": "Cleo"}
    )
    upserted = api.upsert(models.BatchInputSimplePublicObjectBatchInputUpsert(inputs=[upsert]))
    assert upserted.results[0].new is True
    archive = [models.SimplePublicObjectId(id=each) for each in ids.values()]
    api.archive(models.BatchInputSimplePublicObjectId(inputs=archive))
    assert len(client.crm.contacts.basic_api.get_page().results) == 1


def test_search_takes_the_clients_request(client: Any) -> None:
    from hubspot.crm.contacts import Filter, FilterGroup, PublicObjectSearchRequest

    for number in range(3):
        made(client, email=f"u{number}@example.com")
    request = PublicObjectSearchRequest(
        filter_groups=[
            FilterGroup(filters=[Filter(property_name="hs_object_id", operator="GT", value="101")])
        ],
        sorts=[{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        properties=["email"],
        limit=1,
        after="0",
    )
    answer = client.crm.contacts.search_api.do_search(request)
    assert (answer.total, answer.results[0].id, answer.paging.next.after) == (2, "102", "1")


def test_merging_works_through_the_client(client: Any) -> None:
    from hubspot.crm.contacts import PublicMergeInput

    first, second = made(client, email="a@example.com"), made(client, email="b@example.com")
    merge = PublicMergeInput(primary_object_id=first.id, object_id_to_merge=second.id)
    survivor = client.crm.contacts.basic_api.merge(merge)
    assert client.crm.contacts.basic_api.get_by_id(second.id).id == survivor.id


def test_properties_and_groups_are_made_and_read(client: Any) -> None:
    from hubspot.crm.properties import (
        BatchInputPropertyCreate,
        OptionInput,
        PropertyCreate,
        PropertyGroupCreate,
    )

    client.crm.properties.groups_api.create("contacts", PropertyGroupCreate(name="ours", label="Ours"))
    core = client.crm.properties.core_api
    option = OptionInput(label="On track", value="on_track", hidden=False)
    status = PropertyCreate(
        name="our_status",
        label="Our status",
        type="enumeration",
        field_type="select",
        group_name="ours",
        options=[option],
    )
    assert core.create("contacts", status).options[0].value == "on_track"
    due = PropertyCreate(name="our_due", label="Due", type="datetime", field_type="date", group_name="ours")
    batch = client.crm.properties.batch_api.create("contacts", BatchInputPropertyCreate(inputs=[due]))
    assert batch.results[0].name == "our_due"
    everything = core.get_all("contacts").results
    assert {"our_status", "our_due", "email"} <= {each.name for each in everything}
    assert core.get_by_name("contacts", "email").modification_metadata.read_only_value is False
    core.archive("contacts", "our_due")
    assert "our_due" not in {each.name for each in core.get_all("contacts").results}


def test_lists_take_members(client: Any) -> None:
    from hubspot.crm.lists import ListCreateRequest, MembershipChangeRequest

    contact = made(client, email="a@example.com")
    wish = ListCreateRequest(name="Nurture", object_type_id="0-1", processing_type="MANUAL")
    created = client.crm.lists.lists_api.create(wish).list
    named = client.crm.lists.lists_api.get_by_name(list_name="Nurture", object_type_id="0-1").list
    assert named.list_id == created.list_id
    memberships = client.crm.lists.memberships_api
    assert memberships.add(created.list_id, [contact.id]).records_ids_added == [contact.id]
    page = memberships.get_page_ordered_by_added_to_list_date(created.list_id)
    assert [each.record_id for each in page.results] == [contact.id]
    change = MembershipChangeRequest(record_ids_to_add=[], record_ids_to_remove=[contact.id])
    assert memberships.add_and_remove(created.list_id, change).record_ids_removed == [contact.id]


def test_owners_are_read(client: Any) -> None:
    page = client.crm.owners.owners_api.get_page(limit=2)
    assert page.paging.next.after == page.results[-1].id
    owner = client.crm.owners.owners_api.get_by_id(int(page.results[0].id))
    assert owner.email == page.results[0].email


def test_account_details_come_by_api_request(sandbox: Sandbox) -> None:
    client = Client.create(access_token=sandbox.hubspot.token, base_url=sandbox.hubspot.base_url)
    answer = client.api_request({"path": "/account-info/v3/details"})
    assert str(answer.json()["portalId"]) == sandbox.hubspot.portal_id


def test_refusals_are_the_clients_own_exceptions(sandbox: Sandbox, client: Any, control: Any) -> None:
    made(client, email="a@example.com")
    with pytest.raises(ContactsError) as taken:
        made(client, email="a@example.com")
    assert (taken.value.status, "Existing ID: 101" in taken.value.body) == (409, True)
    token = control("POST", "/hubspot/tokens", {"scopes": ["oauth"]}).json()["token"]
    for credential, expected in ((token, ForbiddenException), ("pat-na1-wrong", UnauthorizedException)):
        other = Client.create(access_token=credential, host=sandbox.hubspot.base_url, retry=False)
        with pytest.raises(expected):
            other.crm.contacts.basic_api.get_page()


def test_versions_of_a_property_come_newest_first_for_fifty_contacts_at_most(
    sandbox: Sandbox, client: Any
) -> None:
    from datetime import timedelta

    from hubspot.crm import contacts as models

    contact = made(client, email="a@example.com", hs_lead_status="NEW")
    sandbox.state.clock.advance(3600)
    changed = models.SimplePublicObjectInput(properties={"hs_lead_status": "OPEN"})
    client.crm.contacts.basic_api.update(contact.id, changed)

    def read(ids: list[str]) -> Any:
        wanted = models.BatchReadInputSimplePublicObjectId(
            inputs=[models.SimplePublicObjectId(id=one) for one in ids],
            properties=[],
            properties_with_history=["hs_lead_status"],
        )
        return client.crm.contacts.batch_api.read(wanted).results

    (found,) = read([contact.id])
    versions = found.properties_with_history["hs_lead_status"]
    assert [each.value for each in versions] == ["OPEN", "NEW"]
    assert versions[0].timestamp - versions[1].timestamp == timedelta(hours=1)
    with pytest.raises(ContactsError):
        read([str(number) for number in range(51)])


def test_contacts_that_have_a_property_are_counted(client: Any) -> None:
    from hubspot.crm.contacts import Filter, FilterGroup, PublicObjectSearchRequest

    made(client, email="a@example.com")
    made(client, email="b@example.com", jobtitle="Directora")
    groups = [
        FilterGroup(filters=[Filter(property_name=name, operator="HAS_PROPERTY")])
        for name in ("jobtitle", "mobilephone")
    ]
    request = PublicObjectSearchRequest(
        filter_groups=groups, sorts=[], properties=["email"], limit=1, after="0"
    )
    assert client.crm.contacts.search_api.do_search(request).total == 1


def test_a_token_that_has_ended_is_an_exception_of_the_client(sandbox: Sandbox, control: Any) -> None:
    token = control("POST", "/hubspot/tokens", {"seconds": 0}).json()["token"]
    ended = Client.create(access_token=token, host=sandbox.hubspot.base_url, retry=False)
    with pytest.raises(UnauthorizedException) as caught:
        ended.crm.contacts.basic_api.get_page()
    assert "EXPIRED_AUTHENTICATION" in caught.value.body

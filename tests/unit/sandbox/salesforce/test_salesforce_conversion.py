"""What becomes of a lead that people convert, merge, delete or restore."""

import pytest

NO_RULE = {"Sforce-Auto-Assign": "FALSE"}
CONVERTED = (
    "SELECT IsConverted, Status, ConvertedDate, ConvertedAccountId, ConvertedContactId, ConvertedOpportunityId "
    "FROM Lead WHERE Id = '{}'"
)


def test_a_conversion_makes_account_contact_and_opportunity_and_dates_the_lead_by_day(salesforce):
    lead = salesforce.lead(FirstName="Eva", Email="eva@example.com", City="Lima", Title="CEO")
    (done,) = salesforce.people({"do": "convert", "lead": lead})
    row = salesforce.one(CONVERTED.format(lead))
    assert (row["IsConverted"], row["Status"], row["ConvertedDate"]) == (True, "Qualified", "2026-01-05")
    assert done["written"] == {
        "account": row["ConvertedAccountId"],
        "contact": row["ConvertedContactId"],
        "opportunity": row["ConvertedOpportunityId"],
    }
    contact = salesforce("GET", f"sobjects/Contact/{row['ConvertedContactId']}").json()
    kept = (contact["Name"], contact["Email"], contact["MailingCity"], contact["Title"])
    assert kept == ("Eva Ruiz", "eva@example.com", "Lima", "CEO")
    assert contact["AccountId"] == row["ConvertedAccountId"]
    account = salesforce("GET", f"sobjects/Account/{row['ConvertedAccountId']}").json()
    assert (account["Name"], account["BillingCity"]) == ("Acme", "Lima")
    role = salesforce.one("SELECT OpportunityId, ContactId, IsPrimary FROM OpportunityContactRole")
    assert (role["ContactId"], role["IsPrimary"]) == (contact["Id"], True)
    assert role["OpportunityId"] == row["ConvertedOpportunityId"]


def test_history_tells_the_instant_that_the_date_does_not(salesforce):
    lead = salesforce.lead()
    salesforce.sandbox.state.clock.advance(3600)
    salesforce.people({"do": "convert", "lead": lead, "opportunity": False})
    row = salesforce.one("SELECT CreatedDate FROM LeadHistory WHERE Field = 'leadConverted'")
    assert row["CreatedDate"] == "2026-01-05T10:00:00.000+0000"
    assert salesforce.one(CONVERTED.format(lead))["ConvertedOpportunityId"] is None


def test_a_converted_lead_is_closed_to_updates_and_upserts(salesforce):
    salesforce.external_id()
    (row,) = salesforce.upsert({"Ext__c": "k", "LastName": "a", "Company": "b"})
    salesforce.people({"do": "convert", "lead": row["id"]})
    answer = salesforce("PATCH", f"sobjects/Lead/{row['id']}", {"City": "x"})
    assert answer.json() == [
        {
            "message": "cannot reference converted lead",
            "errorCode": "CANNOT_UPDATE_CONVERTED_LEAD",
            "fields": [],
        }
    ]
    (again,) = salesforce.upsert({"Ext__c": "k", "LastName": "c", "Company": "b"})
    assert again["errors"][0]["statusCode"] == "CANNOT_UPDATE_CONVERTED_LEAD"
    with pytest.raises(ValueError, match="CANNOT_UPDATE_CONVERTED_LEAD"):
        salesforce.people({"do": "convert", "lead": row["id"]})


def test_custom_fields_reach_the_contact_only_where_they_are_mapped(salesforce):
    for name in ("Mapped__c", "Unmapped__c"):
        salesforce.add_field(name)
        salesforce.add_field(name, "Contact")
    metadata = {
        "objectMapping": [
            {
                "inputObject": "Lead",
                "outputObject": "Contact",
                "mappingFields": [
                    {"inputField": "Mapped__c", "outputField": "Mapped__c"},
                    {"inputField": "Mapped__c", "outputField": "Gone__c"},
                ],
            }
        ]
    }
    salesforce.sandbox.deeds("salesforce")["lead_conversion"](metadata)
    lead = salesforce.lead(Mapped__c="kept", Unmapped__c="lost")
    salesforce.people({"do": "convert", "lead": lead})
    contact = salesforce.one("SELECT Mapped__c, Unmapped__c FROM Contact")
    assert (contact["Mapped__c"], contact["Unmapped__c"]) == ("kept", None)


def test_activities_open_and_closed_move_to_the_contact_with_a_new_stamp(salesforce):
    lead = salesforce.lead(Email="eva@example.com")
    salesforce.people(
        {"do": "call", "lead": lead},
        {"do": "task", "lead": lead},
        {"do": "mail", "lead": lead},
        {"do": "meet", "lead": lead},
    )
    salesforce.sandbox.state.clock.advance(3600)
    (done,) = salesforce.people({"do": "convert", "lead": lead})
    contact, deal = done["written"]["contact"], done["written"]["opportunity"]
    moved = "2026-01-05T10:00:00.000+0000"
    for name, number in (("Task", 3), ("Event", 1)):
        rows = salesforce.query(f"SELECT WhoId, Who.Type, WhatId, CreatedDate, SystemModstamp FROM {name}")
        assert len(rows) == number
        assert {(row["WhoId"], row["WhatId"], row["SystemModstamp"]) for row in rows} == {
            (contact, deal, moved)
        }
        assert {row["Who"]["Type"] for row in rows} == {"Contact"}
        assert {row["CreatedDate"] for row in rows} == {"2026-01-05T09:00:00.000+0000"}
    relation = salesforce.one("SELECT RelationId, RelationObjectType FROM EmailMessageRelation")
    assert (relation["RelationId"], relation["RelationObjectType"]) == (contact, "Contact")


def test_an_existing_contact_only_gets_what_it_lacks(salesforce):
    account = salesforce("POST", "sobjects/Account", {"Name": "Old"}).json()["id"]
    body = {"LastName": "Old", "AccountId": account, "Phone": "1"}
    contact = salesforce("POST", "sobjects/Contact", body).json()["id"]
    lead = salesforce.lead(Phone="2", Title="CEO")
    salesforce.people({"do": "convert", "lead": lead, "account": account, "contact": contact})
    row = salesforce("GET", f"sobjects/Contact/{contact}").json()
    assert (row["LastName"], row["Phone"], row["Title"]) == ("Old", "1", "CEO")


def test_a_lead_of_a_queue_is_converted_by_and_for_a_person(salesforce):
    salesforce.set("assignment", "queue")
    lead = salesforce.lead()
    salesforce.people({"do": "convert", "lead": lead})
    assert salesforce.one(f"SELECT OwnerId FROM Lead WHERE Id = '{lead}'")["OwnerId"].startswith("005")
    assert salesforce.one("SELECT OwnerId FROM Account")["OwnerId"].startswith("005")


def test_a_merge_deletes_the_loser_names_the_master_and_moves_activities(salesforce):
    master, loser = salesforce.lead(), salesforce.lead(LastName="Twin")
    salesforce.people({"do": "call", "lead": loser}, {"do": "merge", "lead": master, "loser": loser})
    row = salesforce.one(f"SELECT IsDeleted, MasterRecordId FROM Lead WHERE Id = '{loser}'", "queryAll")
    assert (row["IsDeleted"], row["MasterRecordId"]) == (True, master)
    assert salesforce.one("SELECT WhoId FROM Task")["WhoId"] == master
    history = salesforce.one("SELECT LeadId FROM LeadHistory WHERE Field = 'leadMerged'")
    assert history["LeadId"] == master


def test_a_restored_lead_comes_back_with_its_tasks(salesforce):
    lead = salesforce.lead()
    salesforce.people({"do": "call", "lead": lead}, {"do": "task", "lead": lead})
    early = salesforce.query("SELECT Id FROM Task")[0]["Id"]
    salesforce("DELETE", f"sobjects/Task/{early}")
    salesforce.sandbox.state.clock.advance(60)
    salesforce.people({"do": "delete", "lead": lead})
    assert salesforce.query("SELECT Id FROM Lead") == []
    salesforce.sandbox.state.clock.advance(60)
    salesforce.people({"do": "undelete", "lead": lead})
    assert (
        salesforce.one("SELECT SystemModstamp FROM Lead")["SystemModstamp"] == "2026-01-05T09:02:00.000+0000"
    )
    assert [row["Id"] for row in salesforce.query("SELECT Id FROM Task")] != [early]
    assert len(salesforce.query("SELECT Id FROM Task")) == 1


def test_a_restored_lead_must_still_be_unique(salesforce):
    salesforce.external_id()
    lead = salesforce.lead(Ext__c="k")
    salesforce.people({"do": "delete", "lead": lead})
    salesforce.lead(Ext__c="k")
    with pytest.raises(ValueError, match="DUPLICATE_VALUE"):
        salesforce.people({"do": "undelete", "lead": lead})

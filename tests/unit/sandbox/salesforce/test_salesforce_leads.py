"""Leads: routing, duplicates, history."""

import pytest

NO_RULE = {"Sforce-Auto-Assign": "FALSE"}


def _owner(salesforce, lead):
    return salesforce("GET", f"sobjects/Lead/{lead}").json()["OwnerId"]


def test_the_assignment_rule_gives_new_leads_to_sellers_in_turn(salesforce):
    sellers = {row["Id"] for row in salesforce.query("SELECT Id FROM User WHERE Profile.Name = 'Sales'")}
    owners = [_owner(salesforce, salesforce.lead()) for _ in range(5)]
    assert set(owners) == sellers
    assert owners[0] == owners[4]


def test_the_rule_runs_on_updates_too_unless_the_header_forbids_it(salesforce):
    lead = salesforce.lead()
    first = _owner(salesforce, lead)
    salesforce("PATCH", f"sobjects/Lead/{lead}", {"City": "x"}, headers=NO_RULE)
    assert _owner(salesforce, lead) == first
    salesforce("PATCH", f"sobjects/Lead/{lead}", {"City": "y"})
    assert _owner(salesforce, lead) != first


def test_without_the_rule_the_caller_owns_the_lead_or_whom_it_names(salesforce):
    body = {"LastName": "a", "Company": "b"}
    mine = salesforce("POST", "sobjects/Lead", body, headers=NO_RULE).json()["id"]
    assert _owner(salesforce, mine) == salesforce.user_id()
    salesforce.set("assignment", "off")
    assert _owner(salesforce, salesforce.lead()) == salesforce.user_id()


def test_a_queue_can_get_the_leads(salesforce):
    salesforce.set("assignment", "queue")
    lead = salesforce.lead()
    row = salesforce.one(f"SELECT OwnerId, Owner.Type, Owner.Name FROM Lead WHERE Id = '{lead}'")
    assert row["OwnerId"].startswith("00G")
    assert (row["Owner"]["Type"], row["Owner"]["Name"]) == ("Group", "Inbound Leads")


def test_history_has_two_rows_for_an_owner_and_one_for_a_status(salesforce):
    lead = salesforce.lead()
    seller = salesforce.query("SELECT Id FROM User WHERE Profile.Name = 'Sales' ORDER BY Id")[2]["Id"]
    before = _owner(salesforce, lead)
    salesforce("PATCH", f"sobjects/Lead/{lead}", {"Status": "Working", "OwnerId": seller}, headers=NO_RULE)
    rows = salesforce.query(
        f"SELECT Field, OldValue, NewValue FROM LeadHistory WHERE LeadId = '{lead}' ORDER BY Id"
    )
    assert [(row["Field"], row["OldValue"], row["NewValue"]) for row in rows] == [
        ("created", None, None),
        ("Status", "New", "Working"),
        ("Owner", "Lucía Romero", "Sofía Castro"),
        ("Owner", before, seller),
    ]


def test_history_is_kept_only_while_it_is_on(salesforce):
    salesforce.set("history", False)
    lead = salesforce.lead()
    salesforce("PATCH", f"sobjects/Lead/{lead}", {"Status": "Working"})
    assert salesforce.query("SELECT Id FROM LeadHistory") == []


def test_values_of_history_cannot_be_filtered(salesforce):
    answer = salesforce("GET", "query", params={"q": "SELECT Id FROM LeadHistory WHERE NewValue = 'x'"})
    assert answer.json()[0]["errorCode"] == "INVALID_FIELD"
    assert "field 'NewValue' can not be filtered in a query call" in answer.json()[0]["message"]


def test_an_alert_rule_fails_a_duplicate_until_the_header_allows_it(salesforce):
    salesforce.set("duplicate_rule", "alert")
    first = salesforce.lead(Email="eva@example.com")
    body = {"LastName": "a", "Company": "b", "Email": "EVA@example.com"}
    answer = salesforce("POST", "sobjects/Lead", body)
    assert answer.status_code == 400
    (error,) = answer.json()
    assert error["errorCode"] == "DUPLICATES_DETECTED"
    (match,) = error["duplicateResut"]["matchResults"]
    assert match["matchRecords"][0]["record"]["Id"] == first
    allow = {"Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=true"}
    assert salesforce("POST", "sobjects/Lead", body, headers=allow).status_code == 201


def test_a_block_rule_fails_a_duplicate_whatever_the_header(salesforce):
    salesforce.set("duplicate_rule", "block")
    salesforce.lead(Email="eva@example.com")
    body = {"LastName": "a", "Company": "b", "Email": "eva@example.com"}
    allow = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
    answer = salesforce("POST", "sobjects/Lead", body, headers=allow)
    assert answer.json()[0]["duplicateResut"]["allowSave"] is False


def test_the_match_of_a_duplicate_may_be_a_contact(salesforce):
    contact = salesforce("POST", "sobjects/Contact", {"LastName": "x", "Email": "eva@example.com"}).json()[
        "id"
    ]
    salesforce.set("duplicate_rule", "alert")
    body = {"LastName": "a", "Company": "b", "Email": "eva@example.com"}
    (match,) = salesforce("POST", "sobjects/Lead", body).json()[0]["duplicateResut"]["matchResults"]
    assert match["entityType"] == "Contact"
    assert match["matchRecords"][0]["record"]["Id"] == contact


@pytest.mark.parametrize("word", ["roundrobin", ""])
def test_a_switch_put_to_a_position_it_lacks_is_an_error_not_a_silence(rows, word):
    rows.org.settings.put("assignment", word)
    with pytest.raises(ValueError, match="round_robin, queue, off"):
        rows.insert()


def test_a_lead_is_unread_for_each_new_owner(salesforce):
    lead = salesforce.lead()
    salesforce("PATCH", f"sobjects/Lead/{lead}", {"IsUnreadByOwner": False}, headers=NO_RULE)
    assert salesforce("GET", f"sobjects/Lead/{lead}").json()["IsUnreadByOwner"] is False
    salesforce("PATCH", f"sobjects/Lead/{lead}", {"City": "x"})  # the rule gives it to the next seller
    assert salesforce("GET", f"sobjects/Lead/{lead}").json()["IsUnreadByOwner"] is True

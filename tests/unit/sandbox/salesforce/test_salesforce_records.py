"""Records one by one: defaults, checks, errors as Salesforce documents them."""

from typing import Any

import pytest


def _refused(salesforce: Any, values: dict[str, Any], name: str = "Lead") -> dict[str, Any]:
    base = {"LastName": "Ruiz", "Company": "Acme"} if name == "Lead" else {}
    answer = salesforce("POST", f"sobjects/{name}", base | values)
    assert answer.status_code == 400
    (error,) = answer.json()
    return error


def test_a_new_lead_has_an_18_character_id_defaults_and_stamps_of_the_business_clock(salesforce):
    made = salesforce("POST", "sobjects/Lead", {"LastName": "Ruiz", "FirstName": "Eva", "Company": "Acme"})
    assert made.json()["errors"] == []
    lead = salesforce("GET", f"sobjects/Lead/{made.json()['id']}").json()
    assert lead["Id"].startswith("00Q")
    assert len(lead["Id"]) == 18
    assert lead["Name"] == "Eva Ruiz"
    assert lead["Status"] == "New"
    assert lead["IsConverted"] is False
    assert lead["CreatedDate"] == lead["SystemModstamp"] == "2026-01-05T09:00:00.000+0000"
    assert lead["CreatedById"] == salesforce.user_id()
    assert lead["attributes"]["url"] == f"/services/data/v62.0/sobjects/Lead/{lead['Id']}"


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x.example","a")', 'O\'Neil, "Bob"', "Ana 😀 Ñandú", "a\\b"]
)
def test_text_is_kept_as_it_is(salesforce, text):
    lead = salesforce.lead(LastName=text)
    assert (
        salesforce("GET", f"sobjects/Lead/{lead}", params={"fields": "LastName"}).json()["LastName"] == text
    )


def test_one_line_text_is_trimmed_and_empty_text_is_null(salesforce):
    lead = salesforce.lead(LastName="  Ruiz ", City="   ", Description=" kept ")
    found = salesforce.one(f"SELECT LastName, City, Description FROM Lead WHERE Id = '{lead}'")
    assert (found["LastName"], found["City"], found["Description"]) == ("Ruiz", None, " kept ")


@pytest.mark.parametrize(
    ("values", "code", "fields"),
    [
        ({"LastName": None}, "REQUIRED_FIELD_MISSING", ["LastName"]),
        ({"LastName": "x" * 81}, "STRING_TOO_LONG", ["LastName"]),
        ({"Company": "x" * 256}, "STRING_TOO_LONG", ["Company"]),
        ({"Email": "not an address"}, "INVALID_EMAIL_ADDRESS", ["Email"]),
        ({"OwnerId": "00Qxx0000000001AAA"}, "MALFORMED_ID", ["OwnerId"]),
        ({"OwnerId": "nonsense"}, "MALFORMED_ID", ["OwnerId"]),
        ({"OwnerId": "005000000000001AAA"}, "INVALID_CROSS_REFERENCE_KEY", ["OwnerId"]),
        ({"CreatedDate": "2026-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["CreatedDate"]),
        ({"AnnualRevenue": 1e17}, "NUMBER_OUTSIDE_VALID_RANGE", ["AnnualRevenue"]),
    ],
)
def test_a_value_that_a_field_does_not_take_is_refused_by_name(salesforce, values, code, fields):
    error = _refused(salesforce, values)
    assert (error["errorCode"], error["fields"]) == (code, fields)


def test_the_longest_value_is_taken(salesforce):
    lead = salesforce.lead(LastName="x" * 80, Company="y" * 255)
    assert len(salesforce("GET", f"sobjects/Lead/{lead}").json()["LastName"]) == 80


def test_the_text_of_a_value_too_long_is_salesforces(salesforce):
    error = _refused(salesforce, {"City": "x" * 41})
    assert error["message"] == f"City: data value too large: {'x' * 41} (max length=40)"


def test_a_restricted_picklist_refuses_other_values_and_an_open_one_takes_them(salesforce):
    error = _refused(salesforce, {"Subject": "x", "TaskSubtype": "Fax"}, "Task")
    assert error["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert error["message"] == "Task Subtype: bad value for restricted picklist field: Fax"
    lead = salesforce.lead(LeadSource="Carrier pigeon")
    assert salesforce("GET", f"sobjects/Lead/{lead}").json()["LeadSource"] == "Carrier pigeon"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"EmailBouncedDate": "2026-02-30T10:00:00Z"}, "datetime"),
        ({"EmailBouncedDate": "2026-02-20"}, "datetime"),
        ({"EmailBouncedDate": "2026-02-20T10:00:00"}, "datetime"),
        ({"NumberOfEmployees": "many"}, "int"),
        ({"DoNotCall": "perhaps"}, "boolean"),
        ({"LastName": ["a"]}, "string"),
        ({"LastName": {"a": 1}}, "string"),
    ],
)
def test_json_of_the_wrong_type_is_a_parser_error(salesforce, values, kind):
    error = _refused(salesforce, values)
    assert error["errorCode"] == "JSON_PARSER_ERROR"
    assert error["message"].startswith(f"Cannot deserialize instance of {kind} from ")


def test_a_body_that_is_no_json_is_a_parser_error(salesforce):
    answer = salesforce("POST", "sobjects/Lead", data=b"{nonsense")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")
    lone = salesforce("POST", "sobjects/Lead", data=b'{"LastName": "\\ud83d", "Company": "x"}')
    assert (lone.status_code, lone.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_a_date_and_time_is_kept_in_utc(salesforce):
    lead = salesforce.lead(EmailBouncedDate="2026-02-20T10:00:00+02:00")
    kept = salesforce("GET", f"sobjects/Lead/{lead}").json()["EmailBouncedDate"]
    assert kept == "2026-02-20T08:00:00.000+0000"


def test_a_date_that_does_not_exist_is_refused(salesforce):
    error = _refused(salesforce, {"Subject": "x", "ActivityDate": "2026-13-45"}, "Task")
    assert error["message"].startswith(
        "Cannot deserialize instance of date from VALUE_STRING value 2026-13-45"
    )


def test_an_unknown_field_is_refused(salesforce):
    error = _refused(salesforce, {"Nonsense__c": 1})
    assert error["errorCode"] == "INVALID_FIELD"
    assert error["message"] == "No such column 'Nonsense__c' on sobject of type Lead"


def test_a_change_moves_the_stamp_and_answers_nothing(salesforce):
    lead = salesforce.lead()
    salesforce.sandbox.state.clock.advance(60)
    answer = salesforce("PATCH", f"sobjects/Lead/{lead}", {"City": "Lima"})
    assert (answer.status_code, answer.content) == (204, b"")
    row = salesforce("GET", f"sobjects/Lead/{lead}").json()
    assert row["City"] == "Lima"
    assert row["SystemModstamp"] == row["LastModifiedDate"] == "2026-01-05T09:01:00.000+0000"
    assert row["CreatedDate"] == "2026-01-05T09:00:00.000+0000"


def test_a_required_field_cannot_be_emptied(salesforce):
    lead = salesforce.lead()
    error = salesforce("PATCH", f"sobjects/Lead/{lead}", {"Company": ""}).json()[0]
    assert error["errorCode"] == "REQUIRED_FIELD_MISSING"


def test_if_unmodified_since_is_a_lock(salesforce):
    lead = salesforce.lead()
    old = {"If-Unmodified-Since": "Mon, 05 Jan 2026 08:00:00 GMT"}
    fresh = {"If-Unmodified-Since": "Mon, 05 Jan 2026 09:00:00 GMT"}
    assert salesforce("PATCH", f"sobjects/Lead/{lead}", {"City": "a"}, headers=old).status_code == 412
    assert salesforce("PATCH", f"sobjects/Lead/{lead}", {"City": "a"}, headers=fresh).status_code == 204


def test_records_that_are_not_there_are_not_found(salesforce):
    for path in (
        "sobjects/Lead/00QSb0000009999MAA",
        "sobjects/Lead/nonsense",
        "sobjects/Nonsense/x",
        "nonsense",
    ):
        answer = salesforce("GET", path)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND"), path


def test_a_15_character_id_names_the_same_record(salesforce):
    lead = salesforce.lead()
    assert salesforce("GET", f"sobjects/Lead/{lead[:15]}").json()["Id"] == lead
    assert salesforce.one(f"SELECT Id FROM Lead WHERE Id = '{lead[:15]}'")["Id"] == lead


def test_a_deleted_lead_takes_its_tasks_along_and_is_seen_by_query_all_only(salesforce):
    lead = salesforce.lead()
    salesforce("POST", "sobjects/Task", {"WhoId": lead, "Subject": "x"})
    assert salesforce("DELETE", f"sobjects/Lead/{lead}").status_code == 204
    assert salesforce.query("SELECT Id FROM Lead") == salesforce.query("SELECT Id FROM Task") == []
    assert salesforce.one("SELECT Id, IsDeleted FROM Lead", "queryAll")["IsDeleted"] is True
    for method, body in (("GET", None), ("PATCH", {"City": "x"}), ("DELETE", None)):
        answer = salesforce(method, f"sobjects/Lead/{lead}", body)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")


def test_updated_and_deleted_lists_cover_a_span(salesforce):
    kept, gone = salesforce.lead(), salesforce.lead()
    salesforce("DELETE", f"sobjects/Lead/{gone}")
    span = {"start": "2026-01-05T08:00:00Z", "end": "2026-01-05T10:00:00+00:00"}
    assert salesforce("GET", "sobjects/Lead/updated", params=span).json()["ids"] == [kept]
    deleted = salesforce("GET", "sobjects/Lead/deleted", params=span).json()["deletedRecords"]
    assert deleted == [{"id": gone, "deletedDate": "2026-01-05T09:00:00.000+0000"}]
    early = {"start": "2025-12-15T00:00:00Z", "end": "2026-01-05T10:00:00Z"}
    assert salesforce("GET", "sobjects/Lead/updated", params=early).status_code == 200
    answer = salesforce("GET", "sobjects/Lead/deleted", params=early)
    assert answer.json()[0]["errorCode"] == "INVALID_REPLICATION_DATE"


def test_a_task_is_closed_by_its_status_and_keeps_when(salesforce):
    lead = salesforce.lead()
    task = salesforce("POST", "sobjects/Task", {"WhoId": lead, "Subject": "Call"}).json()["id"]
    row = salesforce("GET", f"sobjects/Task/{task}").json()
    assert (row["Status"], row["IsClosed"], row["CompletedDateTime"]) == ("Not Started", False, None)
    salesforce.sandbox.state.clock.advance(3600)
    salesforce("PATCH", f"sobjects/Task/{task}", {"Status": "Completed"})
    row = salesforce("GET", f"sobjects/Task/{task}").json()
    assert (row["IsClosed"], row["CompletedDateTime"]) == (True, "2026-01-05T10:00:00.000+0000")
    salesforce.sandbox.state.clock.advance(3600)
    salesforce("PATCH", f"sobjects/Task/{task}", {"Status": "Completed", "Subject": "Called"})
    row = salesforce("GET", f"sobjects/Task/{task}").json()
    assert (row["Subject"], row["CompletedDateTime"]) == ("Called", "2026-01-05T10:00:00.000+0000")
    salesforce("PATCH", f"sobjects/Task/{task}", {"Status": "In Progress"})
    row = salesforce("GET", f"sobjects/Task/{task}").json()
    assert (row["IsClosed"], row["CompletedDateTime"]) == (False, None)


def test_the_subtype_of_a_task_is_set_once(salesforce):
    body = {"Subject": "x", "TaskSubtype": "Call"}
    task = salesforce("POST", "sobjects/Task", body).json()["id"]
    error = salesforce("PATCH", f"sobjects/Task/{task}", {"TaskSubtype": "Email"}).json()[0]
    assert error["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_an_event_has_a_start_an_end_and_a_length_that_agree(salesforce):
    body = {"Subject": "Demo", "ActivityDateTime": "2026-01-06T10:00:00Z", "DurationInMinutes": 45}
    event = salesforce("POST", "sobjects/Event", body).json()["id"]
    row = salesforce("GET", f"sobjects/Event/{event}").json()
    assert row["StartDateTime"] == "2026-01-06T10:00:00.000+0000"
    assert row["EndDateTime"] == "2026-01-06T10:45:00.000+0000"
    salesforce("PATCH", f"sobjects/Event/{event}", {"StartDateTime": "2026-01-07T10:00:00Z"})
    row = salesforce("GET", f"sobjects/Event/{event}").json()
    assert (row["EndDateTime"], row["DurationInMinutes"]) == ("2026-01-07T10:45:00.000+0000", 45)
    assert _refused(salesforce, {"Subject": "x"}, "Event")["errorCode"] == "REQUIRED_FIELD_MISSING"


def test_a_stage_decides_whether_an_opportunity_is_closed_and_won(salesforce):
    body = {"Name": "Deal", "StageName": "Proposal", "CloseDate": "2026-02-01"}
    deal = salesforce("POST", "sobjects/Opportunity", body).json()["id"]
    row = salesforce("GET", f"sobjects/Opportunity/{deal}").json()
    assert (row["IsClosed"], row["IsWon"], row["Probability"]) == (False, False, 50.0)
    salesforce("PATCH", f"sobjects/Opportunity/{deal}", {"StageName": "Closed Won"})
    row = salesforce("GET", f"sobjects/Opportunity/{deal}").json()
    assert (row["IsClosed"], row["IsWon"], row["Probability"]) == (True, True, 100.0)
    stages = salesforce.query("SELECT StageName FROM OpportunityHistory ORDER BY Id")
    assert [stage["StageName"] for stage in stages] == ["Proposal", "Closed Won"]


def test_a_locked_row_fails_once(salesforce):
    salesforce.set("locked_rows", 1)
    answer = salesforce("POST", "sobjects/Lead", {"LastName": "a", "Company": "b"})
    assert answer.json()[0]["errorCode"] == "UNABLE_TO_LOCK_ROW"
    salesforce.lead()


def test_an_inactive_user_cannot_be_given_a_lead(salesforce):
    seller = salesforce.query("SELECT Id FROM User WHERE Profile.Name = 'Sales' ORDER BY Id")[0]["Id"]
    salesforce("PATCH", f"sobjects/User/{seller}", {"IsActive": False})
    no_rule = {"Sforce-Auto-Assign": "FALSE"}
    body = {"LastName": "a", "Company": "b", "OwnerId": seller}
    answer = salesforce("POST", "sobjects/Lead", body, headers=no_rule)
    assert answer.json()[0]["errorCode"] == "INACTIVE_OWNER_OR_USER"


def test_a_lead_knows_the_day_of_its_latest_activity_but_no_time_and_no_stamp(salesforce):
    lead = salesforce.lead()
    salesforce.sandbox.state.clock.advance(60)
    for day in ("2026-01-09", "2026-01-07"):
        salesforce("POST", "sobjects/Task", {"WhoId": lead, "Subject": "x", "ActivityDate": day})
    row = salesforce("GET", f"sobjects/Lead/{lead}").json()
    assert row["LastActivityDate"] == "2026-01-09"
    assert row["SystemModstamp"] == row["CreatedDate"]

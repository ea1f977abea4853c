"""Collections and composite: many records a call, results in order, all or none."""

import pytest


def _row(key: str | None, **values):
    return {"Ext__c": key, "LastName": "Ruiz", "Company": "Acme"} | values


@pytest.fixture
def leads(salesforce):
    salesforce.external_id()
    return salesforce


def test_upsert_creates_then_updates_and_answers_in_order(leads):
    first = leads.upsert(_row("a"), _row("b"))
    assert [(row["success"], row["created"], row["errors"]) for row in first] == [(True, True, [])] * 2
    second = leads.upsert(_row("c"), {"Ext__c": "A", "City": "Lima"})
    assert [row["created"] for row in second] == [True, False]
    assert second[1]["id"] == first[0]["id"]
    found = leads.one("SELECT LastName, City, Ext__c FROM Lead WHERE Ext__c = 'a'")
    assert (found["LastName"], found["City"]) == ("Ruiz", "Lima")


def test_one_bad_row_stops_no_other_and_has_no_id(leads):
    good, bad, also = leads.upsert(_row("a"), _row("b", Email="nonsense"), _row("c"))
    assert (good["success"], also["success"]) == (True, True)
    assert bad == {
        "success": False,
        "errors": [
            {
                "statusCode": "INVALID_EMAIL_ADDRESS",
                "message": "Email: invalid email address: nonsense",
                "fields": ["Email"],
            }
        ],
    }
    assert len(leads.query("SELECT Id FROM Lead")) == 2


def test_a_call_in_which_every_row_failed_is_still_200(leads):
    results = leads.upsert(_row("a", LastName=None), _row("b", LastName=None))
    assert [row["errors"][0]["statusCode"] for row in results] == ["REQUIRED_FIELD_MISSING"] * 2


def test_all_or_none_rolls_the_good_rows_back(leads):
    good, bad = leads.upsert(_row("a"), _row("b", LastName=None), allOrNone=True)
    assert good["success"] is False
    assert good["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert bad["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert leads.query("SELECT Id FROM Lead") == []


def test_a_key_twice_in_one_call_fails_both_rows(leads):
    results = leads.upsert(_row("a"), _row("b"), _row("A"))
    assert [row["success"] for row in results] == [False, True, False]
    assert results[0]["errors"][0]["statusCode"] == "DUPLICATE_VALUE"
    assert results[0]["errors"][0]["message"] == "Duplicate external id specified: a"


def test_a_row_without_its_key_fails(leads):
    assert leads.upsert(_row(None))[0]["errors"][0]["statusCode"] == "MISSING_ARGUMENT"


def test_an_unknown_field_or_a_broken_date_fails_the_whole_call(leads):
    for bad, code in (
        ({"Nonsense__c": 1}, "INVALID_FIELD"),
        ({"EmailBouncedDate": "soon"}, "JSON_PARSER_ERROR"),
    ):
        listed = [{"attributes": {"type": "Lead"}, **row} for row in (_row("a"), _row("b", **bad))]
        answer = leads("PATCH", "composite/sobjects/Lead/Ext__c", {"records": listed})
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)
    assert leads.query("SELECT Id FROM Lead") == []


def test_no_more_than_200_records_a_call(leads):
    assert len(leads.upsert(*[_row(str(number)) for number in range(200)])) == 200
    listed = [{"attributes": {"type": "Lead"}, **_row(str(number))} for number in range(201)]
    assert leads("PATCH", "composite/sobjects/Lead/Ext__c", {"records": listed}).status_code == 400


def test_a_locked_row_fails_alone_and_without_fields(leads):
    leads.set("locked_rows", 1)
    locked, free = leads.upsert(_row("a"), _row("b"))
    assert free["success"] is True
    error = {
        "statusCode": "UNABLE_TO_LOCK_ROW",
        "message": "unable to obtain exclusive access to this record",
    }
    assert locked == {"success": False, "errors": [error]}


def test_a_unique_value_is_compared_without_case_and_names_its_holder(leads):
    (first,) = leads.upsert(_row("a"))
    answer = leads("POST", "sobjects/Lead", _row("A"))
    assert answer.json() == [
        {
            "message": f"duplicate value found: Ext__c duplicates value on record with id: {first['id']}",
            "errorCode": "DUPLICATE_VALUE",
            "fields": [],
        }
    ]


def test_rows_are_created_changed_and_deleted_by_id(salesforce):
    kinds = [
        {"attributes": {"type": "Lead"}, **_row(None)},
        {"attributes": {"type": "Account"}, "Name": "Acme"},
    ]
    del kinds[0]["Ext__c"]
    lead, account = salesforce("POST", "composite/sobjects", {"records": kinds}).json()
    assert lead["id"].startswith("00Q")
    assert account["id"].startswith("001")
    changes = [
        {"attributes": {"type": "Lead"}, "id": lead["id"], "City": "Lima"},
        {"attributes": {"type": "Lead"}, "Id": account["id"], "City": "Lima"},
        {"attributes": {"type": "Lead"}, "Id": "00QSb0000000999MAA", "City": "Lima"},
    ]
    changed = salesforce("PATCH", "composite/sobjects", {"records": changes}).json()
    assert changed[0] == {"id": lead["id"], "success": True, "errors": []}
    assert changed[1]["errors"] == [
        {
            "statusCode": "MALFORMED_ID",
            "message": f"Lead ID: id value of incorrect type: {account['id']}",
            "fields": ["Id"],
        }
    ]
    assert changed[2]["success"] is False
    both = f"{lead['id']},{account['id']}"
    deleted = salesforce("DELETE", "composite/sobjects", params={"ids": both}).json()
    assert [row["success"] for row in deleted] == [True, True]
    again = salesforce("DELETE", "composite/sobjects", params={"ids": both}).json()
    assert [row["errors"][0]["statusCode"] for row in again] == ["ENTITY_IS_DELETED"] * 2


def test_single_upsert_says_whether_it_created(leads):
    body = {"LastName": "a", "Company": "b"}
    created = leads("PATCH", "sobjects/Lead/Ext__c/k%2F1%23", body)
    assert (created.status_code, created.json()["created"]) == (201, True)
    updated = leads("PATCH", "sobjects/Lead/Ext__c/k%2F1%23", body)
    assert (updated.status_code, updated.json()["created"]) == (200, False)
    old = leads("PATCH", "/services/data/v45.0/sobjects/Lead/Ext__c/k%2F1%23", body)
    assert (old.status_code, old.content) == (204, b"")
    found = leads("GET", "sobjects/Lead/Ext__c/k%2F1%23").json()
    assert (found["Id"], found["Ext__c"]) == (created.json()["id"], "k/1#")
    assert leads("GET", "sobjects/Lead/Ext__c/other").status_code == 404
    assert leads("DELETE", "sobjects/Lead/Ext__c/k%2F1%23").status_code == 204


def test_an_external_id_that_is_not_unique_may_match_two_records(salesforce):
    salesforce.add_field("Loose__c", externalId=True)
    first, second = (salesforce.lead(Loose__c="x") for _ in range(2))
    for method, body in (("GET", None), ("PATCH", {"City": "Lima"})):
        answer = salesforce(method, "sobjects/Lead/Loose__c/x", body)
        assert answer.status_code == 300
        assert [address.rpartition("/")[2] for address in answer.json()] == [first, second]
    listed = [{"attributes": {"type": "Lead"}, "Loose__c": "x", "City": "Lima"}]
    (row,) = salesforce("PATCH", "composite/sobjects/Lead/Loose__c", {"records": listed}).json()
    assert row["errors"][0]["statusCode"] == "DUPLICATE_EXTERNAL_ID"


def test_a_field_that_is_no_external_id_cannot_address_records(salesforce):
    answer = salesforce("PATCH", "sobjects/Lead/City/Lima", {"LastName": "a"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def _part(name, method, path, body=None, **more):
    return {"method": method, "url": f"/services/data/v62.0/{path}", "referenceId": name, "body": body} | more


def _compose(salesforce, *parts, **more):
    return salesforce("POST", "composite", {"compositeRequest": list(parts)} | more)


def test_later_subrequests_use_the_answers_of_earlier_ones(salesforce):
    answer = _compose(
        salesforce,
        _part("lead", "POST", "sobjects/Lead", {"LastName": "a", "Company": "b"}),
        _part("task", "POST", "sobjects/Task", {"WhoId": "@{lead.id}", "Subject": "Call @{lead.id}"}),
        _part("query", "GET", "query?q=SELECT+Id,Subject+FROM+Task+WHERE+WhoId='@{lead.id}'"),
        _part("read", "GET", "sobjects/Task/@{query.records[0].Id}"),
    )
    assert answer.status_code == 200
    parts = answer.json()["compositeResponse"]
    assert [(part["referenceId"], part["httpStatusCode"]) for part in parts] == [
        ("lead", 201),
        ("task", 201),
        ("query", 200),
        ("read", 200),
    ]
    lead = parts[0]["body"]["id"]
    assert parts[3]["body"]["Subject"] == f"Call {lead}"


def test_a_subrequest_that_fails_answers_alone_and_halts_those_that_need_it(salesforce):
    parts = _compose(
        salesforce,
        _part("bad", "POST", "sobjects/Lead", {"LastName": "a"}),
        _part("needs", "POST", "sobjects/Task", {"WhoId": "@{bad.id}"}),
        _part("good", "POST", "sobjects/Lead", {"LastName": "a", "Company": "b"}),
    ).json()["compositeResponse"]
    assert [part["httpStatusCode"] for part in parts] == [400, 400, 201]
    assert parts[0]["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert parts[1]["body"][0]["errorCode"] == "PROCESSING_HALTED"


def test_all_or_none_of_a_composite_leaves_nothing(salesforce):
    parts = _compose(
        salesforce,
        _part("good", "POST", "sobjects/Lead", {"LastName": "a", "Company": "b"}),
        _part("bad", "POST", "sobjects/Lead", {"LastName": "a"}),
        allOrNone=True,
    ).json()["compositeResponse"]
    assert parts[0]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert salesforce.query("SELECT Id FROM Lead") == []


def test_a_subrequest_has_headers_of_its_own(salesforce):
    lead = salesforce.lead()
    owner = salesforce("GET", f"sobjects/Lead/{lead}").json()["OwnerId"]
    quiet = {"httpHeaders": {"Sforce-Auto-Assign": "FALSE"}}
    _compose(salesforce, _part("a", "PATCH", f"sobjects/Lead/{lead}", {"City": "x"}, **quiet))
    assert salesforce("GET", f"sobjects/Lead/{lead}").json()["OwnerId"] == owner


def test_a_composite_has_25_parts_of_which_five_are_heavy(salesforce):
    light = [_part(f"r{number}", "GET", "limits") for number in range(26)]
    heavy = [_part(f"r{number}", "GET", "query?q=SELECT+Id+FROM+Lead") for number in range(6)]
    assert _compose(salesforce, *light).status_code == 400
    assert _compose(salesforce, *light[:25]).status_code == 200
    assert _compose(salesforce, *heavy).status_code == 400
    assert _compose(salesforce, *heavy[:5]).status_code == 200


def test_a_composite_counts_as_one_call(salesforce):
    before = int(salesforce("GET", "limits").headers["Sforce-Limit-Info"].split("=")[1].split("/")[0])
    _compose(salesforce, *[_part(f"r{number}", "GET", "sobjects") for number in range(5)])
    after = int(salesforce("GET", "limits").headers["Sforce-Limit-Info"].split("=")[1].split("/")[0])
    assert after - before == 2


def test_records_are_read_many_at_once_with_null_for_those_not_there(salesforce):
    first, gone = salesforce.lead(City="Lima"), salesforce.lead()
    salesforce("DELETE", f"sobjects/Lead/{gone}")
    path, wanted = "composite/sobjects/Lead", [first, gone, "00QSb0000009999MAA"]
    by_get = salesforce("GET", path, params={"ids": ",".join(wanted), "fields": "Id,City"}).json()
    by_post = salesforce("POST", path, {"ids": wanted, "fields": ["Id", "City"]}).json()
    assert by_get == by_post
    assert [None if row is None else row["City"] for row in by_get] == ["Lima", None, None]
    assert by_get[1:] == [None, None]
    assert set(by_get[0]) == {"attributes", "Id", "City"}
    wrong = salesforce("POST", path, {"ids": wanted, "fields": ["Nonsense"]})
    assert wrong.json()[0]["errorCode"] == "INVALID_FIELD"

"""Bulk API 2.0 ingest in the sandbox, by plain calls and by simple-salesforce."""

import csv
import io

import pytest


def job(salesforce, data, **more):
    body = {"object": "Lead", "operation": "upsert", "externalIdFieldName": "Ext__c", **more}
    made = salesforce("POST", "jobs/ingest", body)
    assert made.status_code == 200, made.text
    path = f"jobs/ingest/{made.json()['id']}"
    headers = {"Content-Type": "text/csv; charset=UTF-8"}
    put = salesforce("PUT", f"{path}/batches", data=data.encode(), headers=headers)
    assert (put.status_code, put.content) == (201, b"")
    closed = salesforce("PATCH", path, {"state": "UploadComplete"})
    assert closed.json()["state"] == "UploadComplete"
    return path


def results(salesforce, path, name):
    answer = salesforce("GET", f"{path}/{name}")
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_job_completes_with_its_good_and_its_failed_rows_apart(salesforce):
    salesforce.external_id()
    old = salesforce.lead(Ext__c="old", City="Lima")
    rows = "Ext__c,LastName,Company,City\nnew,Ruiz,Acme,Oslo\nold,Ruiz,Acme,#N/A\nbad,Ruiz,,x\n"
    path = job(salesforce, rows)
    info = salesforce("GET", path).json()
    assert (info["state"], info["numberRecordsProcessed"], info["numberRecordsFailed"]) == (
        "JobComplete",
        3,
        1,
    )
    done = {row["Ext__c"]: row for row in results(salesforce, path, "successfulResults")}
    assert (done["new"]["sf__Created"], done["old"]["sf__Created"]) == ("true", "false")
    assert done["old"]["sf__Id"] == old
    (failed,) = results(salesforce, path, "failedResults")
    assert (failed["sf__Id"], failed["Ext__c"]) == ("", "bad")
    assert failed["sf__Error"] == ("REQUIRED_FIELD_MISSING:Required fields are missing: [Company]:Company --")
    assert results(salesforce, path, "unprocessedrecords") == []
    assert salesforce.one(f"SELECT City FROM Lead WHERE Id = '{old}'")["City"] is None


def test_an_empty_cell_leaves_the_field_as_it_is(salesforce):
    salesforce.external_id()
    lead = salesforce.lead(Ext__c="k", City="Lima")
    job(salesforce, "Ext__c,City,LastName\nk,,Vidal\n")
    row = salesforce.one(f"SELECT City, LastName FROM Lead WHERE Id = '{lead}'")
    assert (row["City"], row["LastName"]) == ("Lima", "Vidal")


def test_no_assignment_rule_runs_unless_the_job_names_one(salesforce):
    salesforce.external_id()
    job(salesforce, "Ext__c,LastName,Company\na,Ruiz,Acme\n")
    rule = salesforce.one("SELECT Id FROM AssignmentRule WHERE SobjectType = 'Lead' AND Active = true")["Id"]
    job(salesforce, "Ext__c,LastName,Company\nb,Ruiz,Acme\n", assignmentRuleId=rule)
    owners = {row["Ext__c"]: row["OwnerId"] for row in salesforce.query("SELECT Ext__c, OwnerId FROM Lead")}
    assert owners["a"] == salesforce.user_id()
    assert owners["b"] != owners["a"]


def test_a_job_that_fails_midway_keeps_what_was_written_and_tells_the_rest(salesforce):
    salesforce.external_id()
    salesforce.set("bulk_processed", 1)
    path = job(salesforce, "Ext__c,LastName,Company\na,Ruiz,Acme\nb,Ruiz,Acme\n")
    assert salesforce("GET", path).json()["state"] == "Failed"
    assert [row["Ext__c"] for row in results(salesforce, path, "successfulResults")] == ["a"]
    assert [row["Ext__c"] for row in results(salesforce, path, "unprocessedrecords")] == ["b"]


def test_a_column_that_is_no_field_fails_the_job(salesforce):
    salesforce.external_id()
    path = job(salesforce, "Ext__c,Nope__c\na,b\n")
    info = salesforce("GET", path).json()
    assert (info["state"], info["errorMessage"]) == (
        "Failed",
        "InvalidBatch : Field name not found : Nope__c",
    )


def test_a_job_takes_its_time_and_gives_no_results_before_its_end(salesforce):
    salesforce.external_id()
    salesforce.set("bulk_seconds", 60)
    path = job(salesforce, "Ext__c,LastName,Company\na,Ruiz,Acme\n")
    assert salesforce("GET", path).json()["state"] == "InProgress"
    assert salesforce("GET", f"{path}/successfulResults").status_code == 400
    assert salesforce("PATCH", path, {"state": "Aborted"}).json()["state"] == "Aborted"
    assert salesforce("DELETE", path).status_code == 204
    assert salesforce("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"object": "Nothing"}, "INVALIDENTITY"),
        ({"operation": "invent"}, "API_ERROR"),
        ({"externalIdFieldName": "City"}, "INVALIDJOB"),
        ({"lineEnding": "CR"}, "API_ERROR"),
        ({"assignmentRuleId": "01QSb0000000009AAA"}, "INVALID_CROSS_REFERENCE_KEY"),
    ],
)
def test_a_job_that_makes_no_sense_is_not_made(salesforce, body, code):
    salesforce.external_id()
    whole = {"object": "Lead", "operation": "upsert", "externalIdFieldName": "Ext__c", **body}
    answer = salesforce("POST", "jobs/ingest", whole)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_a_file_that_is_not_what_the_job_says_fails_the_job(salesforce):
    salesforce.external_id()
    for data in ("Ext__c,LastName\r\na,b\r\n", "Ext__c,LastName\na\n"):
        assert salesforce("GET", job(salesforce, data)).json()["state"] == "Failed"


def test_data_comes_once_and_before_the_job_is_closed(salesforce):
    salesforce.external_id()
    path = job(salesforce, "Ext__c,LastName,Company\na,Ruiz,Acme\n")
    headers = {"Content-Type": "text/csv"}
    assert salesforce("PUT", f"{path}/batches", data=b"Ext__c\nb\n", headers=headers).status_code == 400
    assert salesforce("PATCH", path, {"state": "UploadComplete"}).status_code == 400
    assert [one["state"] for one in salesforce("GET", "jobs/ingest").json()["records"]] == ["JobComplete"]

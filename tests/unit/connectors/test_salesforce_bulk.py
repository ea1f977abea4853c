"""What a bulk job is sent, how long it is waited for, and what is made of its three files."""

import csv
import io

import pytest

from connectors.errors import ContractBroken, RecordRefused, Unavailable
from connectors.jobs import NotedHere
from connectors.salesforce import bulk
from connectors.salesforce.bulk import Bulk, fits
from connectors.salesforce.client import SalesforceClient

JOB = "750000000000001"


@pytest.fixture
def client(vendor, salesforce_settings, waits):
    vendor.say(200, {"access_token": "s", "instance_url": vendor.base_url, "id": "https://x/id/00D/005A"})
    return SalesforceClient(salesforce_settings(), wait=waits)


def state(name, processed=0):
    return {"id": JOB, "state": name, "numberRecordsProcessed": processed, "numberRecordsFailed": 0}


def play(vendor, *states, files=("", "", "")):
    vendor.say(200, {"id": JOB, "state": "Open"})
    vendor.say(201, raw=b"").say(200, state("UploadComplete"))
    for one in states:
        vendor.say(200, one)
    for text in files:
        vendor.say(200, raw=text.encode(), headers={"Content-Type": "text/csv"})


def upsert(client, records, patience=60, rule=None, jobs=None):
    return Bulk(client, patience, jobs or NotedHere()).upsert(records, "Ext__c", rule)


def settle(client, jobs, patience=60):
    Bulk(client, patience, jobs).settle()


RECORDS = [
    {"attributes": {"type": "Lead"}, "Ext__c": "a", "City": None, "Ok__c": True, "N__c": 3},
    {"attributes": {"type": "Lead"}, "Ext__c": "B", "LastName": 'two\nlines, "quoted"'},
    {"attributes": {"type": "Lead"}, "Ext__c": "c", "City": ""},
]


def test_null_travels_as_its_mark_and_a_field_that_is_not_said_stays_empty(vendor, client):
    play(vendor, state("JobComplete", 3))
    upsert(client, RECORDS, rule="01Q1")
    asked = next(one for one in vendor.requests if one["method"] == "POST" and one["path"].endswith("ingest"))
    assert asked["body"] == {
        "object": "Lead",
        "operation": "upsert",
        "externalIdFieldName": "Ext__c",
        "contentType": "CSV",
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
        "assignmentRuleId": "01Q1",
    }
    sent = next(one for one in vendor.requests if one["method"] == "PUT")
    assert sent["headers"]["Content-Type"] == "text/csv; charset=UTF-8"
    assert sent["body"] == (
        'Ext__c,City,Ok__c,N__c,LastName\na,#N/A,true,3,\nB,,,,"two\nlines, ""quoted"""\nc,#N/A,,,\n'
    )


def test_each_row_is_answered_by_the_file_it_stands_in_whatever_their_order(vendor, client):
    files = (
        '"sf__Id","sf__Created","Ext__c"\n"00Q2","false","b"\n"00Q1","true","a"\n',
        '"sf__Id","sf__Error","Ext__c"\n"","STRING_TOO_LONG:City: too large: x:City --","c"\n',
        '"Ext__c"\n"d"\n',
    )
    play(vendor, state("JobComplete", 3), files=files)
    records = [*RECORDS, {"Ext__c": "d"}, {"Ext__c": "nowhere"}]
    first, second, failed, left, lost = upsert(client, records)
    assert (first["id"], first["created"], second["id"], second["created"]) == ("00Q1", True, "00Q2", False)
    assert (failed["errors"][0]["statusCode"], failed["errors"][0]["fields"]) == ("STRING_TOO_LONG", ["City"])
    assert left["errors"] == lost["errors"] == [{"statusCode": "UNPROCESSED"}]


def test_a_job_is_looked_at_ever_less_often_and_never_longer_than_patience(vendor, client, waits):
    play(vendor, *[state("InProgress", number) for number in range(9)], state("Aborted", 5))
    upsert(client, RECORDS, patience=100)
    assert waits == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 10.0]
    aborted = [one["body"] for one in vendor.requests if one["method"] == "PATCH"]
    assert aborted == [{"state": "UploadComplete"}, {"state": "Aborted"}]


@pytest.fixture
def noted():
    """A job of an earlier run that nobody saw end."""
    jobs = NotedHere()
    jobs.note(JOB)
    return jobs


def test_a_job_of_an_earlier_run_that_does_not_end_stops_the_vendor_and_stays_noted(vendor, client, noted):
    vendor.say(200, state("InProgress")).say(200, state("InProgress"))
    with pytest.raises(Unavailable, match="earlier run"):
        settle(client, noted, patience=0)
    assert noted.unfinished() == [JOB]
    assert [one["method"] for one in vendor.requests] == ["POST", "GET", "GET"]  # the login, and two looks


def test_a_job_of_an_earlier_run_is_waited_for(vendor, client, noted, waits):
    vendor.say(200, state("UploadComplete")).say(200, state("InProgress")).say(200, state("JobComplete"))
    settle(client, noted)
    assert (noted.unfinished(), len(waits)) == ([], 1)


def test_a_job_is_told_to_be_waited_for_before_each_pause(vendor, client, waits):
    told = []

    class Told(NotedHere):
        def wait_for(self, job):
            told.append((job, len(waits)))

    play(vendor, state("InProgress"), state("InProgress"), state("JobComplete", 3))
    upsert(client, RECORDS, jobs=Told())
    assert told == [(JOB, 0), (JOB, 1)]


def test_a_job_that_an_earlier_run_left_without_its_end_of_data_is_aborted(vendor, client, noted):
    vendor.say(200, state("Open")).say(200, state("Aborted"))
    settle(client, noted)
    assert noted.unfinished() == []
    assert vendor.requests[-1]["body"] == {"state": "Aborted"}


def test_a_job_that_salesforce_keeps_no_more_is_forgotten(vendor, client, noted):
    vendor.say(404, [{"errorCode": "NOT_FOUND", "message": "no job"}])
    settle(client, noted)
    assert noted.unfinished() == []


def test_without_a_job_of_an_earlier_run_nothing_is_asked(vendor, client):
    settle(client, NotedHere())
    assert vendor.requests == []


@pytest.mark.parametrize("answered", range(4), ids=["the data", "its end", "the wait", "the results"])
def test_a_job_is_noted_from_before_its_data_until_it_has_ended(vendor, client, answered):
    jobs = NotedHere()
    play(vendor, state("JobComplete", 3))
    del vendor.answers[2 + answered :]
    vendor.say(404, [{"errorCode": "NOT_FOUND", "message": "x"}])
    with pytest.raises(RecordRefused):
        upsert(client, RECORDS, jobs=jobs)
    assert jobs.unfinished() == ([] if answered == 3 else [JOB])


def test_an_upload_that_may_have_arrived_is_not_sent_again(vendor, client):
    vendor.say(200, {"id": JOB, "state": "Open"}).say(503)
    with pytest.raises(Unavailable):
        upsert(client, RECORDS)
    assert sum(one["method"] == "PUT" for one in vendor.requests) == 1


def test_a_job_that_could_not_be_read_at_all_names_itself_to_the_log(vendor, client):
    play(vendor, state("Failed"))
    with pytest.raises(ContractBroken) as caught:
        upsert(client, RECORDS)
    assert JOB in caught.value.log


def test_more_than_a_job_takes_is_parted_into_several_files(monkeypatch):
    monkeypatch.setattr(bulk, "LARGEST", 60)
    assert [text.count("\n") for text in bulk._files([{"Ext__c": "x" * 20} for _ in range(5)])] == [3, 3, 2]


def test_a_text_that_is_the_mark_for_null_does_not_fit():
    assert not fits({"Ext__c": "a", "City": "#N/A"})
    assert fits({"Ext__c": "a", "City": None})


def test_a_bare_carriage_return_stays_within_its_cell():
    (text,) = bulk._files([{"Ext__c": "a", "LastName": "one\rtwo"}, {"Ext__c": "b", "LastName": "x"}])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows == [["Ext__c", "LastName"], ["a", "one\rtwo"], ["b", "x"]]

"""What an activity in Salesforce means: channel, direction, whether anybody spoke, whether a person did it."""

import pytest

from connectors.salesforce.activities import read_event, read_task
from connectors.salesforce.records import read_change, read_history
from mapping.records import RecordState, parse_instant
from mapping.status import SALESFORCE

AT = "2026-05-13T12:00:00.000+0000"
TASK = {
    "Id": "00T1",
    "SystemModstamp": AT,
    "WhoId": "00Q1",
    "OwnerId": "005A",
    "CreatedById": "005A",
    "CreatedDate": AT,
    "Subject": "Call",
    "TaskSubtype": "Call",
    "Type": None,
    "CallType": None,
    "CallDisposition": None,
    "CallDurationInSeconds": None,
    "CompletedDateTime": None,
    "IsClosed": True,
    "LastModifiedDate": AT,
    "IsDeleted": False,
}


MAIL = {"Incoming": False, "Status": "3", "MessageDate": AT, "IsBounced": False, "SystemModstamp": AT}


def task(email=None, robots=(), **values):
    return read_task({**TASK, **values}, email, robots)


@pytest.mark.parametrize(
    ("result", "seconds", "answered"),
    [
        ("Connected", None, True),
        ("Interested", 0, True),
        (None, 45, True),
        (None, None, False),
        (None, 0, False),
        ("No Answer", 45, False),
        ("Left message", 20, False),
        ("Buzón de voz", 20, False),
        ("No contesta", 20, False),
        ("Não atendeu", None, False),
    ],
)
def test_a_call_was_answered_when_its_result_or_length_says_so(result, seconds, answered):
    touch = task(CallDisposition=result, CallDurationInSeconds=seconds)
    assert (touch.channel, touch.answered, touch.seconds) == ("phone", answered, seconds)


@pytest.mark.parametrize(
    ("values", "channel"),
    [
        ({"TaskSubtype": "Email"}, "email"),
        ({"TaskSubtype": "LinkedIn"}, "linkedin"),
        ({"TaskSubtype": "Task", "Type": "WhatsApp"}, "whatsapp"),
        ({"TaskSubtype": "Task", "Type": "Call"}, "phone"),
        ({"TaskSubtype": None, "Type": "Meeting"}, "meeting"),
        ({"TaskSubtype": "Task", "Type": "Something else"}, "other"),
    ],
)
def test_subtype_and_then_type_tell_the_channel(values, channel):
    assert task(**values).channel == channel


@pytest.mark.parametrize(
    "values",
    [
        {"TaskSubtype": "ListEmail"},
        {"TaskSubtype": "Cadence"},
        {"CreatedById": "005ROBOT"},
        {"Subject": "Llamar [acuerdo:hubspot-1-1/1]"},
    ],
)
def test_what_no_person_did_is_automated(values):
    assert task(robots={"005ROBOT"}, **values).automated
    assert not task(robots={"005ROBOT"}).automated


def test_an_incoming_call_or_mail_is_the_leads_own():
    assert not task(CallType="Inbound").outgoing
    mail = {**MAIL, "Incoming": True, "Status": "1", "MessageDate": "2026-05-13T09:00:00.000+0000"}
    touch = task(mail, TaskSubtype="Email")
    assert (touch.outgoing, touch.occurred_at) == (False, parse_instant("2026-05-13T09:00:00+00:00"))


def test_the_draft_of_a_mail_is_no_touch():
    assert task({**MAIL, "Status": "5"}, TaskSubtype="Email") is None


LATER = "2026-05-13T13:00:00.000+0000"


def test_a_mail_that_came_back_is_a_later_version_of_its_touch():
    touch = task({**MAIL, "IsBounced": True, "SystemModstamp": LATER}, TaskSubtype="Email")
    assert (touch.bounced, touch.version) == (True, LATER)
    assert not task(MAIL, TaskSubtype="Email").bounced


def test_an_open_task_takes_back_what_it_may_have_been_and_is_nothing_while_nobody_touched_it():
    assert task(IsClosed=False) is None
    assert task(IsClosed=False, LastModifiedDate=LATER).deleted


def test_a_task_happened_when_it_was_completed_and_else_when_it_was_logged():
    assert task(CompletedDateTime="2026-05-12T08:00:00.000+0000").occurred_at == parse_instant(
        "2026-05-12T08:00:00+00:00"
    )
    assert task().occurred_at == parse_instant("2026-05-13T12:00:00+00:00")


def test_where_a_queue_owns_it_the_person_who_entered_it_did_it():
    assert task(OwnerId="00G1", CreatedById="005B").by == "005B"


def test_an_event_is_a_meeting_at_its_start():
    row = {
        **TASK,
        "StartDateTime": "2026-05-13T15:00:00.000+0000",
        "DurationInMinutes": 30,
        "IsDeleted": True,
    }
    touch = read_event(row, ())
    assert (touch.channel, touch.seconds, touch.deleted) == ("meeting", 1800, True)
    assert touch.occurred_at == parse_instant("2026-05-13T15:00:00+00:00")


HISTORY = {"Id": "0171", "LeadId": "00Q1", "CreatedDate": AT, "CreatedById": "005A"}


def test_of_the_two_history_rows_of_an_owner_only_that_with_ids_is_told():
    names = {**HISTORY, "Field": "Owner", "OldValue": "Ana López", "NewValue": "Eva Ruiz"}
    ids = {**HISTORY, "Field": "Owner", "OldValue": "005A", "NewValue": "00G1"}
    assert read_history(names) is None
    change = read_history(ids)
    assert (change.field, change.old, change.new, change.new_kind) == ("owner", "005A", "00G1", "queue")


def test_a_deleted_record_is_archived_and_a_merged_one_names_its_survivor():
    row = {
        "Id": "00Q1",
        "OwnerId": "00G1",
        "LastModifiedById": "005A",
        "CreatedDate": AT,
        "SystemModstamp": AT,
        "IsDeleted": True,
        "MasterRecordId": None,
    }
    url = "https://x/{kind}/{id}"
    assert read_change(row, "Lead", SALESFORCE, url, (), asked={}).record.state is RecordState.archived
    merged = read_change({**row, "MasterRecordId": "00Q2"}, "Lead", SALESFORCE, url, (), asked={}).record
    assert (merged.state, merged.merged_into) == (RecordState.merged, "00Q2")
    assert merged.values["owner_kind"] == "queue"

"""How sales speaks: what the CRM shows, as facts (design, section 3)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from connectors.base import CrmChanges, Deal, FieldChange, Touch
from mapping.records import Record, RecordState, Value
from policies.events import Event, Kind
from sync.events import Reading, events_of_change, events_of_deal, events_of_touch
from sync.speech import Speech

NOW = 1_778_500_000
CHANGED = NOW - 600
LEAD = "hubspot-1-7"
READING = Reading(
    system="salesforce",
    lead=LEAD,
    speech=Speech(),
    rejects=frozenset({"bad_fit", "duplicate"}),
    codes=frozenset({"bad_fit", "duplicate", "not_now"}),
    pauses=frozenset({"lead_asked_date", "legal_hold"}),
    timezone="Europe/Madrid",
    now=NOW,
)
PLAIN: Mapping[str, Value] = {
    "owner": "005A",
    "owner_kind": "user",
    "status": "New",
    "converted": False,
    "created_at": NOW - 7_200,
    "lead_id": LEAD,
}


def record(kind: str = "Lead", state: RecordState = RecordState.live, **values: Value) -> Record:
    return Record(
        system="salesforce",
        kind=kind,
        id="00Q1",
        values={**PLAIN, **values},
        changed_at=CHANGED,
        version="v2",
        state=state,
    )


def facts(
    before: Record | None, after: Record, *history: FieldChange, reading: Reading = READING
) -> list[Event]:
    return events_of_change(reading, before, CrmChanges(record=after, history=history))


def told(events: list[Event]) -> list[tuple[str, dict[str, Any]]]:
    return [(each.kind.value, dict(each.data)) for each in events]


def change(field: str, new: str, at: int, **more: str) -> FieldChange:
    return FieldChange(id="0171", record_id="00Q1", field=field, old="old", new=new, at=at, **more)


def test_every_fact_carries_the_lead_the_system_and_when_it_was_learned() -> None:
    (event,) = facts(record(), record(status="Working"))
    assert (event.lead, event.source, event.recorded_at) == (LEAD, "salesforce", NOW)
    assert event.occurred_at == CHANGED


def test_a_record_that_is_as_before_says_nothing() -> None:
    assert facts(record(), record()) == []


@pytest.mark.parametrize(
    ("status", "kind", "data"),
    [
        ("Working", Kind.accepted, {}),
        ("Nurturing", Kind.returned, {"code": "unspecified"}),
        ("Unqualified", Kind.returned, {"code": "unspecified"}),
        ("Their own", Kind.drift, {"field": "status", "found": "Their own"}),
    ],
)
def test_a_status_means_what_the_table_says(status: str, kind: Kind, data: dict[str, str]) -> None:
    assert told(facts(record(), record(status=status))) == [(kind.value, data)]


def test_a_status_back_to_new_means_nothing() -> None:
    assert facts(record(status="Working"), record(status="New")) == []


def test_a_company_maps_its_own_statuses() -> None:
    speech = Speech(statuses={"Descartado": "rejected", "Apto": "qualified"})
    reading = replace(READING, speech=speech)
    rejected = facts(record(), record(status="Descartado"), reading=reading)
    assert told(rejected) == [("rejected", {"code": "unspecified"})]
    assert told(facts(record(), record(status="Apto"), reading=reading)) == [("sql_met", {})]


def test_the_status_a_record_was_made_with_is_not_something_sales_said() -> None:
    assert Kind.returned not in {each.kind for each in facts(None, record(status="Unqualified"))}


def test_each_tracked_change_of_status_is_a_fact_at_its_own_time() -> None:
    rows = (
        change("status", "Working", CHANGED - 50),
        replace(change("status", "Nurturing", CHANGED - 10), id="0172"),
    )
    events = facts(record(), record(status="Nurturing"), *rows)
    assert [(each.kind, each.occurred_at, each.version) for each in events] == [
        (Kind.accepted, CHANGED - 50, "0171"),
        (Kind.returned, CHANGED - 10, "0172"),
    ]


def test_a_status_that_an_integration_writes_is_nobodys_word() -> None:
    reading = replace(READING, ourselves=frozenset({"005INT"}))
    by_integration = change("status", "Working", CHANGED - 50, by="005INT")
    by_person = replace(change("status", "Nurturing", CHANGED - 10, by="005A"), id="0172")
    assert facts(record(), record(status="Working"), by_integration, reading=reading) == []
    said = facts(record(), record(status="Nurturing"), by_integration, by_person, reading=reading)
    assert told(said) == [("returned", {"code": "unspecified"})]


def test_a_contact_has_no_status_of_a_lead() -> None:
    contact = record(kind="Contact", status=None)
    assert facts(record(status="Working"), contact) == []


def test_an_owner_is_dated_by_history_where_it_is_tracked() -> None:
    row = change("owner", "005B", CHANGED - 300, new_kind="user")
    (event,) = facts(record(), record(owner="005B"), row)
    assert event.occurred_at == CHANGED - 300
    assert event.data == {"owner": "005B", "owner_kind": "user", "previous": "old"}


def test_the_first_owner_seen_is_dated_by_creation_and_not_before_delivery() -> None:
    assert facts(None, record())[0].occurred_at == NOW - 7_200
    delivered = replace(READING, delivered_at=NOW - 900)
    assert facts(None, record(), reading=delivered)[0].occurred_at == NOW - 900


def test_a_queue_is_told_as_one() -> None:
    (event,) = facts(record(), record(owner="00G1", owner_kind="queue"))
    assert event.data["owner_kind"] == "queue"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("accepted", "accepted"), ("bad_fit", "rejected"), ("duplicate", "rejected"), ("not_now", "returned")],
)
def test_a_disposition_accepts_rejects_or_returns_with_its_code_and_date(code: str, kind: str) -> None:
    ((found, data),) = told(facts(record(), record(disposition=code, until="2026-06-15")))
    assert found == kind
    assert data == ({} if code == "accepted" else {"code": code, "until": "2026-06-15"})


def test_free_text_where_a_code_belongs_stays_out_of_the_facts() -> None:
    said = told(facts(record(), record(disposition="ask ana@example.org", pause="until Ana is back")))
    assert ("returned", {"code": "unlisted", "until": None}) in said
    assert ("paused", {"reason": "unlisted", "until": None}) in said


def test_what_sales_writes_beside_the_agreed_codes_stays_out_of_facts() -> None:
    written = record(disposition="Ana wants a call", pause="Ana is ill")
    events = facts(record(), written)
    assert {each.data.get("code") or each.data.get("reason") for each in events} == {"unlisted"}
    assert "Ana" not in repr(events)


def test_a_disposition_that_a_person_takes_out_takes_the_word_back() -> None:
    ours = replace(READING, ourselves=frozenset({"005INT"}))
    before, after = record(disposition="not_now"), record(disposition=None, changed_by="005A")
    assert told(facts(before, after, reading=ours)) == [("undone", {"by": "005A"})]
    assert facts(before, record(disposition=None, changed_by="005INT"), reading=ours) == []
    assert facts(record(disposition="accepted"), after, reading=ours) == []


def test_who_rejected_or_returned_is_a_fact_unless_it_was_ourselves() -> None:
    ours = replace(READING, ourselves=frozenset({"005INT"}))
    for by, said in (("005A", "005A"), ("005INT", None)):
        ((_, data),) = told(facts(record(), record(disposition="bad_fit", changed_by=by), reading=ours))
        assert data.get("by") == said


def test_a_new_date_of_a_pause_is_a_new_pause() -> None:
    before = record(pause="lead_asked_date", until="2026-06-15")
    after = record(pause="lead_asked_date", until="2026-06-20")
    assert told(facts(before, after)) == [("paused", {"reason": "lead_asked_date", "until": "2026-06-20"})]


def test_what_we_assign_is_no_fact_of_the_crm_s_history_and_what_we_own_nobody_holds() -> None:
    ours = replace(READING, ourselves=frozenset({"005INT"}))
    row = FieldChange(
        id="017",
        record_id="00Q1",
        field="owner",
        old="005INT",
        new="005A",
        at=CHANGED,
        by="005INT",
        new_kind="user",
    )
    assert facts(record(owner="005A"), record(owner="005A"), row, reading=ours) == []
    theirs = replace(row, by="005M")
    assert [each[0] for each in told(facts(record(), record(), theirs, reading=ours))] == ["owner_changed"]
    ((_, data),) = told(facts(record(), record(owner="005INT"), reading=ours))
    assert data["owner_kind"] == "queue"


def test_a_pause_begins_with_its_reason_and_ends_when_it_is_taken_out() -> None:
    paused = record(pause="lead_asked_date", until="2026-05-20")
    assert ("paused", {"reason": "lead_asked_date", "until": "2026-05-20"}) in told(facts(record(), paused))
    assert [kind for kind, _ in told(facts(paused, record()))] == ["resumed"]
    assert Kind.resumed not in {each.kind for each in facts(None, record())}


def test_a_conversion_names_what_the_lead_became_and_is_told_once() -> None:
    converted = record(
        status="Qualified",
        converted=True,
        converted_contact="0031",
        converted_account="0011",
        converted_deal="0061",
    )
    assert told(facts(record(), converted)) == [
        ("crm_converted", {"contact": "0031", "account": "0011", "deal": "0061"})
    ]
    assert facts(converted, converted) == []


def test_deleted_merged_and_restored_records_are_told_as_that_alone() -> None:
    gone = record(state=RecordState.archived, status="Working")
    assert [kind for kind, _ in told(facts(record(), gone))] == ["deleted"]
    merged = replace(record(state=RecordState.merged), merged_into="00Q9")
    assert told(facts(record(), merged)) == [("merged", {"survivor": "00Q9"})]
    assert "restored" in [kind for kind, _ in told(facts(gone, record()))]


def test_an_outgoing_activity_is_a_touch_and_an_incoming_one_the_lead_speaking() -> None:
    touch = Touch(
        id="00T1",
        version="3",
        record_id="00Q1",
        channel="phone",
        occurred_at=CHANGED,
        by="005A",
        answered=True,
        seconds=61,
    )
    (out,) = events_of_touch(READING, touch)
    assert (out.kind, out.object_id, out.version) == (Kind.touch, "00T1", "3")
    assert out.data["answered"] is True
    assert out.data["seconds"] == 61
    assert [each.kind for each in events_of_touch(READING, replace(touch, outgoing=False))] == [Kind.inbound]


def test_a_mail_that_came_back_closes_its_channel_from_when_that_was_noted() -> None:
    mail = Touch(
        id="02s1", version="4", record_id="00Q1", channel="email", occurred_at=CHANGED, by="005A",
        bounced=True, bounced_at=CHANGED + 120,
    )  # fmt: skip
    sent, back = events_of_touch(READING, mail)
    assert (sent.kind, sent.data["bounced"]) == (Kind.touch, True)
    assert (back.kind, back.occurred_at) == (Kind.bounced, CHANGED + 120)
    assert dict(back.data) == {"touch": "02s1", "channel": "email", "hard": True}
    (_, again) = events_of_touch(READING, replace(mail, version="5"))
    assert (again.object_id, again.version) == (back.object_id, back.version)
    assert [each.kind for each in events_of_touch(READING, replace(mail, deleted=True))] == [Kind.touch]


def deal(**more: Any) -> Deal:
    return Deal(
        id="0061",
        version="1",
        contacts=("0031",),
        stage="x",
        created_at=CHANGED - 90,
        changed_at=CHANGED,
        **{"state": "open", **more},
    )


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def test_an_open_deal_is_linked_since_it_was_made() -> None:
    (event,) = events_of_deal(READING, deal())
    assert (event.kind, event.occurred_at) == (Kind.deal_linked, CHANGED - 90)


def test_a_win_has_the_crms_time_else_the_change_of_that_day_else_the_days_end_in_the_companys_zone() -> None:
    timed = events_of_deal(READING, deal(state="won", closed_at=CHANGED - 5, closed_on="2026-01-01"))[1]
    assert (timed.occurred_at, timed.data["dated"]) == (CHANGED - 5, False)
    today = datetime.fromtimestamp(CHANGED).astimezone().date().isoformat()
    same_day = events_of_deal(READING, deal(state="won", closed_on=today))[1]
    assert (same_day.occurred_at, same_day.data["dated"]) == (CHANGED, True)
    earlier = events_of_deal(READING, deal(state="won", closed_on="2026-03-02"))[1]
    assert earlier.occurred_at == at("2026-03-02T23:59:59+01:00")


@pytest.mark.parametrize(
    ("reason", "code"), [("Budget", "no_budget"), (None, "unspecified"), ("Alien", "unspecified")]
)
def test_a_loss_has_the_code_of_its_reason(reason: str | None, code: str) -> None:
    assert events_of_deal(READING, deal(state="lost", reason=reason))[1].data["code"] == code


def test_no_fact_holds_a_note_of_sales() -> None:
    noted = record(
        note="Call Ana García at home", status="Working", disposition="not_now", pause="legal_hold"
    )
    assert "Ana" not in repr(facts(record(), noted))

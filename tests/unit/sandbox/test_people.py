"""Simulated salespeople: deeds on order, and spans of their own work."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.clock import BusinessClock
from sandbox.people import People
from sandbox.people.profile import Profile, read_profile
from sandbox.people.script import write_script
from sandbox.salesforce import queries, records
from sandbox.salesforce.access import EVERYTHING
from sandbox.salesforce.org import Org
from sandbox.state import State

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


class Team:
    """Salespeople over an organisation of their own, whose clock stands until it is moved."""

    def __init__(self, seed: int = 0) -> None:
        self.clock = BusinessClock(MONDAY)
        self.clock.freeze(frozen=True)
        self.state = State(self.clock, seed=seed)
        self.org = Org.open(self.state)
        self.people = People(self.state)

    def lead(self, **values: Any) -> str:
        integration = self.org.store.ids("User", "\"Username\" = 'integration@example.com'", ())[0]
        actor = replace(self.org.person(integration), auto_assign=True)
        kind = self.org.kinds["lead"]
        body = {"LastName": "Ruiz", "Company": "Acme", "Email": "eva@example.com"} | values
        with self.org.use():
            return records.insert(self.org, actor, kind, records.read_body(kind, body, actor))

    def do(self, *actions: dict[str, Any]) -> list[dict[str, Any]]:
        return self.people.act({"actions": list(actions)})["results"]

    def span(self, days: float, **profile: Any) -> dict[str, Any]:
        start = self.clock.now()
        until = self.clock.advance(days * 86400)
        return self.people.act({"from": start.isoformat(), "until": until.isoformat(), "profile": profile})

    def query(self, soql: str) -> list[dict[str, Any]]:
        return queries.run(self.org, EVERYTHING, soql, "").records

    def one(self, soql: str) -> dict[str, Any]:
        (row,) = self.query(soql)
        return row


@pytest.fixture
def make_team() -> Iterator[Callable[..., Team]]:
    teams: list[Team] = []

    def make(**wanted: Any) -> Team:
        teams.append(Team(**wanted))
        return teams[-1]

    yield make
    for team in teams:
        team.state.close()


@pytest.fixture
def team(make_team) -> Team:
    return make_team()


def test_a_call_is_a_closed_task_with_its_result(team):
    lead = team.lead()
    team.do({"do": "call", "lead": lead, "answered": True, "duration": 300})
    team.do({"do": "call", "lead": lead, "answered": False})
    answered, missed = team.query(
        "SELECT WhoId, OwnerId, CreatedById, Status, IsClosed, TaskSubtype, CallDisposition, "
        "CallDurationInSeconds, CompletedDateTime FROM Task ORDER BY Id"
    )
    owner = team.one("SELECT OwnerId FROM Lead")["OwnerId"]
    assert (answered["WhoId"], answered["OwnerId"], answered["CreatedById"]) == (lead, owner, owner)
    assert (answered["Status"], answered["IsClosed"], answered["TaskSubtype"]) == ("Completed", True, "Call")
    assert (answered["CallDisposition"], answered["CallDurationInSeconds"]) == ("Connected", 300)
    assert answered["CompletedDateTime"] == "2026-01-05T09:00:00.000+0000"
    assert (missed["CallDisposition"], missed["CallDurationInSeconds"]) == ("No answer", 0)


def test_a_call_logged_later_keeps_both_times(team):
    lead = team.lead()
    team.clock.advance(7200)
    called, logged = MONDAY + timedelta(minutes=10), MONDAY + timedelta(hours=1)
    team.do({"do": "call", "lead": lead, "at": called.isoformat(), "logged_at": logged.isoformat()})
    row = team.one("SELECT CreatedDate, SystemModstamp, CompletedDateTime FROM Task")
    assert row["CompletedDateTime"] == "2026-01-05T09:10:00.000+0000"
    assert row["CreatedDate"] == row["SystemModstamp"] == "2026-01-05T10:00:00.000+0000"


def test_a_meeting_can_be_booked_ahead(team):
    lead, held = team.lead(), MONDAY + timedelta(days=2)
    team.do(
        {"do": "meet", "lead": lead, "at": held.isoformat(), "logged_at": MONDAY.isoformat(), "minutes": 45}
    )
    row = team.one("SELECT CreatedDate, StartDateTime, DurationInMinutes, WhoId FROM Event")
    assert (row["CreatedDate"], row["StartDateTime"]) == (
        "2026-01-05T09:00:00.000+0000",
        "2026-01-07T09:00:00.000+0000",
    )
    assert (row["DurationInMinutes"], row["WhoId"]) == (45, lead)


def test_a_mail_is_a_message_its_relation_and_a_closed_task_that_it_names(team):
    lead = team.lead()
    team.do({"do": "mail", "lead": lead}, {"do": "incoming_mail", "lead": lead})
    sent, received = team.query(
        "SELECT Id, Incoming, Status, FromAddress, ToAddress, RelatedToId, ActivityId, Activity.TaskSubtype, "
        "Activity.IsClosed FROM EmailMessage ORDER BY Id"
    )
    assert (sent["Incoming"], sent["Status"], sent["ToAddress"]) == (False, "3", "eva@example.com")
    assert (received["Incoming"], received["FromAddress"]) == (True, "eva@example.com")
    assert sent["RelatedToId"] == lead
    assert sent["ActivityId"] is not None
    assert (sent["Activity"]["TaskSubtype"], sent["Activity"]["IsClosed"]) == ("Email", True)
    types = team.query(
        "SELECT EmailMessageId, RelationId, RelationType FROM EmailMessageRelation ORDER BY Id"
    )
    assert [(row["RelationId"], row["RelationType"]) for row in types] == [
        (lead, "ToAddress"),
        (lead, "FromAddress"),
    ]


def test_answers_set_the_status_or_the_fields_given(team):
    lead = team.lead()
    for deed, status in (("accept", "Working"), ("reject", "Unqualified"), ("return", "Nurturing")):
        team.do({"do": deed, "lead": lead})
        assert team.one("SELECT Status FROM Lead")["Status"] == status
    team.do({"do": "return", "lead": lead, "fields": {"Status": "Working", "Rating": "Cold"}})
    row = team.one("SELECT Status, Rating FROM Lead")
    assert (row["Status"], row["Rating"]) == ("Working", "Cold")


def test_people_keep_the_owner_unless_they_assign(team):
    lead = team.lead()
    before = team.one("SELECT OwnerId FROM Lead")["OwnerId"]
    team.do({"do": "accept", "lead": lead})
    assert team.one("SELECT OwnerId FROM Lead")["OwnerId"] == before
    other = team.query("SELECT Id FROM User WHERE Profile.Name = 'Sales' ORDER BY Id DESC")[0]["Id"]
    team.do({"do": "assign", "lead": lead, "to": other})
    assert team.one("SELECT OwnerId FROM Lead")["OwnerId"] == other


def test_a_win_converts_first_and_closes_on_the_day_given(team):
    lead = team.lead()
    (done,) = team.do({"do": "win", "lead": lead, "close_date": "2025-12-24", "amount": 500})
    deal = team.one("SELECT Id, IsWon, IsClosed, CloseDate, Amount, Account.Name FROM Opportunity")
    assert deal["Id"] == done["written"]["opportunity"]
    assert (deal["IsWon"], deal["IsClosed"], deal["CloseDate"]) == (True, True, "2025-12-24")
    assert (deal["Amount"], deal["Account"]["Name"]) == (500.0, "Acme")
    assert team.one("SELECT ConvertedOpportunityId FROM Lead")["ConvertedOpportunityId"] == deal["Id"]


def test_a_win_after_conversion_closes_the_opportunity_there_is_or_opens_one(team):
    first, second = team.lead(), team.lead(Email="b@example.com")
    team.do({"do": "convert", "lead": first}, {"do": "convert", "lead": second, "opportunity": False})
    team.do({"do": "win", "lead": first}, {"do": "lose", "lead": second})
    deals = team.query("SELECT StageName, ContactId FROM Opportunity ORDER BY Id")
    assert [deal["StageName"] for deal in deals] == ["Closed Won", "Closed Lost"]
    assert len(team.query("SELECT Id FROM OpportunityContactRole")) == 2


def test_deeds_after_conversion_belong_to_the_contact(team):
    lead = team.lead()
    (done,) = team.do({"do": "convert", "lead": lead})
    team.do({"do": "call", "lead": lead}, {"do": "edit", "lead": lead, "fields": {"Department": "IT"}})
    assert team.one("SELECT WhoId FROM Task")["WhoId"] == done["written"]["contact"]
    assert team.one("SELECT Department FROM Contact")["Department"] == "IT"


def test_a_lead_may_be_named_by_a_field(team):
    lead = team.lead(Email="only@example.com")
    (done,) = team.do({"do": "call", "lead": {"Email": "only@example.com"}})
    assert done["lead"] == lead


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"do": "dance"}, "do is one of"),
        ({"do": "call", "lead": "00QSb0000009999MAA"}, "0 leads"),
        ({"do": "call", "lead": {"Email": "nobody@example.com"}}, "0 leads"),
        ({"do": "call", "lead": {"Nonsense": "x"}}, "no field Nonsense"),
        ({"do": "call"}, "lead is an id"),
        ({"do": "call", "at": "2026-01-05T08:00:00"}, "needs a zone"),
        ({"do": "call", "at": "2026-01-06T08:00:00Z"}, "after the business clock"),
        (
            {"do": "call", "at": "2026-01-05T08:00:00Z", "logged_at": "2026-01-06T08:00:00Z"},
            "after the business clock",
        ),
        ({"do": "call", "by": "nobody"}, "no user nobody"),
        ({"do": "accept", "fields": {"Nonsense__c": 1}}, "INVALID_FIELD"),
        ({"do": "merge"}, "loser"),
        ({"do": "undelete"}, "UNDELETE_FAILED"),
    ],
)
def test_a_deed_that_cannot_be_done_undoes_the_whole_order_and_says_why(team, action, reason):
    lead = team.lead()
    wrong = action if "lead" in action or reason == "lead is an id" else action | {"lead": lead}
    with pytest.raises(ValueError, match=reason):
        team.do({"do": "call", "lead": lead}, wrong)
    assert team.query("SELECT Id FROM Task") == []


@pytest.mark.parametrize(
    "payload",
    [{}, {"from": "2026-01-05T08:00:00Z"}, {"actions": [], "from": "x"}, {"from": "a", "until": "b", "x": 1}],
)
def test_a_payload_that_says_neither_is_refused(team, payload):
    with pytest.raises(ValueError, match=r'say \{"actions"'):
        team.people.act(payload)


def test_a_span_must_have_passed(team):
    with pytest.raises(ValueError, match=r"after the business clock"):
        team.people.act({"from": "2026-01-05T08:00:00Z", "until": "2026-01-06T08:00:00Z"})


def test_a_month_of_work_does_everything_and_nothing_is_refused(make_team):
    team = make_team(seed=3)
    done: dict[str, int] = {}
    for day in range(30):
        for number in range(10):
            team.lead(Email=f"d{day}n{number}@example.com")
        answer = team.span(1)
        assert answer["refused"] == []
        for deed, number in answer["counts"].items():
            done[deed] = done.get(deed, 0) + number
    assert set(done) == {
        "accept", "call", "convert", "incoming_mail", "lose", "mail", "meet", "reject", "return", "win",
    }  # fmt: skip
    untouched = team.query("SELECT Id FROM Lead WHERE Status = 'New'")
    assert 20 < len(untouched) < 120  # forgotten, or not yet called


def _story(team: Team, days: list[float]) -> list[Any]:
    for number in range(40):
        team.lead(Email=f"n{number}@example.com")
    return [result for part in days for result in team.span(part)["results"]]


def test_the_same_seed_tells_the_same_story_however_time_is_cut(make_team):
    def told(story: list[Any]) -> list[Any]:
        return [(result["at"], result["do"], result["lead"]) for result in story]

    whole = told(_story(make_team(seed=5), [20]))
    assert told(_story(make_team(seed=5), [0.5] * 40)) == whole
    assert told(_story(make_team(seed=5), [20])) == whole
    assert told(_story(make_team(seed=6), [20])) != whole


def test_sellers_answer_with_what_the_profile_says(team):
    for number in range(30):
        team.lead(Email=f"n{number}@example.com")
    answers = {"return": [{"Status": "Nurturing", "Rating": "Cold"}]}
    habits = {"prompt": 1.0, "late": 0.0, "answer": 1.0, "reached": {"return": 1.0}, "answers": answers}
    assert team.span(10, **habits)["counts"]["return"] == 30
    assert len(team.query("SELECT Id FROM Lead WHERE Rating = 'Cold' AND Status = 'Nurturing'")) == 30


def test_sellers_who_forget_everything_do_nothing(team):
    team.lead()
    assert team.span(10, prompt=0.0, late=0.0) == {"results": [], "counts": {}, "refused": []}


def test_a_seller_takes_a_lead_out_of_the_queue_before_working_it(team):
    team.org.settings.put("assignment", "queue")
    team.lead()
    results = team.span(2, prompt=1.0, late=0.0)["results"]
    assert results[0]["do"] == "assign"
    assert team.one("SELECT Owner.Type FROM Lead")["Owner"]["Type"] == "User"
    tasks = team.query("SELECT OwnerId FROM Task")
    assert {task["OwnerId"] for task in tasks} == {team.one("SELECT OwnerId FROM Lead")["OwnerId"]}


def test_a_lead_put_back_to_new_comes_anew(team):
    lead = team.lead()
    habits = {"prompt": 1.0, "late": 0.0, "answer": 1.0, "reached": {"return": 1.0}}
    team.span(10, **habits)
    assert team.one("SELECT Status FROM Lead")["Status"] == "Nurturing"
    team.do({"do": "edit", "lead": lead, "fields": {"Status": "New"}})
    assert team.span(10, **habits)["counts"]["return"] == 1


def test_an_unknown_habit_is_refused():
    with pytest.raises(ValueError, match="unknown: punctual"):
        read_profile({"punctual": 1.0})


def test_a_deed_that_salesforce_refuses_is_listed_and_stops_no_other(team):
    for number in range(5):
        team.lead(Email=f"n{number}@example.com")
    answers = {"accept": [{"Nonsense__c": "x"}]}
    answer = team.span(3, prompt=1.0, late=0.0, accept=1.0, answers=answers)
    assert len(answer["refused"]) == 5
    assert answer["counts"]["call"] >= 5


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    came=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 - made aware below
)
def test_sellers_act_in_their_hours_and_in_order(seed, came):
    came = came.replace(tzinfo=UTC)
    profile = Profile()
    script = write_script(profile, seed, "00Q", came)
    assert script == write_script(profile, seed, "00Q", came)
    assert script == sorted(script)
    for step in script:
        local = (step.at + timedelta(seconds=30)).astimezone(MADRID)
        assert step.at >= came
        if step.do in ("call", "convert", "reject", "return", "win", "lose"):
            assert local.weekday() < 5
            assert 9 <= local.hour < 19  # a deed begun at closing time is finished
    assert sum(step.do == "call" for step in script) <= profile.attempts

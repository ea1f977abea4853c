"""The transition table itself: what is listed moves, everything else is refused and kept."""

import pytest

from policies.events import Kind
from policies.handoff import INDEX, TABLE
from policies.states import OPEN, State
from tests.doubles.story import Story, at

BY_TIME = {"package_expired", "lapsed", "accept_due", "retention_due", "dispute_due", "policy_end"}
BY_TOUCH = {"attempt", "contact", "touch", "exhausted", "owned"}


def test_every_cue_is_an_event_or_what_touches_and_time_amount_to():
    assert {row.cue for row in TABLE} <= {*Kind, *BY_TIME, *BY_TOUCH}


def test_no_row_stands_behind_one_that_always_fires():
    for (state, cue), rows in INDEX.items():
        always = [row.guard is None for row in rows]
        assert not any(always[:-1]), (state, cue)


def test_every_rule_of_the_policy_that_moves_a_handoff_is_in_the_table():
    rules = {row.rule for row in TABLE}
    elsewhere = {
        "T01",
        "T20",
        "T19",
        "T23",
        "T28",
        "T29",
        "T30",
        "T31",
        "T33",
        "T34",
    }  # by code, guard, or before
    assert rules >= {f"T{n:02}" for n in range(2, 41)} - elsewhere


@pytest.mark.parametrize("state", OPEN)
def test_every_open_state_ends_with_the_record_the_consent_or_the_agreement(state):
    for cue in ("merged", "deleted", "opted_out", "policy_end"):
        assert INDEX[state, cue][-1].to is State.cancelled


@pytest.mark.parametrize("state", [State.rejected, State.returned, State.cancelled, State.lost, State.parked])
def test_a_win_is_taken_in_every_closed_state_and_changes_no_outcome(state):
    assert [row.to for row in INDEX[state, "deal_won"]] == [None]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("accepted", {}),
        ("sql_met", {}),
        ("crm_converted", {}),
        ("disputed", {"by": "M"}),
        ("approved", {"role": "sales", "by": "x"}),
        ("rejected", {"code": "bad_fit"}),
        ("returned", {"code": "not_now"}),
    ],
)
def test_what_the_table_does_not_list_is_kept_as_drift_and_changes_nothing(kind, data):
    story = Story().mql("10:00").tell(kind, "11:00", **data)
    h = story.handoff("12:00")
    assert h.state is State.draft
    assert [(each.at, each.state, each.cue) for each in h.drift] == [(at("11:00"), State.draft, kind)]


def test_a_drift_that_a_connector_saw_is_in_the_list():
    h = Story().passed("10:00").tell("drift", "11:00", field="status", found="Odd").handoff("12:00")
    assert [(each.cue, each.code) for each in h.drift] == [("drift", "status")]


def test_an_owner_that_becomes_a_queue_again_is_drift_and_the_owner_stays():
    h = (
        Story()
        .passed("10:00")
        .tell("owner_changed", "11:00", owner="00G", owner_kind="queue")
        .handoff("12:00")
    )
    assert (h.owner, [each.code for each in h.drift]) == ("A", ["owner_is_queue"])


def test_each_step_tells_its_rule_and_its_code():
    story = (
        Story()
        .passed("10:00")
        .call("11:00")
        .call("12:30", answered=True)
        .tell("returned", "13:00", code="no_fit")
    )
    steps = [(each.rule, each.code) for each in story.handoff("14:00").reasons]
    assert steps == [
        ("T01", "mql_met"),
        ("T02", "package_complete"),
        ("T02", "delivered"),
        ("T04", "assigned"),
        ("T10", "attempted"),
        ("T12", "connected"),
        ("T37", "returned"),
    ]

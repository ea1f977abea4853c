"""Pauses of a clock (policy cases B01 to B11), warnings and changes of priority (D01 to D03, E01, E02, E05)."""

from policies.states import ClockState, State
from tests.doubles.story import Story, agree, at

CALLBACK = {"reason": "lead_asked_callback"}


def first(story, now):
    return story.handoff(now).clock("first_attempt")


def test_b01_a_pause_of_two_business_hours_moves_the_due_instant():
    story = Story().passed("10:00").tell("paused", "11:00", "p", **CALLBACK).tell("resumed", "13:00", "p")
    held = first(story, "12:00")
    assert (held.state, held.due_at) == (ClockState.paused, None)
    after = first(story, "13:30")
    assert (after.state, after.due_at, after.paused_s) == (ClockState.running, at("16:00"), 7200)


def test_b02_a_pause_outside_hours_costs_nothing():
    story = Story().passed("16:00").tell("paused", "19:00", "p", **CALLBACK)
    clock = first(story.tell("resumed", "05-14 08:00", "p"), "05-14 09:30")
    assert (clock.paused_s, clock.due_at) == (0, at("05-14 11:00"))


def test_b04_from_paused_straight_to_done_keeps_the_pause():
    story = Story().passed("10:00").tell("paused", "12:00", "p", **CALLBACK).call("17:00")
    clock = first(story, "17:30")
    assert (clock.state, clock.elapsed_s) == (ClockState.met, 7200)


def test_b05_two_overlapping_pauses_are_a_union():
    story = Story().passed("10:00")
    story.tell("paused", "11:00", "p1", **CALLBACK).tell("paused", "12:00", "p2", reason="waiting_document")
    story.tell("resumed", "13:00", "p1").tell("resumed", "14:00", "p2")
    clock = first(story, "14:30")
    assert (clock.paused_s, clock.due_at) == (10800, at("17:00"))


def test_b05_holds_for_pauses_of_one_field_whose_ends_name_the_reason():
    story = Story().passed("10:00")
    story.tell("paused", "11:00", "p", **CALLBACK).tell(
        "paused", "12:00", "p", reason="waiting_document", version="2"
    )
    story.tell("resumed", "13:00", "p", **CALLBACK).tell(
        "resumed", "14:00", "p", reason="waiting_document", version="2"
    )
    assert first(story, "14:30").paused_s == 10800


def test_a_new_reason_in_the_same_field_takes_the_place_of_the_old_one():
    story = Story().passed("10:00").tell("paused", "11:00", "p", **CALLBACK)
    story.tell("paused", "12:00", "p", reason="waiting_document", version="2").tell("resumed", "13:00", "p")
    h = story.handoff("14:30")
    assert [(each.reason, each.end) for each in h.pauses] == [
        ("lead_asked_callback", at("12:00")),
        ("waiting_document", at("13:00")),
    ]
    assert h.clock("first_attempt").due_at == at("16:00")


def test_b07_a_pause_on_a_holiday_costs_nothing():
    story = Story().passed("2026-10-09T16:00").tell("paused", "2026-10-12T10:00", "p", **CALLBACK)
    clock = first(story.tell("resumed", "2026-10-12T16:00", "p"), "2026-10-13T09:30")
    assert (clock.paused_s, clock.due_at) == (0, at("2026-10-13T11:00"))


def test_b08_thirty_seconds_inside_one_minute_are_thirty_seconds():
    story = Story().passed("10:00").tell("paused", "11:00:10", "p", **CALLBACK)
    clock = first(story.tell("resumed", "11:00:40", "p"), "12:00")
    assert (clock.paused_s, clock.due_at) == (30, at("14:00:30"))


def test_b10_a_pause_ends_by_itself_at_the_limit_and_both_are_told():
    story = Story().passed("10:00").tell("paused", "10:00", "p", **CALLBACK)
    assert story.handoff("05-27 09:59:59").clock("first_attempt").state is ClockState.paused
    h = story.handoff("05-27 10:00")
    assert [(each.end, each.limited) for each in h.pauses] == [(at("05-27 10:00"), True)]
    assert {(each.to, each.level) for each in h.notices} >= {
        ("owner", "limit:owner"),
        ("manager", "limit:manager"),
    }
    assert h.state is State.returned  # retention has no pause


def test_b10_the_clock_goes_on_with_what_was_left():
    story = Story(agree(retention=False)).passed("10:00").tell("paused", "11:00", "p", **CALLBACK)
    clock = first(story, "05-27 12:00")
    assert (clock.state, clock.due_at) == (ClockState.running, at("05-27 14:00"))


def test_b10_the_limit_counts_pauses_together():
    story = Story(agree(retention=False, terms={"pause_limit": "1bd"})).passed("10:00")
    story.tell("paused", "10:00", "p1", **CALLBACK).tell("resumed", "15:00", "p1")
    story.tell("paused", "05-14 09:00", "p2", **CALLBACK)
    h = story.handoff("05-15 10:00")
    assert h.pauses[-1].end == at("05-14 13:00")


def test_b11_a_reason_that_is_not_agreed_pauses_nothing_and_is_kept():
    story = Story().passed("10:00").tell("paused", "11:00", "p", reason="busy")
    h = story.handoff("12:00")
    assert h.clock("first_attempt").state is ClockState.running
    assert [(each.cue, each.code) for each in h.drift] == [("paused", "pause_reason")]


def test_a_pause_never_revives_a_breach():
    story = Story().passed("10:00").tell("paused", "14:30", "p", **CALLBACK)
    clock = first(story, "15:00")
    assert (clock.state, clock.breached_at) == (ClockState.breached_open, at("14:00"))


def test_a_pause_with_a_date_of_its_own_ends_there():
    story = Story().passed("10:00").tell("paused", "11:00", "p", reason="lead_asked_date", until="2026-05-15")
    assert first(story, "05-14 12:00").state is ClockState.paused
    assert first(story, "05-15 09:30").due_at == at("05-15 12:00")


def test_d01_an_upgrade_gives_at_least_the_grace_and_never_more_time():
    story = Story().passed("10:00").tell("lead_changed", "12:00", priority="hot")
    assert first(story, "12:10").due_at == at("12:30")
    late = Story().passed("10:00").tell("lead_changed", "13:50", priority="hot")
    assert first(late, "13:55").due_at == at("14:00")


def test_d03_a_downgrade_after_the_breach_changes_nothing():
    story = Story().passed("10:00", priority="hot").tell("lead_changed", "11:30", priority="standard")
    h = story.handoff("11:40")
    assert (h.clock("first_attempt").state, h.clock("first_attempt").due_at) == (
        ClockState.breached_open,
        at("11:00"),
    )
    assert sum(each.name == "first_attempt" for each in h.clocks) == 1


def test_a_downgrade_in_time_gives_the_longer_target():
    story = Story().passed("10:00", priority="hot").tell("lead_changed", "10:30", priority="standard")
    assert first(story, "10:40").due_at == at("14:00")


def test_e01_warnings_come_at_half_and_at_eighty_percent_and_wait_for_the_opening():
    story = Story().passed("16:00")
    clock = first(story, "16:30")
    assert dict(clock.warnings) == {"warn50": at("18:00"), "warn80": at("05-14 10:12")}
    assert clock.due_at == at("05-14 11:00")
    assert not [each for each in story.handoff("18:30").notices if each.clock == "first_attempt"]
    told = [each for each in story.handoff("05-14 09:00").notices if each.clock == "first_attempt"]
    assert [(each.level, each.at, each.person) for each in told] == [("warn50", at("05-14 09:00"), "A")]


def test_e02_a_short_target_warns_once_and_a_very_short_one_never():
    story = Story(agree(clocks={"first_attempt": "15m"})).passed("10:00")
    assert dict(first(story, "10:01").warnings) == {"warn50": at("10:07:30")}
    story = Story(agree(clocks={"first_attempt": "9m"})).passed("10:00")
    assert first(story, "10:01").warnings == ()


def test_e05_no_warning_while_paused_and_an_hour_later_after_it():
    story = Story().passed("09:00").tell("paused", "12:00", "p", **CALLBACK)
    assert dict(first(story, "11:59").warnings)["warn80"] == at("12:12")
    held = story.handoff("12:30")
    assert not [each for each in held.notices if each.clock == "first_attempt" and each.level == "warn80"]
    story.tell("resumed", "13:00", "p")
    assert dict(first(story, "13:05").warnings)["warn80"] == at("13:12")


def test_g01_retention_warns_two_business_days_before():
    clock = Story().passed("10:00").handoff("12:00").clock("retention")
    assert (clock.due_at, dict(clock.warnings)) == (at("05-27 10:00"), {"warn2bd": at("05-25 10:00")})


def test_b12_a_pause_is_kept_when_the_priority_changes():
    story = Story().passed("10:00").tell("paused", "11:00", "p", **CALLBACK).tell("resumed", "12:00", "p")
    assert first(story, "12:30").due_at == at("15:00")
    assert first(story.tell("lead_changed", "13:00", priority="hot"), "13:05").due_at == at("13:30")


def test_a_change_of_priority_in_the_middle_of_a_pause_leaves_the_rest_of_the_pause():
    story = Story().passed("10:00").tell("paused", "11:00", "p", **CALLBACK)
    story.tell("lead_changed", "11:30", priority="hot").tell("resumed", "12:00", "p")
    assert first(story, "12:05").due_at == at("12:30")


def test_a_segment_has_its_own_target():
    table = {
        "segments": [{"name": "enterprise", "when": False}],
        "clocks": {"first_attempt": {"target": {"standard": "4h", "enterprise": "2h"}}},
    }
    assert first(Story(agree(**table)).passed("10:00", segment="enterprise"), "10:30").due_at == at("12:00")


def test_a_clock_in_calendar_days_runs_through_the_weekend_and_the_change_of_the_clocks():
    story = Story(agree(clocks={"reply": "3d"})).passed("2026-03-27T10:00")
    clock = (
        story.tell("inbound", "2026-03-27T11:00", channel="email").handoff("2026-03-27T12:00").clock("reply")
    )
    assert clock.due_at == at("2026-03-30T11:00+02:00")


def test_pauses_do_not_hold_clocks_that_do_not_allow_their_reason():
    story = (
        Story()
        .passed("10:00")
        .tell("inbound", "10:30", channel="email")
        .tell("paused", "11:00", "p", **CALLBACK)
    )
    h = story.handoff("12:00")
    assert (h.clock("reply").state, h.clock("first_attempt").state) == (ClockState.running, ClockState.paused)


def test_a_pause_told_anew_at_the_same_instant_is_one_pause():
    story = Story().passed("10:00").tell("paused", "11:00", "field", reason="legal_hold", version="1")
    story.tell("paused", "11:00", "field", reason="legal_hold", version="2")
    assert story.handoff("12:00").clock("first_attempt").state is ClockState.paused


def test_a_pause_until_a_time_that_has_passed_pauses_nothing_and_is_kept_for_a_person():
    for until in ("2026-05-13", "2026-05-01"):
        h = (
            Story()
            .passed("10:00")
            .tell("paused", "11:00", reason="lead_asked_date", until=until)
            .handoff("12:00")
        )
        assert h.clock("first_attempt").due_at == at("14:00")
        assert [(each.cue, each.code) for each in h.drift] == [("paused", "pause_over")]
        assert "paused" not in {each.code for each in h.reasons}


def test_a_paused_clock_shares_what_had_passed_among_its_owners():
    story = Story().passed("10:00").tell("owner_changed", "11:00", owner="B", owner_kind="user")
    clock = first(story.tell("paused", "12:00", "p", **CALLBACK), "13:00")
    assert (clock.state, dict(clock.shares)) == (ClockState.paused, {"A": 3600, "B": 3600})
    breached = first(
        Story().passed("10:00").tell("owner_changed", "11:00", owner="B", owner_kind="user"), "15:00"
    )
    assert dict(breached.shares) == {"A": 3600, "B": 14_400}
    met = first(
        Story().passed("10:00").tell("owner_changed", "11:00", owner="B", owner_kind="user").call("12:00"),
        "15:00",
    )
    assert dict(met.shares) == {"A": 3600, "B": 3600}


def test_only_clocks_that_bind_sales_are_shared():
    h = Story().passed("10:00").tell("returned", "11:00", code="not_now").handoff("12:00")
    assert {each.name for each in h.clocks if each.shares} == {"accept", "retention"}


def test_wall_time_is_kept_beside_open_time():
    clock = first(Story().passed("17:00"), "05-14 10:00")
    assert (clock.elapsed_s, clock.wall_elapsed_s, clock.overrun_s) == (7200, 17 * 3600, 0)
    late = first(Story().passed("10:00"), "15:30")
    assert (late.elapsed_s, late.wall_elapsed_s, late.overrun_s) == (19_800, 19_800, 5400)


def test_pauses_of_one_instant_are_told_in_order_of_their_end():
    story = Story().passed("10:00").tell("paused", "11:00", "a", reason="legal_hold")
    story.tell("paused", "11:00", "b", **CALLBACK).tell("paused", "11:00", "c", reason="waiting_document")
    story.tell("resumed", "12:30", "b").tell("resumed", "12:00", "c")
    assert [(each.reason, each.end) for each in story.handoff("13:00").pauses] == [
        ("waiting_document", at("12:00")),
        ("lead_asked_callback", at("12:30")),
        ("legal_hold", None),
    ]


def test_a_resumption_that_names_nothing_known_ends_every_pause():
    story = Story().passed("10:00").tell("paused", "11:00", "a", reason="legal_hold", by="A")
    story.tell("paused", "11:30", "b", **CALLBACK).tell("resumed", "12:00", "z")
    assert [(each.reason, each.end, each.by) for each in story.handoff("13:00").pauses] == [
        ("legal_hold", at("12:00"), "A"),
        ("lead_asked_callback", at("12:00"), None),
    ]


def test_a_resumption_ends_the_pause_whose_reason_it_names():
    story = Story().passed("10:00").tell("paused", "11:00", "a", reason="legal_hold")
    story.tell("paused", "11:30", "b", **CALLBACK).tell("resumed", "12:00", "z", **CALLBACK)
    assert [each.end for each in story.handoff("13:00").pauses] == [None, at("12:00")]


def test_a_pause_may_end_at_an_instant_and_before_its_own_date():
    until = {"reason": "lead_asked_date", "until": at("14:00")}
    assert story_pauses(until) == [at("14:00")]
    assert story_pauses(until, "13:00") == [at("13:00")]
    assert story_pauses(until, "15:00") == [at("14:00")]
    assert story_pauses({"reason": "lead_asked_date", "until": True}) == [None]
    assert story_pauses({"reason": "lead_asked_date", "until": "soon"}) == [None]


def story_pauses(data, resumed=None):
    story = Story().passed("10:00").tell("paused", "11:00", "a", **data)
    if resumed is not None:
        story.tell("resumed", resumed, "a")
    return [each.end for each in story.handoff("16:00").pauses]


def test_warnings_come_before_the_due_instant_by_spans_of_each_kind():
    warn = ["2h", "1bd", "1d"]
    story = Story(agree(clocks={"accept": {"target": "3bd", "warn": warn}})).passed("10:00")
    clock = story.handoff("10:30").clock("accept")
    assert clock.due_at == at("05-18 10:00")
    assert list(clock.warnings) == [
        ("warn1bd", at("05-15 10:00")),
        ("warn2h", at("05-15 17:00")),
        ("warn1d", at("05-17 10:00")),
    ]

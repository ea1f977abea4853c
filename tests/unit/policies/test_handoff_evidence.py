"""What starts and stops the clocks, and what evidence is worth (policy cases C01 to C22, D04 to D12, E04, E07)."""

from dataclasses import replace

import pytest

from mapping.status import Status
from policies.clocks import due_after_recompute
from policies.routing import Pool, route_handoff
from policies.rulebook import Terms
from policies.states import ClockState, Credit, Place, Side, State
from tests.doubles.story import MAD, Story, agree, at, calendar_from, hours


def first(story, now):
    return story.handoff(now).clock("first_attempt")


def test_c01_an_attempt_at_the_due_instant_is_in_time():
    clock = first(Story().passed("10:00").call("14:00:00"), "15:00")
    assert (clock.state, clock.breached_at) == (ClockState.met, None)


def test_c02_one_second_late_is_a_breach_at_the_due_instant():
    clock = first(Story().passed("10:00").call("14:00:01"), "15:00")
    assert (clock.state, clock.breached_at, clock.overrun_s) == (ClockState.breached_done, at("14:00"), 1)


def test_c04_an_automated_touch_stops_nothing():
    h = Story().passed("10:00").mail("10:01", automated=True).handoff("11:00")
    assert h.clock("first_attempt").state is ClockState.running
    assert (h.counted, h.attempts[0].automated, h.attempts[0].reason) == (0, True, "automated")


def test_c05_the_lead_writes_first_and_sales_owes_an_answer():
    story = Story().passed("10:00").tell("inbound", "10:05", channel="email")
    h = story.handoff("11:00")
    assert h.state is State.assigned
    assert h.clock("first_attempt").state is ClockState.running
    assert (h.clock("reply").start_at, h.clock("reply").due_at) == (at("10:05"), at("14:05"))
    h = story.mail("11:30").handoff("12:00")
    assert (h.clock("reply").state, h.clock("first_attempt").state) == (ClockState.met, ClockState.met)


def test_an_automated_answer_does_not_stop_the_reply_clock():
    story = Story().passed("10:00").tell("inbound", "10:05", channel="email").mail("10:06", automated=True)
    assert story.handoff("11:00").clock("reply").state is ClockState.running


def test_the_leads_answer_to_sales_is_contact():
    story = Story().passed("10:00").mail("10:30").tell("inbound", "12:00", channel="email")
    h = story.handoff("12:30")
    assert (h.state, h.first_contact_at) == (State.connected, at("12:00"))
    assert h.clock("next_attempt").state is ClockState.met


def test_a_form_fill_during_the_handoff_is_no_contact():
    story = Story().passed("10:00").mail("10:30").tell("inbound", "12:00", channel="form", form="guide")
    h = story.handoff("12:30")
    assert (h.state, h.clock("reply")) == (State.working, None)
    h = story.tell("inbound", "13:00", channel="form", form="demo").handoff("13:30")
    assert (h.state, h.clock("reply").start_at) == (State.working, at("13:00"))


def test_c06_a_note_is_no_touch():
    h = Story().passed("10:00").tell("stage_changed", "10:30", stage="lead").handoff("11:00")
    assert (h.clock("first_attempt").state, h.attempts) == (ClockState.running, ())


def test_c07_late_evidence_takes_the_breach_back_and_corrects_the_notice():
    story = Story().passed("10:00")
    told = [each for each in story.handoff("14:00").notices if each.clock == "first_attempt"]
    assert [(each.level, each.to) for each in told] == [("L1", "owner")]
    story.tell("notice_sent", "14:00", source="acuerdo", clock="first_attempt", level="L1", instance=1)
    assert story.handoff("15:00").clock("first_attempt").state is ClockState.breached_open
    story.call("13:40", recorded="15:10")
    h = story.handoff("15:10")
    clock = h.clock("first_attempt")
    assert (clock.state, clock.breached_at, clock.elapsed_s) == (ClockState.met, None, 3 * 3600 + 2400)
    assert [each.level for each in h.notices if each.clock == "first_attempt"] == ["L1:withdrawn"]
    story.tell(
        "notice_sent", "15:10", source="acuerdo", clock="first_attempt", level="L1:withdrawn", instance=1
    )
    assert not [each for each in story.handoff("15:20").notices if each.clock == "first_attempt"]


def test_c09_the_earliest_valid_attempt_stops_the_clock_whatever_came_first():
    story = Story().passed("08:00").call("10:00", recorded="10:05").call("09:00", recorded="10:06")
    assert first(story, "11:00").stop_at == at("09:00")


def test_c10_the_same_event_twice_is_one():
    story = Story().passed("10:00").call("11:00")
    again = Story().passed("10:00").call("11:00")
    again.events += again.events
    assert again.lead("12:00") == story.lead("12:00")


def test_c13_a_colleagues_attempt_counts_and_is_told_apart():
    h = Story().passed("10:00").call("10:30", by="B").handoff("11:00")
    assert h.clock("first_attempt").state is ClockState.met
    assert (h.attempts[0].by, h.attempts[0].by_non_owner, h.counted) == ("B", True, 1)


def test_c15_without_an_owner_routing_is_late_and_first_attempt_runs_from_delivery():
    story = (
        Story().passed("16:00", owner=None).tell("owner_changed", "05-14 09:30", owner="A", owner_kind="user")
    )
    h = story.handoff("05-14 10:00")
    assign = h.clock("assign")
    assert h.clock("first_attempt").due_at == at("05-14 11:00")
    assert (assign.state, assign.breached_at, assign.side) == (
        ClockState.breached_done,
        at("16:15"),
        Side.routing,
    )
    assert h.breaches == {Side.routing: 1}


def test_a_queue_is_not_yet_an_owner():
    story = (
        Story().passed("10:00", owner=None).tell("owner_changed", "10:01", owner="00G1", owner_kind="queue")
    )
    assert (story.handoff("10:05").state, story.handoff("10:05").owner) == (State.queued, None)


def test_c16_an_incomplete_package_is_marketings():
    story = Story().mql("10:00").tell("package_complete", "12:00", source="acuerdo", cycle=1)
    story.tell("delivered", "12:00", source="acuerdo", cycle=1)
    assert story.handoff("11:59").state is State.draft
    h = story.handoff("12:30")
    assert (h.delivered_at, h.clock("package").state, h.clock("package").elapsed_s) == (
        at("12:00"),
        ClockState.met,
        7200,
    )


def test_c18_an_undone_rejection_never_happened():
    story = (
        Story()
        .passed("09:30")
        .tell("rejected", "10:00", code="bad_fit", by="A")
        .tell("undone", "10:10", kind="rejected", by="A")
    )
    plain = Story().passed("09:30")
    assert story.handoff("11:00").clocks == plain.handoff("11:00").clocks
    assert story.handoff("11:00").state is State.assigned


@pytest.mark.parametrize(
    ("when", "by", "code"),
    [("10:15:01", "A", "undo_too_late"), ("10:10", "B", "undo_other_person")],
)
def test_an_undo_too_late_or_by_someone_else_is_refused(when, by, code):
    story = (
        Story()
        .passed("09:30")
        .tell("rejected", "10:00", code="bad_fit", by="A")
        .tell("undone", when, kind="rejected", by=by)
    )
    h = story.handoff("11:00")
    assert (h.state, [each.code for each in h.drift]) == (State.rejected, [code])


def test_an_undo_after_something_else_happened_is_refused():
    story = Story().passed("09:30").tell("rejected", "10:00", code="bad_fit", by="A").call("10:05")
    assert story.tell("undone", "10:10", kind="rejected", by="A").handoff("11:00").state is State.rejected


def test_c19_an_opportunity_without_an_attempt_meets_the_clock_and_is_flagged():
    h = Story().passed("10:00").tell("deal_linked", "11:00", "d1", deal="d1").handoff("12:00")
    clock = h.clock("first_attempt")
    assert (h.state, clock.state, clock.stop_at) == (State.opportunity, ClockState.met, at("11:00"))
    assert h.flags["no_attempt_logged"] is True


def test_c21_a_deleted_record_cancels_the_clocks():
    lead = Story().passed("10:00").tell("deleted", "11:00").lead("12:00")
    clock = lead.newest.clock("first_attempt")
    assert (clock.state, clock.reason, lead.place) == (ClockState.cancelled, "deleted", Place.deleted)


def test_a_restored_record_goes_on_and_its_clocks_stood_still():
    story = Story().passed("10:00").tell("deleted", "11:00").tell("restored", "13:00")
    lead = story.lead("13:30")
    assert (lead.place, first(story, "13:30").due_at) == (Place.assigned, at("16:00"))


def test_c22_a_bounce_takes_the_attempt_back_and_blocks_the_channel():
    story = Story().passed("10:00").tell("touch", "10:30", "m1", channel="email", by="A")
    assert first(story, "10:31").state is ClockState.met
    story.tell("bounced", "10:32", "b1", touch="m1", hard=True)
    h = story.handoff("10:40")
    assert (h.clock("first_attempt").state, h.counted, h.attempts[0].reason) == (
        ClockState.running,
        0,
        "bounced",
    )
    h = story.mail("10:50").handoff("11:00")
    assert (h.attempts[1].reason, h.counted) == ("channel_blocked", 0)


def test_d04_a_running_handoff_keeps_its_version():
    v1 = agree(number=1)
    v2 = agree(number=2, clocks={"first_attempt": "2h"}).publish(number=2, effective_from=at("12:00"))
    story = Story(v1).passed("10:00")
    story.terms = Terms(agreements={1: v1, 2: v2}, hours=hours())
    assert (story.handoff("12:30").agreement, first(story, "12:30").due_at) == ("1", at("14:00"))
    story = Story(v1).passed("12:00")
    story.terms = Terms(agreements={1: v1, 2: v2}, hours=hours())
    assert (story.handoff("12:30").agreement, first(story, "12:30").due_at) == ("2", at("14:00"))


def test_d04_delivery_pins_the_version_that_judges_sales():
    v1, v2 = (
        agree(),
        agree(clocks={"package": "1h", "first_attempt": "2h"}).publish(number=2, effective_from=at("11:00")),
    )
    story = Story(v1).mql("10:00").tell("package_complete", "11:30").tell("delivered", "11:30")
    story.terms = Terms(agreements={1: v1, 2: v2}, hours=hours())
    h = story.handoff("12:00")
    assert (h.clock("package").due_at, h.clock("first_attempt").due_at) == (at("14:00"), at("13:30"))


def test_d07_new_hours_count_from_their_instant():
    longer = {**MAD, "week": {"mon-fri": ["09:00-20:00"]}}
    changed = calendar_from((None, MAD), ("17:00", longer))
    story = Story(hours=changed).passed("16:00")
    assert first(story, "17:30").due_at == at("20:00")


def test_d06_a_holiday_added_later_leaves_the_past_alone():
    holiday = {**MAD, "holidays": {**MAD["holidays"], "extra": ["2026-05-14"]}}
    changed = calendar_from((None, MAD), ("05-15 10:00", holiday))
    story = Story(hours=changed).passed("16:00")
    assert first(story, "05-15 12:00").breached_at == at("05-14 11:00")


def test_d09_another_owner_does_not_reset_the_clock():
    story = Story().passed("10:00").tell("owner_changed", "12:00", owner="B", owner_kind="user", previous="A")
    h = story.handoff("12:30")
    assert (h.clock("first_attempt").due_at, h.owner) == (at("14:00"), "B")
    assert [(each.owner, each.at) for each in h.assignments] == [("A", at("10:00")), ("B", at("12:00"))]


ROUTED = {"routing": {"enabled": True, "auto_reassign": True, "owners": ["A", "B"]}}


def test_d10_a_breach_calls_for_another_owner_whose_clock_is_new():
    story = Story(agree(**ROUTED)).passed("10:00")
    wanted = [each for each in story.handoff("14:00").transitions if each.kind == "reassigned"]
    assert [(each.at, each.rule) for each in wanted] == [(at("14:00"), "T22")]
    story.tell("reassigned", "14:00", source="acuerdo", owner="B", previous="A", cause="breach")
    story.tell("owner_changed", "14:00:20", owner="B", owner_kind="user", previous="A")
    h = story.handoff("14:30")
    assert h.clock("first_attempt").state is ClockState.breached_open
    assert h.clock("owner_first_attempt").due_at == at("15:00")
    assert (h.reassignments, h.owner, h.state) == (1, "B", State.assigned)
    assert not [each for each in h.transitions if each.kind == "reassigned"]


def test_d10_a_colleague_does_not_stop_the_new_owners_clock():
    story = (
        Story(agree(**ROUTED))
        .passed("10:00")
        .tell("reassigned", "14:00", source="acuerdo", owner="B", cause="breach")
    )
    story.call("14:20", by="C")
    assert story.handoff("14:30").clock("owner_first_attempt").state is ClockState.running
    story.call("16:40", by="B")
    assert story.handoff("16:50").clock("owner_first_attempt").state is ClockState.breached_done


def test_t23_at_the_limit_nobody_else_is_asked_and_another_is_refused():
    story = Story(agree(**ROUTED)).passed("10:00")
    for when, owner in (("14:00", "B"), ("15:00", "A")):
        story.tell("reassigned", when, source="acuerdo", owner=owner, cause="breach")
    h = story.handoff("16:30")
    assert h.clock("owner_first_attempt").breached
    assert not [each for each in h.transitions if each.kind == "reassigned"]
    h = story.tell("reassigned", "16:00", source="acuerdo", owner="B", cause="breach").handoff("16:30")
    assert [each.code for each in h.drift] == ["reassign_limit"]


def test_d11_an_absent_owner_is_replaced_at_once_and_not_counted():
    away = {"A": [(at("09:00"), at("05-16 09:00"))]}
    story = Story(agree(**ROUTED), absences=away).passed("10:00")
    wanted = [each for each in story.handoff("10:00").transitions if each.kind == "reassigned"]
    assert [(each.at, each.data["cause"]) for each in wanted] == [(at("10:00"), "absence")]
    story.tell("reassigned", "10:01", source="acuerdo", owner="B", previous="A", cause="absence")
    h = story.handoff("10:30")
    assert (h.reassignments, h.owner, h.clock("owner_first_attempt")) == (0, "B", None)
    assert h.clock("first_attempt").due_at == at("14:00")


def test_d12_an_ended_agreement_cancels_and_breaches_nobody():
    ended = agree(effective_to="2026-05-13T12:00:00+02:00")
    h = Story(ended).passed("10:00").handoff("15:00")
    clock = h.clock("first_attempt")
    assert (h.state, h.reason, clock.state, clock.reason) == (
        State.cancelled,
        "policy_end",
        ClockState.cancelled,
        "policy_end",
    )
    assert (h.notices, h.breaches) == ((), {})


def test_d14_a_due_instant_that_new_zone_data_moved_into_the_past_gets_a_grace():
    old, new, now = at("14:00"), at("11:00"), at("12:00")
    assert due_after_recompute(
        old, new, restarted_at=now, hours=hours(), place="Europe/Madrid", grace=1800
    ) == at("12:30")
    assert due_after_recompute(
        old, at("13:00"), restarted_at=now, hours=hours(), place="Europe/Madrid", grace=1800
    ) == at("13:00")
    assert due_after_recompute(
        at("11:30"), new, restarted_at=now, hours=hours(), place="Europe/Madrid", grace=1800
    ) == at("11:30")


def test_a_calendar_without_hours_makes_the_clock_invalid_and_never_loops():
    closed = calendar_from(
        (None, MAD), ("05-13 09:00", {**MAD, "week": {}, "overrides": {"2020-01-01": ["09:00-10:00"]}})
    )
    clock = Story(hours=closed).passed("10:00").handoff("11:00").clock("first_attempt")
    assert (clock.state, clock.reason) == (ClockState.invalid, "NO_BUSINESS_TIME")


def test_e04_a_notice_that_was_sent_is_not_due_again():
    story = Story().passed("10:00")
    due = [each.key for each in story.handoff("14:00").notices]
    for clock, instance, level in due:
        story.tell("notice_sent", "14:00", source="acuerdo", clock=clock, level=level, instance=instance)
    assert not set(due) & {each.key for each in story.handoff("14:01").notices}


def test_e07_the_ladder_climbs_until_someone_acknowledges_or_the_clock_stops():
    def told(story, now):
        return [
            (each.level, each.to, each.at)
            for each in story.handoff(now).notices
            if each.clock == "first_attempt"
        ]

    story = Story().passed("10:00")
    assert told(story, "14:00") == [("L1", "owner", at("14:00"))]
    assert told(story, "05-14 14:00") == [
        ("L1", "owner", at("14:00")),
        ("L2", "manager", at("16:00")),
        ("L3", "head", at("05-14 14:00")),
    ]
    heard = Story().passed("10:00").tell("acknowledged", "15:00", clock="first_attempt", instance=1)
    assert [each[0] for each in told(heard, "05-14 14:00")] == ["L1"]
    assert told(Story().passed("10:00").call("15:30"), "05-14 14:00") == []


def test_the_status_follows_the_order_of_the_design():
    story = Story(agree(clocks={"accept": False, "retention": False})).passed("10:00")
    assert story.lead("10:30").status is Status.waiting_first_contact
    assert story.lead("13:30").status is Status.at_risk
    assert story.lead("14:00").status is Status.breached
    story.call("14:30")
    assert story.lead("14:40").status is Status.in_follow_up
    story.tell("paused", "14:50", "p", reason="lead_asked_date")
    assert story.lead("15:00").status is Status.paused


def test_a_won_deal_that_was_a_mistake_is_no_customer():
    story = Story().passed("10:00").tell("deal_linked", "11:00", "d1", deal="d1", version="1")
    story.tell("deal_won", "12:00", "d1", deal="d1", version="2").tell(
        "deal_linked", "11:00", "d1", deal="d1", version="2"
    )
    assert story.lead("12:30").place is Place.won
    story.tell("deal_linked", "11:00", "d1", deal="d1", version="3", recorded="13:00")
    assert (story.lead("13:30").place, story.lead("13:30").customer) == (Place.opportunity, False)


def test_credit_goes_from_none_to_provisional_to_final():
    story = Story().mql("10:00")
    assert story.handoff("10:01").credit is Credit.none
    story = Story().passed("10:00")
    assert story.handoff("11:00").credit is Credit.provisional
    assert story.handoff("05-14 10:00").credit is Credit.final  # by silence


def test_d05_a_holiday_published_before_it_comes_moves_the_due_instant():
    holiday = {**MAD, "holidays": {**MAD["holidays"], "extra": ["2026-05-14"]}}
    story = Story(hours=calendar_from((None, MAD), ("16:30", holiday))).passed("16:00")
    assert first(story, "17:00").due_at == at("05-15 11:00")


def test_d10_and_d11_routing_finds_the_other_owner():
    story = Story(agree(**ROUTED)).passed("10:00")
    assert route_handoff(story.lead("12:00"), story.terms, Pool(), at("12:00")) is None
    assert route_handoff(story.lead("14:00"), story.terms, Pool(), at("14:00")).owner == "B"
    away = {"A": [(at("09:00"), at("05-16 09:00"))]}
    story = Story(agree(**ROUTED), absences=away).passed("10:00")
    assert route_handoff(story.lead("10:00"), story.terms, Pool(absences=away), at("10:00")).owner == "B"
    story = Story(agree(**ROUTED)).passed("10:00", owner=None)
    assert route_handoff(story.lead("10:00"), story.terms, Pool(), at("10:00")).owner == "A"


def test_an_absence_among_the_facts_counts_like_one_of_the_terms():
    story = Story(agree(**ROUTED)).passed("10:00")
    story.tell("absence", "09:00", owner="A", **{"from": at("11:00"), "to": at("05-15 09:00")})
    assert not [each for each in story.handoff("10:30").transitions if each.kind == "reassigned"]
    wanted = [each for each in story.handoff("11:00").transitions if each.kind == "reassigned"]
    assert [(each.at, each.rule) for each in wanted] == [(at("11:00"), "D11")]


def test_two_effects_of_one_instant_have_different_names():
    story = Story().passed("10:00").tell("crm_converted", "11:00", contact="c")
    (qualified,) = story.handoff("12:00").transitions
    story.tell("deal_linked", "11:00", "d1", deal="d1")
    (opportunity,) = story.handoff("12:00").transitions
    assert (qualified.at, opportunity.at) == (at("11:00"), at("11:00"))
    assert qualified.n != opportunity.n


def test_a_notice_goes_out_when_its_recipients_own_calendar_opens():
    late = calendar_from((None, {**MAD, "week": {"mon-fri": ["16:00-20:00"]}}))
    story = Story(calendars={"A": late}).passed("10:00")
    assert not [each for each in story.handoff("15:59").notices if each.to == "owner"]
    assert ("first_attempt", "L1") in [each.key[::2] for each in story.handoff("16:00").notices]


def test_events_of_a_merged_record_that_come_along_keep_the_earliest_delivery():
    story = Story().passed("11:00").tell("delivered", "10:30", "other", cycle=1, source="acuerdo")
    story.events[0] = replace(story.events[0], occurred_at=at("10:00"))
    assert story.handoff("12:00").delivered_at == at("10:30")


def test_what_is_recorded_as_ours_belongs_to_its_cycle_even_before_the_moment_of_it():
    story = Story().passed("05-11 10:00").tell("returned", "05-11 12:00", code="not_now").mql("10:00", 2)
    story.tell("package_complete", "09:59", "h2", source="acuerdo", cycle=2)
    h = story.handoff("11:00")
    assert (h.cycle, h.state, h.clock("package").state) == (2, State.queued, ClockState.met)


def test_a_lead_that_waits_for_an_owner_is_owed_by_nobody_of_sales():
    story = Story().passed("10:00", owner=None)
    assert story.handoff("10:05").owed == (Side.nobody, "assign", at("10:15"))
    story.tell("owner_changed", "10:05", owner="A", owner_kind="user")
    story.tell("rejected", "11:00", code="bad_fit").tell("disputed", "11:30")
    upheld = story.tell("dispute_decided", "12:00", decision="upheld", by="boss").handoff("12:05")
    assert upheld.owed == (Side.nobody, "assign", at("12:15"))
    assert upheld.next_action.code == "assign"

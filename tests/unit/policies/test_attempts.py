"""Which touches count, giving up, and what stays the lead's right (policy cases F01 to F16, T17, T18, T25, T36)."""

import pytest

from policies.attempts import account_excess
from policies.states import ClockState, Credit, Place, State
from tests.doubles.story import Story, agree, at

NINE_DAYS = ("11:00", "05-14 11:00", "05-18 11:00", "05-20 11:00", "05-21 11:00")


def worked(story, *, last="05-25 11:00"):
    for when in NINE_DAYS:
        story.call(when)
    return story.mail(last)


def reasons(story, now):
    return [each.reason for each in story.handoff(now).attempts]


def test_f01_six_attempts_on_two_channels_and_four_dates_are_enough():
    story = worked(Story().passed("10:00"))
    h = story.handoff("05-25 11:00")
    assert (h.state, h.reason, h.track, h.since) == (
        State.returned,
        "no_response",
        "nurture",
        at("05-25 11:00"),
    )
    assert h.eligible_at == at("06-24 00:00")
    assert "early_give_up" not in h.flags
    assert h.clock("return_ack").state is ClockState.running


def test_f02_six_calls_on_one_day_count_twice():
    story = Story().passed("08:30")
    for when in ("09:00", "11:00", "13:00", "15:00", "16:00", "17:00"):
        story.call(when)
    h = story.handoff("17:30")
    assert (h.counted, reasons(story, "17:30")) == (2, [None, None, *["over_cap"] * 4])
    assert [code for _, code in h.violations] == ["over_cap"] * 4
    assert h.state is State.working


def test_f04_giving_up_early_returns_the_lead_and_counts_against_sales():
    story = Story().passed("10:00").call("11:00").call("05-14 11:00").mail("05-15 11:00")
    h = story.tell("returned", "05-15 12:00", code="no_response", by="A").handoff("05-15 12:30")
    assert (h.state, h.reason, h.track, h.flags["early_give_up"]) == (
        State.returned,
        "no_response",
        "nurture",
        3,
    )


def test_f05_a_call_after_giving_up_is_flagged_and_reopens_when_it_connects():
    story = worked(Story().passed("10:00")).call("05-26 11:00")
    h = story.handoff("05-26 12:00")
    assert (h.state, h.flags["after_give_up"], h.counted, h.attempts[-1].reason) == (
        State.returned,
        1,
        6,
        "after_give_up",
    )
    story.call("05-27 11:00", answered=True, seconds=120)
    h = story.handoff("05-27 12:00")
    assert (h.state, h.cycle, h.track) == (State.connected, 1, None)
    assert h.clock("return_ack").state is ClockState.breached_done  # nobody had enrolled it in a day


def test_t36_reopens_within_five_days_even_when_enrolled_and_leaves_the_track():
    story = worked(Story().passed("10:00")).tell("on_track", "05-25 12:00", source="acuerdo", track="nurture")
    story.call("05-28 11:00", answered=True, seconds=120)
    h = story.handoff("05-28 12:00")
    assert h.state is State.connected
    assert ("off_track", "nurture") in [(each.kind, each.data.get("track")) for each in h.transitions]


def test_t36_is_over_when_enrolled_and_five_days_have_passed():
    story = worked(Story().passed("10:00")).tell("on_track", "05-25 12:00", source="acuerdo", track="nurture")
    h = story.call("06-08 11:00", answered=True, seconds=120).handoff("06-08 12:00")
    assert (h.state, h.flags["after_give_up"]) == (State.returned, 1)


def test_the_leads_own_message_after_the_return_does_not_reopen():
    story = worked(Story().passed("10:00")).tell("inbound", "05-26 11:00", channel="email")
    assert story.handoff("05-26 12:00").state is State.returned


def test_c12_a_call_in_quiet_hours_counts_nothing_and_is_a_violation():
    story = Story().passed("10:00", zone="America/Bogota", country="CO").call("2026-05-17T10:00-05:00")
    h = story.handoff("05-18 10:00")
    assert (h.attempts[0].reason, h.attempts[0].violations, h.counted) == ("quiet_hours", ("quiet_hours",), 0)


def test_f08_spain_forbids_the_saturday_call_not_the_mail():
    story = (
        Story().passed("10:00", zone="Europe/Madrid", country="ES").call("05-16 11:00").mail("05-16 11:05")
    )
    assert reasons(story, "05-18 10:00") == ["quiet_hours", None]


def test_f10_colombia_forbids_the_call_on_the_new_holiday():
    story = Story().passed("07-10 16:00", zone="America/Bogota", country="CO").call("2026-07-13T10:00-05:00")
    assert reasons(story, "07-14 10:00") == ["quiet_hours"]


def test_quiet_hours_can_be_switched_off():
    story = Story(agree(quiet_hours=False)).passed("10:00", country="ES").call("05-16 11:00")
    assert reasons(story, "05-18 10:00") == [None]


def test_a_guessed_zone_shrinks_the_hours_by_an_hour_on_both_sides():
    story = Story().passed("05-12 10:00", zone="America/Mexico_City", country="MX", zone_guess=True)
    story.call("2026-05-13T09:30-06:00").call("2026-05-13T10:00-06:00", by="B")
    assert reasons(story, "05-14 10:00") == ["quiet_hours", None]


def test_f13_free_text_on_whatsapp_needs_a_recent_message_of_the_lead():
    story = Story().passed("05-11 10:00").tell("inbound", "05-12 10:00", channel="whatsapp")
    story.tell("touch", "16:00", channel="whatsapp", by="A")
    h = story.handoff("17:00")
    assert (h.attempts[0].reason, h.counted) == ("whatsapp_window", 0)
    story.tell("touch", "16:30", channel="whatsapp", by="A", template=True)
    assert story.handoff("17:00").counted == 1


def test_whatsapp_inside_the_window_counts():
    story = Story().passed("10:00").tell("inbound", "10:30", channel="whatsapp")
    assert reasons(story.tell("touch", "11:00", channel="whatsapp", by="A"), "12:00") == [None]


def test_f16_two_calls_within_the_gap_count_once():
    story = Story().passed("10:00").call("11:00").call("11:40")
    assert reasons(story, "12:00") == [None, "min_gap"]
    assert reasons(Story().passed("10:00").call("11:00").call("13:00"), "14:00") == [None, None]


def test_the_gap_is_per_channel():
    assert reasons(Story().passed("10:00").call("11:00").mail("11:40"), "12:00") == [None, None]


def test_the_same_rep_and_channel_within_ten_minutes_is_one_touch():
    story = Story().passed("10:00").call("11:00").call("11:05").call("11:05", by="B")
    assert reasons(story, "12:00") == [None, "duplicate", "min_gap"]


def test_days_are_the_leads_own():
    story = Story(agree(quiet_hours=False)).passed("10:00", zone="America/Mexico_City", country="MX")
    for when in ("12:00", "05-14 00:30", "05-14 03:00", "05-14 07:30"):
        story.call(when)  # 04:00, 16:30 and 19:00 of the 13th, 23:30 of the 13th in Mexico
    assert reasons(story, "05-14 12:00") == [None, None, "over_cap", "over_cap"]


def test_a_lead_without_mail_needs_one_channel_only():
    story = Story().passed("10:00").tell("opted_out", "10:30", channel="email")
    for when in (*NINE_DAYS, "05-22 11:00"):
        story.call(when)
    assert story.handoff("05-22 12:00").reason == "no_response"


def test_a_touch_on_a_channel_that_the_lead_forbids_is_a_violation():
    story = Story().passed("10:00").tell("opted_out", "10:30", channel="phone").call("11:00")
    h = story.handoff("12:00")
    assert (h.attempts[0].reason, h.attempts[0].violations) == ("opted_out", ("opted_out",))


def test_t25_a_global_opt_out_ends_the_handoff_everywhere():
    lead = Story().passed("10:00").tell("opted_out", "11:00").lead("12:00")
    assert (lead.newest.state, lead.newest.reason, lead.suppressed) == (State.cancelled, "opt_out", True)
    assert lead.newest.clock("first_attempt").state is ClockState.cancelled


def test_t25_every_agreed_channel_forbidden_ends_it_too():
    story = (
        Story()
        .passed("10:00")
        .tell("opted_out", "11:00", channel="phone")
        .tell("opted_out", "11:30", channel="email")
    )
    assert story.handoff("11:15").state is State.assigned
    assert story.handoff("12:00").reason == "opt_out"


def test_the_agreed_first_channel_binds_where_it_is_written():
    story = (
        Story(agree(attempts={"first_channel": "phone"}))
        .passed("10:00")
        .mail("10:30")
        .call("11:00")
        .mail("11:30")
    )
    assert reasons(story, "12:00") == ["first_channel", None, None]
    h = Story().passed("10:00").mail("10:30").handoff("12:00")
    assert (h.counted, h.attempts[0].violations) == (1, ("first_channel",))


def test_the_first_channel_is_waived_for_a_lead_without_it():
    story = (
        Story(agree(attempts={"first_channel": "phone"}))
        .passed("10:00")
        .tell("opted_out", "10:10", channel="phone")
    )
    assert reasons(story.mail("10:30"), "12:00") == [None]


def test_a_short_answered_call_is_an_attempt_and_no_contact():
    h = Story().passed("10:00").call("11:00", answered=True, seconds=12).handoff("12:00")
    assert (h.state, h.attempts[0].contact) == (State.working, False)


@pytest.mark.parametrize("data", [{"answered": True}, {"answered": True, "seconds": 30}])
def test_an_answered_call_is_contact(data):
    h = Story().passed("10:00").call("11:00", **data).handoff("12:00")
    assert (h.state, h.credit) == (State.connected, Credit.final)


def test_a_held_meeting_is_contact():
    assert (
        Story().passed("10:00").tell("touch", "11:00", channel="meeting", by="A").handoff("12:00").state
        is State.connected
    )


def test_a_deleted_touch_never_was():
    story = Story().passed("10:00").tell("touch", "11:00", "t1", channel="phone", by="A", version="1")
    story.tell("touch", "11:00", "t1", channel="phone", by="A", version="2", deleted=True, recorded="12:00")
    assert story.handoff("12:30").attempts == ()


def test_touches_before_delivery_count_nothing():
    story = Story().mql("10:00").call("10:30").tell("package_complete", "11:00").tell("delivered", "11:00")
    h = story.handoff("12:00")
    assert (h.attempts[0].reason, h.clock("first_attempt").state) == ("not_delivered", ClockState.running)


def test_each_counted_attempt_starts_the_next_deadline():
    story = Story().passed("10:00").call("11:00")
    clock = story.handoff("12:00").clock("next_attempt")
    assert (clock.due_at, clock.instance) == (at("05-15 11:00"), 1)
    clock = story.call("05-14 11:00").handoff("05-14 12:00").clock("next_attempt")
    assert (clock.due_at, clock.instance) == (at("05-18 11:00"), 2)


def test_a_slow_cadence_is_flagged_at_exhaustion():
    story = Story(agree(retention={"cap": "60bd"})).passed("10:00")
    for when in ("11:00", "05-18 11:00", "05-21 11:00", "05-26 11:00", "05-29 11:00"):
        story.call(when)
    assert story.mail("06-02 11:00").handoff("06-02 12:00").flags["slow_cadence"] is True


def test_h14_the_cap_of_an_account_counts_across_its_contacts():
    one = Story().passed("08:30").call("09:00").call("11:00").handoff("18:00").attempts
    other = Story().passed("08:30").call("10:00").call("05-14 10:00").handoff("05-14 18:00").attempts
    assert [each.at for each in account_excess([*one, *other], 2)] == [at("11:00")]
    assert account_excess([*one, *other], None) == ()


def test_working_without_an_owner_is_flagged_and_counts():
    h = Story().passed("10:00", owner=None).call("11:00").handoff("12:00")
    assert (h.state, h.flags["no_owner"], h.clock("first_attempt").state) == (
        State.working,
        True,
        ClockState.met,
    )


def test_days_under_the_agreed_floor_are_named():
    story = (
        Story(agree(attempts={"min_per_day": 2}))
        .passed("10:00")
        .call("11:00")
        .call("14:00")
        .call("05-14 11:00")
    )
    h = story.handoff("05-15 20:00")
    assert h.flags["days_below_floor"] == 2
    assert Story().passed("10:00").call("11:00").handoff("05-15 20:00").flags.get("days_below_floor") is None


def test_an_opt_out_leaves_the_place_of_a_closed_handoff():
    story = Story().passed("10:00").tell("returned", "12:00", code="not_now").tell("opted_out", "13:00")
    assert story.lead("14:00").place is Place.nurture

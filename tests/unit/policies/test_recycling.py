"""Holding, returning, coming back, disputing (policy cases G01 to G07, H01 to H17; T16 to T40)."""

import pytest

from mapping.status import Status
from policies.recycling import Held, MqlMet, Parked, Pass, may_pass
from policies.routing import Pool, route, route_handoff
from policies.states import ClockState, Credit, Place, Side, State
from tests.doubles.story import Story, agree, at

RULES = agree()
ROUTED = agree(routing={"enabled": True, "owners": ["A", "B", "C"]})


def returned(code="not_now", when="12:00", **data):
    return Story().passed("10:00").tell("returned", when, code=code, by="A", **data)


def ruling(story, now, met="same", *triggers, agreement=RULES, **more):
    instant = at(now) if met == "same" else at(met)
    return may_pass(
        story.lead(now), MqlMet(at=instant, triggers=frozenset(triggers), **more), agreement, at(now)
    )


def test_g02_an_activity_that_ends_earlier_than_the_base_extends_nothing():
    h = Story().passed("10:00").call("05-15 12:00").handoff("05-18 10:00")
    assert h.return_at == at("05-27 10:00")


def test_an_activity_late_in_the_term_extends_it():
    h = Story().passed("10:00").call("05-26 12:00").handoff("05-26 13:00")
    assert h.return_at == at("06-02 12:00")


def test_g03_retention_never_passes_its_cap():
    story = Story(agree(attempts={"minimum": 99})).passed("10:00")
    for day in range(14, 32):
        story.call(f"05-{day} 11:00")
    for day in range(1, 30):
        story.call(f"06-{day:02} 11:00")
    h = story.handoff("06-30 10:00")
    assert (h.state, h.reason, h.since) == (State.returned, "expired", at("06-10 10:00"))


def test_g04_a_booked_meeting_moves_the_cap_once():
    story = (
        Story()
        .passed("10:00")
        .call("05-20 11:00")
        .tell("meeting_booked", "05-26 10:00", "m1", starts_at=at("06-15 11:00"))
    )
    h = story.handoff("05-26 12:00")
    assert (h.cap_at, h.return_at) == (at("06-17 11:00"), at("06-17 11:00"))
    story.tell("meeting_booked", "06-16 10:00", "m2", starts_at=at("07-01 11:00"))
    assert story.handoff("06-16 12:00").cap_at == at("06-17 11:00")
    assert story.handoff("06-17 11:00").reason == "expired"


def test_g06_in_calendar_days_the_state_changes_at_night_and_people_hear_in_the_morning():
    story = Story(
        agree(clocks={"retention": {"target": "3d", "warn": []}}, retention={"extend": "1d", "cap": "3d"})
    )
    story.passed("05-13 03:00")
    h = story.handoff("05-16 03:00")
    assert (h.state, h.since) == (State.returned, at("05-16 03:00"))
    assert [each for each in h.notices if each.clock == "retention"] == []
    told = [each for each in story.handoff("05-18 09:00").notices if each.clock == "retention"]
    assert {(each.to, each.at) for each in told} == {
        ("owner", at("05-18 09:00")),
        ("manager", at("05-18 09:00")),
    }


def test_g07_before_enforcement_nobody_is_judged():
    story = Story(agree(enforce_from="2026-06-01")).passed("2025-03-03T10:00")
    lead = story.lead("06-02 10:00")
    h = lead.newest
    assert (lead.place, lead.status, h.state) == (Place.history, None, State.history)
    assert (h.clocks, h.notices, h.transitions, h.breaches) == ((), (), (), {})
    assert may_pass(None, MqlMet(at=at("05-31 23:59:59")), story.agreement, at("06-02 10:00")) == Held(
        code="before_enforcement"
    )


def test_h01_cooling_ends_at_local_midnight_of_the_thirtieth_day():
    story = returned(when="05-13 12:00")
    assert ruling(story, "06-11 10:00") == Held(code="cooldown", until=at("06-12 00:00"))
    passed = ruling(story, "06-12 00:00", "06-11 10:00")
    assert passed == Pass(cycle=2, type="recycled", priority="standard", earlier=(1,))
    assert story.lead("06-11 10:00").next_due_at == at("06-12 00:00")


def test_t28_without_newer_evidence_nobody_comes_back():
    story = returned()
    assert ruling(story, "07-20 10:00", "09:00") == Held(code="no_new_evidence")


def test_the_leads_own_date_brings_it_back_without_evidence():
    story = returned(until="2026-09-01")
    assert ruling(story, "08-31 10:00", "09:00") == Held(code="no_new_evidence", until=at("09-01 00:00"))
    assert ruling(story, "09-01 00:00", "09:00").cycle == 2


@pytest.mark.parametrize(
    ("code", "days"), [("not_now", 30), ("no_budget", 90), ("no_authority", 60), ("competitor", 180)]
)
def test_each_code_cools_for_its_days(code, days):
    h = returned(code).handoff("13:00")
    assert (h.state, h.track, (h.eligible_at - at("00:00")) // 86_400) == (State.returned, "nurture", days)


def test_h02_after_no_fit_a_score_is_not_enough():
    story = returned("no_fit")
    assert (story.handoff("13:00").track, story.lead("13:00").place) == ("education", Place.education)
    assert ruling(story, "2027-01-10T10:00", "same", "score") == Held(code="education")
    assert ruling(story, "06-01 10:00", "same", "company_changed").type == "recycled"


@pytest.mark.parametrize("code", ["not_now", "no_fit"])
def test_h04_investing_more_reopens_at_once(code):
    story = returned(code).tell("investment_increased", "05-20 10:00", source="hubspot")
    assert ruling(story, "05-20 10:00") == Pass(
        cycle=2, type="recycled", priority="standard", triggers=("investment_increased",), earlier=(1,)
    )


def thrice_returned():
    story = Story()
    for cycle, month in enumerate(("01", "02", "03"), 1):
        story.passed(f"{month}-12 10:00", cycle=cycle).tell(
            "returned", f"{month}-12 12:00", code="no_response", by="A"
        )
    return story


def test_h05_the_fourth_pass_in_180_days_is_parked():
    story = thrice_returned()
    assert ruling(story, "05-13 10:00") == Parked(cycle=4, returns=3)
    assert ruling(story, "08-12 10:00", "08-12 10:00").cycle == 4  # the first return is older than 180 days


def test_t30_a_hand_raise_passes_what_would_be_parked_and_is_flagged():
    story = thrice_returned().tell("hand_raised", "03-20 10:00", source="hubspot")
    assert ruling(story, "03-20 10:00") == Pass(
        cycle=4,
        type="hand_raise",
        priority="hot",
        triggers=("hand_raise",),
        flags=("returned_often",),
        earlier=(1, 2, 3),
    )


def test_t31_and_t32_parked_until_two_people_approve():
    story = Story().mql("10:00", parked=True)
    lead = story.lead("11:00")
    assert (lead.place, lead.status, lead.newest.credit, lead.newest.clocks) == (
        Place.parked,
        Status.parked,
        Credit.none,
        (),
    )
    story.tell("approved", "12:00", role="marketing", by="Ana")
    assert story.handoff("12:30").state is State.parked
    assert story.tell("approved", "13:00", role="sales", by="Ana").handoff("13:30").state is State.parked
    h = story.tell("approved", "14:00", role="sales", by="Luis").handoff("14:30")
    assert (h.state, h.clock("package").start_at) == (State.draft, at("14:00"))


def test_t32_where_one_person_is_both_sides_one_approval_is_enough():
    story = Story(agree(signed_by={"marketing": "Ana", "sales": "Ana"})).mql("10:00", parked=True)
    assert story.tell("approved", "12:00", role="marketing", by="Ana").handoff("13:00").state is State.draft


def test_h07_marketing_that_forgets_the_lead_is_late():
    story = returned(when="16:00")
    clock = story.handoff("05-14 16:00").clock("return_ack")
    assert (clock.state, clock.breached_at) == (ClockState.breached_open, at("05-14 16:00"))
    story.tell("on_track", "05-14 15:00", source="acuerdo", track="nurture")
    assert story.handoff("05-14 16:00").clock("return_ack").state is ClockState.met


def test_another_track_than_the_mapped_one_does_not_stop_the_clock():
    story = returned("no_fit").tell("on_track", "13:00", source="hubspot", track="nurture")
    assert story.handoff("14:00").clock("return_ack").state is ClockState.running


ACCEPT_4H = {"clocks": {"accept": "4h"}}


def test_h08_a_rejection_after_the_window_is_a_return_and_keeps_credit():
    story = Story(agree(**ACCEPT_4H)).passed("10:00")
    assert story.handoff("14:00").state is State.accepted
    h = story.tell("rejected", "16:00", code="bad_contact_data").handoff("16:30")
    accept = h.clock("accept")
    assert (accept.state, accept.breached_at) == (ClockState.breached_done, at("14:00"))
    assert (h.state, h.reason, h.credit, h.against_marketing) == (
        State.returned,
        "bad_contact_data",
        Credit.final,
        False,
    )


def test_a_rejection_at_the_last_instant_is_in_time():
    h = Story(agree(**ACCEPT_4H)).passed("10:00").tell("rejected", "14:00", code="bad_fit").handoff("14:30")
    assert (h.state, h.credit, h.against_marketing) == (State.rejected, Credit.reversed, True)


def test_a_rejection_in_time_after_a_call_is_still_a_rejection():
    h = (
        Story()
        .passed("10:00")
        .call("10:30")
        .tell("rejected", "11:00", code="bad_contact_data")
        .handoff("12:00")
    )
    assert (h.state, h.credit) == (State.rejected, Credit.reversed)


def test_without_acceptance_by_silence_the_window_still_closes():
    story = Story(agree(**ACCEPT_4H, terms={"accept_by_silence": False})).passed("10:00")
    h = story.handoff("15:00")
    assert (h.state, h.clock("accept").state) == (State.assigned, ClockState.breached_open)
    assert story.tell("rejected", "16:00", code="bad_fit").handoff("16:30").state is State.returned


def test_h10_a_duplicate_is_merged_and_never_a_bad_lead():
    lead = Story().passed("10:00").tell("rejected", "11:00", code="duplicate", survivor="x").lead("12:00")
    h = lead.newest
    assert (lead.place, h.credit, h.against_marketing) == (Place.duplicate, Credit.reversed, False)


def rejected(agreement=RULES):
    return Story(agreement).passed("10:00").tell("rejected", "16:00", code="bad_fit", by="A")


def test_h11_silence_makes_a_rejection_final():
    story = rejected()
    h = story.handoff("05-15 15:59:59")
    assert (h.final, h.clock("dispute").due_at, h.owed.side) == (False, at("05-15 16:00"), "marketing")
    h = story.handoff("05-15 16:00")
    assert (h.final, h.state, h.track) == (True, State.rejected, "education")
    assert ("on_track", "education") in [(each.kind, each.data.get("track")) for each in h.transitions]
    story.tell("disputed", "05-15 16:01", by="M")
    assert [each.code for each in story.handoff("05-15 17:00").drift] == ["dispute_window"]


def test_a_rejection_that_may_be_disputed_enrols_nobody_yet():
    assert not [each for each in rejected().handoff("05-14 10:00").transitions if each.kind == "on_track"]
    assert ruling(rejected(), "05-14 10:00") == Held(code="dispute_open", until=at("05-15 16:00"))


def test_h11_an_upheld_dispute_goes_to_another_owner_with_credit_back():
    story = rejected(ROUTED).tell("disputed", "05-14 10:00", by="M")
    assert story.handoff("05-18 10:00").state is State.rejected  # the arbiter's turn, whatever the clock says
    story.tell("dispute_decided", "05-18 11:00", decision="upheld", by="Head")
    h = story.handoff("05-18 11:30")
    assert (h.state, h.cycle, h.credit, h.owner) == (State.queued, 1, Credit.provisional, None)
    assert route_handoff(story.lead("05-18 11:30"), story.terms, Pool(), at("05-18 11:30")).owner == "B"
    story.tell("owner_changed", "05-18 12:00", owner="B", owner_kind="user")
    accept = story.handoff("05-18 12:30").clock("accept")
    assert (accept.instance, accept.due_at) == (2, at("05-19 12:00"))


def test_nobody_decides_a_dispute_about_their_own_rejection():
    story = (
        rejected()
        .tell("disputed", "05-14 10:00", by="M")
        .tell("dispute_decided", "05-14 11:00", decision="upheld", by="A")
    )
    h = story.handoff("05-14 12:00")
    assert (h.state, [each.code for each in h.drift]) == (State.rejected, ["arbiter"])


def test_a_dispute_decided_for_sales_is_final():
    story = (
        rejected()
        .tell("disputed", "05-14 10:00", by="M")
        .tell("dispute_decided", "05-14 11:00", decision="final", by="H")
    )
    assert story.handoff("05-14 12:00").final


def test_h13_a_customer_comes_back_as_an_expansion():
    story = Story().passed("10:00").tell("deal_won", "12:00", "d", deal="d")
    assert ruling(story, "05-20 10:00").type == "expansion"
    assert ruling(story, "05-20 10:00", "09:00") == Held(code="no_new_evidence")
    story.passed("05-21 10:00", cycle=2, type="expansion")
    lead = story.lead("05-21 12:00")
    assert (lead.place, lead.status) == (Place.expansion, Status.waiting_first_contact)
    assert {each.data["stage"] for each in lead.newest.transitions if each.kind == "stage_changed"} == {
        "customer"
    }
    assert may_pass(None, MqlMet(at=5, customer=True), RULES, 10).type == "expansion"


def test_h14_the_owner_of_the_accounts_other_lead_comes_first():
    assert route(ROUTED.routing, Pool(load={"B": 9}), 0, account_owner="B").owner == "B"
    assert route(ROUTED.routing, Pool(load={"A": 2, "B": 1, "C": 1}), 0).owner == "B"


def test_routing_passes_over_the_absent_the_full_and_those_who_rejected():
    full = agree(routing={"enabled": True, "owners": ["A", "B", "C"], "capacity": 5})
    found = route(full.routing, Pool(load={"B": 5}, absences={"C": [(0, 10)]}), 5, avoid=["A"])
    assert (found.owner, dict(found.passed_over)) == (
        None,
        {"A": "rejected_before", "B": "at_capacity", "C": "absent"},
    )
    assert route(RULES.routing, Pool(), 0).owner is None


def test_h16_the_stage_goes_back_and_is_asked_for_until_it_is_on_record():
    story = Story().passed("10:00").call("10:30", answered=True).tell("sql_met", "11:00")
    story.tell("stage_changed", "11:01", stage="sql")
    assert not [each for each in story.handoff("11:30").transitions if each.kind == "stage_changed"]
    story = (
        Story()
        .passed("10:00")
        .tell("stage_changed", "10:01", stage="mql")
        .tell("returned", "12:00", code="not_now")
    )
    assert [
        each.data["stage"] for each in story.handoff("13:00").transitions if each.kind == "stage_changed"
    ] == ["lead"]


def test_h17_a_return_without_reason_is_pending_and_the_owner_is_asked():
    story = Story().passed("10:00").call("10:30").tell("returned", "12:00", "l/status", code="unspecified")
    h = story.handoff("12:30")
    assert (h.state, h.reason, h.track) == (State.returned, "unspecified", "nurture")
    assert h.owed == ("sales", "give_reason", at("05-14 12:00"))
    assert ("return", "reason", "owner") in [(each.clock, each.level, each.to) for each in h.notices]


def test_t38_the_code_given_later_counts_from_the_first_edit():
    story = (
        Story().passed("10:00").call("10:30").tell("returned", "05-15 12:00", "l/status", code="unspecified")
    )
    story.tell("returned", "05-18 09:00", "l/disposition", code="no_fit")
    h = story.handoff("05-18 10:00")
    assert (h.reason, h.returned_at, h.track, h.drift) == ("no_fit", at("05-15 12:00"), "education", ())


def test_t38_a_reject_code_given_later_rejects_if_the_first_edit_was_in_time():
    story = Story().passed("10:00").tell("returned", "12:00", "l/status", code="unspecified")
    h = story.tell("rejected", "05-18 09:00", "l/disposition", code="bad_fit").handoff("05-18 10:00")
    assert (h.state, h.since, h.credit) == (State.rejected, at("12:00"), Credit.reversed)


def test_a_status_that_follows_the_code_says_nothing_new():
    story = Story().passed("10:00").tell("rejected", "12:00", "l/disposition", code="bad_fit", by="A")
    h = story.tell("returned", "12:00:05", "l/status", code="unspecified").handoff("12:30")
    assert (h.state, h.drift) == (State.rejected, ())


def test_t39_the_wrong_territory_is_another_owners_and_no_rejection():
    h = Story().passed("10:00").tell("rejected", "11:00", code="wrong_territory", by="A").handoff("11:30")
    assert (h.state, h.owner, h.credit) == (State.queued, None, Credit.provisional)
    assert (h.clock("first_attempt").due_at, h.clock("assign").instance) == (at("14:00"), 2)


def test_t40_a_missing_package_is_marketings_again_in_the_same_handoff():
    story = Story().passed("10:00").tell("rejected", "11:00", code="missing_package", by="A")
    h = story.handoff("11:30")
    assert (h.state, h.cycle, h.credit, h.owed.side) == (State.draft, 1, Credit.reversed, "marketing")
    assert (h.clock("package").instance, h.clock("package").due_at) == (2, at("15:00"))
    story.tell("package_complete", "12:00", "again", cycle=1).tell("delivered", "12:10", "again", cycle=1)
    h = story.handoff("12:30")
    assert (h.state, h.credit, h.clock("first_attempt").due_at) == (
        State.assigned,
        Credit.provisional,
        at("16:10"),
    )


def test_t03_a_package_that_never_comes_cancels_the_draft():
    story = Story().mql("10:00")
    assert story.handoff("05-20 13:59:59").state is State.draft
    h = story.handoff("05-20 14:00")
    assert (h.state, h.reason, h.clock("package").state) == (
        State.cancelled,
        "not_delivered",
        ClockState.breached_done,
    )


def test_t03_a_definition_that_stopped_holding_for_a_day_cancels_the_draft():
    story = (
        Story(agree(clocks={"package": "5bd"}))
        .mql("10:00")
        .tell("lead_changed", "11:00", source="hubspot", mql=False)
    )
    assert story.handoff("05-14 10:59:59").state is State.draft
    assert story.handoff("05-14 11:00").reason == "not_delivered"
    story.tell("lead_changed", "18:00", source="hubspot", mql=True)
    assert story.handoff("05-14 12:00").state is State.draft


@pytest.mark.parametrize("cause", ["merged", "deleted"])
def test_t26_what_happened_to_the_record_closes_the_handoff(cause):
    lead = Story().passed("10:00").tell(cause, "11:00", survivor="y").lead("12:00")
    assert (lead.newest.state, lead.newest.reason) == (State.cancelled, cause)
    assert lead.place is (Place.duplicate if cause == "merged" else Place.deleted)


def test_t34_a_message_after_the_return_opens_a_new_handoff_at_once():
    story = returned("no_budget").tell("inbound", "05-20 10:00", channel="email")
    found = ruling(story, "05-20 10:00")
    assert (found.cycle, found.type, found.priority) == (2, "hand_raise", "hot")
    assert story.handoff("05-20 10:00").reason == "no_budget"


def test_t35_a_win_after_the_return_is_a_customer_and_the_handoff_keeps_its_outcome():
    lead = returned("no_budget").tell("deal_won", "06-20 10:00", "d", deal="d").lead("06-21 10:00")
    assert (lead.place, lead.status, lead.customer) == (Place.won, Status.won, True)
    assert (lead.newest.state, lead.newest.reason) == (State.returned, "no_budget")
    assert lead.newest.drift == ()


def test_a_win_before_the_mql_moment_is_flagged_and_counted():
    lead = Story().tell("deal_won", "09:00", "d", deal="d").passed("10:00").lead("12:00")
    assert (lead.place, lead.customer, lead.flags["won_before_mql"]) == (Place.won, True, at("09:00"))


def test_t15_a_win_before_delivery_cancels_the_handoff_as_customer():
    lead = Story().mql("10:00").tell("deal_won", "11:00", "d", deal="d").lead("12:00")
    assert (lead.newest.state, lead.newest.reason, lead.place) == (State.cancelled, "customer", Place.won)
    queued = Story().passed("10:00", owner=None).tell("deal_won", "11:00", "d", deal="d").handoff("12:00")
    assert (queued.state, queued.flags["no_attempt_logged"], queued.credit) == (State.won, True, Credit.final)


def test_t16_one_of_two_deals_lost_is_not_the_end():
    story = (
        Story()
        .passed("10:00")
        .tell("deal_linked", "11:00", "d1", deal="d1")
        .tell("deal_linked", "11:30", "d2", deal="d2")
    )
    story.tell("deal_lost", "12:00", "d1", deal="d1", code="no_budget")
    assert story.handoff("12:30").state is State.opportunity
    assert (
        story.tell("deal_lost", "13:00", "d2", deal="d2", code="competitor").handoff("13:30").reason
        == "competitor"
    )


def test_a_code_that_nobody_agreed_is_refused_and_kept():
    h = Story().passed("10:00").tell("returned", "11:00", code="boring").handoff("12:00")
    assert (h.state, [each.code for each in h.drift]) == (State.assigned, ["unknown_code"])


def test_a_return_of_a_qualified_lead_is_not_in_the_table():
    story = (
        Story()
        .passed("10:00")
        .call("10:30", answered=True)
        .tell("sql_met", "11:00")
        .tell("returned", "12:00", code="not_now")
    )
    h = story.handoff("13:00")
    assert (h.state, [(each.state, each.cue, each.code) for each in h.drift]) == (
        State.qualified,
        [(State.qualified, "returned", "unlisted")],
    )


def test_a_recorded_return_holds_against_evidence_found_later():
    story = (
        Story()
        .passed("10:00")
        .tell(
            "returned", "05-27 10:00", source="acuerdo", code="expired", by="acuerdo", recorded="05-27 10:05"
        )
    )
    assert not [each for each in story.handoff("05-27 11:00").transitions if each.kind == "returned"]
    story.call("12:30", recorded="05-28 09:00").call("05-26 11:00", recorded="05-28 09:00", answered=True)
    h = story.handoff("05-28 10:00")
    assert (h.state, h.reason, h.since) == (State.returned, "expired", at("05-27 10:00"))
    assert h.flags["late_evidence"] == at("05-28 09:00")
    assert (h.clock("first_attempt").state, h.counted) == (ClockState.met, 2)


def test_evidence_known_when_a_return_was_recorded_is_not_late():
    story = (
        Story()
        .passed("10:00")
        .call("12:30")
        .tell("returned", "05-27 10:00", source="acuerdo", code="expired", by="acuerdo")
    )
    assert "late_evidence" not in story.handoff("05-28 10:00").flags


def test_a_win_found_later_about_before_a_recorded_return_is_counted():
    story = (
        Story()
        .passed("10:00")
        .tell("returned", "05-27 10:00", source="acuerdo", code="expired", by="acuerdo")
    )
    lead = story.tell("deal_won", "05-20 10:00", "d", deal="d", recorded="05-29 10:00").lead("05-29 11:00")
    assert (lead.place, lead.newest.state, lead.customer) == (Place.won, State.returned, True)


def test_held_while_open_suppressed_or_in_a_sales_conversation():
    assert ruling(Story().passed("10:00"), "12:00") == Held(code="open_handoff")
    assert ruling(returned().tell("opted_out", "13:00"), "07-20 10:00") == Held(code="suppressed")
    assert may_pass(None, MqlMet(at=5, open_opportunity=True), RULES, 10) == Held(code="open_opportunity")
    stopped = Story().passed("10:00").tell("rejected", "11:00", code="no_intent")
    assert ruling(stopped, "07-20 10:00", "same", "hand_raise") == Held(code="suppressed_by_sales")
    assert may_pass(None, MqlMet(at=5, priority="hot"), RULES, 10) == Pass(
        cycle=1, type="new", priority="hot"
    )


def test_owners_who_rejected_lately_are_to_be_avoided():
    story = Story().passed("10:00").tell("rejected", "11:00", code="bad_contact_data", by="A")
    assert ruling(story, "05-20 10:00").avoid == ("A",)
    assert ruling(story, "12-20 10:00").avoid == ()


def test_refused_and_erased_have_their_own_places():
    story = (
        Story()
        .mql("10:00")
        .tell("package_complete", "10:00")
        .tell("refused", "10:05", source="acuerdo", code="bad_email")
    )
    lead = story.lead("11:00")
    assert (lead.place, lead.status, lead.newest.owed.code) == (Place.refused, Status.refused, "mend_record")
    assert story.tell("delivered", "12:00").lead("13:00").place is Place.queued
    erased = story.tell("erased", "14:00").lead("15:00")
    assert (erased.place, erased.status) == (Place.erased, None)


def test_nobody_owes_an_erased_person_anything_and_no_clock_breaches_later():
    story = Story().passed("10:00", owner="A").tell("erased", "11:00")
    lead = story.lead("05-29 10:00")
    assert lead.place is Place.erased
    assert lead.newest.owed.side is Side.nobody
    assert {clock.state for clock in lead.newest.clocks} <= {ClockState.met, ClockState.cancelled}
    assert not any(clock.breached_at for clock in lead.newest.clocks)


def test_a_lead_that_is_held_before_any_handoff_is_held():
    lead = Story().tell("hand_raised", "10:00").lead("11:00")
    assert (lead.place, lead.status, lead.handoffs) == (Place.held, None, ())


def test_a_form_fill_after_the_return_cools_like_other_evidence():
    story = returned("no_budget").tell(
        "inbound", "05-20 10:00", source="hubspot", channel="form", form="guide"
    )
    assert ruling(story, "05-20 10:00") == Held(code="cooldown", until=at("08-11 00:00"))


def test_a_lead_that_is_passed_again_leaves_its_track_when_delivered_and_the_old_handoff_is_at_rest():
    story = (
        returned().tell("on_track", "13:00", source="acuerdo", cycle=1, track="nurture").mql("07-01 10:00", 2)
    )
    assert not [each for each in story.handoff("07-01 10:30").transitions if each.kind == "off_track"]
    story.tell("delivered", "07-01 11:00", source="acuerdo", cycle=2)
    old, new = story.lead("07-01 11:30").handoffs
    assert [(each.kind, each.data["track"]) for each in new.transitions if "track" in each.data] == [
        ("off_track", "nurture")
    ]
    assert old.transitions == ()


def test_t32_a_package_that_was_ready_while_parked_is_queued_on_approval():
    story = Story().mql("10:00", parked=True).tell("package_complete", "11:00", source="acuerdo", cycle=1)
    story.tell("approved", "12:00", role="marketing", by="Ana").tell(
        "approved", "13:00", role="sales", by="Luis"
    )
    h = story.handoff("14:00")
    assert (h.state, h.package_complete_at, h.clock("package").state) == (
        State.queued,
        at("13:00"),
        ClockState.met,
    )


def test_a_return_until_a_date_that_has_passed_cools_as_without_one_and_is_flagged():
    story = Story().passed("10:00").call("10:30", answered=True, seconds=90)
    h = story.tell("returned", "11:00", code="not_now", until="2025-06-01").handoff("12:00")
    assert h.until is None
    assert h.flags["until_past"] is True
    assert h.eligible_at == at("06-12 00:00")

"""What facts say about the lead itself: consent, channels, wins, tracks, where it lives and what brings it back."""

from dataclasses import replace

import pytest

from mapping.status import Status
from policies.states import Place
from tests.doubles.story import Story, agree, at


def moves(story, now):
    return [(str(each.kind), each.data) for each in story.handoff(now).transitions]


def test_what_a_lead_forbids_counts_from_the_first_time_it_said_so():
    story = Story().passed("10:00").tell("opted_out", "12:00", channel="sms")
    story.tell("opted_out", "11:00", channel="sms").tell("opted_out", "13:00", channel="sms")
    story.tell("opted_out", "12:30", channel="email")
    lead = story.lead("14:00")
    assert (dict(lead.suppressions), lead.suppressed) == ({"sms": at("11:00"), "email": at("12:30")}, False)
    lead = story.tell("opted_out", "13:30").lead("14:00")
    assert (lead.suppressions["all"], lead.suppressed) == (at("13:30"), True)


def test_a_channel_is_blocked_from_its_first_hard_bounce():
    story = Story().passed("10:00").tell("bounced", "12:00", "b1", channel="phone")
    story.tell("bounced", "11:00", "b2", channel="phone").tell("bounced", "11:30", "b3")
    story.tell("bounced", "11:40", "b4", channel="sms", hard=False)
    assert dict(story.lead("13:00").blocked) == {"phone": at("11:00"), "email": at("11:30")}


def test_a_touch_that_came_back_is_named_by_the_bounce_or_is_the_bounce():
    story = Story().passed("10:00").tell("touch", "10:30", "m1", channel="email", by="A")
    story.tell("touch", "10:45", "m2", channel="email", by="A")
    story.tell("touch", "12:50", "m3", channel="email", by="A")
    story.tell("bounced", "11:00", "b", touch="m1", hard=False).tell("bounced", "11:00", "m2", hard=False)
    touches = {each.id: each.reason for each in story.handoff("13:00").attempts}
    assert touches == {"m1": "bounced", "m2": "bounced", "m3": None}


def test_a_customer_is_won_at_the_first_sale():
    story = Story().passed("10:00").tell("deal_won", "13:00", "d2", deal="x").tell("deal_won", "12:00", "d1")
    lead = story.lead("14:00")
    assert (lead.customer, lead.won_at, lead.place, lead.status) == (True, at("12:00"), Place.won, Status.won)


def test_a_sale_before_the_mql_moment_is_flagged_and_one_after_it_is_not():
    early = Story().tell("deal_won", "09:00", "d").passed("10:00").lead("11:00")
    assert dict(early.flags) == {"won_before_mql": at("09:00")}
    assert dict(Story().passed("10:00").tell("deal_won", "10:00", "d").lead("11:00").flags) == {}


def test_the_survivor_is_named_by_the_merge_or_by_the_rejection():
    merged = Story().passed("10:00").tell("merged", "11:00", survivor="x").lead("12:00")
    assert (merged.survivor, merged.place) == ("x", Place.duplicate)
    rejected = Story().passed("10:00").tell("rejected", "11:00", code="duplicate", survivor="y")
    assert rejected.lead("12:00").survivor == "y"
    assert rejected.tell("rejected", "11:30", code="duplicate").lead("12:00").survivor == "y"


@pytest.mark.parametrize(
    ("kinds", "place"),
    [
        (["deleted"], Place.deleted),
        (["deleted", "restored"], Place.assigned),
        (["erased"], Place.erased),
        (["deleted", "erased"], Place.erased),
        (["merged", "deleted"], Place.duplicate),
    ],
)
def test_the_record_itself_decides_the_place(kinds, place):
    story = Story().passed("10:00")
    for minute, kind in enumerate(kinds):
        story.tell(kind, f"11:{minute:02}")
    assert story.lead("12:00").place == place


def test_evidence_is_the_newest_of_its_kind():
    story = Story().passed("10:00").tell("hand_raised", "12:00").tell("hand_raised", "11:00")
    story.tell("inbound", "10:30", channel="email").tell("inbound", "10:40", form="guide")
    story.tell("account_changed", "10:50").tell("lead_changed", "10:55", country="ES")
    assert dict(story.lead("13:00").evidence) == {
        "hand_raised": at("12:00"),
        "inbound": at("10:30"),
        "form_fill": at("10:40"),
        "account_changed": at("10:50"),
        "lead_changed": at("10:55"),
    }


def test_a_lead_leaves_each_track_that_it_should_not_be_on():
    story = Story().tell("on_track", "08:00", track="education").tell("on_track", "08:10")
    story.tell("on_track", "08:20", track="nurture").passed("10:00")
    off = [data["track"] for kind, data in moves(story, "11:00") if kind == "off_track"]
    assert off == ["nurture", "education"]
    story.tell("off_track", "10:30", track="education")
    assert [data["track"] for kind, data in moves(story, "11:00") if kind == "off_track"] == ["nurture"]
    story.tell("off_track", "10:40")
    assert [data for kind, data in moves(story, "11:00") if kind == "off_track"] == []


def test_the_stage_that_the_platform_shows_is_the_last_one_told():
    story = Story().passed("10:00").tell("stage_changed", "10:05", stage="lead")
    assert ("stage_changed", {"stage": "mql"}) in moves(story, "11:00")
    story.tell("stage_changed", "10:06", stage="mql")
    assert "stage_changed" not in [kind for kind, _ in moves(story, "11:00")]


def test_an_absence_needs_both_ends():
    routed = agree(routing={"enabled": True, "owners": ["A", "B"]})
    away = {"from": at("10:30"), "to": at("05-14 10:30")}
    for data, expected in (
        ({"owner": "A", **away}, ["reassigned"]),
        ({"owner": "A", "from": away["from"]}, []),
        ({"owner": "A", "to": away["to"]}, []),
        ({"owner": "B", **away}, []),
    ):
        story = Story(routed).passed("10:00").tell("absence", "10:00", **data)
        assert [kind for kind, _ in moves(story, "11:00") if kind == "reassigned"] == expected


@pytest.mark.parametrize(
    ("facts", "moment", "allowed"),
    [
        ([], "2026-05-13T09:30+02:00", True),
        ([{"country": "ES"}], "2026-05-13T21:30+02:00", False),
        ([{"country": "CO", "zone": "America/Bogota"}], "2026-05-13T13:30+02:00", False),  # 06:30 there
        ([{"country": "CO", "zone": "America/Bogota"}], "2026-05-13T14:30+02:00", True),
        ([{"country": "CO", "zone": "America/Bogota", "zone_guess": True}], "2026-05-13T14:30+02:00", False),
        ([{"country": "US", "zone": "America/New_York"}], "2026-05-14T02:30+02:00", True),  # 20:30 there
        ([{"country": "US", "zone": "America/New_York", "region": "FL"}], "2026-05-14T02:30+02:00", False),
        ([{"country": "ES"}, {"country": "US", "zone": "America/New_York"}], "2026-05-14T02:30+02:00", True),
    ],
)
def test_touches_are_weighed_where_the_lead_lives(facts, moment, allowed):
    first, *later = facts or [{}]
    story = Story().passed("2026-05-11T10:00", **first)
    for data in later:
        story.tell("lead_changed", "2026-05-11T11:00", **data)
    touch = story.call(moment).handoff("2026-05-15T10:00").attempts[0]
    assert touch.reason == (None if allowed else "quiet_hours")
    assert touch.violations == (() if allowed else ("quiet_hours",))


def test_where_a_lead_lives_may_be_known_before_its_handoff():
    story = Story().tell("lead_changed", "09:00", country="CO", zone="America/Bogota", zone_guess=True)
    assert story.passed("10:00").handoff("11:00").flags == {"tz_guess": True}
    assert "tz_guess" not in Story().passed("10:00", zone="America/Bogota").handoff("11:00").flags


def test_a_handoff_knows_its_type_trigger_priority_and_segment_as_they_change():
    story = Story(agree(segments=[{"name": "big", "when": False}])).mql(
        "10:00", type="recycled", trigger="hand_raise", segment="big"
    )
    story.tell("lead_changed", "11:00", priority="hot").tell("lead_changed", "12:00", segment=None)
    h = story.handoff("10:30")
    assert (h.type, h.trigger, h.priority, h.segment) == ("recycled", "hand_raise", "standard", "big")
    h = story.handoff("11:00")
    assert (h.priority, h.segment) == ("hot", "big")
    h = story.handoff("12:30")
    assert (h.priority, h.segment) == ("hot", None)
    assert (Story().mql("10:00").handoff("11:00").type, h.cycle, h.lead) == ("new", 1, "hubspot-1-1")


def test_each_step_keeps_its_parameters():
    story = Story().passed("10:00", priority="hot").tell("rejected", "11:00", code="bad_fit", by="B")
    h = story.handoff("12:00")
    assert [(each.code, dict(each.data)) for each in h.reasons] == [
        ("mql_met", {"priority": "hot"}),
        ("package_complete", {}),
        ("delivered", {}),
        ("assigned", {"owner": "A", "owner_kind": "user"}),
        ("rejected", {"code": "bad_fit", "by": "B"}),
    ]
    assert h.rejected_by == "B"


def test_a_breach_that_was_told_and_taken_back_is_among_the_reasons():
    story = (
        Story()
        .passed("10:00")
        .tell("notice_sent", "14:00", source="acuerdo", clock="first_attempt", level="L1", instance=1)
    )
    story.call("13:40", recorded="15:10")
    told = [(each.at, each.code, each.rule, dict(each.data)) for each in story.handoff("15:30").reasons]
    assert told[-1] == (at("15:10"), "breach_retracted", "2.4.10", {"clock": "first_attempt"})
    warned = Story().passed("10:00").call("11:00")
    warned.tell("notice_sent", "12:00", source="acuerdo", clock="first_attempt", level="warn50", instance=1)
    assert "breach_retracted" not in [each.code for each in warned.handoff("15:30").reasons]


def test_a_handoff_keeps_the_cycle_that_its_first_fact_names():
    story = Story().mql("10:00", cycle=4).tell("package_complete", "11:00", source="acuerdo", cycle=4)
    assert [each.cycle for each in story.lead("12:00").handoffs] == [4]
    unnamed = Story().tell("mql_met", "10:00", "h1").tell("returned", "11:00", code="not_now")
    assert unnamed.tell("mql_met", "05-20 10:00", "h2").handoff("05-20 11:00").cycle == 2


def test_late_evidence_of_a_colleague_is_told_apart():
    story = Story(agree(clocks={"retention": "1d"})).passed("10:00")
    story.tell("returned", "05-14 10:00", source="acuerdo", code="expired", recorded="05-14 10:05")
    story.call("15:00", by="B", recorded="05-14 12:00").call("15:30", by="A", recorded="05-14 12:00")
    touches = story.handoff("05-14 13:00").attempts
    assert [(each.by, each.by_non_owner) for each in touches] == [("B", True), ("A", False)]


def test_the_end_of_a_pause_by_its_limit_is_known_ahead():
    story = Story(agree(retention=False, clocks={"accept": False}, terms={"pause_limit": "2h"})).passed(
        "10:00"
    )
    story.tell("paused", "11:00", "p", reason="waiting_document")
    assert story.lead("12:00").next_due_at == at("13:00")


def test_the_version_that_an_event_names_judges():
    old, new = agree(number=1), agree(number=2, clocks={"package": "1h"})
    story = Story(old).mql("10:00", agreement="2")
    story.terms = replace(story.terms, agreements={1: old, 2: new})
    h = story.handoff("10:30")
    assert (h.agreement, h.clock("package").due_at) == ("2", at("11:00"))
    story = Story(old).mql("10:00", agreement=1)
    story.terms = replace(story.terms, agreements={1: old, 2: new})
    assert story.handoff("10:30").agreement == "1"


@pytest.mark.parametrize(
    ("named", "instant", "number"),
    [
        (None, 150, 2), (None, 100, 2), (None, 99, 1), (None, 0, 1), (1, 150, 1), ("2", 0, 2), ("9", 150, 2), ("x", 50, 1),
    ],
)  # fmt: skip
def test_the_version_in_force_judges_where_none_is_named(named, instant, number):
    first = agree().publish(number=1, effective_from=50)
    second = agree(effective_to="2026-06-01").publish(number=2, effective_from=100)
    terms = replace(Story().terms, agreements={1: first, 2: second})
    assert terms.pinned(named, instant).number == number
    assert terms.ends_at == at("06-01 00:00")


def test_people_have_calendars_of_their_own_or_the_companys():
    terms = replace(Story().terms, calendars={"A": "own"})
    assert (terms.hours_of("A"), terms.hours_of("B"), terms.hours_of(None)) == (
        "own",
        terms.hours,
        terms.hours,
    )


def test_acknowledging_is_of_one_instance_of_a_clock():
    routed = agree(
        routing={"enabled": True, "owners": ["A", "B"]}, clocks={"first_attempt": "9d", "accept": "9d"}
    )
    for instance, ladder in ((2, ["L1"]), (1, ["L1", "L2"]), (None, ["L1", "L2"])):
        story = Story(routed).passed("10:00")
        for when, owner in (("11:00", "B"), ("12:00", "C")):
            story.tell("reassigned", when, owner=owner, cause="breach", source="acuerdo")
        story.tell("acknowledged", "13:30", clock="owner_first_attempt", instance=instance, by="M")
        told = [each for each in story.handoff("15:30").notices if each.clock == "owner_first_attempt"]
        assert [(each.instance, each.level) for each in told] == [(2, level) for level in ladder]


def test_a_second_rejection_is_told_as_another():
    story = Story().passed("10:00").tell("rejected", "11:00", code="bad_fit", by="A")
    story.tell("dispute_decided", "12:00", decision="upheld", by="H")
    story.tell("owner_changed", "12:30", owner="B", owner_kind="user")
    story.tell("notice_sent", "11:05", source="acuerdo", clock="dispute", level="open", instance=1)
    story.tell("rejected", "13:00", code="bad_fit", by="B")
    told = [each for each in story.handoff("14:00").notices if each.clock == "dispute"]
    assert [(each.instance, each.level, each.to, each.at) for each in told] == [
        (2, "open", "marketing", at("13:00"))
    ]


@pytest.mark.parametrize("channel", [None, "all"])
def test_no_contact_at_all_ends_the_handoff(channel):
    data = {} if channel is None else {"channel": channel}
    h = Story().passed("10:00").tell("opted_out", "11:00", **data).handoff("12:00")
    assert (h.state, h.reason) == ("cancelled", "opt_out")
    assert Story().passed("10:00").tell("opted_out", "11:00", channel="sms").handoff("12:00").open


@pytest.mark.parametrize(
    ("until", "kept", "flag"),
    [
        ("2026-05-14", "05-14 00:00", None),
        ("2026-05-13", None, "until_past"),
        ("11:00", None, "until_past"),
        ("11:00:01", "11:00:01", None),
        ("2026-02-30", None, "until_unreadable"),
    ],
)
def test_the_date_for_coming_back_lies_ahead(until, kept, flag):
    value = at(until) if ":" in until else until
    h = Story().passed("10:00").tell("returned", "11:00", code="not_now", until=value).handoff("12:00")
    assert h.until == (None if kept is None else at(kept))
    assert [name for name in h.flags if name.startswith("until")] == ([flag] if flag else [])


def test_a_pause_until_a_time_that_has_passed_pauses_nothing_and_is_kept():
    story = Story().passed("10:00").tell("paused", "11:00", "p", reason="lead_asked_date", until=at("10:30"))
    h = story.handoff("12:00")
    assert [(each.at, each.cue, each.code) for each in h.drift] == [(at("11:00"), "paused", "pause_over")]
    assert h.clock("first_attempt").due_at == at("14:00")


def test_a_status_and_its_code_of_one_instant_are_one_return():
    story = (
        Story()
        .passed("10:00")
        .tell("returned", "11:00", "a")
        .tell("returned", "11:00", "b", code="no_budget")
    )
    h = story.handoff("12:00")
    assert (h.reason, h.drift) == ("no_budget", ())
    ours = (
        Story()
        .passed("10:00")
        .tell("returned", "11:00")
        .tell("returned", "12:00", code="no_budget", source="acuerdo")
    )
    assert ours.handoff("13:00").reason == "unspecified"


def test_each_move_names_its_kind_instant_rule_cycle_and_parameters():
    routing = {"enabled": True, "owners": ["A", "B"], "auto_reassign": True}
    breached = Story(agree(routing=routing)).passed("10:00", cycle=3)
    assert breached.handoff("14:30").transitions[-1] == (
        "reassigned", at("14:00"), "T22", 3, {"previous": "A", "cause": "breach"},
    )  # fmt: skip
    away = Story(agree(routing=routing), absences={"A": [(at("09:00"), at("18:00"))]}).passed(
        "10:00", cycle=3
    )
    assert away.handoff("10:30").transitions[-1] == (
        "reassigned", at("10:00"), "D11", 3, {"previous": "A", "cause": "absence"},
    )  # fmt: skip
    queued = Story(agree(routing=routing)).passed("10:00", owner=None, cycle=3)
    assert queued.handoff("10:10").transitions[-1] == (
        "owner_changed",
        at("10:00"),
        "T04",
        3,
        {"cause": "routing"},
    )
    expired = Story().passed("10:00", cycle=3).tell("on_track", "10:30", track="education")
    assert expired.handoff("05-27 10:00").transitions == (
        ("returned", at("05-27 10:00"), "T21", 3, {"code": "expired", "by": "acuerdo"}),
        ("off_track", at("05-27 10:00"), "T36", 3, {"track": "education"}),
        ("on_track", at("05-27 10:00"), "T27", 3, {"track": "nurture"}),
        ("stage_changed", at("05-27 10:00"), "T02", 3, {"stage": "lead"}),
    )
    names = [each.n for each in expired.handoff("05-27 10:00").transitions]
    assert len(set(names)) == len(names)


def test_a_code_that_is_given_later_is_kept_with_its_instant():
    story = (
        Story().passed("10:00").tell("returned", "11:00").tell("returned", "12:00", code="no_budget", by="A")
    )
    assert dict(story.handoff("13:00").reasons[-1].data) == {
        "code": "no_budget",
        "by": "A",
        "coded_at": at("12:00"),
    }


def test_late_evidence_is_kept_with_what_and_when_it_was_known():
    story = Story(agree(clocks={"retention": "1d"})).passed("10:00")
    story.tell("returned", "05-14 10:00", source="acuerdo", code="expired", recorded="05-14 10:05")
    story.call("15:00", recorded="05-14 12:30").call("15:30", recorded="05-14 12:00")
    h = story.handoff("05-14 13:00")
    late = [(each.at, dict(each.data)) for each in h.reasons if each.code == "late_evidence"]
    assert late == [
        (at("15:00"), {"kind": "touch", "recorded_at": at("05-14 12:30")}),
        (at("15:30"), {"kind": "touch", "recorded_at": at("05-14 12:00")}),
    ]
    assert h.flags["late_evidence"] == at("05-14 12:30")


@pytest.mark.parametrize(
    ("told", "now", "missed"),
    [
        ([], "05-15 12:00", 1),
        ([], "05-15 18:00", 2),
        ([("mail", "05-14 11:00")], "05-15 18:00", 1),
        ([("contact", "05-14 11:00")], "05-20 18:00", None),
        ([("returned", "05-14 12:00")], "05-20 18:00", None),
        ([("returned", "05-15 12:00")], "05-20 18:00", 1),
    ],
)
def test_days_under_the_floor_are_counted_while_sales_has_to_try(told, now, missed):
    story = Story(agree(attempts={"min_per_day": 1, "minimum": 9})).passed("10:00").call("11:00")
    for what, when in told:
        if what == "mail":
            story.mail(when)
        elif what == "contact":
            story.call(when, answered=True)
        else:
            story.tell("returned", when, code="not_now")
    assert story.handoff(now).flags.get("days_below_floor") == missed


def test_the_mapped_track_stops_marketings_clock():
    story = Story().passed("10:00").tell("returned", "11:00", code="no_fit")
    story.tell("on_track", "12:00", source="hubspot", track="education")
    clock = story.handoff("13:00").clock("return_ack")
    assert (clock.state, clock.stop_at) == ("met", at("12:00"))


def test_what_ends_follow_up_ends_the_new_owners_clock_too():
    routed = agree(routing={"enabled": True, "owners": ["A", "B"]})
    story = (
        Story(routed).passed("10:00").tell("reassigned", "11:00", owner="B", cause="breach", source="acuerdo")
    )
    for kind, data in (("sql_met", {}), ("deal_linked", {"deal": "d"}), ("deal_won", {"deal": "d"})):
        ended = Story(routed)
        ended.events = list(story.events)
        clock = ended.tell(kind, "11:30", "d", **data).handoff("12:00").clock("owner_first_attempt")
        assert (clock.state, clock.stop_at) == ("met", at("11:30"))


def test_an_approval_needs_a_person_of_each_side():
    story = Story().mql("10:00", parked=True).tell("approved", "11:00", role="marketing", by="Ana")
    assert story.tell("approved", "11:30", by="Luis").handoff("12:00").state == "parked"
    assert story.tell("approved", "11:40", role="sales", by="Luis").handoff("12:00").state == "draft"


def test_an_absence_is_no_breach_and_may_pass_the_limit():
    routed = agree(routing={"enabled": True, "owners": ["A", "B"], "max_reassignments": 1})
    story = (
        Story(routed).passed("10:00").tell("reassigned", "11:00", owner="B", cause="breach", source="acuerdo")
    )
    h = story.tell("reassigned", "12:00", owner="C", cause="absence", source="acuerdo").handoff("12:30")
    assert (h.owner, h.reassignments, h.drift) == ("C", 1, ())
    h = story.tell("reassigned", "12:10", owner="D", cause="breach", source="acuerdo").handoff("12:30")
    assert (h.owner, [each.code for each in h.drift]) == ("C", ["reassign_limit"])


def test_delivery_is_judged_by_the_version_it_names():
    first, second = agree(number=1), agree(number=2, clocks={"first_attempt": "1h"})
    for named, version, due in ((1, "1", "14:00"), (2, "2", "11:00"), (None, "2", "11:00")):
        story = (
            Story(first)
            .mql("10:00", agreement=1)
            .tell("package_complete", "10:00", source="acuerdo", cycle=1)
        )
        story.tell(
            "delivered", "10:00", source="acuerdo", cycle=1, **({} if named is None else {"agreement": named})
        )
        story.terms = replace(story.terms, agreements={1: first, 2: second})
        h = story.handoff("10:30")
        assert (h.agreement, h.clock("first_attempt").due_at) == (version, at(due))


@pytest.mark.parametrize(
    ("code", "kind", "moment", "reopened"),
    [
        ("no_response", "touch", "12:00", True),
        ("not_now", "touch", "12:00", False),
        ("no_response", "touch", "05-20 11:00", True),
        ("no_response", "touch", "05-20 11:00:01", False),
        ("no_response", "inbound", "12:00", False),
    ],
)
def test_only_sales_reaching_a_silent_lead_in_time_reopens_it(code, kind, moment, reopened):
    story = Story().passed("10:00").mail("10:30").tell("returned", "11:00", code=code, by="A")
    story.tell("on_track", "11:30", source="acuerdo", track="nurture")
    story.tell(kind, moment, channel="phone", by="A", answered=True)
    assert (story.handoff("05-20 12:00").state == "connected") is reopened


def test_what_was_sent_is_one_instance_of_one_level():
    routed = agree(
        routing={"enabled": True, "owners": ["A", "B"]}, clocks={"first_attempt": "9d", "accept": "9d"}
    )
    story = Story(routed).passed("10:00")
    for when, owner in (("11:00", "B"), ("12:00", "C")):
        story.tell("reassigned", when, owner=owner, cause="breach", source="acuerdo")
    found = [{(each.instance, each.level) for each in story.handoff("13:10").notices}]
    for instance in (1, 2):
        story.tell(
            "notice_sent",
            "13:05",
            source="acuerdo",
            clock="owner_first_attempt",
            level="L1",
            instance=instance,
        )
        found.append({(each.instance, each.level) for each in story.handoff("13:10").notices})
    # The first clock was never breached: what was told of it is taken back.
    assert found == [{(2, "L1")}, {(2, "L1"), (1, "L1:withdrawn")}, {(1, "L1:withdrawn")}]

"""Who gets a lead, and whether a lead comes back at all: choice, guards and what a new handoff is given."""

import pytest

from policies.recycling import Held, MqlMet, Parked, Pass, may_pass
from policies.routing import Pool, Route, reassignment_of, rejecters, route, route_handoff
from tests.doubles.story import Story, agree, at

DAY = 86_400


def routed(**parts):
    return agree(routing={"enabled": True, "owners": ["C", "A", "B"], **parts})


@pytest.mark.parametrize(
    ("pool", "parts", "more", "owner", "passed_over"),
    [
        (Pool(), {}, {}, "A", {}),
        (Pool(load={"A": 1}), {}, {}, "B", {}),
        (Pool(load={"A": 1, "B": 1, "C": 1}), {}, {}, "A", {}),
        (Pool(load={"A": 2, "B": 1}), {}, {}, "C", {}),
        (Pool(load={"A": 2, "B": 2, "C": 1}), {"capacity": 2}, {}, "C", dict.fromkeys("AB", "at_capacity")),
        (Pool(load={"A": 1}), {"capacity": 1}, {}, "B", {"A": "at_capacity"}),
        (Pool(), {"capacity": 1}, {}, "A", {}),
        (Pool(absences={"A": [(0, 6)]}), {}, {}, "B", {"A": "absent"}),
        (Pool(absences={"A": [(5, 9)]}), {}, {}, "B", {"A": "absent"}),
        (Pool(absences={"A": [(0, 5), (5, 9)]}), {}, {}, "B", {"A": "absent"}),
        (Pool(absences={"A": [(6, 9)]}), {}, {}, "A", {}),
        (Pool(), {}, {"avoid": ["A", "B"]}, "C", dict.fromkeys("AB", "rejected_before")),
        (Pool(load={"B": 9}), {}, {"account_owner": "B"}, "B", {}),
        (Pool(), {"same_owner_per_account": False}, {"account_owner": "B"}, "A", {}),
        (Pool(), {}, {"account_owner": "B", "avoid": ["B"]}, "A", {"B": "rejected_before"}),
        (Pool(), {}, {"account_owner": "Z"}, "A", {}),
        (Pool(), {"owners": []}, {}, None, {}),
    ],
)
def test_the_owner_with_the_least_to_do_of_those_who_can(pool, parts, more, owner, passed_over):
    assert route(routed(**parts).routing, pool, 5, **more) == Route(owner=owner, passed_over=passed_over)


def test_an_absence_ends_before_its_last_instant():
    pool = Pool(absences={"A": [(5, 9)]})
    assert [pool.is_absent("A", instant) for instant in (4, 5, 8, 9)] == [False, True, True, False]
    assert pool.is_absent("B", 5) is False


def test_where_routing_is_off_nobody_is_chosen():
    assert route(agree().routing, Pool(), 0) == Route(owner=None, passed_over={"": "routing_off"})


def ask(story, now, pool=None, **more):
    return route_handoff(story.lead(now), story.terms, pool or Pool(), at(now), **more)


def test_a_queued_handoff_gets_its_first_owner():
    assert ask(Story(routed()).passed("10:00", owner=None), "10:30").owner == "A"
    story = Story(routed()).passed("10:00", owner=None)
    assert ask(story, "10:30", account_owner="C").owner == "C"
    away = Pool(absences={"A": [(at("10:30"), at("10:31"))]})
    assert ask(story, "10:30", away) == Route(owner="B", passed_over={"A": "absent"})


def test_before_delivery_without_a_handoff_and_when_all_is_well_nothing_is_routed():
    assert ask(Story(routed()).mql("10:00"), "10:30") is None
    waiting = Story(routed()).mql("10:00").tell("package_complete", "10:10", source="acuerdo")
    assert ask(waiting, "10:30") is None
    assert ask(Story(routed()), "10:30") is None
    assert ask(Story(routed()).passed("10:00"), "10:30") is None
    assert ask(Story(routed(auto_reassign=True)).passed("10:00"), "13:59:59") is None


def test_after_a_breach_another_owner_is_chosen_where_the_agreement_reassigns():
    story = Story(routed(auto_reassign=True)).passed("10:00")
    assert reassignment_of(story.handoff("14:00")).kind == "reassigned"
    assert ask(story, "14:00") == Route(owner="B", passed_over={"A": "rejected_before"})
    assert ask(story, "14:00", account_owner="C").owner == "B"
    assert ask(Story(routed()).passed("10:00"), "14:00") is None


def test_who_rejected_and_who_had_it_before_are_avoided():
    story = Story(routed()).passed("10:00").tell("rejected", "11:00", code="wrong_territory", by="A")
    assert ask(story, "12:00") == Route(owner="B", passed_over={"A": "rejected_before"})
    story = Story(routed()).passed("01-12 10:00").tell("rejected", "01-12 11:00", code="bad_fit", by="A")
    story.tell("hand_raised", "03-01 10:00").passed("03-02 10:00", owner=None, cycle=2)
    assert ask(story, "03-02 10:30").owner == "B"
    late = (
        Story(routed())
        .passed("2025-01-13T10:00")
        .tell("rejected", "2025-01-13T11:00", code="bad_fit", by="A")
    )
    late.tell("hand_raised", "03-01 10:00").passed("03-02 10:00", owner=None, cycle=2)
    assert ask(late, "03-02 10:30").owner == "A"


def test_rejecters_are_named_once_and_for_so_many_days():
    story = Story().passed("10:00").tell("rejected", "11:00", code="bad_fit", by="A")
    lead, rejected = story.lead("05-20 10:00"), at("11:00")
    assert rejecters(lead, 90, rejected + 90 * DAY) == ("A",)
    assert rejecters(lead, 90, rejected + 90 * DAY + 1) == ()
    assert rejecters(Story().passed("10:00").lead("11:00"), 90, at("11:00")) == ()


RULES = agree()


def ruling(story, now, met="same", *triggers, agreement=RULES, **more):
    instant = at(now) if met == "same" else at(met)
    asked = MqlMet(at=instant, triggers=frozenset(triggers), **more)
    return may_pass(None if story is None else story.lead(now), asked, agreement, at(now))


def test_a_first_handoff():
    assert ruling(None, "10:00", "09:00", "score", priority="hot", segment="big") == Pass(
        cycle=1, type="new", priority="hot", triggers=("score",)
    )
    assert ruling(None, "10:00", "09:00", "hand_raise").priority == "hot"
    assert ruling(None, "10:00", customer=True) == Pass(cycle=1, type="expansion", priority="standard")
    assert ruling(None, "10:00", open_opportunity=True) == Held(code="open_opportunity")
    assert ruling(Story(), "10:00") == Pass(cycle=1, type="new", priority="standard")


@pytest.mark.parametrize(
    ("met", "ruled"), [("05-31 23:59:59", Held(code="before_enforcement")), ("06-01 00:00", None)]
)
def test_history_ends_at_the_instant_of_enforcement(met, ruled):
    found = ruling(None, "06-02 10:00", met, agreement=agree(enforce_from="2026-06-01"))
    assert found == ruled if ruled else isinstance(found, Pass)


@pytest.mark.parametrize(
    ("story", "code"),
    [
        (Story().passed("10:00"), "open_handoff"),
        (Story().mql("10:00"), "open_handoff"),
        (Story().mql("10:00", parked=True), "parked"),
        (Story().passed("10:00").tell("opted_out", "11:00"), "suppressed"),
        (Story().passed("10:00").tell("rejected", "11:00", code="no_intent"), "suppressed_by_sales"),
        (Story().passed("10:00").tell("rejected", "11:00", code="duplicate"), "duplicate"),
        (Story().passed("10:00").tell("merged", "11:00"), "duplicate"),
        (Story().passed("10:00").tell("deleted", "11:00"), "deleted"),
        (Story().passed("10:00").tell("erased", "11:00"), "erased"),
        (Story().passed("10:00").tell("returned", "11:00", code="no_fit"), "education"),
        (
            Story(agree(terms={"silence_is_final": True}))
            .passed("10:00")
            .tell("rejected", "11:00", code="existing_customer")
            .tell("dispute_decided", "11:30", decision="final"),
            "never_after_existing_customer",
        ),
    ],
)
def test_what_keeps_a_lead_from_a_new_handoff(story, code):
    assert ruling(story, "12:00") == Held(code=code)


def test_a_rejection_that_can_be_disputed_holds_until_the_window_closes():
    story = Story().passed("10:00").tell("rejected", "11:00", code="bad_contact_data")
    assert ruling(story, "12:00") == Held(code="dispute_open", until=at("05-15 11:00"))
    passed = ruling(story, "05-15 11:00", "05-15 10:00")
    assert passed == Pass(cycle=2, type="recycled", priority="standard", avoid=("A",), earlier=(1,))
    disputed = story.tell("disputed", "12:00", by="M")
    assert ruling(disputed, "05-18 11:00") == Held(code="dispute_open", until=at("05-15 11:00"))


def test_cooling_and_what_shortens_it():
    story = Story().passed("10:00").tell("returned", "12:00", code="not_now")
    assert ruling(story, "05-20 10:00", "11:00") == Held(code="no_new_evidence")
    assert ruling(story, "05-20 10:00", "12:00") == Held(code="no_new_evidence")
    assert ruling(story, "05-20 10:00", "12:00:01") == Held(code="cooldown", until=at("06-12 00:00"))
    for trigger in ("company_changed", "investment_increased", "segment_changed"):
        assert ruling(story, "05-20 10:00", "same", trigger).triggers == (trigger,)
        assert ruling(story, "05-20 10:00", "11:00", trigger) == Held(code="no_new_evidence")
    ended = Story(agree(effective_to="2026-05-13T11:00:00+02:00")).passed("10:00")
    assert ruling(ended, "12:00").type == "recycled"


def test_facts_newer_than_the_return_are_triggers_and_older_ones_are_not():
    base = Story().passed("10:00").tell("account_changed", "11:00").tell("returned", "12:00", code="no_fit")
    assert ruling(base, "13:00") == Held(code="education")
    assert ruling(base.tell("account_changed", "12:30"), "13:00").triggers == ("company_changed",)
    raised = Story().passed("10:00").tell("returned", "12:00", code="no_fit").tell("hand_raised", "12:30")
    assert ruling(raised, "13:00") == Pass(
        cycle=2, type="hand_raise", priority="hot", triggers=("hand_raise",), earlier=(1,)
    )


@pytest.mark.parametrize(
    ("story", "type_"),
    [
        (Story().passed("10:00").tell("returned", "12:00", code="no_fit"), "hand_raise"),
        (Story().passed("10:00").tell("deal_lost", "12:00", "d", code="competitor"), "hand_raise"),
        (Story().passed("10:00").tell("opted_out", "12:00", channel="x"), None),
    ],
)
def test_a_message_of_the_leads_own_opens_again(story, type_):
    found = ruling(story.tell("inbound", "12:30", channel="email"), "13:00")
    assert getattr(found, "type", None) == type_
    assert getattr(found, "priority", "hot") == "hot"


def often(*months):
    story = Story()
    for cycle, month in enumerate(months, 1):
        story.passed(f"{month}-12 10:00", cycle=cycle)
        story.tell("returned", f"{month}-12 12:00", code="no_response", by="A")
    return story


def test_going_to_and_fro_is_parked_within_the_window():
    assert ruling(often("01", "02", "03"), "05-13 10:00") == Parked(
        cycle=4, returns=3, type="recycled", code="ping_pong"
    )
    assert ruling(often("01", "02"), "05-13 10:00") == Pass(
        cycle=3, type="recycled", priority="standard", earlier=(1, 2)
    )
    twice = agree(recycling={"max_returns": 2, "window_days": 30})
    assert ruling(often("01", "02"), "05-13 10:00", agreement=twice).cycle == 3
    twice = agree(recycling={"max_returns": 2, "window_days": 100})
    assert ruling(often("02", "03"), "05-13 10:00", agreement=twice) == Parked(cycle=3, returns=2)
    # The window begins at local midnight: 02-12 is 90 days before 05-13.
    edge = agree(recycling={"max_returns": 2, "window_days": 90})
    assert ruling(often("02", "03"), "05-13 10:00", agreement=edge) == Parked(cycle=3, returns=2)
    edge = agree(recycling={"max_returns": 2, "window_days": 89})
    assert ruling(often("02", "03"), "05-13 10:00", agreement=edge).cycle == 3


def test_a_customer_needs_newer_evidence_than_the_sale():
    story = Story().passed("10:00").tell("deal_won", "12:00", "d")
    assert ruling(story, "13:00", "12:00") == Held(code="no_new_evidence")
    assert ruling(story, "13:00", "12:00:01") == Pass(
        cycle=2, type="expansion", priority="standard", earlier=(1,)
    )
    raised = story.tell("hand_raised", "12:30")
    assert ruling(raised, "13:00", "11:00") == Pass(
        cycle=2, type="expansion", priority="hot", triggers=("hand_raise",), earlier=(1,)
    )
    early = Story().tell("deal_won", "09:00", "d").passed("10:00", type="expansion")
    early.tell("returned", "12:00", code="not_now")
    assert ruling(early, "13:00", "11:00") == Held(code="no_new_evidence")
    assert ruling(Story().tell("deal_won", "09:00", "d"), "13:00", "09:00").type == "expansion"


def test_owners_who_rejected_within_the_agreed_days_are_told_once():
    story = Story().passed("10:00").tell("rejected", "11:00", code="bad_contact_data", by="A")
    story.tell("dispute_decided", "11:30", decision="final", by="H")
    # 90 days before, at local midnight: through 08-11 whole.
    assert ruling(story, "08-11 23:00").avoid == ("A",)
    assert ruling(story, "08-12 00:00").avoid == ()
    short = agree(recycling={"previous_owner_days": 1})
    assert ruling(story, "05-14 10:00", agreement=short).avoid == ("A",)
    assert ruling(story, "05-15 10:00", agreement=short).avoid == ()

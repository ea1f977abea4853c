"""The main path of a handoff, end to end through `judge`."""

from mapping.status import Status
from policies.states import ClockState, Credit, Place, Side, State
from tests.doubles.story import Story, agree, at


def test_a_draft_is_owed_by_marketing_until_its_package_is_complete():
    story = Story().mql("10:00").tell("package_complete", "12:00", source="acuerdo", cycle=1)
    before, after = story.handoff("11:00"), story.handoff("12:30")
    assert (before.state, before.owed) == (State.draft, (Side.marketing, "complete_package", at("14:00")))
    assert before.credit is Credit.none
    assert [each.name for each in before.clocks] == ["package"]
    assert (after.state, after.owed.side) == (State.queued, Side.nobody)


def test_sales_clocks_start_at_delivery_and_the_system_delay_binds_nobody():
    story = Story().mql("10:00").tell("package_complete", "10:05", source="acuerdo", cycle=1)
    h = story.tell("delivered", "10:20", source="acuerdo", cycle=1).handoff("10:30")
    assert h.system_delay_s == 900
    assert (h.credit, h.clock("first_attempt").due_at) == (Credit.provisional, at("14:20"))
    assert h.clock("assign").due_at == at("10:35")


def test_an_answered_call_connects_and_a_deal_wins():
    story = Story().passed("10:00").call("11:00", answered=True, seconds=240)
    assert story.handoff("11:30").state is State.connected
    story.tell("sql_met", "12:00")
    assert story.handoff("12:30").state is State.qualified
    story.tell("deal_linked", "13:00", "d1", deal="d1")
    assert story.lead("13:30").status is Status.opportunity
    lead = story.tell("deal_won", "05-20 10:00", "d1", deal="d1").lead("05-20 11:00")
    assert (lead.place, lead.status, lead.customer) == (Place.won, Status.won, True)
    assert lead.newest.clock("first_attempt").state is ClockState.met


def test_retention_returns_the_lead_to_marketing_by_itself():
    story = Story().passed("10:00")
    assert story.handoff("05-27 09:59:59").state is State.accepted
    h = story.handoff("05-27 10:00")
    assert (h.state, h.reason, h.since) == (State.returned, "expired", at("05-27 10:00"))
    assert h.clock("retention").state is ClockState.breached_done
    assert story.lead("05-27 10:00").place is Place.nurture
    kinds = [(each.kind, dict(each.data).get("code")) for each in h.transitions]
    assert kinds[0] == ("returned", "expired")


def test_exhaustion_returns_the_lead_as_unreachable():
    story = Story().passed("10:00")
    for when in ("11:00", "05-14 11:00", "05-18 11:00", "05-19 11:00", "05-20 11:00"):
        story.call(when)
    assert story.handoff("05-20 12:00").state is State.working
    h = story.mail("05-21 11:00").handoff("05-21 12:00")
    assert (h.state, h.reason, h.counted) == (State.returned, "no_response", 6)
    assert "early_give_up" not in h.flags


def test_a_lost_deal_sends_the_lead_to_the_track_of_its_code():
    story = Story().passed("10:00").tell("deal_linked", "11:00", "d1", deal="d1")
    h = story.tell("deal_lost", "05-20 10:00", "d1", deal="d1", code="no_fit").handoff("05-20 11:00")
    assert (h.state, h.reason, h.track) == (State.lost, "no_fit", "education")


def test_with_attempts_off_touches_count_and_nothing_is_exhausted():
    story = Story(agree(attempts=False)).passed("10:00")
    for day in range(14, 24):
        story.call(f"05-{day} 11:00").mail(f"05-{day} 11:30")
    h = story.handoff("05-25 10:00")
    assert (h.state, h.clock("next_attempt")) == (State.working, None)


def test_with_retention_and_accept_off_a_lead_waits_for_ever():
    story = Story(agree(retention=False, clocks={"accept": False})).passed("10:00")
    h = story.handoff("2027-01-10T10:00:00")
    assert (h.state, h.clock("retention"), h.clock("accept")) == (State.assigned, None, None)

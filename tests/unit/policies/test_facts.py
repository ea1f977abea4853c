"""From events as they arrived to facts in order: what counts, what gives way, what is undone, what is late."""

import pytest

from policies.clocks import Pause, due_after_recompute, merge, reach
from policies.events import Event, Kind
from policies.facts import settle, take_back, upcoming
from policies.forms import CalendarDays
from policies.notices import due_now
from policies.shares import share_out
from policies.states import Place, State
from tests.doubles.story import Story, agree, at, hours


def event(kind, when, recorded=None, **more):
    return Event(
        kind=Kind(kind), lead="l", occurred_at=when, recorded_at=when if recorded is None else recorded,
        source=more.pop("source", "salesforce"), object_id=more.pop("object_id", "o"), version=more.pop("version", ""),
        data=more,
    )  # fmt: skip


def told(facts):
    return [(str(each.kind), each.occurred_at, each.object_id) for each in facts]


def test_causes_of_an_instant_come_before_what_follows_from_them_and_ours_last():
    kinds = ("deal_won", "returned", "touch", "owner_changed", "delivered", "opted_out", "mql_met", "deleted")
    events = [event(kind, 100, object_id=kind) for kind in kinds]
    events += [
        event(kind, 100, object_id=f"our {kind}", source="acuerdo")
        for kind in ("stage_changed", "on_track", "off_track", "returned", "reassigned", "delivered")
    ]
    names = [each.object_id for each in settle(events, 100)]
    assert names == [
        "mql_met", "our delivered", "delivered", "owner_changed", "returned", "touch", "deal_won", "deleted", "opted_out",
        "our reassigned", "our returned", "our off_track", "our on_track", "our stage_changed",
    ]  # fmt: skip


def test_the_first_arrival_of_a_fact_counts():
    late, early = event("accepted", 50, 90, by="x"), event("accepted", 60, 80, by="y")
    for events in ([late, early], [early, late]):
        assert settle(events, 100) == [early]
    assert settle([event("accepted", 50, 80), event("accepted", 40, 80)], 100)[0].occurred_at == 40


def test_the_newest_version_of_an_object_counts_since_it_was_first_known():
    first = event("touch", 50, 60, version="1", channel="email")
    second = event("touch", 50, 70, version="2", channel="phone")
    again = event("touch", 50, 90, version="3", channel="phone")
    found = settle([again, first, second], 100)
    assert [(each.version, each.recorded_at, each.data["channel"]) for each in found] == [("3", 70, "phone")]
    moved = event("touch", 55, 95, version="4", channel="phone")
    assert [(each.version, each.recorded_at) for each in settle([moved, again], 100)] == [("4", 95)]
    assert settle([first, event("touch", 50, 80, version="2", deleted=True)], 100) == []
    assert len(settle([first, event("touch", 50, object_id="p", version="1")], 100)) == 2


def test_a_deal_is_what_its_newest_version_says():
    won = event("deal_won", 50, version="1", object_id="d")
    lost = event("deal_lost", 60, version="2", object_id="d")
    linked = event("deal_linked", 40, version="0", object_id="d")
    assert told(settle([won, lost, linked], 100)) == [("deal_linked", 40, "d"), ("deal_lost", 60, "d")]
    reopened = event("deal_linked", 40, version="3", object_id="d")
    assert told(settle([won, lost, reopened], 100)) == [("deal_linked", 40, "d")]
    other = event("deal_won", 50, version="1", object_id="e")
    assert ("deal_won", 50, "e") in told(settle([lost, other], 100))


@pytest.mark.parametrize(
    ("ahead", "data", "placed"),
    [
        (0, {}, 1000),
        (300, {}, 1300),
        (301, {}, 1000),
        (1, {"dated": True}, 1000),
        (1, {"dated": False}, 1001),
    ],
)
def test_what_is_told_far_ahead_happened_when_it_was_told(ahead, data, placed):
    found = settle([event("touch", 1000 + ahead, 1000, **data)], 5000)
    assert [each.occurred_at for each in found] == [placed]


def test_facts_of_the_future_are_not_facts_yet_and_the_next_of_them_is_known():
    events = [
        event("touch", 200, 150, object_id="a"),
        event("touch", 100, object_id="b"),
        event("touch", 900, 150, object_id="c"),
    ]
    assert [each.object_id for each in settle(events, 150)] == ["b", "c"]
    assert (upcoming(events, 150), upcoming(events, 199), upcoming(events, 200)) == (200, 200, None)
    assert upcoming([], 0) is None


@pytest.mark.parametrize(
    ("events", "left", "codes"),
    [
        ([event("rejected", 10, by="A"), event("undone", 20, by="A")], [], []),
        ([event("returned", 10), event("undone", 20)], [], []),
        ([event("rejected", 10, by="A"), event("undone", 910, by="A")], [], []),
        ([event("rejected", 10, by="A"), event("undone", 911, by="A")], ["rejected"], ["undo_too_late"]),
        ([event("rejected", 10, by="A"), event("undone", 20, by="B")], ["rejected"], ["undo_other_person"]),
        ([event("rejected", 10, by="A"), event("undone", 20)], [], []),
        ([event("rejected", 10), event("undone", 20, by="B")], [], []),
        ([event("undone", 20, by="A")], [], ["undo_nothing"]),
        ([event("touch", 10), event("undone", 20)], ["touch"], ["undo_nothing"]),
        (
            [event("rejected", 10), event("touch", 15), event("undone", 20)],
            ["rejected", "touch"],
            ["undo_nothing"],
        ),
        (
            [event("rejected", 10), event("notice_sent", 15, source="acuerdo"), event("undone", 20)],
            ["notice_sent"],
            [],
        ),
        ([event("returned", 10), event("rejected", 10), event("undone", 20)], [], []),
        ([event("returned", 9), event("rejected", 10), event("undone", 20)], ["returned"], []),
        ([event("accepted", 10), event("rejected", 10), event("undone", 20)], ["accepted"], []),
        (
            [event("returned", 10, source="hubspot"), event("rejected", 10), event("undone", 20)],
            ["returned"],
            [],
        ),
    ],
)
def test_what_was_said_can_be_taken_back_in_time_by_the_same_person(events, left, codes):
    refused = []
    kept = take_back(events, 900, lambda _, code: refused.append(code))
    assert ([str(each.kind) for each in kept], refused) == (left, codes)


@pytest.mark.parametrize(
    ("pauses", "union"),
    [
        ([(1, 5), (3, 8)], [(1, 8)]),
        ([(1, 5), (5, 8)], [(1, 8)]),
        ([(1, 5), (6, 8)], [(1, 5), (6, 8)]),
        ([(6, 8), (1, 5)], [(1, 5), (6, 8)]),
        ([(1, 9), (3, 4)], [(1, 9)]),
        ([(1, None), (3, 4)], [(1, None)]),
        ([(1, 5), (3, None)], [(1, None)]),
        ([(1, None), (3, 4), (8, 9)], [(1, None)]),
        ([], []),
    ],
)
def test_pauses_are_joined_where_they_touch(pauses, union):
    assert merge(Pause("x", *each) for each in pauses) == tuple(union)


@pytest.mark.parametrize(
    ("span", "due"),
    [
        (3600, "11:00"),
        (CalendarDays(1), "05-14 10:00"),
        (CalendarDays(3), "05-16 10:00"),
        (CalendarDays(0), "10:00"),
    ],
)
def test_spans_end_in_open_time_or_at_the_same_hour_of_a_date(span, due):
    assert reach(hours(), "Europe/Madrid", at("10:00"), span) == at(due)


def test_calendar_days_keep_the_hour_over_a_change_of_clocks_and_in_the_zone_asked():
    start = at("2026-03-28T10:00")
    assert reach(hours(), "Europe/Madrid", start, CalendarDays(1)) == at("2026-03-29T10:00")
    assert reach(hours(), "UTC", start, CalendarDays(1)) == start + 86_400
    # In Bogota it is still the 27th.
    late = at("2026-03-28T03:00")
    assert reach(hours(), "America/Bogota", late, CalendarDays(1)) == late + 86_400


@pytest.mark.parametrize(
    ("old", "new", "due"),
    [
        ("09:00", "15:00", "09:00"),
        ("12:00", "15:00", "12:00"),
        ("13:00", "15:00", "15:00"),
        ("13:00", "12:00:01", "12:00:01"),
        ("13:00", "12:00", "12:30"),
        ("13:00", "11:00", "12:30"),
    ],
)
def test_a_due_instant_reckoned_again_never_passes_at_the_restart(old, new, due):
    found = due_after_recompute(
        at(old), at(new), restarted_at=at("12:00"), hours=hours(), place="Europe/Madrid", grace=1800
    )
    assert found == at(due)
    days = due_after_recompute(
        at("13:00"),
        at("11:00"),
        restarted_at=at("12:00"),
        hours=hours(),
        place="Europe/Madrid",
        grace=CalendarDays(1),
    )
    assert days == at("05-14 12:00")


def test_of_several_warnings_that_are_due_the_last_is_told():
    story = Story(
        agree(clocks={"first_attempt": {"target": "4h", "warn": ["25%", "50%", "80%"]}, "accept": "9d"})
    )
    story.passed("10:00")
    assert [each.level for each in story.handoff("10:59").notices] == []
    assert [each.level for each in story.handoff("11:00").notices] == ["warn25"]
    assert [each.level for each in story.handoff("13:12").notices] == ["warn80"]
    assert due_now((), at("10:00")) == ()


@pytest.mark.parametrize(
    ("levels", "now", "told_"),
    [
        ((), "13:12", ["warn80"]),
        (("warn50",), "13:11", []),
        (("warn50",), "13:12", ["warn80"]),
        (("warn80",), "13:12", []),
        (("warn50", "warn80"), "14:00", ["L1"]),
        (("L1",), "16:00", ["L2"]),
        (("L1",), "05-14 14:00", ["L2", "L3"]),
    ],
)
def test_each_notice_goes_once(levels, now, told_):
    story = Story(agree(clocks={"accept": "9d"})).passed("10:00")
    for level in levels:
        story.tell("notice_sent", "12:00", source="acuerdo", clock="first_attempt", level=level, instance=1)
    told_now = [each for each in story.handoff(now).notices if each.clock == "first_attempt"]
    assert [each.level for each in told_now] == told_


def test_a_notice_names_its_clock_instance_level_role_and_person():
    story = Story(agree(clocks={"accept": "9d"})).passed("10:00")
    found = story.handoff("16:00").notices
    assert [(*each.key, each.to, each.person, each.at) for each in found] == [
        ("first_attempt", 1, "L1", "owner", "A", at("14:00")),
        ("first_attempt", 1, "L2", "manager", None, at("16:00")),
    ]


def test_acknowledging_stops_the_ladder_where_it_stands():
    story = Story(agree(clocks={"accept": "9d"})).passed("10:00")
    story.tell("acknowledged", "16:00", clock="first_attempt", by="M").tell(
        "acknowledged", "05-15 10:00", clock="first_attempt", by="M"
    )
    levels = [each.level for each in story.handoff("05-18 10:00").notices if each.clock == "first_attempt"]
    assert levels == ["L1", "L2"]


def test_corrections_go_to_whom_the_breach_was_told():
    story = Story(agree(clocks={"accept": "9d"})).passed("10:00")
    for level in ("L1", "L2", "warn80"):
        story.tell("notice_sent", "16:00", source="acuerdo", clock="first_attempt", level=level, instance=1)
    story.call("13:40", recorded="17:10")
    found = [each for each in story.handoff("17:10").notices if each.clock == "first_attempt"]
    assert [(each.level, each.to, each.person, each.at) for each in found] == [
        ("L1:withdrawn", "owner", "A", at("16:00")),
        ("L2:withdrawn", "manager", None, at("16:00")),
    ]


@pytest.mark.parametrize(
    ("holders", "until", "shares"),
    [
        ((("A", "10:00"),), "12:00", {"A": 7200}),
        ((("A", "09:00"),), "12:00", {"A": 7200}),
        ((("A", "11:00"),), "12:00", {"A": 3600}),
        ((("A", "10:00"), ("B", "11:30")), "12:00", {"A": 5400, "B": 1800}),
        ((("A", "10:00"), ("B", "11:00"), ("A", "11:30")), "12:00", {"A": 5400, "B": 1800}),
        ((("A", "10:00"), ("B", "12:00")), "12:00", {"A": 7200}),
        ((("A", "10:00"), ("B", "13:00")), "12:00", {"A": 7200}),
        ((), "12:00", {}),
    ],
)
def test_elapsed_time_is_shared_by_who_held_the_lead(holders, until, shares):
    from policies.clocks import Clock

    terms = agree().clocks["first_attempt"]
    clock = Clock("first_attempt", 1, terms, at("10:00"), at("14:00"))
    held = [(owner, at(since)) for owner, since in holders]
    assert share_out(clock, at(until) - at("10:00"), at(until), held, hours()) == shares
    assert share_out(clock, 0, at("10:00"), held, hours()) == {}


@pytest.mark.parametrize(
    ("story", "where"),
    [
        (Story().mql("10:00"), Place.draft),
        (Story().passed("10:00"), Place.assigned),
        (Story().mql("10:00").tell("refused", "10:10", code="x"), Place.refused),
        (Story().passed("10:00").tell("refused", "10:10", code="x"), Place.assigned),
        (Story().mql("10:00").tell("refused", "10:10", code="x").tell("opted_out", "10:20"), Place.cancelled),
        (Story().passed("10:00").tell("returned", "11:00", code="not_now"), Place.nurture),
        (Story().passed("10:00").tell("returned", "11:00", code="no_fit"), Place.education),
        (Story().passed("10:00").tell("rejected", "11:00", code="duplicate"), Place.duplicate),
        (Story().passed("10:00").tell("rejected", "11:00", code="bad_fit"), Place.rejected),
        (Story().passed("10:00").tell("deal_won", "11:00"), Place.won),
        (Story().passed("10:00").tell("deal_won", "11:00").tell("deleted", "11:10"), Place.deleted),
        (Story().tell("deal_won", "09:00").mql("10:00", type="expansion"), Place.expansion),
        (Story().mql("10:00", parked=True), Place.parked),
        (Story(agree(enforce_from="2026-06-01")).passed("10:00"), Place.history),
        (Story(), Place.held),
    ],
)
def test_a_lead_is_in_one_place(story, where):
    assert story.lead("12:00").place is where


def test_touches_tell_what_speaks_against_them():
    agreed = agree(attempts={"channels": ["phone", "email", "whatsapp"]}, quiet_hours=False)
    story = Story(agreed).passed("10:00")
    story.tell("touch", "10:10", "1", channel="whatsapp", by="A")
    story.tell("touch", "10:20", "2", channel="whatsapp", by="A", template=True)
    story.tell("touch", "10:40", "3", channel="whatsapp", by="A", template=True, opt_in=False)
    story.tell("touch", "10:55", "4", by="A")
    story.tell("touch", "11:00", "5", channel="phone", by="A", answered=True, seconds=29)
    story.tell("touch", "11:05", "6", channel="phone", by="A", answered=False, seconds=99)
    story.tell("touch", "11:09", "7", channel="phone", by="B")
    story.tell("touch", "11:20", "8", channel="phone", by="A")
    found = [
        (each.id, each.reason, each.violations, each.contact) for each in story.handoff("12:00").attempts
    ]
    assert found == [
        ("1", "whatsapp_window", ("whatsapp_window",), False),
        ("2", None, ("first_channel",), False),
        ("3", "whatsapp_window", ("whatsapp_window",), False),
        ("4", "no_channel", (), False),
        ("5", None, (), False),
        ("6", "duplicate", (), False),
        ("7", "over_cap", ("over_cap",), False),
        ("8", "over_cap", ("over_cap",), False),
    ]
    assert story.handoff("12:00").violations == (
        (at("10:10"), "whatsapp_window"), (at("10:20"), "first_channel"), (at("10:40"), "whatsapp_window"),
        (at("11:09"), "over_cap"), (at("11:20"), "over_cap"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "contact"),
    [
        ({"channel": "phone", "answered": True}, True),
        ({"channel": "phone", "answered": True, "seconds": 30}, True),
        ({"channel": "phone", "answered": True, "seconds": 29.9}, False),
        ({"channel": "phone", "seconds": 30}, True),
        ({"channel": "phone", "answered": False, "seconds": 300}, False),
        ({"channel": "phone"}, False),
        ({"channel": "meeting"}, True),
        ({"channel": "meeting", "held": True}, True),
        ({"channel": "meeting", "held": False}, False),
        ({"channel": "email", "answered": True}, False),
        ({"channel": "phone", "answered": True, "automated": True}, False),
        ({"channel": "phone", "answered": True, "bounced": True}, False),
    ],
)
def test_what_is_a_conversation(data, contact):
    story = Story().passed("10:00").tell("touch", "11:00", by="A", **data)
    assert story.handoff("12:00").attempts[0].contact is contact
    assert (story.handoff("12:00").state is State.connected) is contact

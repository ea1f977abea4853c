"""What a recompute would change (policy 2.5, cases D06 and D14)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.calendar import read_calendar
from policies.recompute import Difference, closed_month, preview
from policies.states import ClockState
from tests.doubles.story import MAD, Story, at, calendar_from, hours

CLOSED_14 = {**MAD, "holidays": {**MAD["holidays"], "extra": ["2026-05-14"]}}
MENDED = calendar_from((None, MAD), ("05-13 00:00", CLOSED_14))
MEXICO = {"timezone": "America/Mexico_City", "holidays": {"country": "MX"}}
OLD_MEXICO = {**MEXICO, "timezone": "Etc/GMT+5"}  # its summer time until 2022, as older zone data have it


def previewed(story: Story, other, now: str, since: str) -> tuple[Difference, ...]:
    lead = story.lead(now).lead
    terms = Story(story.agreement, hours=other).terms
    return preview(lead, story.events, story.terms, terms, now=at(now), since=at(since))


def test_d06_a_holiday_added_for_a_day_that_passed_would_move_what_is_open():
    story = Story().passed("16:00")
    found = previewed(story, MENDED, "05-15 12:00", "05-13 00:00")
    assert found == (
        Difference(1, "first_attempt", 1, at("05-14 11:00"), at("05-15 11:00")),
        Difference(1, "retention", 1, at("05-27 16:00"), at("05-28 16:00")),
    )


def test_a_preview_changes_nothing():
    story = Story().passed("16:00")
    before = story.lead("05-15 12:00")
    previewed(story, MENDED, "05-15 12:00", "05-13 00:00")
    assert story.lead("05-15 12:00") == before


def test_what_is_closed_stays_as_it_is():
    story = Story().passed("16:00").call("05-14 12:00", answered=True, seconds=300)
    assert story.handoff("05-15 12:00").clock("first_attempt").breached
    assert [each.clock for each in previewed(story, MENDED, "05-15 12:00", "05-13 00:00")] == ["retention"]


def test_what_was_due_before_the_instant_stays_as_it_is():
    story = Story().passed("16:00")
    found = previewed(story, MENDED, "05-15 12:00", "05-14 11:00:01")
    assert [each.clock for each in found] == ["retention"]


def test_the_same_hours_change_nothing():
    assert previewed(Story().passed("16:00"), hours(), "05-15 12:00", "05-13 00:00") == ()


def test_a_breach_may_be_undone_where_the_mended_calendar_leaves_time():
    story = Story().passed("16:00")
    found = previewed(story, MENDED, "05-15 10:00", "05-13 00:00")
    assert found[0] == Difference(1, "first_attempt", 1, at("05-14 11:00"), at("05-15 11:00"))


@pytest.mark.parametrize(
    ("now", "due"), [("2026-05-13T10:30-06:00", "2026-05-13T13:00-06:00"), ("2026-05-13T07:30-06:00", None)]
)
def test_d14_running_clocks_are_reckoned_again_with_new_zone_data(now, due):
    story = Story(hours=calendar_from((None, OLD_MEXICO))).passed("2026-05-13T07:00-06:00")
    found = previewed(story, calendar_from((None, MEXICO)), now, now)
    moved = {each.clock: (each.old_due_at, each.new_due_at) for each in found}
    assert moved["first_attempt"] == (at("2026-05-13T12:00-06:00"), at(due or "2026-05-13T13:00-06:00"))


def test_d14_a_running_clock_whose_right_due_instant_has_passed_gets_half_an_hour():
    story = Story(hours=calendar_from((None, MEXICO))).passed(
        "2026-05-13T07:00-06:00"
    )  # right: 08:00 to 12:00
    found = previewed(
        story, calendar_from((None, OLD_MEXICO)), "2026-05-13T12:20-06:00", "2026-05-13T12:20-06:00"
    )
    moved = {each.clock: (each.old_due_at, each.new_due_at) for each in found}
    assert moved["first_attempt"] == (at("2026-05-13T13:00-06:00"), at("2026-05-13T12:50-06:00"))


def test_d14_a_breach_that_stood_at_the_restart_stays():
    story = Story(hours=calendar_from((None, OLD_MEXICO))).passed("2026-05-13T07:00-06:00")
    restart = "2026-05-13T12:30-06:00"
    found = previewed(story, calendar_from((None, MEXICO)), restart, restart)
    assert "first_attempt" not in {each.clock for each in found}


def test_a_pause_counts_in_the_other_hours_too():
    story = Story().passed("16:00").tell("paused", "17:00", reason="waiting_document")
    story.tell("resumed", "05-15 10:00", reason="waiting_document")
    found = {each.clock: each.new_due_at for each in previewed(story, MENDED, "05-15 10:30", "05-13 00:00")}
    # 3 hours were left on Friday at 10:00 whatever Thursday was: only what counts days moves.
    assert "first_attempt" not in found
    assert found["retention"] == at("05-28 16:00")


def test_a_clock_that_rests_has_no_due_instant_to_change():
    story = Story().passed("16:00").tell("paused", "17:00", reason="waiting_document")
    found = previewed(story, MENDED, "05-15 12:00", "05-13 00:00")
    assert "first_attempt" not in {each.clock for each in found}


def test_retention_that_activity_put_off_further_is_not_moved():
    story = Story().passed("16:00").call("05-22 10:00")
    assert story.handoff("05-22 12:00").clock("retention").due_at == at("05-29 10:00")
    found = previewed(story, MENDED, "05-22 12:00", "05-13 00:00")
    assert "retention" not in {each.clock for each in found}


def test_a_clock_that_could_not_be_computed_is_told_with_the_due_instant_it_would_have():
    spec = read_calendar(MAD).spec
    story = Story(hours=spec.resolve(date(1990, 1, 1)).hours).passed("16:00")
    assert story.handoff("17:00").clock("first_attempt").state is ClockState.invalid
    found = {each.clock: each for each in previewed(story, hours(), "17:00", "17:00")}
    assert found["first_attempt"][3:] == (None, at("05-14 11:00"))


@given(st.integers(0, 6 * 86_400), st.integers(0, 6 * 86_400))
def test_no_running_clock_is_breached_by_a_recompute(begun, later):
    start = at("05-11 09:00") + begun
    now = start + later
    story = Story().passed(start)
    other = Story(story.agreement, hours=MENDED).terms
    for terms, new in ((story.terms, other), (other, story.terms)):
        for each in preview("hubspot-1-1", story.events, terms, new, now=now, since=at("05-01 00:00")):
            assert each.old_due_at != each.new_due_at
            if each.old_due_at is not None and each.old_due_at > now:
                assert each.new_due_at is None or each.new_due_at > now


def applied(story: Story, found: tuple[Difference, ...], when: str) -> Story:
    for each in found:
        data = {"clock": each.clock, "instance": each.instance, "new_due_at": each.new_due_at}
        story.tell("recomputed", when, source="acuerdo", cycle=each.cycle, **data)
    return story


def test_a_recompute_that_is_a_fact_moves_its_clocks_alone_and_takes_the_breach_back():
    story = Story().passed("16:00")
    assert story.handoff("05-15 10:00").breached
    found = previewed(story, MENDED, "05-15 10:00", "05-13 00:00")
    applied(story, found, "05-15 10:00")
    h = story.handoff("05-15 10:00")
    assert not h.breached
    assert (h.clock("first_attempt").due_at, h.return_at) == (at("05-15 11:00"), at("05-28 16:00"))
    assert [each.code for each in h.reasons].count("recomputed") == 2
    assert story.handoff("05-15 11:01").clock("first_attempt").breached_at == at("05-15 11:00")
    assert story.handoff("05-28 16:01").state == "returned"
    assert previewed(story, MENDED, "05-15 10:30", "05-13 00:00") == ()


def test_a_pause_after_a_recompute_moves_the_clock_further():
    story = Story().passed("16:00")
    applied(story, previewed(story, MENDED, "05-15 10:00", "05-13 00:00"), "05-15 10:00")
    story.tell("paused", "05-15 10:15", reason="waiting_document")
    story.tell("resumed", "05-15 10:45", reason="waiting_document")
    assert story.handoff("05-15 10:50").clock("first_attempt").due_at == at("05-15 11:30")


def test_evidence_of_before_a_recompute_that_is_found_later_is_judged_by_the_moved_instant():
    story = Story().passed("16:00")
    applied(story, previewed(story, MENDED, "05-15 10:00", "05-13 00:00"), "05-15 10:00")
    story.call("05-15 09:30", recorded="05-15 12:00")
    clock = story.handoff("05-15 12:00").clock("first_attempt")
    assert (clock.state, clock.due_at) == (ClockState.met, at("05-15 11:00"))


@pytest.mark.parametrize(
    ("now", "month"),
    [("2026-06-08 08:59", None), ("2026-06-08 09:00", "2026-05"), ("2026-12-01 09:00", "2026-05")],
)
def test_a_month_is_closed_five_business_days_after_its_end(now: str, month: str | None):
    told = at(now.replace(" ", "T"))
    assert closed_month(at("2026-05-31T23:59:59"), told, hours(), "Europe/Madrid") == month
    assert closed_month(at("2026-06-01T00:00"), at("2026-06-30T12:00"), hours(), "Europe/Madrid") is None

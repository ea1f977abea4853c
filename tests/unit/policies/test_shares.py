"""Whose time passed on a clock (policy 5.3, case D09)."""

from hypothesis import given
from hypothesis import strategies as st

from policies.states import ClockState
from tests.doubles.story import Story, at

HOUR = 3_600


def owned(story: Story, owner: str, when: str | int) -> Story:
    return story.tell("owner_changed", when, owner=owner, owner_kind="user")


def shares(story: Story, now: str, name: str = "first_attempt") -> dict[str, int]:
    return dict(story.handoff(now).clock(name).shares)


def test_one_owner_has_all_of_it():
    assert shares(Story().passed("10:00"), "11:30") == {"A": 5_400}


def test_d09_the_time_is_shared_out_and_the_deadline_stands():
    story = owned(Story().passed("10:00"), "B", "12:00")
    assert story.handoff("13:30").clock("first_attempt").due_at == at("14:00")
    assert shares(story, "13:30") == {"A": 2 * HOUR, "B": 5_400}


def test_only_open_time_counts():
    story = owned(Story().passed("17:00"), "B", "20:00")
    assert shares(story, "05-14 10:00") == {"A": HOUR, "B": HOUR}


def test_a_pause_is_nobodys():
    story = owned(Story().passed("10:00"), "B", "12:00")
    story.tell("paused", "11:00", reason="waiting_document").tell(
        "resumed", "13:00", reason="waiting_document"
    )
    assert shares(story, "14:00") == {"A": HOUR, "B": HOUR}


def test_time_before_the_first_owner_is_nobodys():
    story = owned(Story().passed("10:00", owner=None), "A", "10:10")
    assert shares(story, "11:00") == {"A": 3_000}


def test_who_gets_it_back_has_both_parts():
    story = owned(owned(Story().passed("10:00"), "B", "11:00"), "A", "11:30")
    assert shares(story, "12:00") == {"A": 5_400, "B": 1_800}


def test_after_the_stop_nobody_gathers_any_more():
    story = owned(Story().passed("10:00").call("11:00"), "B", "12:00")
    assert shares(story, "15:00") == {"A": HOUR}


def test_a_breach_is_shared_out_as_far_as_it_goes():
    story = owned(Story().passed("10:00"), "B", "15:00")
    clock = story.handoff("16:00").clock("first_attempt")
    assert clock.state is ClockState.breached_open
    assert clock.shares == {"A": 5 * HOUR, "B": HOUR}


def test_what_binds_others_is_shared_out_to_nobody():
    assert shares(Story().passed("10:00"), "11:00", "package") == {}


@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 5 * 86_400)), max_size=6),
    st.integers(0, 86_400),
)
def test_the_shares_add_up_to_the_elapsed_time(changes, later):
    story = Story().passed("10:00")
    for owner, after in changes:
        owned(story, owner, at("10:00") + after)
    now = at("10:00") + max([after for _, after in changes], default=0) + later
    for clock in story.handoff(now).clocks:
        if clock.side == "sales" and clock.elapsed_s:
            assert sum(clock.shares.values()) == clock.elapsed_s
            assert min(clock.shares.values()) > 0

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import BusinessClock

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_runs_from_its_start_with_real_time() -> None:
    clock = BusinessClock(START)
    first = clock.now()
    assert START <= first <= clock.now() < START + timedelta(minutes=1)


def test_stands_still_while_frozen_and_goes_on_from_there() -> None:
    clock = BusinessClock(START)
    stood = clock.freeze(frozen=True)
    assert clock.frozen
    assert clock.now() == clock.now() == stood
    clock.freeze(frozen=False)
    assert not clock.frozen
    assert stood <= clock.now() < stood + timedelta(minutes=1)


def test_refuses_to_go_back() -> None:
    clock = BusinessClock(START)
    with pytest.raises(ValueError, match="only moves forward"):
        clock.set(START - timedelta(seconds=1))
    with pytest.raises(ValueError, match="only moves forward"):
        clock.advance(-1)


def test_a_frozen_clock_can_be_moved_and_stays_frozen() -> None:
    clock = BusinessClock(START)
    clock.freeze(frozen=True)
    later = START + timedelta(days=3)
    assert clock.set(later) == clock.now() == later
    assert clock.advance(90) == later + timedelta(seconds=90)
    assert clock.frozen


@given(st.lists(st.one_of(st.booleans(), st.floats(0, 1e6)), max_size=20))
def test_never_goes_back_whatever_is_done(deeds: list[bool | float]) -> None:
    clock = BusinessClock(START)
    last = clock.now()
    for deed in deeds:
        moved = clock.freeze(frozen=deed) if isinstance(deed, bool) else clock.advance(deed)
        assert last <= moved <= clock.now()
        last = clock.now()

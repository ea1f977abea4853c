import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.limits import LimitExceeded, Limits, Planned, check_limits, most_changes

counts = st.integers(0, 5_000)


def planned(creations: int = 0, changes: int = 0, linked: int = 0) -> Planned:
    return Planned(creations=creations, changes=changes, linked=linked)


def test_creations_up_to_the_limit_are_let_through() -> None:
    check_limits(planned(creations=500), Limits())


def test_one_creation_more_is_stopped_with_the_number_to_allow() -> None:
    with pytest.raises(LimitExceeded, match=r"create 501 .* limit is 500.*--allow-changes 501"):
        check_limits(planned(creations=501), Limits())


def test_the_number_that_the_message_names_lets_the_run_through() -> None:
    check_limits(planned(creations=501, changes=51, linked=10), Limits(), allowed=501)


@pytest.mark.parametrize(("linked", "most"), [(0, 50), (100, 50), (250, 50), (255, 51), (1_000, 200)])
def test_changes_are_limited_to_fifty_or_a_fifth_of_the_linked_ones(linked: int, most: int) -> None:
    assert most_changes(linked, Limits()) == most
    check_limits(planned(changes=most, linked=linked), Limits())
    with pytest.raises(
        LimitExceeded, match=rf"change {most + 1} records .{linked} are linked.*--allow-changes {most + 1}"
    ):
        check_limits(planned(changes=most + 1, linked=linked), Limits())


def test_both_limits_are_told_at_once_with_one_number_for_both() -> None:
    with pytest.raises(
        LimitExceeded, match=r"create 501 .* and change 60 .*--allow-changes 501, or set "
    ) as told:
        check_limits(planned(creations=501, changes=60, linked=10), Limits())
    assert str(told.value).endswith("limits.create and limits.change_records")
    check_limits(planned(creations=501, changes=60, linked=10), Limits(), allowed=501)


def test_a_limit_that_is_off_stops_nothing() -> None:
    check_limits(planned(creations=10**6), Limits(create=None))
    check_limits(planned(changes=10**6), Limits(change_records=None))


@given(creations=counts, changes=counts, linked=counts, allowed=counts)
def test_allowing_as_many_as_planned_always_lets_a_run_through_and_nothing_is_written_otherwise(
    creations: int, changes: int, linked: int, allowed: int
) -> None:
    check_limits(planned(creations, changes, linked), Limits(), allowed=max(creations, changes))
    within = creations <= max(500, allowed) and changes <= max(50, int(linked * 0.2), allowed)
    if within:
        check_limits(planned(creations, changes, linked), Limits(), allowed)
    else:
        with pytest.raises(LimitExceeded, match="nothing was written"):
            check_limits(planned(creations, changes, linked), Limits(), allowed)

from hypothesis import given
from hypothesis import strategies as st

from reports.digest import group

ENTRIES = st.lists(st.tuples(st.integers(), st.sampled_from([None, "a", "b", "c"])))


def test_entries_of_one_account_stand_in_the_place_of_the_first() -> None:
    entries = [("L1", "a"), ("L2", None), ("L3", "b"), ("L4", "a"), ("L5", None)]

    found = group(entries, lambda each: each[1])

    assert found == (
        (("L1", "a"), ("L4", "a")),
        (("L2", None),),
        (("L3", "b"),),
        (("L5", None),),
    )


@given(ENTRIES)
def test_nothing_is_lost_and_each_account_is_one_group(entries: list[tuple[int, str | None]]) -> None:
    found = group(entries, lambda each: each[1])

    assert sorted(map(str, (each for together in found for each in together))) == sorted(map(str, entries))
    named = [together[0][1] for together in found if together[0][1] is not None]
    assert len(named) == len(set(named))
    for together in found:
        assert len({each[1] for each in together}) == 1
        assert together[0][1] is not None or len(together) == 1


@given(ENTRIES)
def test_grouping_again_changes_nothing(entries: list[tuple[int, str | None]]) -> None:
    once = [each for together in group(entries, lambda each: each[1]) for each in together]
    again = [each for together in group(once, lambda each: each[1]) for each in together]

    assert again == once

"""Whose value stays: what holds whatever both sides did."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mapping.records import ValueType
from policies.conflict import Base, Evidence, Owner, Ruling, Side, judge_field, mark_of

marks = st.one_of(st.none(), st.sampled_from("abc"))
times = st.integers(1, 9)
sides = st.builds(Side, mark=marks, by=times, at=st.one_of(st.none(), times))
bases = st.one_of(
    st.none(),
    st.builds(
        Base,
        source=marks,
        target=marks,
        written=st.booleans(),
        over=st.one_of(st.none(), st.sampled_from("abc")),
    ),
)
evidences = st.builds(
    Evidence, source=sides, target=sides, base=bases, echo=st.booleans(), signed=st.booleans()
)
owners = st.sampled_from(list(Owner))


@given(owners, evidences, st.booleans())
def test_equal_values_are_the_same_and_nothing_else_is(owner, evidence, clears):
    ruling, _ = judge_field(owner, evidence, clears=clears)
    assert (ruling is Ruling.same) == (evidence.source.mark == evidence.target.mark)


@given(owners, evidences, st.booleans())
def test_what_neither_side_changed_is_left_alone(owner, evidence, clears):
    base = Base(source=evidence.source.mark, target=evidence.target.mark)
    ruling, _ = judge_field(owner, replace(evidence, base=base), clears=clears)
    assert ruling in (Ruling.same, Ruling.keep)


@given(owners, evidences, st.booleans())
def test_our_own_write_coming_back_is_no_evidence(owner, evidence, clears):
    ruling, _ = judge_field(owner, replace(evidence, echo=True), clears=clears)
    assert ruling in (Ruling.same, Ruling.keep)


@given(owners, evidences)
def test_a_blank_writes_nothing_unless_it_clears_and_never_without_a_base(owner, evidence):
    blank = replace(evidence, source=replace(evidence.source, mark=None))
    assert judge_field(owner, blank)[0] in (Ruling.same, Ruling.keep)
    assert judge_field(owner, replace(blank, base=None), clears=True)[0] in (Ruling.same, Ruling.keep)


@given(evidences, st.booleans())
def test_what_is_filled_once_is_never_written_again(evidence, clears):
    ruling, _ = judge_field(Owner.never, replace(evidence, signed=True), clears=clears)
    assert ruling in (Ruling.same, Ruling.keep)


@given(evidences)
def test_a_value_that_the_target_gave_itself_stays_where_the_target_wins(evidence):
    theirs = replace(evidence, signed=True, base=Base(source="x", target="y", written=True))
    if theirs.target.mark != "y":
        assert judge_field(Owner.target, theirs)[0] in (Ruling.same, Ruling.keep)
        assert judge_field(Owner.first, replace(theirs, target=replace(theirs.target, mark="z")))[0] in (
            Ruling.same,
            Ruling.keep,
        )


@given(evidences)
def test_the_newest_is_known_only_by_exact_times_and_never_both_ways(evidence):
    both = replace(
        evidence,
        signed=True,
        echo=False,
        base=Base(source="x", target="y"),
        source=replace(evidence.source, mark="a"),
        target=replace(evidence.target, mark="b"),
    )
    ruling, _ = judge_field(Owner.newest, both)
    swapped, _ = judge_field(Owner.newest, replace(both, source=both.target, target=both.source))
    assert {ruling, swapped} in ({Ruling.write, Ruling.keep}, {Ruling.ask})
    if both.source.at is None and both.target.at is None:
        assert ruling is Ruling.ask


def test_values_that_mean_the_same_to_a_type_have_one_mark():
    same = [
        (ValueType.text, "a\r\nb ", "a\nb"),
        (ValueType.choices, ("b", "a"), "a;b"),
        (ValueType.number, 5, 5.0),
        (ValueType.email, "Ana@Example.org", "ana@example.org"),
        (ValueType.text, "   ", None),
    ]
    for value_type, one, other in same:
        assert mark_of(one, value_type) == mark_of(other, value_type), value_type
    assert mark_of("A", ValueType.text) != mark_of("a", ValueType.text)
    assert mark_of(False, ValueType.bool) is not None
    assert mark_of(0, ValueType.number) is not None

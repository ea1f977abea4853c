"""Whose value a field keeps, case by case; what holds whatever happened is in `tests/property/test_conflict.py`."""

import pytest

from mapping.records import ValueType
from mapping.rules import Direction, FieldRule, Wins
from policies.conflict import (
    BOTH_CHANGED,
    COMES_BACK,
    Base,
    Evidence,
    Owner,
    Ruling,
    Side,
    judge_field,
    mark_of,
    owner_of,
)

WRITE, KEEP, SAME = (Ruling.write, ""), (Ruling.keep, ""), (Ruling.same, "")
ASK_WHICH, ASK_BACK = (Ruling.ask, BOTH_CHANGED), (Ruling.ask, COMES_BACK)
OURS = Base(source="x", target="y", written=True)
THEIRS = Base(source="x", target="y")
EMPTY = Base(source="x", target=None)


def judged(owner, source, target, base=None, *, clears=False, **more):
    """`source` and `target` are marks, or (mark, by, at)."""
    evidence = Evidence(source=side(source), target=side(target), base=base, **more)
    return judge_field(owner, evidence, clears=clears)


def side(told):
    mark, by, at = told if isinstance(told, tuple) else (told, 5, None)
    return Side(mark=mark, by=by, at=at)


@pytest.mark.parametrize("owner", Owner)
def test_equal_values_need_nothing(owner):
    assert judged(owner, "a", "a") == judged(owner, None, None, OURS, clears=True) == SAME


@pytest.mark.parametrize(
    ("owner", "nothing_there", "something_there"),
    [
        (Owner.source, WRITE, WRITE),
        (Owner.target, WRITE, KEEP),
        (Owner.first, WRITE, KEEP),
        (Owner.newest, WRITE, ASK_WHICH),
        (Owner.never, KEEP, KEEP),
    ],
)
def test_before_anything_was_compared(owner, nothing_there, something_there):
    assert judged(owner, "a", None) == nothing_there
    assert judged(owner, "a", "b") == something_there


@pytest.mark.parametrize(
    ("owner", "over_ours", "over_theirs", "over_nothing"),
    [
        (Owner.source, WRITE, WRITE, WRITE),
        (Owner.target, WRITE, KEEP, WRITE),
        (Owner.first, KEEP, KEEP, WRITE),
        (Owner.newest, WRITE, WRITE, WRITE),
        (Owner.never, KEEP, KEEP, KEEP),
    ],
)
def test_a_source_that_changed_alone(owner, over_ours, over_theirs, over_nothing):
    assert judged(owner, "a", "y", OURS) == over_ours
    assert judged(owner, "a", "y", THEIRS) == over_theirs
    assert judged(owner, "a", None, EMPTY) == over_nothing


@pytest.mark.parametrize(
    ("owner", "ruling"),
    [
        (Owner.source, WRITE),
        (Owner.target, KEEP),
        (Owner.first, KEEP),
        (Owner.newest, KEEP),
        (Owner.never, KEEP),
    ],
)
def test_a_target_that_changed_alone(owner, ruling):
    assert judged(owner, "x", "b", OURS) == ruling


def test_a_target_that_sales_emptied_is_not_filled_again_where_sales_wins():
    assert judged(Owner.target, "a", None, OURS) == KEEP
    assert judged(Owner.first, "a", None, OURS) == WRITE


@pytest.mark.parametrize(
    ("source", "target", "ruling"),
    [
        (("a", 5, None), ("b", 5, None), ASK_WHICH),
        (("a", 9, 6), ("b", 5, None), WRITE),
        (("a", 9, 5), ("b", 5, None), ASK_WHICH),
        (("a", 9, 5), ("b", 9, 4), WRITE),
        (("a", 5, None), ("b", 9, 6), KEEP),
        (("a", 6, None), ("b", 9, 6), ASK_WHICH),
        (("a", 9, 5), ("b", 9, 6), KEEP),
        (("a", 9, 6), ("b", 9, 6), ASK_WHICH),
    ],
)
@pytest.mark.parametrize("base", [None, THEIRS])
def test_where_both_changed_the_newest_is_told_by_exact_times_alone(source, target, ruling, base):
    assert judged(Owner.newest, source, target, base) == ruling


@pytest.mark.parametrize("owner", Owner)
def test_what_nobody_changed_and_what_is_our_own_echo_is_kept(owner):
    assert judged(owner, "x", "y", OURS, signed=False) == KEEP
    assert judged(owner, "a", "y", OURS, echo=True) == KEEP


def test_a_blank_empties_only_what_was_compared_before_and_only_where_the_rule_clears():
    assert judged(Owner.source, None, "y", OURS) == KEEP
    assert judged(Owner.source, None, "y", OURS, clears=True) == WRITE
    assert judged(Owner.source, None, "b", clears=True) == KEEP


@pytest.mark.parametrize("owner", Owner)
def test_an_unsigned_value_that_our_write_had_replaced_is_asked_about(owner):
    base = Base(source="a", target="a", written=True, over="b")
    assert judged(owner, "a", "b", base, signed=False) == ASK_BACK
    assert judged(owner, "a", "b", base) != ASK_BACK
    assert judged(owner, "a", "c", base, signed=False) != ASK_BACK
    assert judged(owner, "c", "b", base, signed=False) != ASK_BACK
    assert judged(owner, "a", None, Base(source="a", target="a"), signed=False) != ASK_BACK


@pytest.mark.parametrize(
    ("wins", "to_crm", "to_marketing"),
    [
        (Wins.marketing, Owner.source, Owner.target),
        (Wins.sales, Owner.target, Owner.source),
        (Wins.first, Owner.first, Owner.first),
        (Wins.newest, Owner.newest, Owner.newest),
        (Wins.never, Owner.never, Owner.never),
    ],
)
def test_who_wins_is_seen_from_the_direction_of_the_rule(wins, to_crm, to_marketing):
    assert owner_of(FieldRule(target="T", wins=wins)) is to_crm
    assert owner_of(FieldRule(target="T", wins=wins, direction=Direction.to_marketing)) is to_marketing


@pytest.mark.parametrize(
    ("value_type", "one", "other"),
    [
        (ValueType.text, "a\rb", "a\nb"),
        (ValueType.text, "a\r\n\r\nb", "a\n\nb"),
        (ValueType.text, "5", 5),
        (ValueType.choices, (" b ", "a", "a"), "a;b"),
        (ValueType.choices, " a ;b", "b;a"),
        (ValueType.number, 5, 5.0),
    ],
)
def test_what_means_the_same_has_one_mark(value_type, one, other):
    assert mark_of(one, value_type) == mark_of(other, value_type) is not None


@pytest.mark.parametrize(
    ("value_type", "one", "other"),
    [
        (ValueType.text, "ana@example.org", "Ana@example.org"),
        (ValueType.text, "a;b", "b;a"),
        (ValueType.text, "a b", "ab"),
        (ValueType.text, "a\nb", "a\n\nb"),
        (ValueType.choices, "a;b", "a;c"),
        (ValueType.number, 5, 6),
        (ValueType.bool, True, False),
        (ValueType.instant, 1, 2),
    ],
)
def test_what_means_something_else_has_another_mark(value_type, one, other):
    assert mark_of(one, value_type) != mark_of(other, value_type)


@pytest.mark.parametrize("blank", [None, "", "  \r\n", ()])
def test_a_blank_has_no_mark(blank):
    assert mark_of(blank, ValueType.text) is None


def test_a_side_has_changed_at_its_exact_instant_or_by_its_record_s():
    assert Side(mark="a", by=9, at=4).latest == 4
    assert Side(mark="a", by=9).latest == 9

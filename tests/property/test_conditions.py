"""Properties of conditions: three-valued logic as in policy 6.4, whatever the tree and the values."""

from hypothesis import given
from hypothesis import strategies as st

from mapping.conditions import parse_condition
from mapping.records import ValueType

TYPES = {
    "n": ValueType.number,
    "t": ValueType.text,
    "b": ValueType.bool,
    "at": ValueType.instant,
    "d": ValueType.date,
}
NOW = 1_780_000_000

numbers = st.integers(-5, 5)
words = st.sampled_from(["a", "b", "ab", "B"])
clauses = st.one_of(
    st.builds(
        lambda op, n: {"field": "n", op: n}, st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte"]), numbers
    ),
    st.builds(lambda a, b: {"field": "n", "between": sorted([a, b])}, numbers, numbers),
    st.builds(
        lambda op, t: {"field": "t", op: t}, st.sampled_from(["eq", "ne", "contains", "starts_with"]), words
    ),
    st.builds(
        lambda op, ts: {"field": "t", op: ts},
        st.sampled_from(["in", "not_in"]),
        st.lists(words, min_size=1, max_size=3),
    ),
    st.builds(lambda b: {"field": "b", "eq": b}, st.booleans()),
    st.builds(
        lambda op, n: {"field": "at", op: f"{n} h"},
        st.sampled_from(["within_last", "before_last"]),
        st.integers(1, 9),
    ),
    st.builds(
        lambda op, n: {"field": "d", op: f"{n} d"},
        st.sampled_from(["within_last", "before_last"]),
        st.integers(1, 9),
    ),
    st.booleans(),
)
trees = st.recursive(
    clauses,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
).filter(lambda tree: _depth(tree) <= 5)
known = st.fixed_dictionaries(
    {
        "n": numbers,
        "t": words,
        "b": st.booleans(),
        "at": st.integers(NOW - 40_000, NOW + 10_000),
        "d": st.dates().filter(lambda day: 2 < day.year < 9000).map(lambda day: day.isoformat()),
    }
)
partly = known.flatmap(
    lambda values: st.sets(st.sampled_from(sorted(values))).map(
        lambda kept: {name: value for name, value in values.items() if name in kept}
    )
)


def _depth(tree) -> int:
    if isinstance(tree, bool) or "field" in tree:
        return 1
    ((_, inner),) = tree.items()
    return 1 + (max(map(_depth, inner)) if isinstance(inner, list) else _depth(inner))


def outcome(tree, values, now=NOW):
    return parse_condition(tree, TYPES, "mql").evaluate(values, now=now).outcome


def reference(tree, leaf):
    """Kleene's logic over numbers: False 0, unknown 1/2, True 1; all is min, any is max, not is 1 - x."""
    if isinstance(tree, bool):
        return float(tree)
    if "field" in tree:
        found = leaf(tree)
        return 0.5 if found is None else float(found)
    ((joint, inner),) = tree.items()
    if joint == "not":
        return 1 - reference(inner, leaf)
    return (min if joint == "all" else max)(reference(each, leaf) for each in inner)


@given(trees, known)
def test_not_is_an_exact_complement_on_known_values(tree, values):
    found = outcome(tree, values)
    assert found in {True, False}
    assert outcome({"not": tree}, values) is (not found)


@given(trees, partly)
def test_groups_follow_kleenes_logic(tree, values):
    found = outcome(tree, values)
    assert (0.5 if found is None else float(found)) == reference(tree, lambda clause: outcome(clause, values))


@given(trees, partly, known)
def test_what_is_decided_stays_decided_when_more_becomes_known(tree, some, every):
    found = outcome(tree, some)
    if found is not None:
        assert outcome(tree, {**every, **some}) is found


@given(trees, known)
def test_an_outcome_holds_until_valid_until_and_changes_there(tree, values):
    condition = parse_condition(tree, TYPES, "mql")
    found = condition.evaluate(values, now=NOW)
    until = found.valid_until
    if until is None:
        assert condition.evaluate(values, now=NOW + 10**10).outcome is found.outcome
        return
    assert until > NOW
    assert condition.evaluate(values, now=until).outcome is not found.outcome
    assert condition.evaluate(values, now=until - 1).outcome is found.outcome
    assert condition.evaluate(values, now=(NOW + until) // 2).outcome is found.outcome


@given(trees, partly, st.dictionaries(st.sampled_from(sorted(TYPES)), st.integers(0, NOW)))
def test_since_is_never_newer_than_every_date(tree, values, dated):
    condition = parse_condition(tree, TYPES, "mql")
    found = condition.evaluate(values, dated, now=NOW)
    since = condition.since(found)
    timed = [row for row in found.trace if row.clause.field in {"at", "d"}]
    if since.at is not None and not timed:
        assert since.at in {row.at for row in found.trace}

import json

from hypothesis import given
from hypothesis import strategies as st

from sync.ledger.json_text import read_json, write_json

texts = st.text(
    st.one_of(
        st.characters(), st.characters(categories=["Cs"]), st.sampled_from("\x00\x1a\\u0d9a\"'00\ud83d\ude00")
    ),
    max_size=12,
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@given(values)
def test_every_value_comes_back_as_it_was(value):
    expected = json.loads(json.dumps(value))
    assert read_json(write_json(value)) == expected


@given(values)
def test_what_is_written_holds_no_nul_and_no_half_of_a_pair(value):
    text = json.dumps(json.loads(write_json(value)), ensure_ascii=False)
    assert "\\u0000" not in text.replace("\\\\", "")
    text.encode("utf-8")


def test_plain_json_is_left_alone():
    assert write_json({"a": ["é", "😀", "\\u0000"]}) == json.dumps({"a": ["é", "😀", "\\u0000"]})

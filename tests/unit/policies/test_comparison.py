"""What follows from comparing all mapped fields of a record: writes, questions, and the bases from now on."""

from dataclasses import dataclass, replace

import pytest

from mapping.mapper import prepare_rules
from mapping.records import ValueType
from mapping.rules import parse_rules
from policies.comparison import Holding, bases_of, compare_fields, untouched_bases
from policies.conflict import BOTH_CHANGED, COMES_BACK, Base, mark_of


@dataclass(frozen=True)
class Target:
    type: ValueType = ValueType.text
    length: int | None = 255
    writable: bool = True
    required: bool = False
    options: tuple[str, ...] = ()
    restricted: bool = False


RULES = {
    "Title": "job_title",
    "City": {"from": "city", "wins": "newest"},
    "Phone": {"from": "phone", "wins": "sales"},
    "Email": {"from": "email", "blank": "clear"},
}
MAPPER = prepare_rules(
    parse_rules(RULES),
    {"Title": Target(), "City": Target(), "Phone": Target(), "Email": Target(ValueType.email)},
)
NOTHING_THERE = dict.fromkeys(RULES)
ANA = {"Title": "CMO", "City": "Sevilla", "Phone": "+34911234567", "Email": "ana@example.org"}


def mark(value):
    return mark_of(value, ValueType.text)


def compared(source, target, bases=None, *, target_has=None, **more):
    """A comparison at 10 for the source and 20 for the target; `target_has` is more of what is known of it."""
    return compare_fields(
        MAPPER,
        Holding(values=source, changed_at=10, **more),
        Holding(values=NOTHING_THERE | target, changed_at=20, **(target_has or {})),
        bases or {},
    )


def test_an_empty_target_is_owed_every_value_and_its_bases_wait_for_the_acknowledgement():
    found = compared(ANA, {})
    assert dict(found.wanted) == ANA
    assert found.conflicts == ()
    assert found.bases == {}
    assert found.written_bases == {
        name: Base(source=told, target=told, written=True, over=None, fresh=True)
        for name, told in ((name, mark(value)) for name, value in ANA.items())
    }
    assert (found.source.values, found.target.changed_at) == (ANA, 20)


def test_what_both_hold_alike_is_noted_and_not_written():
    found = compared(ANA, {**ANA, "Email": "ANA@example.org"})
    assert dict(found.wanted) == {} == found.written_bases
    assert found.bases == {name: Base(source=mark(each), target=mark(each)) for name, each in ANA.items()}


def test_a_field_that_the_target_has_not_is_left_out_and_those_after_it_are_judged():
    target = {name: None for name in RULES if name != "Title"}
    holding = Holding(values=target, changed_at=20)
    old = {"Title": Base(source="x", target="y")}
    found = compare_fields(MAPPER, Holding(values=ANA, changed_at=10), holding, old)
    assert set(found.wanted) == {"City", "Phone", "Email"}
    assert found.bases == old


def test_a_write_remembers_what_it_takes_the_place_of():
    found = compared({"Title": "CEO"}, {"Title": "CMO"})
    assert dict(found.wanted) == {"Title": "CEO"}
    assert found.written_bases == {
        "Title": Base(source=mark("CEO"), target=mark("CEO"), written=True, over=mark("CMO"), fresh=True)
    }


def test_a_question_tells_its_evidence_and_the_base_if_the_target_s_value_is_kept():
    was = Base(source=mark("Soria"), target=mark("Soria"), written=True)
    found = compared({"City": "Lugo"}, {"City": "Vigo"}, {"City": was})
    (asked,) = found.conflicts
    assert (asked.name, asked.code) == ("City", BOTH_CHANGED)
    assert (asked.evidence.source.mark, asked.evidence.target.mark) == (mark("Lugo"), mark("Vigo"))
    assert (asked.evidence.source.by, asked.evidence.target.by) == (10, 20)
    assert asked.evidence.base == was
    assert asked.base == Base(source=mark("Lugo"), target=mark("Vigo"), written=False)
    assert dict(found.wanted) == {}
    assert found.bases["City"] == was, "until somebody answers"


def test_the_newest_is_known_by_the_dates_of_the_fields():
    was = {"City": Base(source=mark("Soria"), target=mark("Soria"))}
    newer = compared({"City": "Lugo"}, {"City": "Vigo"}, was, dated={"City": 30})
    assert dict(newer.wanted) == {"City": "Lugo"}
    older = compared({"City": "Lugo"}, {"City": "Vigo"}, was, target_has={"dated": {"City": 15}})
    assert dict(older.wanted) == {} and older.conflicts == ()
    other = compared({"City": "Lugo"}, {"City": "Vigo"}, was, dated={"Title": 30})
    assert [each.name for each in other.conflicts] == ["City"]


def test_a_value_of_ours_that_stays_is_still_ours_and_one_of_theirs_is_not():
    ours = Base(source=mark("+341"), target=mark("+341"), written=True)
    kept = compared({"Phone": "+341"}, {"Phone": "+341"}, {"Phone": ours})
    assert kept.bases["Phone"] == ours
    edited = compared({"Phone": "+341"}, {"Phone": "+349"}, {"Phone": ours})
    assert edited.bases["Phone"] == Base(source=mark("+341"), target=mark("+349"), written=False)
    never = compared({"Phone": "+341"}, {"Phone": "+341"}, {"Phone": replace(ours, written=False)})
    assert never.bases["Phone"].written is False


def test_an_echo_of_our_own_write_is_no_news_of_the_source():
    was = {"Title": Base(source=mark("CMO"), target=mark("CEO"))}
    assert dict(compared({"Title": "Boss"}, {"Title": "CEO"}, was).wanted) == {"Title": "Boss"}
    echo = compared({"Title": "Boss"}, {"Title": "CEO"}, was, echoes=frozenset({"Title"}))
    assert dict(echo.wanted) == {}
    other = compared({"Title": "Boss"}, {"Title": "CEO"}, was, echoes=frozenset({"City"}))
    assert dict(other.wanted) == {"Title": "Boss"}


def test_only_a_rule_that_clears_empties_what_was_compared_before():
    was = {name: Base(source="x", target=mark(value), written=True) for name, value in ANA.items()}
    found = compared({}, ANA, was)
    assert dict(found.wanted) == {"Email": None}
    assert found.written_bases["Email"] == Base(
        source=None, target=None, written=True, over=mark("ana@example.org"), fresh=True
    )


@pytest.mark.parametrize("signed", [True, False])
def test_a_value_that_comes_back_is_asked_about_where_nobody_signs(signed):
    was = Base(source=mark("CEO"), target=mark("CEO"), written=True, over=mark("CMO"))
    found = compared({"Title": "CEO"}, {"Title": "CMO"}, {"Title": was}, target_has={"signed": signed})
    assert [each.code for each in found.conflicts] == ([] if signed else [COMES_BACK])
    assert dict(found.wanted) == ({"Title": "CEO"} if signed else {})


def test_what_our_write_replaced_is_remembered_while_the_write_stays():
    was = Base(source=mark("CEO"), target=mark("CEO"), written=True, over=mark("CMO"))
    found = compared({"Title": "CEO"}, {"Title": "CEO"}, {"Title": was})
    assert found.bases["Title"] == was


@pytest.mark.parametrize("by_us", [True, False])
def test_a_write_that_is_read_back_in_the_system_s_own_form_is_the_base_where_we_wrote_last(by_us):
    was = Base(source=mark("CEO "), target=mark("CEO "), written=True, fresh=True)
    found = compared({"Title": "CEO"}, {"Title": "C.E.O."}, {"Title": was}, target_has={"by_us": by_us})
    assert dict(found.wanted) == ({} if by_us else {"Title": "CEO"})
    read = found.bases["Title"]
    assert read.fresh is False
    assert read.target == mark("C.E.O." if by_us else "CEO")


def test_a_base_that_was_read_back_already_stays_as_it_was_read():
    was = Base(source=mark("CEO"), target=mark("CEO"), written=True)
    found = compared({"Title": "CEO"}, {"Title": "C.E.O."}, {"Title": was}, target_has={"by_us": True})
    assert dict(found.wanted) == {"Title": "CEO"}


def test_the_bases_of_a_record_that_we_made_are_what_we_gave_it():
    found = bases_of(MAPPER, {"Title": "CEO", "Email": "Ana@example.org"})
    assert found == {
        "Title": Base(source=mark("CEO"), target=mark("CEO"), written=True, fresh=True),
        "Email": Base(
            source=mark("ana@example.org"), target=mark("ana@example.org"), written=True, fresh=True
        ),
        "City": Base(source=None, target=None, written=False, fresh=True),
        "Phone": Base(source=None, target=None, written=False, fresh=True),
    }


def test_the_bases_of_a_record_that_is_taken_as_it_is_are_what_both_hold():
    found = untouched_bases(
        MAPPER, {"Title": "CEO", "City": "Lugo"}, {"Title": "Boss", "Email": "A@b.example"}
    )
    assert found == {
        "Title": Base(source=mark("CEO"), target=mark("Boss")),
        "Email": Base(source=None, target=mark("a@b.example")),
    }

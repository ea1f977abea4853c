"""The runner itself: it fails when the product is wrong, and says what in a case cannot be meant."""

import json
import re
from pathlib import Path

import pytest

from tests.cases.runner.asking import BOOK, CONNECTOR, FIGURES, POLICY, failures
from tests.cases.runner.asking_policy import ask_judge
from tests.cases.runner.deeds import KEYS
from tests.cases.runner.reading import case_files, read_case
from tests.cases.runner.setting import Setting
from tests.cases.runner.telling import PAYLOAD
from tests.cases.runner.times import CaseFault, read_at

HERE = Path(__file__).parent
README = (HERE / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(id = .*?)```", README, flags=re.DOTALL)
DELIVERED = """
id = "X1"
title = "an attempt an hour after delivery"
layer = "policy"
handoff = { delivered = "10:00", owner = "A" }
events = [{ kind = "touch", at = "11:00", channel = "phone", by = "A", answered = false }]

[[ask]]
now = "12:00"
[ask.expect]
"""
LEDGER = DELIVERED.replace('"policy"', '"ledger"')
HEAD = 'id = "X2"\ntitle = "figures"\nlayer = "figures"\n'


@pytest.fixture
def told(tmp_path):
    """The differences that a case's text gives."""

    def run(text):
        path = tmp_path / "X.toml"
        path.write_text(text, encoding="utf-8")
        return failures(read_case(path), tmp_path)

    return run


def test_every_given_case_is_here(shared):
    given = json.loads((shared / "research" / "policy_cases.json").read_text(encoding="utf-8"))
    here = {read_case(path).id for path in case_files([HERE])}
    assert {each["id"] for each in given} <= here


def test_a_file_is_called_after_its_case():
    assert [path.stem for path in case_files([HERE]) if read_case(path).id != path.stem] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split('"')[1])
def test_the_examples_of_the_readme_hold(told, example):
    assert told(example) == []


def test_the_readme_has_an_example_for_each_layer():
    layers = {re.search(r'layer = "(\w+)"', example)[1] for example in EXAMPLES}
    assert layers == {"policy", "figures", "ledger", "connector"}


@pytest.mark.parametrize("questions", [POLICY, FIGURES, BOOK, CONNECTOR])
def test_the_readme_names_every_question_and_its_parameters(questions):
    for name, question in questions.items():
        assert f"`{name}`" in README
        assert [key for key in (*question.needs, *question.may) if f"`{key}`" not in README] == [], name


def test_the_readme_names_every_field_of_a_verdict(tmp_path):
    path = tmp_path / "X.toml"
    path.write_text(DELIVERED + "counted = 1", encoding="utf-8")
    case = read_case(path)
    answer = ask_judge(Setting(case), {"now": "12:00"})
    fields = {*answer, *answer["clocks"]["accept"], *answer["attempts"][0]} - {"name", "date"}
    assert [each for each in sorted(fields) if not re.search(rf"\b{each}\b", README)] == []


def test_the_readme_names_every_event_and_its_payload():
    missing = {kind: [key for key in keys if f"`{key}`" not in README] for kind, keys in PAYLOAD.items()}
    assert {kind: keys for kind, keys in missing.items() if keys or f"`{kind}`" not in README} == {}


def test_the_readme_names_every_deed_with_its_keys():
    names = [*KEYS, *(key for keys in KEYS.values() for key in keys)]
    assert [name for name in names if f"`{name}`" not in README] == []


@pytest.mark.parametrize(
    ("expected", "difference"),
    [
        ("counted = 2", "counted: expected 2, got 1"),
        ("counted = true", "counted: expected True, got 1"),
        ('state = "assigned"', "state: expected assigned, got working"),
        ('outcome = "won"', "outcome: expected won, got none"),
        ('delivered_at = "10:00:01"', "2026-05-13T10:00:00+02:00"),
        ('delivered_at = "none"', "delivered_at: expected none"),
        ('clocks.first_attempt = "not there"', "expected not to be there"),
        ("clocks.reply = { open = true }", "clocks.reply: not there"),
        ('flags.early_give_up = "none"', "flags.early_give_up: not there"),
        ("attempts = []", "attempts: expected 0, got 1"),
        ("attempts = [{ counted = false }]", "attempts[0].counted: expected False, got True"),
        ("attempts = [{ counted = true }, { counted = true }]", "attempts: expected 2, got 1"),
        ("breaches = { sales = 1 }", "breaches.sales: expected 1, got 0"),
    ],
)
def test_a_wrong_expectation_is_a_difference(told, expected, difference):
    found = told(DELIVERED + expected)
    assert len(found) == 1
    assert difference in found[0]


def test_every_difference_is_told_and_not_the_first_alone(told):
    found = told(DELIVERED + 'counted = 3\nstate = "won"\nclocks.accept = { state = "running" }')
    assert len(found) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (DELIVERED + "countd = 1", r"countd: no such expected field: write 'counted'"),
        (DELIVERED + "clocks.first_atempt = { open = true }", "write 'first_attempt'"),
        (DELIVERED + 'clocks.accept = { stat = "met" }', "clocks.accept.stat: no such expected field"),
        (DELIVERED.replace("channel", "chanel") + "counted = 1", r"events\[0\].chanel: no such key: write 'channel'"),
        (DELIVERED.replace('"touch"', '"tuch"') + "counted = 1", r"events\[0\].kind: .* write 'touch'"),
        (DELIVERED.replace("handoff", "handof") + "counted = 1", "handof: no such key: write 'handoff'"),
        (DELIVERED.replace("delivered", "deliverd") + "counted = 1", "handoff.deliverd: no such key"),
        (DELIVERED.replace("12:00", "noon") + "counted = 1", "'noon' is not a time"),
        (DELIVERED.replace('"policy"', '"politics"') + "counted = 1", "'politics' is not a layer: write 'policy'"),
        (DELIVERED.replace("now =", 'what = "juge"\nnow =') + "counted = 1", "no such question.*write 'judge'"),
        (DELIVERED.replace("now =", 'what = "goal"\nnow =') + "counted = 1", "no such question in layer policy"),
        (DELIVERED.replace("now =", "nw =") + "counted = 1", "nw: no such key"),
        (DELIVERED.replace("[ask.expect]", ""), "write at least one expected field"),
        (DELIVERED.replace("[[ask]]", 'calendar = "MDA"\n[[ask]]') + "counted = 1", "no calendar 'MDA'"),
        (DELIVERED.replace("[[ask]]", "agreement = { clocks = { acept = false } }\n[[ask]]") + "counted = 1", "acept"),
        (
            LEDGER.replace("[[ask]]", '[[deeds]]\ndo = "call"\nat = "10:00"\n[[ask]]') + "counted = 1",
            r"deeds\[0\].do: nobody can 'call'",
        ),
        ("id = 1\n", "title is missing"),
        ("id = ", "not TOML"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told_with_its_place(told, text, message):
    with pytest.raises(CaseFault, match=message):
        told(text)


@pytest.mark.parametrize(
    ("written", "holds"), [("35.0", True), ("35", False), ("33.3", True), ("33.4", False)]
)
def test_a_decimal_is_met_to_its_last_place_and_a_whole_number_exactly(told, written, holds):
    count = {"35.0": 35, "35": 35.04, "33.3": 33.34, "33.4": 33.34}[written]
    plan = f'target = 100\ndelivered = {round(count * 100)}\nplan = {{ "2026-05-12" = 100 }}\n'
    text = f'{HEAD}[[ask]]\nwhat = "pace"\n{plan}today = 2026-05-13\ndays_left = 1\nexpect = {{ attainment = {written} }}\n'
    assert (told(text) == []) is holds


def test_times_without_a_zone_are_those_of_madrid():
    assert read_at("10:00") == read_at("2026-05-13T10:00") == read_at("2026-05-13T08:00+00:00")
    assert read_at("2026-05-13") == read_at("2026-05-12T22:00Z")


def test_what_is_recorded_later_is_not_known_yet(told):
    late = DELIVERED.replace('at = "11:00"', 'at = "11:00", recorded = "12:30"')
    assert told(late + "counted = 0") == []
    assert told(late.replace('now = "12:00"', 'now = "12:30"') + "counted = 1") == []


def test_on_the_ledger_time_only_goes_forward(told):
    text = (
        DELIVERED.replace('"policy"', '"ledger"')
        + 'counted = 1\n[[ask]]\nnow = "11:30"\nexpect = { counted = 1 }'
    )
    with pytest.raises(CaseFault, match="go forward in time"):
        told(text)

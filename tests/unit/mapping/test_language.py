import re
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from mapping.approach import suggest
from mapping.brief import analyse
from mapping.catalogue import CATALOGUE
from mapping.forms import KINDS
from mapping.identity import Why
from mapping.language import LANGUAGES, UnknownText, base_language, name_of, say, texts
from mapping.operators import Operator
from mapping.package import Part
from mapping.setting import Setting
from mapping.status import DISPOSITIONS, PAUSES, Status
from policies import owed
from policies.dispositions import DEFAULTS
from policies.handoff import TABLE
from policies.qualification import Dating, TriggerKind
from policies.states import ClockState, Credit, Place, Side, Stage, State, Track
from policies.terms import CLOCKS


def placeholders(text: object) -> set[str]:
    forms = text.values() if isinstance(text, dict) else [text]
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_codes_and_placeholders(language):
    english, other = texts("en"), texts(language)
    assert set(other) == set(english)
    assert {code for code in english if placeholders(english[code]) != placeholders(other[code])} == set()
    assert {
        code for code in english if isinstance(english[code], dict) != isinstance(other[code], dict)
    } == set()
    assert all(text for text in other.values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("status", Status),
        ("state", State),
        ("owed", Side),
        ("track", Track),
        ("stage", Stage),
        ("definition", Stage),
        ("disposition", DISPOSITIONS),
        ("pause", PAUSES),
        ("part", Part),
        ("trigger", TriggerKind),
        ("operator", Operator),
        ("kind", KINDS),
        ("match", Why),
        ("clock", CLOCKS),
        ("clock_state", ClockState),
        ("place", Place),
        ("credit", Credit),
        ("dating", Dating),
        ("next", {*owed.CODES.values(), *(each.code for each in owed._WITHOUT_CLOCK.values())}),
        ("reason", {row.code for row in TABLE if row.code}),
        ("drift", {row.otherwise for row in TABLE} | {"unlisted"}),
        ("disposition", DEFAULTS),
    ],
)
def test_every_code_that_is_shown_has_a_text(language, group, codes):
    assert [code for code in codes if f"{group}.{code}" not in texts(language)] == []


def test_every_problem_code_raised_in_the_folder_has_a_text():
    from importlib.resources import files

    sources = [each.read_text("utf-8") for each in files("mapping").iterdir() if each.name.endswith(".py")]
    raised = {code for text in sources for code in re.findall(r"Unfit\(\s*\"(\w+)\"", text)}
    assert len(raised) > 15
    assert {code for code in {*raised, "shortened"} if f"problem.{code}" not in texts("en")} == set()


def test_every_sentence_of_the_package_has_a_text():
    everything = dict.fromkeys(CATALOGUE, "x") | {"last_form.kind": "demo", "budget": 5, "forms_count": 0}
    for values in (
        {},
        everything,
        {**everything, "forms_count": 4, "opted_out": True, "emails_clicked": 0, "emails_delivered": 3},
    ):
        remarks = [
            *analyse(values, unseen=("a",), triggers=("hand_raise",)),
            *suggest(values, unseen=("a",), again=True),
        ]
        assert {remark.code for remark in remarks} <= set(texts("en"))


def test_a_text_is_filled_and_follows_the_number():
    assert (
        say("problem.too_long", "es", field="LastName", length=300, limit=80)
        == "LastName: 300 caracteres, caben 80"
    )
    assert say("heading.left_out", "pt-BR", count=1).startswith("Mais 1 linha foi")
    assert say("heading.left_out", "pt", count=2).startswith("Mais 2 linhas foram")


def test_values_are_never_read_as_placeholders():
    assert say("brief.from", "en", source="{0.__class__}") == "Came from {0.__class__}."


def test_a_code_without_a_text_and_a_missing_parameter_are_errors():
    with pytest.raises(UnknownText, match=r"status\.nope"):
        say("status.nope", "en")
    with pytest.raises(KeyError, match="limit"):
        say("problem.too_long", "en", field="x", length=1)


def test_a_companys_own_code_is_shown_as_it_is():
    assert name_of("disposition", "bad_fit", "es") == "No encaja"
    assert name_of("disposition", "our_own_reason", "es") == "our_own_reason"


@pytest.mark.parametrize("language", ["fr", "", "e"])
def test_other_languages_are_refused_with_those_there_are(language):
    with pytest.raises(ValueError, match="es, pt, en"):
        base_language(language)


@pytest.mark.parametrize(
    ("language", "date"), [("es", "13 may 2026"), ("pt", "13 de mai. de 2026"), ("en", "May 13, 2026")]
)
def test_dates_are_written_in_the_companys_language_and_zone(language, date):
    setting = Setting(language=language, zone=ZoneInfo("America/Bogota"))
    assert setting.date(1_778_720_400) == date  # 2026-05-14T01:00Z is still the 13th in Bogota
    assert setting.date("2026-05-13") == date


@pytest.mark.parametrize(
    ("group", "module", "pattern"),
    [
        ("flag", "policies", r"flags\[\"(\w+)\"\]|flags\.setdefault\(\"(\w+)\""),
        ("held", "policies.recycling", r"Held\(code=\"(\w+)\"|return \"(\w+)\""),
        ("reason", "policies", r"\.note\(at, \"(\w+)\""),
    ],
)
def test_every_code_that_policies_write_in_place_has_a_text(group, module, pattern):
    from importlib.resources import files

    folder, _, one = module.partition(".")
    names = (
        [f"{one}.py"] if one else [each.name for each in files(folder).iterdir() if each.name.endswith(".py")]
    )
    sources = [files(folder).joinpath(name).read_text("utf-8") for name in names]
    found = {
        code
        for text in sources
        for match in re.findall(pattern, text)
        for code in ([match] if isinstance(match, str) else match)
        if code
    }
    assert found
    assert {code for code in found if f"{group}.{code}" not in texts("en")} == set()

import re
from string import Formatter

import pytest

from mapping.language import LANGUAGES
from policies.states import Place
from policies.terms import CLOCKS
from reports import effort, exceptions, sales, stages
from reports.figures.rates import SPEED_BANDS, Share
from reports.wording import UnknownText, Wording, texts
from tests.unit.reports.made import MADRID, at

SPANISH = Wording("es", MADRID)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_languages_have_the_same_codes_and_placeholders() -> None:
    codes = {language: set(texts(language)) for language in LANGUAGES}

    assert codes["es"] == codes["pt"] == codes["en"]
    for code in codes["en"]:
        assert len({frozenset(placeholders(texts(language)[code])) for language in LANGUAGES}) == 1, code


def test_every_text_is_one_clean_line() -> None:
    for language in LANGUAGES:
        for code, text in texts(language).items():
            assert text == text.strip() != "", code
            assert not re.search(r"\s\s|\n", text), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_a_report_can_hold_has_a_name(language: str) -> None:
    words = Wording(language, MADRID)

    wanted = {
        *(f"place.{each}" for each in Place),
        *(f"exception.{each}" for each in exceptions.KINDS),
        *(f"stages.{each}" for each in ("leads", *stages.STAGES)),
        *(f"bands.{each}" for each in (*(name for _, name in SPEED_BANDS), "later", "never")),
        *(f"measure.{each}" for each in (*effort.TOO_MUCH, effort.OVER_ACCOUNT)),
        *(f"measure.credit_{each}" for each in ("none", "provisional", "final", "reversed")),
        *(f"pace.{each}" for each in ("not_started", "behind", "risk", "on", "flood")),
        *(f"side.{clock.side}" for clock in CLOCKS.values()),
    }
    for code in wanted:
        assert words.say(code)
    for clock in CLOCKS:
        assert words.name("clock", clock) != clock


def test_the_clocks_of_the_report_are_those_of_the_agreement() -> None:
    assert set(sales.CLOCKS) == set(CLOCKS)


def test_an_unknown_text_is_a_fault_of_ours() -> None:
    with pytest.raises(UnknownText, match="nothing"):
        SPANISH.say("title.nothing")


def test_a_language_we_do_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="es, pt, en"):
        Wording("fr", MADRID)


def test_a_tag_is_read_as_its_language() -> None:
    assert Wording("pt-BR", MADRID).say("head.leads") == texts("pt")["head.leads"]


def test_a_companys_own_code_is_named_as_it_is_and_a_blank_one_is_told() -> None:
    assert SPANISH.name("disposition", "weather") == "weather"
    assert SPANISH.name("source", "PAID_SEARCH") == "búsqueda de pago"
    assert SPANISH.name("source", "") == "(en blanco)"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "-"),
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3660, "1 h 01 min"),
        (36_000_000, "10.000 h 00 min"),
    ],
)
def test_durations_are_rounded_down_to_the_minute(seconds: int | None, said: str) -> None:
    assert SPANISH.duration(seconds) == said


def test_a_share_is_a_percentage_from_ten_on() -> None:
    assert SPANISH.share(Share(3, 3)) == "3 de 3"
    assert SPANISH.share(Share(18, 20)) == "18 de 20 · 90,0 %"
    assert SPANISH.share(Share(17.5, 20)) == "17,5 de 20 · 87,5 %"
    assert SPANISH.interval(Share(18, 20)) == "69,9-97,2 %"
    assert SPANISH.interval(Share(9, 9)) == "-"
    assert [SPANISH.rate(each) for each in (Share(0, 0), Share(3, 7), Share(1, 10))] == ["-", "3/7", "10,0 %"]


def test_moments_are_local_and_tell_the_two_half_past_twos_apart() -> None:
    assert SPANISH.moment(at("2026-10-25T02:30+02:00")) == "2026-10-25 02:30 CEST"
    assert SPANISH.moment(at("2026-10-25T02:30+01:00")) == "2026-10-25 02:30 CET"
    assert SPANISH.moment(None) == "-"

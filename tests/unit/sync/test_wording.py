"""Every next step has words in every language, with its deadline in the company's own time."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mapping.language import LANGUAGES
from mapping.setting import Setting
from sync.wording import word_instant, word_next, word_task
from tests.doubles.story import Story, at

MADRID, MEXICO = ZoneInfo("Europe/Madrid"), ZoneInfo("America/Mexico_City")
STORIES: Mapping[str, Any] = {
    "draft": lambda: Story().mql("10:00"),
    "waiting": lambda: Story().passed("10:00"),
    "queued": lambda: Story().passed("10:00", owner=None),
    "in follow-up": lambda: Story().passed("10:00").call("10:30"),
    "connected": lambda: Story().passed("10:00").call("10:30", answered=True, seconds=90),
    "returned": lambda: Story().passed("10:00").tell("returned", "11:00", code="not_now"),
    "rejected": lambda: Story().passed("10:00").tell("rejected", "11:00", code="bad_fit"),
    "won": lambda: Story().passed("10:00").tell("deal_won", "11:00", deal="006"),
    "paused": lambda: (
        Story().passed("10:00").tell("paused", "10:10", reason="lead_asked_date", until="2026-05-20")
    ),
}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("story", STORIES)
def test_every_next_step_is_a_sentence_that_fits_its_field(story: str, language: str) -> None:
    text = word_next(STORIES[story]().handoff("11:05"), Setting(language=language, zone=MADRID))
    assert text
    assert "{" not in text
    assert len(text) <= 255


def test_the_sentence_tells_the_deadline_in_the_companys_zone() -> None:
    handoff = Story().passed("10:00").handoff("10:05")
    due = at("14:00")
    assert word_instant(due, Setting(language="en", zone=MADRID)) in word_next(
        handoff, Setting(language="en", zone=MADRID)
    )
    assert "06:00" in word_next(handoff, Setting(language="en", zone=MEXICO))


def test_languages_do_not_say_the_same() -> None:
    handoff = Story().passed("10:00").handoff("10:05")
    texts = {word_next(handoff, Setting(language=each, zone=MADRID)) for each in LANGUAGES}
    tasks = {word_task(Setting(language=each, zone=MADRID)) for each in LANGUAGES}
    assert len(texts) == len(LANGUAGES)
    assert len(tasks) == len(LANGUAGES)


def test_a_moment_that_is_not_is_a_dash() -> None:
    assert word_instant(None, Setting(language="en", zone=MADRID)) == "-"

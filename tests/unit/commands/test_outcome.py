"""The one status that a command over several companies ends with (design, section 9)."""

import pytest

from commands import outcome
from commands.outcome import PRECEDENCE, worst


@pytest.mark.parametrize("code", sorted(PRECEDENCE))
def test_no_status_is_lost_beside_a_company_that_is_done(code: int) -> None:
    assert worst([outcome.DONE, code, outcome.DONE]) == code


def test_what_cannot_be_done_for_one_company_is_told_by_the_status() -> None:
    assert worst([outcome.USAGE]) == outcome.USAGE
    assert worst([outcome.USAGE, outcome.REFUSED]) == outcome.REFUSED


def test_a_run_before_recorded_facts_ends_as_a_misuse(desk) -> None:
    desk.world.begin()
    desk.world.mql()
    desk.world.run()
    told = desk.refused("run", "--now", "2020-01-01", now=False)
    assert "already holds facts" in told


def test_status_tells_a_broken_configuration_and_ends_with_it(desk, monkeypatch) -> None:
    desk.world.begin()
    desk.world.mql()
    desk.world.run()
    assert "configuration" not in desk("status", now=False).stdout
    monkeypatch.delenv("T")
    told = " ".join(desk("status", now=False, code=outcome.CONFIGURATION).stdout.split())
    assert "waiting_first_contact" in told
    assert "the environment variable T is not set" in told

"""`erase` as a person at the terminal runs it; the vendors of this configuration do not answer."""

import pytest

import commands.erasing
from tests.unit.commands.conftest import Desk


@pytest.fixture
def erasing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("ACUERDO_ERASURE_KEY", "0123456789abcdef0123456789abcdef")
    desk.configure(marketing={"attempts": 1}, crm={"attempts": 1})
    desk.world.begin()
    desk.world.mql(email="erika@example.org")
    desk.world.run()
    return desk


def lead_of(desk: Desk) -> str:
    return f"hubspot-4242-{next(iter(desk.world.marketing.contacts))}"


def test_nobody_is_erased_unasked(erasing: Desk) -> None:
    assert "run again with --yes" in erasing.refused("erase", lead_of(erasing))
    assert erasing.json("explain", lead_of(erasing))["place"] != "erased"


def test_what_was_emptied_is_told_and_no_second_time(erasing: Desk) -> None:
    lead = lead_of(erasing)
    told = erasing.json("erase", lead, "--yes")
    assert told["lead"] == lead
    assert told["emptied"]["record"] >= 1
    assert told["systems"] == {}
    assert "nothing was left" in erasing("erase", lead, "--yes").stdout
    assert erasing.json("explain", lead)["place"] == "erased"


def test_an_erased_lead_is_told_as_erased_and_nobody_owes_it_anything(erasing: Desk) -> None:
    lead = lead_of(erasing)
    shown = erasing("explain", lead).stdout
    erasing("erase", lead, "--yes")
    told = erasing("explain", lead).stdout
    assert "  > " in shown
    assert told.splitlines()[0] == f"{lead}: erased"
    assert "  > " not in told


def test_a_record_id_of_either_system_names_the_lead(erasing: Desk) -> None:
    record = next(iter(erasing.world.crm.rows))
    assert erasing.json("erase", record, "--yes")["lead"] == lead_of(erasing)


def test_somebody_unknown_is_told_so(erasing: Desk) -> None:
    assert "nobody" in erasing.refused("erase", "nobody", "--yes")


def test_without_a_key_the_command_says_how_to_make_one(
    erasing: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ACUERDO_ERASURE_KEY")
    assert "openssl rand -hex 32" in erasing.refused("erase", lead_of(erasing), "--yes", code=78)


def test_an_erasure_is_taken_back_after_asking_and_told(
    erasing: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, lead = erasing.world, lead_of(erasing)
    monkeypatch.setattr(commands.erasing, "connect", lambda *_: (world.marketing, world.crm))
    assert "not among the erased" in erasing.refused("erase", lead, "--take-back", "--yes")
    erasing("erase", lead, "--yes")
    assert "run again with --yes" in erasing.refused("erase", lead, "--take-back")
    assert "leave --systems out" in erasing.refused("erase", lead, "--take-back", "--systems", "--yes")
    assert erasing.json("explain", lead)["place"] == "erased"
    world.wait(60)
    told = erasing.json("erase", lead, "--take-back", "--yes")
    assert (told["lead"], told["forgotten"] >= 3) == (lead, True)
    assert erasing.json("explain", lead)["place"] != "erased"

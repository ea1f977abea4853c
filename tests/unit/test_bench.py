"""The bench's scripts still import and reckon; what they measure is run by `make bench`, never here."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"
NEEDS = {  # the dependency groups `bench` and `mutation`, which `make test` does without
    "business_time": ("pyperf", "businesstimedelta"),
    "conditions": ("pyperf",),
    "judge": ("pyperf",),
    "leads": ("pyperf",),
    "timing": ("pyperf",),
    "mutants": ("mutmut",),
    "mutation": ("mutmut",),
}
NAMES = sorted(each.stem for each in BENCH.glob("*.py"))
SCRIPTS = [name for name in NAMES if '__name__ == "__main__"' in (BENCH / f"{name}.py").read_text("utf-8")]


def script(name: str) -> ModuleType:
    for library in NEEDS.get(name, ()):
        pytest.importorskip(
            library, reason=f"{library} is not installed: pip install --group bench --group mutation"
        )
    return import_module(f"bench.{name}")


@pytest.mark.parametrize("name", NAMES)
def test_each_module_imports(name: str) -> None:
    assert script(name).__doc__


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_script_is_told_of_in_the_readme(name: str) -> None:
    assert callable(script(name).main)
    text = (BENCH / "README.md").read_text("utf-8")
    assert f"`{name}`" in text or f"bench.{name}" in text


@pytest.fixture
def timing(monkeypatch: pytest.MonkeyPatch) -> object:
    """Timing as a script makes it, without a measurement."""
    found = script("timing")
    monkeypatch.setattr(sys, "argv", ["bench"])
    return found.Timing("none")


def test_a_row_tells_both_rates_their_ratio_and_whether_the_promise_is_kept(
    timing: object, capsys: pytest.CaptureFixture[str]
) -> None:
    timing.tell("a row", 12_000, "by hand", 400, 10_000)  # type: ignore[attr-defined]
    timing.tell("another", 30, "by hand", 24)  # type: ignore[attr-defined]
    assert not timing.broken  # type: ignore[attr-defined]
    kept, unpromised = (" ".join(line.split()) for line in capsys.readouterr().out.splitlines())
    assert kept == "a row 12,000/s by hand 400/s 30 times promised 10,000: kept"
    assert unpromised == "another 30/s by hand 24/s 1.2 times"
    timing.tell("a slow one", 9_999, "by hand", 400, 10_000)  # type: ignore[attr-defined]
    assert timing.broken  # type: ignore[attr-defined]
    assert "promised 10,000: BROKEN" in capsys.readouterr().out


def test_calls_are_counted_without_log_ins_and_held_to_the_promise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    calls, company = script("calls"), script("company")
    counted = {"hubspot": {"POST /search": 4}, "salesforce": {"GET /query": 3, "POST /oauth2/token": 2}}
    cost = company.Cost(counted, 1.5, 2.0, 80.0)
    assert (cost.total, cost.of("hubspot"), cost.of("salesforce")) == (7, 4, 3)
    assert calls.tell("a run", cost, 7)
    assert "7 calls (hubspot 4, salesforce 3)" in (told := capsys.readouterr().out) and "kept" in told
    assert not calls.tell("a run", cost, 6)
    assert "BROKEN" in capsys.readouterr().out


def test_business_time_and_its_rival_agree_where_they_are_compared() -> None:
    bench = script("business_time")
    import businesstimedelta

    from policies.holiday_source import HolidaySource

    rules, hours = (
        bench.rules_of(with_holidays=True),
        bench.hours_of(HolidaySource(country="ES", subdivision="MD")),
    )
    eight = businesstimedelta.BusinessTimeDelta(rules, hours=8)
    for instant in bench.starts(20):
        theirs = bench.dt.datetime.fromtimestamp(instant, bench.dt.UTC) + eight
        assert int(theirs.timestamp()) == hours.add(instant, 8 * bench.HOUR)


def test_leads_by_hand_are_the_leads_that_the_rules_map() -> None:
    bench = script("leads")
    lead = bench.lead_of(1)
    assert bench.by_hand(lead)["Company"] == lead.values["account"]
    assert set(bench.by_hand(lead)) == set(bench.TABLE)


def test_a_story_of_ten_touches_is_in_order_and_summed_up() -> None:
    bench = script("judge")
    told = bench.story(bench.TOUCHES)
    assert [each.occurred_at for each in told] == sorted(each.occurred_at for each in told)
    assert len(told) == 4 + len(bench.TOUCHES)
    assert sum(bench.sum_up(told).values()) == bench.TOUCHES[-1] * bench.HOUR


def test_a_smaller_draw_of_mutants_is_the_beginning_of_a_larger_one() -> None:
    bench = script("mutation")
    names = [str(number) for number in range(50)]
    assert bench.draw(names, 10, 7) == bench.draw(names, 20, 7)[:10] != bench.draw(names, 10, 8)


def test_the_share_of_noticed_mutants_is_told_with_its_interval(capsys: pytest.CaptureFixture[str]) -> None:
    bench = script("mutation")
    low, high = bench.interval(0.9, 100)
    assert (round(low, 3), round(high, 3)) == (0.826, 0.945)
    outcomes = {f"policies.lag.x_f__mutmut_{number}": "killed" for number in range(9)}
    assert bench.tell(outcomes | {"policies.goals.x_g__mutmut_1": "survived"}, 10) == 0
    told = capsys.readouterr().out
    assert "survived: policies.goals.x_g__mutmut_1" in told
    assert "9 of 10 mutants noticed: 90.0%; all there are" in told
    assert bench.tell({"policies.goals.x_g__mutmut_1": "not reached"}, 2) == 1


def test_a_mutant_is_told_by_the_function_it_is_one_of() -> None:
    bench = script("mutants")
    assert bench.function_of("policies.lag.x_measure__mutmut_3") == "policies.lag.measure"
    assert bench.function_of("policies.lag.xǁLagǁwithin__mutmut_1") == "policies.lag.Lag.within"

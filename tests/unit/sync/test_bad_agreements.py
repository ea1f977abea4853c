"""Bad input in an agreement: each a named error at its key with what to write instead, all of them at once."""

from pathlib import Path
from typing import Any

import pytest

from mapping.problems import ConfigurationError, Problem
from sync.company import read_company
from tests.flow.world import SECRETS, TABLE

KEY = "companies.acme.agreement."


def faults(**parts: Any) -> list[Problem]:
    table = {**TABLE, "agreement": {**TABLE["agreement"], **parts}}
    with pytest.raises(ConfigurationError) as raised:
        read_company("acme", table, SECRETS, Path())
    return list(raised.value.problems)


def nested(depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = {"field": "fit_score", "gte": 1}
    for _ in range(depth):
        tree = {"all": [tree]}
    return tree


def stages(**stage: Any) -> dict[str, Any]:
    return {"goals": {"period": "month", "sales": 15, "stages": [{"name": "mql", **stage}]}}


def segment(when: Any) -> dict[str, Any]:
    return {"segments": [{"name": "big", "when": when}]}


BAD: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a rate of zero": (stages(rate=0), "goals.stages[0].rate", "zero", "above 0"),
    "a rate above one": (stages(rate="9 of 8"), "goals.stages[0].rate", "above one", "at most 1"),
    "no rate": (stages(), "goals.stages[0].rate", "missing", "1 of 8"),
    "no stage": ({"goals": {"period": "month", "sales": 15}}, "goals.stages", "missing", "rate"),
    "a calendar without windows": ({"calendar": {"week": {}}}, "calendar.week", "never opens", "09:00"),
    "an unknown zone": ({"calendar": {"timezone": "Europe/Madird"}}, "calendar.timezone", "Madird", "Madrid"),
    "an unknown country": (
        {"calendar": {"holidays": {"country": "XX"}}},
        "calendar.holidays.country",
        "XX",
        "ISO",
    ),
    "an unknown subdivision": (
        {"calendar": {"holidays": {"country": "ES", "subdivision": "ZZ"}}},
        "calendar.holidays.subdivision",
        "ZZ",
        "MD",
    ),
    "an unknown operator": (
        {"definitions": {"mql": {"field": "fit_score", "gtee": 5}}},
        "definitions.mql",
        "gtee",
        "gte",
    ),
    "an unknown field": (
        {"definitions": {"mql": {"field": "fit_scor", "gte": 5}}},
        "definitions.mql",
        "fit_scor",
        "fit_score",
    ),
    "an operator of another type": (
        {"definitions": {"mql": {"field": "fit_score", "contains": "a"}}},
        "definitions.mql",
        "contains",
        "gte",
    ),
    "a definition too deep": ({"definitions": {"mql": nested(8)}}, "definitions.mql", "deeper", "flatter"),
    "a definition too long": (
        {"definitions": {"mql": {"any": [{"field": "fit_score", "gte": n} for n in range(300)]}}},
        "definitions.mql",
        "200",
        "in = [...]",
    ),
    "an unknown reason of a pause": (
        {"clocks": {"accept": {"pause": ["lead_asked"]}}},
        "clocks.accept.pause",
        "lead_asked",
        "lead_asked_date",
    ),
    "an unknown code": (
        {"dispositions": {"bad_fitt": False}},
        "dispositions.bad_fitt",
        "bad_fitt",
        "bad_fit",
    ),
    "a code that the rules give": (
        {"dispositions": {"expired": False}},
        "dispositions.expired",
        "rules",
        "leave",
    ),
    "quiet hours of no country": ({"quiet_hours": {"XX": {"holidays": True}}}, "quiet_hours.XX", "XX", "ISO"),
    "a priority that no lead has": ({"priorities": ["vip"]}, "priorities", "vip", "hot"),
    "a segment without a condition": ({"segments": ["big"]}, "segments[0]", "big", "when"),
    "a segment by an unknown field": (
        segment({"field": "siz", "gte": 5}),
        "segments[0].when",
        "siz",
        "write",
    ),
    "a segment by a change": (
        segment({"field": "plan", "changed_to": "pro"}),
        "segments[0].when",
        "became",
        "eq",
    ),
    "a segment twice": (
        {"segments": [{"name": "big", "when": True}, {"name": "big", "when": False}]},
        "segments[1].name",
        "twice",
        "any",
    ),
    "a target for an unknown segment": (
        {**segment(True), "clocks": {"accept": {"target": {"standard": "4h", "bigg": "2h"}}}},
        "clocks.accept.target.bigg",
        "not known",
        "big",
    ),
    "a stretch that nothing shows": (
        {"clocks": {"accept": {"stretch": "1h"}}},
        "clocks.accept.stretch",
        "first_attempt",
        "leave",
    ),
    "a stretch in days": (
        {"clocks": {"first_attempt": {"stretch": "1bd"}}},
        "clocks.first_attempt.stretch",
        "open time",
        "5m",
    ),
    "routing to nobody": ({"routing": {"enabled": True}}, "routing.owners", "nobody", "owners"),
    "reassigning without routing": (
        {"routing": {"auto_reassign": True}},
        "routing.auto_reassign",
        "off",
        "enabled",
    ),
    "an end before the beginning": (
        {"effective_from": "2026-06-01", "effective_to": "2026-05-01"},
        "effective_to",
        "before it begins",
        "later",
    ),
}


@pytest.mark.parametrize(("parts", "key", "what", "write"), BAD.values(), ids=BAD)
def test_bad_input_is_told_at_its_key_with_what_to_write(
    parts: dict[str, Any], key: str, what: str, write: str
) -> None:
    found = [each for each in faults(**parts) if each.key.startswith(KEY + key)]
    assert found, [each.key for each in faults(**parts)]
    assert any(what in each.what and write in each.write for each in found), found


def test_all_of_it_is_told_at_once() -> None:
    parts: dict[str, Any] = {}
    for each, *_ in (BAD[name] for name in ("a rate of zero", "an unknown operator", "an unknown code")):
        parts |= each
    parts |= {"calendar": {"timezone": "Europe/Madird", "week": {}}, "routing": {"enabled": True}}
    keys = {each.key.removeprefix(KEY).split(".")[0] for each in faults(**parts)}
    assert {"definitions", "calendar", "dispositions", "goals"} <= keys


@pytest.mark.parametrize(
    ("absences", "key"),
    [
        ({"005A": "2026-05-11"}, "absences.005A"),
        ({"005A": ["2026-05-12/2026-05-11"]}, "absences.005A[0]"),
        ({"005A": ["2026-05-11", "2026-02-30"]}, "absences.005A[1]"),
        ({"005A": ["2026-05-11"]}, "absences"),
    ],
    ids=["no list", "backwards", "no date", "without routing"],
)
def test_absences_that_say_nothing_are_told(absences: dict[str, Any], key: str) -> None:
    routing = {} if key == "absences" else {"routing": {"enabled": True, "owners": ["005A"]}}
    table = {**TABLE, "agreement": {**TABLE["agreement"], **routing}, "absences": absences}
    with pytest.raises(ConfigurationError) as raised:
        read_company("acme", table, SECRETS, Path())
    assert [each.key for each in raised.value.problems] == [f"companies.acme.{key}"]

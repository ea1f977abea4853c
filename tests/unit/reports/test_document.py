import json

import pytest

from reports.document import document
from reports.report import build_report
from reports.rows import Rows
from reports.text import render_text
from tests.unit.reports.made import MADRID, NOW, at, handoff, lead, office, rows, story


def test_a_report_is_json_and_holds_its_counts_beside_its_rates() -> None:
    found = document(
        build_report(story(), period="month", zone=MADRID, now=NOW, goal=20, hours=office()), company="acme"
    )

    assert json.loads(json.dumps(found)) == found
    assert (found["version"], found["company"]) == (1, "acme")
    assert found["span"] == {
        "name": "2026-05",
        "period": "month",
        "start": "2026-04-30T22:00:00Z",
        "end": "2026-05-31T22:00:00Z",
        "zone": MADRID,
        "whole": True,
    }
    assert found["now"] == "2026-05-20T10:00:00Z"
    assert found["funnel"][2] == {"stage": "passed", "handoffs": 5, "people": 5, "before": 1}
    assert found["rates"][0]["cohorts"][1] == {
        "period": "2026-05",
        "rate": {"count": 0, "total": 0, "percent": None, "interval": None},
        "maturing": 6,
        "mature": False,
    }
    assert found["marketing"]["credit"] == {"final": 2, "provisional": 2, "reversed": 1}
    assert found["marketing"]["pace"]["band"] == "behind"
    assert found["marketing"]["projection"] == {
        "likely": pytest.approx(4 + 4 * (7 + 2 / 3) / 20),
        "low": 4,
        "high": 8,
    }
    assert found["sales"]["clocks"][3] == {
        "clock": "first_attempt",
        "side": "sales",
        "compliance": {
            "share": {"count": 2, "total": 3, "percent": None, "interval": None},
            "others": {},
        },
    }
    assert found["sales"]["speed"]["bands"]["within 1 h"] == 1
    assert found["sales"]["attempts"]["too_much"] == {"over_cap": 0, "quiet_hours": 1, "after_give_up": 0}
    assert found["sales"]["attempts"]["per_hundred"] == pytest.approx(100 / 6)
    assert found["by_source"][2] == {
        "name": "",
        "leads": 2,
        "mql": 1,
        "passed": 0,
        "accepted": 0,
        "qualified": 0,
        "won": 0,
    }
    assert found["contributions"][0]["lift"] is None
    assert found["whereabouts"]["places"]["won"] == 1
    assert found["whereabouts"]["conserved"] is True
    assert found["exceptions"][0] == {
        "kind": "breached",
        "lead": "hubspot-1-3",
        "cycle": 1,
        "code": "first_attempt",
        "side": "sales",
        "owner": "005A",
        "at": "2026-05-13T12:00:00Z",
        "link": "https://crm.example/lightning/r/Lead/00Q3/view?a=1&b=2",
        "account": None,
    }
    assert found["data_quality"] == {"no_contact_logged": 1}


def test_an_empty_report_has_the_same_keys() -> None:
    full = document(build_report(story(), period="month", zone=MADRID, now=NOW), company="acme")
    empty = document(build_report(Rows(), period="month", zone=MADRID, now=NOW), company="acme")

    assert set(full) == set(empty)
    assert set(full["sales"]) == set(empty["sales"])
    assert empty["whereabouts"]["places"] == {}
    assert empty["sales"]["attempts"]["per_hundred"] is None


def test_percentages_and_intervals_come_from_ten_on() -> None:
    tables = rows(
        lead=[lead(f"L{n}") for n in range(10)],
        handoff=[
            handoff(f"L{n}", credit="final" if n else "reversed", against_marketing=n == 0) for n in range(10)
        ],
    )

    accepted = document(build_report(tables, period="month", zone=MADRID, now=NOW), company="acme")[
        "marketing"
    ]["accepted"]

    assert (accepted["count"], accepted["total"], accepted["percent"]) == (9, 10, 90.0)
    assert [round(each, 3) for each in accepted["interval"]] == [0.596, 0.982]


def test_text_and_document_tell_the_same_numbers() -> None:
    report = build_report(story(), period="quarter", zone=MADRID, now=at("2026-06-30T12:00"))

    found, text = document(report, company="acme"), render_text(report, "en")

    for stage in found["funnel"]:
        assert f"{stage['handoffs']:>8}  {stage['people']:>6}" in text

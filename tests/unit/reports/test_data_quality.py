from typing import Any

from reports.data_quality import FLAGS, data_quality
from reports.report import build_report
from reports.sections.joint import data_quality as lay_out
from reports.span import span_of
from reports.stages import Ways
from reports.wording import Wording
from tests.unit.reports.made import MADRID, at, handoff, rows

NOW = at("2026-05-20T12:00")
MAY = span_of("month", NOW, MADRID)


def counted(*handoffs: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    return data_quality(Ways(rows(handoff=list(handoffs))), MAY)


def test_flags_of_missing_evidence_are_counted_by_handoff_in_one_order() -> None:
    found = counted(
        handoff("L1", flags={"won_before_mql": 1, "no_attempt_logged": True}),
        handoff("L2", flags={"no_attempt_logged": True}),
        handoff("L3"),
    )

    assert found == (("no_attempt_logged", 2), ("won_before_mql", 1))


def test_what_people_did_and_what_the_agreement_did_is_no_fault_of_the_data() -> None:
    assert counted(handoff("L1", flags={"early_give_up": 2, "accepted_by_silence": 1, "reopened": 1})) == ()


def test_only_handoffs_that_stood_in_the_period_are_counted() -> None:
    closed, flags = {"state": "returned", "flags": {"late_evidence": 1}}, {"late_evidence": 1}
    found = counted(
        handoff("L1", "2026-04-10T10:00", since=at("2026-04-30T23:59"), **closed),
        handoff("L2", "2026-04-10T10:00", since=at("2026-05-01T00:00"), **closed),
        handoff("L3", "2026-04-10T10:00", flags=flags),
        handoff("L4", "2026-06-01T00:00", flags=flags),
        handoff("L5", None, mql="2026-05-31T23:59", flags=flags),
    )

    assert found == (("late_evidence", 3),)


def test_each_line_names_its_flag_in_words() -> None:
    found = rows(handoff=[handoff("L1", flags={"no_attempt_logged": True})])

    section = lay_out(build_report(found, period="month", zone=MADRID, now=NOW), Wording("es", MADRID))

    ((name, count),) = section.rows
    assert count == "1"
    assert name not in FLAGS

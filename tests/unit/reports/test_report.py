import pytest

from reports.document import document
from reports.report import Report, build_report
from reports.rows import Rows
from reports.sections.joint import scorecard
from reports.sections.order import lay_out
from reports.wording import Wording
from tests.unit.reports.made import MADRID, at, clock, handoff, lead, office, refused, rows

NOW = at("2026-05-20T12:00")


def test_an_empty_period_has_every_number_at_zero_and_no_rate() -> None:
    report = build_report(Rows(), period="quarter", zone=MADRID, now=NOW, goal=12, hours=office())

    assert report.span.name == "2026-Q2"
    assert all((each.handoffs, each.people, each.before) == (0, 0, 0) for each in report.funnel)
    assert all(each.cohorts == () for each in report.rates)
    assert report.marketing.valid == 0
    assert report.sales.clocks == report.sales.untouched == report.exceptions == ()
    assert report.sales.attempts.per_hundred is None
    assert report.sales.speed.business_median is None
    assert report.whereabouts.total == 0
    assert report.whereabouts.conserved
    assert report.standing.run_at is report.standing.agreement is None


def test_a_period_of_one_lead_tells_of_that_lead() -> None:
    tables = rows(
        lead=[lead("L1", "2026-05-20T08:00", place="won")],
        handoff=[
            handoff("L1", "2026-05-20T09:00", state="won", credit="final", won_at=at("2026-05-20T11:00"))
        ],
    )

    report = build_report(tables, period="day", zone=MADRID, now=NOW)

    assert [each.people for each in report.funnel] == [1] * 8
    assert report.by_source[0].won == 1
    assert report.whereabouts.places == (("won", 1),)


def test_the_period_is_that_of_the_asked_instant_and_now_only_by_default() -> None:
    asked = build_report(Rows(), period="month", zone=MADRID, now=NOW, at=at("2026-02-01T00:00"))

    assert asked.span.name == "2026-02"
    assert build_report(Rows(), period="month", zone=MADRID, now=NOW).span.name == "2026-05"


def test_two_instants_make_a_span_of_their_own() -> None:
    between = (at("2017-06-14T00:00"), at("2018-11-15T00:00"))

    report = build_report(Rows(), period="month", zone=MADRID, now=NOW, between=between)

    assert (report.span.start, report.span.end) == between
    assert report.funnel[0].before is None


def test_the_standing_tells_the_newest_run_the_agreement_in_force_and_what_is_owed() -> None:
    def version(number: int, effective_from: str, sales: str | None) -> dict[str, object]:
        signed = {"signed_by_marketing": "Ana", "signed_by_sales": sales}
        return {"number": number, "effective_from": at(effective_from), **signed}

    def intent(operation: str, state: str) -> dict[str, object]:
        row = {"operation": operation, "lead": "L1", "cycle": 1, "state": state, "code": None}
        return {**row, "created_at": NOW, "tries": 0}

    tables = Rows.load(
        {
            "run": [{"now": NOW - 60, "outcome": "done"}, {"now": NOW + 60, "outcome": "later"}],
            "agreement": [
                version(1, "2026-01-01", "Luis"),
                version(2, "2026-05-01", None),
                version(3, "2026-06-01", "Luis"),
            ],
            "intent": [
                intent("push", "owed"),
                intent("task", "owed"),
                intent("push", "owed"),
                intent("push", "done"),
            ],
            "status": [
                {"lead": "L1", "system": "hubspot", "wanted_hash": "a", "written_hash": "a"},
                {"lead": "L2", "system": "hubspot", "wanted_hash": "a", "written_hash": None},
            ],
            "refused": [refused("L3")],
        }
    )

    standing = build_report(tables, period="week", zone=MADRID, now=NOW).standing

    assert (standing.run_at, standing.run_outcome) == (NOW - 60, "done")
    assert (standing.agreement, standing.signed) == (2, False)
    assert standing.owed == (("push", 2), ("task", 1))
    assert (standing.statuses_behind, standing.refused) == (1, 1)


@pytest.mark.parametrize("goals", [{"goal": 0}, {"sales_goal": 0}])
def test_a_goal_below_one_is_refused(goals: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least one lead"):
        build_report(
            Rows(),
            period="week",
            zone=MADRID,
            now=NOW,
            goal=goals.get("goal"),
            sales_goal=goals.get("sales_goal"),
        )


def test_both_sides_are_measured_against_their_goal() -> None:
    won = {"state": "won", "credit": "final", "won_at": NOW - 60}
    tables = rows(handoff=[handoff(f"L{n}", **(won if n < 3 else {})) for n in range(30)])

    report = build_report(
        tables, period="month", zone=MADRID, now=NOW, goal=120, sales_goal=15, hours=office()
    )

    assert report.marketing.attainment == pytest.approx(30 / 120)
    assert (report.sales.won, report.sales.target) == (3, 15)
    assert report.sales.attainment == pytest.approx(3 / 15)
    first, *_, won_row, _ = scorecard(report, Wording("en", MADRID)).rows
    assert first == ("marketing", "Valid deliveries (people)", "30", "120")
    assert won_row == ("both", "Customers won", "3 (20.0 %)", "15")


def test_the_scorecard_holds_sales_to_ninety_per_cent_with_the_interval() -> None:
    clocks = [clock(f"L{n}", state="met" if n < 18 else "breached_done") for n in range(20)]

    report = build_report(rows(clock=clocks), period="month", zone=MADRID, now=NOW)

    found = {row[1]: row[2:] for row in scorecard(report, Wording("en", MADRID)).rows}
    assert found["First contact in time"] == ("18 of 20 · 90.0 % (69.9-97.2 %)", "90 %")


def test_a_report_holds_no_name_of_a_person() -> None:
    tables = rows(
        lead=[lead("L1", dimensions={"source": "X", "email": "ana@example.com"})],
        handoff=[handoff("L1", dimensions={"source": "X", "name": "Ana"})],
        refused=[refused("L1", message="Ana Ruiz has no company")],
        agreement=[
            {"number": 1, "effective_from": 0, "signed_by_marketing": "Ana", "signed_by_sales": "Luis"}
        ],
    )

    report: Report = build_report(tables, period="month", zone=MADRID, now=NOW)

    assert "Ana" not in repr(report)
    assert "ana@" not in repr(report)


def test_what_was_decided_about_a_closed_month_is_an_adjustment_of_the_month_it_was_decided_in() -> None:
    adjusted = {
        "lead": "L1",
        "cycle": 1,
        "clock": "return_ack",
        "month": "2026-04",
        "old_due_at": at("2026-04-30T10:00"),
        "new_due_at": at("2026-05-04T10:00"),
        "decided_at": at("2026-05-15T09:00"),
    }
    tables = Rows.load({"adjustment": [adjusted]})
    words = Wording("en", MADRID)

    may = build_report(tables, period="month", zone=MADRID, now=NOW)
    april = build_report(tables, period="month", zone=MADRID, now=NOW, at=at("2026-04-15T00:00"))

    assert [each.month for each in may.adjustments] == ["2026-04"]
    assert april.adjustments == ()
    (section,) = [each for each in lay_out(may, words) if each.code == "adjustments"]
    assert section.rows[0][:2] == ("2026-04", "L1/1")
    assert "adjustments" not in {each.code for each in lay_out(april, words)}
    assert document(may, company="acme")["adjustments"][0]["old_due_at"] == "2026-04-30T08:00:00Z"

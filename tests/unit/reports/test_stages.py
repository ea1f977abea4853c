from typing import Any

import pytest

from reports.figures.rates import Share
from reports.span import span_of
from reports.stages import STAGES, Ways, funnel, rates
from tests.unit.reports.made import MADRID, at, clock, handoff, lead, rows, touch

MAY = span_of("month", at("2026-05-20T12:00"), MADRID)


def reached(row: dict[str, Any], **tables: list[dict[str, Any]]) -> dict[str, int]:
    ways = Ways(rows(handoff=[row], **tables))
    return {stage: when for stage in STAGES if (when := ways.at(ways.handoffs[0], stage)) is not None}


def test_a_fresh_handoff_has_reached_mql_and_passed_only() -> None:
    row = handoff("L1", "2026-05-13T10:00", mql="2026-05-13T09:30")

    assert reached(row) == {"mql": at("2026-05-13T09:30"), "passed": at("2026-05-13T10:00")}


def test_the_ledgers_own_dates_win() -> None:
    row = handoff("L1", credit="final", accepted_at=at("2026-05-13T11:00"))
    accept = clock("L1", "accept", "met", stop_at=at("2026-05-13T12:00"))

    assert reached(row, clock=[accept])["accepted"] == at("2026-05-13T11:00")


def test_acceptance_is_dated_by_the_clock_that_it_stopped() -> None:
    row = handoff("L1", state="accepted", credit="final", since=at("2026-05-13T12:00"))
    accept = clock("L1", "accept", "met", stop_at=at("2026-05-13T12:00"))

    assert reached(row, clock=[accept])["accepted"] == at("2026-05-13T12:00")


def test_silence_accepts_when_the_clock_was_due() -> None:
    row = handoff("L1", state="accepted", credit="final")
    accept = clock(
        "L1", "accept", "breached_done", stop_at=at("2026-05-15T09:00"), breached_at=at("2026-05-14T10:00")
    )

    assert reached(row, clock=[accept])["accepted"] == at("2026-05-14T10:00")


def test_the_first_counted_attempt_accepts_and_an_automated_one_does_not() -> None:
    row = handoff("L1", state="working", credit="final", since=at("2026-05-13T16:00"))
    touches = [
        touch("L1", "2026-05-13T11:00", counted=False, reason="automated"),
        touch("L1", "2026-05-13T17:00"),
        touch("L1", "2026-05-13T16:00"),
    ]

    assert reached(row, touch=touches)["accepted"] == at("2026-05-13T16:00")


def test_a_rejection_stops_the_accept_clock_and_accepts_nothing() -> None:
    row = handoff("L1", state="rejected", outcome="rejected", credit="reversed")
    accept = clock("L1", "accept", "met", stop_at=at("2026-05-13T12:00"))

    assert "accepted" not in reached(row, clock=[accept])


def test_a_stage_is_proved_by_a_later_one() -> None:
    row = handoff("L1", state="qualified", credit="final", since=at("2026-05-14T12:00"))

    found = reached(row)

    assert found["accepted"] == found["connected"] == found["qualified"] == at("2026-05-14T12:00")
    assert "opportunity" not in found


def test_a_win_proves_every_stage_before_it() -> None:
    row = handoff("L1", state="won", credit="final", won_at=at("2026-05-20T12:00"))

    assert set(reached(row)) == set(STAGES)


def test_a_win_after_the_return_makes_a_customer_and_no_qualified_handoff() -> None:
    row = handoff(
        "L1", state="returned", credit="final", won_at=at("2026-05-25T12:00"), since=at("2026-05-20T12:00")
    )

    assert set(reached(row)) == {"mql", "passed", "accepted", "won"}


def test_the_funnel_counts_events_of_the_span_people_once_and_the_period_before() -> None:
    tables = rows(
        lead=[lead("L1", "2026-04-10T09:00"), lead("L2"), lead("L3")],
        handoff=[
            handoff("L1", "2026-04-10T10:00", state="returned", credit="final", since=at("2026-04-20T10:00")),
            handoff("L1", "2026-05-05T10:00", cycle=2),
            handoff("L2", "2026-05-04T10:00", state="returned", credit="final", since=at("2026-05-06T10:00")),
            handoff(
                "L2", "2026-05-29T10:00", cycle=2, state="won", credit="final", won_at=at("2026-05-30T10:00")
            ),
            handoff("L3", None, mql="2026-05-31T23:59"),
        ],
    )

    counts = {each.stage: each for each in funnel(Ways(tables), MAY)}

    assert (counts["leads"].people, counts["leads"].before) == (2, 1)
    assert (counts["mql"].handoffs, counts["mql"].people, counts["mql"].before) == (4, 3, 1)
    assert (counts["passed"].handoffs, counts["passed"].people, counts["passed"].before) == (3, 2, 1)
    assert (counts["accepted"].handoffs, counts["accepted"].people, counts["accepted"].before) == (2, 1, 1)
    assert (counts["won"].handoffs, counts["won"].people, counts["won"].before) == (1, 1, 0)


def test_a_quarter_counts_a_person_once_and_each_month_once_too() -> None:
    tables = rows(
        handoff=[
            handoff("L1", "2026-04-10T10:00", state="returned", since=at("2026-05-01T10:00")),
            handoff("L1", "2026-06-20T10:00", cycle=2),
        ]
    )
    ways = Ways(tables)

    def passed(period: Any, day: str) -> tuple[int, int]:
        found = {each.stage: each for each in funnel(ways, span_of(period, at(day), MADRID))}["passed"]
        return (found.people, found.handoffs)

    assert passed("month", "2026-04-15T00:00") == (1, 1)
    assert passed("month", "2026-06-15T00:00") == (1, 1)
    assert passed("quarter", "2026-05-15T00:00") == (1, 2)


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("2026-10-25T02:30+02:00", "2026-10-25"),
        ("2026-10-25T02:30+01:00", "2026-10-25"),
        ("2026-10-25T23:30+01:00", "2026-10-25"),
        ("2026-10-26T00:00+01:00", "2026-10-26"),
    ],
)
def test_a_day_of_25_hours_holds_both_of_its_half_past_twos(when: str, day: str) -> None:
    counts = funnel(Ways(rows(handoff=[handoff("L1", when)])), span_of("day", at(f"{day}T12:00"), MADRID))

    assert {each.stage: each.people for each in counts}["passed"] == 1


def test_leads_that_met_the_definition_before_the_agreement_are_in_no_funnel() -> None:
    counts = funnel(Ways(rows(handoff=[handoff("L1", state="history")])), MAY)

    assert all(each.handoffs == 0 for each in counts)


def test_cohorts_are_by_mql_date_and_those_within_their_horizon_are_maturing() -> None:
    quick = {"state": "qualified", "credit": "final"}
    tables = rows(
        handoff=[
            handoff("L1", "2026-04-01T10:00", **quick, since=at("2026-04-20T10:00")),
            handoff("L2", "2026-04-02T10:00", **quick, since=at("2026-05-20T10:00")),  # past its 30 days
            handoff("L3", "2026-04-03T10:00"),
            handoff("L4", "2026-05-13T10:00", **quick, since=at("2026-05-14T10:00")),
        ]
    )

    found = {each.stage: each.cohorts for each in rates(Ways(tables), MAY, now=at("2026-05-20T12:00"))}

    april, may = found["qualified"]
    assert (april.period, april.rate, april.maturing) == ("2026-04", Share(1, 3), 0)
    assert (may.period, may.rate, may.maturing) == ("2026-05", Share(0, 0), 1)
    assert not may.mature


def test_cohorts_after_the_span_are_not_shown() -> None:
    tables = rows(handoff=[handoff("L1", "2026-06-01T00:00"), handoff("L2", "2026-05-31T23:59")])

    found = rates(Ways(tables), MAY, now=at("2026-09-01T00:00"))

    assert [each.period for each in found[0].cohorts] == ["2026-05"]


def winners(*handoffs: dict[str, Any]) -> list[int]:
    ways = Ways(rows(handoff=list(handoffs)))
    return [each.cycle for each in ways.handoffs if ways.at(each, "won") is not None]


def test_a_win_that_the_ledger_notes_on_every_cycle_is_counted_once() -> None:
    won_at = at("2026-05-20T12:00")
    first = handoff("L1", "2026-04-10T10:00", state="returned", since=at("2026-04-20T10:00"), won_at=won_at)
    second = handoff("L1", "2026-05-05T10:00", cycle=2, state="returned", won_at=won_at)

    assert winners(first, handoff("L1", "2026-05-05T10:00", cycle=2, state="won", won_at=won_at)) == [2]
    assert winners(first, second) == [2]
    assert winners(first, handoff("L1", "2026-05-21T10:00", cycle=2, won_at=won_at)) == [1]
    assert winners(handoff("L1", "2026-05-21T10:00", won_at=won_at)) == [1]


def test_a_customer_who_buys_again_has_two_wins() -> None:
    first = handoff("L1", state="won", won_at=at("2026-05-20T12:00"), since=at("2026-05-20T12:00"))
    more = handoff("L1", "2026-06-05T10:00", cycle=2, type="expansion", state="won")

    assert winners(first, more | {"won_at": first["won_at"], "since": at("2026-06-20T12:00")}) == [1, 2]


def test_a_draft_has_the_source_of_its_lead_and_a_passed_one_that_of_its_delivery() -> None:
    ways = Ways(
        rows(
            lead=[lead("L1", dimensions={"source": "NOW"}), lead("L2", dimensions={"source": "NOW"})],
            handoff=[handoff("L1", None, dimensions={}), handoff("L2", dimensions={"source": None})],
        )
    )

    assert [each.source for each in ways.handoffs] == ["NOW", ""]

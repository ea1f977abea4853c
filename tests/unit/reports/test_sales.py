from typing import Any

import pytest

from reports.delays import delays
from reports.figures.rates import Share
from reports.sales import Sales, sales_side
from reports.span import span_of
from reports.stages import Ways
from tests.doubles.story import agree
from tests.unit.reports.made import MADRID, at, clock, handoff, lead, office, rows, touch

WEEK = span_of("week", at("2026-05-13T12:00"), MADRID)
IN, OUT = at("2026-05-13T14:00"), at("2026-05-20T14:00")


def side(**tables: list[dict[str, Any]]) -> Sales:
    found = rows(**tables)
    return sales_side(found, Ways(found), WEEK)


def test_compliance_is_of_the_clocks_due_in_the_span() -> None:
    clocks = [
        *(clock(f"M{n}", state="met", due_at=IN) for n in range(18)),
        clock("B1", state="breached_open", due_at=IN),
        clock("B2", state="breached_done", due_at=IN),
        *(clock(f"R{n}", state="running", due_at=IN) for n in range(7)),
        *(clock(f"C{n}", state="cancelled", due_at=IN) for n in range(3)),
        clock("NEXT", state="met", due_at=OUT),
    ]

    (kept,) = side(clock=clocks).clocks

    assert (kept.clock, kept.side) == ("first_attempt", "sales")
    assert kept.compliance.share == Share(18, 20)
    assert kept.compliance.share.percent == pytest.approx(90.0)
    interval = kept.compliance.share.interval
    assert interval is not None
    assert (round(interval.low, 3), round(interval.high, 3)) == (0.699, 0.972)
    assert kept.compliance.others == (("cancelled", 3), ("running", 7))


def test_three_of_three_is_no_percentage() -> None:
    (kept,) = side(clock=[clock(f"L{n}", state="met", due_at=IN) for n in range(3)]).clocks

    assert kept.compliance.share == Share(3, 3)
    assert kept.compliance.share.percent is None


def test_clocks_come_in_the_agreements_order_each_with_the_side_it_binds() -> None:
    clocks = [
        clock("L1", "return_ack", "met", side="marketing", due_at=IN),
        clock("L1", "retention", "met", due_at=IN),
        clock("L1", "package", "met", side="marketing", due_at=IN),
        clock("L1", "accept", "met", due_at=OUT),
    ]

    assert [(each.clock, each.side) for each in side(clock=clocks).clocks] == [
        ("package", "marketing"),
        ("retention", "sales"),
        ("return_ack", "marketing"),
    ]


def test_speed_is_a_distribution_in_business_and_in_wall_time() -> None:
    elapsed = [60, 299, 300, 3599, 3600, 14_399, 14_400, 20_000, 30_000, 40_000]
    clocks = [
        clock(f"L{n}", state="met", stop_at=IN, elapsed_s=seconds, wall_elapsed_s=seconds + 100_000)
        for n, seconds in enumerate(elapsed)
    ]
    clocks += [
        clock("NEVER", state="breached_open", elapsed_s=99_999),
        clock("WAITS", state="running", elapsed_s=5),
        clock("GONE", state="cancelled", elapsed_s=5),
        clock("BEFORE", state="met", elapsed_s=5, wall_elapsed_s=5),
    ]
    names = [*(f"L{n}" for n in range(10)), "NEVER", "WAITS", "GONE"]
    handoffs = [*(handoff(name) for name in names), handoff("BEFORE", "2026-05-06T10:00")]

    speed = side(handoff=handoffs, clock=clocks).speed

    assert (speed.attempted, speed.waiting, speed.ended) == (10, 1, 1)
    assert (speed.business_median, speed.business_p90) == (3600, 30_000)
    assert (speed.wall_median, speed.wall_p90) == (103_600, 130_000)
    assert [count for _, count in speed.bands] == [2, 1, 1, 2, 4, 1]


def test_giving_up_as_agreed_is_told_from_giving_up_early() -> None:
    silent = {"state": "returned", "reason": "no_response", "since": IN}
    found = side(
        handoff=[
            handoff("L1", **silent, attempts=6),
            handoff("L2", **silent, attempts=3, flags={"early_give_up": 3}),
            handoff("L3", **silent, attempts=2, flags={"early_give_up": 4}),
            handoff("L4", **(silent | {"since": OUT})),
            handoff("L5", state="returned", reason="expired", since=IN),
            handoff("L6", state="returned", reason="not_now", since=IN),
        ]
    ).attempts

    assert found.given_up == Share(1, 3)
    assert (found.early, found.missing, found.expired) == (2, 7, 1)


def test_too_much_is_counted_for_each_hundred_handoffs_in_hand() -> None:
    found = side(
        handoff=[
            handoff("L1"),
            handoff(
                "L2", "2026-05-01T10:00", state="returned", reason="no_response", since=at("2026-05-12T10:00")
            ),
            handoff("L3", "2026-04-01T10:00", state="lost", since=at("2026-04-20T10:00")),
            handoff("L4", "2026-05-18T00:00"),
            handoff("L5", None),
        ],
        touch=[
            touch("L1", "2026-05-13T11:00"),
            touch("L1", "2026-05-13T15:00", counted=False, reason="over_cap"),
            touch("L1", "2026-05-16T11:00", counted=False, reason="quiet_hours"),
            touch("L1", "2026-05-13T11:05", counted=False, reason="duplicate"),
            touch("L2", "2026-05-13T11:00", counted=False, reason="after_give_up"),
            touch("L2", "2026-05-13T12:00", counted=False, reason="automated"),
            touch("L1", "2026-05-18T00:00", counted=False, reason="over_cap"),
        ],
    ).attempts

    assert found.counted == 1
    assert found.too_much == (("over_cap", 1), ("quiet_hours", 1), ("after_give_up", 1))
    assert found.in_hand == 2
    assert found.per_hundred == pytest.approx(150.0)


def test_never_touched_are_past_due_and_without_a_counted_attempt() -> None:
    found = side(
        handoff=[handoff("L2"), handoff("L1"), handoff("L3", attempts=1), handoff("L4")],
        clock=[
            clock("L1", state="breached_open"),
            clock("L2", state="breached_open"),
            clock("L3", state="breached_open"),
            clock("L4", state="running"),
        ],
    )

    assert found.untouched == ("L1", "L2")


def test_each_owner_has_their_own_row_and_the_unassigned_a_blank_one() -> None:
    found = side(
        handoff=[
            handoff("L1", owner="005A", state="qualified", credit="final", since=IN),
            handoff("L2", owner="005B"),
            handoff("L3", owner=None),
        ],
        clock=[
            clock("L1", state="met", due_at=IN),
            clock("L2", state="breached_open", due_at=IN),
            clock("L2", "accept", "breached_open", due_at=OUT),
            clock("L3", "assign", "breached_open", side="routing"),
        ],
        touch=[touch("L1", "2026-05-13T11:00"), touch("L2", "2026-05-13T11:00", user="005A")],
    ).owners

    blank, first, second = found
    assert (blank.owner, blank.delivered, blank.open_breaches) == ("", 1, 0)
    assert (first.owner, first.first_attempt, first.attempts, first.qualified) == ("005A", Share(1, 1), 2, 1)
    assert (second.owner, second.first_attempt, second.open_breaches) == ("005B", Share(0, 1), 2)


def test_a_deadline_counts_for_each_owner_by_the_time_they_held_the_lead() -> None:
    found = side(
        handoff=[handoff("L1", owner="005B"), handoff("L2", owner="005B"), handoff("L3", owner="005B")],
        clock=[
            clock("L1", state="met", due_at=IN, shares={"005A": 7_200, "005B": 5_400}),
            clock("L2", state="breached_done", due_at=IN, shares={"005A": 900, "005B": 2_700}),
            clock("L3", state="met", due_at=IN, shares=None),
            clock("L1", "reply", "met", due_at=IN, shares={"005C": 60}),
            clock("L2", state="met", instance=2, due_at=OUT, shares={"005C": 60}),
            clock("L3", state="running", instance=2, due_at=IN, shares={"005C": 60}),
        ],
    )

    first, second = found.owners
    assert (first.owner, second.owner) == ("005A", "005B")
    assert first.first_attempt == Share(pytest.approx(4 / 7), pytest.approx(4 / 7 + 1 / 4))
    assert second.first_attempt == Share(pytest.approx(3 / 7 + 1), pytest.approx(3 / 7 + 3 / 4 + 1))
    assert found.clocks[0].compliance.share == Share(2, 3)  # the team's goes by the handoff


def test_parts_of_one_deadline_add_up_to_a_whole_one() -> None:
    shares = {"005A": 1, "005B": 1, "005C": 1}
    found = side(
        handoff=[handoff(f"L{n}") for n in range(3)],
        clock=[clock(f"L{n}", state="met", due_at=IN, shares=shares) for n in range(3)],
    )

    assert [each.first_attempt for each in found.owners] == [Share(1, 1)] * 3


def test_the_systems_delay_is_told_from_that_of_people() -> None:
    # Fri 15 May 17:00 MQL, packed Fri 18:00, delivered Mon 18 May 08:00, first contact Mon 10:00
    row = handoff(
        "L1",
        "2026-05-18T08:00",
        mql="2026-05-15T17:00",
        package_complete_at=at("2026-05-15T18:00"),
        first_contact_at=at("2026-05-18T10:00"),
    )

    packing, delivering, contact = delays(rows(handoff=[row]).handoff, office())

    assert (packing.bound, packing.wall_median, packing.business_median) == ("marketing", 3600, 3600)
    assert (delivering.bound, delivering.wall_median, delivering.business_median) == ("system", 62 * 3600, 0)
    assert (contact.bound, contact.wall_p90, contact.business_p90) == ("sales", 7200, 3600)


def test_without_a_calendar_delays_have_wall_time_only() -> None:
    found = delays(rows(handoff=[handoff("L1"), handoff("L2", None)]).handoff, None)

    assert [(each.handoffs, each.business_median) for each in found] == [(1, None), (1, None), (0, None)]


def test_first_attempts_within_the_shorter_target_are_told_beside_by_priority_and_segment() -> None:
    found = rows(
        handoff=[
            handoff("H1", priority="hot"),
            handoff("H2", priority="hot"),
            handoff("S1"),
            handoff("E1", segment="enterprise"),
            handoff("N1"),
        ],
        clock=[
            clock("H1", state="met", elapsed_s=300),
            clock("H2", state="met", elapsed_s=301),
            clock("S1", state="breached_done", elapsed_s=3600),
            clock("E1", state="met", elapsed_s=600),
            clock("N1", state="breached_open", elapsed_s=60),
        ],
    )
    target = {"standard": "1h", "hot": "5m", "enterprise": "599s"}
    agreed = agree(
        segments=[{"name": "enterprise", "when": False}], clocks={"first_attempt": {"stretch": target}}
    )

    assert sales_side(found, Ways(found), WEEK, agreed=agreed).speed.stretch == Share(2, 5)
    assert sales_side(found, Ways(found), WEEK).speed.stretch is None


def test_attempts_beyond_an_accounts_daily_maximum_are_counted_together_by_the_leads_own_date() -> None:
    day = "2026-05-13T11:00"
    touches = [
        touch("A1", day),
        touch("A2", "2026-05-13T12:00"),
        touch("A2", "2026-05-13T15:00"),
        touch("A1", "2026-05-13T16:00", counted=False, reason="min_gap"),
        touch("A1", "2026-05-14T11:00"),
        touch("B1", day),
        touch("C1", day),
    ]
    accounts = {"A1": "x", "A2": "x", "B1": "y", "C1": None}
    people = [lead(name, day, dimensions={"account": account}) for name, account in accounts.items()]
    found = rows(touch=touches, lead=people)

    def told(cap: int | bool) -> dict[str, int]:
        agreed = agree(attempts={"account_max_per_day": cap})
        return dict(sales_side(found, Ways(found), WEEK, agreed=agreed).attempts.too_much)

    assert told(2)["over_account"] == 1
    assert "over_account" not in told(3)
    assert "over_account" not in told(cap=False)

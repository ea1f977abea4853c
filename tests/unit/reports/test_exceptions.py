from typing import Any

from policies.business_time import Hours
from reports.exceptions import Item, exceptions
from reports.rows import Rows
from reports.stages import Ways
from tests.unit.reports.made import at, clock, handoff, lead, office, refused

NOW = at("2026-05-15T12:00")


def listed(
    hours: Hours | None = None, links: dict[str, str] | None = None, **tables: list[dict[str, Any]]
) -> list[Item]:
    tables.setdefault("lead", [lead(row["lead"]) for row in tables.get("handoff", [])])
    found = Rows.load(tables, links)
    return list(exceptions(found, Ways(found), now=NOW, hours=hours))


def test_an_open_clock_past_due_is_listed_with_whom_it_binds_and_where_to_open_it() -> None:
    (item,) = listed(
        links={"L1": "https://crm.example/lightning/r/Lead/00Q1/view"},
        handoff=[handoff("L1", attempts=1)],
        clock=[clock("L1", "next_attempt", "breached_open", breached_at=at("2026-05-14T10:00"))],
    )

    assert item == Item(
        kind="breached",
        lead="L1",
        cycle=1,
        code="next_attempt",
        side="sales",
        owner="005A",
        at=at("2026-05-14T10:00"),
        link="https://crm.example/lightning/r/Lead/00Q1/view",
    )


def test_a_clock_that_ran_out_since_the_newest_run_is_breached_too() -> None:
    (item,) = listed(handoff=[handoff("L1")], clock=[clock("L1", "reply", due_at=NOW - 1)])

    assert (item.kind, item.code) == ("breached", "reply")


def test_a_clock_that_is_due_now_is_not_late_yet() -> None:
    assert listed(handoff=[handoff("L1")], clock=[clock("L1", "reply", due_at=NOW)]) == []


def test_a_lead_nobody_tried_is_breached_and_never_touched() -> None:
    found = listed(handoff=[handoff("L1")], clock=[clock("L1", state="breached_open")])

    assert [each.kind for each in found] == ["breached", "never_touched"]


def test_retention_expires_soon_within_two_business_days() -> None:
    soon = clock(
        "L1", "retention", due_at=at("2026-05-19T12:00")
    )  # Friday noon + 2 working dates = Tuesday noon
    later = clock("L2", "retention", due_at=at("2026-05-19T12:01"))

    found = listed(office(), handoff=[handoff("L1"), handoff("L2")], clock=[soon, later])

    assert [(each.kind, each.lead) for each in found] == [("expiring", "L1")]


def test_without_a_calendar_soon_is_two_days() -> None:
    clocks = [
        clock("L1", "retention", due_at=NOW + 2 * 86_400),
        clock("L2", "retention", due_at=NOW + 2 * 86_400 + 1),
    ]

    found = listed(handoff=[handoff("L1"), handoff("L2")], clock=clocks)

    assert [each.lead for each in found] == ["L1"]


def test_parked_and_unexplained_returns_are_listed_by_the_newest_handoff() -> None:
    found = listed(
        handoff=[
            handoff("L1", state="returned", reason="unspecified"),
            handoff("L2", state="returned", reason="unspecified"),
            handoff("L2", cycle=2, state="parked", reason="ping_pong"),
        ]
    )

    assert [(each.kind, each.lead, each.code) for each in found] == [
        ("unspecified", "L1", "unspecified"),
        ("parked", "L2", "ping_pong"),
    ]


def test_refused_records_show_the_code_and_never_the_message() -> None:
    (item,) = listed(refused=[refused("L1", message="name of a person")])

    assert (item.kind, item.code) == ("refused", "salesforce push: REQUIRED_FIELD_MISSING")
    assert "person" not in repr(item)


def test_a_lead_that_no_place_accounts_for_is_listed_last() -> None:
    found = listed(
        lead=[lead("L1", place=None), lead("L2")],
        handoff=[handoff("L1"), handoff("L2")],
        clock=[clock("L2", "reply", "breached_open")],
    )

    assert [(each.kind, each.lead) for each in found] == [("breached", "L2"), ("no_place", "L1")]

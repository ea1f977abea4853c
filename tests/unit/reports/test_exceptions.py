from datetime import date
from typing import Any

from policies.business_time import Hours
from policies.calendar import read_calendar
from reports.exceptions import Item, exceptions
from reports.report import build_report
from reports.rows import Rows
from reports.sections.leads import exceptions as lay_out_exceptions
from reports.stages import Ways
from reports.wording import Wording
from tests.unit.reports.made import MADRID, at, clock, handoff, lead, office, refused

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


def test_a_clock_that_cannot_be_computed_lists_its_handoff_once_for_each_reason() -> None:
    invalid = {"state": "invalid", "due_at": None, "reason": "NO_BUSINESS_TIME"}

    found = listed(
        handoff=[handoff("L1"), handoff("L2", attempts=1)],
        clock=[
            clock("L1", "assign", start_at=at("2026-05-13T10:05"), **invalid),
            clock("L1", "first_attempt", **invalid),
            clock("L2", "reply", **{**invalid, "reason": "OUTSIDE_CALENDAR"}),
            clock("L2", "first_attempt", "cancelled", reason="closed"),
        ],
    )

    assert [(each.kind, each.lead, each.code, each.at) for each in found] == [
        ("configuration", "L1", "NO_BUSINESS_TIME", at("2026-05-13T10:00")),
        ("configuration", "L2", "OUTSIDE_CALENDAR", at("2026-05-13T10:00")),
    ]


def test_a_calendar_that_cannot_tell_leaves_soon_at_two_days() -> None:
    spec = read_calendar({"timezone": MADRID}).spec
    assert spec is not None
    past = spec.resolve(date(1990, 1, 1)).hours

    (item,) = listed(past, handoff=[handoff("L1")], clock=[clock("L1", "retention", due_at=NOW + 1)])

    assert item.kind == "expiring"


def test_contacts_of_one_account_stand_together_in_the_place_of_the_oldest() -> None:
    def breached(lead_: str, hour: int) -> dict[str, Any]:
        return clock(lead_, "reply", "breached_open", breached_at=at(f"2026-05-14T{hour}:00"))

    found = listed(
        lead=[lead(f"L{n}", dimensions={"account": "a" if n in (2, 4) else None}) for n in range(1, 5)],
        handoff=[handoff(f"L{n}") for n in range(1, 5)],
        clock=[breached("L1", 10), breached("L2", 11), breached("L3", 12), breached("L4", 13)],
    )

    assert [(each.lead, each.account) for each in found] == [
        ("L1", None),
        ("L2", "a"),
        ("L4", "a"),
        ("L3", None),
    ]


def test_the_list_marks_another_contact_of_the_account_above_and_says_what_the_mark_means() -> None:
    accounts = {"L1": "a", "L2": "a", "L3": "b"}
    breached = {"state": "breached_open", "breached_at": at("2026-05-14T10:00")}
    found = Rows.load(
        {
            "lead": [lead(name, dimensions={"account": each}) for name, each in accounts.items()],
            "handoff": [handoff(name, attempts=1) for name in accounts],
            "clock": [
                *(clock(name, "reply", **breached) for name in accounts),
                clock("L1", "next_attempt", **breached),
            ],
        }
    )
    report = build_report(found, period="week", zone=MADRID, now=NOW)

    section = lay_out_exceptions(report, Wording("en", MADRID))

    assert [(row[0], row[1]) for row in section.rows] == [
        ("overdue", "L1"),
        ("overdue", "L1"),
        ("overdue +", "L2"),
        ("overdue", "L3"),
    ]
    assert section.note is not None
    assert (
        lay_out_exceptions(
            build_report(Rows(), period="week", zone=MADRID, now=NOW), Wording("en", MADRID)
        ).note
        is None
    )


def test_what_cannot_be_computed_is_said_in_words() -> None:
    found = Rows.load(
        {
            "lead": [lead("L1")],
            "handoff": [handoff("L1")],
            "clock": [clock("L1", state="invalid", due_at=None, reason="NO_BUSINESS_TIME")],
        }
    )
    report = build_report(found, period="week", zone=MADRID, now=NOW)

    (row,) = lay_out_exceptions(report, Wording("es", MADRID)).rows

    assert (row[0], row[3]) == ("no calculable", "el calendario nunca abre")


def test_a_lead_that_no_place_accounts_for_is_listed_last() -> None:
    found = listed(
        lead=[lead("L1", place=None), lead("L2")],
        handoff=[handoff("L1"), handoff("L2")],
        clock=[clock("L2", "reply", "breached_open")],
    )

    assert [(each.kind, each.lead) for each in found] == [("breached", "L2"), ("no_place", "L1")]

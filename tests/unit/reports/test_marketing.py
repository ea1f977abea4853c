from typing import Any

import pytest

from policies.business_time import BusinessTimeError
from reports.figures.rates import Share
from reports.marketing import Marketing, Rejection, marketing_side
from reports.span import span_of
from reports.stages import Ways
from tests.unit.reports.made import MADRID, at, clock, handoff, office, rows

MAY = span_of("month", at("2026-05-20T12:00"), MADRID)
NOW = at("2026-05-14T18:00")


def side(goal: int | None = None, now: int = NOW, **tables: list[dict[str, Any]]) -> Marketing:
    found = rows(**tables)
    return marketing_side(found, Ways(found), MAY, now=now, goal=goal, hours=office())


def test_valid_are_the_distinct_people_whose_credit_stands() -> None:
    found = side(
        handoff=[
            handoff("L1", "2026-05-05T10:00", credit="final", state="returned", since=at("2026-05-06T10:00")),
            handoff("L1", "2026-05-13T10:00", cycle=2, credit="provisional"),
            handoff("L2", "2026-05-06T10:00", credit="reversed", state="rejected", against_marketing=True),
            handoff("L3", "2026-05-07T10:00", credit="final"),
            handoff("L4", "2026-04-30T23:59", credit="final"),
            handoff("L5", "2026-05-08T10:00", credit="final", type="expansion"),
        ]
    )

    assert (found.delivered, found.valid) == (4, 2)
    assert found.credit == (("final", 2), ("provisional", 1), ("reversed", 1))
    assert found.accepted == Share(2, 3)
    assert found.target is found.attainment is found.pace is found.projection is None


def test_a_rejection_that_does_not_speak_against_marketing_is_in_no_quality_rate() -> None:
    found = side(
        handoff=[
            handoff("L1", credit="reversed", state="rejected", reason="duplicate"),
            handoff("L2", credit="reversed", state="rejected", reason="bad_fit", against_marketing=True),
            handoff("L3", credit="final"),
        ]
    )

    assert found.accepted == Share(1, 2)
    assert found.credit == (("final", 1), ("reversed", 2))


def test_pace_counts_business_time_of_the_goals_calendar() -> None:
    # May 2026 in Madrid: 1 May is a holiday, 20 working dates of 9 hours; 9 of them are over on Thursday 14 May.
    found = side(goal=40, handoff=[handoff(f"L{n}", "2026-05-13T10:00") for n in range(9)])

    assert found.pace is not None
    assert found.pace.expected == pytest.approx(40 * 9 / 20)
    assert found.pace.pace == pytest.approx(0.5)
    assert found.pace.band == "behind"
    assert found.attainment == pytest.approx(9 / 40)
    assert found.pace.required_per_day == pytest.approx(31 / 11)


def test_before_the_first_opening_the_goal_has_not_started() -> None:
    found = side(goal=40, now=at("2026-05-01T08:00"))

    assert found.pace is not None
    assert found.pace.pace is None
    assert found.pace.band == "not_started"
    assert found.projection is None


def test_a_projection_goes_by_the_people_of_the_last_twenty_working_dates() -> None:
    people = [handoff(f"L{n}", "2026-05-13T10:00") for n in range(10)]
    again = [handoff("L0", "2026-05-14T10:00", cycle=2)]

    found = side(goal=40, handoff=[*people, *again])

    assert found.projection is not None  # 10 people in 20 working dates, 11 working dates to come
    assert found.projection.likely == pytest.approx(10 + 10 * 11 / 20)


def test_a_span_that_is_over_is_not_projected() -> None:
    found = side(goal=40, now=at("2026-06-03T12:00"), handoff=[handoff("L1")])

    assert found.projection is None
    assert found.pace is not None
    assert found.pace.days_left == 0


def test_incomplete_packages_are_the_drafts_and_overdue_those_past_the_agreed_time() -> None:
    found = side(
        handoff=[handoff("L1", None), handoff("L2", None), handoff("L3")],
        clock=[
            clock("L1", "package", "breached_open", side="marketing"),
            clock("L2", "package", "running", side="marketing"),
            clock("L3", "package", "breached_done", side="marketing"),
        ],
    )

    assert (found.incomplete, found.overdue) == (2, 1)


def test_rejections_are_by_reason_source_and_content_most_first() -> None:
    def rejected(lead: str, source: str, when: str = "2026-05-14T10:00") -> dict[str, Any]:
        dimensions = {"source": source, "content": "Guide"}
        return handoff(
            lead, state="rejected", reason="bad_fit", credit="reversed", since=at(when), dimensions=dimensions
        )

    found = side(
        handoff=[
            rejected("L1", "SOCIAL_MEDIA"),
            rejected("L2", ""),
            rejected("L3", "SOCIAL_MEDIA"),
            rejected("L4", "SOCIAL_MEDIA", "2026-06-01T00:00"),
        ]
    )

    assert found.rejections == (
        Rejection(reason="bad_fit", source="SOCIAL_MEDIA", content="Guide", leads=2),
        Rejection(reason="bad_fit", source="", content="Guide", leads=1),
    )


def test_a_span_outside_the_calendar_is_told_not_guessed() -> None:
    found = rows()
    span = span_of("month", at("1999-05-01T00:00"), MADRID)

    with pytest.raises(BusinessTimeError):
        marketing_side(found, Ways(found), span, now=span.end, goal=10, hours=office())

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.states import Place
from reports.figures.rates import Share
from reports.outcomes import (
    Return,
    by_content,
    by_source,
    contributions,
    discards,
    returns,
    whereabouts,
)
from reports.span import span_of
from reports.stages import Ways
from tests.unit.reports.made import MADRID, at, handoff, lead, rows

MAY = span_of("month", at("2026-05-20T12:00"), MADRID)
IN = at("2026-05-20T12:00")


def came(source: str | None, content: str = "Guide") -> dict[str, Any]:
    return {"source": source, "content": content}


def test_returns_are_by_reason_and_track_with_what_came_back() -> None:
    late = {"state": "returned", "reason": "not_now", "track": "nurture", "since": IN}
    ways = Ways(
        rows(
            handoff=[
                handoff("L1", **late),
                handoff("L1", "2026-06-20T10:00", cycle=2, state="won", won_at=at("2026-06-25T10:00")),
                handoff("L2", **late),
                handoff("L2", "2026-06-21T10:00", cycle=2),
                handoff("L3", **late),
                handoff("L4", state="returned", reason="no_fit", track="education", since=IN),
                handoff("L5", **(late | {"since": at("2026-06-01T00:00")})),
            ]
        )
    )

    assert returns(ways, MAY) == (
        Return(reason="not_now", track="nurture", handoffs=3, came_back=2, qualified=1, won=1),
        Return(reason="no_fit", track="education", handoffs=1, came_back=0, qualified=0, won=0),
    )


def test_a_pattern_of_discarded_leads_is_weighed_by_what_was_passed() -> None:
    bad = {"state": "rejected", "reason": "bad_fit", "since": IN, "credit": "reversed"}
    ways = Ways(
        rows(
            handoff=[
                handoff("L1", **bad, dimensions=came("PAID_SOCIAL", "Contest")),
                handoff("L2", **bad, dimensions=came("PAID_SOCIAL", "Contest")),
                handoff("L3", dimensions=came("PAID_SOCIAL", "Contest")),
                handoff("L4", state="lost", reason="competitor", since=IN, dimensions=came(None)),
                handoff("L5", state="returned", reason="not_now", since=at("2026-06-01T00:00")),
            ]
        )
    )

    first, second = discards(ways, MAY)

    assert (first.outcome, first.reason, first.source, first.content) == (
        "rejected",
        "bad_fit",
        "PAID_SOCIAL",
        "Contest",
    )
    assert (first.leads, first.passed) == (2, 3)
    assert (second.outcome, second.source, second.leads, second.passed) == ("lost", "", 1, 1)


def test_a_source_shows_its_leads_and_its_customers_and_a_blank_one_stays_blank() -> None:
    won = {"state": "won", "credit": "final", "won_at": IN}
    ways = Ways(
        rows(
            lead=[
                lead("L1", dimensions=came("unknown")),
                lead("L2", dimensions=came(None)),
                lead("L3", dimensions=came("")),
                lead("L4", "2026-04-04T09:00", dimensions=came("unknown")),
            ],
            handoff=[
                handoff("L1", dimensions=came("unknown"), **won),
                handoff("L2", dimensions=came(None)),
                handoff("L3", dimensions=came(""), state="returned", since=IN, won_at=IN),
                handoff("L3", dimensions=came(""), cycle=2, **won),
                handoff("L4", "2026-04-04T10:00", dimensions=came("unknown"), **won),
            ],
        )
    )

    found = {each.name: (each.leads, each.passed, each.won) for each in by_source(ways, MAY)}

    assert found == {"unknown": (1, 1, 2), "": (2, 2, 1)}
    assert sum(won for _, _, won in found.values()) == 3


def test_content_has_the_same_numbers_as_source() -> None:
    ways = Ways(
        rows(
            lead=[lead("L1", dimensions=came("X", "Guide"))],
            handoff=[handoff("L1", dimensions=came("X", "Guide"))],
        )
    )

    (row,) = by_content(ways, MAY)

    assert (row.name, row.leads, row.mql, row.passed, row.accepted, row.won) == ("Guide", 1, 1, 1, 0, 0)


def test_contribution_is_shown_with_its_counts() -> None:
    sql = {"state": "qualified", "credit": "final"}
    ways = Ways(
        rows(
            handoff=[
                *(
                    handoff(f"G{n}", dimensions=came("X", "Guide"), **(sql if n < 7 else {}))
                    for n in range(37)
                ),
                *(handoff(f"N{n}", dimensions=came("X", ""), **(sql if n < 13 else {})) for n in range(283)),
            ]
        )
    )

    (guide,) = contributions(ways, MAY)

    assert (guide.assisted, guide.touched, guide.untouched) == (Share(7, 20), Share(7, 37), Share(13, 283))
    assert guide.lift == pytest.approx(4.12, abs=0.005)


def test_every_lead_is_in_one_place_in_the_order_of_precedence() -> None:
    found = rows(
        lead=[
            lead("L1", place="nurture"),
            lead("L2", place="won"),
            lead("L3", place="nurture"),
            lead("L4", mql=False, place=None),
        ],
        handoff=[handoff("L1"), handoff("L2"), handoff("L3")],
    )

    where = whereabouts(found.lead, found.handoff)

    assert where.places == (("won", 1), ("nurture", 2))
    assert where.total == 3
    assert where.conserved
    assert where.lost_track_of == ()


def test_a_lead_without_a_place_is_told_by_id() -> None:
    found = rows(
        lead=[lead("L1", place=None), lead("L2")], handoff=[handoff("L1"), handoff("L2"), handoff("L3")]
    )

    where = whereabouts(found.lead, found.handoff)

    assert where.lost_track_of == ("L1", "L3")
    assert not where.conserved


@given(st.lists(st.one_of(st.none(), st.sampled_from([*map(str, Place), "a new place"])), max_size=30))
def test_places_and_the_lost_always_add_up(places: list[str | None]) -> None:
    found = rows(
        lead=[lead(f"L{n}", place=place) for n, place in enumerate(places)],
        handoff=[handoff(f"L{n}") for n in range(len(places))],
    )

    where = whereabouts(found.lead, found.handoff)

    assert sum(count for _, count in where.places) + len(where.lost_track_of) == where.total == len(places)
    assert where.conserved is (None not in places)

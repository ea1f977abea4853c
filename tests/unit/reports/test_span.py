import pytest

from reports.span import span_between, span_of
from tests.unit.reports.made import MADRID, at

HOUR = 3600


@pytest.mark.parametrize(
    ("period", "when", "name", "start", "end", "hours"),
    [
        ("day", "2026-03-29T12:00", "2026-03-29", "2026-03-29T00:00", "2026-03-30T00:00", 23),
        ("day", "2026-10-25T12:00", "2026-10-25", "2026-10-25T00:00", "2026-10-26T00:00", 25),
        ("week", "2026-03-29T23:59", "2026-W13", "2026-03-23T00:00", "2026-03-30T00:00", 7 * 24 - 1),
        ("month", "2026-10-31T23:59", "2026-10", "2026-10-01T00:00", "2026-11-01T00:00", 31 * 24 + 1),
        ("quarter", "2026-02-01T00:00", "2026-Q1", "2026-01-01T00:00", "2026-04-01T00:00", 90 * 24 - 1),
    ],
)
def test_a_period_is_that_of_the_local_calendar(
    period: str, when: str, *, name: str, start: str, end: str, hours: int
) -> None:
    span = span_of(period, at(when), MADRID)  # type: ignore[arg-type]

    assert (span.name, span.start, span.end) == (name, at(start), at(end))
    assert span.end - span.start == hours * HOUR


def test_the_same_instant_is_in_different_days_of_different_zones() -> None:
    instant = at("2026-05-13T02:00+02:00")

    assert span_of("day", instant, MADRID).name == "2026-05-13"
    assert span_of("day", instant, "America/Bogota").name == "2026-05-12"


def test_a_span_is_half_open() -> None:
    span = span_of("day", at("2026-05-13T12:00"), MADRID)

    assert span.holds(at("2026-05-13T00:00"))
    assert not span.holds(at("2026-05-14T00:00"))
    assert not span.holds(None)


def test_the_period_before_is_the_calendars_own() -> None:
    march = span_of("month", at("2026-03-31T12:00"), MADRID)

    before = march.before()

    assert before is not None
    assert (before.name, before.end) == ("2026-02", march.start)


def test_chosen_instants_are_named_by_their_dates_and_have_no_period_before() -> None:
    span = span_between(at("2026-05-04T00:00"), at("2026-05-18T00:00"), MADRID)

    assert span.name == "2026-05-04 - 2026-05-17"
    assert span.before() is None


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        span_between(at("2026-05-18T00:00"), at("2026-05-18T00:00"), MADRID)


def test_a_period_that_reports_are_not_made_of_is_refused() -> None:
    with pytest.raises(ValueError, match="not of a 'year'"):
        span_of("year", 0, MADRID)  # type: ignore[arg-type]

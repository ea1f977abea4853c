"""Rules of HubSpot that hold for every value: time order, forward stages, filters."""

from datetime import UTC, datetime, timedelta
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.hubspot.filters import read_filter
from sandbox.hubspot.lifecycle import furthest, goes_back
from sandbox.hubspot.merging import emails, merged_values
from sandbox.hubspot.stamps import epoch_milliseconds, iso, parse_day, parse_instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANTS = st.one_of(
    st.integers(0, 4_102_444_800_000).map(lambda number: EPOCH + timedelta(milliseconds=number)),
    st.integers(0, 47_000).map(lambda number: EPOCH + timedelta(days=number)),
)
STAGES = ("subscriber", "lead", "marketingqualifiedlead", "opportunity", "customer")
NUMBER = {"name": "annualrevenue", "type": "number"}
ADDRESSES = st.lists(st.from_regex(r"[a-c]@example\.com", fullmatch=True), unique=True, max_size=3)


@given(INSTANTS, INSTANTS)
def test_text_order_is_time_order(first: datetime, second: datetime) -> None:
    assert (iso(first) < iso(second)) is (first < second)


@given(INSTANTS)
def test_an_instant_is_the_same_as_milliseconds_and_as_text(instant: datetime) -> None:
    stamp = iso(instant)
    assert parse_instant(str(epoch_milliseconds(stamp))) == parse_instant(stamp) == stamp


@given(INSTANTS)
def test_a_day_is_midnight_utc_or_refused(instant: datetime) -> None:
    milliseconds = str(epoch_milliseconds(iso(instant)))
    if instant.time() == datetime.min.time():
        assert parse_day(milliseconds) == instant.date().isoformat()
    else:
        with pytest.raises(ValueError):
            parse_day(milliseconds)


@given(st.sampled_from([*STAGES, ""]), st.sampled_from([*STAGES, ""]))
def test_of_two_stages_at_most_one_way_is_back_and_a_merge_takes_the_further(one: str, two: str) -> None:
    assert not (goes_back(STAGES, one, two) and goes_back(STAGES, two, one))
    further = furthest(STAGES, [one, two])
    assert further in (one, two)
    assert further == furthest(STAGES, [two, one])
    assert not goes_back(STAGES, one, further)


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(-50, 50))
def test_number_filters_compare_numbers_not_texts(held: int, low: int, high: int) -> None:
    def found(operator: str, **given: str) -> bool:
        wish: dict[str, Any] = {"propertyName": "annualrevenue", "operator": operator, **given}
        return read_filter(wish, NUMBER)({"annualrevenue": str(held)})

    for operator, compare in {"EQ": eq, "NEQ": ne, "LT": lt, "LTE": le, "GT": gt, "GTE": ge}.items():
        assert found(operator, value=str(low)) is compare(held, low)
    assert found("BETWEEN", value=str(low), highValue=str(high)) is (low <= held <= high)


@given(ADDRESSES, ADDRESSES)
def test_a_merge_keeps_every_address_once_and_the_primarys_first(one: list[str], two: list[str]) -> None:
    def values(addresses: list[str]) -> dict[str, str]:
        first, others = (addresses[0], addresses[1:]) if addresses else ("", [])
        return {"email": first, "hs_additional_emails": ";".join(others), "createdate": "2026"}

    kept = emails(merged_values(values(one), values(two), STAGES))
    assert kept == list(dict.fromkeys([*one, *two]))

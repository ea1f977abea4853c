from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from email_validator import validate_email

from sandbox.hubspot.standard import definitions
from sandbox.marketing import LoadFailed, leads_of_day, load, track
from sandbox.server import Sandbox
from tests.unit.sandbox.conftest import Caller

DAY = date(2026, 1, 5)
STANDARD = {each["name"]: each for each in definitions("2026-01-01T00:00:00.000Z")}


def test_the_same_day_and_seed_make_the_same_leads_and_others_others() -> None:
    assert leads_of_day(DAY, 7, 50) == leads_of_day(DAY, 7, 50)
    assert leads_of_day(DAY, 7, 20) == leads_of_day(DAY, 7, 50)[:20]
    assert leads_of_day(DAY, 7, 50) != leads_of_day(DAY, 8, 50)


def test_no_two_leads_of_any_day_share_an_address() -> None:
    emails = [
        lead["properties"]["email"]
        for seed in (1, 2)
        for offset in range(5)
        for lead in leads_of_day(DAY + timedelta(days=offset), seed, 200)
    ]

    assert len(set(emails)) == len(emails) == 2000


def test_addresses_are_valid_and_nobodys() -> None:
    for lead in leads_of_day(DAY, 1, 300):
        email = lead["properties"]["email"]
        found = validate_email(email, check_deliverability=False)
        assert found.domain.endswith((".example.com", ".example.org", ".example.net"))
        assert found.normalized == email


def test_phones_are_valid_mobiles_of_the_country() -> None:
    regions = {"España": "ES", "México": "MX", "Colombia": "CO"}
    seen = set()
    for lead in leads_of_day(DAY, 1, 300, awkward=False):
        number = phonenumbers.parse(lead["properties"]["phone"])
        region = phonenumbers.region_code_for_number(number)
        assert phonenumbers.is_valid_number(number)
        assert region == regions[lead["properties"]["country"]]
        seen.add(region)
    assert seen == {"ES", "MX", "CO"}


def test_only_standard_properties_are_used_each_on_its_own_way() -> None:
    for lead in leads_of_day(DAY, 3, 300, long_names=True):
        for part, read_only in (("properties", False), ("tracked", True)):
            for name in lead[part]:
                assert STANDARD[name]["modificationMetadata"]["readOnlyValue"] is read_only, name


def test_awkward_leads_are_there_unless_they_are_not_wanted() -> None:
    awkward = [lead["properties"] for lead in leads_of_day(DAY, 1, 400)]
    plain = [lead["properties"] for lead in leads_of_day(DAY, 1, 400, awkward=False)]

    assert any("company" not in each for each in awkward)
    assert any("phone" not in each for each in awkward)
    assert any("🚀" in each["firstname"] for each in awkward)
    companies = [each.get("company", "") for each in awkward]
    assert any("," in each and '"' in each for each in companies)
    assert any(each.startswith("=HYPERLINK(") for each in companies)
    assert all({"company", "phone"} <= set(each) for each in plain)
    assert not any("=" in each["company"] for each in plain)


def test_a_very_long_name_only_comes_when_asked_for() -> None:
    assert len(leads_of_day(DAY, 1, 3, long_names=True)[0]["properties"]["lastname"]) == 300
    assert max(len(each["properties"]["lastname"]) for each in leads_of_day(DAY, 1, 300)) < 40


def test_forms_were_filled_in_the_day_before_the_hour_on_the_wall() -> None:
    for day in (date(2026, 3, 29), date(2026, 10, 25), DAY):
        until = datetime.combine(day, time(9), ZoneInfo("Europe/Madrid")).astimezone(UTC)
        for lead in leads_of_day(day, 1, 100):
            tracked = lead["tracked"]
            filled = datetime.fromisoformat(tracked["recent_conversion_date"])
            first = datetime.fromisoformat(tracked["first_conversion_date"])
            visited = datetime.fromisoformat(tracked["hs_analytics_first_visit_timestamp"])
            assert until - timedelta(hours=25) <= filled <= until
            assert visited <= first <= filled


def test_those_who_ask_to_be_called_are_marketing_qualified() -> None:
    leads = leads_of_day(DAY, 1, 300)

    asked = ("Demo:", "Contacto:", "Precios:")
    for lead in leads:
        form, stage = lead["tracked"]["recent_conversion_event_name"], lead["properties"]["lifecyclestage"]
        assert (stage == "marketingqualifiedlead") is form.startswith(asked)
    qualified = sum(lead["properties"]["lifecyclestage"] == "marketingqualifiedlead" for lead in leads)
    assert 60 < qualified < 150


@pytest.fixture
def loaded(sandbox: Sandbox) -> Callable[[int], list[str]]:
    def put(count: int) -> list[str]:
        leads = leads_of_day(DAY, 1, count, long_names=True)
        ids = load(sandbox.hubspot.base_url, sandbox.hubspot.token, leads)
        track(sandbox.control.base_url, leads[:5], ids[:5])
        return ids

    return put


def test_leads_are_created_through_the_public_api_in_the_order_given(
    loaded: Callable[[int], list[str]], hubspot: Caller
) -> None:
    ids = loaded(130)

    leads = leads_of_day(DAY, 1, 130, long_names=True)
    assert len(set(ids)) == 130
    for number in (0, 4, 99, 100, 129):
        names = ",".join(leads[number]["properties"])
        found = hubspot("GET", f"/crm/v3/objects/contacts/{ids[number]}?properties={names}").json()
        assert found["properties"].items() >= leads[number]["properties"].items()


def test_what_hubspot_tracks_comes_by_the_control_address(
    loaded: Callable[[int], list[str]], hubspot: Caller
) -> None:
    ids = loaded(6)

    tracked = leads_of_day(DAY, 1, 6, long_names=True)[4]["tracked"]
    path = f"?properties={','.join(tracked)}"
    with_it = hubspot("GET", f"/crm/v3/objects/contacts/{ids[4]}{path}").json()["properties"]
    without = hubspot("GET", f"/crm/v3/objects/contacts/{ids[5]}{path}").json()["properties"]
    assert with_it.items() >= tracked.items()
    assert without["recent_conversion_event_name"] is None


def test_a_wrong_token_is_told_by_its_status_and_nothing_that_was_sent(sandbox: Sandbox) -> None:
    with pytest.raises(LoadFailed) as failure:
        load(sandbox.hubspot.base_url, "wrong", leads_of_day(DAY, 1, 3))

    assert failure.value.status == 401
    assert str(failure.value) == "creating contacts: HTTP 401"


def test_a_refused_row_is_told_by_its_number(sandbox: Sandbox) -> None:
    leads = leads_of_day(DAY, 1, 3)
    load(sandbox.hubspot.base_url, sandbox.hubspot.token, leads[1:2])

    with pytest.raises(LoadFailed, match="CONFLICT in rows 1 of a batch: HTTP 207") as failure:
        load(sandbox.hubspot.base_url, sandbox.hubspot.token, leads)

    assert failure.value.status == 207
    assert "example" not in str(failure.value)


def test_tracking_a_contact_that_is_not_there_is_told(sandbox: Sandbox) -> None:
    with pytest.raises(LoadFailed, match="tracking a contact: HTTP 400"):
        track(sandbox.control.base_url, leads_of_day(DAY, 1, 1), ["999"])

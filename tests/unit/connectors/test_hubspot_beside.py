"""What tells that HubSpot's own Salesforce integration makes the records of leads, and what does not."""

import pytest

from connectors.hubspot.beside import BECAME_MQL, judge
from connectors.hubspot.client import HubSpotClient

LINKED = {"salesforceleadid": "00Q1"}
CONTACT = {"salesforcecontactid": "0031"}
ALONE = {"salesforceleadid": None}
ENTERED_THERE = {"salesforceleadid": "00Q2", "hs_analytics_source_data_1": "SALESFORCE"}
FIELDS = ("email", "salesforceleadid", "salesforcecontactid", *BECAME_MQL)


@pytest.fixture
def client(hubspot_settings, waits):
    return HubSpotClient(hubspot_settings(), zone="UTC", wait=waits)


def found(vendor, *rows):
    results = [
        {"id": str(number), "updatedAt": "2026-05-13T12:00:00Z", "properties": row}
        for number, row in enumerate(rows)
    ]
    vendor.say(200, {"total": len(rows), "results": results})


@pytest.mark.parametrize(
    ("rows", "makes"),
    [
        ([LINKED, LINKED, ALONE], True),
        ([LINKED, CONTACT, ALONE, ALONE], True),
        ([LINKED, ALONE, ALONE], False),
        ([ENTERED_THERE] * 5 + [ALONE], False),  # sales entered them: they were never marketing's to pass
        ([ENTERED_THERE] * 5 + [LINKED], True),
        ([ENTERED_THERE] * 5, False),
        ([], False),
    ],
)
def test_it_makes_them_where_half_of_the_newest_mqls_of_marketing_are_linked(vendor, client, rows, makes):
    found(vendor, *rows)
    judged, told = judge(client, FIELDS)
    assert judged is makes
    assert told
    (asked,) = vendor.bodies
    assert asked["sorts"] == [{"propertyName": BECAME_MQL[0], "direction": "DESCENDING"}]


def test_without_its_properties_it_is_not_installed_and_nothing_is_asked(vendor, client):
    assert judge(client, ("email", *BECAME_MQL)) == (False, "")
    assert vendor.requests == []


def test_an_account_that_dates_no_mql_makes_leads_and_says_why(vendor, client):
    judged, told = judge(client, ("email", "salesforceleadid"))
    assert (judged, vendor.requests) == (False, [])
    assert "no contact" in told

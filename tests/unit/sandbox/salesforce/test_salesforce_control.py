"""Salesforce's part of the control address, and many callers at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests


@pytest.fixture
def steer(salesforce) -> Iterator:
    """POST to the control address."""
    with requests.Session() as session:

        def post(path, wish):
            return session.post(salesforce.sandbox.control.base_url + path, json=wish, timeout=20)

        yield post


def test_people_act_on_order_over_http(steer, salesforce):
    lead = salesforce.lead()
    answer = steer("/people", {"actions": [{"do": "call", "lead": lead}]})
    assert answer.status_code == 200, answer.text
    task = answer.json()["results"][0]["written"]["task"]
    assert salesforce.one("SELECT Id FROM Task WHERE IsClosed = true")["Id"] == task


def test_an_order_that_makes_no_sense_is_400_with_the_reason(steer):
    answer = steer("/people", {"actions": [{"do": "call", "lead": "nobody"}]})
    assert (answer.status_code, answer.json()) == (400, {"error": "action 1: 0 leads are nobody"})


def test_switches_and_deeds_are_reached_over_http(steer, salesforce):
    assert steer("/settings", {"salesforce.assignment": "off"}).status_code == 200
    assert salesforce.one(f"SELECT OwnerId FROM Lead WHERE Id = '{salesforce.lead()}'")["OwnerId"].startswith(
        "005"
    )
    assert steer("/salesforce/lead_conversion", {"objectMapping": []}).json() == {"mapped": True}
    assert steer("/salesforce/lead_conversion", {"objectMapping": [{"x": 1}]}).status_code == 400


def test_calls_are_counted_by_the_address_they_are_of(salesforce):
    lead = salesforce.lead()
    salesforce("GET", f"sobjects/Lead/{lead}")
    salesforce("GET", f"sobjects/Lead/{lead}/")
    counted = requests.get(salesforce.sandbox.control.base_url + "/calls", timeout=20).json()
    endpoints = counted["vendors"]["salesforce"]["endpoints"]
    assert endpoints["GET /services/data/v{version}/sobjects/{name}/{id}"] == 2


def test_many_callers_at_once_get_records_of_their_own(salesforce):
    headers = dict(salesforce.session.headers)

    def create(number: int) -> str:
        body = {"LastName": f"L{number}", "Company": "x"}
        url = f"{salesforce.base_url}/services/data/v62.0/sobjects/Lead"
        return requests.post(url, json=body, headers=headers, timeout=20).json()["id"]

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(create, range(80)))
    assert len(set(made)) == 80
    assert {row["Id"] for row in salesforce.query("SELECT Id FROM Lead")} == set(made)

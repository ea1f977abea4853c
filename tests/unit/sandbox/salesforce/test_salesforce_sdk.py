"""The official simple-salesforce works against the sandbox."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, format_external_id, format_soql
from simple_salesforce.exceptions import (
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)


class _Loopback(HTTPAdapter):
    """The library always says https, and logs in at salesforce.com: both are led to the sandbox."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url

    def send(self, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        assert request.url is not None
        host = "https://sandbox.my.salesforce.com"
        request.url = request.url.replace(host, self._base_url).replace("https://", "http://", 1)
        return super().send(request, **more | {"timeout": 20})


@pytest.fixture
def client(salesforce) -> Iterator[Salesforce]:
    with requests.Session() as session:
        session.mount("https://", _Loopback(salesforce.base_url))
        address = salesforce.sandbox.salesforce
        yield Salesforce(
            consumer_key=address.client_id,
            consumer_secret=address.client_secret,
            domain="sandbox.my",
            session=session,
        )


def test_records_are_created_read_changed_upserted_and_deleted(client, salesforce):
    salesforce.external_id()
    made = client.Lead.create({"LastName": "Ruiz", "Company": "Acme", "Ext__c": "k"})
    assert made["success"] is True
    assert client.Lead.get(made["id"])["Name"] == "Ruiz"
    assert client.Lead.get_by_custom_id("Ext__c", "k")["Id"] == made["id"]
    assert client.Lead.update(made["id"], {"City": "Lima"}) == 204
    assert client.Lead.upsert("Ext__c/k", {"City": "Oslo"}) == 200
    assert (
        client.Lead.upsert(format_external_id("Ext__c", "1#2 3/4"), {"LastName": "a", "Company": "b"}) == 201
    )
    assert client.query("SELECT Ext__c FROM Lead WHERE LastName = 'a'")["records"][0]["Ext__c"] == "1#2 3/4"
    assert client.Lead.delete(made["id"]) == 204


def test_an_unquoted_external_id_goes_to_another_record_as_it_does_at_salesforce(client, salesforce):
    salesforce.external_id()
    client.Lead.upsert("Ext__c/1#2", {"LastName": "a", "Company": "b"})
    assert salesforce.one("SELECT Ext__c FROM Lead")["Ext__c"] == "1"


def test_describes_limits_and_usage_are_understood(client):
    assert client.Lead.describe()["keyPrefix"] == "00Q"
    assert {"Lead", "Task"} <= {kind["name"] for kind in client.describe()["sobjects"]}
    assert client.limits()["DailyApiRequests"]["Max"] == 100_000
    assert client.api_usage["api-usage"].total == 100_000


def test_queries_are_paged_by_the_client(client):
    for start in range(0, 450, 150):
        records = [
            {"attributes": {"type": "Lead"}, "LastName": f"L{start + number}", "Company": "x"}
            for number in range(150)
        ]
        client.restful("composite/sobjects", method="POST", json={"records": records})
    client.headers["Sforce-Query-Options"] = "batchSize=200"
    first = client.query("SELECT Id FROM Lead ORDER BY Id")
    assert (first["totalSize"], first["done"], len(first["records"])) == (450, False, 200)
    assert first["nextRecordsUrl"].startswith("/services/data/v59.0/query/01g")
    assert first["nextRecordsUrl"].endswith("-200")
    everyone = client.query_all("SELECT Id FROM Lead ORDER BY Id")["records"]
    assert len({record["Id"] for record in everyone}) == 450
    assert len(client.query_all("SELECT Id FROM Lead", include_deleted=True)["records"]) == 450


def test_its_quoting_is_read_back(client):
    client.Lead.create({"LastName": 'O\'Neil \\ "x"\n%_', "Company": "b"})
    query = format_soql("SELECT Id FROM Lead WHERE LastName = {}", 'O\'Neil \\ "x"\n%_')
    assert client.query(query)["totalSize"] == 1
    like = format_soql("SELECT Id FROM Lead WHERE LastName LIKE '%{:like}%'", "%_")
    assert client.query(like)["totalSize"] == 1
    assert client.query(format_soql("SELECT Id FROM Lead WHERE LastName IN {}", ["x", "y"]))["totalSize"] == 0


def test_errors_reach_its_own_exceptions(client, salesforce):
    with pytest.raises(SalesforceMalformedRequest):
        client.Lead.create({"LastName": "a"})
    with pytest.raises(SalesforceResourceNotFound):
        client.Lead.get("00QSb0000009999MAA")
    salesforce.add_field("Loose__c", externalId=True)
    for _ in range(2):
        salesforce.lead(Loose__c="x")
    with pytest.raises(SalesforceMoreThanOneRecord):
        client.Lead.get_by_custom_id("Loose__c", "x")
    salesforce.set("daily_limit", 0)
    with pytest.raises(SalesforceRefusedRequest) as refused:
        client.query("SELECT Id FROM Lead")
    assert refused.value.content[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


def test_a_session_that_ends_is_renewed_by_the_client(client, salesforce):
    database = salesforce.sandbox.state.database
    with salesforce.sandbox.state.lock:
        database.execute("UPDATE sf_token SET expires = 0")
    assert client.query("SELECT Id FROM Lead")["totalSize"] == 0


def test_setup_runs_through_it(client):
    body = {"FullName": "Lead.Made__c", "Metadata": {"label": "x", "type": "Text", "length": 10}}
    assert client.toolingexecute("sobjects/CustomField", method="POST", json=body)["success"] is True
    query = "query?q=SELECT+Id+FROM+CustomField+WHERE+DeveloperName='Made'"
    assert client.toolingexecute(query)["totalSize"] == 1


def test_bulk_2_ingest_upserts_and_tells_what_failed(client, salesforce):
    salesforce.external_id()
    rows = [
        {"Ext__c": "a", "LastName": "Ruiz", "Company": "Acme"},
        {"Ext__c": "b", "LastName": "Ruiz", "Company": "#N/A"},
    ]
    (told,) = client.bulk2.Lead.upsert(records=rows, external_id_field="Ext__c", wait=0)
    assert (told["numberRecordsProcessed"], told["numberRecordsFailed"]) == (2, 1)
    failed = client.bulk2.Lead.get_failed_records(told["job_id"])
    assert "REQUIRED_FIELD_MISSING" in failed
    assert '"b"' in failed
    assert '"a"' in client.bulk2.Lead.get_successful_records(told["job_id"])
    assert "sf__Id" not in client.bulk2.Lead.get_unprocessed_records(told["job_id"])

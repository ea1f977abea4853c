"""Beside HubSpot's own Salesforce integration, the whole way: OAuth, links as evidence, records attached to."""

from collections.abc import Callable
from pathlib import Path

from tests.system.conftest import CONTACT_ONLY, Served, Shell

PROPERTIES = "/crm/v3/properties/contacts"
CONTACTS = "/crm/v3/objects/contacts"
OAUTH = """
[companies.acme.marketing.oauth]
client_id = { env = "HUBSPOT_CLIENT_ID" }
client_secret = { env = "HUBSPOT_CLIENT_SECRET" }
token_file = "hubspot.token"
"""


def install(shell: Shell, served: Served) -> None:
    """The app of the company in HubSpot, in the place of a token."""
    app = served.control("POST", "/hubspot/apps")
    shell.more |= {
        "HUBSPOT_CLIENT_ID": app["client_id"],
        "HUBSPOT_CLIENT_SECRET": app["client_secret"],
    }
    file = Path(shell.folder, "hubspot.token")
    file.touch(0o600)
    file.write_text(app["refresh_token"], "utf-8")
    shell.configure(OAUTH + CONTACT_ONLY, **{"token = ": ""})


def integrate(served: Served) -> None:
    """What HubSpot's integration brings along when it is installed."""
    for name in ("salesforceleadid", "salesforcecontactid"):
        text = {"name": name, "label": name, "type": "string", "fieldType": "text"}
        served.hubspot("POST", PROPERTIES, text | {"groupName": "contactinformation"})


def make_lead(served: Served, contact: str, email: str) -> str:
    """The integration makes a lead in Salesforce and names it in HubSpot."""
    vendor = served.told["vendors"]["salesforce"]
    login = served.session.post(
        vendor["base_url"] + "/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(vendor["client_id"], vendor["client_secret"]),
        timeout=60,
    )
    made = served.session.post(
        vendor["base_url"] + "/services/data/v62.0/sobjects/Lead",
        json={"LastName": "Ruiz", "Company": "Example", "Email": email},
        headers={"Authorization": f"Bearer {login.json()['access_token']}"},
        timeout=60,
    )
    record = str(made.json()["id"])
    served.hubspot("PATCH", f"{CONTACTS}/{contact}", {"properties": {"salesforceleadid": record}})
    return record


def test_leads_are_attached_to_what_that_integration_makes(
    serve: Callable[..., Served], shell: Shell
) -> None:
    shell.served = served = serve("--seed", "5")
    integrate(served)
    install(shell, served)
    people = [
        {"email": f"p{number}@example.com", "lastname": "Ruiz", "phone": "+34911234567"}
        for number in range(2)
    ]
    linked, waiting = served.mqls(*people)
    first = make_lead(served, linked, "another.address@example.com")
    assert shell.run("setup", "--yes").status == 0

    told = next(
        each for each in shell.run("check", "--json").json if "Salesforce integration" in each["what"]
    )
    assert "1 of the newest 2 MQLs" in told["state"]
    assert "Acuerdo attaches to its records and makes none" in told["state"]

    ended = shell.run("run", "--backfill", "2020-01-01", "--json")
    assert ended.status == 0, ended.err
    query = "SELECT Id, Email, Acuerdo_Lead_Id__c, Acuerdo_SLA_Status__c FROM Lead"
    (lead,) = served.query(query)
    assert lead["Id"] == first
    assert lead["Acuerdo_Lead_Id__c"].endswith(f"-{linked}")
    assert lead["Acuerdo_SLA_Status__c"] == "waiting_first_contact"

    second = make_lead(served, waiting, "p1@example.com")
    served.control("POST", "/clock", advance=600)
    assert shell.run("run").status == 0
    leads = {each["Id"]: each for each in served.query(query)}
    assert set(leads) == {first, second}
    assert leads[second]["Acuerdo_Lead_Id__c"].endswith(f"-{waiting}")
    kept = Path(shell.folder, "hubspot.token")
    assert kept.stat().st_mode & 0o077 == 0
    assert "access_token" in kept.read_text("utf-8")

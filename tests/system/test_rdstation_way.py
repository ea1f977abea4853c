"""A company with RD Station and Salesforce goes the whole way as one with HubSpot does: every command a process."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.system.conftest import Served, Shell

SINCE = "2020-01-01"
CONFIG = """
[companies.norte]
language = "pt"
timezone = "America/Sao_Paulo"
country = "BR"

[companies.norte.marketing]
platform = "rdstation"
client_id = { env = "RDSTATION_CLIENT_ID" }
client_secret = { env = "RDSTATION_CLIENT_SECRET" }
token_file = "rdstation.token"
base_url = { env = "RDSTATION_BASE_URL" }
plan = "advanced"

[companies.norte.crm]
system = "salesforce"
base_url = { env = "SALESFORCE_BASE_URL" }
client_id = { env = "SALESFORCE_CLIENT_ID" }
client_secret = { env = "SALESFORCE_CLIENT_SECRET" }

[companies.norte.agreement.definitions]
mql = { any = [
  { field = "lifecycle_stage", in = ["Qualified Lead"] },
  { field = "last_form.kind", in = ["demo", "contact", "price"] },
] }

[companies.norte.agreement.package]
required = ["contact", "profile_link"]
"""


class RDStation:
    """RD Station's API as another client of the account has it."""

    def __init__(self, served: Served) -> None:
        self.served = served
        vendor = served.told["vendors"]["rdstation"]
        self.base_url = vendor["base_url"]
        wish = {name: vendor[name] for name in ("client_id", "client_secret", "refresh_token")}
        self.headers: dict[str, str] = {}
        self.headers = {"Authorization": f"Bearer {self.ask('POST', '/auth/token', wish)['access_token']}"}

    def ask(self, method: str, path: str, body: object = None) -> Any:
        response = self.served.session.request(
            method, self.base_url + path, json=body, headers=self.headers, timeout=60
        )
        assert response.ok, response.text
        return response.json() if response.content else {}

    def contact(self, uuid: str) -> Any:
        return self.ask("GET", f"/platform/contacts/uuid:{uuid}")


@pytest.fixture
def norte(serve: Callable[..., Served], shell: Shell) -> Shell:
    """A shell of a company with RD Station, leads in it, everything set up."""
    shell.served = serve("--seed", "7", "--leads", "14", "--leads-in", "rdstation")
    shell.served.control("POST", "/settings", **{"rdstation.plan": "advanced"})
    shell.config.write_text(CONFIG, "utf-8")
    token_file(shell.folder, shell.served.told["vendors"]["rdstation"]["refresh_token"])
    return shell


def token_file(folder: Path, refresh_token: str) -> None:
    path = folder / "rdstation.token"
    path.write_text(refresh_token, "utf-8")
    path.chmod(0o600)


def uuid_in(lead: str) -> str:
    """The contact that a lead's id names: `rdstation-<account>-<uuid>`."""
    return lead.split("-", 2)[2]


def a_day_passes(ledger: Path) -> None:
    """Machine time cannot be moved: the spans of the ledger's budgets are, into the past."""
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("UPDATE budget SET until = until - 90000")


def leads_of(shell: Shell) -> list[dict[str, Any]]:
    assert shell.served is not None
    wanted = (
        "Id, Acuerdo_Lead_Id__c, Acuerdo_SLA_Status__c, Acuerdo_Profile_Link__c, Company, LastName, OwnerId"
    )
    return shell.served.query(f"SELECT {wanted} FROM Lead WHERE Acuerdo_Lead_Id__c != null ORDER BY Id")


def test_from_setup_to_the_status_that_both_systems_show(norte: Shell) -> None:
    served = norte.served
    assert served is not None
    made = norte.run("setup", "--yes")
    assert made.status == 0, made.err
    checked = norte.run("check")
    assert checked.status == 0, checked.out + checked.err

    planned = norte.run("plan", "--backfill", SINCE, "--json")
    assert planned.status == 0, planned.err
    creations = [each for each in planned.json[0]["writes"] if each["verb"] == "push"]
    assert leads_of(norte) == []

    rdstation, busy = RDStation(served), creations[0]["lead"]
    for number in range(24):
        rdstation.ask("PATCH", f"/platform/contacts/uuid:{uuid_in(busy)}", {"bio": str(number)})
    first = norte.run("run", "--backfill", SINCE, "--json")
    assert first.status in (0, 65), first.err
    counts = first.json[0]["counts"]
    assert counts["push"]["created"] == len(creations) > 0
    passed = leads_of(norte)
    assert len(passed) == len(creations)
    for row in passed:
        if row["Acuerdo_Lead_Id__c"] == busy:
            continue
        uuid = uuid_in(row["Acuerdo_Lead_Id__c"])
        contact = rdstation.contact(uuid)
        assert contact["cf_acuerdo_sla_status"] == row["Acuerdo_SLA_Status__c"]
        assert contact["cf_acuerdo_cycle"] == 1
        assert row["Id"][:15] in contact["cf_acuerdo_crm_link"]
        assert row["Acuerdo_Profile_Link__c"].endswith(uuid)
        assert row["Company"] in (contact.get("cf_company_name"), "[not provided]")
    assert "cf_acuerdo_sla_status" not in rdstation.contact(uuid_in(busy)), "others used up its day"
    queue = first.json[0]["queue"]
    assert queue["waiting"] == 1
    assert queue["until"] in norte.run("status").out
    before = served.control("GET", "/calls")["vendors"]["rdstation"]["statuses"]["429"]

    second = norte.run("run", "--json")
    assert second.json[0]["written"] == 0, second.json
    assert served.control("GET", "/calls")["vendors"]["rdstation"]["statuses"]["429"] == before
    served.control("POST", "/settings", **{"rdstation.contact_limit": 1000})
    a_day_passes(norte.folder / "ledger.sqlite")
    assert norte.run("run", "--json").json[0]["written"] == 1
    assert rdstation.contact(uuid_in(busy))["cf_acuerdo_sla_status"]
    assert norte.run("plan", "--json").json[0]["writes"] == []
    assert "waiting for rdstation: nothing" in norte.run("status").out

    lead, other = [row for row in passed if row["Acuerdo_Lead_Id__c"] != busy][:2]
    then_sales_answers(norte, rdstation, lead, other)
    then_it_is_deleted_there(norte, rdstation, lead)
    then_the_app_is_revoked(norte)


def then_sales_answers(
    norte: Shell, rdstation: RDStation, lead: dict[str, Any], other: dict[str, Any]
) -> None:
    served = rdstation.served
    actions = [
        {"do": "accept", "lead": lead["Id"], "fields": {"Acuerdo_Disposition__c": "accepted"}},
        {"do": "return", "lead": other["Id"], "fields": {"Acuerdo_Disposition__c": "not_now"}},
    ]
    served.control("POST", "/people", actions=actions)
    third = norte.run("run", "--json")
    assert third.status in (0, 65), third.err
    told = {row["Id"]: row["Acuerdo_SLA_Status__c"] for row in leads_of(norte)}
    back = rdstation.contact(uuid_in(other["Acuerdo_Lead_Id__c"]))
    assert told[other["Id"]] == "returned"
    assert back["cf_acuerdo_sla_status"] == "returned"
    assert back["cf_acuerdo_reason"] == "not_now"
    assert "acuerdo-nurture" in back["tags"]
    assert norte.run("run", "--json").json[0]["written"] == 0
    assert norte.run("explain", lead["Acuerdo_Lead_Id__c"]).status == 0


def then_it_is_deleted_there(norte: Shell, rdstation: RDStation, lead: dict[str, Any]) -> None:
    served, kept = rdstation.served, norte.folder / "rdstation.token"
    rdstation.ask("DELETE", f"/platform/contacts/uuid:{uuid_in(lead['Acuerdo_Lead_Id__c'])}")
    served.control("POST", "/rdstation/tokens", do="expire")
    before = kept.read_text("utf-8")
    actions = [{"do": "return", "lead": lead["Id"], "fields": {"Acuerdo_Disposition__c": "no_budget"}}]
    served.control("POST", "/people", actions=actions)
    assert norte.run("run", "--json").status in (0, 65)
    assert kept.read_text("utf-8") != before, "the expired token was renewed"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert '"deleted"' in norte.run("explain", lead["Acuerdo_Lead_Id__c"], "--json").out


def then_the_app_is_revoked(norte: Shell) -> None:
    assert norte.served is not None
    norte.served.control("POST", "/rdstation/tokens", do="revoke")
    ended = norte.run("check")
    assert ended.status == 77
    assert "authorise it again" in " ".join((ended.out + ended.err).split())

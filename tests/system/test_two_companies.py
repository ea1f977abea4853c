"""Two companies in one configuration: other platforms, languages, mappings and agreements, and nothing in common.

Each has a sandbox of its own: acme works with HubSpot in Spanish, norte with RD Station in Portuguese.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from commands.session import connect
from mapping.records import instant_of
from mapping.status import PROPERTIES, Meaning
from sync.configuration import read_configuration
from sync.cycle import Options, run_company
from sync.ledger import schema
from sync.ledger.migrate import prepare
from sync.ledger.store import Ledger
from sync.plan import plan_company
from tests.doubles.recording import RecordedCrm, RecordedPlatform, Sendings
from tests.property.test_cycle import NOTHING, symbolic
from tests.system.conftest import Served, Shell

SINCE = instant_of(datetime(2020, 1, 1, tzinfo=UTC))

ACME = """
language = "es"
timezone = "Europe/Madrid"
country = "ES"

[marketing]
platform = "hubspot"
token = { env = "ACME_HUBSPOT_TOKEN" }
base_url = { env = "ACME_HUBSPOT_BASE_URL" }

[crm]
system = "salesforce"
base_url = { env = "ACME_SALESFORCE_BASE_URL" }
client_id = { env = "ACME_SALESFORCE_CLIENT_ID" }
client_secret = { env = "ACME_SALESFORCE_CLIENT_SECRET" }

[mapping]
Title = { template = "{{ lead.job_title | default('nobody knows') }} (acme)" }

[agreement.definitions]
mql = { field = "lifecycle_stage", in = ["marketingqualifiedlead"] }

[agreement.package]
required = ["contact"]
"""
NORTE = """
language = "pt"
timezone = "America/Sao_Paulo"
country = "BR"
follow_up_task = false

[marketing]
platform = "rdstation"
client_id = { env = "NORTE_RDSTATION_CLIENT_ID" }
client_secret = { env = "NORTE_RDSTATION_CLIENT_SECRET" }
base_url = { env = "NORTE_RDSTATION_BASE_URL" }
token_file = "norte.token"
plan = "advanced"

[crm]
system = "salesforce"
base_url = { env = "NORTE_SALESFORCE_BASE_URL" }
client_id = { env = "NORTE_SALESFORCE_CLIENT_ID" }
client_secret = { env = "NORTE_SALESFORCE_CLIENT_SECRET" }

[mapping]
Title = "job_title"
LeadSource = { value = "RD" }
Website = false

[agreement.definitions]
mql = { field = "last_form.kind", in = ["demo"] }

[agreement.clocks]
accept = "3bd"

[agreement.package]
required = ["contact"]
"""


@dataclass
class Office:
    """Both sandboxes and one folder of configuration, with the ledger that both companies share."""

    acme: Served
    norte: Served
    shell: Shell
    variables: dict[str, str]
    ledger: Ledger

    def __post_init__(self) -> None:
        vendor = self.norte.told["vendors"]["rdstation"]
        self.rdstation = vendor["base_url"]
        granted = self.norte.session.post(
            f"{self.rdstation}/auth/token",
            json={name: vendor[name] for name in ("client_id", "client_secret", "refresh_token")},
            timeout=60,
        )
        self.headers = {"Authorization": f"Bearer {granted.json()['access_token']}"}

    def fill(self, email: str, **values: str) -> None:
        """Somebody asks for a demo by a form of RD Station."""
        payload = {"email": email, "conversion_identifier": "Peça uma demonstração", **values}
        event = {"event_type": "CONVERSION", "event_family": "CDP", "payload": payload}
        answer = self.norte.session.post(
            f"{self.rdstation}/platform/events", json=event, headers=self.headers, timeout=60
        )
        assert answer.ok, answer.text

    def plan_and_run(self, slug: str, **options: Any) -> Sendings:
        """Runs one company, and holds every write against the plan that was made before."""
        company = read_configuration(self.shell.folder, {"HOME": "/nowhere", **self.variables}).companies[
            slug
        ]
        now, wish = instant_of(datetime.now(UTC)), Options(**options)
        platform, crm = connect(company, self.ledger)
        plan = plan_company(company, self.ledger, platform, crm, now=now, options=wish)
        sent = Sendings()
        summary = run_company(
            company,
            self.ledger,
            RecordedPlatform(platform, sent),
            RecordedCrm(crm, sent),
            now=now,
            options=wish,
        )
        assert summary.faults == plan.summary.faults == []
        planned, real = symbolic(_timeless(plan.writes)), symbolic(_timeless(sent.writes))
        found = {
            "only planned": sorted((planned - real).elements(), key=str),
            "only written": sorted((real - planned).elements(), key=str),
        }
        assert found == NOTHING
        return sent

    def leads_of(self, slug: str) -> list[dict[str, Any]]:
        served: Served = getattr(self, slug)
        names = "Id, Acuerdo_Lead_Id__c, Title, LeadSource, Email, Acuerdo_Brief__c, Acuerdo_Next_Action__c"
        return served.query(f"SELECT {names} FROM Lead WHERE Acuerdo_Lead_Id__c != null")


def _timeless(writes: Any) -> list[Any]:
    """The writes without when they were judged: the vendors' clocks go on between a plan and its run."""
    judged = {
        each.name for system in PROPERTIES.values() for each in system if each.meaning is Meaning.judged_at
    }
    return [
        replace(each, values={name: value for name, value in each.values.items() if name not in judged})
        for each in writes
    ]


@pytest.fixture
def office(serve: Callable[..., Served], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    acme, norte = serve("--seed", "1"), serve("--seed", "2")
    variables = {
        f"{slug}_{name}": value
        for slug, served in (("ACME", acme), ("NORTE", norte))
        for name, value in served.variables.items()
    }
    (tmp_path / "companies").mkdir()
    (tmp_path / "companies" / "acme.toml").write_text(ACME, "utf-8")
    (tmp_path / "companies" / "norte.toml").write_text(NORTE, "utf-8")
    token = tmp_path / "norte.token"
    token.write_text(norte.told["vendors"]["rdstation"]["refresh_token"], "utf-8")
    token.chmod(0o600)
    shell = Shell(tmp_path, more=variables)
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    prepare(ledger)
    made = shell.run("setup", "--yes", "-c", str(tmp_path))
    assert made.status == 0, made.err
    yield Office(acme, norte, shell, variables, ledger)
    ledger.close()


def run_both(office: Office) -> tuple[int, Mapping[str, Any]]:
    ended = office.shell.run("run", "--json", "-c", str(office.shell.folder))
    return ended.status, {row["company"]: row for row in ended.json}


def test_two_companies_run_from_one_configuration_and_each_plan_equals_its_writes(office: Office) -> None:
    office.acme.mqls(
        {
            "email": "ana@acme.example",
            "firstname": "Ana",
            "lastname": "Ruiz",
            "jobtitle": "CFO",
            "phone": "+34911234567",
        }
    )
    office.fill("joana@norte.example", name="Joana Silva", job_title="CTO", personal_phone="+5511998765432")
    for slug in ("acme", "norte"):
        sent = office.plan_and_run(slug, backfill=SINCE)
        assert {each.verb for each in sent.written} >= {"push", "status"}
        assert office.plan_and_run(slug).written == []

    (ana,), (joana,) = office.leads_of("acme"), office.leads_of("norte")
    assert ana["Acuerdo_Lead_Id__c"].startswith("hubspot-")
    assert joana["Acuerdo_Lead_Id__c"].startswith("rdstation-")
    assert (ana["Title"], joana["Title"]) == ("CFO (acme)", "CTO")
    assert (ana["LeadSource"] == "RD", joana["LeadSource"]) == (False, "RD")
    assert ana["Acuerdo_Brief__c"] != joana["Acuerdo_Brief__c"]
    assert "antes de" in ana["Acuerdo_Next_Action__c"]  # Spanish
    assert "até" in joana["Acuerdo_Next_Action__c"]  # Portuguese

    office.acme.mqls({"email": "luis@acme.example", "lastname": "Gil", "phone": "+34911234568"})
    office.fill("caio@norte.example", name="Caio Lima", personal_phone="+5511998765433")
    for slug in ("norte", "acme"):
        assert any(each.verb == "push" for each in office.plan_and_run(slug).written)
    assert len(office.leads_of("acme")) == len(office.leads_of("norte")) == 2
    nothing_is_shared(office.ledger)


def nothing_is_shared(ledger: Ledger) -> None:
    """Every row of the ledger is one company's, and names that company's leads alone."""
    prefixes = {"acme": "hubspot-", "norte": "rdstation-"}
    with ledger.engine.connect() as connection:
        for table in schema.metadata.sorted_tables:
            if "lead" in table.c and table.name != "lead":
                rows = connection.execute(select(table.c.company, table.c.lead)).all()
                assert all(lead is None or lead.startswith(prefixes[company]) for company, lead in rows)


def test_a_company_that_fails_entirely_stops_no_other(office: Office) -> None:
    status, rows = run_both(office)
    assert (status, rows["acme"]["exit"], rows["norte"]["exit"]) == (0, 0, 0)

    office.acme.mqls({"email": "eva@acme.example", "lastname": "Sol", "phone": "+34911234569"})
    (office.shell.folder / "norte.token").write_text("revoked", "utf-8")
    status, rows = run_both(office)
    assert (status, rows["acme"]["exit"], rows["norte"]["exit"]) == (77, 0, 77)
    assert rows["acme"]["counts"]["push"]["created"] == 1

    office.acme.mqls({"email": "ivo@acme.example", "lastname": "Mar", "phone": "+34911234570"})
    file = office.shell.folder / "companies" / "norte.toml"
    file.write_text(NORTE.replace("[mapping]", "[maping]"), "utf-8")
    status, rows = run_both(office)
    assert (status, rows["acme"]["exit"], rows["norte"]["exit"]) == (78, 0, 78)
    assert "companies/norte.toml" in rows["norte"]["message"]
    assert len(office.leads_of("acme")) == 2

    file.write_text(NORTE, "utf-8")
    token = office.norte.told["vendors"]["rdstation"]["refresh_token"]
    (office.shell.folder / "norte.token").write_text(token, "utf-8")
    with suppress(ProcessLookupError):
        office.norte.process.kill()
    office.norte.process.wait(timeout=20)
    office.acme.mqls({"email": "noa@acme.example", "lastname": "Rey", "phone": "+34911234571"})
    quick = NORTE.replace('plan = "advanced"', 'plan = "advanced"\nattempts = 1').replace(
        'system = "salesforce"', 'system = "salesforce"\nattempts = 1'
    )
    file.write_text(quick, "utf-8")
    status, rows = run_both(office)
    assert (status, rows["acme"]["exit"], rows["norte"]["exit"]) == (69, 0, 69)
    assert len(office.leads_of("acme")) == 3

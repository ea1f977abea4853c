"""A company with both systems in memory and a ledger, and the time that passes in all three."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from mapping.records import Instant, Value
from sync.company import read_company
from sync.cycle import UNASKED, Options, Summary, run_company
from sync.ledger.store import Ledger
from sync.plan import Plan, plan_company
from sync.settings import Company
from tests.doubles.crm import MemoryCrm
from tests.doubles.marketing import MemoryMarketing
from tests.doubles.sales import LEAD_ID, Row

SELLER = "005A"
MONDAY = int(datetime.fromisoformat("2026-05-11T09:00:00+02:00").timestamp())
HOUR = 3600
DAY = 24 * HOUR
MQL = "marketingqualifiedlead"
SECRETS = {"T": "token", "I": "id", "S": "secret"}

TABLE: dict[str, Any] = {
    "language": "en",
    "timezone": "Europe/Madrid",
    "country": "ES",
    "marketing": {"platform": "hubspot", "token": {"env": "T"}, "base_url": "http://127.0.0.1:8801"},
    "crm": {
        "system": "salesforce",
        "base_url": "http://127.0.0.1:8802",
        "client_id": {"env": "I"},
        "client_secret": {"env": "S"},
    },
    "agreement": {
        "definitions": {"mql": {"field": "lifecycle_stage", "eq": MQL}},
        "calendar": {"holidays": {"country": "ES", "subdivision": "MD"}},
        "package": {"required": ["contact"]},
    },
}


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    table = dict(base)
    for name, value in over.items():
        known = table.get(name)
        table[name] = (
            merged(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
        )
    return table


def company(slug: str = "acme", **over: Any) -> Company:
    return read_company(slug, merged(TABLE, over), SECRETS, Path())


@dataclass
class World:
    ledger: Ledger
    company: Company = field(default_factory=company)
    marketing: MemoryMarketing = field(default_factory=lambda: MemoryMarketing(now=MONDAY))
    crm: MemoryCrm = field(default_factory=lambda: MemoryCrm(now=MONDAY, queue=SELLER))

    @property
    def now(self) -> Instant:
        return self.crm.now

    def wait(self, seconds: int) -> None:
        self.marketing.now = self.crm.now = self.crm.now + seconds

    def until(self, text: str) -> None:
        self.marketing.now = self.crm.now = int(datetime.fromisoformat(text).timestamp())

    def mql(self, **values: Value) -> str:
        """A contact that became an MQL just now; answers its id in marketing."""
        number = len(self.marketing.contacts) + 1
        known = {
            "email": f"lead{number}@example.org",
            "firstname": "Ana",
            "lastname": f"Number {number}",
            "company": "Example",
            "phone": "+34911234567",
            "lifecyclestage": MQL,
            "createdate": self.now - DAY,
        }
        return self.marketing.add({**known, **values}, dated={"lifecyclestage": self.now})

    def run(self, **options: Any) -> Summary:
        wish = Options(**options) if options else UNASKED
        return run_company(self.company, self.ledger, self.marketing, self.crm, now=self.now, options=wish)

    def plan(self, **options: Any) -> Plan:
        wish = Options(**options) if options else UNASKED
        return plan_company(self.company, self.ledger, self.marketing, self.crm, now=self.now, options=wish)

    def begin(self) -> None:
        """The first run, which publishes the agreement: what comes after it is judged."""
        self.run()
        self.wait(60)

    def lead(self, contact: str) -> Row:
        """The CRM's row of a contact."""
        rows = self.leads(contact)
        assert len(rows) == 1, f"{len(rows)} records carry the id of contact {contact}"
        return rows[0]

    def leads(self, contact: str) -> list[Row]:
        wanted = f"hubspot-4242-{contact}"
        return [
            row for row in self.crm.rows.values() if row.values.get(LEAD_ID) == wanted and not row.converted
        ]

    def shown(self, contact: str) -> str | None:
        """The SLA status that both systems show of a contact."""
        in_marketing = self.marketing.contacts[contact].values.get("acuerdo_sla_status")
        in_crm = {row.values.get("Acuerdo_SLA_Status__c") for row in self.leads(contact)}
        assert in_crm <= {in_marketing}, f"the CRM shows {in_crm}, marketing {in_marketing}"
        return None if in_marketing is None else str(in_marketing)

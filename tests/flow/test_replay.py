"""Real leads, month by month: what the product passes and counts equals what the data set says.

The 8,000 leads and 842 deals of `olist` (a folder of facts beside the checkout; its README has the totals) go
through HubSpot's own API into the sandbox, on their dates, and the wins are entered by simulated salespeople.

What is real: which leads, on which dates, from which origin, which of them were won and on which date. What is
not: names and e-mail addresses are made up from `mql_id`; a lead is created at noon (UTC) of its
`first_contact_date`, because the data give no time; the agreed definition is "every contact" (the data hold MQLs
only), which no property dates, so the MQL moment is the contact's change time and flagged so (`record`); a
month's wins are entered after its last sync, with their real date as CloseDate: that, not the entry, is when
they count as won. Acceptance, attempts and retention are off, because the data say nothing of them.
"""

import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from connectors.registry import open_crm, open_platform
from sync.accounts import wanted_fields
from sync.company import read_company
from sync.cycle import Summary, run_company
from sync.ledger import schema
from sync.ledger.store import Ledger
from sync.settings import Company

ORIGINS = {  # leads and wins by origin, as the data's README says
    "organic search": (2296, 271),
    "paid search": (1586, 195),
    "social": (1350, 75),
    "unknown": (1099, 179),
    "direct traffic": (499, 56),
    "email": (493, 15),
    "referral": (284, 24),
    "other": (150, 4),
    "display": (118, 6),
    "other publicities": (65, 3),
    None: (60, 14),
}
SERVE = """
from datetime import datetime
from sandbox.server import FREE_PORTS, Sandbox, serve
serve(Sandbox(ports=FREE_PORTS, now=datetime.fromisoformat("2017-06-01T00:00:00+00:00"), frozen=True), as_json=True)
"""
OFF = dict.fromkeys(("accept", "first_attempt", "next_attempt", "reply", "retention"), False)
AGREEMENT = {
    "enforce_from": "2017-06-01",
    "definitions": {"mql": True},
    "calendar": {"holidays": {"country": "BR"}},
    "package": {"required": ["contact"]},
    "clocks": OFF,
    "attempts": {"enabled": False},
    "terms": {"accept_by_silence": False},
}


@dataclass(frozen=True)
class MadeLead:
    """A lead of the data: its key, its date, its origin, and when it was won."""

    key: str
    day: date
    origin: str
    won: date | None

    @property
    def email(self) -> str:
        return f"{self.key}@leads.example.com"


def read_leads(shared: Path) -> list[MadeLead]:
    folder = shared / "data" / "olist"
    if not folder.is_dir():
        pytest.skip("the real leads (data/olist) are not beside this checkout")
    with (folder / "olist_closed_deals.csv").open(newline="") as file:
        won = {row["mql_id"]: date.fromisoformat(row["won_date"][:10]) for row in csv.DictReader(file)}
    with (folder / "olist_mqls.csv").open(newline="") as file:
        found = [
            MadeLead(
                row["mql_id"],
                date.fromisoformat(row["first_contact_date"]),
                row["origin"],
                won.get(row["mql_id"]),
            )
            for row in csv.DictReader(file)
        ]
    return sorted(found, key=lambda lead: (lead.day, lead.key))


@contextmanager
def sandbox_process() -> Iterator[Mapping[str, Any]]:
    """A sandbox of its own process, so that it has a processor of its own; answers what it says of itself."""
    process = subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if line.startswith("}"):
                break
        yield json.loads("".join(lines))
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


class Replay:
    """The two systems, the ledger and the clock of the replay."""

    def __init__(self, told: Mapping[str, Any], ledger: Ledger) -> None:
        self.told, self.ledger = told, ledger
        self.session = requests.Session()
        self.session.trust_env = False
        self.company = self._company()
        self.platform = open_platform("hubspot", self.company.marketing)
        self.crm = open_crm("salesforce", self.company.crm)
        self.now = datetime(2017, 6, 1, tzinfo=UTC)

    def _company(self) -> Company:
        hubspot, salesforce = (self.told["vendors"][name] for name in ("hubspot", "salesforce"))
        table = {
            "language": "pt",
            "timezone": "America/Sao_Paulo",
            "country": "BR",
            "marketing": {
                "platform": "hubspot",
                "token": {"env": "TOKEN"},
                "base_url": hubspot["base_url"],
                "searches_per_second": 5,
            },
            "crm": {
                "system": "salesforce",
                "base_url": salesforce["base_url"],
                "client_id": salesforce["client_id"],
                "client_secret": {"env": "SECRET"},
            },
            "agreement": AGREEMENT,
            "lead_fields": {"source": "origin"},
            "mapping": {"LeadSource": False},
            "limits": {"create": False, "change_records": False},
            "follow_up_task": False,
        }
        secrets = {"TOKEN": hubspot["token"], "SECRET": salesforce["client_secret"]}
        return read_company("olist", table, secrets, Path())

    def control(self, path: str, **wish: Any) -> Any:
        response = self.session.post(self.told["control"] + path, json=wish, timeout=120)
        assert response.ok, response.text
        return response.json()

    def hubspot(self, path: str, body: object) -> Any:
        vendor = self.told["vendors"]["hubspot"]
        response = self.session.post(
            vendor["base_url"] + path,
            json=body,
            headers={"Authorization": f"Bearer {vendor['token']}"},
            timeout=120,
        )
        assert response.ok, response.text
        return response.json()

    def set_up(self) -> None:
        limits = {
            "hubspot.index_lag_seconds": 0,
            "hubspot.search_limit": 1000,
            "hubspot.burst_limit": 100_000,
        }
        self.control("/settings", **limits)
        for name, kind in (("origin", "string"), ("first_contact_date", "date")):
            field = "text" if kind == "string" else "date"
            body = {
                "name": name,
                "label": name,
                "type": kind,
                "fieldType": field,
                "groupName": "contactinformation",
            }
            self.hubspot("/crm/v3/properties/contacts", body)
        self.platform.ensure(wanted_fields("hubspot"), list(self.company.tracks.values()))
        self.crm.ensure(wanted_fields("salesforce"))

    def move(self, moment: datetime) -> None:
        self.now = moment
        self.control("/clock", now=moment.isoformat())

    def load(self, leads: Sequence[MadeLead]) -> None:
        """The leads of one month, each day's through HubSpot's batch API with the clock at that day."""
        for day, group in groupby(leads, key=lambda lead: lead.day):
            self.move(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
            rows = [{"properties": _properties(lead)} for lead in group]
            for start in range(0, len(rows), 100):
                self.hubspot("/crm/v3/objects/contacts/batch/create", {"inputs": rows[start : start + 100]})

    def win(self, leads: Sequence[MadeLead]) -> None:
        """Salespeople enter these wins now, each with its real date as CloseDate."""
        wishes = [
            {"do": "win", "lead": {"Email": lead.email}, "close_date": str(lead.won), "amount": 100}
            for lead in leads
        ]
        if wishes:
            self.control("/people", actions=wishes)

    def run(self) -> Summary:
        summary = run_company(
            self.company, self.ledger, self.platform, self.crm, now=int(self.now.timestamp())
        )
        assert summary.faults == []
        assert summary.refused == 0
        return summary

    def rows(self, statement: Any) -> list[Any]:
        with self.ledger.read("olist") as tx:
            return list(tx.connection.execute(statement))


def _properties(lead: MadeLead) -> dict[str, str]:
    known = {
        "email": lead.email,
        "firstname": "Lead",
        "lastname": lead.key[:8],
        "company": f"Shop {lead.key[:6]}",
        "first_contact_date": lead.day.isoformat(),
    }
    return known | ({"origin": lead.origin} if lead.origin else {})


def months(leads: Sequence[MadeLead]) -> list[tuple[int, int]]:
    """Every month from the first lead to the last win."""
    last = max(lead.won for lead in leads if lead.won)
    count = (last.year - 2017) * 12 + last.month
    return [(2017 + (number - 1) // 12, (number - 1) % 12 + 1) for number in range(6, count + 1)]


def end_of(year: int, month: int) -> datetime:
    following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return following - timedelta(hours=1)


def test_real_leads_pass_once_each_and_real_customers_count_once_each(shared: Path, ledger: Ledger) -> None:
    leads = read_leads(shared)
    with sandbox_process() as told:
        replay = Replay(told, ledger)
        replay.set_up()
        for year, month in months(leads):
            replay.load([lead for lead in leads if (lead.day.year, lead.day.month) == (year, month)])
            replay.move(end_of(year, month))
            replay.run()
            replay.win(
                [each for each in leads if each.won and (each.won.year, each.won.month) == (year, month)]
            )
            replay.run()
        again = replay.run()
        assert again.written == 0, again.as_row()
        check_passed_once(replay, leads)
        check_won_once(replay, leads)
        check_origins(replay)


def check_passed_once(replay: Replay, leads: Sequence[MadeLead]) -> None:
    """Each lead was delivered in one handoff, and Salesforce holds each once.

    A win whose date lies before the month's run, which passed the lead, ends its handoff as cancelled(customer):
    sales cannot have worked a lead by the agreement that it had not been given. It was passed all the same.
    """
    event = schema.event
    delivered = replay.rows(select(event.c.lead, event.c.cycle).where(event.c.kind == "delivered"))
    assert len(delivered) == len({row.lead for row in delivered}) == len(leads) == 8000
    assert {row.cycle for row in delivered} == {1}
    assert replay.rows(select(func.count()).select_from(schema.handoff)) == [(8000,)]
    counted = replay.session.get(
        replay.told["vendors"]["salesforce"]["base_url"] + "/services/data/v62.0/query",
        params={"q": "SELECT COUNT() FROM Lead WHERE Acuerdo_Lead_Id__c != null"},
        headers={"Authorization": f"Bearer {log_in(replay)}"},
        timeout=60,
    )
    assert counted.json()["totalSize"] == 8000


def log_in(replay: Replay) -> str:
    vendor = replay.told["vendors"]["salesforce"]
    response = replay.session.post(
        vendor["base_url"] + "/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(vendor["client_id"], vendor["client_secret"]),
        timeout=60,
    )
    return str(response.json()["access_token"])


def check_won_once(replay: Replay, leads: Sequence[MadeLead]) -> None:
    won = [lead for lead in leads if lead.won]
    places = replay.rows(select(schema.lead.c.id).where(schema.lead.c.place == "won"))
    assert len(places) == len(won) == 842
    handoff = schema.handoff
    rows = replay.rows(
        select(handoff.c.lead, handoff.c.won_at, handoff.c.flags).where(handoff.c.won_at.is_not(None))
    )
    assert len({row.lead for row in rows}) == len(rows) == 842
    early = [row for row in rows if "won_before_mql" in row.flags]
    assert len(early) == sum(lead.won < lead.day for lead in won if lead.won) == 1


def check_origins(replay: Replay) -> None:
    source = schema.lead.c.dimensions["source"].as_string()
    table = schema.lead
    by_origin = {
        row[0]: row[1]
        for row in replay.rows(select(source, func.count()).select_from(table).group_by(source))
    }
    won = Counter(row[0] for row in replay.rows(select(source).where(table.c.place == "won")))
    assert {name: (count, won[name]) for name, count in by_origin.items()} == ORIGINS

"""`demo`: a simulated month with made-up people, from an empty sandbox to the report's page.

Marketing wins leads daily in HubSpot, simulated salespeople call, mail, reject, convert or forget them in
Salesforce, and the product runs twice a day over real HTTP. The business clock is the sandbox's.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.progress import track as bar

from commands.configuring import example_configuration
from commands.outcome import DONE
from commands.session import connect, err, out
from commands.setting_up import create_missing
from commands.tables import show_table
from commands.understanding import make_report, write_page
from mapping.language import name_of
from mapping.records import instant_of
from reports.report import Report
from reports.sections import joint, leads
from reports.text import render_table
from reports.wording import Wording
from sandbox.look import query_salesforce
from sandbox.marketing import leads_of_day, load, track
from sandbox.server import FREE_PORTS, Sandbox
from sync.configuration import read_configuration
from sync.cycle import Summary, run_company
from sync.ledger.migrate import prepare
from sync.ledger.store import Ledger
from sync.logs import set_up_quiet_logs
from sync.settings import Company

ZONE = ZoneInfo("Europe/Madrid")
FIRST, DAYS = date(2026, 9, 1), 30
MORNING, EVENING = (9, 0), (18, 30)
LEADS_A_DAY = 9
SHOWN = 12
SATURDAY = 5
PROFILE: Mapping[str, Any] = {
    "answer": 0.3,
    "closing_days": (2, 12),
    "answers": {
        "accept": [{"Acuerdo_Disposition__c": "accepted"}],
        "reject": [
            {"Acuerdo_Disposition__c": "bad_fit"},
            {"Acuerdo_Disposition__c": "bad_contact_data"},
            {"Acuerdo_Disposition__c": "no_intent"},
        ],
        "return": [
            {"Acuerdo_Disposition__c": "not_now"},
            {"Acuerdo_Disposition__c": "no_budget"},
            {"Acuerdo_Disposition__c": "no_fit"},
            {"Acuerdo_Disposition__c": "no_response"},
        ],
    },
}


@dataclass(frozen=True, slots=True)
class Stage:
    """What the month is played on."""

    sandbox: Sandbox
    company: Company
    ledger: Ledger
    seed: int

    def at(self, day: date, hour: tuple[int, int]) -> datetime:
        """Moves the business clock to an hour of a day."""
        moment = datetime(day.year, day.month, day.day, *hour, tzinfo=ZONE)
        return self.sandbox.state.clock.set(moment)

    def run(self) -> Summary:
        """One pass of the product, as of the business clock."""
        now = instant_of(self.sandbox.state.clock.now())
        platform, crm = connect(self.company, self.ledger, now)
        return run_company(self.company, self.ledger, platform, crm, now=now)


def demo(page: Path, *, seed: int) -> int:
    """Plays the month, then shows what both teams see."""
    set_up_quiet_logs()
    start = datetime(FIRST.year, FIRST.month, FIRST.day, 8, tzinfo=ZONE)
    with tempfile.TemporaryDirectory(prefix="acuerdo-demo-") as folder:
        ledger = Ledger(f"sqlite:///{Path(folder) / 'ledger.sqlite'}")
        prepare(ledger)
        with Sandbox(now=start, frozen=True, seed=seed, ports=FREE_PORTS) as sandbox:
            stage = Stage(sandbox, _company(sandbox, Path(folder)), ledger, seed)
            _play(stage)
            _show(stage, page)
        ledger.close()
    return DONE


def _company(sandbox: Sandbox, folder: Path) -> Company:
    """The example's company, pointed at the sandbox."""
    file = folder / "config.toml"
    file.write_text(example_configuration(), "utf-8")
    company = read_configuration(file, {"HOME": str(folder), **sandbox.variables()}).companies["acme"]
    return replace(company, language="en")


def _play(stage: Stage) -> None:
    steps = create_missing(stage.company, *connect(stage.company, stage.ledger))
    out.print(f"HubSpot and Salesforce on this machine; set-up took {len(steps)} steps")
    stage.run()
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    written = Counter[str]()
    for day in bar(days, description="a month passes", console=err, transient=True):
        for summary in _day(stage, day):
            written["runs"] += 1
            written["writes"] += summary.written
            written["calls"] += sum(summary.calls.values())
    told = ", ".join(f"{count} {name}" for name, count in written.items())
    out.print(f"{DAYS} days: {told}")


def _day(stage: Stage, day: date) -> Iterator[Summary]:
    """Leads won until the morning are passed; what sales did until the evening is judged."""
    morning = stage.at(day, MORNING)
    count = LEADS_A_DAY if day.weekday() < SATURDAY else LEADS_A_DAY // 3
    won = leads_of_day(day, stage.seed, count)
    hubspot = stage.sandbox.hubspot
    track(stage.sandbox.control.base_url, won, load(hubspot.base_url, hubspot.token, won))
    yield stage.run()
    evening = stage.at(day, EVENING)
    stage.sandbox.act({"from": morning.isoformat(), "until": evening.isoformat(), "profile": dict(PROFILE)})
    yield stage.run()


def _show(stage: Stage, page: Path) -> None:
    now = instant_of(stage.sandbox.state.clock.now())
    report = make_report(stage.ledger, stage.company, "month", now, now=now)
    for line in _summary(report, stage.company.language):
        out.print(line, markup=False, soft_wrap=True)
    _show_records(stage)
    write_page(stage.ledger, stage.company, report, page)
    out.print(f"\nThe whole report, the same for both teams: {page}", markup=False, soft_wrap=True)


def _summary(report: Report, language: str) -> Iterator[str]:
    """The first tables of the report: both sides, the common funnel, where every lead is."""
    words = Wording(language, report.span.zone)
    for layout in (joint.scorecard, joint.funnel, leads.places):
        section = layout(report, words)
        yield f"\n{section.title}"
        yield from render_table(section)


def _show_records(stage: Stage) -> None:
    """Some leads as both systems show them, read from the vendors themselves."""
    rows = [*_crm_rows(stage.sandbox, "Contact", SHOWN // 3), *_crm_rows(stage.sandbox, "Lead", SHOWN)][
        :SHOWN
    ]
    shown = _platform_statuses(stage, [row["Acuerdo_Lead_Id__c"].rpartition("-")[2] for row in rows])
    cells: list[tuple[str, ...]] = []
    for row in rows:
        lead = row["Acuerdo_Lead_Id__c"]
        told = [row["Acuerdo_SLA_Status__c"], shown.get(lead.rpartition("-")[2], "")]
        words = [name_of("status", each, "en") if each else "-" for each in told]
        cells.append((lead, row["attributes"]["type"], *words))
    heads = ("lead", "Salesforce", "SLA status there", "SLA status in HubSpot")
    show_table("The same story in both systems", heads, cells)


def _platform_statuses(stage: Stage, contacts: list[str]) -> dict[str, str]:
    platform, _ = connect(stage.company, stage.ledger)
    read = platform.read(contacts, ["acuerdo_sla_status"])
    return {row.id: str(row.values.get("acuerdo_sla_status") or "") for row in read}


def _crm_rows(sandbox: Sandbox, kind: str, limit: int) -> list[dict[str, Any]]:
    """Records with a status, as any client of Salesforce reads them."""
    soql = (
        f"SELECT Acuerdo_Lead_Id__c, Acuerdo_SLA_Status__c FROM {kind} "  # noqa: S608 - our own words
        f"WHERE Acuerdo_SLA_Status__c != null ORDER BY SystemModstamp DESC LIMIT {limit}"
    )
    return query_salesforce(sandbox.salesforce, soql)

"""A real SQLite ledger that serves the questions of one case in their order, so `now` may only go forward.

Facts go in as they arrive, the engine's own stages judge and write. Both vendors are the doubles in memory that
keep the ports' promises.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from commands.understanding import make_report
from mapping.identity import fingerprint
from mapping.records import Record
from policies.events import Event
from policies.verdict import LeadVerdict, judge
from reports.report import Report
from sync.accounts import wanted_fields
from sync.company import read_company
from sync.cycle import UNASKED, Summary, begin, run_company
from sync.judge import judge as judge_stage
from sync.ledger import exports, facts, leads, links, packages, records, schema
from sync.ledger.links import Link
from sync.ledger.migrate import prepare
from sync.ledger.records import Kept
from sync.ledger.store import CompanyHeld, Ledger
from sync.observe import observe
from sync.run import Counts, Run
from tests.cases.runner.answering import notice_name
from tests.cases.runner.calendars import calendar_table
from tests.cases.runner.deeds import Office
from tests.cases.runner.setting import Setting
from tests.cases.runner.times import CaseFault, as_at
from tests.doubles.crm import MemoryCrm
from tests.doubles.marketing import MemoryMarketing
from tests.doubles.sales import LEAD_ID, OURSELVES

SLUG = "acme"
SECRETS = {"T": "token", "I": "id", "S": "secret"}
COMPANY: dict[str, Any] = {
    "language": "en",
    "timezone": "Europe/Madrid",
    "country": "ES",
    "marketing": {"platform": "hubspot", "token": {"env": "T"}, "base_url": "http://127.0.0.1:1"},
    "crm": {
        "system": "salesforce",
        "base_url": "http://127.0.0.1:1",
        "client_id": {"env": "I"},
        "client_secret": {"env": "S"},
    },
}


@dataclass
class Book:
    """The ledger of one case with the facts that have arrived so far."""

    setting: Setting
    folder: Path
    marketing: MemoryMarketing = field(default_factory=MemoryMarketing)
    crm: MemoryCrm = field(default_factory=MemoryCrm)
    contacts: dict[str, str] = field(default_factory=dict)  # our lead id -> the platform's contact
    notices: int = 0
    wanted: frozenset[tuple[str, str, str]] = frozenset()
    intents: int = 0
    until: int = -(2**62)

    def __post_init__(self) -> None:
        self.office = Office(self.crm)
        self.ledger = Ledger(f"sqlite:///{self.folder / 'case.sqlite'}")
        prepare(self.ledger)
        signed = {key: part for key, part in self.setting.written_agreements[-1].items() if key != "routing"}
        agreement = {  # nothing is routed here: a case's own events say who gets a lead, and `route` asks policies
            "definitions": {"mql": True},
            "enforce_from": "2000-01-01T00:00:00+00:00",
            **signed,
            "calendar": calendar_table(self.setting.written_calendar),
        }
        self.company = read_company(SLUG, {**COMPANY, "agreement": agreement}, SECRETS, self.folder)
        self.marketing.ensure(wanted_fields("hubspot"), list(self.company.tracks.values()))

    def close(self) -> None:
        """Closes the ledger."""
        self.ledger.close()

    def run(self, now: int) -> Run:
        """A run of the engine as of an instant, judging by the case's own terms."""
        self.marketing.now = self.crm.now = now
        made = begin(
            self.company, self.ledger, self.marketing, self.crm, summary=Summary(company=SLUG, now=now),
            options=UNASKED, progress=lambda _stage, _rows: None,
        )  # fmt: skip
        assert made is not None
        return replace(made, terms=self.setting.terms)

    def arrive(self, now: int) -> None:
        """Lets every fact recorded since the last question up to `now` arrive, then judges as of `now`."""
        if now < self.until:
            raise CaseFault("now: the questions of a case on the ledger go forward in time")
        run = self.run(now)
        news = [each for each in self.setting.events if self.until < each.recorded_at <= now]
        for event in sorted(news, key=lambda each: each.recorded_at):
            self._meet(event)
            with self.ledger.write(SLUG, event.recorded_at) as tx:
                facts.add_events(tx, [event])
        deeds = [each for each in self.setting.deeds if self.until < each.at <= now]
        for deed in deeds:
            self.office.carry_out(deed)
        self.crm.now = self.until = now
        if self.setting.deeds:
            observe(run, Counts())
        judge_stage(run, Counts())

    def _meet(self, event: Event) -> None:
        """A lead that is new gets its contact, its records, its package, and a record in the CRM."""
        if event.lead in self.contacts:
            return
        contact = self.marketing.add(
            {"email": f"lead{len(self.contacts)}@example.org", "lastname": "Example"}
        )
        self.crm.now = event.recorded_at
        known = {"LastName": "Example", "Company": "Example", LEAD_ID: event.lead}
        crm_id = self.crm.add("Lead", known, owner=self._first_owner(event.lead), by=OURSELVES)
        self.office.records[event.lead] = crm_id
        self.contacts[event.lead] = contact
        values = {"email": "kept@example.org", "lastname": "Example"}
        record = Record(
            system="hubspot",
            kind="contact",
            id=contact,
            values=values,
            changed_at=event.recorded_at,
            version="1",
        )
        with self.ledger.write(SLUG, event.recorded_at) as tx:
            leads.add_leads(tx, [event.lead])
            targets = [("hubspot", "contact", contact), ("salesforce", "Lead", crm_id)]
            links.put_links(tx, [Link(system=s, kind=k, id=i, lead=event.lead) for s, k, i in targets])
            records.put_records(tx, [Kept(record=record, hash="1", lead=event.lead)])
            leads.note_qualified(tx, [self._qualified(event.lead)])
            snapshot = {"contact": {"email": "kept@example.org"}}
            packages.put_packages(tx, [packages.PackageRow(event.lead, 1, snapshot, ())])

    def _first_owner(self, lead: str) -> str | None:
        owners = (each.data.get("owner") for each in self.setting.events if each.lead == lead)
        return next((str(owner) for owner in owners if owner is not None), None)

    def _qualified(self, lead: str) -> dict[str, Any]:
        """What the qualification of a lead that meets the definition leaves on its line."""
        account = self.setting.table.get("accounts", {}).get(lead)
        known = {} if account is None else {"account": fingerprint({"account": account})}
        return {
            "id": lead,
            "valid_until": None,
            "mql": True,
            "evaluation": {},
            "passing": "passed",
            "dimensions": known,
        }

    def work_at_once(self, workers: int, now: int) -> None:
        """Lets several workers, each with its own connections, pass over the company at the same time."""
        self.marketing.now = self.crm.now = now
        with ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(self._work, now) for _ in range(workers)]:
                done.result()

    def _work(self, now: int) -> None:
        ledger = Ledger(str(self.ledger.url))
        try:
            run_company(self.company, ledger, self.marketing, self.crm, now=now)
        except CompanyHeld:
            pass  # the other one is at it: then this one has nothing to do
        finally:
            ledger.close()

    def verdict(self, lead: str, now: int) -> LeadVerdict:
        """The verdict from what the ledger holds."""
        with self.ledger.read(SLUG) as tx:
            return judge(lead, facts.events_of(tx, [lead])[lead], self.setting.terms, now)

    def count(self, name: str) -> int:
        """How many rows a table has."""
        with self.ledger.read(SLUG) as tx:
            query = select(func.count()).select_from(schema.metadata.tables[name])
            return int(tx.connection.execute(query).scalar_one())

    def stored(self, lead: str) -> int:
        """How many facts of the case the ledger holds of a lead; what the engine noted itself is not counted."""
        with self.ledger.read(SLUG) as tx:
            held = [event.key for event in facts.events_of(tx, [lead])[lead]]
        own = {event.key for event in self.setting.events}
        return sum(key in own for key in held)

    def told(self, lead: str) -> dict[str, dict[str, Any]]:
        """Every notice of a lead by its name: to whom, since when it was due, when it was told.

        One that was told more than once has its number behind its name.
        """
        with self.ledger.read(SLUG) as tx:
            rows = [row for row in exports.rows_of(tx, "notice") if row["lead"] == lead]
        found: dict[str, dict[str, Any]] = {}
        for row in rows:
            name = notice_name((row["clock"], row["instance"], row["level"]))
            times = sum(each.partition(" ")[0] == name for each in found)
            told = {"to": row["recipient"], "due_at": as_at(row["due_at"]), "at": as_at(row["at"])}
            found[f"{name} {times + 1}" if times else name] = told
        return found

    def owed(self) -> Counter[str]:
        """How many writes of each kind are owed."""
        with self.ledger.read(SLUG) as tx:
            return Counter(exports.count_owed(tx))

    def statuses(self) -> frozenset[tuple[str, str, str]]:
        """The status each system should show of each lead, as a hash."""
        with self.ledger.read(SLUG) as tx:
            rows = exports.rows_of(tx, "status")
            return frozenset((row["lead"], row["system"], row["wanted_hash"]) for row in rows)

    def report(self, now: int, period: Any) -> Report:
        """The report that the product makes of this ledger."""
        return make_report(self.ledger, self.company, period, now, now=now)

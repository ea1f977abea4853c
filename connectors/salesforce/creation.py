"""Making new Leads: with the organisation's assignment rules, once, and as its duplicate rules are to be taken."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from connectors.base import RowResult, Write
from connectors.errors import CredentialsRefused, Misconfigured
from connectors.salesforce.answers import DUPLICATE
from connectors.salesforce.bulk import Bulk, fits
from connectors.salesforce.calls import Query
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.errors import parse
from connectors.salesforce.persons import ACCOUNT, contacts_of
from connectors.salesforce.records import SHORT, kind_of
from connectors.salesforce.soql import among, portions, select
from connectors.salesforce.writes import NO_ASSIGNMENT, Answer, Collections, Row
from connectors.settings import SalesforceSettings

ACTIVE = "active"
NOBODY = "none"  # no assignment rule: the lead stays with the user that makes it
ALLOW_DUPLICATES = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
ACTIVE_RULE = Query(
    select(("Id",), "AssignmentRule", "SobjectType = 'Lead' AND Active = true")
)  # Bulk runs none unless it is named


class Creation:
    """Creates Leads by our lead id, the field `lead_id`; `ours` are the names of all our fields."""

    def __init__(
        self,
        client: SalesforceClient,
        collections: Collections,
        bulk: Bulk,
        settings: SalesforceSettings,
        *,
        lead_id: str,
        ours: frozenset[str],
        personal: Callable[[], bool],
    ) -> None:
        self._client, self._collections, self._bulk, self._settings = client, collections, bulk, settings
        self._lead_id, self._ours, self._personal = lead_id, ours, personal

    def push(self, rows: Sequence[Write], rule: str) -> list[RowResult]:
        """One result per row in their order: a Lead is made where none carries the row's key.

        `rule` is the assignment rule that gives it an owner: `active`, `none`, or an id.

        One that does (a run was killed before it noted it) is updated, because an assignment rule that runs
        on it again would hand it to somebody else.
        """
        if rows:
            self._bulk.settle()  # before it is asked who is there already
        known = self._known(rows)
        new = [row for row in rows if row.key.lower() not in known]
        old = [
            Write(key=row.key, id=known[row.key.lower()], kind="Lead", values=row.values)
            for row in rows
            if row.key.lower() in known
        ]
        made = self._collections.upsert(new, self._lead_id, partial(self._deliver, rule))
        results = iter(made), iter(self._collections.update(old))
        return [next(results[row.key.lower() in known]) for row in rows]

    def _known(self, rows: Sequence[Write]) -> dict[str, str]:
        """The Leads that carry a row's key, by key."""
        asked = [
            Query(select(("Id", self._lead_id), "Lead", among(self._lead_id, some)))
            for some in portions([row.key for row in rows])
        ]
        return {str(row[self._lead_id]).lower(): row["Id"] for row in self._client.rows(asked)}

    def _deliver(self, rule: str, rows: Sequence[Row]) -> list[Answer]:
        """An answer for each row: thousands go as a bulk job, and what a job cannot say or tell as collections."""
        answers: dict[str, Answer] = {}
        if len(rows) >= self._settings.bulk_from and self._settings.duplicates != "allow":
            answers = self._deliver_job([row for row in rows if fits(row.record)], rule)
        left = [row for row in rows if _code(answers.get(row.key)) in ("", DUPLICATE)]
        answers |= dict(zip((row.key for row in left), self._collect(left, rule), strict=True))
        if self._settings.duplicates == "attach":
            stopped = {
                row.key: (row, answers[row.key]) for row in rows if _code(answers[row.key]) == DUPLICATE
            }
            answers |= self._attach(stopped, rule)
        return [answers[row.key] for row in rows]

    def _deliver_job(self, rows: Sequence[Row], wanted: str) -> dict[str, Answer]:
        """No answer at all where the rule that would run on collections cannot be named to a job."""
        try:
            rule = self._rule(wanted)
        except (Misconfigured, CredentialsRefused):
            return {}
        told = self._bulk.upsert([row.record for row in rows], self._lead_id, rule)
        return {row.key: answer for row, answer in zip(rows, told, strict=True)}

    def _rule(self, wanted: str) -> str | None:
        if wanted != ACTIVE:
            return None if wanted == NOBODY else wanted
        active = self._client.rows([ACTIVE_RULE])
        return str(active[0]["Id"]) if active else None

    def _collect(self, rows: Sequence[Row], rule: str) -> list[Answer]:
        return self._collections.collect(
            rows, "PATCH", external_id=self._lead_id, headers=self._headers(rule)
        )

    def _headers(self, rule: str) -> dict[str, str]:
        """Without a header the active rule runs."""
        named = {} if rule == ACTIVE else {"Sforce-Auto-Assign": "FALSE" if rule == NOBODY else rule}
        return named | (ALLOW_DUPLICATES if self._settings.duplicates == "allow" else {})

    def _attach(self, stopped: Mapping[str, tuple[Row, Answer]], rule: str) -> dict[str, Answer]:
        """Gives our fields to the one record that a duplicate rule names.

        Several records for a lead, and several leads for a record, wait for a person.
        """
        named = {key: self._detail(row, answer, rule) for key, (row, answer) in stopped.items()}
        one = self._people({key: parse(each.get("errors")).duplicates for key, each in named.items()})
        asked = Counter(records[0][:15] for records in one.values() if len(records) == 1)
        targets = {
            key: records[0]
            for key, records in one.items()
            if len(records) == 1 and asked[records[0][:15]] == 1 and not records[0].startswith(ACCOUNT)
        }
        free = self._free(targets)
        able = [row for key, (row, _) in stopped.items() if targets.get(key) in free]
        writes = [
            Row(row.key, kind_of(targets[row.key]), targets[row.key], self._ours_of(row, targets))
            for row in able
        ]
        sent = self._collections.collect(writes, "PATCH", headers=NO_ASSIGNMENT)
        return named | {row.key: answer for row, answer in zip(writes, sent, strict=True)}

    def _people(self, named: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """The same records, a person account by its contact: any other account is no person."""
        accounts = [each for records in named.values() for each in records if each.startswith(ACCOUNT)]
        people = contacts_of(self._client, accounts) if accounts and self._personal() else {}
        return {
            key: list(dict.fromkeys(people.get(each[:SHORT], each) for each in records))
            for key, records in named.items()
        }

    def _detail(self, row: Row, answer: Answer, rule: str) -> Answer:
        """The answer with the records that fit; a collection may leave them out, a call by itself tells them."""
        if parse(answer.get("errors")).duplicates:
            return answer
        values = {
            name: value for name, value in row.record.items() if name not in ("attributes", self._lead_id)
        }
        place = f"{self._lead_id}/{quote(row.key, safe='')}"
        return self._client.attempt("upsert_one", "PATCH", at=place, json=values, headers=self._headers(rule))

    def _free(self, targets: Mapping[str, str]) -> set[str]:
        """Those of the records that carry nobody's lead id, or the same."""
        wanted = {record[:15]: key for key, record in targets.items()}
        asked = [
            Query(select(("Id", self._lead_id), kind, among("Id", some)))
            for kind in ("Lead", "Contact")
            for some in portions([one for one in targets.values() if kind_of(one) == kind])
        ]
        rows = self._client.rows(asked) if asked else []
        carried = {row["Id"][:15]: row[self._lead_id] for row in rows}
        return {targets[wanted[one]] for one, holder in carried.items() if holder in (None, wanted[one])}

    def _ours_of(self, row: Row, targets: Mapping[str, str]) -> dict[str, Any]:
        target = targets[row.key]
        kept = {name: value for name, value in row.record.items() if name in self._ours}
        return {"attributes": {"type": kind_of(target)}, **kept, "id": target}


def _code(answer: Mapping[str, Any] | None) -> str:
    """The code that a row was refused with; empty for a row that has no answer yet."""
    if answer is None:
        return ""
    return "written" if answer.get("success") else parse(answer.get("errors")).code

"""Bulk API 2.0: thousands of rows as one job, its three files of results read, whatever the job's state says.

A job that ends may hold failed rows, and a job that fails may have written some (Bulk API 2.0 Developer Guide):
each row is answered by the file that it stands in, and by none of them it waits for a later run. Sending the
same rows again finds the same records by their external id, so a job that was lost costs nothing but time:
it is noted before it begins, and whatever is pushed next, however few, waits for its end.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import structlog

from connectors.errors import ContractBroken, Misconfigured, RecordRefused, Unavailable
from connectors.jobs import Jobs
from connectors.salesforce.answers import SYSTEM, UNPROCESSED
from connectors.salesforce.bodies import read_table
from connectors.salesforce.client import SalesforceClient

NULL = "#N/A"
LARGEST = 90_000_000  # bytes of a file: Salesforce takes 150 MB of it once it is in base64
ENDED = frozenset({"JobComplete", "Failed", "Aborted"})
LONGEST_POLL = 30.0  # seconds between two looks
CSV = {"Content-Type": "text/csv; charset=UTF-8"}
TAKES_CSV = {"Accept": "text/csv"}
log = structlog.get_logger()
Record = Mapping[str, Any]
Answer = dict[str, Any]


class Bulk:
    """Upserts Leads by `external_id`; `rule` is the assignment rule that runs on new ones (none by default).

    A job is waited for at most `patience` seconds, then aborted; `jobs` keeps it until it has ended.
    """

    def __init__(self, client: SalesforceClient, patience: float, jobs: Jobs) -> None:
        self._client, self._patience, self._jobs = client, patience, jobs

    def upsert(self, records: Sequence[Record], external_id: str, rule: str | None) -> list[Answer]:
        """An answer for each record in its place, in the shape of a collection's; `settle` goes before."""
        told: dict[str, Answer] = {}
        for data in _files(records):
            told |= self._send(data, external_id, rule)
        lost = {"success": False, "errors": [{"statusCode": UNPROCESSED}]}
        return [told.get(str(one[external_id]).lower(), lost) for one in records]

    def settle(self) -> None:
        """Aborts what a run that was killed left open, and waits for what it left running; no call without either.

        Raises Unavailable while a job of an earlier run, which may be writing the same rows, is at work.
        """
        for job in self._jobs.unfinished():
            if not self._has_ended(job):
                text = "a bulk job of an earlier run is still at work in Salesforce; a later run goes on"
                raise Unavailable(text, system=SYSTEM, log=f"bulk: {job}")
            self._jobs.forget(job)

    def _has_ended(self, job: str) -> bool:
        """Whether a job of an earlier run writes nothing any more, after waiting for it."""
        try:
            told = read_table(self._client.call("job", "GET", at=job))
        except RecordRefused as refusal:
            if refusal.code != "NOT_FOUND":
                raise
            return True  # Salesforce keeps jobs for some days
        if told["state"] == "Open":
            self._abort(job)
            return True
        return told["state"] in ENDED or self._wait(job)["state"] in ENDED

    def _send(self, data: str, external_id: str, rule: str | None) -> dict[str, Answer]:
        wanted = {"object": "Lead", "operation": "upsert", "externalIdFieldName": external_id}
        settings = {"contentType": "CSV", "lineEnding": "LF", "columnDelimiter": "COMMA"}
        job = self._create(wanted | settings | ({"assignmentRuleId": rule} if rule else {}))
        self._jobs.note(job)  # an open job without data writes nothing
        self._client.text("job_data", "PUT", at=job, headers=CSV, data=data.encode())
        self._client.call("job", "PATCH", at=job, json={"state": "UploadComplete"})
        told = self._wait(job)
        if told["state"] not in ENDED:
            self._abort(job)
        self._jobs.forget(job)
        if told["state"] == "Failed" and not int(told.get("numberRecordsProcessed") or 0):
            text = (
                "Salesforce could not read a bulk job's file at all: look at the job in Bulk Data Load Jobs"
            )
            raise ContractBroken(text, system=SYSTEM, log=f"bulk: {job} Failed")
        return self._results(job, external_id.lower())

    def _wait(self, job: str) -> dict[str, Any]:
        """What the job tells when it has ended, or when patience has."""
        waited, pause = 0.0, 1.0
        while True:
            told = read_table(self._client.call("job", "GET", at=job))
            processed, failed = told.get("numberRecordsProcessed"), told.get("numberRecordsFailed")
            log.info("bulk_progress", job=job, state=told["state"], processed=processed, failed=failed)
            if told["state"] in ENDED or waited >= self._patience:
                return told
            self._jobs.wait_for(job)
            pause = min(pause * 2, LONGEST_POLL, max(self._patience - waited, 0.1))
            self._client.wait(pause)
            waited += pause

    def _create(self, job: Mapping[str, str]) -> str:
        try:
            return str(read_table(self._client.call("jobs", "POST", json=dict(job)))["id"])
        except RecordRefused as refusal:
            text = f"Salesforce takes no bulk job for Leads ({refusal.code}): raise `bulk_from`, or grant it"
            raise Misconfigured(text, system=SYSTEM, log=refusal.log) from None

    def _abort(self, job: str) -> None:
        try:
            self._client.call("job", "PATCH", at=job, json={"state": "Aborted"})
        except RecordRefused:  # it ended meanwhile
            log.info("bulk_job_ended", job=job)

    def _results(self, job: str, key: str) -> dict[str, Answer]:
        told: dict[str, Answer] = {}
        for name in ("successfulResults", "failedResults", "unprocessedrecords"):
            text = self._client.text("job_rows", "GET", at=f"{job}/{name}", headers=TAKES_CSV)
            for row in csv.DictReader(io.StringIO(text, newline="")):
                cells = {column.lower(): value for column, value in row.items() if column}
                told[str(cells[key]).lower()] = _answer(name, cells)
        return told


def _answer(name: str, cells: Mapping[str, str]) -> Answer:
    if name == "successfulResults":
        created = cells["sf__created"] == "true"
        return {"success": True, "id": cells["sf__id"], "created": created, "errors": []}
    if name == "failedResults":
        return {"success": False, "errors": [_error(cells["sf__error"])]}
    return {"success": False, "errors": [{"statusCode": UNPROCESSED}]}


def _error(text: str) -> dict[str, Any]:
    """`CODE:message:Field,Field --` in the shape of a collection's error."""
    code, _, rest = text.partition(":")
    message, _, fields = rest.rpartition(":")
    named = [name.strip() for name in fields.removesuffix("--").split(",") if name.strip()]
    return {"statusCode": code, "message": message, "fields": named}


def fits(record: Record) -> bool:
    """Whether CSV can say it: a text that is the mark for null cannot travel."""
    return NULL not in record.values()


def _files(records: Sequence[Record]) -> Iterator[str]:
    """The records as CSV, each file small enough for one job; a field that a record lacks stays as it is."""
    names = list(dict.fromkeys(name for one in records for name in one if name != "attributes"))
    header = _line(names)
    lines: list[str] = []
    size = len(header)
    for one in records:
        line = _line([_cell(one[name]) if name in one else "" for name in names])
        if lines and size + len(line.encode()) > LARGEST:
            yield header + "".join(lines)
            lines, size = [], len(header)
        lines.append(line)
        size += len(line.encode())
    yield header + "".join(lines)


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)  # which quotes a bare carriage return too
    return text.getvalue().removesuffix("\r\n") + "\n"


def _cell(value: object) -> str:
    match value:
        case None | "":
            return NULL
        case bool():
            return str(value).lower()
        case _:
            return str(value)

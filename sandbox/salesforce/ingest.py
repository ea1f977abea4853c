"""What a Bulk API 2.0 job does with its file: row by row, into three files of results."""

from dataclasses import dataclass, replace
from typing import Any

from sandbox.salesforce import records
from sandbox.salesforce.access import Actor
from sandbox.salesforce.call import Call
from sandbox.salesforce.csvfile import NULL, parse_csv
from sandbox.salesforce.describe import is_lookup
from sandbox.salesforce.errors import Fault
from sandbox.salesforce.org import Org
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.store import Row

Job = dict[str, Any]


class _Broken(Exception):
    """The whole file cannot be processed; the job fails with this text."""


def find_key(call: Call, kind: SObject, body: Job) -> Field | None:
    """The field that an upsert finds records by; raises a Fault where there is none."""
    if body.get("operation") != "upsert":
        return None
    field = call.actor.access.find(kind, str(body.get("externalIdFieldName")))
    if field is None or not is_lookup(field):
        text = f"Field name provided does not match an External ID, Salesforce Id, or indexed field for {kind.name}"
        raise Fault("INVALIDJOB", text)
    return field


def process(call: Call, job: Job) -> None:
    """Write the rows, each by itself; a switch lets the job fail after some of them."""
    kind = call.org.kinds[job["object"].lower()]
    # No assignment rule runs unless the job names one, and no header lets an alert pass.
    actor = replace(call.actor, auto_assign=bool(job["assignmentRuleId"]), allow_duplicates=False)
    most = call.org.settings.number("bulk_processed")
    successful: list[list[str]] = []
    failed: list[list[str]] = []
    try:
        header, rows = parse_csv(job["data"], job["lineEnding"], job["columnDelimiter"])
        fields = [_column(actor, kind, name) for name in header]
        key = find_key(call, kind, job)
        writer = _Writer(org=call.org, actor=actor, kind=kind, operation=job["operation"], key=key)
        done = rows if most < 0 else rows[:most]
        for row in done:
            record, created, error = writer.write(dict(zip(fields, row, strict=True)))
            (failed if error else successful).append([record, error or created, *row])
        state, text = ("JobComplete", None) if len(done) == len(rows) else ("Failed", "InternalServerError")
        left = rows[len(done) :]
    except (_Broken, ValueError) as broken:
        state, text, header, left = "Failed", f"InvalidBatch : {broken}", [], []
    job |= {
        "state": state,
        "errorMessage": text,
        "systemModstamp": call.actor.at,
        "numberRecordsProcessed": len(successful) + len(failed),
        "numberRecordsFailed": len(failed),
        # The order of results is not that of the data.
        "successfulResults": [["sf__Id", "sf__Created", *header], *reversed(successful)],
        "failedResults": [["sf__Id", "sf__Error", *header], *reversed(failed)],
        "unprocessedrecords": [header, *left],
    }


def _column(actor: Actor, kind: SObject, name: str) -> Field:
    field = actor.access.find(kind, name)
    if field is None:
        raise _Broken(f"Field name not found : {name}")
    return field


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Writes the rows of a job, one by one."""

    org: Org
    actor: Actor
    kind: SObject
    operation: str
    key: Field | None

    def write(self, row: dict[Field, str]) -> tuple[str, str, str]:
        """The record's id, whether it was created, and the error, where there is one."""
        try:
            with self.org.store.transaction():
                record, created = self._write(row)
        except Fault as fault:
            return "", "", f"{fault.code}:{fault.message}:{','.join(fault.fields or [])} --"
        return record, str(created).lower(), ""

    def _write(self, row: dict[Field, str]) -> tuple[str, bool]:
        # An empty cell says nothing of the field; #N/A empties it.
        values = {field.name: None if text == NULL else text for field, text in row.items() if text != ""}
        given = records.read_body(self.kind, values, self.actor)
        record = self._found(given)
        if record is None:
            return records.insert(self.org, self.actor, self.kind, given), True
        if self.operation == "delete":
            records.delete(self.org, self.actor, self.kind, record)
        else:
            records.update(self.org, self.actor, self.kind, record, given)
        return record, False

    def _found(self, given: Row) -> str | None:
        """The record that the row is about, taken out of its values; None for one to make."""
        if self.operation == "insert":
            return None
        if self.key is None or self.key.name == "Id":
            return str(given.pop("Id", ""))
        value = given.get(self.key.name)
        if value is None:
            raise Fault("MISSING_ARGUMENT", f"{self.key.name} not specified", [])
        found = records.holders(self.org, self.kind, self.key, value)
        if len(found) > 1:
            text = f"Upsert failed. More than 1 records found by external id field: {self.key.name}"
            raise Fault("DUPLICATE_EXTERNAL_ID", text, [self.key.name])
        if found:
            given.pop(self.key.name)
        return found[0] if found else None

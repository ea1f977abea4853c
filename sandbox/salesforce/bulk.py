"""Bulk API 2.0 ingest: jobs, their CSV, and the three files of results (Bulk API 2.0 Developer Guide).

A job's rows are written when it is closed; what the job tells of itself lags `bulk_seconds` of machine time.
"""

import json
from time import time

from sandbox.salesforce.call import NO_CONTENT, Answer, Call, Endpoint
from sandbox.salesforce.csvfile import DELIMITERS, ENDINGS, write_csv
from sandbox.salesforce.errors import NOT_FOUND, Fault
from sandbox.salesforce.ids import make
from sandbox.salesforce.ingest import Job, find_key, process
from sandbox.salesforce.org import Org

CREATED = 201
_OPERATIONS = ("insert", "update", "upsert", "delete")
_LARGEST = 150_000_000
_DONE = ("JobComplete", "Failed", "Aborted")
_TOLD = (
    "id",
    "operation",
    "object",
    "createdById",
    "createdDate",
    "systemModstamp",
    "state",
    "externalIdFieldName",
    "assignmentRuleId",
    "concurrencyMode",
    "contentType",
    "apiVersion",
    "contentUrl",
    "lineEnding",
    "columnDelimiter",
    "jobType",
    "numberRecordsProcessed",
    "numberRecordsFailed",
    "errorMessage",
)


def create_tables(org: Org) -> None:
    """Make the table of jobs where it is missing."""
    org.store.database.execute("CREATE TABLE IF NOT EXISTS sf_job (id TEXT PRIMARY KEY, job TEXT)")


def _keep(org: Org, job: Job) -> None:
    org.store.database.execute("INSERT OR REPLACE INTO sf_job VALUES (?, ?)", (job["id"], json.dumps(job)))


def _job(call: Call) -> Job:
    sql = "SELECT job FROM sf_job WHERE id = ?"
    found = call.org.store.database.execute(sql, (call.params["job"],)).fetchone()
    if found is None:
        raise Fault("NOT_FOUND", "The requested resource does not exist", status=NOT_FOUND)
    return dict(json.loads(found["job"]))


def _told(job: Job) -> Job:
    """What the API says of a job; its state as of now."""
    told = {name: job[name] for name in _TOLD if job.get(name) is not None}
    if job["state"] in _DONE and time() < job.get("shown", 0):
        told |= {"state": "InProgress", "numberRecordsProcessed": 0, "numberRecordsFailed": 0}
        told.pop("errorMessage", None)
    return told


def create(call: Call) -> Answer:
    """POST jobs/ingest."""
    body = call.mapping()
    kind = call.org.kind(str(body.get("object")))
    if kind is None or kind.tooling:
        raise Fault("INVALIDENTITY", f"Entity '{body.get('object')}' is not supported by the Bulk API.")
    if body.get("operation") not in _OPERATIONS:
        raise Fault("API_ERROR", f"Unable to parse operation: {body.get('operation')}")
    find_key(call, kind, body)
    ending, delimiter = body.get("lineEnding", "LF"), body.get("columnDelimiter", "COMMA")
    if ending not in ENDINGS or delimiter not in DELIMITERS or body.get("contentType", "CSV") != "CSV":
        text = "contentType is CSV, lineEnding LF or CRLF, columnDelimiter one that is documented"
        raise Fault("API_ERROR", text)
    rule = body.get("assignmentRuleId")
    if rule is not None and call.org.store.get("AssignmentRule", str(rule)) is None:
        raise Fault("INVALID_CROSS_REFERENCE_KEY", f"invalid assignment rule: {rule}")
    named = {name: body.get(name) for name in ("operation", "externalIdFieldName", "assignmentRuleId")}
    job = _new_job(call) | named | {"object": kind.name, "lineEnding": ending, "columnDelimiter": delimiter}
    _keep(call.org, job)
    return Answer(_told(job))


def _new_job(call: Call) -> Job:
    record = make("750", call.org.store.next_number("job"))
    return {
        "id": record,
        "createdById": call.actor.user,
        "createdDate": call.actor.at,
        "systemModstamp": call.actor.at,
        "state": "Open",
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(call.version),
        "contentUrl": f"{call.base.lstrip('/')}/jobs/ingest/{record}/batches",
        "jobType": "V2Ingest",
        "numberRecordsProcessed": 0,
        "numberRecordsFailed": 0,
    }


def listed(call: Call) -> Answer:
    """GET jobs/ingest."""
    rows = call.org.store.database.execute("SELECT job FROM sf_job ORDER BY id").fetchall()
    return Answer(
        {"done": True, "records": [_told(json.loads(row["job"])) for row in rows], "nextRecordsUrl": None}
    )


def show(call: Call) -> Answer:
    """GET jobs/ingest/<job>."""
    return Answer(_told(_job(call)) | {"retries": 0, "totalProcessingTime": 0})


def upload(call: Call) -> Answer:
    """PUT jobs/ingest/<job>/batches: the whole file, once."""
    job = _job(call)
    if job["state"] != "Open" or "data" in job:
        raise Fault("INVALIDJOBSTATE", "The job is not open, or has its data already")
    if not isinstance(call.body, str) or not call.body:
        raise Fault("INVALIDREQUEST", "The data of a job is text/csv")
    if len(call.body.encode()) > _LARGEST:
        raise Fault("FILE_SIZE_LIMIT_EXCEEDED", "Ingest data exceeds the maximum size of 150 MB")
    _keep(call.org, job | {"data": call.body})
    return Answer(status=CREATED)


def change(call: Call) -> Answer:
    """PATCH jobs/ingest/<job> {"state"}: close it, or abort it."""
    job, state = _job(call), call.mapping().get("state")
    if state == "UploadComplete" and job["state"] == "Open" and "data" in job:
        told = _told(job | {"state": "UploadComplete"})
        process(call, job)
        job["shown"] = time() + call.org.settings.number("bulk_seconds")
        _keep(call.org, job)
        return Answer(told)
    if state == "Aborted" and _told(job)["state"] not in _DONE:
        job |= {"state": "Aborted", "shown": 0}
        _keep(call.org, job)
        return Answer(_told(job))
    raise Fault("INVALIDJOBSTATE", f"A job that is {job['state']} cannot become {state}")


def remove(call: Call) -> Answer:
    """DELETE jobs/ingest/<job>."""
    job = _job(call)
    if _told(job)["state"] not in (*_DONE, "UploadComplete"):
        raise Fault("INVALIDJOBSTATE", "Only a job that has ended can be deleted")
    call.org.store.database.execute("DELETE FROM sf_job WHERE id = ?", (job["id"],))
    return Answer(status=NO_CONTENT)


def _results(name: str) -> Endpoint:
    def answer(call: Call) -> Answer:
        job = _job(call)
        if _told(job)["state"] not in _DONE:
            raise Fault("INVALIDJOBSTATE", "The job has not ended yet")
        text = write_csv(job.get(name) or [[]], job["lineEnding"], job["columnDelimiter"])
        return Answer(text, media="text/csv")

    return answer


ENDPOINTS: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", "/jobs/ingest", create),
    ("GET", "/jobs/ingest", listed),
    ("GET", "/jobs/ingest/{job}", show),
    ("PATCH", "/jobs/ingest/{job}", change),
    ("DELETE", "/jobs/ingest/{job}", remove),
    ("PUT", "/jobs/ingest/{job}/batches", upload),
    ("GET", "/jobs/ingest/{job}/successfulResults", _results("successfulResults")),
    ("GET", "/jobs/ingest/{job}/failedResults", _results("failedResults")),
    ("GET", "/jobs/ingest/{job}/unprocessedrecords", _results("unprocessedrecords")),
    ("GET", "/jobs/ingest/{job}/unprocessedRecords", _results("unprocessedrecords")),
)
"""Method, path below a version, and function."""

"""`kill -9` in the middle of a push, over real HTTP: after the next run no lead is missing and none is twice.

Salesforce hangs on a chosen call, before it does what it was asked or before it answers, so that the kill falls
inside that call for certain.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from itertools import count

import pytest

from tests.system.conftest import CONTACT_ONLY, Served, Shell, kill

HANG = {"vendor": "salesforce", "kind": "timeout", "seconds": 600}
SINCE = "2020-01-01"


def address(number: int) -> str:
    return f"person{number}@leads.example.com"


def load(served: Served, people: int) -> None:
    rows = [
        {
            "properties": {
                "email": address(number),
                "lastname": f"Person {number}",
                "company": "Example",
                "lifecyclestage": "marketingqualifiedlead",
            }
        }
        for number in range(people)
    ]
    for start in range(0, len(rows), 100):
        served.hubspot("POST", "/crm/v3/objects/contacts/batch/create", {"inputs": rows[start : start + 100]})


def passed(served: Served) -> Counter[str]:
    """How often each lead of ours is in Salesforce."""
    rows = served.query("SELECT Acuerdo_Lead_Id__c FROM Lead WHERE Acuerdo_Lead_Id__c != null")
    return Counter(row["Acuerdo_Lead_Id__c"] for row in rows)


def owed(shell: Shell) -> int:
    """How many pushes the ledger still owes: what it holds of a run that is gone."""
    with closing(sqlite3.connect(shell.folder / "ledger.sqlite")) as ledger:
        query = "SELECT count(*) FROM intent WHERE operation = 'push' AND state = 'owed'"
        found: int = ledger.execute(query).fetchone()[0]
        return found


def ready(shell: Shell, served: Served, people: int) -> None:
    shell.served = served
    shell.configure(CONTACT_ONLY)
    assert shell.run("setup", "--yes").status == 0
    load(served, people)


def whole(shell: Shell, served: Served, people: int) -> None:
    """The next run brings everybody there once, with a status, and the one after it has nothing to do."""
    served.control("DELETE", "/faults")
    done = shell.run("run", "--json", "--allow-changes", str(people))
    assert done.status == 0, done.err
    assert set(passed(served).values()) == {1}
    rows = served.query("SELECT Email, Acuerdo_SLA_Status__c FROM Lead WHERE Acuerdo_Lead_Id__c != null")
    assert sorted(row["Email"] for row in rows) == sorted(address(number) for number in range(people))
    assert all(row["Acuerdo_SLA_Status__c"] for row in rows)
    assert shell.run("run", "--json").json[0]["written"] == 0


@pytest.mark.parametrize("applied", [False, True], ids=["before the vendor did it", "before the answer"])
def test_runs_killed_at_one_call_after_another_leave_no_lead_missing_and_none_twice(
    applied: bool, serve: Callable[..., Served], shell: Shell
) -> None:
    """Run after run is killed in its n-th call that carries records: the pushes are among these calls."""
    people = 30
    served = serve()
    ready(shell, served, people)
    seen = set()
    for skip in count():
        served.control("POST", "/faults", **HANG, endpoint="*/composite*", skip=skip, applied=applied)
        with shell.started("run", "--backfill", SINCE) as run:
            served.wait_until(lambda run=run: served.struck() or run.poll() is not None)
            if not served.struck():
                break  # it came to its end: it has not so many calls
            kill(run)
        served.control("DELETE", "/faults")
        seen.add((len(passed(served)), owed(shell)))
    in_push = (people, people) if applied else (0, people)  # in Salesforce, and still owed by the ledger
    assert in_push in seen
    whole(shell, served, people)


def test_a_run_killed_between_two_calls_of_a_push_sends_it_again_and_makes_nobody_twice(
    serve: Callable[..., Served], shell: Shell
) -> None:
    people = 1010  # a thousand go in the first call, ten in an upsert by itself
    served = serve()
    ready(shell, served, people)
    order = {**HANG, "endpoint": "PATCH */composite/sobjects/Lead/Acuerdo_Lead_Id__c", "applied": True}
    served.control("POST", "/faults", **order)
    with shell.started("run", "--backfill", SINCE, "--allow-changes", str(people)) as run:
        served.wait_until(served.struck)
        kill(run)
    served.wait_until(lambda: len(passed(served)) == people)  # it does what it was asked, whoever is gone
    assert owed(shell) == people, "a push is noted when all of it is acknowledged"
    whole(shell, served, people)


def test_a_bulk_job_of_a_killed_run_is_waited_for_by_a_push_too_small_for_one(
    serve: Callable[..., Served], shell: Shell
) -> None:
    people = 210
    served = serve()
    ready(shell, served, people)
    settings = 'system = "salesforce"\nbulk_patience = 0\nbulk_from = '
    shell.configure(CONTACT_ONLY, system=f"{settings}{people}")
    served.control("POST", "/settings", **{"salesforce.bulk_seconds": 3_600})
    served.control("POST", "/faults", **HANG, endpoint="GET */jobs/ingest/750*")
    with shell.started("run", "--backfill", SINCE, "--allow-changes", str(people)) as run:
        served.wait_until(served.struck)
        kill(run)
    served.control("DELETE", "/faults")
    owners = owners_of(served)
    assert len(owners) == people
    shell.configure(CONTACT_ONLY, system=f"{settings}{people + 1}")
    waiting = shell.run("run", "--allow-changes", str(people))
    assert (waiting.status, "a bulk job of an earlier run" in waiting.err) == (69, True), waiting.err
    (job,) = served.salesforce("GET", "/jobs/ingest")["records"]
    served.salesforce("PATCH", f"/jobs/ingest/{job['id']}", {"state": "Aborted"})
    whole(shell, served, people)
    assert owners_of(served) == owners, "an assignment rule that runs again hands leads to somebody else"


def owners_of(served: Served) -> dict[str, str]:
    return {row["Id"]: row["OwnerId"] for row in served.query("SELECT Id, OwnerId FROM Lead")}

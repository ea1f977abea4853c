"""Routing against Salesforce's own API: who owns which lead, and what a breach changes."""

from collections import Counter
from collections.abc import Callable

from tests.system.conftest import CONTACT_ONLY, Served, Shell

WEDNESDAY = "2026-05-13T10:00:00+02:00"
PEOPLE = [
    {
        "email": f"lead{number}@routed.example.com",
        "lastname": f"Routed {number}",
        "company": f"Account {number}",
    }
    for number in range(4)
]


def test_leads_are_shared_out_and_move_after_a_breach(serve: Callable[..., Served], shell: Shell) -> None:
    shell.served = served = serve("--now", WEDNESDAY)
    served.control("POST", "/clock", frozen=True)
    sellers = [row["Id"] for row in served.query("SELECT Id FROM User WHERE Username LIKE 'seller%'")]
    pool = sellers[:2]
    shell.configure(
        CONTACT_ONLY
        + "[companies.acme.agreement.routing]\nenabled = true\nauto_reassign = true\n"
        + f"owners = {pool}\n".replace("'", '"')
    )
    assert shell.run("setup", "--yes").status == 0
    assert shell.run("run", "--now", WEDNESDAY).status == 0
    served.mqls(*PEOPLE)
    soon = "2026-05-13T10:05:00+02:00"
    served.control("POST", "/clock", now=soon)

    planned = shell.run("plan", "--now", soon, "--json").json[0]
    assert planned["totals"]["salesforce assign"] == len(PEOPLE)
    first = shell.run("run", "--now", soon, "--json")
    assert first.status == 0, first.err
    assert first.json[0]["counts"]["write_back"]["owners"] == len(PEOPLE)
    before = owners(served)
    assert Counter(before.values()) == dict.fromkeys(pool, 2), (
        "not by Salesforce's own rule, which knows four"
    )
    assert shell.run("run", "--now", soon, "--json").json[0]["written"] == 0

    late = "2026-05-13T15:00:00+02:00"
    served.control("POST", "/clock", now=late)
    moved = shell.run("run", "--now", late, "--json")
    assert moved.json[0]["counts"]["write_back"]["owners"] == len(PEOPLE), moved.err
    after = owners(served)
    assert all(after[lead] != before[lead] for lead in before)
    assert Counter(after.values()) == dict.fromkeys(pool, 2)
    assert shell.run("run", "--now", late, "--json").json[0]["written"] == 0


def owners(served: Served) -> dict[str, str]:
    rows = served.query("SELECT Id, OwnerId FROM Lead WHERE Acuerdo_Lead_Id__c != null")
    return {row["Id"]: row["OwnerId"] for row in rows}

"""The way the README tells, as a user goes it: every command a process, both vendors over HTTP."""

import json
import re
from collections.abc import Callable

from tests.system.conftest import Served, Shell

SINCE = "2020-01-01"


def personal_values(served: Served) -> set[str]:
    """What is known of the made-up people and must stand in no log: addresses, names, phones."""
    found: set[str] = set()
    after: str | None = ""
    while after is not None:
        page = served.hubspot(
            "GET",
            "/crm/v3/objects/contacts?limit=100&properties=email,firstname,lastname,phone,mobilephone"
            + (f"&after={after}" if after else ""),
        )
        for row in page["results"]:
            told = row["properties"]
            full = f"{told.get('firstname') or ''} {told.get('lastname') or ''}".strip()
            found |= {full, *(told.get(name) or "" for name in ("email", "phone", "mobilephone"))}
        after = page.get("paging", {}).get("next", {}).get("after")
    return {value for value in found if len(value) > 5}


def no_secret_in(text: str, served: Served) -> None:
    secrets = {
        value
        for values in served.told["vendors"].values()
        for name, value in values.items()
        if name in ("token", "client_secret", "password")
    }
    leaked = {each for each in secrets | personal_values(served) if each in text}
    assert not leaked, "personal data or secrets in the log"


def test_from_setup_to_explain(serve: Callable[..., Served], shell: Shell) -> None:
    shell.served = served = serve("--seed", "7", "--leads", "40")
    logs = []

    refused = shell.run("check", "--json")
    assert refused.status == 78, "fields of ours are missing before set-up"
    assert "acuerdo setup" in refused.out

    asked = shell.run("setup")
    assert "would" in asked.out and "--yes" in asked.err
    made = shell.run("setup", "--yes")
    assert made.status == 0, made.err
    assert "everything is there" in shell.run("setup", "--yes").out
    assert shell.run("check").status == 0

    planned = shell.run("plan", "--backfill", SINCE, "--json")
    assert planned.status == 0, planned.err
    told = shell.run("plan", "--backfill", SINCE).out
    assert "LastName" in told and "(hidden)" in told and "(limit 500)" in told
    creations = [each for each in planned.json[0]["writes"] if each["verb"] == "push"]
    assert served.query("SELECT Id FROM Lead WHERE Acuerdo_Lead_Id__c != null") == []

    first = shell.run("run", "--backfill", SINCE, "-c", "config.toml", "--json")
    assert first.status in (0, 65), first.err
    assert first.json[0]["counts"]["push"]["created"] == len(creations) > 0
    assert len(served.query("SELECT Id FROM Lead WHERE Acuerdo_Lead_Id__c != null")) == len(creations)
    counts = first.json[0]["counts"]
    assert planned.json[0]["totals"] == {
        "salesforce push": counts["push"]["created"],
        "salesforce task": counts["write_back"]["tasks"],
        "salesforce status": counts["write_back"]["crm"],
        "hubspot status": counts["write_back"]["platform"],
    }
    logs.append(first.err)

    second = shell.run("run", "-c", "config.toml", "--json")
    assert second.json[0]["written"] == 0
    assert second.status == first.status
    logs.append(second.err)
    assert shell.run("plan", "--json").json[0]["writes"] == []

    status = shell.run("status", "--json")
    assert status.status == 0, status.err
    assert status.json
    lead = creations[0]["lead"]
    explained = shell.run("explain", lead)
    assert explained.status == 0, explained.err
    assert lead in explained.out
    as_json = shell.run("explain", lead, "--json")
    assert json.loads(as_json.out)
    refused_list = shell.run("refused", "list", "--json")
    assert len(refused_list.json) == first.json[0]["refused"]
    no_secret_in("\n".join([*logs, planned.err, status.err, explained.err, refused_list.err]), served)


def test_log_lines_are_json_with_a_company_and_a_stage(serve: Callable[..., Served], shell: Shell) -> None:
    shell.served = serve("--seed", "3", "--leads", "5")
    assert shell.run("setup", "--yes").status == 0
    lines = [json.loads(line) for line in shell.run("run", "--json").err.splitlines()]
    assert {line["company"] for line in lines} == {"acme"}
    assert [line["event"] for line in lines][-1] == "run"


def test_a_bare_command_prints_its_usage_and_starts_no_run(shell: Shell) -> None:
    ended = shell.run()
    assert ended.status == 2
    assert re.search(r"usage", ended.err, re.IGNORECASE)
    assert ended.out == ""

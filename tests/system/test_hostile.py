"""Hostile leads through real runs over the sandbox: HubSpot, the engine, Salesforce, and read back from there.

An e-mail address that is none reaches us in a property of the company's own, because HubSpot takes none in its own.
Half characters are not tried here: neither vendor takes them (`tests/flow/test_hostile.py` does).
"""

import os
import random
from collections.abc import Callable, Mapping

import pytest

from commands.session import connect
from mapping.mapper import Mapped, map_lead, prepare_rules
from mapping.reading import read_lead
from mapping.records import Record
from sync.configuration import read_configuration
from sync.ledger.store import Ledger
from tests.doubles.hostile import FIELDS, Refused, told_of, values
from tests.system.conftest import Served, Shell

SINCE = "2020-01-01"
SEED = 20_260_512
FIRST = 101  # the id of the sandbox's first contact, and so the number of the first lead
LEADS = int(os.environ.get("HOSTILE_LEADS", "500"))  # .ci/run sets ten thousand, which take minutes
MORE = """
[companies.acme.lead_fields]
email = "given_email"
emails = ["given_email", "given_emails"]

[companies.acme.mapping]
Title = { from = "job_title", too_long = "shorten" }
Description = { template = "{{ lead.job_title | default('-') }}: {{ lead.website | default('-') }}" }
City = { from = "city", transform = ["printable", "single_line"] }

[companies.acme.agreement.package]
required = ["contact"]

[companies.acme.limits]
create = false
change_records = false
"""


def person(number: int) -> dict[str, str]:
    """A contact as HubSpot takes it: whole characters only, what is no address in a property of ours."""
    made = {
        name: value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        for name, value in values(random.Random(SEED + number), number).items()
    }
    made["given_email"], made["given_emails"] = made.pop("email"), made.pop("hs_additional_emails")
    return made | {"email": f"p{number}@leads.example.com", "lifecyclestage": "marketingqualifiedlead"}


def load(served: Served, people: Mapping[str, Mapping[str, str]]) -> None:
    wide = {"hubspot.search_limit": 1000, "hubspot.burst_limit": 100_000}
    served.control("POST", "/settings", **wide)
    for name in ("given_email", "given_emails"):
        wish = {"name": name, "label": name, "type": "string", "fieldType": "text"}
        served.hubspot("POST", "/crm/v3/properties/contacts", {**wish, "groupName": "contactinformation"})
    rows = [{"properties": each} for each in people.values()]
    made: list[str] = []
    for start in range(0, len(rows), 100):
        answer = served.hubspot(
            "POST", "/crm/v3/objects/contacts/batch/create", {"inputs": rows[start : start + 100]}
        )
        made += [each["id"] for each in answer["results"]]
    assert sorted(made) == sorted(people)


def expected_of(shell: Shell, people: Mapping[str, Mapping[str, str]]) -> dict[str, Mapped]:
    """What the company's mapping makes of each, by our id."""
    assert shell.served is not None
    configured = read_configuration(shell.config, shell.environment).companies["acme"]
    ledger = Ledger(f"sqlite:///{shell.folder / 'ledger.sqlite'}")
    platform, crm = connect(configured, ledger)
    mapper = prepare_rules(
        configured.rules, crm.schema().kinds["Lead"], types=configured.fields.types, country="ES"
    )
    account = platform.tenant().id
    ledger.close()
    found = {}
    for number, told in people.items():
        record = Record(
            system="hubspot", kind="contact", id=number, values=dict(told), changed_at=0, version="1"
        )
        lead = f"hubspot-{account}-{number}"
        found[lead] = map_lead(read_lead(record, configured.fields, lead=lead).lead, mapper)
    return found


def test_hostile_leads_are_each_in_salesforce_as_mapped_or_refused_with_a_reason(
    serve: Callable[..., Served], shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    shell.served = served = serve()
    shell.configure(MORE)
    people = {str(number): person(number) for number in range(FIRST, FIRST + LEADS)}
    load(served, people)
    assert shell.run("setup", "--yes").status == 0

    ended = shell.run("run", "--backfill", SINCE, "--json", timeout=1_800)
    assert ended.status == 65, ended.err[-2_000:]
    (row,) = ended.json
    assert row["faults"] == []

    refused = {
        each["lead"]: Refused(code=each["code"], message=each["message"])
        for each in shell.run("refused", "list", "--json").json
    }
    names = ", ".join((*FIELDS, "Acuerdo_Lead_Id__c", "Acuerdo_Brief__c", "Acuerdo_Next_Action__c"))
    held = served.query(f"SELECT {names} FROM Lead WHERE Acuerdo_Lead_Id__c != null")
    rows = {each.pop("Acuerdo_Lead_Id__c"): each for each in held}
    assert len(rows) == len(held), "nobody is there twice"
    found = told_of(expected_of(shell, people), rows, refused, outer_blanks=False)
    assert found["written"] + found["refused"] + found["refused by the CRM"] == LEADS
    assert row["counts"]["push"]["created"] == found["written"] > LEADS // 20
    assert row["refused"] == len(refused) > LEADS // 20

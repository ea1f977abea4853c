"""Person accounts in Salesforce: the person contact is what is found, linked, written and read; the account goes with it."""

import pytest

from connectors.base import Identity, Outcome, Write
from connectors.errors import Misconfigured
from sync.accounts import wanted_fields
from sync.cycle import run_company
from sync.ledger import matches
from tests.contract.crm import WANTED, everything, new
from tests.contract.salesforce_world import SalesforceWorld
from tests.doubles.marketing import MemoryMarketing
from tests.flow.world import MQL, company

STATUS = "Acuerdo_SLA_Status__c"


class PersonalWorld(SalesforceWorld):
    """An organisation whose accounts may be people."""

    def person(self, name, email):
        """A person account that somebody enters: the ids of the account and of its contact."""
        account = self.ask("POST", "/sobjects/Account", {"LastName": name, "PersonEmail": email})["id"]
        return account, self.ask("GET", f"/sobjects/Account/{account}")["PersonContactId"]

    def contact(self, name, email):
        return self.ask("POST", "/sobjects/Contact", {"LastName": name, "Email": email})["id"]


@pytest.fixture
def world(sandbox):
    sandbox.steer.post("/settings", **{"salesforce.person_accounts": True})
    made = PersonalWorld(sandbox)
    made.crm.ensure(WANTED)
    return made


def found(world, email, lead="hubspot-1-9"):
    return world.crm.find([Identity(key=lead, lead=lead, emails=(email,))])


def passed(world, key="hubspot-1-1"):
    """A lead without a company, passed and converted: its person account and the person contact."""
    lead = world.crm.push([new(key, Company=None)])[0].id
    contact, _ = world.convert(lead)
    account = world.ask("GET", f"/sobjects/Contact/{contact}")["AccountId"]
    return lead, account, contact


def test_a_person_account_is_found_by_its_address_and_answered_by_its_contact(world):
    _, contact = world.person("Rey", "rey@example.com")
    (match,) = found(world, "rey@example.com")
    assert (match.id, match.kind, match.by, match.lead) == (contact, "Contact", "email", None)


def test_a_contact_and_a_person_account_of_one_address_are_both_told(world):
    _, person = world.person("Rey", "rey@example.com")
    contact = world.contact("Rey", "rey@example.com")
    assert {match.id for match in found(world, "rey@example.com")} == {person, contact}


def test_a_person_is_found_by_another_field_that_holds_an_address(sandbox, world):
    field = {"FullName": "Contact.Second__c", "Metadata": {"label": "Second", "type": "Email"}}
    world.ask("POST", "/tooling/sobjects/CustomField", field)
    _grant(world, "Contact.Second__c")
    _, contact = world.person("Rey", "rey@example.com")
    world.ask("PATCH", f"/sobjects/Contact/{contact}", {"Second__c": "Rey.Two@example.com"})
    assert found(world, "rey.two@example.com") == []
    (match,) = found(PersonalWorld(sandbox, other_emails=["Second__c"]), "rey.two@example.com")
    assert (match.id, match.by) == (contact, "email")


def test_a_field_of_addresses_that_is_not_there_is_a_fault_of_the_configuration(sandbox):
    with pytest.raises(Misconfigured, match="other_emails"):
        found(PersonalWorld(sandbox, other_emails=["Nowhere__c"]), "rey@example.com")


def test_a_known_person_is_given_our_id_and_found_by_it(world):
    _, contact = world.person("Rey", "rey@example.com")
    row = Write(key="hubspot-1-9", id=contact, kind="Contact", values={STATUS: "queued"})
    (result,) = world.crm.push([row])
    assert (result.outcome, result.id, result.kind, result.created) == (
        Outcome.written,
        contact,
        "Contact",
        False,
    )
    (match,) = found(world, "nobody@example.com")
    assert (match.id, match.by, match.lead) == (contact, "lead_id", "hubspot-1-9")


def test_a_lead_without_a_company_becomes_a_person_whom_the_status_follows(world):
    lead, _, contact = passed(world)
    rows, _ = everything(world.crm.changes(None))
    told = {row.record.id: row.record for row in rows}
    assert told[lead].values["converted_contact"] == contact
    assert told[contact].kind == "Contact"
    (result,) = world.crm.write_status(
        [Write(key="hubspot-1-1", id=contact, kind="Contact", values={STATUS: "won"})]
    )
    assert result.outcome is Outcome.written
    assert world.values(contact, (STATUS,)) == {STATUS: "won"}


def test_a_later_deal_of_the_account_is_told_of_the_person(world):
    _, account, contact = passed(world)
    _, cursor = everything(world.crm.deals(None))
    world.later()
    deal = {"Name": "More", "StageName": "Prospecting", "CloseDate": "2026-12-31", "AccountId": account}
    made = world.ask("POST", "/sobjects/Opportunity", deal)["id"]
    rows, _ = everything(world.crm.deals(cursor))
    assert [(row.id, row.contacts) for row in rows if row.id == made] == [(made, (contact,))]


def test_an_erased_person_goes_with_the_account_and_leaves_no_text_behind(world):
    account, contact = world.person("Rey", "rey@example.com")
    world.ask("PATCH", f"/sobjects/Account/{account}", {"Phone": "+34911234567", "BillingCity": "Lugo"})
    (result,) = world.crm.erase([contact])
    assert (result.key, result.outcome) == (contact, Outcome.written)
    left = world.ask(
        "GET", "/queryAll", q="SELECT Name, Phone, BillingCity, PersonEmail, IsDeleted FROM Account"
    )
    (row,) = [one for one in left["records"] if one["IsDeleted"]]
    texts = [row[name] for name in ("Name", "Phone", "BillingCity", "PersonEmail")]
    assert texts == ["[erased]", None, None, None]
    assert [one.outcome for one in world.crm.erase([contact])] == [Outcome.unchanged]


def test_a_duplicate_rule_that_names_the_account_attaches_the_lead_to_the_person(sandbox, world):
    _, contact = world.person("Rey", "hubspot-1-5@example.com")
    sandbox.steer.post("/settings", **{"salesforce.duplicate_rule": "block"})
    (result,) = PersonalWorld(sandbox, duplicates="attach").crm.push([new("hubspot-1-5")])
    assert (result.outcome, result.id, result.kind) == (Outcome.written, contact, "Contact")


def _grant(world, field):
    sets = world.query("SELECT Id FROM PermissionSet WHERE Name = 'Acuerdo'")
    row = {"ParentId": sets[0]["Id"], "SobjectType": "Contact", "Field": field}
    world.ask("POST", "/sobjects/FieldPermissions", {**row, "PermissionsRead": True, "PermissionsEdit": True})


def _way(world, ledger, marketing):
    """A run over a marketing platform in memory and this organisation, as of its own clock."""
    marketing.now = world.now()
    return run_company(company(), ledger, marketing, world.crm, now=marketing.now)


def _begun(world, ledger):
    marketing = MemoryMarketing(now=world.now())
    marketing.ensure(wanted_fields("hubspot"), list(company().tracks.values()))
    _way(world, ledger, marketing)
    world.later()
    return marketing


def _mql(marketing, email):
    values = {
        "email": email,
        "firstname": "Ana",
        "lastname": "Rey",
        "phone": "+34911234567",
        "lifecyclestage": MQL,
    }
    return marketing.add(values, dated={"lifecyclestage": marketing.now})


def test_a_lead_who_is_a_person_account_is_passed_to_it_and_its_status_stands_there(world, ledger):
    _, contact = world.person("Rey", "rey@example.com")
    marketing = _begun(world, ledger)
    number = _mql(marketing, "rey@example.com")
    assert _way(world, ledger, marketing).refused == 0
    assert world.leads() == 0
    told = world.values(contact, ("Acuerdo_Lead_Id__c", STATUS))
    assert told == {
        "Acuerdo_Lead_Id__c": f"hubspot-4242-{number}",
        STATUS: marketing.contacts[number].values["acuerdo_sla_status"],
    }
    world.later()
    assert _way(world, ledger, marketing).written == 0


def test_a_lead_who_could_be_a_contact_or_a_person_account_waits_for_a_person(world, ledger):
    _, person = world.person("Rey", "rey@example.com")
    contact = world.contact("Rey", "rey@example.com")
    marketing = _begun(world, ledger)
    _mql(marketing, "rey@example.com")
    assert _way(world, ledger, marketing).refused == 1
    with ledger.read("acme") as tx:
        (asked,) = matches.every(tx)
    assert asked.code == "several_by_email"
    assert sorted(asked.detail["candidates"]) == sorted([["Contact", person], ["Contact", contact]])
    assert world.leads() == 0

"""What the vendors say of themselves is asked once a day, kept, and asked anew when it lacks fields of ours."""

import pytest
from sqlalchemy import update

from connectors.errors import Unavailable
from mapping.problems import ConfigurationError
from sync.accounts import (
    account_of,
    forget_accounts,
    fresh_account_of,
    last_account_of,
    mappers_for,
    wanted_fields,
)
from sync.ledger import schema
from sync.ledger.store import Ledger
from tests.doubles.crm import MemoryCrm
from tests.doubles.marketing import MemoryMarketing
from tests.flow.world import company


def asked(crm: MemoryCrm) -> int:
    return crm.faults.count["schema"]


def grow_old(ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(update(schema.answer).values(at=schema.answer.c.at - 2 * 86_400))


def test_an_account_is_asked_once_a_day(ledger: Ledger) -> None:
    crm = MemoryCrm()
    first = account_of(ledger, "acme", crm)
    assert account_of(ledger, "acme", crm) == first
    assert asked(crm) == 1
    grow_old(ledger)
    account_of(ledger, "acme", crm)
    assert asked(crm) == 2


def test_an_account_reads_back_as_it_was_told(ledger: Ledger) -> None:
    crm = MemoryCrm()
    told = account_of(ledger, "acme", crm)
    kept = fresh_account_of(ledger, "acme", "salesforce")
    assert kept == told
    assert kept is not None
    assert kept.schema == crm.schema()


def test_a_kept_account_that_lacks_fields_of_ours_is_asked_anew(ledger: Ledger) -> None:
    crm = MemoryCrm(with_fields=False)
    assert "Lead.Acuerdo_Lead_Id__c" in account_of(ledger, "acme", crm).lacking
    crm.ensure(wanted_fields("salesforce"))
    assert account_of(ledger, "acme", crm).lacking == []


def test_an_old_answer_serves_only_as_the_last_one(ledger: Ledger) -> None:
    account_of(ledger, "acme", MemoryCrm())
    grow_old(ledger)
    assert fresh_account_of(ledger, "acme", "salesforce") is None
    assert last_account_of(ledger, "acme", "salesforce") is not None


def test_companies_do_not_share_an_account(ledger: Ledger) -> None:
    account_of(ledger, "acme", MemoryCrm())
    assert last_account_of(ledger, "beta", "salesforce") is None


def test_what_was_forgotten_is_asked_anew(ledger: Ledger) -> None:
    crm = MemoryCrm()
    account_of(ledger, "acme", crm)
    forget_accounts(ledger, "acme")
    account_of(ledger, "acme", crm)
    assert asked(crm) == 2


def test_a_vendor_that_is_down_is_told_as_such(ledger: Ledger) -> None:
    crm = MemoryCrm()
    crm.faults.fail("tenant", Unavailable("no answer", system="salesforce"))
    with pytest.raises(Unavailable):
        account_of(ledger, "acme", crm)


def test_every_missing_field_is_named_with_its_system_and_what_to_run(ledger: Ledger) -> None:
    crm, marketing = MemoryCrm(with_fields=False), MemoryMarketing()
    accounts = account_of(ledger, "acme", marketing), account_of(ledger, "acme", crm)
    with pytest.raises(ConfigurationError) as caught:
        mappers_for(company(), *accounts)
    texts = " ".join(each.what for each in caught.value.problems)
    for account in accounts:
        assert account.tenant.system in texts
        assert all(name in texts for name in account.lacking)
    assert all("acuerdo setup" in each.write for each in caught.value.problems)

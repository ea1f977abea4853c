"""The first run publishes version 1; what is published judges until a person publishes another."""

from typing import Any

from sqlalchemy import select

from sync.ledger import leads, runs, schema
from sync.ledger.store import Ledger
from sync.publication import publish
from tests.flow.world import DAY, MONDAY, company

NEXT = MONDAY + DAY


def numbers(ledger: Ledger) -> list[int]:
    with ledger.read("acme") as tx:
        return [each.number for each in runs.agreements(tx)]


def test_the_first_run_publishes_version_one_enforced_from_its_instant(ledger: Ledger) -> None:
    published = publish(ledger, company(), MONDAY, None)
    agreement = published.terms.at(MONDAY)
    assert (agreement.number, agreement.enforce_from, agreement.effective_from) == (1, MONDAY, MONDAY)
    assert agreement.signed_by.marketing is None
    assert not published.pending


def test_a_date_in_the_configuration_or_a_backfill_sets_from_when_it_is_enforced(ledger: Ledger) -> None:
    configured = company(agreement={"enforce_from": "2026-01-01"})
    since = publish(ledger, configured, MONDAY, None).terms.at(MONDAY).enforce_from
    assert since is not None
    assert since < MONDAY - 100 * DAY


def test_later_runs_judge_by_what_was_published(ledger: Ledger) -> None:
    first = publish(ledger, company(), MONDAY, None).terms
    again = publish(ledger, company(), NEXT, None)
    assert again.terms.agreements == first.agreements
    assert numbers(ledger) == [1]


def test_an_edit_waits_and_the_published_rules_go_on_judging(ledger: Ledger) -> None:
    publish(ledger, company(), MONDAY, None)
    edited = company(agreement={"attempts": {"minimum": 9}})
    published = publish(ledger, edited, NEXT, None)
    assert published.pending
    assert published.terms.at(NEXT).attempts.minimum == 6
    assert numbers(ledger) == [1]


def test_a_backfill_publishes_the_same_rules_enforced_from_earlier_and_looks_at_history_again(
    ledger: Ledger,
) -> None:
    publish(ledger, company(), MONDAY, None)
    with ledger.write("acme", MONDAY) as tx:
        leads.add_leads(tx, {"old"})
        row: dict[str, Any] = {
            "id": "old",
            "valid_until": None,
            "mql": True,
            "evaluation": {},
            "dimensions": {},
        }
        leads.note_qualified(tx, [{**row, "passing": "history"}])
    published = publish(ledger, company(), NEXT, MONDAY - 9 * DAY)
    assert published.terms.at(NEXT).enforce_from == MONDAY - 9 * DAY
    assert not published.pending
    assert numbers(ledger) == [1, 2]
    with ledger.read("acme") as tx:
        assert tx.connection.execute(select(schema.lead.c.qualify)).scalar_one() is True


def test_a_backfill_after_what_is_enforced_changes_nothing(ledger: Ledger) -> None:
    publish(ledger, company(), MONDAY, MONDAY - 9 * DAY)
    publish(ledger, company(), NEXT, MONDAY - DAY)
    assert numbers(ledger) == [1]


def test_the_calendar_is_written_out_again_before_it_ends(ledger: Ledger) -> None:
    publish(ledger, company(), MONDAY, None)
    late = MONDAY + 8 * 365 * DAY
    publish(ledger, company(), late, None)
    with ledger.read("acme") as tx:
        calendars = runs.calendars(tx)
    assert len(calendars) > 1
    assert calendars[-1].effective_from >= calendars[0].effective_from

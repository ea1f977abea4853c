"""What every ledger promises, whichever database it is in; subclassed per database."""

import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import func, select, text

from connectors.base import Outcome, RowResult
from connectors.budgets import Budget
from mapping.records import Record
from policies.conflict import Base
from policies.events import Event, Kind
from policies.notices import Notice
from sync.ledger import (
    compared,
    erasures,
    facts,
    hints,
    intents,
    leads,
    links,
    matches,
    notices,
    packages,
    planned,
    pushes,
    records,
    refusals,
    runs,
    schema,
    statuses,
)
from sync.ledger.budgets import KeptBudgets, queue_after_run, queue_of
from sync.ledger.compared import Compared
from sync.ledger.intents import Intent
from sync.ledger.jobs import KeptJobs
from sync.ledger.links import Link
from sync.ledger.matches import Match
from sync.ledger.migrate import _config, migrate, prepare
from sync.ledger.notices import Claim
from sync.ledger.patience import outlast
from sync.ledger.records import Kept
from sync.ledger.refusals import Refusal
from sync.ledger.statuses import Wanted
from sync.ledger.store import CompanyHeld, LeaseLost, Ledger, LedgerError

NOW = 1_778_000_000


def touch(lead: str, object_id: str, **changes: object) -> Event:
    row = {"kind": Kind.touch, "lead": lead, "occurred_at": NOW, "recorded_at": NOW, "source": "salesforce"}
    return Event(**{**row, "object_id": object_id, **changes})  # type: ignore[arg-type]


def hold_and_die(url: str) -> None:
    ledger = Ledger(url)
    ledger.hold("acme").__enter__()  # the process ends without leaving


class LedgerContract:
    @pytest.fixture
    def url(self) -> str:
        raise NotImplementedError

    @pytest.fixture
    def ledger(self, url: str) -> Iterator[Ledger]:
        made = Ledger(url)
        prepare(made)
        yield made
        made.close()

    def test_the_migrations_make_the_schema(self, ledger: Ledger) -> None:
        with ledger.engine.begin() as connection:
            command.check(_config(connection))

    def test_a_new_ledger_is_up_to_date(self, ledger: Ledger) -> None:
        assert migrate(ledger) is False

    def test_a_ledger_of_another_version_is_refused_with_the_command_to_run(self, ledger: Ledger) -> None:
        with ledger.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'other'")
        with pytest.raises(LedgerError, match="acuerdo migrate"):
            prepare(ledger)

    def test_a_ledger_that_lacks_a_newer_table_or_column_is_told_and_completed(self, ledger: Ledger) -> None:
        with ledger.write("acme", NOW) as tx:
            links.put_links(tx, [Link(system="crm", kind="Lead", id="1", lead="a")])
            tx.connection.execute(text("DROP TABLE refused"))
            tx.connection.execute(text("ALTER TABLE run DROP COLUMN outcome"))
        with pytest.raises(LedgerError, match=r"lacks refused, run.outcome.*acuerdo migrate"):
            prepare(ledger)
        assert migrate(ledger) is True
        prepare(ledger)
        assert migrate(ledger) is False
        with ledger.read("acme", NOW) as tx:
            assert refusals.listed(tx) == []
            assert [each.id for each in links.links_of(tx, "a")] == ["1"]

    def test_a_column_that_every_row_needs_is_never_made_up(self, ledger: Ledger) -> None:
        with ledger.write("acme", NOW) as tx:
            tx.connection.execute(text("ALTER TABLE run DROP COLUMN summary"))
        with pytest.raises(LedgerError, match=r"lacks run.summary, .*begin a new one"):
            migrate(ledger)

    def test_the_same_fact_is_kept_once(self, ledger: Ledger) -> None:
        with ledger.write("acme", NOW) as tx:
            facts.add_events(tx, [touch("a", "00T1"), touch("a", "00T1"), touch("a", "00T1", version="2")])
        with ledger.write("acme", NOW) as tx:
            facts.add_events(tx, [touch("a", "00T1")])
        with ledger.read("acme") as tx:
            assert [event.version for event in facts.events_of(tx, ["a"])["a"]] == ["", "2"]

    def test_a_fact_comes_back_as_it_went_in(self, ledger: Ledger) -> None:
        event = touch(
            "a", "00T1", cycle=2, data={"channel": "phone", "seconds": 42, "answered": True, "by": None}
        )
        with ledger.write("acme", NOW) as tx:
            facts.add_events(tx, [event])
        with ledger.read("acme") as tx:
            assert facts.events_of(tx, ["a", "b"]) == {"a": [event], "b": []}

    def test_a_new_fact_asks_for_its_lead_to_be_judged(self, ledger: Ledger) -> None:
        with ledger.write("acme", NOW) as tx:
            leads.add_leads(tx, ["a", "b"])
            facts.add_events(tx, [touch("b", "00T1")])
        with ledger.read("acme", NOW) as tx:
            assert [row.id for row in leads.next_to_judge(tx, "", 10)] == ["b"]

    def test_companies_do_not_see_each_other(self, ledger: Ledger) -> None:
        with ledger.write("acme", NOW) as tx:
            leads.add_leads(tx, ["a"])
            facts.add_events(tx, [touch("a", "00T1")])
        with ledger.read("other", NOW) as tx:
            assert leads.leads_by_id(tx, ["a"]) == {}
            assert facts.events_of(tx, ["a"]) == {"a": []}
            assert facts.newest_recorded_at(tx) is None

    def test_a_failed_transaction_leaves_nothing(self, ledger: Ledger) -> None:
        with pytest.raises(RuntimeError), ledger.write("acme", NOW) as tx:
            leads.add_leads(tx, ["a"])
            raise RuntimeError
        with ledger.read("acme") as tx:
            assert leads.leads_by_id(tx, ["a"]) == {}

    def test_a_record_comes_back_as_it_went_in(self, ledger: Ledger) -> None:
        values = {"name": "Zoë 🎉", "tags": ("a", "b"), "score": 1.5, "out": False, "none": None}
        record = Record(
            system="hubspot",
            kind="contact",
            id="1",
            values=values,
            changed_at=NOW,
            version="7",
            dated={"name": NOW},
        )
        with ledger.write("acme", NOW) as tx:
            records.put_records(tx, [Kept(record=record, hash="h", lead="a")])
        with ledger.read("acme") as tx:
            assert records.records_of(tx, "hubspot", ["a"]) == {
                "a": [Kept(record=record, hash="h", lead="a")]
            }

    def test_a_text_that_no_other_system_would_hold_comes_back_as_it_was(self, ledger: Ledger) -> None:
        broken = "a\x00b \ud800 \udc00\ud800 😀 \x1a0000 \\u0000"
        record = Record(
            system="hubspot", kind="contact", id="1", values={broken: broken}, changed_at=NOW, version="1"
        )
        with ledger.write("acme", NOW) as tx:
            records.put_records(tx, [Kept(record=record, hash="h", lead="a")])
        with ledger.read("acme", NOW) as tx:
            assert records.records_of(tx, "hubspot", ["a"])["a"][0].record.values == {broken: broken}

    def test_a_lead_has_one_target_in_a_system(self, ledger: Ledger) -> None:
        with ledger.write("acme", NOW) as tx:
            links.put_links(tx, [Link(system="salesforce", kind="Lead", id="00Q1", lead="a")])
            links.put_links(tx, [Link(system="salesforce", kind="Contact", id="0031", lead="a")])
        with ledger.read("acme") as tx:
            assert links.targets_of(tx, "salesforce", ["a"])["a"].id == "0031"
            assert links.leads_by_record(tx, "salesforce", ["00Q1", "0031"]) == {"00Q1": "a", "0031": "a"}
            assert links.count_links(tx, "salesforce") == 1

    def test_a_write_is_owed_once_and_in_order(self, ledger: Ledger) -> None:
        pushed = [Intent(operation="push", lead=each, cycle=1, n=0, payload={"v": 1}) for each in "abc"]
        with ledger.write("acme", NOW) as tx:
            intents.owe(tx, pushed)
            intents.owe(tx, [Intent(operation="push", lead="b", cycle=1, n=0, payload={"v": 2})])
            intents.settle(tx, [(pushed[0], "done", None)])
            intents.owe(tx, [pushed[0]])
        with ledger.read("acme") as tx:
            owed = intents.owed(tx, "push", 0, 10)
            assert [(each.lead, each.payload["v"]) for _, each in owed] == [("b", 2), ("c", 1)]

    def test_a_refused_write_is_owed_again_with_its_new_payload_and_a_done_one_is_not(
        self, ledger: Ledger
    ) -> None:
        pushed = [Intent(operation="push", lead=each, cycle=1, n=0, payload={"v": 1}) for each in "abc"]
        with ledger.write("acme", NOW) as tx:
            intents.owe(tx, pushed)
            intents.settle(tx, [(pushed[0], "done", None), (pushed[1], "refused", "NO")])
            intents.reopen(
                tx, [replace(each, lead=lead, payload={"v": 2}) for each in pushed[:1] for lead in "abcd"]
            )
        with ledger.read("acme") as tx:
            owed = [(each.lead, each.payload["v"]) for _, each in intents.owed(tx, "push", 0, 10)]
            assert owed == [("b", 2), ("c", 2), ("d", 2)]

    def test_a_package_is_passed_again_when_it_is_another_one(self, ledger: Ledger) -> None:
        payload = {"id": None, "kind": "Lead", "fingerprint": "x", "values": {"LastName": "Ruiz"}}
        first = Intent(operation="push", lead="a", cycle=1, n=0, payload=payload)
        with ledger.write("acme", NOW) as tx:
            assert pushes.newest(tx, ["a"]) == {}
            intents.owe(tx, [first])
            owed = pushes.newest(tx, ["a"])["a", 1]
            assert [owed.next(each) for each in "xy"] == [0, 0]
            intents.settle(tx, [(first, "done", None)])
            pushes.slim(tx, [first])
            done = pushes.newest(tx, ["a"])["a", 1]
            assert [done.next(each) for each in "xy"] == [None, 1]
            pushes.forget_payloads(tx, ["a"])
            assert pushes.newest(tx, ["a"])["a", 1].next("x") == 1

    def test_of_a_record_little_is_kept_and_the_others_stay(self, ledger: Ledger) -> None:
        made = Record(
            system="hubspot", kind="contact", id="1", values={"x": 1, "y": 2}, changed_at=NOW, version="1"
        )
        rows = [Kept(record=replace(made, id=each), hash="h", lead=each) for each in "123"]
        with ledger.write("acme", NOW) as tx:
            records.put_records(tx, rows)
            records.keep_only(tx, "hubspot", {"1": {"x": 1}, "2": {}})
        with ledger.read("acme") as tx:
            found = records.records_of(tx, "hubspot", "123")
        kept = {lead: (dict(each.record.values), each.whole) for lead, (each,) in found.items()}
        assert kept == {"1": ({"x": 1}, False), "2": ({}, False), "3": ({"x": 1, "y": 2}, True)}

    def test_only_a_status_that_changed_is_written_again(self, ledger: Ledger) -> None:
        with ledger.write("acme", NOW) as tx:
            links.put_links(tx, [Link(system="hubspot", kind="contact", id="1", lead="a")])
            statuses.want(tx, [Wanted(each, "hubspot", {"s": "x"}, "h1") for each in "ab"])
            assert [row.lead for row in statuses.unwritten(tx, "hubspot", "", 10)] == ["a"], (
                "b is linked to nothing"
            )
            statuses.mark_written(tx, statuses.unwritten(tx, "hubspot", "", 10))
            statuses.want(tx, [Wanted("a", "hubspot", {"s": "x"}, "h1")])
            assert statuses.unwritten(tx, "hubspot", "", 10) == []
            statuses.want(tx, [Wanted("a", "hubspot", {"s": "y"}, "h2")])
            assert [row.wanted for row in statuses.unwritten(tx, "hubspot", "", 10)] == [{"s": "y"}]
            assert planned.count_changes(tx) == 1

    def test_a_refused_record_keeps_since_when(self, ledger: Ledger) -> None:
        refusal = Refusal(
            lead="a", system="salesforce", operation="push", code="X", message="m", fingerprint="f"
        )
        with ledger.write("acme", NOW) as tx:
            refusals.refuse(tx, [refusal])
        with ledger.write("acme", NOW + 60) as tx:
            refusals.refuse(tx, [refusal])
            assert [each.since for each in refusals.listed(tx)] == [NOW]
            refusals.forgive(tx, ["a"], "salesforce", "push")
            assert refusals.count(tx) == 0

    def test_a_row_that_is_put_off_in_so_many_runs_over_a_day_is_refused(self, ledger: Ledger) -> None:
        result = RowResult(key="a", outcome=Outcome.retry, code="LOCKED")
        waits = replace(result, key="b", until=1)
        hours = [0, 0, 10, 20, 30]  # the second is of the same run

        def weigh(now: int, *settled: RowResult) -> list[RowResult]:
            with ledger.write("acme", now) as tx:
                return [one for _, one in outlast(tx, "crm", "push", [(0, one) for one in settled], 3)]

        told = [weigh(hour * 3_600, result, waits) for hour in hours]
        assert [one.outcome.value for one, _ in told] == ["retry"] * 4 + ["refused"]
        assert "LOCKED" in str(told[-1][0].message)
        assert {one.outcome for _, one in told} == {Outcome.retry}  # a limit is no fault
        assert weigh(31 * 3_600, result)[0].outcome is Outcome.retry, "it is counted anew"
        weigh(32 * 3_600, replace(result, outcome=Outcome.written))
        last = [weigh(hour * 3_600, result) for hour in (60, 61, 62, 63)]
        assert {one.outcome for (one,) in last} == {Outcome.retry}, (
            "what was written starts anew, a day counts"
        )

    def test_a_cursor_is_kept_with_what_it_stands_for(self, ledger: Ledger) -> None:
        with pytest.raises(RuntimeError), ledger.write("acme", NOW) as tx:
            runs.put_cursor(tx, "hubspot", "contacts", "9")
            raise RuntimeError
        with ledger.read("acme") as tx:
            assert runs.cursor(tx, "hubspot", "contacts") is None

    def test_a_second_run_is_refused_while_one_holds_the_company(self, ledger: Ledger, url: str) -> None:
        other = Ledger(url)
        with ledger.hold("acme"):
            with pytest.raises(CompanyHeld, match="acme"), other.hold("acme"):
                pass
            with other.hold("beta"):
                pass
        with other.hold("acme"):
            pass
        other.close()

    def test_a_status_that_is_another_by_now_is_still_to_be_written(self, ledger: Ledger) -> None:
        with ledger.write("acme", NOW) as tx:
            links.put_links(tx, [Link(system="hubspot", kind="contact", id="1", lead="a")])
            statuses.want(tx, [Wanted("a", "hubspot", {"s": "x"}, "h1")])
            sent = statuses.unwritten(tx, "hubspot", "", 10)
            statuses.want(tx, [Wanted("a", "hubspot", {"s": "y"}, "h2")])
            statuses.mark_written(tx, sent)
            assert [row.wanted for row in statuses.unwritten(tx, "hubspot", "", 10)] == [{"s": "y"}]

    def test_many_writes_end_each_in_its_own_way(self, ledger: Ledger) -> None:
        owed = [Intent(operation="task", lead=each, cycle=1, n=0, payload={}) for each in "abc"]
        with ledger.write("acme", NOW) as tx:
            intents.owe(tx, owed)
            intents.settle(tx, [(owed[0], "done", None), (owed[1], "refused", "X"), (owed[2], "owed", "Y")])
            assert [each.lead for _, each in intents.owed(tx, "task", 0, 10)] == ["c"]
            assert [each.lead for each in intents.note_tries(tx, "task", owed)] == ["a", "b", "c"]
            intents.settle(tx, [])

    def test_what_many_leads_were_refused_is_forgiven_for_one_kind_of_write(self, ledger: Ledger) -> None:
        def refusal(lead: str, operation: str) -> Refusal:
            return Refusal(
                lead=lead, system="hubspot", operation=operation, code="X", message="", fingerprint="f"
            )

        with ledger.write("acme", NOW) as tx:
            refusals.refuse(tx, [refusal(lead, name) for lead in "abc" for name in ("status", "track")])
            refusals.forgive(tx, ["a", "b"], "hubspot", "status")
            left = {(each.lead, each.operation) for each in refusals.listed(tx)}
            assert left == {("a", "track"), ("b", "track"), ("c", "status"), ("c", "track")}

    def test_the_company_of_a_killed_run_is_free_at_once(self, ledger: Ledger, url: str) -> None:
        process = multiprocessing.get_context("spawn").Process(target=hold_and_die, args=(url,))
        process.start()
        process.join()
        with ledger.hold("acme"):
            pass

    def test_a_run_that_lost_its_lease_cannot_commit(self, ledger: Ledger) -> None:
        with ledger.hold("acme"):
            with ledger.engine.begin() as connection:
                connection.execute(schema.lease.update().values(generation=schema.lease.c.generation + 1))
            with pytest.raises(LeaseLost), ledger.write("acme", NOW) as tx:
                leads.add_leads(tx, ["a"])

    def test_a_contact_is_hinted_at_once_however_often_it_is_told(self, ledger: Ledger) -> None:
        with ledger.write("acme", NOW) as tx:
            assert hints.add_hints(tx, "hubspot", ["1", "2", "1"]) == hints.Kept(kept=2)
            first = hints.hints_of(tx, "hubspot")
            assert hints.add_hints(tx, "hubspot", ["2"]) == hints.Kept(kept=1)
            assert (set(first), hints.count_hints(tx)) == ({"1", "2"}, 2)
        with ledger.write("acme", NOW) as tx:
            hints.drop_hints(tx, "hubspot", first)
            assert set(hints.hints_of(tx, "hubspot")) == {"2"}, "it was told again after it was looked at"
        assert hints.is_hinted(ledger, "acme")
        assert not hints.is_hinted(ledger, "beta")

    def test_hints_beyond_the_cap_are_dropped_and_told_but_known_ones_are_not(self, ledger: Ledger) -> None:
        with ledger.write("acme", NOW) as tx:
            assert hints.add_hints(tx, "hubspot", "abc", most=2) == hints.Kept(kept=2, dropped=1)
            assert hints.add_hints(tx, "hubspot", "abcd", most=2) == hints.Kept(kept=2, dropped=2)
            assert hints.add_hints(tx, "rdstation", "e", most=2) == hints.Kept(kept=0, dropped=1)
            assert set(hints.hints_of(tx, "hubspot")) == {"a", "b"}
        with ledger.write("beta", NOW) as tx:
            assert hints.add_hints(tx, "hubspot", "c", most=2) == hints.Kept(kept=1)

    def test_more_hints_than_a_statement_takes_are_kept_and_dropped(self, ledger: Ledger) -> None:
        many = [str(number) for number in range(1_200)]
        with ledger.write("acme", NOW) as tx:
            assert hints.add_hints(tx, "hubspot", many) == hints.Kept(kept=1_200)
            hints.drop_hints(tx, "hubspot", hints.hints_of(tx, "hubspot"))
            assert hints.count_hints(tx) == 0

    def test_a_copy_has_the_company_and_nobody_else(self, ledger: Ledger, tmp_path: Path) -> None:
        for company in ("acme", "beta"):
            with ledger.write(company, NOW) as tx:
                leads.add_leads(tx, [f"{company}-lead"])
                facts.add_events(tx, [touch(f"{company}-lead", "00T1")])
        copy = ledger.copy_company("acme", tmp_path)
        with copy.write("acme", NOW) as tx:
            facts.add_events(tx, [touch("acme-lead", "00T2")])
        with copy.read("acme") as tx:
            assert len(facts.events_of(tx, ["acme-lead"])["acme-lead"]) == 2
            assert tx.connection.execute(select(func.count()).select_from(schema.lead)).scalar_one() == 1
        copy.close()
        with ledger.read("acme") as tx:
            assert len(facts.events_of(tx, ["acme-lead"])["acme-lead"]) == 1

    def test_a_notice_is_told_once_whoever_claims_it_first(self, ledger: Ledger) -> None:
        notice = Notice("first_attempt", 1, "L1", "owner", "005A", NOW)
        later = Notice("first_attempt", 1, "L2", "manager", None, NOW)
        with ledger.write("acme", NOW) as tx:
            assert notices.claim(tx, [Claim("a", 1, notice)]) == [Claim("a", 1, notice)]
        with ledger.write("acme", NOW) as tx:
            new = [Claim("a", 1, later), Claim("a", 2, notice), Claim("b", 1, notice)]
            assert notices.claim(tx, [Claim("a", 1, notice), *new]) == new
            assert notices.claim(tx, []) == []

    def test_more_notices_to_one_side_than_agreed_at_one_instant_are_one_digest(self, ledger: Ledger) -> None:
        def told(to: str) -> Notice:
            return Notice("first_attempt", 1, f"L-{to}", to, None, NOW)

        with ledger.write("acme", NOW - 60) as tx:
            notices.claim(tx, [Claim("earlier", 1, told("owner"))])
        with ledger.write("acme", NOW) as tx:
            for lead in ("a", "b"):
                notices.claim(tx, [Claim(lead, 1, told(role)) for role in ("owner", "manager", "marketing")])
            notices.gather(tx, 4)
            assert {row["digest"] for row in notices.told_since(tx, 0)} == {None}
            notices.gather(tx, 3)
            found = {(row["lead"], row["role"]): row["digest"] for row in notices.told_since(tx, NOW)}
        sales = {key for key, digest in found.items() if digest == f"sales-{NOW}"}
        assert sales == {(lead, role) for lead in ("a", "b") for role in ("owner", "manager")}
        assert {digest for key, digest in found.items() if key not in sales} == {None}

    def test_an_emptied_person_leaves_ids_alone_and_there_is_nothing_to_empty_twice(
        self, ledger: Ledger
    ) -> None:
        record = Record(
            system="hubspot",
            kind="contact",
            id="1",
            values={"email": "a@example.org"},
            changed_at=NOW,
            version="1",
        )
        intent = Intent(
            operation=intents.PUSH, lead="a", cycle=1, n=0, payload={"values": {"Email": "a@example.org"}}
        )
        refusal = Refusal(
            lead="a", system="mapping", operation="push", code="x", message="m", fingerprint="f"
        )
        with ledger.write("acme", NOW) as tx:
            leads.add_leads(tx, ["a", "b"])
            links.put_links(tx, [Link(system="hubspot", kind="contact", id="1", lead="a")])
            records.put_records(tx, [Kept(record=record, hash="h", lead="a")])
            records.put_unlinked(
                tx, [{"system": "hubspot", "kind": "touch", "id": "9", "record_id": "1", "data": {"x": "y"}}]
            )
            hints.add_hints(tx, "hubspot", ["1"])
            packages.put_packages(tx, [packages.PackageRow("a", 1, {"contact": "a@example.org"}, ())])
            intents.owe(tx, [intent, replace(intent, lead="b")])
            refusals.refuse(tx, [refusal])
            statuses.want(tx, [Wanted("a", "hubspot", {"x": 1}, "h")])
            compared.put_compared(tx, [Compared(lead="a", system="hubspot", wanted={"x": "y"})])
            matches.park(tx, [Match(lead="a", system="hubspot", field="x", code="c", detail={"x": "y"})])
        with ledger.write("acme", NOW) as tx:
            first, second = erasures.empty_person(tx, "a"), erasures.empty_person(tx, "a")
        assert set(first.values()) == {1}
        assert set(second.values()) == {0}
        with ledger.read("acme", NOW) as tx:
            assert [each.lead for _, each in intents.owed(tx, intents.PUSH, 0, 9)] == ["b"]
            assert records.records_of(tx, "hubspot", ["a"])["a"][0].record.values == {}
            assert [each.id for each in links.links_of(tx, "a")] == ["1"]
            assert "a" in leads.leads_by_id(tx, ["a"])

    def test_fields_that_are_owed_are_read_as_they_were_put_until_they_are_forgotten(
        self, ledger: Ledger
    ) -> None:
        bases = {
            "T": Base(source="1", target=None),
            "U": Base(source="2", target="2", written=True, fresh=True),
        }
        row = Compared(
            lead="a", system="crm", bases=bases, wanted={"T": ("x", "y"), "N": None}, written_bases=bases
        )
        with ledger.write("acme", NOW) as tx:
            compared.put_compared(tx, [row, replace(row, lead="b", wanted={}, written_bases={})])
        with ledger.write("acme", NOW) as tx:
            assert compared.owed_fields(tx, "crm", "", 9) == [row]
            assert compared.compared_of(tx, ["a", "b"])["b", "crm"].bases == bases
            assert planned.count_changes(tx) == 0, "no record there would show it"
            links.put_links(tx, [Link(system="crm", kind="Lead", id=each, lead=each) for each in "ab"])
            assert planned.count_changes(tx) == 1
            compared.forget_wanted(tx, ["a", "b"])
            assert compared.owed_fields(tx, "crm", "", 9) == []
            assert compared.compared_of(tx, ["a"])["a", "crm"] == replace(row, wanted={}, written_bases={})

    def test_a_question_keeps_since_when_it_is_asked_and_what_was_decided(self, ledger: Ledger) -> None:
        asked = Match(lead="a", system="crm", field="T", code="both_changed", detail={"marketing": "x"})
        with ledger.write("acme", NOW) as tx:
            matches.park(tx, [asked, replace(asked, lead="b")])
            matches.decide(tx, asked, "sales")
        with ledger.write("acme", NOW + 60) as tx:
            matches.park(tx, [replace(asked, detail={"marketing": "y"})])
            first, second = matches.every(tx)
            assert (first.since, first.choice, first.detail) == (NOW, "sales", {"marketing": "y"})
            matches.answer(tx, [second])
            matches.forget(tx, ["a"])
            assert matches.every(tx) == []

    def test_hashes_of_erased_people_are_told_company_by_company(self, ledger: Ledger) -> None:
        with ledger.write("acme", NOW) as tx:
            erasures.add_hashes(tx, ["one", "two"])
            erasures.add_hashes(tx, ["two"])
        with ledger.read("acme") as tx:
            assert erasures.count_hashes(tx) == 2
            assert erasures.known_hashes(tx, ["two", "three"]) == {"two"}
        with ledger.read("beta") as tx:
            assert erasures.count_hashes(tx) == 0

    def test_a_budget_is_counted_across_runs_by_company_and_subject(self, ledger: Ledger) -> None:
        day, clock = Budget(name="patch", calls=2, seconds=86_400), [1_000.0]
        kept = KeptBudgets(ledger, "acme", "rdstation", clock=lambda: clock[0])
        assert [kept.take(day, "a"), kept.take(day, "a")] == [None, None]
        clock[0] += 3_600
        again = KeptBudgets(ledger, "acme", "rdstation", clock=lambda: clock[0])
        assert again.take(day, "a") == 1_000 + 86_400
        assert again.take(day, "b") is None
        assert KeptBudgets(ledger, "beta", "rdstation", clock=lambda: clock[0]).take(day, "a") is None
        clock[0] = 1_000 + 86_400
        assert again.take(day, "a") is None

    def test_what_the_vendor_says_of_a_budget_holds(self, ledger: Ledger) -> None:
        day = Budget(name="patch", calls=24, seconds=86_400)
        kept = KeptBudgets(ledger, "acme", "rdstation", clock=lambda: 1_000.0)
        kept.exhaust(day, "a", 5_000)
        assert kept.take(day, "a") == 5_000

    def test_a_job_is_kept_across_runs_by_company_until_it_is_forgotten(self, ledger: Ledger) -> None:
        kept = KeptJobs(ledger, "acme", "salesforce")
        for job in ("7501", "7502", "7501"):
            kept.note(job)
        later = KeptJobs(ledger, "acme", "salesforce")
        assert later.unfinished() == ["7501", "7502"]
        assert KeptJobs(ledger, "beta", "salesforce").unfinished() == []
        later.forget("7501")
        assert kept.unfinished() == ["7502"]

    def test_waiting_for_a_job_keeps_the_company_held(self, ledger: Ledger, url: str) -> None:
        other = Ledger(url)
        with ledger.hold("acme"):
            with ledger.engine.begin() as connection:  # as after a lease's span without a write
                connection.execute(schema.lease.update().values(until=1))
            KeptJobs(ledger, "acme", "salesforce").wait_for("7501")
            with pytest.raises(CompanyHeld), other.hold("acme"):
                pass
        other.close()

    def test_a_queue_tells_how_many_writes_wait_and_until_when(self, ledger: Ledger) -> None:
        day, hour = (
            Budget(name="patch", calls=1, seconds=86_400),
            Budget(name="workflow", calls=1, seconds=3_600, rows=2),
        )
        kept = KeptBudgets(ledger, "acme", "rdstation")
        targets = [
            Link(system="rdstation", kind="contact", id=f"uuid-{n}", lead=f"lead-{n}") for n in range(6)
        ]
        with ledger.write("acme", NOW) as tx:
            leads.add_leads(tx, [each.lead for each in targets])
            links.put_links(tx, targets)
            statuses.want(
                tx, [Wanted("lead-0", "rdstation", {"s": "won"}, "h"), Wanted("nobody", "rdstation", {}, "h")]
            )
            assert queue_of(tx, "rdstation").waiting == 1
            assert queue_of(tx, "rdstation").until is None
        kept.take(day, "uuid-0")
        kept.take(day, "somebody else")
        with ledger.write("acme", NOW) as tx:
            ends = queue_of(tx, "rdstation").until
            assert ends is not None
            moves = [
                Intent(operation=intents.TRACK, lead=f"lead-{n}", cycle=1, n=0, payload={})
                for n in range(1, 6)
            ]
            intents.owe(tx, moves)
        kept.take(hour)
        with ledger.write("acme", NOW) as tx:
            found = queue_of(tx, "rdstation")
            assert (found.waiting, found.until) == (6, ends)
            assert queue_of(tx, "hubspot").waiting == 5, "tracks are the platform's, whichever it is"
            for each in moves:
                intents.settle(tx, [(each, "done", None)])
            statuses.mark_written(tx, statuses.unwritten(tx, "rdstation", "", 10))
            assert queue_after_run(tx, "rdstation").waiting == 0

    def test_an_accounts_budget_ends_after_as_many_spans_as_the_rows_fill(self, ledger: Ledger) -> None:
        hour = Budget(name="workflow", calls=1, seconds=3_600, rows=2)
        with ledger.write("acme", NOW) as tx:
            moves = [
                Intent(operation=intents.TRACK, lead=f"lead-{n}", cycle=1, n=0, payload={}) for n in range(5)
            ]
            intents.owe(tx, moves)
        kept = KeptBudgets(ledger, "acme", "rdstation")
        kept.take(hour)
        first = kept.take(hour)
        with ledger.read("acme") as tx:
            assert first is not None
            assert queue_of(tx, "rdstation").until == first + 2 * 3_600

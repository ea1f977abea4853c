"""What every marketing platform promises (`connectors.base.MarketingPlatform`), whoever implements it."""

from collections.abc import Mapping
from typing import Any, Protocol

import pytest

from connectors.base import (
    FieldWanted,
    MarketingPlatform,
    Outcome,
    Page,
    RowResult,
    StageChange,
    TrackChange,
    Write,
)
from mapping.records import Record, RecordState, ValueType

WANTED = (
    FieldWanted(name="acuerdo_sla_status", label="SLA status", type=ValueType.text, kinds=("contact",)),
    FieldWanted(name="acuerdo_sla_due_at", label="SLA due at", type=ValueType.instant, kinds=("contact",)),
    FieldWanted(name="acuerdo_attempts", label="Counted attempts", type=ValueType.number, kinds=("contact",)),
)
LISTS = ("Acuerdo nurture",)
ASKED = ("email", "firstname", "lastname", "lifecyclestage", *(one.name for one in WANTED))


class MarketingWorld(Protocol):
    """The platform, and what people do to its contacts; `settle` waits until reads see all of it."""

    platform: MarketingPlatform

    def add(self, values: Mapping[str, str]) -> str: ...

    def change(self, record: str, values: Mapping[str, str]) -> None: ...

    def archive(self, record: str) -> None: ...

    def merge(self, survivor: str, loser: str) -> None: ...

    def members(self, name: str) -> set[str]: ...

    def settle(self) -> None: ...


def everything(pages: Any) -> tuple[list[Record], str | None]:
    """The rows of all pages and the last cursor."""
    rows: list[Record] = []
    cursor = None
    for page in pages:
        rows += page.rows
        cursor = page.cursor
    return rows, cursor


def person(number: int) -> dict[str, str]:
    return {"email": f"person{number}@example.com", "firstname": f"Ana {number}", "lastname": "López"}


class MarketingContract:
    """Subclass with a fixture `world`; each test holds a sentence of the port."""

    @pytest.fixture
    def ready(self, world: MarketingWorld) -> MarketingWorld:
        world.platform.ensure(WANTED, LISTS)
        return world

    def test_a_tenant_names_its_account_zone_and_how_to_link_to_a_record(self, world):
        tenant = world.platform.tenant()
        assert tenant.system == world.platform.system
        assert tenant.id
        assert tenant.name
        assert "/" in tenant.timezone or tenant.timezone == "UTC"
        assert tenant.now > 0
        assert tenant.record_url.format(kind="0-1", id="77").endswith("77")

    def test_the_schema_tells_type_and_writability_of_contact_fields(self, world):
        fields = world.platform.schema().kinds["contact"]
        assert fields["email"].type in {ValueType.email, ValueType.text}
        assert fields["firstname"].writable
        assert fields["createdate"].type is ValueType.instant
        assert "nothing_like_this" not in fields

    def test_what_is_missing_is_told_in_order_and_nothing_is_created(self, world):
        first = world.platform.missing(WANTED, LISTS)
        assert [step.done for step in first] == [False] * len(first)
        assert sum("acuerdo_" in step.id for step in first) >= len(WANTED)
        assert world.platform.missing(WANTED, LISTS) == first

    def test_set_up_creates_what_is_missing_and_a_second_one_does_nothing(self, world):
        planned = world.platform.missing(WANTED, LISTS)
        steps = world.platform.ensure(WANTED, LISTS)
        assert [step.id for step in steps] == [step.id for step in planned]
        assert all(step.done for step in steps)
        assert world.platform.missing(WANTED, LISTS) == []
        assert world.platform.ensure(WANTED, LISTS) == []
        fields = world.platform.schema().kinds["contact"]
        assert fields["acuerdo_sla_due_at"].type is ValueType.instant
        assert fields["acuerdo_attempts"].type is ValueType.number

    def test_without_a_cursor_every_contact_is_read_archived_ones_too(self, ready):
        kept, deleted = ready.add(person(1)), ready.add(person(2))
        ready.archive(deleted)
        ready.settle()
        rows, _ = everything(ready.platform.changed(None, ASKED))
        states = {row.id: row.state for row in rows}
        assert states[kept] is RecordState.live
        assert states[deleted] is RecordState.archived

    def test_a_record_carries_its_values_time_version_and_link(self, ready):
        record = ready.add(person(1))
        ready.settle()
        row = next(row for row in everything(ready.platform.changed(None, ASKED))[0] if row.id == record)
        assert row.system == ready.platform.system
        assert row.kind == "contact"
        assert row.values["email"] == "person1@example.com"
        assert row.values["lastname"] == "López"
        assert row.changed_at > 0
        assert row.version
        assert row.link
        assert row.link.endswith(record)

    def test_a_cursor_goes_on_with_what_changed_since(self, ready):
        old = ready.add(person(1))
        ready.settle()
        cursor = everything(ready.platform.changed(None, ASKED))[1]
        new = ready.add(person(2))
        ready.change(old, {"firstname": "Eva"})
        ready.settle()
        rows, _ = everything(ready.platform.changed(cursor, ASKED))
        values = {row.id: row.values["firstname"] for row in rows}
        assert values[new] == "Ana 2"
        assert values[old] == "Eva"

    def test_an_archived_contact_is_told_to_a_later_run(self, ready):
        record = ready.add(person(1))
        ready.settle()
        cursor = everything(ready.platform.changed(None, ASKED))[1]
        ready.archive(record)
        ready.settle()
        rows, _ = everything(ready.platform.changed(cursor, ASKED))
        assert [row.state for row in rows if row.id == record][-1] is RecordState.archived

    def test_no_page_cursor_skips_a_row_that_comes_after_it(self, small_pages):
        world = small_pages
        world.platform.ensure(WANTED, LISTS)
        start = everything(world.platform.changed(None, ASKED))[1]
        added = [world.add(person(number)) for number in range(7)]
        world.settle()
        for cursor in (None, start):
            pages: list[Page[Record]] = list(world.platform.changed(cursor, ASKED))
            assert len(pages) > 1
            assert set(added) <= {row.id for page in pages for row in page.rows}
            for position, page in enumerate(pages):
                later = {row.id for one in pages[position + 1 :] for row in one.rows}
                again = {row.id for row in everything(world.platform.changed(page.cursor, ASKED))[0]}
                assert later <= again

    def test_pages_are_read_lazily(self, small_pages):
        world = small_pages
        for number in range(7):
            world.add(person(number))
        world.settle()
        pages = iter(world.platform.changed(None, ASKED))
        first = next(pages)
        assert 0 < len(first.rows) < 7

    def test_a_property_that_the_account_does_not_know_is_left_out(self, ready):
        record = ready.add(person(1))
        ready.settle()
        asked = (*ASKED, "nothing_like_this")
        rows, _ = everything(ready.platform.changed(None, asked))
        rows += ready.platform.read([record], asked)
        for row in rows:
            assert "nothing_like_this" not in row.values
            assert "email" in row.values

    def test_a_merged_contact_lives_on_in_its_survivor(self, ready):
        kept, lost = ready.add(person(1)), ready.add(person(2))
        ready.settle()
        cursor = everything(ready.platform.changed(None, ASKED))[1]
        ready.merge(kept, lost)
        ready.settle()
        rows, _ = everything(ready.platform.changed(cursor, ASKED))
        survivor = [row for row in rows if lost in row.aliases or lost == row.id][-1]
        assert survivor.state is RecordState.live
        assert {kept, lost} <= {survivor.id, *survivor.aliases}
        assert [row.id for row in ready.platform.read([lost], ASKED)] == [survivor.id]

    def test_read_answers_contacts_as_they_are_now_and_leaves_out_those_gone(self, ready):
        first, second, gone = ready.add(person(1)), ready.add(person(2)), ready.add(person(3))
        ready.archive(gone)
        rows = ready.platform.read([second, gone, first, "999999999"], ASKED)
        assert {row.id: row.values["firstname"] for row in rows} == {first: "Ana 1", second: "Ana 2"}

    def test_status_is_written_and_read_back_in_its_types(self, ready):
        record = ready.add(person(1))
        values = {
            "acuerdo_sla_status": "breached",
            "acuerdo_sla_due_at": 1_780_000_000,
            "acuerdo_attempts": 3,
        }
        results = ready.platform.write_status([Write(key="lead-1", id=record, values=values)])
        assert [(one.key, one.outcome, one.id) for one in results] == [("lead-1", Outcome.written, record)]
        row = ready.platform.read([record], ASKED)[0]
        assert {name: row.values[name] for name in values} == values

    def test_a_repeated_status_changes_nothing(self, ready):
        record = ready.add(person(1))
        row = Write(key="lead-1", id=record, values={"acuerdo_sla_status": "won"})
        ready.platform.write_status([row])
        before = ready.platform.read([record], ASKED)[0].values
        again = ready.platform.write_status([row])[0]
        assert again.outcome in {Outcome.written, Outcome.unchanged}
        assert ready.platform.read([record], ASKED)[0].values == before

    def test_none_clears_a_field(self, ready):
        record = ready.add(person(1))
        ready.platform.write_status([Write(key="a", id=record, values={"acuerdo_attempts": 3})])
        ready.platform.write_status([Write(key="a", id=record, values={"acuerdo_attempts": None})])
        assert ready.platform.read([record], ASKED)[0].values["acuerdo_attempts"] is None

    def test_fields_of_sales_are_written_to_marketing(self, ready):
        record = ready.add(person(1))
        results = ready.platform.write_fields(
            [Write(key="a", id=record, values={"firstname": 'Inés 😀 "x", y'})]
        )
        assert results[0].outcome is Outcome.written
        assert ready.platform.read([record], ASKED)[0].values["firstname"] == 'Inés 😀 "x", y'

    def test_a_bad_row_is_answered_in_its_place_and_spoils_no_other(self, ready):
        first, gone, last = ready.add(person(1)), ready.add(person(2)), ready.add(person(3))
        ready.archive(gone)
        rows = [
            Write(key="one", id=first, values={"acuerdo_sla_status": "won"}),
            Write(key="two", id=gone, values={"acuerdo_sla_status": "won"}),
            Write(key="three", id=last, values={"nothing_like_this": "x"}),
            Write(key="four", id=last, values={"acuerdo_sla_status": "lost"}),
        ]
        results = ready.platform.write_status(rows)
        assert [one.key for one in results] == ["one", "two", "three", "four"]
        assert [one.outcome for one in results] == [
            Outcome.written,
            Outcome.gone,
            Outcome.refused,
            Outcome.written,
        ]
        assert_explained(results[1])
        assert_explained(results[2])
        assert "nothing_like_this" in (results[2].message or "")
        assert ready.platform.read([last], ASKED)[0].values["acuerdo_sla_status"] == "lost"

    def test_nothing_to_write_costs_nothing(self, ready):
        before = ready.platform.calls().total
        assert ready.platform.write_status([]) == []
        assert ready.platform.put_on_track([]) == []
        assert ready.platform.set_stage([]) == []
        assert ready.platform.read([], ASKED) == []
        assert ready.platform.calls().total - before <= 4  # a double counts the verb, a vendor nothing

    def test_a_stage_moves_backwards_too(self, ready):
        record = ready.add(person(1) | {"lifecyclestage": "salesqualifiedlead"})
        results = ready.platform.set_stage([StageChange(key="a", id=record, stage="lead")])
        assert [(one.key, one.outcome) for one in results] == [("a", Outcome.written)]
        assert ready.platform.read([record], ASKED)[0].values["lifecyclestage"] == "lead"

    def test_a_stage_that_is_so_already_is_left_alone(self, ready):
        record = ready.add(person(1) | {"lifecyclestage": "lead"})
        assert ready.platform.set_stage([StageChange(key="a", id=record, stage="lead")])[0].outcome in {
            Outcome.written,
            Outcome.unchanged,
        }
        assert ready.platform.read([record], ASKED)[0].values["lifecyclestage"] == "lead"

    def test_a_lead_enters_and_leaves_a_track_once(self, ready):
        record = ready.add(person(1))
        enter = TrackChange(key="a", id=record, list=LISTS[0])
        leave = TrackChange(key="a", id=record, list=LISTS[0], enter=False)
        outcomes = [ready.platform.put_on_track([one])[0].outcome for one in (enter, enter)]
        assert ready.members(LISTS[0]) == {record}
        outcomes += [ready.platform.put_on_track([one])[0].outcome for one in (leave, leave)]
        assert ready.members(LISTS[0]) == set()
        assert outcomes == [Outcome.written, Outcome.unchanged, Outcome.written, Outcome.unchanged]

    def test_a_track_without_a_list_is_refused_row_by_row(self, ready):
        record = ready.add(person(1))
        results = ready.platform.put_on_track([TrackChange(key="a", id=record, list="No such list")])
        assert [one.outcome for one in results] == [Outcome.refused]
        assert "No such list" in (results[0].message or "")

    def test_an_erased_person_is_not_there_any_more(self, ready):
        record = ready.add(person(1))
        assert [one.outcome for one in ready.platform.erase([record])] == [Outcome.written]
        assert ready.platform.read([record], ASKED) == []

    def test_calls_are_counted_by_verb(self, world):
        before = world.platform.calls().total
        world.platform.tenant()
        count = world.platform.calls()
        assert count.total > before
        assert sum(count.by_verb.values()) == count.total


def assert_explained(result: RowResult) -> None:
    """A row that was not written says why, without personal data."""
    assert result.code
    assert result.message
    assert "@" not in result.message

"""What every marketing platform promises (`connectors.base.MarketingPlatform`), whoever implements it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import pytest

from connectors.base import (
    FieldWanted,
    Grade,
    MarketingPlatform,
    OptOut,
    Outcome,
    Page,
    RowResult,
    StageChange,
    TrackChange,
    Write,
)
from connectors.errors import ContractBroken, CredentialsRefused, Unavailable
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


@dataclass(frozen=True)
class Names:
    """What a platform calls the properties that the contract speaks of; `text` may hold anything."""

    text: str = "firstname"
    stage: str = "lifecyclestage"
    created: str = "createdate"
    status: str = "acuerdo_sla_status"
    number: str = "acuerdo_attempts"
    first_stage: str = "lead"
    later_stage: str = "salesqualifiedlead"
    opted_out: str = "hs_email_optout"


def person(number: int) -> dict[str, str]:
    return {"email": f"person{number}@example.com", "firstname": f"Ana {number}", "lastname": "López"}


class MarketingContract:
    """Subclass with a fixture `world`; each test holds a sentence of the port."""

    names: ClassVar[Names] = Names()
    owners: ClassVar[bool] = True  # whether the platform knows owners by id
    wanted: ClassVar[tuple[FieldWanted, ...]] = WANTED
    asked: ClassVar[tuple[str, ...]] = ASKED
    lists: ClassVar[tuple[str, ...]] = LISTS
    keeps_a_bin: ClassVar[bool] = True  # else a deleted contact is absent from `read` alone
    merges: ClassVar[bool] = True
    told: ClassVar[Mapping[str, Any]] = {
        "acuerdo_sla_status": "breached",
        "acuerdo_sla_due_at": 1_780_000_000,
        "acuerdo_attempts": 3,
    }

    def person(self, number: int) -> dict[str, str]:
        return person(number)

    @pytest.fixture
    def ready(self, world: MarketingWorld) -> MarketingWorld:
        world.platform.ensure(self.wanted, self.lists)
        return world

    def test_owners_are_users_by_address_those_who_left_too_and_queues_without_one(self, world):
        found = world.platform.owners()
        assert len({one.id for one in found}) == len(found)
        assert "@" not in repr(found), "an address never reaches a log"
        kinds = {(one.email is not None, one.active) for one in found}
        assert kinds == ({(True, True), (True, False), (False, True)} if self.owners else set())

    def test_a_tenant_names_its_account_zone_and_how_to_link_to_a_record(self, world):
        tenant = world.platform.tenant()
        assert tenant.system == world.platform.system
        assert tenant.id
        assert tenant.name
        assert "/" in tenant.timezone or tenant.timezone == "UTC"
        assert tenant.now > 0
        assert tenant.record_url.format(kind="0-1", id="77").endswith("77")

    def test_an_inspection_of_a_sound_account_finds_no_fault_and_writes_nothing(self, ready):
        fields = ready.platform.schema()
        found = ready.platform.inspect()
        assert [one for one in found if one.grade is Grade.fault] == []
        assert all(one.remedy for one in found if one.grade is not Grade.ok)
        assert ready.platform.schema() == fields

    def test_the_schema_tells_type_and_writability_of_contact_fields(self, world):
        fields = world.platform.schema().kinds["contact"]
        assert fields["email"].type in {ValueType.email, ValueType.text}
        assert fields[self.names.text].writable
        assert fields[self.names.created].type is ValueType.instant
        assert "nothing_like_this" not in fields

    def test_what_is_missing_is_told_in_order_and_nothing_is_created(self, world):
        first = world.platform.missing(self.wanted, self.lists)
        assert [step.done for step in first] == [False] * len(first)
        assert sum("acuerdo_" in step.id for step in first) >= len(self.wanted)
        assert world.platform.missing(self.wanted, self.lists) == first

    def test_set_up_creates_what_is_missing_and_a_second_one_does_nothing(self, world):
        planned = world.platform.missing(self.wanted, self.lists)
        steps = world.platform.ensure(self.wanted, self.lists)
        assert [step.id for step in steps] == [step.id for step in planned]
        assert all(step.done for step in steps)
        assert world.platform.missing(self.wanted, self.lists) == []
        assert world.platform.ensure(self.wanted, self.lists) == []
        fields = world.platform.schema().kinds["contact"]
        assert {one.name: fields[one.name].type for one in self.wanted} == {
            one.name: one.type for one in self.wanted
        }

    def test_without_a_cursor_every_contact_is_read_archived_ones_too(self, ready):
        kept, deleted = ready.add(self.person(1)), ready.add(self.person(2))
        ready.archive(deleted)
        ready.settle()
        rows, _ = everything(ready.platform.changed(None, self.asked))
        states = {row.id: row.state for row in rows}
        assert states[kept] is RecordState.live
        assert states.get(deleted) is (RecordState.archived if self.keeps_a_bin else None)

    def test_a_record_carries_its_values_time_version_and_link(self, ready):
        record = ready.add(self.person(1))
        ready.settle()
        row = next(row for row in everything(ready.platform.changed(None, self.asked))[0] if row.id == record)
        assert row.system == ready.platform.system
        assert row.kind == "contact"
        assert row.values["email"] == "person1@example.com"
        assert row.values[self.names.text] == self.person(1)[self.names.text]
        assert row.changed_at > 0
        assert row.version
        assert row.link
        assert row.link.endswith(record)

    def test_a_cursor_goes_on_with_what_changed_since(self, ready):
        old = ready.add(self.person(1))
        ready.settle()
        cursor = everything(ready.platform.changed(None, self.asked))[1]
        new = ready.add(self.person(2))
        ready.change(old, {self.names.text: "Eva"})
        ready.settle()
        rows, _ = everything(ready.platform.changed(cursor, self.asked))
        values = {row.id: row.values[self.names.text] for row in rows}
        assert values[new] == "Ana 2"
        assert values[old] == "Eva"

    def test_an_archived_contact_is_told_to_a_later_run(self, ready):
        record = ready.add(self.person(1))
        ready.settle()
        cursor = everything(ready.platform.changed(None, self.asked))[1]
        ready.archive(record)
        ready.settle()
        rows, _ = everything(ready.platform.changed(cursor, self.asked))
        told = [row.state for row in rows if row.id == record]
        assert told[-1:] == ([RecordState.archived] if self.keeps_a_bin else [])
        assert ready.platform.read([record], self.asked) == []

    def test_no_page_cursor_skips_a_row_that_comes_after_it(self, small_pages):
        world = small_pages
        world.platform.ensure(self.wanted, self.lists)
        start = everything(world.platform.changed(None, self.asked))[1]
        added = [world.add(self.person(number)) for number in range(7)]
        world.settle()
        for cursor in (None, start):
            pages: list[Page[Record]] = list(world.platform.changed(cursor, self.asked))
            assert len(pages) > 1
            assert set(added) <= {row.id for page in pages for row in page.rows}
            for position, page in enumerate(pages):
                later = {row.id for one in pages[position + 1 :] for row in one.rows}
                again = {row.id for row in everything(world.platform.changed(page.cursor, self.asked))[0]}
                assert later <= again

    def test_pages_are_read_lazily(self, small_pages):
        world = small_pages
        for number in range(7):
            world.add(self.person(number))
        world.settle()
        pages = iter(world.platform.changed(None, self.asked))
        first = next(pages)
        assert 0 < len(first.rows) < 7

    def test_a_property_that_the_account_does_not_know_is_left_out(self, ready):
        record = ready.add(self.person(1))
        ready.settle()
        asked = (*self.asked, "nothing_like_this")
        rows, _ = everything(ready.platform.changed(None, asked))
        rows += ready.platform.read([record], asked)
        for row in rows:
            assert "nothing_like_this" not in row.values
            assert "email" in row.values

    def test_a_merged_contact_lives_on_in_its_survivor(self, ready):
        if not self.merges:
            pytest.skip("the platform tells of no merge")
        kept, lost = ready.add(self.person(1)), ready.add(self.person(2))
        ready.settle()
        cursor = everything(ready.platform.changed(None, self.asked))[1]
        ready.merge(kept, lost)
        ready.settle()
        rows, _ = everything(ready.platform.changed(cursor, self.asked))
        survivor = [row for row in rows if lost in row.aliases or lost == row.id][-1]
        assert survivor.state is RecordState.live
        assert {kept, lost} <= {survivor.id, *survivor.aliases}
        assert [row.id for row in ready.platform.read([lost], self.asked)] == [survivor.id]

    def test_read_answers_contacts_as_they_are_now_and_leaves_out_those_gone(self, ready):
        first, second, gone = ready.add(self.person(1)), ready.add(self.person(2)), ready.add(self.person(3))
        ready.archive(gone)
        rows = ready.platform.read([second, gone, first, "999999999"], self.asked)
        assert {row.id: row.values[self.names.text] for row in rows} == {first: "Ana 1", second: "Ana 2"}

    def test_status_is_written_and_read_back_in_its_types(self, ready):
        record = ready.add(self.person(1))
        results = ready.platform.write_status([Write(key="lead-1", id=record, values=self.told)])
        assert [(one.key, one.outcome, one.id) for one in results] == [("lead-1", Outcome.written, record)]
        row = ready.platform.read([record], self.asked)[0]
        assert {name: row.values[name] for name in self.told} == self.told

    def test_a_repeated_status_changes_nothing(self, ready):
        record = ready.add(self.person(1))
        row = Write(key="lead-1", id=record, values={self.names.status: "won"})
        ready.platform.write_status([row])
        before = ready.platform.read([record], self.asked)[0].values
        again = ready.platform.write_status([row])[0]
        assert again.outcome in {Outcome.written, Outcome.unchanged}
        assert ready.platform.read([record], self.asked)[0].values == before

    def test_none_clears_a_field(self, ready):
        record = ready.add(self.person(1))
        ready.platform.write_status([Write(key="a", id=record, values={self.names.number: 3})])
        ready.platform.write_status([Write(key="a", id=record, values={self.names.number: None})])
        assert ready.platform.read([record], self.asked)[0].values[self.names.number] is None

    def test_fields_of_sales_are_written_to_marketing(self, ready):
        record = ready.add(self.person(1))
        results = ready.platform.write_fields(
            [Write(key="a", id=record, values={self.names.text: 'Inés 😀 "x", y'})]
        )
        assert results[0].outcome is Outcome.written
        assert ready.platform.read([record], self.asked)[0].values[self.names.text] == 'Inés 😀 "x", y'

    def test_a_bad_row_is_answered_in_its_place_and_spoils_no_other(self, ready):
        first, gone, last = ready.add(self.person(1)), ready.add(self.person(2)), ready.add(self.person(3))
        ready.archive(gone)
        rows = [
            Write(key="one", id=first, values={self.names.status: "won"}),
            Write(key="two", id=gone, values={self.names.status: "won"}),
            Write(key="three", id=last, values={"nothing_like_this": "x"}),
            Write(key="four", id=last, values={self.names.status: "lost"}),
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
        assert ready.platform.read([last], self.asked)[0].values[self.names.status] == "lost"

    def test_nothing_to_write_costs_nothing(self, ready):
        before = ready.platform.calls().total
        assert ready.platform.write_status([]) == []
        assert ready.platform.put_on_track([]) == []
        assert ready.platform.set_stage([]) == []
        assert ready.platform.opt_out([]) == []
        assert ready.platform.read([], self.asked) == []
        assert ready.platform.calls().total - before <= 5  # a double counts the verb, a vendor nothing

    def test_a_stage_moves_backwards_too(self, ready):
        record = ready.add(self.person(1) | {self.names.stage: self.names.later_stage})
        results = ready.platform.set_stage([StageChange(key="a", id=record, stage=self.names.first_stage)])
        assert [(one.key, one.outcome) for one in results] == [("a", Outcome.written)]
        assert ready.platform.read([record], self.asked)[0].values[self.names.stage] == self.names.first_stage

    def test_a_stage_that_is_so_already_is_left_alone(self, ready):
        record = ready.add(self.person(1) | {self.names.stage: self.names.first_stage})
        assert ready.platform.set_stage([StageChange(key="a", id=record, stage=self.names.first_stage)])[
            0
        ].outcome in {
            Outcome.written,
            Outcome.unchanged,
        }
        assert ready.platform.read([record], self.asked)[0].values[self.names.stage] == self.names.first_stage

    def test_a_lead_enters_and_leaves_a_track_once(self, ready):
        record = ready.add(self.person(1))
        enter = TrackChange(key="a", id=record, list=self.lists[0])
        leave = TrackChange(key="a", id=record, list=self.lists[0], enter=False)
        outcomes = [ready.platform.put_on_track([one])[0].outcome for one in (enter, enter)]
        assert ready.members(self.lists[0]) == {record}
        outcomes += [ready.platform.put_on_track([one])[0].outcome for one in (leave, leave)]
        assert ready.members(self.lists[0]) == set()
        assert outcomes == [Outcome.written, Outcome.unchanged, Outcome.written, Outcome.unchanged]

    def test_a_track_without_a_list_is_refused_row_by_row(self, ready):
        record = ready.add(self.person(1))
        results = ready.platform.put_on_track([TrackChange(key="a", id=record, list="No such list")])
        assert [one.outcome for one in results] == [Outcome.refused]
        assert "No such list" in (results[0].message or "")

    def test_who_is_erased_is_in_no_recycle_bin_and_who_is_deleted_is(self, ready):
        deleted, erased = ready.add(self.person(1)), ready.add(self.person(2))
        ready.archive(deleted)
        ready.platform.erase([erased])
        assert ready.platform.read([deleted, erased], self.asked) == []
        assert ready.platform.in_bin([deleted, erased]) == ({deleted} if self.keeps_a_bin else None)

    def test_who_wants_no_more_e_mail_is_recorded_once_and_nobody_else_is(self, ready):
        first, other = ready.add(self.person(1)), ready.add(self.person(2))
        results = [ready.platform.opt_out([OptOut(key="a", id=first)])[0] for _ in range(2)]
        assert [(one.key, one.outcome) for one in results] == [
            ("a", Outcome.written),
            ("a", Outcome.unchanged),
        ]
        asked = (*self.asked, self.names.opted_out)
        told = {
            row.id: row.values[self.names.opted_out] for row in ready.platform.read([first, other], asked)
        }
        assert told[first] is True
        assert not told[other]

    def test_an_opt_out_of_somebody_who_is_gone_spoils_no_other(self, ready):
        gone, there = ready.add(self.person(1)), ready.add(self.person(2))
        ready.archive(gone)
        rows = [OptOut(key="one", id=gone), OptOut(key="two", id=there)]
        results = ready.platform.opt_out(rows)
        assert [one.key for one in results] == ["one", "two"]
        assert [one.outcome for one in results] == [Outcome.gone, Outcome.written]
        assert_explained(results[0])

    def test_an_erased_person_is_not_there_any_more(self, ready):
        record = ready.add(self.person(1))
        assert [one.outcome for one in ready.platform.erase([record])] == [Outcome.written]
        assert ready.platform.read([record], self.asked) == []

    def test_calls_are_counted_by_verb(self, world):
        before = world.platform.calls().total
        world.platform.tenant()
        count = world.platform.calls()
        assert count.total > before
        assert sum(count.by_verb.values()) == count.total


class VendorWorld(MarketingWorld, Protocol):
    """A platform behind HTTP: what goes wrong at its calls, and credentials that are no good."""

    def strike(self, kind: str, **wish: Any) -> None:
        """Orders a fault of `sandbox.faults` at the calls for contacts."""

    def platform_with(self, credentials: str) -> MarketingPlatform | None:
        """The platform by `expired`, `revoked` or `narrow` credentials; None where there is no such thing."""

    def advance(self, seconds: int) -> None:
        """The vendor's clock goes so far ahead of ours."""


USES: Mapping[str, Callable[[Any, Any, str], object]] = {
    "read": lambda test, world, record: world.platform.read([record], test.asked),
    "changed": lambda test, world, _: everything(world.platform.changed(None, test.asked)),
    "write_status": lambda test, world, record: world.platform.write_status(
        [Write(key="a", id=record, values={test.names.status: "won"})]
    ),
}


class MarketingVendorContract:
    """What every platform behind HTTP does with bad answers; subclass beside MarketingContract, same `world`."""

    @pytest.fixture
    def struck(self, world: VendorWorld) -> VendorWorld:
        world.platform.ensure(self.wanted, self.lists)  # type: ignore[attr-defined]  # of MarketingContract
        world.platform.schema()
        world.platform.tenant()
        return world

    @pytest.fixture(params=sorted(USES))
    def use(self, request, struck):
        """Uses one verb of the port on a contact that is there."""
        record = struck.add(self.person(1))
        struck.settle()
        return lambda: USES[request.param](self, struck, record)

    @pytest.mark.parametrize("credentials", ["expired", "revoked", "narrow"])
    def test_credentials_that_are_no_good_stop_at_once_with_what_to_do(self, world, credentials):
        platform = world.platform_with(credentials)
        if platform is None:
            pytest.skip(f"{world.platform.system} knows no credentials that are {credentials}")
        with pytest.raises(CredentialsRefused) as caught:
            platform.read(["1"], self.asked)
        assert platform.calls().total <= 4
        assert len(str(caught.value)) > 40

    @pytest.mark.parametrize("body", [[], "no", 5, {"error": {}}, {"errors": "x", "message": ["y"]}, ""])
    def test_a_401_of_any_shape_is_about_the_credentials(self, struck, use, body):
        struck.strike("status", status=401, body=body, times=None)
        with pytest.raises(CredentialsRefused):
            use()

    def test_a_web_page_in_place_of_data_stops_and_repeats_nothing(self, struck, use):
        before = struck.platform.calls().total
        struck.strike("html", times=None)
        with pytest.raises(ContractBroken, match="web page"):
            use()
        assert struck.platform.calls().total - before <= 1

    def test_an_answer_that_nobody_foresaw_stops_and_is_not_asked_for_again(self, struck, use):
        before = struck.platform.calls().total
        struck.strike("status", status=418, body={"message": "person1@example.com is a teapot"}, times=None)
        with pytest.raises(ContractBroken) as caught:
            use()
        assert struck.platform.calls().total - before <= 1
        assert "person1@" not in str(caught.value) + caught.value.log

    @pytest.mark.parametrize("kind", ["truncated", "malformed", "disconnect"])
    def test_an_answer_that_breaks_off_for_ever_is_left_to_a_later_run(self, struck, use, kind):
        before = struck.platform.calls().total
        struck.strike(kind, times=None)
        with pytest.raises(Unavailable):
            use()
        assert struck.platform.calls().total - before <= 3

    @pytest.mark.parametrize("status", [500, 502, 503])
    def test_a_vendor_that_is_down_is_left_to_a_later_run_after_some_attempts(self, struck, use, status):
        before = struck.platform.calls().total
        struck.strike("status", status=status, times=None)
        with pytest.raises(Unavailable):
            use()
        assert struck.platform.calls().total - before <= 3

    def test_a_record_deleted_between_read_and_write_is_gone_for_every_verb(self, struck):
        record = struck.add(self.person(1))
        struck.archive(record)
        write = Write(key="a", id=record, values={self.names.status: "won"})
        stage = StageChange(key="a", id=record, stage=self.names.first_stage)
        track = TrackChange(key="a", id=record, list=self.lists[0])
        results = [
            *struck.platform.write_status([write]),
            *struck.platform.write_fields([write]),
            *struck.platform.set_stage([stage]),
            *struck.platform.put_on_track([track]),
        ]
        assert {one.outcome for one in results} == {Outcome.gone}
        for one in results:
            assert_explained(one)

    def test_a_clock_hours_ahead_of_ours_hides_no_change(self, struck):
        first = struck.add(self.person(1))
        struck.settle()
        cursor = everything(struck.platform.changed(None, self.asked))[1]
        struck.advance(5 * 3600)
        struck.change(first, {self.names.text: "Eva"})
        second = struck.add(self.person(2))
        struck.settle()
        assert {first, second} <= {
            row.id for row in everything(struck.platform.changed(cursor, self.asked))[0]
        }

    @pytest.mark.parametrize("hours", [5, -5])
    def test_a_clock_of_ours_that_is_hours_off_hides_no_change(self, struck, monkeypatch, hours):
        theirs = time.time
        monkeypatch.setattr(time, "time", lambda: theirs() + hours * 3600)
        first = struck.add(self.person(1))
        struck.settle()
        cursor = everything(struck.platform.changed(None, self.asked))[1]
        struck.change(first, {self.names.text: "Eva"})
        second = struck.add(self.person(2))
        struck.settle()
        assert {first, second} <= {
            row.id for row in everything(struck.platform.changed(cursor, self.asked))[0]
        }


def assert_explained(result: RowResult) -> None:
    """A row that was not written says why, without personal data."""
    assert result.code
    assert result.message
    assert "@" not in result.message

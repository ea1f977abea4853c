"""What a plan promises, and what a run leaves, in worlds that chance makes up."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import FieldInfo
from mapping.records import ValueType
from mapping.status import PROPERTIES, Meaning
from sync.accounts import wanted_fields
from sync.cycle import run_company
from sync.ledger.migrate import prepare
from sync.ledger.store import Ledger
from sync.plan import Plan
from sync.rehearsal import PlannedWrite
from tests.doubles.recording import RecordedCrm, RecordedPlatform, Sendings, SentWrite
from tests.flow.scenes import MARKETING, NEW, SALES, TIME, Step, perform
from tests.flow.world import DAY, HOUR, World, company

EXAMPLES = 25  # each is several runs and plans

news = st.sampled_from(sorted(NEW)).map(Step)
happenings = st.one_of(
    st.builds(Step, st.sampled_from(sorted(SALES)), st.integers(0, 3)),
    st.builds(Step, st.sampled_from(sorted(MARKETING)), st.integers(0, 3)),
    st.sampled_from(sorted(TIME)).map(Step),
    news,
)
stories = st.tuples(
    st.lists(news, min_size=1, max_size=4), st.lists(st.lists(happenings, max_size=4), max_size=4)
).map(lambda told: [told[0], *told[1]])


owners = st.sampled_from(["marketing", "sales", "first", "newest", "never"])
blanks = st.sampled_from(["keep", "clear", "refuse"])


@st.composite
def mappings(draw: st.DrawFn) -> dict[str, Any]:
    """Field rules: whose value stays, what a blank does, and fields that come back, one of them both ways."""
    rule = {"from": "job_title", "wins": draw(owners), "blank": draw(blanks)}
    table: dict[str, Any] = {
        "Title": rule,
        "Phone": {"from": "phone", "wins": draw(owners), "blank": draw(st.sampled_from(["keep", "clear"]))},
        "Description": {"template": "{{ lead.job_title | default('?') }} {{ lead.last_name }}"},
    }
    if draw(st.booleans()):
        wins = draw(st.sampled_from(["marketing", "sales", "first", "newest"]))
        table["crm_title"] = {"from": "Title", "direction": "to_marketing", "wins": wins, "blank": "clear"}
    if draw(st.booleans()) and rule["wins"] != "never":
        table["jobtitle"] = {"from": "Title", "direction": "to_marketing", "wins": rule["wins"]}
    return table


@pytest.fixture(scope="module")
def shared_ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """One ledger for every example, each with a company of its own: a new one each would take most of the time."""
    ledger = Ledger(f"sqlite:///{tmp_path_factory.mktemp('cycle') / 'ledger.sqlite'}")
    prepare(ledger)
    yield ledger
    ledger.close()


numbers = count(1)


def new_world(ledger: Ledger, mapping: Mapping[str, Any]) -> World:
    world = World(ledger, company=company(f"company{next(numbers)}", mapping=mapping))
    title = FieldInfo(name="crm_title", label="Title", type=ValueType.text, writable=True)
    world.marketing.fields["crm_title"] = title
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    return world


def run_recorded(world: World) -> Sendings:
    sent = Sendings()
    run_company(
        world.company,
        world.ledger,
        RecordedPlatform(world.marketing, sent),
        RecordedCrm(world.crm, sent),
        now=world.now,
    )
    return sent


# What a plan cannot know, in one place. The id of a record that the run itself creates, and what shows it
# (the link to it). And for a lead that is delivered in this run: to whom the CRM's assignment rules give it,
# on which its deadline, whose turn it is, the sentence that says so and the day of the seller's task depend.
# Everything else (which rows, which fields, which values) a plan tells exactly.
NEW_RECORD = "<new record>"
AFTER_DELIVERY = "<after delivery>"
OF_DELIVERY = (Meaning.due_at, Meaning.owed_by, Meaning.next_action)


def symbolic(writes: Sequence[PlannedWrite] | Sequence[SentWrite]) -> Counter[tuple[object, ...]]:
    """The writes with a symbol in the place of what depends on a delivery in the same run."""
    delivered = {each.lead for each in writes if each.verb == "push"}
    created = {each.lead for each in writes if each.verb == "push" and each.id is None}
    return Counter(
        (
            each.system,
            each.verb,
            each.lead,
            NEW_RECORD if each.lead in created and each.system == "salesforce" else each.id,
            tuple(
                sorted((name, _symbol(each, name, value, delivered)) for name, value in each.values.items())
            ),
        )
        for each in writes
    )


def _symbol(write: PlannedWrite | SentWrite, name: str, value: object, delivered: set[str]) -> str:
    meanings = {one.name: one.meaning for one in PROPERTIES[write.system]}
    if write.lead in delivered and meanings.get(name) is Meaning.crm_link:
        return NEW_RECORD
    if write.lead in delivered and (meanings.get(name) in OF_DELIVERY or name == "due_on"):
        return AFTER_DELIVERY
    return repr(value)


def differences(plan: Plan, sent: Sendings) -> Mapping[str, list[tuple[object, ...]]]:
    planned, real = symbolic(plan.writes), symbolic(sent.writes)
    return {
        "only planned": sorted((planned - real).elements(), key=str),
        "only written": sorted((real - planned).elements(), key=str),
    }


NOTHING: Mapping[str, list[tuple[object, ...]]] = {"only planned": [], "only written": []}


@settings(max_examples=EXAMPLES)
@given(story=stories, mapping=mappings())
def test_a_plan_lists_exactly_the_writes_of_the_run_and_a_run_after_it_writes_nothing(
    shared_ledger: Ledger, story: list[list[Step]], mapping: dict[str, Any]
) -> None:
    world = new_world(shared_ledger, mapping)
    for chapter in story:
        for step in chapter:
            perform(world, step)
        plan = world.plan()
        sent = run_recorded(world)
        assert differences(plan, sent) == NOTHING
        again = run_recorded(world)
        assert again.written == []
        assert world.plan().writes == ()


@settings(max_examples=EXAMPLES)
@given(story=stories, hours=st.integers(1, 24 * 40), mapping=mappings())
def test_after_any_story_time_alone_settles_a_world(
    shared_ledger: Ledger, story: list[list[Step]], hours: int, mapping: dict[str, Any]
) -> None:
    """A run after a wait writes what came due, and is at rest: no write of ours is news that brings another."""
    world = new_world(shared_ledger, mapping)
    for chapter in story:
        for step in chapter:
            perform(world, step)
        world.run()
    for seconds in (hours * HOUR, 400 * DAY):
        world.wait(seconds)
        world.run()
        assert run_recorded(world).written == []
        assert world.plan().writes == ()

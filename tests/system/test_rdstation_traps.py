"""The traps that most RD Station integrations fall into (37 to 43): where each is tested, or decided."""

import re
from pathlib import Path

import pytest

from connectors.base import Outcome, StageChange, TrackChange, Write
from connectors.errors import Misconfigured, Unavailable
from connectors.rdstation.marketing import RDStation
from mapping.records import parse_instant
from mapping.status import HUBSPOT, RDSTATION
from tests.contract.marketing import everything
from tests.contract.rdstation_world import RDStationWorld, settings
from tests.contract.test_rdstation import TestRDStation as Contract
from tests.unit.connectors.conftest import golden

__all__ = ["golden"]

ROOT = Path(__file__).resolve().parents[2]
HERE, ANSWERS = "tests/system/test_rdstation_traps.py", "tests/unit/connectors/test_rdstation_answers.py"
OAUTH, DECISIONS = "tests/unit/connectors/test_oauth.py", "docs/decisions"
TRAPS = {
    37: [
        (HERE, "test_trap_37_what_a_days_limit_holds_back_waits_with_its_instant_and_costs_no_call"),
        (HERE, "test_trap_37_only_what_changes_at_milestones_is_written"),
        (HERE, "test_trap_37_calls_of_others_are_believed_and_remembered"),
        ("tests/contract/ledger.py", "test_a_budget_is_counted_across_runs_by_company_and_subject"),
    ],
    38: [
        (HERE, "test_trap_38_a_run_with_nothing_new_takes_one_call"),
        (HERE, "test_trap_38_who_never_filled_a_form_is_found_by_a_sweep"),
        (HERE, "test_trap_38_who_follows_a_deleted_contact_is_not_skipped"),
        (DECISIONS, "What RD Station cannot tell, and what takes its place"),
    ],
    39: [
        (HERE, "test_trap_39_a_track_leaves_other_tags_alone"),
        (HERE, "test_trap_39_contacts_are_addressed_by_uuid_alone"),
    ],
    40: [(HERE, "test_trap_40_leads_enter_a_workflow_within_the_plans_calls_an_hour")],
    41: [
        (ANSWERS, "test_every_documented_shape_is_read"),
        (ANSWERS, "test_remaining_time_is_seconds"),
    ],
    42: [
        (
            "tests/unit/connectors/test_rdstation_webhook.py",
            "test_a_webhook_tells_whom_to_read_and_nothing_of_the_person",
        ),
        ("tests/web/test_webhooks.py", "test_rd_stations_calls_are_known_by_the_path_alone"),
        (DECISIONS, "What RD Station cannot tell, and what takes its place"),
    ],
    43: [
        (HERE, "test_trap_43_an_expired_token_is_renewed_and_a_rotated_refresh_token_kept"),
        (OAUTH, "test_two_processes_that_need_a_token_at_once_renew_it_once"),
        (OAUTH, "test_a_refusal_asks_a_person_and_shows_no_secret"),
    ],
}


@pytest.mark.parametrize("trap", range(37, 44))
def test_each_trap_has_its_test_or_its_decision(trap):
    for place, name in TRAPS[trap]:
        if place == DECISIONS:
            titles = [path.read_text("utf-8").partition("\n")[0] for path in (ROOT / place).glob("*.md")]
            assert any(title.endswith(name) for title in titles), name
        else:
            assert re.search(rf"^ *def {name}\(", (ROOT / place).read_text("utf-8"), re.MULTILINE), name


@pytest.fixture
def world(sandbox, tmp_path):
    made = RDStationWorld(sandbox, tmp_path)
    made.platform.ensure(Contract.wanted, Contract.lists)
    return made


def anew(world, **more):
    """A connector of a later run, which has made no call; `more` are settings, or its own keywords."""
    keywords = {name: more.pop(name) for name in ("clock", "budgets") if name in more}
    later = RDStation(settings(world.sandbox, world._folder, **more), wait=lambda _: None, **keywords)
    later._schema = world.platform.schema()
    return later


def calls(platform, but=("refresh_token",)):
    return {name: count for name, count in platform.calls().by_verb.items() if name not in but}


def status(record, value="won"):
    return Write(key="a", id=record, values={"cf_acuerdo_sla_status": value})


def person(number):
    return {"email": f"person{number}@example.com", "name": f"Ana {number}"}


# 37: calls about one contact


def test_trap_37_what_a_days_limit_holds_back_waits_with_its_instant_and_costs_no_call(world):
    record, other = world.add(person(1)), world.add(person(2))
    results = world.platform.write_status([status(record, str(number)) for number in range(24)])
    assert {one.outcome for one in results} == {Outcome.written}
    before = world.platform.calls().total
    held = world.platform.write_status([status(record, "late"), status(record, "later")])
    assert [one.outcome for one in held] == [Outcome.retry, Outcome.retry]
    assert all(one.until and one.code and "@" not in (one.message or "") for one in held)
    assert world.platform.calls().total == before
    assert world.platform.write_status([status(other)])[0].outcome is Outcome.written
    assert (
        world.platform.set_stage([StageChange(key="a", id=record, stage="Client")])[0].outcome
        is Outcome.written
    )


def test_trap_37_calls_of_others_are_believed_and_remembered(world):
    record = world.add(person(1))
    for number in range(24):
        world.ask("PATCH", f"/platform/contacts/uuid:{record}", {"name": f"Ana {number}"})
    first, second = world.platform.write_status([status(record), status(record)])
    assert (first.outcome, second.outcome) == (Outcome.retry, Outcome.retry)
    assert first.until == pytest.approx(second.until, abs=5)
    assert world.platform.calls().by_verb["patch"] == 1


def test_trap_37_only_what_changes_at_milestones_is_written():
    assert {one.meaning for one in RDSTATION} == {one.meaning for one in HUBSPOT if one.milestone}
    assert all(one.name.startswith("cf_acuerdo_") for one in RDSTATION)


def test_a_contact_whose_funnel_is_read_out_waits_in_the_cursor_and_is_never_told_without_a_stage(world):
    record = world.add(person(1))
    busy = anew(world)
    for _ in range(20):
        assert busy.read([record], Contract.asked)
    with pytest.raises(Unavailable, match="funnel"):
        busy.read([record], Contract.asked)
    other = world.add(person(2))
    pages = list(busy.changed(None, Contract.asked))
    assert [row.id for page in pages for row in page.rows] == [other]
    rows, _ = everything(anew(world).changed(pages[-1].cursor, Contract.asked))
    assert record in {row.id for row in rows}


# 38: no query by change


def test_trap_38_a_run_with_nothing_new_takes_one_call(world):
    for number in range(3):
        world.add(person(number))
    world.settle()
    cursor = everything(world.platform.changed(None, Contract.asked))[1]
    cursor = everything(anew(world).changed(cursor, Contract.asked))[1]
    later = anew(world)
    assert everything(later.changed(cursor, Contract.asked)) == ([], None)
    assert calls(later) == {"segmentation": 1}


def test_trap_38_who_never_filled_a_form_is_found_by_a_sweep(world, sandbox):
    world.add(person(1))
    world.settle()
    now = parse_instant(sandbox.steer.get("/clock")["now"])
    start = everything(anew(world, clock=lambda: now).changed(None, Contract.asked))[1]
    imported = world.ask("POST", "/platform/contacts", person(2))["uuid"]
    soon = everything(anew(world, clock=lambda: now + 3_600).changed(start, Contract.asked))[0]
    assert imported not in {row.id for row in soon}
    swept = anew(world, clock=lambda: now + 25 * 3_600)
    rows, cursor = everything(swept.changed(start, Contract.asked))
    assert imported in {row.id for row in rows}
    again = anew(world, clock=lambda: now + 26 * 3_600)
    assert imported not in {row.id for row in everything(again.changed(cursor, Contract.asked))[0]}


def test_trap_38_who_follows_a_deleted_contact_is_not_skipped(sandbox, tmp_path):
    world = RDStationWorld(sandbox, tmp_path, page=2)
    records = []
    for number in range(6):
        records.append(world.add(person(number)))
        world.settle()
    pages = world.platform.changed(None, Contract.asked)
    first = next(pages)
    world.archive(first.rows[0].id)
    rest, _ = everything(pages)
    assert {row.id for row in (*first.rows, *rest)} == set(records)


@pytest.mark.parametrize("first", [True, False])
def test_trap_38_form_fills_are_found_wherever_those_without_one_stand(sandbox, tmp_path, first):
    sandbox.steer.post("/settings", **{"rdstation.undated_first": first})
    world = RDStationWorld(sandbox, tmp_path, page=2)
    for number in range(10, 16):
        world.ask("POST", "/platform/contacts", person(number))
    world.settle()
    start = everything(world.platform.changed(None, Contract.asked))[1]
    filled = set()
    for number in range(4):
        newest = world.add(person(number))
        filled.add(newest)
        world.settle()
        rows, start = everything(anew(world, page=2).changed(start, Contract.asked))
        assert newest in {row.id for row in rows} <= filled
    later = anew(world, page=2)
    assert everything(later.changed(start, Contract.asked))[0] == []
    assert later.calls().by_verb["segmentation"] <= (6 if first else 3)


def test_trap_38_an_account_without_form_fills_takes_two_calls(sandbox, tmp_path):
    world = RDStationWorld(sandbox, tmp_path, page=2)
    for number in range(9):
        world.ask("POST", "/platform/contacts", person(number))
    start = everything(world.platform.changed(None, Contract.asked))[1]
    later = anew(world, page=2)
    assert everything(later.changed(start, Contract.asked))[0] == []
    assert calls(later) == {"segmentation": 2}


def test_a_first_read_goes_on_over_several_runs(sandbox, tmp_path):
    world = RDStationWorld(sandbox, tmp_path, page=2, reads=4)
    records = {world.add(person(number)) for number in range(9)}
    world.settle()
    found, cursor, told = set(), None, []
    for _ in range(4):
        rows, cursor = everything(anew(world, page=2, reads=4).changed(cursor, Contract.asked))
        found |= {row.id for row in rows}
        told.append(len(found))
    assert found == records
    assert told[0] == 4


def test_a_segmentation_is_named_never_guessed(world, sandbox):
    sandbox.steer.post("/rdstation/segmentations", name="Para vendas", tag="vendas")
    tagged = world.add(person(1) | {"tags": ["vendas"]})
    world.add(person(2))
    rows, _ = everything(anew(world, segmentation="Para vendas").changed(None, Contract.asked))
    assert [row.id for row in rows] == [tagged]
    with pytest.raises(Misconfigured, match="Para vendas"):
        next(anew(world, segmentation="Para compras").changed(None, Contract.asked))


@pytest.mark.parametrize("status_", [403, 404])
def test_an_account_without_a_tracking_code_is_known_by_its_name(world, sandbox, status_):
    known = world.platform.tenant()
    assert re.fullmatch("[0-9a-f]{12}", known.id)
    sandbox.steer.fault("rdstation", "status", status=status_, endpoint="*/tracking_code", times=None)
    named = anew(world).tenant()
    assert (named.id, named.name) == ("acme_marketing", known.name)
    lead = f"rdstation-{known.id}-{'0' * 36}"
    assert len(lead) <= 80, "the CRM's external id holds no more"


# 39: tags and addresses


def test_trap_39_a_track_leaves_other_tags_alone(world):
    record = world.add(person(1) | {"tags": ["vip", "feira"]})
    change = TrackChange(key="a", id=record, list=Contract.lists[0])
    assert world.platform.put_on_track([change])[0].outcome is Outcome.written
    tags = world.ask("GET", f"/platform/contacts/uuid:{record}")["tags"]
    assert tags == ["vip", "feira", Contract.lists[0]]
    leave = TrackChange(key="a", id=record, list=Contract.lists[0], enter=False)
    assert world.platform.put_on_track([leave])[0].outcome is Outcome.written
    assert world.ask("GET", f"/platform/contacts/uuid:{record}")["tags"] == ["vip", "feira"]
    refused = world.platform.write_fields([Write(key="a", id=record, values={"tags": ("only",)})])[0]
    assert refused.outcome is Outcome.refused


def test_trap_39_contacts_are_addressed_by_uuid_alone(world, sandbox):
    record = world.add(person(1))
    sandbox.steer.post("/reset", what="calls")
    everything(world.platform.changed(None, Contract.asked))
    world.platform.write_status([status(record)])
    gone = world.platform.write_status([status("3f0c0a52-0000-4000-8000-000000000000")])[0]
    assert gone.outcome is Outcome.gone, "a PATCH by e-mail would have made a contact"
    rows = world.ask("GET", "/platform/segmentations/1/contacts")["contacts"]
    assert [row["uuid"] for row in rows] == [record]


# 40: workflows


def test_trap_40_leads_enter_a_workflow_within_the_plans_calls_an_hour(world, sandbox):
    workflow = sandbox.steer.post("/rdstation/workflows", name="Nutrição")["id"]
    sandbox.steer.post("/settings", **{"rdstation.plan": "light", "rdstation.account_limits": True})
    records = [world.add(person(number)) for number in range(12)]
    platform = anew(world, plan="light", workflows={"nurture": workflow})
    rows = [TrackChange(key=str(n), id=each, list=Contract.lists[0]) for n, each in enumerate(records)]
    results = platform.put_on_track(rows)
    assert [one.outcome for one in results] == [Outcome.written] * 10 + [Outcome.retry] * 2
    assert all(one.until for one in results[10:])
    assert platform.calls().by_verb["workflow"] == 1
    assert sandbox.steer.post("/rdstation/workflows", id=workflow)["leads"] == records[:10]
    assert world.members(Contract.lists[0]) == set(records[:10]), "who waits is not tagged either"
    again = platform.put_on_track(rows[:2])
    assert [one.outcome for one in again] == [Outcome.unchanged, Outcome.unchanged]


def test_a_lead_that_waits_for_one_tracks_workflow_enters_another_track(world, sandbox):
    closed = sandbox.steer.post("/rdstation/workflows", name="Fechado", active=False)["id"]
    record = world.add(person(1))
    rows = [TrackChange(key="a", id=record, list=f"acuerdo-{track}") for track in ("nurture", "education")]
    results = anew(world, workflows={"nurture": closed}).put_on_track(rows)
    assert [one.outcome for one in results] == [Outcome.refused, Outcome.written]


def test_a_workflow_that_does_not_take_leads_refuses_the_rows(world, sandbox):
    closed = sandbox.steer.post("/rdstation/workflows", name="Fechado", active=False)["id"]
    record = world.add(person(1))
    row = TrackChange(key="a", id=record, list=Contract.lists[0])
    for workflow, code in ((closed, "WORKFLOW_STATUS_ERROR"), ("nothing-like-this", "WORKFLOW_NOT_FOUND")):
        result = anew(world, workflows={"nurture": workflow}).put_on_track([row])[0]
        assert (result.outcome, result.code) == (Outcome.refused, code)
    found = anew(world, workflows={"nurture": closed}).inspect()
    assert [one.state for one in found if "workflow" in one.what] == ["not active"]


# 41: how long the gateway wants us to wait


def test_trap_41_the_gateways_wait_is_waited(world, sandbox):
    waits = []
    platform = RDStation(settings(sandbox, world._folder), wait=waits.append)
    record = world.add(person(1))
    headers = {"retry-after-quotas": "7"}
    sandbox.steer.fault(
        "rdstation", "status", status=429, endpoint="*/contacts/uuid:*", times=1, headers=headers
    )
    assert [row.id for row in platform.read([record], ("email",))] == [record]
    assert [7 <= each <= 8 for each in waits] == [True]


# 43: tokens


def test_trap_43_an_expired_token_is_renewed_and_a_rotated_refresh_token_kept(world, sandbox):
    record = world.add(person(1))
    sandbox.steer.post("/settings", **{"rdstation.rotate_refresh_tokens": True})
    for _ in range(3):
        later = anew(world)
        sandbox.steer.post("/rdstation/tokens", do="expire")
        assert [row.id for row in later.read([record], ("email",))] == [record]
        assert later.calls().by_verb["refresh_token"] == 1

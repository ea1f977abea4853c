"""`status` and `report` as of an instant: what waiting alone has changed is counted, nothing is written."""

from mapping.records import format_instant
from tests.flow.world import DAY, HOUR
from tests.unit.commands.conftest import Desk


def test_a_status_as_of_a_later_instant_counts_what_came_due_and_keeps_the_ledger(desk: Desk) -> None:
    desk.world.begin()
    desk.world.mql()
    desk.world.run()
    (now,) = desk.json("status")
    assert now["statuses"] == {"waiting_first_contact": 1}
    desk.world.wait(3 * DAY)
    (later,) = desk.json("status")
    assert later["statuses"] == {"breached": 1}
    assert (now["places"], later["places"]) == ({"assigned": 1}, {"accepted": 1}), "accepted by silence"
    (last_run,) = desk.json("status", now=False)
    assert last_run["statuses"] == {"waiting_first_contact": 1}, "as the last run left it"
    desk.world.run()
    (after,) = desk.json("status", now=False)
    assert after["statuses"] == later["statuses"]


def test_when_the_last_run_was_stands_on_one_line(desk: Desk) -> None:
    desk.world.begin()
    desk.world.run()
    assert f"acme: last run {desk.now}, done" in desk("status").stdout.splitlines()


def test_a_status_before_what_is_recorded_is_refused(desk: Desk) -> None:
    desk.world.begin()
    desk.world.mql()
    desk.world.run()
    early = format_instant(desk.world.now - DAY)
    assert "later --now" in desk.refused("status", "--now", early, now=False)


def test_a_report_without_a_date_is_of_the_period_that_holds_the_instant(desk: Desk) -> None:
    desk.world.begin()
    desk.world.mql()
    desk.world.run()
    desk.world.wait(HOUR)
    as_of = desk.json("report", "--period", "week")
    dated = desk.json("report", "--period", "week", "--at", desk.now)
    assert as_of == dated

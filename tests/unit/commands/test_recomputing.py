"""A calendar mended for the past: what differs is shown first, moved when a person says so, and then written."""

import json

from commands.deciding import recorded
from sync.ledger import exports
from tests.flow.world import DAY, HOUR
from tests.unit.commands.conftest import Desk

MONDAY_OFF = {"holidays": {"country": "ES", "subdivision": "MD", "extra": ["2026-05-11"]}}
SINCE = ("--from", "2026-05-11")


def breached(desk: Desk) -> str:
    """A lead passed on Monday at 09:01 that nobody called; then Monday turns out to have been a holiday."""
    desk.world.begin()
    contact = desk.world.mql()
    desk.world.run()
    desk.world.wait(5 * HOUR)
    desk.world.run()
    assert desk.world.shown(contact) == "breached"
    desk.configure(agreement={"calendar": MONDAY_OFF})
    desk.world.until("2026-05-12T09:30:00+02:00")
    desk.world.run()
    desk.world.wait(60)
    return contact


def due_of(desk: Desk, contact: str) -> int:
    with desk.world.ledger.read("acme") as tx:
        (row,) = [
            each
            for each in exports.rows_of(tx, "clock")
            if each["lead"].endswith(f"-{contact}") and each["name"] == "first_attempt"
        ]
    return int(row["due_at"])


def test_a_dry_run_shows_what_differs_and_changes_nothing(desk: Desk) -> None:
    contact = breached(desk)
    before = due_of(desk, contact)
    told = json.loads(desk("recompute", *SINCE, "--dry-run", "--json").stdout)
    assert told["applied"] is False
    first = next(each for each in told["differences"] if each["clock"] == "first_attempt")
    assert (first["old_due_at"], first["new_due_at"]) == ("2026-05-11T11:01:00Z", "2026-05-12T11:00:00Z")
    assert first["adjusts"] is None
    shown = " ".join(desk("recompute", *SINCE, "--dry-run").stdout.split())
    assert "would be due" in shown
    assert due_of(desk, contact) == before
    assert desk.world.run().counts["write_back"]["crm"] == 0


def test_confirmed_it_moves_the_clocks_and_the_next_run_writes_it_to_both_systems(desk: Desk) -> None:
    contact = breached(desk)
    told = json.loads(desk("recompute", *SINCE, "--yes", "--by", "Ana", "--json").stdout)
    assert told["applied"] is True
    desk.world.run()
    assert desk.world.shown(contact) == "waiting_first_contact"
    assert desk.world.run().written == 0
    again = json.loads(desk("recompute", *SINCE, "--dry-run", "--json").stdout)
    assert again["differences"] == []
    document = json.loads(desk("explain", f"hubspot-4242-{contact}", "--json").stdout)
    reason = next(each for each in document["handoffs"][0]["reasons"] if each["code"] == "recomputed")
    assert reason["data"]["by"] == recorded("Ana")
    desk.world.wait(DAY)
    desk.world.run()
    assert desk.world.shown(contact) == "breached", "due on Tuesday at 13:00"


def test_without_a_terminal_it_asks_for_yes_and_the_future_is_for_publishing(desk: Desk) -> None:
    contact = breached(desk)
    before = due_of(desk, contact)
    assert "--yes" in desk("recompute", *SINCE, code=2).stderr
    assert due_of(desk, contact) == before
    assert "agreement publish" in desk("recompute", "--from", "2026-06-01", "--yes", code=2).stderr


def test_with_the_published_calendar_nothing_moves(desk: Desk) -> None:
    breached(desk)
    desk.configure(agreement={"calendar": {"holidays": {"extra": []}}})
    assert "no open clock" in desk("recompute", *SINCE, "--yes").stdout

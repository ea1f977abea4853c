"""What is refused can be tried again, or dropped by a person: kept, listed, and taken back."""

from connectors.base import Outcome
from tests.flow.world import DAY, HOUR
from tests.unit.commands.conftest import Desk
from tests.unit.commands.test_deciding import lead

LONG = "N" * 300


def refused(desk: Desk) -> str:
    """A lead whose name is longer than the CRM takes."""
    desk.world.begin()
    contact = desk.world.mql(lastname=LONG)
    desk.world.run()
    desk.world.wait(HOUR)
    return contact


def place(desk: Desk, contact: str) -> str:
    return str(desk.json("explain", lead(contact))["place"])


def test_a_dropped_lead_is_not_tried_again_though_it_is_mended_until_it_is_taken_back(desk: Desk) -> None:
    contact = refused(desk)
    assert place(desk, contact) == "refused"
    told = desk("refused", "drop", lead(contact), "--by", "Ana Díaz").stdout
    assert "`acuerdo refused retry LEAD` takes it back" in told, "on one line: it is there to be copied"
    assert place(desk, contact) == "dropped"
    (row,) = desk.json("refused", "list", now=False)
    assert (row["lead"], row["dropped_at"], row["dropped_by"]) == (lead(contact), desk.now, row["dropped_by"])
    assert "Ana" not in str(row)
    assert "dropped" in desk("refused", "list", now=False).stdout

    desk.world.wait(HOUR)
    desk.world.marketing.change(contact, {"lastname": "Short"})
    summary = desk.world.run()
    assert desk.world.leads(contact) == []
    assert summary.refused == 0, "a person has seen to it"
    assert desk.json("explain", lead(contact))["handoffs"][-1]["owed"]["side"] == "nobody"
    assert "[]" not in desk("explain", lead(contact)).stdout, "no rule of the table says so: a person did"

    desk("refused", "retry", now=False)
    desk.world.wait(60)
    desk.world.run()
    assert desk.world.leads(contact) == [], "a retry of all takes back nobody's decision"

    desk.world.wait(60)
    desk("refused", "retry", lead(contact), "--by", "Ana Díaz")
    assert place(desk, contact) == "refused"
    desk.world.wait(60)
    desk.world.run()
    assert desk.world.lead(contact).values["LastName"] == "Short"
    assert desk.json("refused", "list", now=False) == []


def test_marketing_owes_nothing_for_a_dropped_lead_however_long_it_waits(desk: Desk) -> None:
    contact = refused(desk)
    desk("refused", "drop", lead(contact), "--by", "7")
    for _ in range(3):
        desk.world.wait(20 * DAY)
        desk.world.run()
    assert place(desk, contact) == "dropped"
    (handoff,) = desk.json("explain", lead(contact))["handoffs"]
    assert handoff["owed"]["side"] == "nobody"
    assert desk.world.shown(contact) == "refused"
    assert [each["state"] for each in handoff["clocks"] if each["name"] == "package"] == ["cancelled"]


def test_a_write_that_was_refused_after_delivery_is_not_sent_again_once_dropped(desk: Desk) -> None:
    desk.world.begin()
    contact = desk.world.mql(jobtitle="CMO")
    desk.world.run()
    desk.world.wait(HOUR)
    desk.world.crm.faults.answer("write_fields", lead(contact), Outcome.refused)
    desk.world.marketing.change(contact, {"jobtitle": "CEO"})
    assert desk.world.run().refused == 1
    desk.world.crm.faults.mend("write_fields", lead(contact))
    desk.world.wait(60)
    desk("refused", "drop", lead(contact), "--by", "7")
    assert place(desk, contact) == "assigned"
    desk.world.wait(HOUR)
    desk.world.marketing.change(contact, {"jobtitle": "Chair"})
    assert desk.world.plan().as_row()["limits"]["changes"] == 0
    desk.world.run()
    assert desk.world.lead(contact).values["Title"] == "CMO"
    desk.world.wait(60)
    desk("refused", "retry", lead(contact), "--by", "7")
    desk.world.wait(60)
    desk.world.run()
    assert desk.world.lead(contact).values["Title"] == "Chair"


def test_only_what_is_listed_can_be_dropped_and_somebody_has_to_say_so(desk: Desk) -> None:
    contact = refused(desk)
    assert "not on the refused list" in desk.refused("refused", "drop", "hubspot-4242-999")
    assert "--by" in desk.refused("refused", "drop", lead(contact))
    assert place(desk, contact) == "refused"

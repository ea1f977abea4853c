"""Dates and date-times: a day begins and ends in the company's zone, on the way to the CRM and back."""

from datetime import datetime
from typing import Any

import pytest

from connectors.base import FieldInfo
from mapping.records import Instant, ValueType
from sync.accounts import wanted_fields
from sync.ledger.store import Ledger
from tests.flow.world import HOUR, World, company


def field(name: str, value_type: ValueType) -> FieldInfo:
    return FieldInfo(name=name, label=name, type=value_type, writable=True)


def instant(text: str) -> Instant:
    return int(datetime.fromisoformat(text).timestamp())


def made(ledger: Ledger, zone: str = "Europe/Madrid", **mapping: Any) -> World:
    """A world with a date and a date-time on either side."""
    own = {"event": {"from": "event_on", "type": "date"}, "seen": {"from": "seen_at", "type": "instant"}}
    world = World(ledger, company=company(timezone=zone, lead_fields=own, mapping=mapping))
    for name, value_type in {"event_on": ValueType.date, "seen_at": ValueType.instant}.items():
        world.marketing.fields[name] = field(name, value_type)
    for name, value_type in {"Event_At__c": ValueType.instant, "Seen_On__c": ValueType.date}.items():
        world.crm.fields["Lead"][name] = field(name, value_type)
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    return world


@pytest.mark.parametrize(
    ("zone", "begins", "day"),
    [
        ("Europe/Madrid", "2026-10-25T00:00:00+02:00", "2026-10-26"),
        ("America/Mexico_City", "2026-10-25T00:00:00-06:00", "2026-10-25"),
    ],
)
def test_a_day_goes_as_its_begin_and_a_moment_as_its_day_in_the_companys_zone(
    ledger: Ledger, zone: str, begins: str, day: str
) -> None:
    world = made(ledger, zone, Event_At__c="event", Seen_On__c="seen")
    contact = world.mql(event_on="2026-10-25", seen_at=instant("2026-10-25T23:30:00+00:00"))
    plan = world.plan()
    planned = next(each.values for each in plan.writes if each.verb == "push")
    assert plan.shown("salesforce", "Event_At__c", planned["Event_At__c"]) == begins
    assert plan.shown("salesforce", "Seen_On__c", planned["Seen_On__c"]) == day
    world.run()
    values = world.lead(contact).values
    assert (values["Event_At__c"], values["Seen_On__c"]) == (instant(begins), day)
    world.wait(HOUR)
    assert world.run().written == 0


def test_a_day_that_goes_both_ways_is_the_same_day_whatever_hour_sales_writes(ledger: Ledger) -> None:
    back = {"from": "Event_At__c", "direction": "to_marketing", "wins": "newest"}
    world = made(ledger, Event_At__c={"from": "event", "wins": "newest"}, event_on=back)
    contact = world.mql(event_on="2026-03-29")
    world.run()
    world.wait(HOUR)
    for written, day in (
        ("2026-03-29T10:30:00+02:00", "2026-03-29"),
        ("2026-03-30T00:10:00+02:00", "2026-03-30"),
    ):
        world.crm.edit(world.lead(contact).id, {"Event_At__c": instant(written)})
        world.run()
        assert world.marketing.contacts[contact].values["event_on"] == day
        assert world.lead(contact).values["Event_At__c"] == instant(written), "the hour is sales' own"
        world.wait(HOUR)
        assert world.run().written == 0

"""The brief as rich text, where the CRM says that its field is one: whatever a lead typed is no markup."""

import re
from dataclasses import replace
from html import unescape

import pytest

from sync.accounts import forget_accounts
from tests.flow.world import SELLER, World

BRIEF = "Acuerdo_Brief__c"
HOSTILE = "<img src=x onerror=alert(1)>\"'&<script>fetch('//evil')</script><!--]]>{{ 7*7 }}"
PERSON = {"firstname": "<b>Ana</b>", "company": HOSTILE, "jobtitle": "</textarea><b>CEO</b>"}


def enrich(world: World, *kinds: str) -> None:
    """The CRM's administrator makes the field a rich text area."""
    for kind in kinds:
        fields = world.crm.fields[kind]
        fields[BRIEF] = replace(fields[BRIEF], html=True)
    forget_accounts(world.ledger, "acme")


def brief_of(world: World, contact: str) -> str:
    return str(world.lead(contact).values[BRIEF])


def test_a_brief_in_a_rich_text_holds_no_markup_but_its_line_ends(world: World) -> None:
    enrich(world, "Lead")
    world.begin()
    contact = world.mql(**PERSON)
    world.run()
    brief = brief_of(world, contact)
    assert set(re.findall(r"<[^>]*>", brief)) == {"<br>"}
    assert not {'"', "'"} & set(brief)
    assert "<script>" in unescape(brief)
    assert "&lt;script&gt;" in brief
    assert len(brief) <= 32_000


def test_a_brief_in_a_plain_text_is_as_it_was_typed(world: World) -> None:
    world.begin()
    contact = world.mql(**PERSON)
    world.run()
    assert "<br>" not in brief_of(world, contact)
    assert "&lt;" not in brief_of(world, contact)
    assert "<script>" in brief_of(world, contact)


@pytest.mark.parametrize(("rich", "html"), [("Contact", True), ("Lead", False)])
def test_the_field_of_the_record_that_takes_the_brief_decides(world: World, rich: str, *, html: bool) -> None:
    enrich(world, rich)
    world.begin()
    record = world.crm.add("Contact", {"LastName": "Known", "Email": "lead1@example.org"}, owner=SELLER)
    contact = world.mql(email="lead1@example.org")
    world.run()
    assert world.lead(contact).id == record
    assert ("<br>" in brief_of(world, contact)) is html


def test_a_plan_of_a_rich_brief_is_what_the_run_writes_and_shows_none_of_it(world: World) -> None:
    enrich(world, "Lead")
    world.begin()
    contact = world.mql(**PERSON)
    plan = world.plan()
    (push,) = [each for each in plan.writes if each.verb == "push"]
    assert "script" not in str(plan.as_row())
    world.run()
    assert push.values[BRIEF] == brief_of(world, contact)

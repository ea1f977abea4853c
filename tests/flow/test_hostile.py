"""Ten thousand leads that mean no good, through map, push and read back: each is written as it is, or refused.

The pieces are those of the lists that people try on forms (control characters, right-to-left marks, formulas,
SOQL and templates, half characters, look-alike addresses), put together by seeded chance.
"""

import random
from collections import Counter
from dataclasses import replace

from sqlalchemy import select

from connectors.base import FieldInfo, Outcome, Write
from mapping.language import say
from mapping.mapper import Mapped, map_lead, prepare_rules
from mapping.reading import read_lead
from mapping.records import Record, Value, ValueType
from mapping.values import unprintable
from sync.accounts import wanted_fields
from sync.ledger import refusals, schema
from sync.ledger.migrate import prepare
from sync.ledger.store import Ledger
from tests.doubles.crm import MemoryCrm
from tests.doubles.sales import LEAD_ID
from tests.flow.world import HOUR, World, company

LEADS = 10_000
NASTY = [
    '=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "\t=1", "' OR Name LIKE '%", "\\' OR 1=1 --", "%' AND Id != '",
    "{{ lead.email }}", "{% for x in y %}", "{{ ''.__class__ }}", "${7*7}", "{0.__class__}", "%s%n", "\x00", "a\x1b[31mb",
    "\ud83d", "\udc00x", "\u202egnp.exe", "\u200b", "\ufeff", "e\u0301\u0301", "👩\u200d👩\u200d👧", "<script>alert(1)</script>",
    "&amp;", "a,b;c|d", "a\r\nb", "ﷺ" * 20, "\u0430dmin", "1e999", "NaN", "-0", "0x10", "\uff11\uff12", "2026-02-30",
    "0000-00-00", "true", "null", "None", "undefined", "../../etc/passwd", "\x7f", "\x85", "𝕬𝖈𝖒𝖊", "ac\u00adme", "  ", "",
    "[acuerdo:x]", "\ufffe", "؀", "ｱ", "ẞ", "İ", "\u0131",
]  # fmt: skip
LOCAL = [
    "ana",
    "ana+tag",
    '"a b"',
    "a.n.a",
    "ANA",
    "\u0430na",
    "ana\u200b",
    "o'brien",
    "a@b",
    "",
    "ana\x00",
    "-a",
    "añe",
    "=1+1",
]
DOMAINS = [
    "example.org",
    "EXAMPLE.org",
    "xn--e1afmkfd.org",
    "пример.org",
    "[127.0.0.1]",
    "localhost",
    "-x.org",
    "example..org",
]
BIG = "x" * 1_000_000
MAPPING = {
    "Title": {"from": "job_title", "too_long": "shorten"},
    "Description": {"template": "{{ lead.job_title | default('-') }}: {{ lead.website | default('-') }}"},
    "City": {"from": "city", "transform": ["printable", "single_line"]},
}


def text(chance: random.Random) -> str:
    if chance.random() < 0.002:
        return BIG
    return "".join(chance.choices(NASTY, k=chance.randint(1, 3)))


def lead(chance: random.Random, number: int) -> dict[str, Value]:
    """A contact that can be reached by phone, and of which nothing else can be relied on."""
    local, domain = chance.choice(LOCAL), chance.choice(DOMAINS)
    return {
        "email": f"{local}{number}@{domain}" if local.isalnum() else f"{local}@{number}.{domain}",
        "lastname": text(chance),
        "firstname": text(chance) if chance.random() < 0.5 else "Ana",
        "company": text(chance) if chance.random() < 0.5 else "Acme",
        "jobtitle": text(chance),
        "city": text(chance),
        "website": text(chance),
        "hs_additional_emails": (f"{number}@other.example", text(chance)),
    }


def hostile_world(ledger: Ledger, count: int) -> World:
    world = World(ledger, company=company(mapping=MAPPING, limits={"create": False, "change_records": False}))
    world.marketing.page_size = 1000
    world.crm.page_size = 2000
    world.marketing.fields["city"] = FieldInfo(name="city", label="City", type=ValueType.text, writable=True)
    world.marketing.ensure(wanted_fields("hubspot"), list(world.company.tracks.values()))
    world.begin()
    chance = random.Random(20_260_512)
    for number in range(count):
        world.mql(**lead(chance, number))
    return world


def assert_each_is_written_or_refused(world: World) -> Counter[str]:
    rows = {str(row.values[LEAD_ID]): row for row in world.crm.rows.values()}
    with world.ledger.read("acme") as tx:
        refused = {each.lead: each for each in refusals.listed(tx)}
        noted = {
            row.id: {each["field"] for each in row.evaluation.get("problems", [])}
            for row in tx.connection.execute(select(schema.lead.c.id, schema.lead.c.evaluation))
        }
    told = Counter[str]()
    for contact in world.marketing.contacts.values():
        ours = f"hubspot-4242-{contact.id}"
        if ours in refused:
            assert refused[ours].code
            assert refused[ours].message
            assert BIG not in refused[ours].message
            told["refused"] += 1
            continue
        written, values = rows[ours].values, contact.values
        last = str(values["lastname"])
        assert written["LastName"] == (last if last.strip() else "[not provided]")
        assert written.get("FirstName") == (values["firstname"] if str(values["firstname"]).strip() else None)
        assert not any(unprintable(each) for each in written.values() if isinstance(each, str))
        if written.get("Email") is None:
            assert "email" in noted[ours], "a broken address is left out with a note"
            told["without an address"] += 1
        told["written"] += 1
    return told


def test_ten_thousand_hostile_leads_are_each_written_as_they_are_or_refused_with_a_reason() -> None:
    """Mapped, pushed to a CRM and read back from it; the engine around them is held by the tests below."""
    world = company(mapping=MAPPING)
    crm, chance = MemoryCrm(), random.Random(20_260_512)
    crm.fields["Lead"]["Email"] = replace(crm.fields["Lead"]["Email"], type=ValueType.email)
    mapper = prepare_rules(world.rules, crm.schema().kinds["Lead"], types=world.fields.types, country="ES")
    expected: dict[str, Mapped] = {}
    writes = []
    for number in range(LEADS):
        values = lead(chance, number) | {"phone": "+34911234567"}
        record = Record(
            system="hubspot", kind="contact", id=str(number), values=values, changed_at=0, version="1"
        )
        reading = read_lead(record, world.fields, lead=f"hubspot-4242-{number}")
        mapped = expected[reading.lead.id] = map_lead(reading.lead, mapper)
        told = {each.field for each in reading.problems}
        assert reading.lead.values.get("email") is not None or "email" in told or not values["email"]
        if not mapped.problems:
            writes.append(Write(key=reading.lead.id, values=mapped.values))
    results = crm.push(writes)
    assert {each.outcome for each in results} == {Outcome.written}, "what fits is what the CRM takes"
    read = {
        str(change.record.values["lead_id"]): change.fields
        for page in crm.changes(None, sorted(mapper.types))
        for change in page.rows
    }
    for key, mapped in expected.items():
        if mapped.problems:
            assert key not in read
            for each in mapped.problems:
                assert say(f"problem.{each.code}", "en", field=each.field, **each.params)
            continue
        assert {name: value for name, value in read[key].items() if value is not None} == mapped.values
    assert LEADS // 20 < len(writes) < LEADS


def test_hostile_leads_stop_no_run_and_what_was_read_back_is_what_was_written(ledger: Ledger) -> None:
    world = hostile_world(ledger, 300)
    summary = world.run()
    told = assert_each_is_written_or_refused(world)
    assert told["written"] + told["refused"] == 300
    assert summary.counts["push"]["created"] == told["written"] > 30
    assert told["refused"] > 30
    world.wait(60)
    assert world.run().written == 0


def test_hostile_changes_after_delivery_are_written_as_they_are_or_refused(ledger: Ledger) -> None:
    world = hostile_world(ledger, 150)
    world.run()
    world.wait(HOUR)
    chance = random.Random(7)
    for contact in list(world.marketing.contacts):
        world.marketing.change(contact, {"jobtitle": text(chance), "lastname": text(chance)})
    world.run()
    world.wait(60)
    assert world.run().counts["write_back"]["fields"] == 0
    with world.ledger.read("acme") as tx:
        refused = {each.lead for each in refusals.listed(tx)}
    for row in world.crm.rows.values():
        if str(row.values[LEAD_ID]) not in refused:
            contact = world.marketing.contacts[str(row.values[LEAD_ID]).rsplit("-", 1)[1]]
            last = str(contact.values["lastname"])
            assert row.values["LastName"] == (last if last.strip() else "[not provided]")


def test_a_ledger_on_postgresql_holds_hostile_leads_too(postgresql: str) -> None:
    ledger = Ledger(postgresql)
    try:
        prepare(ledger)
        world = hostile_world(ledger, 60)
        world.run()
        told = assert_each_is_written_or_refused(world)
        assert told["written"] + told["refused"] == 60
    finally:
        ledger.close()

"""Whatever a lead holds, reading and mapping never fail: each value arrives faithfully or is told of."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.catalogue import HUBSPOT_SOURCES
from mapping.fields import lead_fields
from mapping.fitting import shorten
from mapping.identity import emails_of, fingerprint, normalise_email
from mapping.language import LANGUAGES, texts
from mapping.mapper import map_lead, prepare_rules
from mapping.package import PackageTerms, package_table, prepare_package, read_package
from mapping.reading import read_lead
from mapping.records import Lead, Record, ValueType
from mapping.rules import parse_rules
from mapping.setting import Setting
from mapping.sheet import render_brief
from mapping.values import Context, convert, is_blank, unprintable

FIELDS = lead_fields("hubspot", country="ES")
NASTY = [
    '=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "\t=1", "' OR Name LIKE '%", "\\' OR 1=1 --",
    "{{ lead.email }}", "{% for x in y %}", "${7*7}", "{0.__class__}", "%s%n", "\x00", "a\x1b[31mb", "\ud83d", "\udc00x",
    "\u202egnp.exe", "\u200b", "\ufeff", "e\u0301\u0301", "👩\u200d👩\u200d👧", "<script>alert(1)</script>", "&amp;", "a,b;c|d",
    "a\r\nb", "ﷺ" * 20, "x" * 1_000_000, "\u0430dmin@acme.com", "a+b@c.com", '"a b"@c.com', "a@b@c", "@", "a@[127.0.0.1]",
    "1e999", "NaN", "-0", "0x10", "\uff11\uff12", "2026-02-30", "0000-00-00", "+34", "tel:+34600123456", "true", "null", "None",
]  # fmt: skip
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(),
    st.text(st.characters(), max_size=40),
    st.sampled_from(NASTY),
    st.lists(st.one_of(st.text(st.characters(), max_size=10), st.sampled_from(NASTY)), max_size=4).map(tuple),
)
properties = sorted({name for names in HUBSPOT_SOURCES.values() for name in names})
contacts = st.dictionaries(st.sampled_from(properties), anything, max_size=12)


@dataclass(frozen=True)
class Target:
    type: ValueType = ValueType.text
    length: int | None = 255
    writable: bool = True
    required: bool = False
    options: tuple[str, ...] = ()
    restricted: bool = False


TABLE = {
    "First": "first_name",
    "Last": {"from": "last_name", "default": "[not provided]"},
    "Short": {"from": "last_name", "too_long": "shorten"},
    "Title": {"from": "job_title", "transform": ["trim", "title", "single_line"]},
    "Email": "email",
    "Phone": {"from": ["mobile", "phone"]},
    "Country": {"from": "country", "transform": "country_name"},
    "Place": {"from": ["city", "region"], "transform": "join"},
    "Number": "account_size",
    "Products": "products",
    "When": {"from": "created_at", "transform": "date"},
    "Note": {
        "template": "{{ lead.job_title | default('-') }}: {{ lead.last_form.name | default('-') | upper }}"
    },
    "Each": {"template": "{% for each in lead.products | default([]) %}{{ each }},{% endfor %}"},
}
TARGETS = {name: Target() for name in TABLE} | {
    "Short": Target(length=10),
    "Email": Target(ValueType.email, 80),
    "Phone": Target(ValueType.phone, 40),
    "Number": Target(ValueType.number, None),
    "Products": Target(ValueType.choices),
}
MAPPER = prepare_rules(parse_rules(TABLE), TARGETS, setting=Setting(language="es"))
raw_values = st.dictionaries(st.sampled_from(sorted(FIELDS.types)), anything, max_size=12)


def record(values: dict) -> Record:
    return Record(system="hubspot", kind="contact", id="1", values=values, changed_at=1, version="1")


@settings(max_examples=600, deadline=None)
@given(contacts)
def test_reading_never_fails_and_nothing_vanishes_in_silence(values):
    reading = read_lead(record(values), FIELDS, lead="hubspot-1-1")
    told = {problem.field for problem in reading.problems}
    for field, names in HUBSPOT_SOURCES.items():
        if any(not is_blank(values.get(name)) for name in names):
            assert field in reading.lead.values or field in told or (field == "emails" and "email" in told)
    for problem in reading.problems:
        assert f"problem.{problem.code}" in texts("en")


@settings(max_examples=600, deadline=None)
@given(contacts)
def test_mapping_writes_faithfully_or_says_why_not(values):
    lead = read_lead(record(values), FIELDS, lead="hubspot-1-1").lead
    mapped = map_lead(lead, MAPPER)
    told = {problem.field for problem in mapped.problems}
    assert told.isdisjoint(mapped.values)
    for target, field in (("First", "first_name"), ("Last", "last_name")):
        source = lead.values.get(field)
        if source is None:
            assert mapped.values.get(target, "absent") in {"absent", "[not provided]"}
        else:
            assert mapped.values.get(target) == source or target in told
    for target, value in mapped.values.items():
        if isinstance(value, str):
            assert not unprintable(value)
            assert len(value) <= (TARGETS[target].length or len(value))
            value.encode()


@settings(max_examples=600, deadline=None)
@given(raw_values)
def test_mapping_survives_values_of_any_type(values):
    lead = Lead(id="l", platform="p", record_id="1", values=values, changed_at=1)
    mapped = map_lead(lead, MAPPER)
    for problem in mapped.problems:
        assert f"problem.{problem.code}" in texts("en")


@settings(max_examples=300, deadline=None)
@given(contacts, st.sampled_from(LANGUAGES), st.integers(0, 3000))
def test_packages_are_written_within_their_limit_one_value_a_line(values, language, limit):
    setting = Setting(language=language)
    lead = read_lead(record(values), FIELDS, lead="hubspot-1-1", profile_link="https://app/1").lead
    package = prepare_package(lead, terms=PackageTerms(), setting=setting)
    text = render_brief(package, setting, limit=limit)
    assert len(text) <= limit
    text.encode()
    assert all(not unprintable(line) for line in text.split("\n"))
    whole = render_brief(package, setting)
    assert len(whole.split("\n")) == len(render_brief(package, setting, html=True).split("<br>\n"))
    assert "<script>" not in render_brief(package, setting, html=True)
    assert read_package(package_table(package)) == package


@given(st.text(st.characters(), max_size=60), st.integers(1, 30))
def test_shortening_keeps_a_beginning_and_the_length(text, length):
    short = shorten(text, length)
    assert len(short) <= length
    assert short == text if len(text) <= length else text.startswith(short.removesuffix("…"))


@given(raw_values)
def test_fingerprints_depend_on_values_alone(values):
    shuffled = dict(reversed(values.items()))
    assert fingerprint(values) == fingerprint(shuffled)


@given(st.text(max_size=30), st.text(max_size=30))
def test_addresses_are_equal_only_without_regard_to_case(one, other):
    if normalise_email(one) == normalise_email(other):
        assert one.strip().lower() == other.strip().lower()
    assert normalise_email(normalise_email(one)) == normalise_email(one)
    assert emails_of({"email": one, "emails": (one.upper().lower(), one)})[0] == normalise_email(one)


zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
days = st.dates(date(1900, 1, 2), date(2100, 12, 30)).map(date.isoformat)


@settings(deadline=None)
@given(days, zones)
def test_a_date_begins_at_the_first_instant_that_falls_on_it_in_any_zone(day, zone):
    context = Context(zone=zone)
    begins = convert(day, ValueType.instant, context)
    found = convert(begins, ValueType.date, context)
    assert found == day or (found > day and convert(begins - 1, ValueType.date, context) < day), (
        "a skipped day"
    )
    assert convert(begins - 1, ValueType.date, context) < day


@settings(deadline=None)
@given(st.integers(-2_208_000_000, 4_133_894_400), zones)
def test_an_instant_falls_on_a_day_that_has_begun_and_whose_next_has_not(instant, zone):
    context = Context(zone=zone)
    day = convert(instant, ValueType.date, context)
    assert convert(day, ValueType.instant, context) <= instant

"""A first configuration: what the accounts do not tell is said to be so, and the text reads without a fault."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from commands.beginning import Wish, init, slug_of
from commands.draft import country_of, draft, language_of
from commands.session import UsageError
from commands.survey import Survey, survey
from connectors.base import FieldInfo, Finding, Grade
from connectors.registration import Side
from mapping.records import ValueType
from sync.company import read_company
from sync.settings import Company
from tests.doubles.crm import MemoryCrm
from tests.doubles.marketing import MemoryMarketing
from tests.flow.world import MONDAY, SECRETS, TABLE

TABLES: Mapping[Side, Mapping[str, Any]] = {Side.marketing: TABLE["marketing"], Side.crm: TABLE["crm"]}


@pytest.fixture
def found() -> Survey:
    marketing, crm = MemoryMarketing(now=MONDAY), MemoryCrm(now=MONDAY)
    marketing.add({"recent_conversion_event_name": "Web: Pide tu demo"})
    marketing.add(
        {"recent_conversion_event_name": "Web: Pide tu demo", "first_conversion_event_name": "x: Bla"}
    )
    return survey(marketing, crm)


def read(found: Survey) -> tuple[str, Company]:
    text = draft("acme", TABLES, found, key_file="erasure.key")
    return text, read_company("acme", tomllib.loads(text)["companies"]["acme"], SECRETS, Path())


def test_what_the_accounts_tell_stands_in_a_configuration_without_faults(found: Survey) -> None:
    found = replace(
        found, sales=replace(found.sales, locale="es_MX"), stages=("lead", "marketingqualifiedlead")
    )
    text, company = read(found)
    assert (company.language, company.fields.country) == ("es", "MX")
    assert company.timezone == found.marketing.timezone
    assert company.agreement.calendar.holidays.country == "MX"
    assert "lifecycle_stage" in text


def test_forms_are_told_with_their_kinds_and_those_that_ask_for_sales_are_in_the_definition(
    found: Survey,
) -> None:
    found = replace(found, forms={"Web: Pide tu demo": 2, "x: Bla": 1}, stages=())
    text, company = read(found)
    assert '# "Web: Pide tu demo" (2): demo' in text
    assert '# "x: Bla" (1): other' in text
    assert company.agreement.to_table()["definitions"] == {"mql": {"field": "last_form.kind", "in": ["demo"]}}


def test_where_nothing_tells_who_is_ready_nobody_is_passed_and_it_says_so(found: Survey) -> None:
    text, company = read(replace(found, stages=("client", "stranger"), forms={}))
    assert company.agreement.to_table()["definitions"] == {"mql": False}
    assert "nobody is passed until you write a condition" in text
    assert "client, stranger" in text


@pytest.mark.parametrize(
    ("locale", "zone", "country", "language"),
    [
        ("pt_BR", "UTC", "BR", "pt"),
        ("es-CO", "UTC", "CO", "es"),
        (None, "America/Sao_Paulo", "BR", "pt"),
        (None, "Europe/Berlin", "DE", "en"),
        ("de_DE", "UTC", "DE", "en"),
        (None, "UTC", None, "en"),
        ("", "Etc/GMT+3", None, "en"),
    ],
)
def test_country_and_language_are_of_the_locale_else_of_the_zone_else_said_to_be_unknown(
    found: Survey, locale: str | None, zone: str, country: str | None, language: str
) -> None:
    found = replace(
        found, sales=replace(found.sales, locale=locale), marketing=replace(found.marketing, timezone=zone)
    )
    told = country_of(found)
    assert (told[0] if told else None) == country
    assert language_of(found)[0] == language
    text, company = read(found)
    assert company.fields.country == country
    assert country or '# country = "ES"' in text


def test_two_zones_are_told(found: Survey) -> None:
    text, _ = read(replace(found, sales=replace(found.sales, timezone="America/Bogota")))
    assert "America/Bogota" in text


def test_a_default_target_that_is_not_there_gets_no_rule(found: Survey) -> None:
    targets = {name: each for name, each in found.targets.items() if name != "Website"}
    targets["City"] = replace(targets["City"], writable=False)
    _, company = read(replace(found, targets=targets))
    assert not {"Website", "City"} & {rule.target for rule in company.rules}


def test_countries_kept_as_picklists_are_filled_by_their_codes(found: Survey) -> None:
    code = FieldInfo(name="CountryCode", label="Country Code", type=ValueType.choice, writable=True)
    _, company = read(replace(found, targets={**found.targets, "CountryCode": code}))
    targets = {rule.target for rule in company.rules}
    assert "CountryCode" in targets
    assert "Country" not in targets


def test_a_required_field_that_nothing_fills_is_told(found: Survey) -> None:
    field = FieldInfo(name="Region__c", label="Region", type=ValueType.text, writable=True, required=True)
    text, _ = read(replace(found, targets={**found.targets, "Region__c": field}))
    assert "# Region__c is required" in text


def test_a_status_without_a_meaning_is_asked_for_and_not_guessed(found: Survey) -> None:
    text, company = read(replace(found, statuses=("New", 'Very "Hot"')))
    assert '# "Very \\"Hot\\"" =' in text
    assert 'Very "Hot"' not in company.speech.statuses


def test_what_the_connectors_find_stands_beside_the_platform(found: Survey) -> None:
    one = Finding(
        what="HubSpot's own Salesforce integration", grade=Grade.note, state="installed", remedy="x"
    )
    text, _ = read(replace(found, findings=(one,)))
    assert "# HubSpot's own Salesforce integration: installed" in text


HOSTILE = (
    'Evil"\n[companies.acme.crm]\nbase_url = "http://198.51.100.1"\n#',
    "carriage\rreturn",
    "nul\0bell\x07delete\x7fescape\x1b[2J",
    "next\x85line\u2028separator\u2029paragraph",
    "right\u202eto left, \ufeffmark, \U000e0041tag",
    "lone \ud800 surrogate",
    '"""',
    "'''",
    "# \\ ]",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_of_a_vendor_breaks_out_of_a_comment(found: Survey, name: str, tmp_path: Path) -> None:
    required = FieldInfo(name=name, label=name, type=ValueType.text, writable=True, required=True)
    hostile = replace(
        found,
        marketing=replace(found.marketing, name=name, currency=name),
        sales=replace(found.sales, name=name, locale=name, timezone=name),
        findings=(Finding(what=name, grade=Grade.note, state=name, remedy=name),),
        stages=(name, "marketingqualifiedlead"),
        forms={name: 3, f"demo {name}": 1},
        statuses=(name, "New"),
        targets={**found.targets, name: required},
        unfilled={"account": (name,)},
    )
    plain = replace(found, stages=("marketingqualifiedlead",), forms={"demo": 1}, statuses=("New",))
    (text, _), (expected, _) = read(hostile), read(plain)
    assert tomllib.loads(text) == tomllib.loads(expected), "nothing but comments came of the names"
    assert all(each.isprintable() for each in text.split("\n"))
    (tmp_path / "config.toml").write_text(text, "utf-8")


def test_a_platform_that_tells_no_zone_is_given_the_crms(found: Survey) -> None:
    marketing = replace(found.marketing, system="rdstation", timezone="America/Sao_Paulo")
    sales = replace(found.sales, timezone="America/Bogota", locale=None)
    text = draft("acme", TABLES, replace(found, marketing=marketing, sales=sales), key_file="erasure.key")
    assert 'timezone = "America/Bogota"  # salesforce' in text
    assert 'country = "CO"' in text


def test_a_field_that_no_property_fills_is_asked_for_with_those_that_may(found: Survey) -> None:
    text, _ = read(replace(found, unfilled={"account": ("cf_empresa",)}))
    assert '# account = "cf_empresa"' in text
    text, _ = read(replace(found, unfilled={"account": ()}))
    assert '# account = "..."' in text


def test_what_was_kept_for_a_look_that_failed_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
        monkeypatch.setenv(f"RDSTATION_{name}", "known")
    monkeypatch.delenv("SALESFORCE_BASE_URL", raising=False)
    monkeypatch.setattr("sys.stdin", StringIO())  # no terminal
    with pytest.raises(UsageError, match="SALESFORCE_BASE_URL"):
        init(Wish(file=tmp_path / "config.toml", platform="rdstation"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="stays as it is"):
        init(Wish(file=file))
    assert file.read_text("utf-8") == "mine"


def test_missing_credentials_are_named_all_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HUBSPOT_TOKEN", "SALESFORCE_BASE_URL", "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.stdin", StringIO())  # no terminal
    with pytest.raises(UsageError, match="HUBSPOT_TOKEN"):
        init(Wish(file=tmp_path / "config.toml"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Acme S.A.", "acme_s_a"),
        ("Ñandú & Cía", "nandu_cia"),
        ("3M", "company_3m"),
        ("***", "company"),
        ("x" * 99, "x" * 63),
    ],
)
def test_a_slug_is_made_of_the_crms_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_an_opt_out_is_carried_where_the_crm_can_hold_it(found: Survey) -> None:
    field = FieldInfo(name="HasOptedOutOfEmail", label="Email Opt Out", type=ValueType.bool, writable=True)
    _, company = read(replace(found, targets={**found.targets, "HasOptedOutOfEmail": field}))
    (rule,) = [rule for rule in company.rules if rule.target == "HasOptedOutOfEmail"]
    assert rule.transforms == (("only_true", None),)
    assert rule.optional
    text, without = read(found)
    assert "HasOptedOutOfEmail" not in text
    assert rule in without.rules

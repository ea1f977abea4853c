import pytest

from mapping.fields import LeadFields, lead_fields, properties_to_read
from mapping.forms import FormKinds, parse_form_kinds
from mapping.problems import ConfigurationError
from mapping.reading import Reading, read_lead
from mapping.records import Record, ValueType

HUBSPOT = lead_fields("hubspot")


def read(fields: LeadFields = HUBSPOT, dated: dict | None = None, **values) -> Reading:
    record = Record(
        system="hubspot",
        kind="contact",
        id="33451",
        values=values,
        changed_at=900,
        version="v",
        dated=dated or {},
    )
    return read_lead(record, fields, lead="hubspot-1-33451", profile_link="https://app/33451")


def codes(reading: Reading) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in reading.problems]


def test_a_contact_is_read_under_our_names_with_dates_and_links():
    reading = read(
        dated={"lifecyclestage": 700},
        email="Jane.Doe+x@Acme.com",
        firstname="Jane",
        lifecyclestage="lead",
        createdate=500,
        fit_score=70,
        hs_email_optout=False,
        product_interest=("crm", "mail"),
    )
    lead = reading.lead
    assert (lead.id, lead.platform, lead.record_id, lead.changed_at) == (
        "hubspot-1-33451",
        "hubspot",
        "33451",
        900,
    )
    assert lead.profile_link == "https://app/33451"
    assert dict(lead.values) == {
        "email": "Jane.Doe+x@acme.com",
        "emails": ("Jane.Doe+x@acme.com",),
        "first_name": "Jane",
        "lifecycle_stage": "lead",
        "created_at": 500,
        "fit_score": 70,
        "opted_out": False,
        "products": ("crm", "mail"),
    }
    assert dict(lead.dated) == {"lifecycle_stage": 700}
    assert reading.problems == ()


def test_blanks_are_absent_and_no_problem():
    reading = read(email="", firstname="  ", phone=None, product_interest=())
    assert dict(reading.lead.values) == {}
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("prop", "value", "field", "code"),
    [
        ("email", "jane@", "email", "not_an_email"),
        ("email", "jane@localhost", "email", "not_an_email"),
        ("email", "a" * 1_000_000, "email", "not_an_email"),
        ("phone", "call me", "phone", "not_a_phone"),
        ("phone", "12", "phone", "not_a_phone"),
        ("createdate", "yesterday", "created_at", "not_an_instant"),
        ("createdate", "2026-05-13T10:00:00", "created_at", "not_an_instant"),
        ("createdate", 10**15, "created_at", "not_an_instant"),
        ("fit_score", "1.234,5", "fit_score", "not_a_number"),
        ("fit_score", float("nan"), "fit_score", "not_a_number"),
        ("fit_score", True, "fit_score", "not_a_number"),
        ("hs_email_optout", "perhaps", "opted_out", "not_a_bool"),
        ("country", "Atlantis", "country", "not_a_country"),
        ("hs_timezone", "mars_slash_olympus", "timezone", "not_a_timezone"),
        ("hs_language", "klingonese", "language", "not_a_language"),
        ("website", "javascript:alert(1)", "website", "not_a_url"),
        ("lifecyclestage", ("a", "b"), "lifecycle_stage", "not_one_choice"),
    ],
)
def test_a_value_that_does_not_fit_is_left_out_and_told(prop, value, field, code):
    reading = read(**{prop: value, "firstname": "Jane"})
    assert (field, code) in codes(reading)
    assert field not in reading.lead.values
    assert reading.lead.values["first_name"] == "Jane"
    assert str(value) not in str(reading.problems)


@pytest.mark.parametrize(
    "address",
    [
        "a+tag@acme.com",
        '"quoted local"@acme.com',
        "josé@acme.com",
        "x@müller.de",
        "o'neil@acme.co.uk",
        "\u0430@acme.com",
    ],
)
def test_unusual_addresses_are_addresses(address):
    assert codes(read(email=address)) == []


def test_secondary_addresses_are_read_once_each_and_broken_ones_told():
    reading = read(email="a@b.com", hs_additional_emails="A@b.com;c@d.com;a@b.com;broken;c@d.com")
    assert reading.lead.values["emails"] == ("a@b.com", "A@b.com", "c@d.com")
    assert codes(reading) == [("emails", "not_an_email")]


@pytest.mark.parametrize(
    ("values", "phone"),
    [
        ({"phone": "600 12 34 56", "country": "España"}, "+34600123456"),
        ({"phone": "+55 48 3037-3600"}, "+554830373600"),
        ({"phone": "(200) 123 4567", "country": "MX"}, "+522001234567"),
        ({"phone": "+34 600 123 456 ext. 7"}, "+34600123456 ext. 7"),
    ],
)
def test_phones_are_read_with_the_country(values, phone):
    reading = read(**values)
    assert reading.lead.values["phone"] == phone


def test_phones_without_a_country_use_the_companys():
    assert codes(read(phone="600123456")) == [("phone", "not_a_phone")]
    spanish = lead_fields("hubspot", country="ES")
    assert read(spanish, phone="600123456").lead.values["phone"] == "+34600123456"


@pytest.mark.parametrize(
    ("text", "code"),
    [("España", "ES"), ("brasil", "BR"), ("MEX", "MX"), ("co", "CO"), ("United States", "US")],
)
def test_countries_are_read_by_name_or_code(text, code):
    assert read(country=text).lead.values["country"] == code


def test_the_second_property_stands_in_for_a_blank_or_broken_first():
    assert read(hs_country_region_code="ES").lead.values["country"] == "ES"
    reading = read(country="Atlantis", hs_country_region_code="ES")
    assert reading.lead.values["country"] == "ES"
    assert codes(reading) == [("country", "not_a_country")]


def test_zones_are_read_as_hubspot_writes_them():
    assert read(hs_timezone="europe_slash_madrid").lead.values["timezone"] == "Europe/Madrid"


def test_a_form_has_a_kind_and_the_date_it_was_filled():
    lead = read(recent_conversion_event_name="Home: Pide tu demo", recent_conversion_date=800).lead
    assert lead.values["last_form.kind"] == "demo"
    assert lead.dated["last_form.kind"] == lead.dated["last_form.name"] == 800
    assert "first_form.kind" not in lead.values


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Pricing page: Ebook download", "content"),
        ("Descarga la guía de precios", "content"),
        ("Solicita presupuesto", "price"),
        ("Orçamento", "price"),
        ("Request a demo", "demo"),
        ("Demonstração gratuita", "demo"),
        ("Contáctanos", "contact"),
        ("Fale conosco", "contact"),
        ("Blog: Newsletter", "newsletter"),
        ("Webinar: mayo", "event"),
        ("Start your free trial", "trial"),
        ("democracy survey", "other"),
        ("x" * 1_000_000, "other"),
    ],
)
def test_kinds_of_forms_by_their_words(name, kind):
    assert FormKinds().kind_of(name) == kind


def test_a_companys_own_table_of_forms_wins():
    kinds = parse_form_kinds({"price": ["*request a demo*"], "vip": ["Formulario 7"]}, "form_kinds")
    assert kinds.kind_of("Home: Request a Demo now") == "price"
    assert kinds.kind_of("formulario 7") == "vip"
    assert kinds.kind_of("Contact us") == "contact"


def test_faults_of_the_table_of_forms_are_all_listed():
    with pytest.raises(ConfigurationError) as caught:
        parse_form_kinds({"demo": "demo*", "a": ["x"], "b": ["x"]}, "form_kinds")
    assert [problem.key for problem in caught.value.problems] == ["form_kinds.demo", "form_kinds.b"]


def test_a_company_adds_and_overrides_fields():
    fields = lead_fields(
        "hubspot",
        {
            "budget": {"from": "annual_budget", "type": "number"},
            "fit_score": "acme_fit",
            "tier": {"from": ["tier_now", "tier"], "type": "choice", "sensitive": True},
        },
    )
    reading = read(fields, annual_budget="5000", acme_fit=9, fit_score=1, tier="gold")
    assert dict(reading.lead.values) == {"budget": 5000, "fit_score": 9, "tier": "gold"}
    assert fields.types["tier"] == "choice"
    assert fields.catalogue["tier"].sensitive
    assert {"annual_budget", "acme_fit", "tier_now"} <= set(properties_to_read(fields))
    assert "fit_score" not in properties_to_read(fields)


def test_faults_of_the_table_of_fields_are_all_listed():
    with pytest.raises(ConfigurationError) as caught:
        lead_fields(
            "hubspot",
            {
                "budget": {"from": "b", "type": "text"},
                "Bad Name": {"from": "x", "type": "number"},
                "tier": {"from": "t"},
                "plan2": {"from": "t", "typ": "choice", "type": "choise"},
                "none": {"type": "text"},
            },
            key="companies.acme.lead_fields",
        )
    assert [
        str(problem).removeprefix("companies.acme.lead_fields.") for problem in caught.value.problems
    ] == [
        "budget.type: budget is a number in every company; leave type out, or give the field another name than 'budget'",
        "Bad Name: this cannot name a field; write lower case letters, digits and _",
        "tier.type: a new field needs its type; write one of " + ", ".join(sorted(ValueType)),
        "plan2.typ: 'typ' is not known here; write 'type'",
        "plan2.type: 'choise' is no type; write 'choice'",
        'none.from: it names no property; write from = "annual_budget"',
    ]


def test_properties_to_read_bring_what_a_field_is_derived_from():
    wanted = properties_to_read(HUBSPOT, ["last_form.kind", "phone"])
    assert wanted == (
        "recent_conversion_event_name",
        "recent_conversion_date",
        "phone",
        "country",
        "hs_country_region_code",
    )
    assert len(properties_to_read(HUBSPOT)) == len(set(properties_to_read(HUBSPOT)))

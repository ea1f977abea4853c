from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest

from mapping.fitting import shorten
from mapping.mapper import Mapped, map_lead, prepare_rules
from mapping.problems import ConfigurationError
from mapping.records import Lead, ValueType
from mapping.rules import SALESFORCE_LEAD, Direction, TooLong, Wins, default_rules, parse_rules
from mapping.setting import Setting
from mapping.transforms import TRANSFORMS


@dataclass(frozen=True)
class Target:
    type: ValueType = ValueType.text
    length: int | None = 255
    writable: bool = True
    required: bool = False
    options: tuple[str, ...] = ()
    restricted: bool = False


SALESFORCE = {
    "FirstName": Target(length=40),
    "LastName": Target(length=80),
    "Company": Target(),
    "Email": Target(ValueType.email, 80),
    "Phone": Target(ValueType.phone, 40),
    "MobilePhone": Target(ValueType.phone, 40),
    "Title": Target(length=128),
    "Website": Target(ValueType.url),
    "City": Target(length=40),
    "Country": Target(length=80),
    "LeadSource": Target(ValueType.choice),
    "Rating": Target(ValueType.choice, options=("Hot", "Cold"), restricted=True),
    "NumberOfEmployees": Target(ValueType.number, None),
    "Products__c": Target(ValueType.choices, 4099),
    "Met_On__c": Target(ValueType.date, None),
    "Met_At__c": Target(ValueType.instant, None),
    "Opt_Out__c": Target(ValueType.bool, None),
    "Id": Target(writable=False),
}
MADRID = Setting(language="es", zone=ZoneInfo("Europe/Madrid"))


def mapped(table: dict, values: dict, targets: dict = SALESFORCE, **more) -> Mapped:
    rules = parse_rules(table)
    lead = Lead(
        id="hubspot-1-7",
        platform="hubspot",
        record_id="7",
        values=values,
        changed_at=0,
        profile_link="https://x.es/7",
    )
    return map_lead(lead, prepare_rules(rules, targets, setting=MADRID, **more))


def one(rule: object, values: dict, target: str = "Title"):
    found = mapped({target: rule}, values)
    assert not found.problems, found.problems
    return found.values.get(target)


def problem(rule: object, values: dict, target: str = "Title"):
    found = mapped({target: rule}, values)
    assert target not in found.values
    (only,) = found.problems
    assert only.field == target
    return only.code, dict(only.params)


def faults(table: dict, targets: dict = SALESFORCE) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        prepare_rules(parse_rules(table), targets)
    return [str(each) for each in caught.value.problems]


def test_the_default_rules_fill_a_lead_and_say_what_is_not_provided():
    found = mapped(dict(SALESFORCE_LEAD), {"email": "a@b.com", "country": "ES", "source": "ORGANIC_SEARCH"})
    assert dict(found.values) == {
        "LastName": "[not provided]",
        "Company": "[not provided]",
        "Email": "a@b.com",
        "Country": "Spain",
        "LeadSource": "Organic search",
    }
    assert found.problems == ()


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x","y")',
        'O\'Neil, "Ana"',
        "Zoë 🚀👩‍👩‍👧",
        "{{ 7 * 7 }}",
        "' OR Id != '",
        "\u202eevil",
        "a\nb\tc",
        "<b>x</b>",
    ],
)
def test_hostile_text_is_written_as_it_is(text):
    assert one("job_title", {"job_title": text}) == text
    assert one({"template": "{{ lead.job_title }}"}, {"job_title": text}) == text


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "half \ud83d", "a\x85b", "x\uffff"])
def test_control_characters_and_half_characters_are_refused_or_removed_by_the_rule(text):
    assert problem("job_title", {"job_title": text}) == ("control_characters", {})
    cleaned = one({"from": "job_title", "transform": "printable"}, {"job_title": f"ok {text}"})
    assert cleaned.startswith("ok ")
    assert text not in cleaned


def test_too_long_is_refused_naming_the_lengths():
    assert problem("last_name", {"last_name": "x" * 300}, "LastName") == (
        "too_long",
        {"length": 300, "limit": 80},
    )


def test_a_rule_may_shorten_visibly_and_with_a_note():
    found = mapped({"LastName": {"from": "last_name", "too_long": "shorten"}}, {"last_name": "x" * 300})
    assert found.values["LastName"] == "x" * 79 + "…"
    assert [(note.code, dict(note.params)) for note in found.notes] == [
        ("shortened", {"length": 300, "limit": 80})
    ]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("e\u0301" * 3, 4, "e\u0301…"),
        ("ab👩‍👧cd", 5, "ab…"),
        ("abc", 3, "abc"),
        ("abc d", 5, "abc d"),
        ("abc def", 5, "abc…"),
    ],
)
def test_shortening_never_parts_a_letter_from_its_marks(text, length, short):
    assert shorten(text, length) == short
    assert len(shorten(text, length)) <= length


def test_required_and_missing_is_refused():
    assert problem({"from": "account", "required": True}, {}) == ("required_missing", {})
    found = mapped({"Company": "account"}, {}, {"Company": Target(required=True)})
    assert [each.code for each in found.problems] == ["required_missing"]
    assert one({"from": "account", "required": True, "default": "-"}, {}) == "-"


def test_blanks_are_left_out_or_clear_the_target():
    assert dict(mapped({"Title": "job_title"}, {}).values) == {}
    assert dict(mapped({"Title": {"from": "job_title", "blank": "clear"}}, {}).values) == {"Title": None}


@pytest.mark.parametrize(
    ("target", "source", "value", "written"),
    [
        ("NumberOfEmployees", "job_title", "12", 12),
        ("NumberOfEmployees", "account_size", 12.5, 12.5),
        ("Title", "account_size", 12.0, "12"),
        ("Title", "budget", 1234567.891, "1234567.891"),
        ("Title", "opted_out", True, "true"),
        ("Title", "products", ("a", "b"), "a; b"),
        ("Title", "created_at", 1_780_000_000, "2026-05-28T20:26:40Z"),
        ("Met_On__c", "created_at", 1_780_005_600, "2026-05-29"),
        ("Met_At__c", "created_at", 1_780_000_000, 1_780_000_000),
        ("Met_At__c", "job_title", " 2026-05-13T10:00:00+02:00 ", 1_778_659_200),
        ("Met_On__c", "job_title", " 2026-05-13 ", "2026-05-13"),
        ("Products__c", "products", ("a", "b"), ("a", "b")),
        ("Products__c", "source", "a;b;a", ("a", "b")),
        ("Opt_Out__c", "opted_out", False, False),
        ("Rating", "source", "hot", "Hot"),
        ("Phone", "phone", "+34600123456 ext. 3", "+34600123456 ext. 3"),
    ],
)
def test_values_take_the_targets_type(target, source, value, written):
    assert one(source, {source: value}, target) == written


@pytest.mark.parametrize(
    ("target", "source", "value", "code"),
    [
        ("NumberOfEmployees", "job_title", "many", "not_a_number"),
        ("Met_On__c", "job_title", "soon", "not_a_date"),
        ("Email", "job_title", "not an address", "not_an_email"),
        ("Rating", "source", "Warm", "not_an_option"),
        ("Opt_Out__c", "job_title", "?", "not_a_bool"),
    ],
)
def test_values_that_do_not_fit_the_target_refuse_the_lead(target, source, value, code):
    assert problem(source, {source: value}, target)[0] == code


@pytest.mark.parametrize(
    ("rule", "values", "written"),
    [
        ({"from": "first_name", "transform": ["trim", "title"]}, {"first_name": " ana mcCoy "}, "Ana mcCoy"),
        ({"from": "first_name", "transform": "upper"}, {"first_name": "ñu"}, "ÑU"),
        ({"from": "first_name", "transform": "single_line"}, {"first_name": "a \n b"}, "a b"),
        ({"from": "email", "transform": "domain"}, {"email": "a@B.com"}, "b.com"),
        ({"from": "country", "transform": "country_name"}, {"country": "ES"}, "España"),
        ({"from": "country", "transform": [{"country_name": "pt"}]}, {"country": "ES"}, "Espanha"),
        ({"from": "products", "transform": [{"join": " + "}]}, {"products": ("a", "b")}, "a + b"),
        ({"from": "products", "transform": "first"}, {"products": ("a", "b")}, "a"),
        ({"from": ["mobile", "phone"]}, {"phone": "+34600123456"}, "+34600123456"),
        (
            {"from": ["city", "region", "country"], "transform": "join"},
            {"city": "Sevilla", "country": "ES"},
            "Sevilla, ES",
        ),
        (
            {"from": "created_at", "transform": [{"date": "dd/MM/yyyy HH:mm"}]},
            {"created_at": 1_780_000_000},
            "28/05/2026 22:26",
        ),
        ({"from": "budget", "transform": "decimal"}, {"budget": 12345.5}, "12.345,5"),
        ({"from": "source", "table": {"A": "Web"}}, {"source": "A"}, "Web"),
        ({"from": "source", "table": {"A": "Web"}}, {"source": "B"}, "B"),
        ({"from": "source", "table": {"A": "Web"}, "table_else": "Other"}, {"source": "B"}, "Other"),
        ({"from": "account_size", "table": {"5": "small"}}, {"account_size": 5}, "small"),
        ({"from": "account_size", "table": {"5": "small"}}, {"account_size": 6}, "6"),
        ({"from": "account_size", "table_else": "any"}, {"account_size": 6}, "any"),
        ({"from": "products", "table": {"a": "A"}}, {"products": ("a", "b")}, "A; b"),
        (
            {"from": "job_title", "transform": "e164"},
            {"job_title": "600 123 456", "country": "ES"},
            "+34600123456",
        ),
        ({"from": "opted_out", "transform": "only_true"}, {"opted_out": True}, "true"),
        ({"from": "opted_out", "transform": "only_true"}, {"opted_out": False}, None),
        ({"from": "source", "transform": "only_true"}, {"source": "TRUE"}, "true"),
        ({"from": "source", "transform": "only_true"}, {"source": "yes"}, None),
        ({"value": "Marketing"}, {}, "Marketing"),
        ("profile_link", {}, "https://x.es/7"),
        ("id", {}, "hubspot-1-7"),
        (
            {"template": "{{ lead.first_name | default('-') }} ({{ lead.last_form.name }})"},
            {"last_form.name": "Demo"},
            "- (Demo)",
        ),
        (
            {"template": "{% for p in lead.products %}[{{ p | upper }}]{% endfor %}"},
            {"products": ("a", "b")},
            "[A][B]",
        ),
        (
            {"template": "{{ lead.created_at | date('dd/MM/yyyy') }}"},
            {"created_at": 1_780_000_000},
            "28/05/2026",
        ),
        ({"template": "{{ lead.budget }}", "default": "none"}, {}, "none"),
    ],
)
def test_transforms_tables_and_templates(rule, values, written):
    assert one(rule, values) == written


def test_a_template_without_its_field_refuses_the_lead_naming_it():
    rule = {"template": "{{ lead.budget }} {{ lead.city }}"}
    assert problem(rule, {"city": "X"}) == ("template_missing_field", {"source": "budget"})


def test_a_template_takes_no_value_that_no_field_could_hold():
    assert problem({"template": "{{ lead.city }}"}, {"city": "x" * 1_000_000})[0] == "too_long"
    assert problem({"template": "{{ lead.products }}"}, {"products": ("x",) * 5000})[0] == "too_many_values"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{{ lead.frist_name }}", "write 'first_name'"),
        ("{{ first_name }}", "write lead.first_name"),
        ("{{ lead.first_name.__class__ }}", "no field of a lead"),
        ("{{ lead['first_name'] }}", "with a dot"),
        ("{{ lead.first_name.upper() }}", "nothing can be called"),
        ("{{ lead.first_name * 9 }}", "multiplied"),
        ("{{ lead.first_name | attr('x') }}", "No filter named 'attr'"),
        ("{% include 'x' %}", "stands alone"),
        ("{% import 'os' as o %}", "stands alone"),
        ("{% macro a() %}{% endmacro %}", "nothing can be called"),
        ("{{ lead.first_name", "end of"),
        ("{{ lead.last_form }}", "no field of a lead"),
        ("{{ lead }}", "a lead is no value"),
        ("{% set other = lead %}{{ other.email }}", "a lead is no value"),
        ("x" * 5000, "at most 4000"),
    ],
)
def test_templates_that_reach_for_more_are_refused_when_prepared(template, says):
    (fault,) = faults({"Title": {"template": template}})
    assert fault.startswith("mapping.Title.template: ")
    assert says in fault


def test_the_default_rules_use_country_codes_where_the_organisation_does():
    assert "CountryCode" in default_rules({"CountryCode": Target()})
    assert "Country" not in default_rules({"CountryCode": Target()})
    assert "Country" in default_rules(SALESFORCE)


def test_faults_of_rules_are_all_listed_with_the_nearest_name():
    with pytest.raises(ConfigurationError) as caught:
        parse_rules(
            {
                "A": "frist_name",
                "B": {"from": "city", "transform": "trimm"},
                "C": {"from": "city", "template": "x"},
                "D": {},
                "E": {"from": "city", "to_long": "shorten"},
                "F": {
                    "from": "city",
                    "too_long": "cut",
                    "direction": "up",
                    "wins": "nobody",
                    "required": "yes",
                },
                "G": 5,
                "H": {"from": "city", "table": {"a": 1}},
                "I": {"from": "city", "default": ["x"]},
                "J": {"from": "city", "transform": [{"date": 1}]},
            },
            key="companies.acme.mapping",
        )
    found = [str(each).removeprefix("companies.acme.mapping.") for each in caught.value.problems]
    assert found[0] == "A.from: 'frist_name' is no field of a lead; write 'first_name'"
    assert found[1] == "B.transform: 'trimm' is no transform; write 'trim'"
    assert found[4] == "E.to_long: 'to_long' is not known in a rule; write 'too_long'"
    assert [line.split(":")[0] for line in found] == [
        "A.from", "B.transform", "C", "D", "E.to_long", "F.direction", "F.wins", "F.required", "F.too_long", "G",
        "H.table", "I.default", "J.transform",
    ]  # fmt: skip


def test_faults_against_the_other_systems_fields_are_all_listed():
    found = faults(
        {
            "Titel": "job_title",
            "Id": "id",
            "Rating": {"from": "source", "default": "Warm"},
            "Title": {"from": "email", "transform": [{"trim": "x"}]},
        }
    )
    assert found == [
        "mapping.Titel: 'Titel' is no field over there; write 'Title'",
        "mapping.Id: 'Id' cannot be written over there; grant it, or leave the rule out",
        "mapping.Rating.default: the default does not fit (not_an_option); write a choice",
        "mapping.Title.transform: trim cannot be used so; write it without an argument",
    ]


def test_rules_of_the_other_direction_are_left_to_it():
    table = {"Title": "job_title", "crm_rating": {"from": "Rating", "direction": "to_marketing"}}
    rules = parse_rules(table)
    assert [rule.direction for rule in rules] == [Direction.to_crm, Direction.to_marketing]
    assert [rule.target for rule in prepare_rules(rules, SALESFORCE).rules] == ["Title"]
    back = prepare_rules(
        rules, {"crm_rating": Target()}, types={"Rating": ValueType.choice}, direction=Direction.to_marketing
    )
    assert [rule.target for rule in back.rules] == ["crm_rating"]


def test_the_side_that_a_rule_reads_wins_unless_the_rule_says_otherwise():
    table = {"Title": "job_title", "crm_rating": {"from": "Rating", "direction": "to_marketing"}}
    assert [rule.wins for rule in parse_rules(table)] == [Wins.marketing, Wins.sales]


def test_a_rule_back_to_marketing_that_never_writes_is_a_fault():
    with pytest.raises(ConfigurationError) as caught:
        parse_rules({"crm_rating": {"from": "Rating", "direction": "to_marketing", "wins": "never"}})
    assert [each.key for each in caught.value.problems] == ["mapping.crm_rating.wins"]


def test_a_crm_field_that_is_not_there_is_a_fault_of_the_rule_that_reads_it():
    rules = parse_rules({"crm_rating": {"from": "Ratin", "direction": "to_marketing"}})
    with pytest.raises(ConfigurationError) as caught:
        prepare_rules(
            rules,
            {"crm_rating": Target()},
            types={"Rating": ValueType.text},
            direction=Direction.to_marketing,
        )
    assert [str(each) for each in caught.value.problems] == [
        "mapping.crm_rating.from: 'Ratin' is no field over here; write 'Rating'"
    ]


def test_a_blank_is_refused_where_the_rule_says_so():
    found = mapped({"Title": {"from": "job_title", "blank": "refuse"}}, {"job_title": "  "})
    assert [(each.field, each.code) for each in found.problems] == [("Title", "blank_refused")]


def test_a_transform_of_another_package_runs_and_its_faults_are_named():
    def reverse(argument, _setting):
        return lambda value, _context: value[::-1] if argument is None else {"not": "a value"}

    custom = {**TRANSFORMS, "reverse": reverse}
    for row, value in (("reverse", "tfel"), ({"reverse": "x"}, None)):
        rules = parse_rules({"Title": {"from": "job_title", "transform": [row]}}, transforms=custom)
        mapper = prepare_rules(rules, SALESFORCE, transforms=custom)
        for given in ("left", 5):
            lead = Lead(id="a", platform="b", record_id="c", values={"job_title": given}, changed_at=0)
            found = map_lead(lead, mapper)
            if value is None or given == 5:
                (fault,) = found.problems
                assert (fault.code, fault.params) == ("transform_failed", {"transform": "reverse"})
            else:
                assert found.values["Title"] == value


def test_a_semicolon_inside_one_of_several_values_is_refused_since_it_would_part_it():
    found = mapped(
        {"Products__c": "products"},
        {"products": ("a;b", "c")},
        {"Products__c": Target(type=ValueType.choices)},
    )
    assert [each.code for each in found.problems] == ["separator_inside"]


def test_what_a_rule_says_of_ownership_is_kept():
    (rule,) = parse_rules({"Title": {"from": "job_title", "wins": "sales", "too_long": "shorten"}})
    assert (rule.wins, rule.too_long, rule.required) == (Wins.sales, TooLong.shorten, False)


def test_every_problem_of_a_lead_is_listed_not_only_the_first():
    found = mapped(
        {"LastName": "last_name", "Title": "job_title"}, {"last_name": "x" * 99, "job_title": "\x00"}
    )
    assert [(each.field, each.code) for each in found.problems] == [
        ("LastName", "too_long"),
        ("Title", "control_characters"),
    ]


def test_a_field_that_a_new_record_needs_must_have_a_rule():
    targets = {
        **SALESFORCE,
        "Region__c": Target(required=True),
        "Auto": Target(required=True, writable=False),
    }
    (fault,) = faults({"Title": "job_title"}, targets)
    assert fault.startswith("mapping.Region__c: 'Region__c' is required over there, and no rule fills it")
    prepare_rules(parse_rules({"Region__c": {"value": "South"}}), targets)


def test_a_mapper_tells_every_field_that_it_reads():
    rules = parse_rules(
        {"Title": {"template": "{{ lead.city }}"}, "Phone": ["mobile", "phone"], "City": {"value": "x"}}
    )
    assert prepare_rules(rules, SALESFORCE).reads == {"city", "mobile", "phone"}


def test_numbers_in_a_table_that_does_not_name_them_stay_numbers():
    found = mapped(
        {"NumberOfEmployees": {"from": "account_size", "table": {"5": "50"}}}, {"account_size": 6.5}
    )
    assert found.values["NumberOfEmployees"] == 6.5
    found = mapped({"NumberOfEmployees": {"from": "account_size", "table": {"5": "50"}}}, {"account_size": 5})
    assert found.values["NumberOfEmployees"] == 50


def test_the_companys_country_stands_in_where_the_lead_has_none():
    rule = {"Phone": {"from": "job_title", "transform": "e164"}}
    assert mapped(rule, {"job_title": "600123456"}).problems[0].code == "not_a_phone"
    assert mapped(rule, {"job_title": "600123456"}, country="ES").values["Phone"] == "+34600123456"

"""RD Station's contacts as records, its fields as a schema, and values as it takes them."""

import pytest

from connectors.base import FieldInfo, FieldWanted
from connectors.errors import ContractBroken, Misconfigured
from connectors.rdstation.changes import Cursor, read_cursor
from connectors.rdstation.records import Told, read_contact, write_value
from connectors.rdstation.schema import definition_of, read_schema, require_same_type
from mapping.records import ValueType, parse_instant

NOW, LINK = 1_780_000_000, "https://app.example/leads/{id}"
KNOWN = read_schema(
    [
        {"api_identifier": name, "data_type": kind, "presentation_type": shown, "label": {"pt-BR": name}}
        for name, kind, shown in (
            ("name", "STRING", "TEXT_INPUT"),
            ("email", "STRING", "EMAIL_INPUT"),
            ("personal_phone", "STRING", "PHONE_INPUT"),
            ("tags", "STRING[]", "MULTIPLE_CHOICE"),
            ("cf_many", "STRING[]", "MULTIPLE_CHOICE"),
            ("cf_number", "INTEGER", "NUMBER_INPUT"),
            ("cf_yes", "BOOLEAN", "CHECK_BOX"),
            ("cf_unseen", "RECORD", "HOLOGRAM"),
        )
    ]
).kinds["contact"]


def read(body, *asked, **told):
    found = Told(body={"uuid": "u-1", **body}, **told)
    return read_contact(found, asked or KNOWN, KNOWN, at=NOW, link=LINK)


def fill(name, at):
    return {"event_identifier": name, "event_timestamp": at, "payload": {"email": "ana@example.com"}}


def test_the_documented_contact_is_read_with_its_link_and_what_is_not_set_is_empty(golden):
    body = golden("rdstation", "contact_get.json")
    record = read_contact(Told(body=body), KNOWN, KNOWN, at=NOW, link=LINK)
    assert record.id == body["uuid"]
    assert record.link == f"https://app.example/leads/{body['uuid']}"
    assert record.changed_at == NOW
    assert record.values["tags"] == ("developer", "rdstation", "api")
    assert record.values["extra_emails"] == ("contact2@example.com",)
    assert record.values["legal_bases"] == ("communications:consent:granted",)
    assert record.values["opted_out"] is False
    assert record.values["cf_number"] is None
    assert "created_at" not in record.values, "the API does not tell it here: that is no empty value"


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ana López Ruiz", "Ana", "López Ruiz"),
        ("  Ana   López ", "Ana", "López"),
        ("Ana", None, "Ana"),
        ("", None, None),
        (None, None, None),
        (7, None, "7"),
    ],
)
def test_one_name_is_read_as_two(name, first, last):
    values = read({"name": name}).values
    assert (values["first_name"], values["last_name"]) == (first, last)


@pytest.mark.parametrize(
    ("bases", "opted_out"),
    [
        ([], None),
        (None, None),
        ("granted", None),
        ([{"category": "data_processing", "type": "consent", "status": "declined"}], None),
        ([{"category": "communications", "type": "consent", "status": "declined"}], True),
    ],
)
def test_who_declined_mail_is_opted_out(bases, opted_out):
    assert read({"legal_bases": bases}).values["opted_out"] is opted_out


def test_form_fills_are_dated_and_the_first_is_told_where_all_are_seen():
    few = [fill("Demo", "2026-05-19T09:49:54.101-03:00"), fill("Guia", "2026-05-01T09:00:00.000-03:00")]
    record = read({}, conversions=few)
    last = parse_instant("2026-05-19T12:49:54+00:00")
    assert record.values["last_conversion_identifier"] == "Demo"
    assert record.values["last_conversion_date"] == last
    assert record.dated["last_conversion_identifier"] == last
    assert record.values["first_conversion_identifier"] == "Guia"
    assert record.values["conversions"] == 2
    many = read({}, conversions=few * 5)
    assert many.values["first_conversion_identifier"] is None
    assert many.values["conversions"] is None
    assert "@" not in repr(many.values)


def test_values_of_unforeseen_types_are_kept_as_text_and_none_is_lost():
    values = read(
        {
            "cf_many": "one",
            "cf_unseen": {"b": 1, "a": None},
            "name": "x" * 100_000,
            "cf_yes": False,
            "tags": [],
        }
    ).values
    assert values["cf_many"] == ("one",)
    assert values["cf_unseen"] == '{"a": null, "b": 1}'
    assert len(values["name"]) == 100_000
    assert values["cf_yes"] is False
    assert values["tags"] is None


def test_a_time_that_is_none_breaks_the_contract():
    with pytest.raises(ContractBroken):
        read({}, conversions=[fill("Demo", "ontem")])


def test_the_same_contact_has_the_same_version_whenever_it_is_read():
    told = Told(body={"uuid": "u-1", "name": "Ana"})
    first, second = (read_contact(told, KNOWN, KNOWN, at=at, link=LINK) for at in (NOW, NOW + 60))
    assert first.version == second.version
    assert first.version != read({"name": "Eva"}).version


@pytest.mark.parametrize(
    ("value", "kind", "sent"),
    [
        (None, ValueType.text, None),
        (True, ValueType.bool, True),
        (2, ValueType.number, 2),
        (2.0, ValueType.number, 2),
        (2.5, ValueType.number, 2.5),
        (2, ValueType.text, "2"),
        (("a", "b"), ValueType.choices, ["a", "b"]),
        (NOW, ValueType.instant, "2026-05-28T20:26:40Z"),
    ],
)
def test_values_are_written_as_rd_station_takes_them(value, kind, sent):
    assert write_value(value, kind) == sent


def test_a_field_is_created_with_a_presentation_of_its_type():
    wanted = FieldWanted(
        name="cf_choice", label="Escolha", type=ValueType.choice, kinds=("contact",), options=("a", "b")
    )
    request = definition_of(wanted)
    assert (request["data_type"], request["presentation_type"]) == ("STRING", "COMBO_BOX")
    assert [one["value"] for one in request["validation_rules"]["valid_options"]] == ["a", "b"]


@pytest.mark.parametrize(("name", "kind"), [("acuerdo_x", ValueType.text), ("cf_x", ValueType.instant)])
def test_a_field_that_rd_station_cannot_have_is_told_before_it_is_asked_for(name, kind):
    with pytest.raises(Misconfigured, match=name):
        definition_of(FieldWanted(name=name, label="x", type=kind, kinds=("contact",)))


def test_a_field_of_another_type_is_told():
    wanted = FieldWanted(name="cf_x", label="x", type=ValueType.number, kinds=("contact",))
    require_same_type(wanted, FieldInfo(name="cf_x", label="x", type=ValueType.number, writable=True))
    with pytest.raises(Misconfigured, match="cf_x"):
        require_same_type(wanted, FieldInfo(name="cf_x", label="x", type=ValueType.text, writable=True))


def test_a_cursor_is_read_as_it_was_written():
    cursor = Cursor(
        segmentation=1, high=5, seen=(("a", 5),), page=2, total=9, begun=4, waiting=(("b", "2026"),)
    )
    assert read_cursor(str(cursor)) == cursor


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"segmentation": 1, "seen": 3, "waiting": []}', '{"x": 1}']
)
def test_a_cursor_that_is_none_of_ours_is_told(text):
    with pytest.raises(ContractBroken, match="cursor"):
        read_cursor(text)

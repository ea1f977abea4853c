from dataclasses import dataclass

from mapping.identity import (
    Ambiguous,
    Create,
    Link,
    Why,
    decide,
    emails_of,
    fingerprint,
    lead_id,
    normalise_email,
)


@dataclass(frozen=True)
class Found:
    id: str
    kind: str = "Lead"
    by: str = "email"
    lead: str | None = None


def test_an_id_is_made_of_platform_portal_and_the_first_record():
    assert lead_id("hubspot", "12345", "33451") == "hubspot-12345-33451"


def test_addresses_are_compared_without_case_and_never_guessed_equal():
    assert normalise_email(" Jane.Doe+X@Acme.COM ") == "jane.doe+x@acme.com"
    assert normalise_email("jane.doe@acme.com") != normalise_email("janedoe@acme.com")
    assert normalise_email("\u0430@acme.com") != normalise_email("a@acme.com")
    assert normalise_email("\u212aate@Acme.com") == "\u212aate@acme.com"


def test_emails_of_a_lead_are_the_main_one_and_every_other_once():
    values = {"email": "A@b.com", "emails": ("a@B.com", "c@d.com")}
    assert emails_of(values) == ("a@b.com", "c@d.com")
    assert emails_of({}) == ()


def test_the_link_table_wins_over_everything_found():
    assert decide("l1", [Found("00Q2", lead="l1", by="lead_id")], ("Contact", "0031")) == Link(
        id="0031", kind="Contact", by="link"
    )


def test_our_id_wins_over_addresses():
    matches = [Found("00Q1"), Found("00Q2", by="lead_id", lead="l1"), Found("00Q3")]
    assert decide("l1", matches) == Link(id="00Q2", kind="Lead", by="lead_id")


def test_a_record_that_carries_our_id_is_ours_whatever_it_was_found_by():
    assert decide("l1", [Found("00Q1", lead="l1"), Found("00Q2")]) == Link(
        id="00Q1", kind="Lead", by="lead_id"
    )
    assert decide("l1", [Found("00Q1"), Found("00Q1", by="lead_id")]) == Link(
        id="00Q1", kind="Lead", by="lead_id"
    )
    assert decide("l1", [Found("00Q1", by="lead_id"), Found("00Q1")]) == Link(
        id="00Q1", kind="Lead", by="lead_id"
    )


def test_one_record_found_by_two_addresses_is_one_record():
    assert decide("l1", [Found("00Q1"), Found("00Q1")]) == Link(id="00Q1", kind="Lead", by="email")


def test_several_records_are_for_a_person_whatever_their_order():
    matches = [Found("00Q1"), Found("0031", kind="Contact")]
    waits = Ambiguous(reason=Why.several_by_email, candidates=(("Contact", "0031"), ("Lead", "00Q1")))
    assert decide("l1", matches) == decide("l1", matches[::-1]) == waits


def test_several_records_with_our_id_are_for_a_person():
    found = decide("l1", [Found("00Q1", by="lead_id", lead="l1"), Found("00Q2", by="lead_id", lead="l1")])
    assert isinstance(found, Ambiguous)
    assert found.reason is Why.several_by_lead_id


def test_a_record_of_another_lead_is_never_taken():
    found = decide("l1", [Found("00Q1", lead="l2")])
    assert found == Ambiguous(reason=Why.of_another_lead, candidates=(("Lead", "00Q1"),))


def test_nothing_found_is_created():
    assert decide("l1", []) == Create()


def test_fingerprints_do_not_depend_on_order_or_on_how_a_number_is_written():
    assert fingerprint({"a": 5, "b": ("x", "y")}) == fingerprint({"b": ("x", "y"), "a": 5.0})
    assert len(fingerprint({})) == 32


def test_fingerprints_tell_values_apart():
    values = [
        {"a": 1},
        {"a": "1"},
        {"a": True},
        {"a": None},
        {},
        {"b": 1},
        {"a": ("1",)},
        {"a": 1.5},
        {"a": "\ud83d"},
    ]
    assert len({fingerprint(each) for each in values}) == len(values)

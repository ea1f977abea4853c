"""What could fill a CRM's field: told by name, label and type, never guessed between two."""

from dataclasses import dataclass

import pytest

from mapping.fields import lead_fields
from mapping.records import ValueType
from mapping.suggestion import Doubt, Suggestion, Why, suggest

T = ValueType
FIELDS = lead_fields("hubspot")


@dataclass(frozen=True)
class Described:
    name: str
    label: str = ""
    type: ValueType = T.text
    writable: bool = True
    length: int | None = None
    required: bool = False
    options: tuple[str, ...] = ()
    restricted: bool = False


def suggested(
    targets: list[Described], properties: list[Described], taken: tuple[str, ...] = ()
) -> list[Suggestion | Doubt]:
    return suggest(
        FIELDS, taken, {each.name: each for each in properties}, {each.name: each for each in targets}
    )


def test_the_same_name_is_suggested_whatever_its_case_and_marks() -> None:
    (found,) = suggested([Described("Customer_Tier__c")], [Described("customer_tier", type=T.choice)])
    assert found == Suggestion(
        target="Customer_Tier__c", field="customer_tier", why=Why.name, source="customer_tier", type=T.choice
    )


def test_the_same_label_is_suggested_too() -> None:
    (found,) = suggested([Described("X1__c", "Facturación")], [Described("inv_01", "facturacion")])
    assert isinstance(found, Suggestion)
    assert (found.why, found.source, found.field) == (Why.label, "inv_01", "inv_01")


def test_a_property_that_a_field_of_the_lead_is_read_from_needs_no_new_field() -> None:
    (found,) = suggested([Described("JobTitle__c")], [Described("jobtitle")])
    assert isinstance(found, Suggestion)
    assert (found.field, found.source) == ("job_title", None)


def test_a_standard_field_is_filled_by_the_field_of_the_same_meaning_where_the_account_has_it() -> None:
    target = Described("NumberOfEmployees", type=T.number)
    (found,) = suggested([target], [Described("numemployees", type=T.number)])
    assert isinstance(found, Suggestion)
    assert (found.field, found.why) == ("account_size", Why.usual)
    assert suggested([target], []) == []


def test_two_labels_alike_are_a_doubt_and_no_suggestion() -> None:
    properties = [Described("region_a", "Region"), Described("region_b", "Region")]
    assert suggested([Described("X__c", "Region")], properties) == [
        Doubt(target="X__c", candidates=("region_a", "region_b"))
    ]


def test_the_same_name_goes_before_a_label_that_is_alike() -> None:
    properties = [Described("other", "Region"), Described("region")]
    (found,) = suggested([Described("Region__c", "Region")], properties)
    assert isinstance(found, Suggestion)
    assert found.source == "region"


@pytest.mark.parametrize(
    ("source", "target", "fits"),
    [
        (T.choice, T.text, True),
        (T.text, T.choice, True),
        (T.number, T.text, True),
        (T.date, T.instant, True),
        (T.text, T.number, False),
        (T.owner, T.text, False),
        (T.bool, T.number, False),
    ],
)
def test_types_that_cannot_be_brought_together_are_not_suggested(
    source: ValueType, target: ValueType, fits: bool
) -> None:
    found = suggested([Described("X__c", type=target)], [Described("x", type=source)])
    assert bool(found) is fits


def test_what_is_taken_or_read_only_is_left_alone() -> None:
    properties = [Described("x"), Described("y")]
    assert suggested([Described("X__c"), Described("Y__c", writable=False)], properties, ("X__c",)) == []


@pytest.mark.parametrize(
    ("options", "outside"),
    [(("a", "B"), ()), (("A", "c"), ("c",)), ((), None)],
    ids=["all known", "one unknown", "any text"],
)
def test_values_that_a_restricted_picklist_refuses_are_told(
    options: tuple[str, ...], outside: tuple[str, ...] | None
) -> None:
    target = Described("X__c", type=T.choice, options=("A", "B"), restricted=True)
    (found,) = suggested([target], [Described("x", type=T.choice, options=options)])
    assert isinstance(found, Suggestion)
    assert found.outside == outside
    assert found.fits is (outside == ())


def test_a_new_field_takes_no_name_of_ours() -> None:
    (found,) = suggested([Described("X__c", "Plan B")], [Described("Plan", "Plan B")])
    assert isinstance(found, Suggestion)
    assert found.field == "own_plan"


def test_an_opt_out_is_suggested_so_that_it_is_never_taken_back() -> None:
    target = Described("HasOptedOutOfEmail", type=T.bool)
    (found,) = suggested([target], [Described("hs_email_optout", type=T.bool)])
    assert isinstance(found, Suggestion)
    assert (found.field, found.transform) == ("opted_out", "only_true")

"""Objects as an organisation has them: with person accounts, or without."""

from dataclasses import replace

from sandbox.salesforce.schema import SObject

_OF_PEOPLE = {
    "Contact": ("IsPersonAccount",),
    "Account": (
        *("IsPersonAccount", "PersonContactId", "FirstName", "LastName", "Salutation"),
        *("PersonEmail", "PersonMobilePhone", "PersonTitle"),
    ),
}


def without_people(kind: SObject) -> SObject:
    """The object as an organisation without person accounts has it."""
    hidden = _OF_PEOPLE.get(kind.name, ())
    return replace(kind, fields=tuple(field for field in kind.fields if field.name not in hidden))


def with_people(kind: SObject) -> SObject:
    """The object where accounts may be people: a lead needs no company."""
    company = kind.find("Company") if kind.name == "Lead" else None
    return kind if company is None else kind.having(replace(company, nillable=True))

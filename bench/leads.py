"""How many leads a second twelve rules with two templates map on one core: `python -m bench.leads`.

The promise is 10,000 a second. Beside it stands the same work written by hand for these fields alone, so
that the ratio says what the generality costs. Exits with 1 below the promise.
"""

import sys
from dataclasses import dataclass

from bench.timing import Timing
from mapping.mapper import map_lead, prepare_rules
from mapping.records import Lead, Value, ValueType
from mapping.rules import parse_rules

LEADS = 20_000
PROMISED = 10_000
TABLE: dict[str, object] = {
    "FirstName": {"from": "first_name", "transform": ["trim", "title"]},
    "LastName": {"from": "last_name", "default": "[not provided]", "too_long": "shorten"},
    "Company": {"from": "account", "default": "[not provided]"},
    "Email": "email",
    "Phone": {"from": ["mobile", "phone"]},
    "Title": "job_title",
    "City": "city",
    "Country": {"from": "country", "transform": [{"country_name": "es"}]},
    "LeadSource": {"from": "source", "table": {"ORGANIC_SEARCH": "Web"}, "table_else": "Other"},
    "NumberOfEmployees": "account_size",
    "Description": {
        "template": "{{ lead.job_title | default('?') }} at {{ lead.account }} filled {{ lead.last_form.name }}"
    },
    "Note__c": {
        "template": "{% if lead.budget is defined %}{{ lead.budget }}{% else %}no budget{% endif %}: "
        "{{ lead.products | join(', ') }}"
    },
}


@dataclass(frozen=True)
class Target:
    """A field of the other system."""

    type: ValueType = ValueType.text
    length: int | None = 255
    writable: bool = True
    required: bool = False
    options: tuple[str, ...] = ()
    restricted: bool = False


def lead_of(number: int) -> Lead:
    """A lead unlike its neighbours."""
    values: dict[str, Value] = {
        "first_name": f" ana maría {number}",
        "last_name": "Núñez",
        "account": f"Acme {number}, S.L.",
        "email": f"ana{number}@acme.example",
        "phone": "+34600123456",
        "job_title": "CMO",
        "city": "Sevilla",
        "country": "ES",
        "source": "ORGANIC_SEARCH",
        "account_size": number,
        "last_form.name": "Pide tu demo",
        "products": ("crm", "email"),
    }
    return Lead(id=f"bench-1-{number}", platform="bench", record_id=str(number), values=values, changed_at=0)


def by_hand(lead: Lead) -> dict[str, object]:
    """What one would write for these twelve fields if there were no rules."""
    values = lead.values
    return {
        "FirstName": str(values["first_name"]).strip().title(),
        "LastName": values.get("last_name") or "[not provided]",
        "Company": values.get("account") or "[not provided]",
        "Email": values.get("email"),
        "Phone": values.get("mobile") or values.get("phone"),
        "Title": values.get("job_title"),
        "City": values.get("city"),
        "Country": {"ES": "España"}[str(values["country"])],
        "LeadSource": {"ORGANIC_SEARCH": "Web"}.get(str(values["source"]), "Other"),
        "NumberOfEmployees": values.get("account_size"),
        "Description": f"{values.get('job_title')} at {values['account']} filled {values['last_form.name']}",
        "Note__c": f"{values.get('budget') or 'no budget'}: {values['products']}",
    }


def main() -> int:
    """Print leads a second, ours and by hand; 1 when the promise is broken."""
    targets = {name: Target() for name in TABLE} | {
        "Email": Target(type=ValueType.email, length=80),
        "Phone": Target(type=ValueType.phone, length=40),
        "NumberOfEmployees": Target(type=ValueType.number, length=None),
    }
    mapper = prepare_rules(parse_rules(TABLE), targets)
    leads = [lead_of(number) for number in range(LEADS)]
    mapped = map_lead(leads[0], mapper)
    assert not mapped.problems
    assert len(mapped.values) == len(TABLE)
    timing, beside = Timing("leads"), "written by hand"
    ours = timing.rate("map", lambda lead: map_lead(lead, mapper), leads)
    timing.tell("twelve rules, two templates", ours, beside, timing.rate(beside, by_hand, leads), PROMISED)
    return int(timing.broken)


if __name__ == "__main__":
    sys.exit(main())

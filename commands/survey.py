"""What both accounts tell of themselves, as far as a first configuration needs it."""

import dataclasses
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from connectors.base import Crm, FieldInfo, Finding, Grade, MarketingPlatform, Tenant
from connectors.registration import registration_of
from mapping.places import fold

PAGES = 5  # of contacts that are looked through for the names of forms
WANTED = {"account": re.compile(r"company|account|empresa|compania|razon social|razao social")}
FORMS, STAGE = ("last_form.name", "first_form.name"), "lifecycle_stage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Both tenants and the CRM's fields, what the connectors found, and what the platform's contacts hold.

    `stages` are the platform's lifecycle stages, `forms` how often each form was filled among the contacts
    that were looked at, `statuses` the values of the CRM's lead status. `unfilled` are fields of a lead that no
    property of the platform fills, each with the properties whose label speaks of it.
    """

    marketing: Tenant
    sales: Tenant
    findings: tuple[Finding, ...]
    stages: tuple[str, ...]
    forms: Mapping[str, int]
    statuses: tuple[str, ...]
    targets: Mapping[str, FieldInfo]
    unfilled: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)


def survey(platform: MarketingPlatform, crm: Crm) -> Survey:
    """Looks at both accounts; nothing is written. Raises ConnectorError."""
    sources = registration_of(platform.system).sources
    marketing, sales = platform.tenant(), crm.tenant()
    (properties,) = platform.schema().kinds.values()
    targets = crm.schema().kinds["Lead"]
    names = [name for field in FORMS for name in sources.get(field, ()) if name in properties]
    stage = next((name for name in sources.get(STAGE, ()) if name in properties), None)
    status = targets.get("Status")
    found = [each for vendor in (platform, crm) for each in vendor.inspect()]
    return Survey(
        marketing=marketing,
        sales=sales,
        findings=tuple(each for each in found if each.grade is not Grade.ok),
        stages=properties[stage].options if stage else (),
        forms=_forms(platform, names),
        statuses=status.options if status else (),
        targets=targets,
        unfilled=_unfilled(sources, properties),
    )


def _unfilled(
    sources: Mapping[str, tuple[str, ...]], properties: Mapping[str, FieldInfo]
) -> Mapping[str, tuple[str, ...]]:
    """What a CRM wants of every lead and no property fills, such as the account where it is a custom field."""
    return {
        name: tuple(
            each.name for each in properties.values() if words.search(fold(f"{each.name} {each.label}"))
        )
        for name, words in WANTED.items()
        if not any(each in properties for each in sources.get(name, ()))
    }


def _forms(platform: MarketingPlatform, names: list[str]) -> Mapping[str, int]:
    if not names:
        return {}
    rows = (row for page in islice(platform.changed(None, names), PAGES) for row in page.rows)
    told = (str(row.values[name]) for row in rows for name in names if row.values.get(name))
    return Counter(told)

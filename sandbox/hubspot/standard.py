"""The contact properties and groups that HubSpot defines itself, with their types and whether a client writes them."""

from collections.abc import Iterator
from typing import Any

GROUPS = {
    "contactinformation": "Contact information",
    "contact_activity": "Contact activity",
    "contactlcs": "Contact lifecycle",
    "analyticsinformation": "Web analytics history",
    "conversioninformation": "Conversion information",
    "emailinformation": "Email information",
}
STAGES = {
    "subscriber": "Subscriber",
    "lead": "Lead",
    "marketingqualifiedlead": "Marketing Qualified Lead",
    "salesqualifiedlead": "Sales Qualified Lead",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "evangelist": "Evangelist",
    "other": "Other",
}
_LEAD_STATUSES = (
    "NEW",
    "OPEN",
    "IN_PROGRESS",
    "OPEN_DEAL",
    "UNQUALIFIED",
    "ATTEMPTED_TO_CONTACT",
    "CONNECTED",
    "BAD_TIMING",
)
_SOURCES = (
    "ORGANIC_SEARCH",
    "PAID_SEARCH",
    "EMAIL_MARKETING",
    "SOCIAL_MEDIA",
    "REFERRALS",
    "OTHER_CAMPAIGNS",
    "DIRECT_TRAFFIC",
    "OFFLINE",
    "PAID_SOCIAL",
    "AI_REFERRALS",
)
_FIELD_TYPES = {
    "bool": "booleancheckbox",
    "date": "date",
    "datetime": "date",
    "enumeration": "select",
    "number": "number",
    "phone_number": "phonenumber",
    "string": "text",
}

# group -> "name:type", a trailing ! for a value that only HubSpot writes; string without a type
_NAMES = {
    "contactinformation": """
        email firstname lastname salutation phone mobilephone fax company jobtitle website address city state zip
        country industry numemployees annualrevenue:number date_of_birth hs_language hs_persona message
        associatedcompanyid:number hs_object_id:number! hs_object_source! hs_object_source_label!
        hs_additional_emails:enumeration hs_merged_object_ids:enumeration! hs_calculated_merged_vids!
        hs_all_contact_vids:enumeration! hs_email_domain! hs_country_region_code hs_state_code hs_timezone hs_linkedin_url
        hubspot_owner_id:enumeration hubspot_owner_assigneddate:datetime! hs_lead_status:enumeration
        lifecyclestage:enumeration createdate:datetime lastmodifieddate:datetime! hubspotscore:number!
        hs_marketable_status:enumeration! hs_legal_basis:enumeration closedate:datetime
    """,
    "contact_activity": """
        notes_last_contacted:datetime! notes_last_updated:datetime! num_contacted_notes:number! num_notes:number!
        hs_last_sales_activity_timestamp:datetime! hs_sales_email_last_replied:datetime!
    """,
    "analyticsinformation": """
        hs_analytics_source:enumeration hs_analytics_source_data_1! hs_analytics_source_data_2!
        hs_latest_source:enumeration! hs_latest_source_data_1! hs_latest_source_data_2! hs_latest_source_timestamp:datetime!
        hs_analytics_first_url! hs_analytics_last_url! hs_analytics_first_referrer! hs_analytics_last_referrer!
        hs_analytics_first_timestamp:datetime! hs_analytics_last_timestamp:datetime!
        hs_analytics_first_visit_timestamp:datetime! hs_analytics_last_visit_timestamp:datetime!
        hs_analytics_num_page_views:number! hs_analytics_num_visits:number! hs_analytics_average_page_views:number!
        hs_analytics_num_event_completions:number! hs_analytics_revenue:number!
    """,
    "conversioninformation": """
        first_conversion_event_name! first_conversion_date:datetime! recent_conversion_event_name!
        recent_conversion_date:datetime! num_conversion_events:number! num_unique_conversion_events:number!
        hs_calculated_form_submissions:enumeration!
    """,
    "emailinformation": """
        hs_email_open:number! hs_email_click:number! hs_email_delivered:number! hs_email_replied:number!
        hs_email_first_open_date:datetime! hs_email_last_open_date:datetime! hs_email_first_click_date:datetime!
        hs_email_last_click_date:datetime! hs_email_last_send_date:datetime! hs_email_last_email_name!
        hs_email_bounce:number! hs_email_hard_bounce_reason_enum:enumeration! hs_email_optout:bool!
    """,
}
_OPTIONS: dict[str, dict[str, str]] = {
    "lifecyclestage": STAGES,
    "hs_lead_status": {value: value.replace("_", " ").capitalize() for value in _LEAD_STATUSES},
    "hs_analytics_source": {value: value.replace("_", " ").capitalize() for value in _SOURCES},
    "hs_latest_source": {value: value.replace("_", " ").capitalize() for value in _SOURCES},
    "hs_marketable_status": {"true": "Marketing contact", "false": "Non-marketing contact"},
    "hs_legal_basis": {
        value: value
        for value in (
            "Legitimate interest – prospect/lead",  # noqa: RUF001 - HubSpot's own dash
            "Legitimate interest – existing customer",  # noqa: RUF001 - HubSpot's own dash
            "Legitimate interest - other",
            "Performance of a contract",
            "Freely given consent from contact",
            "Not applicable",
        )
    },
}
_CHECKBOXES = {"hs_additional_emails", "hs_merged_object_ids", "hs_all_contact_vids", "hs_legal_basis"}
_PHONES = {"phone", "mobilephone"}
_NOT_STORED_LABELS = {"email": "Email", "hs_object_id": "Record ID", "lifecyclestage": "Lifecycle Stage"}


def definitions(created: str) -> Iterator[dict[str, Any]]:
    """Each standard property as the properties API describes it; `created` in ISO 8601."""
    for group, names in _NAMES.items():
        for word in names.split():
            name, _, kind = word.rstrip("!").partition(":")
            yield _definition(name, kind or "string", group, created, read_only=word.endswith("!"))
    for stage, label in STAGES.items():
        yield from stage_dates(stage, label, created)


def stage_dates(stage: str, label: str, created: str) -> Iterator[dict[str, Any]]:
    """The properties that date one lifecycle stage."""
    for name, text in (
        (f"hs_v2_date_entered_{stage}", f'Date entered "{label}"'),
        (f"hs_v2_date_exited_{stage}", f'Date exited "{label}"'),
        (f"hs_lifecyclestage_{stage}_date", f"Became a {label} Date"),
    ):
        yield _definition(name, "datetime", "contactlcs", created, read_only=True) | {"label": text}


def bool_options() -> list[dict[str, Any]]:
    """The two options that each bool property has."""
    return _options({"true": "Yes", "false": "No"})


def _definition(name: str, kind: str, group: str, created: str, *, read_only: bool) -> dict[str, Any]:
    label = _NOT_STORED_LABELS.get(name, name.removeprefix("hs_").replace("_", " ").capitalize())
    owner = {"referencedObjectType": "OWNER"} if name == "hubspot_owner_id" else {}
    return owner | {
        "name": name,
        "label": label,
        "type": "string" if name in _PHONES else kind,
        "fieldType": _field_type(name, kind),
        "description": "",
        "groupName": group,
        "options": bool_options() if kind == "bool" else _options(_OPTIONS.get(name, {})),
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": name == "hubspot_owner_id",
        "hasUniqueValue": False,
        "hidden": False,
        "hubspotDefined": True,
        "formField": not read_only,
        "archived": False,
        "createdAt": created,
        "updatedAt": created,
        "modificationMetadata": {
            "archivable": False,
            "readOnlyDefinition": name not in _OPTIONS,
            "readOnlyValue": read_only,
        },
    }


def _field_type(name: str, kind: str) -> str:
    if name in _CHECKBOXES:
        return "checkbox"
    return "phonenumber" if name in _PHONES else _FIELD_TYPES[kind]


def _options(labels: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": label, "value": value, "displayOrder": order, "hidden": False}
        for order, (value, label) in enumerate(labels.items())
    ]

"""The fields of a lead, in our own names, and where each platform keeps them (editable per company)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mapping.records import ValueType


class Form(StrEnum):
    """What a field's value is brought to beyond its type."""

    country = "country"  # ISO 3166 alpha-2
    timezone = "timezone"  # IANA name
    language = "language"  # BCP 47, lower case
    kind = "kind"  # derived from the name beside it, by the company's table of form kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a lead: its name, its type, and what it tells in one sentence.

    `dated_by` names the field that tells since when this one has its value, where the platform does not
    date it. A sensitive field never reaches logs or reports (promise 8).
    """

    name: str
    type: ValueType
    sentence: str
    form: Form | None = None
    dated_by: str | None = None
    sensitive: bool = False


def _field(
    name: str,
    value_type: ValueType,
    sentence: str,
    *,
    form: Form | None = None,
    dated_by: str | None = None,
    sensitive: bool = False,
) -> Field:
    return Field(
        name=name, type=value_type, sentence=sentence, form=form, dated_by=dated_by, sensitive=sensitive
    )


_T = ValueType

FIELDS: tuple[Field, ...] = (
    # who
    _field("email", _T.email, "The main e-mail address.", sensitive=True),
    _field("emails", _T.choices, "Every e-mail address, the main one first.", sensitive=True),
    _field("first_name", _T.text, "The first name.", sensitive=True),
    _field("last_name", _T.text, "The last name.", sensitive=True),
    _field("phone", _T.phone, "The phone, as +34600123456.", sensitive=True),
    _field("mobile", _T.phone, "The mobile phone, as +34600123456.", sensitive=True),
    _field("job_title", _T.text, "What they do at their account.", sensitive=True),
    _field("website", _T.url, "The website they gave."),
    _field("country", _T.choice, "The country, as its ISO code (ES, MX, BR).", form=Form.country),
    _field("region", _T.text, "The state or region."),
    _field("city", _T.text, "The city.", sensitive=True),
    _field("timezone", _T.choice, "The time zone, as its IANA name.", form=Form.timezone),
    _field("language", _T.choice, "The language they prefer (es, pt-br).", form=Form.language),
    _field("persona", _T.choice, "The buyer persona."),
    # the account
    _field("account", _T.text, "The lead's employer.", sensitive=True),
    _field("industry", _T.text, "The account's industry."),
    _field("account_size", _T.number, "How many people work at the account."),
    _field("account_revenue", _T.number, "The account's yearly revenue."),
    _field("budget", _T.number, "What they can spend."),
    _field("plan", _T.choice, "The plan or product tier they have or ask for."),
    # the stage
    _field("lifecycle_stage", _T.choice, "The lifecycle stage in the marketing platform."),
    _field("lead_status", _T.choice, "The lead status in the marketing platform."),
    _field("created_at", _T.instant, "When the platform first knew them."),
    _field("became_mql_at", _T.instant, "When the platform made them an MQL."),
    _field("became_customer_at", _T.instant, "When the platform made them a customer."),
    _field("fit_score", _T.number, "How well they fit, by the platform's score."),
    _field("engagement_score", _T.number, "How much interest they showed, by the platform's score."),
    _field("products", _T.choices, "The products they showed interest in."),
    _field("owner", _T.owner, "The id of their owner in the marketing platform."),
    _field("owner_email", _T.email, "The e-mail address of their owner.", sensitive=True),
    _field("opted_out", _T.bool, "Whether they opted out of every e-mail."),
    _field("email_bounced", _T.choice, "Why mail to them comes back for good, where it does."),
    _field("legal_basis", _T.choices, "The legal bases for writing to them."),
    _field("crm_lead", _T.text, "The CRM lead that the platform's own integration links them to."),
    _field("crm_contact", _T.text, "The CRM contact that the platform's own integration links them to."),
    # where from
    _field("source", _T.choice, "Where they first came from."),
    _field("source_detail", _T.text, "More about where they first came from."),
    _field("latest_source", _T.choice, "Where they last came from."),
    _field("campaign", _T.text, "The campaign that won them."),
    # forms
    _field("last_form.name", _T.text, "The form they filled last.", dated_by="last_form.at"),
    _field(
        "last_form.kind",
        _T.choice,
        "What that form is for: demo, contact, price, trial, content, event, newsletter or other.",
        form=Form.kind,
        dated_by="last_form.at",
    ),
    _field("last_form.at", _T.instant, "When they filled it.", dated_by="last_form.at"),
    _field("first_form.name", _T.text, "The form they filled first.", dated_by="first_form.at"),
    _field(
        "first_form.kind",
        _T.choice,
        "What that form is for.",
        form=Form.kind,
        dated_by="first_form.at",
    ),
    _field("first_form.at", _T.instant, "When they filled it.", dated_by="first_form.at"),
    _field("forms_count", _T.number, "How many forms they filled.", dated_by="last_form.at"),
    # visits
    _field("page_views", _T.number, "How many pages they saw.", dated_by="last_visit_at"),
    _field("visits", _T.number, "How many times they visited the site.", dated_by="last_visit_at"),
    _field("first_page", _T.text, "The first page they saw.", dated_by="first_visit_at"),
    _field("last_page", _T.text, "The last page they saw.", dated_by="last_visit_at"),
    _field("first_visit_at", _T.instant, "When they first visited the site."),
    _field("last_visit_at", _T.instant, "When they last visited the site."),
    # e-mails of marketing
    _field("emails_delivered", _T.number, "How many marketing e-mails they received."),
    _field("emails_opened", _T.number, "How many of them they opened."),
    _field("emails_clicked", _T.number, "How many of them they clicked."),
    _field("last_email_name", _T.text, "The last marketing e-mail.", dated_by="last_email_at"),
    _field("last_email_at", _T.instant, "When the last marketing e-mail was sent."),
    _field("last_email_opened_at", _T.instant, "When they last opened one."),
    _field("last_email_clicked_at", _T.instant, "When they last clicked in one."),
)

CATALOGUE: Mapping[str, Field] = {each.name: each for each in FIELDS}
"""Our fields by name; a company may add its own (`mapping.fields.lead_fields`)."""

HUBSPOT_SOURCES: Mapping[str, tuple[str, ...]] = {
    "email": ("email",),
    "emails": ("email", "hs_additional_emails"),
    "first_name": ("firstname",),
    "last_name": ("lastname",),
    "phone": ("phone",),
    "mobile": ("mobilephone",),
    "job_title": ("jobtitle",),
    "website": ("website",),
    "country": ("country", "hs_country_region_code"),
    "region": ("state",),
    "city": ("city",),
    "timezone": ("hs_timezone",),
    "language": ("hs_language",),
    "persona": ("hs_persona",),
    "account": ("company",),
    "industry": ("industry",),
    "account_size": ("numemployees",),
    "account_revenue": ("annualrevenue",),
    "budget": ("budget",),
    "plan": ("plan",),
    "lifecycle_stage": ("lifecyclestage",),
    "lead_status": ("hs_lead_status",),
    "created_at": ("createdate",),
    "became_mql_at": (
        "hs_v2_date_entered_marketingqualifiedlead",
        "hs_lifecyclestage_marketingqualifiedlead_date",
    ),
    "became_customer_at": ("hs_v2_date_entered_customer", "hs_lifecyclestage_customer_date"),
    "fit_score": ("fit_score",),
    "engagement_score": ("engagement_score",),
    "products": ("product_interest",),
    "owner": ("hubspot_owner_id",),
    "owner_email": ("owner_email",),
    "opted_out": ("hs_email_optout",),
    "email_bounced": ("hs_email_hard_bounce_reason_enum",),
    "legal_basis": ("hs_legal_basis",),
    "crm_lead": ("salesforceleadid",),
    "crm_contact": ("salesforcecontactid",),
    "source": ("hs_analytics_source",),
    "source_detail": ("hs_analytics_source_data_1",),
    "latest_source": ("hs_latest_source",),
    "campaign": ("hs_analytics_first_touch_converting_campaign",),
    "last_form.name": ("recent_conversion_event_name",),
    "last_form.at": ("recent_conversion_date",),
    "first_form.name": ("first_conversion_event_name",),
    "first_form.at": ("first_conversion_date",),
    "forms_count": ("num_conversion_events",),
    "page_views": ("hs_analytics_num_page_views",),
    "visits": ("hs_analytics_num_visits",),
    "first_page": ("hs_analytics_first_url",),
    "last_page": ("hs_analytics_last_url",),
    "first_visit_at": ("hs_analytics_first_visit_timestamp",),
    "last_visit_at": ("hs_analytics_last_visit_timestamp",),
    "emails_delivered": ("hs_email_delivered",),
    "emails_opened": ("hs_email_open",),
    "emails_clicked": ("hs_email_click",),
    "last_email_name": ("hs_email_last_email_name",),
    "last_email_at": ("hs_email_last_send_date",),
    "last_email_opened_at": ("hs_email_last_open_date",),
    "last_email_clicked_at": ("hs_email_last_click_date",),
}
"""HubSpot's own contact properties. Scores, budget, plan, products and owner_email have no property that
every account has: these names are a company's own and are left out where the account does not know them."""

RDSTATION_SOURCES: Mapping[str, tuple[str, ...]] = {
    "email": ("email",),
    "emails": ("email", "extra_emails"),
    "first_name": ("first_name",),
    "last_name": ("last_name",),
    "phone": ("personal_phone",),
    "mobile": ("mobile_phone",),
    "job_title": ("job_title",),
    "website": ("website",),
    "country": ("country",),
    "region": ("state",),
    "city": ("city",),
    "account": ("cf_company_name", "cf_account"),
    "lifecycle_stage": ("lifecycle_stage",),
    "fit_score": ("fit",),
    "engagement_score": ("interest",),
    "owner_email": ("contact_owner_email",),
    "opted_out": ("opted_out",),
    "legal_basis": ("legal_bases",),
    "last_form.name": ("last_conversion_identifier",),
    "last_form.at": ("last_conversion_date",),
    "first_form.name": ("first_conversion_identifier",),
    "first_form.at": ("first_conversion_date",),
    "forms_count": ("conversions",),
}
"""RD Station's fields, with what its connector reads of the funnel and of the newest form fills. The API shows no
company of a contact: `account` is a custom field of the account's own."""

SOURCES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "hubspot": HUBSPOT_SOURCES,
    "rdstation": RDSTATION_SOURCES,
}


def types_of(catalogue: Mapping[str, Field]) -> dict[str, ValueType]:
    """The type of each field, as conditions ask for it."""
    return {name: each.type for name, each in catalogue.items()}


def sensitive_of(catalogue: Iterable[Field]) -> frozenset[str]:
    """The names of the fields that never reach logs or reports."""
    return frozenset(each.name for each in catalogue if each.sensitive)

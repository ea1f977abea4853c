"""The text of a first configuration: each line from what an account says, or said to be a default."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import holidays
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from phonenumbers import SUPPORTED_REGIONS

from commands.survey import Survey
from commands.toml_text import write_value
from connectors.registration import Side
from mapping.forms import FormKinds
from mapping.language import LANGUAGES
from mapping.rules import SALESFORCE_LEAD, default_rules
from mapping.suggestion import KEPT
from sync.speech import DEFAULT_STATUSES, STATUS_MEANINGS

MQL = "marketingqualifiedlead"
OPT_OUT = "HasOptedOutOfEmail"
RAISES = ("demo", "contact", "price")  # forms by which a lead asks for sales
SHOWN = 12  # forms that are listed


def draft(slug: str, tables: Mapping[Side, Mapping[str, object]], found: Survey, *, key_file: str) -> str:
    """A whole configuration as TOML, with where each line is from."""
    return "\n".join(
        [
            "#:schema ./config.schema.json",
            f"# Made by `acuerdo init` on {datetime.now(UTC):%Y-%m-%d} of {found.marketing.name} and {found.sales.name}.",
            "# What else can be written: acuerdo config example",
            "",
            f"erasure_key = {write_value({'file': key_file})}  # keep it as long as the ledger: docs/privacy.md",
            "",
            f"[companies.{slug}]",
            *_company(found),
            "",
            f"[companies.{slug}.marketing]",
            *(f"{name} = {write_value(value)}" for name, value in tables[Side.marketing].items()),
            *_notes(found),
            "",
            f"[companies.{slug}.crm]",
            *(f"{name} = {write_value(value)}" for name, value in tables[Side.crm].items()),
            "",
            f"[companies.{slug}.agreement.definitions]  # when a lead is ready to pass to sales",
            *_definitions(found),
            "",
            f"[companies.{slug}.agreement.calendar]  # hours are Monday to Friday, 09:00-18:00",
            *_calendar(found),
            "",
            f"[companies.{slug}.form_kinds]",
            *_forms(found),
            "",
            f"[companies.{slug}.mapping]",
            *_mapping(found),
            "",
            f"[companies.{slug}.sales_says.statuses]",
            *_statuses(found),
            "",
        ]
    )


def country_of(found: Survey) -> tuple[str, str] | None:
    """The country that the accounts tell, and what tells it: the CRM's locale, else the platform's zone."""
    territory = (found.sales.locale or "").replace("-", "_").partition("_")[2][:2]
    if territory in SUPPORTED_REGIONS:
        return territory, f"{found.sales.system}'s locale {found.sales.locale}"
    zone = found.marketing.timezone
    by_zone = get_global("zone_territories").get(zone, "")
    return (by_zone, f"the zone {zone}") if by_zone in SUPPORTED_REGIONS else None


def language_of(found: Survey) -> tuple[str, str]:
    """The language for briefs, and what tells it: the CRM's locale, else the country's own, else English."""
    own = (found.sales.locale or "").replace("-", "_").partition("_")[0]
    if own in LANGUAGES:
        return own, f"{found.sales.system}'s locale {found.sales.locale}"
    country = country_of(found)
    try:
        spoken = Locale.parse(f"und_{country[0]}").language if country else ""
    except UnknownLocaleError:
        spoken = ""
    return (spoken, "the country's") if spoken in LANGUAGES else ("en", "a default: es and pt are there too")


def _company(found: Survey) -> Iterator[str]:
    language, why = language_of(found)
    yield f'language = "{language}"  # {why}'
    yield f'timezone = "{ZoneInfo(found.marketing.timezone).key}"  # {found.marketing.system}\'s'
    if found.sales.timezone != found.marketing.timezone:
        yield f"# {found.sales.system} is in {found.sales.timezone}: write the zone that the two teams work in"
    country = country_of(found)
    if country is not None:
        yield f'country = "{country[0]}"  # {country[1]}: where phones without a country code are from'
    else:
        yield '# country = "ES"  # neither account tells it: where phones without a country code are from'
    currency = found.marketing.currency or found.sales.currency
    if currency:
        yield f"# amounts, in goals too, are in {currency}, the currency of {found.marketing.system}"


def _notes(found: Survey) -> Iterator[str]:
    for each in found.findings:
        yield f"# {each.what}: {each.state}"
        if each.remedy:
            yield f"#   {each.remedy}"


def _definitions(found: Survey) -> Iterator[str]:
    kinds = sorted({kind for name in found.forms if (kind := FormKinds().kind_of(name)) in RAISES})
    clauses = [
        *([{"field": "lifecycle_stage", "in": [MQL]}] if MQL in found.stages else []),
        *([{"field": "last_form.kind", "in": kinds}] if kinds else []),
    ]
    if found.stages:
        yield f"# lifecycle stages over there: {', '.join(found.stages)}"
    if not clauses:
        yield "# neither a stage nor a form tells: nobody is passed until you write a condition here"
        yield "mql = false"
    elif len(clauses) == 1:
        yield f"mql = {write_value(clauses[0])}"
    else:
        yield "mql = { any = ["
        yield from (f"  {write_value(each)}," for each in clauses)
        yield "] }"


def _calendar(found: Survey) -> Iterator[str]:
    country = country_of(found)
    if country is None or country[0] not in (
        known := holidays.list_supported_countries(include_aliases=False)
    ):
        yield '# holidays = { country = "ES", subdivision = "MD" }'
        return
    yield f"holidays = {write_value({'country': country[0]})}"
    if known[country[0]]:
        yield f"# and with subdivision = one of: {', '.join(known[country[0]])}"


def _forms(found: Survey) -> Iterator[str]:
    kinds = FormKinds()
    ordered = sorted(found.forms.items(), key=lambda item: (-item[1], item[0]))
    yield "# kind = [patterns]; what is taken for what without a line here, by its name:"
    for name, count in ordered[:SHOWN]:
        yield f"# {write_value(name)} ({count}): {kinds.kind_of(name)}"
    if len(ordered) > SHOWN:
        yield f"# and {len(ordered) - SHOWN} forms more"
    if not ordered:
        yield "# no contact that was looked at has filled a form"


def _mapping(found: Survey) -> Iterator[str]:
    yield "# over the defaults (docs/mapping.md); what else could be mapped: acuerdo fields --suggest"
    wanted = default_rules(found.targets)
    for name in SALESFORCE_LEAD:
        if name not in wanted or name not in found.targets or not found.targets[name].writable:
            yield f"{name} = false  # not over there, or not to be written"
    for name, row in wanted.items():
        if name not in SALESFORCE_LEAD:
            yield f"{name} = {write_value(row)}"
    opt_out = found.targets.get(OPT_OUT)
    if opt_out is not None and opt_out.writable:
        rule = {"from": "opted_out", "transform": KEPT[OPT_OUT]}
        yield f"{OPT_OUT} = {write_value(rule)}  # an opt-out is carried over, and never taken back"
    filled = {name for name in wanted if name in found.targets}
    for name, target in found.targets.items():
        if target.required and target.writable and name not in filled:
            yield f"# {name} is required over there and nothing fills it: write a rule"


def _statuses(found: Survey) -> Iterator[str]:
    unknown = [each for each in found.statuses if each not in DEFAULT_STATUSES]
    yield f"# each is one of {', '.join(STATUS_MEANINGS)}"
    known = {each: DEFAULT_STATUSES[each] for each in found.statuses if each in DEFAULT_STATUSES}
    for name, meaning in known.items():
        yield f"{write_value(name)} = {write_value(meaning)}  # a default"
    for name in unknown:
        yield f"# {write_value(name)} =  # says nothing until you write what it means"

"""The text of a first configuration: each line from what an account says, or said to be a default."""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import holidays
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from phonenumbers import SUPPORTED_REGIONS

from commands.survey import Survey
from commands.toml_text import write_value
from connectors.registration import Side, registration_of
from mapping.forms import FormKinds
from mapping.language import LANGUAGES
from mapping.rules import SALESFORCE_LEAD, default_rules
from sync.speech import DEFAULT_STATUSES, STATUS_MEANINGS

HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # Unicode's categories of what is not seen
RAISES = ("demo", "contact", "price")  # forms by which a lead asks for sales
SHOWN = 12  # forms that are listed
REMARKS: Mapping[str, tuple[str, ...]] = {
    "rdstation": (
        'plan = "pro"  # a default, the API does not tell it: light, basic, pro or advanced set how many calls it takes',
    ),
}


def draft(slug: str, tables: Mapping[Side, Mapping[str, object]], found: Survey, *, key_file: str) -> str:
    """A whole configuration as TOML, with where each line is from; what a vendor wrote never ends its comment."""
    return "\n".join(_visible(line) for line in _lines(slug, tables, found, key_file))


def _visible(line: str) -> str:
    """The line with every character that ends a line, controls or steers it written as its number.

    Values hold none of them, being escaped: only comments do, which TOML and readers would misunderstand.
    """
    return "".join(_number(each) if unicodedata.category(each) in HIDDEN else each for each in line)


def _number(character: str) -> str:
    """A character as TOML writes it in a text."""
    return f"\\U{ord(character):08x}"


def _lines(
    slug: str, tables: Mapping[Side, Mapping[str, object]], found: Survey, key_file: str
) -> Iterator[str]:
    yield "#:schema ./config.schema.json"
    yield f"# Made by `acuerdo init` on {datetime.now(UTC):%Y-%m-%d} of {found.marketing.name} and {found.sales.name}."
    yield "# What else can be written: acuerdo config example"
    yield from (
        "",
        f"erasure_key = {write_value({'file': key_file})}  # keep it as long as the ledger: docs/privacy.md",
    )
    sections = (
        ("", "", _company(found)),
        (".marketing", "", _marketing(tables[Side.marketing], found)),
        (".crm", "", _rows(tables[Side.crm])),
        (".agreement.definitions", "when a lead is ready to pass to sales", _definitions(found)),
        (".agreement.calendar", "hours are Monday to Friday, 09:00-18:00", _calendar(found)),
        (".form_kinds", "", _forms(found)),
        (".mapping", "", _mapping(found)),
        (".sales_says.statuses", "", _statuses(found)),
    )
    for name, what, lines in sections:
        yield from ("", f"[companies.{slug}{name}]" + (f"  # {what}" if what else ""), *lines)
    yield ""
    yield from _lead_fields(slug, found)


def country_of(found: Survey) -> tuple[str, str] | None:
    """The country that the accounts tell, and what tells it: the CRM's locale, else the platform's zone."""
    territory = (found.sales.locale or "").replace("-", "_").partition("_")[2][:2]
    if territory in SUPPORTED_REGIONS:
        return territory, f"{found.sales.system}'s locale {found.sales.locale}"
    zone, _ = zone_of(found)
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


def zone_of(found: Survey) -> tuple[str, str]:
    """The zone of the two teams, and what tells it: the platform's, else the CRM's."""
    teller = found.marketing if registration_of(found.marketing.system).tells_zone else found.sales
    return ZoneInfo(teller.timezone).key, f"{teller.system}'s"


def _company(found: Survey) -> Iterator[str]:
    (language, why), (zone, whose) = language_of(found), zone_of(found)
    yield f'language = "{language}"  # {why}'
    yield f'timezone = "{zone}"  # {whose}'
    if found.sales.timezone != zone:
        yield f"# {found.sales.system} is in {found.sales.timezone}: write the zone that the two teams work in"
    country = country_of(found)
    if country is not None:
        yield f'country = "{country[0]}"  # {country[1]}: where phones without a country code are from'
    else:
        yield '# country = "ES"  # neither account tells it: where phones without a country code are from'
    teller = found.marketing if found.marketing.currency else found.sales
    if teller.currency:
        yield f"# amounts, in goals too, are in {teller.currency}, the currency of {teller.system}"


def _rows(table: Mapping[str, object]) -> Iterator[str]:
    return (f"{name} = {write_value(value)}" for name, value in table.items())


def _marketing(table: Mapping[str, object], found: Survey) -> Iterator[str]:
    yield from _rows(table)
    yield from REMARKS.get(found.marketing.system, ())
    for each in found.findings:
        yield f"# {each.what}: {each.state}"
        if each.remedy:
            yield f"#   {each.remedy}"


def _definitions(found: Survey) -> Iterator[str]:
    kinds = sorted({kind for name in found.forms if (kind := FormKinds().kind_of(name)) in RAISES})
    stage = registration_of(found.marketing.system).mql_stage
    clauses = [
        *([{"field": "lifecycle_stage", "in": [stage]}] if stage in found.stages else []),
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


def _lead_fields(slug: str, found: Survey) -> Iterator[str]:
    if found.unfilled:
        yield f"# [companies.{slug}.lead_fields]  # where the platform keeps what none of its usual properties tells"
    for name, likely in found.unfilled.items():
        for each in likely:
            yield f"# {name} = {write_value(each)}  # its name speaks of it: write the one that is meant"
        if not likely:
            yield f'# {name} = "..."  # no property over there speaks of it'
    if found.unfilled:
        yield ""


def _mapping(found: Survey) -> Iterator[str]:
    yield "# over the defaults (docs/mapping.md); what else could be mapped: acuerdo fields --suggest"
    wanted = default_rules(found.targets)
    for name, usual in SALESFORCE_LEAD.items():
        if isinstance(usual, Mapping) and usual.get("optional"):
            continue
        if name not in wanted or name not in found.targets or not found.targets[name].writable:
            yield f"{name} = false  # not over there, or not to be written"
    for name, row in wanted.items():
        if name not in SALESFORCE_LEAD:
            yield f"{name} = {write_value(row)}"
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

"""One company's table, read: every part typed, every fault told at once (design, section 8)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from phonenumbers import SUPPORTED_REGIONS
from pydantic import Field, ValidationError

from connectors.registration import Registration, Side, registration_of
from connectors.registration import names as connector_names
from connectors.settings import ConnectorSettings, Table, problems_of
from mapping.fields import LeadFields, lead_fields
from mapping.forms import parse_form_kinds
from mapping.language import LANGUAGES
from mapping.problems import ConfigurationError, Problem, nearest
from mapping.rules import SALESFORCE_LEAD, FieldRule, Wins, parse_rules
from policies.agreement import Agreement, parse_agreement
from policies.states import Stage
from sync.absences import Absences, read_absences
from sync.extensions import transforms
from sync.limits import Limits
from sync.proposal import faults_of, faults_of_parts
from sync.settings import Company
from sync.speech import read_speech

SLUG = re.compile(r"[a-z][a-z0-9_]{0,62}")
PARTS = (
    "language",
    "timezone",
    "country",
    "marketing",
    "crm",
    "agreement",
    "lead_fields",
    "form_kinds",
    "mapping",
    "sales_says",
    "stages",
    "limits",
    "follow_up_task",
    "absences",
)


class LimitsTable(Table):
    """`[companies.<slug>.limits]`; `false` switches a limit off."""

    create: Annotated[int, Field(ge=0, strict=True)] | Literal[False] = 500
    change_records: Annotated[int, Field(ge=0, strict=True)] | Literal[False] = 50
    change_share: float = Field(0.2, ge=0, le=1)
    put_off: Annotated[int, Field(ge=1, strict=True)] | Literal[False] = 10


def read_company(slug: str, table: Mapping[str, Any], environ: Mapping[str, str], folder: Path) -> Company:
    """One company's table, typed; raises ConfigurationError with every fault found in it."""
    key = f"companies.{slug}"
    faults: list[Problem] = []
    if not SLUG.fullmatch(slug):
        faults.append(Problem(key=key, what="not a slug", write="write a-z, then a-z, 0-9 and _, 63 at most"))
    faults += [
        Problem(key=f"{key}.{name}", what="an unknown key", write=_instead_of(name))
        for name in sorted(set(table) - set(PARTS))
    ]
    reader = _CompanyReader(key, table, environ, folder, faults)
    company = reader.read(slug)
    if faults or company is None:
        raise ConfigurationError(faults)
    return company


def _instead_of(name: str) -> str:
    if name == "companies":  # a table copied out of the file for all
        return "in a company's own file write [marketing], not [companies.<slug>.marketing]"
    return nearest(name, PARTS)


class _CompanyReader:
    """Reads the parts of one company's table and gathers their faults."""

    def __init__(
        self,
        key: str,
        table: Mapping[str, Any],
        environ: Mapping[str, str],
        folder: Path,
        faults: list[Problem],
    ) -> None:
        self.key, self.table, self.faults = key, table, faults
        self.context = {"environ": environ, "folder": folder}

    def read(self, slug: str) -> Company | None:
        platform, marketing = self._connector(Side.marketing, "platform")
        system, crm = self._connector(Side.crm, "system")
        language = self._choice("language", "en", LANGUAGES)
        timezone = self._choice("timezone", "UTC", available_timezones())
        fields = self._fields(platform or registration_of("hubspot"), timezone)
        agreement = self._agreement(fields, timezone) if fields else None
        rules = self._rules(fields) if fields else None
        if agreement is not None and agreement.routing.enabled and system is not None:
            self._refuse_two_givers(rules or (), system.owner)
        speech, problems = read_speech(self._part("sales_says"), f"{self.key}.sales_says")
        self.faults += problems
        if agreement is not None:
            self.faults += [each.under(self.key) for each in faults_of(agreement, speech)]
        limits = self._limits()
        absences = self._absences(agreement, timezone)
        stages = self._stages(platform or registration_of("hubspot"))
        task = self.table.get("follow_up_task", True)
        if not isinstance(task, bool):
            self._fault("follow_up_task", "not true or false", "write true or false")
        if None in (marketing, crm, fields, agreement, rules) or self.faults:
            return None
        assert marketing and crm and fields and agreement and rules and platform and system
        return Company(
            slug=slug,
            language=language,
            timezone=timezone,
            platform=platform.system,
            crm_system=system.system,
            marketing=marketing,
            crm=crm,
            agreement=agreement,
            fields=fields,
            rules=rules,
            speech=speech,
            limits=limits,
            stages=stages,
            follow_up_task=task,
            absences=absences,
        )

    def _absences(self, agreement: Agreement | None, timezone: str) -> Absences:
        absences, problems = read_absences(self._part("absences"), timezone, f"{self.key}.absences")
        self.faults += problems
        if absences and agreement is not None and not agreement.routing.enabled:
            self._fault("absences", "nothing is routed here", "leave them out, or write agreement.routing")
        return absences

    def _connector(self, side: Side, name: str) -> tuple[Registration | None, ConnectorSettings | None]:
        table = dict(self._part(side))
        system = table.pop(name, None)
        if not isinstance(system, str) or system not in connector_names(side):
            said = "is missing" if system is None else f"{system!r} is not known"
            self._fault(f"{side}.{name}", said, nearest(str(system or ""), connector_names(side)))
            return None, None
        try:
            registration = registration_of(system, side)
        except ConfigurationError as error:  # of another package: it is broken, or of the other side
            self.faults += [replace(each, key=f"{self.key}.{side}.{name}") for each in error.problems]
            return None, None
        try:
            return registration, registration.settings.model_validate(table, context=self.context)
        except ValidationError as error:
            self.faults += problems_of(error, registration.settings, f"{self.key}.{side}")
            return registration, None

    def _fields(self, platform: Registration, timezone: str) -> LeadFields | None:
        country = self.table.get("country")
        if country is not None and country not in SUPPORTED_REGIONS:
            self._fault("country", f"{country!r} is not a country", 'write its ISO code: "ES", "MX", "BR"')
        try:
            return lead_fields(
                platform.system,
                self._part("lead_fields"),
                sources=platform.sources,
                form_kinds=parse_form_kinds(self._part("form_kinds"), f"{self.key}.form_kinds"),
                country=country if isinstance(country, str) else None,
                zone=ZoneInfo(timezone) if timezone in available_timezones() else UTC,
                key=f"{self.key}.lead_fields",
            )
        except ConfigurationError as error:
            self.faults += error.problems
            return None

    def _agreement(self, fields: LeadFields, timezone: str) -> Agreement | None:
        table = dict(self._part("agreement"))
        table.setdefault("calendar", {})
        if isinstance(table["calendar"], dict):
            table["calendar"] = {"timezone": timezone, **table["calendar"]}
        try:
            return parse_agreement(table, catalogue=fields.types)
        except ConfigurationError as error:
            found = [*error.problems, *faults_of_parts(table)]
            self.faults += [each.under(f"{self.key}.agreement") for each in found]
            return None

    def _rules(self, fields: LeadFields) -> tuple[FieldRule, ...] | None:
        """The default rules with the company's over them; a target set to `false` has none."""
        table = {**SALESFORCE_LEAD, **self._part("mapping")}
        wanted = {target: row for target, row in table.items() if row is not False}
        try:
            return parse_rules(wanted, fields.types, transforms=transforms(), key=f"{self.key}.mapping")
        except ConfigurationError as error:
            self.faults += error.problems
            return None

    def _refuse_two_givers(self, rules: Iterable[FieldRule], owner: str) -> None:
        """A rule may name the owner of a new record where leads are routed; later on they would undo each other."""
        for rule in rules:
            if rule.target == owner and rule.wins is not Wins.never:
                what = "agreement.routing gives leads to owners too, and each would undo the other"
                self._fault(f"mapping.{owner}.wins", what, 'write wins = "never", or leave one of them out')

    def _stages(self, platform: Registration) -> dict[str, str]:
        """The platform's own name of each stage; one that is `false` is not set there."""
        stages = {**platform.stages, **self._part("stages")}
        for name, value in stages.items():
            if name not in set(Stage):
                self._fault(f"stages.{name}", "no stage of ours", nearest(name, Stage))
            elif value is not False and not (isinstance(value, str) and value):
                self._fault(f"stages.{name}", "not a name", "write the platform's own name, or false")
        return {name: value for name, value in stages.items() if value is not False}

    def _limits(self) -> Limits:
        try:
            table = LimitsTable.model_validate(self._part("limits"))
        except ValidationError as error:
            self.faults += problems_of(error, LimitsTable, f"{self.key}.limits")
            return Limits()
        return Limits(
            create=None if table.create is False else table.create,
            change_records=None if table.change_records is False else table.change_records,
            change_share=table.change_share,
            put_off=None if table.put_off is False else table.put_off,
        )

    def _choice(self, name: str, default: str, known: Any) -> str:
        value = self.table.get(name, default)
        if value not in known:
            self._fault(name, f"{value!r} is not known", nearest(str(value), known))
        return str(value)

    def _part(self, name: str) -> Mapping[str, Any]:
        value = self.table.get(name, {})
        if isinstance(value, Mapping):
            return value
        self._fault(name, "not a table", f"write a table [{self.key}.{name}]")
        return {}

    def _fault(self, name: str, what: str, write: str) -> None:
        self.faults.append(Problem(key=f"{self.key}.{name}", what=what, write=write))

"""The configuration: one file, or one file a company; every fault told at once (design, section 8)."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS
from pydantic import Field, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from connectors.settings import (
    ConnectorSettings,
    HubSpotSettings,
    SalesforceSettings,
    Table,
    problems_of,
    resolve,
)
from mapping.fields import LeadFields, lead_fields
from mapping.forms import parse_form_kinds
from mapping.language import LANGUAGES
from mapping.problems import ConfigurationError, Problem, nearest
from mapping.rules import SALESFORCE_LEAD, FieldRule, parse_rules
from policies.agreement import Agreement, parse_agreement
from sync.limits import Limits
from sync.proposal import faults_of
from sync.speech import Speech, read_speech

SLUG = re.compile(r"[a-z][a-z0-9_]{0,62}")
PLATFORMS: dict[str, type[ConnectorSettings]] = {"hubspot": HubSpotSettings}
CRMS: dict[str, type[ConnectorSettings]] = {"salesforce": SalesforceSettings}
STAGES = {
    "hubspot": {
        "sql": "salesqualifiedlead",
        "opportunity": "opportunity",
        "customer": "customer",
        "lead": "lead",
    }
}
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
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One customer of ours as configured: everything a run over it needs."""

    slug: str
    language: str
    timezone: str
    platform: str
    crm_system: str
    marketing: ConnectorSettings
    crm: ConnectorSettings
    agreement: Agreement
    fields: LeadFields
    rules: tuple[FieldRule, ...]
    speech: Speech = field(default_factory=Speech)
    limits: Limits = field(default_factory=Limits)
    stages: Mapping[str, str] = field(default_factory=dict)
    follow_up_task: bool = True

    @property
    def tracks(self) -> Mapping[str, str]:
        """The platform's own name (a list, a tag) of each track."""
        tracks: Mapping[str, str] = getattr(self.marketing, "tracks", {})
        return tracks


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What was read: the sound companies, and the faults of the others, which stop those alone."""

    ledger: str
    log: str
    companies: Mapping[str, Company]
    faults: Mapping[str, tuple[Problem, ...]]
    source: Path


class LimitsTable(Table):
    """`[companies.<slug>.limits]`; `false` switches a limit off."""

    create: Annotated[int, Field(ge=0, strict=True)] | Literal[False] = 500
    change_records: Annotated[int, Field(ge=0, strict=True)] | Literal[False] = 50
    change_share: float = Field(0.2, ge=0, le=1)


class Settings(BaseSettings):
    """What concerns every company; `ACUERDO_LEDGER` and `ACUERDO_LOG` win over the file."""

    model_config = SettingsConfigDict(
        env_prefix="ACUERDO_", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    ledger: str | dict[str, str] = ""
    log: Literal["auto", "json", "text"] = "auto"
    companies: dict[str, dict[str, Any]] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then the file's tables."""
        return (env_settings, init_settings)


def find_configuration(given: Path | None, environ: Mapping[str, str]) -> Path:
    """The file to read: the given one, `ACUERDO_CONFIG`, `./config.toml`, then the user's own folder.

    Raises ConfigurationError when there is none.
    """
    home = Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "~")).expanduser() / ".config")
    named = given or (Path(environ["ACUERDO_CONFIG"]) if environ.get("ACUERDO_CONFIG") else None)
    for path in [named] if named else [Path("config.toml"), home / "acuerdo" / "config.toml"]:
        if path.is_file():
            return path
    where = str(named) if named else f"config.toml here or in {home / 'acuerdo'}"
    raise ConfigurationError(
        [
            Problem(
                key=where,
                what="there is no configuration",
                write="make one with `acuerdo config example > config.toml`, or name it with -c FILE",
            )
        ]
    )


def read_configuration(path: Path, environ: Mapping[str, str] | None = None) -> Configuration:
    """Reads `path` and the company files in `companies/` beside it.

    Raises ConfigurationError with every fault that concerns all companies.
    """
    environ = os.environ if environ is None else environ
    tables = _read_toml(path)
    problems = _unknown_variables(environ)
    companies = dict(tables.get("companies", {})) if isinstance(tables.get("companies", {}), dict) else {}
    broken: dict[str, tuple[Problem, ...]] = {}
    for file in sorted((path.parent / "companies").glob("*.toml")):
        if file.stem in companies:
            problems.append(
                Problem(
                    key=f"companies.{file.stem}",
                    what=f"stands in {path.name} and in companies/{file.name}",
                    write="keep one of them",
                )
            )
        try:
            companies[file.stem] = _read_toml(file)
        except ConfigurationError as error:  # that company's own fault
            broken[file.stem] = error.problems
    settings = _settings({**tables, "companies": companies}, problems)
    if problems or settings is None:
        raise ConfigurationError(problems)
    sound, faults = _read_companies(companies, environ, path.parent)
    return Configuration(
        ledger=_ledger(settings.ledger, environ, path.parent),
        log=settings.log,
        companies=sound,
        faults=faults | broken,
        source=path,
    )


def read_company(slug: str, table: Mapping[str, Any], environ: Mapping[str, str], folder: Path) -> Company:
    """One company's table, typed; raises ConfigurationError with every fault found in it."""
    key = f"companies.{slug}"
    faults: list[Problem] = []
    if not SLUG.fullmatch(slug):
        faults.append(Problem(key=key, what="not a slug", write="write a-z, then a-z, 0-9 and _, 63 at most"))
    faults += [
        Problem(key=f"{key}.{name}", what="an unknown key", write=nearest(name, PARTS))
        for name in sorted(set(table) - set(PARTS))
    ]
    reader = _CompanyReader(key, table, environ, folder, faults)
    company = reader.read(slug)
    if faults or company is None:
        raise ConfigurationError(faults)
    return company


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
        platform, marketing = self._connector("marketing", "platform", PLATFORMS)
        system, crm = self._connector("crm", "system", CRMS)
        language = self._choice("language", "en", LANGUAGES)
        timezone = self._choice("timezone", "UTC", available_timezones())
        fields = self._fields(platform or "hubspot")
        agreement = self._agreement(fields, timezone) if fields else None
        rules = self._rules(fields) if fields else None
        speech, problems = read_speech(self._part("sales_says"), f"{self.key}.sales_says")
        self.faults += problems
        if agreement is not None:
            self.faults += [each.under(self.key) for each in faults_of(agreement, speech)]
        limits = self._limits()
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
            platform=platform,
            crm_system=system,
            marketing=marketing,
            crm=crm,
            agreement=agreement,
            fields=fields,
            rules=rules,
            speech=speech,
            limits=limits,
            stages={**STAGES.get(platform, {}), **self._part("stages")},
            follow_up_task=task,
        )

    def _connector(
        self, part: str, name: str, known: Mapping[str, type[ConnectorSettings]]
    ) -> tuple[str | None, ConnectorSettings | None]:
        table = dict(self._part(part))
        system = table.pop(name, None)
        if not isinstance(system, str) or system not in known:
            said = "is missing" if system is None else f"{system!r} is not known"
            self._fault(f"{part}.{name}", said, nearest(str(system or ""), known))
            return None, None
        try:
            return system, known[system].model_validate(table, context=self.context)
        except ValidationError as error:
            self.faults += problems_of(error, known[system], f"{self.key}.{part}")
            return system, None

    def _fields(self, platform: str) -> LeadFields | None:
        country = self.table.get("country")
        if country is not None and country not in SUPPORTED_REGIONS:
            self._fault("country", f"{country!r} is not a country", 'write its ISO code: "ES", "MX", "BR"')
        try:
            return lead_fields(
                platform,
                self._part("lead_fields"),
                form_kinds=parse_form_kinds(self._part("form_kinds"), f"{self.key}.form_kinds"),
                country=country if isinstance(country, str) else None,
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
            agreement = parse_agreement(table, catalogue=fields.types)
        except ConfigurationError as error:
            self.faults += [each.under(f"{self.key}.agreement") for each in error.problems]
            return None
        if agreement.routing.enabled:  # judged, but the engine has no way to write an owner yet
            what, write = "routing is not carried out yet", "leave it out: the CRM's own rules assign"
            self._fault("agreement.routing", what, write)
        return agreement

    def _rules(self, fields: LeadFields) -> tuple[FieldRule, ...] | None:
        """The default rules with the company's over them; a target set to `false` has none."""
        table = {**SALESFORCE_LEAD, **self._part("mapping")}
        wanted = {target: row for target, row in table.items() if row is not False}
        try:
            return parse_rules(wanted, fields.types, key=f"{self.key}.mapping")
        except ConfigurationError as error:
            self.faults += error.problems
            return None

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


def _read_companies(
    tables: Mapping[str, Any], environ: Mapping[str, str], folder: Path
) -> tuple[dict[str, Company], dict[str, tuple[Problem, ...]]]:
    sound: dict[str, Company] = {}
    faults: dict[str, tuple[Problem, ...]] = {}
    for slug, table in tables.items():
        try:
            sound[slug] = read_company(slug, table, environ, folder)
        except ConfigurationError as error:
            faults[slug] = error.problems
    return sound, faults


def _settings(tables: Mapping[str, Any], problems: list[Problem]) -> Settings | None:
    try:
        return Settings(**tables)
    except ValidationError as error:
        problems += problems_of(error, Settings)
        return None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        what, write = f"cannot be read ({type(error).__name__})", "name a readable file with -c FILE"
    except UnicodeDecodeError:
        what, write = "is not UTF-8", "save it as UTF-8"
    except tomllib.TOMLDecodeError as error:
        what, write = f"is not TOML: {error}", "correct that line"
    raise ConfigurationError([Problem(key=str(path), what=what, write=write)])


def _unknown_variables(environ: Mapping[str, str]) -> list[Problem]:
    known = ("ACUERDO_CONFIG", "ACUERDO_LEDGER", "ACUERDO_LOG")
    return [
        Problem(key=name, what="an unknown environment variable", write=nearest(name, known))
        for name in sorted(environ)
        if name.startswith("ACUERDO_") and name not in known
    ]


def _ledger(value: str | dict[str, str], environ: Mapping[str, str], folder: Path) -> str:
    if not value:
        home = Path(environ.get("HOME", "~")).expanduser()
        data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
        return f"sqlite:///{data / 'acuerdo' / 'acuerdo.sqlite'}"
    try:
        return resolve(value, environ=environ, folder=folder, secret=False)
    except PydanticCustomError as error:
        problem = Problem(key="ledger", what=error.message(), write="correct it")
        raise ConfigurationError([problem]) from None

"""`config`: what is in force with every default, an example to start from, and the schema for editors."""

import json
import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from sqlalchemy import make_url

from commands.outcome import CONFIGURATION, DONE
from commands.schema import configuration_schema
from commands.session import err, out
from commands.toml_text import write_toml
from mapping.privacy import HIDDEN
from mapping.rules import KEYS as RULE_KEYS
from mapping.rules import FieldRule
from sync.configuration import find_configuration, read_configuration
from sync.settings import Company, Configuration

NAMES = {"from": "sources", "transform": "transforms"}
USUAL = FieldRule(target="")


def show(config: Path | None, *, as_json: bool) -> int:
    """Prints the effective configuration; secrets are hidden, companies with faults are told with them."""
    configuration = read_configuration(find_configuration(config, os.environ))
    shown = effective(configuration)
    if as_json:
        faults = {slug: [str(each) for each in some] for slug, some in configuration.faults.items()}
        out.print_json(json.dumps({"source": str(configuration.source), **shown, "faults": faults}))
    else:
        out.print(_text(configuration, shown), markup=False, soft_wrap=True, end="")
        for problems in configuration.faults.values():
            for each in problems:
                err.print(str(each), style="red", markup=False, soft_wrap=True)
    return CONFIGURATION if configuration.faults else DONE


def effective(configuration: Configuration) -> dict[str, Any]:
    """The configuration as tables: every default filled in, no secret, what is not set left out."""
    shown: dict[str, Any] = {"ledger": _address(configuration.ledger), "log": configuration.log}
    if any(each.erasure_key for each in configuration.companies.values()):
        shown["erasure_key"] = HIDDEN
    return shown | {"companies": {slug: _company(each) for slug, each in configuration.companies.items()}}


def schema(*, company_file: bool) -> str:
    """The JSON Schema of the configuration, as text."""
    return json.dumps(configuration_schema(company_file=company_file), indent=2)


def example_configuration() -> str:
    """The example that the product carries."""
    packaged = files("sync").joinpath("config.example.toml")
    if packaged.is_file():
        return packaged.read_text("utf-8")
    return (Path(__file__).parent.parent / "config.example.toml").read_text("utf-8")


def _text(configuration: Configuration, shown: Mapping[str, Any]) -> str:
    """TOML, as one file for all companies would have it."""
    shared = {name: value for name, value in shown.items() if name != "companies"}
    lines = [f"# in force by {configuration.source}; secrets are hidden"]
    lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in shared.items()]
    parts = [write_toml(table, f"companies.{slug}") for slug, table in shown["companies"].items()]
    return "\n".join([*lines, "", *parts])


def _company(company: Company) -> dict[str, Any]:
    fields = company.fields
    shown: dict[str, Any] = _plain(
        {
            "language": company.language,
            "timezone": company.timezone,
            "country": fields.country,
            "follow_up_task": company.follow_up_task,
            "marketing": {"platform": company.platform, **_settings(company.marketing)},
            "crm": {"system": company.crm_system, **_settings(company.crm)},
            "agreement": company.agreement.to_table(),
            "lead_fields": {name: _field(company, name) for name in fields.sources},
            "form_kinds": _kinds(fields.form_kinds.patterns),
            "mapping": {rule.target: rule_table(rule) for rule in company.rules},
            "sales_says": {
                "statuses": company.speech.statuses,
                "lost_reasons": company.speech.lost_reasons,
            },
            "stages": company.stages,
            "limits": {
                "create": _or_false(company.limits.create),
                "change_records": _or_false(company.limits.change_records),
                "change_share": company.limits.change_share,
                "put_off": _or_false(company.limits.put_off),
            },
        }
    )
    return shown


def _settings(settings: BaseModel) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in type(settings).model_fields}


def _field(company: Company, name: str) -> dict[str, Any]:
    known = company.fields.catalogue[name]
    sensitive = {"sensitive": True} if known.sensitive else {}
    return {"from": list(company.fields.sources[name]), "type": known.type.value, **sensitive}


def _kinds(patterns: Mapping[str, str]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for pattern, kind in patterns.items():
        kinds.setdefault(kind, []).append(pattern)
    return kinds


def rule_table(rule: FieldRule) -> dict[str, Any]:
    """A rule as a table of the configuration, without what is usual; `parse_rules` reads it back equal."""
    found = {}
    for key in sorted(RULE_KEYS):
        name = NAMES.get(key, key)
        value = getattr(rule, name)
        if value != getattr(USUAL, name):
            found[key] = value
    if rule.sources:
        found["from"] = rule.sources[0] if len(rule.sources) == 1 else list(rule.sources)
    if rule.transforms:
        found["transform"] = [name if it is None else {name: it} for name, it in rule.transforms]
    return found


def _or_false(limit: int | None) -> int | bool:
    return False if limit is None else limit


def _plain(value: Any) -> Any:
    """JSON values without None; a secret is hidden wherever it stands."""
    match value:
        case SecretStr():
            return HIDDEN
        case BaseModel():
            return _plain(_settings(value))
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items() if each is not None}
        case list() | tuple() | set() | frozenset():
            return [_plain(each) for each in (value if isinstance(value, list | tuple) else sorted(value))]
        case Path():
            return str(value)
        case _:
            return value


def _address(ledger: str) -> str:
    """The ledger's address without its password."""
    return make_url(ledger).render_as_string(hide_password=True)

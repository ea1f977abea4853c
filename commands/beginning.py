"""`init`: a first configuration written from what both accounts say of themselves; no file is overwritten."""

import os
import re
import secrets
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from commands.configuring import schema
from commands.draft import draft
from commands.outcome import DONE
from commands.session import UsageError, out
from commands.survey import Survey, survey
from connectors import registry
from connectors.registration import Side, registration_of
from connectors.settings import problems_of
from mapping.places import fold
from mapping.problems import ConfigurationError
from sync.company import read_company
from sync.logs import set_up_logs


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A key of a connector's table, the variable that it is read from, and whether it is a secret."""

    key: str
    variable: str
    secret: bool = False
    default: str | None = None


CREDENTIALS: Mapping[str, tuple[Credential, ...]] = {
    "hubspot": (
        Credential(key="token", variable="HUBSPOT_TOKEN", secret=True),
        Credential(key="base_url", variable="HUBSPOT_BASE_URL", default="https://api.hubapi.com"),
    ),
    "salesforce": (
        Credential(key="base_url", variable="SALESFORCE_BASE_URL"),
        Credential(key="client_id", variable="SALESFORCE_CLIENT_ID"),
        Credential(key="client_secret", variable="SALESFORCE_CLIENT_SECRET", secret=True),
    ),
}
NAMES = {Side.marketing: "platform", Side.crm: "system"}
KEY_FILE, SCHEMA_FILE, SECRETS = "erasure.key", "config.schema.json", "secrets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asks of `init`."""

    file: Path = Path("config.toml")
    slug: str | None = None
    platform: str = "hubspot"
    crm: str = "salesforce"


def init(wish: Wish) -> int:
    """Looks at both accounts and writes a configuration that reads without a fault; tells what comes next."""
    if wish.file.exists():
        raise UsageError(f"{wish.file} is there already and stays as it is; name another file")
    folder = wish.file.resolve().parent
    tables = {
        side: {NAMES[side]: system, **_credentials(system, folder)}
        for side, system in ((Side.marketing, wish.platform), (Side.crm, wish.crm))
    }
    set_up_logs("auto")
    found = _look(tables, folder)
    slug = wish.slug or slug_of(found.sales.name)
    text = draft(slug, tables, found, key_file=KEY_FILE)
    read_company(slug, tomllib.loads(text)["companies"][slug], os.environ, folder)  # a fault is told first
    _write(folder / KEY_FILE, f"{secrets.token_hex(32)}\n", private=True, keep=True)
    _write(folder / SCHEMA_FILE, schema(company_file=False), keep=True)
    _write(wish.file, text)
    where = "" if wish.file.name == "config.toml" and folder == Path.cwd() else f" -c {wish.file}"
    out.print(f"{wish.file} is written, of {found.marketing.name} and {found.sales.name}", markup=False)
    out.print(
        f"Look it over. Then: acuerdo setup{where}, acuerdo check{where}, acuerdo plan{where}", markup=False
    )
    return DONE


def slug_of(name: str) -> str:
    """A company's slug made of its name; `company` where nothing of it is left."""
    text = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[:63].strip("_")
    return text if text and text[0].isalpha() else f"company_{text}".strip("_")


def _look(tables: Mapping[Side, Mapping[str, Any]], folder: Path) -> Survey:
    platform = registry.open_platform(*_settings(Side.marketing, tables[Side.marketing], folder))
    crm = registry.open_crm(*_settings(Side.crm, tables[Side.crm], folder))
    return survey(platform, crm)


def _settings(side: Side, table: Mapping[str, Any], folder: Path) -> tuple[str, Any]:
    rest = {name: value for name, value in table.items() if name != NAMES[side]}
    model = registration_of(table[NAMES[side]], side).settings
    try:
        return table[NAMES[side]], model.model_validate(
            rest, context={"environ": os.environ, "folder": folder}
        )
    except ValidationError as error:
        raise ConfigurationError(problems_of(error, model, side)) from None


def _credentials(system: str, folder: Path) -> dict[str, Any]:
    """The table of each credential: its variable where it is set, else what a person answers.

    Raises UsageError with every variable that is missing where nobody is there to ask.
    """
    if system not in CREDENTIALS:
        raise UsageError(
            f"init cannot look at {system!r}, only at {', '.join(CREDENTIALS)}; write its table by hand: docs/install.md"
        )
    needed = [each for each in CREDENTIALS[system] if each.default is None or each.variable in os.environ]
    missing = [each for each in needed if not os.environ.get(each.variable)]
    if missing and not sys.stdin.isatty():
        names = ", ".join(each.variable for each in missing)
        raise UsageError(
            f"{system}: set {names}, or run this at a terminal, where it asks; see docs/install.md"
        )
    return {each.key: _ask(each, folder) if each in missing else _from_variable(each) for each in needed}


def _from_variable(each: Credential) -> dict[str, str]:
    return {"env": each.variable} | ({"default": each.default} if each.default else {})


def _ask(each: Credential, folder: Path) -> Any:
    """What a person answers: a secret goes into a file of its own, which the configuration names."""
    question = f"{each.variable}: "
    answer = (getpass(question) if each.secret else input(question)).strip()
    if not answer:
        raise UsageError(f"{each.variable} is needed; see docs/install.md")
    if not each.secret:
        return answer
    name = f"{SECRETS}/{each.variable.lower()}"
    (folder / SECRETS).mkdir(mode=0o700, exist_ok=True)
    _write(folder / name, f"{answer}\n", private=True)
    return {"file": name}


def _write(path: Path, text: str, *, private: bool = False, keep: bool = False) -> None:
    """Writes a new file; one that is there stays, with `keep` without a word."""
    try:
        with os.fdopen(
            os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if private else 0o644), "w"
        ) as file:
            file.write(text)
    except FileExistsError:
        if not keep:
            raise UsageError(f"{path} is there already and stays as it is; move it away first") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({type(error).__name__})") from None

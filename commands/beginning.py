"""`init`: a first configuration written from what both accounts say of themselves; no file is overwritten."""

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from commands.configuring import schema
from commands.credentials import Safe, write_new
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

NAMES = {Side.marketing: "platform", Side.crm: "system"}
KEY_FILE, SCHEMA_FILE = "erasure.key", "config.schema.json"
GLANCE: Mapping[str, Mapping[str, Any]] = {"rdstation": {"page": 50, "reads": 50}}
"""What is enough of an account for a first look: RD Station takes 120 calls a minute, a contact costs two."""


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
    set_up_logs("auto")
    safe = Safe(folder)
    with safe.taken_back():
        tables = {
            side: {NAMES[side]: system, **safe.table(system)}
            for side, system in ((Side.marketing, wish.platform), (Side.crm, wish.crm))
        }
        found = _look(tables, folder)
        slug = wish.slug or slug_of(found.sales.name)
        text = draft(slug, tables, found, key_file=KEY_FILE)
        read_company(
            slug, tomllib.loads(text)["companies"][slug], os.environ, folder
        )  # a fault is told first
        write_new(folder / KEY_FILE, f"{secrets.token_hex(32)}\n", private=True, keep=True)
        write_new(folder / SCHEMA_FILE, schema(company_file=False), keep=True)
        write_new(wish.file, text)
    where = "" if wish.file.name == "config.toml" and folder == Path.cwd() else f" -c {wish.file}"
    out.print(f"{wish.file} is written, of {found.marketing.name} and {found.sales.name}", markup=False)
    out.print(
        f"Look it over. Then: acuerdo setup{where}, acuerdo check{where}, acuerdo plan{where}",
        markup=False,
        soft_wrap=True,
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
    system = table[NAMES[side]]
    rest = {**table, **GLANCE.get(system, {})}
    del rest[NAMES[side]]
    model = registration_of(system, side).settings
    try:
        return system, model.model_validate(rest, context={"environ": os.environ, "folder": folder})
    except ValidationError as error:
        raise ConfigurationError(problems_of(error, model, side)) from None

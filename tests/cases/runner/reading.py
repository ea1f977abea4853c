"""Case files: found in folders, read as TOML, every unknown key refused with the nearest known one."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from mapping.problems import nearest
from tests.cases.runner.times import CaseFault

LAYERS = ("policy", "figures", "ledger", "connector")
REQUIRED = ("id", "title", "layer", "ask")
SETTING = (
    "note", "calendar", "calendars", "agreement", "agreements", "fields", "people", "accounts", "deeds", "absences", "lead", "handoff",
    "events", "now", "published",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """One question with its parameters and the fields that its answer must have."""

    what: str
    given: Mapping[str, Any]
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its file writes it, checked for unknown keys; decimals only where they are expected."""

    id: str
    title: str
    layer: str
    setting: Mapping[str, Any]
    asks: tuple[Ask, ...]


def case_files(folders: Iterable[Path]) -> list[Path]:
    """Every case file in the folders and below, by name; `calendars.toml` holds calendars, not a case."""
    found = {path.resolve() for folder in folders for path in folder.rglob("*.toml")}
    return sorted(path for path in found if path.name != "calendars.toml")


def read_case(path: Path) -> Case:
    """The case of a file; raises CaseFault saying what to write instead."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise CaseFault(f"{path.name}: not TOML: {error}") from None
    refuse_unknown(table, (*REQUIRED, *SETTING), "")
    for key in REQUIRED:
        if key not in table:
            raise CaseFault(f"{key} is missing")
    if table["layer"] not in LAYERS:
        raise CaseFault(f"layer: {table['layer']!r} is not a layer: {nearest(str(table['layer']), LAYERS)}")
    asks = table["ask"]
    if not isinstance(asks, list) or not asks:
        raise CaseFault("ask: write at least one [[ask]]")
    return Case(
        id=str(table["id"]),
        title=str(table["title"]),
        layer=table["layer"],
        setting=plain({key: table[key] for key in SETTING if key in table}),
        asks=tuple(_read_ask(each, f"ask[{number}]") for number, each in enumerate(asks)),
    )


def _read_ask(table: Mapping[str, Any], where: str) -> Ask:
    expect = table.get("expect")
    if not isinstance(expect, dict) or not expect:
        raise CaseFault(f"{where}.expect: write at least one expected field")
    given = plain({key: value for key, value in table.items() if key not in ("what", "expect")})
    return Ask(what=str(table.get("what", "judge")), given=given, expect=expect)


def plain(value: Any) -> Any:
    """The value with decimals as floats, as a configuration file would give it to the product."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value


def refuse_unknown(table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    """Raises CaseFault for the first key that is not known."""
    known = tuple(known)
    for key in table:
        if key not in known:
            place = f"{where}.{key}" if where else key
            raise CaseFault(f"{place}: no such key: {nearest(key, known)}")

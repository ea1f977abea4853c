"""`fields`: what both systems have, what is mapped, and what could be; suggestions are TOML to paste."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.outcome import DONE
from commands.session import Session, UsageError, connect, open_session, out
from commands.tables import show_table
from commands.toml_text import write_value
from connectors.registration import registration_of
from mapping.problems import nearest
from mapping.suggestion import Doubt, Suggestion, suggest
from sync.accounts import Account, account_of, forget_accounts
from sync.settings import Company

OPTIONS = 5  # shown of a list on a terminal; --json tells all
OURS = "Acuerdo's own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asks of `fields`."""

    config: Path | None = None
    company: str | None = None
    system: str | None = None
    search: str | None = None
    suggest: bool = False
    as_json: bool = False


def fields(wish: Wish) -> int:
    """Lists both systems' fields, or suggests a mapping for those that none fills yet."""
    with open_session(wish.config) as session:
        company = session.only_company(wish.company)
        known = (company.platform, company.crm_system)
        if wish.system is not None and wish.system not in known:
            raise UsageError(f"{company.slug} has no system {wish.system!r}; {nearest(wish.system, known)}")
        marketing, sales = _accounts(session, company)
    if wish.suggest:
        found = suggestions(company, marketing, sales)
        if wish.as_json:
            out.print_json(json.dumps([_row_of(each) for each in found]))
        else:
            out.print(as_toml(company, found), markup=False, soft_wrap=True, end="")
        return DONE
    rows = [
        row
        for account in (marketing, sales)
        if wish.system in (None, account.tenant.system)
        for row in _rows(company, account)
        if wish.search is None or wish.search.casefold() in f"{row['name']} {row['label']}".casefold()
    ]
    if wish.as_json:
        out.print_json(json.dumps(rows))
    else:
        _show(company, rows)
    return DONE


def suggestions(company: Company, marketing: Account, sales: Account) -> list[Suggestion | Doubt]:
    """What could fill the CRM's fields that no rule fills, of which ours are none."""
    (kind,) = marketing.schema.kinds.values()
    ours = {each.name for each in registration_of(company.crm_system).properties}
    taken = {*ours, *(rule.target for rule in company.rules)}
    own = {each.name for each in registration_of(company.platform).properties}
    properties = {name: each for name, each in kind.items() if name not in own}
    return suggest(company.fields, taken, properties, sales.schema.kinds["Lead"])


def as_toml(company: Company, found: list[Suggestion | Doubt]) -> str:
    """The suggestions as text to paste; what would refuse leads, and what is not clear, is a comment."""
    lines = ["# Suggested by name, label and type. Paste what is right, then look at `acuerdo plan`."]
    sure = [each for each in found if isinstance(each, Suggestion)]
    new = {each.field: each for each in sure if each.source is not None and each.fits}
    if new:
        lines += ["", f"[companies.{company.slug}.lead_fields]"]
        lines += [
            f"{name} = {write_value({'from': each.source, 'type': str(each.type)})}"
            for name, each in new.items()
        ]
    lines += ["", f"[companies.{company.slug}.mapping]"]
    lines += [line for each in found for line in _lines(each)]
    return "\n".join(lines) + "\n"


def _lines(each: Suggestion | Doubt) -> Iterator[str]:
    if isinstance(each, Doubt):
        yield f"# {each.target}: several could be it: {', '.join(each.candidates)}"
        return
    rule = {"from": each.field, "transform": each.transform} if each.transform else each.field
    line = f"{each.target} = {write_value(rule)}"
    if each.fits:
        yield f"{line}  # {each.why}"
        return
    if each.source is not None:
        line += f", with {each.field} = {write_value({'from': each.source, 'type': str(each.type)})} in lead_fields"
    what = "any text" if each.outside is None else ", ".join(each.outside)
    yield f"# {line}"
    yield f"#   {each.why}, but its picklist is restricted, and over here stands {what}: give it a `table`"


def _accounts(session: Session, company: Company) -> tuple[Account, Account]:
    forget_accounts(session.ledger, company.slug)
    platform, crm = connect(company, session.ledger)
    return (
        account_of(session.ledger, company.slug, platform),
        account_of(session.ledger, company.slug, crm),
    )


def _rows(company: Company, account: Account) -> Iterator[dict[str, Any]]:
    system = account.tenant.system
    mapped = _read_by(company) if system == company.platform else _filled_by(company)
    ours = {each.name for each in registration_of(system).properties}
    for kind, described in account.schema.kinds.items():
        for each in described.values():
            yield {
                "system": system,
                "kind": kind,
                "name": each.name,
                "label": each.label,
                "type": each.type.value,
                "length": each.length,
                "writable": each.writable,
                "required": each.required,
                "options": list(each.options),
                "restricted": each.restricted,
                "mapped": OURS if each.name in ours else mapped.get(each.name),
            }


def _read_by(company: Company) -> Mapping[str, str]:
    """The fields of a lead that each of the platform's properties is read into."""
    found: dict[str, list[str]] = {}
    for field, names in company.fields.sources.items():
        for name in names:
            found.setdefault(name, []).append(field)
    return {name: ", ".join(some) for name, some in found.items()}


def _filled_by(company: Company) -> Mapping[str, str]:
    """What each of the CRM's fields is filled with."""
    return {
        rule.target: rule.template or ", ".join(rule.sources) or write_value(rule.value)
        for rule in company.rules
    }


def _show(company: Company, rows: list[dict[str, Any]]) -> None:
    heads = ("system", "kind", "field", "label", "type", "may be", "options", "mapped")
    show_table(f"{company.slug}: the fields of both systems", heads, [_cells(row) for row in rows], keys=3)
    mapped = sum(row["mapped"] is not None for row in rows)
    out.print(f"{len(rows)} fields, {mapped} mapped; what could be mapped: acuerdo fields --suggest")


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    size = f" {row['length']}" if row["length"] else ""
    marks = ["written" if row["writable"] else "read only", *(["required"] if row["required"] else [])]
    return (
        row["system"],
        row["kind"],
        row["name"],
        row["label"],
        row["type"] + size,
        ", ".join(marks),
        _options(row["options"]),
        row["mapped"] or "",
    )


def _options(options: list[str]) -> str:
    shown = ", ".join(options[:OPTIONS])
    return shown if len(options) <= OPTIONS else f"{shown} and {len(options) - OPTIONS} more"


def _row_of(each: Suggestion | Doubt) -> dict[str, Any]:
    if isinstance(each, Doubt):
        return {"target": each.target, "candidates": list(each.candidates)}
    return {
        "target": each.target,
        "field": each.field,
        "why": each.why.value,
        "source": each.source,
        "transform": each.transform,
        "type": each.type.value if each.type else None,
        "fits": each.fits,
        "outside": None if each.outside is None else list(each.outside),
    }

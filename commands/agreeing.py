"""`agreement`: publishing the configured agreement, and looking at what was published."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.table import Table

from commands.outcome import DONE
from commands.session import Session, UsageError, ask, business_now, open_session, out, read_local
from commands.toml_text import write_toml
from mapping.records import Instant, format_instant
from policies.agreement import Agreement, Signatures
from sync.cycle import refuse_the_past
from sync.ledger.runs import Published
from sync.proposal import Change, Proposal, differences, rules_of
from sync.publication import propose, publish_proposal, published_calendars, versions_of
from sync.settings import Company

SIGNS = {(True, False): "-", (False, True): "+", (False, False): "~"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asks of `agreement publish`."""

    config: Path | None = None
    company: str | None = None
    marketing: str | None = None
    sales: str | None = None
    effective_from: str | None = None
    message: str | None = None
    now: str | None = None
    yes: bool = False
    as_json: bool = False


def publish(wish: Wish) -> int:
    """Publishes the configured agreement and its calendar as the next version, after showing what changes."""
    with open_session(wish.config) as session:
        company = session.only_company(wish.company)
        now = business_now(wish.now, [company] if wish.now else [])
        refuse_the_past(session.ledger, company.slug, now)
        proposal = _propose(session, company, wish, now)
        if not proposal.changed:
            number = proposal.agreement.number - 1
            raise UsageError(
                f"{company.slug}: nothing to publish: version {number} is what is configured, signed by the same"
            )
        if not wish.as_json:
            _show_proposal(company, proposal, now)
        version = None
        if wish.yes or (not wish.as_json and _agreed(company)):
            version = publish_proposal(session.ledger, company, proposal, now=now, message=wish.message)
    if wish.as_json:
        out.print_json(json.dumps(_proposal_row(company, proposal, version)))
    elif version is None:
        out.print("nothing was published")
    else:
        since = format_instant(version.effective_from)
        out.print(
            f"{company.slug}: version {version.number} is published; it holds from {since}", markup=False
        )
    return DONE


def _propose(session: Session, company: Company, wish: Wish, now: Instant) -> Proposal:
    since = wish.effective_from
    return propose(
        session.ledger,
        company,
        now=now,
        signed_by=Signatures(marketing=wish.marketing, sales=wish.sales),
        effective_from=read_local(since, "--effective-from", company.agreement.zone) if since else None,
    )


def _agreed(company: Company) -> bool:
    return ask(
        "Publish this?", f"{company.slug}: nobody is there to ask; run again with --yes to publish this"
    )


def _show_proposal(company: Company, proposal: Proposal, now: Instant) -> None:
    agreement = proposal.agreement
    since = format_instant(agreement.effective_from or now)
    out.print(
        f"{company.slug}: version {agreement.number}, from {since}, signed by {_signed(agreement.signed_by)}",
        markup=False,
    )
    if proposal.published is None:
        out.print("  the first version: everything in it is new; `acuerdo config show` shows it")
    else:
        _show_changes(proposal.changes)
        out.print(
            "  handoffs under way keep their version; those delivered from then on are judged by this one"
        )
    if proposal.former is not None and proposal.calendar_changes:
        out.print("the calendar, for every clock from that instant on:")
        _show_changes(proposal.calendar_changes)


def _signed(signed: Signatures) -> str:
    if signed.one_person:
        return f"{signed.marketing} for both sides"
    return f"{signed.marketing or 'nobody'} for marketing and {signed.sales or 'nobody'} for sales"


def _show_changes(changes: tuple[Change, ...]) -> None:
    for each in changes:
        sign = SIGNS[each.new is None, each.old is None]
        told = " -> ".join(_plain(value) for value in (each.old, each.new) if value is not None)
        out.print(f"  {sign} {each.key}: {told}", markup=False, soft_wrap=True)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _change_rows(changes: tuple[Change, ...]) -> list[dict[str, object]]:
    return [{"key": each.key, "old": each.old, "new": each.new} for each in changes]


def _proposal_row(company: Company, proposal: Proposal, version: Published | None) -> dict[str, Any]:
    agreement = proposal.agreement
    return {
        "company": company.slug,
        "number": agreement.number,
        "published": version is not None,
        "effective_from": format_instant(agreement.effective_from or 0),
        "signed_by": {"marketing": agreement.signed_by.marketing, "sales": agreement.signed_by.sales},
        "changes": _change_rows(proposal.changes),
        "calendar": _change_rows(proposal.calendar_changes),
    }


def show(config: Path | None, company: str | None, number: int | None, *, as_json: bool) -> int:
    """Prints a version's rules, every default written out; without a number the one that judges now."""
    with open_session(config) as session:
        found = session.only_company(company)
        versions = versions_of(session.ledger, found)
        now = business_now(None, [])
    if number is None:
        agreement = _in_force([each for _, each in versions], now) if versions else found.agreement
        title = (
            f"version {agreement.number}, in force" if versions else "as configured; no version is published"
        )
    else:
        agreement = _version(found, versions, number)
        title = f"version {number}"
    if as_json:
        out.print_json(
            json.dumps({"company": found.slug, "published": bool(versions), **agreement.to_table()})
        )
        return DONE
    since = f", from {format_instant(agreement.effective_from)}" if agreement.effective_from else ""
    text = write_toml(rules_of(agreement), f"companies.{found.slug}.agreement")
    signed = _signed(agreement.signed_by)
    out.print(
        f"# {found.slug}: {title}{since}, signed by {signed}\n{text}", markup=False, soft_wrap=True, end=""
    )
    return DONE


def _in_force(agreements: list[Agreement], now: Instant) -> Agreement:
    begun = [each for each in agreements if (each.effective_from or 0) <= now]
    return begun[-1] if begun else agreements[0]


def _version(company: Company, versions: list[tuple[Published, Agreement]], number: int) -> Agreement:
    found = next((each for _, each in versions if each.number == number), None)
    if found is None:
        known = ", ".join(str(each.number) for each, _ in versions) or "none"
        raise UsageError(f"{company.slug} has no version {number} of its agreement; published are: {known}")
    return found


def diff(
    config: Path | None, company: str | None, first: int | None, second: int | None, *, as_json: bool
) -> int:
    """Shows what differs between two versions, or between one and the configured agreement, key by key."""
    with open_session(config) as session:
        found = session.only_company(company)
        versions = versions_of(session.ledger, found)
    if not versions:
        raise UsageError(f"{found.slug}: no version is published yet; `acuerdo agreement publish` does it")
    old = versions[-1][1] if first is None else _version(found, versions, first)
    new = _configured(found, old) if second is None else _version(found, versions, second)
    names = (f"version {old.number}", "configured" if second is None else f"version {second}")
    changes = differences(rules_of(old), rules_of(new))
    if as_json:
        row = {"company": found.slug, "old": names[0], "new": names[1], "changes": _change_rows(changes)}
        out.print_json(json.dumps(row))
        return DONE
    out.print(f"{found.slug}: {names[0]} -> {names[1]}", markup=False)
    _show_changes(changes)
    if not changes:
        out.print("  nothing differs")
    return DONE


def _configured(company: Company, old: Agreement) -> Agreement:
    """The configured agreement as it would be published: what it leaves open stays as it was."""
    agreement = company.agreement
    signed = Signatures(
        marketing=agreement.signed_by.marketing or old.signed_by.marketing,
        sales=agreement.signed_by.sales or old.signed_by.sales,
    )
    since = old.enforce_from if agreement.enforce_from is None else agreement.enforce_from
    return replace(agreement, signed_by=signed, enforce_from=since)


def history(config: Path | None, company: str | None, *, as_json: bool) -> int:
    """Lists every published version, and the calendars they brought."""
    with open_session(config) as session:
        found = session.only_company(company)
        versions = [each for each, _ in versions_of(session.ledger, found)]
        calendars = published_calendars(session.ledger, found)
    if as_json:
        rows = [_history_row(each) for each in versions]
        hours = [
            {"effective_from": format_instant(since), "hash": each.content_hash} for since, each in calendars
        ]
        out.print_json(json.dumps({"company": found.slug, "versions": rows, "calendars": hours}))
        return DONE
    out.print(f"{found.slug}: {len(versions)} published", markup=False)
    table = Table()
    for name in ("version", "published", "effective from", "judges MQLs from", "signed by", "why"):
        table.add_column(name, overflow="fold")
    for each in versions:
        signed = Signatures(marketing=each.signed_by_marketing, sales=each.signed_by_sales)
        times = (each.published_at, each.effective_from, each.enforce_from)
        table.add_row(
            str(each.number), *(format_instant(at) for at in times), _signed(signed), each.message or "-"
        )
    out.print(table)
    return DONE


def _history_row(version: Published) -> dict[str, Any]:
    return {
        "number": version.number,
        "published_at": format_instant(version.published_at),
        "effective_from": format_instant(version.effective_from),
        "enforce_from": format_instant(version.enforce_from),
        "signed_by": {"marketing": version.signed_by_marketing, "sales": version.signed_by_sales},
        "message": version.message,
        "hash": version.hash,
    }

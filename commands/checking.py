"""`check`: everything a run needs, looked at before one; nothing is written to a vendor."""

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from commands.outcome import CONFIGURATION, DONE, EXPECTED, code_of_error, worst
from commands.session import Session, connect, open_session, out
from commands.setting_up import find_missing
from commands.tables import show_table
from connectors.base import Crm, Finding, Grade, MarketingPlatform
from connectors.settings import WebhookSettings, on_loopback
from mapping.catalogue import SOURCES
from mapping.mapper import holds
from mapping.owners import Owners
from mapping.privacy import HIDDEN
from mapping.problems import ConfigurationError, Problem
from mapping.records import Instant, instant_of
from mapping.rules import Direction
from sync.accounts import Account, account_of, forget_accounts, mappers_for, needs_owners, owners_of
from sync.ledger.store import Ledger
from sync.settings import Company

SHOWN = 10  # owners by name of their ids
SKEW = 60  # seconds between our clock and a vendor's: more would date follow-up wrongly in a dispute
SKEW_FAULT = 3600  # and more than this is a wrong zone or a dead clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the check: of which company, what was looked at, how it stands, what to do."""

    company: str
    what: str
    grade: Grade
    state: str
    remedy: str = ""


def check(config: Path | None, names: list[str], *, as_json: bool) -> int:
    """Looks at everything a run needs; 0 only when a run would work."""
    rows: list[Row] = []
    with open_session(config) as session:
        codes = [_check_company(session, slug, rows.append) for slug in session.companies(names)]
    rows += _path()
    if as_json:
        out.print_json(json.dumps([asdict(row) for row in rows]))
    else:
        _show(rows)
    return worst(codes)


def _check_company(session: Session, slug: str, note: Callable[[Row], None]) -> int:
    def tell(findings: Iterable[Finding]) -> int:
        found = list(findings)
        for one in found:
            note(Row(company=slug, what=one.what, grade=one.grade, state=one.state, remedy=one.remedy))
        return CONFIGURATION if any(one.grade is Grade.fault for one in found) else DONE

    try:
        company = session.company(slug)
    except ConfigurationError as error:
        return tell(_of_problems(error))
    tell([Finding(what="configuration", grade=Grade.ok, state=session.configuration.source.name)])
    tell(of_webhook(company))
    forget_accounts(session.ledger, slug)
    codes, accounts = [], []
    platform, crm = connect(company, session.ledger)
    for vendor in (platform, crm):
        try:
            account = account_of(session.ledger, slug, vendor)
            codes.append(tell(_of_vendor(account, vendor)))
            accounts.append(account)
        except EXPECTED as error:
            tell(
                [
                    Finding(
                        what=vendor.system, grade=Grade.fault, state=str(error), remedy="see docs/install.md"
                    )
                ]
            )
            codes.append(code_of_error(error))
    if len(accounts) == len((platform, crm)):
        codes.append(_attempt(lambda: tell(_of_both(session.ledger, company, platform, crm, accounts)), tell))
    return worst(codes)


def _attempt(look: Callable[[], int], tell: Callable[[Iterable[Finding]], int]) -> int:
    try:
        return look()
    except ConfigurationError as error:
        return tell(_of_problems(error))
    except EXPECTED as error:
        tell(
            [
                Finding(
                    what="set-up", grade=Grade.fault, state=str(error), remedy="correct it, then check again"
                )
            ]
        )
        return code_of_error(error)


def _of_problems(error: ConfigurationError) -> list[Finding]:
    return [
        Finding(what=each.place, grade=Grade.fault, state=each.what, remedy=each.write)
        for each in error.problems
    ]


def of_webhook(company: Company) -> Iterator[Finding]:
    """Where the platform calls us, if it does; how long its secret path is was a matter of the configuration."""
    webhook: WebhookSettings | None = getattr(company.marketing, "webhook", None)
    if webhook is None:
        return
    near = on_loopback(webhook.address)
    yield Finding(
        what=f"{company.platform}: webhook",
        grade=Grade.note if near else Grade.ok,
        state=f"{webhook.address}/webhooks/{company.slug}/{HIDDEN}",
        remedy="only this machine can call it: write the public address of your proxy" if near else "",
    )


def _of_vendor(account: Account, vendor: MarketingPlatform | Crm) -> Iterator[Finding]:
    """The account, its clock beside ours, and what the connector finds."""
    tenant = account.tenant
    yield Finding(
        what=vendor.system,
        grade=Grade.ok,
        state=f"{tenant.name} ({tenant.id}), zone {tenant.timezone}",
    )
    yield skew(vendor.system, tenant.now, instant_of(datetime.now(UTC)))
    for one in vendor.inspect():
        yield Finding(
            what=f"{vendor.system}: {one.what}", grade=one.grade, state=one.state, remedy=one.remedy
        )


def skew(system: str, theirs: Instant, ours: Instant) -> Finding:
    """How far a vendor's clock is from ours; a fault from an hour on."""
    apart, what = abs(theirs - ours), f"{system}: clock"
    if apart <= SKEW:
        return Finding(what=what, grade=Grade.ok, state="agrees with this machine's")
    return Finding(
        what=what,
        grade=Grade.fault if apart >= SKEW_FAULT else Grade.note,
        state=f"this machine's is {apart} s {'behind' if theirs > ours else 'ahead'}",
        remedy="set this machine's clock by NTP: deadlines are judged by it",
    )


def _of_both(
    ledger: Ledger, company: Company, platform: MarketingPlatform, crm: Crm, accounts: list[Account]
) -> Iterator[Finding]:
    """Our fields and lists, the company's own fields, and the mapping between both."""
    steps = find_missing(company, platform, crm)
    yield Finding(
        what="set-up",
        grade=Grade.fault if steps else Grade.ok,
        state=f"{len(steps)} steps are missing, the first: {steps[0].text}"
        if steps
        else "everything is there",
        remedy="run `acuerdo setup`" if steps else "",
    )
    yield from unknown_properties(company, accounts[0])
    if not steps:
        owners = None
        if needs_owners(company, accounts[0], accounts[1]):
            owners = owners_of(ledger, company.slug, platform), owners_of(ledger, company.slug, crm)
        mappers_for(company, accounts[0], accounts[1], owners)
        idle = idle_rules(company, *accounts)
        fitting = len(company.rules) - len(idle)
        yield Finding(what="mapping", grade=Grade.ok, state=f"{fitting} fields fit the CRM's own")
        yield from idle
        if owners is not None:
            yield _who_is_who(*owners)


def _who_is_who(marketing: Owners, sales: Owners) -> Finding:
    """Whether every owner in marketing is a user of the CRM, by e-mail address."""
    strangers = marketing.strangers_to(sales)
    if not strangers:
        state = f"every owner of {marketing.system} is a user of {sales.system} by e-mail address"
        return Finding(what="owners", grade=Grade.ok, state=state)
    named = ", ".join(strangers[:SHOWN]) + (", ..." if len(strangers) > SHOWN else "")
    return Finding(
        what="owners",
        grade=Grade.note,
        state=f"{len(strangers)} of {marketing.system} are no active user of {sales.system} by e-mail address: {named}",
        remedy="give them one address in both, name their user in the rule's `table`, or say `no_user`",
    )


def idle_rules(company: Company, marketing: Account, sales: Account) -> list[Finding]:
    """The optional rules that do nothing: their field is not there, or hidden, or not to be written."""
    sides = {
        Direction.to_crm: sales.schema.kinds["Lead"],
        Direction.to_marketing: next(iter(marketing.schema.kinds.values())),
    }
    return [
        Finding(
            what=f"mapping.{rule.target}",
            grade=Grade.note,
            state="its field is not there, hidden, or not to be written: the rule does nothing",
            remedy=f"grant the field, or write {rule.target} = false",
        )
        for rule in company.rules
        if rule.optional and not holds(rule, sides[rule.direction])
    ]


def unknown_properties(company: Company, account: Account) -> Iterator[Finding]:
    """Lead fields in use that no property of the platform fills: they stay empty in every lead."""
    known = {name for kind in account.schema.kinds.values() for name in kind}
    usual = SOURCES.get(company.platform, {})
    used = {name for condition in company.agreement.conditions for name in condition.fields}
    used |= {name for rule in company.rules for name in rule.sources}
    for field, names in company.fields.ordered:
        written = usual.get(field.name) != names
        if known.isdisjoint(names) and (written or field.name in used):
            near = get_close_matches(names[0], known)
            key = f"companies.{company.slug}.lead_fields.{field.name}"
            (problem,) = company.placed([Problem(key=key, what="", write="")])
            yield Finding(
                what=problem.place,
                grade=Grade.note,
                state=f"{account.tenant.system} has no property {' or '.join(names)}: the field stays empty",
                remedy=f"name another property{' (' + ', '.join(near) + ')' if near else ''} in lead_fields",
            )


def _path() -> list[Row]:
    """Under cron's PATH a bare `sync` is coreutils, which exits 0 having synced nothing."""
    found = shutil.which("sync")
    ours = Path(sys.argv[0]).resolve().parent
    if found is None or Path(found).resolve().parent == ours:
        return []
    state, remedy = f"`sync` is {found}, not this", f"in cron and systemd write {ours / 'acuerdo'}"
    return [Row(company="-", what="PATH", grade=Grade.note, state=state, remedy=remedy)]


def _show(rows: list[Row]) -> None:
    cells = [(row.company, row.what, row.grade.value, row.state, row.remedy) for row in rows]
    show_table("What a run needs", ("company", "what", "", "state", "what to do"), cells, keys=3)

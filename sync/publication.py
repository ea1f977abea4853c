"""Publishing: the first run makes the configured agreement version 1; later edits wait for a person."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from mapping.identity import fingerprint
from mapping.records import Instant, moment_of
from policies.agreement import Agreement, Signatures, parse_agreement
from policies.calendar import Calendar, timeline
from policies.verdict import Terms
from sync.ledger import leads, runs
from sync.ledger.runs import Published
from sync.ledger.store import Ledger, Tx
from sync.settings import Company

HORIZON = timedelta(days=365)  # a calendar is written out again when less than this is left of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What judges now, and whether the configured agreement is another one that waits to be published."""

    terms: Terms
    pending: bool = False


def publish(ledger: Ledger, company: Company, now: Instant, backfill: Instant | None) -> Publication:
    """The published agreement and calendar; publishes version 1 where there is none yet.

    `backfill` before the agreement's `enforce_from` publishes the same rules enforced from there: handoffs
    passed under it are judged, though their MQL moment was history before.
    """
    with ledger.write(company.slug, now) as tx:
        versions = runs.agreements(tx) or [_publish_first(tx, company, now, backfill)]
        found = [_read(version, company) for version in versions]
        if backfill is not None and backfill < (found[-1].enforce_from or 0):
            found.append(_publish_backfill(tx, found[-1], now, backfill))
            leads.ask_to_qualify_history(tx)
        calendars = runs.calendars(tx) or [_publish_calendar(tx, company, now, 1)]
        hours = [(each.effective_from, Calendar.load(each.text)) for each in calendars]
        if hours[-1][1].last < moment_of(now).date() + HORIZON:
            extended = _publish_calendar(tx, company, now, len(calendars) + 1)
            hours.append((extended.effective_from, Calendar.load(extended.text)))
    terms = Terms(agreements={each.number: each for each in found}, hours=timeline(hours))
    return Publication(terms=terms, pending=_rules(company.agreement) != _rules(found[-1]))


def published_terms(ledger: Ledger, company: Company) -> Terms | None:
    """What judges now, without publishing anything; None before the first run."""
    with ledger.read(company.slug) as tx:
        versions = [_read(version, company) for version in runs.agreements(tx)]
        calendars = [(each.effective_from, Calendar.load(each.text)) for each in runs.calendars(tx)]
    if not versions or not calendars:
        return None
    return Terms(agreements={each.number: each for each in versions}, hours=timeline(calendars))


def _publish_first(tx: Tx, company: Company, now: Instant, backfill: Instant | None) -> Published:
    since = company.agreement.enforce_from if backfill is None else backfill
    agreement = company.agreement.publish(
        number=1,
        effective_from=now,
        enforce_from=now if since is None else since,
        signed_by=Signatures(),  # nobody has signed what a first run makes of a file
    )
    return _append(tx, agreement)


def _publish_backfill(tx: Tx, agreement: Agreement, now: Instant, backfill: Instant) -> Agreement:
    version = agreement.publish(number=agreement.number + 1, effective_from=now, enforce_from=backfill)
    _append(tx, version)
    return version


def _append(tx: Tx, agreement: Agreement) -> Published:
    version = Published(
        number=agreement.number,
        effective_from=agreement.effective_from or tx.now,
        enforce_from=agreement.enforce_from or tx.now,
        signed_by_marketing=agreement.signed_by.marketing,
        signed_by_sales=agreement.signed_by.sales,
        hash=fingerprint({"text": agreement.canonical()}),
        text=agreement.to_table(),
    )
    runs.publish_agreement(tx, version)
    return version


def _publish_calendar(tx: Tx, company: Company, now: Instant, number: int) -> Published:
    spec = company.agreement.calendar
    calendar = spec.resolve(moment_of(now).astimezone(ZoneInfo(spec.timezone)).date())
    version = Published(
        number=number,
        effective_from=0 if number == 1 else now,
        hash=calendar.content_hash,
        text=calendar.document(),
    )
    runs.publish_calendar(tx, version)
    return version


def _read(version: Published, company: Company) -> Agreement:
    return parse_agreement(version.text, catalogue=company.fields.types)


def _rules(agreement: Agreement) -> str:
    """The rules alone: what a version is, and since when, is not one of them."""
    return agreement.publish(number=1, effective_from=0, enforce_from=0, signed_by=Signatures()).canonical()

"""Publishing: the first run makes the configured agreement version 1; later edits wait for a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from mapping.fields import properties_to_read
from mapping.identity import fingerprint
from mapping.problems import ConfigurationError
from mapping.records import Instant, moment_of
from policies.agreement import Agreement, Signatures, parse_agreement
from policies.calendar import Calendar, CalendarSpec, timeline
from policies.verdict import Terms
from sync.ledger import leads, records, runs
from sync.ledger.runs import Published
from sync.ledger.store import CompanyHeld, Ledger, Tx
from sync.proposal import Proposal, problems_of
from sync.settings import Company

HORIZON = timedelta(days=365)  # a calendar is written out again when less than this is left of it
ABSENCES = "absences"  # who was away when the leads were judged
OURS, DEFINITIONS = "acuerdo", "definitions"  # the version by whose definitions every lead was qualified


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
        hours = _calendars(tx) or [_publish_calendar(tx, _resolve(found[-1].calendar, now), 1, 0)]
        if hours[-1][1].last < moment_of(now).date() + HORIZON:
            extended = _resolve(found[-1].calendar, now)
            since = max(now, hours[-1][0])
            hours.append(_publish_calendar(tx, extended, len(hours) + 1, since))
        terms = _terms(company, found, hours)
        _take_effect(tx, company, terms, now)
        _notice_absences(tx, company)
    return Publication(terms=terms, pending=_rules(company.agreement) != _rules(found[-1]))


def published_terms(ledger: Ledger, company: Company) -> Terms | None:
    """What judges now, without publishing anything; None before the first run."""
    with ledger.read(company.slug) as tx:
        versions = [_read(version, company) for version in runs.agreements(tx)]
        calendars = _calendars(tx)
    if not versions or not calendars:
        return None
    return _terms(company, versions, calendars)


def _terms(
    company: Company, versions: Sequence[Agreement], calendars: Sequence[tuple[Instant, Calendar]]
) -> Terms:
    numbered = {each.number: each for each in versions}
    return Terms(agreements=numbered, hours=timeline(calendars), absences=company.absences)


def _notice_absences(tx: Tx, company: Company) -> None:
    """Has every lead judged anew where others are away than the last time."""
    told = fingerprint({owner: str(spans) for owner, spans in company.absences.items()})
    known = runs.cursor(tx, OURS, ABSENCES)
    if known != told:
        if known is not None:
            leads.ask_to_judge_all(tx)
        runs.put_cursor(tx, OURS, ABSENCES, told)


def mended(ledger: Ledger, company: Company, terms: Terms, since: Instant, now: Instant) -> Terms:
    """The same versions in the configured hours from `since` to `now`; before and after, in those published."""
    with ledger.read(company.slug) as tx:
        calendars = _calendars(tx)
    before = [each for each in calendars if each[0] < since]
    later = [each for each in calendars if each[0] > now]
    current = [calendar for start, calendar in calendars if start <= now][-1]
    configured = _resolve(company.agreement.calendar, since)
    hours = timeline([*before, (since, configured), (now, current), *later])
    return replace(terms, hours=hours)


def published_calendars(ledger: Ledger, company: Company) -> list[tuple[Instant, Calendar]]:
    """Every published calendar with the instant from which it holds, oldest first; empty before the first run."""
    with ledger.read(company.slug) as tx:
        return _calendars(tx)


def versions_of(ledger: Ledger, company: Company) -> list[tuple[Published, Agreement]]:
    """Every published version, oldest first: as it was published, and as the rules it reads as."""
    with ledger.read(company.slug) as tx:
        return [(each, _read(each, company)) for each in runs.agreements(tx)]


def propose(
    ledger: Ledger,
    company: Company,
    *,
    now: Instant,
    signed_by: Signatures,
    effective_from: Instant | None = None,
) -> Proposal:
    """What publishing the configured agreement and its calendar would change; nothing is written.

    What `signed_by` leaves open is as configured. Raises ConfigurationError with everything that forbids it.
    """
    configured = company.agreement
    with ledger.read(company.slug) as tx:
        versions = [_read(version, company) for version in runs.agreements(tx)]
        calendars = _calendars(tx)
    last = versions[-1] if versions else None
    since = next(each for each in (effective_from, configured.effective_from, now) if each is not None)
    known = (configured.enforce_from, last.enforce_from if last else None, since)
    agreement = configured.publish(
        number=len(versions) + 1,
        effective_from=since,
        enforce_from=next(each for each in known if each is not None),
        signed_by=Signatures(
            marketing=signed_by.marketing or configured.signed_by.marketing,
            sales=signed_by.sales or configured.signed_by.sales,
        ),
    )
    proposal = Proposal(
        agreement=agreement,
        calendar=_resolve(configured.calendar, max(since, now)),
        published=last,
        former=calendars[-1][1] if calendars else None,
    )
    if problems := problems_of(proposal, company.speech, now):
        under = [each.under(f"companies.{company.slug}") for each in problems]
        raise ConfigurationError(company.placed(under))
    return proposal


def publish_proposal(
    ledger: Ledger, company: Company, proposal: Proposal, *, now: Instant, message: str | None = None
) -> Published:
    """Publishes what was proposed; running handoffs keep their version, the calendar holds from its instant (D04).

    Raises CompanyHeld while a run is under way, or when a version was published since it was proposed.
    """
    with ledger.hold(company.slug), ledger.write(company.slug, now) as tx:
        if len(runs.agreements(tx)) != proposal.agreement.number - 1:
            raise CompanyHeld(
                f"{company.slug}: another version was published meanwhile; look at what differs now, then again"
            )
        if proposal.calendar_changes:
            since = (proposal.agreement.effective_from or now) if proposal.former else 0
            _publish_calendar(tx, proposal.calendar, len(runs.calendars(tx)) + 1, since)
            leads.ask_to_judge_all(tx)
        return _append(tx, proposal.agreement, message)


def _take_effect(tx: Tx, company: Company, terms: Terms, now: Instant) -> None:
    """Has every lead qualified anew when other definitions come into force, with the fields they use.

    Of leads that are not MQL only what the former definitions used was kept (promise 8): for other fields the
    platform is read from the beginning.
    """
    current = terms.at(now)
    known = runs.cursor(tx, OURS, DEFINITIONS)
    before = terms.agreements.get(int(known)) if known else terms.agreements[min(terms.agreements)]
    if before is not None and before.conditions != current.conditions:
        leads.ask_to_qualify_all(tx)
        if not _properties(company, current) <= _properties(company, before):
            records.ask_to_read_again(tx, company.platform)
            runs.drop_cursors(tx, company.platform)
    if known != current.version:
        runs.put_cursor(tx, OURS, DEFINITIONS, current.version)


def _properties(company: Company, agreement: Agreement) -> frozenset[str]:
    names = {name for condition in agreement.conditions for name in condition.fields}
    return frozenset(properties_to_read(company.fields, names))


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


def _append(tx: Tx, agreement: Agreement, message: str | None = None) -> Published:
    version = Published(
        number=agreement.number,
        effective_from=agreement.effective_from or tx.now,
        enforce_from=agreement.enforce_from or tx.now,
        signed_by_marketing=agreement.signed_by.marketing,
        signed_by_sales=agreement.signed_by.sales,
        hash=fingerprint({"text": agreement.canonical()}),
        text=agreement.to_table(),
        published_at=tx.now,
        message=message,
    )
    runs.publish_agreement(tx, version)
    return version


def _publish_calendar(tx: Tx, calendar: Calendar, number: int, since: Instant) -> tuple[Instant, Calendar]:
    text = calendar.document()
    version = Published(number=number, effective_from=since, hash=calendar.content_hash, text=text)
    runs.publish_calendar(tx, version)
    return since, calendar


def _calendars(tx: Tx) -> list[tuple[Instant, Calendar]]:
    return [(each.effective_from, Calendar.load(each.text)) for each in runs.calendars(tx)]


def _resolve(spec: CalendarSpec, instant: Instant) -> Calendar:
    """The calendar with its holidays written out around the local date of an instant."""
    return spec.resolve(moment_of(instant).astimezone(ZoneInfo(spec.timezone)).date())


def _read(version: Published, company: Company) -> Agreement:
    return parse_agreement(version.text, catalogue=company.fields.types)


def _rules(agreement: Agreement) -> str:
    """The rules alone: what a version is, and since when, is not one of them."""
    return agreement.publish(number=1, effective_from=0, enforce_from=0, signed_by=Signatures()).canonical()

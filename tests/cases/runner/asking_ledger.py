"""Questions asked of a real ledger: verdicts from what it holds, what the engine writes, what is kept of a person."""

from sync.ledger import exports, facts, records, refusals
from sync.run import Counts
from sync.write_back import STEPS
from tests.cases.runner.answering import handoff_answer, lead_answer
from tests.cases.runner.asking_policy import handoff_of
from tests.cases.runner.asking_time import Answer, Given
from tests.cases.runner.book import SLUG, Book
from tests.cases.runner.matching import Names
from tests.cases.runner.reporting import report_answer


def ask_judge(book: Book, given: Given) -> Answer:
    """The verdict on what the ledger holds, and what a later arrival changed in the ledger."""
    now = book.setting.now(given)
    book.arrive(now)
    verdict = book.verdict(given.get("lead", book.setting.lead), now)
    h = handoff_of(verdict, given.get("cycle"))
    wanted, intents, told = book.statuses(), book.count("intent"), book.told(verdict.lead)
    news = {
        "stored": book.stored(verdict.lead),
        "owed_writes": Names(book.owed()),
        "new_writes": intents - book.intents,
        "wanted_changed": wanted != book.wanted,
        "told": Names(told),
        "new_notices": len(told) - book.notices,
    }
    book.wanted, book.intents, book.notices = wanted, intents, len(told)
    return {**lead_answer(verdict, h), **news}


def ask_write(book: Book, given: Given) -> Answer:
    """The write-back of the engine: where it put the leads, what it still owes, what was refused."""
    now = book.setting.now(given)
    book.arrive(now)
    run = book.run(now)
    for step in STEPS:
        step.work(run, Counts())
    lead = given.get("lead", book.setting.lead)
    verdict = book.verdict(lead, now)
    contact = book.contacts[lead]
    with book.ledger.read(SLUG) as tx:
        refused = [each.operation for each in refusals.listed(tx)]
    return {
        "on_lists": sorted(name for name, members in book.marketing.lists.items() if contact in members),
        "owed_writes": Names(book.owed()),
        "refused": refused,
        "suppressed": verdict.suppressed,
        "place": verdict.place,
    }


def ask_workers(book: Book, given: Given) -> Answer:
    """What people were told of a lead after several workers ran at once."""
    now = book.setting.now(given)
    book.arrive(now)
    book.work_at_once(given.get("workers", 2), now)
    lead = given.get("lead", book.setting.lead)
    newest = book.verdict(lead, now).newest
    breaches = {} if newest is None else handoff_answer(newest)["breaches"]
    return {"told": Names(book.told(lead)), "breaches": breaches}


def ask_erased(book: Book, given: Given) -> Answer:
    """What the ledger still holds of a person: records with values, packages with content, and events."""
    now = book.setting.now(given)
    book.arrive(now)
    lead = given.get("lead", book.setting.lead)
    with book.ledger.read(SLUG) as tx:
        kept = records.records_of(tx, "hubspot", [lead]).get(lead, [])
        boxes = [row for row in exports.rows_of(tx, "package") if row["lead"] == lead]
        events = facts.events_of(tx, [lead])[lead]
    return {
        "records": sum(bool(each.record.values) for each in kept),
        "packages": sum(bool(each["snapshot"]) for each in boxes),
        "events": len(events),
        "handoffs": book.count("handoff"),
    }


def ask_report(book: Book, given: Given) -> Answer:
    """The report both teams read, as of an instant, for the period that holds it."""
    now = book.setting.now(given)
    book.arrive(now)
    return report_answer(book.report(now, given.get("period", "month")), given.get("language", "en"))

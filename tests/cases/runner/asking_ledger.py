"""Questions asked of a real ledger: verdicts from what it holds, what the engine writes, what is kept of a person."""

from sync.ledger import exports, facts, records, work
from sync.write_back import STEPS
from tests.cases.runner.answering import lead_answer
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
    keys = set() if h is None else {each.key for each in h.notices}
    wanted, intents = book.statuses(), book.count("intent")
    news = {
        "stored": book.count("event"),
        "owed_writes": Names(book.owed()),
        "new_writes": intents - book.intents,
        "wanted_changed": wanted != book.wanted,
        "new_notices": len(keys - book.told),
    }
    book.told |= keys
    book.wanted, book.intents = wanted, intents
    return {**lead_answer(verdict, h), **news}


def ask_write(book: Book, given: Given) -> Answer:
    """The write-back of the engine: where it put the leads, what it still owes, what was refused."""
    now = book.setting.now(given)
    book.arrive(now)
    run = book.run(now)
    for step in STEPS:
        step.work(run)
    lead = given.get("lead", book.setting.lead)
    verdict = book.verdict(lead, now)
    contact = book.contacts[lead]
    with book.ledger.read(SLUG) as tx:
        refused = [each.operation for each in work.refusals(tx)]
    return {
        "on_lists": sorted(name for name, members in book.marketing.lists.items() if contact in members),
        "owed_writes": Names(book.owed()),
        "refused": refused,
        "suppressed": verdict.suppressed,
        "place": verdict.place,
    }


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

"""Error tables: a vendor's answers that are not what was asked for, as data; the first line that fits holds.

Each line tells by status and code what the engine does next, with a text for the person and one for the log.
An answer that no line foresees stops the vendor: nothing unknown is tried for ever.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from connectors.base import Outcome
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    CredentialsRefused,
    Misconfigured,
    QuotaUsedUp,
    RecordRefused,
    Unavailable,
)
from mapping.records import Instant


class Next(StrEnum):
    """What the engine does after such an answer."""

    again = "writes this row again in a later run"
    later = "leaves the vendor for this run"
    quota = "leaves the vendor until its quota is renewed"
    refuse = "puts the record on the refused list"
    gone = "looks where the record went"
    credentials = "stops the vendor: a person must see to the credentials"
    settings = "stops the vendor: a person must see to its settings"
    stop = "stops the vendor: nobody foresaw this"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One line of an error table; no `statuses` or no `codes` means any.

    `person` and `log` are templates over the facts of the answer: `operation`, `status`, `code` and those that
    the vendor's table adds.
    """

    statuses: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()
    then: Next
    person: str
    log: str = "{operation}: {status} {code}"

    def fits(self, status: int, codes: Collection[str]) -> bool:
        """Whether this line is about an answer with this status and these codes."""
        return (not self.statuses or status in self.statuses) and (
            not self.codes or not self.codes.isdisjoint(codes)
        )


Table = Sequence[Answer]
ERRORS: Mapping[Next, type[ConnectorError]] = {
    Next.again: Unavailable,
    Next.later: Unavailable,
    Next.credentials: CredentialsRefused,
    Next.settings: Misconfigured,
    Next.stop: ContractBroken,
}
OUTCOMES: Mapping[Next, Outcome] = {
    Next.again: Outcome.retry,
    Next.later: Outcome.retry,
    Next.quota: Outcome.retry,
    Next.gone: Outcome.gone,
}


def find_answer(table: Table, status: int, codes: Collection[str]) -> Answer:
    """The first line that fits; a table's last line fits everything."""
    return next(line for line in table if line.fits(status, codes))


def error_of(
    answer: Answer, facts: Mapping[str, object], *, system: str, until: Instant | None = None
) -> ConnectorError:
    """The error to raise for an answer to a whole call; `until` is when a quota is renewed."""
    person, log = answer.person.format(**facts), answer.log.format(**facts)
    match answer.then:
        case Next.quota:
            return QuotaUsedUp(person, system=system, log=log, until=until)
        case Next.refuse | Next.gone:
            return RecordRefused(person, system=system, log=log, code=str(facts["code"]))
        case then:
            return ERRORS[then](person, system=system, log=log)


def outcome_of(answer: Answer) -> Outcome:
    """What became of a row that was answered so; what stops a vendor refuses a row."""
    return OUTCOMES.get(answer.then, Outcome.refused)

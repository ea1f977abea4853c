"""What the numbers rest on: evidence that nobody logged, that came late, or that contradicts itself."""

from collections import Counter

from reports.span import Span
from reports.stages import Ways

FLAGS = (
    "no_attempt_logged",
    "no_contact_logged",
    "no_owner",
    "late_evidence",
    "won_before_mql",
    "until_unreadable",
    "until_past",
    "tz_guess",
)
"""The flags of a handoff that speak of its records: a step that the CRM proves without a touch (case C19), work
on a lead without an owner, facts recorded after they were acted on, a win before the MQL moment, a date that
nobody can read, a zone that was guessed (case F07). What people did (given up too early) and what the agreement
did (accepted by silence) is no fault of the data.
"""


def data_quality(ways: Ways, span: Span) -> tuple[tuple[str, int], ...]:
    """How many of the span's handoffs carry each of these flags, those that none carries left out."""
    found = Counter(code for each in ways.open_in(span) for code in FLAGS if each.flagged(code))
    return tuple((code, found[code]) for code in FLAGS if found[code])

"""The order in which a report is read: both sides first, then the leads, what it is made from last."""

from collections.abc import Callable
from typing import TypeAlias

from reports.report import Report
from reports.sections import joint, leads, teams
from reports.sections.section import Section
from reports.wording import Wording

Layout: TypeAlias = Callable[[Report, Wording], Section]

ORDER: tuple[Layout, ...] = (
    joint.scorecard,
    joint.funnel,
    joint.cohort_rates,
    leads.exceptions,
    leads.places,
    teams.marketing,
    teams.rejections,
    teams.clocks,
    teams.speed,
    teams.attempts,
    teams.owners,
    joint.delays,
    joint.adjustments,
    leads.returns,
    leads.discards,
    leads.by_source,
    leads.by_content,
    leads.contributions,
    joint.data_quality,
    joint.standing,
)


RARE = ("adjustments",)  # told where there are some


def lay_out(report: Report, words: Wording) -> tuple[Section, ...]:
    """Every section of a report in words, in the order of reading."""
    sections = (layout(report, words) for layout in ORDER)
    return tuple(each for each in sections if each.rows or each.code not in RARE)


def headline(report: Report, words: Wording) -> str:
    """Which period the report tells of, and when it was worked out."""
    span = report.span
    return words.say(
        "note.period",
        name=span.name,
        start=words.day(span.start),
        end=words.day(span.end - 1),
        zone=span.zone,
        now=words.moment(report.now),
    )

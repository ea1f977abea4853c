"""What became of the leads: returned, discarded, by source and content, where they are, who needs somebody."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise, starmap

from reports.exceptions import Item
from reports.outcomes import Yield
from reports.report import Report
from reports.sections.section import Cell, Section, after_first, as_rows, open_at
from reports.wording import NOTHING, Wording

_YIELD = ("leads", "mql", "passed", "accepted", "qualified", "won")


def returns(report: Report, words: Wording) -> Section:
    """Returned by reason and track, and what came back."""
    return _section(
        "returns",
        ("reason", "track", "handoffs", "came_back", "qualified", "won"),
        (
            (
                words.name("disposition", each.reason),
                words.name("track", each.track),
                *map(words.number, (each.handoffs, each.came_back, each.qualified, each.won)),
            )
            for each in report.returns
        ),
        words,
        numeric=after_first(6, 2),
    )


def discards(report: Report, words: Wording) -> Section:
    """The pattern of discarded leads: outcome, reason, source and content."""
    return _section(
        "discards",
        ("outcome", "reason", "source", "content", "discarded", "passed"),
        (
            (
                words.name("state", each.outcome),
                words.name("disposition", each.reason),
                words.name("source", each.source),
                words.name("content", each.content),
                words.number(each.leads),
                words.number(each.passed),
            )
            for each in report.discards
        ),
        words,
        numeric=after_first(6, 4),
        noted=True,
    )


def by_source(report: Report, words: Wording) -> Section:
    """What each source brought; a blank one stays blank."""
    return _yields("by_source", "source", report.by_source, words, chart="by_source")


def by_content(report: Report, words: Wording) -> Section:
    """What each content brought."""
    return _yields("by_content", "content", report.by_content, words)


def contributions(report: Report, words: Wording) -> Section:
    """Each content's part in qualification, with its counts; association, not cause."""
    return _section(
        "contributions",
        ("content", "assisted", "touched", "untouched", "lift"),
        (
            (
                each.content,
                words.share(each.assisted),
                words.share(each.touched),
                words.share(each.untouched),
                words.number(each.lift, 2),
            )
            for each in report.contributions
        ),
        words,
        numeric=after_first(5),
        noted=True,
    )


def places(report: Report, words: Wording) -> Section:
    """Where every lead is, and whether the sum is whole."""
    where = report.whereabouts
    missing = len(where.lost_track_of)
    code = "not_conserved" if missing else "conserved"
    return Section(
        code="places",
        title=words.say("title.places"),
        note=words.say(f"note.{code}", total=words.number(where.total), missing=words.number(missing)),
        heads=(words.say("head.place"), words.say("head.leads")),
        rows=as_rows((words.name("place", place), words.number(count)) for place, count in where.places),
        numeric=frozenset({1}),
        chart="places",
    )


def exceptions(report: Report, words: Wording) -> Section:
    """The leads that need somebody, by id, each with the way to its record where it is known.

    `+` marks another contact of the account in the line above.
    """
    items = report.exceptions
    again = (False, *starmap(_share_account, pairwise(items)))
    return _section(
        "exceptions",
        ("kind", "lead", "cycle", "what", "owed_by", "owner", "since"),
        (
            (
                words.say(f"exception.{each.kind}") + " +" * same,
                open_at(each.lead, each.link),
                NOTHING if each.cycle is None else str(each.cycle),
                _what(each.kind, each.code, words),
                words.name("side", each.side),
                each.owner or NOTHING,
                words.moment(each.at),
            )
            for same, each in zip(again, items, strict=False)
        ),
        words,
        numeric=frozenset({2}),
        noted=any(again),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadLine:
    """One lead's status as a reader wants it: what it is, whose turn, until when (UTC seconds), where it shows.

    `status` and `owed_by` are codes, `next_action` is said already; `shown` is the status, a code too, that each
    system shows.
    """

    lead: str
    status: str
    owed_by: str = ""
    due_at: int | None = None
    next_action: str = ""
    shown: tuple[tuple[str, str], ...] = ()
    link: str | None = None


def lead_lines(lines: Iterable[LeadLine], words: Wording) -> Section:
    """The status of each lead that was asked for, in the order given."""
    return _section(
        "leads",
        ("lead", "status", "owed_by", "due", "next", "shown"),
        (
            (
                open_at(each.lead, each.link),
                words.name("status", each.status),
                words.name("owed", each.owed_by) if each.owed_by else NOTHING,
                words.moment(each.due_at),
                each.next_action or NOTHING,
                "; ".join(f"{system}: {words.name('status', code)}" for system, code in each.shown)
                or NOTHING,
            )
            for each in lines
        ),
        words,
        numeric=frozenset(),
    )


def _share_account(one: Item, other: Item) -> bool:
    return one.account is not None and one.account == other.account and one.lead != other.lead


def _what(kind: str, code: str, words: Wording) -> str:
    if not code:
        return NOTHING
    group = {"parked": "exception", "unspecified": "disposition", "configuration": "fault"}.get(kind, "clock")
    return words.name(group, code)


def _yields(code: str, head: str, rows: Iterable[Yield], words: Wording, chart: str | None = None) -> Section:
    return _section(
        code,
        (head, *_YIELD),
        (
            (words.name(head, each.name), *(words.number(getattr(each, name)) for name in _YIELD))
            for each in rows
        ),
        words,
        numeric=after_first(len(_YIELD) + 1),
        noted=True,
        chart=chart,
    )


def _section(
    code: str,
    heads: Iterable[str],
    rows: Iterable[Iterable[Cell]],
    words: Wording,
    *,
    numeric: frozenset[int],
    noted: bool = False,
    chart: str | None = None,
) -> Section:
    return Section(
        code=code,
        title=words.say(f"title.{code}"),
        note=words.say(f"note.{code}") if noted else None,
        heads=tuple(words.say(f"head.{head}") for head in heads),
        rows=as_rows(rows),
        numeric=numeric,
        chart=chart,
    )

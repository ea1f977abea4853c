"""Each team's own part of the report, for both to read."""

from collections.abc import Iterable

from reports.marketing import Marketing
from reports.report import Report
from reports.sales import Kept
from reports.sections.section import Section, after_first, as_rows
from reports.wording import NOTHING, Wording


def marketing(report: Report, words: Wording) -> Section:
    """What marketing delivered, towards what goal, and how well it was taken."""
    side = report.marketing
    rows = [
        ("delivered", words.number(side.delivered)),
        ("valid", words.number(side.valid)),
        *_goal(side, words),
        *((f"credit_{name}", words.number(count)) for name, count in side.credit),
        ("accepted", words.share(side.accepted)),
        ("incomplete", words.number(side.incomplete)),
        ("overdue", words.number(side.overdue)),
    ]
    return _measures("marketing", rows, words)


def rejections(report: Report, words: Wording) -> Section:
    """What sales rejected, by reason, source and content."""
    return Section(
        code="rejections",
        title=words.say("title.rejections"),
        note=None,
        heads=tuple(words.say(f"head.{code}") for code in ("reason", "source", "content", "leads")),
        rows=as_rows(
            (
                words.name("disposition", each.reason),
                words.name("source", each.source),
                words.name("content", each.content),
                words.number(each.leads),
            )
            for each in report.marketing.rejections
        ),
        numeric=frozenset({3}),
    )


def clocks(report: Report, words: Wording) -> Section:
    """How well each deadline was kept, with its interval and what is not judged."""
    return Section(
        code="clocks",
        title=words.say("title.clocks"),
        note=words.say("note.clocks"),
        heads=tuple(words.say(f"head.{code}") for code in ("clock", "side", "kept", "interval", "others")),
        rows=as_rows(_kept(each, words) for each in report.sales.clocks),
        numeric=frozenset({2, 3}),
    )


def speed(report: Report, words: Wording) -> Section:
    """The first attempt after delivery: a distribution, medians, never a mean."""
    found = report.sales.speed
    medians = ("business_median", "business_p90", "wall_median", "wall_p90")
    rows = [
        *((words.say(f"bands.{band}"), words.number(count)) for band, count in found.bands),
        *((words.say(f"measure.{name}"), words.duration(getattr(found, name))) for name in medians),
        *(
            (words.say(f"measure.{name}"), words.number(getattr(found, name)))
            for name in ("waiting", "ended")
        ),
    ]
    if found.stretch is not None:
        rows.append((words.say("measure.stretch"), words.share(found.stretch)))
    return _table("speed", rows, words, chart="speed")


def attempts(report: Report, words: Wording) -> Section:
    """The floor and the ceiling of sales' attempts."""
    found = report.sales.attempts
    rows = [
        ("counted", words.number(found.counted)),
        ("given_up", words.share(found.given_up)),
        ("early", words.number(found.early)),
        ("missing", words.number(found.missing)),
        *((reason, words.number(count)) for reason, count in found.too_much),
        ("per_hundred", words.number(found.per_hundred, 1)),
        ("expired", words.number(found.expired)),
        ("untouched", words.number(len(report.sales.untouched))),
    ]
    return _measures("attempts", rows, words)


def owners(report: Report, words: Wording) -> Section:
    """Each salesperson's part, by the CRM's user id."""
    heads = ("owner", "delivered", "first_attempt", "attempts", "qualified", "won", "late")
    return Section(
        code="owners",
        title=words.say("title.owners"),
        note=words.say("note.owners"),
        heads=tuple(words.say(f"head.{code}") for code in heads),
        rows=as_rows(
            (
                words.name("owner", each.owner),
                words.number(each.delivered),
                words.share(each.first_attempt) if each.first_attempt.total else NOTHING,
                words.number(each.attempts),
                words.number(each.qualified),
                words.number(each.won),
                words.number(each.open_breaches),
            )
            for each in report.sales.owners
        ),
        numeric=after_first(len(heads)),
    )


def _goal(side: Marketing, words: Wording) -> Iterable[tuple[str, str]]:
    if side.target is None or side.attainment is None:
        return
    yield "target", words.number(side.target)
    yield "attainment", words.percent(100 * side.attainment)
    if side.pace is not None:
        yield "expected", words.number(side.pace.expected, 1)
        yield "pace", NOTHING if side.pace.pace is None else words.percent(100 * side.pace.pace)
        yield "required", words.number(side.pace.required_per_day, 1)
        yield "days_left", words.number(side.pace.days_left)
    if side.projection is not None:
        low, high = words.number(side.projection.low), words.number(side.projection.high)
        yield "projection", f"{words.number(side.projection.likely)} ({low}-{high})"


def _kept(kept: Kept, words: Wording) -> tuple[str, ...]:
    share = kept.compliance.share
    others = ", ".join(
        f"{words.name('clock_state', state)} {words.number(count)}" for state, count in kept.compliance.others
    )
    return (
        words.name("clock", kept.clock),
        words.name("side", kept.side),
        words.share(share) if share.total else NOTHING,
        words.interval(share),
        others or NOTHING,
    )


def _measures(code: str, rows: Iterable[tuple[str, str]], words: Wording) -> Section:
    return _table(code, ((words.say(f"measure.{name}"), value) for name, value in rows), words)


def _table(code: str, rows: Iterable[tuple[str, str]], words: Wording, chart: str | None = None) -> Section:
    notes = {"marketing", "speed", "attempts"}
    return Section(
        code=code,
        title=words.say(f"title.{code}"),
        note=words.say(f"note.{code}") if code in notes else None,
        heads=(words.say("head.measure"), words.say("head.value")),
        rows=as_rows(rows),
        numeric=frozenset({1}),
        chart=chart,
    )

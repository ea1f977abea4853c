"""What both teams look at together: the scorecard, the funnel, the cohorts, the delays, what it is made from."""

from collections.abc import Iterable

from reports.report import Report
from reports.sales import COMPLIANCE_TARGET, Kept, Sales
from reports.sections.section import Cell, Section, after_first, as_rows
from reports.stages import STAGES, StageRate
from reports.wording import NOTHING, Wording


def scorecard(report: Report, words: Wording) -> Section:
    """Both sides in a few lines, each with what it is measured against."""
    marketing = report.marketing
    first = _clock(report.sales.clocks, "first_attempt")
    pace = marketing.pace
    rows = [
        ("marketing", "valid", words.number(marketing.valid), words.number(marketing.target)),
        ("marketing", "pace", *_pace(report, words)) if pace else None,
        ("marketing", "incomplete", words.number(marketing.incomplete), "0"),
        ("sales", "first_attempt", *_kept(first, words)) if first else None,
        ("sales", "untouched", words.number(len(report.sales.untouched)), "0"),
        ("both", "won", *_won(report.sales, words)),
        ("both", "conserved", words.say(f"word.{'yes' if report.whereabouts.conserved else 'no'}"), NOTHING),
    ]
    return Section(
        code="scorecard",
        title=words.say("title.scorecard"),
        note=words.say("note.scorecard"),
        heads=_heads(words, "team", "measure", "value", "against"),
        rows=as_rows(
            (words.say(f"team.{row[0]}"), words.say(f"measure.{row[1]}"), row[2], row[3])
            for row in rows
            if row is not None
        ),
        numeric=after_first(4, 2),
    )


def funnel(report: Report, words: Wording) -> Section:
    """Every stage with handoffs, distinct people and the period before."""
    return Section(
        code="funnel",
        title=words.say("title.funnel"),
        note=words.say("note.funnel"),
        heads=_heads(words, "stage", "handoffs", "people", "before"),
        rows=as_rows(
            (
                words.say(f"stages.{each.stage}"),
                words.number(each.handoffs),
                words.number(each.people),
                words.number(each.before),
            )
            for each in report.funnel
        ),
        numeric=after_first(4),
        chart="funnel",
    )


def cohort_rates(report: Report, words: Wording) -> Section:
    """One row a cohort of MQL dates, one column a stage; those maturing are told and in no rate."""
    return Section(
        code="rates",
        title=words.say("title.rates"),
        note=words.say("note.rates", days=report.horizon_days),
        heads=(
            words.say("head.cohort"),
            words.say("head.mql"),
            *(words.say(f"head.{stage}") for stage in ("passed", "accepted")),
            *(words.say(f"stages.{stage}") for stage in STAGES[3:]),
            words.say("head.maturing"),
        ),
        rows=as_rows(_cohorts(report.rates, words)),
        numeric=after_first(len(STAGES) + 2),
    )


def adjustments(report: Report, words: Wording) -> Section:
    """What was decided in the period about months that were closed: both due instants."""
    return Section(
        code="adjustments",
        title=words.say("title.adjustments"),
        note=words.say("note.adjustments"),
        heads=_heads(words, "month", "lead", "clock", "was_due", "due", "decided"),
        rows=as_rows(
            (
                each.month,
                f"{each.lead}/{each.cycle}",
                words.name("clock", each.clock),
                words.moment(each.old_due_at),
                words.moment(each.new_due_at),
                words.moment(each.decided_at),
            )
            for each in report.adjustments
        ),
    )


def delays(report: Report, words: Wording) -> Section:
    """Whose time it was, in real and in business time."""
    return Section(
        code="delays",
        title=words.say("title.delays"),
        note=words.say("note.delays"),
        heads=_heads(
            words,
            "stretch",
            "bound",
            "handoffs",
            "wall_median",
            "wall_p90",
            "business_median",
            "business_p90",
        ),
        rows=as_rows(
            (
                words.say(f"stretch.{each.stretch}"),
                words.say(f"side.{each.bound}"),
                words.number(each.handoffs),
                words.duration(each.wall_median),
                words.duration(each.wall_p90),
                words.duration(each.business_median),
                words.duration(each.business_p90),
            )
            for each in report.delays
        ),
        numeric=after_first(7, 2),
    )


def data_quality(report: Report, words: Wording) -> Section:
    """How many handoffs rest on records that lack something."""
    return Section(
        code="data_quality",
        title=words.say("title.data_quality"),
        note=words.say("note.data_quality"),
        heads=_heads(words, "what", "handoffs"),
        rows=as_rows((words.name("flag", code), words.number(count)) for code, count in report.data_quality),
        numeric=after_first(2),
    )


def standing(report: Report, words: Wording) -> Section:
    """How fresh and how complete the numbers are."""
    found = report.standing
    owed = ", ".join(f"{name} {words.number(count)}" for name, count in found.owed) or "0"
    rows = (
        ("run", words.moment(found.run_at)),
        ("agreement", NOTHING if found.agreement is None else str(found.agreement)),
        ("signed", words.say(f"word.{'yes' if found.signed else 'no'}")),
        ("owed", owed),
        ("statuses_behind", words.number(found.statuses_behind)),
        ("refused", words.number(found.refused)),
        ("withdrawn", words.number(found.withdrawn_notices)),
    )
    return Section(
        code="standing",
        title=words.say("title.standing"),
        note=None,
        heads=_heads(words, "measure", "value"),
        rows=as_rows((words.say(f"measure.{name}"), value) for name, value in rows),
        numeric=after_first(2),
    )


def _heads(words: Wording, *codes: str) -> tuple[str, ...]:
    return tuple(words.say(f"head.{code}") for code in codes)


def _clock(clocks: Iterable[Kept], name: str) -> Kept | None:
    return next((each for each in clocks if each.clock == name and each.side == "sales"), None)


def _kept(kept: Kept, words: Wording) -> tuple[str, str]:
    share = kept.compliance.share
    said = words.share(share) if share.interval is None else f"{words.share(share)} ({words.interval(share)})"
    return said, f"{COMPLIANCE_TARGET} %"


def _won(sales: Sales, words: Wording) -> tuple[str, str]:
    won = words.number(sales.won)
    if sales.target is None or sales.attainment is None:
        return won, NOTHING
    return f"{won} ({words.percent(100 * sales.attainment)})", words.number(sales.target)


def _pace(report: Report, words: Wording) -> tuple[str, str]:
    pace = report.marketing.pace
    assert pace is not None
    said = words.say(f"pace.{pace.band}")
    value = said if pace.pace is None else f"{words.percent(100 * pace.pace)} ({said})"
    return value, words.number(pace.expected, 1)


def _cohorts(rates: tuple[StageRate, ...], words: Wording) -> Iterable[Iterable[Cell]]:
    for row in zip(*(each.cohorts for each in rates), strict=True):
        first = row[0]
        yield (
            first.period,
            words.number(first.rate.total + first.maturing),
            *(words.rate(each.rate) for each in row),
            words.number(first.maturing),
        )

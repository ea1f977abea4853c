"""`goal`: the agreed goal worked back from revenue to leads, and how both sides stand in its present period."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table

from commands.forecast import Forecast, forecast
from commands.outcome import DONE
from commands.session import Session, UsageError, agreement_now, business_now, open_session, out
from commands.targets import asked, bounds_of, goal_of, parts_of
from mapping.problems import ConfigurationError
from mapping.records import Instant, format_instant
from policies.goal_table import read_goal
from policies.goals import Goal, Plan, plan
from policies.verdict import Terms
from reports.figures.rates import wilson
from reports.marketing import Marketing, marketing_side
from reports.rows import Rows
from reports.sales import Sales, sales_side
from reports.span import Span, span_between
from reports.stages import Ways
from sync.ledger import exports
from sync.settings import Company

READ = ("lead", "handoff", "clock", "touch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A goal as a person wrote it on the command line; it needs no configuration."""

    revenue: str | None = None
    sale: str | None = None
    sales: int | None = None
    share: str | None = None
    rates: list[str] = field(default_factory=list)
    ramp: str | None = None

    def table(self) -> dict[str, object]:
        """The same as a `[goals]` table; empty when nothing was written."""
        given = {"revenue": self.revenue, "average_sale": self.sale, "sales": self.sales, "share": self.share}
        table: dict[str, object] = {name: value for name, value in given.items() if value is not None}
        if self.rates:
            table["stages"] = [
                _stage(text, number, len(self.rates)) for number, text in enumerate(self.rates, 1)
            ]
        if self.ramp is not None:
            table["ramp"] = [each.strip() for each in self.ramp.split(",")]
        return table


def _stage(text: str, number: int, count: int) -> dict[str, object]:
    name, sign, rate = text.rpartition("=")
    return {"name": name if sign else "mql" if count == 1 else f"stage {number}", "rate": rate}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How both sides stand in the goal's present period, from the ledger."""

    part: Span
    period: Span
    now: Instant
    marketing: Marketing
    so_far: Marketing
    sales: Sales
    forecast: Forecast | None


def goal(
    config: Path | None, company: str | None, figures: Figures, *, now: str | None, as_json: bool
) -> int:
    """Works the goal back from revenue to leads, and tells how both sides stand in its present period."""
    standing: Standing | None = None
    if table := figures.table():
        found, problems = read_goal(table)
        source = "as written here"
    else:
        with open_session(config) as session:
            one = session.only_company(company)
            instant = business_now(now, [one] if now else [])
            agreement, terms, source = agreement_now(session, one, instant)
            if not agreement.goals and one.agreement.goals:
                agreement, source = (
                    one.agreement,
                    "the agreement as configured; its goals are not published yet",
                )
            found, problems = goal_of(agreement)
            if found is not None and terms is not None:
                standing = _stand(session, one, found, terms, instant)
        source = f"{one.slug}, {source}"
    if problems:
        raise ConfigurationError(problems)
    if found is None:
        raise UsageError(
            f"{source}: no goals; write [companies.{one.slug}.agreement.goals], "
            "or try figures here: acuerdo goal --revenue 100000 --sales 15 --rate 1/8"
        )
    needs = plan(found)
    if as_json:
        out.print_json(json.dumps({"source": source, **_goal_row(found, needs, standing)}))
    else:
        _show_goal(found, needs, source)
        if standing is not None:
            _show_standing(standing)
    return DONE


def _stand(session: Session, company: Company, found: Goal, terms: Terms, now: Instant) -> Standing:
    with session.ledger.read(company.slug, now) as tx:
        rows = Rows.load({name: list(exports.rows_of(tx, name)) for name in READ})
    ways, place = Ways(rows), company.timezone
    _, start, end = bounds_of(found, now, place)
    part = next(each for each in parts_of(found, now, place) if each.start <= now < each.end)
    stretch, period = span_between(part.start, part.end, place), span_between(start, end, place)
    wanted = asked(found, start, end, place, terms.hours)
    return Standing(
        part=stretch,
        period=period,
        now=now,
        marketing=marketing_side(rows, ways, stretch, now=now, goal=part.target or None, hours=terms.hours),
        so_far=marketing_side(rows, ways, period, now=now, goal=wanted["passed"], hours=terms.hours),
        sales=sales_side(rows, ways, period, goal=wanted["won"]),
        forecast=forecast(found, rows.handoff, now, place),
    )


def _show_goal(found: Goal, needs: Plan, source: str) -> None:
    out.print(f"the goal of a {found.period}, {source}: {needs.sales} sales", markup=False)
    table = Table()
    for name in ("stage", "goes on", "leads needed"):
        table.add_column(name, justify="left" if name == "stage" else "right")
    for (name, count), stage in zip(needs.needed, found.stages, strict=True):
        table.add_row(name, _rate_text(stage.rate.value, stage.rate.won, stage.rate.of), str(count))
    table.add_row("sales", "", str(needs.sales))
    out.print(table)
    if found.revenue is not None and found.average_sale is not None:
        out.print(
            f"{_money(found.revenue)} at {_money(found.average_sale)} a sale: {found.sales_needed} sales"
        )
    out.print(
        f"with {needs.leads} leads the chance of reaching {needs.sales} sales is {_percent(needs.chance)}"
    )
    out.print(f"for a chance of 80 %: {_count(needs.for_80)} leads; of 90 %: {_count(needs.for_90)}")
    for line in _uncertainty(found, needs):
        out.print(line)
    if needs.months:
        months = ", ".join(map(str, needs.months))
        out.print(f"month by month: {months} (together {sum(needs.months)})")


def _uncertainty(found: Goal, needs: Plan) -> Iterator[str]:
    if found.counted is None:
        return
    won, of = found.counted
    low, high = wilson(won, of) or (0.0, 1.0)
    yield f"the rate was counted: {won} of {of}, so it lies between {_percent(low)} and {_percent(high)}"
    if needs.few_counts:
        yield "on so few leads no number can be promised; count more before relying on it"
    else:
        yield f"allowing for that: {_count(needs.uncertain_80)} leads for 80 %, {_count(needs.uncertain_90)} for 90 %"


def _show_standing(standing: Standing) -> None:
    out.print(f"so far in {standing.period.name}:", markup=False)
    table = Table()
    for name in ("side", "measure", "is", "asked"):
        table.add_column(name)
    whole, part, sales = standing.so_far, standing.marketing, standing.sales
    table.add_row("marketing", "leads passed", str(whole.valid), _asked(whole.target, whole.attainment))
    if part.pace is not None:
        pace = "-" if part.pace.pace is None else _percent(part.pace.pace)
        left = part.pace.required_per_day
        more = "" if left is None else f", {left:.1f} a working day from now on"
        asked_now = f"{part.pace.expected:.1f} by now{more}"
        table.add_row("marketing", f"pace in {standing.part.name}", f"{pace} ({part.pace.band})", asked_now)
    if part.projection is not None:
        found = part.projection
        table.add_row(
            "marketing", "at this rate it ends with", f"{found.likely:.0f}", f"{found.low} to {found.high}"
        )
    table.add_row("sales", "customers won", str(sales.won), _asked(sales.target, sales.attainment))
    for kept in sales.clocks:
        if kept.clock == "first_attempt" and kept.compliance.share.total:
            met = kept.compliance.share
            table.add_row("sales", "first attempts in time", f"{met.count} of {met.total}", "90 %")
    out.print(table)
    if (story := standing.forecast) is None:
        out.print("no sale is in the ledger yet: how long leads take to become one is not known")
        return
    within = ", ".join(f"{_percent(float(share))} within {days} days" for days, share in story.within)
    out.print(f"of {story.lag.wins} sales so far: {within}")
    for name, share in story.months:
        out.print(
            f"leads passed in {name} give {_percent(float(share))} of their sales inside {standing.period.name}"
        )
    told = (
        "no number of leads closes in time"
        if story.monthly is None
        else f"{story.monthly} leads a month from now on"
    )
    out.print(
        f"won or to be expected of leads in hand: {float(story.expected):.1f} sales; still needed: {told}"
    )


def _asked(target: int | None, attainment: float | None) -> str:
    return "-" if target is None or attainment is None else f"{target} ({_percent(attainment)})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _count(number: int | None) -> str:
    return "no number of" if number is None else str(number)


def _money(amount: Any) -> str:
    return f"{float(amount):,.2f}".removesuffix(".00")


def _rate_text(value: Any, won: int | None, of: int | None) -> str:
    return f"{won} of {of}" if won is not None else _percent(float(value))


def _goal_row(found: Goal, needs: Plan, standing: Standing | None) -> dict[str, Any]:
    interval = None if found.counted is None else wilson(*found.counted)
    return {
        "period": found.period,
        "revenue": None if found.revenue is None else float(found.revenue),
        "average_sale": None if found.average_sale is None else float(found.average_sale),
        "sales": found.sales_needed,
        "share": str(found.share),
        "sales_of_marketing": needs.sales,
        "stages": [
            {
                "name": name,
                "rate": str(stage.rate.value),
                "won": stage.rate.won,
                "of": stage.rate.of,
                "leads": count,
            }
            for (name, count), stage in zip(needs.needed, found.stages, strict=True)
        ],
        "leads": needs.leads,
        "chance": needs.chance,
        "for_80": needs.for_80,
        "for_90": needs.for_90,
        "rate_interval": None if interval is None else list(interval),
        "uncertain_80": needs.uncertain_80,
        "uncertain_90": needs.uncertain_90,
        "few_counts": needs.few_counts,
        "months": list(needs.months),
        "standing": None if standing is None else _standing_row(standing),
    }


def _standing_row(standing: Standing) -> dict[str, Any]:
    part, whole, sales = standing.marketing, standing.so_far, standing.sales
    pace = part.pace
    return {
        "now": format_instant(standing.now),
        "period": _span_row(standing.period),
        "marketing": {"passed": whole.valid, "target": whole.target, "attainment": whole.attainment},
        "pace": None
        if pace is None
        else {
            **_span_row(standing.part),
            "target": pace.target,
            "passed": pace.delivered,
            "expected": pace.expected,
            "pace": pace.pace,
            "band": pace.band,
            "days_left": pace.days_left,
            "required_per_day": pace.required_per_day,
        },
        "sales": {"won": sales.won, "target": sales.target, "attainment": sales.attainment},
        "lag": None if standing.forecast is None else _forecast_row(standing.forecast),
    }


def _span_row(span: Span) -> dict[str, str]:
    return {"name": span.name, "from": format_instant(span.start), "to": format_instant(span.end)}


def _forecast_row(story: Forecast) -> dict[str, Any]:
    return {
        "wins": story.lag.wins,
        "leads": story.lag.leads,
        "within_days": {str(days): float(share) for days, share in story.within},
        "inside_period": {name: float(share) for name, share in story.months},
        "won": story.won,
        "expected": float(story.expected),
        "leads_a_month": story.monthly,
    }

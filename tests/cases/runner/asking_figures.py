# ruff: noqa: ARG001 - every question is asked with the one signature that the table of questions calls
"""Questions about figures: goals, pace, compliance, cohorts, content, periods."""

from datetime import date
from fractions import Fraction
from typing import Any

from policies.chance import chance, chance_when_estimated, leads_for
from policies.goal_table import read_goal
from policies.goals import plan
from policies.lag import Observation, measure_lag, monthly_leads
from reports.figures.cohorts import Way, stage_rates
from reports.figures.content import Journey, contribution, contributions, credit
from reports.figures.pace import Pace, measure_pace, measure_planned_pace, project
from reports.figures.periods import day_bounds, local_day, people_per_period
from reports.figures.rates import ClockRow, Share, compliance, quantile, speed_bands, wilson
from reports.report import build_report
from reports.rows import Rows
from reports.text import render_text
from tests.cases.runner.asking_time import Answer, Given
from tests.cases.runner.matching import Names, Said
from tests.cases.runner.setting import Setting
from tests.cases.runner.times import At, as_at, read_at

ZONE = "Europe/Madrid"


def ask_goal(setting: Setting, given: Given) -> Answer:
    """A goal worked back to leads, stage by stage, with the chance that they suffice."""
    goal, problems = read_goal(given["goal"])
    if goal is None:
        return {"valid": False, "problems": [each.key for each in problems]}
    found = plan(goal)
    return {
        "valid": True,
        "problems": [],
        "sales": found.sales,
        "leads": found.leads,
        "needed": Names(dict(found.needed)),
        "chance": found.chance,
        "leads_for_80": found.for_80,
        "leads_for_90": found.for_90,
        "uncertain_leads_for_80": found.uncertain_80,
        "uncertain_leads_for_90": found.uncertain_90,
        "few_counts": found.few_counts,
        "months": list(found.months),
    }


def ask_chance(setting: Setting, given: Given) -> Answer:
    """The chance of a number of sales from a number of leads, and the leads for a chance.

    A `rate` written as counts with `counted` is only known from them (beta-binomial).
    """
    sales, rate = given["sales"], str(given["rate"])
    won, _, of = rate.partition("/")

    def chance_of(number: int) -> float:
        if given.get("counted", False):
            return chance_when_estimated(number, int(won), int(of), sales)
        return chance(number, Fraction(rate), sales)

    return {
        "chance": chance_of(given["leads"]) if "leads" in given else None,
        "leads": leads_for(given["confidence"], sales, chance_of) if "confidence" in given else None,
    }


def ask_lag(setting: Setting, given: Given) -> Answer:
    """How much of the eventual sales closes in time, and the leads a month that makes."""
    history = [Observation(each.get("days"), each.get("won", False)) for each in given["history"]]
    lag = measure_lag(history)
    if lag is None:
        return {"within": Names({}), "wins": 0, "monthly_leads": None}
    within = Names({str(day): lag.within(day) for day in given.get("days", [])})
    monthly = None
    if "sales" in given:
        months = [(first, last) for first, last in given["months"]]
        monthly = monthly_leads(given["sales"], Fraction(str(given["rate"])), lag, months, end=given["end"])
    return {"within": within, "wins": lag.wins, "monthly_leads": monthly}


def ask_pace(setting: Setting, given: Given) -> Answer:
    """Attainment and pace of a goal, in business time of its calendar or against a daily plan."""
    target, delivered = given["target"], given["delivered"]
    if "plan" in given:
        days = {date.fromisoformat(day): count for day, count in given["plan"].items()}
        return _pace(measure_planned_pace(target, delivered, days, given["today"], given["days_left"]))
    hours = setting.hours_named(given.get("calendar"))
    start, end = read_at(given["start"]), read_at(given["end"])
    return _pace(measure_pace(target, delivered, hours, start=start, now=setting.now(given), end=end))


def _pace(found: Pace) -> Answer:
    return {
        "expected": found.expected,
        "pace": found.pace,
        "attainment": found.attainment,
        "attainment_percent": 100 * found.attainment,
        "band": found.band,
        "days_left": found.days_left,
        "required_per_day": found.required_per_day,
    }


def ask_projection(setting: Setting, given: Given) -> Answer:
    """What a period ends with at the current rate."""
    hours = setting.hours_named(given.get("calendar"))
    at = [int(read_at(each)) for each in given["delivered_at"]]
    start, end = read_at(given["start"]), read_at(given["end"])
    found = project(at, hours, start=start, now=setting.now(given), end=end)
    if found is None:
        return {"likely": None, "low": None, "high": None}
    return {"likely": found.likely, "low": found.low, "high": found.high}


def share_answer(share: Share) -> dict[str, Any]:
    """A share by its fields; the percentage and its bounds only where they may be shown."""
    interval = share.interval
    return {
        "count": share.count,
        "total": share.total,
        "rate": share.value,
        "percent": share.percent,
        "low_percent": None if interval is None else 100 * interval.low,
        "high_percent": None if interval is None else 100 * interval.high,
    }


def ask_share(setting: Setting, given: Given) -> Answer:
    """A share as it may be shown, with its interval; `wilson_*` are the interval however small the sample."""
    low, high = wilson(given["count"], given["total"]) or (None, None)
    bounds = {"wilson_low": low, "wilson_high": high}
    return {**share_answer(Share(given["count"], given["total"])), **bounds}


def ask_compliance(setting: Setting, given: Given) -> Answer:
    """Compliance of the clocks due in a span; each row is `{ due, state, times }`."""
    rows = []
    for each in given["clocks"]:
        due = None if each.get("due", "none") == "none" else int(read_at(each["due"]))
        rows += [ClockRow(due, each["state"])] * each.get("times", 1)
    found = compliance(rows, read_at(given["start"]), read_at(given["end"]))
    others = Names(dict(found.others))
    return {**share_answer(found.share), "met": found.met, "breached": found.breached, "others": others}


def ask_speed(setting: Setting, given: Given) -> Answer:
    """The distribution of seconds to the first attempt; `none` is never."""
    elapsed = [None if each == "none" else each for each in given["elapsed"]]
    known = [each for each in elapsed if each is not None]
    return {
        "bands": dict(speed_bands(elapsed)), "median": quantile(known, 0.5), "p90": quantile(known, 0.9),
    }  # fmt: skip


def ask_cohorts(setting: Setting, given: Given) -> Answer:
    """Stage rates by cohort of MQL dates; each way is `{ mql, reached, times }`."""
    ways: list[Way] = []
    for each in given["ways"]:
        reached = int(read_at(each["reached"])) if "reached" in each else None
        ways += [Way(int(read_at(each["mql"])), reached)] * each.get("times", 1)
    found = stage_rates(
        ways,
        horizon_days=given.get("horizon_days", 30),
        now=setting.now(given),
        reporting_zone=given.get("zone", ZONE),
        period=given.get("period", "month"),
    )
    return {
        "cohorts": Names(
            {
                each.period: {**share_answer(each.rate), "maturing": each.maturing, "mature": each.mature}
                for each in found
            }
        ),
        "trend": [each.period for each in found if each.mature],
    }


def ask_content(setting: Setting, given: Given) -> Answer:
    """One content's part, from counts or from journeys."""
    if "journeys" in given:
        return _content_of_journeys(given)
    found = contribution(
        given["content"], given["hits"], given["touched"], given["converted"], given["people"]
    )
    return _contribution(found)


def _contribution(found: Any) -> dict[str, Any]:
    interval = found.lift_interval
    return {
        "assisted": share_answer(found.assisted),
        "assist_percent": None if found.assisted.value is None else 100 * found.assisted.value,
        "touched": share_answer(found.touched),
        "touched_percent": None if found.touched.value is None else 100 * found.touched.value,
        "untouched": share_answer(found.untouched),
        "untouched_percent": None if found.untouched.value is None else 100 * found.untouched.value,
        "lift": found.lift,
        "lift_low": None if interval is None else interval.low,
        "lift_high": None if interval is None else interval.high,
    }


def _content_of_journeys(given: Given) -> Answer:
    journeys = [
        Journey(
            tuple((touch["content"], int(read_at(touch["at"]))) for touch in each["touches"]),
            int(read_at(each["until"])),
            each["converted"],
        )
        for each in given["journeys"]
    ]
    days = given.get("lookback_days", 90)
    parts = {each.content: _contribution(each) for each in contributions(journeys, days)}
    models = ("first", "last", "linear", "u_shaped")
    shared = {name: Names(credit(journeys, name, days)) for name in models}  # type: ignore[arg-type]  # the names of its literal
    return {"contents": Names(parts), "credit": shared}


def ask_people(setting: Setting, given: Given) -> Answer:
    """Distinct people and handoffs by period; each row is `{ person, at }`."""
    rows = [(each["person"], int(read_at(each["at"]))) for each in given["rows"]]
    zone = given.get("zone", ZONE)
    return {
        name: Names(
            {
                each.period: {"people": each.people, "handoffs": each.handoffs}
                for each in people_per_period(rows, name, zone)
            }
        )
        for name in ("day", "week", "month", "quarter", "year")
    }


def ask_dates(setting: Setting, given: Given) -> Answer:
    """The dates on which instants fall in a zone, how many differ, and their order."""
    instants, zone = [int(read_at(each)) for each in given["instants"]], given.get("zone", ZONE)
    days = [local_day(each, zone) for each in instants]
    first, last = day_bounds(days[0], zone)
    return {
        "dates": [str(day) for day in days],
        "distinct": len(set(instants)),
        "in_order": instants == sorted(instants),
        "day_start": as_at(first),
        "day_end": At(last),
        "day_seconds": last - first,
    }


def ask_words(setting: Setting, given: Given) -> Answer:
    """What a report without any lead says, in a language: its titles, heads and notes."""
    made = build_report(Rows(), period="month", zone=ZONE, now=read_at("2026-05-13T12:00"))
    return {"says": Said(render_text(made, given.get("language", "en")))}
